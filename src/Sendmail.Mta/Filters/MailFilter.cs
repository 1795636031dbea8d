using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Sendmail.Core;
using Sendmail.Core.Cf;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Wire.Milter;

namespace Sendmail.Mta.Filters;

/// <summary>How far a filter is.</summary>
public enum FilterState
{
    /// <summary>Not connected yet.</summary>
    Closed,
    /// <summary>It is asked.</summary>
    Open,
    /// <summary>It has seen enough of this message and waits for its end.</summary>
    SkipsBody,
    /// <summary>It accepted this message and hears of the next one again.</summary>
    DoneWithMessage,
    /// <summary>It accepted everything from this client.</summary>
    DoneWithSession,
    /// <summary>It cannot be talked to: F= decides instead, for the rest of the session.</summary>
    Failed,
}

/// <summary>One filter in one session: connects, negotiates, tells of steps and understands the answers.</summary>
public sealed class MailFilter(MtaServices services, InputMailFilter definition, FilterLog log) : IDisposable
{
    private const int Version = 6;
    private MilterConnection? _connection;
    private readonly Dictionary<int, string> _macroLists = [];

    /// <summary>Its X line.</summary>
    public InputMailFilter Definition => definition;
    /// <summary>How far it is.</summary>
    public FilterState State { get; set; }
    /// <summary>What it may change.</summary>
    public MilterActions Actions { get; private set; }
    /// <summary>What it does without.</summary>
    public MilterSteps Steps { get; private set; }

    /// <summary>Whether it is told of a step.</summary>
    public bool Hears(FilterStep step) => (State == FilterState.Open || (State == FilterState.SkipsBody && step != FilterStep.Body)) && (Steps & step.Skipped) == 0;

