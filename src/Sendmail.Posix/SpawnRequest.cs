namespace Sendmail.Posix;

/// <summary>A program to run for mail: as whom, where and with what. Ids of -1 keep the current ones.</summary>
public sealed record SpawnRequest(string Path, IReadOnlyList<string> Arguments)
{
    /// <summary>User id.</summary>
    public int UserId { get; init; } = -1;
    /// <summary>Group id.</summary>
    public int GroupId { get; init; } = -1;
    /// <summary>User whose supplementary groups are set, null for none.</summary>
    public string? GroupsOf { get; init; }
    /// <summary>nice(2) increment.</summary>
    public int Nice { get; init; }
    /// <summary>New root, null for none.</summary>
    public string? RootDirectory { get; init; }
    /// <summary>Directories to try as working directory.</summary>
    public IReadOnlyList<string> Directories { get; init; } = [];
    /// <summary>The whole environment.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Exit code, 128 and the signal when it was killed.</param>
/// <param name="Output">What it wrote to stdout and stderr, one char per octet.</param>
/// <param name="Problem">Why it could not be run, null when it ran.</param>
public sealed record SpawnResult(int ExitCode, string Output, string? Problem);
