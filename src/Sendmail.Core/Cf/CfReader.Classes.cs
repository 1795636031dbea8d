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
        foreach (string raw in Expand(text).Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (raw[0] == Meta.InClass)
            {
                foreach (string member in ClassOf(CfText.Name(raw.AsSpan(1))).Members.ToArray())
                    members.Add(member);
                continue;
            }
            members.Add(raw);
        }
    }

    private void ReadFileClass(string rest)
    {
        if (!TryName(rest, out string name, out int end))
            return;
        string spec = rest[end..].Trim();
        bool optional = spec.StartsWith("-o", StringComparison.Ordinal);
        if (optional)
        {
            int blank = spec.IndexOf(' ', StringComparison.Ordinal);
            spec = blank < 0 ? "" : spec[blank..].TrimStart();
        }
        if (spec.Length == 0)
        {
            Error("fileclass: missing file name");
            return;
        }
        MailClass members = ClassOf(name);
        int mapAt = spec.IndexOf('@', StringComparison.Ordinal);
        if (spec[0] == '|')
            ReadProgramClass(spec[1..].TrimStart(), members);
        else if (mapAt >= 0 && spec[0] != '/' && (spec.IndexOf(':', mapAt) > 0 || spec.EndsWith("@LDAP", StringComparison.Ordinal)))
            ReadMapClass(name, spec, mapAt, optional, members);
        else
            ReadWordFile(spec, optional, members);
    }

    private void ReadMapClass(string name, string spec, int at, bool optional, MailClass members)
    {
        int colon = spec.IndexOf(':', at);
        string type = (colon < 0 ? spec[(at + 1)..] : spec[(at + 1)..colon]).Trim();
        if (_request.IsMapClass is { } known && !known(type))
        {
            Error("fileclass: F{" + name + "}: class " + type + " not available");
            return;
        }
        if (_request.ClassFromMap?.Invoke(spec) is { } words)
        {
            foreach (string word in words)
                members.Add(word);
            return;
        }
        string file = colon < 0 ? "" : spec[(colon + 1)..].Trim();
        if (type is "hash" or "btree")
            Error(type + " map \"" + name + "\": missing map file " + file + ".db: No such file or directory", SysExit.OsError);
        if (!optional)
            Error("fileclass: F{" + name + "}: map open failed", SysExit.OsError);
    }

    // A blank behind the file name starts a scanf format. An optional file may be anything but must not stop us.
    private void ReadWordFile(string spec, bool optional, MailClass members)
    {
        string format = "%s";
        int blank = spec.IndexOf(' ', StringComparison.Ordinal);
        if (blank > 0)
        {
            format = spec[blank..].Trim();
            spec = spec[..blank];
        }
        string path = Shown(spec);
        try
        {
            if (Directory.Exists(path))
                throw new IOException("Regular files only");
            ScanWords(Encoding.Latin1.GetString(File.ReadAllBytes(path)), format, members);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!optional)
                Error("fileclass: cannot open '" + path + "': " + (Directory.Exists(path) ? e.Message : Reason(path, e)), SysExit.OsError);
        }
    }

    // The first blank ends the program's name and starts the format, so it gets no arguments.
    private static void ReadProgramClass(string command, MailClass members)
    {
        int blank = command.IndexOf(' ', StringComparison.Ordinal);
        string program = blank < 0 ? command : command[..blank];
        string format = blank < 0 ? "%s" : command[blank..].Trim();
        try
        {
            var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, UseShellExecute = false, StandardOutputEncoding = Encoding.Latin1 };
            using Process process = Process.Start(start)!;
            string text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            ScanWords(text, format, members);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // A program that cannot be run says nothing, so the class stays as it is.
            return;
        }
    }

    private static void ScanWords(string text, string format, MailClass members)
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
