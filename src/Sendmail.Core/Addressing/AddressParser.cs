using Sendmail.Core.Cf;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;

namespace Sendmail.Core.Addressing;

/// <summary>Whether an address is the sender's or a recipient's.</summary>
public enum AddressRole
{
    /// <summary>Sender.</summary>
    Sender,
    /// <summary>Recipient.</summary>
    Recipient,
}

/// <summary>What parsing gave: the address, or the reply that refuses it. A temporary failure of a map sets <see cref="TempFail"/>.</summary>
public sealed record ParsedAddress(Address? Address, SmtpReply? Error, bool TempFail)
{
    /// <summary>Which lookup could not be answered, null when none or not known.</summary>
    public string? TempFailText { get; init; }

    /// <summary>What ruleset 0 gave, also when it is an error; null when it gave nothing.</summary>
    public Triple? Triple { get; init; }
}

/// <summary>Turns address text into (mailer, host, user) by rulesets 3 and 0, and rewrites addresses for mailers (op 5.1.4, 5.2).</summary>
public sealed class AddressParser(Rewriter rewriter)
{
    private readonly string _mustQuote = rewriter.Configuration.Options.Get(OptionTable.MustQuoteChars);

    /// <summary>The rewriter it uses.</summary>
    public Rewriter Rewriter => rewriter;

    /// <summary>
    /// Parses one address. Full names go through the rulesets, comments do not; <c>Text</c> of the result is the address as it is.
    /// </summary>
    /// <param name="complain">
    /// Is told what is unbalanced, and parsing goes on with what is needed added; null makes that an error.
    /// </param>
    public async ValueTask<ParsedAddress> ParseAsync(
        string text, MacroScope scope, AddressRole role, CancellationToken cancellation = default, Action<string>? complain = null)
    {
        string core = text.Trim();
        if (complain is null && CrackedAddress.Unbalanced(core) is { } unbalanced)
            return new ParsedAddress(null, SmtpReply.Of(553, "5.0.0", unbalanced), false);
        if (Invalid(core) is { } reason)
            return new ParsedAddress(null, SmtpReply.Of(553, "5.1.1", reason), false);
        var workspace = new List<Token>();
        if (Cut(core, workspace, complain) is { } error)
            return new ParsedAddress(null, new Triple("error", "", error.StartsWith("553 ", StringComparison.Ordinal) ? error : "553 5.0.0 " + error, []).ToReply(), false);
        if (workspace.Count == 0)
            return new ParsedAddress(null, complain is null ? SmtpReply.Of(553, "5.3.0", "unresolvable address") : null, false);
        SysExit status = await rewriter.RewriteAsync(workspace, "3", scope, cancellation).ConfigureAwait(false);
        SysExit second = await rewriter.RewriteAsync(workspace, "0", scope, cancellation).ConfigureAwait(false);
        bool tempFail = status == SysExit.TempFail || second == SysExit.TempFail;
        if (second == SysExit.Config || status == SysExit.Config)
            return new ParsedAddress(null, SmtpReply.Of(554, "5.3.5", "rewrite: excessive recursion"), false);
        if (workspace.Count == 0 || workspace[0].Operator != Meta.Mailer)
            return new ParsedAddress(null, SmtpReply.Of(553, "5.3.0", "unresolvable address"), tempFail);
        Triple triple = Triple.Read(workspace, rewriter.Tokenizer, rewriter.Blank);
        if (triple.Mailer.Equals("error", StringComparison.OrdinalIgnoreCase))
            return new ParsedAddress(null, triple.ToReply(), tempFail) { Triple = triple };
        Mailer? mailer = rewriter.Configuration.FindMailer(triple.Mailer);
        if (mailer is null)
            return new ParsedAddress(null, SmtpReply.Of(554, "5.3.5", "buildaddr: unknown mailer " + triple.Mailer), tempFail);
        var address = new Address { Text = core, Mailer = mailer, Host = triple.Host };
        await SetUserAsync(address, triple, scope, role, cancellation).ConfigureAwait(false);
        return new ParsedAddress(address, null, tempFail) { TempFailText = tempFail ? rewriter.Deferred : null };
    }

