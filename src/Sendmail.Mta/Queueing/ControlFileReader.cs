using System.Globalization;
using System.Text;
using Sendmail.Core;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Headers;
using Sendmail.Core.Rewriting;

namespace Sendmail.Mta.Queueing;

/// <summary>
/// Reads qf files of version 8 and all older ones. What the reference ignores is ignored, what it refuses is refused with
/// its texts; numbers that are none count as 0.
/// </summary>
public sealed class ControlFileReader
{
    /// <summary>The version that is written and the highest that is read.</summary>
    public const int Version = 8;

    private readonly string _name;
    private readonly Envelope _envelope;
    private readonly List<string> _warnings = [];
    private int _version;
    private string? _controlling;
    private string? _original;
    private string? _own;
    private string? _final;

    private ControlFileReader(string name, MacroScope globals)
    {
        _name = name;
        // Whoever wrote it is gone: errors go by mail.
        _envelope = new Envelope(globals) { ErrorMode = 'm' };
    }

    /// <summary>Reads the text of a control file into a new envelope. Recipients are as written, with mailer and user not yet resolved.</summary>
    /// <param name="text">The file, one char per octet.</param>
    /// <param name="name">Name of the file for messages, <c>./qf…</c>.</param>
    /// <param name="globals">Scope behind the macros of the message.</param>
    /// <param name="warnings">What was wrong but did no harm.</param>
    /// <exception cref="ControlFileException">It is not one; the message is the reference's.</exception>
    public static Envelope Read(string text, string name, MacroScope globals, out IReadOnlyList<string> warnings)
    {
        var reader = new ControlFileReader(name, globals);
        warnings = reader._warnings;
        return reader.Run(text);
    }

    private Envelope Run(string text)
    {
        bool ended = false;
        int number = 0;
        int at = 0;
        while (at < text.Length)
        {
            int start = at;
            int end = EndOfLogicalLine(text, start, out int lines);
            at = end + 1;
            number += lines;
            string line = CutAtNul(text[start..end]);
            if (ended)
                throw new ControlFileException("SECURITY ALERT: extra or bogus data in queue file: " + line, "bogus queue line");
            if (line == ".")
                ended = true;
            else
                Item(line, number);
        }
        if (!ended)
            throw new ControlFileException("readqf: " + _name + ": incomplete queue file read", null);
        if (_envelope.Sender is null)
            throw new ControlFileException("readqf: " + _name + ": no sender", null);
        return _envelope;
    }

    private static string CutAtNul(string line) => line.IndexOf('\0', StringComparison.Ordinal) is var nul and >= 0 ? line[..nul] : line;

    private static int EndOfLogicalLine(string text, int start, out int lines)
    {
        lines = 1;
        int end = text.IndexOf('\n', start);
        while (end >= 0 && end + 1 < text.Length && text[end + 1] is ' ' or '\t')
        {
            end = text.IndexOf('\n', end + 1);
            lines++;
        }
        return end < 0 ? text.Length : end;
    }

