namespace Sendmail.Core.Replies;

/// <summary>Exit codes of sysexits.h: what commands return, what mailers report, the status of a delivery.</summary>
public enum SysExit
{
    /// <summary>Success.</summary>
    Ok = 0,
    /// <summary>Command line usage error.</summary>
    Usage = 64,
    /// <summary>Data format error.</summary>
    DataError = 65,
    /// <summary>Cannot open input.</summary>
    NoInput = 66,
    /// <summary>Addressee unknown.</summary>
    NoUser = 67,
    /// <summary>Host name unknown.</summary>
    NoHost = 68,
    /// <summary>Service unavailable.</summary>
    Unavailable = 69,
    /// <summary>Internal software error.</summary>
    Software = 70,
    /// <summary>System error.</summary>
    OsError = 71,
    /// <summary>Critical OS file missing.</summary>
    OsFile = 72,
    /// <summary>Cannot create output file.</summary>
    CannotCreate = 73,
    /// <summary>Input or output error.</summary>
    IoError = 74,
    /// <summary>Temporary failure: try again.</summary>
    TempFail = 75,
    /// <summary>Remote error in protocol.</summary>
    Protocol = 76,
    /// <summary>Permission denied.</summary>
    NoPermission = 77,
    /// <summary>Configuration error.</summary>
    Config = 78,
}
