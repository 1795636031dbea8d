using Sendmail.Core.Addressing;
using Sendmail.Core.Replies;
using Sendmail.Core.Headers;
using Sendmail.Core.Rewriting;

namespace Sendmail.Core.Envelopes;

/// <summary>The flag letters of a queue file's F line, and facts that are kept beside them.</summary>
[Flags]
public enum EnvelopeFlags
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>r: this is an error message (DSN).</summary>
    Response = 1,
    /// <summary>w: a warning was sent.</summary>
    WarningSent = 2,
    /// <summary>8: the body has 8-bit data.</summary>
    Has8Bit = 4,
    /// <summary>b: Bcc was deleted.</summary>
    DeleteBcc = 8,
    /// <summary>d: a RET parameter was given.</summary>
    HasReturn = 16,
    /// <summary>n: RET=HDRS, do not return the body.</summary>
    NoBodyReturn = 32,
    /// <summary>s: split into several envelopes.</summary>
    Split = 64,
    /// <summary>C: BY with mode and trace were given (RFC 2852).</summary>
    DeliverBy = 128,
    /// <summary>Queued because HoldExpensive or -odq says so: keep, do not try now.</summary>
    KeepQueue = 256,
    /// <summary>Cannot be delivered at all: a fatal error was seen.</summary>
    FatalErrors = 512,
    /// <summary>The message is quarantined (hf instead of qf).</summary>
    Quarantined = 1024,
    /// <summary>The message is to be thrown away ($#discard).</summary>
    Discard = 2048,
}

/// <summary>
/// A message on its way: sender, recipients, headers, where the body is, and its macros. It is what the server and
/// command line fill, a control file stores and delivery works through.
/// </summary>
public sealed class Envelope
{
    /// <summary>A new envelope whose macros fall back to <paramref name="session"/>.</summary>
    public Envelope(MacroScope session) => Macros = new MacroScope(session);

    /// <summary>Queue id, null until one is given.</summary>
    public string? Id { get; set; }
    /// <summary>Macros of this message; the session's and the global ones stand behind it.</summary>
    public MacroScope Macros { get; }
    /// <summary>Resolved sender; <see cref="Address.Text"/> is <c>&lt;&gt;</c> for the null sender.</summary>
    public Address? Sender { get; set; }
    /// <summary>All recipients, also those expanded or already delivered.</summary>
    public List<Address> Recipients { get; } = [];
    /// <summary>Whether blanks separate no addresses any more (OldStyleHeaders): a list had a comma, a bracket or a comment.</summary>
    public bool IsNewStyle { get; set; }
    /// <summary>Names that the client only asked about (VRFY, EXPN): they count in nrcpts= and in the priority.</summary>
    public int OtherRecipients { get; set; }
    /// <summary>Recipients named in error messages to the sender (Errors-To, owner-).</summary>
    public List<Address> ErrorRecipients { get; } = [];
    /// <summary>Header fields in order.</summary>
    public List<Header> Headers { get; } = [];
    /// <summary>Flags of the queue file and of processing.</summary>
    public EnvelopeFlags Flags { get; set; }
    /// <summary>When the message was created (qf T).</summary>
    public DateTimeOffset Created { get; set; }
    /// <summary>When delivery was last tried (qf K), null for never.</summary>
    public DateTimeOffset? LastTried { get; set; }
    /// <summary>Number of delivery attempts (qf N).</summary>
    public int Attempts { get; set; }
    /// <summary>Priority as kept in the queue (qf P).</summary>
    public long Priority { get; set; }
    /// <summary>Message class from Precedence:.</summary>
    public int Class { get; set; }
    /// <summary>Size of the message in octets as log and SIZE count it.</summary>
    public long Size { get; set; }
    /// <summary>Hops counted from Received: headers.</summary>
    public int HopCount { get; set; }
    /// <summary>Body type: 7BIT, 8BITMIME or empty when not said (qf B).</summary>
    public string BodyType { get; set; } = "";
    /// <summary>ENVID of DSN, null when none (qf Z).</summary>
    public string? EnvelopeId { get; set; }
    /// <summary>AUTH= parameter or authenticated sender (qf A), null when none.</summary>
    public string? AuthSender { get; set; }
    /// <summary>Deadline of DELIVERBY relative to <see cref="Created"/>; null when none.</summary>
    public TimeSpan? DeliverBy { get; set; }
    /// <summary>DELIVERBY mode: 'N' notify, 'R' return, with 'T' trace in <see cref="DeliverByTrace"/>.</summary>
    public char DeliverByMode { get; set; }
    /// <summary>DELIVERBY trace was asked for.</summary>
    public bool DeliverByTrace { get; set; }
    /// <summary>What a ruleset that said no left behind though the mail went on (try_tls): the exit code of a command that submitted it.</summary>
    public SysExit ExitStatus { get; set; }
    /// <summary>Text shown by mailq (qf M), null when none.</summary>
    public string? StatusMessage { get; set; }
    /// <summary>Reason for quarantine (qf q), null when not quarantined.</summary>
    public string? QuarantineReason { get; set; }
    /// <summary>Message-Id for the log, null when not known.</summary>
    public string? MessageId { get; set; }
    /// <summary>Delivery mode: i, b, q or d.</summary>
    public char DeliveryMode { get; set; } = 'b';
    /// <summary>Error mode: p, q, m, w or e.</summary>
    public char ErrorMode { get; set; } = 'p';
    /// <summary>Name of the queue group.</summary>
    public string QueueGroup { get; set; } = "mqueue";
    /// <summary>Directory of the control file, set by the queue store.</summary>
    public string? QueueDirectory { get; set; }
    /// <summary>Name of the data file, null while the message has no body on disk.</summary>
    public string? DataFile { get; set; }
    /// <summary>Whether a command brought it, not a client or a queue run.</summary>
    public bool IsFromCommand { get; set; }
    /// <summary>Whether it was read from the queue by this process, or reports about one that was: its control file tells which file the body is.</summary>
    public bool IsFromQueue { get; set; }
    /// <summary>The control file has recipients that failed, of whom nobody was told when it was written.</summary>
    public bool HasQueuedFailures { get; set; }
    /// <summary>Directory of the body when it is not the control file's (qf d), null otherwise.</summary>
    public string? DataDirectory { get; set; }
    /// <summary>What keeps the control file locked while this process works on the message; null when nothing does.</summary>
    public IDisposable? Lock { get; set; }
    /// <summary>Lines of the SMTP dialogue and of programs, for the DSN.</summary>
    public List<string> Transcript { get; } = [];
    /// <summary>Lists whose members got messages of their own, sent by their owners, and which the transcript is still to name.</summary>
    public List<string> SplitLists { get; } = [];
    /// <summary>Name of the list whose owner sends this message to its members, null for others.</summary>
    public string? OwnedList { get; set; }
    /// <summary>The envelope this one is about (the failed message of a DSN).</summary>
    public Envelope? About { get; set; }

    /// <summary>Whether a flag is set.</summary>
    public bool Has(EnvelopeFlags flag) => (Flags & flag) == flag;
}
