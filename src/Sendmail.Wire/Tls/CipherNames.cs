using System.Globalization;
using System.Net.Security;

namespace Sendmail.Wire.Tls;

/// <summary>OpenSSL's names of cipher suites, with the strength and the key length in bits.</summary>
internal static class CipherNames
{
    internal static (string Name, int Bits, int AlgorithmBits) Of(TlsCipherSuite suite)
    {
        string name = suite.ToString();
        int algorithm = name.Contains("256_GCM", StringComparison.Ordinal) || name.Contains("256_CBC", StringComparison.Ordinal)
            || name.Contains("256_CCM", StringComparison.Ordinal) || name.Contains("CHACHA20", StringComparison.Ordinal) ? 256
            : name.Contains("3DES", StringComparison.Ordinal) ? 168 : name.Contains("128", StringComparison.Ordinal) ? 128 : 0;
        int bits = algorithm == 168 ? 112 : name.EndsWith("CCM_8", StringComparison.Ordinal) || name.EndsWith("CCM_8_SHA256", StringComparison.Ordinal) ? 64 : algorithm;
        int with = name.IndexOf("_WITH_", StringComparison.Ordinal);
        if (with < 0)
            return (name, bits, algorithm);
        string exchange = name[4..with].Replace('_', '-');
        string cipher = name[(with + 6)..].Replace("3DES_EDE_CBC", "DES_CBC3", StringComparison.Ordinal)
            .Replace("AES_", "AES", StringComparison.Ordinal).Replace("CAMELLIA_", "CAMELLIA", StringComparison.Ordinal).Replace("ARIA_", "ARIA", StringComparison.Ordinal)
            .Replace("_CBC_", "_", StringComparison.Ordinal).Replace("CCM_8", "CCM8", StringComparison.Ordinal)
            .Replace("CHACHA20_POLY1305_SHA256", "CHACHA20-POLY1305", StringComparison.Ordinal).Replace('_', '-');
        return (exchange == "RSA" ? cipher : string.Create(CultureInfo.InvariantCulture, $"{exchange}-{cipher}"), bits, algorithm);
    }
}
