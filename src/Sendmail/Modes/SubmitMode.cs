using System.Globalization;
using Sendmail.Core;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Headers;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Mta;
using Sendmail.Mta.Aliasing;
using Sendmail.Mta.Collecting;
using Sendmail.Mta.Delivery;
using Sendmail.Mta.Logging;
using Sendmail.Posix;
using Sendmail.Wire.Connections;

namespace Sendmail.Modes;

/// <summary>-bm and -t: a message from standard input.</summary>
internal static partial class SubmitMode
{
    internal static async Task<int> RunAsync(ModeContext context)
    {
        CommandLine line = context.Line;
        if (MailQueueMode.Refuse(context) is { } refused)
            return refused;
        MtaServices services = context.Services;
        bool nobody = line.Recipients.Count == 0 && !line.FromHeaders;
        if (nobody)
            Console.Out.WriteLine((line.Mode == 'a' ? "550 " : "") + "Recipient names must be specified");
        if (!services.Queue.HasRoom(0))
        {
            Console.Out.WriteLine("Insufficient disk space; try again later");
            context.Log.Write(0, LogPriority.Alert, "NOQUEUE", "low on space (SMTP-DAEMON needs 0 bytes in " + context.Configuration.Options.Get(OptionTable.QueueDirectory) + ")");
            return (int)SysExit.IoError;
        }
        Envelope envelope = services.NewEnvelope(null);
        envelope.Id = services.Queue.NewId();
        envelope.IsFromCommand = true;
        MailLog.Concerns(() => envelope.Id);
        AuthenticationWarnings.Add(context, envelope);
        int badSender = await SetSenderAsync(context, envelope).ConfigureAwait(false);
        context.Log.Write(10, LogPriority.Info, "NOQUEUE", "connect from " + envelope.Macros["_"]);
        SetEnvelope(context, envelope);
        services.Recent = new RecentFailures();
        services.Recipients.Verbose = context.Verbose;
        services.Recipients.NoAliases = line.NoAliases;
        bool unbalanced = false;
        bool inHeader = false;
        bool badHeader = false;
        services.Recipients.Complained = (about, complaint) =>
        {
            unbalanced = true;
            badHeader |= inHeader;
            if (inHeader || about.ErrorMode == 'p')
                Console.Out.WriteLine(complaint);
        };
        FileStream data;
        try
        {
            data = services.Queue.OpenDataFile(envelope);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Out.WriteLine("queueup: cannot create queue file ./df" + envelope.Id + ", euid=" + Users.EffectiveUserId.ToString(CultureInfo.InvariantCulture) + ": " + e.Message);
            context.Log.Write(0, LogPriority.Critical, envelope.Id, "SYSERR(" + context.UserName + "): queueup: cannot create queue file ./df" + envelope.Id + ": " + e.Message);
            return (int)SysExit.IoError;
        }
        using FileStream open = data;
        envelope.Macros["i"] = envelope.Id;
        var collector = new MessageCollector(services, envelope, data) { NamesRecipient = line.Recipients.Count(static r => !string.IsNullOrWhiteSpace(r)) == 1, IsCommand = true };
        var told = new HashSet<Address>();
        int exit = 0;
        foreach (string recipient in line.Recipients)
        {
            await AddAsync(context, envelope, recipient).ConfigureAwait(false);
            exit = Complain(context, envelope, told) ?? exit;
        }
        try
        {
            ReadMessage(context, collector, envelope);
        }
        catch (IOException e)
        {
            return NotTaken(context, envelope, NoRoom(e) ? "Out of disk space for temp file" : "collect: Cannot write ./df" + envelope.Id + ": " + e.Message, SysExit.IoError);
        }
        if (line.FromHeaders)
            collector.BeforeDefaults = async () =>
            {
                inHeader = true;
                services.Recipients.LogsComplaints = false;
                await FromHeadersAsync(context, envelope).ConfigureAwait(false);
                int? bad = Complain(context, envelope, told, true);
                badHeader |= bad is not null;
                exit = bad ?? exit;
                inHeader = false;
            };
        await collector.FinishAsync(CancellationToken.None).ConfigureAwait(false);
        SeparateRecipients(context, envelope);
        await TakeSenderAsync(context, envelope).ConfigureAwait(false);
        services.Delivery.SaveFailed = line.Mode == 'a' ? null : failed => SaveDeadLetterAsync(context, failed);
        if (!nobody && (collector.Problem ?? collector.Undeclared8Bit) is { } problem)
        {
            int code = await RefuseAsync(context, envelope, data, problem, collector.IsTooBig).ConfigureAwait(false);
            return collector.IsHeaderCheckProblem && code == 0 && problem.IsPermanent ? (int)RecipientExpander.ExitOf(problem) : code;
        }
        if (collector.IsDiscarded)
        {
            MessageCollector.LogFrom(services, envelope, null);
            services.Log.Write(9, LogPriority.Info, envelope.Id, "discarded");
            services.Queue.Discard(envelope);
            return exit;
        }
        if (envelope.Recipients.Count == 0)
        {
            if (line.FromHeaders)
                Console.Out.WriteLine("No recipient addresses found in header");
            MessageCollector.LogFrom(services, envelope, null);
            services.Queue.Discard(envelope);
            return nobody ? (int)SysExit.Usage : 0;
        }
        if (badHeader)
            return await HoldBackAsync(context, envelope, data, exit).ConfigureAwait(false);
        if (exit == 0 && envelope.ErrorMode != 'e')
            exit = unbalanced ? (int)SysExit.Usage : badSender;
        // Only who called the command has its terminal: what fails later of mail in somebody else's name is returned to him.
        if (envelope.ErrorMode == 'p' && !IsOwn(context, envelope))
            envelope.ErrorMode = 'm';
        MessageCollector.LogFrom(services, envelope, null);
        services.Statistics.CountMessage(envelope);
        try
        {
            await services.Groups.ChooseAsync(envelope, CancellationToken.None).ConfigureAwait(false);
            await services.Queue.CommitAsync(envelope, data).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            return NotQueued(context, envelope, e);
        }
        // Parts for other queue groups wait for the next run of those.
        IReadOnlyList<Envelope> others = await services.Groups.SplitAsync(envelope, CancellationToken.None).ConfigureAwait(false);
        if (envelope.DeliveryMode == 'b')
        {
            LeaveQueued(others, services);
            others = [];
            await services.Delivery.ReportFailuresAsync(envelope, context.Verbose, CancellationToken.None).ConfigureAwait(false);
            if (!envelope.Recipients.Exists(static r => r.State is RecipientState.Ok or RecipientState.Queued) || SpawnDelivery(context, envelope))
                return exit;
        }
        List<Address> recipients = [.. envelope.Recipients];
        IReadOnlyList<Envelope> parts = envelope.DeliveryMode is 'q' or 'd' ? await services.SplitAsync(envelope, CancellationToken.None).ConfigureAwait(false) : [envelope];
        if (envelope.DeliveryMode is 'q' or 'd')
        {
            // What is left of the message itself is told of behind the parts that owners of lists answer for.
            foreach (Envelope part in parts.OrderBy(p => ReferenceEquals(p, envelope)))
                ModeContext.LogWaiting(part, services, false);
            await services.Delivery.ReportFailuresAsync(envelope, context.Verbose, CancellationToken.None).ConfigureAwait(false);
            foreach (Envelope part in parts)
                ModeContext.Release(part);
        }
        else
        {
            await context.DeliverAsync(envelope, services, null, false).ConfigureAwait(false);
        }
        LeaveQueued(others, services);
        if (context.Cache.IsValueCreated)
            await context.Cache.Value.CloseIdleAsync(true).ConfigureAwait(false);
        // What went wrong first decides.
        Address? bad = recipients.Where(r => r.State is RecipientState.Bad or RecipientState.Refused || (r.State == RecipientState.Queued && ExitMeaning.IsOfSystem(r.ExitStatus))).MinBy(r => r.StatusTime);
        bad ??= recipients.Find(RecipientExpander.IsPutOff);
        if (badSender != 0 && envelope.ErrorMode != 'e')
            exit = badSender;
        else if (bad is not null && !unbalanced && envelope.ErrorMode != 'e')
            exit = ModeContext.ExitOf(bad);
        if (exit == 0)
            exit = (int)envelope.ExitStatus;
        return exit == 0 && line.Complaint is not null ? (int)SysExit.Usage : exit;
    }

