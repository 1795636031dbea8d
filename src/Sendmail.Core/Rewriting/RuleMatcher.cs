using Sendmail.Core.Cf;

namespace Sendmail.Core.Rewriting;

/// <summary>
/// Matches the left side of a rule: every wildcard takes as little as it can, and on failure the last one that can grow
/// takes one token more (op 5.1.3). Segments of <c>$1</c> to <c>$9</c> are ranges of the workspace.
/// </summary>
internal sealed class RuleMatcher(IReadOnlyDictionary<string, MailClass> classes, Tokenizer tokenizer, char blank)
{
    // After so many steps of one search it is noted which attempts were in vain, so that the search stays bounded by
    // the length of the rule times the square of the length of the workspace.
    internal const int StepsBeforeNotes = 2000;

    private readonly (int Start, int End)[] _segments = new (int, int)[16];
    private int _segmentCount;
    private int _steps;
    private bool[]? _failed;
    private RewriteTrace? _trace;

    /// <summary>Ends of wildcards that the last search tried.</summary>
    internal long Attempts { get; private set; }

    internal ReadOnlySpan<(int Start, int End)> Segments => _segments.AsSpan(0, _segmentCount);

    internal bool Match(RulePattern pattern, ReadOnlySpan<Token> workspace, MacroScope scope, RewriteTrace? trace)
    {
        _trace = trace;
        _segmentCount = 0;
        Attempts = 0;
        _steps = 0;
        _failed = null;
        return Match(pattern.Elements, 0, workspace, 0, 0, scope);
    }

    private bool Match(RulePattern.Element[] left, int l, ReadOnlySpan<Token> workspace, int w, int segment, MacroScope scope)
    {
        for (; l < left.Length; l++)
        {
            ref RulePattern.Element element = ref left[l];
            switch (element.Operator)
            {
                case Meta.ZeroOrMore:
                    return Grow(left, l, workspace, w, segment, 0, scope);
                case Meta.OneOrMore:
                    return Grow(left, l, workspace, w, segment, 1, scope);
                case Meta.ExactlyOne:
                    if (w >= workspace.Length)
                        return false;
                    Set(segment++, w, ++w);
                    continue;
                case Meta.At:
                    // Matches nothing wherever it stands, and has no number.
                    continue;
                case Meta.NotInClass:
                    if (w >= workspace.Length || ClassOf(ref element)?.Contains(workspace[w].Text) == true)
                        return false;
                    Set(segment++, w, ++w);
                    continue;
                case Meta.InClass:
                    return GrowInClass(left, l, workspace, w, segment, scope);
                case Meta.LateMacro:
                    // Even nothing needs a token to stand before.
                    if (w >= workspace.Length || !MatchMacro(element.Name, workspace, ref w, scope))
                        return false;
                    continue;
                default:
                    if (w >= workspace.Length || workspace[w] != element.Token)
                        return false;
                    w++;
                    continue;
            }
        }
        if (w != workspace.Length)
            return false;
        _segmentCount = segment;
        return true;
    }

    private bool Grow(RulePattern.Element[] left, int l, ReadOnlySpan<Token> workspace, int w, int segment, int least, MacroScope scope)
    {
        if (l + 1 == left.Length)
        {
            if (workspace.Length - w < least)
                return false;
            Set(segment, w, workspace.Length);
            _segmentCount = segment + 1;
            return true;
        }
        if (InVain(l, w, workspace.Length))
            return false;
        // A literal behind the wildcard lets us skip ends that cannot match.
        ref RulePattern.Element next = ref left[l + 1];
        bool literal = next.Operator is '\0' or Meta.Else or Meta.Mailer;
        for (int end = w + least; end <= workspace.Length; end++)
        {
            if (literal && (end >= workspace.Length || workspace[end] != next.Token))
                continue;
            Attempts++;
            Set(segment, w, end);
            if (Match(left, l + 1, workspace, end, segment + 1, scope))
                return true;
        }
        Note(l, w, workspace.Length, left.Length);
        return false;
    }

    private bool GrowInClass(RulePattern.Element[] left, int l, ReadOnlySpan<Token> workspace, int w, int segment, MacroScope scope)
    {
        if (w >= workspace.Length || ClassOf(ref left[l]) is not { } members || InVain(l, w, workspace.Length))
            return false;
        bool words = false;
        for (int end = w + 1; end <= workspace.Length && end - w <= members.LongestPhrase; end++)
        {
            if (end - w > 1)
                words |= tokenizer.IsWord(workspace[end - 2].Text) && tokenizer.IsWord(workspace[end - 1].Text);
            // Two words in a row have a blank between them, and no member has one, but perhaps what BlankSub puts there.
            if (words && blank == ' ')
                break;
            if (!(end - w == 1 ? members.Contains(workspace[w].Text) : members.Contains(words ? Joined(workspace[w..end]) : Concatenate(workspace[w..end]))))
                continue;
            Attempts++;
            Set(segment, w, end);
            if (Match(left, l + 1, workspace, end, segment + 1, scope))
                return true;
        }
        Note(l, w, workspace.Length, left.Length);
        return false;
    }

    private bool InVain(int l, int w, int count) => _failed is not null && _failed[(l * (count + 1)) + w];

    private void Note(int l, int w, int count, int length)
    {
        if (++_steps < StepsBeforeNotes)
            return;
        _failed ??= new bool[length * (count + 1)];
        _failed[(l * (count + 1)) + w] = true;
    }

    private string Joined(ReadOnlySpan<Token> tokens) => tokenizer.Join(tokens.ToArray(), 0, tokens.Length, blank);

    private static string Concatenate(ReadOnlySpan<Token> tokens)
    {
        int length = 0;
        foreach (Token token in tokens)
            length += token.Text.Length;
        Span<char> text = length <= 512 ? stackalloc char[length] : new char[length];
        int at = 0;
        foreach (Token token in tokens)
        {
            token.Text.CopyTo(text[at..]);
            at += token.Text.Length;
        }
        return text.ToString();
    }

    // As many tokens as together make up the value of the macro, as it was defined: macros in it are not looked at.
    private bool MatchMacro(string name, ReadOnlySpan<Token> workspace, ref int w, MacroScope scope)
    {
        string? text = scope[name];
        _trace?.Macro("LHS", name, text);
        ReadOnlySpan<char> value = text is null ? "" : CfText.Marked(text);
        while (value.Length > 0)
        {
            if (w >= workspace.Length)
                return false;
            string token = workspace[w].Text;
            if (token.Length > value.Length || !Token.SameText(token, value[..token.Length]))
                return false;
            value = value[token.Length..];
            w++;
        }
        return true;
    }

    private MailClass? ClassOf(ref RulePattern.Element element)
    {
        if (element.Found is { } found && ReferenceEquals(found.Classes, classes))
            return found.Class;
        if (!classes.TryGetValue(element.Name, out MailClass? members))
            return null;
        element.Found = new RulePattern.FoundClass(classes, members);
        return members;
    }

    private void Set(int segment, int start, int end) => _segments[Math.Min(segment, 15)] = (start, end);
}
