using System.Globalization;
using Sendmail.Core.Cf;
using Sendmail.Core.Replies;
using Sendmail.Wire.Tls;

namespace Sendmail.Mta.Access;

/// <summary>ConfVerify=require: what a VERIFY entry of the access map asks of one peer, asked of every peer over TLS.</summary>
public static class VerifyRequirement
{
    /// <summary>The refusal, in the words of the rulesets for such an entry; null when the peer passes.</summary>
    public static SmtpReply? Refusal(ConfVerify required, TlsFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        // Who was not asked for a certificate (srv_features V) is excepted.
        if (required.Kind != ConfVerifyKind.Require || facts.Verify == "NOT")
            return null;
        if (facts.Verify is not ("OK" or "TRUSTED"))
            return SmtpReply.Of(454, "4.7.0", facts.Verify == "NO" ? "not authenticated" : "authentication failed");
        return facts.Bits < required.Bits
            ? SmtpReply.Of(454, "4.7.0", string.Create(CultureInfo.InvariantCulture, $"encryption too weak {facts.Bits} less than {required.Bits}")) : null;
    }
}
