using System.Globalization;
using Sendmail.Core.Replies;

namespace Sendmail.Wire.Smtp;

public static partial class SmtpCommandParser
{
    private const long LongestDeliverBy = 999_999_999;

    /// <summary>
    /// Reads the parameters of MAIL, in any order, names in any case. <paramref name="before"/> is what refused MAIL commands
    /// gave: it holds on, but for the size.
    /// </summary>
    /// <returns>The parameters up to the first that is wrong, and the reply for that one.</returns>
    public static (MailParameters Parameters, SmtpReply? Error) ReadMailParameters(string text, SmtpParameterRules rules, MailParameters? before = null)
    {
        MailParameters found = before is null ? new MailParameters() : before with { Size = 0 };
        ReadOnlySpan<char> rest = text;
        while (Next(ref rest, out ReadOnlySpan<char> name, out ReadOnlySpan<char> value, out bool hasValue))
        {
            SmtpReply? error = null;
            if (Is(name, "SIZE"))
            {
                if (!hasValue)
                    return (found, Missing("SIZE"));
                found = found with { Size = value.StartsWith("-") ? -Number(value[1..]) : Number(value) };
                error = found.Size < 0 ? SmtpReply.Of(552, "5.2.3", "Message size invalid")
                    : found.Size == long.MaxValue && !value.SequenceEqual("9223372036854775807") ? SmtpReply.Of(552, "5.2.3", "Message size exceeds maximum value") : null;
            }
            else if (Is(name, "BODY"))
            {
                if (!hasValue)
                    return (found, Missing("BODY"));
                if (!Is(value, "8BITMIME") && !Is(value, "7BIT"))
                    return (found, SmtpReply.Of(501, "5.5.4", string.Concat("Unknown BODY type ", value)));
                found = found with { Body = value.ToString() };
            }
            else if (Is(name, "RET"))
            {
                found = ReadReturn(found, value, hasValue, rules, out error);
            }
            else if (Is(name, "ENVID"))
            {
                error = !rules.AllowDsn ? NoDsn("ENVID") : !hasValue ? Missing("ENVID") : found.EnvelopeId is not null ? Duplicate("ENVID") : CheckText("ENVID", value);
                if (error is null)
                    found = found with { EnvelopeId = value.ToString() };
            }
            else if (Is(name, "AUTH"))
            {
                error = !hasValue ? Missing("AUTH=") : found.Auth is not null ? Duplicate("AUTH") : CheckText("AUTH", value);
                if (error is null)
                    found = found with { Auth = value.ToString() };
            }
            else if (Is(name, "BY") && rules.AllowDeliverBy)
            {
                found = ReadDeliverBy(found, value, hasValue, rules, out error);
            }
            else
            {
                error = Unknown(name);
            }
            if (error is not null)
                return (found, error);
        }
        return (found, null);
    }

    /// <summary>Reads the parameters of RCPT.</summary>
    /// <returns>The parameters, or the reply for the first that is wrong.</returns>
    public static (RcptParameters? Parameters, SmtpReply? Error) ReadRcptParameters(string text, SmtpParameterRules rules)
    {
        RcptParameters found = RcptParameters.None;
        ReadOnlySpan<char> rest = text;
        while (Next(ref rest, out ReadOnlySpan<char> name, out ReadOnlySpan<char> value, out bool hasValue))
        {
            SmtpReply? error;
            if (Is(name, "NOTIFY"))
            {
                NotifyConditions conditions = found.Notify ?? NotifyConditions.Never;
                error = !rules.AllowDsn ? NoDsn("NOTIFY") : !hasValue ? Missing("NOTIFY") : ReadNotify(value, ref conditions);
                found = found with { Notify = conditions };
            }
            else if (Is(name, "ORCPT"))
            {
                int type = value.IndexOf(';');
                error = !rules.AllowDsn ? NoDsn("ORCPT") : !hasValue ? Missing("ORCPT")
                    : type <= 0 || !XText.IsValid(value) ? BadText("ORCPT") : found.OriginalRecipient is not null ? Duplicate("ORCPT") : null;
                found = found with { OriginalRecipient = value.ToString() };
            }
            else
            {
                error = Unknown(name);
            }
            if (error is not null)
                return (null, error);
        }
        return (found, null);
    }

    // RFC 5321 4.1.2: a keyword of letters, digits and hyphens; a value without equals sign, blanks and 8-bit octets.
    // The octet behind either is skipped whatever it is, as sendmail does.
    private static bool Next(ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> name, out ReadOnlySpan<char> value, out bool hasValue)
    {
        rest = rest[SkipBlank(rest)..];
        name = value = default;
        hasValue = false;
        if (rest.Length == 0)
            return false;
        int end = 0;
        while (end < rest.Length && (char.IsAsciiLetterOrDigit(rest[end]) || rest[end] == '-'))
            end++;
        name = rest[..end];
        if (end < rest.Length && rest[end] == '=')
        {
            hasValue = true;
            int start = ++end;
            while (end < rest.Length && rest[end] is > ' ' and < (char)127 and not '=')
                end++;
            value = rest[start..end];
        }
        rest = end < rest.Length ? rest[(end + 1)..] : default;
        return true;
    }

