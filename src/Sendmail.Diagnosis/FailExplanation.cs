using Sendmail.Wire.Tls;

namespace Sendmail.Diagnosis;

/// <summary>The one sentence that explains verify=FAIL, and what helps.</summary>
public readonly record struct FailExplanation(string Sentence, string Remedy)
{
    /// <summary>Explains one of OpenSSL's results (X509_V_ERR_…).</summary>
    /// <param name="code">The number.</param>
    /// <param name="chain">The certificates that were sent, in DER, the peer's own first.</param>
    /// <param name="directory">CACertPath, null for none.</param>
    /// <param name="ours">Whether it is about a certificate of this machine.</param>
    /// <param name="subject">The name of the certificate at which verification stopped, empty when it is not known.</param>
    public static FailExplanation Of(int code, IReadOnlyList<byte[]> chain, string? directory, bool ours, string subject = "")
    {
        string who = ours ? "we" : "the peer";
        string which = subject.Length > 0 ? ": \"" + subject + "\"" : "";
        switch (code)
        {
            case 2 or 20 or 21:
                return Unknown(chain, directory, ours);
            case 18:
                return new("the certificate is self-signed and not among our authorities", "put this very certificate into CACertFile if you trust it");
            case 19:
                (string root, _) = CertificateVerifier.Names(chain[^1]);
                return new("unknown CA: " + who + " sent a chain up to \"" + root + "\", which is not among our authorities", "add that authority to CACertFile, or to CACertPath with its hash link " + Link(chain[^1]));
            case 9:
                return new("a certificate of the chain is not valid yet" + which, "check the clocks of both machines");
            case 10:
                return new("a certificate of the chain has expired" + which, ours ? "have it issued again" : "the peer must renew it");
            case 23:
                return new("the certificate was revoked by its authority" + which, "do not trust it; " + (ours ? "have a new one issued" : "the peer needs a new one"));
            case 3:
                return new("there is no revocation list of its authority and one is required", "put the list into CRLFile or CRLPath (HASH.rN)");
            case 11 or 12:
                return new("the revocation list of its authority is " + (code == 12 ? "out of date" : "not valid yet"), "fetch a new list into CRLFile or CRLPath");
            case 26:
                return new("the certificate is not meant for this use (extended key usage)", "it must be issued for " + (ours ? "this side" : "serverAuth"));
            case 24 or 79:
                return new("an issuer in the chain is no certificate authority (basicConstraints)", "it must be issued as an authority");
            case 7:
                return new("a signature in the chain is wrong: the issuer has the right name and another key", "replace the issuer's certificate in CACertFile or the chain");
            case 66 or 67:
                return new("a key in the chain is too short for OpenSSL's security level", "it must be issued again with at least 2048 bits (RSA)");
            case 68:
                return new("a signature in the chain uses a hash that is too weak (SHA-1 or MD5)", "it must be issued again with SHA-256");
            default:
                return new(PeerVerification.Reason(code), "");
        }
    }

    /// <summary>Why no authority at all is known: sendmail takes CACertFile and CACertPath together or not at all. Null when both are set.</summary>
    public static FailExplanation? OfAuthorities(string file, string directory) => (file.Length > 0, directory.Length > 0) switch
    {
        (true, true) => null,
        (false, false) => new("no authority is known: neither CACertFile nor CACertPath is set", "set both; they count together only"),
        (true, false) => new("no authority is known: CACertFile counts only together with CACertPath, which is not set", "set CACertPath too; a directory without certificates will do"),
        (false, true) => new("no authority is known: CACertPath counts only together with CACertFile, which is not set", "set CACertFile too, to one of the authorities"),
    };

    private static FailExplanation Unknown(IReadOnlyList<byte[]> chain, string? directory, bool ours)
    {
        byte[] last = chain[^1];
        (string subject, string issuer) = CertificateVerifier.Names(last);
        if (directory is { Length: > 0 } && HashDirectory.FindUnlinked(directory, issuer) is { } file)
            return new("hash link missing: the authority \"" + issuer + "\" is in " + file + ", but OpenSSL finds authorities in CACertPath by their hash names only",
                "ln -s " + Path.GetFileName(file) + " " + directory + "/" + HashDirectory.NameFor(file) + ", or openssl rehash " + directory);
        if (subject == issuer)
            return new("unknown CA: \"" + issuer + "\" is not among our authorities", "add it to CACertFile, or to CACertPath with its hash link " + Link(last));
        return chain.Count == 1
            ? new("missing intermediate or unknown CA: " + (ours ? "the file holds" : "the peer sent") + " its own certificate alone, and its issuer \"" + issuer + "\" is not among our authorities",
                (ours ? "append the certificate of the issuer to the file" : "the peer should send its intermediate certificate") + "; or add \"" + issuer + "\" to CACertFile if it is an authority that you trust")
            : new("unknown CA: the chain ends at \"" + subject + "\", whose issuer \"" + issuer + "\" is not among our authorities", "add \"" + issuer + "\" to CACertFile, or to CACertPath with its hash link");
    }

    private static string Link(byte[] certificate) => CertificateVerifier.SubjectHash(certificate) + ".0";
}
