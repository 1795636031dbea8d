using Sendmail.Core.Addressing;
using Sendmail.Core.Headers;

namespace Sendmail.Core.Tests.Headers;

/// <summary>How 8.18.2 lays out fields with addresses, in its queue and in what it sends.</summary>
public class AddressFieldTests
{
    private static string Tidy(string field, string value) =>
        AddressField.Join(field, AddressList.Members(value.Replace("\n", "", StringComparison.Ordinal)).ConvertAll(m => m.Before + m.Address + m.After));

    [Fact]
    public void Members_get_one_blank_and_are_folded_groups_stay() => Assert.Equal(
        " alice@lab.test, bob@lab.test, \"A, B\" <carol@lab.test> (x y), g: a@b.c,\n        d@e.f;, averyveryverylong.name.of.a.user@example.test,\n        another.very.long.name@example.test",
        Tidy("To", " alice@lab.test,bob@lab.test ,\n  \"A, B\" <carol@lab.test> (x y), g: a@b.c, d@e.f;, averyveryverylong.name.of.a.user@example.test, another.very.long.name@example.test"));

    // Members of so many letters that the field is 78 and 79 columns wide.
    [Theory]
    [InlineData(34, 38, " ")]
    [InlineData(34, 39, "\n        ")]
    public void The_last_column_is_78_and_a_comma_may_stand_behind_it(int first, int second, string between)
    {
        (string a, string b) = (new string('a', first), new string('b', second));
        Assert.Equal(" " + a + "," + between + b, Tidy("To", a + "," + b));
        Assert.Equal(" " + a + "," + between + b + ",\n        " + a, Tidy("To", a + "," + b + "," + a));
    }

    [Theory]
    [InlineData("Reply-To", " a,\n b", " a, b")]
    [InlineData("To", " alice@lab.test,\n\tbob@lab.test", " alice@lab.test, bob@lab.test")]
    public void A_fold_that_is_not_needed_goes(string field, string value, string expected) => Assert.Equal(expected, Tidy(field, value));

    [Theory]
    [InlineData("Full-Name", true)]
    [InlineData("content-length", true)]
    [InlineData("Return-Path", true)]
    [InlineData("Received", false)]
    [InlineData("X-Any", false)]
    public void Some_fields_go_no_further(string name, bool expected) => Assert.Equal(expected, HeaderTraits.EndsHere(name));
}
