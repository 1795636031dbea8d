using System.Globalization;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Headers;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Mta.Aliasing;
using Sendmail.Mta.Filters;
using Sendmail.Wire.Smtp;

namespace Sendmail.Mta.Daemon;

// MAIL.
public sealed partial class SmtpServerSession
{
    private async ValueTask MailAsync(string argument)
    {
        _useful = true;
        if (_helo is null && (_options.Get(OptionTable.PrivacyOptions) & PrivacyFlags.NeedMailHelo) != 0 || _freshTls)
        {
            // RFC 3207 4.2: after the handshake the client has to introduce itself anew.
            await ReplyAsync(503, "5.0.0", "Polite people say HELO first").ConfigureAwait(false);
            return;
        }
        if (!_authenticated && (_port.Has('a') || _features.Contains('l')))
        {
            await ReplyAsync(530, "5.7.0", "Authentication required").ConfigureAwait(false);
            return;
        }
        if (_envelope is not null)
        {
            await ReplyAsync(503, "5.5.0", "Sender already specified").ConfigureAwait(false);
            return;
        }
        SmtpPath path = SmtpCommandParser.ReadPath(argument, "FROM");
        if (path.Error is { } syntax)
        {
            await ReplyAsync(syntax).ConfigureAwait(false);
            return;
        }
        if (_filtersPutOff)
        {
            await ReplyAsync(_laterReply).ConfigureAwait(false);
            return;
        }
        Envelope envelope = NewTransaction();
        if (_attempt is not null)
            _attempt.Sender = new Address { Text = "<NONE>" };
        if (_helo is null)
            WarnOf(envelope, Relay + " didn't use HELO protocol");
        if (!IsNetwork && Posix.Users.RealUserId != 0)
            WarnOf(envelope, (Posix.Users.FindById(Posix.Users.RealUserId)?.Name ?? "unknown") + " owned process doing -bs");
        if (!await SetSenderAsync(envelope, path.Address).ConfigureAwait(false))
            return;
        _attempt = envelope;
        if (await ComplainedAsync().ConfigureAwait(false))
            return;
        SmtpReply? problem = EnvelopeParameters.Apply(envelope, path.Parameters, ParameterRules(), ref _given);
        if (problem is not null)
        {
            await ReplyAsync(problem).ConfigureAwait(false);
            return;
        }
        long announced = envelope.Size;
        envelope.Macros["msg_size"] = announced.ToString(CultureInfo.InvariantCulture);
        if (envelope.AuthSender is { } author && !await IsTrustedAuthorAsync(envelope, author).ConfigureAwait(false))
            envelope.AuthSender = "<>";
        CheckResult check = await _services.Checks.CheckAsync("check_mail", path.Address, null, envelope.Macros, _stop).ConfigureAwait(false);
        if (!await AcceptAsync(check, "check_mail", path.Address, envelope, path.Address).ConfigureAwait(false))
            return;
        if (!await RoomForAsync(announced).ConfigureAwait(false))
            return;
        if (!await FiltersTakeAsync(FilterStep.Mail, envelope, "from", path.Address, path.Parameters).ConfigureAwait(false))
            return;
        _attempt = null;
        _envelope = envelope;
        _fromLogged = false;
        _badRecipients = _acceptedRecipients = _addedRecipients = 0;
        _throttled = false;
        await ReplyAsync(250, "2.1.0", path.Address + "... Sender ok").ConfigureAwait(false);
    }

    private Envelope NewTransaction()
    {
        Envelope envelope = _services.NewEnvelope(_session);
        envelope.ErrorMode = 'm';
        if (_discardsNext)
            envelope.Flags |= EnvelopeFlags.Discard;
        envelope.Id = _id;
        envelope.Macros["i"] = _id;
        envelope.Macros["r"] = _session["r"];
        if (_port.DeliveryMode is { } mode)
            envelope.DeliveryMode = mode;
        return envelope;
    }

    // What MAIL commands of this transaction gave: refused ones hold on.
    private MailParameters? _given;

    // PrivacyOptions=authwarnings: recipients and the log are told (op 5.1.8).
    private void WarnOf(Envelope envelope, string warning)
    {
        if ((_options.Get(OptionTable.PrivacyOptions) & PrivacyFlags.AuthWarnings) == 0)
            return;
        envelope.Headers.Add(new Header { Name = "X-Authentication-Warning", Value = " " + Host + ": " + warning, IsDefault = true });
        _services.Log.Write(3, LogPriority.Info, _id, "Authentication-Warning: " + Host + ": " + warning);
    }

    private async ValueTask<bool> SetSenderAsync(Envelope envelope, string path)
    {
        if (BadCharacter(path, "5.1.7") is { } bad)
        {
            await ReplyAsync(bad).ConfigureAwait(false);
            return false;
        }
        ParsedAddress parsed = await _services.Addresses.ParseAsync(path, envelope.Macros, AddressRole.Sender, _stop).ConfigureAwait(false);
        if (IsTooLong(path, parsed.Error))
        {
            await ReplyAsync(TooLong, path[..LongestPath]).ConfigureAwait(false);
            return false;
        }
        if (parsed.Address is null && !IsNullPath(path))
        {
            await ReplyAsync(parsed.Error!, path).ConfigureAwait(false);
            return false;
        }
        if (parsed.Address?.Mailer?.Name is "prog" or "*file*" or "*include*")
        {
            // Not a program nor a file: nobody could send an answer there.
            _services.Log.Write(3, LogPriority.Notice, _id, "setsender: " + path + ": invalid or unparsable, received from " + Relay);
            await ReplyAsync(SmtpReply.Of(553, "5.1.7", "Invalid sender address"), path).ConfigureAwait(false);
            return false;
        }
        envelope.Sender = parsed.Address ?? new Address { Text = "<>" };
        envelope.Sender.Text = path;
        string bare = parsed.Canonical ?? CrackedAddress.Crack(path, "").Core;
        envelope.Macros["f"] = envelope.Macros["g"] = bare;
        if (envelope.Sender.Mailer is { } mailer)
        {
            envelope.Macros["mail_mailer"] = mailer.Name;
            envelope.Macros["mail_host"] = envelope.Sender.Host;
            envelope.Macros["mail_addr"] = IsNullPath(path) ? "" : envelope.Sender.User;
            if (mailer.Has('l') && LocalUsers.OfSender(envelope.Sender.User) is { FullName.Length: > 0 } user)
                envelope.Macros["x"] = user.FullName;
        }
        return true;
    }

