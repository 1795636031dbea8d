using System.Text;

namespace Sendmail.Tools;

/// <summary>Lines of octets that end in LF, one character for each; the last may lack its end.</summary>
internal sealed class LineSource(Stream input) : IDisposable
{
    private readonly BufferedStream _input = new(input, 1 << 16);

    /// <summary>Whether the last line that was read had its end.</summary>
    internal bool IsEnded { get; private set; }

    /// <summary>The next line without its LF, null at the end.</summary>
    internal string? Next()
    {
        var line = new StringBuilder();
        int octet;
        while ((octet = _input.ReadByte()) >= 0 && octet != '\n')
            line.Append((char)octet);
        IsEnded = octet == '\n';
        return octet < 0 && line.Length == 0 ? null : line.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _input.Dispose();
}
