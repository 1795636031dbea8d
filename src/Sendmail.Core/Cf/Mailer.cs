namespace Sendmail.Core.Cf;

/// <summary>A delivery agent: one M line with all its fields (op 5.4).</summary>
public sealed class Mailer
{
    /// <summary>Position among the M lines, from 0.</summary>
    public required int Number { get; init; }
    /// <summary>Name, as <c>$#name</c> gives it.</summary>
    public required string Name { get; init; }
    /// <summary>P=: path of the program, <c>[IPC]</c>, <c>[LPC]</c> or <c>[FILE]</c>.</summary>
    public string Path { get; init; } = "";
    /// <summary>A=: argument vector, words with metasymbols, argv[0] first.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];
    /// <summary>F=: flags.</summary>
    public MailerFlags Flags { get; init; }
    /// <summary>S= before the slash: ruleset for envelope senders, null for none.</summary>
    public RuleSetReference? SenderEnvelope { get; init; }
    /// <summary>S= after the slash: ruleset for header senders.</summary>
    public RuleSetReference? SenderHeader { get; init; }
    /// <summary>R= before the slash: ruleset for envelope recipients.</summary>
    public RuleSetReference? RecipientEnvelope { get; init; }
    /// <summary>R= after the slash: ruleset for header recipients.</summary>
    public RuleSetReference? RecipientHeader { get; init; }
    /// <summary>M=: largest message in octets, 0 for no limit.</summary>
    public long MaxMessageSize { get; init; }
    /// <summary>L=: longest line in octets, 0 for no limit.</summary>
    public int LineLimit { get; init; }
    /// <summary>E=: end of line for the body.</summary>
    public string EndOfLine { get; init; } = "\n";
    /// <summary>m=: messages on one connection, 0 for no limit.</summary>
    public int MaxMessages { get; init; }
    /// <summary>r=: recipients in one transaction.</summary>
    public int MaxRecipients { get; init; } = 100;
    /// <summary>N=: nice increment.</summary>
    public int Nice { get; init; }
    /// <summary>U=: user to run as, -1 when not given.</summary>
    public int UserId { get; init; } = -1;
    /// <summary>U=: group to run as, -1 when not given.</summary>
    public int GroupId { get; init; } = -1;
    /// <summary>D=: directories to try, separated by colons, with metasymbols; null when not given.</summary>
    public string? Directory { get; init; }
    /// <summary>/=: directory to change the root to, with metasymbols; null when not given.</summary>
    public string? RootDirectory { get; init; }
    /// <summary>C=: character set for 8-bit conversion, null when not given.</summary>
    public string? CharacterSet { get; init; }
    /// <summary>T= first part: type of the MTA in DSNs, null when undefined.</summary>
    public string? MtaType { get; init; }
    /// <summary>T= second part: type of addresses in DSNs, null when undefined.</summary>
    public string? AddressType { get; init; }
    /// <summary>T= third part: type of diagnostics in DSNs, null when undefined.</summary>
    public string? DiagnosticType { get; init; }
    /// <summary>W=: time to wait for the program, zero for no limit.</summary>
    public TimeSpan Wait { get; init; }
    /// <summary>Q=: name of the queue group, null when not given.</summary>
    public string? QueueGroup { get; init; }
    /// <summary>The line it came from.</summary>
    public CfLocation Location { get; init; }

    /// <summary>Whether mail goes over a socket: P=[IPC] or the older names of it.</summary>
    public bool IsIpc => Path is "[IPC]" or "[TCP]" or "[LPC]";
    /// <summary>Whether flag F=<paramref name="flag"/> is set.</summary>
    public bool Has(char flag) => Flags.Has(flag);
}

/// <summary>A ruleset as a mailer's S= or R= names it: its number and the name that traces show.</summary>
public sealed record RuleSetReference(int Number, string Name);
