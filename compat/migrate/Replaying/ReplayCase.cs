namespace Sendmail.Migrate.Replaying;

/// <summary>Something that a log tells was asked of the server.</summary>
/// <param name="Client">Who asked.</param>
/// <param name="Sender">The reverse path in angle brackets; null for a connection alone.</param>
/// <param name="Recipient">A recipient in angle brackets; null for a sender alone.</param>
internal sealed record ReplayCase(ReplayClient Client, string? Sender, string? Recipient);
