using System.Text;

namespace Sendmail.Wire.Smtp;

/// <summary>xtext (RFC 3461 4): printable ASCII where <c>+HH</c> stands for an octet.</summary>
public static class XText
{
    /// <summary>Whether every plus sign is followed by two hexadecimal digits (either case, as sendmail takes it) and all else is printable.</summary>
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is <= ' ' or > '~' or '=')
                return false;
            if (text[i] != '+')
                continue;
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                return false;
            i += 2;
        }
        return true;
    }

    /// <summary>The octets meant; a malformed plus sign stands for itself.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('+', StringComparison.Ordinal))
            return text;
        var result = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '+' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                result.Append((char)Convert.ToInt32(text.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
            {
                result.Append(text[i]);
            }
        }
        return result.ToString();
    }

    /// <summary>Octets as xtext, <c>+HH</c> for the plus sign, the equals sign and all that is not printable.</summary>
    public static string Encode(string text)
    {
        var result = new StringBuilder(text.Length + 8);
        foreach (char c in text)
        {
            if (c is > ' ' and <= '~' and not '+' and not '=')
                result.Append(c);
            else
                result.Append('+').Append(((int)c & 0xff).ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }
        return result.ToString();
    }
}
