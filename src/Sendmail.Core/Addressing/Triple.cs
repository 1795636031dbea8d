using System.Globalization;
using System.Text;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;

namespace Sendmail.Core.Addressing;

/// <summary>A resolved workspace: <c>$#mailer $@ host $: user</c>, each part as text.</summary>
public sealed record Triple(string Mailer, string Host, string User, IReadOnlyList<Token> UserTokens)
{
    /// <summary>Reads a workspace that begins with <c>$#</c>.</summary>
    public static Triple Read(List<Token> workspace, Tokenizer tokenizer, char blank)
    {
        int at = 1;
        int Until(params ReadOnlySpan<char> stops)
        {
            int i = at;
            while (i < workspace.Count && !stops.Contains(workspace[i].Operator))
                i++;
            return i;
        }
        int end = Until(Meta.At, Meta.Colon);
        string mailer = Concatenate(workspace, at, end);
        at = end;
        string host = "";
        if (at < workspace.Count && workspace[at].Operator == Meta.At)
        {
            at++;
            end = Until(Meta.Colon);
            host = Concatenate(workspace, at, end);
            at = end;
        }
        IReadOnlyList<Token> user = [];
        string text = "";
        if (at < workspace.Count)
        {
            user = workspace.GetRange(at + 1, workspace.Count - at - 1);
            text = mailer.Equals("error", StringComparison.OrdinalIgnoreCase) ? ErrorText(user) : tokenizer.Join(user, 0, user.Count, blank);
        }
        return new Triple(mailer, host, text, user);
    }

    private static string Concatenate(List<Token> tokens, int from, int to)
    {
        var text = new StringBuilder();
        for (int i = from; i < to; i++)
            text.Append(tokens[i].Text);
        return text.ToString();
    }

    // Error texts are written for people: quoted strings lose their quotes, words are separated by blanks.
    private static string ErrorText(IReadOnlyList<Token> tokens)
    {
        var text = new StringBuilder();
        bool wordBefore = false;
        foreach (Token token in tokens)
        {
            string part = token.Text;
            bool word = part.Length > 1 || char.IsLetterOrDigit(part.Length > 0 ? part[0] : ' ');
            if (part.Length >= 2 && part[0] == '"' && part[^1] == '"')
            {
                // A quoted string brings its own blanks.
                part = part[1..^1];
                word = false;
            }
            if (word && wordBefore)
                text.Append(' ');
            text.Append(part);
            wordBefore = word;
        }
        return text.ToString();
    }

    /// <summary>The reply an <c>error</c> mailer stands for: code from the text, status from the host part.</summary>
    public SmtpReply ToReply()
    {
        string text = User;
        int code = 0;
        if (text.Length > 3 && text[0] is '4' or '5' && char.IsAsciiDigit(text[1]) && char.IsAsciiDigit(text[2]) && text.Length > 3 && text[3] == ' ')
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
        return new SmtpReply(code, status, text);
    }

    /// <summary>The same for a check ruleset, where nothing but a code in front of the text counts: without one it is 553 5.3.0.</summary>
    public SmtpReply ToCheckReply() => User.Length > 3 && User[0] is '4' or '5' && User.Length > 3 && char.IsAsciiDigit(User[1]) && char.IsAsciiDigit(User[2]) && User[3] == ' '
        ? ToReply() : new SmtpReply(553, new EnhancedStatus(5, 3, 0), User);

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
