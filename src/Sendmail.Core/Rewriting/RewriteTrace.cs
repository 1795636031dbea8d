using System.Globalization;
using System.Text;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;

namespace Sendmail.Core.Rewriting;

/// <summary>Where the rewriter tells what it does: address test mode, <c>-d21</c> (rules) and <c>-d60</c> (lookups).</summary>
public sealed class RewriteTrace(DebugTrace debug)
{
    private const int Rules = 21;
    private const int Lookups = 60;

    /// <summary>A trace that writes to <paramref name="output"/>, with nothing asked for yet.</summary>
    public RewriteTrace(TextWriter output) : this(new DebugTrace(output))
    {
    }

    /// <summary>The levels of all categories.</summary>
    public DebugTrace Debug => debug;

    /// <summary>Level of debug category 21; 0 shows only what goes into and comes out of rulesets.</summary>
    public int Level
    {
        get => debug.Level(Rules);
        set => debug.Add(string.Create(CultureInfo.InvariantCulture, $"{Rules}.{value}"));
    }

    /// <summary>Whether ruleset input and output is shown at all.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Writes a line when the level is at least <paramref name="level"/>.</summary>
    public void Line(int level, string text)
    {
        if (Level >= level && Enabled)
            debug.Output.WriteLine(text);
    }

    /// <summary>Whether lookups of macros are shown, also those of rules that cannot match.</summary>
    internal bool ShowsMacros => Level >= 2 && Enabled;

    // The value as it is kept: octets, a mark in place of a dollar sign.
    internal void Macro(string side, string name, string? value)
    {
        if (ShowsMacros)
            debug.Output.WriteLine("rewrite: " + side + " $&{" + name + "} => \"" + (value is null ? "(NULL)" : CfText.Marked(value).Replace(Meta.Macro, '\x81')) + "\"");
    }

    /// <summary>Writes tokens behind a label, a blank before each, when the level is at least <paramref name="level"/>.</summary>
    internal void Tokens(int level, string label, IReadOnlyList<Token> tokens)
    {
        if (Level >= level && Enabled)
            debug.Output.WriteLine(tokens.Count == 0 ? label : label + " " + Show(tokens));
    }

    internal void RuleSet(string name, bool input, ReadOnlySpan<Token> tokens)
    {
        if (!Enabled)
            return;
        _line.Clear().Append(name, 0, Math.Min(name.Length, NameWidth)).Append(' ', Math.Max(0, NameWidth - name.Length)).Append(input ? "   input:" : " returns:");
        foreach (Token token in tokens)
            _line.Append(' ').Append(CfText.VisibleToken(token.Text));
        debug.Output.WriteLine(_line);
    }

    private const int NameWidth = 16;
    private readonly StringBuilder _line = new();

    // The line number of a rule is shown from level 15 on.
    internal void Trying(RewriteRule rule)
    {
        string line = Level >= 15 ? string.Create(CultureInfo.InvariantCulture, $" (line {rule.Location.Line})") : "";
        Tokens(12, "-----trying rule" + line + ":", rule.LeftTokens);
    }

    /// <summary>
    /// What a wildcard took, when it is put into the right side. The numbers before the tokens stand for the places of their texts
    /// in a workspace that starts at 0x7f0000000000, each with an octet behind it.
    /// </summary>
    internal void Segment(List<Token> workspace, int index, (int Start, int End) segment)
    {
        if (Level < 15 || !Enabled)
            return;
        var line = new StringBuilder().Append('$').Append(index + 1).Append(':');
        long place = 0x7f0000000000;
        for (int t = 0; t < segment.End; t++)
        {
            if (t >= segment.Start)
                line.Append(CultureInfo.InvariantCulture, $" 0x{place:x}=\"{CfText.Decode(workspace[t].Text)}\"");
            place += workspace[t].Text.Length + 1;
        }
        debug.Output.WriteLine(line.ToString());
    }

    /// <summary>Whether map lookups are shown.</summary>
    internal bool ShowsLookups => debug.Has(Lookups, 1);

    internal void LookingUp(string map, string key, IReadOnlyList<string> arguments)
    {
        if (!debug.Has(Lookups, 1))
            return;
        debug.Output.Write("map_lookup(" + map + ", " + CfText.Visible(key));
        if (debug.Has(Lookups, 5))
        {
            debug.Output.Write(", %0=" + CfText.Octets(key));
            for (int i = 0; i < arguments.Count; i++)
                debug.Output.Write(string.Create(CultureInfo.InvariantCulture, $", %{i + 1}={CfText.Octets(arguments[i])}"));
        }
        debug.Output.Write(") => ");
    }

    internal void LookedUp(string map, string key, MapResult result, string? instead)
    {
        if (!debug.Has(Lookups, 1))
            return;
        debug.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(result.Value is null ? "NOT FOUND" : CfText.Octets(result.Value))} ({(int)result.Status}), ad=0"));
        if (result.Status != SysExit.TempFail)
            return;
        debug.Output.WriteLine("map_lookup(" + map + ", " + key + ") tempfail: errno=0");
        if (instead is not null && debug.Has(Lookups, 4))
            debug.Output.WriteLine("map_lookup tempfail: returning \"" + instead + "\"");
    }

    /// <summary>Tokens with one blank between them, metasymbols as people write them.</summary>
    public static string Show(IReadOnlyList<Token> tokens)
    {
        var text = new StringBuilder();
        for (int i = 0; i < tokens.Count; i++)
        {
            if (i > 0)
                text.Append(' ');
            text.Append(CfText.VisibleToken(tokens[i].Text));
        }
        return text.ToString();
    }
}
