using System.Runtime.InteropServices;

namespace Sendmail.Wire.Tls;

/// <summary>The calls of libcrypto (OpenSSL 3) that are used here, by their own names.</summary>
internal static unsafe partial class LibCrypto
{
    internal const string Library = "libcrypto.so.3";

    internal const int BioSetMemoryEofReturn = 130;
    internal const int BioPending = 10;
    internal const int ExtraDataSsl = 0;
    internal const int CommonName = 13;
    internal const int AlternativeNames = 85;
    internal const int LookupAddDirectory = 2;
    internal const int ErrorTextString = 1;
    internal const ulong CheckRevocation = 0x4;
    internal const ulong CheckRevocationOfAll = 0x8;
    internal const int Ok = 0;
    internal const int NoRevocationList = 3;

    [LibraryImport(Library)]
    internal static partial nint BIO_new(nint method);

    [LibraryImport(Library)]
    internal static partial nint BIO_s_mem();

    [LibraryImport(Library)]
    internal static partial int BIO_free(nint bio);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint BIO_new_file(string name, string mode);

    [LibraryImport(Library)]
    internal static partial int BIO_read(nint bio, byte* buffer, int length);

    [LibraryImport(Library)]
    internal static partial int BIO_write(nint bio, byte* buffer, int length);

    [LibraryImport(Library)]
    internal static partial long BIO_ctrl(nint bio, int command, long argument, nint pointer);

    [LibraryImport(Library)]
    internal static partial ulong ERR_get_error_all(byte** file, int* line, byte** function, byte** data, int* flags);

    [LibraryImport(Library)]
    internal static partial void ERR_error_string_n(ulong code, byte* buffer, nuint length);

    [LibraryImport(Library)]
    internal static partial nint ERR_reason_error_string(ulong code);

    [LibraryImport(Library)]
    internal static partial void ERR_clear_error();

    [LibraryImport(Library)]
    internal static partial int CRYPTO_get_ex_new_index(int kind, long argument, nint pointer, nint create, nint duplicate, nint free);

    [LibraryImport(Library)]
    internal static partial int X509_verify_cert(nint store);

    [LibraryImport(Library)]
    internal static partial nint X509_STORE_CTX_get_ex_data(nint store, int index);

    [LibraryImport(Library)]
    internal static partial int X509_STORE_CTX_get_error(nint store);

    [LibraryImport(Library)]
    internal static partial void X509_STORE_CTX_set_error(nint store, int error);

    [LibraryImport(Library)]
    internal static partial int X509_STORE_CTX_get_error_depth(nint store);

    [LibraryImport(Library)]
    internal static partial nint X509_STORE_CTX_get_current_cert(nint store);

    [LibraryImport(Library)]
    internal static partial nint X509_verify_cert_error_string(long error);

    [LibraryImport(Library)]
    internal static partial void X509_STORE_set_verify_cb(nint store, delegate* unmanaged[Cdecl]<int, nint, int> callback);

    [LibraryImport(Library)]
    internal static partial int X509_STORE_set_flags(nint store, ulong flags);

    [LibraryImport(Library)]
    internal static partial int X509_STORE_add_crl(nint store, nint list);

    [LibraryImport(Library)]
    internal static partial nint X509_STORE_add_lookup(nint store, nint method);

    [LibraryImport(Library)]
    internal static partial nint X509_LOOKUP_hash_dir();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int X509_LOOKUP_ctrl(nint lookup, int command, string argument, long type, nint result);

    [LibraryImport(Library)]
    internal static partial int X509_VERIFY_PARAM_set_flags(nint parameters, ulong flags);

    [LibraryImport(Library)]
    internal static partial nint PEM_read_bio_X509_CRL(nint bio, nint target, nint callback, nint argument);

    [LibraryImport(Library)]
    internal static partial nint PEM_read_bio_X509(nint bio, nint target, nint callback, nint argument);

    [LibraryImport(Library)]
    internal static partial nint PEM_read_bio_DHparams(nint bio, nint x, nint callback, nint argument);

    [LibraryImport(Library)]
    internal static partial nint PEM_read_bio_Parameters(nint bio, nint target);

    [LibraryImport(Library)]
    internal static partial void X509_CRL_free(nint list);

