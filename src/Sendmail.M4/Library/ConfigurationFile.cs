namespace Sendmail.M4.Library;

/// <summary>Which file a program reads its configuration from, and what is in it: a sendmail.cf, or the .mc it would be made from.</summary>
public static class ConfigurationFile
{
    private const string Source = ".mc";

    /// <summary>Whether the name is that of a .mc.</summary>
    public static bool IsSource(string path) => path.EndsWith(Source, StringComparison.Ordinal);

    /// <summary>The file to read where nobody named one: the .mc takes the place of a .cf that is not there.</summary>
    /// <param name="standard">The .cf that programs look for.</param>
    public static string Find(string standard)
    {
        string source = Path.ChangeExtension(standard, Source);
        return !File.Exists(standard) && File.Exists(source) ? source : standard;
    }

    /// <summary>The lines of a .cf, or of what a .mc expands to.</summary>
    /// <exception cref="IOException">It cannot be read, or m4 found an error in it; the message has a line for each.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission denied.</exception>
    public static IEnumerable<string> Lines(string path)
    {
        byte[] octets = File.ReadAllBytes(path);
        if (!IsSource(path))
            return System.Text.Encoding.Latin1.GetString(octets).Split('\n');
        ConfigurationExpansion expansion = ConfigurationExpander.Expand(path, octets);
        return expansion.Text?.Split('\n') ?? throw new IOException(string.Join('\n', expansion.Messages));
    }
}
