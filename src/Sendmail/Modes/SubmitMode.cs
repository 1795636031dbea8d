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
using Sendmail.Mta.Collecting;
using Sendmail.Mta.Delivery;
using Sendmail.Posix;

namespace Sendmail.Modes;

/// <summary>-bm and -t: a message from standard input.</summary>
internal static class SubmitMode
{
    internal static async Task<int> RunAsync(ModeContext context)
    {
        CommandLine line = context.Line;
        if (line.Recipients.Count == 0 && !line.FromHeaders)
        {
            Console.Out.WriteLine("Recipient names must be specified");
            return (int)SysExit.Usage;
        }
        MtaServices services = context.Services;
        Envelope envelope = services.NewEnvelope(null);
        await SetSenderAsync(context, envelope).ConfigureAwait(false);
        SetEnvelope(context, envelope);
        using FileStream data = services.Queue.OpenDataFile(envelope);
        envelope.Macros["i"] = envelope.Id;
        var collector = new MessageCollector(services, envelope, data) { NamesRecipient = line.Recipients.Count == 1 };
        foreach (string recipient in line.Recipients)
            await services.Recipients.AddAsync(envelope, recipient, null, Flags(line), CancellationToken.None).ConfigureAwait(false);
        ReadMessage(context, collector, envelope);
        if (line.FromHeaders)
            collector.BeforeDefaults = () => FromHeadersAsync(context, envelope);
        await collector.FinishAsync(CancellationToken.None).ConfigureAwait(false);
        if (collector.Problem is { } problem)
        {
            Console.Out.WriteLine(problem.Text);
            services.Queue.Discard(envelope);
            return (int)SysExit.Unavailable;
        }
        if (envelope.Recipients.Count == 0)
        {
            Console.Out.WriteLine("No recipient addresses found in header");
            services.Queue.Discard(envelope);
            return 0;
        }
        services.Delivery.SaveFailed = failed => SaveDeadLetterAsync(context, failed);
        int exit = Complain(context, envelope);
        MessageCollector.LogFrom(services, envelope, null);
        await services.Queue.CommitAsync(envelope, data).ConfigureAwait(false);
        if (envelope.DeliveryMode is 'b' && !line.Verbose && SpawnDelivery(context, envelope))
            return exit;
        List<Address> recipients = [.. envelope.Recipients];
        IReadOnlyList<Envelope> parts = envelope.DeliveryMode is 'q' or 'd' ? await services.SplitAsync(envelope, CancellationToken.None).ConfigureAwait(false) : [envelope];
        if (envelope.DeliveryMode is 'q' or 'd')
        {
            foreach (Envelope part in parts)
                ModeContext.LogWaiting(part, services, false);
            await services.Delivery.ReportFailuresAsync(envelope, CancellationToken.None).ConfigureAwait(false);
            foreach (Envelope part in parts)
                ModeContext.Release(part);
        }
        else
        {
            await context.DeliverAsync(envelope, services, null, false).ConfigureAwait(false);
        }
        if (context.Cache.IsValueCreated)
            await context.Cache.Value.CloseIdleAsync(true).ConfigureAwait(false);
        Address? bad = recipients.Find(r => r.State is RecipientState.Bad or RecipientState.Refused);
        return bad is not null && envelope.ErrorMode != 'e' ? (int)bad.ExitStatus : exit;
    }

