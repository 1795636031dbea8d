using System.Net;
using System.Net.Sockets;
using Sendmail.Core;
using Sendmail.Core.Cf;
using Sendmail.Core.Rewriting;
using Sendmail.Wire.Milter;

namespace Sendmail.Mta.Filters;

/// <summary>
/// The mail filters of one session in their order (InputMailFilters, or InputMailFilters= of the port). Each step goes to all of
/// them until one says something else than to go on; a filter that failed is answered for by F= of its X line.
/// </summary>
public sealed partial class FilterChain : IDisposable
{
    private readonly MtaServices _services;
    private readonly List<MailFilter> _filters = [];
    private readonly FilterLog _log;
    private readonly CancellationToken _stop;

    private FilterChain(MtaServices services, IEnumerable<InputMailFilter> definitions, Func<string> id, CancellationToken stop)
    {
        _services = services;
        _stop = stop;
        _log = new FilterLog(services, id);
        foreach (InputMailFilter definition in definitions)
            _filters.Add(new MailFilter(services, definition, _log));
    }

    /// <summary>The chain of a port; null when it has no filter.</summary>
    /// <param name="services">Where the configuration and the log are.</param>
    /// <param name="port">The port; its own list comes before the option.</param>
    /// <param name="id">The queue id of the moment.</param>
    /// <param name="stop">Ends waiting.</param>
    public static FilterChain? Create(MtaServices services, DaemonPort port, Func<string> id, CancellationToken stop)
    {
        string list = port.InputMailFilters ?? services.Configuration.Options.Get(OptionTable.InputMailFilters);
        var definitions = new List<InputMailFilter>();
        foreach (string name in list.Split([',', ';', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (services.Configuration.Filters.FirstOrDefault(f => f.Name == name) is { } definition)
                definitions.Add(definition);
        }
        return definitions.Count == 0 ? null : new FilterChain(services, definitions, id, stop);
    }

    /// <summary>What the log says of filters.</summary>
    public FilterLog Log => _log;

    /// <summary>Connects to all of them.</summary>
    public async ValueTask<FilterVerdict> OpenAsync()
    {
        foreach (MailFilter filter in _filters)
        {
            if (!await filter.OpenAsync(_stop).ConfigureAwait(false) && filter.Failure is { Outcome: not FilterOutcome.Continue } verdict)
                return verdict;
        }
        return FilterVerdict.Continue;
    }

    /// <summary>A client connected.</summary>
    public async ValueTask<FilterVerdict> ConnectAsync(string name, IPEndPoint? peer, MacroScope scope)
    {
        byte[] host = Latin1.ToBytes(name + "\0");
        byte[] rest = peer is null ? [(byte)'U'] : [(byte)(peer.AddressFamily == AddressFamily.InterNetworkV6 ? '6' : '4'), (byte)(peer.Port >> 8), (byte)peer.Port, .. Latin1.ToBytes(AddressOf(peer) + "\0")];
        FilterVerdict verdict = await AskAllAsync(FilterStep.Connect, (byte[])[.. host, .. rest], scope).ConfigureAwait(false);
        foreach (MailFilter filter in _filters.Where(f => f.State == FilterState.DoneWithSession))
            await QuitAsync(filter).ConfigureAwait(false);
        return verdict;
    }

    private static string AddressOf(IPEndPoint peer) => peer.AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6:" + peer.Address : peer.Address.ToString();

    /// <summary>HELO or EHLO with its argument.</summary>
    public ValueTask<FilterVerdict> HelloAsync(string name, MacroScope scope) => AskAllAsync(FilterStep.Hello, Latin1.ToBytes(name + "\0"), scope);

    /// <summary>MAIL or RCPT: the path, then each parameter.</summary>
    public async ValueTask<FilterVerdict> PathAsync(FilterStep step, string path, string parameters, MacroScope scope)
    {
        _log.Info(15, "Milter: " + (step == FilterStep.Mail ? "sender: " : "rcpts: ") + path);
        if (step == FilterStep.Mail)
        {
            foreach (MailFilter filter in _filters)
            {
                if (filter.State is FilterState.DoneWithMessage or FilterState.SkipsBody)
                    filter.State = FilterState.Open;
            }
        }
        string words = string.Concat(parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => w + "\0"));
        return await AskAllAsync(step, Latin1.ToBytes(path + "\0" + words), scope).ConfigureAwait(false);
    }

    /// <summary>A recipient that is refused already, for those who want to hear of it; what they say of it does not matter.</summary>
    public async ValueTask RejectedRecipientAsync(string path, string parameters, MacroScope scope)
    {
        string words = string.Concat(parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => w + "\0"));
        foreach (MailFilter filter in _filters.Where(f => f.State == FilterState.Open))
        {
            await filter.SendMacrosAsync(FilterStep.Recipient, scope, _stop).ConfigureAwait(false);
            if ((filter.Steps & MilterSteps.RejectedRecipients) != 0 && filter.Hears(FilterStep.Recipient))
                await filter.AskAsync(FilterStep.Recipient, Latin1.ToBytes(path + "\0" + words), _stop).ConfigureAwait(false);
        }
    }

