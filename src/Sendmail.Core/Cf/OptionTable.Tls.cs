namespace Sendmail.Core.Cf;

public static partial class OptionTable
{
    /// <summary>File with the daemon's process id.</summary>
    public static readonly Option<string> PidFile = Row(new Option<string>
    {
        Name = "PidFile", Default = "", Parser = OptionParsers.Text,
        Summary = "File with the daemon's process id",
    });

    /// <summary>File safety checks to leave out.</summary>
    public static readonly Option<IReadOnlySet<string>> DontBlameSendmail = Row(new Option<IReadOnlySet<string>>
    {
        Name = "DontBlameSendmail", Default = OptionParsers.NoWords, Parser = OptionParsers.DontBlame,
        Summary = "File safety checks to leave out",
    });

    /// <summary>Do not learn names from network interfaces.</summary>
    public static readonly Option<bool> DontProbeInterfaces = Row(new Option<bool>
    {
        Name = "DontProbeInterfaces", Default = false, Parser = OptionParsers.Boolean,
        Summary = "Do not learn names from network interfaces",
    });

    /// <summary>Recipients of one message.</summary>
    public static readonly Option<int> MaxRecipientsPerMessage = Row(new Option<int>
    {
        Name = "MaxRecipientsPerMessage", Default = 0, Parser = OptionParsers.Number,
        Summary = "Recipients of one message",
    });

    /// <summary>File for undeliverable bounces.</summary>
    public static readonly Option<string> DeadLetterDrop = Row(new Option<string>
    {
        Name = "DeadLetterDrop", Default = "", Parser = OptionParsers.Text,
        Summary = "File for undeliverable bounces",
    });

    /// <summary>Depth of aliases.</summary>
    public static readonly Option<int> MaxAliasRecursion = Row(new Option<int>
    {
        Name = "MaxAliasRecursion", Default = 10, Parser = OptionParsers.Number,
        Summary = "Depth of aliases",
    });

    /// <summary>Address every connection goes to.</summary>
    public static readonly Option<string> ConnectOnlyTo = Row(new Option<string>
    {
        Name = "ConnectOnlyTo", Default = "", Parser = OptionParsers.Address,
        Summary = "Address every connection goes to",
    });

    /// <summary>Owner of maps and daemon control.</summary>
    public static readonly Option<RunAs> TrustedUser = Row(new Option<RunAs>
    {
        Name = "TrustedUser", Default = RunAs.None, Parser = OptionParsers.User("TrustedUser", false),
        Summary = "Owner of maps and daemon control",
    });

    /// <summary>Limit of MIME header fields.</summary>
    public static readonly Option<string> MaxMimeHeaderLength = Row(new Option<string>
    {
        Name = "MaxMimeHeaderLength", Default = "2048/1024", Parser = OptionParsers.Text,
        Summary = "Limit of MIME header fields",
    });

    /// <summary>Control socket.</summary>
    public static readonly Option<string> ControlSocketName = Row(new Option<string>
    {
        Name = "ControlSocketName", Default = "", Parser = OptionParsers.Text,
        Summary = "Control socket",
    });

    /// <summary>Largest header section.</summary>
    public static readonly Option<int> MaxHeadersLength = Row(new Option<int>
    {
        Name = "MaxHeadersLength", Default = 32768, Parser = OptionParsers.Number,
        Summary = "Largest header section",
    });

    /// <summary>Prefix of process titles.</summary>
    public static readonly Option<string> ProcessTitlePrefix = Row(new Option<string>
    {
        Name = "ProcessTitlePrefix", Default = "", Parser = OptionParsers.Text, HasEffect = false,
        Summary = "Prefix of process titles",
    });

    /// <summary>Authentication data for the client.</summary>
    public static readonly Option<string> DefaultAuthInfo = Row(new Option<string>
    {
        Name = "DefaultAuthInfo", Default = "", Parser = OptionParsers.Text, HasEffect = false,
        Summary = "Authentication data for the client",
    });

    /// <summary>SASL mechanisms.</summary>
    public static readonly Option<string> AuthMechanisms = Row(new Option<string>
    {
        Name = "AuthMechanisms", Default = "EXTERNAL GSSAPI KERBEROS_V4 DIGEST-MD5 CRAM-MD5", Parser = OptionParsers.Text,
        Summary = "SASL mechanisms",
    });

    /// <summary>Where outgoing connections come from.</summary>
    public static readonly Option<string> ClientPortOptions = Row(new Option<string>
    {
        Name = "ClientPortOptions", Default = "", Parser = OptionParsers.Additive,
        Summary = "Where outgoing connections come from",
    });

    /// <summary>Data file octets kept in memory.</summary>
    public static readonly Option<int> DataFileBufferSize = Row(new Option<int>
    {
        Name = "DataFileBufferSize", Default = 4096, Parser = OptionParsers.Number, HasEffect = false,
        Summary = "Data file octets kept in memory",
    });

    /// <summary>Transcript octets kept in memory.</summary>
    public static readonly Option<int> XscriptFileBufferSize = Row(new Option<int>
    {
        Name = "XscriptFileBufferSize", Default = 4096, Parser = OptionParsers.Number, HasEffect = false,
        Summary = "Transcript octets kept in memory",
    });

