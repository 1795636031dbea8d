using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sendmail.Core.Addressing;
using Sendmail.Core.Replies;
using Sendmail.Posix;
using Sendmail.Wire.Smtp;

namespace Sendmail.Mta.Delivery;

// What is known of hosts, and what it means for recipients.
public sealed partial class SmtpAgent
{
    // What HostStatusDirectory knows against a host.
    private HostOutcome? StatusOf(string host) =>
        _hostStatus.IsUsed && _hostStatus.Find(host) is { Exit: not 0 } known ? new HostOutcome(known.SystemError, (SysExit)known.Exit, known.Status, known.Reply) : null;

    private static string Key(Candidate candidate, IPAddress? address, int port) => string.Create(CultureInfo.InvariantCulture, $"{candidate.Name} {address} {port}");

    // A host that answers works, whatever it thinks of recipients.
    private void NoteHost(DeliveryJob job, string host)
    {
        HostOutcome outcome = job.HostOutcome ?? new HostOutcome(0, SysExit.Ok, "", "");
        if (_hostStatus.IsUsed)
            _hostStatus.Put(host, outcome.SystemError, (int)outcome.Exit, outcome.Status, outcome.Reply);
    }

    // What was found out about a host before is the result again, without a word of what it said then.
    private static void Repeat(DeliveryJob job, HostOutcome known, string host)
    {
        if (known.Exit == SysExit.TempFail)
        {
            Defer(job, known.Status, known.SystemError > 0 ? "Deferred: " + WithHost(known.SystemError, host) : "Deferred");
            return;
        }
        foreach (Address recipient in job.Recipients.Where(r => r.State == RecipientState.Ok))
            DeliveryJob.Set(recipient, RecipientState.Ok, known.Status, known.Exit, "Service unavailable");
    }

    // A temporary result that another machine may still improve; a refusal of ours is no reply of the one before.
    private static void Defer(DeliveryJob job, string status, string message, string? reply = null)
    {
        foreach (Address recipient in job.Recipients.Where(r => r.State == RecipientState.Ok))
        {
            DeliveryJob.Set(recipient, RecipientState.Ok, status, SysExit.TempFail, message, reply ?? (recipient.Status.Class == 5 ? null : recipient.RemoteReply));
        }
    }

    // A machine that does not want to talk at all, for now or for good; another one may.
    private static void Answer(DeliveryJob job, RemoteReply reply, string host, RemoteReply? last)
    {
        job.HostOutcome = reply.IsTemporary ? new HostOutcome(0, SysExit.TempFail, "4.5.0", last?.Text ?? reply.Text) : new HostOutcome(0, SysExit.Unavailable, "5.5.0", reply.Text);
        foreach (Address recipient in job.Recipients.Where(r => r.State == RecipientState.Ok))
        {
            recipient.StatusHost = host;
            job.AfterLog(() => recipient.StatusHost = null);
            if (reply.IsTemporary)
                DeliveryJob.Set(recipient, RecipientState.Ok, "4.5.0", SysExit.TempFail, "Deferred: " + reply.Text, reply.Text);
            else
                DeliveryJob.Set(recipient, RecipientState.Ok, "5.5.0", SysExit.Unavailable, "Service unavailable", reply.Text);
        }
    }

    private static int ErrorNumber(Exception e) => e is SocketException s ? s.NativeErrorCode : TimedOutError;

    // The system's word for an error, with the host where that says which.
    private static string WithHost(int error, string host)
    {
        const int networkDown = 100;
        const int networkUnreachable = 101;
        const int reset = 104;
        const int refused = 111;
        const int hostDown = 112;
        const int noRoute = 113;
        string text = Posix.Files.ErrorText(error);
        return error switch
        {
            TimedOutError => text + " with " + host,
            refused => text + " by " + host,
            reset => "Connection reset by " + host,
            networkDown or networkUnreachable or hostDown or noRoute => host + ": " + text,
            _ => text,
        };
    }
}
