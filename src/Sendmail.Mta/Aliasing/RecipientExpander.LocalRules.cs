using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Rewriting;

namespace Sendmail.Mta.Aliasing;

/// <summary>What ruleset 5 says about local users that are no aliases.</summary>
public sealed partial class RecipientExpander
{
    // Ruleset 5 may send a local user that is no alias elsewhere (MAIL_HUB, LUSER_RELAY, +detail).
    private async ValueTask<bool> LocalRuleSetAsync(Envelope envelope, Address address, CancellationToken cancellation)
    {
        Rewriter rewriter = parser.Rewriter;
        if (configuration.RuleSets.Find(5) is not { Rules.Count: > 0 } set)
            return false;
        List<Token> workspace = rewriter.Tokenizer.Tokenize(address.RewrittenUser);
        await rewriter.RewriteAsync(workspace, set.Name, envelope.Macros, cancellation).ConfigureAwait(false);
        if (workspace.Count == 0 || workspace[0].Operator != Core.Meta.Mailer)
            return false;
        Triple triple = Triple.Read(workspace, rewriter.Tokenizer, rewriter.Blank);
        if (triple.Mailer.Equals("error", StringComparison.OrdinalIgnoreCase))
        {
            Fail(address, triple.ToReply());
            return true;
        }
        Mailer? mailer = configuration.FindMailer(triple.Mailer);
        if (mailer is null || (mailer == address.Mailer && triple.User.Equals(address.User, StringComparison.OrdinalIgnoreCase)))
            return false;
        if (mailer == address.Mailer && mailer.Has('w') && address.AliasLevel < _maxRecursion)
            return await RespellAsync(envelope, address, triple, cancellation).ConfigureAwait(false);
        address.State = RecipientState.Expanded;
        // Where another mailer takes it (MAIL_HUB, a submission program's MTA), it is still the address that was given.
        bool elsewhere = mailer != address.Mailer;
        var target = new Address
        {
            Text = elsewhere ? address.Text : triple.User, Mailer = mailer, Host = triple.Host, User = triple.User, RewrittenUser = triple.User, Controller = address,
            AliasLevel = address.AliasLevel + 1, Flags = elsewhere ? address.Flags : address.Flags & ~RecipientFlags.Primary,
        };
        if (elsewhere)
            await parser.CompleteAsync(target, triple, envelope.Macros, cancellation).ConfigureAwait(false);
        if (Same(envelope, target) is null)
        {
            envelope.Recipients.Add(target);
            target.Flags |= RecipientFlags.NotAliased;
            await ExpandAsync(envelope, target, cancellation).ConfigureAwait(false);
            if (target.State == RecipientState.Bad)
            {
                // The ruleset only spelt the user differently: the failure is the address's own.
                envelope.Recipients.Remove(target);
                (address.State, address.Status, address.ExitStatus, address.StatusMessage, address.RemoteReply)
                    = (RecipientState.Bad, target.Status, target.ExitStatus, target.StatusMessage, target.RemoteReply);
            }
        }
        return true;
    }

    // Another spelling of a local user (user+*): aliases and the ruleset are asked again with it; the address keeps its name.
    private async ValueTask<bool> RespellAsync(Envelope envelope, Address address, Triple triple, CancellationToken cancellation)
    {
        string? host = envelope.Macros["h"];
        envelope.Macros["h"] = triple.Host;
        address.Host = triple.Host;
        // An @ in front of the user ends it: the name is final (op 5.1.4.6).
        bool final = triple.User.StartsWith('@');
        address.User = address.RewrittenUser = final ? triple.User[1..].Trim() : triple.User;
        address.AliasLevel++;
        if (final)
            address.Flags |= RecipientFlags.NotAliased;
        try
        {
            await ExpandAsync(envelope, address, cancellation).ConfigureAwait(false);
        }
        finally
        {
            envelope.Macros["h"] = host;
        }
        return true;
    }
}
