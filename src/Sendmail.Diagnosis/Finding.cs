namespace Sendmail.Diagnosis;

/// <summary>One thing that was looked at.</summary>
/// <param name="Level">How bad it is.</param>
/// <param name="Subject">What it is about, often <c>file</c> or <c>file: line N</c>; may be empty.</param>
/// <param name="Text">What was found.</param>
/// <param name="Remedy">What to do, empty when nothing is to be done.</param>
/// <param name="Kind">A word for programs that read the report, empty where the text is enough.</param>
public sealed record Finding(FindingLevel Level, string Subject, string Text, string Remedy = "", string Kind = "");
