namespace Sendmail.M4;

/// <summary>What one run may use before it is stopped with an error: m4 is a programming language, its input may be hostile or wrong.</summary>
internal static class M4Limits
{
    /// <summary>Longest single text: an argument, an expansion, a diversion held in memory (characters).</summary>
    internal const int TextLength = 1 << 28;

    /// <summary>Text of all expansions waiting to be read again (characters).</summary>
    internal const long PendingText = 1 << 28;

    /// <summary>Text of all macro definitions together (characters).</summary>
    internal const long DefinedText = 1 << 28;

    /// <summary>Characters all diversions together keep in memory; beyond it the largest goes to a temporary file.</summary>
    internal const int DivertedInMemory = 4 << 20;

    /// <summary>
    /// Macro calls made without a character read from a file, after which the expansion is taken to be endless:
    /// <c>define(`a', `a')a</c> needs neither memory nor depth and would run for ever.
    /// </summary>
    internal const long CallsWithoutInput = 200_000_000;

    /// <summary>The same where a configuration is made: no sane one comes near it.</summary>
    internal const long CallsWithoutInputInConfiguration = 5_000_000;
}
