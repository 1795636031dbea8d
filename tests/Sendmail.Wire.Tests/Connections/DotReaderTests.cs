using System.Text;
using CsCheck;
using Sendmail.Wire.Connections;

namespace Sendmail.Wire.Tests.Connections;

// RFC 5321 4.5.2 and 2.3.8; the verdicts and texts are those of the real sendmail with the srv_features named.
public sealed class DotReaderTests
{
    [Theory]
    [InlineData(".\r\n", "")]
    [InlineData("just text\r\n.\r\n", "just text\n")]
    [InlineData("..a\r\n...\r\n..\r\n.\r\n", ".a\n..\n.\n")]
    [InlineData(".a\r\n.\r\n", "a\n")]
    [InlineData("\r\n\r\n.\r\n", "\n\n")]
    [InlineData("x.\r\n.\r\n", "x.\n")]
    [InlineData("foo\r\n.\0\r\nb\r\n.\r\n", "foo\n\0\nb\n")]
    public void Texts(string sent, string text)
    {
        foreach (int piece in (int[])[1, 2, 3, sent.Length])
        {
            var reader = new DotReader();
            (string got, int consumed, DotProblem fault) = Read(reader, Encoding.Latin1.GetBytes(sent), piece, true);
            Assert.True(reader.IsDone);
            Assert.Equal((text, sent.Length, DotProblem.None), (got, consumed, fault));
        }
    }

    // The variants of the end of data that servers were fooled with: none ends a message, and all but a NUL stop it.
    [Theory]
    [InlineData("a\n.\n", "a", DotProblem.BareLineFeed)]
    [InlineData("a\n.\r", "a", DotProblem.BareLineFeed)]
    [InlineData("a\r.\n", "a", DotProblem.BareCarriageReturn)]
    [InlineData("a\r.\r", "a", DotProblem.BareCarriageReturn)]
    [InlineData("a\n.\r\n", "a", DotProblem.BareLineFeed)]
    [InlineData("a\r.\r\n", "a", DotProblem.BareCarriageReturn)]
    [InlineData("a\r\n.\n", "a\n", DotProblem.BareLineFeed)]
    [InlineData("a\r\n.\rx", "a\n", DotProblem.BareCarriageReturn)]
    [InlineData("a\r\n.\r\r\n", "a\n", DotProblem.BareCarriageReturn)]
    [InlineData("a\r\r\n.\r\r\n", "a", DotProblem.BareCarriageReturn)]
    [InlineData("a\r\n\0.\r\nx", "a\n\0.\nx", DotProblem.None)]
    [InlineData("a\r\n.\0\r\nx", "a\n\0\nx", DotProblem.None)]
    [InlineData("\n", "", DotProblem.BareLineFeed)]
    [InlineData("\rx", "", DotProblem.BareCarriageReturn)]
    [InlineData("x\r\n\n", "x\n", DotProblem.BareLineFeed)]
    public void What_looks_like_the_end_is_none(string sent, string before, DotProblem fault)
    {
        foreach (int piece in (int[])[1, 2, 3, sent.Length])
        {
            var reader = new DotReader();
            (string got, _, DotProblem met) = Read(reader, Encoding.Latin1.GetBytes(sent), piece, true);
            Assert.False(reader.IsDone);
            Assert.Equal((before, fault), (got, met));
        }
    }

    [Theory]
    // G U
    [InlineData(BareLineEnd.Keep, false, "a\nb", "a\nb\n")]
    [InlineData(BareLineEnd.Keep, false, "a\rb", "a\rb\n")]
    [InlineData(BareLineEnd.Keep, false, "a\n.\nNOOP", "a\n.\nNOOP\n")]
    [InlineData(BareLineEnd.Keep, false, "a\n.\r\nNOOP", "a\n.\nNOOP\n")]
    [InlineData(BareLineEnd.Keep, false, "a\r\n.\nNOOP", "a\n\nNOOP\n")]
    [InlineData(BareLineEnd.Keep, false, "a\r.\r\nNOOP", "a\r.\nNOOP\n")]
    [InlineData(BareLineEnd.Keep, false, "a\r\r\nb", "a\r\nb\n")]
    [InlineData(BareLineEnd.Keep, false, "a\n..x\r\n..y", "a\n..x\n.y\n")]
    // g2 u2
    [InlineData(BareLineEnd.Replace, false, "a\nb", "a b\n")]
    [InlineData(BareLineEnd.Replace, false, "a\n.\nNOOP", "a . NOOP\n")]
    [InlineData(BareLineEnd.Replace, false, "a\n.\r\nNOOP", "a .\nNOOP\n")]
    [InlineData(BareLineEnd.Replace, false, "a\r\n.\nNOOP", "a\n NOOP\n")]
    [InlineData(BareLineEnd.Replace, false, "a\r\n.\r\r\nNOOP", "a\n \nNOOP\n")]
    [InlineData(BareLineEnd.Replace, false, "a\nb\rc\nd", "a b c d\n")]
    // O G U
    [InlineData(BareLineEnd.Keep, true, "a\nb", "a\nb\n")]
    [InlineData(BareLineEnd.Keep, true, "a\n..x\r\n..y", "a\n.x\n.y\n")]
    [InlineData(BareLineEnd.Keep, true, "a\n.\rNOOP", "a\n\rNOOP\n")]
    [InlineData(BareLineEnd.Keep, true, "a\r.\nNOOP", "a\r.\nNOOP\n")]
    public void Bare_ends_that_are_let_in(BareLineEnd policy, bool endsLine, string sent, string text)
    {
        foreach (int piece in (int[])[1, 2, 3, 100])
        {
            var reader = new DotReader(policy, policy, endsLine);
            (string got, int consumed, _) = Read(reader, Encoding.Latin1.GetBytes(sent + "\r\n.\r\n"), piece, false);
            Assert.True(reader.IsDone);
            Assert.Equal((text, sent.Length + 5), (got, consumed));
        }
    }

