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

    internal bool Matches(QueueSummary message)
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
                good |= Contains(kind, text, message) != not;
            }
            if (asked && !good)
                return false;
        }
        return true;
    }

    private static bool Contains(char kind, string text, QueueSummary message) => kind switch
    {
        'I' => message.Entry.Id.Contains(text, StringComparison.Ordinal),
        'S' => message.Sender?.Contains(text, StringComparison.OrdinalIgnoreCase) == true,
        'Q' => message.Quarantine?.Contains(text, StringComparison.OrdinalIgnoreCase) == true,
        _ => message.Recipients.Exists(r => r.Text.Contains(text, StringComparison.OrdinalIgnoreCase)),
    };

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
