using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Mta.Filters;
using Sendmail.Wire.Smtp;

namespace Sendmail.Mta.Daemon;

// RCPT.
public sealed partial class SmtpServerSession
{
    private int _acceptedRecipients;
    // With those that are unknown here: Received: names a recipient that was the only one asked for.
    private int _addedRecipients;
    private bool _unseen;

    private async ValueTask RecipientAsync(string argument)
    {
        if (_envelope is not { } envelope)
        {
            await ReplyAsync(503, "5.0.0", "Need MAIL before RCPT").ConfigureAwait(false);
            return;
        }
        await SlowDownAsync().ConfigureAwait(false);
        int most = _options.Get(OptionTable.MaxRecipientsPerMessage);
        if (most > 0 && _acceptedRecipients >= most)
        {
            _badRecipients++;
            _services.Log.Write(5, LogPriority.Notice, _id, "Too many recipients");
            await ReplyAsync(452, "4.5.3", "Too many recipients").ConfigureAwait(false);
            _lastError = "Too many recipients";
            return;
        }
        if (IsHarvester())
        {
            _services.Log.Write(5, LogPriority.Info, _id, Relay + ": Possible SMTP RCPT flood, shutting down connection.");
            await CloseAsync(421, "4.7.0", Host + " Too many bad recipients; closing connection").ConfigureAwait(false);
            return;
        }
        SmtpPath path = SmtpCommandParser.ReadPath(argument, "TO");
        if (path.Error is { } syntax)
        {
            _badRecipients++;
            _services.Log.Write(5, LogPriority.Notice, _id, syntax.Text);
            await ReplyAsync(syntax).ConfigureAwait(false);
            return;
        }
        if (await BadCharacterAsync(path.Address).ConfigureAwait(false) is { } bad)
        {
            _badRecipients++;
            _services.Log.Write(5, LogPriority.Notice, _id, bad.Text);
            await ReplyAsync(bad).ConfigureAwait(false);
            return;
        }
        bool isNull = IsNullPath(path.Address);
        Forget(envelope);
        Address probe = isNull ? new Address { Text = path.Address } : await _services.Recipients.ResolveAsync(envelope, path.Address, null, _stop).ConfigureAwait(false);
        if (IsTooLong(path.Address, probe.State == RecipientState.Bad ? ReplyOf(probe) : null))
        {
            await BadRecipientAsync(TooLong, path.Address[..LongestPath]).ConfigureAwait(false);
            return;
        }
        if (IsRefused(probe))
        {
            await BadRecipientAsync(ReplyOf(probe), path.Address).ConfigureAwait(false);
            return;
        }
        if (await ComplainedAsync().ConfigureAwait(false))
        {
            _badRecipients++;
            return;
        }
        Name(envelope, probe);
        CheckResult check = await _services.Checks.CheckAsync("check_rcpt", path.Address, null, envelope.Macros, _stop).ConfigureAwait(false);
        if (!await AcceptAsync(check, "check_rcpt", path.Address, envelope, path.Address).ConfigureAwait(false))
        {
            _badRecipients++;
            return;
        }
        if (isNull)
        {
            await BadRecipientAsync(SmtpReply.Of(553, "5.0.0", "User address required"), path.Address).ConfigureAwait(false);
            return;
        }
        SmtpReply? problem = EnvelopeParameters.ApplyRecipient(path.Parameters, ParameterRules(), out RecipientFlags flags, out string? original);
        if (problem is not null)
        {
            _badRecipients++;
            _services.Log.Write(5, LogPriority.Notice, _id, problem.Text);
            await ReplyAsync(problem).ConfigureAwait(false);
            return;
        }
        if (_discardAll || envelope.Has(EnvelopeFlags.Discard))
        {
            // The whole message will be thrown away: whether there is such a user does not matter.
            envelope.Recipients.Add(new Address { Text = path.Address, State = RecipientState.Ok, Flags = RecipientFlags.Primary });
            _acceptedRecipients++;
            _addedRecipients++;
            await ReplyAsync(250, "2.1.5", path.Address + "... Recipient ok").ConfigureAwait(false);
            return;
        }
        Forget(envelope);
        int before = envelope.Recipients.Count;
        _unseen |= !_verbose;
        Address address = _verbose
            ? await _services.Recipients.AddOneAsync(envelope, path.Address, null, RecipientFlags.Primary | flags, _stop).ConfigureAwait(false)
            : await _services.Recipients.AddUnexpandedAsync(envelope, path.Address, RecipientFlags.Primary | flags, _stop).ConfigureAwait(false);
        _addedRecipients++;
        if (IsRefused(address))
        {
            await TellOfRejectedAsync(envelope, address, path).ConfigureAwait(false);
            Withdraw(envelope, address, before);
            await BadRecipientAsync(ReplyOf(address), path.Address).ConfigureAwait(false);
            return;
        }
        if (await ComplainedAsync().ConfigureAwait(false))
        {
            Withdraw(envelope, address, before);
            _badRecipients++;
            return;
        }
        Name(envelope, address);
        bool taken = await FiltersTakeAsync(FilterStep.Recipient, envelope, "to", path.Address, path.Parameters).ConfigureAwait(false);
        Forget(envelope);
        if (!taken)
        {
            Withdraw(envelope, address, before);
            _badRecipients++;
            return;
        }
        _acceptedRecipients++;
        if (address.State == RecipientState.Queued)
            _lastError = address.StatusMessage ?? _lastError;
        address.OriginalRecipient ??= original;
        bool queue = address.State == RecipientState.Queued || (address.Mailer!.Has('e') && _options.Get(OptionTable.HoldExpensive));
        await ReplyAsync(250, "2.1.5", address.Text + "... Recipient ok" + (queue ? " (will queue)" : "")).ConfigureAwait(false);
    }

