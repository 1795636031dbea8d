using System.Net;
using System.Net.Sockets;
using Sendmail.Core.Cf;
using Sendmail.Posix;
using Sendmail.Wire.Dns;

namespace Sendmail;

/// <summary>Finds out what this machine is called: hosts file first, the resolver only when the name has no dot there.</summary>
internal static class HostFactsFinder
{
    /// <summary>What is known of this machine; its interfaces only for programs that look at addresses.</summary>
    internal static HostFacts Find(bool interfaces)
    {
        string node = Background.HostName();
        List<string[]> hosts = [.. HostsLines()];
        string canonical = node;
        if (hosts.Find(words => Names(words, node)) is { } own)
            canonical = own.Skip(1).FirstOrDefault(w => w.Contains('.', StringComparison.Ordinal)) ?? own[1];
        if (!canonical.Contains('.', StringComparison.Ordinal))
        {
            ResolverConfiguration resolver = ResolverConfiguration.Read();
            if (resolver.Search.Count > 0)
                canonical = node + "." + resolver.Search[0];
        }
        int dot = canonical.IndexOf('.', StringComparison.Ordinal);
        return new HostFacts(canonical, dot < 0 ? canonical : canonical[..dot], dot < 0 ? "" : canonical[(dot + 1)..], node, [.. AddressesOf(canonical, hosts)])
        {
            Interfaces = interfaces ? Interfaces(hosts) : [],
        };
    }

    /// <summary>Whether the system's resolver knows an address of the family for a name in the configuration.</summary>
    internal static bool Resolves(string name, bool v6)
    {
        try
        {
            return System.Net.Dns.GetHostAddresses(name, v6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork).Length > 0;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return false;
        }
    }

    private static IEnumerable<string[]> HostsLines()
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines("/etc/hosts");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            yield break;
        }
        foreach (string line in lines)
        {
            string[] words = line.Split('#')[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 1)
                yield return words;
        }
    }

    // The first word is the address.
    private static bool Names(string[] words, string name) => words.AsSpan(1).IndexOf(name, StringComparer.OrdinalIgnoreCase) >= 0;

    private static IEnumerable<string> AddressesOf(string name, List<string[]> hosts)
    {
        foreach (string[] words in hosts)
        {
            if (Names(words, name) && IPAddress.TryParse(words[0], out IPAddress? address))
                yield return "[" + Text(address) + "]";
        }
    }

    private static string Text(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6:" + address : address.ToString();

    private static IEnumerable<HostInterface> Interfaces(List<string[]> hosts)
    {
        foreach ((IPAddress address, bool isLoopback) in NetworkAddresses.List())
        {
            string text = address.ToString();
            yield return new HostInterface(text, isLoopback, [.. hosts.Where(h => h[0] == text).SelectMany(h => h.Skip(1))]);
        }
    }
}
