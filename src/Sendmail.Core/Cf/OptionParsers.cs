using System.Globalization;
using Sendmail.Posix;

namespace Sendmail.Core.Cf;

/// <summary>Readers for the value syntaxes of options. Messages are those of the reference.</summary>
internal static class OptionParsers
{
    /// <summary>True for nothing, t, T, y or a digit other than 0: sendmail's idea of a boolean.</summary>
    internal static bool Boolean(string text, bool previous, out bool value, out string? error)
    {
        error = null;
        value = text.Length == 0 || text[0] is 't' or 'T' or 'y' or 'Y';
        return true;
    }

    /// <summary>atoi(3): the leading number, 0 when there is none.</summary>
    internal static bool Number(string text, int previous, out int value, out string? error)
    {
        error = null;
        value = (int)Math.Clamp(LeadingNumber(text), int.MinValue, int.MaxValue);
        return true;
    }

    internal static bool Long(string text, long previous, out long value, out string? error)
    {
        error = null;
        value = LeadingNumber(text);
        return true;
    }

    /// <summary>SMTPUTF8 is not part of the reference build either.</summary>
    internal static bool NoUtf8(string text, bool previous, out bool value, out string? error)
    {
        Boolean(text, previous, out bool wanted, out error);
        value = false;
        error = wanted ? "readcf: option: SmtpUTF8 set but no USE_EAI support" : null;
        return !wanted;
    }

    internal static bool Octal(string text, int previous, out int value, out string? error)
    {
        error = null;
        value = 0;
        foreach (char c in text)
        {
            if (c is < '0' or > '7')
                break;
            value = value * 8 + (c - '0');
        }
        return true;
    }

    internal static bool Text(string text, string previous, out string value, out string? error)
    {
        error = null;
        value = text;
        return true;
    }

    /// <summary>A path or list to which each further line adds, separated by a comma.</summary>
    internal static bool Additive(string text, string previous, out string value, out string? error)
    {
        error = null;
        value = previous.Length == 0 ? text : previous + "," + text;
        return true;
    }

    internal static OptionParser<TimeSpan> Time(char defaultUnit) => (string text, TimeSpan previous, out TimeSpan value, out string? error) =>
        TryTime(text, defaultUnit, out value, out error);

    /// <summary>1w2d3h4m5s; a number without a unit takes <paramref name="defaultUnit"/>.</summary>
    internal static bool TryTime(ReadOnlySpan<char> text, char defaultUnit, out TimeSpan value, out string? error)
    {
        error = null;
        value = TimeSpan.Zero;
        if (text.Equals("now", StringComparison.OrdinalIgnoreCase))
            return true;
        double seconds = 0;
        int at = 0;
        bool negative = text.StartsWith("-");
        if (negative)
            at++;
        while (at < text.Length)
        {
            long number = 0;
            int start = at;
            for (; at < text.Length && char.IsAsciiDigit(text[at]); at++)
                number = Math.Min(number * 10 + (text[at] - '0'), 1_000_000_000);
            char unit = at < text.Length ? text[at++] : defaultUnit;
            switch (unit)
            {
                case 'w': seconds += number * 604800.0; break;
                case 'd': seconds += number * 86400.0; break;
                case 'h': seconds += number * 3600.0; break;
                case 'm': seconds += number * 60.0; break;
                case 's': seconds += number; break;
                default:
                    // The mark before an octet that could be taken for a metasymbol is a unit too.
                    if (MacroName.IsMarked(unit))
                        error = Also(error, "Invalid time unit `\x7f'");
                    error = Also(error, "Invalid time unit `" + (unit == '\x80' ? "" : (unit <= '\xff' ? (char)(unit & 0x7f) : unit) + "'"));
                    break;
            }
        }
        value = TimeSpan.FromSeconds(Math.Min(seconds, 1e11) * (negative ? -1 : 1));
        return error is null;
    }

