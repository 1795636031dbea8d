namespace Sendmail.Core.Cf;

public static partial class OptionTable
{
    /// <summary>Daemon flags for local submission.</summary>
    public static readonly Option<string> DirectSubmissionModifiers = Row(new Option<string>
    {
        Name = "DirectSubmissionModifiers", Default = "", Parser = OptionParsers.Text,
        Summary = "Daemon flags for local submission",
    });

    /// <summary>Priority of queue runners.</summary>
    public static readonly Option<int> NiceQueueRun = Row(new Option<int>
    {
        Name = "NiceQueueRun", Default = 0, Parser = OptionParsers.Number,
        Summary = "Priority of queue runners",
    });

    /// <summary>Shared memory segment.</summary>
    public static readonly Option<int> SharedMemoryKey = Row(new Option<int>
    {
        Name = "SharedMemoryKey", Default = 0, Parser = OptionParsers.Number, HasEffect = false,
        Summary = "Shared memory segment",
    });

    /// <summary>Most bits of a SASL layer.</summary>
    public static readonly Option<int> AuthMaxBits = Row(new Option<int>
    {
        Name = "AuthMaxBits", Default = 2147483647, Parser = OptionParsers.Number, HasEffect = false,
        Summary = "Most bits of a SASL layer",
    });

    /// <summary>How local users are found.</summary>
    public static readonly Option<string> MailboxDatabase = Row(new Option<string>
    {
        Name = "MailboxDatabase", Default = "pw", Parser = OptionParsers.Text,
        Summary = "How local users are found",
    });

    /// <summary>Submit through the MSP.</summary>
    public static readonly Option<bool> UseMSP = Row(new Option<bool>
    {
        Name = "UseMSP", Default = false, Parser = OptionParsers.Boolean,
        Summary = "Submit through the MSP",
    });

    /// <summary>Load at which sessions are slowed down.</summary>
    public static readonly Option<int> DelayLA = Row(new Option<int>
    {
        Name = "DelayLA", Default = 0, Parser = OptionParsers.Number,
        Summary = "Load at which sessions are slowed down",
    });

    /// <summary>Split envelopes before delivery.</summary>
    public static readonly Option<int> FastSplit = Row(new Option<int>
    {
        Name = "FastSplit", Default = 1, Parser = OptionParsers.Number, HasEffect = false,
        Summary = "Split envelopes before delivery",
    });

    /// <summary>Make all errors temporary.</summary>
    public static readonly Option<bool> SoftBounce = Row(new Option<bool>
    {
        Name = "SoftBounce", Default = false, Parser = OptionParsers.Boolean, HasEffect = false,
        Summary = "Make all errors temporary",
    });

    /// <summary>File of the shared memory key.</summary>
    public static readonly Option<string> SharedMemoryKeyFile = Row(new Option<string>
    {
        Name = "SharedMemoryKeyFile", Default = "", Parser = OptionParsers.Text, HasEffect = false,
        Summary = "File of the shared memory key",
    });

    /// <summary>Interval of messages about refused connections.</summary>
    public static readonly Option<TimeSpan> RejectLogInterval = Row(new Option<TimeSpan>
    {
        Name = "RejectLogInterval", Default = TimeSpan.FromSeconds(10800), Parser = OptionParsers.Time('h'), HasEffect = false,
        Summary = "Interval of messages about refused connections",
    });

    /// <summary>Sync directories too.</summary>
    public static readonly Option<bool> RequiresDirfsync = Row(new Option<bool>
    {
        Name = "RequiresDirfsync", Default = true, Parser = OptionParsers.Boolean,
        Summary = "Sync directories too",
    });

    /// <summary>Window of connection rates.</summary>
    public static readonly Option<TimeSpan> ConnectionRateWindowSize = Row(new Option<TimeSpan>
    {
        Name = "ConnectionRateWindowSize", Default = TimeSpan.FromSeconds(60), Parser = OptionParsers.Time('s'),
        Summary = "Window of connection rates",
    });

    /// <summary>Revoked certificates.</summary>
    public static readonly Option<string> CRLFile = Row(new Option<string>
    {
        Name = "CRLFile", Default = "", Parser = OptionParsers.Text,
        Summary = "Revoked certificates",
    });

