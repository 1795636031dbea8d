namespace Sendmail.M4.Lint;

/// <summary>One thing that is wrong or doubtful in a .mc file.</summary>
/// <param name="File">The file, as it was named.</param>
/// <param name="Line">The line, from 1; 0: the whole file.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Message">What it is, and what to do.</param>
internal sealed record LintFinding(string File, int Line, LintSeverity Severity, string Message);
