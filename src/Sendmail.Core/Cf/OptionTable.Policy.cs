namespace Sendmail.Core.Cf;

public static partial class OptionTable
{
    /// <summary>User database.</summary>
    public static readonly Option<string> UserDatabaseSpec = Row(new Option<string>
    {
        Name = "UserDatabaseSpec", Letter = 'U', Default = "", Parser = OptionParsers.Text, HasEffect = false,
        Summary = "User database",
    });

    /// <summary>Whom programs and files are delivered as.</summary>
    public static readonly Option<RunAs> DefaultUser = Row(new Option<RunAs>
    {
        Name = "DefaultUser", Letter = 'u', Default = new RunAs(1, 1, ""), Parser = OptionParsers.DefaultUser,
        Summary = "Whom programs and files are delivered as",
    });

    /// <summary>Host tried behind the last MX.</summary>
    public static readonly Option<string> FallbackMXhost = Row(new Option<string>
    {
        Name = "FallbackMXhost", Letter = 'V', Default = "", Parser = OptionParsers.Text,
        Summary = "Host tried behind the last MX",
    });

    /// <summary>Tell what is being done.</summary>
    public static readonly Option<bool> Verbose = Row(new Option<bool>
    {
        Name = "Verbose", Letter = 'v', Default = false, Parser = OptionParsers.Boolean, Safe = true,
        Summary = "Tell what is being done",
    });

    /// <summary>Connect by address when we are the best MX.</summary>
    public static readonly Option<bool> TryNullMXList = Row(new Option<bool>
    {
        Name = "TryNullMXList", Letter = 'w', Default = false, Parser = OptionParsers.Boolean,
        Summary = "Connect by address when we are the best MX",
    });

    /// <summary>Load at which mail is only queued.</summary>
    public static readonly Option<int> QueueLA = Row(new Option<int>
    {
        Name = "QueueLA", Letter = 'x', Default = 8 * Environment.ProcessorCount, Parser = OptionParsers.Number,
        Summary = "Load at which mail is only queued",
    });

    /// <summary>Load at which connections are refused.</summary>
    public static readonly Option<int> RefuseLA = Row(new Option<int>
    {
        Name = "RefuseLA", Letter = 'X', Default = 12 * Environment.ProcessorCount, Parser = OptionParsers.Number,
        Summary = "Load at which connections are refused",
    });

    /// <summary>Weight of a recipient in priorities.</summary>
    public static readonly Option<int> RecipientFactor = Row(new Option<int>
    {
        Name = "RecipientFactor", Letter = 'y', Default = 30000, Parser = OptionParsers.Number,
        Summary = "Weight of a recipient in priorities",
    });

    /// <summary>One process for each queue job.</summary>
    public static readonly Option<bool> ForkEachJob = Row(new Option<bool>
    {
        Name = "ForkEachJob", Letter = 'Y', Default = false, Parser = OptionParsers.Boolean, HasEffect = false,
        Summary = "One process for each queue job",
    });

    /// <summary>Weight of the class in priorities.</summary>
    public static readonly Option<int> ClassFactor = Row(new Option<int>
    {
        Name = "ClassFactor", Letter = 'z', Default = 1800, Parser = OptionParsers.Number,
        Summary = "Weight of the class in priorities",
    });

    /// <summary>Weight of a retry in priorities.</summary>
    public static readonly Option<int> RetryFactor = Row(new Option<int>
    {
        Name = "RetryFactor", Letter = 'Z', Default = 90000, Parser = OptionParsers.Number,
        Summary = "Weight of a retry in priorities",
    });

    /// <summary>Order of queue runs.</summary>
    public static readonly Option<char> QueueSortOrder = Row(new Option<char>
    {
        Name = "QueueSortOrder", Default = 'p', Parser = OptionParsers.SortOrder, Safe = true,
        Summary = "Order of queue runs",
    });

