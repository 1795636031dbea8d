using System.Text;

namespace Sendmail.M4.Output;

/// <summary>One numbered diversion: text in memory, and in front of it what had to go to a temporary file.</summary>
internal sealed class Diversion : IDisposable
{
    private FileStream? _file;

    /// <summary>The text in memory.</summary>
    internal CharBuffer Text { get; } = new();

    /// <summary>Nothing was ever sent here.</summary>
    internal bool IsEmpty => Text.Length == 0 && _file is null;

    /// <summary>Moves the text in memory to the file.</summary>
    internal void Spill()
    {
        _file ??= new FileStream(Path.Combine(Path.GetTempPath(), "makecf-" + Guid.NewGuid().ToString("N")), new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        var octets = new byte[1 << 16];
        ReadOnlySpan<char> text = Text.Span;
        while (text.Length > 0)
        {
            int part = Math.Min(text.Length, octets.Length);
            Encoding.Latin1.GetBytes(text[..part], octets);
            _file.Write(octets, 0, part);
            text = text[part..];
        }
        Text.Clear();
    }

    internal delegate void TextReceiver(ReadOnlySpan<char> text);

    internal delegate void OctetReceiver(ReadOnlySpan<byte> octets);

    /// <summary>Hands the content over piece by piece; it is still there afterwards.</summary>
    internal void CopyTo(OctetReceiver octets, TextReceiver text)
    {
        if (_file is not null)
        {
            _file.Position = 0;
            var chunk = new byte[1 << 16];
            for (int read; (read = _file.Read(chunk)) > 0;)
                octets(chunk.AsSpan(0, read));
        }
        text(Text.Span);
    }

    /// <summary>Hands the content over and forgets it.</summary>
    internal void SendTo(OctetReceiver octets, TextReceiver text)
    {
        CopyTo(octets, text);
        Text.Clear();
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }
}
