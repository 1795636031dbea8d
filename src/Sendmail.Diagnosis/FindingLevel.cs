namespace Sendmail.Diagnosis;

/// <summary>How bad something is.</summary>
public enum FindingLevel
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
