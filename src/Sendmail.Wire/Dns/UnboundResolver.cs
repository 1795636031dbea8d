using System.Globalization;
using Sendmail.Core;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Sendmail.Wire.Dns;

/// <summary>
/// <see cref="IResolver"/> by libunbound in its threaded mode. The library is loaded with the first question; when it is
/// missing every answer is a temporary failure and <see cref="Problem"/> says which package to install.
/// </summary>
public sealed class UnboundResolver(ResolverConfiguration configuration) : IResolver
{
    private static readonly string[] _builtInZones =
    [
        "test.", "invalid.", "onion.", "localhost.", "home.arpa.", "resolver.arpa.", "service.arpa.", "127.in-addr.arpa.",
        "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.", "8.b.d.0.1.0.0.2.ip6.arpa.",
    ];

    private readonly Lock _lock = new();
    private nint _context;
    private int _outstanding;
    private readonly ManualResetEventSlim _work = new();

    /// <summary>Why the resolver cannot work, null when it can.</summary>
    public string? Problem { get; private set; }

    /// <inheritdoc/>
    public async ValueTask<DnsAnswer> ResolveAsync(string name, DnsType type, CancellationToken cancellation)
    {
        // Answers repeat the spelling of the question where they can; names are the same in any case.
        name = name.TrimEnd('.').ToLowerInvariant();
        // The library would report a failure of its own.
        if (!DnsMessage.IsPossible(name))
            return DnsAnswer.Empty(DnsStatus.NxDomain, name);
        if (!Start())
            return DnsAnswer.Empty(DnsStatus.TempFail, name);
        var question = new Question(name, Escaped(name), type);
        if (!question.Ask(_context))
            return DnsAnswer.Empty(DnsStatus.TempFail, name);
        Interlocked.Increment(ref _outstanding);
        _work.Set();
        TimeSpan patience = configuration.Timeout * configuration.Attempts * configuration.Servers.Count + TimeSpan.FromSeconds(1);
        try
        {
            return await question.Task.WaitAsync(patience, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return DnsAnswer.Empty(DnsStatus.TempFail, name);
        }
        finally
        {
            Interlocked.Decrement(ref _outstanding);
        }
    }

    // The name as the library reads it: octets that it would take for something else are written as numbers (RFC 1035 5.1).
    private static string Escaped(string name)
    {
        if (name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            return name;
        var escaped = new StringBuilder(name.Length + 8);
        for (int i = 0; i < name.Length; i++)
        {
            int octet = name[i];
            bool quoted = octet == '\\' && i + 1 < name.Length;
            if (quoted && i + 3 < name.Length && int.TryParse(name.AsSpan(i + 1, 3), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= 255)
            {
                octet = number;
                i += 3;
            }
            else if (quoted)
            {
                octet = name[++i];
            }
            if (!quoted && octet == '.')
                escaped.Append('.');
            else
                escaped.Append(CultureInfo.InvariantCulture, $"\\{octet & 0xff:d3}");
        }
        return escaped.ToString();
    }

    private bool Start()
    {
        if (_context != 0)
            return true;
        lock (_lock)
        {
            if (_context != 0)
                return true;
            if (Problem is not null)
                return false;
            try
            {
                nint context = LibUnbound.Create();
                if (context == 0)
                {
                    Problem = "libunbound: out of memory";
                    return false;
                }
                LibUnbound.SetOption(context, "do-not-query-localhost:", "no");
                LibUnbound.SetOption(context, "unblock-lan-zones:", "yes");
                LibUnbound.SetOption(context, "insecure-lan-zones:", "yes");
                LibUnbound.SetOption(context, "num-threads:", "1");
                LibUnbound.SetOption(context, "msg-cache-size:", "1m");
                LibUnbound.SetOption(context, "rrset-cache-size:", "2m");
                LibUnbound.SetOption(context, "infra-host-ttl:", "30");
                LibUnbound.SetThreaded(context, 1);
                foreach (string server in configuration.Servers)
                    LibUnbound.SetForwarder(context, server);
                foreach (string zone in _builtInZones)
                    LibUnbound.RemoveZone(context, zone);
                _context = context;
            }
            catch (DllNotFoundException)
            {
                Problem = "libunbound.so.8 is not installed (Debian package libunbound8): no DNS lookups";
                return false;
            }
            var pump = new Thread(Pump) { IsBackground = true, Name = "dns" };
            pump.Start();
            return true;
        }
    }

    // The library answers through a descriptor; callbacks run on this thread.
    private unsafe void Pump()
    {
        var entry = new LibUnbound.PollEntry { Descriptor = LibUnbound.Descriptor(_context), Events = 1 };
        while (true)
        {
            _work.Wait();
            if (Volatile.Read(ref _outstanding) == 0)
            {
                _work.Reset();
                if (Volatile.Read(ref _outstanding) == 0)
                    continue;
                _work.Set();
            }
            if (LibUnbound.Poll(&entry, 1, 1000) > 0)
                LibUnbound.Process(_context);
        }
    }

    private sealed unsafe class Question(string name, string escaped, DnsType type)
    {
        private readonly TaskCompletionSource<DnsAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task<DnsAnswer> Task => _answer.Task;

        internal bool Ask(nint context)
        {
            GCHandle handle = GCHandle.Alloc(this);
            int id;
            // One octet a character: as more they could make a label too long.
            fixed (byte* octets = Latin1.ToBytes(escaped + "\0"))
            {
                if (LibUnbound.ResolveAsync(context, octets, (int)type, 1, GCHandle.ToIntPtr(handle), &Answered, &id) == 0)
                    return true;
            }
            handle.Free();
            return false;
        }

        [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
        private static void Answered(nint data, int error, LibUnbound.Result* result)
        {
            GCHandle handle = GCHandle.FromIntPtr(data);
            var question = (Question)handle.Target!;
            handle.Free();
            question.Complete(error, result);
        }

        private static string Plain(string text) => string.Concat(text.Where(char.IsAsciiLetterOrDigit));

        private void Complete(int error, LibUnbound.Result* result)
        {
            if (error != 0 || result is null)
            {
                _answer.TrySetResult(DnsAnswer.Empty(DnsStatus.TempFail, name));
                return;
            }
            try
            {
                string canonical = result->CanonicalName is null ? name : Marshal.PtrToStringUTF8((nint)result->CanonicalName)!.TrimEnd('.');
                // The library writes unusual octets in a way of its own; a name that was no alias is its own canonical one.
                if (escaped != name && Plain(canonical) == Plain(name))
                    canonical = name;
                DnsStatus status = result->HaveData != 0 ? DnsStatus.NoError
                    : result->NxDomain != 0 ? DnsStatus.NxDomain
                    : result->ReplyCode == 0 ? DnsStatus.NoData : DnsStatus.TempFail;
                if (result->Bogus != 0)
                    status = DnsStatus.TempFail;
                var records = new List<DnsRecord>();
                for (int i = 0; status == DnsStatus.NoError && result->Data[i] is not null; i++)
                {
                    if (RecordData.Parse(type, new ReadOnlySpan<byte>(result->Data[i], result->Length[i])) is { } record)
                        records.Add(record);
                }
                _answer.TrySetResult(new DnsAnswer(status, canonical, records, result->Secure != 0));
            }
            finally
            {
                LibUnbound.Free(result);
            }
        }
    }
}

/// <summary>Reads record data in wire form, names uncompressed.</summary>
internal static class RecordData
{
    internal static DnsRecord? Parse(DnsType type, ReadOnlySpan<byte> data)
    {
        switch (type)
        {
            case DnsType.A when data.Length == 4:
            case DnsType.Aaaa when data.Length == 16:
                var address = new IPAddress(data);
                return new DnsRecord(address.ToString(), Address: address);
            case DnsType.Mx or DnsType.Afsdb when data.Length > 2:
                return new DnsRecord(DnsText.Name(data[2..]), data[0] << 8 | data[1]);
            case DnsType.Ns or DnsType.Cname or DnsType.Ptr:
                return new DnsRecord(DnsText.Name(data));
            case DnsType.Srv when data.Length > 6:
                return new DnsRecord(DnsText.Name(data[6..]), data[0] << 8 | data[1], data[4] << 8 | data[5], data[2] << 8 | data[3]);
            case DnsType.Txt:
                return new DnsRecord(DnsText.Strings(data));
            case DnsType.Tlsa:
                return new DnsRecord(Convert.ToHexString(data));
            default:
                return null;
        }
    }
}