    [LibraryImport(Library)]
    internal static partial void X509_free(nint certificate);

    [LibraryImport(Library)]
    internal static partial nint X509_get_subject_name(nint certificate);

    [LibraryImport(Library)]
    internal static partial nint X509_get_issuer_name(nint certificate);

    [LibraryImport(Library)]
    internal static partial nint X509_get0_notAfter(nint certificate);

    [LibraryImport(Library)]
    internal static partial int ASN1_TIME_diff(int* days, int* seconds, nint from, nint to);

    [LibraryImport(Library)]
    internal static partial nint X509_NAME_oneline(nint name, byte* buffer, int size);

    [LibraryImport(Library)]
    internal static partial int X509_NAME_get_index_by_NID(nint name, int kind, int last);

    [LibraryImport(Library)]
    internal static partial nint X509_NAME_get_entry(nint name, int index);

    [LibraryImport(Library)]
    internal static partial nint X509_NAME_ENTRY_get_data(nint entry);

    [LibraryImport(Library)]
    internal static partial int ASN1_STRING_length(nint text);

    [LibraryImport(Library)]
    internal static partial byte* ASN1_STRING_get0_data(nint text);

    [LibraryImport(Library)]
    internal static partial int X509_get_ext_by_NID(nint certificate, int kind, int last);

    [LibraryImport(Library)]
    internal static partial nint X509_get_ext(nint certificate, int index);

    [LibraryImport(Library)]
    internal static partial nint X509_EXTENSION_get_data(nint extension);

    [LibraryImport(Library)]
    internal static partial int X509_digest(nint certificate, nint hash, byte* digest, uint* length);

    [LibraryImport(Library)]
    internal static partial int i2d_X509(nint certificate, byte** target);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint EVP_get_digestbyname(string name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint EVP_PKEY_CTX_new_from_name(nint library, string name, nint properties);

    [LibraryImport(Library)]
    internal static partial void EVP_PKEY_CTX_free(nint context);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_keygen_init(nint context);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int EVP_PKEY_CTX_set_group_name(nint context, string name);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_generate(nint context, nint* key);

    [LibraryImport(Library)]
    internal static partial int EVP_PKEY_get_bits(nint key);

    [LibraryImport(Library)]
    internal static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Library)]
    internal static partial int OPENSSL_sk_num(nint stack);

    [LibraryImport(Library)]
    internal static partial nint OPENSSL_sk_value(nint stack, int index);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint ENGINE_by_id(string id);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ENGINE_ctrl_cmd_string(nint engine, string name, string? argument, int optional);

    [LibraryImport(Library)]
    internal static partial int ENGINE_init(nint engine);

    [LibraryImport(Library)]
    internal static partial int ENGINE_set_default(nint engine, uint methods);

    [LibraryImport(Library)]
    internal static partial nint d2i_X509(nint target, byte** octets, long length);

    [LibraryImport(Library)]
    internal static partial uint X509_NAME_hash_ex(nint name, nint library, nint properties, int* ok);

    [LibraryImport(Library)]
    internal static partial nint X509_CRL_get_issuer(nint list);

    [LibraryImport(Library)]
    internal static partial nint X509_CRL_get0_nextUpdate(nint list);

    [LibraryImport(Library)]
    internal static partial nint X509_STORE_new();

    [LibraryImport(Library)]
    internal static partial void X509_STORE_free(nint store);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int X509_STORE_load_locations(nint store, string? file, string? path);

    [LibraryImport(Library)]
    internal static partial nint X509_STORE_CTX_new();

    [LibraryImport(Library)]
    internal static partial void X509_STORE_CTX_free(nint context);

    [LibraryImport(Library)]
    internal static partial int X509_STORE_CTX_init(nint context, nint store, nint certificate, nint others);

    [LibraryImport(Library)]
    internal static partial int X509_STORE_CTX_set_purpose(nint context, int purpose);

    [LibraryImport(Library)]
    internal static partial nint OPENSSL_sk_new_null();

    [LibraryImport(Library)]
    internal static partial int OPENSSL_sk_push(nint stack, nint item);

    [LibraryImport(Library)]
    internal static partial void OPENSSL_sk_free(nint stack);
}
