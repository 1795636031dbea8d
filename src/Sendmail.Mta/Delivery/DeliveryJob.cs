using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;

namespace Sendmail.Mta.Delivery;

/// <summary>One transaction: recipients that share mailer and preferred machines; <paramref name="host"/> is the last one's.</summary>
public sealed class DeliveryJob(Envelope envelope, Mailer mailer, string host, List<Address> recipients, MacroScope scope)
{
    /// <summary>The message.</summary>
    public Envelope Envelope => envelope;
    /// <summary>The mailer.</summary>
    public Mailer Mailer => mailer;
    /// <summary>Host part of the triple.</summary>
    public string Host => host;
    /// <summary>The recipients.</summary>
    public IReadOnlyList<Address> Recipients => recipients;
    /// <summary>Whether there is still somebody to be delivered to.</summary>
    internal bool IsOpen => recipients.Exists(static r => r.State == RecipientState.Ok);
    /// <summary>The recipients it began with.</summary>
    internal IReadOnlyList<Address> All { get; } = [.. recipients];
    /// <summary>Macros for this delivery: <c>$g $h $u</c> over the message's own.</summary>
    public MacroScope Scope => scope;
    /// <summary>Name and address of the machine that was talked to, as <c>relay=</c> shows it; null when none.</summary>
    public string? Relay { get; set; }
    /// <summary>The last command sent, for the transcript; null when it is there already.</summary>
    public string? LastCommand { get; set; }
    /// <summary>Where the dialogue is shown (-v), null when nowhere.</summary>
    public Action<string>? Verbose { get; init; }

    /// <summary>What the last session said about its host; null when there was none, or nothing but about recipients.</summary>
    internal HostOutcome? HostOutcome { get; set; }
    /// <summary>Knows who shares which machines; null when all go to the same host.</summary>
    internal DeliveryOrder? Order { get; init; }

    private readonly List<Address> _settled = [];
    private readonly List<Address> _setAside = [];
    private readonly HashSet<Address> _keptBack = [];
    private readonly List<Address> _waiting = [];
    private readonly List<Action> _afterLog = [];

    /// <summary>Recipients whose result was final before the others', in that order; each is told and logged on its own.</summary>
    public IReadOnlyList<Address> Settled => _settled;

    /// <summary>Hears of each recipient that was settled without being reached.</summary>
    internal Action<Address>? OnFailure { get; init; }

    /// <summary>Writes the log's line of each recipient that was settled.</summary>
    internal Action<Address>? OnSettled { get; set; }

    /// <summary>Notes that a recipient has its result, and shows it unless it failed for good, which its report tells.</summary>
    public void Settle(Address recipient)
    {
        _settled.Add(recipient);
        recipient.OwnMessage = recipient.State == RecipientState.Queued ? recipient.StatusMessage : null;
        OnSettled?.Invoke(recipient);
        if (recipient.State is RecipientState.Bad or RecipientState.Queued)
            OnFailure?.Invoke(recipient);
        if (recipient.State != RecipientState.Bad)
            Verbose?.Invoke(recipient.Text + "... " + recipient.StatusMessage);
    }

    /// <summary>Recipients that were once settled for one machine alone, and could be tried at another.</summary>
    public IReadOnlyCollection<Address> KeptBack => _keptBack;

    /// <summary>Settles a recipient for the machine at hand: its result stands unless another machine is tried.</summary>
    public void KeepBack(Address recipient)
    {
        Settle(recipient);
        _keptBack.Add(recipient);
        _waiting.Add(recipient);
    }

    /// <summary>Another machine is tried: those that were kept back are in the game again, and who was reached is told first.</summary>
    public void Reopen()
    {
        if (_waiting.Count == 0)
            return;
        foreach (Address reached in recipients.Where(r => r.State == RecipientState.Sent && !_settled.Contains(r)))
            Settle(reached);
        foreach (Address recipient in _waiting)
        {
            _settled.Remove(recipient);
            recipient.State = RecipientState.Ok;
        }
        _waiting.Clear();
    }

    /// <summary>Recipients that were taken out, for transactions of their own.</summary>
    internal IReadOnlyList<Address> SetAside => _setAside;

    /// <summary>
    /// The preferred machines failed: only those go on to the next whose other machines are the last recipient's. Who has no result
    /// yet is set aside; who was kept back keeps it.
    /// </summary>
    internal async ValueTask LeavePreferredAsync(CancellationToken cancellation)
    {
        if (Order is null || recipients.TrueForAll(r => r.Host.Equals(host, StringComparison.OrdinalIgnoreCase)))
            return;
        string ours = (await Order.FindAsync(recipients[^1], cancellation).ConfigureAwait(false)).All;
        foreach (Address recipient in recipients.FindAll(r => r.State == RecipientState.Ok || _waiting.Contains(r)))
        {
            if ((await Order.FindAsync(recipient, cancellation).ConfigureAwait(false)).All == ours || _waiting.Remove(recipient))
                continue;
            recipients.Remove(recipient);
            _setAside.Insert(0, recipient);
        }
    }

    /// <summary>Gives the message a status for lists of the queue; the first reason of an attempt stays.</summary>
    public void NoteStatus(string text) => envelope.StatusMessage ??= text;

    /// <summary>Does something when the results are in the log.</summary>
    public void AfterLog(Action action) => _afterLog.Add(action);

    /// <summary>The results are in the log now.</summary>
    internal void Logged() => _afterLog.ForEach(static a => a());

    /// <summary>Gives every recipient that has no result yet this one.</summary>
    public void SetAll(RecipientState state, string status, SysExit exit, string message, string? reply = null)
    {
        foreach (Address recipient in recipients)
        {
            if (recipient.State == RecipientState.Ok)
                Set(recipient, state, status, exit, message, reply);
        }
    }

    /// <summary>Gives a recipient an enhanced status code.</summary>
    internal static void SetStatus(Address recipient, string status)
    {
        EnhancedStatus.TryParse(status, out EnhancedStatus parsed);
        recipient.Status = parsed;
    }

    /// <summary>The result of one recipient. <paramref name="status"/> is an enhanced status code.</summary>
    public static void Set(Address recipient, RecipientState state, string status, SysExit exit, string message, string? reply = null)
    {
        recipient.State = state;
        SetStatus(recipient, status);
        recipient.ExitStatus = exit;
        recipient.StatusMessage = message;
        recipient.RemoteReply = reply;
    }
}

/// <summary>What carries messages for one kind of mailer. Results go into the recipients; nothing is thrown for mail that fails.</summary>
public interface IDeliveryAgent
{
    /// <summary>Delivers one job.</summary>
    ValueTask DeliverAsync(DeliveryJob job, CancellationToken cancellation);
}