    internal static OptionParser<char> OneOf(string letters, string message, bool exact, bool needed = false) => (string text, char previous, out char value, out string? error) =>
    {
        error = null;
        value = text.Length > 0 ? text[0] : needed ? '\0' : letters[0];
        if (!exact || letters.Contains(value, StringComparison.Ordinal))
            return true;
        error = text.Length > 0 ? message + value : message;
        value = previous;
        return false;
    };

    internal static bool Privacy(string text, PrivacyFlags previous, out PrivacyFlags value, out string? error)
    {
        error = null;
        value = previous;
        foreach (string word in Words(text))
        {
            if (PrivacyWord(word) is { } flag)
                value = flag == PrivacyFlags.Public ? PrivacyFlags.Public : value | flag;
            else
                error = Also(error, "readcf: Op line: " + word + " unrecognized");
        }
        return error is null;
    }

    private static PrivacyFlags? PrivacyWord(string word) => word.ToLowerInvariant() switch
    {
        "public" => PrivacyFlags.Public,
        "needmailhelo" => PrivacyFlags.NeedMailHelo,
        "needexpnhelo" => PrivacyFlags.NeedExpnHelo,
        "needvrfyhelo" => PrivacyFlags.NeedVrfyHelo,
        "noexpn" => PrivacyFlags.NoExpn,
        "novrfy" => PrivacyFlags.NoVrfy,
        "authwarnings" => PrivacyFlags.AuthWarnings,
        "noverb" => PrivacyFlags.NoVerb,
        "noreceipts" => PrivacyFlags.NoReceipts,
        "nobodyreturn" => PrivacyFlags.NoBodyReturn,
        "restrictmailq" => PrivacyFlags.RestrictMailq,
        "restrictqrun" => PrivacyFlags.RestrictQrun,
        "restrictexpand" => PrivacyFlags.RestrictExpand,
        "noetrn" => PrivacyFlags.NoEtrn,
        "noactualrecipient" => PrivacyFlags.NoActualRecipient,
        "goaway" => PrivacyFlags.GoAway,
        _ => null,
    };

    private static readonly string[] _dontBlameWords =
        ("safe assumesafechown certowner classfileinunsafedirpath dontwarnforwardfileinunsafedirpath errorheaderinunsafedirpath filedeliverytohardlink " +
         "filedeliverytosymlink forwardfileingroupwritabledirpath forwardfileinunsafedirpath forwardfileinunsafedirpathsafe groupreadablekeyfile " +
         "groupreadablesasldbfile groupreadabledefaultauthinfofile groupwritablealiasfile groupwritabledirpathsafe groupwritableforwardfile " +
         "groupwritableforwardfilesafe groupwritableincludefile groupwritableincludefilesafe groupwritablesasldbfile helpfileinunsafedirpath " +
         "includefileingroupwritabledirpath includefileinunsafedirpath includefileinunsafedirpathsafe insufficiententropy linkedaliasfileinwritabledir " +
         "linkedclassfileinwritabledir linkedforwardfileinwritabledir linkedincludefileinwritabledir linkedmapinwritabledir " +
         "linkedserviceswitchfileinwritabledir mapinunsafedirpath nonrootsafeaddr runprograminunsafedirpath runwritableprogram truststickybit " +
         "worldwritablealiasfile worldwritableforwardfile worldwritableincludefile writemaptohardlink writemaptosymlink writestatstohardlink writestatstosymlink")
        .Split(' ');

    internal static bool DontBlame(string text, IReadOnlySet<string> previous, out IReadOnlySet<string> value, out string? error)
    {
        error = null;
        var words = new HashSet<string>(previous, StringComparer.OrdinalIgnoreCase);
        foreach (string word in Words(text))
        {
            if (Array.IndexOf(_dontBlameWords, word.ToLowerInvariant()) < 0)
                error = Also(error, "readcf: DontBlameSendmail option: " + word + " unrecognized");
            else if (word.Equals("safe", StringComparison.OrdinalIgnoreCase))
                words.Clear();
            else
                words.Add(word);
        }
        value = words;
        return error is null;
    }

