namespace Sendmail.Core.Cf;

public static partial class OptionTable
{
    /// <summary>Strip the top bit of input.</summary>
    public static readonly Option<bool> SevenBitInput = Row(new Option<bool>
    {
        Name = "SevenBitInput", Letter = '7', Default = false, Parser = OptionParsers.Boolean, Safe = true,
        Summary = "Strip the top bit of input",
    });

    /// <summary>What to do with 8-bit data: m, s or p.</summary>
    public static readonly Option<char> EightBitMode = Row(new Option<char>
    {
        Name = "EightBitMode", Letter = '8', Default = 'p', Parser = OptionParsers.OneOf("msp", "Unknown 8-bit mode ", true, true), Safe = true,
        Summary = "What to do with 8-bit data: m, s or p",
    });

    /// <summary>Alias databases.</summary>
    public static readonly Option<string> AliasFile = Row(new Option<string>
    {
        Name = "AliasFile", Letter = 'A', Default = "", Parser = OptionParsers.Additive,
        Summary = "Alias databases",
    });

    /// <summary>How long to wait for an alias database that is being rebuilt.</summary>
    public static readonly Option<TimeSpan> AliasWait = Row(new Option<TimeSpan>
    {
        Name = "AliasWait", Letter = 'a', Default = TimeSpan.FromSeconds(300), Parser = OptionParsers.Time('m'),
        Summary = "How long to wait for an alias database that is being rebuilt",
    });

    /// <summary>Character that replaces unquoted blanks.</summary>
    public static readonly Option<char> BlankSub = Row(new Option<char>
    {
        Name = "BlankSub", Letter = 'B', Default = ' ', Parser = OptionParsers.OneOf(" ", "", false),
        Summary = "Character that replaces unquoted blanks",
    });

    /// <summary>Free blocks of the queue that must remain.</summary>
    public static readonly Option<string> MinFreeBlocks = Row(new Option<string>
    {
        Name = "MinFreeBlocks", Letter = 'b', Default = "100", Parser = OptionParsers.Text, Safe = true,
        Summary = "Free blocks of the queue that must remain",
    });

    /// <summary>Deliveries between queue file checkpoints.</summary>
    public static readonly Option<int> CheckpointInterval = Row(new Option<int>
    {
        Name = "CheckpointInterval", Letter = 'C', Default = 10, Parser = OptionParsers.Number, Safe = true,
        Summary = "Deliveries between queue file checkpoints",
    });

    /// <summary>Queue mail for expensive mailers.</summary>
    public static readonly Option<bool> HoldExpensive = Row(new Option<bool>
    {
        Name = "HoldExpensive", Letter = 'c', Default = false, Parser = OptionParsers.Boolean,
        Summary = "Queue mail for expensive mailers",
    });

    /// <summary>i, b, q or d.</summary>
    public static readonly Option<char> DeliveryMode = Row(new Option<char>
    {
        Name = "DeliveryMode", Letter = 'd', Default = 'b', Parser = OptionParsers.OneOf("biqd", "Unknown delivery mode ", true), Safe = true,
        Summary = "i, b, q or d",
    });

    /// <summary>Text or file put before error messages.</summary>
    public static readonly Option<string> ErrorHeader = Row(new Option<string>
    {
        Name = "ErrorHeader", Letter = 'E', Default = "", Parser = OptionParsers.Text,
        Summary = "Text or file put before error messages",
    });

    /// <summary>p, q, m, w or e.</summary>
    public static readonly Option<char> ErrorMode = Row(new Option<char>
    {
        Name = "ErrorMode", Letter = 'e', Default = 'p', Parser = OptionParsers.OneOf("pqmwe", "", false), Safe = true,
        Summary = "p, q, m, w or e",
    });

    /// <summary>Mode of temporary files.</summary>
    public static readonly Option<int> TempFileMode = Row(new Option<int>
    {
        Name = "TempFileMode", Letter = 'F', Default = 0x180, Parser = OptionParsers.Octal,
        Summary = "Mode of temporary files",
    });

