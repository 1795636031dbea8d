namespace Sendmail.Core;

/// <summary>What stands behind a letter of sendmail's command line.</summary>
public enum CommandArgument
{
    /// <summary>Nothing: another letter may follow.</summary>
    None,
    /// <summary>A value, in the same word or the next.</summary>
    Required,
    /// <summary>A value in the same word, or none.</summary>
    Attached,
    /// <summary>The letter was known once and is refused without a word.</summary>
    Refused,
}

/// <summary>One letter of the command line (sendmail(8)).</summary>
/// <param name="Letter">The letter.</param>
/// <param name="Argument">What stands behind it.</param>
/// <param name="Value">What the value is called, empty for none.</param>
/// <param name="Summary">One line of documentation.</param>
public sealed record CommandLetter(char Letter, CommandArgument Argument, string Value, string Summary);
