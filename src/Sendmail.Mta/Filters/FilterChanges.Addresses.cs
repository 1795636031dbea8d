using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Mta.Daemon;
using Sendmail.Wire.Milter;
using Sendmail.Wire.Smtp;

namespace Sendmail.Mta.Filters;

// Sender and recipients.
public sealed partial class FilterChanges
{
    private async ValueTask AddRecipientAsync(MilterPacket packet, CancellationToken cancellation)
    {
        List<string> texts = Texts(packet.Data);
        if (texts is not [{ Length: > 0 } text, ..])
            return;
        Tell("add: rcpt: " + text);
        RecipientFlags flags = RecipientFlags.NotifyFailure | RecipientFlags.NotifyDelay;
        string? original = null;
        if (packet.Letter == '2' && texts is [_, { Length: > 0 } parameters, ..]
            && EnvelopeParameters.ApplyRecipient(parameters, Rules, out flags, out original) is { } problem)
        {
            envelope.StatusMessage = problem.Text;
            return;
        }
        Address added = await services.Recipients.AddOneAsync(envelope, text, null, RecipientFlags.Primary | flags, cancellation).ConfigureAwait(false);
        added.OriginalRecipient ??= original;
        if (added.State != RecipientState.Bad)
            return;
        bool isUser = added.Mailer is not null && !added.IsForbidden;
        if (isUser)
            services.Delivery.LogRecipients(envelope, [added], added.Mailer, null, null);
        envelope.StatusMessage = isUser ? added.StatusMessage : text + "... " + added.StatusMessage;
    }

    private SmtpParameterRules Rules => new() { AllowDsn = true, AllowDeliverBy = true };

    private async ValueTask DeleteRecipientAsync(List<string> texts, CancellationToken cancellation)
    {
        if (texts is not [{ Length: > 0 } text, ..])
            return;
        ParsedAddress parsed = await services.Addresses.ParseAsync(text, envelope.Macros, AddressRole.Recipient, cancellation).ConfigureAwait(false);
        int deleted = 0;
        if (parsed.Address is { } gone)
        {
            deleted = envelope.Recipients.RemoveAll(r => r.Has(RecipientFlags.Primary) && r.Mailer?.Name == gone.Mailer?.Name
                && r.Host.Equals(gone.Host, StringComparison.OrdinalIgnoreCase) && SameUser(r, gone));
        }
        Tell("delete: rcpt " + text + ", naddrs=" + Number(deleted));
    }

    private static bool SameUser(Address one, Address other) =>
        one.User.Equals(other.User, one.Mailer?.Has('u') == true ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    private async ValueTask ChangeSenderAsync(List<string> texts, CancellationToken cancellation)
    {
        if (texts is not [{ Length: > 0 } text, ..])
            return;
        Tell("chgfrom: " + text);
        bool isNull = text.Replace(" ", "", StringComparison.Ordinal) == "<>";
        ParsedAddress parsed = await services.Addresses.ParseAsync(text, envelope.Macros, AddressRole.Sender, cancellation).ConfigureAwait(false);
        if (parsed.Address is null && !isNull)
        {
            log.Write(3, LogPriority.Notice, "setsender: " + text + ": invalid or unparsable, received from " + envelope.Macros["_"]);
            envelope.StatusMessage = text + "... " + parsed.Error?.Text;
            envelope.Sender = new Address { Text = "MAILER-DAEMON" };
        }
        else
        {
            envelope.Sender = parsed.Address ?? new Address { Text = "<>" };
            envelope.Sender.Text = text;
            envelope.Macros["f"] = envelope.Macros["g"] = parsed.Canonical ?? CrackedAddress.Crack(text, "").Core;
        }
        if (texts is not [_, { Length: > 0 } parameters, ..])
            return;
        MailParameters? given = null;
        long size = envelope.Size;
        string type = envelope.BodyType;
        SmtpReply? problem = EnvelopeParameters.Apply(envelope, parameters, Rules, ref given);
        envelope.Size = size;
        if (envelope.BodyType.Length == 0)
            envelope.BodyType = type;
        envelope.AuthSender ??= "";
        if (problem is not null)
            envelope.StatusMessage = problem.Text;
    }
}
