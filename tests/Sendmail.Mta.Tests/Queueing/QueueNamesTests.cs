using System.Text;
using Sendmail.Mta.Queueing;

namespace Sendmail.Mta.Tests.Queueing;

/// <summary>Names of control files in blocks: what went in comes out, in order, also over the borders of blocks.</summary>
public sealed class QueueNamesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20000)]
    public void NamesComeBackInOrder(int count)
    {
        var names = new QueueNames();
        var expected = new List<string>();
        for (int i = 0; i < count; i++)
        {
            // 1 to 255 octets, so that blocks end in every way.
            string name = new((char)('a' + i % 26), 1 + i * 7 % 255);
            expected.Add(name);
            names.Add(name);
        }
        var found = new List<string>();
        for (int i = 0, number = -1; i < names.Count; i++)
        {
            int next = names.After(number);
            Assert.True(next > number);
            number = next;
            found.Add(Encoding.UTF8.GetString(names[number]));
        }
        Assert.Equal(expected, found);
    }

    [Fact]
    public void ABlockThatIsFullToItsLastOctet()
    {
        var names = new QueueNames();
        // 255 names of 256 octets with their length, then one that leaves no octet, then the next block.
        for (int i = 0; i < 257; i++)
            names.Add(new string('x', 255));
        int number = -1;
        for (int i = 0; i < 257; i++)
            number = names.After(number);
        Assert.Equal(0x10000, number);
    }
}
