namespace Sendmail.M4.Library;

/// <summary>What became of a .mc file that was to be used as it is.</summary>
/// <param name="Text">The sendmail.cf text, one char per octet; null when there was an error.</param>
/// <param name="Messages">What m4 had to say, a line each, with file and line; also when it succeeded.</param>
public sealed record ConfigurationExpansion(string? Text, IReadOnlyList<string> Messages);