    /// <summary>Keep Unix From lines.</summary>
    public static readonly Option<bool> SaveFromLine = Row(new Option<bool>
    {
        Name = "SaveFromLine", Letter = 'f', Default = false, Parser = OptionParsers.Boolean,
        Summary = "Keep Unix From lines",
    });

    /// <summary>Match local names against full names.</summary>
    public static readonly Option<bool> MatchGECOS = Row(new Option<bool>
    {
        Name = "MatchGECOS", Letter = 'G', Default = false, Parser = OptionParsers.Boolean, HasEffect = false,
        Summary = "Match local names against full names",
    });

    /// <summary>File of SMTP help texts.</summary>
    public static readonly Option<string> HelpFile = Row(new Option<string>
    {
        Name = "HelpFile", Letter = 'H', Default = "", Parser = OptionParsers.Text,
        Summary = "File of SMTP help texts",
    });

    /// <summary>Received lines before a loop is assumed.</summary>
    public static readonly Option<int> MaxHopCount = Row(new Option<int>
    {
        Name = "MaxHopCount", Letter = 'h', Default = 25, Parser = OptionParsers.Number,
        Summary = "Received lines before a loop is assumed",
    });

    /// <summary>Resolver flags.</summary>
    public static readonly Option<IReadOnlySet<string>> ResolverOptions = Row(new Option<IReadOnlySet<string>>
    {
        Name = "ResolverOptions", Letter = 'I', Default = OptionParsers.NoWords, Parser = OptionParsers.Resolver,
        Summary = "Resolver flags",
    });

    /// <summary>A lone dot does not end a message.</summary>
    public static readonly Option<bool> IgnoreDots = Row(new Option<bool>
    {
        Name = "IgnoreDots", Letter = 'i', Default = false, Parser = OptionParsers.Boolean, Safe = true,
        Summary = "A lone dot does not end a message",
    });

    /// <summary>Where .forward files are.</summary>
    public static readonly Option<string> ForwardPath = Row(new Option<string>
    {
        Name = "ForwardPath", Letter = 'J', Default = CfText.Encode("$z/.forward"), Parser = OptionParsers.Text,
        Summary = "Where .forward files are",
    });

    /// <summary>Bounces in MIME form.</summary>
    public static readonly Option<bool> SendMimeErrors = Row(new Option<bool>
    {
        Name = "SendMimeErrors", Letter = 'j', Default = true, Parser = OptionParsers.Boolean, Safe = true,
        Summary = "Bounces in MIME form",
    });

    /// <summary>Open SMTP connections kept.</summary>
    public static readonly Option<int> ConnectionCacheSize = Row(new Option<int>
    {
        Name = "ConnectionCacheSize", Letter = 'k', Default = 1, Parser = OptionParsers.Number,
        Summary = "Open SMTP connections kept",
    });

    /// <summary>How long they are kept.</summary>
    public static readonly Option<TimeSpan> ConnectionCacheTimeout = Row(new Option<TimeSpan>
    {
        Name = "ConnectionCacheTimeout", Letter = 'K', Default = TimeSpan.FromSeconds(300), Parser = OptionParsers.Time('s'),
        Summary = "How long they are kept",
    });

    /// <summary>Honour Errors-To:.</summary>
    public static readonly Option<bool> UseErrorsTo = Row(new Option<bool>
    {
        Name = "UseErrorsTo", Letter = 'l', Default = false, Parser = OptionParsers.Boolean, HasEffect = false,
        Summary = "Honour Errors-To:",
    });

    /// <summary>How much is logged.</summary>
    public static readonly Option<int> LogLevel = Row(new Option<int>
    {
        Name = "LogLevel", Letter = 'L', Default = 9, Parser = OptionParsers.Number, Safe = true,
        Summary = "How much is logged",
    });

    /// <summary>Send to the sender too when an alias names him.</summary>
    public static readonly Option<bool> MeToo = Row(new Option<bool>
    {
        Name = "MeToo", Letter = 'm', Default = true, Parser = OptionParsers.Boolean, Safe = true,
        Summary = "Accepted for old files: a sender whom an alias names always gets his copy",
    });

