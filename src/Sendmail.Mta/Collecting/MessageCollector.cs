using System.Globalization;
using Sendmail.Core;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Headers;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Mta.Delivery;
using Sendmail.Mta.Mime;

namespace Sendmail.Mta.Collecting;

/// <summary>
/// Takes the octets of a message (lines end in LF) as they come: headers are kept, the body goes to the data file. What a
/// server and the command line have in common about reading a message.
/// </summary>
public sealed class MessageCollector(MtaServices services, Envelope envelope, Stream data)
{
    private readonly MemoryStream _header = new();
    private readonly int _maxHeaders = services.Configuration.Options.Get(OptionTable.MaxHeadersLength);
    private readonly long _maxSize = services.Configuration.Options.LargestMessage();
    private readonly bool _sevenBits = services.Configuration.Options.Get(OptionTable.SevenBitInput) || envelope.BodyType == "7BIT";
    private readonly bool _singleLineFrom = services.Configuration.Options.Get(OptionTable.SingleLineFromHeader);
    private readonly bool _receiptIsDsn = services.Configuration.Options.Get(OptionTable.RrtImpliesDsn);
    private bool _inBody;
    private bool _full;
    private int _lineStart;
    // Where in the header a bare LF is that ends no line.
    private HashSet<int>? _bareLineFeeds;

    /// <summary>Why the message cannot be taken, null while it can. Reading goes on so that the dialogue stays in step.</summary>
    public SmtpReply? Problem { get; private set; }
    /// <summary>Whether <see cref="Problem"/> is what a header check said: rulesets that look at the whole are still asked.</summary>
    public bool IsHeaderCheckProblem { get; private set; }
    /// <summary>Whether there is more than MaxMessageSize.</summary>
    public bool IsTooBig => _maxSize > 0 && Size > _maxSize;
    /// <summary>What EightBitMode=strict says to 8-bit text that nothing declares; null when the message may pass.</summary>
    public SmtpReply? Undeclared8Bit => ConversionPlan.IsRefused(services.Configuration, envelope) ? SmtpReply.Of(554, "5.6.1", "Eight bit data not allowed") : null;
    /// <summary>Takes no more text; octets are still counted.</summary>
    public void Discard() => _full = true;
    /// <summary>The message is to be thrown away quietly (a header check said discard).</summary>
    public bool IsDiscarded { get; private set; }
    /// <summary>Octets so far.</summary>
    public long Size { get; private set; }
    /// <summary>Octets of the header and the empty line that ends it.</summary>
    public long HeaderSize => _header.Length + (_inBody ? 1 : 0);
    /// <summary>Whether the header has not ended yet.</summary>
    public bool IsInHeader => !_inBody;

    /// <summary>Takes some octets.</summary>
    /// <exception cref="IOException">The data file cannot be written.</exception>
    public void Feed(ReadOnlySpan<byte> octets)
    {
        Size += octets.Length;
        if (octets.IndexOfAnyInRange((byte)128, (byte)255) < 0)
        {
            // Nothing to strip, nothing to note.
        }
        else if (!_sevenBits)
        {
            envelope.Flags |= EnvelopeFlags.Has8Bit;
        }
        else
        {
            byte[] stripped = octets.ToArray();
            for (int i = 0; i < stripped.Length; i++)
                stripped[i] &= 0x7F;
            octets = stripped;
        }
        if (_maxSize > 0 && Size > _maxSize)
            Problem ??= SmtpReply.Of(552, "5.2.3", "Message exceeds maximum fixed size (" + _maxSize.ToString(CultureInfo.InvariantCulture) + ")");
        if (Problem is not null || _full)
            return;
        while (!_inBody && octets.Length > 0)
        {
            int newline = octets.IndexOf((byte)'\n');
            int take = newline < 0 ? octets.Length : newline + 1;
            _header.Write(octets[..take]);
            octets = octets[take..];
            if (_header.Length > _maxHeaders && _maxHeaders > 0)
            {
                services.Log.Write(5, LogPriority.Notice, envelope.Id, string.Create(CultureInfo.InvariantCulture, $"headers too large ({_maxHeaders} max) from {(IsCommand ? "local" : envelope.Macros["_"])} during message collect"));
                Problem = SmtpReply.Of(552, "5.6.0", "Headers too large (" + _maxHeaders.ToString(CultureInfo.InvariantCulture) + " max)");
                return;
            }
            if (newline >= 0)
                EndHeaderLine();
        }
        if (_inBody && octets.Length > 0)
            data.Write(octets);
    }

