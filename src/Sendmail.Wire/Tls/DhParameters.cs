using System.Globalization;
using Sendmail.Core.Logging;

namespace Sendmail.Wire.Tls;

/// <summary>
/// DHParameters (op 5.6): nothing leaves the choice to OpenSSL; <c>1</c> and <c>2</c> (<c>i</c>) are groups of 1024 and 2048 bits,
/// <c>none</c> none, anything that starts with a slash is a file.
/// </summary>
internal static unsafe class DhParameters
{
    // RFC 5114 2.1 and RFC 7919 A.1.
    private const string Group1024 = "dh_1024_160";
    private const string Group2048 = "ffdhe2048";

    internal static void Load(SslContextHandle context, string? given, TlsFiles files, List<TlsLogLine> log)
    {
        string value = given?.Trim() ?? "";
        nint key = 0;
        switch (value.Length == 0 ? '\0' : char.ToLowerInvariant(value[0]))
        {
            case '\0' when given is null:
                LibSsl.SSL_CTX_ctrl(context, LibSsl.ControlDhAuto, 1, 0);
                return;
            case '/':
                key = FromFile(value, files, log);
                break;
            case '1' or '5':
                key = Generate(value[0] == '1' ? Group1024 : "");
                break;
            case '2' or 'i':
                key = Generate(Group2048);
                break;
            case 'n':
                return;
            default:
                log.Add(TlsLogLine.Warning(13, "STARTTLS=server, error: illegal value '" + value + "' for DHParameters"));
                break;
        }
        if (key == 0)
        {
            // What cannot be used is as good as nothing; 5 asks for a group that is no longer made.
            if (value is ['5', ..])
                log.Add(new TlsLogLine(13, LogPriority.Info, "STARTTLS=server, Diffie-Hellman init, key=512 bit (5)"));
            else
                LibSsl.SSL_CTX_ctrl(context, LibSsl.ControlDhAuto, 1, 0);
            return;
        }
        int bits = LibCrypto.EVP_PKEY_get_bits(key);
        // The level of security may refuse short ones; then there is no exchange of this kind.
        if (LibSsl.SSL_CTX_set0_tmp_dh_pkey(context, key) != 1)
            LibCrypto.EVP_PKEY_free(key);
        LibCrypto.ERR_clear_error();
        log.Add(new TlsLogLine(13, LogPriority.Info, string.Create(CultureInfo.InvariantCulture, $"STARTTLS=server, Diffie-Hellman init, key={bits} bit ({value[0]})")));
    }

    private static nint FromFile(string path, TlsFiles files, List<TlsLogLine> log)
    {
        if (!files.IsSafe(path, false, log))
            return 0;
        nint bio = LibCrypto.BIO_new_file(path, "r");
        nint key = bio == 0 ? 0 : LibCrypto.PEM_read_bio_Parameters(bio, 0);
        if (bio != 0)
            LibCrypto.BIO_free(bio);
        if (key == 0)
        {
            // The old call tells in other words what is wrong: those of the reference.
            LibCrypto.ERR_clear_error();
            nint again = LibCrypto.BIO_new_file(path, "r");
            if (again != 0)
            {
                LibCrypto.PEM_read_bio_DHparams(again, 0, 0, 0);
                LibCrypto.BIO_free(again);
            }
            log.Add(TlsLogLine.Warning(8, "STARTTLS=server, error: cannot read DH parameters(" + path + "): " + OpenSslErrors.TakeFirst()));
        }
        return key;
    }

    private static nint Generate(string group)
    {
        if (group.Length == 0)
            return 0;
        nint maker = LibCrypto.EVP_PKEY_CTX_new_from_name(0, "DH", 0);
        if (maker == 0)
            return 0;
        nint key = 0;
        if (LibCrypto.EVP_PKEY_keygen_init(maker) != 1 || LibCrypto.EVP_PKEY_CTX_set_group_name(maker, group) != 1 || LibCrypto.EVP_PKEY_generate(maker, &key) != 1)
            key = 0;
        LibCrypto.EVP_PKEY_CTX_free(maker);
        LibCrypto.ERR_clear_error();
        return key;
    }
}
