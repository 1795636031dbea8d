using Sendmail.Core.Logging;
using Sendmail.Core.Replies;

namespace Sendmail.Core.Cf;

/// <summary>What the reader must know about the machine: names and addresses found by whoever may look.</summary>
/// <param name="CanonicalName">Fully qualified name, <c>$j</c>.</param>
/// <param name="ShortName">First label, <c>$w</c>.</param>
/// <param name="Domain">The rest, <c>$m</c>; empty when the name has no dot.</param>
/// <param name="NodeName">What uname says, <c>$k</c>.</param>
/// <param name="OtherNames">Further members of class w: addresses of the canonical name in brackets.</param>
public sealed record HostFacts(string CanonicalName, string ShortName, string Domain, string NodeName, IReadOnlyList<string> OtherNames)
{
    /// <summary>The network interfaces, looked at when this is read; O DontProbeInterfaces decides whether their names are ours.</summary>
    public IEnumerable<HostInterface> Interfaces { get; init; } = [];
}

/// <summary>One address of an interface as sendmail writes it (<c>192.0.2.1</c>, <c>IPv6:…</c>) and the names the hosts file gives to it.</summary>
public sealed record HostInterface(string Address, bool IsLoopback, IReadOnlyList<string> Names);

/// <summary>
/// Settings that come with the command line. Options are applied before the file and stick; macros are defined before
/// the file, whose D lines win.
/// </summary>
public sealed class CfReadRequest
{
    /// <summary>The machine.</summary>
    public required HostFacts Host { get; init; }
    /// <summary>-O and -o settings in order: option text as behind the O (<c> Name=value</c> or <c>xvalue</c>).</summary>
    public IReadOnlyList<string> Options { get; init; } = [];
    /// <summary>-M settings in order: macro name and value.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Macros { get; init; } = [];
    /// <summary>Asks a map for the words of a class (<c>F{X}key@class:arguments</c>: declaration and key); null when no maps are at hand.</summary>
    public Func<MapDeclaration, string, MapWords>? ClassFromMap { get; init; }
    /// <summary>Names of map classes that exist; null accepts all.</summary>
    public Func<string, bool>? IsMapClass { get; init; }
    /// <summary>Checks a map declaration, given those before it; null checks nothing.</summary>
    public Func<MapDeclaration, IReadOnlyList<MapDeclaration>, MapCheck>? CheckMap { get; init; }
    /// <summary>Whether a host name can be resolved (name, true for IPv6); null believes every name that is not a malformed address.</summary>
    public Func<string, bool, bool>? ResolvesTo { get; init; }
    /// <summary>What the reader tells of its work: options (<c>-d37</c>), macros (<c>-d35</c>), maps (<c>-d38</c>); null for nothing.</summary>
    public DebugTrace? Debug { get; init; }
    /// <summary>Letter of the -b flag for <c>${opMode}</c>, which rules of the file expand while they are read.</summary>
    public char OperationMode { get; init; } = 'm';
    /// <summary>Makes cf text of a .mc file (its path and content); null: such a file is read as it is.</summary>
    public Func<string, byte[], CfExpansion>? Expand { get; init; }
    /// <summary>Where a file that F lines name is found; null where they say. For those who look at the files of another machine.</summary>
    public Func<string, string>? PathOf { get; init; }
    /// <summary>What a program that F lines name writes; null runs it. For those who only look.</summary>
    public Func<string, string>? ProgramOutput { get; init; }
    /// <summary>Version string for <c>$v</c>.</summary>
    public string Version { get; init; } = CurrentVersion;
    /// <summary>The version whose behaviour is implemented.</summary>
    public const string CurrentVersion = "8.18.2";
}

/// <summary>What m4 made of a .mc file: the text, or null and what was wrong, a line each.</summary>
public sealed record CfExpansion(string? Text, IReadOnlyList<string> Errors);

/// <summary>What kind of message the reader gives.</summary>
public enum CfMessageKind
{
    /// <summary>An error: decides the exit code and is logged as SYSERR.</summary>
    Error,
    /// <summary>A value that cannot be read; a submission or verification ends with code 64.</summary>
    Complaint,
    /// <summary>A remark about a line.</summary>
    Remark,
    /// <summary>A warning without a place.</summary>
    Warning,
}

/// <summary>One message of the reader.</summary>
public sealed record CfMessage(string Text, CfMessageKind Kind)
{
    /// <summary>Code and enhanced code of an error where replies are made of messages.</summary>
    public string Code { get; init; } = "554 5.0.0";

    /// <summary>Whether it also goes to the log as SYSERR.</summary>
    public bool IsError => Kind == CfMessageKind.Error;

    /// <summary>The message as a mode shows it: those that speak SMTP make replies of it, without line end.</summary>
    public string For(char mode) => mode is not ('s' or 'a' or 'd') ? Text : Kind switch
    {
        CfMessageKind.Error => Code + " " + Text + "\r",
        CfMessageKind.Complaint => "550 " + Text + "\r",
        CfMessageKind.Remark => "050 " + Text + "\r",
        _ => Text,
    };
}

/// <summary>
/// What reading gave: the configuration, every message in order, and the exit code the first error calls for. There is
/// no configuration when the file cannot be read or holds what the program ends for at once.
/// </summary>
public sealed record CfReadResult(Configuration? Configuration, IReadOnlyList<CfMessage> Messages, SysExit ExitCode)
{
    /// <summary>Lines for the log alone, at priority critical; address test mode does not write them.</summary>
    public IReadOnlyList<string> LogLines { get; init; } = [];
    /// <summary>Whether the command line set an option or macro for which an ordinary user gives up special privileges.</summary>
    public bool UnsafeOptions { get; init; }
}
