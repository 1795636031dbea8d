using System.Globalization;
using Sendmail.Core.Logging;

namespace Sendmail.Wire.Tls;

/// <summary>Lets OpenSSL verify a server by its TLSA records, and reads what came of it.</summary>
internal static unsafe class DaneVerification
{
    private const int MatchedLevel = 12;
    private const int EnabledLevel = 14;
    // RFC 7672 3.1.1: a certificate that the domain itself names needs no name of the server.
    private const ulong NoNameChecks = 1;

    /// <summary>Makes the records binding for a session.</summary>
    /// <returns>False when OpenSSL takes none of them.</returns>
    internal static bool Enable(SslHandle ssl, DanePolicy policy, List<TlsLogLine> log)
    {
        if (LibSsl.SSL_dane_enable(ssl, policy.Domain) <= 0)
            return false;
        LibSsl.SSL_dane_set_flags(ssl, NoNameChecks);
        log.Add(new TlsLogLine(EnabledLevel, LogPriority.Debug, "STARTTLS=client, SSL_dane_enable=1, domain=" + policy.Domain));
        int taken = 0;
        foreach (TlsaRecord record in policy.Records)
        {
            if (!record.IsSupported)
            {
                log.Add(new TlsLogLine(EnabledLevel, LogPriority.Debug, string.Create(CultureInfo.InvariantCulture,
                    $"STARTTLS=client, tlsa_chk=0, type={record.Usage}-{record.Selector}-{record.Matching}, fp={Print(record.Data)}")));
                continue;
            }
            fixed (byte* data = record.Data)
                taken += LibSsl.SSL_dane_tlsa_add(ssl, record.Usage, record.Selector, record.Matching, data, (nuint)record.Data.Length) > 0 ? 1 : 0;
        }
        LibCrypto.ERR_clear_error();
        return taken > 0;
    }

    private static string Print(byte[] octets) => string.Join(':', octets.Select(b => b.ToString("X2", CultureInfo.InvariantCulture)));

    /// <summary>Which record the server's certificates match; null for none.</summary>
    internal static TlsLogLine? Match(SslHandle ssl)
    {
        int depth = LibSsl.SSL_get0_dane_authority(ssl, null, null);
        byte usage;
        byte selector;
        byte matching;
        byte* data = null;
        nuint length = 0;
        if (depth < 0 || LibSsl.SSL_get0_dane_tlsa(ssl, &usage, &selector, &matching, &data, &length) < 0)
            return null;
        string print = Print(new ReadOnlySpan<byte>(data, (int)length).ToArray());
        return new TlsLogLine(MatchedLevel, LogPriority.Debug, string.Create(CultureInfo.InvariantCulture,
            $"DANE_depth={depth}, DANE_res=3, SSL_get0_dane_tlsa={depth}, fp={print}, status=matched_{(depth == 0 ? "EE" : "TA")}_certificate"));
    }
}