    /// <summary>Our certificate as a server.</summary>
    public static readonly Option<string> ServerCertFile = Row(new Option<string>
    {
        Name = "ServerCertFile", Default = "", Parser = OptionParsers.Text,
        Summary = "Our certificate as a server",
    });

    /// <summary>Its key.</summary>
    public static readonly Option<string> ServerKeyFile = Row(new Option<string>
    {
        Name = "ServerKeyFile", Default = "", Parser = OptionParsers.Text,
        Summary = "Its key",
    });

    /// <summary>Our certificate as a client.</summary>
    public static readonly Option<string> ClientCertFile = Row(new Option<string>
    {
        Name = "ClientCertFile", Default = "", Parser = OptionParsers.Text,
        Summary = "Our certificate as a client",
    });

    /// <summary>Its key.</summary>
    public static readonly Option<string> ClientKeyFile = Row(new Option<string>
    {
        Name = "ClientKeyFile", Default = "", Parser = OptionParsers.Text,
        Summary = "Its key",
    });

    /// <summary>Certificates of trusted authorities.</summary>
    public static readonly Option<string> CACertFile = Row(new Option<string>
    {
        Name = "CACertFile", Default = "", Parser = OptionParsers.Text,
        Summary = "Certificates of trusted authorities",
    });

    /// <summary>Directory of trusted authorities by hash.</summary>
    public static readonly Option<string> CACertPath = Row(new Option<string>
    {
        Name = "CACertPath", Default = "", Parser = OptionParsers.Text,
        Summary = "Directory of trusted authorities by hash",
    });

    /// <summary>Diffie-Hellman parameters.</summary>
    public static readonly Option<string> DHParameters = Row(new Option<string>
    {
        Name = "DHParameters", Default = "", Parser = OptionParsers.Text,
        Summary = "Diffie-Hellman parameters",
    });

    /// <summary>Mail filters in order.</summary>
    public static readonly Option<string> InputMailFilters = Row(new Option<string>
    {
        Name = "InputMailFilters", Default = "", Parser = OptionParsers.Text,
        Summary = "Mail filters in order",
    });

    /// <summary>SASL options.</summary>
    public static readonly Option<string> AuthOptions = Row(new Option<string>
    {
        Name = "AuthOptions", Default = "", Parser = OptionParsers.Text,
        Summary = "SASL options",
    });

    /// <summary>Mode of queue files.</summary>
    public static readonly Option<int> QueueFileMode = Row(new Option<int>
    {
        Name = "QueueFileMode", Default = 0x180, Parser = OptionParsers.Octal,
        Summary = "Mode of queue files",
    });

    /// <summary>Hash of certificate fingerprints.</summary>
    public static readonly Option<string> CertFingerprintAlgorithm = Row(new Option<string>
    {
        Name = "CertFingerprintAlgorithm", Default = "", Parser = OptionParsers.Text,
        Summary = "Hash of certificate fingerprints",
    });

    /// <summary>Ciphers up to TLS 1.2.</summary>
    public static readonly Option<string> CipherList = Row(new Option<string>
    {
        Name = "CipherList", Default = "", Parser = OptionParsers.Text,
        Summary = "Ciphers up to TLS 1.2",
    });

    /// <summary>Source of randomness. OpenSSL 3 seeds itself; neither the reference nor we read it then.</summary>
    public static readonly Option<string> RandFile = Row(new Option<string>
    {
        Name = "RandFile", Default = "", Parser = OptionParsers.Text, HasEffect = false,
        Summary = "Source of randomness",
    });

    /// <summary>Server options: V does not ask for a certificate, C needs none itself.</summary>
    public static readonly Option<string> TLSSrvOptions = Row(new Option<string>
    {
        Name = "TLSSrvOptions", Default = "", Parser = OptionParsers.Text,
        Summary = "Server options: V does not ask for a certificate, C needs none itself",
    });

    /// <summary>Bad recipients before the server slows down.</summary>
    public static readonly Option<int> BadRcptThrottle = Row(new Option<int>
    {
        Name = "BadRcptThrottle", Default = 0, Parser = OptionParsers.Number,
        Summary = "Bad recipients before the server slows down",
    });

    /// <summary>Shortest time for DELIVERBY.</summary>
    public static readonly Option<TimeSpan> DeliverByMin = Row(new Option<TimeSpan>
    {
        Name = "DeliverByMin", Default = TimeSpan.FromSeconds(0), Parser = OptionParsers.Time('s'),
        Summary = "Shortest time for DELIVERBY",
    });

    /// <summary>Queue runners at the same time.</summary>
    public static readonly Option<int> MaxQueueChildren = Row(new Option<int>
    {
        Name = "MaxQueueChildren", Default = 0, Parser = OptionParsers.Number,
        Summary = "Queue runners at the same time",
    });

    /// <summary>Runners of one queue.</summary>
    public static readonly Option<int> MaxRunnersPerQueue = Row(new Option<int>
    {
        Name = "MaxRunnersPerQueue", Default = 1, Parser = OptionParsers.Number, HasEffect = false,
        Summary = "Runners of one queue",
    });
}