    /// <summary>Hosts file.</summary>
    public static readonly Option<string> HostsFile = Row(new Option<string>
    {
        Name = "HostsFile", Default = "/etc/hosts", Parser = OptionParsers.Text,
        Summary = "Hosts file",
    });

    /// <summary>Age before a message is tried again.</summary>
    public static readonly Option<TimeSpan> MinQueueAge = Row(new Option<TimeSpan>
    {
        Name = "MinQueueAge", Default = TimeSpan.FromSeconds(0), Parser = OptionParsers.Time('m'), Safe = true,
        Summary = "Age before a message is tried again",
    });

    /// <summary>Character set of unlabelled 8-bit text.</summary>
    public static readonly Option<string> DefaultCharSet = Row(new Option<string>
    {
        Name = "DefaultCharSet", Default = "unknown-8bit", Parser = OptionParsers.Text, Safe = true,
        Summary = "Character set of unlabelled 8-bit text",
    });

    /// <summary>Which services look up hosts and aliases.</summary>
    public static readonly Option<string> ServiceSwitchFile = Row(new Option<string>
    {
        Name = "ServiceSwitchFile", Default = "/etc/mail/service.switch", Parser = OptionParsers.Text,
        Summary = "Which services look up hosts and aliases",
    });

    /// <summary>Wait before the second try on a dial-up line.</summary>
    public static readonly Option<TimeSpan> DialDelay = Row(new Option<TimeSpan>
    {
        Name = "DialDelay", Default = TimeSpan.FromSeconds(0), Parser = OptionParsers.Time('s'), Safe = true,
        Summary = "Wait before the second try on a dial-up line",
    });

    /// <summary>What to do without recipient headers.</summary>
    public static readonly Option<string> NoRecipientAction = Row(new Option<string>
    {
        Name = "NoRecipientAction", Default = "none", Parser = OptionParsers.NoRecipient, Safe = true,
        Summary = "What to do without recipient headers",
    });

    /// <summary>Directory file deliveries are confined to.</summary>
    public static readonly Option<string> SafeFileEnvironment = Row(new Option<string>
    {
        Name = "SafeFileEnvironment", Default = "", Parser = OptionParsers.Text,
        Summary = "Directory file deliveries are confined to",
    });

    /// <summary>Largest message accepted.</summary>
    public static readonly Option<long> MaxMessageSize = Row(new Option<long>
    {
        Name = "MaxMessageSize", Default = 0, Parser = OptionParsers.Long,
        Summary = "Largest message accepted",
    });

    /// <summary>A colon may stand in an address.</summary>
    public static readonly Option<bool> ColonOkInAddr = Row(new Option<bool>
    {
        Name = "ColonOkInAddr", Default = true, Parser = OptionParsers.Boolean, Safe = true,
        Summary = "A colon may stand in an address",
    });

    /// <summary>Messages in one queue run.</summary>
    public static readonly Option<int> MaxQueueRunSize = Row(new Option<int>
    {
        Name = "MaxQueueRunSize", Default = 0, Parser = OptionParsers.Number, Safe = true,
        Summary = "Messages in one queue run",
    });

    /// <summary>Sessions at the same time.</summary>
    public static readonly Option<int> MaxDaemonChildren = Row(new Option<int>
    {
        Name = "MaxDaemonChildren", Default = 0, Parser = OptionParsers.Number,
        Summary = "Sessions at the same time",
    });

    /// <summary>Leave aliases of host names alone.</summary>
    public static readonly Option<bool> DontExpandCnames = Row(new Option<bool>
    {
        Name = "DontExpandCnames", Default = false, Parser = OptionParsers.Boolean,
        Summary = "Leave aliases of host names alone",
    });

    /// <summary>Characters that must be quoted in full names.</summary>
    public static readonly Option<string> MustQuoteChars = Row(new Option<string>
    {
        Name = "MustQuoteChars", Default = "@,;:\\()[].'", Parser = OptionParsers.Text,
        Summary = "Characters that must be quoted in full names",
    });

