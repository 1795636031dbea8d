using Sendmail.Posix;

namespace Sendmail.Mta.Queueing;

/// <summary>
/// Syncs one directory for many sessions: whoever asks while a sync runs shares the next one, so that a hundred new
/// messages cost a few journal commits.
/// </summary>
internal sealed class DirectorySync(string directory)
{
    private readonly Lock _lock = new();
    private Task _running = Task.CompletedTask;
    private Task? _next;

    /// <summary>Completes when a sync that began after this call has ended.</summary>
    /// <exception cref="IOException">The sync failed.</exception>
    internal Task WaitAsync()
    {
        lock (_lock)
        {
            if (_next is not null)
                return _next;
            if (_running.IsCompleted)
                return _running = Task.Run(Sync);
            return _next = AfterAsync(_running);
        }
    }

    private async Task AfterAsync(Task before)
    {
        await Task.WhenAny(before).ConfigureAwait(false);
        Task mine;
        lock (_lock)
        {
            mine = _running = Task.Run(Sync);
            _next = null;
        }
        await mine.ConfigureAwait(false);
    }

    private void Sync() => Files.SyncDirectory(directory);
}
