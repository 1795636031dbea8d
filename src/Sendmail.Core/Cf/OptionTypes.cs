namespace Sendmail.Core.Cf;

/// <summary>O PrivacyOptions (op 5.6).</summary>
[Flags]
public enum PrivacyFlags
{
    /// <summary>public.</summary>
    Public = 0,
    /// <summary>needmailhelo: HELO before MAIL.</summary>
    NeedMailHelo = 1,
    /// <summary>needexpnhelo: HELO before EXPN.</summary>
    NeedExpnHelo = 2,
    /// <summary>needvrfyhelo: HELO before VRFY.</summary>
    NeedVrfyHelo = 4,
    /// <summary>noexpn.</summary>
    NoExpn = 8,
    /// <summary>novrfy.</summary>
    NoVrfy = 16,
    /// <summary>authwarnings: X-Authentication-Warning headers.</summary>
    AuthWarnings = 32,
    /// <summary>noverb.</summary>
    NoVerb = 64,
    /// <summary>noreceipts: no success DSNs.</summary>
    NoReceipts = 128,
    /// <summary>nobodyreturn: DSNs without the body.</summary>
    NoBodyReturn = 256,
    /// <summary>restrictmailq.</summary>
    RestrictMailq = 512,
    /// <summary>restrictqrun.</summary>
    RestrictQrun = 1024,
    /// <summary>restrictexpand.</summary>
    RestrictExpand = 2048,
    /// <summary>noetrn.</summary>
    NoEtrn = 4096,
    /// <summary>noactualrecipient: no X-Actual-Recipient in DSNs.</summary>
    NoActualRecipient = 8192,
    /// <summary>goaway: what keeps strangers from learning anything; authwarnings come with it.</summary>
    GoAway = NeedMailHelo | NeedExpnHelo | NeedVrfyHelo | NoExpn | NoVrfy | NoVerb | AuthWarnings,
}

/// <summary>A user and group with the name they were given by. Ids are -1 where not known.</summary>
public sealed record RunAs(int UserId, int GroupId, string UserName)
{
    /// <summary>Nobody in particular.</summary>
    public static readonly RunAs None = new(-1, -1, "");
}
