namespace Sendmail.M4;

/// <summary>Ends a run at once: m4exit, a fatal error, or a warning made fatal.</summary>
internal sealed class M4ExitException(int exitCode, string? text = null) : Exception(text)
{
    internal int ExitCode { get; } = exitCode;

    /// <summary>A message still to be printed behind program, file and line; null: none.</summary>
    internal string? Text { get; } = text;

    /// <summary>The place; null: where reading stands.</summary>
    internal string? File { get; init; }

    internal int Line { get; init; }
}
