using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;
using Org.BouncyCastle.Math;

namespace Sendmail.Wire.Tls;

/// <summary>
/// The lists of CRLFile. A certificate whose issuer has no list here passes: that a list is missing is not an error.
/// </summary>
internal sealed class RevocationLists
{
    private readonly List<X509Crl> _lists;

    private RevocationLists(List<X509Crl> lists) => _lists = lists;

    /// <summary>Reads PEM lists; null when there is none in the file.</summary>
    internal static RevocationLists? Read(string path)
    {
        var lists = new List<X509Crl>();
        foreach (X509Crl list in new X509CrlParser().ReadCrls(File.ReadAllBytes(path)))
            lists.Add(list);
        return lists.Count == 0 ? null : new RevocationLists(lists);
    }

    /// <summary>Why a chain (leaf first) cannot be trusted, in OpenSSL's words, and at which depth; null when it can.</summary>
    internal (int Depth, string Reason)? Check(IReadOnlyList<X509Certificate2> chain, DateTime now)
    {
        for (int i = 0; i + 1 < chain.Count; i++)
        {
            foreach (X509Crl list in _lists)
            {
                if (list.IssuerDN.GetDerEncoded().AsSpan().SequenceEqual(chain[i + 1].SubjectName.RawData) && Check(list, chain[i], chain[i + 1], now) is { } reason)
                    return (i, reason);
            }
        }
        return null;
    }

    private static string? Check(X509Crl list, X509Certificate2 certificate, X509Certificate2 issuer, DateTime now)
    {
        try
        {
            list.Verify(PublicKeyFactory.CreateKey(issuer.PublicKey.ExportSubjectPublicKeyInfo()));
        }
        catch (Exception e) when (e is GeneralSecurityException or InvalidOperationException or ArgumentException)
        {
            return "CRL signature failure";
        }
        if (list.ThisUpdate > now)
            return "CRL is not yet valid";
        if (list.NextUpdate is { } next && next < now)
            return "CRL has expired";
        return list.GetRevokedCertificate(new BigInteger(1, certificate.SerialNumberBytes.ToArray())) is null ? null : "certificate revoked";
    }
}
