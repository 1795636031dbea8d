using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Wire.Dns;

namespace Sendmail.Maps;

/// <summary>What maps need from the process.</summary>
/// <param name="Resolver">DNS; null where nothing may be asked.</param>
/// <param name="Hosts">Host names by the hosts file and DNS.</param>
/// <param name="Log">Where problems with maps are told.</param>
/// <param name="Clock">Time.</param>
public sealed record MapEnvironment(IResolver? Resolver, HostLookup? Hosts, IMailLog Log, TimeProvider Clock)
{
    /// <summary>The configuration that declares the maps; set by the registry.</summary>
    public Configuration? Configuration { get; init; }

    /// <summary>What is told of opening (<c>-d38</c>) and of questions to name servers (<c>-d8</c>); null for nothing.</summary>
    public DebugTrace? Debug { get; init; }

    /// <summary>Receives what the user of a command should see; null when nobody watches.</summary>
    public Action<string>? Message { get; set; }
}
