using Sendmail.Core.Cf;

namespace Sendmail.Core.Tests.Cf;

/// <summary>A configuration of another machine, whose files lie below some directory and whose programs are not ours to run.</summary>
public sealed class OtherMachineTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("machine").FullName;

    public void Dispose() => Directory.Delete(_root, true);

    private CfReadResult Read(string lines)
    {
        string path = Path.Combine(_root, "x.cf");
        File.WriteAllText(path, CfSample.Base + lines);
        return CfReader.Read(path, new CfReadRequest { Host = CfSample.Host, PathOf = p => _root + p, ProgramOutput = p => "said-by-" + Path.GetFileName(p) + "\n" });
    }

    [Fact]
    public void Class_files_are_read_where_they_lie_and_programs_are_not_run()
    {
        Directory.CreateDirectory(Path.Combine(_root, "etc/mail"));
        File.WriteAllText(Path.Combine(_root, "etc/mail/relay-domains"), "example.test\n");
        string mark = Path.Combine(_root, "mark");
        File.WriteAllText(Path.Combine(_root, "tool"), "#!/bin/sh\ntouch " + mark + "\n");
        File.SetUnixFileMode(Path.Combine(_root, "tool"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        CfReadResult read = Read("FR/etc/mail/relay-domains\nFP|" + _root + "/tool\n");
        Assert.Empty(read.Messages);
        Assert.Equal(["example.test"], read.Configuration!.Class("R"));
        Assert.Equal(["said-by-tool"], read.Configuration!.Class("P"));
        Assert.False(File.Exists(mark));
    }

    [Fact]
    public void Options_know_the_line_that_set_them_last()
    {
        OptionValues options = Read("O MaxHopCount=20\nO Timeout.ident=5s\nO MaxHopCount=30\n").Configuration!.Options;
        int first = CfSample.Base.Count(c => c == '\n') + 1;
        Assert.Equal(first + 2, options.Line(OptionTable.MaxHopCount));
        Assert.Equal(first + 1, options.Line(OptionTable.TimeoutIdent));
        Assert.Equal(0, options.Line(OptionTable.AliasWait));
    }
}
