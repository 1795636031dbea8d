namespace Sendmail.M4;

/// <summary>What debugmode and -d ask for, one letter each.</summary>
[Flags]
internal enum DebugFlag
{
    None = 0,

    /// <summary>a: arguments in trace lines.</summary>
    Arguments = 1,

    /// <summary>c: a line before and after collecting, and one after the call.</summary>
    Calls = 2,

    /// <summary>e: the expansion in trace lines.</summary>
    Expansion = 4,

    /// <summary>f: the file's name.</summary>
    File = 8,

    /// <summary>i: changes of the file read.</summary>
    Input = 16,

    /// <summary>l: the line.</summary>
    Line = 32,

    /// <summary>p: what the search path found.</summary>
    Path = 64,

    /// <summary>q: quote what is shown.</summary>
    Quote = 128,

    /// <summary>t: trace every call.</summary>
    All = 256,

    /// <summary>x: number the calls.</summary>
    Id = 512,

    /// <summary>V: all of them.</summary>
    Everything = 1023,

    /// <summary>-d without letters.</summary>
    Standard = Arguments | Expansion | Quote,
}
