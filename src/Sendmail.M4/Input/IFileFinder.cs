namespace Sendmail.M4.Input;

/// <summary>Finds the files that include, sinclude, undivert and the command line name.</summary>
internal interface IFileFinder
{
    /// <summary>Opens <paramref name="name"/>; null with the reason in <paramref name="error"/> when it cannot be had.</summary>
    /// <param name="name">As the input spells it, one char per octet.</param>
    /// <param name="found">The path that was opened; empty when the name stands for nothing to read.</param>
    /// <param name="error">Why not, in the C library's words.</param>
    Stream? Open(string name, out string found, out string error);
}
