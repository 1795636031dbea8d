using System.Globalization;

namespace Sendmail.Core.Cf;

/// <summary>What ConfVerify asks of peers that speak TLS.</summary>
public enum ConfVerifyKind
{
    /// <summary>Not set: what sendmail does, nothing else.</summary>
    Default,
    /// <summary>Clients are not asked for a certificate, as with TLSSrvOptions=V.</summary>
    Off,
    /// <summary>Clients are asked; the rulesets judge. The same as not set.</summary>
    Request,
    /// <summary>A peer whose certificate does not verify is refused, as with a VERIFY entry for everyone in the access map.</summary>
    Require,
}

/// <summary>The value of ConfVerify, an option of our own: <c>off</c>, <c>request</c>, <c>require</c> or <c>require:BITS</c>.</summary>
public readonly record struct ConfVerify(ConfVerifyKind Kind, int Bits)
{
    /// <summary>Not set.</summary>
    public static readonly ConfVerify Default = new(ConfVerifyKind.Default, 0);

    internal static bool TryParse(string text, ConfVerify previous, out ConfVerify value, out string? error)
    {
        error = null;
        string[] parts = text.Trim().Split(':', 2, StringSplitOptions.TrimEntries);
        ConfVerifyKind? kind = parts[0].ToLowerInvariant() switch
        {
            "" => ConfVerifyKind.Default,
            "off" => ConfVerifyKind.Off,
            "request" => ConfVerifyKind.Request,
            "require" => ConfVerifyKind.Require,
            _ => null,
        };
        int bits = 0;
        if (kind is not { } known || (parts.Length > 1 && (known != ConfVerifyKind.Require || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out bits))))
        {
            value = previous;
            error = "readcf: ConfVerify option value " + text.Trim() + " unrecognized: off, request, require or require:bits";
            return false;
        }
        value = new ConfVerify(known, bits);
        return true;
    }
}
