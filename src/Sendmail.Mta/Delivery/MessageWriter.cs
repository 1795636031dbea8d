using System.Text;
using Sendmail.Core;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Headers;
using Sendmail.Core.Rewriting;
using Sendmail.Mta.Mime;

namespace Sendmail.Mta.Delivery;

/// <summary>
/// Writes a message as a mailer wants it: headers chosen by flags and rewritten (op 5.5), body with the mailer's line
/// ends, line limit and dot stuffing. The body is streamed from the data file.
/// </summary>
public sealed class MessageWriter(AddressParser parser)
{
    private static readonly string[] _senderFields = ["from", "sender", "reply-to", "errors-to", "resent-from", "resent-sender", "resent-reply-to", "disposition-notification-to"];
    private static readonly string[] _recipientFields = ["to", "cc", "bcc", "apparently-to", "resent-to", "resent-cc", "resent-bcc"];

    /// <summary>What kind of addresses a field holds, null when none.</summary>
    public static AddressRole? RoleOf(string field)
    {
        string name = AddressParser.AsciiLower(field);
        return Array.IndexOf(_senderFields, name) >= 0 ? AddressRole.Sender : Array.IndexOf(_recipientFields, name) >= 0 ? AddressRole.Recipient : null;
    }

    /// <summary>Headers and body; <paramref name="scope"/> has <c>$g</c> (sender for this mailer), <c>$u</c>, <c>$h</c>.</summary>
    /// <param name="takes8Bit">Whether 8-bit text is taken: by servers with 8BITMIME, programs and files.</param>
    /// <param name="endWithDot">Ends with the lone dot of SMTP, in the same write as the last of the body.</param>
    public async ValueTask WriteAsync(
        Envelope envelope, Mailer mailer, MacroScope scope, Stream output, bool dotStuff, bool takes8Bit, bool endWithDot, CancellationToken cancellation)
    {
        ConversionPlan plan = ConversionPlan.For(parser.Rewriter.Configuration, envelope, mailer, scope, takes8Bit);
        string eol = mailer.EndOfLine;
        var buffer = new MemoryStream(16384);
        EndOfDataGuard? guard = dotStuff ? new EndOfDataGuard() : null;
        // A dialogue has MAIL for that, whichever flags its mailer has.
        if (!mailer.Has('n') && !endWithDot && !mailer.IsIpc)
            Put(buffer, MacroExpander.Expand(parser.Rewriter.Configuration.Options.Get(OptionTable.UnixFromLine), scope) + eol);
        await WriteHeadersAsync(envelope, mailer, scope, plan, buffer, cancellation).ConfigureAwait(false);
        await WriteBodyAsync(envelope, mailer, plan, new BodySink(buffer, output, mailer, guard), cancellation).ConfigureAwait(false);
        if (mailer.Has('b'))
            Put(buffer, eol);
        guard?.Apply(buffer);
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

    private async ValueTask WriteHeadersAsync(Envelope envelope, Mailer mailer, MacroScope scope, ConversionPlan plan, MemoryStream buffer, CancellationToken cancellation)
    {
        string eol = mailer.EndOfLine;
        string? domain = SenderDomain(envelope, mailer);
        foreach (Header header in envelope.Headers)
        {
            if (header.ConditionMacro is { } condition && string.IsNullOrEmpty(scope[condition]))
                continue;
            if (header.MailerFlags.IsEmpty ? HeaderTraits.EndsHere(header.Name) : !header.MailerFlags.Intersects(mailer.Flags))
                continue;
            if (HeaderTraits.IsBlind(header.Name))
            {
                // Where no other field names a recipient it stays, without its addresses.
                if (!HeaderTraits.NamesRecipients(envelope.Headers))
                    Put(buffer, header.Name + ":" + eol);
                continue;
            }
            if (plan.HoldsEncoding && header.Name.Equals("content-transfer-encoding", StringComparison.OrdinalIgnoreCase))
                continue;
            string value = MacroExpander.Expand(header.Template ?? header.Value, scope);
            if (value.Trim().Length == 0 && (header.Template ?? header.Value).AsSpan().IndexOfAnyInRange('\uE000', '\uE01F') >= 0)
                continue;
            if (RoleOf(header.Name) is { } role)
                value = await AddressesAsync(header.Name, value, mailer, role, domain, scope, cancellation).ConfigureAwait(false);
            string line = header.Name + ":" + value;
            if (plan.StripsHeader)
                line = string.Concat(line.Select(c => (char)(c & 0x7F)));
            int limit = mailer.LineLimit;
            foreach (string part in line.Split('\n'))
                PutLine(buffer, part, limit, eol);
        }
        if (!plan.AddsFields)
            return;
        bool Has(string name) => envelope.Headers.Exists(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (!Has("mime-version"))
            Put(buffer, "MIME-Version: 1.0" + eol);
        if (plan.ContentType is null && (plan.To7Bit || !plan.DeclaresMime))
            PutLine(buffer, "Content-Type: text/plain; charset=" + plan.CharacterSet, mailer.LineLimit, eol);
        if (plan.Encoding is null && !plan.To7Bit && !plan.DeclaresMime)
            Put(buffer, "Content-Transfer-Encoding: 8bit" + eol);
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
        List<AddressListMember> members = AddressList.Members(value.Replace("\n", "", StringComparison.Ordinal));
        if (members.Count == 0)
            return value;
        var shown = new string[members.Count];
        for (int i = 0; i < shown.Length; i++)
            shown[i] = members[i].Before + await parser.RewriteForMailerAsync(members[i].Address, mailer, role, true, domain, scope, cancellation).ConfigureAwait(false) + members[i].After;
        return AddressField.Join(field, shown);
    }

    private async ValueTask WriteBodyAsync(Envelope envelope, Mailer mailer, ConversionPlan plan, BodySink sink, CancellationToken cancellation)
    {
        if (envelope.DataFile is null)
        {
            sink.EndLine();
            return;
        }
        using var reader = new BodyReader(envelope.DataFile);
        if (plan.WalksParts)
        {
            await new PartsConverter(parser.Rewriter.Configuration, mailer, plan, reader, sink).ConvertAsync(cancellation).ConfigureAwait(false);
            return;
        }
        if (plan.To8Bit)
        {
            await new EightBitConverter(plan, reader, sink).ConvertAsync(cancellation).ConfigureAwait(false);
            return;
        }
        sink.EndLine();
        while (reader.Next())
        {
            sink.Line(reader.Piece.Span, plan.Strips, reader.IsCut);
            await sink.FlushSomeAsync(cancellation).ConfigureAwait(false);
        }
    }
}
