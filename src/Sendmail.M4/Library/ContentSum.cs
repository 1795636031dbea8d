namespace Sendmail.M4.Library;

/// <summary>
/// A 64 bit sum of a file's content. It tells whether a file changed, it need not withstand forgery: whoever could forge may write
/// the configuration itself. A cryptographic one would load a library for longer than the whole expansion takes.
/// </summary>
internal static class ContentSum
{
    /// <summary>Stands for a file that is not there.</summary>
    internal const ulong Absent = 0;

    internal static ulong Of(ReadOnlySpan<byte> octets)
    {
        ulong sum = 14695981039346656037 ^ (ulong)octets.Length;
        foreach (byte octet in octets)
            sum = (sum ^ octet) * 1099511628211;
        sum ^= sum >> 29;
        return sum == Absent ? 1 : sum;
    }
}
