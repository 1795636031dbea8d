using Sendmail.Core.Addressing;
using Sendmail.Core.Envelopes;

namespace Sendmail.Mta.Queueing;

/// <summary>A message for some of the recipients of another one.</summary>
internal static class EnvelopeCopy
{
    /// <summary>All that is known of a message, with other recipients and without an id.</summary>
    internal static Envelope Of(Envelope original, IEnumerable<Address> recipients)
    {
        var copy = new Envelope(original.Macros)
        {
            Created = original.Created, Priority = original.Priority, Class = original.Class, Size = original.Size, HopCount = original.HopCount,
            BodyType = original.BodyType, EnvelopeId = original.EnvelopeId, AuthSender = original.AuthSender, MessageId = original.MessageId,
            DeliverBy = original.DeliverBy, DeliverByMode = original.DeliverByMode, DeliverByTrace = original.DeliverByTrace,
            DeliveryMode = original.DeliveryMode, ErrorMode = original.ErrorMode, QueueGroup = original.QueueGroup, Flags = original.Flags, IsFromQueue = original.IsFromQueue,
            QuarantineReason = original.QuarantineReason, LastTried = original.LastTried, Attempts = original.Attempts, Sender = original.Sender,
        };
        copy.Recipients.AddRange(recipients);
        copy.Headers.AddRange(original.Headers);
        return copy;
    }

    /// <summary>Puts it into the queue with the body of the original; it is durable and locked then.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    internal static async ValueTask StoreAsync(QueueStore queue, Envelope copy, Envelope original, CancellationToken cancellation)
    {
        using FileStream data = queue.OpenDataFile(copy);
        copy.Macros["i"] = copy.Id;
        if (original.DataFile is not null)
        {
            using FileStream body = Posix.Files.Open(original.DataFile);
            await body.CopyToAsync(data, cancellation).ConfigureAwait(false);
            await data.FlushAsync(cancellation).ConfigureAwait(false);
        }
        await queue.CommitAsync(copy, data, true).ConfigureAwait(false);
    }
}
