using Sendmail.Core.Cf;

namespace Sendmail.Migrate.Tests;

public class DifferenceTests
{
    [Fact]
    public void What_a_difference_asks_for_is_something_that_can_be_looked_for()
    {
        Assert.NotEmpty(Difference.All);
        foreach (string use in Difference.All.SelectMany(d => d.Uses))
        {
            string[] words = use.Split(' ');
            Assert.Contains(words[0], SiteUse.Words);
            if (words[0] == "option")
                Assert.NotNull(OptionTable.Find(words[1]));
            if (words[0] is "option" or "map" or "flag" or "mailer" or "program" or "ruleset")
                Assert.Equal(2, words.Length);
        }
    }

    [Fact]
    public void Comments_are_no_part_of_the_text() => Assert.DoesNotContain(Difference.All, d => d.Text.Contains("<!--", StringComparison.Ordinal) || d.Text.Length == 0);
}
