using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Core.Rewriting;
using Sendmail.Maps;
using Sendmail.Mta.Aliasing;
using Sendmail.Mta.Delivery;
using Sendmail.Mta.Dsn;
using Sendmail.Mta.Queueing;
using Sendmail.Mta.Statistics;
using Sendmail.Wire.Dns;

namespace Sendmail.Mta;

/// <summary>
/// The services of one process under one configuration, each made when first used, so that a mode pays only for what it
/// needs. The rewriter is not shared: every session, job and command has its own (<see cref="ForSession"/>).
/// </summary>
public sealed class MtaServices
{
    private readonly Shared _shared;
    private readonly Lazy<Rewriter> _rewriter;
    private readonly Lazy<AddressParser> _addresses;
    private readonly Lazy<RuleSetCheck> _checks;
    private readonly Lazy<RecipientExpander> _recipients;
    private readonly Lazy<MessageWriter> _writer;
    private readonly Lazy<DeliveryEngine> _delivery;
    private readonly Lazy<DsnBuilder> _dsn;
    private readonly Lazy<IDeliveryAgent> _program;
    private readonly Lazy<IDeliveryAgent> _file;
    private readonly Lazy<IDeliveryAgent> _smtp;

    private sealed class Shared
    {
        internal required Configuration Configuration { get; init; }
        internal required IMailLog Log { get; init; }
        internal required TimeProvider Clock { get; init; }
        internal required Lazy<HostLookup> Hosts { get; init; }
        internal required Lazy<MapRegistry> Maps { get; init; }
        internal required DebugTrace? Debug { get; init; }
        internal required Lazy<AliasDatabase> Aliases { get; init; }
        internal required Lazy<QueueStore> Queue { get; init; }
        internal required StatisticsCounter Statistics { get; init; }
        internal required Func<MtaServices, IDeliveryAgent> SmtpAgent { get; init; }
    }

    private MtaServices(Shared shared, RewriteTrace? trace)
    {
        _shared = shared;
        _rewriter = new(() => new Rewriter(shared.Configuration, shared.Maps.Value, shared.Log, trace));
        _addresses = new(() => new AddressParser(_rewriter.Value));
        _checks = new(() => new RuleSetCheck(_rewriter.Value));
        _recipients = new(() => new RecipientExpander(shared.Configuration, _addresses.Value, shared.Aliases.Value, shared.Log)
        {
            Debug = shared.Debug, Describe = (path, text) => new AliasRebuild(this, Console.Out, "").DescribeAsync(path, text, CancellationToken.None),
        });
        _writer = new(() => new MessageWriter(_addresses.Value));
        _delivery = new(() => new DeliveryEngine(this));
        _dsn = new(() => new DsnBuilder(this));
        _program = new(() => new ProgramAgent(shared.Configuration, Writer, shared.Log));
        _file = new(() => new FileAgent(shared.Configuration, Writer));
        _smtp = new(() => shared.SmtpAgent(this));
    }

    /// <summary>Services for a configuration. <paramref name="smtpAgent"/> makes the agent for mailers that speak over sockets.</summary>
    /// <param name="alone">Whether the process does one thing after the other: it waits itself for name servers and disks, without threads.</param>
    public static MtaServices Create(
        Configuration configuration, IMailLog log, TimeProvider clock, Func<MtaServices, IDeliveryAgent> smtpAgent, RewriteTrace? trace = null, DebugTrace? debug = null, bool alone = false)
    {
        Lazy<HostLookup> hosts = new(() =>
        {
            ResolverConfiguration resolver = ResolverConfiguration.Read().WithTimes(
                configuration.Options.Get(OptionTable.TimeoutResolverRetransNormal), configuration.Options.Get(OptionTable.TimeoutResolverRetryNormal));
            bool validated = configuration.Options.Get(OptionTable.DANE);
            IResolver names = alone || validated ? new SystemResolver(resolver) { Validated = validated, Waits = alone } : new UnboundResolver(resolver);
            return new HostLookup(names, resolver, configuration.Options.Get(OptionTable.HostsFile));
        });
        Lazy<MapRegistry> maps = new(() => new MapRegistry(configuration, new MapEnvironment(hosts.Value.Resolver, hosts.Value, log, clock) { Debug = debug }));
        return new MtaServices(new Shared
        {
            Configuration = configuration, Log = log, Clock = clock, Debug = debug, Hosts = hosts, Maps = maps, SmtpAgent = smtpAgent,
            Aliases = new(() => new AliasDatabase(configuration, maps.Value, log, clock)),
            Queue = new(() => new QueueStore(configuration, log, clock) { IsAlone = alone }), Statistics = new StatisticsCounter(configuration, log, clock),
        }, trace);
    }

