namespace Sendmail.M4.Lint;

/// <summary>Features that open a server, or whose time has passed.</summary>
internal static class RiskyFeatures
{
    private static readonly Dictionary<string, string> _risks = new(StringComparer.Ordinal)
    {
        ["promiscuous_relay"] = "anybody may send mail to anybody through this server; it will be abused within hours",
        ["relay_local_from"] = "whoever claims a sender of yours may relay; senders are easily forged",
        ["relay_mail_from"] = "whoever claims a listed sender may relay; senders are easily forged",
        ["relay_based_on_MX"] = "whoever points an MX record here may relay through this server",
        ["loose_relay_check"] = "addresses with % or ! are not looked into; they may lead through this server",
        ["accept_unqualified_senders"] = "senders without a domain are accepted from everywhere",
        ["accept_unresolvable_domains"] = "senders of domains that do not exist are accepted: no report can reach them",
        ["blacklist_recipients"] = "the name now is blocklist_recipients",
        ["rbl"] = "it is obsolete; use dnsbl",
    };

    private static readonly string[] _deadLists =
    [
        "rbl.maps.vix.com", "blackholes.mail-abuse.org", "relays.mail-abuse.org", "dialups.mail-abuse.org", "relays.ordb.org", "relays.osirusoft.com",
        "orbs.dorkslayers.com", "list.dsbl.org", "dnsbl.njabl.org", "combined.njabl.org", "dnsbl.ahbl.org", "dnsbl.sorbs.net", "cbl.abuseat.org", "bl.spamcannibal.org",
    ];

    /// <summary>What is to be said about the call; null: nothing.</summary>
    internal static string? Of(SiteCall call)
    {
        string name = call[0];
        if (name is "dnsbl" or "enhdnsbl")
        {
            if (call.Arguments.Count < 2)
                return "name the list to ask; the one that was taken without is gone";
            return Array.Find(_deadLists, d => call[1].Equals(d, StringComparison.OrdinalIgnoreCase)) is { } dead ? dead + " is no longer there: its answers delay or refuse mail" : null;
        }
        if (name == "nouucp")
            return call.Arguments.Count < 2 ? "it needs an argument, `reject' or `nospecial'" : null;
        return _risks.GetValueOrDefault(name);
    }
}