    /// <summary>Host for mail whose hosts fail.</summary>
    public static readonly Option<string> FallbackSmartHost = Row(new Option<string>
    {
        Name = "FallbackSmartHost", Default = "", Parser = OptionParsers.Text,
        Summary = "Host for mail whose hosts fail",
    });

    /// <summary>SASL realm.</summary>
    public static readonly Option<string> AuthRealm = Row(new Option<string>
    {
        Name = "AuthRealm", Default = "", Parser = OptionParsers.Text,
        Summary = "SASL realm",
    });

    /// <summary>Directory of revoked certificates.</summary>
    public static readonly Option<string> CRLPath = Row(new Option<string>
    {
        Name = "CRLPath", Default = "", Parser = OptionParsers.Text,
        Summary = "Directory of revoked certificates",
    });

    /// <summary>Name we say in EHLO.</summary>
    public static readonly Option<string> HeloName = Row(new Option<string>
    {
        Name = "HeloName", Default = CfText.Encode(""), Parser = OptionParsers.Text,
        Summary = "Name we say in EHLO",
    });

    /// <summary>Useless commands before the server slows down.</summary>
    public static readonly Option<int> MaxNOOPCommands = Row(new Option<int>
    {
        Name = "MaxNOOPCommands", Default = 20, Parser = OptionParsers.Number,
        Summary = "Useless commands before the server slows down",
    });

    /// <summary>Bad recipients before the session ends.</summary>
    public static readonly Option<int> BadRcptShutdown = Row(new Option<int>
    {
        Name = "BadRcptShutdown", Default = 0, Parser = OptionParsers.Number,
        Summary = "Bad recipients before the session ends",
    });

    /// <summary>Percentage of good ones that prevents it.</summary>
    public static readonly Option<int> BadRcptShutdownGood = Row(new Option<int>
    {
        Name = "BadRcptShutdownGood", Default = 50, Parser = OptionParsers.Number,
        Summary = "Percentage of good ones that prevents it",
    });

    /// <summary>OpenSSL options as a server.</summary>
    public static readonly Option<string> ServerSSLOptions = Row(new Option<string>
    {
        Name = "ServerSSLOptions", Default = "", Parser = OptionParsers.SslOptions("ServerSSLOptions"),
        Summary = "OpenSSL options as a server",
    });

    /// <summary>OpenSSL options as a client.</summary>
    public static readonly Option<string> ClientSSLOptions = Row(new Option<string>
    {
        Name = "ClientSSLOptions", Default = "", Parser = OptionParsers.SslOptions("ClientSSLOptions"),
        Summary = "OpenSSL options as a client",
    });

    /// <summary>Longest wait between tries.</summary>
    public static readonly Option<TimeSpan> MaxQueueAge = Row(new Option<TimeSpan>
    {
        Name = "MaxQueueAge", Default = TimeSpan.FromSeconds(0), Parser = OptionParsers.Time('m'),
        Summary = "Longest wait between tries",
    });

    /// <summary>Refuse NUL in messages.</summary>
    public static readonly Option<bool> RejectNUL = Row(new Option<bool>
    {
        Name = "RejectNUL", Default = false, Parser = OptionParsers.Boolean,
        Summary = "Refuse NUL in messages",
    });

    /// <summary>Short form of IPv6 addresses.</summary>
    public static readonly Option<bool> UseCompressedIPv6Addresses = Row(new Option<bool>
    {
        Name = "UseCompressedIPv6Addresses", Default = false, Parser = OptionParsers.Boolean,
        Summary = "Short form of IPv6 addresses",
    });

    /// <summary>OpenSSL engine.</summary>
    public static readonly Option<string> SSLEngine = Row(new Option<string>
    {
        Name = "SSLEngine", Default = "", Parser = OptionParsers.Text,
        Summary = "OpenSSL engine",
    });

    /// <summary>Path of the engine.</summary>
    public static readonly Option<string> SSLEnginePath = Row(new Option<string>
    {
        Name = "SSLEnginePath", Default = "", Parser = OptionParsers.Text,
        Summary = "Path of the engine",
    });

    /// <summary>Try in clear when TLS fails.</summary>
    public static readonly Option<bool> TLSFallbacktoClear = Row(new Option<bool>
    {
        Name = "TLSFallbacktoClear", Default = false, Parser = OptionParsers.Boolean,
        Summary = "Try in clear when TLS fails",
    });

