namespace Sendmail.AddressTest;

/// <summary>Lines of a file or pipe; the prompt is written all the same.</summary>
internal sealed class StreamLineReader(TextReader input, TextWriter output) : ILineReader
{
    /// <inheritdoc/>
    public string? Read(string prompt)
    {
        output.Write(prompt);
        output.Flush();
        return input.ReadLine();
    }
}
