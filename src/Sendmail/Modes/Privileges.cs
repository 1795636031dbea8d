using System.Globalization;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Posix;

namespace Sendmail.Modes;

/// <summary>Modes that are for root, class t and TrustedUser alone.</summary>
internal static class Privileges
{
    /// <summary>Says no to who may not use this mode, here and in the log; null when he may. Comes before anything about directories.</summary>
    internal static int? Refuse(ModeContext context)
    {
        if (Attempt(context.Line) is not { } what || context.IsTrusted)
            return null;
        Console.Out.WriteLine((context.Line.Mode == 'd' ? "550 " : "") + "Permission denied (real uid not trusted)");
        context.Log.Write(0, LogPriority.Alert, null, "user " + Users.RealUserId.ToString(CultureInfo.InvariantCulture) + " attempted to " + what);
        return (int)SysExit.Usage;
    }

    private static string? Attempt(CommandLine line) => line.Mode switch
    {
        'd' or 'D' => "run daemon",
        'i' => "rebuild the alias map",
        'H' => "purge host status",
        'm' when line is { QueueInterval.Ticks: > 0, Quarantine: null } => "start a queue runner daemon",
        'm' or 'a' when line.Quarantine is not null => "quarantine jobs",
        _ => null,
    };
}