    /// <summary>Put alternative names of certificates into macros.</summary>
    public static readonly Option<bool> SetCertAltnames = Row(new Option<bool>
    {
        Name = "SetCertAltnames", Default = false, Parser = OptionParsers.Boolean,
        Summary = "Put alternative names of certificates into macros",
    });

    /// <summary>SMTPUTF8.</summary>
    public static readonly Option<bool> SmtpUTF8 = Row(new Option<bool>
    {
        Name = "SmtpUTF8", Default = false, Parser = OptionParsers.NoUtf8, HasEffect = false,
        Summary = "SMTPUTF8",
    });

    /// <summary>MTA-STS.</summary>
    public static readonly Option<bool> StrictTransportSecurity = Row(new Option<bool>
    {
        Name = "StrictTransportSecurity", Default = false, Parser = OptionParsers.Boolean, HasEffect = false,
        Summary = "MTA-STS",
    });

    /// <summary>Ciphers of TLS 1.3.</summary>
    public static readonly Option<string> CipherSuites = Row(new Option<string>
    {
        Name = "CipherSuites", Default = "", Parser = OptionParsers.Text,
        Summary = "Ciphers of TLS 1.3",
    });

    /// <summary>Verify servers by TLSA records of DNS (RFC 7672).</summary>
    public static readonly Option<bool> DANE = Row(new Option<bool>
    {
        Name = "DANE", Default = false, Parser = OptionParsers.Boolean,
        Summary = "Verify servers by TLSA records",
    });

    /// <summary>LogLevel of mail filters.</summary>
    public static readonly Option<int> MilterLogLevel = Row(new Option<int>
    {
        Name = "Milter.LogLevel", Default = 9, Parser = OptionParsers.Number,
        Summary = "LogLevel of mail filters",
    });

    /// <summary>Macros for mail filters.</summary>
    public static readonly Option<string> MilterMacrosConnect = Row(new Option<string>
    {
        Name = "Milter.macros.connect", Default = "", Parser = OptionParsers.Text,
        Summary = "Macros for mail filters",
    });

    /// <summary>Macros for mail filters.</summary>
    public static readonly Option<string> MilterMacrosHelo = Row(new Option<string>
    {
        Name = "Milter.macros.helo", Default = "", Parser = OptionParsers.Text,
        Summary = "Macros for mail filters",
    });

    /// <summary>Macros for mail filters.</summary>
    public static readonly Option<string> MilterMacrosEnvfrom = Row(new Option<string>
    {
        Name = "Milter.macros.envfrom", Default = "", Parser = OptionParsers.Text,
        Summary = "Macros for mail filters",
    });

    /// <summary>Macros for mail filters.</summary>
    public static readonly Option<string> MilterMacrosEnvrcpt = Row(new Option<string>
    {
        Name = "Milter.macros.envrcpt", Default = "", Parser = OptionParsers.Text,
        Summary = "Macros for mail filters",
    });

    /// <summary>Macros for mail filters.</summary>
    public static readonly Option<string> MilterMacrosData = Row(new Option<string>
    {
        Name = "Milter.macros.data", Default = "", Parser = OptionParsers.Text,
        Summary = "Macros for mail filters",
    });

    /// <summary>Macros for mail filters.</summary>
    public static readonly Option<string> MilterMacrosEom = Row(new Option<string>
    {
        Name = "Milter.macros.eom", Default = "", Parser = OptionParsers.Text,
        Summary = "Macros for mail filters",
    });

    /// <summary>Macros for mail filters.</summary>
    public static readonly Option<string> MilterMacrosEoh = Row(new Option<string>
    {
        Name = "Milter.macros.eoh", Default = "", Parser = OptionParsers.Text,
        Summary = "Macros for mail filters",
    });

    /// <summary>Settings for all LDAP maps.</summary>
    public static readonly Option<string> LDAPDefaultSpec = Row(new Option<string>
    {
        Name = "LDAPDefaultSpec", Default = "", Parser = OptionParsers.Text, HasEffect = false,
        Summary = "Settings for all LDAP maps",
    });

    /// <summary>One word for what peers over TLS must prove: our own option.</summary>
    public static readonly Option<ConfVerify> ConfVerify = Row(new Option<ConfVerify>
    {
        Name = "ConfVerify", Default = Cf.ConfVerify.Default, Parser = Cf.ConfVerify.TryParse,
        Summary = "Certificates of peers: off, request or require[:bits] (not in sendmail)",
    });
}