    /// <summary>Takes a bare LF of the header that belongs to its field and does not end the line.</summary>
    public void FeedBareLineFeed()
    {
        if (Problem is not null || _full || _inBody)
            return;
        Size++;
        (_bareLineFeeds ??= []).Add((int)_header.Length);
        _header.WriteByte((byte)'\n');
    }

    /// <summary>The last line came without its line end: a field of the header is ended, the body keeps what it has.</summary>
    public void FeedMissingLineEnd()
    {
        if (Problem is not null || _inBody)
            return;
        Feed("\n"u8);
        Size--;
    }

    private void EndHeaderLine()
    {
        ReadOnlySpan<byte> line = _header.GetBuffer().AsSpan(_lineStart, (int)_header.Length - _lineStart - 1);
        if (line.Length == 0)
        {
            _header.SetLength(_lineStart);
            _inBody = true;
            return;
        }
        bool continuation = line[0] is (byte)' ' or (byte)'\t' && _lineStart > 0;
        bool unixFrom = _lineStart == 0 && (line.StartsWith("From "u8) || line.StartsWith(">From "u8));
        if (unixFrom)
        {
            if (!services.Configuration.Options.Get(OptionTable.SaveFromLine))
                _header.SetLength(0);
            return;
        }
        if (!continuation && !IsField(line))
        {
            // Text that begins without an empty line is the body already.
            byte[] first = [.. line, (byte)'\n'];
            _header.SetLength(_lineStart);
            _inBody = true;
            data.Write(first);
            return;
        }
        _lineStart = (int)_header.Length;
    }

    private static bool IsField(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        if (colon <= 0)
            return false;
        ReadOnlySpan<byte> name = line[..colon].TrimEnd(" \t"u8);
        return name.Length > 0 && name.IndexOfAnyInRange((byte)0, (byte)' ') < 0;
    }

