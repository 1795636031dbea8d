using Sendmail.Core.Replies;

namespace Sendmail.Core.Cf;

// X lines: mail filters (op 5.12).
public sealed partial class CfReader
{
    private void ReadFilter(string rest)
    {
        List<KeyValuePair<string, string?>> fields = FieldGrammar.Parse(rest);
        string name = fields[0].Key;
        if (name.Length == 0)
        {
            Error("name required for mail filter");
            return;
        }
        string socket = "";
        string flags = "";
        var times = new Dictionary<char, TimeSpan>
        {
            ['C'] = TimeSpan.FromMinutes(5), ['S'] = TimeSpan.FromSeconds(10), ['R'] = TimeSpan.FromSeconds(10), ['E'] = TimeSpan.FromMinutes(5),
        };
        foreach ((string key, string? value) in fields.Skip(1))
        {
            if (value is null)
            {
                Error("X" + name + ": `=' expected");
                return;
            }
            string text = value;
            switch (key.Length == 0 ? '=' : key[0])
            {
                case 'S': socket = text; break;
                case 'F': flags = text; break;
                case 'T': ReadFilterTimes(name, text, times); break;
                default: Error("X" + name + ": unknown filter equate " + key[..Math.Min(1, key.Length)] + "="); break;
            }
        }
        if (socket.Length == 0)
        {
            Error("X" + name + ": empty or missing socket information");
            return;
        }
        if (_filters.Exists(f => f.Name == name))
        {
            Error("X" + name + ": duplicate filter definition");
            return;
        }
        if (CheckFilterSocket(name, socket))
            _filters.Add(new InputMailFilter(name, socket, flags, times['C'], times['S'], times['R'], times['E'], Here));
    }

    private void ReadFilterTimes(string name, string text, Dictionary<char, TimeSpan> times)
    {
        // Behind a semicolon there must be another one.
        for (int at = text.Length > 0 ? 0 : -1; at >= 0;)
        {
            while (at < text.Length && (text[at] == ';' || CfText.IsBlank(text[at])))
                at++;
            // What stands between the letter and the next colon is passed over, semicolons too.
            int colon = text.IndexOf(':', at);
            if (colon < 0)
            {
                Error("X" + name + ", T=: `:' expected");
                return;
            }
            char letter = text[at];
            int end = text.IndexOf(';', colon);
            at = end < 0 ? -1 : end + 1;
            if (!times.ContainsKey(letter))
                Error("X" + name + ": unknown filter timeout " + letter);
            else if (OptionParsers.TryTime(text.AsSpan((colon + 1)..(end < 0 ? text.Length : end)), 's', out TimeSpan time, out string? error))
                times[letter] = time;
            else
                ComplainAll(error!);
        }
    }

    // What the system has room for, the end mark included.
    private const int LongestSocketName = 108;

    // inet:port@host, inet6:port@host, local:path, unix:path or a path.
    private bool CheckFilterSocket(string name, string socket)
    {
        int colon = socket.IndexOf(':', StringComparison.Ordinal);
        string family = colon <= 0 ? "unix" : socket[..colon].ToLowerInvariant();
        if (family is "unix" or "local")
        {
            string path = colon <= 0 ? socket : socket[(colon + 1)..];
            if (path.Length < LongestSocketName)
                return true;
            Error("X" + name + ": local socket name " + path + " too long: Invalid argument", SysExit.OsError);
            return false;
        }
        if (family is not ("inet" or "inet6"))
        {
            Error("X" + name + ": unknown socket type " + socket[..colon] + ": Protocol not supported", SysExit.OsError);
            return false;
        }
        string address = socket[(colon + 1)..];
        int at = address.IndexOf('@', StringComparison.Ordinal);
        string host = address[(at + 1)..];
        string? problem = at < 0 ? "bad address " + address + " (expected port@host)"
            : !char.IsAsciiDigit(address[0]) && ServicePorts.Find(address[..at]) is null ? "unknown port name " + address[..at]
            : host.StartsWith('[') ? LiteralProblem(host, family == "inet6")
            : !Resolves(host, family == "inet6") ? "Unknown host name " + host
            : null;
        if (problem is null)
            return true;
        Error("X" + name + ": " + problem);
        return false;
    }

    private static string? LiteralProblem(string host, bool v6) =>
        host.EndsWith(']') && host.Length > 1 && (v6 ? IsV6(host[1..^1]) : IsV4(host[1..^1])) ? null : "Invalid numeric domain spec \"" + host + "\"";
}
