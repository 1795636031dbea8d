using Sendmail.Core.Cf;
using Sendmail.Maps;

namespace Sendmail.Modes;

/// <summary>What this build can do, by the names that the reference has for compile-time choices.</summary>
internal static class BuildFlags
{
    /// <summary>Of the system, what is used.</summary>
    internal static readonly string[] System = ["HASFCHOWN", "HASFLOCK", "HASINITGROUPS", "HASLSTAT", "HASNICE", "HASSETSID", "HASUNAME", "HASURANDOMDEV", "REQUIRES_DIR_FSYNC"];

    /// <summary>What the reference calls for future release and this program has.</summary>
    internal static readonly string[] Experiments = ["_FFR_BADRCPT_SHUTDOWN", "_FFR_REJECT_NUL_BYTE", "_FFR_RHS"];

    /// <summary>Features in alphabetical order; those that hang on a map class or an option are there when it is.</summary>
    internal static IEnumerable<string> Features()
    {
        (string Name, bool Present)[] all =
        [
            ("DANE", OptionTable.DANE.HasEffect), ("DNSMAP", HasMap("dns")), ("IPV6_FULL", true), ("LDAPMAP", HasMap("ldap")), ("LOG", true),
            ("MAP_REGEX", HasMap("regex")), ("MATCHGECOS", OptionTable.MatchGECOS.HasEffect), ("MILTER", OptionTable.InputMailFilters.HasEffect),
            ("MIME7TO8", true), ("MIME8TO7", true), ("NAMED_BIND", true), ("NETINET", true), ("NETINET6", true), ("NETUNIX", true),
            ("NEWDB=5.3", HasMap("hash")), ("NIS", HasMap("nis")), ("PIPELINING", true), ("SASLv2", OptionTable.AuthMechanisms.HasEffect), ("SCANF", true),
            ("SOCKETMAP", HasMap("socket")), ("STARTTLS", true), ("TCPWRAPPERS", false), ("USERDB", OptionTable.UserDatabaseSpec.HasEffect),
            ("USE_EAI", OptionTable.SmtpUTF8.HasEffect),
        ];
        return all.Where(f => f.Present).Select(f => f.Name);
    }

    private static bool HasMap(string name) => MapClassTable.Find(name) is not null;
}
