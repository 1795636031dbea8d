using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace Sendmail.Migrate.Replaying;

/// <summary>
/// Reads a mail log of sendmail, also one that was compressed by gzip: connections, senders and recipients. Lines of other programs and
/// damaged ones are passed over.
/// </summary>
internal sealed partial class MailLogReader
{
    private const int MostCases = 2_000_000;
    private const int LongestLine = 16384;

    private readonly Dictionary<ReplayCase, int> _cases = [];
    private readonly Dictionary<string, (ReplayClient? Client, string? Sender)> _messages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ReplayClient> _sessions = new(StringComparer.Ordinal);
    // A recipient is logged before its message's sender when it is refused.
    private readonly List<(string Message, string Recipient, int Line)> _recipients = [];

    /// <summary>Lines that were of sendmail.</summary>
    internal int Lines { get; private set; }

    /// <summary>Every case once, with the line that told of it first.</summary>
    internal IReadOnlyDictionary<ReplayCase, int> Cases => _cases;

    /// <summary>Reads a file to its end.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal void Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        bool compressed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        using Stream content = compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(content, Encoding.Latin1);
        try
        {
            for (int number = 1; reader.ReadLine() is { } line && _cases.Count < MostCases; number++)
            {
                if (line.Length <= LongestLine && Entry().Match(line) is { Success: true } match)
                    Take(match.Groups["pid"].Value, match.Groups["id"].Value, match.Groups["text"].Value, number);
            }
        }
        catch (InvalidDataException e)
        {
            throw new IOException("is no gzip file: " + e.Message, e);
        }
        foreach ((string message, string recipient, int line) in _recipients)
        {
            (ReplayClient? client, string? sender) = _messages.GetValueOrDefault(message);
            Add(new ReplayCase(client ?? ReplayClient.Unknown, sender ?? "<>", recipient), line);
        }
    }

    private void Add(ReplayCase each, int line) => _cases.TryAdd(each, line);

    private void Take(string process, string message, string text, int line)
    {
        Lines++;
        Dictionary<string, string> fields = Fields(text);
        ReplayClient? client = fields.TryGetValue("relay", out string? relay) ? ReplayClient.Parse(relay) : null;
        string session = process + " " + client?.Address;
        if (client is not null && _sessions.TryGetValue(session, out ReplayClient? known) && known.Address == client.Address)
            client = client with { Verify = known.Verify, Cipher = known.Cipher, Mechanism = known.Mechanism, User = known.User };
        if (fields.TryGetValue("ruleset", out string? ruleset))
            Ruleset(ruleset, message, client, fields, line);
        else if (client is not null && fields.GetValueOrDefault("STARTTLS") == "server")
            _sessions[session] = client with { Verify = fields.GetValueOrDefault("verify", "NONE"), Cipher = fields.GetValueOrDefault("version", "") + " " + fields.GetValueOrDefault("cipher", "") + " " + fields.GetValueOrDefault("bits", "") };
        else if (client is not null && fields.GetValueOrDefault("AUTH") == "server")
            _sessions[session] = client with { Mechanism = fields.GetValueOrDefault("mech", "PLAIN"), User = fields.GetValueOrDefault("authid", "") };
        else if (fields.TryGetValue("from", out string? sender))
            From(message, client, Path(sender), line);
        else if (fields.TryGetValue("to", out string? recipients) && message.Length > 0)
            _recipients.AddRange(recipients.Split(',', StringSplitOptions.RemoveEmptyEntries).Where(IsAddress).Select(r => (message, Path(r), line)));
    }

    private void From(string message, ReplayClient? client, string sender, int line)
    {
        _messages[message] = (client, sender);
        if (client is null)
            return;
        Add(new ReplayCase(client, null, null), line);
        Add(new ReplayCase(client, sender, null), line);
    }

    private void Ruleset(string ruleset, string message, ReplayClient? client, Dictionary<string, string> fields, int line)
    {
        string first = fields.GetValueOrDefault("arg1", "");
        switch (ruleset)
        {
            case "check_relay" when client is not null || ReplayClient.Parse(first + " [" + fields.GetValueOrDefault("arg2", "") + "]") is { } named && (client = named) is not null:
                Add(new ReplayCase(client!, null, null), line);
                break;
            case "check_mail" when client is not null:
                Add(new ReplayCase(client, Path(first), null), line);
                break;
            case "check_rcpt" when client is not null:
                if (message.Length > 0 && message != "NOQUEUE")
                {
                    (_, string? sender) = _messages.GetValueOrDefault(message);
                    _messages[message] = (client, sender);
                    _recipients.Add((message, Path(first), line));
                }
                else
                {
                    Add(new ReplayCase(client, "<>", Path(first)), line);
                }
                break;
            default:
                break;
        }
    }

    // Programs and files are no recipients that a client named.
    private static bool IsAddress(string text) => text[0] is not ('|' or '/' or '"' or ':');

    private static string Path(string text) => text.StartsWith('<') ? text : "<" + text + ">";

    private static Dictionary<string, string> Fields(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string part in text.Split(", "))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                fields.TryAdd(part[..equals], part[(equals + 1)..]);
        }
        return fields;
    }

    // "sendmail[123]: ID: field=…" with any name of the program, or "…: field=…" without an id.
    [GeneratedRegex(@"\s(?<program>[\w./-]*(?:sendmail|sm-mta|sm-msp|sm-que|smtpd|mta)[\w./-]*)\[(?<pid>\d+)\]: (?:(?<id>[A-Za-z0-9]{8,20}|NOQUEUE): )?(?<text>(?:from|to|ruleset|STARTTLS|AUTH)=.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Entry();
}
