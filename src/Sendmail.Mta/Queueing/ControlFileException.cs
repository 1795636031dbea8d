namespace Sendmail.Mta.Queueing;

/// <summary>
/// A control file that cannot be used. <see cref="Exception.Message"/> is the text for people; <see cref="Loss"/> says why
/// the file is set aside as Qf, null when it stays for another attempt (it may still be in the making).
/// </summary>
public sealed class ControlFileException(string message, string? loss) : IOException(message)
{
    /// <summary>Reason of the <c>Losing</c> line, null when the file is kept.</summary>
    public string? Loss => loss;
}
