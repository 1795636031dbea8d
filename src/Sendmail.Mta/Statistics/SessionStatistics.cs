using Sendmail.Core.Envelopes;
using Sendmail.Core.Statistics;

namespace Sendmail.Mta.Statistics;

/// <summary>What one session of the server adds to the status file: the connection once, a refusal once for the connection and once for each message.</summary>
public sealed class SessionStatistics(StatisticsCounter counter)
{
    private bool _rejected;
    private Envelope? _last;

    /// <summary>The session begins; only those over the network count.</summary>
    public void Begin(bool network)
    {
        if (network)
            counter.CountClient();
    }

    /// <summary>A ruleset refused something; <paramref name="envelope"/> is the message it was about, null for none.</summary>
    public void Reject(Envelope? envelope)
    {
        RejectConnection();
        if (envelope is null || ReferenceEquals(envelope, _last))
            return;
        _last = envelope;
        counter.Count(StatisticsColumn.Rejected, envelope.Sender?.Mailer);
    }

    /// <summary>A message was taken and thrown away.</summary>
    public void Discard(Envelope envelope)
    {
        RejectConnection();
        counter.CountMessage(envelope);
        counter.Count(StatisticsColumn.Discarded, envelope.Sender?.Mailer);
    }

    /// <summary>A message was taken.</summary>
    public void Accept(Envelope envelope)
    {
        counter.CountMessage(envelope);
        if (envelope.QuarantineReason is not null)
            counter.Count(StatisticsColumn.Quarantined, envelope.Sender?.Mailer);
    }

    private void RejectConnection()
    {
        if (_rejected)
            return;
        _rejected = true;
        counter.CountRejection();
    }
}
