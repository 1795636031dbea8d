using Sendmail.Core.Cf;
using Sendmail.Core.Headers;
using Sendmail.Core.Rewriting;
using Sendmail.Core.Tests.Addressing;
using Sendmail.Core.Tests.Cf;

namespace Sendmail.Core.Tests.Headers;

/// <summary>What checks of header fields see and say, as /header of 8.18.2's address test mode shows it.</summary>
public class HeaderCheckTests
{
    private const string Lines = "HX-Own: $>Own\nHX-Plus: $>+Plus\nH*: $>Own\nSOwn\nR$*\t$: $1 / $&{currHeader} / $&{hdrlen} / $&{addr_type}\nR$*\t$#error $@ 5.7.1 $: \"550 no \" $1\nSPlus\nR$*\t$#error $@ 5.7.1 $: \"550 \" $1\n";

    private static async Task<string?> Check(string name, string value)
    {
        Configuration configuration = CfSample.Read(CfSample.Base + Lines).Configuration!;
        HeaderDefinition check = HeaderCheck.Find(configuration.Headers, name)!;
        var checks = new RuleSetCheck(new Rewriter(configuration, new AddressParserTests.NoMaps(), new AddressParserTests.Silent()));
        return (await checks.CheckFieldAsync(check, name, value, new MacroScope(configuration.Macros))).Reply?.Text;
    }

    [Theory]
    [InlineData("X-Own", " foo", "no foo / foo/ 4 / h")]
    [InlineData("X-Own", " un<bal", "no un<bal>/ un<bal/ 7 / h")]
    [InlineData("X-Own", " a>b)c", "no abc / a>b)c/ 6 / h")]
    [InlineData("X-Own", " a (comm) b", "no a b / a (comm) b/ 11 / h")]
    [InlineData("X-Own", "a", "no a /a/ 1 / h")]
    [InlineData("X-Own", "", null)]
    [InlineData("X-Own", " (only)", null)]
    [InlineData("X-Plus", " (only)", "(only)")]
    [InlineData("X-Plus", " a (comm) b", "a(comm)b")]
    [InlineData("X-Plus", " a>b)c", "a>b)c")]
    [InlineData("From", " a@b", "no a@b / a@b/ 4 / h s")]
    [InlineData("To", " a@b", "no a@b / a@b/ 4 / h r")]
    public async Task A_check_sees_the_value_and_its_macros(string name, string value, string? said) => Assert.Equal(said, await Check(name, value));

    [Theory]
    [InlineData(" \"a\\\"b", "\" \\\"a\\\"b\"", "6")]
    [InlineData(" two\tmore", "\" two more\"", "9")]
    [InlineData(" caf\u00e9 \u0081 \u00ff", "\" caf\u00e9 \u0081 \u00ff\"", "11")]
    public void The_value_is_a_quoted_string_and_its_length_is_that_before(string value, string quoted, string length)
    {
        var scope = new MacroScope();
        HeaderCheck.SetMacros(scope, "Foo", value);
        Assert.Equal((quoted, length), (scope["currHeader"], scope["hdrlen"]));
    }

    [Theory]
    [InlineData('a', 1000, 252, 254)]
    [InlineData('"', 250, 127, 255)]
    public void What_has_no_room_is_left_out(char c, int count, int length, int shown)
    {
        var scope = new MacroScope();
        HeaderCheck.SetMacros(scope, "Foo", " " + new string(c, count));
        Assert.Equal((length.ToString(System.Globalization.CultureInfo.InvariantCulture), shown), (scope["hdrlen"], scope["currHeader"]!.Length));
    }
}
