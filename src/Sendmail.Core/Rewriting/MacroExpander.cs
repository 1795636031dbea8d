using System.Text;
using Sendmail.Core.Cf;

namespace Sendmail.Core.Rewriting;

/// <summary>Expands macros and conditionals in encoded text: <c>$x</c>, <c>${name}</c>, <c>$&amp;x</c>, <c>$?x a $| b $.</c> (op 5.1.2).</summary>
public static class MacroExpander
{
    // Values of macros in values of macros; what is deeper stays as it is.
    private const int MaxDepth = 10;

    // Values that hold others many times over end here.
    private const int MaxLength = 1 << 16;

    /// <summary>What is said when macros hold each other without an end.</summary>
    public static readonly string TooDeep = System.FormattableString.Invariant($"expand: recursion too deep ({MaxDepth} max)");

    /// <summary>The text with every macro replaced by its value in <paramref name="scope"/>, recursively.</summary>
    public static string Expand(string encoded, MacroScope scope)
    {
        if (encoded.AsSpan().IndexOfAny(Meta.Macro, Meta.LateMacro, Meta.If) < 0)
            return encoded;
        var result = new StringBuilder(encoded.Length + 32);
        Append(encoded, scope, result, 0, false);
        return result.ToString();
    }

    /// <summary>As <see cref="Expand"/>, but <c>$&amp;x</c> stays, also where it comes from a macro's value: text of rules.</summary>
    /// <param name="complain">Is told, once, when values are nested too deep.</param>
    internal static string ExpandRule(string encoded, MacroScope scope, Action<string>? complain = null)
    {
        if (encoded.AsSpan().IndexOfAny(Meta.Macro, Meta.If) < 0)
            return encoded;
        var result = new StringBuilder(encoded.Length + 32);
        if (!Append(encoded, scope, result, 0, true))
            complain?.Invoke(TooDeep);
        return result.ToString();
    }

    // False when values are nested too deep.
    private static bool Append(string text, MacroScope scope, StringBuilder result, int depth, bool keepLate)
    {
        // Conditionals nest: "skip" counts the levels inside a branch that is not taken.
        int skip = 0;
        bool whole = true;
        int open = 0;
        int at = 0;
        while (at < text.Length && result.Length < MaxLength)
        {
            char c = text[at++];
            switch (c)
            {
                case Meta.If:
                {
                    int end = CfText.NameEnd(text, at);
                    string name = CfText.Name(text.AsSpan(at, end - at));
                    at = end;
                    open++;
                    if (skip > 0)
                        skip++;
                    else if (!IsSet(name, scope, depth))
                        skip = 1;
                    break;
                }
                // Outside a conditional $| and $. are what rules make of them.
                case Meta.Else or Meta.EndIf when open == 0:
                    result.Append(c);
                    break;
                case Meta.Else:
                    if (skip == 0)
                        skip = 1;
                    else if (skip == 1)
                        skip = 0;
                    break;
                case Meta.EndIf:
                    open--;
                    if (skip > 0)
                        skip--;
                    break;
                case Meta.Macro:
                case Meta.LateMacro:
                {
                    int end = CfText.NameEnd(text, at);
                    string? value = skip == 0 ? scope[CfText.Name(text.AsSpan(at, end - at))] : null;
                    if (keepLate && c == Meta.LateMacro)
                    {
                        if (skip == 0)
                            result.Append(c).Append(text, at, end - at);
                        at = end;
                        break;
                    }
                    at = end;
                    if (value is null)
                        break;
                    if (depth < MaxDepth && value.AsSpan().IndexOfAnyInRange('\uE000', '\uE01F') >= 0)
                        whole &= Append(value, scope, result, depth + 1, keepLate);
                    else
                        result.Append(value);
                    whole &= depth < MaxDepth || value.AsSpan().IndexOfAny(Meta.Macro, Meta.If) < 0;
                    break;
                }
                default:
                    if (skip == 0)
                        result.Append(c);
                    break;
            }
        }
        return whole;
    }

    private static bool IsSet(string name, MacroScope scope, int depth)
    {
        string? value = scope[name];
        if (string.IsNullOrEmpty(value))
            return false;
        if (depth >= MaxDepth || value.AsSpan().IndexOfAnyInRange('\uE000', '\uE01F') < 0)
            return true;
        var inner = new StringBuilder();
        Append(value, scope, inner, depth + 1, false);
        return inner.Length > 0;
    }
}
