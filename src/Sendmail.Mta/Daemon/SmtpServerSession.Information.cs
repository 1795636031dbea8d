using System.Text;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;

namespace Sendmail.Mta.Daemon;

// VRFY, EXPN, HELP, ETRN, VERB.
public sealed partial class SmtpServerSession
{
    private async ValueTask VerifyAsync(string argument, bool expand)
    {
        _useful = true;
        PrivacyFlags privacy = _options.Get(OptionTable.PrivacyOptions);
        string name = expand ? "EXPN" : "VRFY";
        Count(name, 6);
        if ((privacy & (expand ? PrivacyFlags.NoExpn : PrivacyFlags.NoVrfy)) != 0)
        {
            if (expand)
                await ReplyAsync(502, "5.7.0", "Sorry, we do not allow this operation").ConfigureAwait(false);
            else
                await ReplyAsync(252, "2.5.2", "Cannot VRFY user; try RCPT to attempt delivery (or try finger)").ConfigureAwait(false);
            return;
        }
        if (_helo is null && (privacy & (expand ? PrivacyFlags.NeedExpnHelo : PrivacyFlags.NeedVrfyHelo)) != 0)
        {
            await ReplyAsync(503, "5.0.0", "I demand that you introduce yourself first").ConfigureAwait(false);
            return;
        }
        if (argument.Length == 0)
        {
            await ReplyAsync(501, "5.5.2", "Argument required").ConfigureAwait(false);
            return;
        }
        CheckResult check = await _services.Checks.CheckAsync(expand ? "check_expn" : "check_vrfy", argument, null, _session, _stop).ConfigureAwait(false);
        if (check.Kind == CheckKind.Reject)
        {
            LogReject(expand ? "check_expn" : "check_vrfy", argument, null, check.Reply!, _sessionId);
            await ReplyAsync(check.Reply!, argument).ConfigureAwait(false);
            return;
        }
        _services.Log.Write(5, LogPriority.Info, _sessionId, Relay + ": " + name + " " + argument);
        Envelope envelope = _services.NewEnvelope(_session);
        if (expand)
            await _services.Recipients.AddAsync(envelope, argument, null, RecipientFlags.None, _stop).ConfigureAwait(false);
        else
            envelope.Recipients.Add(await LookAsync(envelope, argument).ConfigureAwait(false));
        List<Address> final = envelope.Recipients.FindAll(r => r.State != RecipientState.Expanded);
        if (final.Find(r => r.State == RecipientState.Bad) is { } bad)
        {
            SmtpReply reply = new(int.TryParse(bad.RemoteReply.AsSpan(0, 3), out int code) ? code : 550, bad.Status, bad.StatusMessage ?? "");
            if (reply.Text.StartsWith("Cannot mail directly", StringComparison.Ordinal))
                reply = SmtpReply.Of(550, "5.7.1", reply.Text);
            await ReplyAsync(reply, bad.Text).ConfigureAwait(false);
            return;
        }
        var text = new StringBuilder();
        for (int i = 0; i < final.Count; i++)
        {
            bool local = final[i].Mailer?.Has('l') == true;
            string code = !local && !expand ? "252" : "250";
            text.Append(i == 0 ? "" : "\r\n").Append(code).Append(i == final.Count - 1 ? ' ' : '-').Append("2.1.5 ").Append(Shown(final[i], local));
        }
        await SendAsync(text.ToString()).ConfigureAwait(false);
    }

    // VRFY looks at a name without following aliases.
    private async ValueTask<Address> LookAsync(Envelope envelope, string argument)
    {
        Address address = await _services.Recipients.ResolveAsync(envelope, argument, null, _stop).ConfigureAwait(false);
        if (address.State == RecipientState.Bad || address.Mailer?.Has('w') != true)
            return address;
        if (await _services.Aliases.FindAsync(address.User, envelope.Macros, _stop).ConfigureAwait(false) is not null)
            return address;
        var probe = _services.NewEnvelope(_session);
        return await _services.Recipients.AddOneAsync(probe, argument, null, RecipientFlags.NotForwarded, _stop).ConfigureAwait(false);
    }

    private string Shown(Address address, bool local)
    {
        string mailbox = local && !address.User.Contains('@', StringComparison.Ordinal) ? address.User + "@" + Host : address.RewrittenUser;
        return (string.IsNullOrEmpty(address.FullName) ? "" : address.FullName + " ") + "<" + mailbox + ">";
    }

    private async ValueTask HelpAsync(string argument)
    {
        string topic = argument.Length == 0 ? "smtp" : AddressParser.AsciiLower(argument);
        string path = _options.Get(OptionTable.HelpFile);
        var lines = new List<string>();
        try
        {
            if (path.Length > 0)
            {
                foreach (string line in File.ReadLines(path, Encoding.Latin1))
                {
                    int tab = line.IndexOf('\t', StringComparison.Ordinal);
                    if (tab > 0 && line[0] != '#' && line[..tab].Equals(topic, StringComparison.OrdinalIgnoreCase))
                        lines.Add(MacroExpander.Expand(CfText.Encode(line[(tab + 1)..]), _session));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
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
        if ((_options.Get(OptionTable.PrivacyOptions) & PrivacyFlags.NoEtrn) != 0 || _features.Contains('E') || _port.Has('E'))
        {
            await ReplyAsync(502, "5.7.0", "Sorry, we do not allow this operation").ConfigureAwait(false);
            return;
        }
        if (argument.Length == 0)
        {
            await ReplyAsync(500, "5.5.2", "Parameter required").ConfigureAwait(false);
            return;
        }
        Count("ETRN", 8);
        _services.Log.Write(5, LogPriority.Info, _sessionId, Relay + ": ETRN " + argument);
        CheckResult check = await _services.Checks.CheckAsync("check_etrn", argument, null, _session, _stop).ConfigureAwait(false);
        if (check.Kind == CheckKind.Reject)
        {
            await ReplyAsync(check.Reply!).ConfigureAwait(false);
            return;
        }
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

    private ValueTask VerboseAsync() => (_options.Get(OptionTable.PrivacyOptions) & PrivacyFlags.NoVerb) != 0 || _features.Contains('B')
        ? ReplyAsync(502, "5.7.0", "Verbose unavailable")
        : ReplyAsync(250, "2.0.0", "Verbose mode");
}
