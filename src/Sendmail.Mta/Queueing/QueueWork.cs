using System.Text;

namespace Sendmail.Mta.Queueing;

/// <summary>The messages of one queue directory that a run or a list is about, in order.</summary>
internal sealed class QueueWork(string directory, string control, QueueNames names, ReadOnlyMemory<QueueItem> items, int found)
{
    /// <summary>The queue directory.</summary>
    internal string Directory => directory;
    /// <summary>How many there are.</summary>
    internal int Count => items.Length;
    /// <summary>How many there were before MaxQueueRunSize cut them off.</summary>
    internal int Found => found;

    /// <summary>Priority of one.</summary>
    internal long Priority(int index) => items.Span[index].Priority;

    /// <summary>One of the messages.</summary>
    internal QueueEntry this[int index] => Entry(control, Name(index));

    /// <summary>The name of one's control file.</summary>
    internal ReadOnlySpan<byte> Name(int index) => names[items.Span[index].Name];

    /// <summary>Where control files are.</summary>
    internal string Control => control;

    /// <summary>The message of a control file.</summary>
    internal static QueueEntry Entry(string control, ReadOnlySpan<byte> name) =>
        new(Encoding.UTF8.GetString(name[2..]), control + "/" + Encoding.UTF8.GetString(name), (char)name[0]);
}
