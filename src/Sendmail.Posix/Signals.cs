namespace Sendmail.Posix;

/// <summary>Signals as the starter of the program left them.</summary>
public static class Signals
{
    private const int HangUp = 1;
    private const nint Default = 0;

    /// <summary>
    /// Daemons hear SIGHUP also when they were started with it ignored (nohup(1)): the runtime installs no handler for a signal
    /// that is ignored. To be called before a handler is installed.
    /// </summary>
    public static void HearHangUp() => LibC.Signal(HangUp, Default);
}
