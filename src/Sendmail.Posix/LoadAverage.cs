namespace Sendmail.Posix;

/// <summary>The system's load, for QueueLA, RefuseLA and DelayLA.</summary>
public static class LoadAverage
{
    /// <summary>Load of the last minute rounded to a whole number, 0 when unknown. Cheap enough for every connection (getloadavg(3)).</summary>
    public static int Current() => LibC.GetLoadAverage(out double load, 1) == 1 ? (int)(load + 0.5) : 0;
}
