using Sendmail.Core;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Headers;
using Sendmail.Wire.Milter;

namespace Sendmail.Mta.Filters;

// The message itself: one filter sees all of it, with what those before it changed.
public sealed partial class FilterChain
{
    private const int ChunkSize = 65535;

    /// <summary>Shows the message to the filters and makes their changes. <paramref name="body"/> is the data file, lines ending in LF.</summary>
    /// <exception cref="IOException">A new body cannot be written.</exception>
    public async ValueTask<FilterVerdict> MessageAsync(Envelope envelope, FileStream body)
    {
        foreach (MailFilter filter in _filters)
        {
            FilterVerdict verdict = filter.State == FilterState.Failed ? filter.Failure : FilterVerdict.Continue;
            if (filter.State == FilterState.Open)
                verdict = await ShowAsync(filter, envelope, body).ConfigureAwait(false);
            if (verdict.Outcome == FilterOutcome.Continue)
                continue;
            if (filter.State is FilterState.Open or FilterState.SkipsBody)
                filter.State = FilterState.DoneWithMessage;
            await AbortAsync().ConfigureAwait(false);
            return verdict;
        }
        return FilterVerdict.Continue;
    }

    private async ValueTask<FilterVerdict> ShowAsync(MailFilter filter, Envelope envelope, FileStream body)
    {
        FilterVerdict verdict = await ShowHeaderAsync(filter, envelope).ConfigureAwait(false);
        if (verdict.Outcome == FilterOutcome.Continue && filter.State is FilterState.Open or FilterState.SkipsBody)
            verdict = await ShowBodyAsync(filter, body).ConfigureAwait(false);
        if (verdict.Outcome == FilterOutcome.Continue && filter.State is FilterState.Open or FilterState.SkipsBody)
            verdict = await EndAsync(filter, envelope, body).ConfigureAwait(false);
        return verdict;
    }

    private async ValueTask<FilterVerdict> ShowHeaderAsync(MailFilter filter, Envelope envelope)
    {
        string prefix = "Milter (" + filter.Definition.Name + "): ";
        if (filter.Hears(FilterStep.Header))
            _log.Info(18, prefix + "headers, send");
        bool keepsBlank = (filter.Steps & MilterSteps.LeadingSpace) != 0;
        foreach (Header header in envelope.Headers.Where(h => !h.IsDefault).ToList())
        {
            if (!filter.Hears(FilterStep.Header))
                break;
            string value = keepsBlank ? header.Value : header.Value.StartsWith(' ') ? header.Value[1..] : header.Value;
            _log.Info(22, prefix + "header, " + header.Name);
            FilterVerdict verdict = await StepAsync(filter, FilterStep.Header, Latin1.ToBytes(header.Name + "\0" + value + "\0")).ConfigureAwait(false);
            if (verdict.Outcome == FilterOutcome.Continue)
                continue;
            _log.Info(18, prefix + "headers, sent");
            return verdict;
        }
        if ((filter.Steps & MilterSteps.NoHeaders) == 0)
            _log.Info(18, prefix + "headers, sent");
        if (filter.State is not (FilterState.Open or FilterState.SkipsBody))
            return FilterVerdict.Continue;
        await filter.SendMacrosAsync(FilterStep.EndOfHeader, envelope.Macros, _stop).ConfigureAwait(false);
        return filter.Hears(FilterStep.EndOfHeader) ? await StepAsync(filter, FilterStep.EndOfHeader, ReadOnlyMemory<byte>.Empty).ConfigureAwait(false) : FilterVerdict.Continue;
    }

    private async ValueTask<FilterVerdict> StepAsync(MailFilter filter, FilterStep step, ReadOnlyMemory<byte> data) =>
        await AskOneAsync(filter, step, data).ConfigureAwait(false) ?? filter.Failure;

    private async ValueTask<FilterVerdict> ShowBodyAsync(MailFilter filter, FileStream body)
    {
        if ((filter.Steps & MilterSteps.NoBody) != 0)
            return FilterVerdict.Continue;
        string prefix = "Milter (" + filter.Definition.Name + "): body, ";
        _log.Info(18, prefix + "send");
        await body.FlushAsync(_stop).ConfigureAwait(false);
        body.Position = 0;
        FilterVerdict last = !filter.Hears(FilterStep.Body) ? FilterVerdict.Continue : await ShowChunksAsync(filter, body).ConfigureAwait(false);
        _log.Info(18, prefix + "sent");
        return last;
    }

    private async ValueTask<FilterVerdict> ShowChunksAsync(MailFilter filter, FileStream body)
    {
        var chunks = new BodyChunks(body, ChunkSize);
        while (await chunks.NextAsync(_stop).ConfigureAwait(false) is { Length: > 0 } chunk)
        {
            if (await filter.AskAsync(FilterStep.Body, chunk, _stop, chunks.IsLast ? "last body chunk" : "body chunk").ConfigureAwait(false) is not { } packet)
                return filter.Failure;
            FilterVerdict? verdict = filter.Understand(packet, FilterStep.Body);
            if (verdict is null)
                filter.Fail("milter_send_command(" + filter.Definition.Name + "): action=body returned bogus response " + packet.Letter);
            verdict ??= filter.Failure;
            if (verdict.Value.Outcome != FilterOutcome.Continue || filter.State != FilterState.Open)
                return verdict.Value;
        }
        return FilterVerdict.Continue;
    }

    private async ValueTask<FilterVerdict> EndAsync(MailFilter filter, Envelope envelope, FileStream body)
    {
        var changes = new FilterChanges(_services, envelope, filter, _log);
        await filter.SendMacrosAsync(FilterStep.EndOfMessage, envelope.Macros, _stop).ConfigureAwait(false);
        if (filter.State == FilterState.Failed)
            return filter.Failure;
        MilterPacket? answer = await filter.AskAsync(FilterStep.EndOfMessage, ReadOnlyMemory<byte>.Empty, _stop).ConfigureAwait(false);
        while (answer is { } packet)
        {
            if (packet.Letter != 'p' && !await changes.ApplyAsync(packet, body, _stop).ConfigureAwait(false))
            {
                FilterVerdict? verdict = filter.Understand(packet, FilterStep.EndOfMessage);
                if (verdict is null)
                    filter.Fail("milter_data(" + filter.Definition.Name + "): returned bogus response " + packet.Letter);
                await changes.FinishAsync(body, _stop).ConfigureAwait(false);
                return changes.IsRefused && verdict is not null ? new FilterVerdict(FilterOutcome.TemporaryFailure) : verdict ?? filter.Failure;
            }
            answer = await filter.NextAsync(FilterStep.EndOfMessage, _stop).ConfigureAwait(false);
        }
        return filter.Failure;
    }
}
