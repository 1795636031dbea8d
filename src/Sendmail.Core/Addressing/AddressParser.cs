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

    /// <summary>What ruleset 0 gave, also when it is an error; null when nothing was resolved.</summary>
    public Triple? Triple { get; init; }

    /// <summary>The whole address of a sender as rulesets 3, 1 and 4 leave it, which is what <c>$f</c> says; null for recipients.</summary>
    public string? Canonical { get; init; }

    /// <summary>The user part as address test mode shows it: rewritten, with its quotes.</summary>
    public string Shown { get; init; } = "";
}

/// <summary>Turns address text into (mailer, host, user) by rulesets 3 and 0, and rewrites addresses for mailers (op 5.1.4, 5.2).</summary>
public sealed class AddressParser(Rewriter rewriter)
{
    private readonly string _mustQuote = MustQuote(rewriter.Configuration);

    /// <summary>The characters that a full name may have in quotes only: those of option MustQuoteChars and the special ones of RFC 822.</summary>
    public static string MustQuote(Configuration configuration) => "@,;:\\()[]" + configuration.Options.Get(OptionTable.MustQuoteChars);

    /// <summary>The rewriter it uses.</summary>
    public Rewriter Rewriter => rewriter;

    /// <summary>
    /// Parses one address. Full names go through the rulesets, comments do not; <c>Text</c> of the result is the address as it is.
    /// A recipient of a mailer with F=|, F=/ or F=: that names a program, a file or a list has that mailer.
    /// </summary>
    /// <param name="complain">
    /// Is told what is unbalanced, and parsing goes on with what is needed added; null makes that an error.
    /// </param>
    /// <param name="strict">Whether what is wrong but for unbalanced parts refuses the address also when there is somebody to tell.</param>
    public async ValueTask<ParsedAddress> ParseAsync(
        string text, MacroScope scope, AddressRole role, CancellationToken cancellation = default, Action<string>? complain = null, bool strict = false)
    {
        string core = text.Trim(CfText.Blanks);
        strict |= complain is null;
        if (strict && (complain is null && CrackedAddress.Unbalanced(core) is { } unbalanced ? SmtpReply.Of(553, "5.0.0", unbalanced)
            : Invalid(core) is { } reason ? SmtpReply.Of(553, "5.1.1", reason) : null) is { } refused)
            return new ParsedAddress(null, refused, false);
        var workspace = new List<Token>();
        if (Cut(core, workspace, complain, strict) is { } error)
            return new ParsedAddress(null, strict ? new Triple("error", "", error.StartsWith("553 ", StringComparison.Ordinal) ? error : "553 5.0.0 " + error, []).ToReply() with { Exit = null } : null, false);
        if (workspace.Count == 0)
            return new ParsedAddress(null, strict ? SmtpReply.Of(553, "5.3.0", "unresolvable address") : null, false);
        if (!strict && NotMail(core) is { } not)
            return new ParsedAddress(null, not, false);
        SysExit status = await rewriter.RewriteAsync(workspace, "3", scope, cancellation).ConfigureAwait(false);
        List<Token>? canonical = role == AddressRole.Sender ? [.. workspace] : null;
        SysExit second = await rewriter.RewriteAsync(workspace, "0", scope, cancellation).ConfigureAwait(false);
        bool tempFail = status == SysExit.TempFail || second == SysExit.TempFail;
        if (strict && (second == SysExit.Config || status == SysExit.Config))
            return new ParsedAddress(null, SmtpReply.Of(554, "5.3.5", "rewrite: excessive recursion"), false);
        if (workspace.Count == 0 || workspace[0].Operator != Meta.Mailer)
            return Unbuilt("no mailer in parsed address", tempFail);
        Triple triple = Triple.Read(workspace, rewriter.Tokenizer, rewriter.Blank, LongestHost, LongestUser);
        if (!triple.HasUser)
            return Unbuilt("no user", tempFail);
        if (triple.Mailer.Equals("error", StringComparison.OrdinalIgnoreCase))
            return new ParsedAddress(null, triple.ToReply(), tempFail) { Triple = triple, Shown = Cut(rewriter.Tokenizer.Join(triple.UserTokens, 0, triple.UserTokens.Count, ' '), LongestUser) };
        if (rewriter.Configuration.FindMailer(triple.Mailer) is not { } mailer)
            return Unbuilt("unknown mailer " + triple.Mailer, tempFail);
        if (triple.Host.Length == 0 && !mailer.Has('l') && mailer.Name != "*file*")
            return Unbuilt("no host", tempFail);
        string user = rewriter.Tokenizer.Join(triple.UserTokens, 0, triple.UserTokens.Count, ' ');
        // "Not to be aliased": it hides lists, but neither programs nor files.
        bool mark = mailer.Has('l') && triple.UserTokens.Count > 0 && triple.UserTokens[0].Text == "@";
        if (mark)
            triple = triple with { UserTokens = [.. triple.UserTokens.Skip(1)], User = rewriter.Tokenizer.Join(triple.UserTokens, 1, triple.UserTokens.Count, rewriter.Blank) };
        string special = Special(mark ? triple.User : user, mailer, !mark);
        Mailer actual = rewriter.Configuration.FindMailer(special) ?? mailer;
        var address = new Address { Text = core, Mailer = actual, Host = triple.Host };
        if (actual != mailer && actual.Name == "*include*")
        {
            address.RewrittenUser = address.User = StripQuotes(user)[Include.Length..];
        }
        else
        {
            // The rules of the mailer know the host as it was given. Those of a list are not asked.
            scope["h"] = triple.Host.Length > 0 ? triple.Host : null;
            await SetUserAsync(address, triple, scope, role, cancellation).ConfigureAwait(false);
        }
        // The rules of a mailer that is tried next know it as mailers get it.
        if (address.Host.Length > 0)
            scope["h"] = address.Host;
        return new ParsedAddress(address, null, tempFail)
        {
            Canonical = canonical is null ? null : await CanonicalAsync(canonical, scope, cancellation).ConfigureAwait(false),
            TempFailText = tempFail ? rewriter.Deferred : null, Triple = triple,
            Shown = actual.Has('u') || actual.Name is "*file*" or "*include*" ? address.RewrittenUser : AsciiLower(address.RewrittenUser),
        };
    }

