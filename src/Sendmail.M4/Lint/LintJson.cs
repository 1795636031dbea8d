using System.Text;

namespace Sendmail.M4.Lint;

/// <summary>Findings as JSON, one object a line.</summary>
internal static class LintJson
{
    internal static string Of(LintFinding finding)
    {
        var json = new StringBuilder("{\"file\":");
        Append(json, finding.File);
        json.Append(",\"line\":").Append(Processor.Number(finding.Line)).Append(",\"severity\":");
        Append(json, finding.Severity.ToString().ToLowerInvariant());
        json.Append(",\"message\":");
        Append(json, finding.Message);
        return json.Append('}').ToString();
    }

    private static void Append(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (char c in text)
        {
            if (c is '"' or '\\')
                json.Append('\\').Append(c);
            else if (c is < ' ' or > '~')
                json.Append("\\u").Append(((int)c).ToString("x4"));
            else
                json.Append(c);
        }
        json.Append('"');
    }
}
