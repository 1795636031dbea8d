using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sendmail.Wire.Tls;

/// <summary>Certificate names in sendmail's one-line form with its encoding: special octets become <c>+HH</c> (op 5.1.4.13).</summary>
public static class CertificateNames
{
    private const int LongestName = 256;

    /// <summary><c>/C=XX/O=Lab/CN=a+20b</c>.</summary>
    public static string OneLine(X500DistinguishedName name)
    {
        var text = new StringBuilder();
        foreach (X500RelativeDistinguishedName part in name.EnumerateRelativeDistinguishedNames(false))
        {
            if (part.HasMultipleElements)
                continue;
            text.Append('/').Append(ShortName(part.GetSingleElementType())).Append('=').Append(Encode(part.GetSingleElementValue() ?? ""));
        }
        return text.ToString();
    }

    /// <summary>The common name, or sendmail's words for one that cannot be used.</summary>
    public static string CommonName(X500DistinguishedName name)
    {
        string? common = null;
        foreach (X500RelativeDistinguishedName part in name.EnumerateRelativeDistinguishedNames(false))
        {
            if (!part.HasMultipleElements && part.GetSingleElementType().Value == "2.5.4.3")
                common = part.GetSingleElementValue();
        }
        if (common is null)
            return "BadCertificateUnknown";
        if (common.Length >= LongestName)
            return "BadCertificateTooLong";
        return common.Contains('\0', StringComparison.Ordinal) ? "BadCertificateContainsNUL" : Encode(common);
    }

    /// <summary>Encodes backslash, angle brackets, parentheses, quote, plus, blank and what cannot be printed.</summary>
    public static string Encode(string text)
    {
        byte[] octets = Encoding.UTF8.GetBytes(text);
        var result = new StringBuilder(octets.Length);
        foreach (byte c in octets)
        {
            if (c is > 32 and < 127 && !"\\<>()\"+".Contains((char)c, StringComparison.Ordinal))
                result.Append((char)c);
            else
                result.Append('+').Append(c.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }
        return result.ToString();
    }

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
        return string.Join(':', hash.Select(b => b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture)));
    }

    private static string ShortName(Oid type) => type.Value switch
    {
        "2.5.4.3" => "CN",
        "2.5.4.4" => "SN",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "street",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.12" => "title",
        "2.5.4.42" => "GN",
        "1.2.840.113549.1.9.1" => "emailAddress",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        _ => type.Value ?? "",
    };
}
