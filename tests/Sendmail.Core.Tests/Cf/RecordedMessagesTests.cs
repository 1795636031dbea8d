using Sendmail.Core.Cf;

namespace Sendmail.Core.Tests.Cf;

/// <summary>
/// messages.txt holds configuration lines, each added to the base of <see cref="CfSample"/>, with the exit code of address
/// test mode and the messages that sendmail 8.18.2 printed for them.
/// </summary>
public class RecordedMessagesTests
{
    public static TheoryData<string, int, string> Recorded()
    {
        var data = new TheoryData<string, int, string>();
        using Stream stream = typeof(RecordedMessagesTests).Assembly.GetManifestResourceStream("messages.txt")!;
        using var reader = new StreamReader(stream);
        foreach (string record in reader.ReadToEnd().Split("= ", StringSplitOptions.RemoveEmptyEntries).Aggregate(new List<string>(), Join))
        {
            string[] lines = record.TrimEnd('\n').Split('\n');
            data.Add(lines[0], int.Parse(lines[1][2..], System.Globalization.CultureInfo.InvariantCulture), string.Join('\n', lines[2..]).Replace("^A", "\u0001", StringComparison.Ordinal));
        }
        return data;
    }

    // A record starts at a line start only.
    private static List<string> Join(List<string> records, string part)
    {
        if (records.Count > 0 && !records[^1].EndsWith('\n'))
            records[^1] += "= " + part;
        else
            records.Add(part);
        return records;
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void A_line_gives_the_recorded_messages_and_exit_code(string line, int exit, string messages)
    {
        string text = line.Replace("\\t", "\t", StringComparison.Ordinal).Replace("\\N", "\n", StringComparison.Ordinal);
        CfReadResult result = CfSample.Read(CfSample.Base + text + "\n");
        Assert.Equal(messages, string.Join('\n', result.Messages.Select(m => m.Text)));
        Assert.Equal(exit, (int)result.ExitCode);
    }
}
