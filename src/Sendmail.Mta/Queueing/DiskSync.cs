using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using Sendmail.Posix;

namespace Sendmail.Mta.Queueing;

/// <summary>
/// fsync for many sessions at once. Syncs run on threads of their own, so that files which belong together and files of
/// different messages are in the kernel at the same time and share commits of its journal; syncs of one directory that
/// are asked for while one runs become one.
/// </summary>
internal static class DiskSync
{
    private const int MaxThreads = 16;
    private static readonly BlockingCollection<Request> _requests = [];
    private static readonly ConcurrentDictionary<string, DirectoryQueue> _directories = new(StringComparer.Ordinal);
    private static int _threads;
    private static int _idle;

    private sealed record Request(SafeFileHandle? File, string? Directory, TaskCompletionSource Done);

    private sealed class DirectoryQueue
    {
        internal readonly Lock Lock = new();
        internal Task Running = Task.CompletedTask;
        internal Task? Next;
    }

    /// <summary>Completes when the file's content is on disk.</summary>
    /// <exception cref="IOException">The disk did not take it.</exception>
    internal static Task FileAsync(SafeFileHandle file) => Enqueue(file, null);

    /// <summary>Completes when a sync of the directory that began after this call has ended.</summary>
    /// <exception cref="IOException">The directory cannot be synced.</exception>
    internal static Task DirectoryAsync(string path)
    {
        DirectoryQueue queue = _directories.GetOrAdd(path, static _ => new DirectoryQueue());
        lock (queue.Lock)
        {
            if (queue.Next is not null)
                return queue.Next;
            if (queue.Running.IsCompleted)
                return queue.Running = Enqueue(null, path);
            return queue.Next = AfterAsync(queue, path);
        }
    }

    private static async Task AfterAsync(DirectoryQueue queue, string path)
    {
        await Task.WhenAny(queue.Running).ConfigureAwait(false);
        Task mine;
        lock (queue.Lock)
        {
            mine = queue.Running = Enqueue(null, path);
            queue.Next = null;
        }
        await mine.ConfigureAwait(false);
    }

    private static Task Enqueue(SafeFileHandle? file, string? directory)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests.Add(new Request(file, directory, done));
        if (Volatile.Read(ref _idle) < _requests.Count && Volatile.Read(ref _threads) < MaxThreads)
        {
            if (Interlocked.Increment(ref _threads) <= MaxThreads)
                new Thread(Work, 128 * 1024) { IsBackground = true, Name = "sync" }.Start();
            else
                Interlocked.Decrement(ref _threads);
        }
        return done.Task;
    }

    private static void Work()
    {
        while (true)
        {
            Interlocked.Increment(ref _idle);
            Request request = _requests.Take();
            Interlocked.Decrement(ref _idle);
            try
            {
                if (request.File is not null)
                    Files.Sync(request.File);
                else
                    Files.SyncDirectory(request.Directory!);
                request.Done.SetResult();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                request.Done.SetException(e as IOException ?? new IOException(e.Message, e));
            }
        }
    }
}
