using System.Globalization;
using Sendmail.Core.Replies;

namespace Sendmail.Wire.Smtp;

/// <summary>A reply that a server gave: code, enhanced status if it has one, lines as they came without line ends.</summary>
public sealed record RemoteReply(int Code, EnhancedStatus Status, IReadOnlyList<string> Lines)
{
    /// <summary>The last line, which logs and DSNs quote.</summary>
    public string Text => Lines.Count > 0 ? Lines[^1] : "";
    /// <summary>2xx.</summary>
    public bool IsPositive => Code is >= 200 and < 300;
    /// <summary>4xx.</summary>
    public bool IsTemporary => Code is >= 400 and < 500;

    /// <summary>What stands behind code and status on the last line.</summary>
    public string Comment
    {
        get
        {
            string text = Text.Length > 4 ? Text[4..] : "";
            int status = Status.IsEmpty ? 0 : EnhancedStatus.TryParse(text, out _);
            return status > 0 ? text[status..].TrimStart() : text;
        }
    }

    /// <summary>The status, made up from the code when the server gave none.</summary>
    public EnhancedStatus StatusOrDefault => Status.IsEmpty ? new EnhancedStatus(Math.Clamp(Code / 100, 2, 5), 0, 0) : Status;

    /// <summary>The status of an answer to RCPT or to a whole message: the server's own, otherwise what its code means (RFC 3463).</summary>
    public EnhancedStatus StatusOrMeaning
    {
        get
        {
            if (!Status.IsEmpty)
                return Status;
            (int subject, int detail) = Code switch
            {
                450 or 550 => (2, 0),
                451 => (3, 0),
                452 => (3, 1),
                500 => (5, 2),
                501 or 504 => (5, 4),
                502 or 503 => (5, 1),
                551 => (1, 6),
                552 => (2, 2),
                553 => (1, 3),
                _ => (0, 0),
            };
            return new EnhancedStatus(Math.Clamp(Code / 100, 2, 5), subject, detail);
        }
    }

    /// <summary>Reads a complete reply.</summary>
    public static RemoteReply Parse(IReadOnlyList<string> lines, bool givesStatus = true)
    {
        string last = lines[^1];
        int code = last.Length >= 3 && int.TryParse(last.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : 0;
        EnhancedStatus status = default;
        if (givesStatus)
            EnhancedStatus.TryParse(last.Length > 4 ? last.AsSpan(4) : default, out status);
        return new RemoteReply(code, status, lines);
    }
}
