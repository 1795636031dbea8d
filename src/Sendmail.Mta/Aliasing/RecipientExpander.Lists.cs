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

/// <summary>Recipients from files: :include: lists and .forward.</summary>
public sealed partial class RecipientExpander
{
    private async ValueTask IncludeAsync(Envelope envelope, Address address, string path, CancellationToken cancellation)
    {
        Debug?.Line(27, 2, "include(" + path + ")");
        // A list of the alias file is read as the user that its programs run as.
        RunAs standard = configuration.Options.Get(OptionTable.DefaultUser);
        Tell(address.Text + "... including file " + path);
        int reader = address.UserId > 0 ? address.UserId : standard.UserId;
        SafeFileResult safe = !path.StartsWith('/') ? new SafeFileResult(false, "Permission denied", path)
            : Directory.Exists(path) ? new SafeFileResult(false, "Regular files only", path)
            : SafeFile.Check(path, new SafeFileRequest
            {
                SafeDirectories = !Blamed("IncludeFileInUnsafeDirPath", "IncludeFileInUnsafeDirPathSafe"),
                GroupWritableDirectoriesSafe = Blamed("GroupWritableDirPathSafe", "IncludeFileInGroupWritableDirPath", "IncludeFileInGroupWritableDirPathSafe"),
                NoGroupWritable = configuration.Options.Get(OptionTable.UnsafeGroupWrites) && !Blamed("GroupWritableIncludeFile", "GroupWritableIncludeFileSafe"),
                NoWorldWritable = !Blamed("WorldWritableIncludeFile", "WorldWritableIncludeFileSafe"),
            });
        if (safe.Ok && Users.EffectiveUserId == 0 && !SafeFile.CanRead(path, reader, address.GroupId > 0 ? address.GroupId : standard.GroupId))
            safe = new SafeFileResult(false, "Permission denied", path);
        string? text = safe.Ok ? ReadList(path) : null;
        if (text is null)
        {
            string reason = safe.Reason ?? "Permission denied";
            Fail(address, SmtpReply.Of(550, "5.2.4", "Cannot open " + path + ": " + reason));
            address.ExitStatus = SysExit.Usage;
            return;
        }
        address.State = RecipientState.Expanded;
        if (Files.Facts(path) is { } facts)
        {
            UserRecord? owner = Users.FindById(facts.UserId);
            address.UserId = (int)facts.UserId;
            address.GroupId = owner?.GroupId ?? (int)facts.GroupId;
            address.RunAsName = owner?.Name;
        }
        if (!await AddLinesAsync(envelope, address, path, "sending to", text, cancellation).ConfigureAwait(false))
        {
            Fail(address, SmtpReply.Of(554, "5.4.6", "aliasing/forwarding loop broken"));
            address.Mailer = null;
        }
    }

    private async ValueTask ForwardAsync(Envelope envelope, Address address, UserRecord user, string detail, CancellationToken cancellation)
    {
        Debug?.Line(27, 1, "forward(" + address.Text + ")");
        string path = configuration.Options.Get(OptionTable.ForwardPath);
        if (path.Length == 0)
            return;
        var scope = new MacroScope(envelope.Macros)
        {
            ["z"] = user.Home, ["u"] = user.Name, ["h"] = detail, ["f"] = address.FullName ?? "",
        };
        foreach (string pattern in path.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string file = MacroExpander.Expand(pattern.Trim(), scope);
            Debug?.Line(27, 3, "forward: trying " + file);
            Debug?.Line(27, 2, "include(" + file + ")");
            // The way to a file is looked at also when there is no file.
            SafeFileResult safe = SafeFile.Check(file, new SafeFileRequest { UserId = user.UserId, OwnerMatters = true, SafeDirectories = !Blamed("ForwardFileInUnsafeDirPath", "ForwardFileInUnsafeDirPathSafe"),
                GroupWritableDirectoriesSafe = Blamed("GroupWritableDirPathSafe", "ForwardFileInGroupWritableDirPath", "ForwardFileInGroupWritableDirPathSafe"),
                 NoGroupWritable = !Blamed("GroupWritableForwardFile", "GroupWritableForwardFileSafe"), NoWorldWritable = !Blamed("WorldWritableForwardFile") });
            if (!safe.Ok)
                Debug?.Line(27, 4, string.Create(CultureInfo.InvariantCulture, $"include: not safe (uid={user.UserId}): {safe.Reason}"));
            if (!safe.Ok && !Path.Exists(file) && (safe.UnsafePath == file || !Path.Exists(safe.UnsafePath)))
                continue;
            if (safe.Ok && Users.EffectiveUserId == 0 && !SafeFile.CanRead(file, user.UserId, user.GroupId))
                safe = new SafeFileResult(false, "Permission denied", file);
            if (!safe.Ok)
            {
                string why = safe.Reason == "Is a directory" ? "Regular files only" : safe.Reason ?? "Permission denied";
                log.Write(9, LogPriority.Warning, LogId(envelope), "forward " + file + ": " + why);
                Tell(address.Text + "... forward: " + file + ": " + why);
                continue;
            }
            if (ReadList(file) is not { } text || text.Trim().Length == 0)
                continue;
            address.State = RecipientState.Expanded;
            address.IsCircular = false;
            int before = envelope.Recipients.Count;
            bool reachedBefore = _reached;
            _reached = false;
            log.Write(10, LogPriority.Info, envelope.Id, "forward " + address.Text + " => " + text.Trim().Replace('\n', ','));
            // A file of comments forwards nothing, and neither does one that names nobody but somebody whom this one is forwarded from.
            await AddLinesAsync(envelope, address, file, "forwarding to", text, cancellation).ConfigureAwait(false);
            if (address.State == RecipientState.Expanded && (address.IsCircular || (envelope.Recipients.Count == before && !_reached)))
                address.State = RecipientState.Ok;
            _reached |= reachedBefore;
            return;
        }
    }

    // What is looked at for a report is told of as the message's that it is about.
    private static string? LogId(Envelope envelope) => (envelope.About ?? envelope).Id;

    // Whether the administrator allowed it (DontBlameSendmail).
    private bool Blamed(params ReadOnlySpan<string> words)
    {
        IReadOnlySet<string> allowed = configuration.Options.Get(OptionTable.DontBlameSendmail);
        foreach (string word in words)
        {
            foreach (string given in allowed)
            {
                if (given.Equals(word, StringComparison.OrdinalIgnoreCase))
                    return true;
            }
        }
        return false;
    }

    /// <returns>Whether there was an address in it.</returns>
    private async ValueTask<bool> AddLinesAsync(Envelope envelope, Address address, string path, string what, string text, CancellationToken cancellation)
    {
        int number = 0;
        bool any = false;
        foreach (string line in text.Split('\n'))
        {
            number++;
            string entry = line.Trim();
            if (entry.Length == 0 || entry[0] == '#')
                continue;
            Verbose?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{path}: line {number}: {what} {entry}"));
            string? outer = _place;
            _place = string.Create(CultureInfo.InvariantCulture, $"{path}: line {number}");
            try
            {
                await AddAsync(envelope, entry, address, RecipientFlags.None, cancellation).ConfigureAwait(false);
            }
            finally
            {
                _place = outer;
            }
            any = true;
        }
        return any;
    }

    private static string? ReadList(string path)
    {
        try
        {
            return File.ReadAllText(path, Encoding.Latin1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
