using System.Globalization;

namespace Sendmail.Mta;

/// <summary>Dates as mail writes them (RFC 5322 3.3), with the zone name in parentheses unless it is UTC.</summary>
public static class MailDate
{
    /// <summary><c>Mon, 23 Nov 2026 16:28:07 GMT</c> or <c>… +0100 (CET)</c>.</summary>
    public static string Format(DateTimeOffset time, TimeZoneInfo zone)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(time, zone);
        string text = local.ToString("ddd, d MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture);
        if (local.Offset == TimeSpan.Zero && (zone.BaseUtcOffset == TimeSpan.Zero && !zone.SupportsDaylightSavingTime))
            return text + "GMT";
        string offset = (local.Offset < TimeSpan.Zero ? "-" : "+") + local.Offset.ToString("hhmm", CultureInfo.InvariantCulture);
        string name = zone.IsDaylightSavingTime(local) ? zone.DaylightName : zone.StandardName;
        return text + offset + (name.Length is > 0 and <= 6 ? " (" + name + ")" : "");
    }

    /// <summary>ctime(3) without the newline: <c>Mon Nov 23 16:28:07 2026</c>.</summary>
    public static string Ctime(DateTimeOffset time, TimeZoneInfo zone)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(time, zone);
        return string.Create(CultureInfo.InvariantCulture, $"{local:ddd MMM} {local.Day,2} {local:HH:mm:ss yyyy}");
    }

    /// <summary>HH:MM:SS, with days and a plus in front when there are any: the <c>delay=</c> of log lines.</summary>
    public static string Delay(TimeSpan span)
    {
        if (span < TimeSpan.Zero)
            span = TimeSpan.Zero;
        string time = span.ToString("hh\\:mm\\:ss", CultureInfo.InvariantCulture);
        return span.Days > 0 ? span.Days.ToString(CultureInfo.InvariantCulture) + "+" + time : time;
    }
}
