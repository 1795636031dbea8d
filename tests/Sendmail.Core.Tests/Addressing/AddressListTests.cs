using Sendmail.Core.Addressing;

namespace Sendmail.Core.Tests.Addressing;

/// <summary>Lists of recipients are cut where 8.18.2 cuts them.</summary>
public class AddressListTests
{
    [Theory]
    [InlineData("alice, bob", "alice|bob")]
    [InlineData("alice,, bob ,", "alice|bob ")]
    [InlineData("\"Last, First\" <alice@lab.test>, bob (x, y)", "\"Last, First\" <alice@lab.test>|bob (x, y)")]
    [InlineData("<@a.b,@c.d:alice@lab.test>, bob", "<@a.b,@c.d:alice@lab.test>|bob")]
    [InlineData("alice, <bad@, x y z@lab.test", "alice|<bad@|x y z@lab.test")]
    [InlineData("<<alice>, bob>", "<<alice>|bob>")]
    [InlineData("alice, <@x, bob", "alice|<@x, bob")]
    [InlineData("\"alice, bob", "\"alice, bob")]
    [InlineData("alice (x, bob", "alice (x, bob")]
    [InlineData("g: alice, bob;", "g: alice|bob;")]
    [InlineData("alice\\", "alice\\")]
    [InlineData("alice\\, bob", "alice\\, bob")]
    public void CommasSeparate(string list, string members) => Assert.Equal(members.Split('|'), AddressList.Split(list));

    [Theory]
    [InlineData("alice bob", "alice|bob")]
    [InlineData("alice bob, carol", "alice bob|carol")]
    public void BlanksSeparateInOldStyle(string list, string members) => Assert.Equal(members.Split('|'), AddressList.Split(list, true));
}