    // What cannot be delivered is left with its author.
    private static async ValueTask SaveDeadLetterAsync(ModeContext context, Envelope failed)
    {
        if (context.User?.Home is not { Length: > 0 } home || !Directory.Exists(home))
            return;
        string path = home.TrimEnd('/') + "/dead.letter";
        if (await DeadLetter.SaveAsync(context.Services, failed, path, CancellationToken.None).ConfigureAwait(false))
            ModeContext.Show(path + "... Saved message in " + path);
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

    private static async Task SetSenderAsync(ModeContext context, Envelope envelope)
    {
        string user = context.UserName;
        string sender = context.Line.Sender ?? user;
        if (sender is "<>" or "")
            sender = "<>";
        MacroScope scope = envelope.Macros;
        scope["_"] = user + "@localhost";
        scope["daemon_flags"] = "c u";
        scope["client_addr"] = "127.0.0.1";
        scope["client_name"] = "localhost";
        scope["client_resolve"] = "OK";
        scope["f"] = sender == "<>" ? "<>" : sender;
        ParsedAddress parsed = await context.Services.Addresses.ParseAsync(sender, scope, AddressRole.Sender).ConfigureAwait(false);
        envelope.Sender = parsed.Address ?? new Address { Text = sender };
        envelope.Sender.Text = sender;
        if (Users.FindByName(envelope.Sender.User.Length > 0 && envelope.Sender.Mailer?.Has('l') == true ? LocalPart(envelope.Sender.User) : user) is { } record)
        {
            envelope.Sender.UserId = record.UserId;
            envelope.Sender.GroupId = record.GroupId;
        }
        string? name = context.Line.FullName ?? (context.Line.Sender is null ? Environment.GetEnvironmentVariable("NAME") : null);
        UserRecord? author = context.Line.Sender is null ? context.User : envelope.Sender.Mailer?.Has('l') == true ? Users.FindByName(LocalPart(envelope.Sender.User)) : null;
        if (string.IsNullOrEmpty(name) && author is not null)
            name = author.Gecos.Split(',')[0].Replace("&", author.Name.Length > 0 ? char.ToUpperInvariant(author.Name[0]) + author.Name[1..] : "", StringComparison.Ordinal);
        scope["x"] = string.IsNullOrEmpty(name) ? null : Quote(name);
        // Headers of the queue file keep the sender as it was given; each mailer rewrites it.
        scope["g"] = sender == "<>" ? null : sender;
        if (sender != "<>")
            envelope.AuthSender = sender.Contains('@', StringComparison.Ordinal) ? sender : sender + "@" + context.Services.HostName;
        if (!context.IsTrusted && context.Line.Sender is not null && context.Line.Sender != user && (context.Configuration.Options.Get(OptionTable.PrivacyOptions) & PrivacyFlags.AuthWarnings) != 0)
            envelope.Headers.Add(new Header { Name = "X-Authentication-Warning", Value = " " + context.Services.HostName + ": " + user + " set sender to " + sender + " using -f" });
    }

    // The sender's rulesets of a local mailer add the domain.
    private static string LocalPart(string user) => user.IndexOf('@', StringComparison.Ordinal) is var at and > 0 ? user[..at] : user;

    private static string Quote(string name) => name.AsSpan().IndexOfAny("()<>@,;:\\\"[].'") >= 0 && !name.StartsWith('"')
        ? "\"" + name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"" : name;

    private static void SetEnvelope(ModeContext context, Envelope envelope)
    {
        CommandLine line = context.Line;
        envelope.HopCount = line.HopCount;
        envelope.EnvelopeId = line.EnvelopeId;
        envelope.BodyType = line.BodyType ?? "";
        if (line.FromHeaders)
            envelope.Flags |= EnvelopeFlags.DeleteBcc;
        if (line.Return is { } back)
        {
            envelope.Flags |= EnvelopeFlags.HasReturn;
            if (back.Equals("hdrs", StringComparison.OrdinalIgnoreCase))
                envelope.Flags |= EnvelopeFlags.NoBodyReturn;
        }
    }

    // Lines may end in LF or CRLF; a lone dot ends the message unless -i says otherwise.
    private static void ReadMessage(ModeContext context, MessageCollector collector, Envelope envelope)
    {
        bool ignoreDots = context.Configuration.Options.Get(OptionTable.IgnoreDots);
        using Stream input = Console.OpenStandardInput();
        byte[] buffer = new byte[65536];
        int held = 0;
        while (true)
        {
            int read = input.Read(buffer, held, buffer.Length - held);
            int total = held + read;
            Span<byte> octets = buffer.AsSpan(0, total);
            if (octets.IndexOfAnyInRange((byte)128, (byte)255) >= 0)
                envelope.Flags |= EnvelopeFlags.Has8Bit;
            int at = 0;
            while (at < total)
            {
                int newline = octets[at..].IndexOf((byte)'\n');
                if (newline < 0 && read > 0 && total - at < buffer.Length / 2)
                    break;
                int end = newline < 0 ? total : at + newline;
                ReadOnlySpan<byte> text = octets[at..end];
                if (text.Length > 0 && text[^1] == '\r' && newline >= 0)
                    text = text[..^1];
                if (!ignoreDots && text.Length == 1 && text[0] == '.')
                    return;
                collector.Feed(text);
                collector.Feed("\n"u8);
                at = newline < 0 ? total : end + 1;
            }
            octets[at..].CopyTo(buffer);
            held = total - at;
            if (read == 0)
                return;
        }
    }

    private static async ValueTask FromHeadersAsync(ModeContext context, Envelope envelope)
    {
        bool resent = envelope.Headers.Exists(h => h.Name.StartsWith("resent-", StringComparison.OrdinalIgnoreCase));
        foreach (Header header in envelope.Headers.ToArray())
        {
            string name = header.Name.ToLowerInvariant();
            if (name is "to" or "cc" or "bcc" or "apparently-to" ? !resent : resent && name is "resent-to" or "resent-cc" or "resent-bcc")
                await context.Services.Recipients.AddAsync(envelope, header.Value.Replace("\n", "", StringComparison.Ordinal), null, Flags(context.Line), CancellationToken.None).ConfigureAwait(false);
        }
    }

    // Recipients that are wrong from the start are told on the spot; with -em and the like a DSN follows.
    private static int Complain(ModeContext context, Envelope envelope)
    {
        int exit = 0;
        // The reference complains before it has read the message.
        long priority = envelope.Priority;
        envelope.Priority = 0;
        foreach (Address bad in envelope.Recipients.Where(r => r.State == RecipientState.Bad))
        {
            string complaint = bad.Text + "... " + bad.StatusMessage;
            if (envelope.ErrorMode is 'p')
                Console.Out.WriteLine(complaint);
            exit = envelope.ErrorMode == 'e' ? 0 : (int)bad.ExitStatus;
            context.Log.Write(5, LogPriority.Notice, envelope.Id, complaint);
            if (bad.Mailer is { Name: not "*include*" })
                context.Services.Delivery.LogRecipients(envelope, [bad], bad.Mailer, null, null);
        }
        envelope.Priority = priority;
        return exit;
    }
}