    /// <summary>The message is complete: parses headers, runs header checks, adds default headers, sets class and priority.</summary>
    public async ValueTask FinishAsync(CancellationToken cancellation)
    {
        if (!_inBody && _header.Length > _lineStart)
        {
            _header.WriteByte((byte)'\n');
            EndHeaderLine();
        }
        envelope.Size = Size;
        ParseHeaders(Latin1.ToString(_header.GetBuffer().AsSpan(0, (int)_header.Length)));
        // What a command brings has our own Received: counted as well.
        int passed = envelope.Headers.Count(h => h.Name.Equals("received", StringComparison.OrdinalIgnoreCase)) + (RefusesLoops ? 1 : 0);
        envelope.HopCount = Math.Max(envelope.HopCount, passed);
        int maxHops = services.Configuration.Options.Get(OptionTable.MaxHopCount);
        if (RefusesLoops && envelope.HopCount > maxHops)
            Problem ??= DeliveryEngine.TooManyHops(envelope, maxHops);
        await CheckHeadersAsync(cancellation).ConfigureAwait(false);
        string? named = NamesRecipient ? OnlyRecipient() : null;
        if (BeforeDefaults is not null)
            await BeforeDefaults().ConfigureAwait(false);
        CompleteRecipients();
        if (envelope.Headers.Find(h => h.Name.Equals("precedence", StringComparison.OrdinalIgnoreCase)) is { } precedence)
            envelope.Class = services.Configuration.Precedences.GetValueOrDefault(precedence.Value.Trim(), 0);
        // Mail of low precedence does not come back whole, unless asked for.
        if (envelope.Class < 0 && !envelope.Has(EnvelopeFlags.HasReturn))
            envelope.Flags |= EnvelopeFlags.NoBodyReturn;
        if (IsCommand && HeaderTraits.NamesRecipients(envelope.Headers))
            envelope.Flags |= EnvelopeFlags.DeleteBcc;
        OptionValues options = services.Configuration.Options;
        envelope.Priority = envelope.Size + (envelope.Recipients.Count(IsCounted) + envelope.OtherRecipients) * (long)options.Get(OptionTable.RecipientFactor)
            - envelope.Class * (long)options.Get(OptionTable.ClassFactor);
        // An empty field is none where there is a default for it.
        envelope.Headers.RemoveAll(h => h.Value.Trim(' ', '\t', '\n').Length == 0 && services.Configuration.Headers.Any(d => d.RuleSet is null && d.Template.Length > 0 && d.Name.Equals(h.Name, StringComparison.OrdinalIgnoreCase)));
        AddDefaults(services.Configuration, envelope, named);
        string? id = (envelope.Headers.FindLast(static h => h.Name.Equals("resent-message-id", StringComparison.OrdinalIgnoreCase))
            ?? envelope.Headers.FindLast(static h => h.Name.Equals("message-id", StringComparison.OrdinalIgnoreCase)))?.Value;
        id = id is null ? null : MacroExpander.Expand(id, envelope.Macros).TrimStart(' ', '\t', '\n');
        envelope.MessageId = id is { Length: > LongestLoggedId } ? id[..LongestLoggedId] : id;
    }

    private const int LongestLoggedId = 100;

    /// <summary>Whether a message that reached MaxHopCount is a problem here already; else it fails when it is delivered.</summary>
    public bool RefusesLoops { get; init; } = true;

    /// <summary>Whether Received: may name the only recipient; false when several were given that are the same in the end.</summary>
    public bool NamesRecipient { get; init; } = true;

    /// <summary>Whether a command brings the message, not a client.</summary>
    public bool IsCommand { get; init; }

    /// <summary>Runs when the message's own headers are known and before defaults are added (-t finds recipients there).</summary>
    public Func<ValueTask>? BeforeDefaults { get; set; }

    private void ParseHeaders(string text)
    {
        int at = 0;
        while (at < text.Length)
        {
            int end = LineEnd(text, at);
            while (end + 1 < text.Length && text[end + 1] is ' ' or '\t')
                end = LineEnd(text, end + 1);
            string field = text[at..end];
            at = end + 1;
            int colon = field.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
                continue;
            // ASCII blanks alone: 0x85 and 0xA0 are octets like others here.
            string name = field[..colon].TrimEnd(' ', '\t');
            string value = field[(colon + 1)..];
            // Nobody but its recipients may see a Bcc.
            if (!IsCommand && HeaderTraits.IsBlind(name) && NamesOthers(text))
                envelope.Flags |= EnvelopeFlags.DeleteBcc;
            if (name.Equals("full-name", StringComparison.OrdinalIgnoreCase) && value.Replace("\n", "", StringComparison.Ordinal).Trim(' ', '\t') is { Length: > 0 } author)
                envelope.Macros["x"] = author;
            if (_singleLineFrom && name.Equals("from", StringComparison.OrdinalIgnoreCase))
                value = value.Replace('\n', ' ');
            if (_receiptIsDsn && name.Equals("return-receipt-to", StringComparison.OrdinalIgnoreCase))
                AskForReceipts();
            Header header = _bareLineFeeds is null ? new Header { Name = name, Value = value } : Unbroken(name, value);
            if (HeaderTraits.KeepsFlags(name) && services.Configuration.Headers.FirstOrDefault(d => d.RuleSet is null && d.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } own)
                header.MailerFlags = own.Flags;
            envelope.Headers.Add(header);
        }
    }