    private void Item(string line, int number)
    {
        char letter = line.Length > 0 ? line[0] : '\0';
        string rest = line.Length > 0 ? line[1..] : "";
        switch (letter)
        {
            case 'V':
                _version = (int)Math.Min(int.MaxValue, Number(rest));
                if (_version > Version)
                    throw new ControlFileException(string.Create(CultureInfo.InvariantCulture, $"Version number in queue file ({_version}) greater than max ({Version})"), "unsupported queue file version");
                break;
            case 'T': _envelope.Created = Time(rest); break;
            case 'K': _envelope.LastTried = Number(rest) > 0 ? Time(rest) : null; break;
            case 'N': _envelope.Attempts = (int)Math.Clamp(Number(rest), 0, int.MaxValue); break;
            case 'P': _envelope.Priority = Number(rest); break;
            case 'B': _envelope.BodyType = rest; break;
            case 'M' when _envelope.Sender is null: _envelope.StatusMessage = rest; break;
            case 'M': _own = rest; break;
            case 'F': _envelope.Flags |= ReadFlags(rest); break;
            case '$': ReadMacro(rest); break;
            case 'q':
                _envelope.QuarantineReason = rest;
                _envelope.Flags |= EnvelopeFlags.Quarantined;
                _envelope.Macros["quarantine"] = rest;
                break;
            case 'S': _envelope.Sender = new Address { Text = rest }; break;
            case 'Z':
                _envelope.EnvelopeId = rest;
                _envelope.Macros["dsn_envid"] = rest;
                break;
            case 'A':
                _envelope.AuthSender = rest;
                _envelope.Macros["auth_author"] = rest;
                break;
            case '!': ReadDeliverBy(rest); break;
            case 'C': _controlling = rest.Length == 0 ? null : rest; break;
            case 'Q': _original = rest; break;
            case 'r': _final = rest; break;
            case 'R': ReadRecipient(rest); break;
            case 'H': ReadHeader(rest); break;
            case 'd':
                // Where the body lies, of a queue group with several directories: only ever the message's own place here.
                if (rest.Length > 0 && !Directory.Exists(rest))
                    throw new ControlFileException("", "bogus queue file directory");
                _envelope.DataDirectory = rest.Length == 0 ? null : rest;
                break;
            // The inode is a hint; E (error address) and D (name of the body) belong to versions before 8.
            case 'I' or 'E' or 'D': break;
            default:
                throw new ControlFileException(string.Create(CultureInfo.InvariantCulture, $"readqf: {_name}: line {number}: bad line \"{line}\""), "unrecognized line");
        }
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(Number(text), 0, 253402300799));

    /// <summary>The number at the start of a text as atol(3) sees it, 0 when there is none.</summary>
    internal static long Number(string text)
    {
        ReadOnlySpan<char> rest = text.AsSpan().TrimStart(" \t");
        int end = rest.Length > 0 && rest[0] is '-' or '+' ? 1 : 0;
        while (end < rest.Length && char.IsAsciiDigit(rest[end]))
            end++;
        return long.TryParse(rest[..end], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : 0;
    }

    private static EnvelopeFlags ReadFlags(string letters)
    {
        EnvelopeFlags flags = EnvelopeFlags.None;
        foreach (char letter in letters)
        {
            flags |= letter switch
            {
                'r' => EnvelopeFlags.Response,
                'w' => EnvelopeFlags.WarningSent,
                '8' => EnvelopeFlags.Has8Bit,
                'b' => EnvelopeFlags.DeleteBcc,
                'd' => EnvelopeFlags.HasReturn,
                'n' => EnvelopeFlags.NoBodyReturn,
                's' => EnvelopeFlags.Split,
                _ => EnvelopeFlags.None,
            };
        }
        return flags;
    }

    private void ReadMacro(string rest)
    {
        int end = CfText.NameEnd(rest, 0);
        if (end > 0)
            _envelope.Macros[CfText.Name(rest.AsSpan(0, end))] = rest[end..];
    }

    private void ReadDeliverBy(string rest)
    {
        if (rest.Length < 2)
            return;
        _envelope.DeliverByMode = (rest[0] & 2) != 0 ? 'R' : 'N';
        _envelope.DeliverByTrace = (rest[0] & 0x10) != 0;
        _envelope.DeliverBy = TimeSpan.FromSeconds(Math.Clamp(Number(rest[1..]), -999_999_999, 999_999_999));
    }

    private void ReadRecipient(string rest)
    {
        // Before version 1 a recipient has no flags; after it text without a colon is nothing but flags.
        int colon = _version >= 1 ? rest.IndexOf(':', StringComparison.Ordinal) : -1;
        string text = _version >= 1 ? colon < 0 ? "" : rest[(colon + 1)..] : rest;
        if (text.Length > 0)
            AddRecipient(text, colon < 0 ? RecipientFlags.NotifyFailure | RecipientFlags.NotifyDelay : ReadRecipientFlags(rest.AsSpan(0, colon)));
        _original = null;
        _final = null;
        _own = null;
    }

    private static RecipientFlags ReadRecipientFlags(ReadOnlySpan<char> letters)
    {
        RecipientFlags flags = RecipientFlags.None;
        foreach (char letter in letters)
        {
            flags |= letter switch
            {
                'N' => RecipientFlags.HasNotify,
                'S' => RecipientFlags.NotifySuccess,
                'F' => RecipientFlags.NotifyFailure,
                'D' => RecipientFlags.NotifyDelay,
                'A' => RecipientFlags.Alias,
                _ => RecipientFlags.None,
            };
        }
        return flags;
    }

    // Everybody who is left in the queue is a primary recipient from then on.
    private void AddRecipient(string text, RecipientFlags flags)
    {
        var address = new Address { Text = text, Flags = flags | RecipientFlags.Primary, OriginalRecipient = _original, FinalRecipient = _final, OwnMessage = _own };
        if (_controlling is not null)
            address.Controller = ReadController(_controlling, address);
        _envelope.Recipients.Add(address);
    }

    // C[user[:uid:gid]]:alias
    private static Address ReadController(string text, Address recipient)
    {
        int first = text.IndexOf(':', StringComparison.Ordinal);
        if (first < 0)
            return new Address { Text = text };
        string user = text[..first];
        string rest = text[(first + 1)..];
        var controller = new Address { Text = rest };
        if (user.Length == 0)
            return controller;
        string[] parts = rest.Split(':', 3);
        if (parts.Length == 3 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out int uid) && int.TryParse(parts[1], CultureInfo.InvariantCulture, out int gid))
        {
            controller.Text = parts[2];
            controller.UserId = uid;
            controller.GroupId = gid;
        }
        controller.RunAsName = user;
        recipient.RunAsName = user;
        recipient.UserId = controller.UserId;
        recipient.GroupId = controller.GroupId;
        return controller;
    }