    /// <summary>The same services with a rewriter of its own, for one session or job at a time.</summary>
    public MtaServices ForSession() => new(_shared, null);

    /// <summary>Machines that were found dead by this run or command; null for a process that goes on for ever.</summary>
    public RecentFailures? Recent { get; set; }
    /// <summary>The configuration.</summary>
    public Configuration Configuration => _shared.Configuration;
    /// <summary>The log.</summary>
    public IMailLog Log => _shared.Log;
    /// <summary>Time.</summary>
    public TimeProvider Clock => _shared.Clock;
    /// <summary>The local time zone.</summary>
    public TimeZoneInfo Zone => _shared.Clock.LocalTimeZone;
    /// <summary>Host names and addresses.</summary>
    public HostLookup Hosts => _shared.Hosts.Value;
    /// <summary>DNS.</summary>
    public IResolver Resolver => _shared.Hosts.Value.Resolver;
    /// <summary>Maps.</summary>
    public MapRegistry Maps => _shared.Maps.Value;
    /// <summary>Aliases.</summary>
    public AliasDatabase Aliases => _shared.Aliases.Value;
    /// <summary>What is counted for mailstats(8).</summary>
    public StatisticsCounter Statistics => _shared.Statistics;
    /// <summary>The queue.</summary>
    public QueueStore Queue => _shared.Queue.Value;
    /// <summary>Rulesets.</summary>
    public Rewriter Rewriter => _rewriter.Value;
    /// <summary>Address parsing.</summary>
    public AddressParser Addresses => _addresses.Value;
    /// <summary>Check rulesets.</summary>
    public RuleSetCheck Checks => _checks.Value;
    /// <summary>Recipients.</summary>
    public RecipientExpander Recipients => _recipients.Value;
    /// <summary>Writes messages for mailers.</summary>
    public MessageWriter Writer => _writer.Value;
    /// <summary>Delivery.</summary>
    public DeliveryEngine Delivery => _delivery.Value;
    /// <summary>Notifications.</summary>
    public DsnBuilder Dsn => _dsn.Value;

    /// <summary>Our name, <c>$j</c> expanded.</summary>
    public string HostName => MacroExpander.Expand(Configuration.Macros["j"] ?? "localhost", Configuration.Macros);

    /// <summary>A macro scope over the global one.</summary>
    public MacroScope NewScope() => new(Configuration.Macros);

    /// <summary>A new envelope with the date macros of now, over <paramref name="session"/> or the global scope.</summary>
    public Envelope NewEnvelope(MacroScope? session)
    {
        DateTimeOffset now = Clock.GetUtcNow();
        var envelope = new Envelope(session ?? NewScope())
        {
            Created = now,
            DeliveryMode = Configuration.Options.Get(OptionTable.DeliveryMode),
            ErrorMode = Configuration.Options.Get(OptionTable.ErrorMode),
        };
        SetDates(envelope.Macros, now);
        return envelope;
    }

