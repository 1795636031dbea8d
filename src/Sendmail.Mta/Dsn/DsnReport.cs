using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;

namespace Sendmail.Mta.Dsn;

/// <summary>What one notification tells, and how.</summary>
internal sealed class DsnReport
{
    internal required Envelope Failed { get; init; }
    internal required IReadOnlyList<Address> Recipients { get; init; }
    internal required DsnKind Kind { get; init; }
    /// <summary>Goes to the postmaster instead of the sender.</summary>
    internal required bool ToPostmaster { get; init; }
    /// <summary>The headers alone are returned.</summary>
    internal required bool HeadersOnly { get; init; }
    internal required bool Mime { get; init; }
    internal required string Boundary { get; init; }
    internal required DateTimeOffset Now { get; init; }
    internal required MtaServices Services { get; init; }

    internal string Date(DateTimeOffset time) => MailDate.Format(time, Services.Zone);

    internal static bool IsReached(Address recipient) => recipient.State is RecipientState.Sent or RecipientState.Expanded;

    /// <summary>Whether a recipient that was reached has lines of its own: members of lists have none (RFC 3461 5.2.7.3).</summary>
    internal static bool IsToldOfAlone(Address recipient) => recipient.State == RecipientState.Sent && recipient.Has(RecipientFlags.Primary);

    /// <summary>Whether a recipient was handed to somebody who sends no reports of its own.</summary>
    internal static bool IsRelayed(Address recipient) => recipient.State == RecipientState.Sent && recipient.Mailer?.IsIpc == true;

    /// <summary>The reply or exit code that says what went wrong, null when there is nothing to quote.</summary>
    internal static string? Diagnostic(Address recipient)
    {
        if (recipient.IsForbidden || recipient.Mailer?.Name == "*include*" || recipient.Mailer is not { } mailer || mailer.Name.Equals("error", StringComparison.OrdinalIgnoreCase) || recipient.State == RecipientState.Queued)
            return null;
        string type = mailer.DiagnosticType ?? (mailer.IsIpc ? "SMTP" : "X-Unix");
        if (!string.IsNullOrEmpty(recipient.RemoteReply) && (!IsReached(recipient) || mailer.IsIpc))
            return type + "; " + OneLine(recipient.RemoteReply);
        return IsReached(recipient) || mailer.IsIpc || recipient.ExitStatus == 0 ? null : type + "; " + ((int)recipient.ExitStatus).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Whether a program ended with a code of its own, which is then all that is known.</summary>
    internal static bool IsUnknownExit(Address recipient) =>
        recipient.Mailer?.IsIpc == false && int.TryParse(recipient.RemoteReply, System.Globalization.CultureInfo.InvariantCulture, out int code) && code < 200;

    /// <summary>Text of others that has to stay on its line.</summary>
    internal static string OneLine(string text) => Plain(text).Replace('\n', ' ');

    /// <summary>The same of several lines: a carriage return alone ends a line for some readers, and NUL ends everything.</summary>
    internal static string Plain(string text) => text.Replace("\r", "", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal);
}
