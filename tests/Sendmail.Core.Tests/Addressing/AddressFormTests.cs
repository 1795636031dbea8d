using Sendmail.Core.Addressing;

namespace Sendmail.Core.Tests.Addressing;

/// <summary>What 8.18.2 shows as the cracked address.</summary>
public class AddressFormTests
{
    [Theory]
    [InlineData("a", "$g")]
    [InlineData("(c) a", "(c) $g")]
    [InlineData("a(c)b", "$g (c)")]
    [InlineData("(c)<a>", "(c)<$g>")]
    [InlineData("x   <a>", "x   <$g>")]
    [InlineData("x.y <a>", "\"x.y\" <$g>")]
    [InlineData("x.<a>", "\"x.\"<$g>")]
    [InlineData("<a>b<c>", "\"<a>b\"<$g>")]
    [InlineData("x <<a>>", "\"x <\"<$g>")]
    [InlineData("<(c)a>", "< (c) $g>")]
    [InlineData("x (c <a>", "$g (c <a>)")]
    [InlineData("a::b", "$g")]
    [InlineData("a:;", "a:;$g")]
    [InlineData("x: y <a>;", "x: y <$g>;")]
    [InlineData("x: a; (c)", "x: $g; (c)")]
    [InlineData("a@[IPv6:::1]", "$g")]
    [InlineData("<a;b>", "<$g;>")]
    [InlineData("<>", "<>")]
    [InlineData("x<", "x<>")]
    [InlineData("\"x", "$g")]
    public void The_form_around_an_address(string text, string expected) => Assert.Equal(expected, CrackedAddress.Form(text, "@,;:\\()[].'", "$g"));
}
