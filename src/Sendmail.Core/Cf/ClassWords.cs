namespace Sendmail.Core.Cf;

/// <summary>
/// The words that are in any class of a configuration. Upper and lower case are the same in all of them; a word is spelled as
/// it was where it stood first, in whichever class.
/// </summary>
public sealed class ClassWords
{
    private readonly Dictionary<string, string> _spellings = new(AsciiCase.Comparer);

    /// <summary>The word as it is spelled, which is as it is given when it is new.</summary>
    public string Spell(string word)
    {
        if (_spellings.TryGetValue(word, out string? known))
            return known;
        _spellings[word] = word;
        return word;
    }

    /// <summary>
    /// The words of a line that gives members to a class: macros are expanded first, so that one may be several words.
    /// </summary>
    /// <param name="text">What stands behind the name of the class.</param>
    /// <param name="level">The configuration's level: # begins comments except at 1 and 2.</param>
    /// <param name="macros">Values of the macros.</param>
    /// <param name="error">Is told what is wrong.</param>
    public static string[] Read(string text, int level, Rewriting.MacroScope macros, Action<string> error) =>
        Read(LineMarks.Set(text, level is 0 or >= 3, error, static _ => { }), macros, error);

    /// <summary>The value that a line gives to a macro, encoded; it is expanded when it is used.</summary>
    /// <inheritdoc cref="Read(string, int, Rewriting.MacroScope, Action{string})"/>
    public static string Marked(string text, int level, Action<string> error) =>
        CfText.EncodeLine(LineMarks.Set(text, level is 0 or >= 3, error, static _ => { }));

    internal static string[] Read(string marked, Rewriting.MacroScope macros, Action<string> error) =>
        Expand(marked, macros, error).Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What changes later is not expanded yet: <c>$&amp;x</c> stays.</summary>
    internal static string Expand(string marked, Rewriting.MacroScope macros, Action<string> error) =>
        CfText.Beginning(Rewriting.MacroExpander.ExpandRule(CfText.EncodeLine(marked), macros, error), CfText.LongestLine);
}
