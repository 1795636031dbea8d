using System.Text;
using Sendmail.Mta.Filters;
using Xunit;

namespace Sendmail.Mta.Tests.Filters;

/// <summary>Bodies as filters get them: CRLF at the end of lines, pieces of at most 65535 octets (as 8.18.2 sends them).</summary>
public sealed class BodyChunksTests
{
    private static async Task<List<string>> ChunksAsync(string body, int size)
    {
        var chunks = new BodyChunks(new MemoryStream(Encoding.Latin1.GetBytes(body)), size);
        var pieces = new List<string>();
        while (await chunks.NextAsync(CancellationToken.None) is { Length: > 0 } piece)
        {
            pieces.Add(Encoding.Latin1.GetString(piece.Span));
            Assert.Equal(pieces.Sum(p => p.Length) == body.Length + body.Count(c => c == '\n'), chunks.IsLast);
        }
        return pieces;
    }

    [Theory]
    [InlineData("", 8, new string[0])]
    [InlineData("a\nb\n", 8, new[] { "a\r\nb\r\n" })]
    [InlineData("no end", 8, new[] { "no end" })]
    [InlineData("\n", 8, new[] { "\r\n" })]
    [InlineData("1234567\n9", 8, new[] { "1234567\r", "\n9" })]
    [InlineData("12345678", 8, new[] { "12345678" })]
    [InlineData("a\rb\n", 8, new[] { "a\rb\r\n" })]
    public async Task LinesEndInCrLfAndNoPieceIsTooLong(string body, int size, string[] expected) => Assert.Equal(expected, await ChunksAsync(body, size));

    [Fact]
    public async Task ALongBodyComesWhole()
    {
        string body = string.Concat(Enumerable.Range(0, 5000).Select(i => $"line {i} of a long body\n"));
        List<string> pieces = await ChunksAsync(body, 65535);
        Assert.Equal(body.Replace("\n", "\r\n", StringComparison.Ordinal), string.Concat(pieces));
        Assert.All(pieces.SkipLast(1), p => Assert.Equal(65535, p.Length));
    }
}
