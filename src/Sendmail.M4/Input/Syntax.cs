using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sendmail.M4.Macros;

namespace Sendmail.M4.Input;

/// <summary>Which characters mean something, as changequote and changecom set it.</summary>
internal sealed class Syntax
{
    private readonly bool[] _topLevel = new bool[256];
    private readonly bool[] _inArguments = new bool[256];
    private static readonly bool[] _wordPart = WordParts();

    internal Syntax() => Build();

    internal Quotes Quotes { get; private set; } = Quotes.Standard;

    internal Quotes Comments { get; private set; } = Quotes.StandardComment;

    /// <summary>First character of the quote, or -1: the comparison is made for every character.</summary>
    internal int QuoteStart { get; private set; }

    internal int CommentStart { get; private set; }

    /// <summary>Characters at which a run of plain text ends, outside of and within arguments.</summary>
    internal bool[] Stops(bool inArguments) => inArguments ? _inArguments : _topLevel;

    internal void SetQuotes(Quotes quotes)
    {
        Quotes = quotes;
        Build();
    }

    internal void SetComments(Quotes comments)
    {
        Comments = comments;
        Build();
    }

    internal static bool IsWordStart(int c) => c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or '_';

    internal static bool IsWordPart(int c) => c >= 0 && _wordPart[c & 0xFF];

    /// <summary>Where the word ends that goes on at <paramref name="from"/>.</summary>
    internal static int EndOfWord(string text, int from, int limit)
    {
        ref bool part = ref MemoryMarshal.GetArrayDataReference(_wordPart);
        while (from < limit && Unsafe.Add(ref part, text[from] & 0xFF))
            from++;
        return from;
    }

    /// <summary>Quotes of one character each that differ, as nearly always: their end can be searched for in one go.</summary>
    internal bool SimpleQuotes { get; private set; }

    /// <summary>Neither a quote nor a comment begins with what ends an argument.</summary>
    internal bool PlainDelimiters { get; private set; }

    internal static bool IsSpace(int c) => c is ' ' or >= '\t' and <= '\r';

    private static bool[] WordParts()
    {
        var parts = new bool[256];
        for (int c = 0; c < parts.Length; c++)
            parts[c] = IsWordStart(c) || c is >= '0' and <= '9';
        return parts;
    }

    private void Build()
    {
        QuoteStart = Quotes.Left.Length > 0 ? Quotes.Left[0] : -1;
        CommentStart = Comments.Left.Length > 0 ? Comments.Left[0] : -1;
        for (int c = 0; c < 256; c++)
        {
            _topLevel[c] = c == 0 || IsWordStart(c) || c == QuoteStart || c == CommentStart;
            _inArguments[c] = _topLevel[c] || c is '(' or ',' or ')';
        }
        SimpleQuotes = Quotes.Left.Length == 1 && Quotes.Right.Length == 1 && Quotes.Left != Quotes.Right;
        PlainDelimiters = QuoteStart is not (',' or ')') && CommentStart is not (',' or ')');
    }
}
