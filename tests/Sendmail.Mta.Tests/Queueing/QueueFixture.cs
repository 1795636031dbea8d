using Microsoft.Extensions.Time.Testing;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Headers;
using Sendmail.Core.Logging;
using Sendmail.Core.Rewriting;
using Sendmail.Mta.Queueing;

namespace Sendmail.Mta.Tests.Queueing;

/// <summary>A queue in a directory of its own, a clock and a log.</summary>
public sealed class QueueFixture : IDisposable
{
    internal sealed class RecordedLog : IMailLog
    {
        internal List<string> Lines { get; } = [];

        public int Level => 9;

        public void Write(int level, LogPriority priority, string? queueId, string text)
        {
            lock (Lines)
                Lines.Add((queueId is null ? "" : queueId + ": ") + text);
        }
    }

    private readonly string _root = Directory.CreateTempSubdirectory("queue").FullName;

    internal QueueFixture(params string[] options)
    {
        Queue = Path.Combine(_root, "mqueue");
        Directory.CreateDirectory(Queue);
        string cf = Path.Combine(_root, "test.cf");
        File.WriteAllText(cf, "V10/Test\nO QueueLA=0\nO QueueDirectory=" + Queue + "\n" + string.Concat(options.Select(o => "O " + o + "\n"))
            + "Mprog, P=/bin/sh, F=lsD, A=sh -c $u\nMlocal, P=/bin/cat, F=lsDFMAw5:/|@q, T=DNS/RFC822/X-Unix, A=cat\n");
        File.SetUnixFileMode(cf, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        CfReadResult read = CfReader.Read(cf, new CfReadRequest { Host = new HostFacts("mail.lab.test", "mail", "lab.test", "mail", []) });
        Configuration = read.Configuration ?? throw new InvalidOperationException(string.Join('\n', read.Messages));
        Store = new QueueStore(Configuration, Log, Clock);
    }

    internal string Queue { get; }
    internal Configuration Configuration { get; }
    internal RecordedLog Log { get; } = new();
    internal FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 23, 16, 27, 47, TimeSpan.Zero));
    internal QueueStore Store { get; }

    /// <summary>A message in the queue, committed; its lock is given back.</summary>
    internal async Task<Envelope> SubmitAsync(string recipient = "alice", string body = "b\n", long priority = 30014)
    {
        Envelope envelope = Message(recipient, priority);
        using (FileStream data = Store.OpenDataFile(envelope))
        {
            data.Write(System.Text.Encoding.Latin1.GetBytes(body));
            await Store.CommitAsync(envelope, data);
        }
        envelope.Lock!.Dispose();
        envelope.Lock = null;
        return envelope;
    }

    internal Envelope Message(string recipient, long priority = 30014)
    {
        var envelope = new Envelope(new MacroScope()) { Created = Clock.GetUtcNow(), Priority = priority, Sender = new Address { Text = "root" } };
        envelope.Macros["_"] = "root@localhost";
        envelope.Macros["daemon_flags"] = "c u";
        envelope.Recipients.Add(new Address { Text = recipient, Flags = RecipientFlags.Primary, FinalRecipient = "RFC822; " + recipient + "@mail.lab.test" });
        envelope.Headers.Add(new Header { Name = "Subject", Value = " x" });
        return envelope;
    }

    /// <summary>Puts a control file as others might have made it.</summary>
    internal void Put(string name, string text, string? body = "body\n")
    {
        Write(name, text);
        if (body is not null)
            Write("df" + name[2..], body);
    }

    private void Write(string name, string text)
    {
        string path = Path.Combine(Queue, name);
        File.WriteAllText(path, text, System.Text.Encoding.Latin1);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    internal IEnumerable<string> Names() => Directory.EnumerateFiles(Queue).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal);

    internal string Listing(bool verbose = false, QueueSelection? selection = null)
    {
        var output = new StringWriter { NewLine = "\n" };
        new MailQueueListing(Configuration, Store, Log, Clock).Write(output, verbose, selection ?? QueueSelection.All);
        return output.ToString();
    }

    internal string Json(QueueSelection selection)
    {
        using var output = new MemoryStream();
        new MailQueueListing(Configuration, Store, Log, Clock).WriteJson(output, selection);
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }

    internal LoadOutcome Load(string name, out Envelope? envelope, out List<string> told)
    {
        List<string> messages = told = [];
        return Store.TryLoad(new QueueEntry(name[2..], Path.Combine(Queue, name), name[0]), new MacroScope(), messages.Add, out envelope);
    }

    public void Dispose() => Directory.Delete(_root, true);
}
