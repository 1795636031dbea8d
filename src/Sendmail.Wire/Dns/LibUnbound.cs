using System.Runtime.InteropServices;

namespace Sendmail.Wire.Dns;

/// <summary>libunbound, the validating and caching resolver (Debian: libunbound8).</summary>
internal static unsafe partial class LibUnbound
{
    private const string Name = "libunbound.so.8";

    [StructLayout(LayoutKind.Sequential)]
    internal struct Result
    {
        internal byte* QueryName;
        internal int QueryType;
        internal int QueryClass;
        internal byte** Data;
        internal int* Length;
        internal byte* CanonicalName;
        internal int ReplyCode;
        internal void* AnswerPacket;
        internal int AnswerLength;
        internal int HaveData;
        internal int NxDomain;
        internal int Secure;
        internal int Bogus;
        internal byte* WhyBogus;
        internal int WasRateLimited;
        internal int TimeToLive;
    }

    [LibraryImport(Name, EntryPoint = "ub_ctx_create")]
    internal static partial nint Create();

    [LibraryImport(Name, EntryPoint = "ub_ctx_set_option", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetOption(nint context, string option, string value);

    [LibraryImport(Name, EntryPoint = "ub_ctx_set_fwd", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetForwarder(nint context, string address);

    [LibraryImport(Name, EntryPoint = "ub_ctx_zone_remove", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int RemoveZone(nint context, string zone);

    [LibraryImport(Name, EntryPoint = "ub_ctx_async")]
    internal static partial int SetThreaded(nint context, int thread);

    [LibraryImport(Name, EntryPoint = "ub_fd")]
    internal static partial int Descriptor(nint context);

    [LibraryImport(Name, EntryPoint = "ub_process")]
    internal static partial int Process(nint context);

    [LibraryImport(Name, EntryPoint = "ub_resolve_async")]
    internal static partial int ResolveAsync(nint context, byte* name, int type, int klass, nint data,
        delegate* unmanaged[Cdecl]<nint, int, Result*, void> callback, int* id);

    [LibraryImport(Name, EntryPoint = "ub_cancel")]
    internal static partial int Cancel(nint context, int id);

    [LibraryImport(Name, EntryPoint = "ub_resolve_free")]
    internal static partial void Free(Result* result);

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollEntry
    {
        internal int Descriptor;
        internal short Events;
        internal short Returned;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    internal static partial int Poll(PollEntry* entries, ulong count, int milliseconds);
}
