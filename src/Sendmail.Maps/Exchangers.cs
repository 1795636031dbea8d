using Sendmail.Core.Replies;

namespace Sendmail.Maps;

/// <summary>The mail exchangers of a host.</summary>
/// <param name="Count">How many there are; -1 when it cannot be known now.</param>
/// <param name="Names">Their names with final dots, the best first; one empty name when the host takes no mail (RFC 7505).</param>
/// <param name="Status">What a map says of it: <see cref="SysExit.NoHost"/> for a name that DNS does not know, even if the hosts file does.</param>
public sealed record Exchangers(int Count, IReadOnlyList<string> Names, SysExit Status);
