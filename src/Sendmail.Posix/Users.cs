using System.Runtime.InteropServices;
using System.Text;

namespace Sendmail.Posix;

/// <summary>One line of the user database (getpwnam). Text has one char per octet.</summary>
public sealed record UserRecord(string Name, int UserId, int GroupId, string Gecos, string Home, string Shell)
{
    /// <summary>The name of a person: the gecos field up to its first comma, with the login name, capital, in place of <c>&amp;</c>.</summary>
    public string FullName => Gecos.Split(',')[0].Replace("&", Name.Length > 0 ? char.ToUpperInvariant(Name[0]) + Name[1..] : "", StringComparison.Ordinal);
}

/// <summary>One line of the group database.</summary>
public sealed record GroupRecord(string Name, int GroupId);

/// <summary>Users and groups as the system knows them (nsswitch), and who runs this process.</summary>
public static class Users
{
    private const int BufferSize = 16384;
    private const uint Unchanged = uint.MaxValue;

    private static int _invoker = -1;

    /// <summary>Real user id of whoever started this process, also when it has become another user since (<see cref="Become"/>).</summary>
    public static int RealUserId => _invoker >= 0 ? _invoker : (int)LibC.GetUid();
    /// <summary>Effective user id of this process.</summary>
    public static int EffectiveUserId => (int)LibC.GetEuid();
    /// <summary>Real group id of this process.</summary>
    public static int RealGroupId => (int)LibC.GetGid();
    /// <summary>Effective group id of this process.</summary>
    public static int EffectiveGroupId => (int)LibC.GetEgid();

    /// <summary>The user called <paramref name="name"/>, null when there is none.</summary>
    public static unsafe UserRecord? FindByName(string name)
    {
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal))
            return null;
        LibC.PasswdEntry entry;
        LibC.PasswdEntry* result;
        byte[] buffer = new byte[BufferSize];
        fixed (byte* at = buffer)
        {
            _ = LibC.GetPwNam(name, &entry, at, buffer.Length, &result);
            return result is null ? null : Convert(entry);
        }
    }

    /// <summary>The user with this id, null when there is none.</summary>
    public static unsafe UserRecord? FindById(int id)
    {
        LibC.PasswdEntry entry;
        LibC.PasswdEntry* result;
        byte[] buffer = new byte[BufferSize];
        fixed (byte* at = buffer)
        {
            _ = LibC.GetPwUid((uint)id, &entry, at, buffer.Length, &result);
            return result is null ? null : Convert(entry);
        }
    }

    /// <summary>The group called <paramref name="name"/>, null when there is none.</summary>
    public static unsafe GroupRecord? FindGroup(string name)
    {
        LibC.GroupEntry entry;
        LibC.GroupEntry* result;
        byte[] buffer = new byte[BufferSize * 4];
        fixed (byte* at = buffer)
        {
            _ = LibC.GetGrNam(name, &entry, at, buffer.Length, &result);
            return result is null ? null : new GroupRecord(Text(entry.Name), (int)entry.GroupId);
        }
    }

    /// <summary>All groups of a user, his own first.</summary>
    public static unsafe int[] GroupsOf(string user, int group)
    {
        uint[] groups = new uint[256];
        int count = groups.Length;
        fixed (uint* at = groups)
        {
            if (LibC.GetGroupList(user, (uint)group, at, &count) < 0)
                return [group];
        }
        return Array.ConvertAll(groups[..count], id => (int)id);
    }

    /// <summary>Root becomes another user with one group, for good and in every thread (option RunAsUser).</summary>
    /// <exception cref="IOException">The system does not allow it.</exception>
    public static unsafe void Become(int user, int group)
    {
        int invoker = RealUserId;
        uint groups = (uint)group;
        if (LibC.SetGroups(1, &groups) != 0 || LibC.SetGid(groups) != 0 || LibC.SetUid((uint)user) != 0)
            throw new IOException(FormattableString.Invariant($"cannot become user {user}, group {group}: ") + Files.ErrorText(Marshal.GetLastPInvokeError()));
        _invoker = invoker;
    }

    /// <summary>Gives up what the set-group-ID bit of the program gave, for good. Root keeps what it has.</summary>
    public static void DropGroup()
    {
        if (RealUserId != 0 && EffectiveGroupId != RealGroupId && LibC.SetResGid(LibC.GetGid(), LibC.GetGid(), LibC.GetGid()) != 0)
            throw new IOException("cannot give up the group");
    }

    /// <summary>Runs <paramref name="action"/> without the group that the set-group-ID bit of the program gave: for files of the user's own.</summary>
    /// <exception cref="IOException">The group cannot be given up or taken again.</exception>
    public static T WithoutGroup<T>(Func<T> action)
    {
        uint group = LibC.GetEgid();
        if (RealUserId == 0 || group == LibC.GetGid())
            return action();
        if (LibC.SetResGid(Unchanged, LibC.GetGid(), Unchanged) != 0)
            throw new IOException("cannot give up the group");
        try
        {
            return action();
        }
        finally
        {
            if (LibC.SetResGid(Unchanged, group, Unchanged) != 0)
                throw new IOException("cannot take the group again");
        }
    }

    private static UserRecord Convert(in LibC.PasswdEntry entry) => new(
        Text(entry.Name), (int)entry.UserId, (int)entry.GroupId, Text(entry.Gecos), Text(entry.Directory), Text(entry.Shell));

    private static unsafe string Text(nint pointer) => pointer == 0
        ? ""
        : Encoding.Latin1.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)pointer));
}
