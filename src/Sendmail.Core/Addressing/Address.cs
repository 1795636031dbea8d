using Sendmail.Core.Cf;
using Sendmail.Core.Replies;

namespace Sendmail.Core.Addressing;

/// <summary>What became of one recipient so far (the states that a queue file and a DSN must tell apart).</summary>
public enum RecipientState
{
    /// <summary>To be delivered.</summary>
    Ok,
    /// <summary>Replaced by the addresses it expanded to, or a duplicate: nothing to do.</summary>
    DontSend,
    /// <summary>Expanded by an alias, .forward or :include:.</summary>
    Expanded,
    /// <summary>Delivered or handed on.</summary>
    Sent,
    /// <summary>Temporary failure, to be tried again.</summary>
    Queued,
    /// <summary>Permanent failure.</summary>
    Bad,
    /// <summary>Address refused while it was parsed or verified.</summary>
    Refused,
}

/// <summary>The recipient flags of DSN (RFC 3461) and of sendmail's queue file.</summary>
[Flags]
public enum RecipientFlags
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>qf P: primary, named by the client and not by an expansion.</summary>
    Primary = 1,
    /// <summary>NOTIFY was given.</summary>
    HasNotify = 2,
    /// <summary>qf S: NOTIFY=SUCCESS.</summary>
    NotifySuccess = 4,
    /// <summary>qf F: NOTIFY=FAILURE.</summary>
    NotifyFailure = 8,
    /// <summary>qf D: NOTIFY=DELAY.</summary>
    NotifyDelay = 16,
    /// <summary>qf A: alias of an owner- list, suppressed expansion notice.</summary>
    Alias = 32,
    /// <summary>A delay warning was sent.</summary>
    Delayed = 64,
    /// <summary>A relayed DSN is due.</summary>
    Relayed = 128,
    /// <summary>Expanded: a DSN "expanded" is due.</summary>
    ExpandedDsn = 256,
    /// <summary>Delivered locally.</summary>
    Delivered = 512,
    /// <summary>A byte-for-byte quoted local name: no further aliasing (<c>\user</c>).</summary>
    NotAliased = 1024,
    /// <summary>Came from a .forward file or alias that names its own user: do not forward again.</summary>
    NotForwarded = 2048,
}

/// <summary>
/// An address that rulesets resolved to a (mailer, host, user) triple, and what is known about its delivery. Sender
/// and recipients are both of this type.
/// </summary>
public sealed class Address
{
    /// <summary>The address as written by whoever gave it, comments kept.</summary>
    public required string Text { get; set; }
    /// <summary>The mailer, null for an address that did not resolve.</summary>
    public Mailer? Mailer { get; set; }
    /// <summary>Host part of the triple, empty for local mailers.</summary>
    public string Host { get; set; } = "";
    /// <summary>User part of the triple.</summary>
    public string User { get; set; } = "";
    /// <summary>Original user before stripping of quotes and case, as <c>$u</c> of the mailer wants it (rewritten by R=).</summary>
    public string RewrittenUser { get; set; } = "";
    /// <summary>Full name from the password file or a comment, null when unknown.</summary>
    public string? FullName { get; set; }
    /// <summary>Home directory of a local user, null when not looked up.</summary>
    public string? Home { get; set; }
    /// <summary>User id deliveries for this address run as, -1 for the default user.</summary>
    public int UserId { get; set; } = -1;
    /// <summary>Group id, see <see cref="UserId"/>.</summary>
    public int GroupId { get; set; } = -1;
    /// <summary>Name of that user, null for the default user.</summary>
    public string? RunAsName { get; set; }
    /// <summary>Address of the alias or list this one came from, null for a primary one.</summary>
    public Address? Controller { get; set; }
    /// <summary>State of delivery.</summary>
    public RecipientState State { get; set; }
    /// <summary>DSN and queue flags.</summary>
    public RecipientFlags Flags { get; set; }
    /// <summary>ORCPT as given, <c>type;xtext</c>, null when none.</summary>
    public string? OriginalRecipient { get; set; }
    /// <summary>Final recipient for DSNs (type;address), null for the address itself.</summary>
    public string? FinalRecipient { get; set; }
    /// <summary>Status of the last attempt.</summary>
    public EnhancedStatus Status { get; set; }
    /// <summary>sysexits status of the last attempt.</summary>
    public SysExit ExitStatus { get; set; }
    /// <summary>What the log shows as stat= and mailq in parentheses, null when never tried.</summary>
    public string? StatusMessage { get; set; }
    /// <summary>What the rules gave to the error mailer as its user, when this was for it; null for others.</summary>
    public string? ErrorUser { get; set; }
    /// <summary>Grows with every address that is found wrong: complaints are told in the order in which they arose. 0: never.</summary>
    public long FailureOrder { get; set; }
    /// <summary>Whether it may not be used at all, whatever its mailer would say; nothing but the complaint tells of it.</summary>
    public bool IsForbidden { get; set; }
    /// <summary>The line of a list or .forward that it stands in, as complaints name it; null for others.</summary>
    public string? Place { get; set; }
    /// <summary>Host that gave <see cref="StatusMessage"/>, for Remote-MTA.</summary>
    public string? StatusHost { get; set; }
    /// <summary>The remote's last SMTP reply with its code, for Diagnostic-Code; null when none.</summary>
    public string? RemoteReply { get; set; }
    /// <summary>When the status was set.</summary>
    public DateTimeOffset StatusTime { get; set; }
    /// <summary>What became of it alone when others of its message got another answer, for lists of the queue; null when that is not known.</summary>
    public string? OwnMessage { get; set; }
    /// <summary>How many of the addresses that it stands for were known already.</summary>
    public int KnownMembers { get; set; }
    /// <summary>What it was expanded to leads back to it: it is delivered itself.</summary>
    public bool IsCircular { get; set; }
    /// <summary>Depth of alias expansion.</summary>
    public int AliasLevel { get; set; }
    /// <summary>Queue group chosen by ruleset queuegroup or the mailer, null for the default.</summary>
    public string? QueueGroup { get; set; }

    /// <summary>Whether a flag is set.</summary>
    public bool Has(RecipientFlags flag) => (Flags & flag) == flag;

    /// <inheritdoc/>
    public override string ToString() => Text;
}
