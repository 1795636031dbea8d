namespace Sendmail.Core.Cf;

// O DaemonPortOptions and ClientPortOptions (op 5.7).
public sealed partial class CfReader
{
    // Only the first letter of a key counts; parts without = are passed over.
    private DaemonPort? ReadPort(string value, bool client)
    {
        var port = new DaemonPort();
        bool usable = true;
        foreach (string part in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                continue;
            string text = part[(equals + 1)..].Trim();
            int number = (int)OptionParsers.LeadingNumber(text);
            switch (part[0])
            {
                case 'N': port = port with { Name = text }; break;
                case 'A': port = port with { Address = text }; break;
                case 'P':
                    usable &= KnownService(text);
                    port = port with { Port = text };
                    break;
                case 'F':
                    usable &= KnownFamily(text, out string family);
                    port = port with { Family = family };
                    break;
                case 'M': port = port with { Modifiers = text.Replace(" ", "", StringComparison.Ordinal) }; break;
                case 'I': port = port with { InputMailFilters = text }; break;
                case 'L': port = port with { Listen = number }; break;
                case 'S': port = port with { SendBuffer = number }; break;
                case 'R': port = port with { ReceiveBuffer = number }; break;
                case 'p': break;
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
                default: Error("PortOptions parameter \"" + part + "\" unknown"); break;
            }
        }
        if (port.Address.Length > 0 && port.Family is "inet" or "inet6" && port.Address.Length > 0 && !Resolves(port.Address, port.Family == "inet6"))
        {
            Error("host \"" + port.Address + "\" unknown");
            usable = false;
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
        Error("service \"" + text + "\" unknown");
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
            family = OptionParsers.LeadingNumber(text) switch { 1 => "local", 10 => "inet6", _ => "inet" };
            return true;
        }
        Error("Unknown address family " + text + " in Family=option");
        return false;
    }

    private bool Resolves(string name, bool v6)
    {
        string bare = name.Trim('[', ']');
        if (System.Net.IPAddress.TryParse(bare, out System.Net.IPAddress? address))
        {
            bool isV6 = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
            return isV6 == v6 && (isV6 || bare.Count(c => c == '.') == 3);
        }
        if (bare.All(c => char.IsAsciiDigit(c) || c == '.'))
            return false;
        return _request.ResolvesTo?.Invoke(name, v6) ?? true;
    }
}
