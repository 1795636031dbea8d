using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Sendmail.Mta.Delivery;

namespace Sendmail.Mta.Tests.Mime;

/// <summary>Nothing that goes out looks like the end of a message to a server that is careless about line ends and NULs.</summary>
public sealed class EndOfDataGuardTests
{
    private static string Sent(string text, int piece)
    {
        var guard = new EndOfDataGuard();
        var sent = new StringBuilder();
        for (int at = 0; at < text.Length; at += piece)
        {
            var buffer = new MemoryStream();
            buffer.Write(Encoding.Latin1.GetBytes(text.Substring(at, Math.Min(piece, text.Length - at))));
            guard.Apply(buffer);
            sent.Append(Encoding.Latin1.GetString(buffer.ToArray()));
        }
        return sent.ToString();
    }

    [Theory]
    [InlineData("a\r.\rb\r\n", "a\r..\rb\r\n")]
    [InlineData("a\r.\r\n", "a\r..\r\n")]
    [InlineData("a\n.\nb\r\n", "a\n..\nb\r\n")]
    [InlineData("a\r\n\0.\r\n", "a\r\n\0..\r\n")]
    [InlineData("a\r\n.\0\r\n", "a\r\n.\0.\r\n")]
    [InlineData("a\r.\0\0\rb", "a\r.\0\0.\rb")]
    [InlineData(".\r\n", "..\r\n")]
    [InlineData("a\r\n..\r\nb.\r\n.c\r\n", "a\r\n..\r\nb.\r\n.c\r\n")]
    public void A_dot_alone_gets_another(string text, string sent)
    {
        Assert.Equal(sent, Sent(text, text.Length));
        Assert.Equal(sent, Sent(text, 1));
    }

    [Fact]
    public void Whatever_comes_has_no_end_in_it() => Gen.Select(Gen.Char["\r\n.\0a"].Array[0, 40], Gen.Int[1, 9]).Sample((c, piece) =>
    {
        string text = new string(c) + "\r\n";
        string sent = Sent(text, piece);
        Assert.DoesNotContain(".", Regex.Split(sent.Replace("\0", "", StringComparison.Ordinal), "\r+\n|\n|\r"));
        Assert.Equal(sent, Sent(text, text.Length));
    });
}
