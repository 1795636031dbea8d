namespace Sendmail.Wire.Tls;

/// <summary>What tls_srv_features and tls_clt_features ask for in one session (op 5.1.4): <c>key=value;key=value</c>.</summary>
public sealed record TlsFeatures
{
    /// <summary>Nothing special.</summary>
    public static readonly TlsFeatures None = new();
    /// <summary>Options: added to ServerSSLOptions or ClientSSLOptions.</summary>
    public string Options { get; init; } = "";
    /// <summary>CipherList, empty for the option's.</summary>
    public string CipherList { get; init; } = "";
    /// <summary>CipherSuites, empty for the option's.</summary>
    public string CipherSuites { get; init; } = "";
    /// <summary>CertFile, empty for the option's.</summary>
    public string CertFile { get; init; } = "";
    /// <summary>KeyFile, empty for the option's.</summary>
    public string KeyFile { get; init; } = "";
    /// <summary>Flags: R (require CRL), c or C (clear or set TLSFallbacktoClear), d (no DANE).</summary>
    public string Flags { get; init; } = "";
    /// <summary>srv_features V: the client is not asked for a certificate.</summary>
    public bool NoClientCertificate { get; init; }

    /// <summary>Reads the right-hand side of a features ruleset; keys in any case.</summary>
    /// <returns>The features, or the words for the log line <c>tls_srv_features=…</c>.</returns>
    public static (TlsFeatures? Features, string? Error) Parse(string text)
    {
        TlsFeatures found = None;
        foreach (string item in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = item.IndexOf('=');
            string key = (equals < 0 ? item : item[..equals]).Trim();
            string value = equals < 0 ? "" : item[(equals + 1)..].Trim();
            switch (key.ToUpperInvariant())
            {
                case "OPTIONS":
                    found = found with { Options = value };
                    break;
                case "CIPHERLIST":
                    found = found with { CipherList = value };
                    break;
                case "CIPHERSUITES":
                    found = found with { CipherSuites = value };
                    break;
                case "CERTFILE":
                    found = found with { CertFile = value };
                    break;
                case "KEYFILE":
                    found = found with { KeyFile = value };
                    break;
                case "FLAGS":
                    found = found with { Flags = value };
                    break;
                default:
                    return (null, "unknown_option, opt=" + key);
            }
        }
        if (found.CertFile.Length > 0 != found.KeyFile.Length > 0)
            return (null, found.CertFile.Length > 0 ? "only_one_of_CertFile/KeyFile_specified, CertFile=" + found.CertFile + ", KeyFile=(null)" : "only_one_of_CertFile/KeyFile_specified, CertFile=(null), KeyFile=" + found.KeyFile);
        return (found, null);
    }
}
