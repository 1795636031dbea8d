using Sendmail.M4.Native;

namespace Sendmail.M4.Patterns;

/// <summary>Compiled expressions by their text. Programs use few different ones, many times.</summary>
internal sealed class PatternCache
{
    private const int Most = 1024;
    private readonly Dictionary<string, GnuPattern> _compiled = [];
    private bool _localeIsSet;

    /// <summary>Whether expressions follow the character set of the environment, as GNU m4's do; not when sendmail reads its configuration.</summary>
    internal bool FollowsLocale { get; init; } = true;

    /// <summary>The compiled expression; null with what is wrong with it.</summary>
    internal GnuPattern? Get(string text, out string error)
    {
        error = "";
        if (_compiled.TryGetValue(text, out GnuPattern? pattern))
            return pattern;
        if (FollowsLocale && !_localeIsSet)
            CLibrary.AdoptLocale();
        _localeIsSet = true;
        pattern = GnuPattern.Compile(text, out error);
        if (pattern is null)
            return null;
        if (_compiled.Count >= Most)
        {
            foreach (GnuPattern old in _compiled.Values)
                old.Free();
            _compiled.Clear();
        }
        return _compiled[text] = pattern;
    }
}
