namespace Sendmail.M4.Tests;

/// <summary>Frozen states, in the format GNU m4's manual documents.</summary>
public sealed class FrozenTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void KeepsDefinitionsDelimitersAndDiversions()
    {
        Run made = Run.Of("makecf", ["-F", _file, "-"],
            "pushdef(`a', `1')pushdef(`a', `2')define(`add', defn(`incr'))undefine(`len')divert(3)kept\ndivert(0)changequote([, ])changecom([//])");
        Assert.Equal((0, ""), (made.ExitCode, made.Output));
        Run loaded = Run.Of("makecf", ["-R", _file, "-"], "a popdef([a])a add(1) len(x) // a\n");
        Assert.Equal("2 1 2 len(x) // a\nkept\n", loaded.Output);
    }

    [Theory]
    [InlineData("V1\nT1,3\na<1>\nF3,4\naddincr\nD1,5\nlater\n", "later<1> 2", "", 0)]
    [InlineData("# a comment\n\nV1\nF3,6\naddnosuch\nT1,0\na\n", " ", "m4:stdin:1: builtin `add' requested by frozen file is not supported\n", 0)]
    [InlineData("V2\n", "", "m4:FILE:1: frozen file version 2 greater than max supported of 1\n", 63)]
    [InlineData("T1,1\nab\n", "", "m4:FILE:1: expecting character `V' in frozen file\n", 1)]
    [InlineData("V1\nX3\n", "", "m4:FILE:2: ill-formed frozen file\n", 1)]
    [InlineData("V1\nT1,5\nab\n", "", "m4:FILE:2: premature end of frozen file\n", 1)]
    [InlineData("V1\nT1 , 1\nab\n", "", "m4:FILE:2: expecting character `,' in frozen file\n", 1)]
    public void LoadsWhatGnuM4LoadsAndRefusesWhatItRefuses(string state, string output, string errors, int exit)
    {
        File.WriteAllText(_file, state);
        Run run = Run.Of("m4", ["-R", _file], "a add(1)");
        Assert.Equal((errors.Replace("FILE", _file), output, exit), (run.Errors, run.Output, run.ExitCode));
    }
}
