using System.Globalization;
using Sendmail.Core.Addressing;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Replies;

namespace Sendmail.Mta.Daemon;

/// <summary>ESMTP parameters of MAIL and RCPT (RFC 1870, 6152, 3461, 2852) with the reference's complaints.</summary>
internal static class MailParameters
{
    private static SmtpReply Bad(string status, string text) => SmtpReply.Of(501, status, text);

    /// <summary>Applies the parameters of MAIL; the reply that refuses them, null when all are good.</summary>
    internal static SmtpReply? Apply(Envelope envelope, IReadOnlyList<KeyValuePair<string, string?>> parameters, bool dsn, out long size)
    {
        size = 0;
        foreach ((string key, string? value) in parameters)
        {
            switch (key.ToUpperInvariant())
            {
                case "SIZE":
                    if (value is null)
                        return Bad("5.5.2", "SIZE requires a value");
                    size = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;
                    break;
                case "BODY":
                    if (value is null)
                        return Bad("5.5.2", "BODY requires a value");
                    if (value.ToUpperInvariant() is not ("7BIT" or "8BITMIME"))
                        return Bad("5.5.4", "Unknown BODY type " + value);
                    envelope.BodyType = value.ToUpperInvariant();
                    break;
                case "ENVID" when dsn:
                    if (value is null)
                        return Bad("5.5.2", "ENVID requires a value");
                    if (!IsXtext(value))
                        return Bad("5.5.4", "Syntax error in ENVID parameter value");
                    if (envelope.EnvelopeId is not null)
                        return Bad("5.5.0", "Duplicate ENVID parameter");
                    envelope.EnvelopeId = value;
                    break;
                case "RET" when dsn:
                    if (value is null)
                        return Bad("5.5.2", "RET requires a value");
                    if (envelope.Has(EnvelopeFlags.HasReturn))
                        return Bad("5.5.0", "Duplicate RET parameter");
                    envelope.Flags |= EnvelopeFlags.HasReturn;
                    if (value.Equals("hdrs", StringComparison.OrdinalIgnoreCase))
                        envelope.Flags |= EnvelopeFlags.NoBodyReturn;
                    else if (!value.Equals("full", StringComparison.OrdinalIgnoreCase))
                        return Bad("5.5.2", "Bad argument \"" + value + "\" to RET");
                    break;
                case "BY":
                    if (DeliverBy(envelope, value) is { } problem)
                        return problem;
                    break;
                case "AUTH":
                    if (value is null)
                        return Bad("5.5.2", "AUTH= requires a value");
                    envelope.AuthSender = value;
                    break;
                default:
                    return SmtpReply.Of(555, "5.5.4", key + " parameter unrecognized");
            }
        }
        return null;
    }

    private static SmtpReply? DeliverBy(Envelope envelope, string? value)
    {
        if (value is null)
            return Bad("5.5.2", "BY= requires a value");
        int semicolon = value.IndexOf(';', StringComparison.Ordinal);
        if (semicolon < 0)
            return Bad("5.5.2", "BY= missing ';'");
        if (!long.TryParse(value.AsSpan(0, semicolon), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seconds) || Math.Abs(seconds) > 999_999_999)
            return Bad("5.5.2", "BY=" + value + " out of range");
        string mode = value[(semicolon + 1)..].ToUpperInvariant();
        if (mode.Length == 0 || mode[0] is not ('N' or 'R'))
            return Bad("5.5.2", "illegal by-mode '" + (mode.Length > 0 ? mode[0] : ' ') + "'");
        if (mode.Length > 1 && mode[1] != 'T')
            return Bad("5.5.2", "illegal by-trace '" + mode[1] + "'");
        if (mode[0] == 'R' && seconds <= 0)
            return Bad("5.5.4", "mode R requires BY time > 0");
        envelope.DeliverBy = TimeSpan.FromSeconds(seconds);
        envelope.DeliverByMode = mode[0];
        envelope.DeliverByTrace = mode.Length > 1;
        return null;
    }

    /// <summary>Reads the parameters of RCPT. Without NOTIFY failure and delay are told.</summary>
    internal static SmtpReply? ApplyRecipient(IReadOnlyList<KeyValuePair<string, string?>> parameters, out RecipientFlags flags, out string? original)
    {
        flags = RecipientFlags.NotifyFailure | RecipientFlags.NotifyDelay;
        original = null;
        foreach ((string key, string? value) in parameters)
        {
            switch (key.ToUpperInvariant())
            {
                case "NOTIFY":
                    if (value is null)
                        return Bad("5.5.2", "NOTIFY requires a value");
                    flags = RecipientFlags.HasNotify;
                    foreach (string word in value.ToUpperInvariant().Split(','))
                    {
                        switch (word)
                        {
                            case "NEVER": break;
                            case "SUCCESS": flags |= RecipientFlags.NotifySuccess; break;
                            case "FAILURE": flags |= RecipientFlags.NotifyFailure; break;
                            case "DELAY": flags |= RecipientFlags.NotifyDelay; break;
                            default: return Bad("5.5.4", "Bad argument \"" + word + "\"  to NOTIFY");
                        }
                    }
                    break;
                case "ORCPT":
                    if (value is null)
                        return Bad("5.5.2", "ORCPT requires a value");
                    if (!value.Contains(';', StringComparison.Ordinal) || !IsXtext(value))
                        return Bad("5.5.4", "Syntax error in ORCPT parameter value");
                    if (original is not null)
                        return Bad("5.5.0", "Duplicate ORCPT parameter");
                    original = value;
                    break;
                default:
                    return SmtpReply.Of(555, "5.5.4", key + " parameter unrecognized");
            }
        }
        return null;
    }

    private static bool IsXtext(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is < '!' or > '~' or '=')
                return false;
            if (text[i] == '+' && (i + 2 >= text.Length || !char.IsAsciiHexDigitUpper(text[i + 1]) || !char.IsAsciiHexDigitUpper(text[i + 2])))
                return false;
        }
        return true;
    }
}