    private void ReadHeader(string rest)
    {
        string condition = "";
        string field = rest;
        if (rest.StartsWith('?'))
        {
            int close = rest.IndexOf('?', 1);
            if (close < 0)
            {
                _warnings.Add("header syntax error, line \"" + rest + "\"");
                return;
            }
            condition = rest[1..close];
            field = rest[(close + 1)..];
        }
        int colon = field.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
        {
            _warnings.Add("header syntax error, line \"" + rest + "\"");
            return;
        }
        bool macro = condition.StartsWith("${", StringComparison.Ordinal);
        _envelope.Headers.Add(new Header
        {
            Name = field[..colon].TrimEnd(' ', '\t'),
            Value = DecodeMacros(field[(colon + 1)..]),
            MailerFlags = macro ? default : MailerFlags.Of(condition),
            ConditionMacro = macro ? CfText.Name(condition.AsSpan(1)) : null,
            IsDefault = condition.Length > 0,
        });
    }

    private static string DecodeMacros(string value)
    {
        if (value.AsSpan().IndexOfAny(ControlFileWriter.EncodedMacro, ControlFileWriter.EncodedLateMacro, ControlFileWriter.QuoteOctet) < 0)
            return value;
        var result = new StringBuilder(value.Length);
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            if (c == ControlFileWriter.QuoteOctet && i + 1 < value.Length)
                result.Append(value[++i]);
            else if (c is not (ControlFileWriter.EncodedMacro or ControlFileWriter.EncodedLateMacro))
                result.Append(c);
            else if (i + 1 < value.Length && value[i + 1] < '\x80')
                result.Append(c == ControlFileWriter.EncodedMacro ? Meta.Macro : Meta.LateMacro);
            else
                i++; // A long name as a number that only the process that wrote it knew.
        }
        return result.ToString();
    }
}
