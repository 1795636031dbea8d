using System.Runtime.InteropServices;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;

namespace Sendmail.Core.Rewriting;

/// <summary>
/// Runs rulesets over a workspace of tokens (op 5.1). One instance serves one session, queue job or command at a time.
/// </summary>
public sealed partial class Rewriter
{
    private const int MaxRecursion = 50;
    private const int MaxLoops = 100;

    private readonly Configuration _configuration;
    private readonly IMapRegistry _maps;
    private readonly IMailLog _log;
    private readonly Stack<Frame> _frames = new();
    private readonly List<string> _errors = [];
    private IReadOnlyDictionary<string, MailClass> _classes;
    private int _depth;

    // What one running ruleset needs; kept for the next one.
    private sealed class Frame(IReadOnlyDictionary<string, MailClass> classes, Tokenizer tokenizer, char blank)
    {
        internal readonly RuleMatcher Matcher = new(classes, tokenizer, blank);
        internal readonly List<Token> Result = [];
    }

    /// <summary>A rewriter for one configuration.</summary>
    public Rewriter(Configuration configuration, IMapRegistry maps, IMailLog log, RewriteTrace? trace = null)
    {
        _configuration = configuration;
        _classes = configuration.Classes;
        _maps = maps;
        _log = log;
        Trace = trace;
        Tokenizer = new Tokenizer(configuration.Options.Get(OptionTable.OperatorChars));
        char blank = configuration.Options.Get(OptionTable.BlankSub);
        Blank = blank == '\0' ? ' ' : blank;
    }

    /// <summary>The configuration whose rules run.</summary>
    public Configuration Configuration => _configuration;
    /// <summary>The maps that rules look up.</summary>
    public IMapRegistry Maps => _maps;
    /// <summary>The tokenizer with the configuration's operator characters.</summary>
    public Tokenizer Tokenizer { get; }
    /// <summary>The last lookup that could not be answered, in the reference's words; null when there was none.</summary>
    public string? Deferred { get; private set; }
    /// <summary>
    /// Whether data that cannot be cut into tokens stopped the ruleset that was asked for itself, not one that it called: address
    /// test mode goes on with nothing then.
    /// </summary>
    public bool WorkspaceLost { get; private set; }
    /// <summary>What is left in the place of a lost workspace: as many tokens of data that was too long as had room; other data leaves nothing.</summary>
    public IReadOnlyList<Token> WorkspaceRest { get; private set; } = [];
    /// <summary>Trace, null when none is wanted.</summary>
    public RewriteTrace? Trace { get; }
    /// <summary>BlankSub: what stands between two words that were separated by white space.</summary>
    public char Blank { get; }
    /// <summary>
    /// Called for each message to the user, e.g. to refuse the command that is answered: 554 for what is wrong with the rules
    /// (loops, recursion), 553 for data in them that cannot be cut into tokens.
    /// </summary>
    public Action<SmtpReply>? Complain { get; set; }

    /// <summary>How many tokens can make up a member of a class.</summary>
    public int TokensOf(string member) => MailClass.TokensOf(member, Tokenizer, Blank);

    /// <summary>Gives a class other members for as long as this rewriter lives: what is known of one session only.</summary>
    public void SetClass(string name, IEnumerable<string> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        var own = new MailClass();
        foreach (string member in members)
            own.AddPhrase(member, Math.Max(1, TokensOf(member)));
        _classes = new Dictionary<string, MailClass>(_classes) { [name] = own };
        _frames.Clear();
    }

    /// <summary>
    /// Rewrites <paramref name="workspace"/> by the ruleset called <paramref name="ruleSet"/>; a ruleset that does not
    /// exist leaves it as it is.
    /// </summary>
    /// <returns>
    /// <see cref="SysExit.Ok"/>; <see cref="SysExit.TempFail"/> when a map could not answer; <see cref="SysExit.Config"/> when
    /// rulesets called themselves too deep or one that does not exist; <see cref="SysExit.DataError"/> when data cannot be cut
    /// into tokens or the result would be too long: then the ruleset was left where that happened.
    /// </returns>
    public ValueTask<SysExit> RewriteAsync(List<Token> workspace, string ruleSet, MacroScope scope, CancellationToken cancellation = default)
    {
        WorkspaceLost = false;
        RuleSet? set = _configuration.RuleSets.Find(ruleSet);
        // A name that no S line declares is passed over in silence; a number is a ruleset without rules.
        if (set is null && !char.IsAsciiDigit(ruleSet.Length > 0 ? ruleSet[0] : ' '))
            return new ValueTask<SysExit>(SysExit.Ok);
        return RewriteAsync(workspace, set, set?.Name ?? ruleSet, Tokenizer.MaxTokens, scope, cancellation);
    }

