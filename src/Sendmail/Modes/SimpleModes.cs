using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Mta.Aliasing;
using Sendmail.Mta.Collecting;
using Sendmail.Mta.Delivery;
using Sendmail.Mta.Logging;
using Sendmail.Mta.Queueing;

namespace Sendmail.Modes;

/// <summary>-bp: the queue.</summary>
internal static class MailQueueMode
{
    internal static int Run(ModeContext context)
    {
        if (Refuse(context) is { } exit)
            return exit;
        if (context.Line.Mode == 'P')
        {
            Console.Out.WriteLine("Data unavailable: shared memory not updated");
            return 0;
        }
        var store = new QueueStore(context.Configuration, context.Log, TimeProvider.System);
        var listing = new MailQueueListing(context.Configuration, store, context.Log, TimeProvider.System);
        if (context.Line.Json)
        {
            Console.Out.Flush();
            listing.WriteJson(Posix.StandardStream.Output(), Selection(context));
            return 0;
        }
        listing.Write(Console.Out, context.Line.Verbose, Selection(context));
        return 0;
    }

    /// <summary>Says why there is no queue to work on; null when there is one.</summary>
    internal static int? Refuse(ModeContext context)
    {
        if (RefuseDirectories(context) is { } refused)
            return refused;
        return KnowsGroup(context) ? null : 0;
    }

    /// <summary>Whether the queue group of the command line exists; says so when not, also behind something else that is wrong.</summary>
    internal static bool KnowsGroup(ModeContext context)
    {
        if (context.Line.QueueGroup is not { } group || QueueSelection.IsGroup(context.Configuration, group))
            return true;
        Console.Out.WriteLine("Queue group " + group + " unknown");
        return false;
    }

    /// <summary>Says why the queue's directories cannot be used; null when they can. Told also behind other errors of the configuration.</summary>
    internal static int? RefuseDirectories(ModeContext context)
    {
        var store = new QueueStore(context.Configuration, context.Log, TimeProvider.System);
        if (store.Problem(out bool systemError) is { } problem)
        {
            Console.Out.WriteLine(context.Line.Mode is 's' or 'a' or 'd' or 'D' ? (systemError ? "451 4.0.0 " : "554 5.0.0 ") + problem + "\r" : problem);
            Console.Out.Flush();
            if ((!context.IsTrusted || context.HasBecomeAnother) && problem.EndsWith("Permission denied", StringComparison.Ordinal))
                Console.Error.WriteLine("Program mode requires special privileges, e.g., root or TrustedUser.");
            context.Log.Write(0, LogPriority.Critical, "NOQUEUE", "SYSERR(" + context.UserName + "): " + problem);
            return (int)SysExit.Config;
        }
        return null;
    }

    internal static QueueSelection Selection(ModeContext context) => new() { Limits = context.Line.QueueLimits, Kinds = context.Line.QueueKinds, Group = context.Line.QueueGroup };
}

/// <summary>-Q: puts messages into quarantine or ends it.</summary>
internal static class QuarantineMode
{
    internal static int Run(ModeContext context)
    {
        if (MailQueueMode.Refuse(context) is { } exit)
            return exit;
        var store = new QueueStore(context.Configuration, context.Log, TimeProvider.System);
        QueueSelection selection = MailQueueMode.Selection(context);
        // Ending a quarantine is about what is in it.
        if (context.Line.Quarantine!.Length == 0)
            selection = selection with { Kinds = "h" };
        new QueueQuarantine(context.Configuration, store, context.Log, TimeProvider.System).Run(context.Line.Quarantine, selection, context.Verbose);
        return 0;
    }
}

/// <summary>-bi: newaliases.</summary>
internal static class NewAliasesMode
{
    internal static async Task<int> RunAsync(ModeContext context)
    {
        if (MailQueueMode.Refuse(context) is { } refused)
            return refused;
        return (int)await new AliasRebuild(context.Services, Console.Out, context.Line.ProgramName).RunAsync(CancellationToken.None).ConfigureAwait(false);
    }
}

/// <summary>-bh (hoststat) and -bH (purgestat): what is known of hosts, and the end of what is too old.</summary>
internal static class HostStatusMode
{
    private const int ShortResult = 25;

    internal static int Run(ModeContext context)
    {
        var store = new HostStatusStore(context.Configuration, context.Log, TimeProvider.System);
        if (context.Line.Mode == 'H')
        {
            store.Purge();
            return 0;
        }
        if (!store.IsUsed)
            return 0;
        Console.Out.WriteLine(" -------------- Hostname --------------- How long ago ---------Results---------");
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        foreach ((_, HostStatus status) in store.All())
        {
            string result = HostStatusStore.Describe(status);
            if (!context.Line.Verbose && result.Length > ShortResult)
                result = result[..ShortResult];
            Console.Out.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $" {status.Host,-39} {Mta.MailDate.Delay(now - status.Updated),12} {result}"));
        }
        return 0;
    }
}

/// <summary>-q: one queue run in the foreground, or runs for ever when a time is given.</summary>
internal static class QueueMode
{
    /// <summary>Environment variable of a process that delivers what was submitted a moment ago.</summary>
    internal const string FirstAttempt = "SENDMAIL_FIRST_ATTEMPT";

