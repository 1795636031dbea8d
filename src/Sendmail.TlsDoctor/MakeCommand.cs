using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sendmail.Diagnosis;
using Sendmail.Wire.Tls;

namespace Sendmail.TlsDoctor;

/// <summary>tlsdoctor make-ca and make-cert: a private authority, and certificates of it, in files with safe modes.</summary>
internal static class MakeCommand
{
    private const int CannotCreate = 73;
    private const int NoInput = 66;
    private const int AuthorityDays = 3650;
    private const int CertificateDays = 825;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Public = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode DirectoryMode = Public | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    internal static int MakeAuthority(DoctorArguments arguments, TextWriter output, TextWriter errors)
    {
        string certificateFile = Path.Combine(arguments.Directory, "ca.crt");
        string keyFile = Path.Combine(arguments.Directory, "ca.key");
        try
        {
            Directory.CreateDirectory(arguments.Directory, DirectoryMode);
            using var key = NewKey.Create(arguments.RsaBits);
            string name = arguments.Name.Length > 0 ? arguments.Name : Dns.GetHostName() + " mail CA";
            CertificateRequest request = key.Request(NameOf(name));
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
            DateTimeOffset now = DateTimeOffset.UtcNow;
            using X509Certificate2 made = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(arguments.Days > 0 ? arguments.Days : AuthorityDays));
            Write(keyFile, key.Pem, Private);
            Write(certificateFile, made.ExportCertificatePem() + "\n", Public);
            string link = Path.Combine(arguments.Directory, CertificateVerifier.SubjectHash(made.RawData) + ".0");
            File.CreateSymbolicLink(link, "ca.crt");
            output.WriteLine(certificateFile + "\n" + keyFile + "\n" + link);
            output.WriteLine("\nO CACertFile=" + certificateFile + "\nO CACertPath=" + arguments.Directory);
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            errors.WriteLine("tlsdoctor: " + e.Message);
            return CannotCreate;
        }
    }

    internal static int MakeCertificate(DoctorArguments arguments, TextWriter output, TextWriter errors)
    {
        string name = arguments.Words[0];
        if (name.Length == 0 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_' or '*' or '@')))
        {
            errors.WriteLine("tlsdoctor: \"" + name + "\" is no host name or address");
            return 64;
        }
        string certificateFile = Path.Combine(arguments.Directory, name.Replace('*', '_') + ".crt");
        string keyFile = Path.Combine(arguments.Directory, name.Replace('*', '_') + ".key");
        X509Certificate2 authority;
        try
        {
            authority = X509Certificate2.CreateFromPemFile(Path.Combine(arguments.Directory, "ca.crt"), Path.Combine(arguments.Directory, "ca.key"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            errors.WriteLine("tlsdoctor: there is no usable authority in " + arguments.Directory + ": " + e.Message + "\ntlsdoctor: make one with: tlsdoctor make-ca -d " + arguments.Directory);
            return NoInput;
        }
        using (authority)
        {
            try
            {
                using var key = NewKey.Create(arguments.RsaBits);
                using X509Certificate2 made = Issue(authority, key, arguments);
                Write(keyFile, key.Pem, Private);
                Write(certificateFile, made.ExportCertificatePem() + "\n", Public);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
            {
                errors.WriteLine("tlsdoctor: " + e.Message);
                return CannotCreate;
            }
        }
        output.WriteLine(certificateFile + "\n" + keyFile + "\n");
        if (!arguments.Client)
            output.WriteLine("O ServerCertFile=" + certificateFile + "\nO ServerKeyFile=" + keyFile);
        output.WriteLine("O ClientCertFile=" + certificateFile + "\nO ClientKeyFile=" + keyFile);
        return 0;
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, NewKey key, DoctorArguments arguments)
    {
        CertificateRequest request = key.Request(NameOf(arguments.Words[0]));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | (key.IsRsa ? X509KeyUsageFlags.KeyEncipherment : 0), true));
        // A mail server is a client as well, with the same certificate.
        OidCollection uses = arguments.Client ? [new Oid("1.3.6.1.5.5.7.3.2")] : [new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")];
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(uses, false));
        var names = new SubjectAlternativeNameBuilder();
        foreach (string word in arguments.Words)
        {
            if (IPAddress.TryParse(word, out IPAddress? address))
                names.AddIpAddress(address);
            else if (word.Contains('@', StringComparison.Ordinal))
                names.AddEmailAddress(word);
            else
                names.AddDnsName(word);
        }
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        // RFC 5280 4.1.2.2: positive.
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        DateTimeOffset end = now.AddDays(arguments.Days > 0 ? arguments.Days : CertificateDays);
        DateTimeOffset last = new(authority.NotAfter.ToUniversalTime());
        using ECDsa? ec = authority.GetECDsaPrivateKey();
        using RSA? rsa = authority.GetRSAPrivateKey();
        X509SignatureGenerator signer = ec is not null ? X509SignatureGenerator.CreateForECDsa(ec) : X509SignatureGenerator.CreateForRSA(rsa!, RSASignaturePadding.Pkcs1);
        return request.Create(authority.SubjectName, signer, now.AddHours(-1), end < last ? end : last, serial);
    }

    private static X500DistinguishedName NameOf(string common)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName(common);
        return builder.Build();
    }

    // Nothing that exists is written over: a key that is lost cannot be had again.
    private static void Write(string path, string text, UnixFileMode mode)
    {
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode });
        file.Write(System.Text.Encoding.ASCII.GetBytes(text));
    }
}
