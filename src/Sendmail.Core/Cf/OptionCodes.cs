using System.Globalization;

namespace Sendmail.Core.Cf;

/// <summary>
/// The numbers that stand for options without a letter where <c>-d37.1</c> shows what is set: no more than a sign by which people
/// recognise the line. Observed.
/// </summary>
internal static class OptionCodes
{
    // In the order of the numbers; gaps have the empty name.
    private const int First = 0x81;

    private static readonly string[] _names =
    [
        "QueueSortOrder", "HostsFile", "MinQueueAge", "", "DefaultCharSet", "ServiceSwitchFile", "DialDelay",
        "NoRecipientAction", "SafeFileEnvironment", "MaxMessageSize", "ColonOkInAddr", "MaxQueueRunSize", "MaxDaemonChildren",
        "DontExpandCnames", "MustQuoteChars", "SmtpGreetingMessage", "UnixFromLine", "OperatorChars", "DontInitGroups",
        "SingleLineFromHeader", "AllowBogusHELO", "", "ConnectionRateThrottle", "", "UnsafeGroupWrites", "DoubleBounceAddress",
        "HostStatusDirectory", "SingleThreadDelivery", "RunAsUser", "RrtImpliesDsn", "PidFile", "DontBlameSendmail",
        "DontProbeInterfaces", "MaxRecipientsPerMessage", "", "", "MaxAliasRecursion", "ConnectOnlyTo", "TrustedUser",
        "MaxMimeHeaderLength", "ControlSocketName", "MaxHeadersLength", "", "ProcessTitlePrefix", "DefaultAuthInfo",
        "AuthMechanisms", "ClientPortOptions", "DataFileBufferSize", "XscriptFileBufferSize", "LDAPDefaultSpec", "",
        "ServerCertFile", "ServerKeyFile", "ClientCertFile", "ClientKeyFile", "CACertFile", "CACertPath", "DHParameters",
        "InputMailFilters", "", "AuthOptions", "QueueFileMode", "CertFingerprintAlgorithm", "CipherList", "RandFile",
        "TLSSrvOptions", "BadRcptThrottle", "DeliverByMin", "MaxQueueChildren", "MaxRunnersPerQueue",
        "DirectSubmissionModifiers", "NiceQueueRun", "SharedMemoryKey", "AuthMaxBits", "MailboxDatabase", "UseMSP", "DelayLA",
        "FastSplit", "SoftBounce", "SharedMemoryKeyFile", "RejectLogInterval", "RequiresDirfsync", "ConnectionRateWindowSize",
        "CRLFile", "FallbackSmartHost", "AuthRealm", "CRLPath", "HeloName", "", "", "", "MaxNOOPCommands", "", "", "", "",
        "BadRcptShutdown", "BadRcptShutdownGood", "ServerSSLOptions", "ClientSSLOptions", "MaxQueueAge", "", "", "", "RejectNUL",
        "", "", "UseCompressedIPv6Addresses", "SSLEngine", "SSLEnginePath", "TLSFallbacktoClear", "", "DANE", "", "", "", "", "",
        "SetCertAltnames", "SmtpUTF8", "StrictTransportSecurity", "CipherSuites",
    ];

    /// <summary>What stands between the name and the equals sign: the letter or the number in parentheses, nothing when there is neither.</summary>
    internal static string Shown(Option option)
    {
        if (option.Letter != '\0')
            return " (" + option.Letter + ")";
        int index = Array.IndexOf(_names, option.Name);
        return index < 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" (0x{First + index:x})");
    }
}
