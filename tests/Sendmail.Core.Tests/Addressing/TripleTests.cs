using Sendmail.Core.Addressing;

namespace Sendmail.Core.Tests.Addressing;

public class TripleTests
{
    // Expected values: what 8.18.2 answered to RCPT when ruleset 0 resolved the address to "$#error $@ HOST $: TEXT".
    [Theory]
    [InlineData("", "x", "553 5.3.0 x")]
    [InlineData("5.1.1", "x", "553 5.3.0 x")]
    [InlineData("4.1.2", "x", "553 5.3.0 x")]
    [InlineData("tempfail", "x", "553 5.3.0 x")]
    [InlineData("", "553 x", "553 5.0.0 x")]
    [InlineData("5.7.1", "553 x", "553 5.7.1 x")]
    [InlineData("nohost", "550 x", "550 5.0.0 x")]
    [InlineData("3.1.1", "550 x", "550 5.0.0 x")]
    [InlineData("4.1.2", "550 x", "550 4.1.2 x")]
    [InlineData("", "450 x", "450 4.0.0 x")]
    [InlineData("5.1.1", "450 x", "450 5.1.1 x")]
    [InlineData("5.1.1", "451 4.3.0 y", "451 4.3.0 y")]
    [InlineData("", "250 ok", "250 2.0.0 ok")]
    [InlineData("5.7.1", "250 ok", "250 5.7.1 ok")]
    [InlineData("5.7.1", "553 4.1.2 x", "553 4.1.2 x")]
    [InlineData("2.1.5", "421 x", "421 2.1.5 x")]
    [InlineData("5.1.1", "550", "553 5.3.0 550")]
    [InlineData("5.1.1", "550-x", "553 5.3.0 550-x")]
    [InlineData("5.1.1", "5501 x", "553 5.3.0 5501 x")]
    [InlineData("5.1.1", "5.1.1 x", "553 5.3.0 5.1.1 x")]
    public void A_text_without_a_code_is_553_and_one_with_a_code_takes_the_status_of_the_host_part(string host, string text, string reply) =>
        Assert.Equal(reply, new Triple("error", host, text, []).ToReply().ToString());
}
