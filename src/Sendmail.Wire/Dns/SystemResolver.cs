using System.Runtime.CompilerServices;
using Sendmail.Core;

namespace Sendmail.Wire.Dns;

/// <summary>
/// <see cref="IResolver"/> by the C library, which asks the servers of resolv.conf itself. For option DANE, and for commands
/// that have little to ask: a resolver with a cache and threads of its own costs them more than the answers are worth.
/// </summary>
public sealed unsafe class SystemResolver(ResolverConfiguration configuration) : IResolver
{
    private const int Internet = 1;
    private const int LargestAnswer = 65536;

    /// <summary>
    /// Ask for answers that were validated: one is <see cref="DnsAnswer.Secure"/> when the name server says so (the AD bit), as
    /// 8.18.2 takes it. The server of resolv.conf must be one that does, and the way to it safe (op 6.8).
    /// </summary>
    public bool Validated { get; init; }

    /// <summary>Wait for answers in the call: for a process that has nothing else to do, and no need of threads.</summary>
    public bool Waits { get; init; }

    /// <inheritdoc/>
    public ValueTask<DnsAnswer> ResolveAsync(string name, DnsType type, CancellationToken cancellation)
    {
        name = name.TrimEnd('.').ToLowerInvariant();
        if (!DnsMessage.IsPossible(name) || name.Contains('\0', StringComparison.Ordinal))
            return ValueTask.FromResult(DnsAnswer.Empty(DnsStatus.NxDomain, name));
        if (Waits)
            return ValueTask.FromResult(Ask(name, type));
        // The library waits in the call: that must not hold up others.
        return new ValueTask<DnsAnswer>(Task.Factory.StartNew(() => Ask(name, type), cancellation, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default));
    }

    private DnsAnswer Ask(string name, DnsType type)
    {
        byte[] state = new byte[LibResolver.StateSize];
        byte[] answer = GC.AllocateUninitializedArray<byte>(LargestAnswer);
        fixed (byte* begin = state, octets = answer, text = Latin1.ToBytes(name + "\0"))
        {
            if (LibResolver.Initialize(begin) != 0)
                return DnsAnswer.Empty(DnsStatus.TempFail, name);
            try
            {
                Unsafe.Write(begin + LibResolver.OffsetOfRetransmission, (int)Math.Max(1, configuration.Timeout.TotalSeconds));
                Unsafe.Write(begin + LibResolver.OffsetOfTries, configuration.Attempts);
                if (Validated)
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