    internal static async Task<int> RunAsync(ModeContext context)
    {
        if (MailQueueMode.Refuse(context) is { } exit)
            return exit;
        ThreadPool.SetMinThreads(32, 8);
        if (context.Configuration.Options.Get(OptionTable.NiceQueueRun) is var nice && nice != 0)
            Posix.ProcessSpawner.BeNice(nice);
        var runner = new QueueRunner(context.Services);
        int result = 0;
        if (context.Line.QueueInterval > TimeSpan.Zero)
        {
            result = await QueueDaemon.RunAsync(context, runner).ConfigureAwait(false);
        }
        else
        {
            result = (int)await runner.RunAsync(new QueueRunRequest { IsFirstAttempt = Environment.GetEnvironmentVariable(FirstAttempt) is not null, Errors = ModeContext.Show, Selection = MailQueueMode.Selection(context), Verbose = context.Verbose }, CancellationToken.None).ConfigureAwait(false);
        }
        if (context.Cache.IsValueCreated)
            await context.Cache.Value.CloseIdleAsync(true).ConfigureAwait(false);
        return result;
    }
}

/// <summary>-bv: where addresses lead.</summary>
internal static class VerifyMode
{
    internal static async Task<int> RunAsync(ModeContext context)
    {
        Envelope envelope = context.Services.NewEnvelope(null);
        int exit = await CheckSenderAsync(context, envelope).ConfigureAwait(false);
        if (context.Line is { Recipients.Count: 0, FromHeaders: false })
        {
            Console.Out.WriteLine("Recipient names must be specified");
            return (int)SysExit.Usage;
        }
        if (MailQueueMode.Refuse(context) is { } refused)
            return refused;
        context.Services.Recipients.Verbose = context.Verbose;
        envelope.Id = context.Services.Queue.NewId();
        envelope.DeliveryMode = 'i';
        MailLog.Concerns(() => envelope.Id);
        context.Services.Recipients.NoAliases = context.Line.NoAliases;
        bool unbalanced = false;
        context.Services.Recipients.Complained = (_, complaint) =>
        {
            Console.Out.WriteLine(complaint);
            unbalanced = true;
        };
        var told = new HashSet<Address>();
        foreach (string name in context.Line.Recipients)
        {
            await context.Services.Recipients.AddAsync(envelope, name, null, RecipientFlags.Primary, CancellationToken.None).ConfigureAwait(false);
            exit = Complain(context, envelope, told, exit);
        }
        if (context.Line.FromHeaders)
            await ReadHeadersAsync(context, envelope).ConfigureAwait(false);
        exit = Complain(context, envelope, told, exit);
        foreach (Address address in envelope.Recipients.Where(r => r.State is RecipientState.Ok or RecipientState.Queued && r.Mailer is not null || RecipientExpander.IsPutOff(r)))
        {
            string host = address.Host.Length > 0 ? ", host " + address.Host : "";
            string user = address.Mailer?.Name == "prog" ? address.Text.StartsWith('"') ? address.Text.TrimEnd() : "|" + address.User : address.Text.StartsWith('\\') ? "\\" + address.User : address.User;
            Console.Out.WriteLine(address.Text + "... deliverable: mailer " + (address.Mailer?.Name ?? "*error*") + host + ", user " + user);
        }
        return exit == 0 && unbalanced ? (int)SysExit.Usage : exit;
    }

    // What failed since the last time, and what the command ends with for the first of all.
    private static int Complain(ModeContext context, Envelope envelope, HashSet<Address> told, int exit)
    {
        foreach (Address address in RecipientExpander.Failures(envelope).Where(told.Add))
        {
            string complaint = RecipientExpander.Complaint(address);
            Console.Out.WriteLine(complaint);
            context.Log.Write(5, LogPriority.Notice, envelope.Id, complaint);
            if (exit == 0)
                exit = ModeContext.ExitOf(address);
        }
        return exit;
    }

    // Whoever asks is parsed as a sender. A name that -f gave and of which the rules make nothing gives way to the user's.
    private static async ValueTask<int> CheckSenderAsync(ModeContext context, Envelope envelope)
    {
        int exit = 0;
        foreach (string? sender in new[] { context.Line.Sender, context.UserName })
        {
            if (sender is null)
                continue;
            if (sender is "" or "<>")
                break;
            envelope.Macros["f"] = sender;
            ParsedAddress parsed = await context.Services.Addresses.ParseAsync(sender, envelope.Macros, AddressRole.Sender).ConfigureAwait(false);
            if (parsed.Error is not { } error)
            {
                if (sender == context.Line.Sender && parsed.Address?.Mailer?.Name is "prog" or "*file*" or "*include*")
                {
                    Console.Out.WriteLine(sender + "... Invalid sender address");
                    exit = (int)SysExit.Usage;
                }
                break;
            }
            Console.Out.WriteLine((error.NamesAddress ? sender + "... " : "") + error.Text);
            if (exit == 0 && !error.IsTemporary)
                exit = (int)(error.Exit ?? SysExit.Unavailable);
            if (error.NamesAddress)
                break;
        }
        return exit;
    }

    // -t: the message is read for those whom it names.
    private static async ValueTask ReadHeadersAsync(ModeContext context, Envelope envelope)
    {
        var collector = new MessageCollector(context.Services, envelope, Stream.Null) { IsCommand = true, BeforeDefaults = () => SubmitMode.FromHeadersAsync(context, envelope) };
        SubmitMode.ReadMessage(context, collector, envelope);
        await collector.FinishAsync(CancellationToken.None).ConfigureAwait(false);
        if (envelope.Recipients.Count == 0)
            Console.Out.WriteLine("No recipient addresses found in header");
    }
}
