using System.Globalization;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Wire.Dns;
using Sendmail.Wire.Tls;

namespace Sendmail.Mta.Delivery;

/// <summary>Finds what TLSA records ask of the servers we send to (option DANE, RFC 7672).</summary>
internal sealed class DanePolicies(MtaServices services)
{
    private const int UnsupportedLevel = 10;
    private readonly bool _isOn = services.Configuration.Options.Get(OptionTable.DANE);

    /// <summary>The policy for a server. It takes validated answers all the way: how the server was found, its records, its address.</summary>
    /// <param name="name">The server's name without final dot.</param>
    /// <param name="port">Where it is spoken to; 0 asks for nothing.</param>
    /// <param name="isSecure">Whether the server was found by a validated answer.</param>
    /// <param name="hasSecureAddress">Whether its addresses were.</param>
    /// <param name="cancellation">Ends the lookup.</param>
    /// <returns>Null when nothing is asked for.</returns>
    internal async ValueTask<DanePolicy?> FindAsync(string name, int port, bool isSecure, bool hasSecureAddress, CancellationToken cancellation)
    {
        if (!_isOn || !isSecure || port == 0)
            return null;
        DnsAnswer answer = await services.Resolver.ResolveAsync(string.Create(CultureInfo.InvariantCulture, $"_{port}._tcp.{name}"), DnsType.Tlsa, cancellation).ConfigureAwait(false);
        if (answer.Status == DnsStatus.TempFail)
            return new DanePolicy(name, [], true);
        if (answer.Status != DnsStatus.NoError || !answer.Secure || !hasSecureAddress)
            return null;
        List<TlsaRecord> records = [.. answer.Records.Select(r => TlsaRecord.Parse(Convert.FromHexString(r.Text))).OfType<TlsaRecord>()];
        string shown = string.Create(CultureInfo.InvariantCulture, $"TLSA=_{port}.{name}");
        foreach (TlsaRecord record in records.Where(r => !r.IsSupported))
            services.Log.Write(UnsupportedLevel, LogPriority.Notice, null, shown + ", type=" + record + ", status=unsupported");
        var policy = new DanePolicy(name, records, false);
        if (records.Count > 0 && !policy.IsBinding)
            services.Log.Write(UnsupportedLevel, LogPriority.Notice, null, string.Create(CultureInfo.InvariantCulture, $"{shown}, records={records.Count}, status=all TLSA RRs are unsupported"));
        return records.Count > 0 ? policy : null;
    }
}
