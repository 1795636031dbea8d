namespace Sendmail.Core.Cf;

/// <summary>A K line: map name, map class and the arguments as written, macros not yet expanded.</summary>
public sealed record MapDeclaration(string Name, string Class, string Arguments, CfLocation Location)
{
    /// <summary>BlankSub as it was at this line: most classes keep it as what stands between the words of a key.</summary>
    public char Blank { get; init; } = ' ';
    /// <summary>False when something in the line keeps the map from ever being opened.</summary>
    public bool Usable { get; init; } = true;
}

/// <summary>What a look at a K line gave: everything that is wrong with it, and whether there is a map all the same.</summary>
public sealed record MapCheck(IReadOnlyList<CfMessage> Messages, bool Usable)
{
    /// <summary>Nothing is wrong.</summary>
    public static readonly MapCheck Sound = new([], true);
}

/// <summary>
/// An H line. <see cref="Flags"/> are the mailer flags that ask for it, <see cref="ConditionMacro"/> the macro of
/// <c>?${name}?</c>, <see cref="RuleSet"/> the check of <c>$&gt;name</c> and <see cref="KeepComments"/> its <c>$&gt;+</c> form.
/// The name <c>*</c> is the default check.
/// </summary>
public sealed record HeaderDefinition(
    string Name, string Template, MailerFlags Flags, string? ConditionMacro, string? RuleSet, bool KeepComments, CfLocation Location);

/// <summary>A Q line or the default group (op 5.8): directories, runners and limits.</summary>
public sealed record QueueGroup(string Name, string Path)
{
    /// <summary>F=: flags (f: fork one child per job).</summary>
    public string Flags { get; init; } = "";
    /// <summary>I=: interval between runs, zero for the global one.</summary>
    public TimeSpan Interval { get; init; }
    /// <summary>J=: jobs in one run, 0 for no limit.</summary>
    public int Jobs { get; init; }
    /// <summary>N=: nice increment.</summary>
    public int Nice { get; init; }
    /// <summary>R=: runners at the same time.</summary>
    public int Runners { get; init; }
    /// <summary>r=: recipients in one envelope, 0 for no limit.</summary>
    public int Recipients { get; init; }
}

/// <summary>An X line: name, socket S=, flags F= and timeouts T=C:S:R:E.</summary>
public sealed record InputMailFilter(
    string Name, string Socket, string Flags, TimeSpan Connect, TimeSpan Send, TimeSpan Read, TimeSpan EndOfMessage, CfLocation Location);

/// <summary>One O DaemonPortOptions or ClientPortOptions value (op 5.6).</summary>
public sealed record DaemonPort
{
    /// <summary>Name=, as logs and <c>${daemon_name}</c> show it.</summary>
    public string Name { get; init; } = "";
    /// <summary>Family=: inet, inet6, local or unix.</summary>
    public string Family { get; init; } = "inet";
    /// <summary>Addr=: address, host name or socket path; empty for any.</summary>
    public string Address { get; init; } = "";
    /// <summary>Port=: number or service name; empty for smtp.</summary>
    public string Port { get; init; } = "";
    /// <summary>Modifier=: letters as written.</summary>
    public string Modifiers { get; init; } = "";
    /// <summary>InputMailFilters= of this port, null when not given.</summary>
    public string? InputMailFilters { get; init; }
    /// <summary>Listen=: backlog.</summary>
    public int Listen { get; init; } = 10;
    /// <summary>SndBufSize= in octets, 0 for the system's.</summary>
    public int SendBuffer { get; init; }
    /// <summary>RcvBufSize= in octets, 0 for the system's.</summary>
    public int ReceiveBuffer { get; init; }
    /// <summary>children=: limit for this port, null for the option's.</summary>
    public int? Children { get; init; }
    /// <summary>DeliveryMode= of this port, null for the option's.</summary>
    public char? DeliveryMode { get; init; }
    /// <summary>refuseLA=, null for the option's.</summary>
    public int? RefuseLoad { get; init; }
    /// <summary>delayLA=, null for the option's.</summary>
    public int? DelayLoad { get; init; }
    /// <summary>queueLA=, null for the option's.</summary>
    public int? QueueLoad { get; init; }

    /// <summary>Whether modifier letter <paramref name="letter"/> is set.</summary>
    public bool Has(char letter) => Modifiers.Contains(letter, StringComparison.Ordinal);
}
