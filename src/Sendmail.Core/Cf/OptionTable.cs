namespace Sendmail.Core.Cf;

/// <summary>
/// Every option of sendmail.cf (op 5.6), one typed row each. The rows stand in partial files by theme; adding an option
/// is adding a row. Use: <c>configuration.Options.Get(OptionTable.MaxHopCount)</c>.
/// </summary>
public static partial class OptionTable
{
    // Rows register themselves in the order of initialisation, which is within one type well defined.
    private static List<Option>? _rows;

    /// <summary>All rows.</summary>
    public static IReadOnlyList<Option> All => _rows!;

    private static Option<T> Row<T>(Option<T> option)
    {
        _rows ??= new List<Option>(200);
        option.Slot = _rows.Count;
        _rows.Add(option);
        return option;
    }

    /// <summary>By exact name (ASCII case-insensitive), null when there is none.</summary>
    public static Option? Find(string name)
    {
        foreach (Option option in All)
        {
            if (string.Equals(option.Name, name, StringComparison.OrdinalIgnoreCase))
                return option;
        }
        return null;
    }

    /// <summary>By old one-letter name, null when there is none.</summary>
    public static Option? Find(char letter)
    {
        foreach (Option option in All)
        {
            if (option.Letter == letter && letter != '\0')
                return option;
        }
        return null;
    }

    /// <summary>All options whose name starts with <paramref name="prefix"/>; suboptions only when the prefix names them.</summary>
    public static IReadOnlyList<Option> WithPrefix(string prefix)
    {
        var found = new List<Option>();
        foreach (Option option in All)
        {
            if (option.Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && !option.Name.Contains('.', StringComparison.Ordinal))
                found.Add(option);
        }
        return found;
    }
}
