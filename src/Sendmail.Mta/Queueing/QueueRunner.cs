using System.Globalization;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Mta.Delivery;
using Sendmail.Posix;

namespace Sendmail.Mta.Queueing;

/// <summary>
/// Takes what is in the queue, in its order, and tries to deliver it, several messages at a time so that one slow host does
/// not hold up the others (op 2.3.1). What somebody else has locked is passed over.
/// </summary>
public sealed class QueueRunner(MtaServices services)
{
    private const int DefaultConcurrency = 20;
    private int _running;

    private sealed class Run(List<(QueueSummary Message, string Directory, int Number, int Of)> work)
    {
        private int _next = -1;

        internal int Count => work.Count;
        internal RecentFailures Recent { get; } = new();
        internal SysExit Exit { get; set; }
        internal (QueueSummary Message, string Directory, int Number, int Of)? Next() =>
            Interlocked.Increment(ref _next) is var index && index < work.Count ? work[index] : null;
    }

    /// <summary>One run over all queues. While another run of this object goes on, nothing is done.</summary>
    /// <returns><see cref="SysExit.Software"/> when the last queue file was damaged, <see cref="SysExit.OsError"/> when a queue directory cannot be read, otherwise <see cref="SysExit.Ok"/>.</returns>
    public async Task<SysExit> RunAsync(QueueRunRequest request, CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref _running, 1) != 0)
            return SysExit.Ok;
        try
        {
            var run = new Run(Gather(request, out SysExit exit)) { Exit = exit };
            int workers = request.Verbose is null ? Math.Min(Concurrency(), run.Count) : 1;
            var tasks = new Task[workers];
            for (int i = 0; i < workers; i++)
                tasks[i] = Task.Run(() => WorkAsync(run, request, cancellation), CancellationToken.None);
            await Task.WhenAll(tasks).ConfigureAwait(false);
            return run.Exit;
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    private int Concurrency()
    {
        int children = services.Configuration.Options.Get(OptionTable.MaxQueueChildren);
        return children > 0 ? Math.Min(children, DefaultConcurrency) : DefaultConcurrency;
    }

    private List<(QueueSummary, string, int, int)> Gather(QueueRunRequest request, out SysExit exit)
    {
        SysExit unread = SysExit.Ok;
        var scan = new QueueScan(services.Configuration, services.Queue, services.Log, services.Clock) { ShowsProgress = request.Verbose is not null };
        var work = new List<(QueueSummary, string, int, int)>();
        foreach ((string group, string directory) in services.Queue.Directories)
        {
            if (request.Selection.Group is { } only && !group.Equals(only, StringComparison.OrdinalIgnoreCase))
                continue;
            List<QueueSummary> messages = scan.Gather(directory, request.Selection, false, out _, problem =>
            {
                unread = SysExit.OsError;
                request.Errors?.Invoke(problem);
            });
            for (int i = 0; i < messages.Count; i++)
                work.Add((messages[i], directory, i + 1, messages.Count));
        }
        exit = unread;
        return work;
    }

    private async Task WorkAsync(Run run, QueueRunRequest request, CancellationToken cancellation)
    {
        MtaServices own = services.ForSession();
        own.Recent = run.Recent;
        while (!cancellation.IsCancellationRequested && run.Next() is { } item)
        {
            try
            {
                if (request.Selection.Limits.Count == 0 && IsLoadTooHigh(item.Message))
                    continue;
                request.Verbose?.Invoke(string.Create(CultureInfo.InvariantCulture, $"\nRunning {item.Directory}/{item.Message.Entry.Id} (sequence {item.Number} of {item.Of})"));
                // The last message decides, as it does for the reference.
                run.Exit = await RunOneAsync(own, item.Message.Entry, request, cancellation).ConfigureAwait(false) ? SysExit.Ok : SysExit.Software;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                services.Log.Write(0, LogPriority.Critical, item.Message.Entry.Id, "SYSERR(root): queue run: " + e.GetType().Name + ": " + e.Message);
                run.Exit = SysExit.Software;
            }
        }
    }

    private bool IsLoadTooHigh(QueueSummary message) => LoadLimits.HoldsBack(services.Configuration.Options, message.Priority);

    private static async ValueTask<bool> RunOneAsync(MtaServices own, QueueEntry entry, QueueRunRequest request, CancellationToken cancellation)
    {
        switch (own.Queue.TryLoad(entry, own.NewScope(), request.Errors ?? request.Verbose, out Envelope? envelope))
        {
            case LoadOutcome.Locked:
                request.Verbose?.Invoke(entry.Id + ": locked");
                return true;
            case LoadOutcome.Gone:
                return true;
            case LoadOutcome.Failed:
                return false;
            default:
                break;
        }
        try
        {
            if (!request.IsFirstAttempt)
                envelope!.Priority += own.Configuration.Options.Get(OptionTable.RetryFactor);
            own.Recipients.Verbose = request.Verbose;
            await own.ReloadAsync(envelope!, cancellation).ConfigureAwait(false);
            await own.DeliverAllAsync(envelope!, false, request.Verbose, cancellation).ConfigureAwait(false);
            return true;
        }
        finally
        {
            envelope!.Lock?.Dispose();
            envelope.Lock = null;
        }
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
