using System.Net;

namespace Sendmail.Wire.Dns;

/// <summary>Record types that mail asks for (RFC 1035 3.2.2 and successors).</summary>
public enum DnsType
{
    /// <summary>IPv4 address.</summary>
    A = 1,
    /// <summary>Name server.</summary>
    Ns = 2,
    /// <summary>Alias.</summary>
    Cname = 5,
    /// <summary>Reverse name.</summary>
    Ptr = 12,
    /// <summary>Mail exchanger.</summary>
    Mx = 15,
    /// <summary>Text.</summary>
    Txt = 16,
    /// <summary>AFS database.</summary>
    Afsdb = 18,
    /// <summary>IPv6 address.</summary>
    Aaaa = 28,
    /// <summary>Service.</summary>
    Srv = 33,
    /// <summary>TLS association (RFC 6698).</summary>
    Tlsa = 52,
}

/// <summary>How a lookup ended.</summary>
public enum DnsStatus
{
    /// <summary>There are records.</summary>
    NoError,
    /// <summary>The name exists without such records.</summary>
    NoData,
    /// <summary>The name does not exist.</summary>
    NxDomain,
    /// <summary>No answer now: servers fail or do not respond.</summary>
    TempFail,
}

/// <summary>
/// One record: <see cref="Text"/> is the address, target name without final dot, or text; <see cref="Preference"/> the
/// MX preference or SRV priority; <see cref="Port"/> and <see cref="Weight"/> of SRV; <see cref="Address"/> of A and AAAA.
/// </summary>
public sealed record DnsRecord(string Text, int Preference = 0, int Port = 0, int Weight = 0, IPAddress? Address = null);

/// <summary>The answer to one question. <see cref="CanonicalName"/> is the end of a chain of aliases, without final dot.</summary>
public sealed record DnsAnswer(DnsStatus Status, string CanonicalName, IReadOnlyList<DnsRecord> Records, bool Secure)
{
    /// <summary>An answer without records.</summary>
    public static DnsAnswer Empty(DnsStatus status, string name) => new(status, name, [], false);
}

/// <summary>Looks names up. Failures are answers, not exceptions.</summary>
public interface IResolver
{
    /// <summary>Asks for the records of <paramref name="name"/> (absolute, final dot optional).</summary>
    ValueTask<DnsAnswer> ResolveAsync(string name, DnsType type, CancellationToken cancellation);
}
