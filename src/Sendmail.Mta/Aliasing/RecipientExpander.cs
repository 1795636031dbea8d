using System.Globalization;
using System.Text;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Posix;

namespace Sendmail.Mta.Aliasing;

/// <summary>
/// Adds recipients to an envelope: resolves them by the rulesets, suppresses duplicates, expands aliases, :include: and
/// .forward, and checks that local users exist (op 4.3).
/// </summary>
public sealed partial class RecipientExpander(Configuration configuration, AddressParser parser, AliasDatabase aliases, IMailLog log)
{
    /// <summary>Where expansions are shown (-v), null for nowhere.</summary>
    public Action<string>? Verbose { get; set; }
    /// <summary>No aliases at all (-n).</summary>
    public bool NoAliases { get; set; }

    /// <summary>What is told of aliases and .forward files (<c>-d27</c>); null for nothing.</summary>
    public DebugTrace? Debug { get; init; }

    /// <summary>
    /// Is told, with what the transcript has, of what is unbalanced in an address that counts all the same; null: it is logged alone.
    /// </summary>
    public Action<Envelope, string>? Complained { get; set; }

    /// <summary>Whether the log has what <see cref="Complained"/> is told; it has not of what is found in a header.</summary>
    public bool LogsComplaints { get; set; } = true;

    private string? _place;
    private bool _reached;
    private string _rest = "";
    private readonly bool _oldStyle = configuration.Options.Get(OptionTable.OldStyleHeaders);
    private readonly int _maxRecursion = configuration.Options.Get(OptionTable.MaxAliasRecursion);

    /// <summary>
    /// Adds every address of <paramref name="list"/>. Addresses that fail are added too, as <see cref="RecipientState.Bad"/>
    /// with status and message.
    /// </summary>
    public async ValueTask AddAsync(Envelope envelope, string list, Address? controller, RecipientFlags flags, CancellationToken cancellation)
    {
        if (controller is null)
            envelope.IsNewStyle |= list.AsSpan().IndexOfAny(",;<(") >= 0;
        List<string> members = AddressList.Split(list, _oldStyle && controller is null && !envelope.IsNewStyle);
        var resolved = new List<(string Text, Address Address)>(members.Count);
        foreach (string member in members)
        {
            // A complaint shows the list from the address on.
            _rest = list[Math.Max(0, list.IndexOf(member, StringComparison.Ordinal))..];
            Address address = await ResolveAsync(envelope, member, controller, true, cancellation).ConfigureAwait(false);
            // What is no address at all is told first.
            if (address is { State: RecipientState.Bad, Mailer: null })
                await AddResolvedAsync(envelope, member, address, controller, flags, true, cancellation).ConfigureAwait(false);
            else
                resolved.Add((member, address));
        }
        // The reference takes the members of a list from the last to the first; logs, mailboxes and queue files show it.
        for (int i = resolved.Count - 1; i >= 0; i--)
            await AddResolvedAsync(envelope, resolved[i].Text, resolved[i].Address, controller, flags, true, cancellation).ConfigureAwait(false);
    }

    /// <summary>Adds one address and what it expands to.</summary>
    public ValueTask<Address> AddOneAsync(Envelope envelope, string text, Address? controller, RecipientFlags flags, CancellationToken cancellation) =>
        AddOneAsync(envelope, text, controller, flags, true, cancellation);

    /// <summary>
    /// Adds an address of a client that waits for the answer: it is resolved and a local user must exist, but aliases, lists and
    /// .forward are left for <see cref="ExpandAllAsync"/>. With delivery mode d nothing but the resolving is done.
    /// </summary>
    public async ValueTask<Address> AddUnexpandedAsync(Envelope envelope, string text, RecipientFlags flags, CancellationToken cancellation)
    {
        Address address = await AddOneAsync(envelope, text, null, flags, false, cancellation).ConfigureAwait(false);
        if (envelope.DeliveryMode == 'd' && address.State == RecipientState.Ok)
        {
            address.State = RecipientState.Queued;
            address.Status = new EnhancedStatus(4, 4, 3);
        }
        return address;
    }

