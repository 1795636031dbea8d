using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Posix;

namespace Sendmail.Mta.Delivery;

/// <summary>As whom a delivery to a program or file runs (op 5.4, U= and F=S).</summary>
internal static class RunAsIds
{
    /// <summary>U= of the mailer; root for F=S; the user of the recipient for programs, files and F=o; otherwise DefaultUser.</summary>
    internal static (int User, int Group) Of(Address recipient, Mailer mailer, Configuration configuration)
    {
        if (mailer.UserId >= 0)
            return (mailer.UserId, mailer.GroupId);
        bool own = mailer.Has('o') || mailer.Name is "prog" or "*file*";
        RunAs standard = configuration.Options.Get(OptionTable.DefaultUser);
        int standardUser = standard.UserId >= 0 ? standard.UserId : 1;
        int standardGroup = standard.GroupId >= 0 ? standard.GroupId : 1;
        if (own && recipient.UserId > 0)
        {
            // A control file names the group 0 where none is known.
            if (recipient.GroupId > 0)
                return (recipient.UserId, recipient.GroupId);
            return recipient.UserId == standardUser ? (standardUser, standardGroup) : (recipient.UserId, Users.FindById(recipient.UserId)?.GroupId ?? standardGroup);
        }
        return mailer.Has('S') ? (0, 0) : (standardUser, standardGroup);
    }
}
