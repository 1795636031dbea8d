using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;

namespace Sendmail.Core.Rewriting;

/// <summary>
/// Runs rulesets over a workspace of tokens (op 5.1). One instance serves one session, queue job or command at a time.
/// </summary>
public sealed class Rewriter
{
    private const int MaxRecursion = 50;
    private const int MaxLoops = 100;

    private readonly Configuration _configuration;
    private readonly IMapRegistry _maps;
    private readonly IMailLog _log;
    private readonly Stack<RuleMatcher> _matchers = new();
    private IReadOnlyDictionary<string, MailClass> _classes;
    private int _depth;

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
    /// <summary>Trace, null when none is wanted.</summary>
    public RewriteTrace? Trace { get; }
    /// <summary>BlankSub: what stands between two words that were separated by white space.</summary>
    public char Blank { get; }
    /// <summary>Called for each message to the user (rule loops, recursion), e.g. to make the envelope fail.</summary>
    public Action<string>? Complain { get; set; }

    /// <summary>Gives a class other members for as long as this rewriter lives: what is known of one session only.</summary>
    public void SetClass(string name, IEnumerable<string> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        var own = new MailClass();
        foreach (string member in members)
            own.AddPhrase(member, Math.Max(1, Tokenizer.Tokenize(member, TokenizeMode.Rule).Count));
        _classes = new Dictionary<string, MailClass>(_classes) { [name] = own };
        _matchers.Clear();
    }

    /// <summary>
    /// Rewrites <paramref name="workspace"/> by the ruleset called <paramref name="ruleSet"/>; a ruleset that does not
    /// exist leaves it as it is.
    /// </summary>
    /// <returns><see cref="SysExit.Ok"/>, or <see cref="SysExit.TempFail"/> when a map could not answer.</returns>
    public async ValueTask<SysExit> RewriteAsync(List<Token> workspace, string ruleSet, MacroScope scope, CancellationToken cancellation = default)
    {
        RuleSet? set = _configuration.RuleSets.Find(ruleSet);
        string name = set?.Name ?? ruleSet;
        // A name that no S line declares is passed over in silence; a number is a ruleset without rules.
        if (set is null && !char.IsAsciiDigit(ruleSet.Length > 0 ? ruleSet[0] : ' '))
            return SysExit.Ok;
        Trace?.RuleSet(name, true, workspace);
        if (_depth >= MaxRecursion)
        {
            Say("rewrite: excessive recursion (max " + MaxRecursion + "), ruleset " + name);
            return SysExit.Config;
        }
        SysExit status = SysExit.Ok;
        if (set is not null)
        {
            _depth++;
            RuleMatcher matcher = _matchers.TryPop(out RuleMatcher? pooled) ? pooled : new RuleMatcher(_classes, Tokenizer);
            try
            {
                status = await RunAsync(workspace, set, scope, matcher, cancellation).ConfigureAwait(false);
            }
            finally
            {
                _depth--;
                _matchers.Push(matcher);
            }
        }
        Trace?.RuleSet(name, false, workspace);
        return status;
    }

    private async ValueTask<SysExit> RunAsync(List<Token> workspace, RuleSet set, MacroScope scope, RuleMatcher matcher, CancellationToken cancellation)
    {
        SysExit status = SysExit.Ok;
        bool trace = Trace is { Level: >= 4 };
        for (int number = 0; number < set.Rules.Count; number++)
        {
            RewriteRule rule = set.Rules[number];
            int loops = 0;
            while (true)
            {
                if (trace)
                    Trace!.Trying(rule);
                if (!matcher.Match(rule.LeftTokens, workspace, scope))
                {
                    if (trace)
                        Trace!.Line(10, "----- rule fails");
                    break;
                }
                if (trace)
                {
                    Trace!.Line(12, "-----rule matches: " + RewriteTrace.Show(rule.RightTokens));
                    Trace.Segments(workspace, matcher.Segments);
                }
                if (++loops > MaxLoops)
                {
                    Say("Infinite loop in ruleset " + set.Name + ", rule " + (number + 1));
                    break;
                }
                Token[] right = rule.RightTokens;
                char mode = right.Length > 0 ? right[0].Operator : '\0';
                bool prefixed = mode is Meta.At or Meta.Colon;
                var result = new List<Token>(workspace.Count + right.Length);
                Substitute(right, prefixed ? 1 : 0, workspace, matcher.Segments, scope, result);
                if (HasMap(result))
                {
                    SysExit mapStatus = await LookUpAsync(result, scope, cancellation).ConfigureAwait(false);
                    if (mapStatus != SysExit.Ok)
                        status = mapStatus;
                }
                if (HasCall(result))
                {
                    SysExit callStatus = await CallAsync(result, scope, cancellation).ConfigureAwait(false);
                    if (callStatus != SysExit.Ok)
                        status = callStatus;
                }
                workspace.Clear();
                workspace.AddRange(result);
                if (trace)
                    Trace!.Line(4, "rewritten as: " + RewriteTrace.Show(workspace));
                if (mode == Meta.At || (workspace.Count > 0 && workspace[0].Operator == Meta.Mailer))
                    return status;
                if (mode == Meta.Colon)
                    break;
            }
        }
        return status;
    }

