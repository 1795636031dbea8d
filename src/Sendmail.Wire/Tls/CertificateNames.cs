using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sendmail.Wire.Tls;

/// <summary>Certificate names in sendmail's one-line form with its encoding: special octets become <c>+HH</c> (op 5.2).</summary>
public static class CertificateNames
{
    private const int LongestName = 256;
    private const string CommonNameType = "2.5.4.3";

    /// <summary><c>/C=XX/O=Lab/CN=a+20b</c>, in the order of the certificate; what does not fit into 255 octets is left out.</summary>
    public static string OneLine(X500DistinguishedName name) => Encode(Plain(name));

    /// <summary>The same without encoding, as log lines about verification show it.</summary>
    internal static string Plain(X500DistinguishedName name)
    {
        var text = new StringBuilder();
        foreach ((string type, byte[] value) in Parts(name))
        {
            string part = "/" + ShortName(type) + "=" + Visible(value);
            if (text.Length + part.Length >= LongestName)
                break;
            text.Append(part);
        }
        return text.ToString();
    }

    /// <summary>The first common name, or sendmail's words for one that cannot be used.</summary>
    public static string CommonName(X500DistinguishedName name)
    {
        foreach ((string type, byte[] value) in Parts(name))
        {
            if (type != CommonNameType)
                continue;
            return value.Length >= LongestName ? "BadCertificateTooLong"
                : value.AsSpan().Contains((byte)0) ? "BadCertificateContainsNUL" : Encode(Core.Latin1.ToString(value));
        }
        return "BadCertificateUnknown";
    }

    /// <summary>Encodes backslash, angle brackets, parentheses, quote, plus, blank and what cannot be printed; one char per octet.</summary>
    public static string Encode(string text)
    {
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

    /// <summary>Whether CertFingerprintAlgorithm names a hash that is known here; empty is MD5.</summary>
    public static bool IsHash(string algorithm) => algorithm.ToLowerInvariant() is "" or "md5" or "sha1" or "sha256" or "sha384" or "sha512";

    /// <summary>Hash of the certificate as pairs of hexadecimal digits with colons.</summary>
    public static string Fingerprint(X509Certificate2 certificate, string algorithm)
    {
        byte[] hash = algorithm.ToLowerInvariant() switch
        {
            "sha1" => SHA1.HashData(certificate.RawData),
            "sha256" => SHA256.HashData(certificate.RawData),
            "sha384" => SHA384.HashData(certificate.RawData),
            "sha512" => SHA512.HashData(certificate.RawData),
            _ => MD5.HashData(certificate.RawData),
        };
        return string.Join(':', hash.Select(b => b.ToString("X2", CultureInfo.InvariantCulture)));
    }

    private static List<(string Type, byte[] Value)> Parts(X500DistinguishedName name)
    {
        var parts = new List<(string, byte[])>();
        try
        {
            AsnReader sequence = new AsnReader(name.RawData, AsnEncodingRules.BER).ReadSequence();
            while (sequence.HasData)
            {
                AsnReader set = sequence.ReadSetOf(true);
                while (set.HasData)
                {
                    AsnReader pair = set.ReadSequence();
                    parts.Add((pair.ReadObjectIdentifier(), Octets(pair)));
                }
            }
        }
        catch (AsnContentException)
        {
            // What could be read so far is shown.
        }
        return parts;
    }

    private static byte[] Octets(AsnReader reader)
    {
        Asn1Tag tag = reader.PeekTag();
        ReadOnlyMemory<byte> whole = reader.ReadEncodedValue();
        AsnDecoder.ReadEncodedValue(whole.Span, AsnEncodingRules.BER, out int offset, out int length, out _);
        byte[] value = whole.Slice(offset, length).ToArray();
        // Two-octet strings are shown without their zero octets, as OpenSSL does.
        return tag.HasSameClassAndValue(new Asn1Tag(UniversalTagNumber.BMPString)) ? [.. value.Where(b => b != 0)] : value;
    }

    private static string Visible(byte[] value)
    {
        var text = new StringBuilder(value.Length);
        foreach (byte b in value)
        {
            if (b is >= 32 and <= 126)
                text.Append((char)b);
            else
                text.Append("\\x").Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }

    private static string ShortName(string type) => type switch
    {
        CommonNameType => "CN",
        "2.5.4.4" => "SN",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "street",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.12" => "title",
        "2.5.4.13" => "description",
        "2.5.4.15" => "businessCategory",
        "2.5.4.17" => "postalCode",
        "2.5.4.42" => "GN",
        "2.5.4.43" => "initials",
        "2.5.4.44" => "generationQualifier",
        "2.5.4.46" => "dnQualifier",
        "2.5.4.65" => "pseudonym",
        "2.5.4.97" => "organizationIdentifier",
        "1.2.840.113549.1.9.1" => "emailAddress",
        "1.2.840.113549.1.9.2" => "unstructuredName",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.3.6.1.4.1.311.60.2.1.1" => "jurisdictionL",
        "1.3.6.1.4.1.311.60.2.1.2" => "jurisdictionST",
        "1.3.6.1.4.1.311.60.2.1.3" => "jurisdictionC",
        _ => type,
    };
}
