using Sendmail.Core.Logging;
using Sendmail.Core.Replies;

namespace Sendmail.Mta.Daemon;

// What goes wrong inside rulesets while they are asked about a command: it is answered with that, whatever they decide.
public sealed partial class SmtpServerSession
{
    private SmtpReply? _complaint;

    // Rules that are wrong are always told of; data that cannot be cut into tokens to commands that name an address or a host.
    private void Hear(SmtpReply complaint)
    {
        bool isData = complaint.Code == 553;
        if (isData && _lastVerb is not ("mail" or "rcpt" or "vrfy" or "expn" or "etrn"))
            return;
        _complaint ??= complaint;
        if (isData && _lastVerb == "rcpt")
            _services.Log.Write(5, LogPriority.Notice, _id, complaint.Text);
    }

    /// <summary>Answers a command that rulesets complained about. False when they did not.</summary>
    private async ValueTask<bool> ComplainedAsync()
    {
        if (_complaint is not { } complaint)
            return false;
        _complaint = null;
        _lastError = complaint.Text;
        await WriteReplyAsync(complaint.Code, complaint.Status.ToString(), complaint.Text).ConfigureAwait(false);
        return true;
    }
}
