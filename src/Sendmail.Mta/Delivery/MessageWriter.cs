using System.Text;
using Sendmail.Core;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Headers;
using Sendmail.Core.Rewriting;
using Sendmail.Posix;

namespace Sendmail.Mta.Delivery;

/// <summary>
/// Writes a message as a mailer wants it: headers chosen by flags and rewritten (op 5.5), body with the mailer's line
/// ends, line limit and dot stuffing. The body is streamed from the data file.
/// </summary>
public sealed class MessageWriter(AddressParser parser)
{
    private const int FoldColumn = 76;
    private static readonly string[] _senderFields = ["from", "sender", "reply-to", "errors-to", "return-receipt-to", "resent-from", "resent-sender", "resent-reply-to", "disposition-notification-to"];
    private static readonly string[] _recipientFields = ["to", "cc", "bcc", "apparently-to", "resent-to", "resent-cc", "resent-bcc"];

    /// <summary>What kind of addresses a field holds, null when none.</summary>
    public static AddressRole? RoleOf(string field)
    {
        string name = AddressParser.AsciiLower(field);
        return Array.IndexOf(_senderFields, name) >= 0 ? AddressRole.Sender : Array.IndexOf(_recipientFields, name) >= 0 ? AddressRole.Recipient : null;
    }

    /// <summary>Headers and body; <paramref name="scope"/> has <c>$g</c> (sender for this mailer), <c>$u</c>, <c>$h</c>.</summary>
    /// <param name="endWithDot">Ends with the lone dot of SMTP, in the same write as the last of the body.</param>
    public async ValueTask WriteAsync(Envelope envelope, Mailer mailer, MacroScope scope, Stream output, bool dotStuff, bool endWithDot, CancellationToken cancellation)
    {
        string eol = mailer.EndOfLine;
        var buffer = new MemoryStream(16384);
        if (!mailer.Has('n') && !dotStuff)
            Put(buffer, MacroExpander.Expand(parser.Rewriter.Configuration.Options.Get(OptionTable.UnixFromLine), scope) + eol);
        await WriteHeadersAsync(envelope, mailer, scope, buffer, cancellation).ConfigureAwait(false);
        Put(buffer, eol);
        await WriteBodyAsync(envelope, mailer, dotStuff, buffer, output, cancellation).ConfigureAwait(false);
        if (mailer.Has('b'))
            Put(buffer, eol);
        if (endWithDot)
            Put(buffer, "." + eol);
        await FlushAsync(buffer, output, cancellation).ConfigureAwait(false);
        await output.FlushAsync(cancellation).ConfigureAwait(false);
    }

    private static void Put(MemoryStream buffer, string text)
    {
        foreach (char c in text)
            buffer.WriteByte((byte)c);
    }

