using System.Globalization;
using System.Text;
using Sendmail.Core;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Headers;
using Sendmail.Core.Rewriting;
using Sendmail.Mta.Delivery;
using Sendmail.Posix;

namespace Sendmail.Mta.Queueing;

/// <summary>Writes qf files, version 8: one item a line, letter first, fixed order, a lone dot at the end (op, appendix B).</summary>
public static class ControlFileWriter
{
    /// <summary>What stands for <c>$</c> of a macro in a header of the file.</summary>
    internal const char EncodedMacro = '\x81';
    /// <summary>What stands for <c>$&amp;</c>.</summary>
    internal const char EncodedLateMacro = '\x82';
    /// <summary>What stands before an octet that is data.</summary>
    internal const char QuoteOctet = '\xff';
    private static readonly string[] _macros = ["_", "r", "s"];

    /// <summary>
    /// The text of an envelope's control file, one char per octet. <paramref name="data"/> tells about the data file after a
    /// first attempt, <paramref name="standard"/> is who programs and files of aliases run as. Recipients that failed, and of
    /// whom nobody was told yet, are in it with <paramref name="withFailed"/>: after a crash they are tried again.
    /// </summary>
    public static string Write(Envelope envelope, FileFacts? data = null, RunAs? standard = null, bool withFailed = false)
    {
        var text = new StringBuilder(1024);
        text.Append('V').Append(ControlFileReader.Version).Append('\n');
        Number(text, 'T', envelope.Created.ToUnixTimeSeconds());
        Number(text, 'K', envelope.LastTried?.ToUnixTimeSeconds() ?? 0);
        Number(text, 'N', envelope.Attempts);
        Number(text, 'P', envelope.Priority);
        if (data is { } facts)
            text.Append(CultureInfo.InvariantCulture, $"I{Major(facts.Device)}/{Minor(facts.Device)}/{facts.Inode}\n");
        if (envelope.BodyType.Length > 0)
            Line(text, "B", envelope.BodyType);
        if (envelope.QuarantineReason is not null)
            Line(text, "q", envelope.QuarantineReason);
        if (!string.IsNullOrEmpty(envelope.StatusMessage))
            Line(text, "M", envelope.StatusMessage);
        string flags = Flags(envelope);
        if (flags.Length > 0)
            Line(text, "F", flags);
        foreach (string name in _macros)
        {
            if (envelope.Macros[name] is { } value)
                Line(text, "$" + name, value);
        }
        Line(text, "${daemon_flags}", envelope.Macros["daemon_flags"] ?? "");
        Line(text, "S", envelope.Sender?.Text ?? "<>");
        if (envelope.EnvelopeId is not null)
            Line(text, "Z", envelope.EnvelopeId);
        if (envelope.AuthSender is not null)
            Line(text, "A", envelope.AuthSender);
        if (envelope.DeliverBy is { } deadline)
        {
            int mode = (envelope.DeliverByMode == 'R' ? 2 : 1) | (envelope.DeliverByTrace ? 0x10 : 0);
            text.Append('!').Append((char)mode).Append(' ').Append((long)deadline.TotalSeconds).Append('\n');
        }
        AppendRecipients(text, envelope, standard ?? OptionTable.DefaultUser.Default, withFailed);
        foreach (Header header in envelope.Headers)
        {
            if (header.Template is not null)
                continue;
            text.Append("H?").Append(header.ConditionMacro is { } macro ? "${" + macro + "}" : header.MailerFlags.ToString()).Append('?')
                .Append(header.Name).Append(':');
            AppendHeaderValue(text, header.IsDefault ? header.Value : header.QueueValue ?? Tidy(header), envelope);
            text.Append('\n');
        }
        return text.Append(".\n").ToString();
    }

    // The device number of Linux: 12 bits of major and 20 of minor, interleaved.
    private static ulong Major(ulong device) => ((device >> 8) & 0xFFF) | ((device >> 32) & ~0xFFFUL);

    private static ulong Minor(ulong device) => (device & 0xFF) | ((device >> 12) & ~0xFFUL);

    private static void Number(StringBuilder text, char letter, long value) => text.Append(letter).Append(value).Append('\n');

    private static void Line(StringBuilder text, string start, string value)
    {
        text.Append(start);
        foreach (char c in value)
        {
            if (c == '\n')
                text.Append(' ');
            else if (c is not '\r' and not '\0')
                text.Append(c);
        }
        text.Append('\n');
    }

    // Fields with addresses are kept as they will be sent: one blank behind each comma, folded anew.
    private static string Tidy(Header header)
    {
        if (MessageWriter.RoleOf(header.Name) is null)
            return header.Value;
        List<AddressListMember> members = AddressList.Members(header.Value.Replace("\n", "", StringComparison.Ordinal));
        return members.Count == 0 ? header.Value : AddressField.Join(header.Name, members.ConvertAll(static m => m.Before + m.Address + m.After));
    }

