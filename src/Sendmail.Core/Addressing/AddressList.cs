using Sendmail.Core.Cf;

namespace Sendmail.Core.Addressing;

/// <summary>
/// Cuts a list of addresses at its commas; quotes, comments, routes and groups are respected. A comma in angle brackets separates
/// too, unless they hold a route (<c>&lt;@a,@b:user@host&gt;</c>): brackets that are left open end there.
/// </summary>
public static class AddressList
{
    /// <summary>
    /// The addresses of a list without blanks in front; blanks behind are part of how an address was written, and so are the name of a
    /// group in front of its first member and the semicolon behind the last: rulesets take them away. Empty members are left out. With
    /// <paramref name="blanks"/> (OldStyleHeaders) blanks separate too, in a list that has no comma, bracket, comment or quote.
    /// </summary>
    public static List<string> Split(string list, bool blanks = false)
    {
        if (blanks && list.AsSpan().IndexOfAny(",;<(\"\\") < 0)
            return [.. list.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries)];
        var result = new List<string>();
        int start = 0;
        int angle = 0;
        bool route = false;
        for (int i = 0; i <= list.Length; i++)
        {
            if (Passes(list, ref i, ref angle, ref route))
                continue;
            switch (i < list.Length ? list[i] : ',')
            {
                case '\n' when i + 1 < list.Length && list[i + 1] is ' ' or '\t':
                    continue;
                case ',' or '\n' when i == list.Length || !route:
                    string item = list[start..i].TrimStart();
                    if (item.Length > 0)
                        result.Add(item);
                    start = i + 1;
                    angle = 0;
                    route = false;
                    continue;
                default:
                    continue;
            }
        }
        return result;
    }

    /// <summary>The same for a header field: names of groups and the ends of groups stay with the addresses they stand beside.</summary>
    public static List<AddressListMember> Members(string list)
    {
        var result = new List<AddressListMember>();
        string before = "";
        int start = 0;
        int angle = 0;
        bool route = false;
        for (int i = 0; i <= list.Length; i++)
        {
            if (Passes(list, ref i, ref angle, ref route))
                continue;
            char c = i < list.Length ? list[i] : ',';
            switch (c)
            {
                case ':' when angle == 0 && IsGroup(list, start, i):
                    before = list[start..i].Trim() + ": ";
                    start = i + 1;
                    continue;
                case ',' or ';' or '\n' when i == list.Length || angle == 0 || (c == ',' && !route):
                    if (c == '\n' && i + 1 < list.Length && list[i + 1] is ' ' or '\t')
                        continue;
                    Add(list, start, Math.Min(i, list.Length), result, ref before, c == ';' ? ";" : "");
                    start = i + 1;
                    angle = 0;
                    continue;
                default:
                    continue;
            }
        }
        return result;
    }

    // What separates nothing: quoted octets and strings, comments, and brackets, which are counted.
    private static bool Passes(string list, ref int at, ref int angle, ref bool route)
    {
        switch (at < list.Length ? list[at] : ',')
        {
            case '\\':
                // The last octet may be one.
                at = Math.Min(at + 1, list.Length - 1);
                return true;
            case '"':
                at = CrackedAddress.SkipQuoted(list, at) - 1;
                return true;
            case '(':
                at = CrackedAddress.SkipComment(list, at) - 1;
                return true;
            case '<':
                angle++;
                route |= list.AsSpan(at + 1).TrimStart(CfText.Blanks) is ['@', ..];
                return true;
            case '>':
                angle = Math.Max(0, angle - 1);
                route &= angle > 0;
                return true;
            default:
                return false;
        }
    }

    // "Name: a, b;" is a group when the semicolon is there and what stands before the colon is no route or :include:.
    private static bool IsGroup(string list, int start, int colon)
    {
        ReadOnlySpan<char> name = list.AsSpan(start, colon - start).Trim();
        if (name.Length == 0 || name[0] is '@' or ':' or '/' or '|' || name.Contains('@') || name.Contains(':'))
            return false;
        if (colon + 1 < list.Length && list[colon + 1] == ':')
            return false;
        return list.AsSpan(colon).Contains(';');
    }

    private static void Add(string list, int start, int end, List<AddressListMember> result, ref string before, string after)
    {
        string item = end <= start ? "" : list[start..end].Trim();
        if (item.Length > 0)
        {
            result.Add(new AddressListMember(before, item, after));
            before = "";
        }
        else if (after.Length > 0 && result.Count > 0 && before.Length == 0)
        {
            // "a, b,;": the group ends behind its last member.
            result[^1] = result[^1] with { After = after };
        }
    }
}
