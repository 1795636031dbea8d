using Sendmail.Core.Logging;

namespace Sendmail.Wire.Tls;

/// <summary>What tls_srv_features and tls_clt_features ask for in one session (op 5.1.4): <c>key=value;key=value</c>.</summary>
public sealed record TlsFeatures
{
    private const int ProblemLevel = 9;
    private const int EmptyLevel = 11;
    private const int ParsedLevel = 14;

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

    /// <summary>As a client: the TLSA records that bind this server, null for none.</summary>
    public DanePolicy? Dane { get; init; }

    /// <summary>Reads what a features ruleset returned; keys in any case, blanks do not count. Quotes around the whole are taken off.</summary>
    /// <param name="text">The result of the ruleset.</param>
    /// <param name="ruleSet">Its name, for the log.</param>
    /// <param name="peer"><c>NAME [ADDRESS]</c>, for the log.</param>
    /// <param name="log">What was read, and what is wrong.</param>
    /// <returns>Null when something is wrong.</returns>
    public static TlsFeatures? Parse(string text, string ruleSet, string peer, ICollection<TlsLogLine> log)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(log);
        TlsFeatures found = None;
        string rest = string.Concat(text.Trim().Trim('"').Where(c => c is not (' ' or '\t')));
        // One character, whatever it is, counts as nothing.
        if (rest.Length == 1)
        {
            log.Add(new TlsLogLine(EmptyLevel, LogPriority.Info, ruleSet + "=empty, stat=0, relay=" + peer));
            return None;
        }
        // A semicolon may end it; further ones, and those in front of a key, are part of a key.
        while (rest.Length > 0)
        {
            int equals = rest.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || equals == rest.Length - 1)
                return Fail(LogPriority.Info, "invalid_syntax, opt=" + (equals < 0 ? rest : rest[..equals]));
            int end = rest.IndexOf(';', equals);
            end = end < 0 ? rest.Length : end;
            string key = rest[..equals];
            string value = rest[(equals + 1)..end];
            rest = rest[Math.Min(end + 1, rest.Length)..];
            log.Add(new TlsLogLine(ParsedLevel, LogPriority.Debug, ruleSet + "=parsed, " + key + "=" + value + ", relay=" + peer));
            TlsFeatures? with = key.ToUpperInvariant() switch
            {
                "OPTIONS" => found with { Options = found.Options + " " + value },
                "CIPHERLIST" => found with { CipherList = value },
                "CIPHERSUITES" => found with { CipherSuites = value },
                "CERTFILE" => found with { CertFile = value },
                "KEYFILE" => found with { KeyFile = value },
                "FLAGS" => found with { Flags = value },
                _ => null,
            };
            if (with is null)
                return Fail(LogPriority.Info, "unknown_option, opt=" + key);
            found = with;
            if (key.Equals("Options", StringComparison.OrdinalIgnoreCase) && !SslOptionSet.TryParse(value, 0, out _, out _, out _))
                return Fail(LogPriority.Warning, value.Split(',')[0] + ", error=SSL_OP not found");
        }
        return found.CertFile.Length > 0 != found.KeyFile.Length > 0 ? Fail(LogPriority.Info, "only_one_of_CertFile/KeyFile_specified") : found;

        TlsFeatures? Fail(LogPriority priority, string what)
        {
            log.Add(new TlsLogLine(ProblemLevel, priority, ruleSet + "=" + what + ", relay=" + peer));
            return null;
        }
    }
}