    // A continuation line that does not start with white space would read as an item of its own. Octets that could be
    // taken for an encoded macro are quoted.
    private static void AppendHeaderValue(StringBuilder text, string value, Envelope envelope)
    {
        if (value.AsSpan().IndexOfAnyInRange(Meta.If, Meta.EndIf) >= 0)
            value = MacroExpander.Expand(value, envelope.Macros);
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            if (c is Meta.Macro or Meta.LateMacro)
                text.Append(c == Meta.Macro ? EncodedMacro : EncodedLateMacro);
            else if (c is >= '\x80' and <= '\x9f' or QuoteOctet)
                text.Append(QuoteOctet).Append(c);
            else if (c != '\0' && c <= '\xff')
                text.Append(c);
            if (c == '\n' && (i + 1 == value.Length || value[i + 1] is not (' ' or '\t')))
                text.Append('\t');
        }
    }

    private static void AppendRecipients(StringBuilder text, Envelope envelope, RunAs standard, bool withFailed)
    {
        string controller = "";
        foreach (Address recipient in envelope.Recipients)
        {
            if (recipient.State is not (RecipientState.Ok or RecipientState.Queued) && !(withFailed && recipient.State == RecipientState.Bad))
                continue;
            if (!string.IsNullOrEmpty(recipient.OwnMessage))
                Line(text, "M", recipient.OwnMessage);
            string wanted = Controller(recipient, standard);
            if (wanted != controller)
                Line(text, "C", controller = wanted);
            if (recipient.OriginalRecipient is not null)
                Line(text, "Q", recipient.OriginalRecipient);
            if (FinalRecipient(recipient) is { } final)
                Line(text, "r", final);
            Line(text, "R" + RecipientLetters(recipient, envelope) + ":", recipient.Text);
        }
    }

    /// <summary>The recipient that reports name: the one the sender gave, not what it was expanded to (RFC 3464 2.3.2).</summary>
    internal static string? FinalRecipient(Address recipient)
    {
        string? final = recipient.FinalRecipient;
        for (Address? above = recipient.Controller; above is not null; above = above.Controller)
            final = above.FinalRecipient ?? final;
        return final;
    }

    // The user that deliveries run as, and the alias, list or forwarding user it came from.
    private static string Controller(Address recipient, RunAs standard)
    {
        if (recipient.Controller is not { } from)
            return "";
        if (recipient.RunAsName is { Length: > 0 } user && recipient.UserId > 0)
            return string.Create(CultureInfo.InvariantCulture, $"{user}:{recipient.UserId}:{recipient.GroupId}:{from.Text}");
        return recipient.Has(RecipientFlags.Alias) && from.User.Length > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{from.User}:{standard.UserId}:0:{from.Text}")
            : ":" + from.Text;
    }

    private static string Flags(Envelope envelope)
    {
        var flags = new StringBuilder(8);
        void Flag(EnvelopeFlags flag, char letter)
        {
            if (envelope.Has(flag))
                flags.Append(letter);
        }
        Flag(EnvelopeFlags.Response, 'r');
        Flag(EnvelopeFlags.WarningSent, 'w');
        Flag(EnvelopeFlags.Has8Bit, '8');
        Flag(EnvelopeFlags.DeleteBcc, 'b');
        Flag(EnvelopeFlags.HasReturn, 'd');
        Flag(EnvelopeFlags.NoBodyReturn, 'n');
        Flag(EnvelopeFlags.Split, 's');
        return flags.ToString();
    }

    private static string RecipientLetters(Address recipient, Envelope envelope)
    {
        RecipientFlags flags = recipient.Flags;
        // Without NOTIFY the sender hears of failure and delay, a report about a report only of failure (RFC 3461 4.1).
        if ((flags & (RecipientFlags.HasNotify | RecipientFlags.NotifySuccess | RecipientFlags.NotifyFailure | RecipientFlags.NotifyDelay)) == 0)
            flags |= envelope.Has(EnvelopeFlags.Response) ? RecipientFlags.NotifyFailure : RecipientFlags.NotifyFailure | RecipientFlags.NotifyDelay;
        var letters = new StringBuilder(6);
        void Flag(RecipientFlags flag, char letter)
        {
            if ((flags & flag) != 0)
                letters.Append(letter);
        }
        Flag(RecipientFlags.Primary, 'P');
        Flag(RecipientFlags.HasNotify, 'N');
        Flag(RecipientFlags.NotifySuccess, 'S');
        Flag(RecipientFlags.NotifyFailure, 'F');
        Flag(RecipientFlags.NotifyDelay, 'D');
        Flag(RecipientFlags.Alias, 'A');
        return letters.ToString();
    }
}
