using Sendmail.Core.Cf;

namespace Sendmail.Mta.Queueing;

/// <summary>Which messages a listing, a run or a change of quarantine is about (-qI, -qR, -qS, -qQ, -qL, -qG, each with -q!…).</summary>
public sealed record QueueSelection
{
    /// <summary>Everything in the ordinary queue.</summary>
    public static readonly QueueSelection All = new();

    /// <summary>Substrings of queue ids (I), recipients (R), senders (S) and quarantine reasons (Q), each with whether it must not match. Any of a kind, all kinds.</summary>
    public IReadOnlyList<(char Kind, string Text, bool Not)> Limits { get; init; } = [];
    /// <summary>First letters of the control files: q ordinary, h quarantined, Q lost.</summary>
    public string Kinds { get; init; } = "q";
    /// <summary>Name of the only queue group, null for all.</summary>
    public string? Group { get; init; }

    internal bool Matches(ReadOnlySpan<byte> id, QueueSummary message)
    {
        foreach (char kind in "IRSQ")
        {
            bool asked = false;
            bool good = false;
            foreach ((char limit, string text, bool not) in Limits)
            {
                if (limit != kind)
                    continue;
                asked = true;
                good |= Contains(kind, text, id, message) != not;
            }
            if (asked && !good)
                return false;
        }
        return true;
    }

    private static bool Contains(char kind, string text, ReadOnlySpan<byte> id, QueueSummary message)
    {
        switch (kind)
        {
            case 'I': return QueueSummary.Text(id).Contains(text, StringComparison.Ordinal);
            case 'S': return message.HasSender && QueueSummary.Text(message.Sender).Contains(text, StringComparison.OrdinalIgnoreCase);
            case 'Q': return message.IsQuarantined && QueueSummary.Text(message.Quarantine).Contains(text, StringComparison.OrdinalIgnoreCase);
            default:
                for (int i = 0; i < message.LineCount; i++)
                {
                    ReadOnlySpan<byte> line = message.Line(i, out bool isController);
                    if (!isController && QueueSummary.Text(line).Contains(text, StringComparison.OrdinalIgnoreCase))
                        return true;
                }
                return false;
        }
    }

    /// <summary>Whether a group of this name exists.</summary>
    public static bool IsGroup(Configuration configuration, string name)
    {
        foreach (QueueGroup group in configuration.QueueGroups)
        {
            if (group.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }
}
