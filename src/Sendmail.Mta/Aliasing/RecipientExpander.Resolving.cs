using System.Globalization;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Posix;

namespace Sendmail.Mta.Aliasing;

/// <summary>What an address stands for: somebody at a mailer, a program, a file or a list; and what is wrong with it.</summary>
public sealed partial class RecipientExpander
{
    private static string SpecialName(string text)
    {
        string special = CrackedAddress.Crack(text, "").Core;
        return special.Length > 1 && special[0] == '"' && special[^1] == '"' && special[1] is '|' or '/' or ':' ? AddressParser.StripQuotes(special) : special;
    }

    private static string? MailerOf(string special) => special.StartsWith('|') ? "prog" : special.StartsWith('/') && !special.Contains('@', StringComparison.Ordinal) ? "*file*"
        : special.StartsWith(":include:", StringComparison.OrdinalIgnoreCase) ? "*include*" : null;

    /// <summary>The mailer of text that stands for a program, a file or a list rather than for somebody; null when it does not.</summary>
    public static string? MailerNamedBy(string text) => IsTyped(text) ? null : MailerOf(SpecialName(text));

    // Without quotes it is an address like any other where it has a domain, unless it is an alias's.
    private static bool IsTyped(string text) => text.AsSpan().TrimStart() is ['|', ..] && text.Contains('@', StringComparison.Ordinal);

    /// <summary>Resolves without adding, for clients: what is unbalanced is refused.</summary>
    public ValueTask<Address> ResolveAsync(Envelope envelope, string text, Address? controller, CancellationToken cancellation) =>
        ResolveAsync(envelope, text, controller, false, cancellation);

    private async ValueTask<Address> ResolveAsync(Envelope envelope, string text, Address? controller, bool mends, CancellationToken cancellation)
    {
        string special = SpecialName(text);
        string? mailerName = controller is null && IsTyped(text) ? null : MailerOf(special);
        if (mailerName is not null)
            return Direct(text, mailerName, controller is null || mailerName == "*include*" || special != text.Trim() ? special : Unquoted(envelope, special), controller);
        bool literal = text.StartsWith('\\');
        ParsedAddress parsed = await parser.ParseAsync(literal ? text.TrimStart('\\') : text, envelope.Macros, AddressRole.Recipient, cancellation,
            mends ? problem => Complain(envelope, problem) : null, true).ConfigureAwait(false);
        if (parsed.TempFail)
        {
            var queued = parsed.Address ?? new Address { Text = text };
            queued.State = RecipientState.Queued;
            queued.Status = new EnhancedStatus(4, 4, 3);
            queued.ExitStatus = SysExit.TempFail;
            queued.StatusMessage = parsed.TempFailText ?? "Transient parse error -- message queued for future delivery";
            return queued;
        }
        if (parsed.Address is null)
        {
            var bad = new Address { Text = text };
            Fail(bad, parsed.Error!);
            bad.ErrorUser = parsed.Triple is { Mailer: "error" } mailer ? parser.Rewriter.Tokenizer.Join(mailer.UserTokens, 0, mailer.UserTokens.Count, ' ') : null;
            if (IsPutOff(bad) && parsed.Triple is { } error)
                (bad.Host, bad.User) = (error.Host, parsed.Shown);
            return bad;
        }
        if (!literal && parsed.Address.Mailer is { Name: "prog" or "*file*" or "*include*" } named && parsed.Triple is { } triple
            && !triple.Mailer.Equals(named.Name, StringComparison.OrdinalIgnoreCase))
            return Direct(text, named.Name, AddressParser.StripQuotes(triple.User), controller);
        if (literal)
        {
            // Behind a backslash nothing is a program or a file.
            if (parsed.Address.Mailer is { Name: "prog" or "*file*" or "*include*" } && configuration.FindMailer("local") is { } local)
                (parsed.Address.Mailer, parsed.Address.Host, parsed.Address.User, parsed.Address.RewrittenUser) = (local, "", text.TrimStart('\\'), text.TrimStart('\\'));
            parsed.Address.Text = text;
            parsed.Address.Flags |= RecipientFlags.NotAliased | RecipientFlags.NotForwarded;
        }
        return parsed.Address;
    }

    // Without quotes it is an address like any other: words are joined by the blank substitute, what closes nothing is left out.
    private string Unquoted(Envelope envelope, string text)
    {
        var problems = new List<string>();
        var tokens = new List<Token>();
        parser.Rewriter.Tokenizer.Tokenize(text, '\0', TokenizeMode.Address, tokens, out _, out _, problems);
        problems.ForEach(problem => Complain(envelope, problem));
        return parser.Rewriter.Tokenizer.Join(tokens, 0, tokens.Count, parser.Rewriter.Blank);
    }

    // Shown is the list from the address on.
    private void Complain(Envelope envelope, string problem)
    {
        string complaint = (_place is { } place ? place + ": " : "") + _rest + "... " + problem;
        envelope.Transcript.Add("553 5.0.0 " + complaint);
        envelope.StatusMessage = complaint;
        if (LogsComplaints)
            log.Write(5, LogPriority.Notice, envelope.Id, complaint);
        Complained?.Invoke(envelope, complaint);
    }

    // What stands for a program, a file or a list: only aliases and .forward files may name one.
    private Address Direct(string text, string mailerName, string special, Address? controller)
    {
        var direct = new Address { Text = text, Mailer = configuration.FindMailer(mailerName), User = mailerName == "prog" ? special[1..].Trim() : special };
        direct.RewrittenUser = direct.User;
        direct.Home = controller?.Home;
        if (controller is null)
        {
            Fail(direct, SmtpReply.Of(550, "5.1.1", mailerName switch
            {
                "prog" => "Cannot mail directly to programs",
                "*file*" => "Cannot mail directly to files",
                _ => "Cannot mail directly to :include:s",
            }));
            direct.ExitStatus = SysExit.Usage;
        }
        else if (mailerName != "*include*" && Distrust(controller) is { } reason)
        {
            Fail(direct, SmtpReply.Of(550, "5.7.1", reason + (mailerName == "prog" ? "programs" : "files")));
            direct.ExitStatus = SysExit.Usage;
            direct.IsForbidden = true;
        }
        return direct;
    }

    // Why what a user's list or .forward names is not run as him; null when it is. An alias that a queue file names as the
    // controlling user is nobody whose shell could forbid it.
    private string? Distrust(Address controller)
    {
        if (controller.UserId <= 0 || controller.UserId == configuration.Options.Get(OptionTable.DefaultUser).UserId)
            return null;
        if (controller.RunAsName is not { } name)
            return controller.Mailer?.Name == "*include*" ? string.Create(CultureInfo.InvariantCulture, $"UID {controller.UserId} is an unknown user: cannot mail to ") : null;
        return Users.FindByName(name) is null || LoginShells.HasValid(name) ? null
            : "User " + name + "@" + MacroExpander.Expand(configuration.Macros["j"] ?? "localhost", configuration.Macros) + " doesn't have a valid shell for mailing to ";
    }
}
