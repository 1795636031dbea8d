namespace Sendmail.Core.Cf;

/// <summary>Times as options have them (<c>1h30m</c>), for others that take the same syntax.</summary>
public static class OptionDuration
{
    /// <summary>What is wrong with a time; nothing when it is one.</summary>
    public static string[] Problems(string text) => OptionParsers.TryTime(text, 's', out _, out string? error) ? [] : error!.Split(OptionParsers.Separator);
}
