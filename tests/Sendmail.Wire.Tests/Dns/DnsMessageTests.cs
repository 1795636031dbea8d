using Sendmail.Wire.Dns;

namespace Sendmail.Wire.Tests.Dns;

// Messages laid out by hand after RFC 1035 4.1 and RFC 6698 2.1.
public sealed class DnsMessageTests
{
    private const byte AuthenticData = 0x20;

    private static byte[] Message(byte flags, int answers, params byte[][] rest) =>
        [0x12, 0x34, 0x81, (byte)(0x80 | flags), 0, 1, 0, (byte)answers, 0, 0, 0, 0, .. rest.SelectMany(r => r)];

    private static byte[] Name(string name) => [.. name.Split('.').SelectMany(l => (byte[])[(byte)l.Length, .. System.Text.Encoding.ASCII.GetBytes(l)]), 0];

    private static byte[] Question(string name, DnsType type) => [.. Name(name), 0, (byte)type, 0, 1];

    private static byte[] Record(byte[] owner, DnsType type, params byte[] data) => [.. owner, 0, (byte)type, 0, 1, 0, 0, 0, 60, 0, (byte)data.Length, .. data];

    // Points at the name of the question.
    private static readonly byte[] _asked = [0xC0, 12];

    [Theory]
    [InlineData(AuthenticData, true)]
    [InlineData(0, false)]
    public void The_server_tells_whether_it_validated(byte flags, bool secure)
    {
        DnsAnswer answer = DnsMessage.Read(Message(flags, 1, Question("_25._tcp.mx.example", DnsType.Tlsa), Record(_asked, DnsType.Tlsa, 3, 1, 1, 0xAB)), "_25._tcp.mx.example", DnsType.Tlsa);
        Assert.Equal((DnsStatus.NoError, secure, "030101AB"), (answer.Status, answer.Secure, answer.Records.Single().Text));
    }

    [Fact]
    public void Names_in_data_may_be_compressed()
    {
        // mx + a pointer to "example" of the question
        DnsAnswer answer = DnsMessage.Read(Message(0, 1, Question("example", DnsType.Mx), Record(_asked, DnsType.Mx, 0, 10, 2, (byte)'m', (byte)'x', 0xC0, 12)), "example", DnsType.Mx);
        Assert.Equal(("mx.example", 10), (answer.Records.Single().Text, answer.Records.Single().Preference));
    }

    [Fact]
    public void Aliases_lead_to_the_canonical_name()
    {
        DnsAnswer answer = DnsMessage.Read(
            Message(0, 2, Question("alias.example", DnsType.A), Record(_asked, DnsType.Cname, Name("host.example")), Record(Name("host.example"), DnsType.A, 192, 0, 2, 1)), "alias.example", DnsType.A);
        Assert.Equal(("host.example", "192.0.2.1"), (answer.CanonicalName, answer.Records.Single().Text));
    }

    // RFC 1034 3.6.2: what is true of an alias is true of the name it stands for, also that there is nothing of a kind.
    [Fact]
    public void Aliases_lead_to_the_canonical_name_also_where_there_is_no_data()
    {
        DnsAnswer answer = DnsMessage.Read(
            Message(0, 2, Question("a.example", DnsType.Aaaa), Record(_asked, DnsType.Cname, Name("b.example")), Record(Name("b.example"), DnsType.Cname, Name("c.example"))), "a.example", DnsType.Aaaa);
        Assert.Equal((DnsStatus.NoData, "c.example"), (answer.Status, answer.CanonicalName));
    }

    [Theory]
    [InlineData("a.example", true)]
    [InlineData("", false)]
    [InlineData(".a.example", false)]
    [InlineData("a..example", false)]
    [InlineData("a12345678901234567890123456789012345678901234567890123456789012.example", true)]
    [InlineData("a123456789012345678901234567890123456789012345678901234567890123.example", false)]
    public void Names_that_can_be_asked_for(string name, bool possible) => Assert.Equal(possible, DnsMessage.IsPossible(name));

    [Fact]
    public void Without_the_type_asked_for_there_is_no_data() => Assert.Equal(
        DnsStatus.NoData, DnsMessage.Read(Message(0, 1, Question("x.example", DnsType.Tlsa), Record(_asked, DnsType.A, 192, 0, 2, 1)), "x.example", DnsType.Tlsa).Status);

    [Fact]
    public void Every_part_of_a_message_and_loops_of_pointers_are_failures()
    {
        byte[] whole = Message(AuthenticData, 1, Question("a.example", DnsType.Mx), Record(_asked, DnsType.Mx, 0, 10, 1, (byte)'m', 0));
        for (int length = 0; length < whole.Length; length++)
            Assert.Equal(DnsStatus.TempFail, DnsMessage.Read(whole.AsSpan(0, length), "a.example", DnsType.Mx).Status);
        Assert.Equal(DnsStatus.TempFail, DnsMessage.Read(Message(0, 1, [0xC0, 12, 0, 1, 0, 1]), "a.example", DnsType.A).Status);
    }
}
