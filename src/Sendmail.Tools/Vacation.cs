using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sendmail.Core.Logging;
using Sendmail.Posix;

namespace Sendmail.Tools;

/// <summary>vacation(1): answers mail while its reader is away, each sender once in a while.</summary>
internal static class Vacation
{
    private const string Sendmail = "/usr/sbin/sendmail";
    private const string SubjectMark = "$SUBJECT";

    /// <summary>Runs the program; the exit code is sysexits'.</summary>
    internal static int Run(string[] arguments, Stream input, TextWriter output, TextWriter errors)
    {
        using var log = new Syslog("vacation", TimeProvider.System) { ShowsProcess = false };
        bool debug = false;
        int Fail(int code, string text)
        {
            if (debug)
                errors.WriteLine(text);
            else
                log.Write((int)LogPriority.Notice, text);
            return code;
        }
        if (VacationOptions.Read(arguments, out debug) is not { } options)
            return Fail(64, string.Create(CultureInfo.InvariantCulture, $"uid {Users.RealUserId}: {VacationOptions.Usage}"));
        if (options.WithoutAccount && !options.IsComplete)
            return Fail(66, "vacation: -U requires setting both -f and -m");
        string home = "";
        if (!options.WithoutAccount)
        {
            if (Users.FindByName(options.Login) is not { } user)
                return Fail(67, "vacation: no such user " + options.Login);
            home = user.Home.TrimEnd('/') + "/";
        }
        string database = Below(home, options.Database);
        try
        {
            var answered = new VacationDatabase(database.EndsWith(".db", StringComparison.Ordinal) ? database : database + ".db", options.Initializes);
            if (options.Lists)
            {
                answered.List(output);
                return 0;
            }
            if (options.Interval is { } interval && (options.Initializes || !options.Excludes))
                answered.Interval = interval;
            if (options.Excludes)
            {
                using var lines = new StreamReader(input, Encoding.Latin1);
                while (lines.ReadLine() is { } line)
                {
                    if (line.Trim().Length > 0)
                        answered.Set(line.Trim(), 0);
                }
            }
            if (options.Initializes || options.Excludes)
            {
                answered.Save();
                return 0;
            }
            return Answer(options, answered, home, input, Fail);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(65, "vacation: " + options.Database + ": " + MapFile.Reason(e));
        }
    }

    private static string Below(string home, string path) => path.StartsWith('/') ? path : home + path;

    private static int Answer(VacationOptions options, VacationDatabase answered, string home, Stream input, Func<int, string, int> fail)
    {
        string path = Below(home, options.Message);
        if (!File.Exists(path))
            return fail(66, "vacation: no " + (options.Message.StartsWith('/') ? options.Message : "~" + options.Login + "/" + options.Message) + " file");
        VacationMessage message = VacationMessage.Read(input, options.Names);
        if ((options.Sender ?? message.Sender) is not { } sender)
            return fail(65, "vacation: no initial \"From \" line");
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        if (message.IsAutomatic || (!message.NamesUser && !options.ForEverybody) || VacationMessage.IsMachine(message.Sender ?? sender) || answered.IsQuiet(sender, now))
            return 0;
        // Noted first: who cannot be told from others must not be answered for ever.
        answered.Set(sender, now);
        answered.Save();
        return Send(options.Return ?? options.Login, sender, File.ReadAllText(path, Encoding.Latin1), message.Subject, fail);
    }

    private static int Send(string from, string to, string text, string subject, Func<int, string, int> fail)
    {
        var answer = new StringBuilder("To: ").Append(to).Append("\nAuto-Submitted: auto-replied\n");
        foreach (string line in text.TrimEnd('\n').Split('\n'))
        {
            // The first of each line.
            int mark = line.IndexOf(SubjectMark, StringComparison.Ordinal);
            answer.Append(mark < 0 ? line : string.Concat(line.AsSpan(0, mark), subject, line.AsSpan(mark + SubjectMark.Length))).Append('\n');
        }
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(Sendmail, ["-oi", "-f", from, "--", to]) { UseShellExecute = false, RedirectStandardInput = true })!;
            process.StandardInput.BaseStream.Write(Encoding.Latin1.GetBytes(answer.ToString()));
            process.StandardInput.Close();
            process.WaitForExit();
            return 0;
        }
        catch (Win32Exception e)
        {
            return fail(0, "vacation: can't exec " + Sendmail + ": " + e.Message);
        }
        catch (IOException)
        {
            // It ended before it had read all and has said why.
            return 0;
        }
    }
}