    /// <summary>Check the right sides of aliases on rebuild.</summary>
    public static readonly Option<bool> CheckAliases = Row(new Option<bool>
    {
        Name = "CheckAliases", Letter = 'n', Default = false, Parser = OptionParsers.Boolean,
        Summary = "Check the right sides of aliases on rebuild",
    });

    /// <summary>Blanks separate addresses in headers.</summary>
    public static readonly Option<bool> OldStyleHeaders = Row(new Option<bool>
    {
        Name = "OldStyleHeaders", Letter = 'o', Default = false, Parser = OptionParsers.Boolean, Safe = true,
        Summary = "Blanks separate addresses in headers",
    });

    /// <summary>Ports the daemon listens on.</summary>
    public static readonly Option<string> DaemonPortOptions = Row(new Option<string>
    {
        Name = "DaemonPortOptions", Letter = 'O', Default = "", Parser = OptionParsers.Additive,
        Summary = "Ports the daemon listens on",
    });

    /// <summary>What strangers may ask.</summary>
    public static readonly Option<PrivacyFlags> PrivacyOptions = Row(new Option<PrivacyFlags>
    {
        Name = "PrivacyOptions", Letter = 'p', Default = PrivacyFlags.Public, Parser = OptionParsers.Privacy, Safe = true,
        Summary = "What strangers may ask",
    });

    /// <summary>Who gets copies of error messages.</summary>
    public static readonly Option<string> PostmasterCopy = Row(new Option<string>
    {
        Name = "PostmasterCopy", Letter = 'P', Default = "", Parser = OptionParsers.Text,
        Summary = "Who gets copies of error messages",
    });

    /// <summary>Priority at which messages are only queued, with QueueLA.</summary>
    public static readonly Option<int> QueueFactor = Row(new Option<int>
    {
        Name = "QueueFactor", Letter = 'q', Default = 600000, Parser = OptionParsers.Number,
        Summary = "Priority at which messages are only queued, with QueueLA",
    });

    /// <summary>Where the queue is.</summary>
    public static readonly Option<string> QueueDirectory = Row(new Option<string>
    {
        Name = "QueueDirectory", Letter = 'Q', Default = "", Parser = OptionParsers.Text,
        Summary = "Where the queue is",
    });

    /// <summary>Keep source routes.</summary>
    public static readonly Option<bool> DontPruneRoutes = Row(new Option<bool>
    {
        Name = "DontPruneRoutes", Letter = 'R', Default = false, Parser = OptionParsers.Boolean, HasEffect = false,
        Summary = "Keep source routes",
    });

    /// <summary>Statistics file.</summary>
    public static readonly Option<string> StatusFile = Row(new Option<string>
    {
        Name = "StatusFile", Letter = 'S', Default = "", Parser = OptionParsers.Text,
        Summary = "Statistics file",
    });

    /// <summary>When queue files are written and synced: true, false, interactive or postmilter.</summary>
    public static readonly Option<char> SuperSafe = Row(new Option<char>
    {
        Name = "SuperSafe", Letter = 's', Default = 't', Parser = OptionParsers.OneOf("tfip", "", false), Safe = true,
        Summary = "When queue files are written and synced: true, false, interactive or postmilter",
    });

    /// <summary>Old form of Timeout.queuereturn/queuewarn.</summary>
    public static readonly Option<string> QueueTimeout = Row(new Option<string>
    {
        Name = "QueueTimeout", Letter = 'T', Default = "", Parser = OptionParsers.Text,
        Summary = "Old form of Timeout.queuereturn/queuewarn",
    });

    /// <summary>Time zone.</summary>
    public static readonly Option<string> TimeZoneSpec = Row(new Option<string>
    {
        Name = "TimeZoneSpec", Letter = 't', Default = "\0", Parser = OptionParsers.Text, HasEffect = false,
        Summary = "Time zone",
    });
}
