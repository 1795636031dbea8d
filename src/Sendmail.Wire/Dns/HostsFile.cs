using System.Text;

namespace Sendmail.Wire.Dns;

/// <summary>
/// The hosts file as the place where names of hosts are completed: each line is an address, then names, of which the first
/// that has a dot is the canonical one. It is read each time, for it may change.
/// </summary>
internal sealed class HostsFile(string path)
{
    private static readonly char[] _blanks = [' ', '\t'];

    /// <summary>
    /// The canonical name on the first line that has this name, null when none has it. A host of our own domain also stands
    /// there without it; then even some leading labels of the domain are enough, or the dot alone. A name that has no dot gets the domain.
    /// </summary>
    internal string? Canonical(string name, string? domain)
    {
        string? own = WithoutDomain(name, domain);
        try
        {
            foreach (string line in File.ReadLines(path, Encoding.Latin1))
            {
                ReadOnlySpan<char> text = line.AsSpan();
                if (text.IndexOf('#') is >= 0 and var comment)
                    text = text[..comment];
                int end = text.IndexOfAny(_blanks);
                if (end < 0)
                    continue;
                string[] names = text[end..].ToString().Split(_blanks, StringSplitOptions.RemoveEmptyEntries);
                if (!names.Contains(name, StringComparer.OrdinalIgnoreCase) && !(own is not null && names.Contains(own, StringComparer.OrdinalIgnoreCase)))
                    continue;
                string canonical = Trimmed(names.FirstOrDefault(n => Trimmed(n).Contains('.', StringComparison.Ordinal)) ?? names[0]);
                return domain is null || canonical.Contains('.', StringComparison.Ordinal) ? canonical : canonical + "." + domain;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without the file there are no names.
            return null;
        }
        return null;
    }

    private static string? WithoutDomain(string name, string? domain)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        if (domain is null || dot <= 0)
            return null;
        ReadOnlySpan<char> rest = name.AsSpan(dot + 1);
        // The whole domain may have its final dot.
        if (rest.Length == domain.Length + 1 && rest[^1] == '.')
            rest = rest[..^1];
        return domain.AsSpan().StartsWith(rest, StringComparison.OrdinalIgnoreCase) && (rest.Length == 0 || rest.Length == domain.Length || domain[rest.Length] == '.')
            ? name[..dot] : null;
    }

    private static string Trimmed(string name) => name.EndsWith('.') ? name[..^1] : name;
}
