namespace Sendmail.Fuzz;

/// <summary>
/// Makes inputs out of a corpus: pieces are cut, doubled, exchanged between files, octets turned and the words that mean
/// something to these readers put in. The same seed makes the same inputs.
/// </summary>
internal sealed class Mutator(IReadOnlyList<byte[]> corpus, int seed)
{
    private const int Longest = 4096;
    private static readonly byte[][] _words =
    [
        "\r\n"u8.ToArray(), "\n"u8.ToArray(), "\r"u8.ToArray(), "\0"u8.ToArray(), "."u8.ToArray(), ".\r\n"u8.ToArray(), "\r\n.\r\n"u8.ToArray(),
        "<"u8.ToArray(), ">"u8.ToArray(), "\""u8.ToArray(), "\\"u8.ToArray(), "("u8.ToArray(), ")"u8.ToArray(), "@"u8.ToArray(), ","u8.ToArray(), ":"u8.ToArray(),
        "+"u8.ToArray(), "="u8.ToArray(), ";"u8.ToArray(), " "u8.ToArray(), "\t"u8.ToArray(), "MAIL FROM:"u8.ToArray(), "RCPT TO:"u8.ToArray(), "SIZE="u8.ToArray(),
        "BY="u8.ToArray(), "NOTIFY="u8.ToArray(), "ORCPT=rfc822;"u8.ToArray(), "ENVID="u8.ToArray(), "AUTH=<>"u8.ToArray(), "Received: "u8.ToArray(), "Bcc:"u8.ToArray(),
        [0x80], [0x81], [0xFF], "99999999999999999999"u8.ToArray(), "-1"u8.ToArray(),
    ];

    private readonly Random _random = new(seed);

    internal byte[] Next()
    {
        var text = new List<byte>(Pick());
        for (int i = _random.Next(1, 6); i > 0; i--)
            Change(text);
        if (text.Count > Longest)
            text.RemoveRange(Longest, text.Count - Longest);
        return [.. text];
    }

    private byte[] Pick() => corpus[_random.Next(corpus.Count)];

    private void Change(List<byte> text)
    {
        int at = _random.Next(text.Count + 1);
        int length = Math.Min(_random.Next(1, 32), text.Count - at);
        switch (_random.Next(7))
        {
            case 0 when length > 0: text.RemoveRange(at, length); break;
            case 1 when length > 0: text.InsertRange(at, text.GetRange(at, length)); break;
            case 2 when at < text.Count: text[at] ^= (byte)(1 << _random.Next(8)); break;
            case 3 when at < text.Count: text[at] = (byte)_random.Next(256); break;
            case 4:
                byte[] other = Pick();
                int from = _random.Next(other.Length + 1);
                text.InsertRange(at, other.Skip(from).Take(_random.Next(64)));
                break;
            case 5:
                byte[] word = _words[_random.Next(_words.Length)];
                for (int i = _random.Next(8) == 0 ? _random.Next(200) : 1; i > 0; i--)
                    text.InsertRange(at, word);
                break;
            default: text.InsertRange(at, _words[_random.Next(_words.Length)]); break;
        }
    }
}
