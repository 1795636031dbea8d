using Sendmail.Core.Replies;

namespace Sendmail.Mta.Delivery;

/// <summary>What a session said about its host itself, for its status (HostStatusDirectory): what became of single recipients says nothing about it.</summary>
/// <param name="SystemError">errno of a connection that broke, 0 for none.</param>
/// <param name="Exit">0 for a host that works, 75 for one that does not now, 69 for one that never will.</param>
/// <param name="Status">Enhanced status code, empty for none.</param>
/// <param name="Reply">The reply that decided, empty for none.</param>
internal readonly record struct HostOutcome(int SystemError, SysExit Exit, string Status, string Reply);
