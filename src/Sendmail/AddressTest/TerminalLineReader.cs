using Sendmail.Posix;

namespace Sendmail.AddressTest;

/// <summary>Lines that somebody types, with editing and history; what is waiting on <paramref name="output"/> is shown first.</summary>
internal sealed class TerminalLineReader(TextWriter output) : ILineReader
{
    /// <inheritdoc/>
    public string? Read(string prompt)
    {
        output.Flush();
        return LineEditor.Read(prompt);
    }
}
