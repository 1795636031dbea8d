using System.Text;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Mta.Aliasing;

namespace Sendmail.Mta.Daemon;

// VRFY, EXPN, HELP, ETRN, VERB.
public sealed partial class SmtpServerSession
{
    private async ValueTask VerifyAsync(string argument, bool expand)
    {
        _useful = true;
        if (_filtersPutOff)
        {
            await ReplyAsync(550, "5.7.1", _laterReply.Text).ConfigureAwait(false);
            return;
        }
        PrivacyFlags privacy = _options.Get(OptionTable.PrivacyOptions);
        string name = expand ? "EXPN" : "VRFY";
        TimeSpan delay = Count("VRFY/EXPN", 6, name);
        if ((privacy & (expand ? PrivacyFlags.NoExpn : PrivacyFlags.NoVrfy)) != 0 || (expand && _features.Contains('X')))
        {
            LogAsked(name, argument, true);
            await WaitAsync(delay).ConfigureAwait(false);
            if (expand)
                await ReplyAsync(502, "5.7.0", "Sorry, we do not allow this operation").ConfigureAwait(false);
            else
                await ReplyAsync(252, "2.5.2", "Cannot VRFY user; try RCPT to attempt delivery (or try finger)").ConfigureAwait(false);
            return;
        }
        if (_helo is null && (privacy & (expand ? PrivacyFlags.NeedExpnHelo : PrivacyFlags.NeedVrfyHelo)) != 0)
        {
            await WaitAsync(delay).ConfigureAwait(false);
            await ReplyAsync(503, "5.0.0", "I demand that you introduce yourself first").ConfigureAwait(false);
            return;
        }
        LogAsked(name, argument, false);
        await WaitAsync(delay).ConfigureAwait(false);
        if (argument.Length == 0)
        {
            await ReplyAsync(501, "5.5.2", "Argument required").ConfigureAwait(false);
            return;
        }
        string ruleSet = expand ? "check_expn" : "check_vrfy";
        CheckResult check = await _services.Checks.CheckAsync(ruleSet, argument, null, _session, _stop).ConfigureAwait(false);
        if (check.Kind == CheckKind.Reject)
        {
            LogReject(ruleSet, argument, null, check.Reply!, null);
            await ReplyAsync(check.Reply!).ConfigureAwait(false);
            return;
        }
        if (!await ComplainedAsync().ConfigureAwait(false))
            await AnswerAsync(argument, expand).ConfigureAwait(false);
    }

    private void LogAsked(string name, string argument, bool rejected) =>
        _services.Log.Write(5, LogPriority.Info, _id, (Relay + ": " + name + " " + argument).TrimEnd() + (rejected ? " [rejected]" : ""));

    private async ValueTask AnswerAsync(string argument, bool expand)
    {
        Envelope envelope = _services.NewEnvelope(_session);
        // From the last to the first, as lists are taken; the first that is wrong is the answer.
        List<string> names = AddressList.Split(argument, _options.Get(OptionTable.OldStyleHeaders));
        for (int i = names.Count - 1; i >= 0; i--)
        {
            if (expand)
            {
                await _services.Recipients.AddAsync(envelope, names[i], null, RecipientFlags.Primary, _stop).ConfigureAwait(false);
            }
            else
            {
                envelope.Recipients.Add(await LookAsync(envelope, names[i]).ConfigureAwait(false));
            }
            if (RecipientExpander.Failures(envelope).FirstOrDefault() is { } bad)
            {
                await ReplyAsync(ReplyOf(bad), bad.Text).ConfigureAwait(false);
                return;
            }
        }
        List<Address> final = envelope.Recipients.FindAll(r => r.State != RecipientState.Expanded);
        if (await ComplainedAsync().ConfigureAwait(false))
            return;
        if (final.Count == 0)
        {
            await ReplyAsync(554, "5.5.2", "Nothing to " + (expand ? "EXPN" : "VRFY")).ConfigureAwait(false);
            return;
        }
        _lookedUp += final.Count;
        var text = new StringBuilder();
        for (int i = 0; i < final.Count; i++)
        {
            bool local = final[i].Mailer?.Has('l') == true;
            string code = !local && !expand ? "252" : "250";
            text.Append(i == 0 ? "" : "\r\n").Append(code).Append(i == final.Count - 1 ? ' ' : '-').Append("2.1.5 ").Append(Shown(final[i], local));
        }
        await SendAsync(text.ToString()).ConfigureAwait(false);
    }

    private bool _verbose;
    // What the next reply shows before itself in verbose mode.
    private readonly StringBuilder _shown = new();

    private void Show(string line) => _shown.Append("050 ").Append(line.Replace("\n", "\r\n050 ", StringComparison.Ordinal)).Append("\r\n");

    // VRFY looks at a name without following aliases.
    private async ValueTask<Address> LookAsync(Envelope envelope, string argument)
    {
        Address address = await _services.Recipients.ResolveAsync(envelope, argument, null, _stop).ConfigureAwait(false);
        if (address.State == RecipientState.Bad || address.Mailer?.Has('w') != true)
            return address;
        if (await _services.Aliases.FindAsync(address.User, envelope.Macros, _stop).ConfigureAwait(false) is { } found && (found.IsMatch || found.Status == SysExit.TempFail))
            return address;
        int plus = address.User.IndexOf('+', StringComparison.Ordinal);
        if (plus > 0 && await IsAliasAsync(address.User[..plus], envelope).ConfigureAwait(false))
        {
            address.User = address.User[..plus];
            return address;
        }
        var probe = _services.NewEnvelope(_session);
        Address added = await _services.Recipients.AddOneAsync(probe, argument, null, RecipientFlags.NotForwarded, _stop).ConfigureAwait(false);
        // A detail is not the user's name.
        return added.State == RecipientState.Expanded ? probe.Recipients.Find(static r => r.State != RecipientState.Expanded) ?? added : added;
    }

