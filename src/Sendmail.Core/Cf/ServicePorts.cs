namespace Sendmail.Core.Cf;

/// <summary>Port numbers of the services that mail uses, for configurations that name them (/etc/services).</summary>
public static class ServicePorts
{
    /// <summary>The port number of a service name or number, null when it is neither.</summary>
    public static int? Find(string name)
    {
        if (int.TryParse(name, System.Globalization.NumberStyles.None, null, out int number) && number is > 0 and < 65536)
            return number;
        switch (name)
        {
            case "smtp" or "mail": return 25;
            case "submission" or "msp": return 587;
            case "smtps" or "submissions" or "urd": return 465;
            case "ident" or "auth": return 113;
            case "lmtp": return 24;
            default: break;
        }
        try
        {
            foreach (string line in File.ReadLines("/etc/services"))
            {
                string[] words = line.Split('#')[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
                if (words.Length >= 2 && words[1].EndsWith("/tcp", StringComparison.Ordinal) && (words[0] == name || words.Skip(2).Contains(name)))
                    return int.Parse(words[1][..^4], System.Globalization.CultureInfo.InvariantCulture);
            }
        }
        catch (IOException)
        {
            return null;
        }
        return null;
    }
}