    /// <summary>SMTP greeting.</summary>
    public static readonly Option<string> SmtpGreetingMessage = Row(new Option<string>
    {
        Name = "SmtpGreetingMessage", Default = CfText.Encode("$j Sendmail $v ready at $b"), Parser = OptionParsers.Text,
        Summary = "SMTP greeting",
    });

    /// <summary>Format of Unix From lines.</summary>
    public static readonly Option<string> UnixFromLine = Row(new Option<string>
    {
        Name = "UnixFromLine", Default = CfText.Encode("From $g  $d"), Parser = OptionParsers.Text,
        Summary = "Format of Unix From lines",
    });

    /// <summary>Characters that are tokens of their own.</summary>
    public static readonly Option<string> OperatorChars = Row(new Option<string>
    {
        Name = "OperatorChars", Default = ".:@[]", Parser = OptionParsers.Text,
        Summary = "Characters that are tokens of their own",
    });

    /// <summary>No supplementary groups for programs.</summary>
    public static readonly Option<bool> DontInitGroups = Row(new Option<bool>
    {
        Name = "DontInitGroups", Default = false, Parser = OptionParsers.Boolean,
        Summary = "No supplementary groups for programs",
    });

    /// <summary>Join From: to one line.</summary>
    public static readonly Option<bool> SingleLineFromHeader = Row(new Option<bool>
    {
        Name = "SingleLineFromHeader", Default = false, Parser = OptionParsers.Boolean, Safe = true,
        Summary = "Join From: to one line",
    });

    /// <summary>Accept any HELO argument.</summary>
    public static readonly Option<bool> AllowBogusHELO = Row(new Option<bool>
    {
        Name = "AllowBogusHELO", Default = false, Parser = OptionParsers.Boolean, Safe = true,
        Summary = "Accept any HELO argument",
    });

    /// <summary>Connections a second.</summary>
    public static readonly Option<int> ConnectionRateThrottle = Row(new Option<int>
    {
        Name = "ConnectionRateThrottle", Default = 0, Parser = OptionParsers.Number,
        Summary = "Connections a second",
    });

    /// <summary>Group-writable :include: and .forward files are unsafe.</summary>
    public static readonly Option<bool> UnsafeGroupWrites = Row(new Option<bool>
    {
        Name = "UnsafeGroupWrites", Default = true, Parser = OptionParsers.Boolean,
        Summary = "Group-writable :include: and .forward files are unsafe",
    });

    /// <summary>Where errors about errors go.</summary>
    public static readonly Option<string> DoubleBounceAddress = Row(new Option<string>
    {
        Name = "DoubleBounceAddress", Default = "postmaster", Parser = OptionParsers.Text,
        Summary = "Where errors about errors go",
    });

    /// <summary>Directory of host status files.</summary>
    public static readonly Option<string> HostStatusDirectory = Row(new Option<string>
    {
        Name = "HostStatusDirectory", Default = "", Parser = OptionParsers.Text,
        Summary = "Directory of host status files",
    });

    /// <summary>One connection to a host at a time.</summary>
    public static readonly Option<bool> SingleThreadDelivery = Row(new Option<bool>
    {
        Name = "SingleThreadDelivery", Default = false, Parser = OptionParsers.Boolean, HasEffect = false,
        Summary = "One connection to a host at a time",
    });

    /// <summary>User the daemon works as.</summary>
    public static readonly Option<RunAs> RunAsUser = Row(new Option<RunAs>
    {
        Name = "RunAsUser", Default = RunAs.None, Parser = OptionParsers.User("RunAsUser", true),
        Summary = "User the daemon works as",
    });

    /// <summary>Return-Receipt-To: asks for a DSN.</summary>
    public static readonly Option<bool> RrtImpliesDsn = Row(new Option<bool>
    {
        Name = "RrtImpliesDsn", Default = false, Parser = OptionParsers.Boolean,
        Summary = "Return-Receipt-To: asks for a DSN",
    });
}