    private void Substitute(Token[] right, int from, List<Token> workspace, ReadOnlySpan<(int Start, int End)> segments, MacroScope scope, List<Token> result)
    {
        for (int i = from; i < right.Length; i++)
        {
            Token token = right[i];
            switch (token.Operator)
            {
                case Meta.Positional:
                    int index = token.Text[1] - '1';
                    if (index < segments.Length)
                    {
                        for (int t = segments[index].Start; t < segments[index].End; t++)
                            result.Add(workspace[t]);
                    }
                    break;
                case Meta.LateMacro:
                    string name = CfText.Name(token.Operand);
                    string? value = scope[name];
                    if (Trace is { Level: >= 2 })
                        Trace.Line(2, "rewrite: RHS $&" + (name.Length > 1 ? "{" + name + "}" : name) + " => \"" + (value is null ? "(NULL)" : CfText.Decode(value)) + "\"");
                    if (!string.IsNullOrEmpty(value))
                        Tokenizer.Tokenize(MacroExpander.Expand(value, scope), '\0', TokenizeMode.Rule, result, out _, out _);
                    break;
                default:
                    result.Add(token);
                    break;
            }
        }
    }

    private static bool HasMap(List<Token> tokens)
    {
        foreach (Token token in tokens)
        {
            if (token.Operator is Meta.MapBegin or Meta.HostBegin)
                return true;
        }
        return false;
    }

    private static bool HasCall(List<Token> tokens)
    {
        foreach (Token token in tokens)
        {
            if (token.Operator == Meta.Call)
                return true;
        }
        return false;
    }

    // $(map key $@ arg $: default$) and $[host $: default$], from left to right.
    private async ValueTask<SysExit> LookUpAsync(List<Token> tokens, MacroScope scope, CancellationToken cancellation)
    {
        SysExit status = SysExit.Ok;
        int begin = 0;
        while ((begin = tokens.FindIndex(begin, t => t.Operator is Meta.MapBegin or Meta.HostBegin)) >= 0)
        {
            bool host = tokens[begin].Operator == Meta.HostBegin;
            int end = tokens.FindIndex(begin, t => t.Operator is Meta.MapEnd or Meta.HostEnd);
            if (end < 0)
                end = tokens.Count;
            int at = begin + 1;
            string mapName = host ? "host" : at < end ? tokens[at++].Text : "";
            int keyStart = at;
            while (at < end && tokens[at].Operator is not (Meta.At or Meta.Colon))
                at++;
            int keyEnd = at;
            string key = Tokenizer.Join(tokens, keyStart, keyEnd, Blank);
            var arguments = new List<string>();
            int defaultStart = -1;
            while (at < end)
            {
                if (tokens[at].Operator == Meta.Colon)
                {
                    defaultStart = at + 1;
                    break;
                }
                int start = ++at;
                while (at < end && tokens[at].Operator is not (Meta.At or Meta.Colon))
                    at++;
                arguments.Add(Tokenizer.Join(tokens, start, at, Blank));
            }
            IMap? map = _maps.Find(mapName);
            MapResult result = MapResult.NotFound;
            if (map is not null)
            {
                Trace?.LookingUp(mapName, key, arguments);
                result = await map.LookupAsync(key, arguments, scope, cancellation).ConfigureAwait(false);
                Trace?.LookedUp(mapName, key, result);
            }
            else
            {
                Trace?.Debug.Line(60, 1, "rewrite: map " + mapName + " not found");
            }
            List<Token> replacement;
            if (result.Status == SysExit.TempFail)
            {
                Deferred = mapName + " map: lookup (" + key + "): deferred";
                status = SysExit.TempFail;
            }
            if (result.Value is not null)
            {
                replacement = [];
                Tokenizer.Tokenize(result.Value, '\0', TokenizeMode.Rule | TokenizeMode.KeepComments, replacement, out _, out _);
            }
            else
            {
                replacement = defaultStart >= 0 ? tokens.GetRange(defaultStart, end - defaultStart) : tokens.GetRange(keyStart, keyEnd - keyStart);
            }
            tokens.RemoveRange(begin, Math.Min(end + 1, tokens.Count) - begin);
            tokens.InsertRange(begin, replacement);
            begin += replacement.Count;
        }
        return status;
    }

    // $>name rest: the rest of the line goes through the ruleset; calls in the rest come first.
    private async ValueTask<SysExit> CallAsync(List<Token> tokens, MacroScope scope, CancellationToken cancellation)
    {
        int call = tokens.FindIndex(t => t.Operator == Meta.Call);
        if (call + 1 >= tokens.Count)
        {
            tokens.RemoveAt(call);
            return SysExit.Ok;
        }
        string name = tokens[call + 1].Text.Trim('"');
        List<Token> rest = tokens.GetRange(call + 2, tokens.Count - call - 2);
        SysExit status = SysExit.Ok;
        if (HasCall(rest))
            status = await CallAsync(rest, scope, cancellation).ConfigureAwait(false);
        // A ruleset without rules is not even mentioned in traces when it is called by another.
        SysExit inner = SysExit.Ok;
        if (_configuration.RuleSets.Find(name) is { Rules.Count: 0 } empty)
            Trace?.Line(3, "-----skip subr " + empty.Name + " (" + empty.Number + ")");
        else
            inner = await RewriteAsync(rest, name, scope, cancellation).ConfigureAwait(false);
        if (inner != SysExit.Ok)
            status = inner;
        tokens.RemoveRange(call, tokens.Count - call);
        tokens.AddRange(rest);
        return status;
    }

    private void Say(string text)
    {
        _log.Write(0, LogPriority.Critical, "NOQUEUE", "SYSERR(root): " + text);
        Complain?.Invoke(text);
        Trace?.Line(0, text);
    }
}
