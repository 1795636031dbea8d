using System.Runtime.InteropServices;

namespace Sendmail.Wire.Tls;

/// <summary>The calls of libssl (OpenSSL 3) that are used here, by their own names. Loaded when TLS is first used.</summary>
internal static unsafe partial class LibSsl
{
    internal const string Library = "libssl.so.3";

    internal const int VerifyNone = 0;
    internal const int VerifyPeer = 1;
    internal const int FileTypePem = 1;
    internal const int ErrorSsl = 1;
    internal const int ErrorWantRead = 2;
    internal const int ErrorSystemCall = 5;
    internal const int ErrorZeroReturn = 6;
    internal const int ControlMode = 33;
    internal const int ControlSessionCacheMode = 44;
    internal const int ControlServerName = 55;
    internal const int ControlDhAuto = 118;
    internal const int ControlBuildCertChain = 105;
    internal const int ModeReleaseBuffers = 0x10;

    [LibraryImport(Library)]
    internal static partial nint TLS_server_method();

    [LibraryImport(Library)]
    internal static partial nint TLS_client_method();

    [LibraryImport(Library)]
    internal static partial nint SSL_CTX_new(nint method);

    [LibraryImport(Library)]
    internal static partial void SSL_CTX_free(nint context);

    [LibraryImport(Library)]
    internal static partial long SSL_CTX_ctrl(SslContextHandle context, int command, long argument, nint pointer);

    [LibraryImport(Library)]
    internal static partial ulong SSL_CTX_set_options(SslContextHandle context, ulong bits);

    [LibraryImport(Library)]
    internal static partial ulong SSL_CTX_clear_options(SslContextHandle context, ulong bits);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_CTX_use_certificate_file(SslContextHandle context, string file, int type);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_CTX_use_certificate_chain_file(SslContextHandle context, string file);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_CTX_use_PrivateKey_file(SslContextHandle context, string file, int type);

    [LibraryImport(Library)]
    internal static partial int SSL_CTX_check_private_key(SslContextHandle context);

    [LibraryImport(Library)]
    internal static partial nint SSL_CTX_get0_certificate(SslContextHandle context);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_CTX_load_verify_locations(SslContextHandle context, string? file, string? path);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint SSL_load_client_CA_file(string file);

    [LibraryImport(Library)]
    internal static partial void SSL_CTX_set_client_CA_list(SslContextHandle context, nint names);

    [LibraryImport(Library)]
    internal static partial void SSL_CTX_set_verify(SslContextHandle context, int mode, nint callback);

    [LibraryImport(Library)]
    internal static partial void SSL_CTX_set_cert_verify_callback(SslContextHandle context, delegate* unmanaged[Cdecl]<nint, nint, int> callback, nint argument);

    [LibraryImport(Library)]
    internal static partial void SSL_CTX_set_default_passwd_cb(SslContextHandle context, delegate* unmanaged[Cdecl]<byte*, int, int, nint, int> callback);

    [LibraryImport(Library)]
    internal static partial nint SSL_CTX_get_cert_store(SslContextHandle context);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_CTX_set_cipher_list(SslContextHandle context, string list);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_CTX_set_ciphersuites(SslContextHandle context, string list);

    [LibraryImport(Library)]
    internal static partial int SSL_CTX_set0_tmp_dh_pkey(SslContextHandle context, nint key);

    [LibraryImport(Library)]
    internal static partial int SSL_CTX_set_session_id_context(SslContextHandle context, byte* id, uint length);

    [LibraryImport(Library)]
    internal static partial nint SSL_new(SslContextHandle context);

    [LibraryImport(Library)]
    internal static partial void SSL_free(nint ssl);

    [LibraryImport(Library)]
    internal static partial void SSL_set_bio(SslHandle ssl, nint input, nint output);

    [LibraryImport(Library)]
    internal static partial void SSL_set_accept_state(SslHandle ssl);

    [LibraryImport(Library)]
    internal static partial void SSL_set_connect_state(SslHandle ssl);

    [LibraryImport(Library)]
    internal static partial int SSL_do_handshake(SslHandle ssl);

    [LibraryImport(Library)]
    internal static partial int SSL_read(SslHandle ssl, byte* buffer, int length);

    [LibraryImport(Library)]
    internal static partial int SSL_peek(SslHandle ssl, byte* buffer, int length);

    [LibraryImport(Library)]
    internal static partial int SSL_write(SslHandle ssl, byte* buffer, int length);

    [LibraryImport(Library)]
    internal static partial int SSL_shutdown(SslHandle ssl);

    [LibraryImport(Library)]
    internal static partial int SSL_get_error(SslHandle ssl, int result);

    [LibraryImport(Library)]
    internal static partial long SSL_ctrl(SslHandle ssl, int command, long argument, [MarshalAs(UnmanagedType.LPUTF8Str)] string? pointer);

    [LibraryImport(Library)]
    internal static partial ulong SSL_set_options(SslHandle ssl, ulong bits);

    [LibraryImport(Library)]
    internal static partial ulong SSL_clear_options(SslHandle ssl, ulong bits);

    [LibraryImport(Library)]
    internal static partial void SSL_set_verify(SslHandle ssl, int mode, nint callback);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_set_cipher_list(SslHandle ssl, string list);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_set_ciphersuites(SslHandle ssl, string list);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_use_certificate_file(SslHandle ssl, string file, int type);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_use_certificate_chain_file(SslHandle ssl, string file);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_use_PrivateKey_file(SslHandle ssl, string file, int type);

    [LibraryImport(Library)]
    internal static partial int SSL_check_private_key(SslHandle ssl);

    [LibraryImport(Library)]
    internal static partial int SSL_CTX_dane_enable(SslContextHandle context);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_dane_enable(SslHandle ssl, string domain);

    [LibraryImport(Library)]
    internal static partial ulong SSL_dane_set_flags(SslHandle ssl, ulong flags);

    [LibraryImport(Library)]
    internal static partial int SSL_dane_tlsa_add(SslHandle ssl, byte usage, byte selector, byte matching, byte* data, nuint length);

    [LibraryImport(Library)]
    internal static partial int SSL_get0_dane_authority(SslHandle ssl, nint* certificate, nint* key);

    [LibraryImport(Library)]
    internal static partial int SSL_get0_dane_tlsa(SslHandle ssl, byte* usage, byte* selector, byte* matching, byte** data, nuint* length);

    [LibraryImport(Library)]
    internal static partial nint SSL_get0_param(SslHandle ssl);

    [LibraryImport(Library)]
    internal static partial nint SSL_get1_peer_certificate(SslHandle ssl);

    [LibraryImport(Library)]
    internal static partial nint SSL_get_peer_cert_chain(SslHandle ssl);

    [LibraryImport(Library)]
    internal static partial long SSL_get_verify_result(SslHandle ssl);

    [LibraryImport(Library)]
    internal static partial nint SSL_get_version(SslHandle ssl);

    [LibraryImport(Library)]
    internal static partial nint SSL_get_current_cipher(SslHandle ssl);

    [LibraryImport(Library)]
    internal static partial nint SSL_CIPHER_get_name(nint cipher);

    [LibraryImport(Library)]
    internal static partial int SSL_CIPHER_get_bits(nint cipher, out int algorithmBits);

    [LibraryImport(Library)]
    internal static partial int SSL_set_ex_data(SslHandle ssl, int index, nint value);

    [LibraryImport(Library)]
    internal static partial nint SSL_get_ex_data(nint ssl, int index);

    [LibraryImport(Library)]
    internal static partial int SSL_get_ex_data_X509_STORE_CTX_idx();
}
