namespace Sendmail.M4;

/// <summary>How one run of the processor behaves; the command line sets it (m4(1)).</summary>
public sealed class M4Settings
{
    /// <summary>The name in front of messages, and what <c>__program__</c> gives.</summary>
    public string ProgramName { get; set; } = "makecf";

    /// <summary>-G: only what System V's m4 had.</summary>
    public bool Traditional { get; set; }

    /// <summary>-Q: no warnings about the number of arguments.</summary>
    public bool Quiet { get; set; }

    /// <summary>-P: all builtins begin with <c>m4_</c>.</summary>
    public bool PrefixBuiltins { get; set; }

    /// <summary>-E given once: a warning makes the exit code 1. Twice: it ends the run.</summary>
    public int FatalWarnings { get; set; }

    /// <summary>-L: calls nested into each other's arguments; 0: any number.</summary>
    public int NestingLimit { get; set; } = M4Limits.Nesting;

    /// <summary>Macro calls without reading a further character of a file that end the run; 0: any number.</summary>
    public long CallLimit { get; set; } = M4Limits.CallsWithoutInput;

    /// <summary>-l: longest argument or expansion shown in trace output; 0: any length.</summary>
    public int TraceLength { get; set; }

    /// <summary>-s: print <c>#line</c> lines.</summary>
    public bool SyncLines { get; set; }

    /// <summary>-i: output leaves at once.</summary>
    public bool Interactive { get; set; }

    /// <summary>syscmd and esyscmd run commands.</summary>
    public bool AllowCommands { get; set; }

    /// <summary>mkstemp, maketemp and debugfile may make files: not while sendmail reads its configuration.</summary>
    public bool AllowFiles { get; set; } = true;

    /// <summary>-I, then M4PATH: where included files are looked for after the working directory.</summary>
    public List<string> IncludePath { get; } = [];

    /// <summary>--warn-macro-sequence: the expression to warn about in definitions; null: none.</summary>
    public string? WarnSequence { get; set; }
}
