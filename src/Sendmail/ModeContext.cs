using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Mta;
using Sendmail.Mta.Delivery;
using Sendmail.Mta.Logging;
using Sendmail.Posix;
using Sendmail.Wire.Tls;

namespace Sendmail;

/// <summary>What every mode starts from: command line, configuration, log, and services made when first asked for.</summary>
internal sealed class ModeContext
{
    private readonly Lazy<MtaServices> _services;
    private readonly Lazy<UserRecord?> _user = new(() => Users.FindById(Users.RealUserId));

    internal ModeContext(CommandLine line, CfReadResult read, Configuration configuration, DebugTrace debug)
    {
        Line = line;
        Read = read;
        Configuration = configuration;
        Debug = debug;
        if (debug.Has(21, 1) || debug.Has(60, 1))
            Trace = new RewriteTrace(debug) { Enabled = debug.Has(21, 1) };
        bool isWatched = Files.IsTerminal(2);
        TerminalLog? terminal = line.Mode == 'D' ? new TerminalLog(Console.Error, isWatched, isWatched && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")), TimeProvider.System) : null;
        Log = new MailLog(new Syslog(line.Ident, TimeProvider.System), configuration.Options.Get(OptionTable.LogLevel), terminal) { User = () => UserName };
        Cache = new Lazy<ConnectionCache>(() => new ConnectionCache(configuration.Options.Get(OptionTable.ConnectionCacheSize),
            configuration.Options.Get(OptionTable.ConnectionCacheTimeout), TimeProvider.System) { Verbose = Verbose, IsCounted = IsAlone || Verbose is not null });
        ClientTls = new Lazy<TlsContext?>(MakeClientTls);
        _services = new Lazy<MtaServices>(() => MtaServices.Create(configuration, Log, TimeProvider.System, services => new SmtpAgent(services, Cache.Value, ClientTls), Trace, debug, IsAlone));
        configuration.Macros["opMode"] = line.Mode.ToString();
    }

    // Modes that take one message, or look at one address after the other.
    private bool IsAlone => Line.Mode is 'm' or 'a' or 's' or 'v' or 'i' && Line is not { QueueRun: true, Recipients.Count: 0, FromHeaders: false };

    internal CommandLine Line { get; }
    internal CfReadResult Read { get; }
    /// <summary>What long-lived modes read their TLS options from when it changes; null in modes that end soon.</summary>
    internal TlsOptionSource? TlsOptions { get; init; }
    internal Configuration Configuration { get; }
    internal DebugTrace Debug { get; }
    internal MailLog Log { get; }
    internal Lazy<ConnectionCache> Cache { get; }
    internal Lazy<TlsContext?> ClientTls { get; }
    /// <summary>Ends deliveries when the daemon cannot wait for them any longer.</summary>
    internal CancellationTokenSource LastDelivery { get; } = new();
    internal RewriteTrace? Trace { get; set; }
    internal MtaServices Services => _services.Value;
    /// <summary>Adds what was counted to the status file, if there was anything to count.</summary>
    internal void SaveStatistics()
    {
        if (_services.IsValueCreated)
            _services.Value.Statistics.Save();
    }

    internal UserRecord? User => _user.Value;
    internal string UserName => User?.Name ?? Users.RealUserId.ToString(System.Globalization.CultureInfo.InvariantCulture);
    /// <summary>What a command ends with because of a refused address: a delay is no failure, a refusal that says all is well is bad usage.</summary>
    internal static int ExitOf(Address refused) => refused.ExitStatus switch
    {
        SysExit.TempFail => 0,
        SysExit.Ok => (int)SysExit.Usage,
        var exit => (int)exit,
    };

    internal static bool IsRoot => Users.RealUserId == 0;

    /// <summary>Whether the program, started by root, goes on as RunAsUser.</summary>
    internal bool HasBecomeAnother { get; private set; }

    /// <summary>Whom root is to become for work on messages; null when he stays who he is.</summary>
    internal RunAs? RunAsUser => Users.EffectiveUserId == 0 && Configuration.Options.Get(OptionTable.RunAsUser) is { UserId: > 0 } user ? user : null;

    /// <summary>Root becomes the user of option RunAsUser, when there is one, for good.</summary>
    /// <returns>Why he cannot, null when he did or need not.</returns>
    internal string? BecomeRunAsUser()
    {
        if (RunAsUser is not { } user)
            return null;
        try
        {
            Users.Become(user.UserId, user.GroupId >= 0 ? user.GroupId : Users.EffectiveGroupId);
            HasBecomeAnother = true;
            return null;
        }
        catch (IOException e)
        {
            return "RunAsUser: " + e.Message;
        }
    }
    /// <summary>Shows lines of dialogues on standard output when -v was given.</summary>
    internal Action<string>? Verbose => IsVerbose && (IsTrusted || Line.Mode == 'v' || (Configuration.Options.Get(OptionTable.PrivacyOptions) & PrivacyFlags.RestrictExpand) == 0) ? Show : null;

    /// <summary>Whether -v or its option was given: delivery is done at once, even where nothing may be shown of it.</summary>
    internal bool IsVerbose => Line.Verbose || Configuration.Options.Get(OptionTable.Verbose);

    internal static void Show(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }

    private TlsContext? MakeClientTls() => TlsContext.Create(TlsSettings.ForClient(Configuration, TlsOptions), Log, TimeProvider.System);

    /// <summary>Whether this user may claim to be somebody else.</summary>
    internal bool IsTrusted => IsRoot || Configuration.IsInClass("t", UserName) || Configuration.Options.Get(OptionTable.TrustedUser).UserId == Users.RealUserId;

    /// <summary>Delivers an accepted envelope as its delivery mode says.</summary>
    /// <param name="verbose">Where the delivery is shown, null for where the command's option says.</param>
    /// <param name="fromClient">Whether it came by SMTP: its aliases are not expanded yet.</param>
    internal async ValueTask DeliverAsync(Envelope envelope, MtaServices services, SemaphoreSlim? background, bool fromClient, Action<string>? verbose = null)
    {
        switch (envelope.DeliveryMode)
        {
            case var mode when mode is 'q' or 'd' || envelope.QuarantineReason is not null || Sendmail.Mta.Queueing.LoadLimits.HoldsBack(Configuration.Options, envelope.Priority):
                LogWaiting(envelope, services, fromClient);
                // A filter may have added recipients that cannot be.
                if (fromClient && envelope.QuarantineReason is null)
                    await services.Delivery.ReportFailuresAsync(envelope, null, CancellationToken.None, false).ConfigureAwait(false);
                Release(envelope);
                return;
            case 'b' when background is not null:
                _ = Task.Run(() => InBackgroundAsync(envelope, services.ForSession(), background, Verbose, LastDelivery.Token));
                return;
            default:
                await services.DeliverAllAsync(envelope, fromClient, verbose ?? Verbose, LastDelivery.Token).ConfigureAwait(false);
                return;
        }
    }

    /// <summary>
    /// Tells of recipients that wait for a queue run. Those that a client named and aliases may still turn into others keep all
    /// of its message's from being told; otherwise they are told host by host.
    /// </summary>
    internal static void LogWaiting(Envelope envelope, MtaServices services, bool fromClient)
    {
        IEnumerable<Address> waiting = envelope.Recipients.Where(r => r.State is RecipientState.Queued or RecipientState.Ok);
        if (fromClient)
            waiting = envelope.Recipients.Exists(r => r.State == RecipientState.Ok && r.Mailer?.Has('A') == true) ? waiting.Where(r => r.State == RecipientState.Queued) : waiting.OrderBy(r => r.Host, StringComparer.Ordinal);
        foreach (Address recipient in waiting)
            services.Delivery.LogQueued(envelope, recipient);
    }

    /// <summary>Leaves a message to the queue runner.</summary>
    internal static void Release(Envelope envelope)
    {
        envelope.Lock?.Dispose();
        envelope.Lock = null;
    }

    private static async Task InBackgroundAsync(Envelope envelope, MtaServices services, SemaphoreSlim background, Action<string>? verbose, CancellationToken last)
    {
        await background.WaitAsync().ConfigureAwait(false);
        try
        {
            await services.DeliverAllAsync(envelope, true, verbose, last).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (last.IsCancellationRequested)
        {
            Release(envelope);
        }
        finally
        {
            background.Release();
        }
    }
}
