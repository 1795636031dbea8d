namespace Sendmail.Core.Cf;

/// <summary>A class: a set of words, compared without ASCII case. Members may be phrases of several tokens.</summary>
/// <param name="words">Knows how words are spelled; null when that shows nowhere.</param>
public sealed class MailClass(ClassWords? words = null)
{
    private readonly HashSet<string> _members = new(AsciiCase.Comparer);

    /// <summary>The members as they are spelled, in no order.</summary>
    public IReadOnlyCollection<string> Members => _members;

    /// <summary>Largest number of tokens in a member; what <c>$=x</c> needs to look ahead. Kept by the reader.</summary>
    public int LongestPhrase { get; internal set; } = 1;

    /// <summary>Whether the word or phrase is a member.</summary>
    public bool Contains(string word) => _members.Contains(word);

    /// <summary>How many tokens can make up a member: what <paramref name="blank"/> stands for parts words too (BlankSub).</summary>
    internal static int TokensOf(string member, Rewriting.Tokenizer tokenizer, char blank)
    {
        int count = tokenizer.Tokenize(member, Rewriting.TokenizeMode.Rule).Count;
        return blank is ' ' or '\0' || !member.Contains(blank, StringComparison.Ordinal) ? count
            : Math.Max(count, tokenizer.Tokenize(member.Replace(blank, ' '), Rewriting.TokenizeMode.Rule).Count);
    }

    /// <summary>Adds a member of so many tokens in address test mode.</summary>
    public void AddPhrase(string word, int tokens)
    {
        Add(word);
        LongestPhrase = Math.Max(LongestPhrase, tokens);
    }

    /// <summary>Adds a member while the configuration is being read.</summary>
    public void Add(string word) => _members.Add(words?.Spell(word) ?? word);
}
