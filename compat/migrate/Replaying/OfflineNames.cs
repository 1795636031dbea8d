using System.Net;
using Sendmail.Wire.Dns;

namespace Sendmail.Migrate.Replaying;

/// <summary>
/// Stands for name servers where none is to be asked: every name with a dot exists and is its own exchanger, so that both configurations
/// are asked about the same world.
/// </summary>
internal sealed class OfflineNames : IResolver
{
    private static readonly IPAddress _address = IPAddress.Parse("192.0.2.1");

    public ValueTask<DnsAnswer> ResolveAsync(string name, DnsType type, CancellationToken cancellation)
    {
        string bare = name.TrimEnd('.');
        if (!bare.Contains('.', StringComparison.Ordinal))
            return ValueTask.FromResult(DnsAnswer.Empty(DnsStatus.NxDomain, bare));
        return ValueTask.FromResult(type == DnsType.A
            ? new DnsAnswer(DnsStatus.NoError, bare, [new DnsRecord(_address.ToString(), Address: _address)], false)
            : DnsAnswer.Empty(DnsStatus.NoData, bare));
    }
}
