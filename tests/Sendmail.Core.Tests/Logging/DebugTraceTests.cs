using Sendmail.Core.Logging;

namespace Sendmail.Core.Tests.Logging;

public class DebugTraceTests
{
    private static DebugTrace Of(params string[] specifications)
    {
        var trace = new DebugTrace(TextWriter.Null);
        foreach (string each in specifications)
            trace.Add(each);
        return trace;
    }

    [Theory]
    [InlineData("21", 21, 1)]
    [InlineData("21.12", 21, 12)]
    [InlineData("20-22.4", 21, 4)]
    [InlineData("8.7,21.3", 21, 3)]
    [InlineData("", 99, 1)]
    [InlineData("0-200.5", 99, 5)]
    [InlineData("21.2x", 21, 2)]
    [InlineData("21.", 21, 0)]
    [InlineData("queue.5", 21, 0)]
    public void Specifications_set_levels(string specification, int category, int level) => Assert.Equal(level, Of(specification).Level(category));

    [Fact]
    public void A_later_specification_replaces_an_earlier_one() => Assert.Equal(0, Of("21.12", "21.0").Level(21));
}
