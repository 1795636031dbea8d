namespace Sendmail.M4.Lint;

/// <summary>Values of variables that weaken a server.</summary>
internal static class RiskyValues
{
    /// <summary>What is to be said about the definition; null: nothing.</summary>
    internal static string? Of(string name, string value)
    {
        string lower = value.ToLowerInvariant();
        switch (name)
        {
            case "confDONT_BLAME_SENDMAIL":
                string[] risky = [.. value.Split([',', ' ', '`', '\''], StringSplitOptions.RemoveEmptyEntries).Where(f => !f.Equals("safe", StringComparison.OrdinalIgnoreCase) && !IsHarmless(f))];
                return risky.Length > 0 ? "others than root may write what is trusted: " + string.Join(", ", risky) : null;
            case "confPRIVACY_FLAGS" or "confPRIVACY_OPTIONS" when lower.Contains("public", StringComparison.Ordinal):
                return "public answers VRFY and EXPN to everybody";
            case "confAUTH_MECHANISMS" when lower.Contains("anonymous", StringComparison.Ordinal):
                return "ANONYMOUS lets everybody in";
            case "confSERVER_SSL_OPTIONS" or "confCLIENT_SSL_OPTIONS" when lower.Contains("-ssl_op_no_sslv", StringComparison.Ordinal):
                return "SSL 2 and SSL 3 are broken";
            case "confCIPHER_LIST" when Array.Exists(["rc4", "export", "null", "+low", ":low", "des-cbc", "md5"], w => lower.Replace("!" + w, "").Contains(w, StringComparison.Ordinal)):
                return "it allows ciphers that are broken";
            case "confRUN_AS_USER" when lower == "root":
                return "root is what the option is there to avoid";
            case "confSAFE_FILE_ENV" when value == "":
                return "without a directory it protects nothing";
            case "confBAD_RCPT_THROTTLE" or "confMAX_RCPTS_PER_MESSAGE" or "confMAX_MESSAGE_SIZE" when value is "0" or "-1":
                return "0 sets no limit";
            default:
                return null;
        }
    }

    // Reading is not writing: these do not let another user change what sendmail does.
    private static bool IsHarmless(string flag) => flag.Contains("Readable", StringComparison.OrdinalIgnoreCase) || flag.Equals("InsufficientEntropy", StringComparison.OrdinalIgnoreCase);
}
