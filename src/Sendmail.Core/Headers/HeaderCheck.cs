using System.Globalization;
using System.Text;
using Sendmail.Core.Cf;
using Sendmail.Core.Rewriting;

namespace Sendmail.Core.Headers;

/// <summary>Which ruleset checks a field of a header, and what the ruleset finds in its macros (op 5.5, <c>$&gt;</c> of H lines).</summary>
public static class HeaderCheck
{
    // Octets of a value that the macro has room for; the last character may bring its backslash with it.
    private const int Room = 252;

    /// <summary>The H line with the check for a field, which may be that of <c>*</c>; null when none checks it.</summary>
    public static HeaderDefinition? Find(IReadOnlyList<HeaderDefinition> definitions, string name) =>
        definitions.FirstOrDefault(d => d.RuleSet is not null && d.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? definitions.FirstOrDefault(d => d.RuleSet is not null && d.Name == "*");

    /// <summary>How a value is cut for a check: <c>$&gt;+</c> takes it as it stands, else comments go and brackets are balanced.</summary>
    public static TokenizeMode Mode(HeaderDefinition check) => check.KeepComments ? TokenizeMode.Rule : TokenizeMode.Address;

    /// <summary>Sets <c>${hdr_name}</c>, <c>${currHeader}</c>, a quoted string, <c>${hdrlen}</c> and <c>${addr_type}</c> for a field.</summary>
    /// <param name="value">The value with the blank in front of it.</param>
    public static void SetMacros(MacroScope scope, string name, string value)
    {
        var quoted = new StringBuilder("\"", value.Length + 8);
        int at = 0;
        int marks = 0;
        while (at < value.Length && quoted.Length + marks <= Room)
        {
            char c = value[at++];
            // White space is a blank. The reference counts an octet that it keeps with a mark as two.
            if (CfText.IsBlank(c))
                c = ' ';
            else if (MacroName.IsMarked(c))
                marks++;
            if (c == '"')
                quoted.Append('\\');
            quoted.Append(c);
            // What a backslash protects stays with it; a last one protects itself.
            if (c == '\\')
                quoted.Append(at < value.Length ? value[at++] : c);
        }
        scope["hdr_name"] = name;
        scope["currHeader"] = quoted.Append('"').ToString();
        scope["hdrlen"] = (at + marks).ToString(CultureInfo.InvariantCulture);
        scope["addr_type"] = HeaderTraits.AddressType(name);
    }
}
