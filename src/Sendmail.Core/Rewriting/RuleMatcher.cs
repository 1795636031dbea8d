using Sendmail.Core.Cf;

namespace Sendmail.Core.Rewriting;

/// <summary>
/// Matches the left side of a rule: every wildcard takes as little as it can, and on failure the last one that can grow
/// takes one token more (op 5.1.3). Segments of <c>$1</c> to <c>$9</c> are ranges of the workspace.
/// </summary>
internal sealed class RuleMatcher(IReadOnlyDictionary<string, MailClass> classes, Tokenizer tokenizer)
{
    private readonly Dictionary<string, MailClass?> _classOf = new(StringComparer.Ordinal);
    private readonly (int Start, int End)[] _segments = new (int, int)[16];
    private int _segmentCount;

    internal ReadOnlySpan<(int Start, int End)> Segments => _segments.AsSpan(0, _segmentCount);

    internal bool Match(Token[] left, List<Token> workspace, MacroScope scope)
    {
        _segmentCount = 0;
        return Match(left, 0, workspace, 0, 0, scope);
    }

    private bool Match(Token[] left, int l, List<Token> workspace, int w, int segment, MacroScope scope)
    {
        for (; l < left.Length; l++)
        {
            Token token = left[l];
            switch (token.Operator)
            {
                case '\0':
                    if (w >= workspace.Count || !Same(token.Text, workspace[w].Text))
                        return false;
                    w++;
                    continue;
                case Meta.ZeroOrMore:
                    return Grow(left, l, workspace, w, segment, 0, int.MaxValue, scope);
                case Meta.OneOrMore:
                    return Grow(left, l, workspace, w, segment, 1, int.MaxValue, scope);
                case Meta.ExactlyOne:
                    if (w >= workspace.Count)
                        return false;
                    Set(segment++, w, ++w);
                    continue;
                case Meta.At:
                    Set(segment++, w, w);
                    continue;
                case Meta.NotInClass:
                    if (w >= workspace.Count || ClassOf(token)?.Contains(workspace[w].Text) == true)
                        return false;
                    Set(segment++, w, ++w);
                    continue;
                case Meta.InClass:
                    return GrowInClass(left, l, workspace, w, segment, scope);
                case Meta.LateMacro:
                    if (!MatchMacro(CfText.Name(token.Operand), workspace, ref w, scope))
                        return false;
                    continue;
                default:
                    if (w >= workspace.Count || !Same(token.Text, workspace[w].Text))
                        return false;
                    w++;
                    continue;
            }
        }
        if (w != workspace.Count)
            return false;
        _segmentCount = segment;
        return true;
    }

    private bool Grow(Token[] left, int l, List<Token> workspace, int w, int segment, int least, int most, MacroScope scope)
    {
        // A literal behind the wildcard lets us skip ends that cannot match.
        string? next = l + 1 < left.Length && left[l + 1].Operator == '\0' ? left[l + 1].Text : null;
        if (l + 1 == left.Length)
        {
            if (workspace.Count - w < least)
                return false;
            Set(segment, w, workspace.Count);
            _segmentCount = segment + 1;
            return true;
        }
        for (int end = w + least; end <= workspace.Count && end - w <= most; end++)
        {
            if (next is not null && (end >= workspace.Count || !Same(next, workspace[end].Text)))
                continue;
            Set(segment, w, end);
            if (Match(left, l + 1, workspace, end, segment + 1, scope))
            {
                Set(segment, w, end);
                return true;
            }
        }
        return false;
    }

    private bool GrowInClass(Token[] left, int l, List<Token> workspace, int w, int segment, MacroScope scope)
    {
        MailClass? members = ClassOf(left[l]);
        if (members is null)
            return false;
        for (int end = w + 1; end <= workspace.Count && end - w <= members.LongestPhrase; end++)
        {
            string phrase = end - w == 1 ? workspace[w].Text : Concatenate(workspace, w, end);
            if (!members.Contains(phrase))
                continue;
            Set(segment, w, end);
            if (Match(left, l + 1, workspace, end, segment + 1, scope))
            {
                Set(segment, w, end);
                return true;
            }
        }
        return false;
    }

    private static string Concatenate(List<Token> workspace, int from, int to)
    {
        int length = 0;
        for (int i = from; i < to; i++)
            length += workspace[i].Text.Length;
        return string.Create(length, (workspace, from, to), static (span, state) =>
        {
            for (int i = state.from; i < state.to; i++)
            {
                state.workspace[i].Text.CopyTo(span);
                span = span[state.workspace[i].Text.Length..];
            }
        });
    }

    private bool MatchMacro(string name, List<Token> workspace, ref int w, MacroScope scope)
    {
        string value = MacroExpander.Expand(scope[name] ?? "", scope);
        foreach (Token token in tokenizer.Tokenize(value, TokenizeMode.Rule))
        {
            if (w >= workspace.Count || !Same(token.Text, workspace[w].Text))
                return false;
            w++;
        }
        return true;
    }

    private MailClass? ClassOf(Token token)
    {
        if (!_classOf.TryGetValue(token.Text, out MailClass? members))
            _classOf[token.Text] = members = classes.GetValueOrDefault(CfText.Name(token.Operand));
        return members;
    }

    private void Set(int segment, int start, int end) => _segments[Math.Min(segment, 15)] = (start, end);

    private static bool Same(string a, string b) =>
        ReferenceEquals(a, b) || (a.Length == b.Length && string.Equals(a, b, StringComparison.OrdinalIgnoreCase));
}
