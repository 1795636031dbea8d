using System.Formats.Asn1;
using System.Globalization;
using System.Text;
using Sendmail.Core;

namespace Sendmail.Wire.Tls;

/// <summary>Certificate names in sendmail's one-line form with its encoding: special octets become <c>+HH</c> (op 5.2).</summary>
public static unsafe class CertificateNames
{
    private const int LongestName = 256;
    private const int LongestDigest = 64;

    /// <summary><c>/C=XX/O=Lab/CN=a+20b</c>, in the order of the certificate; what does not fit into 255 octets is left out.</summary>
    internal static string OneLine(nint name) => Encode(Plain(name));

    /// <summary>The same without encoding, as log lines about verification show it.</summary>
    internal static string Plain(nint name, int room = LongestName)
    {
        byte* buffer = stackalloc byte[room];
        if (name == 0 || LibCrypto.X509_NAME_oneline(name, buffer, room) == 0)
            return "";
        var octets = new ReadOnlySpan<byte>(buffer, room);
        return Latin1.ToString(octets[..octets.IndexOf((byte)0)]);
    }

    /// <summary>The first common name, or sendmail's word for one that cannot be used.</summary>
    /// <param name="name">A subject or an issuer.</param>
    /// <param name="problem">What is wrong with it, for the log; null when nothing is.</param>
    internal static string CommonName(nint name, out string? problem)
    {
        int index = LibCrypto.X509_NAME_get_index_by_NID(name, LibCrypto.CommonName, -1);
        ReadOnlySpan<byte> value = index < 0 ? default : Octets(LibCrypto.X509_NAME_ENTRY_get_data(LibCrypto.X509_NAME_get_entry(name, index)));
        (string word, problem) = index < 0 ? ("BadCertificateUnknown", "failed to extract CN")
            : value.Length >= LongestName - 1 ? ("BadCertificateTooLong", "CN too long")
            : value.Contains((byte)0) ? ("BadCertificateContainsNUL", "CN contains NUL") : (Encode(Latin1.ToString(value)), (string?)null);
        return word;
    }

    /// <summary>Encodes backslash, angle brackets, parentheses, quote, plus, blank and what cannot be printed; one char per octet.</summary>
    public static string Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var result = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (c is > ' ' and < (char)127 && !"\\<>()\"+".Contains(c, StringComparison.Ordinal))
                result.Append(c);
            else
                result.Append('+').Append(((int)c & 0xff).ToString("X2", CultureInfo.InvariantCulture));
        }
        return result.ToString();
    }

    /// <summary>Whether CertFingerprintAlgorithm names a hash that OpenSSL knows; empty is MD5.</summary>
    internal static bool IsHash(string algorithm) => algorithm.Length == 0 || LibCrypto.EVP_get_digestbyname(algorithm) != 0;

    /// <summary>Hash of a certificate as pairs of hexadecimal digits with colons; empty when the hash is not to be had.</summary>
    internal static string Fingerprint(nint certificate, string algorithm)
    {
        byte* digest = stackalloc byte[LongestDigest];
        uint length = 0;
        nint hash = LibCrypto.EVP_get_digestbyname(algorithm.Length == 0 ? "md5" : algorithm);
        if (hash == 0 || LibCrypto.X509_digest(certificate, hash, digest, &length) != 1)
            return "";
        var text = new StringBuilder((int)length * 3);
        for (int i = 0; i < length; i++)
            text.Append(i == 0 ? "" : ":").Append(digest[i].ToString("X2", CultureInfo.InvariantCulture));
        return text.ToString();
    }

    /// <summary>The DNS names of the subject's alternative names (RFC 5280 4.2.1.6), without those that hold a NUL.</summary>
    internal static IReadOnlyList<string> AlternativeNames(nint certificate)
    {
        int index = LibCrypto.X509_get_ext_by_NID(certificate, LibCrypto.AlternativeNames, -1);
        if (index < 0)
            return [];
        var names = new List<string>();
        try
        {
            AsnReader sequence = new AsnReader(Octets(LibCrypto.X509_EXTENSION_get_data(LibCrypto.X509_get_ext(certificate, index))).ToArray(), AsnEncodingRules.BER).ReadSequence();
            var dnsName = new Asn1Tag(TagClass.ContextSpecific, 2);
            while (sequence.HasData)
            {
                if (!sequence.PeekTag().HasSameClassAndValue(dnsName))
                {
                    sequence.ReadEncodedValue();
                    continue;
                }
                string name = sequence.ReadCharacterString(UniversalTagNumber.IA5String, dnsName);
                if (name.Length > 0 && !name.Contains('\0', StringComparison.Ordinal))
                    names.Add(name);
            }
        }
        catch (AsnContentException)
        {
            // What could be read so far counts.
        }
        return names;
    }

    private static ReadOnlySpan<byte> Octets(nint text) => new(LibCrypto.ASN1_STRING_get0_data(text), LibCrypto.ASN1_STRING_length(text));
}
