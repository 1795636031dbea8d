using Sendmail.Core.Replies;

namespace Sendmail.Core.Cf;

/// <summary>What a map gave for a class that is filled from it (F lines, op 5.3).</summary>
/// <param name="Problems">What is wrong with the map, each with the code that the program ends with for it; none for a mere complaint.</param>
/// <param name="Outcome">How far it came.</param>
/// <param name="Text">The words, or what the system says about a map that cannot be opened; may be empty.</param>
public sealed record MapWords(IReadOnlyList<KeyValuePair<string, SysExit>> Problems, MapWordsOutcome Outcome, string Text = "");

/// <summary>How far reading a class from a map came.</summary>
public enum MapWordsOutcome
{
    /// <summary>There are words, perhaps none.</summary>
    Read,
    /// <summary>The declaration is wrong, which was said already.</summary>
    Refused,
    /// <summary>The map cannot be opened.</summary>
    NotOpened,
    /// <summary>The map could not answer.</summary>
    Failed,
}
