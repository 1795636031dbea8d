using System.Globalization;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;

namespace Sendmail.Core.Addressing;

/// <summary>A resolved workspace: <c>$#mailer $@ host $: user</c>, each part as text.</summary>
public sealed record Triple(string Mailer, string Host, string User, IReadOnlyList<Token> UserTokens)
{
    /// <summary>Whether there was a <c>$:</c>.</summary>
    public bool HasUser { get; private init; }

    /// <summary>Reads a workspace that begins with <c>$#</c>. The mailer is one token; what stands between it and the next part is passed over.</summary>
    /// <param name="workspace">What was resolved.</param>
    /// <param name="tokenizer">Joins the tokens of a part.</param>
    /// <param name="blank">Stands between words of host and user.</param>
    /// <param name="longestHost">Octets of the host part that are kept.</param>
    /// <param name="longestUser">Octets of the user part that are kept.</param>
    public static Triple Read(List<Token> workspace, Tokenizer tokenizer, char blank, int longestHost = int.MaxValue, int longestUser = int.MaxValue)
    {
        string Join(List<Token> tokens, int from, int to, char between, int longest)
        {
            string joined = tokenizer.Join(tokens, from, to, between);
            return joined.Length > longest ? joined[..longest] : joined;
        }
        int Find(int from, params ReadOnlySpan<char> stops)
        {
            while (from < workspace.Count && !stops.Contains(workspace[from].Operator))
                from++;
            return from;
        }
        string mailer = workspace.Count > 1 ? workspace[1].Text : "";
        string host = "";
        int at = Find(2, Meta.At, Meta.Colon);
        if (at < workspace.Count && workspace[at].Operator == Meta.At)
        {
            int end = Find(at, Meta.Colon);
            host = Join(workspace, at + 1, end, blank, longestHost);
            at = end;
        }
        if (at >= workspace.Count)
            return new Triple(mailer, host, "", []);
        List<Token> user = workspace.GetRange(at + 1, workspace.Count - at - 1);
        // Error texts are written for people: words are separated by blanks, quotes and backslashes go.
        string text = mailer.Equals("error", StringComparison.OrdinalIgnoreCase)
            ? AddressParser.StripQuotes(Join(user, 0, user.Count, ' ', longestUser)) : Join(user, 0, user.Count, blank, longestUser);
        return new Triple(mailer, host, text, user) { HasUser = true };
    }

    /// <summary>The reply an <c>error</c> mailer stands for: code from the text, status from the host part.</summary>
    public SmtpReply ToReply()
    {
        string text = User;
        int code = 0;
        if (HasCode(text))
        {
            code = int.Parse(text.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture);
            text = text[3..].TrimStart(' ', '-');
        }
        if (EnhancedStatus.TryParse(text, out EnhancedStatus inText) is var n and > 0 && n < text.Length && text[n] == ' ')
            text = text[n..].TrimStart();
        else
            inText = default;
        EnhancedStatus status = default;
        if (EnhancedStatus.TryParse(Host, out EnhancedStatus parsed) > 0)
            status = parsed;
        else if (Host.Length > 0 && code == 0)
            status = OfWord(Host);
        if (!inText.IsEmpty)
            status = inText;
        if (code == 0)
        {
            code = status.Class == 4 ? 451 : status.IsEmpty ? 553 : 550;
            if (status.IsEmpty)
                status = new EnhancedStatus(5, 3, 0);
        }
        if (status.IsEmpty)
            status = code < 500 ? new EnhancedStatus(4, 0, 0) : new EnhancedStatus(5, 0, 0);
        return new SmtpReply(code, status, text) { Exit = ExitOfWord(Host) };
    }

    /// <summary>The same for a check ruleset, where nothing but a code in front of the text counts: without one it is 553 5.3.0.</summary>
    public SmtpReply ToCheckReply() => HasCode(User)
        ? ToReply() : new SmtpReply(553, new EnhancedStatus(5, 3, 0), User);

    private static bool HasCode(string text) =>
        text.Length > 3 && text[0] is '4' or '5' && char.IsAsciiDigit(text[1]) && char.IsAsciiDigit(text[2]) && text[3] == ' ';

    private static SysExit? ExitOfWord(string word) => word.ToLowerInvariant() switch
    {
        "usage" => SysExit.Usage,
        "nouser" => SysExit.NoUser,
        "nohost" => SysExit.NoHost,
        "unavailable" => SysExit.Unavailable,
        "software" => SysExit.Software,
        "tempfail" => SysExit.TempFail,
        "protocol" => SysExit.Protocol,
        "config" => SysExit.Config,
        _ => null,
    };

    private static EnhancedStatus OfWord(string word) => word.ToLowerInvariant() switch
    {
        "usage" => new EnhancedStatus(5, 5, 4),
        "nouser" => new EnhancedStatus(5, 1, 1),
        "nohost" => new EnhancedStatus(5, 1, 2),
        "unavailable" => new EnhancedStatus(5, 0, 0),
        "software" => new EnhancedStatus(5, 3, 0),
        "tempfail" => new EnhancedStatus(4, 0, 0),
        "protocol" => new EnhancedStatus(5, 5, 0),
        "config" => new EnhancedStatus(5, 3, 5),
        _ => default,
    };
}
