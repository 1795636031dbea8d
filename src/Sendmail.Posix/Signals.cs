using System.Runtime.InteropServices;

namespace Sendmail.Posix;

/// <summary>Signals as the starter of the program left them.</summary>
public static class Signals
{
    /// <summary>SIGUSR1.</summary>
    public const PosixSignal UserOne = (PosixSignal)10;

    /// <summary>SIGTERM.</summary>
    public const int Terminate = 15;

    /// <summary>SIGHUP.</summary>
    public const int HangUp = 1;
    private const nint Default = 0;

    /// <summary>Sends a signal to the process that started this one.</summary>
    public static void ToParent(int signal) => _ = LibC.Kill(LibC.GetParentId(), signal);

    /// <summary>
    /// Daemons hear SIGHUP also when they were started with it ignored (nohup(1)): the runtime installs no handler for a signal
    /// that is ignored. To be called before a handler is installed.
    /// </summary>
    public static void HearHangUp() => LibC.Signal(HangUp, Default);
}
