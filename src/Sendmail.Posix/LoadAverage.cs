using System.Globalization;

namespace Sendmail.Posix;

/// <summary>The system's load, for QueueLA and RefuseLA.</summary>
public static class LoadAverage
{
    /// <summary>Load of the last minute rounded to a whole number, 0 when unknown.</summary>
    public static int Current()
    {
        try
        {
            string text = File.ReadAllText("/proc/loadavg");
            int end = text.IndexOf(' ', StringComparison.Ordinal);
            return double.TryParse(text.AsSpan(0, end), CultureInfo.InvariantCulture, out double load) ? (int)(load + 0.5) : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
