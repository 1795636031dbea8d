using System.Globalization;
using Sendmail.Core;
using Sendmail.Core.Logging;
using Sendmail.Posix;

namespace Sendmail.Tools;

/// <summary>mail.local(8): appends its standard input to mailboxes, or speaks LMTP (RFC 2033) with -l.</summary>
internal static class LocalMail
{
    private const string Usage = "usage: mail.local [-7] [-b] [-d] [-l] [-f from|-r from] [-h filename] user ...";

    /// <summary>Runs the program; the exit code is sysexits'.</summary>
    internal static int Run(string[] arguments, Stream input, TextWriter output, TextWriter errors)
    {
        using var log = new Syslog("mail.local", TimeProvider.System) { ShowsProcess = false };
        void Complain(string text)
        {
            errors.WriteLine("mail.local: " + text);
            log.Write((int)LogPriority.Error, text);
        }
        var line = new OptionReader(arguments, "7bdD:f:h:lr:");
        if (line.Problem is { } wrong)
        {
            errors.WriteLine("mail.local: " + wrong);
            Complain(Usage);
            return 69;
        }
        List<string> senders = line.Options.FindAll(static o => o.Letter is 'f' or 'r').ConvertAll(static o => o.Value);
        if (senders.Count > 1)
        {
            Complain("Multiple -f options");
            Complain(Usage);
            return 64;
        }
        if (line.Value('D') is { } database && database != "pw")
        {
            Complain("Can not open mailbox database " + database + ": Service unavailable");
            return 69;
        }
        var mailbox = new LocalMailbox(line.Value('h'));
        if (line.Has('l') && line.Words.Count == 0)
            return new LocalMailSession(mailbox, input, output, !line.Has('7'), line.Has('b')).Run();
        if (line.Words.Count == 0 || line.Has('l'))
        {
            Complain(Usage);
            return 69;
        }
        string sender = senders.Count > 0 ? senders[0] : Users.FindById(Users.RealUserId)?.Name ?? Users.RealUserId.ToString(CultureInfo.InvariantCulture);
        byte[] message = Read(input).Store(sender, TimeProvider.System.GetLocalNow());
        int exit = 0;
        foreach (string name in line.Words)
        {
            if (LocalMailbox.Find(name) is not { } user)
            {
                Complain(name + ": User unknown");
                exit = 69;
                continue;
            }
            (string? problem, bool forNow) = mailbox.Append(user, message);
            if (problem is null)
                continue;
            Complain(problem);
            exit = exit == 69 || !forNow || line.Has('b') ? 69 : 75;
        }
        return exit;
    }

    private static LocalMailMessage Read(Stream input)
    {
        var message = new LocalMailMessage();
        using var lines = new LineSource(input);
        while (lines.Next() is { } text)
            message.Add(Latin1.ToBytes(text));
        return message;
    }
}
