using System.Diagnostics;
using System.Text;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;

namespace Sendmail.Core.Cf;

// C, F and T lines: classes from words, files, programs and maps (op 5.3).
public sealed partial class CfReader
{
    private MailClass ClassOf(string name)
    {
        if (!_classes.TryGetValue(name, out MailClass? members))
            _classes[name] = members = new MailClass();
        return members;
    }

    private void ReadClass(string rest)
    {
        if (TryName(rest, out string name, out int end))
            AddWords(name, rest[end..]);
    }

    private void AddWords(string name, string text)
    {
        MailClass members = ClassOf(name);
        foreach (string raw in CfText.Encode(text).Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (raw[0] == Meta.InClass)
            {
                foreach (string member in ClassOf(CfText.Name(raw.AsSpan(1))).Members.ToArray())
                    members.Add(member);
                continue;
            }
            string word = MacroExpander.Expand(raw, _macros);
            if (word.Length > 0)
                members.Add(word);
        }
    }

    private void ReadFileClass(string rest)
    {
        if (!TryName(rest, out string name, out int end))
            return;
        string spec = Expand(rest[end..]).Trim();
        bool optional = false;
        if (spec.StartsWith("-o", StringComparison.Ordinal))
        {
            optional = true;
            spec = spec[2..].TrimStart();
        }
        if (spec.Length == 0)
        {
            Error("fileclass: missing file name");
            return;
        }
        MailClass members = ClassOf(name);
        if (spec[0] == '|')
        {
            ReadProgramClass(spec[1..].Trim(), members);
            return;
        }
        int mapAt = spec.IndexOf('@', StringComparison.Ordinal);
        if (mapAt >= 0 && spec[0] != '/' && spec.IndexOf(':', mapAt) > 0)
        {
            if (_request.ClassFromMap?.Invoke(spec) is { } words)
            {
                foreach (string word in words)
                    members.Add(word);
            }
            else if (!optional)
            {
                Error("fileclass: cannot open '" + spec + "': No such file or directory", SysExit.OsError);
            }
            return;
        }
        string format = "%s";
        int blank = spec.IndexOfAny([' ', '\t']);
        if (blank > 0)
        {
            format = spec[blank..].Trim();
            spec = spec[..blank];
        }
        string text;
        try
        {
            text = Encoding.Latin1.GetString(File.ReadAllBytes(spec));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string reason = e is UnauthorizedAccessException ? "Permission denied" : e is FileNotFoundException or DirectoryNotFoundException
                ? "No such file or directory" : e.Message;
            if (Directory.Exists(spec))
                reason = "Is a directory";
            if (!optional)
                Error("fileclass: cannot open '" + spec + "': " + reason, SysExit.OsError);
            return;
        }
        ScanWords(text, format, members);
    }

    private void ReadProgramClass(string command, MailClass members)
    {
        string[] words = command.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        try
        {
            var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, UseShellExecute = false, StandardOutputEncoding = Encoding.Latin1 };
            using Process process = Process.Start(start)!;
            string text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            ScanWords(text, "%s", members);
        }
        catch (Exception e) when (e is IOException or System.ComponentModel.Win32Exception or IndexOutOfRangeException)
        {
            Error("fileclass: cannot open '|" + command + "': No such file or directory", SysExit.OsError);
        }
    }

    private void ScanWords(string text, string format, MailClass members)
    {
        foreach (string line in text.Split('\n'))
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            string? match = ClassFileFormat.Scan(line.TrimEnd('\r'), format);
            if (match is null)
                continue;
            foreach (string word in match.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
                members.Add(word);
        }
    }
}
