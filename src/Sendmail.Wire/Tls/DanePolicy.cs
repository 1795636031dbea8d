namespace Sendmail.Wire.Tls;

/// <summary>What DNS, validated, asks of TLS with one server (RFC 7672).</summary>
/// <param name="Domain">The server's name, without final dot: what certificates below a trust anchor must bear.</param>
/// <param name="Records">Its TLSA records.</param>
/// <param name="IsUnknown">The records could not be had now: the server must not be used.</param>
public sealed record DanePolicy(string Domain, IReadOnlyList<TlsaRecord> Records, bool IsUnknown)
{
    /// <summary>Whether there are records that can be used: TLS must then be had and must match one of them.</summary>
    public bool IsBinding => Records.Any(r => r.IsSupported);
}