    private void SetDates(MacroScope scope, DateTimeOffset now)
    {
        string date = MailDate.Format(now, Zone);
        scope["a"] = date;
        scope["b"] = date;
        scope["d"] = MailDate.Ctime(now, Zone);
        scope["t"] = now.UtcDateTime.ToString("yyyyMMddHHmm", System.Globalization.CultureInfo.InvariantCulture);
        scope["p"] = Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The agent that serves a mailer.</summary>
    public IDeliveryAgent AgentFor(Mailer mailer) => mailer.Path == "[FILE]" ? _file.Value : mailer.IsIpc || !ProgramAgent.TakesArguments(mailer) ? _smtp.Value : _program.Value;

    /// <summary>Resolves sender and recipients of an envelope that came from the queue.</summary>
    public async ValueTask ReloadAsync(Envelope envelope, CancellationToken cancellation)
    {
        SetDates(envelope.Macros, envelope.Created);
        envelope.Macros["i"] = envelope.Id;
        string sender = CrackedAddress.Crack(envelope.Sender!.Text, "").Core;
        envelope.Macros["f"] = sender;
        ParsedAddress parsed = await Addresses.ParseAsync(sender.Length == 0 ? "<>" : sender, envelope.Macros, AddressRole.Sender, cancellation).ConfigureAwait(false);
        if (parsed.Address is { } resolved)
        {
            resolved.Text = envelope.Sender.Text;
            envelope.Sender = resolved;
            FindSenderUser(envelope);
        }
        if (envelope.DataFile is { } data)
            envelope.Size = new FileInfo(data).Length + envelope.Headers.Sum(h => h.Name.Length + h.Value.Length + (h.IsDefault ? 2 : 1));
        await Recipients.ExpandAllAsync(envelope, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Delivers a message that is in the queue and locked by us. Aliases are expanded first when a client sent it; what a list
    /// with an owner adds goes out as a message of its own, whose errors go to the owner (op 4.3).
    /// </summary>
    public async ValueTask DeliverAllAsync(Envelope envelope, bool expand, Action<string>? verbose, CancellationToken cancellation)
    {
        IReadOnlyList<Envelope> parts;
        try
        {
            FindSenderUser(envelope);
            if (expand)
                await Recipients.ExpandAllAsync(envelope, cancellation).ConfigureAwait(false);
            parts = await SplitAsync(envelope, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The message is in the queue as it was.
            Log.Write(0, LogPriority.Critical, envelope.Id, "SYSERR(root): cannot split: " + e.Message);
            envelope.Lock?.Dispose();
            envelope.Lock = null;
            return;
        }
        foreach (Envelope part in parts)
            await Delivery.DeliverAsync(part, verbose, cancellation).ConfigureAwait(false);
    }

    // A sender of this system is somebody with a user id, whom logs name as the one who caused a delivery.
    private static void FindSenderUser(Envelope envelope)
    {
        if (envelope.Sender is { UserId: < 0 } sender && sender.Mailer?.Has('l') == true && Posix.Users.FindByName(sender.User.Split('@')[0]) is { } user)
            (sender.UserId, sender.GroupId) = (user.UserId, user.GroupId);
    }

    /// <summary>The messages that a committed one with expanded recipients goes out as.</summary>
    /// <exception cref="IOException">A part cannot be written; the original is unchanged.</exception>
    public ValueTask<IReadOnlyList<Envelope>> SplitAsync(Envelope envelope, CancellationToken cancellation) => new OwnerSplit(this).SplitAsync(envelope, cancellation);

    /// <summary>Which queue group messages belong to.</summary>
    public QueueGroupSplit Groups => new(this);

    /// <summary>Timeout.queuereturn for this message.</summary>
    public TimeSpan ReturnTimeout(Envelope envelope) => Configuration.Options.Get(envelope.Has(EnvelopeFlags.Response) ? OptionTable.TimeoutQueuereturnDsn
        : Urgency(envelope) switch { 1 => OptionTable.TimeoutQueuereturnUrgent, -1 => OptionTable.TimeoutQueuereturnNonUrgent, _ => OptionTable.TimeoutQueuereturnNormal });

    /// <summary>Timeout.queuewarn for this message.</summary>
    public TimeSpan WarnTimeout(Envelope envelope) => Configuration.Options.Get(envelope.Has(EnvelopeFlags.Response) ? OptionTable.TimeoutQueuewarnDsn
        : Urgency(envelope) switch { 1 => OptionTable.TimeoutQueuewarnUrgent, -1 => OptionTable.TimeoutQueuewarnNonUrgent, _ => OptionTable.TimeoutQueuewarnNormal });

    private static int Urgency(Envelope envelope)
    {
        string? priority = envelope.Headers.Find(h => h.Name.Equals("priority", StringComparison.OrdinalIgnoreCase))?.Value.Trim().ToLowerInvariant();
        return priority switch { "urgent" => 1, "non-urgent" => -1, _ => 0 };
    }
}
