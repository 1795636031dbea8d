namespace Sendmail.AddressTest;

/// <summary>Where address test mode gets its lines from.</summary>
internal interface ILineReader
{
    /// <summary>Shows the prompt and gives the next line without its line end, or null at the end of the input.</summary>
    string? Read(string prompt);
}
