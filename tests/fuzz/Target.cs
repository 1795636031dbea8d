namespace Sendmail.Fuzz;

/// <summary>A reader of what strangers send, and what must hold for it whatever comes.</summary>
/// <param name="Name">Its name, and the folder of its corpus.</param>
/// <param name="Run">Reads one input; throws when something does not hold.</param>
public sealed record Target(string Name, Action<byte[]> Run)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
