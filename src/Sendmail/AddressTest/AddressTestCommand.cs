namespace Sendmail.AddressTest;

/// <summary>A command that begins with a slash. Names are those of the documents; upper and lower case are the same.</summary>
/// <param name="Usage">What is said when the argument is missing; null when the command may stand alone.</param>
/// <param name="Run">Does it; false ends address test mode.</param>
internal sealed record AddressTestCommand(string Name, string? Usage, Func<AddressTestMode, string, ValueTask<bool>> Run);
