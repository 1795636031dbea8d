using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Headers;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Mta.Aliasing;
using Sendmail.Posix;

namespace Sendmail.Modes;

// Who a message is from.
internal static partial class SubmitMode
{
    // What the program ends with because of a sender who is none, instead of whom it is the user; 0 when all is well.
    private static async ValueTask<int> SetSenderAsync(ModeContext context, Envelope envelope)
    {
        string user = context.UserName;
        string? given = context.Line.Sender;
        string sender = given ?? user;
        if (sender is "<>" or "")
            sender = "<>";
        MacroScope scope = envelope.Macros;
        scope["_"] = user + "@localhost";
        scope["daemon_flags"] = DirectFlags(context);
        scope["client_addr"] = "127.0.0.1";
        scope["client_name"] = "localhost";
        scope["client_resolve"] = "OK";
        scope["f"] = sender == "<>" ? "<>" : sender;
        var problems = new List<string>();
        int exit = (int)SysExit.Usage;
        ParsedAddress parsed = await context.Services.Addresses.ParseAsync(sender, scope, AddressRole.Sender, default, problems.Add, true).ConfigureAwait(false);
        // The reference looks at it twice: as an address, and for what headers say of it.
        foreach (string problem in problems.Concat(problems))
            Complain(envelope, sender, problem);
        if (given is not null && sender != "<>" && InvalidSender(sender, parsed) is { } invalid)
        {
            problems.Add(invalid);
            exit = parsed.Error is { } error ? (int)RecipientExpander.ExitOf(error) : exit;
            Complain(envelope, sender, invalid, parsed.Error?.Status.ToString() ?? "5.1.7");
            context.Log.Write(3, LogPriority.Notice, envelope.Id, "setsender: " + sender + ": invalid or unparsable, received from " + scope["_"]);
            given = null;
            scope["f"] = sender = user;
            parsed = await context.Services.Addresses.ParseAsync(sender, scope, AddressRole.Sender).ConfigureAwait(false);
        }
        envelope.Sender = parsed.Address ?? new Address { Text = sender };
        envelope.Sender.Text = sender;
        UserRecord? local = envelope.Sender.User.Length > 0 && !sender.StartsWith('\\') && envelope.Sender.Mailer?.Has('l') == true ? LocalUsers.OfSender(envelope.Sender.User) : null;
        if (sender != "<>" && (envelope.Sender.Mailer?.Has('l') == true ? local : Users.FindByName(user)) is { } record)
        {
            envelope.Sender.UserId = record.UserId;
            envelope.Sender.GroupId = record.GroupId;
        }
        bool own = false;
        string? name = context.Line.FullName ?? (given is null ? Environment.GetEnvironmentVariable("NAME") : null);
        UserRecord? author = given is null ? context.User : local;
        if (string.IsNullOrEmpty(name) && author is not null && (own = true))
            name = author.FullName;
        // A header has one line.
        name = name?.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
        scope["x"] = string.IsNullOrEmpty(name) ? null : own ? name : Quote(name);
        // Headers of the queue file keep the sender as it was given; each mailer rewrites it.
        scope["g"] = sender == "<>" ? "" : parsed.Canonical ?? sender;
        if (sender != "<>")
            envelope.AuthSender = sender.Contains('@', StringComparison.Ordinal) ? sender : sender + "@" + context.Services.HostName;
        if (!context.IsTrusted && given is not null && CrackedAddress.Crack(given, "").Core.Trim(' ', ';', '>') != user)
            AuthenticationWarnings.Tell(context, envelope, user + " set sender to " + sender + " using -f");
        return problems.Count == 0 ? 0 : exit;
    }

    // Nobody could send an answer to a program, a file or a list.
    private static string? InvalidSender(string sender, ParsedAddress parsed) =>
        RecipientExpander.MailerNamedBy(sender) is not null || parsed.Address?.Mailer?.Name is "prog" or "*file*" or "*include*" ? "Invalid sender address" : parsed.Error?.Text;

    private static void Complain(Envelope envelope, string sender, string problem, string status = "5.0.0")
    {
        string complaint = sender + "... " + problem;
        envelope.Transcript.Add("553 " + status + " " + complaint);
        envelope.StatusMessage = complaint;
        if (envelope.ErrorMode == 'p')
            Console.Out.WriteLine(complaint);
    }

    // DirectSubmissionModifiers, or what they are when unset (op 5.6).
    private static string DirectFlags(ModeContext context)
    {
        string modifiers = context.Configuration.Options.Get(OptionTable.DirectSubmissionModifiers);
        if (modifiers.Length == 0)
            return context.Line.Gateway ? "CC f" : "c u";
        return string.Join(' ', modifiers.Select(c => char.IsAsciiLetterUpper(c) ? c + c.ToString() : c.ToString()));
    }

    // The sender's rulesets of a local mailer add the domain.
    private static string LocalPart(string user) => user.IndexOf('@', StringComparison.Ordinal) is var at and > 0 ? user[..at] : user;

    private static string Quote(string name) => name.AsSpan().IndexOfAny("()<>@,;:\\\"[].'") >= 0 && !name.StartsWith('"')
        ? "\"" + name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"" : name;

    private static bool IsOwn(ModeContext context, Envelope envelope) =>
        context.Line.Sender is null || (envelope.Sender is { Mailer: { } mailer } sender && mailer.Has('l') && LocalPart(sender.User) == context.UserName);

    // In ARPANET mode who the header says it is from is the sender, unless -f names one.
    private static async ValueTask TakeSenderAsync(ModeContext context, Envelope envelope)
    {
        if (context.Line is not { Mode: 'a', Sender: null } || envelope.Headers.Find(static h => h.Name.Equals("from", StringComparison.OrdinalIgnoreCase)) is not { } from)
            return;
        string text = MacroExpander.Expand(from.Value, envelope.Macros).Replace("\n", "", StringComparison.Ordinal).Trim(' ', '\t');
        if (text.Length == 0)
            return;
        ParsedAddress parsed = await context.Services.Addresses.ParseAsync(text, envelope.Macros, AddressRole.Sender).ConfigureAwait(false);
        envelope.Sender = parsed.Address ?? new Address { Text = text };
        envelope.Sender.Text = text;
        envelope.Macros["f"] = envelope.Macros["g"] = CrackedAddress.Crack(text, "").Core;
    }
}