    // What a caller has before the call takes room from the ruleset it calls, though not from those called in turn.
    private async ValueTask<SysExit> RewriteAsync(List<Token> workspace, RuleSet? set, string name, int room, MacroScope scope, CancellationToken cancellation)
    {
        Trace?.RuleSet(name, true, CollectionsMarshal.AsSpan(workspace));
        if (_depth > MaxRecursion)
        {
            Say("rewrite: excessive recursion (max " + MaxRecursion + "), ruleset " + name, scope);
            return SysExit.Config;
        }
        SysExit status = SysExit.Ok;
        bool whole = true;
        if (set is not null)
        {
            _depth++;
            Frame frame = _frames.TryPop(out Frame? pooled) ? pooled : new Frame(_classes, Tokenizer, Blank);
            try
            {
                (status, whole) = await RunAsync(workspace, set, room, scope, frame, cancellation).ConfigureAwait(false);
            }
            finally
            {
                _depth--;
                _frames.Push(frame);
            }
        }
        if (whole)
            Trace?.RuleSet(name, false, CollectionsMarshal.AsSpan(workspace));
        return status;
    }

    // Whole is false when the ruleset could not be finished.
    private async ValueTask<(SysExit Status, bool Whole)> RunAsync(List<Token> workspace, RuleSet set, int room, MacroScope scope, Frame frame, CancellationToken cancellation)
    {
        SysExit status = SysExit.Ok;
        bool trace = Trace is { Level: >= 4 };
        bool macros = Trace is { ShowsMacros: true };
        ulong present = Present(workspace);
        // What is resolved to a mailer already is not looked at.
        int rules = IsResolved(workspace) ? 0 : set.Rules.Count;
        for (int number = 0; number < rules; number++)
        {
            RewriteRule rule = set.Rules[number];
            int loops = 0;
            while (true)
            {
                if (trace)
                    Trace!.Trying(rule);
                // Not even whether it matches once more is looked at.
                if (loops++ == MaxLoops)
                {
                    Say("Infinite loop in ruleset " + set.Name + ", rule " + (number + 1), scope);
                    Trace?.Tokens(1, "workspace: ", workspace);
                    return (status, true);
                }
                if ((!rule.Pattern.MayMatch(present, workspace.Count) && !(macros && rule.Pattern.HasMacros)) ||
                    !frame.Matcher.Match(rule.Pattern, CollectionsMarshal.AsSpan(workspace), scope, macros ? Trace : null))
                {
                    if (trace)
                        Trace!.Line(10, "----- rule fails");
                    break;
                }
                if (trace)
                    Trace!.Tokens(12, "-----rule matches:", rule.RightTokens);
                Token[] right = rule.RightTokens;
                char mode = right.Length > 0 ? right[0].Operator : '\0';
                bool prefixed = mode is Meta.At or Meta.Colon;
                List<Token> result = frame.Result;
                result.Clear();
                SysExit made = Substitute(right, prefixed ? 1 : 0, workspace, set, frame.Matcher.Segments, room, scope, result, out bool map, out bool call);
                if (made != SysExit.Ok)
                    return (made, false);
                if (map)
                {
                    SysExit mapStatus = await LookUpAsync(result, scope, cancellation).ConfigureAwait(false);
                    if (mapStatus == SysExit.DataError)
                        return (mapStatus, false);
                    if (mapStatus != SysExit.Ok)
                        status = mapStatus;
                    call = HasCall(result);
                }
                if (call)
                {
                    SysExit callStatus = await CallAsync(result, Trace is null ? null : right, scope, cancellation).ConfigureAwait(false);
                    // That a map could not answer now outweighs what goes wrong behind it.
                    if (callStatus != SysExit.Ok && status != SysExit.TempFail)
                        status = callStatus;
                }
                if (result.Count > room)
                {
                    Say("rewrite: expansion too long", scope);
                    return (SysExit.DataError, false);
                }
                workspace.Clear();
                workspace.AddRange(CollectionsMarshal.AsSpan(result));
                if (trace)
                    Trace!.Tokens(4, "rewritten as:", workspace);
                if (mode == Meta.At || IsResolved(workspace))
                    return (status, true);
                present = Present(workspace);
                if (mode == Meta.Colon)
                    break;
            }
        }
        return (status, true);
    }

