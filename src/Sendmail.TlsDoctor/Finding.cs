namespace Sendmail.TlsDoctor;

/// <summary>How bad something is.</summary>
internal enum FindingLevel
{
    /// <summary>A fact.</summary>
    Info,
    /// <summary>As it should be.</summary>
    Ok,
    /// <summary>It works, and will not for long or not with everybody.</summary>
    Warning,
    /// <summary>It does not work.</summary>
    Error,
}

/// <summary>One thing that was looked at. <paramref name="Remedy"/> says what to do, empty when nothing is to be done.</summary>
internal sealed record Finding(FindingLevel Level, string Subject, string Text, string Remedy = "");
