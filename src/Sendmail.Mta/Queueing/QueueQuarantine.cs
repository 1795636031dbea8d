using System.Globalization;
using System.Text;
using Sendmail.Core;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Posix;

namespace Sendmail.Mta.Queueing;

/// <summary>
/// Puts messages into quarantine and takes them out again (-Q with -qI, -qR, -qS, -qQ): the q line of the control file is
/// changed and the file renamed between qf and hf; everything else stays as it is.
/// </summary>
public sealed class QueueQuarantine(Configuration configuration, QueueStore store, IMailLog log, TimeProvider clock)
{
    private readonly QueueScan _scan = new(configuration, store, log, clock);

    /// <summary>Changes the selected messages. <paramref name="reason"/> null or empty ends their quarantine.</summary>
    /// <param name="reason">Why they are held.</param>
    /// <param name="selection">The messages.</param>
    /// <param name="verbose">Shows each change, null for nobody.</param>
    public void Run(string? reason, QueueSelection selection, Action<string>? verbose)
    {
        int changes = 0;
        var summary = new QueueSummary();
        foreach ((string group, string directory) in store.Directories)
        {
            if (selection.Group is { } only && !group.Equals(only, StringComparison.OrdinalIgnoreCase))
                continue;
            QueueWork messages = _scan.Gather(directory, selection, true);
            if (messages.Found == 0)
            {
                verbose?.Invoke(directory + ": no matches");
                continue;
            }
            var path = new OctetPath(messages.Control);
            verbose?.Invoke("Processing " + directory + ":");
            for (int i = 0; i < messages.Count; i++)
            {
                summary.Read(path.Of(messages.Name(i)), false);
                string? before = summary.IsQuarantined ? QueueSummary.Text(summary.Quarantine) : null;
                changes += Change(messages[i], before, string.IsNullOrEmpty(reason) ? null : reason, verbose) ? 1 : 0;
            }
        }
        verbose?.Invoke(changes == 0 ? "No changes" : string.Create(CultureInfo.InvariantCulture, $"{changes} change{(changes == 1 ? "" : "s")}"));
    }

    private bool Change(QueueEntry entry, string? before, string? reason, Action<string>? verbose)
    {
        if (before == reason)
            return false;
        string directory = Path.GetDirectoryName(entry.ControlPath)!;
        try
        {
            using FileStream file = Files.Open(entry.ControlPath, FileAccess.ReadWrite);
            if (!FileLock.TryLockExclusive(file.SafeFileHandle))
            {
                verbose?.Invoke(entry.Id + ": locked");
                return false;
            }
            byte[] octets = new byte[file.Length];
            file.ReadExactly(octets);
            Replace(directory, entry, WithReason(Latin1.ToString(octets), reason), reason is null ? 'q' : 'h');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Write(0, LogPriority.Critical, entry.Id, "SYSERR(root): quarantine: " + e.Message);
            verbose?.Invoke(entry.Id + ": " + e.Message);
            return false;
        }
        log.Write(5, LogPriority.Info, entry.Id, reason is null ? "unquarantine" : "quarantine=" + reason);
        verbose?.Invoke(entry.Id + ": " + (reason is null ? "Removed quarantine of \"" + before + "\""
            : before is null ? "Quarantined with \"" + reason + "\"" : "Quarantine changed from \"" + before + "\" to \"" + reason + "\""));
        return true;
    }

    // The reason stands right before the sender.
    private static string WithReason(string text, string? reason)
    {
        var result = new StringBuilder(text.Length + 64);
        foreach (string line in text.Split('\n'))
        {
            if (line.StartsWith('q'))
                continue;
            if (line.StartsWith('S') && reason is not null)
                result.Append('q').Append(reason.Replace('\n', ' ').Replace('\r', ' ')).Append('\n');
            result.Append(line).Append('\n');
        }
        result.Length--;
        return result.ToString();
    }

    private void Replace(string directory, QueueEntry entry, string text, char kind)
    {
        string temporary = directory + "/tf" + entry.Id;
        File.Delete(temporary);
        using (FileStream file = Files.CreateNew(temporary, configuration.Options.Get(OptionTable.QueueFileMode)))
        {
            file.Write(Latin1.ToBytes(text));
            Files.Sync(file.SafeFileHandle);
        }
        string target = directory + "/" + kind + "f" + entry.Id;
        File.Move(temporary, target, true);
        if (target != entry.ControlPath)
            File.Delete(entry.ControlPath);
        Files.SyncDirectory(directory);
    }
}
