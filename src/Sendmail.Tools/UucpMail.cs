using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Sendmail.Tools;

/// <summary>rmail(8): takes mail that came by UUCP, makes one return path of its From_ lines and hands it to sendmail.</summary>
internal static class UucpMail
{
    private const string Usage = "usage: rmail [-T] [-D domain] user ...";
    private const int Killed = 128;
    private const string Sendmail = "/usr/sbin/sendmail";

    /// <summary>Runs the program; the exit code is sysexits', or sendmail's own: who sent the job must know when its mail was not taken.</summary>
    internal static int Run(IReadOnlyList<string> arguments, Stream input, TextWriter errors)
    {
        var line = new OptionReader(arguments, "D:T");
        if (line.Problem is { } wrong)
            errors.WriteLine(Program.InvokedAs + ": " + wrong);
        if (line.Problem is not null || line.Words.Count == 0)
        {
            errors.WriteLine(Usage);
            return 64;
        }
        if (line.Words.Find(static w => w.StartsWith('-')) is { } dash)
        {
            errors.WriteLine("rmail: dash precedes argument: " + dash);
            return 64;
        }
        using var reader = new BufferedStream(input, 1 << 16);
        if (UucpEnvelope.Read(reader, out byte[] first, out string? problem) is not { } envelope)
        {
            errors.WriteLine("rmail: " + problem);
            return 65;
        }
        string domain = line.Value('D') ?? "UUCP";
        List<string> command = ["-G", "-oee", "-odi", "-oi", "-p" + domain + (envelope.Host is { } host ? ":" + host + "." + domain : ""), "-f" + envelope.Sender];
        // A comma would make two of it.
        command.AddRange(line.Words.Select(static w => w.Contains(',', StringComparison.Ordinal) && !w.Contains('<', StringComparison.Ordinal) ? "<" + w + ">" : w));
        if (line.Has('T'))
        {
            if (envelope.Path.Length > 0)
                errors.WriteLine("remote from: " + envelope.Path);
            errors.WriteLine("from_user: " + envelope.User);
            errors.WriteLine("Sendmail arguments:\n\t" + string.Join("\n\t", command.Prepend(Sendmail)));
        }
        return Submit(command, first, reader, errors);
    }

    private static int Submit(List<string> command, byte[] first, Stream rest, TextWriter errors)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(Sendmail, command) { UseShellExecute = false, RedirectStandardInput = true })!;
            try
            {
                Stream pipe = process.StandardInput.BaseStream;
                pipe.Write(first);
                rest.CopyTo(pipe);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended before it had read all; its exit code says why.
            }
            process.WaitForExit();
            if (process.ExitCode > Killed)
            {
                errors.WriteLine("rmail: " + Sendmail + ": did not terminate normally");
                return 71;
            }
            if (process.ExitCode != 0)
                errors.WriteLine(string.Create(CultureInfo.InvariantCulture, $"rmail: {Sendmail}: terminated with {process.ExitCode} (non-zero) status"));
            return process.ExitCode;
        }
        catch (Win32Exception)
        {
            errors.WriteLine("rmail: " + Sendmail + "\nrmail: " + Sendmail + ": terminated with 69 (non-zero) status");
            return 69;
        }
    }
}
