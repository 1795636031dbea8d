using System.Text;
using CsCheck;
using Sendmail.Wire.Connections;

namespace Sendmail.Wire.Tests.Connections;

// RFC 5321 4.5.2 and 2.3.8; the verdicts are those of the real sendmail.
public sealed class DotReaderTests
{
    [Theory]
    [InlineData(".\r\n", "", DotProblem.None)]
    [InlineData("just text\r\n.\r\n", "just text\n", DotProblem.None)]
    [InlineData("..a\r\n...\r\n..\r\n.\r\n", ".a\n..\n.\n", DotProblem.None)]
    [InlineData(".a\r\n.\r\n", "a\n", DotProblem.None)]
    [InlineData("\r\n\r\n.\r\n", "\n\n", DotProblem.None)]
    [InlineData("x.\r\n.\r\n", "x.\n", DotProblem.None)]
    [InlineData("foo\nbar\r\n.\r\n", null, DotProblem.BareLineFeed)]
    [InlineData("foo\rbar\r\n.\r\n", null, DotProblem.BareCarriageReturn)]
    [InlineData("foo\n.\nMAIL\r\n.\r\n", null, DotProblem.BareLineFeed)]
    [InlineData("foo\n.\r\n.\r\n", null, DotProblem.BareLineFeed)]
    [InlineData("foo\n.\r\nNOOP\r\n.\r\n", "foo\n.\nNOOP\n", DotProblem.BareLineFeed)]
    [InlineData("foo\r\n.\nMAIL\r\n.\r\n", null, DotProblem.BareLineFeed)]
    [InlineData("foo\r\n.\rMAIL\r\n.\r\n", null, DotProblem.BareCarriageReturn)]
    [InlineData("foo\r\r\n.\r\n", null, DotProblem.BareCarriageReturn)]
    [InlineData("foo\r\n\0.\r\nbar\r\n.\r\n", "foo\n\0.\nbar\n", DotProblem.None)]
    [InlineData("foo\r\n.\0\r\n.\r\n", "foo\n\0\n", DotProblem.None)]
    public void Text_and_problems(string sent, string? text, DotProblem problem)
    {
        foreach (int piece in (int[])[1, 2, 3, sent.Length])
        {
            var reader = new DotReader(false);
            (string got, int consumed) = Read(reader, Encoding.Latin1.GetBytes(sent), piece);
            Assert.True(problem != DotProblem.None || reader.IsDone);
            Assert.Equal(problem, reader.Problem);
            if (text is null)
                continue;
            Assert.Equal(text, got);
            Assert.Equal(sent.Length, consumed);
        }
    }

    [Fact]
    public void What_follows_the_end_is_left()
    {
        var reader = new DotReader(false);
        (string got, int consumed) = Read(reader, "a\r\n.\r\nQUIT\r\n"u8.ToArray(), 100);
        Assert.Equal(("a\n", 6), (got, consumed));
    }

    [Fact]
    public void Nul_is_reported_only_when_refused()
    {
        var reader = new DotReader(true);
        Read(reader, "a\0b\r\n.\r\n"u8.ToArray(), 100);
        Assert.Equal(DotProblem.Nul, reader.Problem);
    }

    [Theory]
    [InlineData("abc\u00e9\r\n.\r\n", true)]
    [InlineData("abc\r\n\u00e9\r\n.\r\n", true)]
    [InlineData("abc\r\n.\r\n", false)]
    public void Octets_above_127_are_noticed(string sent, bool expected)
    {
        var reader = new DotReader(false);
        Read(reader, Encoding.Latin1.GetBytes(sent), 100);
        Assert.Equal(expected, reader.Saw8Bit);
    }

    [Fact]
    public void Stuffed_text_comes_back_whatever_the_pieces()
    {
        Gen<string[]> lines = Gen.Char[".a\u00ff\0 "].Array[0, 6].Select(c => new string(c)).Array[0, 8];
        Gen.Select(lines, Gen.Int[1, 9]).Sample((text, piece) =>
        {
            string sent = string.Concat(text.Select(l => (l.StartsWith('.') ? "." : "") + l + "\r\n")) + ".\r\n";
            var reader = new DotReader(false);
            (string got, int consumed) = Read(reader, Encoding.Latin1.GetBytes(sent), piece);
            Assert.True(reader.IsDone);
            Assert.Equal(DotProblem.None, reader.Problem);
            Assert.Equal(string.Concat(text.Select(l => l + "\n")), got);
            Assert.Equal(sent.Length, consumed);
        });
    }

    [Fact]
    public void Any_octets_are_survived()
    {
        Gen.Char["\r\n.\0a"].Array[0, 40].Sample(c =>
        {
            byte[] octets = Encoding.Latin1.GetBytes(c);
            var whole = new DotReader(true);
            var single = new DotReader(true);
            (string one, int first) = Read(whole, octets, octets.Length + 1);
            (string two, int second) = Read(single, octets, 1);
            Assert.Equal((one, first, whole.Problem, whole.IsDone), (two, second, single.Problem, single.IsDone));
        });
    }

    private static (string Text, int Consumed) Read(DotReader reader, byte[] octets, int piece)
    {
        var text = new StringBuilder();
        byte[] output = new byte[piece + 2];
        int at = 0;
        while (at < octets.Length && !reader.IsDone)
        {
            at += reader.Feed(octets.AsSpan(at, Math.Min(piece, octets.Length - at)), output, out int written);
            text.Append(Encoding.Latin1.GetString(output, 0, written));
        }
        return (text.ToString(), at);
    }
}
