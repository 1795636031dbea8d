using System.Diagnostics;
using System.Text;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Posix;

namespace Sendmail.Core.Cf;

// C, F and T lines: classes from words, files, programs and maps (op 5.3).
public sealed partial class CfReader
{
    private MailClass ClassOf(string name)
    {
        if (!_classes.TryGetValue(name, out MailClass? members))
            _classes[name] = members = new MailClass(_words);
        return members;
    }

    private void ReadClass(string rest)
    {
        if (TryName(rest, out string name, out int end))
            AddWords(name, rest[end..]);
    }

    /// <param name="name">The class.</param>
    /// <param name="text">Words between blanks.</param>
    /// <param name="merging">Whether <c>$=x</c> stands for the members of that class.</param>
    private void AddWords(string name, string text, bool merging = true)
    {
        MailClass members = ClassOf(name);
        foreach (string raw in ClassWords.Read(text, _macros, problem => Error(problem)))
        {
            if (raw[0] == Meta.InClass && merging)
            {
                if (raw.Length == 1)
                    Error("Name required for macro/class");
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
        string spec = rest[end..].TrimStart(CfText.Blanks);
        // The name took the mark of an octet that is none, which leaves the octet.
        if (name.StartsWith(MacroName.Mark) && spec.Length > 0 && MacroName.IsMarked(spec[0]))
            spec = (char)(spec[0] & 0x7F) + spec[1..];
        bool optional = spec.StartsWith("-o", StringComparison.Ordinal);
        if (optional)
        {
            int blank = spec.AsSpan().IndexOfAny(" \t\n");
            spec = blank < 0 ? "" : spec[blank..].TrimStart(CfText.Blanks);
        }
        if (spec.Length == 0)
        {
            Error("fileclass: missing file name");
            return;
        }
        MailClass members = ClassOf(name);
        int mapAt = spec.IndexOf('@', StringComparison.Ordinal);
        if (spec[0] is not ('|' or '/') && mapAt >= 0 && (spec.IndexOf(':', mapAt) > mapAt + 1 || spec == "@LDAP"))
            ReadMapClass(NameCalled(name), spec, mapAt, optional, members);
        else if (FileName(spec, out string format) is not { } file)
            Error("illegal filename '" + spec + "'");
        else if (file.StartsWith('|'))
            ReadProgramClass(file[1..].TrimStart(CfText.Blanks), format, members);
        else
            ReadWordFile(file, format, optional, members);
    }

    // The name ends at a blank outside of quotes, a scanf format follows; null when a quote is not closed.
    private static string? FileName(string spec, out string format)
    {
        bool quoted = false;
        int end = 0;
        for (int octets = 0; end < spec.Length && (quoted || spec[end] != ' '); end++)
        {
            // What does not fit is not looked at.
            if (spec[end] != '"' && ++octets > CfText.LongestLine)
                break;
            quoted ^= spec[end] == '"';
        }
        format = spec[end..].Trim(CfText.Blanks);
        if (format.Length == 0)
            format = "%s";
        // A backslash at the end would take what follows with it, but nothing does.
        return quoted || end == spec.Length && spec[^1] == '\\' ? null : CfText.Beginning(spec[..end].Replace("\"", "", StringComparison.Ordinal), CfText.LongestLine);
    }

    private void ReadMapClass(string name, string spec, int at, bool optional, MailClass members)
    {
        int colon = spec.IndexOf(':', at);
        string type = colon < 0 ? spec[(at + 1)..] : spec[(at + 1)..colon];
        if (_request.IsMapClass is { } known && !known(type))
        {
            Error("fileclass: F{" + name + "}: class " + type + " not available");
            return;
        }
        var declaration = new MapDeclaration(name, type.ToLowerInvariant(), colon < 0 ? "" : spec[(colon + 1)..].Trim(CfText.Blanks), Here);
        if (_request.ClassFromMap?.Invoke(declaration, spec[..at]) is not { } words)
            return;
        foreach ((string problem, SysExit exit) in words.Problems)
        {
            if (exit == SysExit.Ok)
                Complain(problem);
            else
                Error(problem, exit);
        }
        switch (words.Outcome)
        {
            case MapWordsOutcome.Read:
                foreach (string word in words.Text.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries))
                    members.Add(word);
                break;
            case MapWordsOutcome.NotOpened when !optional:
                Error("fileclass: F{" + name + "}: map open failed" + words.Text, words.Text.Length > 0 ? SysExit.OsError : SysExit.Software);
                break;
            case MapWordsOutcome.Failed when !optional:
                Error("fileclass: F{" + name + "}: map lookup failed");
                break;
            default:
                break;
        }
    }

    // An optional file may be anything but must not stop us.
    private void ReadWordFile(string spec, string format, bool optional, MailClass members)
    {
        string path = spec.Replace(CfText.Sign, '\x81');
        path = _request.PathOf?.Invoke(path) ?? path;
        try
        {
            if (Files.Facts(path) is { IsRegular: false })
                throw new IOException(NotRegular);
            ScanWords(Encoding.Latin1.GetString(File.ReadAllBytes(path)), format, members);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!optional)
                Error("fileclass: cannot open '" + spec + "': " + (e.Message == NotRegular ? NotRegular : Reason(path, e)), SysExit.OsError);
        }
    }

    private const string NotRegular = "Regular files only";

    // What stands behind a blank is the format, so a program gets no arguments.
    private void ReadProgramClass(string program, string format, MailClass members)
    {
        if (_request.ProgramOutput is { } output)
        {
            ScanWords(output(program), format, members);
            return;
        }
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
