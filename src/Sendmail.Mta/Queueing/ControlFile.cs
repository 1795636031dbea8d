using System.Globalization;
using System.Text;
using Sendmail.Core;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Headers;
using Sendmail.Core.Rewriting;

namespace Sendmail.Mta.Queueing;

/// <summary>What is wrong with a control file; the file is set aside.</summary>
public sealed class ControlFileException(string message) : IOException(message);

/// <summary>
/// The qf file, version 8: one item a line, letter first, fixed order, a lone dot at the end. Headers may hold an encoded
/// macro as octet 0x81 and its letter.
/// </summary>
public static class ControlFile
{
    /// <summary>The version this writes and the highest it reads.</summary>
    public const int Version = 8;
    private const char EncodedMacro = '\x81';

    /// <summary>The text of an envelope's control file, one char per octet.</summary>
    public static string Write(Envelope envelope)
    {
        var text = new StringBuilder(1024);
        void Line(string s) => text.Append(s).Append('\n');
        CultureInfo plain = CultureInfo.InvariantCulture;
        Line("V8");
        Line("T" + envelope.Created.ToUnixTimeSeconds().ToString(plain));
        Line("K" + (envelope.LastTried?.ToUnixTimeSeconds() ?? 0).ToString(plain));
        Line("N" + envelope.Attempts.ToString(plain));
        Line("P" + envelope.Priority.ToString(plain));
        if (envelope.BodyType.Length > 0)
            Line("B" + envelope.BodyType);
        if (!string.IsNullOrEmpty(envelope.StatusMessage))
            Line("M" + OneLine(envelope.StatusMessage));
        Line("F" + Flags(envelope));
        foreach (string name in (string[])["_", "r", "s"])
        {
            if (envelope.Macros[name] is { Length: > 0 } value)
                Line("$" + name + OneLine(value));
        }
        Line("${daemon_flags}" + OneLine(envelope.Macros["daemon_flags"] ?? ""));
        if (envelope.QuarantineReason is not null)
            Line("q" + OneLine(envelope.QuarantineReason));
        Line("S" + OneLine(envelope.Sender?.Text ?? "<>"));
        if (envelope.EnvelopeId is not null)
            Line("Z" + envelope.EnvelopeId);
        if (envelope.AuthSender is not null)
            Line("A" + OneLine(envelope.AuthSender));
        if (envelope.DeliverBy is { } deadline)
        {
            int mode = (envelope.DeliverByMode == 'R' ? 2 : 1) | (envelope.DeliverByTrace ? 0x10 : 0);
            Line("!" + (char)mode + " " + ((long)deadline.TotalSeconds).ToString(plain));
        }
        string controller = "";
        foreach (Address recipient in envelope.Recipients)
        {
            if (recipient.State is not (RecipientState.Ok or RecipientState.Queued))
                continue;
            string wanted = Controller(recipient);
            if (wanted != controller)
                Line("C" + (controller = wanted));
            if (recipient.OriginalRecipient is not null)
                Line("Q" + recipient.OriginalRecipient);
            if (recipient.FinalRecipient is not null)
                Line("r" + OneLine(recipient.FinalRecipient));
            Line("R" + RecipientLetters(recipient) + ":" + OneLine(recipient.Text));
        }
        foreach (Header header in envelope.Headers)
        {
            string condition = header.ConditionMacro is { } macro ? "${" + macro + "}" : header.MailerFlags.ToString();
            Line("H?" + condition + "?" + header.Name + ":" + Encode(header.Value));
        }
        Line(".");
        return text.ToString();
    }

    private static string Controller(Address recipient)
    {
        if (recipient.Controller is not { } from)
            return "";
        string user = recipient.RunAsName ?? "";
        return user + ":" + from.Text;
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
        return flags.Append('s').ToString();
    }

    private static string RecipientLetters(Address recipient)
    {
        var letters = new StringBuilder(6);
        void Flag(RecipientFlags flag, char letter)
        {
            if ((recipient.Flags & flag) != 0)
                letters.Append(letter);
        }
        Flag(RecipientFlags.Primary, 'P');
        Flag(RecipientFlags.HasNotify, 'N');
        Flag(RecipientFlags.NotifySuccess, 'S');
        Flag(RecipientFlags.NotifyFailure, 'F');
        Flag(RecipientFlags.NotifyDelay, 'D');
        return letters.ToString();
    }

    private static string OneLine(string text) => text.AsSpan().IndexOfAny('\n', '\r') < 0 ? text : text.Replace('\n', ' ').Replace("\r", "", StringComparison.Ordinal);

    private static string Encode(string value) => value.Contains(Meta.Macro, StringComparison.Ordinal)
        ? value.Replace(Meta.Macro, EncodedMacro) : value;

