using Sendmail.Core.Logging;

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

    /// <summary>Reads what a features ruleset returned; keys in any case. Quotes around the whole are taken off.</summary>
    /// <param name="text">The result of the ruleset.</param>
    /// <param name="ruleSet">Its name, for the log.</param>
    /// <param name="peer"><c>NAME [ADDRESS]</c>, for the log.</param>
    /// <param name="problem">What is wrong.</param>
    /// <returns>Null when something is wrong.</returns>
    public static TlsFeatures? Parse(string text, string ruleSet, string peer, out TlsLogLine problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        problem = default;
        TlsFeatures found = None;
        foreach (string item in text.Trim().Trim('"').Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = item.IndexOf('=', StringComparison.Ordinal);
            string key = (equals < 0 ? item : item[..equals]).Trim();
            string value = equals < 0 ? "" : item[(equals + 1)..].Trim();
            TlsFeatures? with = key.ToUpperInvariant() switch
            {
                "OPTIONS" => found with { Options = value },
                "CIPHERLIST" => found with { CipherList = value },
                "CIPHERSUITES" => found with { CipherSuites = value },
                "CERTFILE" => found with { CertFile = value },
                "KEYFILE" => found with { KeyFile = value },
                "FLAGS" => found with { Flags = value },
                _ => null,
            };
            if (with is null)
            {
                problem = new TlsLogLine(9, LogPriority.Info, ruleSet + "=unknown_option, opt=" + key + ", relay=" + peer);
                return null;
            }
            found = with;
        }
        if (found.CertFile.Length > 0 != found.KeyFile.Length > 0)
        {
            problem = new TlsLogLine(9, LogPriority.Info, ruleSet + "=only_one_of_CertFile/KeyFile_specified, relay=" + peer);
            return null;
        }
        if (!SslOptionSet.TryParse(found.Options, 0, out _, out _, out string? unknown))
        {
            problem = new TlsLogLine(9, LogPriority.Warning, ruleSet + "=" + unknown + ", error=SSL_OP not found, relay=" + peer);
            return null;
        }
        return found;
    }
}