    internal static readonly IReadOnlySet<string> NoWords = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    private const string ResolverWords =
        " debug aaonly usevc primary igntc recurse defnames stayopen dnsrch use_inet6 use_edns0 use_dnssec trustad haswildcardmx workaroundbrokenaaaa ";

    internal static bool Resolver(string text, IReadOnlySet<string> previous, out IReadOnlySet<string> value, out string? error)
    {
        error = null;
        var words = new HashSet<string>(previous, StringComparer.OrdinalIgnoreCase);
        foreach (string word in text.Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            bool clear = word[0] == '-';
            string name = word.TrimStart('+', '-');
            if (!ResolverWords.Contains(" " + name.ToLowerInvariant() + " ", StringComparison.Ordinal))
                error = Also(error, "readcf: I option value " + name + " unrecognized");
            else if (clear)
                words.Remove(name);
            else
                words.Add(name);
        }
        value = words;
        return error is null;
    }

    internal static bool DefaultUser(string text, RunAs previous, out RunAs value, out string? error) =>
        UserAndGroup(text, "readcf: option u", "readcf: option u", previous.GroupId, out value, out error);

    /// <param name="option">The option's name.</param>
    /// <param name="withGroup">Whether a group may follow; else the whole text is the user.</param>
    internal static OptionParser<RunAs> User(string option, bool withGroup) => (string text, RunAs previous, out RunAs value, out string? error) =>
        UserAndGroup(text, "readcf: option " + option, "readcf: option " + option, null, out value, out error, withGroup);

    /// <summary>user:group, user/group or user.group, names or numbers.</summary>
    /// <param name="numericGroup">Group of a user given by number; null takes the one of the password file.</param>
    /// <param name="withGroup">False: there is no group, the whole text is the user.</param>
    internal static bool UserAndGroup(string text, string userMessage, string groupMessage, int? numericGroup, out RunAs value, out string? error, bool withGroup = true)
    {
        error = null;
        value = RunAs.None;
        string user = text;
        string group = "";
        int colon = withGroup ? user.IndexOfAny([':', '/']) : -1;
        if (colon < 0 && withGroup)
            colon = Users.FindByName(user) is null ? user.IndexOf('.', StringComparison.Ordinal) : -1;
        if (colon >= 0)
        {
            group = user[(colon + 1)..];
            user = user[..colon];
        }
        int userId = -1;
        int groupId = -1;
        string name = user;
        if (user.Length == 0)
        {
            error = userMessage + ": unknown user ";
            return false;
        }
        if (user.Length > 0)
        {
            // What begins with a digit is a number, whatever follows.
            if (char.IsAsciiDigit(user[0]))
            {
                int id = (int)Math.Min(LeadingNumber(user), int.MaxValue);
                userId = id;
                if (Users.FindById(id) is { } known)
                    (name, groupId) = (known.Name, numericGroup ?? known.GroupId);
                else
                    groupId = numericGroup ?? -1;
            }
            else if (Users.FindByName(user) is { } found)
            {
                (userId, groupId) = (found.UserId, found.GroupId);
            }
            else
            {
                error = userMessage + ": unknown user " + user;
                return false;
            }
        }
        if (group.Length > 0)
        {
            if (char.IsAsciiDigit(group[0]))
            {
                groupId = (int)Math.Min(LeadingNumber(group), int.MaxValue);
            }
            else if (Users.FindGroup(group) is { } found)
            {
                groupId = found.GroupId;
            }
            else
            {
                error = groupMessage + ": unknown group " + group;
                return false;
            }
        }
        value = new RunAs(userId, groupId, name);
        return true;
    }

    internal static bool SortOrder(string text, char previous, out char value, out string? error)
    {
        error = null;
        value = text.Length == 0 ? '\0' : char.ToLowerInvariant(text[0]);
        if ("hpftmrns".Contains(value, StringComparison.Ordinal))
            return true;
        error = "Invalid queue sort order \"" + text + "\"";
        value = previous;
        return false;
    }