    [Theory]
    [InlineData("a\n.\nNOOP", 4)]
    [InlineData("a\n.\r\nNOOP", 5)]
    [InlineData("a\r\n.\nNOOP", 5)]
    public void With_O_a_line_feed_ends_the_message(string sent, int length)
    {
        var reader = new DotReader(BareLineEnd.Keep, BareLineEnd.Keep, true);
        (string got, int consumed, _) = Read(reader, Encoding.Latin1.GetBytes(sent), 100, false);
        Assert.True(reader.IsDone);
        Assert.Equal(("a\n", length), (got, consumed));
    }

    [Fact]
    public void What_follows_the_end_is_left()
    {
        var reader = new DotReader();
        (string got, int consumed, _) = Read(reader, "a\r\n.\r\nQUIT\r\n"u8.ToArray(), 100, true);
        Assert.Equal(("a\n", 6), (got, consumed));
    }

    // For a server that drops NULs these lines are the end of the message.
    [Theory]
    [InlineData("a\r\n\0.\r\n", true)]
    [InlineData("\0.\r\n", true)]
    [InlineData("a\r\n\0\0.\0\r\n", true)]
    [InlineData("a\r\n\0.x\r\n", false)]
    [InlineData("a\0.\r\n", false)]
    [InlineData("a\r\n\0..\r\n", false)]
    [InlineData("a\r\n.\0\r\n", false)]
    public void A_dot_behind_NULs_is_noticed(string sent, bool noticed)
    {
        foreach (int piece in (int[])[1, 2, 100])
        {
            var reader = new DotReader();
            Read(reader, Encoding.Latin1.GetBytes(sent), piece, true);
            Assert.False(reader.IsDone);
            Assert.Equal((noticed, true), (reader.SawDisguisedEnd, reader.SawNul));
        }
    }

    [Fact]
    public void Stuffed_text_comes_back_whatever_the_pieces()
    {
        Gen<string[]> lines = Gen.Char[".a\u00ff\0 "].Array[0, 6].Select(c => new string(c)).Array[0, 8];
        Gen.Select(lines, Gen.Int[1, 9]).Sample((text, piece) =>
        {
            string sent = string.Concat(text.Select(l => (l.StartsWith('.') ? "." : "") + l + "\r\n")) + ".\r\n";
            var reader = new DotReader();
            (string got, int consumed, DotProblem fault) = Read(reader, Encoding.Latin1.GetBytes(sent), piece, true);
            Assert.True(reader.IsDone);
            Assert.Equal(DotProblem.None, fault);
            Assert.Equal(string.Concat(text.Select(l => l + "\n")), got);
            Assert.Equal(sent.Length, consumed);
        });
    }

    [Fact]
    public void Any_octets_are_survived()
    {
        Gen.Select(Gen.Char["\r\n.\0a"].Array[0, 40], Gen.Int[0, 5]).Sample((c, mode) =>
        {
            byte[] octets = Encoding.Latin1.GetBytes(c);
            var policy = (BareLineEnd)(mode % 3);
            var whole = new DotReader(policy, policy, mode > 2);
            var single = new DotReader(policy, policy, mode > 2);
            (string one, int first, _) = Read(whole, octets, octets.Length + 1, false);
            (string two, int second, _) = Read(single, octets, 1, false);
            Assert.Equal((one, first, whole.IsDone, whole.SawBareLineFeed, whole.SawBareReturn, whole.SawDisguisedEnd),
                (two, second, single.IsDone, single.SawBareLineFeed, single.SawBareReturn, single.SawDisguisedEnd));
        });
    }

    private static (string Text, int Consumed, DotProblem Fault) Read(DotReader reader, byte[] octets, int piece, bool stopAtFault)
    {
        var text = new StringBuilder();
        byte[] output = new byte[piece + 2];
        int at = 0;
        while (at < octets.Length && !reader.IsDone)
        {
            at += reader.Feed(octets.AsSpan(at, Math.Min(piece, octets.Length - at)), output, out int written);
            text.Append(Encoding.Latin1.GetString(output, 0, written));
            if (reader.Fault != DotProblem.None && stopAtFault)
                return (text.ToString(), at, reader.Fault);
        }
        return (text.ToString(), at, DotProblem.None);
    }
}
