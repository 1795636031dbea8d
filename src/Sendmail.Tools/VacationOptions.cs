using System.Globalization;

namespace Sendmail.Tools;

/// <summary>The command line of vacation(1).</summary>
internal sealed class VacationOptions
{
    internal const string Usage = "usage: vacation [-a alias] [-C cfpath] [-d] [-f db] [-i] [-j] [-l] [-m msg] [-R returnaddr] [-r interval] [-s sender] [-t time] [-U] [-x] [-z] login";
    private const long Day = 86400;

    private VacationOptions(OptionReader line, string login)
    {
        Login = login;
        Names = [login, .. line.Options.Where(static o => o.Letter == 'a').Select(static o => o.Value)];
        Debug = line.Has('d');
        Database = line.Value('f') ?? ".vacation";
        Initializes = line.Has('i') || line.Has('I');
        ForEverybody = line.Has('j');
        Lists = line.Has('l');
        Message = line.Value('m') ?? ".vacation.msg";
        Interval = line.Value('r') is not { } days ? null : long.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number * Day : 0;
        Return = line.Has('z') ? "<>" : line.Value('R');
        Sender = line.Value('s');
        WithoutAccount = line.Has('U');
        IsComplete = line.Has('f') && line.Has('m');
        Excludes = line.Has('x');
    }

    /// <summary>Whose mail is answered.</summary>
    internal string Login { get; }
    /// <summary>The login and what -a adds.</summary>
    internal IReadOnlyList<string> Names { get; }
    /// <summary>-d: complaints go to standard error, not to the log.</summary>
    internal bool Debug { get; }
    /// <summary>-f: database, without its .db.</summary>
    internal string Database { get; }
    /// <summary>-i, -I.</summary>
    internal bool Initializes { get; }
    /// <summary>-j: answers also what does not name the login.</summary>
    internal bool ForEverybody { get; }
    /// <summary>-l.</summary>
    internal bool Lists { get; }
    /// <summary>-m: what is sent.</summary>
    internal string Message { get; }
    /// <summary>-r: seconds between two answers to one sender, 0 for never again, null when not given.</summary>
    internal long? Interval { get; }
    /// <summary>-R or -z: sender of the answer.</summary>
    internal string? Return { get; }
    /// <summary>-s: who is answered.</summary>
    internal string? Sender { get; }
    /// <summary>-U: the login is looked up nowhere.</summary>
    internal bool WithoutAccount { get; }
    /// <summary>Whether -f and -m were given.</summary>
    internal bool IsComplete { get; }
    /// <summary>-x: who is never answered comes from standard input.</summary>
    internal bool Excludes { get; }

    /// <summary>Reads the arguments; null when they are wrong. <paramref name="debug"/> is set as far as they could be read.</summary>
    internal static VacationOptions? Read(string[] arguments, out bool debug)
    {
        var line = new OptionReader(arguments, "a:C:df:Iijlm:R:r:s:t:Uxz");
        debug = line.Has('d');
        return line.Problem is not null || line.Words.Count != 1 ? null : new VacationOptions(line, line.Words[0]);
    }
}
