using System.Text;
using Sendmail.Core;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Headers;
using Sendmail.Core.Rewriting;
using Sendmail.Posix;

namespace Sendmail.Mta.Dsn;

/// <summary>The part of a notification that gives the message back, or its headers.</summary>
internal static class DsnOriginal
{
    // A returned message shows the headers that any mailer may ask for but the full name on its own.
    private static readonly MailerFlags _shown = MailerFlags.Of("PDFMmn");

    internal static void AppendIntroduction(StringBuilder text, DsnReport report)
    {
        if (!report.Mime)
        {
            text.Append(report.HeadersOnly ? "   ----- Message header follows -----\n\n" : "   ----- Original message follows -----\n\n");
            return;
        }
        text.Append("--").Append(report.Boundary).Append("\nContent-Type: ").Append(report.HeadersOnly ? "text/rfc822-headers" : "message/rfc822").Append('\n');
        if (report.Failed.Has(EnvelopeFlags.Has8Bit))
            text.Append("Content-Transfer-Encoding: 8bit\n");
        text.Append('\n');
    }

    internal static void AppendHeaders(StringBuilder text, DsnReport report)
    {
        Envelope failed = report.Failed;
        var scope = new MacroScope(failed.Macros) { ["g"] = CrackedAddress.Crack(failed.Sender?.Text ?? "", "").Core };
        foreach (Header header in failed.Headers)
        {
            if (header.MailerFlags.IsEmpty ? HeaderTraits.EndsHere(header.Name) : !header.MailerFlags.Intersects(_shown))
                continue;
            if (header.ConditionMacro is { } condition && string.IsNullOrEmpty(scope[condition]))
                continue;
            if (HeaderTraits.IsBlind(header.Name))
            {
                if (!HeaderTraits.NamesRecipients(failed.Headers))
                    text.Append(header.Name).Append(":\n");
                continue;
            }
            text.Append(header.Name).Append(':').Append(MacroExpander.Expand(header.Value, scope)).Append('\n');
        }
    }

    /// <summary>The body after the headers, and the end of the notification.</summary>
    internal static async ValueTask WriteBodyAsync(Stream output, DsnReport report, CancellationToken cancellation)
    {
        if (report.HeadersOnly)
        {
            output.Write(Latin1.ToBytes(report.Mime ? "" : "\n   ----- Message body suppressed -----\n"));
        }
        else
        {
            output.Write("\n"u8);
            if (report.Failed.DataFile is { } path && File.Exists(path))
            {
                using FileStream data = Files.Open(path);
                await data.CopyToAsync(output, cancellation).ConfigureAwait(false);
                if (data.Length > 0)
                {
                    data.Position = data.Length - 1;
                    if (data.ReadByte() != '\n')
                        output.WriteByte((byte)'\n');
                }
            }
        }
        output.Write(Latin1.ToBytes(report.Mime ? "\n--" + report.Boundary + "--\n\n" : "\n"));
    }
}
