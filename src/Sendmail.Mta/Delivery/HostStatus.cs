namespace Sendmail.Mta.Delivery;

/// <summary>What is known of a host from the last attempt to reach it.</summary>
/// <param name="Host">Its name without a final dot.</param>
/// <param name="SystemError">The errno of the connection, 0 for none.</param>
/// <param name="Exit">What a program would have ended with: 0 for a host that works, 75 for one that does not.</param>
/// <param name="Status">Enhanced status code.</param>
/// <param name="Reply">The last reply, empty when there was none.</param>
/// <param name="Updated">When this was found out.</param>
public sealed record HostStatus(string Host, int SystemError, int Exit, string Status, string Reply, DateTimeOffset Updated);