    // Control characters are in no address; the octets 128 to 159 would be taken for something else further on.
    private static SmtpReply? BadCharacter(string path, string status)
    {
        string core = CrackedAddress.Crack(path, "").Core;
        if (core.AsSpan().IndexOfAnyInRange('\u0080', '\u009F') >= 0)
            return SmtpReply.Of(501, status, "8-bit character in mailbox address \"" + Masked(path) + "\"");
        foreach (char c in core)
        {
            if (c is < ' ' and not '\t' || c is '\x7F' or '\xFF')
                return SmtpReply.Of(501, status, "Syntax error in mailbox address \"" + Masked(core) + "\" (non-printable character)");
        }
        return null;
    }

    private const int LongestPath = 255;
    private static readonly SmtpReply TooLong = SmtpReply.Of(553, "5.1.0", "Address too long (255 bytes max)");

    // A token that is too long is told first.
    private static bool IsTooLong(string path, SmtpReply? error) => path.Length > LongestPath && (error is null || error.Status != TooLong.Status)
        && error?.Text != "Address too long";

    private static string Masked(string text) => string.Concat(text.Select(c => c is < ' ' or '\x7F' or (>= '\x80' and <= '\x9F') or '\xFF' ? '?' : c));

    private static bool IsNullPath(string path) => path.Replace(" ", "", StringComparison.Ordinal) == "<>";

    private async ValueTask<bool> RoomForAsync(long announced)
    {
        long limit = _options.LargestMessage();
        if (limit > 0 && announced > limit)
        {
            await ReplyAsync(552, "5.2.3", "Message size exceeds fixed maximum message size (" + limit.ToString(CultureInfo.InvariantCulture) + ")").ConfigureAwait(false);
            return false;
        }
        if (_services.Queue.HasRoom(announced))
            return true;
        LogLowSpace(announced);
        await ReplyAsync(_noSpace).ConfigureAwait(false);
        return false;
    }

    private static readonly SmtpReply _noSpace = SmtpReply.Of(452, "4.4.5", "Insufficient disk space; try again later");
    // Whether the queue's disk was full when the client came: nothing is taken from it then.
    private bool _isFull;

    // Told when an envelope ends, as the reference looks then.
    private void LogFull()
    {
        if (!_isFull)
            return;
        LogLowSpace(0);
        LogLowSpace(0);
    }

    private void LogLowSpace(long announced)
    {
        if (_services.Queue.Space is var (directory, free, least))
            _services.Log.Write(0, LogPriority.Alert, _id, string.Create(CultureInfo.InvariantCulture, $"low on space ({Relay} needs {announced} bytes + {least} blocks in {directory}), max avail: {free}"));
    }

    // AUTH= of MAIL counts from a client that is who it says and that the configuration trusts (trust_auth, RFC 4954 5).
    private async ValueTask<bool> IsTrustedAuthorAsync(Envelope envelope, string author)
    {
        if (!_authenticated || author.Length == 0)
            return false;
        string decoded = XText.Decode(author);
        CheckResult check = await _services.Checks.CheckAsync("trust_auth", decoded, null, envelope.Macros, _stop).ConfigureAwait(false);
        if (check.Kind == CheckKind.Reject)
            return false;
        envelope.Macros["auth_author"] = CfText.Encode(decoded);
        return true;
    }

    // Whether the command goes on; a rejection is logged and answered here.
    private async ValueTask<bool> AcceptAsync(CheckResult check, string ruleSet, string argument, Envelope envelope, string? about)
    {
        switch (check.Kind)
        {
            case CheckKind.Reject:
                SmtpReply reply = about is null || !check.Reply!.NamesAddress ? check.Reply! : check.Reply! with { Text = Short(about) + "... " + check.Reply!.Text };
                // The log shows what the client is told, without the top bits of its own address.
                LogReject(ruleSet, argument, null, reply with { Text = SevenBit(reply.Text) }, _id);
                _statistics.Reject(envelope);
                await ReplyAsync(reply).ConfigureAwait(false);
                return false;
            case CheckKind.Discard:
                envelope.Flags |= EnvelopeFlags.Discard;
                LogCheck(ruleSet, argument, null, Outcome(check), _id);
                break;
            case CheckKind.Quarantine:
                envelope.QuarantineReason ??= check.Reason;
                envelope.Macros["quarantine"] = check.Reason;
                LogCheck(ruleSet, argument, null, Outcome(check), _id);
                break;
            default:
                break;
        }
        return !await ComplainedAsync().ConfigureAwait(false);
    }

    private static string SevenBit(string text) => string.Concat(text.Select(c => (char)(c & 0x7F)));
}
