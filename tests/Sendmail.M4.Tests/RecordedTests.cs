namespace Sendmail.M4.Tests;

/// <summary>Programs run by GNU m4 1.4.19: same output, same errors, same exit code.</summary>
public sealed class RecordedTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("makecf");

    public RecordedTests() => File.WriteAllText(Path.Combine(_directory.FullName, "inc.m4"), "first foo\ndefine(`foo', `from the file')dnl\nlast foo\n");

    public void Dispose() => _directory.Delete(true);

    public static TheoryData<string> Names => [.. RecordedCase.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void DoesWhatGnuM4Did(string name)
    {
        RecordedCase recorded = RecordedCase.All.Single(c => c.Name == name);
        // Files are found by -I: a test must not change the working directory of all.
        Run run = Run.Of("m4", ["-I", _directory.FullName, .. recorded.Options], recorded.Input);
        string Bare(string text) => text.Replace(_directory.FullName + "/", "");
        Assert.Equal(recorded.Errors, string.Concat(Bare(run.Errors).Split('\n').Where(l => !l.Contains("path search for")).Select(l => l + "\n"))[..^1]);
        Assert.Equal(recorded.Output, Bare(run.Output));
        Assert.Equal(recorded.ExitCode, run.ExitCode);
    }
}
