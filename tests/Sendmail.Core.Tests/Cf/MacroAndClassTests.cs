using Sendmail.Core.Cf;
using Sendmail.Core.Rewriting;

namespace Sendmail.Core.Tests.Cf;

public class MacroAndClassTests
{
    // Expected values: what $X and $=X of address test mode printed.
    [Theory]
    [InlineData("DXa # b", "a")]
    [InlineData("DXa\\#b  ", "a#b")]
    [InlineData("DXx$#y", "x$#y")]
    [InlineData("D{X}single", "single")]
    [InlineData("DXa\\", "a")]
    [InlineData("DXa\\\\\\\\b", "a\\\\b")]
    [InlineData("DX \"x\" # y", " x")]
    [InlineData("DX$=x$~{y}$1$9$*", "$=x$~y$1$9$*")]
    [InlineData("DXx\\x y\\ty", "xx yty")]
    [InlineData("DX\"a\\\"b\" c\\\"d", "a\"b c\"d")]
    [InlineData("DXabc $w $?x y $| n $.", "abc $w $?x y $| n $.")]
    [InlineData("DXa$&Yb", "a$&Yb")]
    public void A_macro_is_stored_without_quotes_and_comments(string line, string stored) =>
        Assert.Equal(stored, CfText.Decode(CfSample.Load(line + "\n").Macros["X"]!));

    [Theory]
    [InlineData("a${Long}b$(k$)", "a${Long}b$(k$)")]
    [InlineData("${x}$&{y}$?{z}", "$x$&y$?z")]
    [InlineData("price $$5", "price $5")]
    public void Constructs_decode_to_what_was_written(string raw, string shown) => Assert.Equal(shown, CfText.Decode(CfText.Encode(raw)));

    [Theory]
    [InlineData("$X-${Long}", "one-two words")]
    [InlineData("$?X yes $| no $.", " yes ")]
    [InlineData("$?N yes $| no $.", " no ")]
    [InlineData("$?N a$?X b$.$| c$?X d$| e$.$.", " c d")]
    [InlineData("$?X a$?N b$| c$. d$| e$.", " a c d")]
    [InlineData("$?E full$| empty$.", " empty")]
    [InlineData("a$|b$.c", "a$|b$.c")]
    [InlineData("$R", "<one>")]
    public void Conditionals_look_at_macros_that_are_set(string text, string expanded)
    {
        Configuration configuration = CfSample.Load("DXone\nDE\nD{Long}two words\nDR<$X>\n");
        Assert.Equal(expanded, CfText.Decode(MacroExpander.Expand(CfText.Encode(text), configuration.Macros)));
    }

    [Fact]
    public void Macros_of_the_command_line_give_way_to_the_file()
    {
        string text = CfSample.Base + "DXfile\n";
        Assert.Equal("file", CfSample.Read(text, null, "MXcommand").Configuration!.Macro("X"));
        Assert.Equal("command", CfSample.Read(text, null, "MYcommand").Configuration!.Macro("Y"));
    }

    [Fact]
    public void Predefined_macros_and_classes_describe_the_host()
    {
        Configuration configuration = CfSample.Load("Tjoe bob # c\nTtim\n");
        Assert.Equal(["mail", "mail.lab.test", "lab.test", "mail.lab.test", "MAILER-DAEMON", "8.18.2"], ((string[])["w", "j", "m", "k", "n", "v"]).Select(configuration.Macro));
        Assert.Equal(["[192.0.2.1]", "mail", "mail.lab.test"], configuration.Class("w"));
        Assert.Equal(["lab.test"], configuration.Class("m"));
        Assert.Equal(["multipart/signed"], configuration.Class("n"));
        Assert.Equal(["rfc822"], configuration.Class("s"));
        Assert.Equal(["7bit", "8bit", "binary"], configuration.Class("e"));
        Assert.Equal(["_", "r", "s", "{daemon_flags}", "{if_addr}"], configuration.Class("persistentMacros").Order(StringComparer.Ordinal));
        Assert.Equal(["content-disposition", "content-id", "content-transfer-encoding", "content-type", "mime-version"], configuration.Class("checkMIMEHeaders"));
        Assert.Equal(["content-description"], configuration.Class("checkMIMETextHeaders"));
        Assert.Equal(["content-disposition", "content-type"], configuration.Class("checkMIMEFieldHeaders"));
        Assert.Empty(configuration.Class("q"));
        Assert.Equal(["bob", "joe", "tim"], configuration.Class("t"));
    }

