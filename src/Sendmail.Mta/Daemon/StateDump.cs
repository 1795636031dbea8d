using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sendmail.Core.Logging;
using Sendmail.Mta.Delivery;
using Sendmail.Posix;

namespace Sendmail.Mta.Daemon;

/// <summary>SIGUSR1: the state of a daemon goes to its log, open descriptors and cached sessions above all.</summary>
public static class StateDump
{
    /// <summary>Writes it.</summary>
    /// <param name="sessions">How many sessions and queue runs there are.</param>
    /// <param name="cache">Sessions to other hosts, null where there were none yet.</param>
    public static async Task WriteAsync(MtaServices services, int sessions, ConnectionCache? cache)
    {
        void Tell(string text) => services.Log.Write(0, LogPriority.Debug, "NOQUEUE", text);
        Tell("--- dumping state on user signal: $j = " + services.HostName + " ---");
        Tell("CurChildren = " + sessions.ToString(CultureInfo.InvariantCulture));
        Tell("--- open file descriptors: ---");
        foreach (OpenDescriptor descriptor in OpenDescriptor.All())
            Tell(await ShowAsync(services, descriptor).ConfigureAwait(false));
        Tell("--- connection cache: ---");
        foreach ((string host, DateTimeOffset since) in cache?.Idle ?? [])
            Tell(string.Create(CultureInfo.InvariantCulture, $"  {host}: idle since {since.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"));
        Tell("--- end of state dump ---");
    }

    private static async Task<string> ShowAsync(MtaServices services, OpenDescriptor descriptor)
    {
        FileFacts facts = descriptor.Facts;
        string start = string.Create(CultureInfo.InvariantCulture, $"{descriptor.Number,3}: fl=0x{descriptor.Flags:x}, mode={Convert.ToString(facts.Mode, 8)}: {descriptor.KindName}");
        if (descriptor.IsSocket)
        {
            (EndPoint? local, EndPoint? remote, string reason) = descriptor.Ends();
            return start + " " + await NameAsync(services, local, "localhost").ConfigureAwait(false) + "->" + await NameAsync(services, remote, "(" + reason + ")").ConfigureAwait(false);
        }
        // Numbers of devices as makedev(3) packs them.
        ulong major = ((facts.Device >> 8) & 0xFFF) | ((facts.Device >> 32) & ~0xFFFUL);
        ulong minor = (facts.Device & 0xFF) | ((facts.Device >> 12) & ~0xFFUL);
        return start + string.Create(CultureInfo.InvariantCulture, $"dev={major}/{minor}, ino={facts.Inode}, nlink={facts.Links}, u/gid={facts.UserId}/{facts.GroupId}, size={facts.Size}");
    }

    private static async ValueTask<string> NameAsync(MtaServices services, EndPoint? end, string without)
    {
        if (end is not IPEndPoint address)
            return end is UnixDomainSocketEndPoint && end.ToString() is { Length: > 0 } path ? "[[UNIX: " + path + "]]" : without;
        IPAddress plain = address.Address.IsIPv4MappedToIPv6 ? address.Address.MapToIPv4() : address.Address;
        (string? name, _) = await services.Hosts.NameAsync(plain, CancellationToken.None).ConfigureAwait(false);
        return string.Create(CultureInfo.InvariantCulture, $"{name ?? "[" + plain + "]"}/{address.Port}");
    }
}
