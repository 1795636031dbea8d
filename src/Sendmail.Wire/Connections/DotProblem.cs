namespace Sendmail.Wire.Connections;

/// <summary>What was wrong with the octets of a message.</summary>
public enum DotProblem
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>A line feed without carriage return.</summary>
    BareLineFeed,
    /// <summary>A carriage return without line feed.</summary>
    BareCarriageReturn,
}
