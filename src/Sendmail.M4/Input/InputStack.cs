using System.Runtime.CompilerServices;
using Sendmail.M4.Macros;

namespace Sendmail.M4.Input;

/// <summary>
/// What is still to be read: the text of the last expansion first, then the rest of what it stood in. Characters and tokens
/// run on from one block into the next.
/// </summary>
internal sealed class InputStack
{
    private readonly List<InputBlock> _blocks = [];
    private readonly Stack<InputBlock> _spare = new();
    private long _pending;

    /// <summary>Told when a file ends: that file, and what is read again, or null when there is nothing.</summary>
    internal Action<InputBlock, InputBlock?>? FileEnded { get; set; }

    /// <summary>The block being read; null when all input is used up.</summary>
    internal InputBlock? Top { get; private set; }

    internal int Depth => _blocks.Count;

    internal void PushText(string text, string file, int line)
    {
        if (text.Length == 0)
            return;
        DropReadText();
        InputBlock block = New();
        block.SetText(text, file, line);
        Charge(block);
    }

    /// <summary>The text of an argument, which need not be copied.</summary>
    internal void PushText(Argument argument, string file, int line)
    {
        if (argument.Length == 0)
            return;
        if (_pending + argument.Cost > M4Limits.SharedText)
        {
            PushText(argument.Alone().Source, file, line);
            return;
        }
        DropReadText();
        InputBlock block = New();
        block.SetText(argument, file, line);
        Charge(block);
    }

    private void Charge(InputBlock block)
    {
        _pending += block.Cost;
        if (_pending > M4Limits.PendingText)
            throw new M4ExitException(1, "memory exhausted");
    }

    internal void PushBuiltin(Builtin builtin, string file, int line) => New().SetBuiltin(builtin, file, line);

    internal void PushFile(Stream source, string file)
    {
        DropReadText();
        New().SetFile(source, file);
    }

    // The text that called us is read to its end in most cases: dropping it here keeps a loop by recursion flat.
    private void DropReadText()
    {
        while (Top is { IsFile: false, Builtin: null } top && top.Position == top.End)
            Pop();
    }

    /// <summary>Makes the top block one that has characters or is a builtin; false at the end of all input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Settle() => Top is { } top && top.Position < top.End || SettleNext();

    private bool SettleNext()
    {
        while (Top is { } top)
        {
            if (top.Position < top.End || top.Builtin is not null || top.Refill())
                return true;
            Pop();
        }
        return false;
    }

    /// <summary>Takes the builtin on top away.</summary>
    internal void PopBuiltin() => Pop();

    /// <summary>The character <paramref name="ahead"/> places on, or -1: end of input or a builtin is nearer.</summary>
    internal int Peek(int ahead = 0)
    {
        if (Top is { } first && first.Position + ahead < first.End)
            return first.Text[first.Position + ahead];
        for (int i = _blocks.Count - 1; i >= 0; i--)
        {
            InputBlock block = _blocks[i];
            if (block.Builtin is not null)
                return -1;
            int left = block.End - block.Position;
            if (ahead < left)
                return block.Text[block.Position + ahead];
            if (left == 0 && block.Refill())
            {
                i++;
                continue;
            }
            ahead -= left;
        }
        return -1;
    }

    /// <summary>Whether the input goes on with <paramref name="text"/>.</summary>
    internal bool IsNext(string text)
    {
        if (Top is { } top && top.End - top.Position >= text.Length)
            return text.Length == 1 ? top.Text[top.Position] == text[0] : top.Text.AsSpan(top.Position, text.Length).SequenceEqual(text);
        for (int i = 0; i < text.Length; i++)
        {
            if (Peek(i) != text[i])
                return false;
        }
        return true;
    }

    /// <summary>Passes <paramref name="count"/> characters that were seen by <see cref="Peek"/>.</summary>
    internal void Skip(int count)
    {
        while (count > 0 && Settle())
        {
            InputBlock top = Top!;
            int here = Math.Min(count, top.End - top.Position);
            top.Advance(top.Position + here);
            count -= here;
        }
    }

    /// <summary>The line at which a file stands that is being read, 0 for another.</summary>
    internal int LineIn(string file) => _blocks.Find(b => b.IsFile && b.File == file)?.Line ?? 0;

    /// <summary>Closes all files.</summary>
    internal void Clear()
    {
        foreach (InputBlock block in _blocks)
            block.Close();
        _blocks.Clear();
        Top = null;
    }

    private InputBlock New()
    {
        if (!_spare.TryPop(out InputBlock? block))
            block = new InputBlock();
        _blocks.Add(block);
        return Top = block;
    }

    private void Pop()
    {
        InputBlock gone = _blocks[^1];
        _blocks.RemoveAt(_blocks.Count - 1);
        Top = _blocks.Count > 0 ? _blocks[^1] : null;
        if (gone.IsFile)
        {
            gone.Close();
            FileEnded?.Invoke(gone, Top);
        }
        else
        {
            _pending -= gone.Cost;
        }
        if (_spare.Count < 64)
        {
            gone.Clear();
            _spare.Push(gone);
        }
    }
}
