using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sendmail.Core.Logging;

namespace Sendmail.Wire.Tls;

/// <summary>
/// What OpenSSL said about the certificates of one session. The handshake goes on whatever is found: the rulesets judge.
/// OpenSSL stops at the first error, which is the one reported.
/// </summary>
internal sealed unsafe class PeerVerification
{
    // More than the macros have.
    private const int RoomForName = 512;
    private static readonly int _index = LibCrypto.CRYPTO_get_ex_new_index(LibCrypto.ExtraDataSsl, 0, 0, 0, 0, 0);

    /// <summary>Lines for the log in the order in which they arose.</summary>
    internal List<TlsLogLine> Log { get; } = [];
    /// <summary>Where verification ended: 0 is the certificate of the peer.</summary>
    internal int Depth { get; private set; }
    /// <summary>The certificate in question, as a log line shows it.</summary>
    internal string Blamed { get; private set; } = "";
    /// <summary>Flags=R: that there is no revocation list is an error.</summary>
    internal bool RequiresList { get; init; }

    /// <summary>Lets every session of a context report to its verification.</summary>
    internal static void Install(SslContextHandle context) => LibSsl.SSL_CTX_set_cert_verify_callback(context, &Verify, 0);

    /// <summary>With revocation lists: one that is missing is no error (the real sendmail does the same).</summary>
    internal static void InstallForLists(nint store) => LibCrypto.X509_STORE_set_verify_cb(store, &Step);

    /// <summary>Connects a session with its verification; the handle must live as long as the session.</summary>
    internal static void Attach(SslHandle ssl, GCHandle verification) => LibSsl.SSL_set_ex_data(ssl, _index, GCHandle.ToIntPtr(verification));

    /// <summary>
    /// The verification whose handshake runs on this thread now. OpenSSL also builds the chain of our own certificate, without
    /// saying for which session.
    /// </summary>
    [ThreadStatic]
    internal static PeerVerification? Running;

    private static PeerVerification? Of(nint store)
    {
        nint ssl = LibCrypto.X509_STORE_CTX_get_ex_data(store, LibSsl.SSL_get_ex_data_X509_STORE_CTX_idx());
        nint handle = ssl == 0 ? 0 : LibSsl.SSL_get_ex_data(ssl, _index);
        return handle == 0 ? Running : GCHandle.FromIntPtr(handle).Target as PeerVerification;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Verify(nint store, nint argument)
    {
        bool ok = LibCrypto.X509_verify_cert(store) > 0;
        Of(store)?.Finish(store, ok);
        return 1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Step(int ok, nint store)
    {
        if (ok != 0)
            return ok;
        PeerVerification? verification = Of(store);
        int error = LibCrypto.X509_STORE_CTX_get_error(store);
        verification?.Log.Add(new TlsLogLine(14, LogPriority.Info, "STARTTLS: X509 cert verify: " + Describe(store, false)));
        if (error != LibCrypto.NoRevocationList || verification?.RequiresList == true)
            return 0;
        LibCrypto.X509_STORE_CTX_set_error(store, LibCrypto.Ok);
        return 1;
    }

    private void Finish(nint store, bool ok)
    {
        Depth = LibCrypto.X509_STORE_CTX_get_error_depth(store);
        nint certificate = LibCrypto.X509_STORE_CTX_get_current_cert(store);
        Blamed = certificate == 0 ? "" : CertificateNames.Plain(LibCrypto.X509_get_subject_name(certificate));
        Log.Add(new TlsLogLine(ok ? 15 : 14, LogPriority.Info, "STARTTLS: TLS cert verify: " + Describe(store, ok)));
    }

    private static string Describe(nint store, bool ok)
    {
        nint certificate = LibCrypto.X509_STORE_CTX_get_current_cert(store);
        return string.Create(CultureInfo.InvariantCulture,
            $"depth={LibCrypto.X509_STORE_CTX_get_error_depth(store)} {(certificate == 0 ? "" : CertificateNames.Plain(LibCrypto.X509_get_subject_name(certificate), RoomForName))}, state={(ok ? 1 : 0)}, reason={Reason(LibCrypto.X509_STORE_CTX_get_error(store))}");
    }

    /// <summary>OpenSSL's words for a result of verification; "ok" for success.</summary>
    internal static string Reason(long error) => OpenSslErrors.Text(LibCrypto.X509_verify_cert_error_string(error)) ?? "unknown certificate verification error";
}
