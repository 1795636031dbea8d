using Sendmail.Core;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Replies;
using Sendmail.Posix;

namespace Sendmail.Mta.Delivery;

/// <summary>
/// Mailers with P=[FILE]: the message is appended to the file that the recipient names, under a lock. When we are root, a
/// process of the user that the recipient belongs to does it, so that nobody can name a file that he could not write himself.
/// </summary>
public sealed class FileAgent(Configuration configuration, MessageWriter writer) : IDeliveryAgent
{
    /// <inheritdoc/>
    public async ValueTask DeliverAsync(DeliveryJob job, CancellationToken cancellation)
    {
        foreach (Address recipient in job.Recipients)
        {
            string path = recipient.User;
            string root = configuration.Options.Get(OptionTable.SafeFileEnvironment);
            if (root.Length > 0 && !path.StartsWith(root + "/", StringComparison.Ordinal))
                path = root + path;
            (int user, int group) = RunAsIds.Of(recipient, job.Mailer, configuration);
            SysExit exit;
            if (Users.EffectiveUserId == 0 && user > 0)
                exit = await AppendAsAsync(job, path, user, group, cancellation).ConfigureAwait(false);
            else
                exit = await AppendAsync(job, path, cancellation).ConfigureAwait(false);
            switch (exit)
            {
                case SysExit.Ok: DeliveryJob.Set(recipient, RecipientState.Sent, "2.0.0", SysExit.Ok, "Sent"); break;
                case SysExit.CannotCreate: DeliveryJob.Set(recipient, RecipientState.Bad, "5.0.0", exit, "Can't create output"); job.AfterLog(() => recipient.Status = new EnhancedStatus(5, 3, 0)); break;
                default: DeliveryJob.Set(recipient, RecipientState.Queued, "4.2.0", SysExit.TempFail, "Deferred: I/O error"); break;
            }
        }
    }

    private int Mode => configuration.Options.Get(OptionTable.TempFileMode);

    private async ValueTask<SysExit> AppendAsync(DeliveryJob job, string path, CancellationToken cancellation)
    {
        var message = new MemoryStream();
        await writer.WriteAsync(job.Envelope, job.Mailer, job.Scope, message, job.Mailer.Has('X'), true, false, cancellation).ConfigureAwait(false);
        message.Position = 0;
        return MailboxAppender.Append(path, message, Mode);
    }

    private async ValueTask<SysExit> AppendAsAsync(DeliveryJob job, string path, int user, int group, CancellationToken cancellation)
    {
        var request = new SpawnRequest(Environment.ProcessPath!, ["sendmail", MailboxAppender.AppletName, path, Convert.ToString(Mode, 8)]) { UserId = user, GroupId = group };
        SpawnResult result = await ProcessSpawner.RunAsync(request,
            async input => await writer.WriteAsync(job.Envelope, job.Mailer, job.Scope, input, job.Mailer.Has('X'), true, false, cancellation).ConfigureAwait(false),
            job.Mailer.Wait, cancellation).ConfigureAwait(false);
        return result.Problem is null ? (SysExit)result.ExitCode : SysExit.TempFail;
    }
}