    /// <summary>DATA.</summary>
    public ValueTask<FilterVerdict> DataAsync(MacroScope scope) => AskAllAsync(FilterStep.Data, ReadOnlyMemory<byte>.Empty, scope);

    /// <summary>A command that nobody knows, as it came.</summary>
    public ValueTask<FilterVerdict> UnknownAsync(string line, MacroScope scope) => AskAllAsync(FilterStep.Unknown, Latin1.ToBytes(line + "\0"), scope);

    private async ValueTask<FilterVerdict> AskAllAsync(FilterStep step, ReadOnlyMemory<byte> data, MacroScope scope)
    {
        foreach (MailFilter filter in _filters)
        {
            FilterVerdict verdict = FilterVerdict.Continue;
            if (filter.State == FilterState.Failed)
                verdict = filter.Failure;
            else if (filter.State == FilterState.Open)
                verdict = await TellOneAsync(filter, step, data, scope).ConfigureAwait(false);
            if (verdict.Outcome != FilterOutcome.Continue)
                return verdict;
        }
        return FilterVerdict.Continue;
    }

    // What a filter says that makes no sense ends it; the step goes on all the same.
    private async ValueTask<FilterVerdict> TellOneAsync(MailFilter filter, FilterStep step, ReadOnlyMemory<byte> data, MacroScope scope)
    {
        await filter.SendMacrosAsync(step, scope, _stop).ConfigureAwait(false);
        if (filter.State == FilterState.Failed)
            return filter.Failure;
        if (!filter.Hears(step))
            return FilterVerdict.Continue;
        long start = _services.Clock.GetTimestamp();
        FilterVerdict verdict = await AskOneAsync(filter, step, data).ConfigureAwait(false) ?? FilterVerdict.Continue;
        _log.Info(22, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Milter ({filter.Definition.Name}): time command ({step.Letter}), {(int)_services.Clock.GetElapsedTime(start).TotalSeconds}"));
        return verdict;
    }

    // Null: it said what is no answer, and failed.
    private async ValueTask<FilterVerdict?> AskOneAsync(MailFilter filter, FilterStep step, ReadOnlyMemory<byte> data, string? name = null)
    {
        if (await filter.AskAsync(step, data, _stop, name).ConfigureAwait(false) is not { } packet)
            return filter.Failure;
        FilterVerdict? verdict = filter.Understand(packet, step);
        if (verdict is null)
            filter.Fail("milter_send_command(" + filter.Definition.Name + "): action=" + step.Name + " returned bogus response " + packet.Letter);
        return verdict;
    }

    /// <summary>The transaction is off: filters forget it.</summary>
    public async ValueTask AbortAsync()
    {
        foreach (MailFilter filter in _filters)
        {
            if (filter.State != FilterState.Open)
                continue;
            _log.Info(11, "Milter (" + filter.Definition.Name + "): abort filter");
            await filter.TellAsync('A', "abort", _stop).ConfigureAwait(false);
        }
    }

    /// <summary>The session is over.</summary>
    public async ValueTask QuitAsync()
    {
        foreach (MailFilter filter in _filters)
            await QuitAsync(filter).ConfigureAwait(false);
    }

    private async ValueTask QuitAsync(MailFilter filter)
    {
        _log.Info(19, "Milter (" + filter.Definition.Name + "): quit filter");
        if (filter.State is FilterState.Closed or FilterState.Failed)
            return;
        await filter.TellAsync('Q', "quit", CancellationToken.None).ConfigureAwait(false);
        filter.State = FilterState.Closed;
    }

    /// <inheritdoc/>
    public void Dispose() => _filters.ForEach(f => f.Dispose());
}
