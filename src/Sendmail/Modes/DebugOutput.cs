using Sendmail.Core.Cf;
using Sendmail.Core.Rewriting;

namespace Sendmail.Modes;

/// <summary>-d0: version, names and mailers; -d21 switches rule traces on.</summary>
internal static class DebugOutput
{
    internal static void Show(ModeContext context)
    {
        foreach (string spec in context.Line.Debug)
        {
            string[] parts = spec.Split('.');
            int level = parts.Length > 1 && int.TryParse(parts[1], out int value) ? value : 1;
            if (parts[0] == "0")
                ShowVersion(context, level);
            else if (parts[0] == "21")
                context.Trace = new RewriteTrace(Console.Out) { Level = level };
        }
    }

    private static void ShowVersion(ModeContext context, int level)
    {
        Configuration configuration = context.Configuration;
        string Macro(string name) => MacroExpander.Expand(configuration.Macros[name] ?? "", configuration.Macros);
        Console.Out.WriteLine("Version " + Macro("v"));
        Console.Out.WriteLine(" Compiled with: DNSMAP LOG MAP_REGEX MIME7TO8 MIME8TO7 NAMED_BIND NETINET NETINET6 NETUNIX\n\t\tNEWDB=5.3 PIPELINING SCANF STARTTLS (Sendmail.Net " + typeof(DebugOutput).Assembly.GetName().Version + ")");
        Console.Out.WriteLine();
        Console.Out.WriteLine("============ SYSTEM IDENTITY (after readcf) ============");
        Console.Out.WriteLine("      (short domain name) $w = " + Macro("w"));
        Console.Out.WriteLine("  (canonical domain name) $j = " + Macro("j"));
        Console.Out.WriteLine("         (subdomain name) $m = " + Macro("m"));
        Console.Out.WriteLine("              (node name) $k = " + Macro("k"));
        Console.Out.WriteLine("========================================================");
        Console.Out.WriteLine();
        if (level < 15)
            return;
        foreach (Mailer mailer in configuration.Mailers)
            Console.Out.WriteLine(MailerListing.Line(mailer, configuration.RuleSets));
    }
}
