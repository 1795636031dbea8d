using System.Text;

namespace Sendmail.M4.Library;

/// <summary>What can be told of a .mc file by its text alone.</summary>
internal static class ConfigurationText
{
    private static readonly string[] _signs = ["OSTYPE(", "MAILER(", "FEATURE(", "VERSIONID("];

    /// <summary>Whether the file is a configuration that does not read the library itself.</summary>
    internal static bool NeedsLibrary(string name, ReadOnlySpan<byte> octets)
    {
        bool isConfiguration = name.EndsWith(".mc", StringComparison.Ordinal);
        bool looksLikeOne = false;
        foreach (string line in Encoding.Latin1.GetString(octets).Split('\n'))
        {
            string text = line.TrimStart();
            if (text.StartsWith("dnl", StringComparison.Ordinal) || text.StartsWith('#'))
                continue;
            int include = text.IndexOf("include(", StringComparison.Ordinal);
            if (include >= 0 && text.IndexOf("cf.m4", include, StringComparison.Ordinal) >= 0)
                return false;
            looksLikeOne = looksLikeOne || Array.Exists(_signs, s => text.StartsWith(s, StringComparison.Ordinal));
        }
        return isConfiguration || looksLikeOne;
    }
}
