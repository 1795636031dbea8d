namespace Sendmail.M4.Macros;

/// <summary>A definition's text cut at its <c>$</c> references, so that a call copies pieces and never searches.</summary>
internal sealed class MacroBody
{
    private readonly string _text;
    private readonly List<Piece> _pieces = [];

    private enum Kind { Literal, Argument, Count, All, AllQuoted }

    private readonly record struct Piece(Kind Kind, int Start, int Length);

    private MacroBody(string text) => _text = text;

    /// <summary>Nothing in it depends on the call.</summary>
    internal bool IsPlain => _pieces.Count == 0;

    /// <summary>Cuts <paramref name="text"/>. <paramref name="manyDigits"/>: <c>$12</c> is the twelfth argument (an extension of GNU m4).</summary>
    internal static MacroBody Parse(string text, bool manyDigits)
    {
        var body = new MacroBody(text);
        int from = 0;
        int at = text.IndexOf('$');
        while (at >= 0 && at + 1 < text.Length)
        {
            char c = text[at + 1];
            int end = at + 2;
            Piece piece;
            if (char.IsAsciiDigit(c))
            {
                long number = c - '0';
                while (manyDigits && end < text.Length && char.IsAsciiDigit(text[end]))
                    number = Math.Min(number * 10 + (text[end++] - '0'), int.MaxValue);
                piece = new Piece(Kind.Argument, (int)number, 0);
            }
            else if (c is '#' or '*' or '@')
            {
                piece = new Piece(c == '#' ? Kind.Count : c == '*' ? Kind.All : Kind.AllQuoted, 0, 0);
            }
            else
            {
                at = text.IndexOf('$', at + 1);
                continue;
            }
            if (at > from)
                body._pieces.Add(new Piece(Kind.Literal, from, at - from));
            body._pieces.Add(piece);
            from = end;
            at = from < text.Length ? text.IndexOf('$', from) : -1;
        }
        if (body._pieces.Count > 0 && from < text.Length)
            body._pieces.Add(new Piece(Kind.Literal, from, text.Length - from));
        return body;
    }

    /// <summary>The expansion for one call.</summary>
    internal string Expand(Arguments arguments, Quotes quotes, CharBuffer work)
    {
        if (IsPlain)
            return _text;
        foreach (Piece piece in _pieces)
        {
            switch (piece.Kind)
            {
                case Kind.Literal: work.Append(_text.AsSpan(piece.Start, piece.Length)); break;
                case Kind.Argument: work.Append(arguments.Span(piece.Start)); break;
                case Kind.Count: work.Append((arguments.Count - 1).ToString(System.Globalization.CultureInfo.InvariantCulture)); break;
                case Kind.All: arguments.Join(work, 1, null); break;
                default: arguments.Join(work, 1, quotes); break;
            }
        }
        return work.Take(0);
    }
}
