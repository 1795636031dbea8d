using Sendmail.M4.Library;

namespace Sendmail.Tools;

/// <summary>
/// The few things that companion programs take from a configuration file: values of options and names of mailers. Nothing
/// else of the file is looked at, so that a program works as long as the lines that it needs are there.
/// </summary>
internal sealed class CfScan
{
    private static readonly string[] _builtIn = ["prog", "*file*", "*include*"];
    private readonly Dictionary<string, string> _options = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The configuration file of the MTA where no other is named.</summary>
    internal static string DefaultPath => ConfigurationFile.Find("/etc/mail/sendmail.cf");

    private CfScan(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            if (line.StartsWith('O'))
                AddOption(line);
            else if (line.StartsWith('M') && MailerName(line) is { Length: > 0 } name && !Mailers.Contains(name))
                Mailers.Add(name);
        }
    }

    /// <summary>Names of the mailers by number.</summary>
    internal List<string> Mailers { get; } = [.. _builtIn];

    /// <summary>Reads a file; complains as <paramref name="program"/> and gives null when that is not possible.</summary>
    internal static CfScan? Read(string path, string program, TextWriter errors)
    {
        try
        {
            return new CfScan(ConfigurationFile.Lines(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(program + ": " + path + ": " + MapFile.Reason(e));
            return null;
        }
    }

    /// <summary>The last value of an option, empty when it is not set.</summary>
    /// <param name="name">Its long name.</param>
    /// <param name="letter">Its letter of older files, '\0' when it has none.</param>
    internal string Option(string name, char letter = '\0') =>
        _options.GetValueOrDefault(name) ?? (letter == '\0' ? null : _options.GetValueOrDefault("-" + letter)) ?? "";

    private void AddOption(string line)
    {
        if (line.Length > 1 && line[1] != ' ')
        {
            _options["-" + line[1]] = line[2..].Trim();
            return;
        }
        int equals = line.IndexOf('=', StringComparison.Ordinal);
        string name = (equals < 0 ? line[1..] : line[1..equals]).Trim();
        _options[name] = equals < 0 ? "" : line[(equals + 1)..].Trim();
    }

    private static string MailerName(string line)
    {
        int end = line.AsSpan(1).IndexOfAny(", \t");
        return end < 0 ? line[1..] : line[1..(end + 1)];
    }
}
