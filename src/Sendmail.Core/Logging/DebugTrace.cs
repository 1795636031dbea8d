using System.Globalization;

namespace Sendmail.Core.Logging;

/// <summary>
/// What <c>-d</c> asks for: a level for each of the categories 0 to 99, and where the lines go. A category that nothing asks
/// for has level 0.
/// </summary>
public sealed class DebugTrace(TextWriter output)
{
    private const int Categories = 100;
    private const int HighestLevel = 255;

    /// <summary>What a bare <c>-d</c> means.</summary>
    public const string Everything = "0-99.1";

    private readonly byte[] _levels = new byte[Categories];

    /// <summary>Where lines go.</summary>
    public TextWriter Output { get; set; } = output;

    /// <summary>The level of a category.</summary>
    public int Level(int category) => _levels[category];

    /// <summary>Whether <paramref name="category"/> is traced at <paramref name="level"/>.</summary>
    public bool Has(int category, int level) => _levels[category] >= level;

    /// <summary>Writes a line when the category is traced at that level.</summary>
    public void Line(int category, int level, string text)
    {
        if (_levels[category] >= level)
            Output.WriteLine(text);
    }

    /// <summary>
    /// Adds a specification: <c>category[-category][.level]</c>, several separated by commas. A missing level is 1, numbers
    /// beyond the ends are cut to them, and names, which stand for categories of a library that does not exist here, change
    /// nothing.
    /// </summary>
    public void Add(string specification)
    {
        if (specification.Length == 0)
            specification = Everything;
        foreach (string part in specification.Split(','))
            AddOne(part.AsSpan().Trim());
    }

    private void AddOne(ReadOnlySpan<char> part)
    {
        if (part.Length == 0 || char.IsAsciiLetter(part[0]))
            return;
        int at = 0;
        int first = Number(part, ref at);
        int last = first;
        if (at < part.Length && part[at] == '-')
        {
            at++;
            last = Number(part, ref at);
        }
        int level = 1;
        if (at < part.Length && part[at] == '.')
        {
            at++;
            level = Number(part, ref at);
        }
        for (int i = Math.Min(first, Categories - 1); i <= Math.Min(last, Categories - 1); i++)
            _levels[i] = (byte)Math.Min(level, HighestLevel);
    }

    private static int Number(ReadOnlySpan<char> text, ref int at)
    {
        int start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        return at == start ? 0 : int.TryParse(text[start..at], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : int.MaxValue;
    }
}
