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

    private static Dictionary<string, Option>? _byName;

    /// <summary>By exact name (ASCII case-insensitive), null when there is none.</summary>
    public static Option? Find(string name)
    {
        if (_byName is null)
        {
            var byName = new Dictionary<string, Option>(All.Count, StringComparer.OrdinalIgnoreCase);
            foreach (Option option in All)
                byName[option.Name] = option;
            _byName = byName;
        }
        return _byName.GetValueOrDefault(name);
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

    /// <summary>The option whose suboptions are the timeouts; it is no row itself.</summary>
    public const string Timeout = "Timeout";
    /// <summary>The option whose suboptions are about mail filters; it is no row itself.</summary>
    public const string Milter = "Milter";

    /// <summary>
    /// Full names that start with <paramref name="prefix"/> (ASCII case-insensitive), an exact one first, else in the order of
    /// the reference's own table.
    /// </summary>
    public static IReadOnlyList<string> NamesWithPrefix(string prefix)
    {
        var found = new List<string>();
        void Add(string name)
        {
            if (!name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return;
            if (name.Length == prefix.Length)
                found.Insert(0, name);
            else
                found.Add(name);
        }
        foreach (Option option in All)
        {
            // The letters are in alphabetical order, and r stands for Timeout.
            if (option == StatusFile)
                Add(Timeout);
            if (!option.Name.Contains('.', StringComparison.Ordinal))
                Add(option.Name);
        }
        Add(Milter);
        return found;
    }
}
