using System.Runtime.InteropServices;

namespace Sendmail.Wire.Sasl;

/// <summary>
/// The server side of one AUTH exchange (RFC 4954) by Cyrus SASL: its mechanisms, its <c>Sendmail.conf</c>, its databases. No
/// security layer is negotiated: that is what TLS is for. The library is not asked by two threads at once.
/// </summary>
public sealed unsafe class SaslServer : IDisposable
{
    private static readonly Lock _gate = new();
    private static bool? _ready;
    private static readonly Dictionary<(uint Flags, int Strength, bool External), string[]> _offered = [];
    private nint _connection;

    private SaslServer(nint connection) => _connection = connection;

    /// <summary>Why there is no SASL here, null when there is or nobody has asked yet.</summary>
    public static string? Unusable { get; private set; }

    private static bool Ready()
    {
        if (_ready is { } known)
            return known;
        try
        {
            int code = LibSasl.Initialize(LibSasl.Callbacks, "Sendmail");
            if (code != LibSasl.Ok)
                Unusable = "SASL cannot be initialized: " + Words(code);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            Unusable = "SASL is not there: libsasl2.so.2 cannot be loaded (Debian package libsasl2-2)";
        }
        return (_ready = Unusable is null).Value;
    }

    /// <summary>Begins an exchange; null when there is no SASL.</summary>
    public static SaslServer? Create(SaslSettings settings)
    {
        lock (_gate)
        {
            if (!Ready() || LibSasl.New("smtp", settings.Host, settings.Realm, null, null, null, 0, out nint connection) != LibSasl.Ok)
                return null;
            var server = new SaslServer(connection);
            var security = new LibSasl.SecurityProperties { MaximumStrength = 0, Flags = settings.Flags };
            LibSasl.Set(connection, LibSasl.PropertySecurity, &security);
            uint strength = (uint)Math.Max(0, settings.Strength);
            LibSasl.Set(connection, LibSasl.PropertyExternalStrength, &strength);
            if (settings.ExternalUser is { } user)
            {
                nint text = Marshal.StringToCoTaskMemUTF8(user);
                LibSasl.Set(connection, LibSasl.PropertyExternal, (void*)text);
                Marshal.FreeCoTaskMem(text);
            }
            return server;
        }
    }

    /// <summary>The mechanisms that the library offers under these settings; asked once for each kind of settings.</summary>
    public static IReadOnlyList<string> Mechanisms(SaslSettings settings)
    {
        var key = (settings.Flags, settings.Strength, settings.ExternalUser is not null);
        lock (_gate)
        {
            if (_offered.TryGetValue(key, out string[]? known))
                return known;
        }
        using SaslServer? server = Create(settings);
        string[] found = [];
        lock (_gate)
        {
            if (server is not null && LibSasl.List(server._connection, null, "", " ", "", out nint text, out _, out _) == LibSasl.Ok)
                found = (Marshal.PtrToStringUTF8(text) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return _offered[key] = found;
        }
    }

    /// <summary>Begins with the client's first words, null when it has none.</summary>
    public SaslResult Start(string mechanism, byte[]? initial)
    {
        lock (_gate)
        {
            fixed (byte* input = initial)
            {
                // An empty first answer is one, too (RFC 4954 4).
                byte none = 0;
                int code = LibSasl.Start(_connection, mechanism, initial is null ? null : initial.Length == 0 ? &none : input, (uint)(initial?.Length ?? 0), out byte* output, out uint length);
                return Result(code, output, length);
            }
        }
    }

    /// <summary>Goes on with the client's answer.</summary>
    public SaslResult Step(byte[] answer)
    {
        lock (_gate)
        {
            byte none = 0;
            fixed (byte* input = answer)
            {
                int code = LibSasl.Step(_connection, answer.Length == 0 ? &none : input, (uint)answer.Length, out byte* output, out uint length);
                return Result(code, output, length);
            }
        }
    }

    private SaslResult Result(int code, byte* output, uint length)
    {
        byte[] challenge = output is null ? [] : new ReadOnlySpan<byte>(output, (int)length).ToArray();
        SaslOutcome outcome = code switch
        {
            LibSasl.Ok => SaslOutcome.Done,
            LibSasl.Continue => SaslOutcome.Continue,
            LibSasl.NoMechanism => SaslOutcome.NoMechanism,
            LibSasl.TryAgain or LibSasl.Unavailable => SaslOutcome.TemporaryFailure,
            _ => SaslOutcome.Failure,
        };
        string reason = code is LibSasl.Ok or LibSasl.Continue ? "" : Words(code) + " (" + code.ToString(System.Globalization.CultureInfo.InvariantCulture) + ") "
            + Marshal.PtrToStringUTF8(LibSasl.Detail(_connection));
        return new SaslResult(outcome, challenge, reason);
    }

    private static string Words(int code) => Marshal.PtrToStringUTF8(LibSasl.Text(code, 0, 0)) ?? "";

    /// <summary>Who the client is, or claims to be; null when that is not known.</summary>
    public string? User => Text(LibSasl.PropertyUserName) ?? Text(LibSasl.PropertyAuthenticationUser);

    private string? Text(int property)
    {
        lock (_gate)
        {
            return LibSasl.Get(_connection, property, out nint value) == LibSasl.Ok ? Marshal.PtrToStringUTF8(value) : null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_connection != 0)
                LibSasl.Dispose(ref _connection);
            _connection = 0;
        }
    }
}
