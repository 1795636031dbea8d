using Sendmail.Core;

namespace Sendmail.Tools;

/// <summary>The lines of a map's source text, in the pieces in which the reference takes them.</summary>
internal static class MapSourceLines
{
    /// <summary>Octets of a line with its line feed and a closing NUL; a longer one comes in pieces, each but the last not whole.</summary>
    internal const int MaxLine = 1024;

    /// <summary>Reads all lines, without line end. A NUL ends the text of its line, which is then not whole.</summary>
    /// <returns>The text, and whether it is a whole line (or the last piece of one).</returns>
    internal static IEnumerable<(string Text, bool Whole)> Read(Stream input)
    {
        byte[] buffer = new byte[1 << 16];
        int held = 0;
        int at = 0;
        bool ended = false;
        while (true)
        {
            int most = Math.Min(held - at, MaxLine - 1);
            int newline = buffer.AsSpan(at, most).IndexOf((byte)'\n');
            if (newline < 0 && most < MaxLine - 1 && !ended)
            {
                buffer.AsSpan(at, held - at).CopyTo(buffer);
                held -= at;
                at = 0;
                int read = input.Read(buffer, held, buffer.Length - held);
                held += read;
                ended = read == 0;
                continue;
            }
            int length = newline < 0 ? most : newline + 1;
            if (length == 0)
                yield break;
            yield return Piece(buffer.AsSpan(at, length), newline < 0 && length < MaxLine - 1);
            at += length;
        }
    }

    private static (string Text, bool Whole) Piece(ReadOnlySpan<byte> piece, bool last)
    {
        int nul = piece.IndexOf((byte)0);
        ReadOnlySpan<byte> text = nul < 0 ? piece : piece[..nul];
        bool whole = last || (text.Length > 0 && text[^1] == '\n');
        return (Latin1.ToString(text.TrimEnd((byte)'\n')), whole);
    }
}
