namespace Sendmail.Migrate.Tests;

public class ArgumentTests
{
    private static (int Exit, string Output, string Errors) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        return (Migration.Run(arguments, output, errors), output.ToString(), errors.ToString());
    }

    [Theory]
    [InlineData("--nonsense", "unknown option --nonsense")]
    [InlineData("word", "unexpected argument word")]
    [InlineData("--root", "--root needs a value")]
    [InlineData("--dns", "--old, --new and --dns need --log")]
    public void Bad_arguments_are_told_with_the_usage(string argument, string problem)
    {
        (int exit, _, string errors) = Run(argument);
        Assert.Equal(64, exit);
        Assert.StartsWith("sendmail-migrate: " + problem + "\nUsage: ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused()
    {
        Assert.Equal(64, Run("--log", "x").Exit);
        Assert.Equal(64, Run("--log", "x", "--old", "a", "--new", "b", "-C", "c").Exit);
        Assert.Equal(66, Run("--root", "/nonexistent").Exit);
        Assert.Equal(0, Run("--help").Exit);
    }
}
