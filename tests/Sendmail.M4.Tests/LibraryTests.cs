using Sendmail.M4.Library;

namespace Sendmail.M4.Tests;

/// <summary>How a .mc file comes to its library.</summary>
public sealed class LibraryTests : IDisposable
{
    private const string Body = "OSTYPE(`linux')dnl\nMAILER(`local')dnl\nMAILER(`smtp')dnl\n";
    private static readonly string _library = Path.Combine(AppContext.BaseDirectory, "share/sendmail-net/cf");
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("makecf");

    public void Dispose() => _directory.Delete(true);

    private string Site(string text)
    {
        string path = Path.Combine(_directory.FullName, "site.mc");
        File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public void LibraryIsReadFirstOnceWhateverTheFileNames()
    {
        string plain = Run.Of("makecf", ["-I", _library, Site(Body)]).Output;
        Assert.Contains("\nMlocal,", plain);
        foreach (string include in (string[])["/nowhere/cf/m4/cf.m4", "../m4/cf.m4", _library + "/m4/cf.m4"])
        {
            Run run = Run.Of("makecf", ["-I", _library, Site("include(`" + include + "')dnl\n" + Body)]);
            Assert.Equal((0, plain, ""), (run.ExitCode, run.Output, run.Errors));
        }
        Run twice = Run.Of("makecf", [_library + "/m4/cf.m4", Site("include(`" + _library + "/m4/cf.m4')dnl\n" + Body)]);
        Assert.Equal((0, ""), (twice.ExitCode, twice.Errors));
    }

    [Fact]
    public void OtherFilesArePlainM4()
    {
        string path = Path.Combine(_directory.FullName, "text.m4");
        File.WriteAllText(path, "define(`a', `b')a MAILER\n");
        Assert.Equal("b MAILER\n", Run.Of("makecf", [path]).Output);
        Assert.Equal("MAILER(`local')\n", Run.Of("makecf", ["-"], "MAILER(`local')\n").Output.Replace("MAILER(local)", "MAILER(`local')"));
    }

    // A configuration with a library of its own, which is empty.
    private string OwnLibrary(string text)
    {
        _directory.CreateSubdirectory("m4");
        File.WriteAllText(Path.Combine(_directory.FullName, "m4/cf.m4"), "");
        return Site("include(`m4/cf.m4')dnl\n" + text);
    }

    [Fact]
    public void DirectUseRunsNothingAndMakesNothing()
    {
        string trace = Path.Combine(_directory.FullName, "made");
        foreach (string bad in (string[])["syscmd(`touch " + trace + "')", "debugfile(`" + trace + "')", "mkstemp(`" + trace + "')"])
        {
            string path = OwnLibrary(bad + "dnl\n");
            ConfigurationExpansion expansion = ConfigurationExpander.Expand(path, File.ReadAllBytes(path));
            Assert.Null(expansion.Text);
            Assert.Contains("site.mc:2: ", Assert.Single(expansion.Messages));
            Assert.Equal(["site.mc"], _directory.GetFiles().Select(f => f.Name));
        }
    }

    [Fact]
    public void DirectUseReadsBesideTheFile()
    {
        File.WriteAllText(Path.Combine(_directory.FullName, "local.m4"), "from beside\n");
        string path = OwnLibrary("include(`local.m4')");
        Assert.Equal("from beside\n", ConfigurationExpander.Expand(path, File.ReadAllBytes(path)).Text);
    }

    [Fact]
    public void ExpansionFollowsEveryFileItWasMadeFrom()
    {
        string local = Path.Combine(_directory.FullName, "local.m4");
        string path = OwnLibrary("include(`local.m4')sinclude(`" + _directory.FullName + "/more.m4')");
        string Expand() => ConfigurationExpander.Expand(path, File.ReadAllBytes(path)).Text!;
        File.WriteAllText(local, "one\n");
        Assert.Equal("one\n", Expand());
        Assert.Equal("one\n", Expand());
        File.WriteAllText(local, "two\n");
        Assert.Equal("two\n", Expand());
        File.WriteAllText(Path.Combine(_directory.FullName, "more.m4"), "more\n");
        Assert.Equal("two\nmore\n", Expand());
    }

    [Fact]
    public void NothingIsKeptWhereOthersMayWrite()
    {
        File.SetUnixFileMode(_directory.FullName, (UnixFileMode)0x1FF);
        string path = OwnLibrary("text\n");
        Assert.Equal("text\n", ConfigurationExpander.Expand(path, File.ReadAllBytes(path)).Text);
        Assert.Equal(["site.mc"], _directory.GetFiles().Select(f => f.Name));
    }
}
