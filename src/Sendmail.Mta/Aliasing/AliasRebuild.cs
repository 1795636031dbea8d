using System.Globalization;
using System.Text;
using Sendmail.Core;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Maps.BerkeleyDb;
using Sendmail.Posix;

namespace Sendmail.Mta.Aliasing;

/// <summary>newaliases and -bi: makes the alias databases anew from their text files, with a message for every wrong line.</summary>
public sealed class AliasRebuild(MtaServices services, TextWriter output, string program)
{
    private const int DatabaseMode = 0x1A0;
    private readonly bool _checkValues = services.Configuration.Options.Get(OptionTable.CheckAliases);
    private readonly List<string> _complaints = [];
    private SysExit _exit = SysExit.Ok;

    /// <summary>Rebuilds all of them. The rest of a file is built when a line is wrong.</summary>
    /// <returns>Software when a line or file was wrong, Usage for an address that CheckAliases found, otherwise Ok.</returns>
    public async ValueTask<SysExit> RunAsync(CancellationToken cancellation)
    {
        foreach ((string path, string type) in services.Aliases.Databases)
            await RebuildAsync(path, type, cancellation).ConfigureAwait(false);
        return _exit;
    }

    private async ValueTask RebuildAsync(string path, string type, CancellationToken cancellation)
    {
        SafeFileResult safe = SafeFile.Check(path, new SafeFileRequest { SafeDirectories = false });
        string text;
        try
        {
            if (!safe.Ok && File.Exists(path))
            {
                output.WriteLine(program + ": cannot open " + path + ": " + safe.Reason);
                return;
            }
            text = await File.ReadAllTextAsync(path, Encoding.Latin1, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            output.WriteLine("WARNING: cannot open alias database " + path);
            NotCreated(path);
            return;
        }
        var writer = new DatabaseWriter(type != "btree");
        string summary = await TakeAsync(path, text, writer, cancellation).ConfigureAwait(false);
        byte[] marker = [(byte)'@', 0];
        writer.Set(marker, marker);
        bool stored = Store(path, writer);
        if (stored)
            services.Log.Write(8, LogPriority.Notice, null, "alias database " + path + " rebuilt by " + (Users.FindById(Users.RealUserId)?.Name ?? "unknown"));
        // The log has the rebuilding first, what is wrong with the lines behind it.
        foreach (string complaint in _complaints)
            services.Log.Write(0, LogPriority.Critical, "NOQUEUE", complaint);
        _complaints.Clear();
        if (!stored)
            return;
        output.WriteLine(summary);
        services.Log.Write(8, LogPriority.Info, null, summary);
    }

    /// <summary>Says what newaliases would of a text that stands in for its database, which is not made.</summary>
    public async ValueTask DescribeAsync(string path, string text, CancellationToken cancellation) =>
        output.WriteLine(await TakeAsync(path, text, new DatabaseWriter(true), cancellation).ConfigureAwait(false));

    // All lines of a file, and how many there were.
    private async ValueTask<string> TakeAsync(string path, string text, DatabaseWriter writer, CancellationToken cancellation)
    {
        long total = 0;
        int longest = 0;
        int count = 0;
        foreach (AliasEntry entry in AliasText.Read(text))
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"{path}: line {entry.Line}: ");
            if (entry.Problem is not null)
            {
                Complain(place + (entry.Name.Length > 0 ? entry.Name + "... " : "") + entry.Problem, true);
                continue;
            }
            if (await KeyAsync(entry, place, cancellation).ConfigureAwait(false) is not { } name)
                continue;
            byte[] key = [.. Latin1.ToBytes(name), 0];
            if (writer.Find(key) is not null)
                output.WriteLine(place + entry.Name + "... Warning: duplicate alias name " + name);
            if (_checkValues)
                await CheckAsync(entry, place, cancellation).ConfigureAwait(false);
            writer.Set(key, [.. Latin1.ToBytes(entry.Value), 0]);
            count++;
            longest = Math.Max(longest, entry.Value.Length);
            total += name.Length + entry.Value.Length;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{path}: {count} aliases, longest {longest} bytes, {total} bytes total");
    }

    private void Complain(string message, bool serious)
    {
        output.WriteLine(message);
        if (!serious)
            return;
        _complaints.Add("SYSERR(root): " + message);
        _exit = SysExit.Software;
    }

    // The name must be a local one; its own domain is taken off.
    private async ValueTask<string?> KeyAsync(AliasEntry entry, string place, CancellationToken cancellation)
    {
        if (entry.Name.StartsWith(':'))
            return AddressParser.AsciiLower(entry.Name);
        if (CrackedAddress.Unbalanced(entry.Name) is { } unbalanced)
        {
            Complain(place + entry.Name + ": " + entry.Value + "... " + unbalanced, false);
            return null;
        }
        ParsedAddress parsed = await services.Addresses.ParseAsync(entry.Name, services.NewScope(), AddressRole.Recipient, cancellation).ConfigureAwait(false);
        if (parsed.Error is { } error)
            Complain(place + entry.Name + "... " + error.Text, false);
        if (parsed.Address is not { Mailer: { } mailer } address || !mailer.Has('A') || entry.Name[0] is '|' or '/')
        {
            Complain(place + entry.Name + "... cannot alias non-local names", true);
            return null;
        }
        string name = entry.Name[0] == '"' ? entry.Name : address.User;
        return AddressParser.AsciiLower(name);
    }

    // CheckAliases: every address of the value must be understood.
    private async ValueTask CheckAsync(AliasEntry entry, string place, CancellationToken cancellation)
    {
        foreach (string written in AddressList.Split(entry.Value))
        {
            string target = written.TrimEnd();
            if (target[0] is '|' or '/' or ':' or '"' or '\\')
                continue;
            ParsedAddress parsed = await services.Addresses.ParseAsync(target, services.NewScope(), AddressRole.Recipient, cancellation).ConfigureAwait(false);
            if (parsed.Error is not { } error)
                continue;
            output.WriteLine(place + target + "... " + error.Text);
            if (_exit == SysExit.Ok)
                _exit = SysExit.Usage;
        }
    }

    // Complete and on disk under another name first: who reads meanwhile finds the old one.
    private bool Store(string path, DatabaseWriter writer)
    {
        string target = path + ".db";
        string temporary = target + "." + Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        try
        {
            using (FileStream stream = Files.CreateNew(temporary, Files.Facts(target) is { } old ? (int)old.Permissions : DatabaseMode))
            {
                using var buffered = new BufferedStream(stream, 1 << 16);
                writer.WriteTo(buffered);
                buffered.Flush();
                Files.Sync(stream.SafeFileHandle);
            }
            File.Move(temporary, target, true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Who may not write beside the text cannot lock it either.
            if (e is UnauthorizedAccessException)
            {
                output.WriteLine("warning: cannot lock " + path + ": Success");
                output.WriteLine("WARNING: cannot open alias database " + path);
            }
            NotCreated(path);
            return false;
        }
    }

    private void NotCreated(string path)
    {
        string text = "Cannot create database for alias file " + path;
        output.WriteLine(text);
        services.Log.Write(0, LogPriority.Critical, "NOQUEUE", "SYSERR(" + (Users.FindById(Users.RealUserId)?.Name ?? "root") + "): " + text);
        _exit = SysExit.Software;
    }
}