    // Without another field that names recipients Bcc stays: a message must have one (RFC 822).
    private static bool NamesOthers(string header) =>
        _recipientFields.Any(f => header.StartsWith(f[1..], StringComparison.OrdinalIgnoreCase) || header.Contains(f, StringComparison.OrdinalIgnoreCase));

    private static readonly string[] _recipientFields = ["\nto:", "\ncc:", "\napparently-to:"];

    private int LineEnd(string text, int from)
    {
        int end = text.IndexOf('\n', from);
        while (end >= 0 && _bareLineFeeds?.Contains(end) == true)
            end = text.IndexOf('\n', end + 1);
        return end < 0 ? text.Length : end;
    }

    /// <summary>A field in which a bare LF never starts another field: mailers get a continuation line, the queue one line.</summary>
    internal static Header Unbroken(string name, string value)
    {
        var folded = new System.Text.StringBuilder(value.Length + 8);
        bool broken = false;
        for (int i = 0; i < value.Length; i++)
        {
            folded.Append(value[i]);
            if (value[i] != '\n' || (i + 1 < value.Length && value[i + 1] is ' ' or '\t'))
                continue;
            folded.Append(' ');
            broken = true;
        }
        return new Header { Name = name, Value = folded.ToString(), QueueValue = broken && MessageWriter.RoleOf(name) is null ? value.Replace('\n', ' ') : null };
    }

    // RrtImpliesDsn: the old header stands for NOTIFY=SUCCESS.
    private void AskForReceipts()
    {
        foreach (Address recipient in envelope.Recipients)
        {
            if (!recipient.Has(RecipientFlags.HasNotify))
                recipient.Flags |= RecipientFlags.HasNotify | RecipientFlags.NotifySuccess | RecipientFlags.NotifyFailure | RecipientFlags.NotifyDelay;
        }
    }

    // NoRecipientAction: what is done with a message whose header names nobody (op 5.6).
    private void CompleteRecipients()
    {
        string action = services.Configuration.Options.Get(OptionTable.NoRecipientAction);
        if (action == "none" || envelope.Headers.Exists(h => h.Name.ToLowerInvariant() is "to" or "cc" or "bcc" or "apparently-to"))
            return;
        string names = string.Join(", ", envelope.Recipients.Where(r => r.Has(RecipientFlags.Primary) && r.Controller is null).Select(r => r.Text));
        (string name, string value) = action switch
        {
            "add-to" => ("To", names),
            "add-apparently-to" => ("Apparently-To", names),
            "add-to-undisclosed" => ("To", "undisclosed-recipients:;"),
            _ => ("Bcc", ""),
        };
        envelope.Headers.Add(new Header { Name = name, Value = value.Length > 0 ? " " + value : "" });
    }

    private async ValueTask CheckHeadersAsync(CancellationToken cancellation)
    {
        IReadOnlyList<HeaderDefinition> definitions = services.Configuration.Headers;
        if (!definitions.Any(d => d.RuleSet is not null))
            return;
        foreach (Header header in envelope.Headers)
        {
            if (header.IsDefault || HeaderTraits.EndsHeader(header.Name) || HeaderCheck.Find(definitions, header.Name) is not { } check)
                continue;
            string value = header.Value;
            CheckResult result = await services.Checks.CheckFieldAsync(check, header.Name, value, envelope.Macros, cancellation).ConfigureAwait(false);
            switch (result.Kind)
            {
                case CheckKind.Reject:
                    // The last word counts.
                    if (Problem is null || IsHeaderCheckProblem)
                        Problem = result.Reply;
                    IsHeaderCheckProblem = Problem == result.Reply;
                    LogCheck(check, value, "reject=" + result.Reply);
                    break;
                case CheckKind.Discard:
                    IsDiscarded = true;
                    LogCheck(check, value, "discard");
                    break;
                case CheckKind.Quarantine:
                    envelope.QuarantineReason ??= result.Reason;
                    LogCheck(check, value, "quarantine=" + result.Reason);
                    break;
                default:
                    break;
            }
        }
    }

