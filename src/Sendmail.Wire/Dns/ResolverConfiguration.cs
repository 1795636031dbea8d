using System.Globalization;

namespace Sendmail.Wire.Dns;

/// <summary>What /etc/resolv.conf says (resolv.conf(5)): servers, search list, time for one try and number of tries.</summary>
public sealed record ResolverConfiguration(IReadOnlyList<string> Servers, IReadOnlyList<string> Search, int Dots, TimeSpan Timeout, int Attempts)
{
    private const int MostServers = 3;

    /// <summary>With the times of Timeout.resolver.retrans and the tries of Timeout.resolver.retry; zero leaves the system's.</summary>
    public ResolverConfiguration WithTimes(TimeSpan retransmission, int tries) => this with
    {
        Timeout = retransmission > TimeSpan.Zero ? retransmission : Timeout, Attempts = tries > 0 ? tries : Attempts,
    };

    /// <summary>Reads the file; what is missing gets resolv.conf(5)'s defaults.</summary>
    public static ResolverConfiguration Read(string path = "/etc/resolv.conf")
    {
        var servers = new List<string>();
        List<string> search = [];
        int dots = 1;
        int seconds = 5;
        int attempts = 2;
        bool listed = false;
        try
        {
            foreach (string line in File.ReadLines(path))
            {
                string[] words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
                if (words.Length < 2)
                    continue;
                switch (words[0])
                {
                    case "nameserver":
                        servers.Add(words[1]);
                        break;
                    case "search" or "domain":
                        listed = true;
                        search = [.. words.Skip(1).Select(w => w.TrimEnd('.')).Where(w => w.Length > 0)];
                        break;
                    case "options":
                        foreach (string option in words.Skip(1))
                        {
                            int colon = option.IndexOf(':', StringComparison.Ordinal);
                            if (colon < 0 || !int.TryParse(option.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int value))
                                continue;
                            switch (option[..colon])
                            {
                                case "ndots": dots = value; break;
                                case "timeout": seconds = Math.Max(1, value); break;
                                case "attempts": attempts = Math.Max(1, value); break;
                                default: break;
                            }
                        }
                        break;
                    default:
                        break;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No file: the local host is asked, as resolv.conf(5) says.
        }
        if (servers.Count == 0)
            servers.Add("127.0.0.1");
        // resolv.conf(5): at most three servers; without a list the domain of the host name is searched.
        if (servers.Count > MostServers)
            servers.RemoveRange(MostServers, servers.Count - MostServers);
        if (!listed && global::System.Net.Dns.GetHostName() is { } host && host.IndexOf('.', StringComparison.Ordinal) is > 0 and int dot)
            search = [host[(dot + 1)..].TrimEnd('.')];
        return new ResolverConfiguration(servers, search, dots, TimeSpan.FromSeconds(seconds), attempts);
    }
}
