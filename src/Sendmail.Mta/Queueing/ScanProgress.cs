using System.Globalization;
using Sendmail.Posix;

namespace Sendmail.Mta.Queueing;

/// <summary>Tells on a terminal how far the reading of a large queue is; in a pipe or file nothing is written.</summary>
internal sealed class ScanProgress(int total)
{
    private const int Every = 5000;
    private static readonly bool _isTerminal = Files.IsTerminal(2);
    private int _done;

    /// <summary>A message was read.</summary>
    internal void Step()
    {
        int done = Interlocked.Increment(ref _done);
        if (_isTerminal && done % Every == 0)
            Write(string.Create(CultureInfo.InvariantCulture, $"\rreading the queue: {done} of {total} messages"));
    }

    /// <summary>All were read: the line is taken away.</summary>
    internal void End()
    {
        if (_isTerminal && total >= Every)
            Write("\r\x1b[K");
    }

    private static void Write(string text)
    {
        using Stream errors = StandardStream.Errors();
        errors.Write(System.Text.Encoding.ASCII.GetBytes(text));
        errors.Flush();
    }
}
