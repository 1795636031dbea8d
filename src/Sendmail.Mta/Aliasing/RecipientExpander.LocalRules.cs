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
        // An @ in front of the user ends it: the name is final (op 5.1.4.6).
        bool final = triple.User.StartsWith('@');
        string name = final ? triple.User[1..].Trim() : triple.User;
        if (mailer is null || (mailer == address.Mailer && !final && name.Equals(address.User, StringComparison.OrdinalIgnoreCase) && triple.Host == address.Host))
            return false;
        // What it stands for is the address that was given still, spelt another way (user+*) or for another mailer (MAIL_HUB).
        var target = new Address
        {
            Text = address.Text, Mailer = mailer, Host = triple.Host, User = name, RewrittenUser = name, Controller = address, Place = address.Place,
            AliasLevel = address.AliasLevel + 1, Flags = address.Flags & ~(RecipientFlags.Alias | RecipientFlags.ExpandedDsn), FinalRecipient = address.FinalRecipient,
        };
        if (mailer != address.Mailer)
            await parser.CompleteAsync(target, triple, envelope.Macros, cancellation).ConfigureAwait(false);
        if (final || mailer != address.Mailer)
            target.Flags |= RecipientFlags.NotAliased;
        if (target.AliasLevel > _maxRecursion)
        {
            BreakRecursion(envelope, address, target.AliasLevel);
            return true;
        }
        if (Same(envelope, target) is { } known)
        {
            _reached |= known.State != RecipientState.Expanded;
            address.State = RecipientState.Expanded;
            return true;
        }
        string? host = envelope.Macros["h"];
        envelope.Macros["h"] = triple.Host;
        try
        {
            address.State = RecipientState.Expanded;
            Insert(envelope.Recipients, target);
            if (_indexes.TryGetValue(envelope, out RecipientIndex? index))
                index.Added(envelope, target);
            await ExpandAsync(envelope, target, cancellation).ConfigureAwait(false);
        }
        finally
        {
            envelope.Macros["h"] = host;
        }
        return true;
    }
}
