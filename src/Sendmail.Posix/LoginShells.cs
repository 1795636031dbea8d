namespace Sendmail.Posix;

/// <summary>Whether users have a shell that lets them run what they like (/etc/shells): only they may have programs run and files written by mail.</summary>
public static class LoginShells
{
    private const string List = "/etc/shells";
    private const string Any = "/SENDMAIL/ANY/SHELL/";
    private static readonly string[] _standard = ["/bin/bsh", "/bin/csh", "/bin/ksh", "/bin/rksh", "/bin/rsh", "/bin/sh", "/bin/tsh", "/usr/bin/bsh", "/usr/bin/csh", "/usr/bin/keysh", "/usr/bin/ksh", "/usr/bin/rksh", "/usr/bin/sh", "/bin/bash", "/usr/bin/bash"];

    /// <summary>Whether this user has one. Somebody who is not in the user database has not.</summary>
    public static bool HasValid(string user)
    {
        if (Users.FindByName(user) is not { } record)
            return false;
        string shell = record.Shell.Length == 0 ? "/bin/sh" : record.Shell;
        IEnumerable<string> allowed = _standard;
        try
        {
            allowed = [.. File.ReadLines(List).Select(static l => l.Split('#')[0].Trim()).Where(static l => l.StartsWith('/'))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Where there is no list the usual shells count.
        }
        foreach (string line in allowed)
        {
            if (line == shell || line == Any)
                return true;
        }
        return false;
    }
}
