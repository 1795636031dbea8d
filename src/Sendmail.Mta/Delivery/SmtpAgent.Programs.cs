using System.Globalization;
using System.Net.Sockets;
using Sendmail.Core.Addressing;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Posix;
using Sendmail.Wire.Connections;

namespace Sendmail.Mta.Delivery;

// Programs without $u in A= speak SMTP, with F=z LMTP, on their standard input and output.
public sealed partial class SmtpAgent
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private async ValueTask TryProgramAsync(DeliveryJob job, CancellationToken cancellation)
    {
        string name = job.Mailer.Name;
        SpawnRequest request = ProgramAgent.Request(job, services.Configuration);
        // A program of one user's is not given another's mail.
        string key = string.Create(CultureInfo.InvariantCulture, $"program {name} {request.UserId} {request.GroupId}");
        job.Relay = name;
        if (cache.Take(key) is { } open)
        {
            bool used = await TransactAsync(job, open, key, true, cancellation).ConfigureAwait(false);
            if (!open.Client.IsOpen)
                await open.AtEnd!().ConfigureAwait(false);
            if (used)
                return;
        }
        job.Verbose?.Invoke(string.Join(',', Named(job).Select(r => r.Text)) + "... Connecting to " + name + "...");
        if (ProcessSpawner.Start(request, out string? problem) is not { } program)
        {
            job.SetAll(RecipientState.Queued, "4.0.0", SysExit.TempFail, "Deferred: " + job.Mailer.Path + ": " + problem);
            return;
        }
        // The session may be closed here or by the cache, and the program is waited for once.
        Task? ended = null;
        Task End(string? id) => ended ??= EndAsync(program, name, id);
        var socket = new Socket(new SafeSocketHandle(program.Descriptor, true));
        CachedSession? session = await GreetAsync(job, Connection.FromSocket(socket), name, name, null, null, false, cancellation).ConfigureAwait(false);
        if (session is not null)
        {
            session = session with { AtEnd = () => End("NOQUEUE") };
            await TransactAsync(job, session, key, false, cancellation).ConfigureAwait(false);
        }
        if (session?.Client.IsOpen != true)
            await End(job.Envelope.Id).ConfigureAwait(false);
    }

    private async Task EndAsync(SpawnedDialogue program, string name, string? id)
    {
        using SpawnedDialogue ended = program;
        int exit = await ended.EndAsync(_patience).ConfigureAwait(false);
        if (exit != 0)
            services.Log.Write(0, LogPriority.Error, id, string.Create(CultureInfo.InvariantCulture, $"smtpquit: mailer {name} exited with exit value {exit}"));
    }
}