    /// <summary>Connects and negotiates. False when it cannot be used.</summary>
    public async ValueTask<bool> OpenAsync(CancellationToken cancellation)
    {
        try
        {
            _connection = await MilterConnection.ConnectAsync(definition, services.Hosts, cancellation).ConfigureAwait(false);
        }
        catch (MilterException e)
        {
            string why = e.Message[(e.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..].Replace("error connecting to filter: ", "", StringComparison.Ordinal);
            int at = definition.Socket.IndexOf('@', StringComparison.Ordinal);
            if (at >= 0)
                log.Info(14, "Milter (" + definition.Name + "): open " + definition.Socket[(at + 1)..] + " failed: " + why);
            Fail(e.Message);
            return false;
        }
        string? problem;
        try
        {
            byte[] offer = new byte[12];
            BinaryPrimitives.WriteInt32BigEndian(offer, Version);
            BinaryPrimitives.WriteInt32BigEndian(offer.AsSpan(4), (int)MilterActions.All);
            BinaryPrimitives.WriteInt32BigEndian(offer.AsSpan(8), (int)MilterSteps.All);
            await _connection.WriteAsync('O', offer, definition.Send, "negotiate", cancellation).ConfigureAwait(false);
            problem = Negotiated(await _connection.ReadAsync(definition.Read, "negotiate", cancellation).ConfigureAwait(false));
        }
        catch (MilterException e)
        {
            Unusable(e.Message);
            return false;
        }
        if (problem is null)
        {
            State = FilterState.Open;
            log.Info(10, "Milter (" + definition.Name + "): init success to negotiate");
            return true;
        }
        Unusable("Milter (" + definition.Name + "): " + problem);
        return false;
    }

    private void Unusable(string why)
    {
        Fail(why);
        Fail("Milter (" + definition.Name + "): init failed to open");
    }

    private string? Negotiated(MilterPacket packet)
    {
        if (packet.Letter != 'O')
            return "negotiate: returned " + packet.Letter + " instead of O";
        if (packet.Data.Length < 12)
            return "negotiate: did not return enough info";
        int version = BinaryPrimitives.ReadInt32BigEndian(packet.Data);
        uint actions = BinaryPrimitives.ReadUInt32BigEndian(packet.Data.AsSpan(4));
        uint steps = BinaryPrimitives.ReadUInt32BigEndian(packet.Data.AsSpan(8));
        // The reference shows its own version with the number of its library in front, and minds no other.
        if (version == 1)
            return "negotiate: version 1 != MTA milter version 16777217";
        if ((actions & ~(uint)MilterActions.All) != 0)
            return string.Create(CultureInfo.InvariantCulture, $"negotiate: filter abilities 0x{actions:x} != MTA milter abilities 0x{(uint)MilterActions.All:x}");
        if ((steps & ~(uint)MilterSteps.All) != 0)
            return string.Create(CultureInfo.InvariantCulture, $"negotiate: protocol abilities 0x{steps:x} != MTA milter abilities 0x{(uint)MilterSteps.All:x}");
        Actions = (MilterActions)actions;
        Steps = (MilterSteps)steps;
        if (version < 4)
            Steps |= MilterSteps.NoData;
        if (version < 3)
            Steps |= MilterSteps.NoUnknown;
        ReadMacroLists(packet.Data.AsSpan(12));
        return null;
    }

    // The number of a step, then names of macros up to a NUL.
    private void ReadMacroLists(ReadOnlySpan<byte> rest)
    {
        while (rest.Length > 4)
        {
            int step = BinaryPrimitives.ReadInt32BigEndian(rest);
            int end = rest[4..].IndexOf((byte)0);
            string names = Latin1.ToString(end < 0 ? rest[4..] : rest.Slice(4, end));
            _macroLists[step] = names;
            rest = end < 0 ? [] : rest[(4 + end + 1)..];
        }
    }

    /// <summary>Sends the macros of a step, those that have a value; also to who is not told of the step itself.</summary>
    public async ValueTask SendMacrosAsync(FilterStep step, MacroScope scope, CancellationToken cancellation)
    {
        if (!_macroLists.TryGetValue(step.MacroList, out string? names))
            names = step.Macros is null ? "" : services.Configuration.Options.Get(step.Macros);
        if (names.Length == 0)
            return;
        var text = new StringBuilder().Append(step.Letter);
        foreach (string name in names.Split([',', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            string bare = name is ['{', _, .., '}'] ? name[1..^1] : name;
            if (scope[bare] is { } value)
                text.Append(name).Append('\0').Append(MacroExpander.Expand(value, scope)).Append('\0');
        }
        try
        {
            await _connection!.WriteAsync('D', Latin1.ToBytes(text.ToString()), definition.Send, step.Name, cancellation).ConfigureAwait(false);
        }
        catch (MilterException e)
        {
            Fail(e.Message);
        }
    }

    /// <summary>Sends a packet and, unless nothing is answered to it, reads the answer. Null: it failed.</summary>
    public async ValueTask<MilterPacket?> AskAsync(FilterStep step, ReadOnlyMemory<byte> data, CancellationToken cancellation, string? name = null)
    {
        try
        {
            await _connection!.WriteAsync(step.Letter, data, definition.Send, name ?? step.Name, cancellation).ConfigureAwait(false);
            return (Steps & step.Silent) != 0 ? new MilterPacket('c', [])
                : await _connection.ReadAsync(step == FilterStep.EndOfMessage ? definition.EndOfMessage : definition.Read, name ?? step.Name, cancellation).ConfigureAwait(false);
        }
        catch (MilterException e)
        {
            Fail(e.Message);
            return null;
        }
    }

    /// <summary>The next packet of a filter that has more to say. Null: it failed.</summary>
    public async ValueTask<MilterPacket?> NextAsync(FilterStep step, CancellationToken cancellation)
    {
        try
        {
            return await _connection!.ReadAsync(definition.EndOfMessage, step.Name, cancellation).ConfigureAwait(false);
        }
        catch (MilterException e)
        {
            Fail(e.Message);
            return null;
        }
    }

    /// <summary>Tells it something that has no answer (abort, quit).</summary>
    public async ValueTask TellAsync(char letter, string name, CancellationToken cancellation)
    {
        try
        {
            if (_connection is not null)
                await _connection.WriteAsync(letter, ReadOnlyMemory<byte>.Empty, definition.Send, name, cancellation).ConfigureAwait(false);
        }
        catch (MilterException e)
        {
            Fail(e.Message);
        }
    }

    /// <summary>What its answer to a step means; null for a letter that is none.</summary>
    public FilterVerdict? Understand(MilterPacket packet, FilterStep step)
    {
        FilterVerdict? verdict = Meaning(packet, step);
        string? word = packet.Letter switch { 'c' => "continue", 'a' => "accepted", 'r' => "reject", 't' => "tempfail", 'd' => "discard", 's' => "skip", 'y' => "reject=" + (verdict?.Reply?.Cause ?? "bogus"), _ => null };
        if (verdict is not null && word is not null && (step != FilterStep.EndOfMessage || verdict.Value.Outcome != FilterOutcome.Continue))
            log.Info(13, "milter=" + definition.Name + (step == FilterStep.EndOfMessage ? ", " : ", action=" + step.Name + ", ") + word);
        return verdict;
    }

    private FilterVerdict? Meaning(MilterPacket packet, FilterStep step)
    {
        switch (packet.Letter)
        {
            case 'c':
                return FilterVerdict.Continue;
            case 's' when step != FilterStep.EndOfMessage:
                State = step.IsContent ? FilterState.SkipsBody : FilterState.DoneWithSession;
                return FilterVerdict.Continue;
            case 'a':
                State = step.IsSession ? FilterState.DoneWithSession : FilterState.DoneWithMessage;
                return FilterVerdict.Continue;
            case 'r':
                return new FilterVerdict(FilterOutcome.Reject);
            case 't':
                return new FilterVerdict(FilterOutcome.TemporaryFailure);
            case 'd':
                if (step == FilterStep.Mail)
                    State = FilterState.DoneWithMessage;
                return new FilterVerdict(FilterOutcome.Discard);
            case 'y':
                return ReadReply(packet.Data);
            default:
                return null;
        }
    }

    // "550 5.7.1 text", several lines as a server sends them.
    private static FilterVerdict ReadReply(byte[] data)
    {
        int nul = data.AsSpan().IndexOf((byte)0);
        string text = Latin1.ToString(nul < 0 ? data : data.AsSpan(0, nul));
        if (text.Length < 3 || text[0] is not ('4' or '5') || !char.IsAsciiDigit(text[1]) || !char.IsAsciiDigit(text[2]))
            return new FilterVerdict(FilterOutcome.Reject);
        // A per cent sign stands for itself twice.
        string whole = text.Replace("%%", "", StringComparison.Ordinal);
        if (whole.Contains('%', StringComparison.Ordinal))
            return new FilterVerdict(FilterOutcome.Reject);
        string raw = text;
        text = text.Replace("%%", "%", StringComparison.Ordinal);
        int code = int.Parse(text.AsSpan(0, 3), CultureInfo.InvariantCulture);
        string status = "";
        var lines = new List<string>();
        foreach (string line in text.Split("\r\n"))
        {
            string rest = line.Length > 4 && line.AsSpan(0, 3).SequenceEqual(text.AsSpan(0, 3)) ? line[4..] : line.Length <= 4 ? "" : line;
            int blank = rest.IndexOf(' ', StringComparison.Ordinal);
            string word = blank < 0 ? rest : rest[..blank];
            if (word.Length > 0 && EnhancedStatus.TryParse(word, out _) == word.Length)
            {
                status = word;
                rest = blank < 0 ? "" : rest[(blank + 1)..];
            }
            lines.Add(rest);
        }
        return new FilterVerdict(FilterOutcome.Reply, SmtpReply.Of(code, status.Length > 0 ? status : text[..1] + ".0.0", string.Join('\n', lines), raw));
    }

    /// <summary>It cannot be talked to any more.</summary>
    public void Fail(string? why)
    {
        if (why is not null)
            log.Error(why);
        log.Info("Milter (" + definition.Name + "): to error state");
        State = FilterState.Failed;
        _connection?.Dispose();
        _connection = null;
    }

    /// <summary>What F= says of a filter that failed.</summary>
    public FilterVerdict Failure => definition.Flags.Contains('T', StringComparison.Ordinal) ? new(FilterOutcome.TemporaryFailure, null, true)
        : definition.Flags.Contains('R', StringComparison.Ordinal) ? new(FilterOutcome.Reject, null, true)
        : definition.Flags.Contains('4', StringComparison.Ordinal) ? new(FilterOutcome.Shutdown, null, true)
        : FilterVerdict.Continue;

    /// <inheritdoc/>
    public void Dispose() => _connection?.Dispose();
}