    /// <summary>
    /// Reads a control file into a new envelope. Recipients are as written, with mailer and user not yet resolved.
    /// </summary>
    /// <exception cref="ControlFileException">It is not one; the message is the reference's.</exception>
    public static Envelope Read(string text, MacroScope globals)
    {
        var envelope = new Envelope(globals);
        int version = 0;
        bool ended = false;
        string? controlling = null;
        string? original = null;
        string? final = null;
        foreach (string line in LogicalLines(text))
        {
            string rest = line[1..];
            switch (line[0])
            {
                case 'V':
                    version = (int)Number(rest);
                    if (version > Version)
                        throw new ControlFileException(string.Create(CultureInfo.InvariantCulture, $"Version number in queue file ({version}) greater than max ({Version})"));
                    break;
                case 'T': envelope.Created = DateTimeOffset.FromUnixTimeSeconds(Number(rest)); break;
                case 'K': envelope.LastTried = Number(rest) is var k and > 0 ? DateTimeOffset.FromUnixTimeSeconds(k) : null; break;
                case 'N': envelope.Attempts = (int)Number(rest); break;
                case 'P': envelope.Priority = Number(rest); break;
                case 'B': envelope.BodyType = rest; break;
                case 'M': envelope.StatusMessage = rest; break;
                case 'F': envelope.Flags |= ReadFlags(rest); break;
                case '$': ReadMacro(rest, envelope.Macros); break;
                case 'q': envelope.QuarantineReason = rest; break;
                case 'S': envelope.Sender = new Address { Text = rest }; break;
                case 'Z': envelope.EnvelopeId = rest; break;
                case 'A': envelope.AuthSender = rest; break;
                case '!': ReadDeliverBy(rest, envelope); break;
                case 'C': controlling = rest.Length == 0 ? null : rest; break;
                case 'Q': original = rest; break;
                case 'r': final = rest; break;
                case 'R':
                    envelope.Recipients.Add(ReadRecipient(rest, version, controlling, original, final));
                    original = final = null;
                    break;
                case 'H': ReadHeader(rest, envelope); break;
                case 'I' or 'd' or 'D' or 'E' or 'Y': break;
                case '.': ended = true; break;
                default: throw new ControlFileException("readqf: bad line \"" + line + "\"");
            }
            if (ended)
                break;
        }
        if (!ended)
            throw new ControlFileException("readqf: incomplete queue file read");
        if (envelope.Sender is null)
            throw new ControlFileException("readqf: no sender");
        return envelope;
    }

    private static IEnumerable<string> LogicalLines(string text)
    {
        int at = 0;
        while (at < text.Length)
        {
            int end = text.IndexOf('\n', at);
            if (end < 0)
                end = text.Length;
            while (end + 1 < text.Length && text[end + 1] is ' ' or '\t')
            {
                int next = text.IndexOf('\n', end + 1);
                end = next < 0 ? text.Length : next;
            }
            if (end > at)
                yield return text[at..end];
            at = end + 1;
        }
    }

    private static long Number(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : 0;

    private static EnvelopeFlags ReadFlags(string letters)
    {
        EnvelopeFlags flags = EnvelopeFlags.None;
        foreach (char letter in letters)
        {
            flags |= letter switch
            {
                'r' => EnvelopeFlags.Response,
                'w' => EnvelopeFlags.WarningSent,
                '8' => EnvelopeFlags.Has8Bit,
                'b' => EnvelopeFlags.DeleteBcc,
                'd' => EnvelopeFlags.HasReturn,
                'n' => EnvelopeFlags.NoBodyReturn,
                's' => EnvelopeFlags.Split,
                _ => EnvelopeFlags.None,
            };
        }
        return flags;
    }

    private static void ReadMacro(string rest, MacroScope macros)
    {
        int end = CfText.NameEnd(rest, 0);
        if (end > 0)
            macros[CfText.Name(rest.AsSpan(0, end))] = rest[end..];
    }

    private static void ReadDeliverBy(string rest, Envelope envelope)
    {
        if (rest.Length < 2)
            return;
        envelope.DeliverByMode = (rest[0] & 2) != 0 ? 'R' : 'N';
        envelope.DeliverByTrace = (rest[0] & 0x10) != 0;
        envelope.DeliverBy = TimeSpan.FromSeconds(Number(rest[1..].Trim()));
    }

    private static Address ReadRecipient(string rest, int version, string? controlling, string? original, string? final)
    {
        RecipientFlags flags = RecipientFlags.None;
        int colon = version >= 2 ? rest.IndexOf(':', StringComparison.Ordinal) : -1;
        for (int i = 0; i < colon; i++)
        {
            flags |= rest[i] switch
            {
                'P' => RecipientFlags.Primary,
                'N' => RecipientFlags.HasNotify,
                'S' => RecipientFlags.NotifySuccess,
                'F' => RecipientFlags.NotifyFailure,
                'D' => RecipientFlags.NotifyDelay,
                _ => RecipientFlags.None,
            };
        }
        if (colon < 0)
            flags = RecipientFlags.Primary | RecipientFlags.NotifyFailure | RecipientFlags.NotifyDelay;
        var address = new Address { Text = rest[(colon + 1)..], Flags = flags, OriginalRecipient = original, FinalRecipient = final };
        if (controlling is not null)
        {
            int separator = controlling.IndexOf(':', StringComparison.Ordinal);
            string user = separator < 0 ? controlling : controlling[..separator];
            address.RunAsName = user.Length > 0 ? user : null;
            address.Controller = new Address { Text = separator < 0 ? controlling : controlling[(separator + 1)..] };
        }
        return address;
    }

    private static void ReadHeader(string rest, Envelope envelope)
    {
        string condition = "";
        if (rest.StartsWith('?'))
        {
            int close = rest.IndexOf('?', 1);
            if (close < 0)
                throw new ControlFileException("readqf: bad header line \"H" + rest + "\"");
            condition = rest[1..close];
            rest = rest[(close + 1)..];
        }
        int colon = rest.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
            throw new ControlFileException("readqf: bad header line \"H" + rest + "\"");
        bool macro = condition.StartsWith("${", StringComparison.Ordinal);
        envelope.Headers.Add(new Header
        {
            Name = rest[..colon],
            Value = rest[(colon + 1)..].Replace(EncodedMacro, Meta.Macro),
            MailerFlags = macro ? default : MailerFlags.Of(condition),
            ConditionMacro = macro ? CfText.Name(condition.AsSpan(1)) : null,
        });
    }
}
