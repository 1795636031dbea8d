namespace Sendmail.M4;

/// <summary>What one run may use before it is stopped with an error: m4 is a programming language, its input may be hostile or wrong.</summary>
internal static class M4Limits
{
    /// <summary>Longest single text: an argument, an expansion, the part of a diversion held in memory (characters).</summary>
    internal const int TextLength = 1 << 26;

    /// <summary>Text of all expansions and of m4wrap waiting to be read (characters).</summary>
    internal const long PendingText = 1 << 27;

    /// <summary>Text of all arguments collected for calls under way (characters).</summary>
    internal const long CollectedText = 1 << 27;

    /// <summary>
    /// Texts that are parts of longer ones keep those in memory whole. Beyond this sum, in which each counts with all it keeps, they
    /// are copied (characters).
    /// </summary>
    internal const long SharedText = 1 << 24;

    /// <summary>Text of all macro definitions together (characters).</summary>
    internal const long DefinedText = 1 << 26;

    /// <summary>What keeping one text costs beside its characters; added to each of the sums above.</summary>
    internal const int Overhead = 48;

    /// <summary>Characters all diversions together keep in memory; beyond it the largest goes to a temporary file.</summary>
    internal const int DivertedInMemory = 4 << 20;

    /// <summary>Calls nested in each other's arguments when -L does not say otherwise.</summary>
    internal const int Nesting = 500_000;

    /// <summary>
    /// Macro calls made without a character read from a file, after which the expansion is taken to be endless:
    /// <c>define(`a', `a')a</c> needs neither memory nor depth and would run for ever.
    /// </summary>
    internal const long CallsWithoutInput = 30_000_000;

    /// <summary>The same where a configuration is made: no sane one comes near it.</summary>
    internal const long CallsWithoutInputInConfiguration = 5_000_000;
}
