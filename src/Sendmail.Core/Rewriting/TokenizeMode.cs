namespace Sendmail.Core.Rewriting;

/// <summary>How the tokenizer treats what is special in an address.</summary>
[Flags]
public enum TokenizeMode
{
    /// <summary>An address: quotes and angle brackets are balanced, comments are dropped.</summary>
    Address = 0,
    /// <summary>Comments stay as tokens of parentheses and words (address test mode, check rulesets).</summary>
    KeepComments = 1,
    /// <summary>A rule: nothing is balanced.</summary>
    Rule = 2,
    /// <summary>Text that was made of tokens: every metasymbol in it is a token, not part of a word.</summary>
    Rewritten = 4,
}
