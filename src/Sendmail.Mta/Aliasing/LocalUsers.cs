using Sendmail.Posix;

namespace Sendmail.Mta.Aliasing;

/// <summary>Users of this machine by what a local mailer calls them.</summary>
public static class LocalUsers
{
    /// <summary>The user of a recipient; a detail behind a plus sign does not matter.</summary>
    public static UserRecord? Find(string user)
    {
        int plus = user.IndexOf('+', StringComparison.Ordinal);
        return Users.FindByName(user) ?? (plus > 0 ? Users.FindByName(user[..plus]) : null);
    }

    /// <summary>The user of a sender, to whom the rules for senders of a local mailer add a domain.</summary>
    public static UserRecord? OfSender(string user) => Find(user.IndexOf('@', StringComparison.Ordinal) is var at and > 0 ? user[..at] : user);
}