    /// <summary>Resolves and expands the recipients again that are still to be delivered, as they were before: after a reload or a client's message.</summary>
    public async ValueTask ExpandAllAsync(Envelope envelope, CancellationToken cancellation)
    {
        List<Address> before = [.. envelope.Recipients];
        envelope.Recipients.Clear();
        foreach (Address old in before)
        {
            if (old.State is not (RecipientState.Ok or RecipientState.Queued))
            {
                envelope.Recipients.Add(old);
                continue;
            }
            Address address = await AddOneAsync(envelope, old.Text, old.Controller, old.Flags, cancellation).ConfigureAwait(false);
            address.OriginalRecipient = old.OriginalRecipient ?? address.OriginalRecipient;
            address.FinalRecipient = old.FinalRecipient ?? address.FinalRecipient;
            if (old.Controller is null)
                continue;
            if (old.RunAsName is { } name && Users.FindByName(name) is { } user)
                (address.RunAsName, address.UserId, address.GroupId) = (name, user.UserId, user.GroupId);
        }
    }

    private async ValueTask<Address> AddOneAsync(Envelope envelope, string text, Address? controller, RecipientFlags flags, bool expand, CancellationToken cancellation)
    {
        _rest = text;
        Address address = await ResolveAsync(envelope, text, controller, true, cancellation).ConfigureAwait(false);
        return await AddResolvedAsync(envelope, text, address, controller, flags, expand, cancellation).ConfigureAwait(false);
    }

    private async ValueTask<Address> AddResolvedAsync(
        Envelope envelope, string text, Address address, Address? controller, RecipientFlags flags, bool expand, CancellationToken cancellation)
    {
        if (text.Length > address.Text.Length && text.AsSpan().TrimEnd(' ').SequenceEqual(address.Text))
            address.Text = text;
        address.Flags |= flags;
        address.AliasLevel = controller is null ? 0 : controller.AliasLevel + 1;
        address.Place = _place;
        if (controller is not null)
        {
            address.Controller = controller;
            address.UserId = controller.UserId;
            address.GroupId = controller.GroupId;
            address.RunAsName = controller.RunAsName;
            address.Flags |= controller.Flags & (RecipientFlags.HasNotify | RecipientFlags.NotifySuccess | RecipientFlags.NotifyFailure | RecipientFlags.NotifyDelay);
        }
        if (address.State is RecipientState.Bad or RecipientState.Queued)
        {
            envelope.Recipients.Add(address);
            return address;
        }
        if (controller is not null && address.AliasLevel > _maxRecursion)
        {
            BreakRecursion(envelope, controller, address.AliasLevel);
            return controller;
        }
        if (controller is not null && address.Mailer!.Has('A') && Circle(address, controller) is { } first)
        {
            first.IsCircular = true;
            if (IsUser(address))
                return first;
            // The user above who goes round with it keeps the message.
            for (Address? above = controller; above is not null; above = above.Controller)
            {
                if (above.Mailer is null || !IsUser(above))
                    continue;
                above.IsCircular = true;
                break;
            }
        }
        if (Same(envelope, address, !expand) is { } known)
        {
            if (!IsGiven(known) && (!known.Has(RecipientFlags.Primary) || known.State == RecipientState.Expanded))
                Tell(address.Text + "... duplicate suppressed");
            // Who is reached by another way is reached; what only leads back to where it came from is not.
            if (controller is not null)
                controller.KnownMembers++;
            _reached |= known.State != RecipientState.Expanded || !IsAbove(controller, known);
            return known;
        }
        address.FinalRecipient ??= "RFC822; " + FinalName(text, address);
        Insert(envelope.Recipients, address);
        if (_indexes.TryGetValue(envelope, out RecipientIndex? index))
            index.Added(envelope, address);
        if (expand && IsGiven(address))
            await ExpandFromTopAsync(envelope, address, cancellation).ConfigureAwait(false);
        else if (expand)
            await ExpandAsync(envelope, address, cancellation).ConfigureAwait(false);
        else if (envelope.DeliveryMode != 'd')
            await VerifyAsync(envelope, address, cancellation).ConfigureAwait(false);
        return address;
    }

