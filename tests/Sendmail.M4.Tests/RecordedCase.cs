using System.Text.Json;

namespace Sendmail.M4.Tests;

/// <summary>What GNU m4 1.4.19 did with a program (record.py).</summary>
internal sealed record RecordedCase(string Name, string[] Options, string Input, int ExitCode, string Output, string Errors)
{
    internal static IReadOnlyList<RecordedCase> All { get; } = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "cases.txt")).Select(Parse)];

    private static RecordedCase Parse(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement e = document.RootElement;
        string[] options = [.. e.GetProperty("options").EnumerateArray().Select(o => o.GetString()!)];
        return new RecordedCase(e.GetProperty("name").GetString()!, options, e.GetProperty("input").GetString()!, e.GetProperty("exit").GetInt32(),
            e.GetProperty("output").GetString()!, e.GetProperty("errors").GetString()!);
    }
}
