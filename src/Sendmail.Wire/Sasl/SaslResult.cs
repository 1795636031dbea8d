namespace Sendmail.Wire.Sasl;

/// <summary>How a step of an exchange ended.</summary>
public enum SaslOutcome
{
    /// <summary>The client is who it says.</summary>
    Done,
    /// <summary>The client has to answer a challenge.</summary>
    Continue,
    /// <summary>There is no such mechanism.</summary>
    NoMechanism,
    /// <summary>Not to be found out now.</summary>
    TemporaryFailure,
    /// <summary>The client is not who it says.</summary>
    Failure,
}

/// <summary>The outcome, the challenge for the client, and the library's words for a failure.</summary>
public sealed record SaslResult(SaslOutcome Outcome, byte[] Challenge, string Reason);
