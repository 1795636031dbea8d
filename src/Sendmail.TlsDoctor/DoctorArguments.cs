using System.Globalization;
using Sendmail.M4.Library;

namespace Sendmail.TlsDoctor;

/// <summary>The command line of tlsdoctor.</summary>
internal sealed record DoctorArguments(string Command)
{
    private const string DefaultConfiguration = "/etc/mail/sendmail.cf";

    /// <summary>-C.</summary>
    internal string Configuration { get; init; } = ConfigurationFile.Find(DefaultConfiguration);
    /// <summary>-d: where certificates are made.</summary>
    internal string Directory { get; init; } = "/etc/mail/certs";
    /// <summary>--json.</summary>
    internal bool Json { get; init; }
    /// <summary>--smtps: TLS from the start.</summary>
    internal bool Implicit { get; init; }
    /// <summary>--client: a certificate for clients alone.</summary>
    internal bool Client { get; init; }
    /// <summary>--name.</summary>
    internal string Name { get; init; } = "";
    /// <summary>--days; 0 for the command's own.</summary>
    internal int Days { get; init; }
    /// <summary>--rsa: RSA of so many bits instead of ECDSA on P-256.</summary>
    internal int RsaBits { get; init; }
    /// <summary>--timeout, in seconds.</summary>
    internal int Timeout { get; init; } = 30;
    /// <summary>What is no option.</summary>
    internal IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Null with a problem, or with an empty one when the usage is to be shown.</summary>
    internal static DoctorArguments? Parse(string[] arguments, out string problem)
    {
        problem = "";
        if (arguments.Length == 0 || arguments[0] is not ("check" or "probe" or "make-ca" or "make-cert"))
        {
            problem = arguments.Length > 0 ? "unknown command \"" + arguments[0] + "\"" : "";
            return null;
        }
        var parsed = new DoctorArguments(arguments[0]);
        var words = new List<string>();
        for (int i = 1; i < arguments.Length; i++)
        {
            string option = arguments[i];
            bool takesValue = option is "-C" or "-d" or "--name" or "--days" or "--rsa" or "--timeout";
            if (takesValue && i + 1 >= arguments.Length)
            {
                problem = option + " needs a value";
                return null;
            }
            string value = takesValue ? arguments[++i] : "";
            int number = 0;
            if (option is "--days" or "--rsa" or "--timeout" && (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number == 0))
            {
                problem = option + ": \"" + value + "\" is no number";
                return null;
            }
            switch (option)
            {
                case "-C": parsed = parsed with { Configuration = value }; break;
                case "-d": parsed = parsed with { Directory = value }; break;
                case "--name": parsed = parsed with { Name = value }; break;
                case "--days": parsed = parsed with { Days = number }; break;
                case "--rsa": parsed = parsed with { RsaBits = number }; break;
                case "--timeout": parsed = parsed with { Timeout = number }; break;
                case "--json": parsed = parsed with { Json = true }; break;
                case "--smtps": parsed = parsed with { Implicit = true }; break;
                case "--client": parsed = parsed with { Client = true }; break;
                case [ '-', _, ..]:
                    problem = "unknown option " + option;
                    return null;
                default: words.Add(option); break;
            }
        }
        int needed = parsed.Command switch { "probe" => 1, "make-cert" => 1, _ => 0 };
        if (words.Count < needed || (words.Count > needed && parsed.Command != "make-cert"))
            return null;
        return parsed with { Words = words };
    }
}
