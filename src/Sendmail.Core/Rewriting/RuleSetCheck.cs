using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Headers;
using Sendmail.Core.Replies;

namespace Sendmail.Core.Rewriting;

/// <summary>What a check ruleset decided.</summary>
public enum CheckKind
{
    /// <summary>Nothing against it.</summary>
    Ok,
    /// <summary><c>$#error</c>: refuse with the reply.</summary>
    Reject,
    /// <summary><c>$#discard</c>: accept and throw away.</summary>
    Discard,
    /// <summary><c>$#error $@ quarantine</c>: accept and hold.</summary>
    Quarantine,
    /// <summary>Another <c>$#word …</c>: a result that the caller understands (srv_features and the like).</summary>
    Result,
}

/// <summary>Outcome of a check ruleset. <see cref="Words"/> are the tokens behind <c>$#</c>.</summary>
public sealed record CheckResult(CheckKind Kind, SmtpReply? Reply, string? Reason, IReadOnlyList<string> Words, bool TempFail)
{
    /// <summary>Nothing against it.</summary>
    public static readonly CheckResult Passed = new(CheckKind.Ok, null, null, [], false);
}

/// <summary>Runs the rulesets whose result is a decision: check_*, tls_*, srv_features … (op 5.1.4). Logs nothing itself.</summary>
public sealed class RuleSetCheck(Rewriter rewriter)
{
    /// <summary>Whether the configuration has the ruleset.</summary>
    public bool Exists(string ruleSet) => rewriter.Configuration.RuleSets.Find(ruleSet) is { Rules.Count: > 0 };

    /// <summary>
    /// Runs <paramref name="ruleSet"/> on <paramref name="first"/> or <c>first $| second</c>. A ruleset that does not exist
    /// passes everything.
    /// </summary>
    public async ValueTask<CheckResult> CheckAsync(string ruleSet, string first, string? second, MacroScope scope, CancellationToken cancellation = default)
    {
        if (!Exists(ruleSet))
            return CheckResult.Passed;
        var workspace = new List<Token>();
        // What is unbalanced is balanced; what is too long to be taken apart is nothing a rule could match.
        if (!rewriter.Tokenizer.Tokenize(first, '\0', TokenizeMode.Address, workspace, out _, out _))
            return CheckResult.Passed;
        if (second is not null)
        {
            workspace.Add(new Token(Meta.Else.ToString()));
            rewriter.Tokenizer.Tokenize(second, '\0', TokenizeMode.Address, workspace, out _, out _);
        }
        return await DecideAsync(ruleSet, workspace, scope, cancellation).ConfigureAwait(false);
    }

    /// <summary>Runs the check of a field of a header, which sees the macros of <see cref="HeaderCheck.SetMacros"/>. Nothing to look at passes.</summary>
    public async ValueTask<CheckResult> CheckFieldAsync(HeaderDefinition check, string name, string value, MacroScope scope, CancellationToken cancellation = default)
    {
        HeaderCheck.SetMacros(scope, name, value);
        var workspace = new List<Token>();
        bool fits = rewriter.Tokenizer.Tokenize(value, '\0', HeaderCheck.Mode(check), workspace, out _, out _) && !workspace.Exists(t => t.Text.Length > Tokenizer.MaxTokenLength);
        return fits && workspace.Count > 0 ? await DecideAsync(check.RuleSet!, workspace, scope, cancellation).ConfigureAwait(false) : CheckResult.Passed;
    }

    private async ValueTask<CheckResult> DecideAsync(string ruleSet, List<Token> workspace, MacroScope scope, CancellationToken cancellation)
    {
        SysExit status = await rewriter.RewriteAsync(workspace, ruleSet, scope, cancellation).ConfigureAwait(false);
        bool tempFail = status == SysExit.TempFail;
        if (workspace.Count == 0 || workspace[0].Operator != Meta.Mailer)
            return CheckResult.Passed with { TempFail = tempFail, Words = [] };
        string[] words = [.. workspace.Skip(1).Select(t => CfText.Decode(t.Text))];
        string mailer = words.Length > 0 ? words[0] : "";
        if (mailer.Equals("discard", StringComparison.OrdinalIgnoreCase))
            return new CheckResult(CheckKind.Discard, null, null, words, tempFail);
        if (!mailer.Equals("error", StringComparison.OrdinalIgnoreCase))
            return new CheckResult(CheckKind.Result, null, null, words, tempFail);
        Triple triple = Triple.Read(workspace, rewriter.Tokenizer, rewriter.Blank, AddressParser.LongestHost, AddressParser.LongestUser);
        if (triple.Host.Equals("quarantine", StringComparison.OrdinalIgnoreCase))
            return new CheckResult(CheckKind.Quarantine, null, triple.User.Trim('"'), words, tempFail);
        return new CheckResult(CheckKind.Reject, triple.ToReply(), null, words, tempFail);
    }

    /// <summary>
    /// Runs a ruleset whose whole result is text (tls_srv_features, tls_clt_features).
    /// </summary>
    /// <returns>The text, null when the configuration does not have the ruleset.</returns>
    public async ValueTask<string?> TextAsync(string ruleSet, string first, string second, MacroScope scope, CancellationToken cancellation = default)
    {
        if (!Exists(ruleSet))
            return null;
        var workspace = new List<Token>();
        rewriter.Tokenizer.Tokenize(first, '\0', TokenizeMode.Address, workspace, out _, out _);
        workspace.Add(new Token(Meta.Else.ToString()));
        rewriter.Tokenizer.Tokenize(second, '\0', TokenizeMode.Address, workspace, out _, out _);
        await rewriter.RewriteAsync(workspace, ruleSet, scope, cancellation).ConfigureAwait(false);
        int from = workspace.Count > 0 && workspace[0].Operator == Meta.Mailer ? 1 : 0;
        // Nothing between the tokens: these are values, no addresses.
        return CfText.Decode(string.Concat(workspace.Skip(from).Select(t => t.Text)));
    }
}
