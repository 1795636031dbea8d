using Sendmail.Posix;

namespace Sendmail.AddressTest;

/// <summary>Lines that somebody types, with editing and history.</summary>
internal sealed class TerminalLineReader : ILineReader
{
    /// <inheritdoc/>
    public string? Read(string prompt) => LineEditor.Read(prompt);
}
