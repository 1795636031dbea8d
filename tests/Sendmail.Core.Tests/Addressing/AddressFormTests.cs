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
[InlineData("() :b", "() :$g")]
    [InlineData("(c)  :b", "(c)  :$g")]
    [InlineData("x (c) : b", "x (c) : $g")]
    [InlineData("(c) :", "(c) :")]
    [InlineData("x : (d) b", "x : (d) $g")]
    [InlineData("x:(c);", "x:(c);$g")]
    [InlineData("x: (c) ;", "x: (c) $g;")]
    [InlineData("x (d) <a>: c;", "x (d) <a>: $g;")]
    [InlineData("<a> \"xx\" y", "<$g>")]
    [InlineData("<a>\"", "<$g>\"\"")]
    [InlineData("<a>\"\"", "<$g>")]
    [InlineData("N <x>\";", "<$g>")]
    [InlineData("a:.b", "$g")]
    [InlineData("<a>::b", "<$g>:::b")]
    [InlineData("<a>:.b", "<$g>::.b")]
    [InlineData("<a>x:b", "<a>x:$g")]
    [InlineData("<a:b>c:d", "\"<a:b>c\":$g")]
    [InlineData("<a>:b<c>", "<a>:\"b\"<$g>")]
    [InlineData("a.b <c> d:e", "a.b <c> d:$g")]
    [InlineData("a.b <c> d <e>", "\"a.b <c> d\" <$g>")]
    [InlineData("<\"a.b\"> c:d", "<\"a.b\"> c:$g")]
    [InlineData("x\"y\". <e>", "\"x\\\"y\\\".\" <$g>")]
    [InlineData("a::b:c", "\"a::b\":$g")]
    [InlineData("a>b:c", "\"a>b\":$g")]
    [InlineData("> (c)", "$g (c)")]
    [InlineData("][:a", "\"][\":$g")]
    [InlineData("(c) (d)", "(c) $g (d)")]
    [InlineData("(c)(d)", "(c) (d)")]
    [InlineData("<(c) >", "< (c) $g>")]
    [InlineData("()", "()")]
    [InlineData(">", "")]
    public void The_form_around_an_address(string text, string expected) => Assert.Equal(expected, CrackedAddress.Form(text, "@,;:\\()[].'", "$g"));

    [Theory]
    [InlineData("{0} <a>", 250, 251)]
    [InlineData("({0}) a", 250, 251)]
    [InlineData("a ({0})", 249, 250)]
    [InlineData("<a> ({0})", 247, 248)]
    [InlineData("<a ({0})>", 247, 248)]
    [InlineData("<a>{0}", 251, 252)]
    [InlineData("a.{0} <a>", 246, 247)]
    [InlineData("x{0}: a;", 249, 250)]
    public void A_form_that_is_too_long_keeps_its_brackets_alone(string text, int longest, int shortest)
    {
        string Form(int length) => CrackedAddress.Form(string.Format(System.Globalization.CultureInfo.InvariantCulture, text, new string('x', length)), "@,;:\\()[].'", "$g");
        Assert.NotEqual("<$g>", Form(longest));
        Assert.Equal("<$g>", Form(shortest));
    }
}
