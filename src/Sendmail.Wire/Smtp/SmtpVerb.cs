namespace Sendmail.Wire.Smtp;

/// <summary>What a command word stands for.</summary>
public enum SmtpVerbKind
{
    /// <summary>HELO (RFC 5321 4.1.1.1).</summary>
    Helo,
    /// <summary>EHLO.</summary>
    Ehlo,
    /// <summary>MAIL (RFC 5321 4.1.1.2).</summary>
    Mail,
    /// <summary>RCPT (RFC 5321 4.1.1.3).</summary>
    Rcpt,
    /// <summary>DATA (RFC 5321 4.1.1.4).</summary>
    Data,
    /// <summary>RSET (RFC 5321 4.1.1.5).</summary>
    Rset,
    /// <summary>VRFY (RFC 5321 4.1.1.6).</summary>
    Vrfy,
    /// <summary>EXPN (RFC 5321 4.1.1.7).</summary>
    Expn,
    /// <summary>HELP (RFC 5321 4.1.1.8).</summary>
    Help,
    /// <summary>NOOP (RFC 5321 4.1.1.9).</summary>
    Noop,
    /// <summary>QUIT (RFC 5321 4.1.1.10).</summary>
    Quit,
    /// <summary>VERB: verbose mode.</summary>
    Verb,
    /// <summary>ETRN (RFC 1985).</summary>
    Etrn,
    /// <summary>AUTH (RFC 4954).</summary>
    Auth,
    /// <summary>STARTTLS (RFC 3207).</summary>
    StartTls,
    /// <summary>Known and never offered: SEND, SOML, SAML, TURN (502).</summary>
    NotImplemented,
    /// <summary>What probes for old holes send: DEBUG, WIZ, SHOWQ (500, and a critical log line).</summary>
    Probe,
    /// <summary>What web and proxy clients send first: GET, POST, CONNECT, USER.</summary>
    Foreign,
}

/// <summary>A command word: its name in capitals and what it stands for.</summary>
public sealed record SmtpVerb(string Name, SmtpVerbKind Kind)
{
    /// <summary>All words, most frequent first.</summary>
    public static IReadOnlyList<SmtpVerb> All { get; } =
    [
        new("RCPT", SmtpVerbKind.Rcpt), new("MAIL", SmtpVerbKind.Mail), new("DATA", SmtpVerbKind.Data), new("EHLO", SmtpVerbKind.Ehlo),
        new("QUIT", SmtpVerbKind.Quit), new("RSET", SmtpVerbKind.Rset), new("HELO", SmtpVerbKind.Helo), new("STARTTLS", SmtpVerbKind.StartTls),
        new("NOOP", SmtpVerbKind.Noop), new("AUTH", SmtpVerbKind.Auth), new("VRFY", SmtpVerbKind.Vrfy), new("EXPN", SmtpVerbKind.Expn),
        new("ETRN", SmtpVerbKind.Etrn), new("HELP", SmtpVerbKind.Help), new("VERB", SmtpVerbKind.Verb),
        new("SEND", SmtpVerbKind.NotImplemented), new("SOML", SmtpVerbKind.NotImplemented), new("SAML", SmtpVerbKind.NotImplemented),
        new("TURN", SmtpVerbKind.NotImplemented), new("DEBUG", SmtpVerbKind.Probe), new("WIZ", SmtpVerbKind.Probe), new("SHOWQ", SmtpVerbKind.Probe),
        new("GET", SmtpVerbKind.Foreign), new("POST", SmtpVerbKind.Foreign), new("CONNECT", SmtpVerbKind.Foreign), new("USER", SmtpVerbKind.Foreign),
    ];

    /// <summary>The word <paramref name="name"/> in any case, null when unknown.</summary>
    public static SmtpVerb? Find(ReadOnlySpan<char> name)
    {
        foreach (SmtpVerb verb in All)
        {
            if (name.Equals(verb.Name, StringComparison.OrdinalIgnoreCase))
                return verb;
        }
        return null;
    }
}