    private static bool NoRoom(IOException e) => e.Message.StartsWith("No space left on device", StringComparison.Ordinal);

    private static int NotQueued(ModeContext context, Envelope envelope, IOException e) => NotTaken(context, envelope,
        "queueup: cannot create queue file ./qf" + envelope.Id + ", euid=" + Users.EffectiveUserId.ToString(CultureInfo.InvariantCulture) + ": " + e.Message, SysExit.OsError);

    // The disk did not take the message: its author is told, and nothing of it stays.
    private static int NotTaken(ModeContext context, Envelope envelope, string problem, SysExit exit)
    {
        context.Services.Queue.Discard(envelope);
        Console.Out.WriteLine(problem);
        context.Log.Write(0, LogPriority.Alert, envelope.Id, "SYSERR(" + context.UserName + "): " + problem);
        return (int)exit;
    }

    private static void LeaveQueued(IReadOnlyList<Envelope> parts, MtaServices services)
    {
        foreach (Envelope part in parts)
        {
            ModeContext.LogWaiting(part, services, false);
            ModeContext.Release(part);
        }
    }

    // Everything is known before the message is read; what a deferred command leaves undone are questions to name servers.
    private static async ValueTask AddAsync(ModeContext context, Envelope envelope, string list)
    {
        await context.Services.Recipients.AddAsync(envelope, list, null, Flags(context.Line), CancellationToken.None).ConfigureAwait(false);
        if (envelope.DeliveryMode != 'd')
            return;
        foreach (Address recipient in envelope.Recipients.Where(static r => r.State == RecipientState.Ok && r.Status.IsEmpty))
            (recipient.State, recipient.Status) = (RecipientState.Queued, new EnhancedStatus(4, 4, 3));
    }