    private void LogCheck(HeaderDefinition check, string value, string outcome) =>
        services.Log.Write(5, LogPriority.Notice, envelope.Id, "ruleset=" + check.RuleSet + ", arg1=" + value + ", relay=" + envelope.Macros["_"] + ", " + outcome);

    /// <summary>Adds the headers of the configuration that the message lacks, in their order, before its own (op 5.5).</summary>
    /// <param name="recipient">The only recipient, which Received: may name; null when there are more.</param>
    internal static void AddDefaults(Configuration configuration, Envelope envelope, string? recipient)
    {
        int at = 0;
        bool resent = envelope.Headers.Exists(h => h.Name.StartsWith("resent-", StringComparison.OrdinalIgnoreCase));
        MacroScope scope = envelope.Macros;
        string? user = scope["u"];
        scope["u"] = recipient;
        foreach (HeaderDefinition definition in configuration.Headers)
        {
            if (definition.RuleSet is not null || definition.Template.Length == 0)
                continue;
            bool isResent = definition.Name.StartsWith("resent-", StringComparison.OrdinalIgnoreCase);
            bool always = definition.Name.Equals("received", StringComparison.OrdinalIgnoreCase) || definition.Name.Equals("return-path", StringComparison.OrdinalIgnoreCase);
            if (isResent && !resent)
                continue;
            if (!always && envelope.Headers.Exists(h => h.Name.Equals(definition.Name, StringComparison.OrdinalIgnoreCase)))
                continue;
            bool perMailer = definition.Name.Equals("return-path", StringComparison.OrdinalIgnoreCase);
            string value = perMailer ? definition.Template : MacroExpander.Expand(definition.Template, scope);
            // A From that has nobody to name is there all the same: mailers name one.
            bool hidden = value.Trim().Length == 0;
            if (hidden && !definition.Name.Equals("from", StringComparison.OrdinalIgnoreCase))
                continue;
            envelope.Headers.Insert(at++, new Header
            {
                Name = definition.Name, Value = value, MailerFlags = definition.Flags, ConditionMacro = definition.ConditionMacro, IsDefault = true, Template = hidden ? definition.Template : null,
            });
        }
        scope["u"] = user;
    }

    private string? OnlyRecipient()
    {
        List<Address> primary = envelope.Recipients.FindAll(r => r.Has(RecipientFlags.Primary) && r.Controller is null);
        return primary.Count == 1 ? primary[0].Text : null;
    }

    // Who was resolved counts, delivered or not.
    private static bool IsCounted(Address recipient) =>
        recipient.State is RecipientState.Ok or RecipientState.Queued || (recipient.State == RecipientState.Bad && recipient.Mailer is not null && (!recipient.IsForbidden || recipient.Mailer.Path == "[FILE]"));

    /// <summary>Writes the <c>from=</c> line.</summary>
    public static void LogFrom(MtaServices services, Envelope envelope, string? daemon)
    {
        string relay = envelope.Macros["_"] ?? "";
        var line = new System.Text.StringBuilder("from=").Append(envelope.Sender?.Text ?? "<>");
        // What a client announced below nothing is shown as all there can be.
        line.Append(CultureInfo.InvariantCulture, $", size={(envelope.Size < 0 ? long.MaxValue : envelope.Size)}, class={envelope.Class}");
        line.Append(CultureInfo.InvariantCulture, $", nrcpts={envelope.Recipients.Count(IsCounted) + envelope.OtherRecipients}");
        if (envelope.MessageId is not null)
            line.Append(", msgid=").Append(envelope.MessageId);
        if (envelope.BodyType.Length > 0)
            line.Append(", bodytype=").Append(envelope.BodyType);
        if (envelope.Macros["r"] is { Length: > 0 } protocol)
            line.Append(", proto=").Append(protocol);
        if (daemon is not null)
            line.Append(", daemon=").Append(daemon);
        line.Append(", relay=").Append(relay);
        services.Log.Write(5, LogPriority.Info, envelope.Id, line.ToString());
    }
}
