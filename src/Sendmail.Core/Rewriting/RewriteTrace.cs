using System.Text;
using Sendmail.Core.Cf;

namespace Sendmail.Core.Rewriting;

/// <summary>Where the rewriter tells what it does: address test mode and <c>-d21</c>.</summary>
public sealed class RewriteTrace(TextWriter output)
{
    /// <summary>Level of debug category 21; 0 shows only what goes into and comes out of rulesets.</summary>
    public int Level { get; set; }

    /// <summary>Whether ruleset input and output is shown at all.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Writes a line when the level is at least <paramref name="level"/>.</summary>
    public void Line(int level, string text)
    {
        if (Level >= level && Enabled)
            output.WriteLine(text);
    }

    internal void RuleSet(string name, bool input, IReadOnlyList<Token> tokens)
    {
        if (!Enabled)
            return;
        string shown = name.Length > 16 ? name[..16] : name.PadRight(16);
        string line = shown + (input ? "   input: " : " returns: ") + Show(tokens);
        output.WriteLine(tokens.Count == 0 ? line.TrimEnd(' ') : line);
    }

    /// <summary>Tokens with one blank between them, metasymbols as people write them.</summary>
    public static string Show(IReadOnlyList<Token> tokens)
    {
        var text = new StringBuilder();
        for (int i = 0; i < tokens.Count; i++)
        {
            if (i > 0)
                text.Append(' ');
            text.Append(CfText.Decode(tokens[i].Text));
        }
        return text.ToString();
    }
}