    private static async ValueTask FlushAsync(MemoryStream buffer, Stream output, CancellationToken cancellation)
    {
        await output.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancellation).ConfigureAwait(false);
        buffer.SetLength(0);
    }

    /// <summary>The headers alone, for DSNs as well.</summary>
    public async ValueTask WriteHeadersAsync(Envelope envelope, Mailer mailer, MacroScope scope, MemoryStream buffer, CancellationToken cancellation)
    {
        string eol = mailer.EndOfLine;
        string? domain = SenderDomain(envelope, mailer);
        foreach (Header header in envelope.Headers)
        {
            if (header.ConditionMacro is { } condition && string.IsNullOrEmpty(scope[condition]))
                continue;
            if (!header.MailerFlags.IsEmpty && !header.MailerFlags.Intersects(mailer.Flags))
                continue;
            if (header.Name.Equals("bcc", StringComparison.OrdinalIgnoreCase) && envelope.Has(EnvelopeFlags.DeleteBcc))
                continue;
            string value = MacroExpander.Expand(header.Value, scope);
            if (value.Trim().Length == 0 && header.Value.AsSpan().IndexOfAnyInRange('\uE000', '\uE01F') >= 0)
                continue;
            if (RoleOf(header.Name) is { } role)
                value = await AddressesAsync(header.Name, value, mailer, role, domain, scope, cancellation).ConfigureAwait(false);
            string line = header.Name + ":" + value;
            if (mailer.Has('6') || mailer.Has('7'))
                line = string.Concat(line.Select(c => (char)(c & 0x7F)));
            int limit = mailer.LineLimit;
            foreach (string part in line.Split('\n'))
                PutLine(buffer, part, limit, eol);
        }
    }

    private static void PutLine(MemoryStream buffer, string line, int limit, string eol)
    {
        while (limit > 0 && line.Length > limit)
        {
            Put(buffer, line[..(limit - 1)] + "!" + eol);
            line = " " + line[(limit - 1)..];
        }
        Put(buffer, line + eol);
    }

    // A bare sender gives its domain to bare recipients when the sender's mailer says so (F=C).
    private static string? SenderDomain(Envelope envelope, Mailer mailer)
    {
        if (envelope.Sender?.Mailer?.Has('C') != true)
            return null;
        _ = mailer;
        int at = envelope.Sender.Text.LastIndexOf('@');
        return at < 0 ? null : envelope.Sender.Text[at..].TrimEnd('>');
    }

    private async ValueTask<string> AddressesAsync(
        string field, string value, Mailer mailer, AddressRole role, string? domain, MacroScope scope, CancellationToken cancellation)
    {
        List<string> items = AddressList.Split(value.Replace("\n", "", StringComparison.Ordinal));
        if (items.Count == 0 || (value.Contains(':', StringComparison.Ordinal) && value.Contains(';', StringComparison.Ordinal)))
            return value;
        var result = new StringBuilder(value.Length + 16);
        int column = field.Length + 1;
        for (int i = 0; i < items.Count; i++)
        {
            string item = await parser.RewriteForMailerAsync(items[i], mailer, role, true, domain, scope, cancellation).ConfigureAwait(false);
            bool last = i == items.Count - 1;
            int length = item.Length + (last ? 0 : 1);
            if (i > 0 && column + 1 + length > FoldColumn)
            {
                result.Append("\n        ");
                column = 8;
            }
            else
            {
                result.Append(' ');
                column++;
            }
            result.Append(item);
            if (!last)
                result.Append(',');
            column += length;
        }
        return result.ToString();
    }

    private static async ValueTask WriteBodyAsync(Envelope envelope, Mailer mailer, bool dotStuff, MemoryStream buffer, Stream output, CancellationToken cancellation)
    {
        if (envelope.DataFile is null)
            return;
        using FileStream file = Files.Open(envelope.DataFile);
        byte[] eol = Latin1.ToBytes(mailer.EndOfLine);
        int limit = mailer.LineLimit;
        bool strip = mailer.Has('7');
        bool quoteFrom = mailer.Has('E');
        byte[] input = new byte[32768];
        bool lineStart = true;
        int column = 0;
        byte last = (byte)'\n';
        int fromMatch = 0;
        while (true)
        {
            int read = await file.ReadAsync(input, cancellation).ConfigureAwait(false);
            if (read == 0)
                break;
            for (int i = 0; i < read; i++)
            {
                byte c = input[i];
                last = c;
                if (c == '\n')
                {
                    buffer.Write(eol);
                    lineStart = true;
                    column = 0;
                    continue;
                }
                if (lineStart)
                {
                    if (dotStuff && c == '.')
                        buffer.WriteByte((byte)'.');
                    fromMatch = quoteFrom && c == 'F' && StartsFrom(input.AsSpan(i, read - i)) ? 1 : 0;
                    if (fromMatch == 1)
                        buffer.WriteByte((byte)'>');
                    lineStart = false;
                }
                if (limit > 0 && column >= limit - 1 && !(i + 1 < read && input[i + 1] == '\n'))
                {
                    buffer.WriteByte((byte)'!');
                    buffer.Write(eol);
                    column = 0;
                    if (dotStuff && c == '.')
                        buffer.WriteByte((byte)'.');
                }
                buffer.WriteByte(strip ? (byte)(c & 0x7F) : c);
                column++;
            }
            if (buffer.Length > 60000)
                await FlushAsync(buffer, output, cancellation).ConfigureAwait(false);
        }
        if (last != '\n')
            buffer.Write(eol);
    }

    private static bool StartsFrom(ReadOnlySpan<byte> text) => text.StartsWith("From "u8);
}
