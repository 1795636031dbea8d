using Sendmail.Core.Addressing;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Replies;
using Sendmail.Wire.Smtp;

namespace Sendmail.Mta.Daemon;

/// <summary>Puts the ESMTP parameters of MAIL and RCPT (RFC 1870, 6152, 3461, 2852) into an envelope.</summary>
internal static class EnvelopeParameters
{
    /// <summary>
    /// Applies the parameters of MAIL; <paramref name="found"/> is what refused commands gave before and becomes what was given
    /// up to the first fault.
    /// </summary>
    /// <returns>The reply that refuses them, null when all are good.</returns>
    internal static SmtpReply? Apply(Envelope envelope, string parameters, SmtpParameterRules rules, ref MailParameters? found)
    {
        (found, SmtpReply? error) = SmtpCommandParser.ReadMailParameters(parameters, rules, found);
        envelope.Size = found.Size ?? 0;
        if (found.Body.Length > 0)
            envelope.BodyType = found.Body;
        envelope.EnvelopeId = found.EnvelopeId;
        envelope.AuthSender = found.Auth;
        if (found.Return.Length > 0)
            envelope.Flags |= found.Return == "HDRS" ? EnvelopeFlags.HasReturn | EnvelopeFlags.NoBodyReturn : EnvelopeFlags.HasReturn;
        if (found.DeliverBy is { } seconds)
        {
            envelope.DeliverBy = TimeSpan.FromSeconds(seconds);
            envelope.DeliverByMode = found.DeliverByMode;
            envelope.DeliverByTrace = found.DeliverByTrace;
        }
        return error;
    }

    /// <summary>Reads the parameters of RCPT. Without NOTIFY failure and delay are told.</summary>
    internal static SmtpReply? ApplyRecipient(string parameters, SmtpParameterRules rules, out RecipientFlags flags, out string? original)
    {
        (RcptParameters? found, SmtpReply? error) = SmtpCommandParser.ReadRcptParameters(parameters, rules);
        flags = RecipientFlags.NotifyFailure | RecipientFlags.NotifyDelay;
        original = found?.OriginalRecipient;
        if (found?.Notify is not { } notify)
            return error;
        flags = RecipientFlags.HasNotify;
        if ((notify & NotifyConditions.Success) != 0)
            flags |= RecipientFlags.NotifySuccess;
        if ((notify & NotifyConditions.Failure) != 0)
            flags |= RecipientFlags.NotifyFailure;
        if ((notify & NotifyConditions.Delay) != 0)
            flags |= RecipientFlags.NotifyDelay;
        return null;
    }
}
