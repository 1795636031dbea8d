using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Replies;
using Sendmail.Posix;

namespace Sendmail.Mta.Delivery;

/// <summary>Mailers with P=[FILE]: the message is appended to the file that the recipient names, under a lock.</summary>
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
            try
            {
                await AppendAsync(job, path, cancellation).ConfigureAwait(false);
                DeliveryJob.Set(recipient, RecipientState.Sent, "2.0.0", SysExit.Ok, "Sent");
            }
            catch (UnauthorizedAccessException)
            {
                DeliveryJob.Set(recipient, RecipientState.Bad, "5.0.0", SysExit.CannotCreate, "Can't create output");
            }
            catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
            {
                DeliveryJob.Set(recipient, RecipientState.Bad, "5.0.0", SysExit.CannotCreate, "Can't create output");
            }
            catch (IOException e)
            {
                DeliveryJob.Set(recipient, RecipientState.Queued, "4.2.0", SysExit.TempFail, "Deferred: " + e.Message);
            }
        }
    }

    private async ValueTask AppendAsync(DeliveryJob job, string path, CancellationToken cancellation)
    {
        if (Files.Facts(path, false, out _) is { } facts)
        {
            if (!facts.IsRegular && path != "/dev/null")
                throw new UnauthorizedAccessException(path);
            if ((facts.Mode & 0x49) != 0 || (facts.Links > 1 && path != "/dev/null"))
                throw new UnauthorizedAccessException(path);
        }
        else
        {
            try
            {
                Files.CreateNew(path, 0x180).Dispose();
            }
            catch (IOException) when (File.Exists(path))
            {
                // Somebody else made it a moment ago.
            }
        }
        using FileStream file = Files.Open(path, FileAccess.Write);
        await Task.Run(() => FileLock.LockExclusive(file.SafeFileHandle), cancellation).ConfigureAwait(false);
        long length = file.Seek(0, SeekOrigin.End);
        try
        {
            await writer.WriteAsync(job.Envelope, job.Mailer, job.Scope, file, job.Mailer.Has('X'), false, cancellation).ConfigureAwait(false);
            // Messages in a mailbox file are separated by an empty line.
            file.Write("\n"u8);
            if (path != "/dev/null")
                Files.Sync(file.SafeFileHandle);
        }
        catch (IOException)
        {
            file.SetLength(length);
            throw;
        }
    }
}