    /// <summary>A count that is read like a time first, as all timeouts are.</summary>
    internal static bool Retries(string text, int previous, out int value, out string? error)
    {
        value = (int)Math.Clamp(LeadingNumber(text), int.MinValue, int.MaxValue);
        return TryTime(text, 's', out _, out error);
    }

    internal static bool Address(string text, string previous, out string value, out string? error)
    {
        value = text;
        error = System.Net.IPAddress.TryParse(text.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? text[5..] : text, out _)
            ? null : "readcf: option ConnectOnlyTo: invalid IP address " + text;
        return error is null;
    }

    /// <summary>Names from SSL_CTX_set_options(3) or numbers, a minus sign clears.</summary>
    internal static OptionParser<string> SslOptions(string option) => (string text, string previous, out string value, out string? error) =>
    {
        error = null;
        value = text;
        foreach ((string name, _) in SslOptionNames.Words(text))
        {
            if (!SslOptionNames.TryBits(name, out _))
                error = Also(error, "readcf: " + option + " option value " + name + " unrecognized");
        }
        return error is null;
    };

    internal static bool NoRecipient(string text, string previous, out string value, out string? error)
    {
        error = null;
        value = text.ToLowerInvariant();
        if (value is "none" or "add-to" or "add-apparently-to" or "add-bcc" or "add-to-undisclosed")
            return true;
        error = "Invalid NoRecipientAction: " + text;
        value = previous;
        return false;
    }

    /// <summary>A number as a C program keeps it in 32 bits: too large ones lose their upper bits.</summary>
    internal static int Wrapped(ReadOnlySpan<char> digits) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? unchecked((int)value) : -1;

    /// <summary>strtol(3) with base 0 for text that begins with a digit: 0x makes it hexadecimal, 0 octal.</summary>
    /// <param name="length">How much of the text is the number.</param>
    internal static long NumberOfAnyBase(ReadOnlySpan<char> text, out int length)
    {
        bool hexadecimal = text.Length > 2 && text[0] == '0' && text[1] is 'x' or 'X' && char.IsAsciiHexDigit(text[2]);
        int radix = hexadecimal ? 16 : text[0] == '0' ? 8 : 10;
        long number = 0;
        for (length = hexadecimal ? 2 : 0; length < text.Length && char.IsAsciiHexDigit(text[length]); length++)
        {
            int digit = Convert.ToInt32(text[length].ToString(), 16);
            if (digit >= radix)
                break;
            number = number > (long.MaxValue - digit) / radix ? long.MaxValue : number * radix + digit;
        }
        return number;
    }

    internal static long LeadingNumber(ReadOnlySpan<char> text)
    {
        text = text.TrimStart(CfText.Blanks);
        bool negative = text.Length > 0 && text[0] == '-';
        int at = text.Length > 0 && text[0] is '-' or '+' ? 1 : 0;
        long number = 0;
        while (at < text.Length && char.IsAsciiDigit(text[at]) && number < long.MaxValue / 20)
            number = number * 10 + (text[at++] - '0');
        return negative ? -number : number;
    }

    /// <summary>Stands between several messages about one value: no configuration line holds it.</summary>
    internal const char Separator = '\0';

    private static string Also(string? errors, string error) => errors is null ? error : errors + Separator + error;

    // Runs of ASCII letters and digits; other ASCII characters separate. Behind those, what is beyond ASCII ends an empty word.
    private static List<string> Words(string text)
    {
        var words = new List<string>();
        for (int i = 0; ;)
        {
            while (i < text.Length && text[i] < '\x80' && !char.IsAsciiLetterOrDigit(text[i]))
                i++;
            if (i >= text.Length)
                return words;
            int start = i;
            while (i < text.Length && char.IsAsciiLetterOrDigit(text[i]))
                i++;
            words.Add(text[start..i]);
            // The character that ended the word is done with.
            i++;
        }
    }
}
