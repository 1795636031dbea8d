using System.Globalization;
using System.Net;

namespace Sendmail.Core.Cf;

// O DaemonPortOptions and ClientPortOptions (op 5.7).
public sealed partial class CfReader
{
    // Only the first letter of a key counts; parts without = are passed over.
    private DaemonPort? ReadPort(string value, bool client)
    {
        // A port without a name has its number.
        var port = client ? new DaemonPort() : new DaemonPort { Name = "Daemon" + _daemonPorts.Count.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        bool usable = true;
        bool addressed = false;
        bool serviced = false;
        foreach (string part in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                continue;
            string text = part[(equals + 1)..].Trim(CfText.Blanks);
            int number = (int)OptionParsers.LeadingNumber(text);
            switch (part[0])
            {
                case 'N' or 'n': port = port with { Name = text }; break;
                case 'A' or 'a':
                    addressed = true;
                    port = port with { Address = text };
                    break;
                case 'P' or 'p':
                    serviced = true;
                    port = port with { Port = text };
                    break;
                case 'F' or 'f' when KnownFamily(text, out string family):
                    port = port with { Family = family };
                    break;
                case 'F' or 'f':
                    usable = false;
                    break;
                case 'M' or 'm': port = port with { Modifiers = text.Replace(" ", "", StringComparison.Ordinal) }; break;
                case 'I' or 'i': port = port with { InputMailFilters = text }; break;
                case 'L' or 'l': port = port with { Listen = number }; break;
                case 'S' or 's': port = port with { SendBuffer = number }; break;
                case 'R': port = port with { ReceiveBuffer = number }; break;
                case 'c': port = port with { Children = number }; break;
                case 'D':
                    if (text.Length > 0 && "biqd".Contains(text[0], StringComparison.Ordinal))
                        port = port with { DeliveryMode = text[0] };
                    else
                        Error("Unknown delivery mode " + text[..Math.Min(1, text.Length)]);
                    break;
                case 'r': port = port with { RefuseLoad = number }; break;
                case 'd': port = port with { DelayLoad = number }; break;
                case 'q': port = port with { QueueLoad = number }; break;
                default: Error("PortOptions parameter \"" + part + "\" unknown", code: "554 5.3.5"); break;
            }
        }
        string? problem = !addressed ? null
            : char.IsAsciiDigit(port.Family[0]) ? "address= option unsupported for family " + port.Family
            : port.Family is "inet" or "inet6" && !Resolves(port.Address, port.Family == "inet6") ? "host \"" + port.Address + "\" unknown"
            : null;
        if (problem is not null)
        {
            Error(problem, code: problem.StartsWith("host ", StringComparison.Ordinal) ? "554 5.3.0" : "554 5.3.5");
            usable = false;
        }
        // What the family has no ports for, and names of services, turn out when all is known.
        if (serviced && (port.Family is "local" or "unix" || char.IsAsciiDigit(port.Family[0])))
        {
            Error("Port= option unsupported for family " + (port.Family is "local" or "unix" ? "1" : port.Family), code: "554 5.3.5");
            usable = false;
        }
        else if (serviced)
        {
            usable &= KnownService(port.Port);
        }
        if (!client && usable)
            Trace("Daemon " + port.Name + " flags: " + ShownModifiers(port.Modifiers));
        return usable ? port : null;
    }

    // Modifiers with a meaning, in the reference's order of its words for them.
    private static readonly (char Letter, string Word)[] _modifiers =
    [
        ('a', "AUTHREQ"), ('b', "BINDIF"), ('c', "CANONREQ"), ('h', "IFNHELO"), ('f', "FQMAIL"), ('r', "FQRCPT"), ('s', "SMTPS"), ('u', "UNQUALOK"),
        ('A', "NOAUTH"), ('C', "NOCANON"), ('D', "NODANE"), ('E', "NOETRN"), ('M', "NOSTS"), ('S', "NOTLS"), ('O', "OPTIONAL"),
    ];

    private static string ShownModifiers(string letters)
    {
        string words = string.Join(',', _modifiers.Where(m => letters.Contains(m.Letter, StringComparison.Ordinal)).Select(m => m.Word));
        return words.Length == 0 ? "" : "<" + words + ">";
    }

    private bool KnownService(string text)
    {
        if (text.Length > 0 && (char.IsAsciiDigit(text[0]) || ServicePorts.Find(text) is not null))
            return true;
        Error("service \"" + text + "\" unknown", code: "554 5.3.5");
        return false;
    }

    // A family may also be the system's number for it.
    private bool KnownFamily(string text, out string family)
    {
        family = text.ToLowerInvariant();
        if (family is "inet" or "inet6" or "local" or "unix")
            return true;
        if (text.Length > 0 && char.IsAsciiDigit(text[0]))
        {
            family = OptionParsers.LeadingNumber(text) switch { 1 => "local", 2 => "inet", 10 => "inet6", var other => other.ToString(CultureInfo.InvariantCulture) };
            return true;
        }
        Error("Unknown address family " + text + " in Family=option", code: "554 5.3.5");
        return false;
    }

    // An address as inet_aton(3) or inet_pton(3) read it, or a name that the resolver knows.
    private bool Resolves(string name, bool v6)
    {
        if (name.Length == 0 || name.StartsWith('['))
            return false;
        return (v6 ? IsV6(name) : IsV4(name.EndsWith('.') ? name[..^1] : name))
            || !name.All(c => char.IsAsciiDigit(c) || c == '.') && !name.Contains(':', StringComparison.Ordinal) && (_request.ResolvesTo?.Invoke(name, v6) ?? true);
    }

    private static bool IsV6(string text)
    {
        string bare = text.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? text[5..] : text;
        return bare.Contains(':', StringComparison.Ordinal) && !bare.Contains('%', StringComparison.Ordinal) && IPAddress.TryParse(bare, out _);
    }

    // One to four numbers of any base; the last fills the octets that are left.
    private static bool IsV4(string text)
    {
        string[] parts = text.Split('.');
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i].Length == 0 || !char.IsAsciiDigit(parts[i][0]))
                return false;
            long number = OptionParsers.NumberOfAnyBase(parts[i], out int length);
            if (length != parts[i].Length || number >= (i + 1 < parts.Length ? 256 : 1L << 8 * (5 - parts.Length)))
                return false;
        }
        return parts.Length <= 4;
    }
}
