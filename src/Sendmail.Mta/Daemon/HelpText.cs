using System.Text;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Rewriting;

namespace Sendmail.Mta.Daemon;

/// <summary>What HelpFile says to a topic: its lines are a topic, a tab and text, in which files of version 2 may have macros (op 5.6).</summary>
internal static class HelpText
{
    private const int Version = 2;
    private const string VersionMark = "#vers";

    /// <summary>The lines of a topic, in any case of letters; null when there is no such file. That a file is older is logged.</summary>
    internal static List<string>? Find(string path, string topic, MacroScope macros, IMailLog log, string? id)
    {
        if (path.Length == 0)
            return null;
        var lines = new List<string>();
        int version = 0;
        try
        {
            foreach (string line in File.ReadLines(path, Encoding.Latin1))
            {
                if (line.StartsWith(VersionMark, StringComparison.Ordinal))
                    _ = int.TryParse(line.AsSpan(VersionMark.Length).TrimStart('\t'), out version);
                int tab = line.IndexOf('\t', StringComparison.Ordinal);
                if (tab > 0 && line[0] != '#' && line[..tab].Equals(topic, StringComparison.OrdinalIgnoreCase))
                    lines.Add(version >= Version ? MacroExpander.Expand(CfText.Encode(line[(tab + 1)..]), macros) : line[(tab + 1)..]);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        if (version < Version)
            log.Write(1, LogPriority.Warning, id, path + " too old (require version 2)");
        return lines;
    }
}
