using System.Runtime.CompilerServices;
using Sendmail.Core;

namespace Sendmail.Wire.Dns;

/// <summary>
/// <see cref="IResolver"/> by the C library, for option DANE: an answer is <see cref="DnsAnswer.Secure"/> when the name server
/// says that it validated it (the AD bit), as 8.18.2 takes it. The server of resolv.conf must be one that does, and the way to
/// it safe (op 6.8).
/// </summary>
public sealed unsafe class SystemResolver(ResolverConfiguration configuration) : IResolver
{
    private const int Internet = 1;
    private const int LargestAnswer = 65536;
    private const int LongestName = 253;

    /// <inheritdoc/>
    public ValueTask<DnsAnswer> ResolveAsync(string name, DnsType type, CancellationToken cancellation)
    {
        name = name.TrimEnd('.').ToLowerInvariant();
        if (name.Length is 0 or > LongestName || name.Contains('\0', StringComparison.Ordinal))
            return ValueTask.FromResult(DnsAnswer.Empty(DnsStatus.NxDomain, name));
        // The library waits in the call: that must not hold up others.
        return new ValueTask<DnsAnswer>(Task.Factory.StartNew(() => Ask(name, type), cancellation, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default));
    }

    private DnsAnswer Ask(string name, DnsType type)
    {
        byte[] state = new byte[LibResolver.StateSize];
        byte[] answer = new byte[LargestAnswer];
        fixed (byte* begin = state, octets = answer, text = Latin1.ToBytes(name + "\0"))
        {
            if (LibResolver.Initialize(begin) != 0)
                return DnsAnswer.Empty(DnsStatus.TempFail, name);
            try
            {
                Unsafe.Write(begin + LibResolver.OffsetOfRetransmission, (int)Math.Max(1, configuration.Timeout.TotalSeconds));
                Unsafe.Write(begin + LibResolver.OffsetOfTries, configuration.Attempts);
                Unsafe.Write(begin + LibResolver.OffsetOfOptions, Unsafe.Read<ulong>(begin + LibResolver.OffsetOfOptions) | LibResolver.Validated);
                int length = LibResolver.Query(begin, text, Internet, (int)type, octets, LargestAnswer);
                if (length >= 0)
                    return DnsMessage.Read(answer.AsSpan(0, Math.Min(length, LargestAnswer)), name, type);
                return DnsAnswer.Empty(*LibResolver.ErrorLocation() switch
                {
                    LibResolver.HostNotFound => DnsStatus.NxDomain,
                    LibResolver.NoData => DnsStatus.NoData,
                    _ => DnsStatus.TempFail,
                }, name);
            }
            finally
            {
                LibResolver.Close(begin);
            }
        }
    }
}
