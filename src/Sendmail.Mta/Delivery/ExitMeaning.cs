using Sendmail.Core.Replies;

namespace Sendmail.Mta.Delivery;

/// <summary>What the exit code of a mailer means (sysexits.h), in the words and codes that logs, transcripts and reports have for it.</summary>
/// <param name="Exit">The exit code.</param>
/// <param name="Code">SMTP code of the transcript's line; one of 550 names the recipients.</param>
/// <param name="Status">Enhanced status code of log and transcript.</param>
/// <param name="Reported">Enhanced status code of a report when no server gave one.</param>
/// <param name="Text">What is said.</param>
public sealed record ExitMeaning(SysExit Exit, int Code, string Status, string Reported, string Text)
{
    private static readonly ExitMeaning[] _all =
    [
        new(SysExit.Usage, 500, "5.0.0", "5.5.4", "Command line usage error"),
        new(SysExit.DataError, 501, "5.6.0", "5.5.2", "Data format error"),
        new(SysExit.NoInput, 550, "5.3.0", "5.3.0", "Cannot open input"),
        new(SysExit.NoUser, 550, "5.1.1", "5.1.1", "User unknown"),
        new(SysExit.NoHost, 550, "5.1.2", "5.1.2", "Host unknown"),
        new(SysExit.Unavailable, 554, "5.0.0", "5.5.0", "Service unavailable"),
        new(SysExit.Software, 554, "5.3.0", "5.5.0", "Internal error"),
        new(SysExit.OsError, 451, "4.0.0", "4.0.0", "Operating system error"),
        new(SysExit.OsFile, 554, "5.3.5", "5.5.0", "System file missing"),
        new(SysExit.CannotCreate, 550, "5.0.0", "5.3.0", "Can't create output"),
        new(SysExit.IoError, 451, "4.0.0", "4.0.0", "I/O error"),
        new(SysExit.TempFail, 450, "4.0.0", "4.0.0", "Deferred"),
        new(SysExit.Protocol, 554, "5.5.0", "5.5.0", "Remote protocol error"),
        new(SysExit.NoPermission, 550, "5.0.0", "5.3.0", "Insufficient permission"),
        new(SysExit.Config, 554, "5.3.5", "5.5.0", "Local configuration error"),
    ];

    /// <summary>The meaning of an exit code, null for one that has none.</summary>
    public static ExitMeaning? Of(int exit) => Array.Find(_all, m => (int)m.Exit == exit);

    /// <summary>The meaning that has this text, null when none has.</summary>
    public static ExitMeaning? Saying(string text) => Array.Find(_all, m => m.Text == text);

    /// <summary>Whether a failure that will be tried again is one of the system here, which commands end with.</summary>
    public static bool IsOfSystem(SysExit exit) => exit is SysExit.OsError or SysExit.IoError;
}
