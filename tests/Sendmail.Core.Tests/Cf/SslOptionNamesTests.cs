using Sendmail.Core.Cf;

namespace Sendmail.Core.Tests.Cf;

// What the real sendmail says to values of ServerSSLOptions (empty: it takes them).
public sealed class SslOptionNamesTests
{
    [Theory]
    [InlineData("SSL_OP_ALL,")]
    [InlineData("SSL_OP_ALL, +SSL_OP_NO_TICKET -0x10")]
    [InlineData(" SSL_OP_ALL ")]
    [InlineData("ssl_op_all")]
    [InlineData("0x10BAD,")]
    [InlineData("0xg")]
    [InlineData("SSL_OP_ALL,,SSL_OP_ALL", "")]
    [InlineData("SSL_OP_ALL ,SSL_OP_ALL", "")]
    [InlineData(",SSL_OP_ALL", "")]
    [InlineData("- BAD", "", "BAD")]
    [InlineData("-BAD", "BAD")]
    [InlineData("--SSL_OP_ALL", "-SSL_OP_ALL")]
    [InlineData("BAD1,BAD2 SSL_OP_ALL", "BAD1", "BAD2")]
    [InlineData("SSL_OP_ALL;BAD", "SSL_OP_ALL;BAD")]
    [InlineData("SSL_OP_ENABLE_KTLS", "SSL_OP_ENABLE_KTLS")]
    public void Words_that_name_nothing_are_complained_about_one_by_one(string value, params string[] unknown) => Assert.Equal(
        unknown, SslOptionNames.Words(value).Where(w => !SslOptionNames.TryBits(w.Name, out _)).Select(w => w.Name));

    [Fact]
    public void A_minus_sign_clears() => Assert.Equal([("SSL_OP_ALL", true), ("16", false), ("x", false)], SslOptionNames.Words("-SSL_OP_ALL +16 x"));
}