    // Whether there is such a user, without taking anything apart.
    private async ValueTask VerifyAsync(Envelope envelope, Address address, CancellationToken cancellation)
    {
        Mailer mailer = address.Mailer!;
        bool aliased = (address.Flags & RecipientFlags.NotAliased) == 0;
        if (aliased && mailer.Has('A') && await AliasOfAsync(address, envelope.Macros, cancellation).ConfigureAwait(false) is { } found
            && (found.IsMatch || IsUnavailable(address, found)))
            return;
        if (aliased && mailer.Has('5'))
        {
            var probe = new Envelope(envelope.Macros) { Id = envelope.Id };
            if (await LocalRuleSetAsync(probe, address, cancellation).ConfigureAwait(false))
            {
                // Another spelling of a user who does not exist is the address's own failure.
                if (address.State == RecipientState.Expanded)
                    address.State = RecipientState.Ok;
                if (probe.Recipients.Find(r => r.State == RecipientState.Bad && r.Text == address.Text && !r.Has(RecipientFlags.Alias)) is { } spelt)
                {
                    (address.State, address.Status, address.ExitStatus, address.StatusMessage, address.RemoteReply, address.FailureOrder)
                        = (spelt.State, spelt.Status, spelt.ExitStatus, spelt.StatusMessage, spelt.RemoteReply, spelt.FailureOrder);
                }
                if (address.State == RecipientState.Bad)
                    address.RemoteReply ??= "554 " + address.Status + " " + address.StatusMessage;
                return;
            }
        }
        if (mailer.Has('w') && LocalUsers.Find(address.User) is null)
            Fail(address, SmtpReply.Of(550, "5.1.1", "User unknown"));
    }

    // In the order of hosts, so that what goes to one place stands together; programs, files and local users have none.
    private static void Insert(List<Address> recipients, Address address)
    {
        int at = recipients.Count;
        for (int i = recipients.Count - 1; i >= 0; i--)
        {
            if (recipients[i].Mailer is null)
                continue;
            if (Compare(recipients[i].Host, address.Host) <= 0)
                break;
            at = i;
        }
        recipients.Insert(at, address);
    }

    private static int Compare(string first, string second) => string.CompareOrdinal(AddressParser.AsciiLower(first), AddressParser.AsciiLower(second));

    private string FinalName(string text, Address address)
    {
        string bare = CrackedAddress.Crack(text, "").Core;
        if (bare.Contains('@', StringComparison.Ordinal) || address.Mailer?.Has('l') != true)
            return bare;
        // The user, without the name of a group and other things that stand around it; the backslash counts, and programs and files are as written.
        return (bare.StartsWith('\\') || address.User.Length == 0 || MailerNamedBy(text) is not null ? bare : address.User) + "@" + MacroExpander.Expand(configuration.Macros["j"] ?? "localhost", configuration.Macros);
    }

    private const int ManyRecipients = 100;
    private readonly System.Runtime.CompilerServices.ConditionalWeakTable<Envelope, RecipientIndex> _indexes = [];

    // Whom a client names twice is refused twice; otherwise a failure stands for all who have the name. What the sender named is
    // taken apart again where it is found inside an alias.
    private Address? Same(Envelope envelope, Address address, bool refused = false)
    {
        IReadOnlyList<Address> others = envelope.Recipients.Count < ManyRecipients ? envelope.Recipients
            : _indexes.GetOrCreateValue(envelope).Candidates(envelope, address);
        foreach (Address other in others)
        {
            if (AreSame(other, address) && (!refused || other.State != RecipientState.Bad)
                && !(other.State == RecipientState.Expanded && IsGiven(other) && !IsGiven(address)))
                return other;
        }
        return null;
    }

