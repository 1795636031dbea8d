using System.Text;
using System.Text.Json;

namespace Sendmail.Diagnosis;

/// <summary>What was found, as text for people (with colour on a terminal) or as JSON.</summary>
public sealed class Report
{
    private readonly List<(string Section, Finding Finding)> _findings = [];
    private string _section = "";

    /// <summary>Everything found so far.</summary>
    public IEnumerable<Finding> Findings => _findings.Select(f => f.Finding);

    /// <summary>0 when nothing is wrong, 1 with warnings, 2 with errors.</summary>
    public int ExitCode => _findings.Exists(f => f.Finding.Level == FindingLevel.Error) ? 2 : _findings.Exists(f => f.Finding.Level == FindingLevel.Warning) ? 1 : 0;

    /// <summary>What the names of sections begin with, where several things are looked at one after the other.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>Starts a section.</summary>
    public void Section(string name) => _section = Prefix + name;

    /// <summary>Adds a finding to the section.</summary>
    public void Add(FindingLevel level, string subject, string text, string remedy = "", string kind = "") => _findings.Add((_section, new Finding(level, subject, text, remedy, kind)));

    /// <summary>Writes it all.</summary>
    public void Write(TextWriter output, bool json, bool colour)
    {
        if (json)
            WriteJson(output);
        else
            WriteText(output, colour);
        output.Flush();
    }

    private void WriteText(TextWriter output, bool colour)
    {
        string? section = null;
        foreach ((string name, Finding finding) in _findings)
        {
            if (name != section)
                output.WriteLine((section is null ? "" : "\n") + Paint(name, "1", colour));
            section = name;
            (string mark, string paint) = finding.Level switch
            {
                FindingLevel.Ok => ("ok     ", "32"),
                FindingLevel.Warning => ("warning", "33"),
                FindingLevel.Error => ("ERROR  ", "31"),
                _ => ("       ", ""),
            };
            output.WriteLine("  " + Paint(mark, paint, colour) + " " + Visible((finding.Subject.Length > 0 ? finding.Subject + ": " : "") + finding.Text));
            if (finding.Remedy.Length > 0)
                output.WriteLine("          -> " + Visible(finding.Remedy));
        }
    }

    // What a damaged file holds must not reach the terminal as it is.
    private static string Visible(string text) => !text.Any(char.IsControl) ? text
        : string.Concat(text.Select(c => char.IsControl(c) ? "\\" + Convert.ToString(c, 8).PadLeft(3, '0') : c.ToString()));

    private static string Paint(string text, string code, bool colour) => colour && !string.IsNullOrWhiteSpace(text) ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;

    private void WriteJson(TextWriter output)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("exit", ExitCode);
            writer.WriteStartArray("findings");
            foreach ((string section, Finding finding) in _findings)
            {
                writer.WriteStartObject();
                writer.WriteString("section", section);
                writer.WriteString("level", finding.Level switch { FindingLevel.Ok => "ok", FindingLevel.Warning => "warning", FindingLevel.Error => "error", _ => "info" });
                if (finding.Kind.Length > 0)
                    writer.WriteString("kind", finding.Kind);
                writer.WriteString("subject", finding.Subject);
                writer.WriteString("text", finding.Text);
                if (finding.Remedy.Length > 0)
                    writer.WriteString("remedy", finding.Remedy);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
