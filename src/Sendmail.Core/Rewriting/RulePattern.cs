using Sendmail.Core.Cf;

namespace Sendmail.Core.Rewriting;

/// <summary>
/// The left side of a rule, prepared for matching. Most rules cannot match most addresses: tokens that must be there and
/// the number of tokens tell that before anything is compared.
/// </summary>
internal sealed class RulePattern
{
    internal RulePattern(Token[] left)
    {
        Elements = new Element[left.Length];
        bool open = false;
        int growing = 0;
        for (int i = 0; i < left.Length; i++)
        {
            Token token = left[i];
            bool named = token.Operator is Meta.InClass or Meta.NotInClass or Meta.LateMacro;
            Elements[i] = new Element(token, named ? CfText.Name(token.Operand) : "");
            switch (token.Operator)
            {
                case Meta.ZeroOrMore:
                    open = true;
                    growing++;
                    break;
                case Meta.OneOrMore or Meta.InClass:
                    open = true;
                    growing++;
                    Least++;
                    break;
                case Meta.LateMacro:
                    open = true;
                    HasMacros = true;
                    break;
                case Meta.At:
                    break;
                case Meta.ExactlyOne or Meta.NotInClass:
                    Least++;
                    break;
                default:
                    Required |= token.Bit;
                    Least++;
                    break;
            }
        }
        Most = open ? int.MaxValue : Least;
        Growing = growing;
    }

    /// <summary>One token of the left side with the class it names.</summary>
    internal struct Element(Token token, string name)
    {
        internal readonly Token Token = token;
        internal readonly char Operator = token.Operator;
        /// <summary>Name of the class or macro.</summary>
        internal readonly string Name = name;
        /// <summary>The class as last found, null until it was needed or while there is none.</summary>
        internal FoundClass? Found;
    }

    /// <summary>A class and where it was found: sessions may have classes of their own, rules are shared.</summary>
    internal sealed record FoundClass(IReadOnlyDictionary<string, MailClass> Classes, MailClass Class);

    internal Element[] Elements { get; }

    /// <summary>Bits of tokens that a matching workspace has (<see cref="Token.Bit"/>).</summary>
    internal ulong Required { get; }

    /// <summary>Least number of tokens that can match.</summary>
    internal int Least { get; }

    /// <summary>Largest number of tokens that can match.</summary>
    internal int Most { get; }

    /// <summary>Wildcards of variable length: how deep a search can go.</summary>
    internal int Growing { get; }

    /// <summary>Whether macros are looked up while it is matched.</summary>
    internal bool HasMacros { get; }

    /// <summary>Whether a workspace of these tokens could match.</summary>
    internal bool MayMatch(ulong present, int count) => (Required & ~present) == 0 && count >= Least && count <= Most;
}
