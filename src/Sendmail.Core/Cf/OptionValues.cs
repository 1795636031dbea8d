namespace Sendmail.Core.Cf;

/// <summary>The option's row without its type: what <c>O Name=value</c> and <c>-O</c> look up (op 5.6).</summary>
public abstract class Option
{
    /// <summary>Long name as the documents spell it.</summary>
    public required string Name { get; init; }
    /// <summary>Old one-letter name, '\0' when there is none.</summary>
    public char Letter { get; init; }
    /// <summary>Whether an ordinary user may set it on the command line and keep set-group-ID.</summary>
    public bool Safe { get; init; }
    /// <summary>Whether anything here depends on the option; if not, setting it gives one warning.</summary>
    public bool HasEffect { get; init; } = true;
    /// <summary>One line of documentation.</summary>
    public required string Summary { get; init; }
    /// <summary>Index of the value in <see cref="OptionValues"/>; given by the table.</summary>
    internal int Slot { get; set; }
    /// <summary>The value when nothing sets it, as a configuration would write it; empty for none and for those that have no short form.</summary>
    public abstract string DefaultText { get; }
    /// <summary>The default, boxed.</summary>
    internal abstract object? BoxedDefault { get; }
    /// <summary>Parses a value; false with a message when it is wrong.</summary>
    internal abstract bool TryParse(string text, object? previous, out object? value, out string? error);
}

/// <summary>How a value is read. <paramref name="previous"/> is what the option held, for those that add up.</summary>
public delegate bool OptionParser<T>(string text, T previous, out T value, out string? error);

/// <summary>One row of the option table with its type, parser and default.</summary>
public sealed class Option<T> : Option
{
    /// <summary>Value when nothing sets it.</summary>
    public required T Default { get; init; }
    /// <summary>How a value is read.</summary>
    public required OptionParser<T> Parser { get; init; }

    internal override object? BoxedDefault => Default;

    /// <inheritdoc/>
    public override string DefaultText => Default switch
    {
        bool set => set ? "True" : "False",
        TimeSpan time => Written(time),
        string or char or int or long => Convert.ToString(Default, System.Globalization.CultureInfo.InvariantCulture)!.Trim('\0').Trim(),
        _ => "",
    };

    private static string Written(TimeSpan time)
    {
        foreach ((double seconds, char unit) in ((double, char)[])[(604800, 'w'), (86400, 'd'), (3600, 'h'), (60, 'm')])
        {
            if (time.TotalSeconds >= seconds && time.TotalSeconds % seconds == 0)
                return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(long)(time.TotalSeconds / seconds)}{unit}");
        }
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(long)time.TotalSeconds}s");
    }

    internal override bool TryParse(string text, object? previous, out object? value, out string? error)
    {
        bool ok = Parser(text, previous is T typed ? typed : Default, out T parsed, out error);
        value = parsed;
        return ok;
    }
}

/// <summary>The value of every option. Written while the configuration is read, then only read.</summary>
public sealed class OptionValues(int count)
{
    private readonly object?[] _values = new object?[count];
    private readonly bool[] _set = new bool[count];
    private readonly int[] _lines = new int[count];

    /// <summary>The value of an option, its default when nothing set it.</summary>
    public T Get<T>(Option<T> option) => _set[option.Slot] ? (T)_values[option.Slot]! : option.Default;

    /// <summary>Whether the configuration or command line set the option.</summary>
    public bool IsSet(Option option) => _set[option.Slot];

    /// <summary>Sets a value directly (command-line flags that are short for an option).</summary>
    public void Set<T>(Option<T> option, T value)
    {
        _values[option.Slot] = value;
        _set[option.Slot] = true;
    }

    /// <summary>The line of the configuration file that set the option last, 0 when none did.</summary>
    public int Line(Option option) => _lines[option.Slot];

    internal object? Raw(Option option) => _set[option.Slot] ? _values[option.Slot] : option.BoxedDefault;

    internal void SetRaw(Option option, object? value, int line)
    {
        _lines[option.Slot] = line;
        _values[option.Slot] = value;
        _set[option.Slot] = true;
    }
}
