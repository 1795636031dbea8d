using Sendmail.Core;

namespace Sendmail.Tools;

/// <summary>What vacation(1) needs to know of a message: who sent it, whom its header names, and whether it is one that is answered.</summary>
internal sealed class VacationMessage
{
    private static readonly string[] _machines = ["postmaster", "uucp", "mailer", "mailer-daemon"];
    private static readonly string[] _endings = ["-request", "-relay", "-owner"];

    /// <summary>The sender of the From_ line or, before that, of Return-Path; null when there is neither.</summary>
    internal string? Sender { get; private set; }
    /// <summary>The first line of the subject.</summary>
    internal string Subject { get; private set; } = "";
    /// <summary>Whether To or Cc has one of the names.</summary>
    internal bool NamesUser { get; private set; }
    /// <summary>Whether a field says that no answer is wanted: Precedence, Auto-Submitted, List-Id.</summary>
    internal bool IsAutomatic { get; private set; }

    /// <summary>Reads a header; the rest of the input is left.</summary>
    internal static VacationMessage Read(Stream input, IReadOnlyList<string> names)
    {
        var message = new VacationMessage();
        using var reader = new StreamReader(input, System.Text.Encoding.Latin1, false, 1 << 14, true);
        string field = "";
        bool first = true;
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            if (first && line.StartsWith("From ", StringComparison.Ordinal))
                message.Sender = line[5..].TrimStart(' ').Split(' ')[0];
            else
                message.Take(line, ref field, names);
            first = false;
        }
        return message;
    }

    private void Take(string line, ref string field, IReadOnlyList<string> names)
    {
        bool continues = line[0] is ' ' or '\t';
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        if (!continues)
            field = colon > 0 ? line[..colon].TrimEnd().ToLowerInvariant() : "";
        string value = continues || colon < 0 ? line : line[(colon + 1)..];
        string word = value.Trim();
        switch (field)
        {
            case "to" or "cc":
                NamesUser |= names.Any(n => Contains(value, n));
                break;
            case "subject" when !continues:
                Subject = word;
                break;
            case "return-path" when !continues && word.Length > 0:
                Sender = word.Split(' ')[0];
                break;
            case "precedence" when !continues:
                IsAutomatic |= Starts(word, "bulk") || Starts(word, "list") || Starts(word, "junk");
                break;
            case "auto-submitted" when !continues:
                IsAutomatic |= !word.Equals("no", StringComparison.OrdinalIgnoreCase);
                break;
            case "list-id" when !continues:
                IsAutomatic = true;
                break;
            default:
                break;
        }
    }

    private static bool Starts(string text, string word) => text.StartsWith(word, StringComparison.OrdinalIgnoreCase);

    // As a word of its own.
    private static bool Contains(string text, string name)
    {
        for (int at = 0; name.Length > 0 && (at = text.IndexOf(name, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            int end = at + name.Length;
            if ((at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsAsciiLetterOrDigit(text[end])))
                return true;
        }
        return false;
    }

    /// <summary>Whether an address is a list's, a machine's or nobody's: it gets no answer.</summary>
    internal static bool IsMachine(string sender)
    {
        string address = sender.Trim('<', '>');
        int at = address.LastIndexOf('@');
        string local = (at < 0 ? address : address[..at]).ToLowerInvariant();
        return local.Length == 0 || local.StartsWith("owner-", StringComparison.Ordinal) || Array.IndexOf(_machines, local) >= 0
            || _endings.Any(e => local.EndsWith(e, StringComparison.Ordinal));
    }
}
