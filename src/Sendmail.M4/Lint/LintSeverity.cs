namespace Sendmail.M4.Lint;

/// <summary>How bad a finding is.</summary>
internal enum LintSeverity
{
    /// <summary>Harmless; the exit code stays as it is.</summary>
    Note,

    /// <summary>Doubtful: exit code 1.</summary>
    Warning,

    /// <summary>Wrong: exit code 2.</summary>
    Error,
}
