using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Posix;

namespace Sendmail.Mta.Delivery;

/// <summary>Keeps a message that could not be delivered in a file of its author (ErrorMode p, op 4.5).</summary>
public static class DeadLetter
{
    /// <summary>Appends the message to <paramref name="path"/> in the format of a mailbox; false when that fails.</summary>
    public static async ValueTask<bool> SaveAsync(MtaServices services, Envelope envelope, string path, CancellationToken cancellation)
    {
        if (services.Configuration.FindMailer("*file*") is not { } mailer)
            return false;
        string sender = CrackedAddress.Crack(envelope.Sender?.Text ?? "", "").Core;
        var scope = new MacroScope(envelope.Macros) { ["g"] = sender, ["u"] = path };
        var message = new MemoryStream();
        await services.Writer.WriteAsync(envelope, mailer, scope, message, false, true, false, cancellation).ConfigureAwait(false);
        message.Position = 0;
        int mode = services.Configuration.Options.Get(OptionTable.TempFileMode);
        return Users.WithoutGroup(() => MailboxAppender.Append(path, message, mode)) == SysExit.Ok;
    }
}
