namespace Sendmail.Tools.Tests;

/// <summary>The configuration file that the tools take options from.</summary>
public sealed class ConfigurationTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tools");

    public void Dispose() => _directory.Delete(true);

    private string Written(string name, string text)
    {
        string path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static (int Exit, string Errors) Statistics(string configuration)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter { NewLine = "\n" };
        return (MailStats.Run(["-C", configuration], output, errors), errors.ToString());
    }

    [Fact]
    public void A_mc_gives_the_options_that_the_cf_made_of_it_would()
    {
        string missing = Path.Combine(_directory.FullName, "statistics");
        string library = Written("cf.m4", "changecom`'O StatusFile=" + missing + "\n");
        (int Exit, string Errors) wanted = (66, "mailstats: " + missing + ": No such file or directory\n");
        Assert.Equal(wanted, Statistics(Written("site.cf", "O StatusFile=" + missing + "\n")));
        Assert.Equal(wanted, Statistics(Written("site.mc", "include(`" + library + "')dnl\n")));
    }

    [Fact]
    public void An_error_in_a_mc_is_told_with_its_line()
    {
        string library = Written("cf.m4", "");
        string site = Written("site.mc", "include(`" + library + "')dnl\ndefine(`open\n");
        (int exit, string errors) = Statistics(site);
        Assert.Equal(66, exit);
        Assert.Contains(site + ":2: ERROR: end of file in string", errors, StringComparison.Ordinal);
    }
}