    // OldStyleHeaders: blanks separated the addresses; from here on commas do.
    private static void SeparateRecipients(ModeContext context, Envelope envelope)
    {
        if (envelope.IsNewStyle || !context.Configuration.Options.Get(OptionTable.OldStyleHeaders))
            return;
        foreach (Header header in envelope.Headers.Where(static h => !h.IsDefault && (HeaderTraits.IsBlind(h.Name) || HeaderTraits.NamesRecipients([h]))))
        {
            if (AddressList.Split(header.Value, true) is { Count: > 1 } members)
                header.Value = " " + string.Join(", ", members);
        }
    }

    // Something is wrong with whom the header names: the author hears of it by mail, and the others wait for the next queue run. Where
    // all could be read but not as it stands, nobody gets it, for it may not be what was meant.
    private static async ValueTask<int> HoldBackAsync(ModeContext context, Envelope envelope, FileStream data, int exit)
    {
        MtaServices services = context.Services;
        if (envelope.ErrorMode != 'q')
            envelope.ErrorMode = 'm';
        MessageCollector.LogFrom(services, envelope, null);
        services.Statistics.CountMessage(envelope);
        if (!envelope.Recipients.Exists(static r => r.State == RecipientState.Bad))
        {
            foreach (Address recipient in envelope.Recipients.Where(static r => r.State is RecipientState.Ok or RecipientState.Queued))
                (recipient.State, recipient.Status, recipient.StatusMessage) = (RecipientState.Bad, new EnhancedStatus(5, 0, 0), null);
        }
        try
        {
            await services.Groups.ChooseAsync(envelope, CancellationToken.None).ConfigureAwait(false);
            await services.Queue.CommitAsync(envelope, data, held: true).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            return NotQueued(context, envelope, e);
        }
        await services.Delivery.ReportFailuresAsync(envelope, context.Verbose, CancellationToken.None).ConfigureAwait(false);
        ModeContext.Release(envelope);
        return exit;
    }

    // A message that is too large in some way: its author gets it back by mail, unless there are too many hops behind it already.
    private static async ValueTask<int> RefuseAsync(ModeContext context, Envelope envelope, FileStream data, SmtpReply problem, bool tooBig)
    {
        MtaServices services = context.Services;
        bool loop = problem.Status is { Subject: 4, Detail: 6 };
        if (!loop)
            Console.Out.WriteLine(CfText.Masked(problem.Text));
        MessageCollector.LogFrom(services, envelope, null);
        if (loop)
            context.Log.Write(0, LogPriority.Critical, envelope.Id, "SYSERR(" + context.UserName + "): " + problem.Text);
        else
            envelope.ErrorMode = 'm';
        if (tooBig)
            context.Log.Write(5, LogPriority.Notice, envelope.Id, string.Create(CultureInfo.InvariantCulture, $"message size ({envelope.Size}) exceeds maximum ({context.Configuration.Options.LargestMessage()})"));
        foreach (Address recipient in envelope.Recipients.Where(r => r.State is RecipientState.Ok or RecipientState.Queued))
        {
            RecipientExpander.Fail(recipient, problem);
            recipient.RemoteReply = loop ? "554 5.4.6 Too many hops" : null;
            recipient.Status = default;
            if (!loop)
                services.Delivery.LogRecipients(envelope, [recipient], null, null, null);
            recipient.Status = problem.Status;
        }
        try
        {
            await services.Groups.ChooseAsync(envelope, CancellationToken.None).ConfigureAwait(false);
            await services.Queue.CommitAsync(envelope, data).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            return NotQueued(context, envelope, e);
        }
        await services.Delivery.ReportFailuresAsync(envelope, context.Verbose, CancellationToken.None).ConfigureAwait(false);
        return loop ? (int)SysExit.Unavailable : 0;
    }

