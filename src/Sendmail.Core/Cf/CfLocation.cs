using System.Globalization;

namespace Sendmail.Core.Cf;

/// <summary>Where a configuration line stands: file and line number from 1. Line 0 means the command line.</summary>
public readonly record struct CfLocation(string File, int Line)
{
    /// <summary><c>file: line N</c>, the form sendmail's messages use.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}: line {Line}");
}
