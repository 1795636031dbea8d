using Sendmail.Core.Cf;

namespace Sendmail.Core.Rewriting;

/// <summary>
/// One R line. The texts keep metasymbols (<see cref="Meta"/>); the token arrays are what the rewriter runs. A
/// metasymbol with its operand is one token.
/// </summary>
public sealed record RewriteRule(string Left, string Right, Token[] LeftTokens, Token[] RightTokens, CfLocation Location)
{
    private RulePattern? _pattern;

    /// <summary>The left side as the matcher wants it, made when the rule is first tried.</summary>
    internal RulePattern Pattern => _pattern ??= new RulePattern(LeftTokens);
}

/// <summary>An S line with its rules.</summary>
public sealed class RuleSet(int number, string name)
{
    /// <summary>Number; named rulesets get one from the top of the table.</summary>
    public int Number { get; } = number;
    /// <summary>Name, or the number as text.</summary>
    public string Name { get; } = name;
    /// <summary>Rules in order. Repeated S lines append.</summary>
    public List<RewriteRule> Rules { get; } = [];
}

/// <summary>All rulesets of a configuration, by number and by name (upper and lower case differ).</summary>
public sealed class RuleSetTable
{
    private readonly Dictionary<string, RuleSet> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<int, RuleSet> _byNumber = [];

    /// <summary>All rulesets, in no order.</summary>
    public IReadOnlyCollection<RuleSet> All => _byNumber.Values;

    /// <summary>By name, or by number written in digits; null when the configuration has no such ruleset.</summary>
    public RuleSet? Find(string name) =>
        _byName.TryGetValue(name, out RuleSet? set) ? set
        : int.TryParse(name, System.Globalization.NumberStyles.None, null, out int number) ? Find(number) : null;

    /// <summary>By number; null when the configuration has no such ruleset.</summary>
    public RuleSet? Find(int number) => _byNumber.GetValueOrDefault(number);

    /// <summary>Adds a ruleset while the configuration is being read.</summary>
    public void Add(RuleSet set)
    {
        _byNumber[set.Number] = set;
        _byName[set.Name] = set;
    }
}
