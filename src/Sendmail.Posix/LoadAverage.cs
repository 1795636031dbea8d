namespace Sendmail.Posix;

/// <summary>The system's load, for QueueLA, RefuseLA and DelayLA.</summary>
public static class LoadAverage
{
    private const double Scale = 65536;

    /// <summary>
    /// Load of the last minute rounded to a whole number, 0 when unknown. Cheap enough for every connection. From the system's
    /// file (getloadavg(3)), or by sysinfo(2) where a service is not shown it.
    /// </summary>
    public static int Current() => LibC.GetLoadAverage(out double load, 1) == 1 ? Rounded(load) : OfKernel() is { } known ? Rounded(known) : 0;

    /// <summary>The load as the kernel itself tells it; null when it does not.</summary>
    internal static double? OfKernel() => LibC.SystemInformation(out LibC.SystemFacts facts) == 0 ? facts.Load / Scale : null;

    private static int Rounded(double load) => (int)(load + 0.5);
}
