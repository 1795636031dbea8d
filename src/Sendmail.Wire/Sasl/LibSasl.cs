using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sendmail.Wire.Sasl;

/// <summary>libsasl2, Cyrus SASL (Debian: libsasl2-2; mechanisms in libsasl2-modules). Loaded when first called.</summary>
internal static unsafe partial class LibSasl
{
    private const string Name = "libsasl2.so.2";

    internal const int Ok = 0;
    internal const int Continue = 1;
    internal const int NoMechanism = -4;
    internal const int TryAgain = -8;
    internal const int Unavailable = -24;
    internal const int PropertyUserName = 0;
    internal const int PropertyStrength = 1;
    internal const int PropertyAuthenticationUser = 16;
    internal const int PropertyExternalStrength = 100;
    internal const int PropertySecurity = 101;
    internal const int PropertyExternal = 102;

    [StructLayout(LayoutKind.Sequential)]
    internal struct Callback
    {
        internal nuint Id;
        internal nint Function;
        internal nint Context;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct SecurityProperties
    {
        internal uint MinimumStrength;
        internal uint MaximumStrength;
        internal uint BufferSize;
        internal uint Flags;
        internal nint PropertyNames;
        internal nint PropertyValues;
    }

    private static Callback* _callbacks;

    /// <summary>The library would write to its own log; the reasons are in ours.</summary>
    internal static Callback* Callbacks
    {
        get
        {
            if (_callbacks is not null)
                return _callbacks;
            // Never freed: the library keeps the address for the life of the process.
            var list = (Callback*)NativeMemory.AllocZeroed(2, (nuint)sizeof(Callback));
            list[0].Id = 2;
            list[0].Function = (nint)(delegate* unmanaged[Cdecl]<nint, int, nint, int>)&Quiet;
            return _callbacks = list;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Quiet(nint context, int level, nint message) => Ok;

    [LibraryImport(Name, EntryPoint = "sasl_server_init", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Initialize(Callback* callbacks, string application);

    [LibraryImport(Name, EntryPoint = "sasl_server_new", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int New(string service, string host, string? realm, string? local, string? remote, Callback* callbacks, uint flags, out nint connection);

    [LibraryImport(Name, EntryPoint = "sasl_dispose")]
    internal static partial void Dispose(ref nint connection);

    [LibraryImport(Name, EntryPoint = "sasl_setprop")]
    internal static partial int Set(nint connection, int property, void* value);

    [LibraryImport(Name, EntryPoint = "sasl_getprop")]
    internal static partial int Get(nint connection, int property, out nint value);

    [LibraryImport(Name, EntryPoint = "sasl_listmech", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int List(nint connection, string? user, string prefix, string separator, string suffix, out nint result, out uint length, out int count);

    [LibraryImport(Name, EntryPoint = "sasl_server_start", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Start(nint connection, string mechanism, byte* input, uint length, out byte* output, out uint outputLength);

    [LibraryImport(Name, EntryPoint = "sasl_server_step")]
    internal static partial int Step(nint connection, byte* input, uint length, out byte* output, out uint outputLength);

    [LibraryImport(Name, EntryPoint = "sasl_errdetail")]
    internal static partial nint Detail(nint connection);

    [LibraryImport(Name, EntryPoint = "sasl_errstring")]
    internal static partial nint Text(int code, nint languages, nint used);
}
