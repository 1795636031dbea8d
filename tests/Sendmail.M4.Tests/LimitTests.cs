namespace Sendmail.M4.Tests;

/// <summary>Programs that do not end, or want too much, end with an error.</summary>
public sealed class LimitTests
{
    [Theory]
    [InlineData("define(`a', `a')a", "makecf:stdin:1: expansion of `a' does not end: 100000 macro calls without reading further input\n")]
    [InlineData("define(`a', `a(a)')a(1)", "makecf:stdin:1: expansion of `a' does not end: 100000 macro calls without reading further input\n")]
    [InlineData("define(`w', `m4wrap(`w')')w", "makecf:stdin:1: expansion of `w' does not end: 100000 macro calls without reading further input\n")]
    public void EndlessExpansionIsAnError(string program, string error)
    {
        Run run = Run.Of("makecf", ["--call-limit=100000", "-"], program);
        Assert.Equal((1, error), (run.ExitCode, run.Errors));
    }

    [Theory]
    [InlineData("define(`a', `$1$1')define(`b', `b(a($1))')b(xx)")]
    [InlineData("define(`p', `pushdef(`x', `0123456789012345678901234567890123456789')p')p")]
    [InlineData("format(`%2000000000d', 1)")]
    public void TextWithoutBoundIsAnError(string program)
    {
        Run run = Run.Of("makecf", ["-"], program);
        Assert.Equal((1, "makecf:stdin:1: memory exhausted\n"), (run.ExitCode, run.Errors));
    }

    [Fact]
    public void DeepNestingNeedsNoStack()
    {
        string deep = string.Concat(Enumerable.Repeat("len(", 100_000)) + new string(')', 100_000);
        Run run = Run.Of("makecf", ["-"], deep);
        Assert.Equal((0, "1", ""), (run.ExitCode, run.Output, run.Errors));
        Run deeper = Run.Of("makecf", ["-"], string.Concat(Enumerable.Repeat("len(", 600_000)));
        Assert.Equal((1, "makecf:stdin:1: recursion limit of 500000 exceeded, use -L<N> to change it\n"), (deeper.ExitCode, deeper.Errors));
    }

    [Fact]
    public void LargeDiversionsComeBackWhole()
    {
        // 180,000 lines in three diversions: more than is kept in memory.
        string program = "define(`r', `ifelse($1, 0, , `line $1 of diversion `'divnum with some more text to make it long enough\nr(decr($1))')')"
            + "divert(2)r(60000)divert(1)r(60000)divert(3)r(60000)divert(0)";
        Run run = Run.Of("makecf", ["-"], program);
        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(180_000, lines.Length);
        Assert.StartsWith("line 60000 of diversion 1 ", lines[0]);
        Assert.StartsWith("line 1 of diversion 3 ", lines[^1]);
    }

    [Fact]
    public void CommandsNeedTheOption()
    {
        Run refused = Run.Of("makecf", ["-"], "syscmd(`exit 3')sysval esyscmd(`echo x')\n");
        Assert.Equal(1, refused.ExitCode);
        Assert.Equal("127 \n", refused.Output);
        Assert.Contains("makecf:stdin:1: syscmd: running commands is not allowed", refused.Errors);
        Run allowed = Run.Of("makecf", ["--allow-commands", "-"], "syscmd(`exit 3')sysval esyscmd(`echo x')");
        Assert.Equal((0, "3 x\n", ""), (allowed.ExitCode, allowed.Output, allowed.Errors));
    }
}
