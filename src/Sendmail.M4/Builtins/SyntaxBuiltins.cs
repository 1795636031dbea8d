using Sendmail.M4.Macros;

namespace Sendmail.M4.Builtins;

/// <summary>dnl, changequote, changecom.</summary>
internal static class SyntaxBuiltins
{
    internal static string? DiscardLine(Processor m4, Arguments arguments)
    {
        m4.DiscardLine();
        return null;
    }

    internal static string? ChangeQuote(Processor m4, Arguments arguments)
    {
        string left = arguments[1];
        // With one argument, or an empty second one, the closing quote is the standard one: a string must be able to end.
        m4.Syntax.SetQuotes(arguments.Count == 1 ? Quotes.Standard : left.Length == 0 ? Quotes.None : new Quotes(left, arguments[2].Length == 0 ? "'" : arguments[2]));
        return null;
    }

    internal static string? ChangeComment(Processor m4, Arguments arguments)
    {
        string left = arguments[1];
        m4.Syntax.SetComments(left.Length == 0 ? Quotes.None : new Quotes(left, arguments[2].Length == 0 ? "\n" : arguments[2]));
        return null;
    }
}