    private static ulong Present(List<Token> workspace)
    {
        ulong present = 0;
        foreach (ref readonly Token token in CollectionsMarshal.AsSpan(workspace))
            present |= token.Bit;
        return present;
    }

    private static bool IsResolved(List<Token> workspace) => workspace.Count > 0 && workspace[0].Operator == Meta.Mailer;

    // DataError when it became too long or a macro's value cannot be an address, Config for a $n without a wildcard.
    private SysExit Substitute(
        Token[] right, int from, List<Token> workspace, RuleSet set, ReadOnlySpan<(int Start, int End)> segments, int room, MacroScope scope, List<Token> result, out bool map, out bool call)
    {
        map = call = false;
        for (int i = from; i < right.Length; i++)
        {
            ref readonly Token token = ref right[i];
            switch (token.Operator)
            {
                case '\0':
                    result.Add(token);
                    break;
                case Meta.Positional:
                    int index = token.Text[1] - '1';
                    if (index < 0 || index >= segments.Length)
                    {
                        Say("rewrite: ruleset " + set.Name + ": replacement $" + token.Operand + " out of bounds", scope);
                        return SysExit.Config;
                    }
                    Trace?.Segment(workspace, index, segments[index]);
                    Copy(CollectionsMarshal.AsSpan(workspace)[segments[index].Start..segments[index].End], result, ref map, ref call);
                    break;
                case Meta.LateMacro:
                    int before = result.Count;
                    if (!Append(token, scope, result))
                        return SysExit.DataError;
                    Note(CollectionsMarshal.AsSpan(result)[before..], ref map, ref call);
                    break;
                default:
                    map |= token.Operator is Meta.MapBegin or Meta.HostBegin;
                    call |= token.Operator == Meta.Call;
                    result.Add(token);
                    break;
            }
            if (result.Count > room)
            {
                Say("rewrite: expansion too long", scope);
                return SysExit.DataError;
            }
        }
        return SysExit.Ok;
    }

    private static void Copy(ReadOnlySpan<Token> tokens, List<Token> result, ref bool map, ref bool call)
    {
        Note(tokens, ref map, ref call);
        result.AddRange(tokens);
    }

    private static void Note(ReadOnlySpan<Token> tokens, ref bool map, ref bool call)
    {
        foreach (ref readonly Token token in tokens)
        {
            map |= token.Operator is Meta.MapBegin or Meta.HostBegin;
            call |= token.Operator == Meta.Call;
        }
    }

    private bool Append(Token token, MacroScope scope, List<Token> result)
    {
        string name = CfText.Name(token.Operand);
        string? value = scope[name];
        Trace?.Macro("RHS", name, value);
        // Taken as it was defined: constructs in it are nothing but a dollar mark and the character behind it.
        return string.IsNullOrEmpty(value) || AppendText(CfText.Marked(value), TokenizeMode.Address, result);
    }

    /// <summary>Data that comes from outside the rules. False when there is no token in it or it is too long.</summary>
    private bool AppendText(string text, TokenizeMode mode, List<Token> result)
    {
        if (text.Length == 0)
            return true;
        int before = result.Count;
        bool good = Tokenizer.Tokenize(text, '\0', mode, result, out _, out string? first, _errors);
        if (first is null)
            return good && result.Count > before || Unreadable(good);
        foreach (string error in _errors)
        {
            string complaint = CfText.Masked(CfText.Octets(CfText.Shortened(text)) + "... " + (error.StartsWith("553 ", StringComparison.Ordinal) ? error[10..] : error));
            Complain?.Invoke(SmtpReply.Of(553, "5.0.0", complaint));
            Trace?.Line(0, complaint);
        }
        _errors.Clear();
        return good && result.Count > before || Unreadable(good);
    }

    private bool Unreadable(bool fits)
    {
        if (_depth == 1)
            (WorkspaceLost, WorkspaceRest) = (true, fits ? [] : Tokenizer.Partial);
        return false;
    }

    private void Say(string text, MacroScope scope)
    {
        _log.Write(0, LogPriority.Critical, scope["i"] is { Length: > 0 } id ? id : "NOQUEUE", "SYSERR(root): " + text);
        // Whoever is told of it gets seven bits; the log keeps them all.
        string shown = CfText.SevenBit(text);
        Complain?.Invoke(SmtpReply.Of(554, "5.0.0", shown));
        Trace?.Line(0, shown);
    }
}