    private static bool AreSame(Address other, Address address) => other.Mailer == address.Mailer && other.User == address.User
        && other.Host.Equals(address.Host, StringComparison.OrdinalIgnoreCase) && (other.Flags & RecipientFlags.NotAliased) == (address.Flags & RecipientFlags.NotAliased);

    private static long _failures;

    /// <summary>The addresses of <paramref name="envelope"/> that are refused, for good or for now, in the order in which they were.</summary>
    public static IEnumerable<Address> Failures(Envelope envelope) =>
        envelope.Recipients.Where(r => r.State == RecipientState.Bad || IsPutOff(r)).OrderBy(r => r.FailureOrder)
            .DistinctBy(static r => r.Mailer is { } mailer && r.Controller is null ? (mailer, r.Host, r.User, r.Text, null) : ((Mailer?)null, "", "", "", r));

    /// <summary>Marks an address as failed for good, or for now when the reply is temporary.</summary>
    public static void Fail(Address address, SmtpReply reply)
    {
        address.FailureOrder = Interlocked.Increment(ref _failures);
        address.State = reply.IsTemporary || reply.Exit == SysExit.TempFail ? RecipientState.Queued : RecipientState.Bad;
        address.Status = reply.Status;
        address.ExitStatus = reply.Exit ?? (reply.IsTemporary ? SysExit.TempFail : ExitOf(reply));
        address.StatusMessage = reply.Text;
        address.RemoteReply = reply.ToString();
    }

    /// <summary>
    /// Whether rules refuse the address for now: clients get the reply, what is submitted waits in the queue.
    /// </summary>
    public static bool IsPutOff(Address address) => address is { State: RecipientState.Queued, Mailer: null, RemoteReply: not null };

    // What a command ends with; a 553 is the fault of whoever typed the address.
    /// <summary>The exit code that stands for a reply which refuses an address.</summary>
    public static SysExit ExitOf(SmtpReply reply) => reply.Exit ?? reply.Status switch
    {
        { Subject: 1, Detail: 1 } => SysExit.NoUser,
        { Subject: 1, Detail: 2 } when reply.Code != 553 => SysExit.NoHost,
        { Subject: 4, Detail: 6 } => SysExit.Usage,
        _ => reply.Code is 501 or 553 ? SysExit.Usage : SysExit.Unavailable,
    };

    /// <summary>What is said about an address that failed; with codes that speak of something else it is not named.</summary>
    public static string Complaint(Address bad) => bad.Status is { Subject: 4, Detail: 6 } || !NamesAddress(bad) ? bad.StatusMessage ?? "" : (bad.Place is { } place ? place + ": " : "") + bad.Text + "... " + bad.StatusMessage;

    /// <summary>What the message's status says of an address that failed at once: users who do not exist are named elsewhere.</summary>
    public static string Message(Address bad) => IsUnknown(bad) ? bad.StatusMessage ?? "" : Complaint(bad);

    /// <summary>Whether an address that failed was good but for its user, which the log has a line of.</summary>
    public static bool IsUnknown(Address bad) => bad is { State: RecipientState.Bad, IsForbidden: false, Mailer.Name: not "*include*", Status: not { Subject: 4, Detail: 6 } };

    private static bool NamesAddress(Address bad) =>
        bad.RemoteReply is not { Length: > 3 } reply || !int.TryParse(reply.AsSpan(0, 3), out int code) || new SmtpReply(code, default, "").NamesAddress;