    [Fact]
    public void The_own_name_is_always_in_class_w() =>
        Assert.Contains("mail.example.org", CfSample.Load("Dj$w.example.org\n").Class("w"));

    // The words are the same in all classes, of which the first spells them: also those that are there without a line of the file.
    [Theory]
    [InlineData("CxFoo BAR\nCK foo bar BAZ", "K", "BAR BAZ Foo")]
    [InlineData("Cx8BIT RFC822", "e", "7bit 8BIT binary")]
    [InlineData("Cx8BIT RFC822", "s", "RFC822")]
    [InlineData("CxLab.Test", "m", "Lab.Test")]
    [InlineData("TROOT alice\nCKAlice Root", "K", "ROOT alice")]
    [InlineData("CxMAIL", "w", "[192.0.2.1] mail mail.lab.test")]
    public void A_word_is_spelled_as_it_was_first(string lines, string name, string members) =>
        Assert.Equal(members, string.Join(' ', CfSample.Load(lines + "\n").Class(name)));

    // Expected values: what 8.18.2 said of the same lines, and $=K of address test mode.
    [Theory]
    [InlineData("DXa$X\nCK$X", "aaaaaaaaaaa$X", true)]
    [InlineData("DXx$Y\nDYx$A\nDAx$B\nDBx$C\nDCx$D\nDDx$E\nDEx$F\nDFx$G\nDGx$H\nDHx$I\nDIx\nCK$X", "xxxxxxxxxxx", false)]
    [InlineData("DXx$Y\nDYx$A\nDAx$B\nDBx$C\nDCx$D\nDDx$E\nDEx$F\nDFx$G\nDGx$H\nDHx$I\nDIx$J\nDJx\nCK$X", "xxxxxxxxxxx$J", true)]
    public void Values_of_macros_go_ten_deep(string lines, string member, bool told)
    {
        CfReadResult result = CfSample.Read(CfSample.Base + lines + "\n");
        Assert.Equal([member], result.Configuration!.Class("K").Select(CfText.Decode));
        int last = 8 + lines.Count(c => c == '\n');
        Assert.Equal(told ? [$"CF: line {last}: expand: recursion too deep (10 max)"] : [], result.Messages.Select(m => m.Text));
        Assert.Equal(told ? 70 : 0, (int)result.ExitCode);
    }

    [Theory]
    [InlineData("CKa.b@c \"x y\" <z> A a", "\"x <z> A a.b@c y\"")]
    [InlineData("CKc,d \"e f\"", "\"e c,d f\"")]
    [InlineData("CAone Two\nCK$=A three", "Two one three")]
    [InlineData("DLx y\nCK${L} z", "x y z")]
    [InlineData("CKa\\#b # c", "a#b")]
    public void Class_words_are_separated_by_blanks(string lines, string members) =>
        Assert.Equal(members, string.Join(' ', CfSample.Load(lines + "\n").Class("K")));

    [Theory]
    [InlineData("", "five four lead one seven")]
    [InlineData(" %[^ ]", "6 five four one seven")]
    [InlineData(" %*s%s", "# 6 three two")]
    [InlineData(" %[a-z]", "five four one seven")]
    [InlineData(" %3s", "fiv fou lea one sev")]
    [InlineData(" x%s", "")]
    public void Class_files_are_read_by_a_scanf_format(string format, string members)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(path, "one two\n  lead three\n# c\nfour # x\nfive\t6\n\nseven");
        try
        {
            Assert.Equal(members, string.Join(' ', CfSample.Load("FK" + path + format + "\n").Class("K")));
        }
        finally
        {
            File.Delete(path);
        }
    }

    // As seen on a host whose loopback interface is called localhost in the hosts file.
    [Theory]
    [InlineData("", "[127.0.0.1] [192.0.2.1] [localhost] localhost mail mail.lab.test")]
    [InlineData("Cwlocalhost", "[127.0.0.1] [192.0.2.1] localhost mail mail.lab.test")]
    [InlineData("O DontProbeInterfaces", "[192.0.2.1] mail mail.lab.test")]
    [InlineData("O DontProbeInterfaces=loopback", "[127.0.0.1] [192.0.2.1] mail mail.lab.test")]
    public void Interfaces_are_probed_as_the_option_says(string line, string members)
    {
        CfReadResult result = CfSample.Read(CfSample.Base + line + "\n", CfSample.Host with { Interfaces = [new HostInterface("127.0.0.1", true, ["localhost"])] });
        Assert.Equal(members, string.Join(' ', result.Configuration!.Class("w")));
    }
}
