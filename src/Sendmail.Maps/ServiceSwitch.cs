using System.Text;
using Sendmail.Core.Cf;

namespace Sendmail.Maps;

/// <summary>Where a service is looked up (op 5.6, ServiceSwitchFile): the methods of each service in their order.</summary>
public static class ServiceSwitch
{
    /// <summary>The methods of <paramref name="service"/>; none when nobody knows it.</summary>
    public static IReadOnlyList<string> Methods(string service, OptionValues? options)
    {
        try
        {
            string path = options?.Get(OptionTable.ServiceSwitchFile) ?? OptionTable.ServiceSwitchFile.Default;
            foreach (string line in File.ReadLines(path, Encoding.Latin1))
            {
                int comment = line.IndexOf('#', StringComparison.Ordinal);
                string[] words = (comment < 0 ? line : line[..comment]).Split(CfText.Blanks, StringSplitOptions.RemoveEmptyEntries);
                if (words.Length > 0 && words[0].Equals(service, StringComparison.OrdinalIgnoreCase))
                    return words[1..];
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without a file there is only what every system has.
        }
        return service.ToUpperInvariant() switch { "HOSTS" => ["dns", "files"], "ALIASES" => ["files"], _ => [] };
    }
}