    private bool _throttled;

    // A refused recipient goes, with what came of him. The list is in the order of hosts: he need not be the last one in it. A second
    // copy of one who was taken is no recipient of its own.
    private static void Withdraw(Envelope envelope, Address address, int before)
    {
        if (envelope.Recipients.Count == before)
            return;
        envelope.Recipients.RemoveAll(r => IsFrom(r, address));
        address.State = RecipientState.Bad;
    }

    private static bool IsFrom(Address recipient, Address origin)
    {
        for (Address? above = recipient; above is not null; above = above.Controller)
        {
            if (ReferenceEquals(above, origin))
                return true;
        }
        return false;
    }

    // Filters get the macros of a recipient who is unknown, and hear of him if they said so.
    private async ValueTask TellOfRejectedAsync(Envelope envelope, Address address, SmtpPath path)
    {
        if (_filters is null || _filtersOff || envelope.Has(EnvelopeFlags.Discard))
            return;
        envelope.Macros["rcpt_mailer"] = "error";
        envelope.Macros["rcpt_host"] = "";
        envelope.Macros["rcpt_addr"] = address.User;
        await _filters.RejectedRecipientAsync(path.Address, path.Parameters, envelope.Macros).ConfigureAwait(false);
        Forget(envelope);
    }

    private static void Name(Envelope envelope, Address recipient)
    {
        if (recipient.Mailer is null)
            return;
        envelope.Macros["rcpt_mailer"] = recipient.Mailer.Name;
        envelope.Macros["rcpt_host"] = recipient.Host;
        envelope.Macros["rcpt_addr"] = recipient.User;
    }

    private static void Forget(Envelope envelope) => envelope.Macros["rcpt_mailer"] = envelope.Macros["rcpt_host"] = envelope.Macros["rcpt_addr"] = null;

    // BadRcptThrottle: a second for each recipient after so many bad ones in this transaction.
    private async ValueTask SlowDownAsync()
    {
        int throttle = _options.Get(OptionTable.BadRcptThrottle);
        if (throttle <= 0 || _badRecipients < throttle)
            return;
        if (!_throttled)
            _services.Log.Write(5, LogPriority.Info, _id, Relay + ": Possible SMTP RCPT flood, throttling.");
        _throttled = true;
        await Task.Delay(TimeSpan.FromSeconds(1), _services.Clock, _stop).ConfigureAwait(false);
    }

    // Control characters are shown in the user part as the mailer would get it.
    private async ValueTask<SmtpReply?> BadCharacterAsync(string path)
    {
        if (BadCharacter(path, "5.1.3") is not { } bad || bad.Text[0] != 'S')
            return BadCharacter(path, "5.1.3");
        ParsedAddress parsed = await _services.Addresses.ParseAsync(Masked(path), _session, AddressRole.Recipient, _stop).ConfigureAwait(false);
        return parsed.Address is { } address ? SmtpReply.Of(501, "5.1.3", "Syntax error in mailbox address \"" + address.User + "\" (non-printable character)") : bad;
    }

    // Direct mail to files and programs is refused by policy, not for want of such a mailbox.
    private static bool IsRefused(Address address) => address.State == RecipientState.Bad || Aliasing.RecipientExpander.IsPutOff(address);

    private static SmtpReply ReplyOf(Address bad) => bad.StatusMessage?.StartsWith("Cannot mail directly", StringComparison.Ordinal) == true
        ? SmtpReply.Of(550, "5.7.1", bad.StatusMessage)
        : new SmtpReply(int.TryParse(bad.RemoteReply.AsSpan(0, 3), out int code) ? code : 550, bad.Status, bad.StatusMessage ?? "") { Exit = bad.Mailer is null && bad.RemoteReply is not null ? bad.ExitStatus : null };

    // BadRcptShutdown: enough bad recipients, and not enough good ones in percent (BadRcptShutdownGood).
    private bool IsHarvester()
    {
        int most = _options.Get(OptionTable.BadRcptShutdown);
        if (most <= 0 || _badRecipients < most)
            return false;
        int good = _acceptedRecipients;
        return good * 100 < _options.Get(OptionTable.BadRcptShutdownGood) * (good + _badRecipients);
    }

    private SmtpParameterRules ParameterRules()
    {
        long minimum = (long)_options.Get(OptionTable.DeliverByMin).TotalSeconds;
        return new SmtpParameterRules
        {
            AllowDsn = (_options.Get(OptionTable.PrivacyOptions) & PrivacyFlags.NoReceipts) == 0 && !_features.Contains('D'),
            AllowDeliverBy = minimum >= 0, DeliverByMinimum = minimum,
        };
    }

    private async ValueTask BadRecipientAsync(SmtpReply reply, string path)
    {
        _badRecipients++;
        _services.Log.Write(5, LogPriority.Notice, _id, reply.NamesAddress ? SevenBit(Short(path) + "... " + reply.Text) : reply.Text);
        await ReplyAsync(reply, path).ConfigureAwait(false);
    }
}
