using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Headers;
using Sendmail.Core.Logging;

namespace Sendmail;

/// <summary>
/// What recipients and the log are told of a submission that claims more than its user is (PrivacyOptions=authwarnings):
/// another configuration, another queue, another sender.
/// </summary>
internal static class AuthenticationWarnings
{
    private const string StandardQueue = "/var/spool/mqueue";
    private const string Field = "X-Authentication-Warning";

    private static bool IsOn(ModeContext context) => (context.Configuration.Options.Get(OptionTable.PrivacyOptions) & PrivacyFlags.AuthWarnings) != 0;

    // The order is that of the log; headers have the last one first.
    private static IEnumerable<string> OfProcess(ModeContext context)
    {
        if (ModeContext.IsRoot || !IsOn(context))
            yield break;
        if (context.Line.ConfigurationFile is { } file)
            yield return "Processed by " + context.UserName + " with -C " + file;
        // The system's own configuration may have its queue where it likes.
        string queue = context.Configuration.Options.Get(OptionTable.QueueDirectory);
        if (context.Line is { ConfigurationFile: null, NamesQueue: false })
            yield break;
        // Class t lets users name senders; option TrustedUser does not count here.
        if (!context.Configuration.IsInClass("t", context.UserName) && queue != StandardQueue)
            yield return "Processed from queue " + queue;
    }

    /// <summary>Logs what holds for the whole process.</summary>
    internal static void Note(ModeContext context)
    {
        foreach (string warning in OfProcess(context))
            context.Log.Write(4, LogPriority.Info, "NOQUEUE", "Authentication-Warning: " + HostName(context) + ": " + warning);
    }

    /// <summary>Adds the headers of a submission.</summary>
    internal static void Add(ModeContext context, Envelope envelope)
    {
        foreach (string warning in OfProcess(context))
            Insert(context, envelope, warning);
    }

    /// <summary>Tells of one message, in its header and in the log.</summary>
    internal static void Tell(ModeContext context, Envelope envelope, string warning)
    {
        if (!IsOn(context))
            return;
        Insert(context, envelope, warning);
        context.Log.Write(4, LogPriority.Info, envelope.Id, "Authentication-Warning: " + HostName(context) + ": " + warning);
    }

    private static void Insert(ModeContext context, Envelope envelope, string warning) =>
        envelope.Headers.Insert(0, new Header { Name = Field, Value = " " + HostName(context) + ": " + warning });

    private static string HostName(ModeContext context) =>
        Core.Rewriting.MacroExpander.Expand(context.Configuration.Macros["j"] ?? "localhost", context.Configuration.Macros);
}
