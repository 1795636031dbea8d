using System.Net.Security;

namespace Sendmail.Wire.Tls;

/// <summary>OpenSSL cipher strings, expanded by OpenSSL itself.</summary>
internal static class CipherLists
{
    /// <summary>
    /// The suites that <paramref name="cipherList"/> (TLS 1.2) and <paramref name="cipherSuites"/> (TLS 1.3) stand for; an empty string is
    /// OpenSSL's default. A string that OpenSSL does not take is ignored and named in <paramref name="problem"/>.
    /// </summary>
    /// <returns>Null when there is nothing to restrict.</returns>
    internal static CipherSuitesPolicy? Expand(string cipherList, string cipherSuites, out string? problem)
    {
        problem = null;
        if (cipherList.Length == 0 && cipherSuites.Length == 0)
            return null;
        try
        {
            nint context = LibSsl.NewContext(LibSsl.Method());
            if (context == 0)
                return null;
            try
            {
                if (cipherSuites.Length > 0 && LibSsl.SetCipherSuites(context, cipherSuites) != 1)
                    problem = "SSL_CTX_set_ciphersuites(" + cipherSuites + ") failed, suites ignored";
                if (cipherList.Length > 0 && LibSsl.SetCipherList(context, cipherList) != 1)
                    problem = "SSL_CTX_set_cipher_list(" + cipherList + ") failed, list ignored";
                LibSsl.ClearErrors();
                if (problem is not null)
                    return null;
                return Policy(context);
            }
            finally
            {
                LibSsl.FreeContext(context);
            }
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            problem = "libssl.so.3 is not installed (Debian package libssl3): cipher list ignored";
            return null;
        }
    }

    private static CipherSuitesPolicy? Policy(nint context)
    {
        nint ciphers = LibSsl.Ciphers(context);
        var suites = new List<TlsCipherSuite>();
        for (int i = 0; i < LibSsl.Count(ciphers); i++)
        {
            var suite = (TlsCipherSuite)LibSsl.ProtocolId(LibSsl.Item(ciphers, i));
            if (Enum.IsDefined(suite))
                suites.Add(suite);
        }
        return suites.Count == 0 ? null : new CipherSuitesPolicy(suites);
    }
}