    // The user part goes through the mailer's own ruleset (R= for recipients, S= for senders) and ruleset 4.
    private async ValueTask SetUserAsync(Address address, Triple triple, MacroScope scope, AddressRole role, CancellationToken cancellation)
    {
        Mailer mailer = address.Mailer!;
        var user = new List<Token>(triple.UserTokens);
        RuleSetReference? specific = role == AddressRole.Recipient ? mailer.RecipientEnvelope : mailer.SenderEnvelope;
        await rewriter.RewriteAsync(user, role == AddressRole.Recipient ? "2" : "1", scope, cancellation).ConfigureAwait(false);
        if (specific is not null)
            await rewriter.RewriteAsync(user, specific.Name, scope, cancellation).ConfigureAwait(false);
        await rewriter.RewriteAsync(user, "4", scope, cancellation).ConfigureAwait(false);
        address.RewrittenUser = rewriter.Tokenizer.Join(user, 0, user.Count, rewriter.Blank);
        string plain = address.RewrittenUser;
        if (mailer.Has('B') && plain.StartsWith('\\'))
            plain = plain.TrimStart('\\');
        if (mailer.Has('s'))
            plain = StripQuotes(plain);
        if (!mailer.Has('u') && !plain.StartsWith('|') && !plain.StartsWith('/') && !plain.StartsWith(':'))
            plain = AsciiLower(plain);
        if (!mailer.Has('h'))
            address.Host = AsciiLower(address.Host);
        address.User = plain;
    }

    /// <summary>Gives a recipient of a triple its user part, rewritten for its mailer.</summary>
    public ValueTask CompleteAsync(Address recipient, Triple triple, MacroScope scope, CancellationToken cancellation) =>
        SetUserAsync(recipient, triple, scope, AddressRole.Recipient, cancellation);

    /// <summary>
    /// The address as <paramref name="mailer"/> shows it in envelope or header: rulesets 3, 1 or 2, S= or R=, 4; comments and
    /// full names are kept. <paramref name="senderDomain"/> (with its @) completes bare names for mailers with F=C.
    /// </summary>
    public async ValueTask<string> RewriteForMailerAsync(
        string text, Mailer mailer, AddressRole role, bool header, string? senderDomain, MacroScope scope, CancellationToken cancellation = default, Action<string>? complain = null)
    {
        var workspace = new List<Token>();
        if (Cut(text, workspace, complain) is not null || workspace.Count == 0)
            return text;
        await rewriter.RewriteAsync(workspace, "3", scope, cancellation).ConfigureAwait(false);
        if (senderDomain is not null && !workspace.Exists(t => t.Text == "@"))
            rewriter.Tokenizer.Tokenize(senderDomain, '\0', TokenizeMode.Rule, workspace, out _, out _);
        await rewriter.RewriteAsync(workspace, role == AddressRole.Sender ? "1" : "2", scope, cancellation).ConfigureAwait(false);
        RuleSetReference? specific = role == AddressRole.Sender
            ? header ? mailer.SenderHeader : mailer.SenderEnvelope
            : header ? mailer.RecipientHeader : mailer.RecipientEnvelope;
        if (specific is not null)
            await rewriter.RewriteAsync(workspace, specific.Name, scope, cancellation).ConfigureAwait(false);
        await rewriter.RewriteAsync(workspace, "4", scope, cancellation).ConfigureAwait(false);
        string core = rewriter.Tokenizer.Join(workspace, 0, workspace.Count, rewriter.Blank);
        return header && mailer.Has('c') ? core : CrackedAddress.Form(text, _mustQuote, core);
    }

    // What is wrong with the text; whoever wants to be told of it gets the tokens all the same.
    private string? Cut(string text, List<Token> workspace, Action<string>? complain)
    {
        List<string>? problems = complain is null ? null : [];
        rewriter.Tokenizer.Tokenize(text, '\0', TokenizeMode.Address, workspace, out _, out string? error, problems);
        if (complain is null)
            return error;
        foreach (string problem in problems!)
            complain(problem);
        return null;
    }

    private const int LongestAddress = 1280;

    /// <summary>Why text cannot be an address, null when it can.</summary>
    public static string? Invalid(string text)
    {
        foreach (char c in text)
        {
            if (c is < ' ' and not '\t' and not '\n' and not '\r' || c == 127)
                return "Address contained invalid control characters";
        }
        return text.Length > LongestAddress ? "Address too long" : null;
    }

    /// <summary>ASCII lower case; other octets stay.</summary>
    public static string AsciiLower(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (int i = 0; i < span.Length; i++)
            span[i] = char.IsAsciiLetterUpper(source[i]) ? (char)(source[i] | 0x20) : source[i];
    });

    /// <summary>A local part without its quotes and backslashes.</summary>
    public static string StripQuotes(string text)
    {
        if (text.AsSpan().IndexOfAny('"', '\\') < 0)
            return text;
        var plain = new System.Text.StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
                continue;
            if (text[i] == '\\' && i + 1 < text.Length)
                i++;
            plain.Append(text[i]);
        }
        return plain.ToString();
    }
}