    // What cannot be delivered is left with its author.
    private static async ValueTask<bool> SaveDeadLetterAsync(ModeContext context, Envelope failed)
    {
        // The reference looks the sender up as if it were to write to him.
        if (context.Line.Verbose && failed.Sender is { } sender)
            await context.Services.Recipients.AddAsync(context.Services.NewEnvelope(null), sender.Text, null, RecipientFlags.None, CancellationToken.None).ConfigureAwait(false);
        string drop = context.Configuration.Options.Get(OptionTable.DeadLetterDrop);
        string path = context.User?.Home is { Length: > 0 } home && Directory.Exists(home) ? home.TrimEnd('/') + "/dead.letter" : drop;
        if (path.Length == 0 || !await DeadLetter.SaveAsync(context.Services, failed, path, CancellationToken.None).ConfigureAwait(false))
            return false;
        ModeContext.Show(path + "... Saved message in " + path);
        return true;
    }

    // Background delivery: another copy of this program runs the queue for this one message.
    private static bool SpawnDelivery(ModeContext context, Envelope envelope)
    {
        envelope.Lock?.Dispose();
        envelope.Lock = null;
        var start = new System.Diagnostics.ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        start.ArgumentList.Add("-C");
        start.ArgumentList.Add(context.Configuration.Path);
        foreach (string option in context.Line.Options.Where(o => o[0] == ' '))
            start.ArgumentList.Add("-O" + option.Trim());
        start.ArgumentList.Add("-OMinQueueAge=0");
        start.Environment[QueueMode.FirstAttempt] = "1";
        start.ArgumentList.Add("-qI" + envelope.Id);
        using var process = System.Diagnostics.Process.Start(start);
        return process is not null;
    }

    private static RecipientFlags Flags(CommandLine line)
    {
        RecipientFlags flags = RecipientFlags.Primary;
        if (line.Notify is null)
            return flags | RecipientFlags.NotifyFailure | RecipientFlags.NotifyDelay;
        flags |= RecipientFlags.HasNotify;
        foreach (string word in line.Notify.Split(','))
        {
            flags |= word.Trim().ToLowerInvariant() switch
            {
                "success" => RecipientFlags.NotifySuccess,
                "failure" => RecipientFlags.NotifyFailure,
                "delay" => RecipientFlags.NotifyDelay,
                _ => RecipientFlags.None,
            };
        }
        return flags;
    }

    private static void SetEnvelope(ModeContext context, Envelope envelope)
    {
        CommandLine line = context.Line;
        envelope.HopCount = line.HopCount;
        envelope.EnvelopeId = line.EnvelopeId;
        envelope.BodyType = line.BodyType ?? "";
        if (line.Protocol is { } protocol)
        {
            int colon = protocol.IndexOf(':', StringComparison.Ordinal);
            envelope.Macros["r"] = colon < 0 ? protocol : protocol[..colon];
            if (colon >= 0)
                envelope.Macros["s"] = protocol[(colon + 1)..];
        }
        if (line.Return is { } back)
        {
            envelope.Flags |= EnvelopeFlags.HasReturn;
            if (back.Equals("hdrs", StringComparison.OrdinalIgnoreCase))
                envelope.Flags |= EnvelopeFlags.NoBodyReturn;
        }
    }

