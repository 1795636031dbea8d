using System.Globalization;
using System.Text;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Rewriting;
using Sendmail.Maps;

namespace Sendmail.Modes;

/// <summary>
/// -d0: version, what this build can do, names and mailers. The layout is the reference's; what stands behind the titles is
/// true of this program.
/// </summary>
internal static class DebugOutput
{
    private const int Category = 0;
    private const int LineWidth = 77;

    /// <summary>What is known before the configuration is read.</summary>
    internal static void ShowBuild(DebugTrace debug, string version, HostFacts host)
    {
        if (!debug.Has(Category, 1))
            return;
        TextWriter output = debug.Output;
        output.WriteLine("Version " + version + " (Sendmail.Net " + typeof(DebugOutput).Assembly.GetName().Version?.ToString(3) + ")");
        output.WriteLine(Wrapped(" Compiled with:", BuildFlags.Features()));
        if (debug.Has(Category, 10))
        {
            output.WriteLine(Wrapped("    OS Defines:", BuildFlags.System));
            output.WriteLine("     Conf file:\t" + Program.SubmissionConfiguration + " (default for MSP)");
            output.WriteLine("     Conf file:\t" + Program.MtaConfiguration + " (default for MTA)");
            output.WriteLine("      Pid file:\t" + OptionTable.PidFile.Default + " (default)");
        }
        if (debug.Has(Category, 13))
            output.WriteLine(Wrapped("   FFR Defines:", BuildFlags.Experiments));
        if (debug.Has(Category, 15))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"       OpenSSL: linked   0x{System.Security.Cryptography.SafeEvpPKeyHandle.OpenSslVersion:x}"));
        if (debug.Has(Category, 4))
            ShowNames(output, host, debug.Has(Category, 20));
    }

    /// <summary>-d37.1: address test mode sets two options for itself when the configuration is read.</summary>
    internal static void ShowTestOptions(DebugTrace debug)
    {
        debug.Line(37, 1, "setoption HoldExpensive (c)=F");
        debug.Line(37, 1, "setoption DeliveryMode (d)=");
    }

    /// <summary>-d35.9: the macros that stand for the operators of rules are defined before anything is read, like those of the program.</summary>
    internal static void ShowFirstMacros(DebugTrace debug, string version, HostFacts host, char mode)
    {
        if (!debug.Has(35, 9))
            return;
        debug.Output.WriteLine("define(deliveryMode as b)");
        foreach (char c in "*+-=~#@:>?|.[]()&0123456789")
            debug.Output.WriteLine("define(" + c + " as $" + c + ")");
        foreach ((string name, string value) in ((string, string)[])[("n", "MAILER-DAEMON"), ("opMode", mode.ToString()), ("v", version), ("w", host.CanonicalName), ("j", host.CanonicalName), ("m", host.Domain), ("k", host.NodeName)])
            debug.Output.WriteLine("define(" + name + " as " + value + ")");
    }

    private static void ShowNames(TextWriter output, HostFacts host, bool addresses)
    {
        output.WriteLine("Canonical name: " + host.CanonicalName);
        output.WriteLine(" UUCP nodename: " + host.NodeName);
        var shown = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (string name in host.OtherNames.Prepend(host.ShortName))
        {
            if (shown.Add(name))
                output.WriteLine("\ta.k.a.: " + name);
        }
        foreach (HostInterface each in host.Interfaces)
        {
            if (addresses)
                output.WriteLine(each.Address);
            if (shown.Add("[" + each.Address + "]"))
                output.WriteLine("\ta.k.a.: [" + each.Address + "]");
        }
    }

    /// <summary>What the configuration says.</summary>
    internal static void ShowConfiguration(DebugTrace debug, Configuration configuration)
    {
        if (!debug.Has(Category, 1))
            return;
        TextWriter output = debug.Output;
        string Macro(string name) => MacroExpander.Expand(configuration.Macros[name] ?? "", configuration.Macros);
        if (debug.Has(Category, 10))
        {
            output.WriteLine("     Conf file:\t" + configuration.Path + " (selected)");
            output.WriteLine("      Pid file:\t" + configuration.Options.Get(OptionTable.PidFile) + " (selected)");
        }
        output.WriteLine();
        output.WriteLine("============ SYSTEM IDENTITY (after readcf) ============");
        output.WriteLine("      (short domain name) $w = " + Macro("w"));
        output.WriteLine("  (canonical domain name) $j = " + Macro("j"));
        output.WriteLine("         (subdomain name) $m = " + Macro("m"));
        output.WriteLine("              (node name) $k = " + Macro("k"));
        output.WriteLine("========================================================");
        output.WriteLine();
        if (!debug.Has(Category, 15))
            return;
        foreach (Mailer mailer in configuration.Mailers)
            output.WriteLine(MailerListing.Line(mailer, configuration.RuleSets));
    }

    private static string Wrapped(string title, IEnumerable<string> words)
    {
        var text = new StringBuilder(title);
        int column = title.Length;
        foreach (string word in words)
        {
            if (column + 1 + word.Length > LineWidth)
            {
                text.Append("\n\t\t").Append(word);
                column = 16 + word.Length;
                continue;
            }
            text.Append(' ').Append(word);
            column += 1 + word.Length;
        }
        return text.ToString();
    }
}
