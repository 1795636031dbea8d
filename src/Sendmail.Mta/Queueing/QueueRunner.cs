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
    // For deliveries under way when the daemon is to stop.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private int _running;

    private sealed class Run(List<QueueWork> works)
    {
        private int _taken;
        private int _work;

        internal int Count { get; } = works.Sum(w => w.Count);
        internal RecentFailures Recent { get; } = new();
        internal SysExit Exit { get; set; }

        /// <summary>The next message, with its queue directory and its place there; null behind the last.</summary>
        internal (QueueWork Work, int Index)? Next()
        {
            lock (works)
            {
                while (_work < works.Count && _taken == works[_work].Count)
                {
                    _work++;
                    _taken = 0;
                }
                return _work < works.Count ? (works[_work], _taken++) : null;
            }
        }
    }

    /// <summary>Whether a run goes on.</summary>
    public bool IsRunning => Volatile.Read(ref _running) != 0;

    /// <summary>One run over all queues. While another run of this object goes on, nothing is done.</summary>
    /// <returns><see cref="SysExit.Software"/> when the last queue file was damaged, <see cref="SysExit.OsError"/> when a queue directory cannot be read, otherwise <see cref="SysExit.Ok"/>.</returns>
    public async Task<SysExit> RunAsync(QueueRunRequest request, CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref _running, 1) != 0)
            return SysExit.Ok;
        using var late = new CancellationTokenSource();
        using CancellationTokenRegistration stopping = cancellation.Register(() => late.CancelAfter(Grace));
        try
        {
            var run = new Run(Gather(request, out SysExit exit)) { Exit = exit };
            int workers = request.Verbose is null ? Math.Min(Concurrency(), run.Count) : 1;
            var tasks = new Task[workers];
            for (int i = 0; i < workers; i++)
                tasks[i] = Task.Run(() => WorkAsync(run, request, cancellation, late.Token), CancellationToken.None);
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

    private List<QueueWork> Gather(QueueRunRequest request, out SysExit exit)
    {
        SysExit unread = SysExit.Ok;
        var scan = new QueueScan(services.Configuration, services.Queue, services.Log, services.Clock) { ShowsProgress = request.Verbose is not null };
        var works = new List<QueueWork>();
        foreach ((string group, string directory) in services.Queue.Directories)
        {
            if (request.Selection.Group is { } only && !group.Equals(only, StringComparison.OrdinalIgnoreCase))
                continue;
            works.Add(scan.Gather(directory, request.Selection, false, problem =>
            {
                unread = SysExit.OsError;
                request.Errors?.Invoke(problem);
            }));
        }
        exit = unread;
        return works;
    }

    private async Task WorkAsync(Run run, QueueRunRequest request, CancellationToken cancellation, CancellationToken late)
    {
        MtaServices own = services.ForSession();
        own.Recent = run.Recent;
        while (!cancellation.IsCancellationRequested && run.Next() is var (work, index))
        {
            if (request.Selection.Limits.Count == 0 && LoadLimits.HoldsBack(services.Configuration.Options, work.Priority(index)))
                continue;
            QueueEntry entry = work[index];
            try
            {
                request.Verbose?.Invoke(string.Create(CultureInfo.InvariantCulture, $"\nRunning {work.Directory}/{entry.Id} (sequence {index + 1} of {work.Count})"));
                // The last message decides, as it does for the reference.
                run.Exit = await RunOneAsync(own, entry, request, late).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (late.IsCancellationRequested)
            {
                // It is in the queue as it was.
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                services.Log.Write(0, LogPriority.Critical, entry.Id, "SYSERR(root): queue run: " + e.GetType().Name + ": " + e.Message);
                run.Exit = SysExit.Software;
            }
        }
    }

    private static async ValueTask<SysExit> RunOneAsync(MtaServices own, QueueEntry entry, QueueRunRequest request, CancellationToken cancellation)
    {
        switch (own.Queue.TryLoad(entry, own.NewScope(), request.Errors ?? request.Verbose, out Envelope? envelope))
        {
            case LoadOutcome.Locked:
                request.Verbose?.Invoke(entry.Id + ": locked");
                return SysExit.Ok;
            case LoadOutcome.Gone:
                return SysExit.Ok;
            case LoadOutcome.Failed:
                return SysExit.Software;
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
            return envelope!.ExitStatus;
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
            return;
        }
    }
}
