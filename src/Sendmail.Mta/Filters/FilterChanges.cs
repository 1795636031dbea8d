using System.Buffers.Binary;
using System.Globalization;
using Sendmail.Core;
using Sendmail.Core.Envelopes;
using Sendmail.Wire.Milter;

namespace Sendmail.Mta.Filters;

/// <summary>
/// Makes the changes that a filter asks for at the end of a message. What is cut short is passed over; what the filter did not negotiate is
/// made all the same, as the reference does, but for a new body.
/// </summary>
public sealed partial class FilterChanges(MtaServices services, Envelope envelope, MailFilter filter, FilterLog log)
{
    private const int ComplaintLevel = 10;
    private readonly string _prefix = "Milter (" + filter.Definition.Name + ") ";
    private bool _hasNewBody;
    private bool _heldReturn;

    /// <summary>It replaced the body without having said that it would: the message is put off.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Makes one change. False when the packet asks for none.</summary>
    /// <exception cref="IOException">A new body cannot be written.</exception>
    public async ValueTask<bool> ApplyAsync(MilterPacket packet, FileStream body, CancellationToken cancellation)
    {
        if (Need(packet.Letter) is not { } need)
            return false;
        if ((filter.Actions & need) == 0 && packet.Letter == 'b')
        {
            IsRefused = true;
            log.Error("milter_data(" + filter.Definition.Name + "): lied about replacing body, rejecting request and tempfailing message");
            return true;
        }
        if ((filter.Actions & need) == 0)
            log.Write(ComplaintLevel, Core.Logging.LogPriority.Warning, "milter_data(" + filter.Definition.Name + (packet.Letter is '+' or '2' or 'e' ? ")" : "):") + " lied about " + What(packet.Letter) + ", honoring request anyway");
        switch (packet.Letter)
        {
            case 'h': AddHeader(Texts(packet.Data)); break;
            case 'i': InsertHeader(packet.Data); break;
            case 'm': ChangeHeader(packet.Data); break;
            case '+' or '2': await AddRecipientAsync(packet, cancellation).ConfigureAwait(false); break;
            case '-': await DeleteRecipientAsync(Texts(packet.Data), cancellation).ConfigureAwait(false); break;
            case 'e': await ChangeSenderAsync(Texts(packet.Data), cancellation).ConfigureAwait(false); break;
            case 'q': Quarantine(packet.Data); break;
            default: await ReplaceBodyAsync(packet.Data, body, cancellation).ConfigureAwait(false); break;
        }
        return true;
    }

    private static MilterActions? Need(char letter) => letter switch
    {
        'h' or 'i' => MilterActions.AddHeaders,
        'm' => MilterActions.ChangeHeaders,
        '+' => MilterActions.AddRecipients,
        '2' => MilterActions.AddRecipientsWithParameters,
        '-' => MilterActions.DeleteRecipients,
        'e' => MilterActions.ChangeSender,
        'q' => MilterActions.Quarantine,
        'b' => MilterActions.ReplaceBody,
        _ => null,
    };

    private static string What(char letter) => letter switch
    {
        'h' or 'i' => "adding headers", 'm' => "changing headers", '-' => "removing recipients", 'e' => "changing sender", 'q' => "quarantining", '2' => "adding recipients with parameters", _ => "adding recipients",
    };

    // Texts that each end in NUL; empty when the last one does not.
    private static List<string> Texts(ReadOnlySpan<byte> data)
    {
        var texts = new List<string>();
        if (data.Length == 0 || data[^1] != 0)
            return texts;
        foreach (Range range in data[..^1].Split((byte)0))
            texts.Add(Latin1.ToString(data[..^1][range]));
        return texts;
    }

    private static (int Index, List<string> Texts)? Indexed(ReadOnlySpan<byte> data) =>
        data.Length < 4 ? null : (BinaryPrimitives.ReadInt32BigEndian(data), Texts(data[4..]));

    private void Tell(string text) => log.Info(_prefix + text);

    private void Quarantine(byte[] data)
    {
        int nul = data.AsSpan().IndexOf((byte)0);
        string reason = Latin1.ToString(nul < 0 ? data : data.AsSpan(0, nul));
        envelope.QuarantineReason = reason;
        envelope.Macros["quarantine"] = reason;
        log.Info("milter=" + filter.Definition.Name + ", quarantine=" + reason);
    }

    private async ValueTask ReplaceBodyAsync(ReadOnlyMemory<byte> data, FileStream body, CancellationToken cancellation)
    {
        if (!_hasNewBody)
        {
            _hasNewBody = true;
            body.SetLength(0);
            body.Position = 0;
            Tell("message: body replaced");
        }
        byte[] lines = new byte[data.Length + 1];
        int at = 0;
        foreach (byte octet in data.Span)
        {
            if (_heldReturn && octet != '\n')
                lines[at++] = (byte)'\r';
            _heldReturn = octet == '\r';
            if (!_heldReturn)
                lines[at++] = octet;
        }
        await body.WriteAsync(lines.AsMemory(0, at), cancellation).ConfigureAwait(false);
    }

    /// <summary>The filter has said its last word.</summary>
    /// <exception cref="IOException">A new body cannot be written.</exception>
    public async ValueTask FinishAsync(FileStream body, CancellationToken cancellation)
    {
        if (_heldReturn)
            await body.WriteAsync("\r"u8.ToArray(), cancellation).ConfigureAwait(false);
        _heldReturn = false;
        if (_hasNewBody)
            await body.FlushAsync(cancellation).ConfigureAwait(false);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
