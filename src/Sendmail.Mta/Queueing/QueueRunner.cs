using System.Globalization;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;

namespace Sendmail.Mta.Queueing;

/// <summary>Which messages a queue run takes (-qI, -qR, -qS, -q!…) and how it tells about them.</summary>
public sealed record QueueRunRequest
{
    /// <summary>Substrings of queue ids, recipients and senders; each with whether it must not match. Kind I, R or S.</summary>
    public IReadOnlyList<(char Kind, string Text, bool Not)> Limits { get; init; } = [];
    /// <summary>Where the dialogue is shown, null for nowhere.</summary>
    public Action<string>? Verbose { get; init; }
    /// <summary>Ignores MinQueueAge.</summary>
    public bool Force { get; init; }
}

/// <summary>Takes what is in the queue and tries to deliver it, several messages at a time.</summary>
public sealed class QueueRunner(MtaServices services)
{
    private const int DefaultConcurrency = 20;
    private int _running;

    /// <summary>One run over all queues. A run that is still going makes this a no-op.</summary>
    public async Task RunAsync(QueueRunRequest request, CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref _running, 1) != 0)
            return;
        try
        {
            List<(QueueEntry Entry, long Key)> work = Gather();
            int limit = services.Configuration.Options.Get(OptionTable.MaxQueueRunSize);
            int parallel = request.Verbose is null ? DefaultConcurrency : 1;
            int number = 0;
            int total = work.Count;
            var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellation };
            await Parallel.ForEachAsync(limit > 0 ? work.Take(limit) : work, options, async (item, stop) =>
            {
                int mine = Interlocked.Increment(ref number);
                await RunOneAsync(item.Entry, request, mine, total, stop).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The daemon is stopping; what is left stays in the queue.
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    private List<(QueueEntry, long)> Gather()
    {
        char order = services.Configuration.Options.Get(OptionTable.QueueSortOrder);
        var work = new List<(QueueEntry Entry, long Key)>();
        foreach (QueueEntry entry in services.Queue.List())
        {
            long key = 0;
            if (order is 'p' or 'h' or 't')
            {
                Envelope? envelope = services.Queue.Peek(entry, services.Configuration.Macros);
                key = envelope is null ? long.MaxValue : order == 't' ? envelope.Created.ToUnixTimeSeconds() : envelope.Priority;
            }
            else if (order == 'r')
            {
                key = Random.Shared.NextInt64();
            }
            work.Add((entry, key));
        }
        if (order == 'f')
            work.Sort((a, b) => string.CompareOrdinal(a.Entry.Id, b.Entry.Id));
        else if (order != 'n')
            work.Sort((a, b) => a.Key != b.Key ? a.Key.CompareTo(b.Key) : string.CompareOrdinal(a.Entry.Id, b.Entry.Id));
        return work;
    }

    private async ValueTask RunOneAsync(QueueEntry entry, QueueRunRequest request, int number, int total, CancellationToken cancellation)
    {
        Envelope? envelope = services.Queue.LockAndLoad(entry, services.NewScope());
        if (envelope is null)
            return;
        if (!IsDue(envelope, request))
        {
            envelope.Lock?.Dispose();
            return;
        }
        request.Verbose?.Invoke(string.Create(CultureInfo.InvariantCulture, $"\nRunning {entry.ControlPath} (sequence {number} of {total})"));
        await services.ReloadAsync(envelope, cancellation).ConfigureAwait(false);
        await services.Delivery.DeliverAsync(envelope, request.Verbose, cancellation).ConfigureAwait(false);
    }

    private bool IsDue(Envelope envelope, QueueRunRequest request)
    {
        TimeSpan least = services.Configuration.Options.Get(OptionTable.MinQueueAge);
        if (!request.Force && least > TimeSpan.Zero && envelope.LastTried is { } last && services.Clock.GetUtcNow() - last < least)
            return false;
        foreach ((char kind, string text, bool not) in request.Limits)
        {
            bool match = kind switch
            {
                'I' => envelope.Id!.Contains(text, StringComparison.Ordinal),
                'S' => envelope.Sender!.Text.Contains(text, StringComparison.OrdinalIgnoreCase),
                'R' => envelope.Recipients.Exists(r => r.Text.Contains(text, StringComparison.OrdinalIgnoreCase)),
                _ => true,
            };
            if (match == not)
                return false;
        }
        return true;
    }

    /// <summary>Runs the queue every <paramref name="interval"/> until told to stop.</summary>
    public async Task RunPeriodicallyAsync(TimeSpan interval, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(interval, services.Clock);
        try
        {
            do
                await RunAsync(new QueueRunRequest(), cancellation).ConfigureAwait(false);
            while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            services.Log.Write(14, LogPriority.Debug, "NOQUEUE", "queue runner stops");
        }
    }
}