    private static MailParameters ReadReturn(MailParameters found, ReadOnlySpan<char> value, bool hasValue, SmtpParameterRules rules, out SmtpReply? error)
    {
        error = !rules.AllowDsn ? NoDsn("RET") : !hasValue ? Missing("RET") : found.Return.Length > 0 ? Duplicate("RET")
            : Is(value, "FULL") || Is(value, "HDRS") ? null : SmtpReply.Of(501, "5.5.2", string.Concat("Bad argument \"", value, "\" to RET"));
        return error is null ? found with { Return = value.ToString().ToUpperInvariant() } : found;
    }

    // RFC 2852 4.
    private static MailParameters ReadDeliverBy(MailParameters found, ReadOnlySpan<char> value, bool hasValue, SmtpParameterRules rules, out SmtpReply? error)
    {
        error = null;
        if (!hasValue)
        {
            error = Missing("BY=");
            return found;
        }
        int at = 0;
        bool negative = value.Length > 0 && value[0] == '-';
        if (value.Length > 0 && value[0] is '-' or '+')
            at++;
        long seconds = 0;
        for (; at < value.Length && char.IsAsciiDigit(value[at]); at++)
            seconds = Math.Min(seconds * 10 + (value[at] - '0'), LongestDeliverBy + 1);
        if (at >= value.Length || value[at] != ';')
            error = SmtpReply.Of(501, "5.5.2", "BY= missing ';'");
        else if (seconds > LongestDeliverBy)
            error = SmtpReply.Of(501, "5.5.2", string.Concat("BY=", value, " out of range"));
        if (error is not null)
            return found;
        if (negative)
            seconds = -seconds;
        char mode = at + 1 < value.Length ? value[at + 1] : '?';
        char trace = at + 2 < value.Length ? value[at + 2] : '\0';
        if (mode is 'R' or 'r')
        {
            if (seconds <= 0)
                error = SmtpReply.Of(501, "5.5.4", "mode R requires BY time > 0");
            else if (seconds < rules.DeliverByMinimum)
                error = SmtpReply.Of(555, "5.5.2", string.Create(CultureInfo.InvariantCulture, $"time {seconds} less than {rules.DeliverByMinimum}"));
        }
        else if (mode is not ('N' or 'n'))
        {
            error = SmtpReply.Of(501, "5.5.2", $"illegal by-mode '{mode}'");
        }
        if (error is null && trace is not ('\0' or 'T' or 't'))
            error = SmtpReply.Of(501, "5.5.2", $"illegal by-trace '{trace}'");
        return found with { DeliverBy = seconds, DeliverByMode = char.ToUpperInvariant(mode), DeliverByTrace = trace is 'T' or 't' };
    }

    private static SmtpReply? ReadNotify(ReadOnlySpan<char> value, ref NotifyConditions conditions)
    {
        if (Is(value, "NEVER"))
            return null;
        while (true)
        {
            int comma = value.IndexOf(',');
            ReadOnlySpan<char> word = comma < 0 ? value : value[..comma];
            if (Is(word, "SUCCESS"))
                conditions |= NotifyConditions.Success;
            else if (Is(word, "FAILURE"))
                conditions |= NotifyConditions.Failure;
            else if (Is(word, "DELAY"))
                conditions |= NotifyConditions.Delay;
            else
                return SmtpReply.Of(501, "5.5.4", string.Concat("Bad argument \"", word, "\"  to NOTIFY"));
            if (comma < 0)
                return null;
            value = value[(comma + 1)..];
        }
    }

    // As strtoul with base 10: leading digits count, too many give the largest number.
    private static long Number(ReadOnlySpan<char> value)
    {
        long number = 0;
        int at = value.Length > 0 && value[0] == '+' ? 1 : 0;
        for (; at < value.Length && char.IsAsciiDigit(value[at]); at++)
        {
            if (number > (long.MaxValue - 9) / 10)
                return long.MaxValue;
            number = number * 10 + (value[at] - '0');
        }
        return number;
    }

    private static bool Is(ReadOnlySpan<char> text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);

    private static SmtpReply? CheckText(string name, ReadOnlySpan<char> value) => XText.IsValid(value) ? null : BadText(name);

    private static SmtpReply BadText(string name) => SmtpReply.Of(501, "5.5.4", "Syntax error in " + name + " parameter value");

    private static SmtpReply Missing(string name) => SmtpReply.Of(501, "5.5.2", name + " requires a value");

    private static SmtpReply Duplicate(string name) => SmtpReply.Of(501, "5.5.0", "Duplicate " + name + " parameter");

    private static SmtpReply Unknown(ReadOnlySpan<char> name) => SmtpReply.Of(555, "5.5.4", string.Concat(name, " parameter unrecognized"));

    private static SmtpReply NoDsn(string name) => SmtpReply.Of(504, "5.7.0", "Sorry, " + name + " not supported, we do not allow DSN");
}