    private async ValueTask<bool> IsAliasAsync(string user, Envelope envelope) =>
        (await _services.Aliases.FindAsync(user + "+*", envelope.Macros, _stop).ConfigureAwait(false)).IsMatch
        || (await _services.Aliases.FindAsync(user, envelope.Macros, _stop).ConfigureAwait(false)).IsMatch;

    private string Shown(Address address, bool local)
    {
        if (address.Mailer?.Name is "prog" or "*file*")
            return "<" + (address.Text.StartsWith('"') ? address.Text : (address.Mailer.Name == "prog" ? "|" : "") + address.RewrittenUser) + ">";
        string mailbox = local && !address.User.Contains('@', StringComparison.Ordinal) ? (address.Text.StartsWith('\\') ? "\\" : "") + address.User + "@" + Host : address.RewrittenUser;
        return (string.IsNullOrEmpty(address.FullName) ? "" : address.FullName + " ") + "<" + mailbox + ">";
    }

    private async ValueTask HelpAsync(string argument)
    {
        string topic = argument.Length == 0 ? "smtp" : AddressParser.AsciiLower(argument);
        if (HelpText.Find(_options.Get(OptionTable.HelpFile), topic, _session, _services.Log, _id) is not { } lines)
        {
            await ReplyAsync(502, "5.3.0", "Sendmail " + _session["v"] + " -- HELP not implemented").ConfigureAwait(false);
            return;
        }
        if (lines.Count == 0)
        {
            if (argument.Length == 0)
                await ReplyAsync(502, "5.3.0", "Sendmail " + _session["v"] + " -- HELP not implemented").ConfigureAwait(false);
            else
                await ReplyAsync(504, "5.3.0", "HELP topic \"" + topic + "\" unknown").ConfigureAwait(false);
            return;
        }
        var text = new StringBuilder();
        foreach (string line in lines)
            text.Append("214-2.0.0 ").Append(line).Append("\r\n");
        await SendAsync(text.Append("214 2.0.0 End of HELP info").ToString()).ConfigureAwait(false);
    }

    private async ValueTask EtrnAsync(string argument)
    {
        _useful = true;
        if (_filtersPutOff)
        {
            await ReplyAsync(_laterReply).ConfigureAwait(false);
            return;
        }
        if ((_options.Get(OptionTable.PrivacyOptions) & PrivacyFlags.NoEtrn) != 0 || _features.Contains('E') || _port.Has('E'))
        {
            LogAsked("ETRN", argument, true);
            await ReplyAsync(502, "5.7.0", "Sorry, we do not allow this operation").ConfigureAwait(false);
            return;
        }
        if (argument.Length == 0)
        {
            await ReplyAsync(500, "5.5.2", "Parameter required").ConfigureAwait(false);
            return;
        }
        await CountAsync("ETRN", 8).ConfigureAwait(false);
        CheckResult check = await _services.Checks.CheckAsync("check_etrn", argument, null, _session, _stop).ConfigureAwait(false);
        if (check.Kind == CheckKind.Reject)
        {
            LogReject("check_etrn", argument, null, check.Reply!, null);
            await ReplyAsync(check.Reply!).ConfigureAwait(false);
            return;
        }
        if (await ComplainedAsync().ConfigureAwait(false))
            return;
        LogAsked("ETRN", argument, false);
        if (argument[0] == '#')
        {
            string group = argument[1..];
            if (!_services.Configuration.QueueGroups.Any(g => g.Name.Equals(group, StringComparison.OrdinalIgnoreCase)))
            {
                await ReplyAsync(459, "4.5.4", "Queue " + group + " unknown").ConfigureAwait(false);
                return;
            }
            await ReplyAsync(250, "2.0.0", "Queuing for queue group " + group + " started").ConfigureAwait(false);
        }
        else
        {
            await ReplyAsync(250, "2.0.0", "Queuing for node " + argument + " started").ConfigureAwait(false);
        }
        var runner = new Queueing.QueueRunner(_services.ForSession());
        string host = argument.TrimStart('@');
        IReadOnlyList<(char, string, bool)> limits = argument[0] == '#' ? [] : [('R', "@" + host, false)];
        _ = Task.Run(() => runner.RunAsync(new Queueing.QueueRunRequest { Selection = new Queueing.QueueSelection { Limits = limits } }, _stop), _stop);
    }

    private async ValueTask VerboseAsync(string line)
    {
        await CountAsync("VERB", 20).ConfigureAwait(false);
        if ((_options.Get(OptionTable.PrivacyOptions) & (PrivacyFlags.NoVerb | PrivacyFlags.NoExpn)) != 0 || _features.Contains('B'))
        {
            await ReplyAsync(502, "5.7.0", "Verbose unavailable").ConfigureAwait(false);
            return;
        }
        await AllowsAsync(line, '2').ConfigureAwait(false);
        if (_closing)
            return;
        // The client sees aliases expanded and messages delivered before they are answered.
        _verbose = true;
        _services.Recipients.Verbose = Show;
        await ReplyAsync(250, "2.0.0", "Verbose mode").ConfigureAwait(false);
    }
}