    private async ValueTask ExpandAsync(Envelope envelope, Address address, CancellationToken cancellation)
    {
        Mailer mailer = address.Mailer!;
        if (mailer.Name == "*include*")
        {
            await IncludeAsync(envelope, address, address.User[9..].Trim(), cancellation).ConfigureAwait(false);
            return;
        }
        if (mailer.Name is "prog" or "*file*")
            return;
        if (address.Controller is not null && mailer.Has('A') && Debug?.Has(27, 1) == true)
        {
            Debug.Output.WriteLine("self_reference(" + address.Text + ")");
            Debug.Output.WriteLine("\t... no self ref");
        }
        bool aliased = !NoAliases && mailer.Has('A') && (address.Flags & RecipientFlags.NotAliased) == 0;
        if (aliased)
            Debug?.Line(27, 1, "alias(" + address.User + ")");
        MapResult alias = aliased ? await AliasOfAsync(address, envelope.Macros, cancellation).ConfigureAwait(false) : MapResult.NotFound;
        if (IsUnavailable(address, alias))
            return;
        if (alias is { IsMatch: true, Value: { } value })
        {
            address.State = RecipientState.Expanded;
            log.Write(10, LogPriority.Info, envelope.Id, "alias " + address.Text + " => " + value);
            Tell((_describes == address ? "" : address.Text + "... ") + "aliased to " + value);
            // What an alias names is done as the standard user, whoever named the alias.
            (address.RunAsName, address.UserId, address.GroupId) = (null, -1, -1);
            Debug?.Line(27, 1, address.Text + " (" + address.Host + ", " + address.User + ") aliased to " + value);
            await AddAsync(envelope, value, address, RecipientFlags.Alias, cancellation).ConfigureAwait(false);
            if (!address.IsCircular || address.State == RecipientState.Bad)
                return;
            address.State = RecipientState.Ok;
            address.IsCircular = false;
        }
        if (mailer.Has('5') && (address.Flags & RecipientFlags.NotAliased) == 0 && await LocalRuleSetAsync(envelope, address, cancellation).ConfigureAwait(false))
            return;
        if (!mailer.Has('w'))
            return;
        string name = address.User;
        int plus = name.IndexOf('+', StringComparison.Ordinal);
        UserRecord? user = LocalUsers.Find(name);
        if (user is null)
        {
            Fail(address, SmtpReply.Of(550, "5.1.1", "User unknown"));
            return;
        }
        address.Home = user.Home;
        address.FullName = user.Gecos.Split(',')[0].Replace("&", char.ToUpperInvariant(user.Name[0]) + user.Name[1..], StringComparison.Ordinal);
        address.UserId = user.UserId;
        address.GroupId = user.GroupId;
        address.RunAsName = user.Name;
        if ((address.Flags & RecipientFlags.NotForwarded) == 0)
            await ForwardAsync(envelope, address, user, plus > 0 ? name[(plus + 1)..] : address.Host, cancellation).ConfigureAwait(false);
    }

    /// <summary>Shows what an alias file consists of that is read in place of its database.</summary>
    public Func<string, string, ValueTask>? Describe { get; init; }

    // Whose aliases were described: the reference does not name it again.
    private Address? _describes;

    private async ValueTask<MapResult> AliasOfAsync(Address address, MacroScope scope, CancellationToken cancellation)
    {
        AliasDatabase.TextReading? readsText = Verbose is not { } verbose ? null : async (path, text) =>
        {
            verbose((_describes == address ? "" : address.Text + "... ") + "WARNING: cannot open alias database " + path + "; reading text version");
            if (text is null || Describe is null)
                return;
            await Describe(path, text).ConfigureAwait(false);
            _describes = address;
        };
        Action<string>? warns = Verbose is null ? null : text => Verbose(address.Text + "... " + text);
        // Other spellings of a user with a detail (user+*) are ruleset 5's to give.
        return await aliases.FindAsync(address.User, scope, cancellation, readsText, warns).ConfigureAwait(false);
    }

    // Whoever an alias may stand for waits until it can be looked up.
    private static bool IsUnavailable(Address address, MapResult alias)
    {
        if (alias.IsMatch || alias.Status != SysExit.TempFail)
            return false;
        address.State = RecipientState.Queued;
        address.ExitStatus = SysExit.TempFail;
        address.StatusMessage = "alias database unavailable";
        return true;
    }
}