    private async ValueTask<string> CanonicalAsync(List<Token> workspace, MacroScope scope, CancellationToken cancellation)
    {
        await rewriter.RewriteAsync(workspace, "1", scope, cancellation).ConfigureAwait(false);
        await rewriter.RewriteAsync(workspace, "4", scope, cancellation).ConfigureAwait(false);
        return rewriter.Tokenizer.Join(workspace, 0, workspace.Count, rewriter.Blank);
    }

    private static ParsedAddress Unbuilt(string what, bool tempFail) => new(null, SmtpReply.Of(554, "5.3.5", "buildaddr: " + what) with { Exit = SysExit.Software }, tempFail) { Triple = new Triple("error", "", "", []) };

    private const string Include = ":include:";

    // The mailer of a local part that stands for a program, a file or a list, in quotes or not.
    private static string Special(string user, Mailer mailer, bool lists)
    {
        ReadOnlySpan<char> text = user.AsSpan(user.StartsWith('"') ? 1 : 0);
        return lists && text.StartsWith(':') && mailer.Has(':') && StripQuotes(user).StartsWith(Include, StringComparison.OrdinalIgnoreCase) ? "*include*"
            : text.StartsWith('|') && mailer.Has('|') ? "prog"
            : text.StartsWith('/') && mailer.Has('/') ? "*file*" : mailer.Name;
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
        address.RewrittenUser = Cut(rewriter.Tokenizer.Join(user, 0, user.Count, rewriter.Blank), LongestUser);
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
        // What is unbalanced was told when the address was read.
        if (Cut(text, workspace, complain ?? (static _ => { }), complain is null) is not null || workspace.Count == 0)
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
        string core = Cut(rewriter.Tokenizer.Join(workspace, 0, workspace.Count, rewriter.Blank), LongestCore);
        core = core.Replace('\xff', '\x7f');
        return header && mailer.Has('c') ? core : Cut(CrackedAddress.Form(text, _mustQuote, core), LongestRewritten);
    }

    // A rewritten address, alone and with what stands around it; what is longer is cut off.
    private const int LongestCore = 254;
    private const int LongestRewritten = 256;

    // The parts of what an address resolves to; so are error texts.
    internal const int LongestHost = 254;
    internal const int LongestUser = 255;

    private static string Cut(string text, int length) => text.Length > length ? text[..length] : text;

    // What is wrong with the text; whoever wants to be told of it gets the tokens all the same.
    private string? Cut(string text, List<Token> workspace, Action<string>? complain, bool strict)
    {
        List<string>? problems = complain is null ? null : [];
        rewriter.Tokenizer.Tokenize(text, '\0', TokenizeMode.Address, workspace, out _, out string? error, problems);
        if (complain is null)
            return error;
        string? fatal = strict ? problems!.Find(static p => p.StartsWith("553 ", StringComparison.Ordinal)) : null;
        foreach (string problem in problems!)
        {
            if (problem != fatal)
                complain(problem);
        }
        return fatal;
    }

    private const int LongestAddress = 1280;
    private const int LongestTyped = 255;

    private static SmtpReply? NotMail(string text) =>
        text.Length > LongestTyped ? SmtpReply.Of(553, "5.1.0", CfText.Shortened(WithoutMarks(text[..LongestTyped])) + "... Address too long (255 bytes max)")
        : EightBit(text) is { } bad ? SmtpReply.Of(501, "5.1.3", bad) : null;

    /// <summary>What is said about an address with octets that mean something else in the reference's own text, 0x80 to 0x9F; null when it has none.</summary>
    public static string? EightBit(string text) =>
        text.AsSpan().IndexOfAnyInRange('\x80', '\x9f') < 0 ? null : "8-bit character in mailbox address \"" + WithoutMarks(text) + "\"";

    private static string WithoutMarks(string text) => string.Concat(text.Select(c => c is >= '\x80' and <= '\x9f' ? '?' : c));

    /// <summary>
    /// A user part with question marks in place of what is no printable character outside quotes. Such an address is a syntax error.
    /// </summary>
    public static string Printable(string user)
    {
        char[]? masked = null;
        bool quoted = false;
        for (int i = 0; i < user.Length; i++)
        {
            char c = user[i];
            if (c == '\\')
                i++;
            else if (c == '"')
                quoted = !quoted;
            else if (!quoted && c is < ' ' or '\x7f' or '\xff')
                (masked ??= user.ToCharArray())[i] = '?';
        }
        return masked is null ? user : new string(masked);
    }

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
