namespace Sendmail.M4.Lint;

/// <summary>A macro call at the top of a .mc file.</summary>
/// <param name="Name">The macro.</param>
/// <param name="Arguments">Its arguments as written, without their outer quotes.</param>
/// <param name="Line">Where the call begins.</param>
/// <param name="EndsLine">Nothing but the end of the line follows: no dnl.</param>
internal sealed record SiteCall(string Name, IReadOnlyList<string> Arguments, int Line, bool EndsLine)
{
    /// <summary>An argument, empty when it was not given.</summary>
    internal string this[int index] => index < Arguments.Count ? Arguments[index] : "";
}