    // Lines may end in LF or CRLF; unless -i says otherwise a lone dot ends the message and two at the start of a line are one.
    internal static void ReadMessage(ModeContext context, MessageCollector collector, Envelope envelope)
    {
        bool dots = !context.Configuration.Options.Get(OptionTable.IgnoreDots);
        using Stream input = StandardStream.Input();
        TrafficLines? traffic = TrafficLog.Current is { } log ? new TrafficLines(log.In, true) : null;
        byte[] buffer = new byte[65536];
        int held = 0;
        bool lineStart = true;
        while (true)
        {
            int read = input.Read(buffer, held, buffer.Length - held);
            if (read > 0)
                traffic?.Add(buffer.AsSpan(held, read));
            else
                traffic?.End();
            int total = held + read;
            ReadOnlySpan<byte> octets = buffer.AsSpan(0, total);
            int at = 0;
            // Lines that stay as they are go to the collector together, from here on.
            int kept = 0;
            while (at < total)
            {
                int newline = octets[at..].IndexOf((byte)'\n');
                bool cut = newline < 0 && read > 0;
                // A line longer than the buffer goes on in pieces; its last octet waits, it may be half of a CRLF.
                if (cut && total - at < buffer.Length / 2)
                    break;
                int end = newline >= 0 ? at + newline : cut ? total - 1 : total;
                ReadOnlySpan<byte> text = octets[at..end];
                bool atStart = lineStart;
                lineStart = newline >= 0;
                if (newline >= 0 && text is not [.., (byte)'\r'] && !(dots && atStart && text is [(byte)'.', ..]))
                {
                    at = end + 1;
                    continue;
                }
                collector.Feed(octets[kept..at]);
                if (!cut && text is [.., (byte)'\r'])
                    text = text[..^1];
                if (dots && atStart && text is [(byte)'.'] && !cut)
                    return;
                collector.Feed(dots && atStart && text is [(byte)'.', (byte)'.', ..] ? text[1..] : text);
                if (newline >= 0)
                    collector.Feed("\n"u8);
                else if (!cut)
                    collector.FeedMissingLineEnd();
                at = kept = newline >= 0 ? end + 1 : end;
                if (cut)
                    break;
            }
            collector.Feed(octets[kept..at]);
            octets[at..].CopyTo(buffer);
            held = total - at;
            if (read == 0)
                return;
        }
    }

    internal static async ValueTask FromHeadersAsync(ModeContext context, Envelope envelope)
    {
        bool resent = envelope.Headers.Exists(h => h.Name.StartsWith("resent-", StringComparison.OrdinalIgnoreCase));
        foreach (Header header in envelope.Headers.ToArray())
        {
            string name = header.Name.ToLowerInvariant();
            if (name is "to" or "cc" or "bcc" or "apparently-to" ? !resent : resent && name is "resent-to" or "resent-cc" or "resent-bcc")
                await AddAsync(context, envelope, header.Value.Replace("\n", "", StringComparison.Ordinal)).ConfigureAwait(false);
        }
    }

    // ARPANET mode speaks in replies.
    private static string Coded(ModeContext context, Address bad) =>
        context.Line.Mode == 'a' && bad.RemoteReply is { Length: > 4 } reply && char.IsAsciiDigit(reply[0]) ? reply[..4] + (bad.Status.IsEmpty ? "" : bad.Status + " ") : "";

    // Recipients that are wrong from the start are told on the spot; with -em and the like a DSN follows. The exit code of the first.
    private static int? Complain(ModeContext context, Envelope envelope, HashSet<Address> told, bool inHeader = false)
    {
        int? exit = null;
        // The reference complains before it has read the message.
        long priority = envelope.Priority;
        envelope.Priority = 0;
        foreach (Address bad in RecipientExpander.Failures(envelope))
        {
            if (!told.Add(bad))
                continue;
            string complaint = RecipientExpander.Complaint(bad);
            envelope.StatusMessage = inHeader && bad.Mailer is not null ? bad.StatusMessage : RecipientExpander.Message(bad);
            if (bad.State == RecipientState.Queued)
                bad.StatusMessage = complaint;
            if (inHeader || envelope.ErrorMode is 'p')
                Console.Out.WriteLine(Coded(context, bad) + complaint);
            exit ??= envelope.ErrorMode == 'e' ? 0 : ModeContext.ExitOf(bad);
            if (!inHeader)
                context.Log.Write(5, LogPriority.Notice, envelope.Id, complaint);
            if (RecipientExpander.IsUnknown(bad))
                context.Services.Delivery.LogRecipients(envelope, [bad], bad.Mailer, null, null);
        }
        envelope.Priority = priority;
        return exit;
    }
}
