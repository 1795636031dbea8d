namespace Sendmail.Wire.Dns;

/// <summary>The numbers of netdb.h for what a name server answered, as traces show them (h_errno).</summary>
public static class HostErrors
{
    /// <summary>What cannot even be asked for.</summary>
    public const int NoRecovery = 3;

    /// <summary>0 for an answer, 1 no such host, 2 try again, 4 no data of that kind.</summary>
    public static int Of(DnsStatus status) => status switch
    {
        DnsStatus.NoError => 0,
        DnsStatus.NxDomain => 1,
        DnsStatus.NoData => 4,
        _ => 2,
    };
}
