using Sendmail.Core.Rewriting;

namespace Sendmail.Core.Tests.Rewriting;

/// <summary>How 8.18.2 cuts addresses into tokens, as its address test mode shows them.</summary>
public class TokenizerTests
{
    private static (string Tokens, string Errors) Cut(string text, TokenizeMode mode)
    {
        var tokens = new List<Token>();
        var errors = new List<string>();
        new Tokenizer(".:%@!^/[]+").Tokenize(text, '\0', mode, tokens, out _, out _, errors);
        return (RewriteTrace.Show(tokens), string.Join(' ', errors.Select(e => e["Unbalanced ".Length..])));
    }

    [Theory]
    [InlineData("a\\b", "a\\b", "")]
    [InlineData("a\\", "a", "")]
    [InlineData("\\\\\\", "\\\\", "")]
    [InlineData("a\\ b", "a\\ b", "")]
    [InlineData("\"a\\", "\"a\\\"\"", "'\"' '\"'")]
    [InlineData("a\"b\"c", "a \"b\" c", "")]
    [InlineData("a\"", "a \"\"", "'\"'")]
    [InlineData("((b)", "( ( b )", "")]
    [InlineData("(\")", "( \")\"", "'\"'")]
    [InlineData("<<", "< < > >", "'<' '<'")]
    [InlineData("a>b", "ab", "'>'")]
    [InlineData("<\"a>", "< \"a>\" >", "'\"' '<'")]
    [InlineData("a\\<b>", "a\\<b", "'>'")]
    [InlineData("a\u0001b", "ab", "")]
    [InlineData("a\u007fb", "ab", "")]
    [InlineData("\"a\tb\"", "\"a\\tb\"", "")]
    [InlineData("a\\!b", "a ! b", "")]
    [InlineData("a\\\\!b", "a\\\\ ! b", "")]
    [InlineData("\"a\\!b\"", "\"a\\!b\"", "")]
    [InlineData("<a\\", "< a\\> >", "'<' '<'")]
    [InlineData("<<a\\", "< < a\\> > >", "'<' '<' '<'")]
    [InlineData("<a\\\\", "< a\\\\ >", "'<'")]
    // 0xFF is not shown, and takes the next character into its token.
    [InlineData("a\u00ffb", "a b", "")]
    [InlineData("\u00ffxyz@y", "x yz @ y", "")]
    [InlineData("\u00ff@b", "@ b", "")]
    [InlineData("a.\u00ff.b", "a . . b", "")]
    [InlineData("a \u00ff b", "a   b", "")]
    [InlineData("\u00ff\"a\"b", "\" a \"b\"", "'\"'")]
    [InlineData("\\\u00ffa", "\\a", "")]
    [InlineData("\u00ff\\@a", "\\@ a", "")]
    [InlineData("<a\u00ff>", "< a >", "")]
    [InlineData("< (\u00ff", "< ( >", "'<'")]
    [InlineData("<\u00ff\\", "< \\> >", "'<' '<'")]
    [InlineData("\u00ff>b", "b", "'>'")]
    [InlineData("\u00ff<b", "< b >", "'<'")]
    [InlineData("\u00ff\\!b", " ! b", "")]
    [InlineData("\"a\u00ff\"b", "\"a\" b", "")]
    public void An_address_with_its_comments(string text, string tokens, string errors) =>
        Assert.Equal((tokens, errors), Cut(text, TokenizeMode.KeepComments));

    [Theory]
    [InlineData("a(b)c", "a c", "")]
    [InlineData("a(b", "a", "'('")]
    [InlineData("a)b", "ab", "')'")]
    [InlineData("<(a>", "< >", "'(' '<'")]
    [InlineData("(b))", "", "')'")]
    [InlineData("\\(a)", "\\(a", "')'")]
    [InlineData("\"(\")", "\"(\"", "')'")]
    [InlineData("a\u00ffb", "ab", "")]
    [InlineData("(b\\", "", "'(' '('")]
    [InlineData("<a(b\\", "< a >", "'(' '(' '<'")]
    public void An_address_without_its_comments(string text, string tokens, string errors) =>
        Assert.Equal((tokens, errors), Cut(text, TokenizeMode.Address));

    // What is wrong behind the place where there is no more room is not told.
    [Theory]
    [InlineData("", "\"q", "")]
    [InlineData("", "<(", "")]
    [InlineData(")", ")", "Unbalanced ')' ")]
    public void Text_that_is_too_long(string before, string behind, string told)
    {
        var errors = new List<string>();
        Assert.False(new Tokenizer(".:%@!^/[]+").Tokenize(before + string.Concat(Enumerable.Repeat("\"q\"", 400)) + behind, '\0', TokenizeMode.Address, [], out _, out _, errors));
        Assert.Equal(told + "553 5.1.1 Address too long", string.Join(' ', errors));
    }

    // A comma ends an address, but not in a route.
    [Theory]
    [InlineData("<@a\\,@b:c@d>,e", "< @ a\\, @ b : c @ d >", null)]
    [InlineData("<@a,@b:c@d>,e", "< @ a , @ b : c @ d >", null)]
    [InlineData("<a\\,b@c>,e", "< a\\> >", "Unbalanced '<'")]
    [InlineData("<<@a>;b,c", "< < @ a > ; b >", "Unbalanced '<'")]
    [InlineData("<@a<b>,c>d", "< @ a < b > >", "Unbalanced '<'")]
    [InlineData("<@a,b>c,d", "< @ a , b > c", null)]
    public void An_address_of_a_list(string text, string tokens, string? error)
    {
        var found = new List<Token>();
        new Tokenizer(".:%@!^/[]+").Tokenize(text, ',', TokenizeMode.KeepComments, found, out int _, out string? first);
        Assert.Equal((tokens, error), (string.Join(' ', found.Select(t => t.Text)), first));
    }
}
