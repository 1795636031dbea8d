using System.Globalization;
using Sendmail.Core.Cf;
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

    /// <summary>
    /// The reply an <c>error</c> mailer stands for. Without a code and a blank at the beginning of the text it is 553 5.3.0; with one
    /// the status is the text's own, or else the host part, or else that of the code's class.
    /// </summary>
    public SmtpReply ToReply()
    {
        SysExit exit = ErrorExit.Of(Host);
        if (!HasCode(User))
            return new SmtpReply(553, new EnhancedStatus(5, 3, 0), User) { Exit = exit };
        int code = int.Parse(User.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture);
        string text = User[4..].TrimStart(CfText.Blanks);
        if (EnhancedStatus.TryParse(text, out EnhancedStatus status) is var n and > 0 && n < text.Length && CfText.IsBlank(text[n]))
            text = text[n..].TrimStart(CfText.Blanks);
        else if (EnhancedStatus.TryParse(Host, out status) == 0)
            status = new EnhancedStatus(code / 100, 0, 0);
        return new SmtpReply(code, status, text) { Exit = exit };
    }

    // Numbers of other classes are no answers of a server.
    private static bool HasCode(string text) =>
        text.Length > 3 && text[0] is '2' or '4' or '5' && char.IsAsciiDigit(text[1]) && char.IsAsciiDigit(text[2]) && CfText.IsBlank(text[3]);
}
