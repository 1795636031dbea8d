using System.Globalization;
using System.Runtime.InteropServices;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Replies;

namespace Sendmail.Core.Rewriting;

// Map lookups and calls of rulesets on right sides (op 5.1.4).
public sealed partial class Rewriter
{
    private readonly record struct Lookup(string Name, IMap? Map, string Key, IReadOnlyList<string> Arguments, int KeyStart, int KeyEnd, int DefaultStart, int DefaultEnd, int End);

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
        while ((begin = NextLookup(tokens, begin)) >= 0)
        {
            Lookup lookup = ReadLookup(tokens, begin);
            MapResult result = MapResult.NotFound;
            if (lookup.Map is not { } map)
            {
                Say("rewrite: map " + lookup.Name + " not found", scope);
            }
            else
            {
                // What is told of opening stands before the line about the lookup; a map that is not there is passed over in silence.
                RewriteTrace? told = Trace is { ShowsLookups: true } && map.IsOpen ? Trace : null;
                told?.LookingUp(lookup.Name, lookup.Key, lookup.Arguments);
                result = await map.LookupAsync(lookup.Key, lookup.Arguments, scope, cancellation).ConfigureAwait(false);
                string? instead = null;
                if (result.Status == SysExit.TempFail && map.Use.TempFailText is { } text)
                    instead = lookup.Key + text;
                told?.LookedUp(lookup.Name, lookup.Key, result, instead);
                if (result.Status == SysExit.TempFail)
                    result = instead is not null ? new MapResult(instead, SysExit.TempFail) : map.Use.HidesTempFail ? MapResult.NotFound : result;
            }
            if (result.Status == SysExit.TempFail)
            {
                Deferred = lookup.Name + " map: lookup (" + lookup.Key + "): deferred";
                status = SysExit.TempFail;
            }
            List<Token> replacement;
            string? found = result.Value ?? (lookup.DefaultStart >= 0 ? Joined(tokens, lookup.DefaultStart, lookup.DefaultEnd, Blank) : null);
            if (found is null)
            {
                replacement = tokens.GetRange(lookup.KeyStart, lookup.KeyEnd - lookup.KeyStart);
            }
            else
            {
                // Also the default is cut into tokens once more: comments and unbalanced brackets may have come together in it.
                replacement = [];
                if (!AppendText(found, result.Value is null ? TokenizeMode.Rewritten : TokenizeMode.Address, replacement))
                    return SysExit.DataError;
            }
            tokens.RemoveRange(begin, lookup.End - begin);
            tokens.InsertRange(begin, replacement);
            begin += replacement.Count;
        }
        return status;
    }

    private static int NextLookup(List<Token> tokens, int from)
    {
        for (int i = from; i < tokens.Count; i++)
        {
            if (tokens[i].Operator is Meta.MapBegin or Meta.HostBegin)
                return i;
        }
        return -1;
    }

    private Lookup ReadLookup(List<Token> tokens, int begin)
    {
        bool host = tokens[begin].Operator == Meta.HostBegin;
        char closing = host ? Meta.HostEnd : Meta.MapEnd;
        int end = begin;
        while (end < tokens.Count && tokens[end].Operator != closing)
            end++;
        int at = begin + 1;
        string mapName = "host";
        if (!host)
        {
            mapName = "";
            if (at < end && tokens[at].Operator is not (Meta.At or Meta.Colon))
                mapName = tokens[at++].Text;
        }
        int keyStart = at;
        int keyEnd = at = SkipPart(tokens, at, end);
        List<string>? arguments = null;
        int defaultStart = -1, defaultEnd = -1;
        while (at < end)
        {
            char kind = tokens[at].Operator;
            int start = ++at;
            at = SkipPart(tokens, at, end);
            if (kind == Meta.Colon)
                (defaultStart, defaultEnd) = (start, at);
            else
                (arguments ??= []).Add(Joined(tokens, start, at, Blank));
        }
        IMap? map = _maps.Find(mapName);
        string key = Joined(tokens, keyStart, keyEnd, map is { Use.Blank: not '\0' } ? map.Use.Blank : Blank);
        if (map is { Use.KeepsQuotes: false })
            key = AddressParser.StripQuotes(key);
        return new Lookup(mapName, map, key, (IReadOnlyList<string>?)arguments ?? [], keyStart, keyEnd, defaultStart, defaultEnd, Math.Min(end + 1, tokens.Count));
    }

    // Longest key, argument or default, in octets: what is longer is cut, but for the blank before the word that finds no room.
    private const int MaxJoined = 1021;

    private string Joined(List<Token> tokens, int from, int to, char blank)
    {
        string text = Tokenizer.Join(tokens, from, to, blank);
        return text.Length <= MaxJoined ? text : text[..(text[MaxJoined] == blank ? MaxJoined + 1 : MaxJoined)];
    }

    private static int SkipPart(List<Token> tokens, int at, int end)
    {
        while (at < end && tokens[at].Operator is not (Meta.At or Meta.Colon))
            at++;
        return at;
    }

    // $>name rest: the rest of the line goes through the ruleset; calls in the rest come first, but a name that names
    // nothing stops everything at its left. A ruleset without rules only vanishes, and what stands behind its name is not
    // looked at, even if it is a call: that waits for the next rule.
    // In address test mode the rule itself is shown without what was taken off.
    private async ValueTask<SysExit> CallAsync(List<Token> tokens, Token[]? rule, MacroScope scope, CancellationToken cancellation)
    {
        for (int call = 0; call + 1 < tokens.Count; call++)
        {
            if (tokens[call].Operator != Meta.Call)
                continue;
            string name = AddressParser.StripQuotes(tokens[call + 1].Text).TrimStart(' ');
            if (name.IndexOf(' ', StringComparison.Ordinal) is >= 0 and var blank)
                name = name[..blank];
            string given = tokens[call + 1].Text;
            Rename(CollectionsMarshal.AsSpan(tokens), given, name);
            Rename(rule, given, name);
            string? problem = RuleSetName.Read(name, out string read, out _);
            if (problem is not null)
                Say(problem, scope);
            RuleSet? set = problem is null ? _configuration.RuleSets.Find(read) : null;
            // A number below the highest is a ruleset even when no S line made it.
            if (problem is not null || (set is null && !char.IsAsciiDigit(read[0])))
            {
                Say("Unknown ruleset " + name, scope);
                return SysExit.Config;
            }
            if (set is { Rules.Count: > 0 })
                return await CallAsync(tokens, rule, call, set, scope, cancellation).ConfigureAwait(false);
            Trace?.Line(3, "-----skip subr " + (char.IsAsciiDigit(read[0]) ? read : set!.Name) + " (" + (set?.Number.ToString(CultureInfo.InvariantCulture) ?? read) + ")");
            tokens.RemoveRange(call, 2);
        }
        return SysExit.Ok;
    }

    // What was taken off a name is gone wherever the same token was put, as a wildcard with two places on the right side does.
    private static void Rename(Span<Token> tokens, string from, string name)
    {
        if (from == name)
            return;
        foreach (ref Token token in tokens)
        {
            if (ReferenceEquals(token.Text, from))
                token = new Token(name);
        }
    }

    private async ValueTask<SysExit> CallAsync(List<Token> tokens, Token[]? rule, int call, RuleSet set, MacroScope scope, CancellationToken cancellation)
    {
        SysExit status = SysExit.Ok;
        List<Token> rest = tokens.GetRange(call + 2, tokens.Count - call - 2);
        if (HasCall(rest))
        {
            status = await CallAsync(rest, rule, scope, cancellation).ConfigureAwait(false);
            if (status is not (SysExit.Ok or SysExit.TempFail))
            {
                Replace(tokens, call + 2, rest);
                return status;
            }
        }
        SysExit inner = await RewriteAsync(rest, set, set.Name, Tokenizer.MaxTokens - call, scope, cancellation).ConfigureAwait(false);
        Replace(tokens, call, rest);
        return inner != SysExit.Ok ? inner : status;
    }

    private static void Replace(List<Token> tokens, int from, List<Token> rest)
    {
        tokens.RemoveRange(from, tokens.Count - from);
        tokens.AddRange(rest);
    }
}
