using Sendmail.Core.Replies;

namespace Sendmail.Core.Tests.Replies;

public class ErrorExitTests
{
    // Expected values: what 8.18.2 ended with when "$#error $@ HOST $: x" was what an address of /parse resolved to, TempFail where it
    // ended with 0 and kept the message.
    [Theory]
    [InlineData("", SysExit.Unavailable)]
    [InlineData("5.1.0 5.2.3 5.7.0 5.7.1 5.7.12 5.1 5.1.", SysExit.DataError)]
    [InlineData("5.1.1 5.1.6 5.1.1.1 5.01.1 5.1.1x nouser NOUSER 67", SysExit.NoUser)]
    [InlineData("5.1.2 5.1.8 nohost NoHost 68", SysExit.NoHost)]
    [InlineData("5.1.3 5.1.7 usage 64", SysExit.Usage)]
    [InlineData("5.0.0 5.1.4 5.1.9 5.1.100 5.2.0 5.2.2 5.4.7 5.6.1 5.8.0 5.9.12 5.100.1 500.1.1 unavailable nouserx ioerr ok -69 69", SysExit.Unavailable)]
    [InlineData("5.3.0 5.3.5 5.3.12 71", SysExit.OsError)]
    [InlineData("5.4.0 5.4.2 74", SysExit.IoError)]
    [InlineData("5.4.4 5.5.0 5.5.4 5.5.12 protocol 76", SysExit.Protocol)]
    [InlineData("5.1.5 5.4.6 3.1.1 6.1.1 1.1.1 0.1.1 05.1.1 x5.1.1 config 78", SysExit.Config)]
    [InlineData("5.4.1 5.4.3 5.4.5 4.0.0 4.7.1 tempfail 75", SysExit.TempFail)]
    [InlineData("software 70", SysExit.Software)]
    [InlineData("2.0.0 2.1.5 0", SysExit.Ok)]
    [InlineData("5", (SysExit)5)]
    [InlineData("999", (SysExit)231)]
    public void The_host_part_tells_the_exit_code(string hosts, SysExit expected)
    {
        foreach (string host in hosts.Split(' '))
            Assert.Equal((host, expected), (host, ErrorExit.Of(host)));
    }
}
