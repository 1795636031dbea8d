using System.Text;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Rewriting;

namespace Sendmail.Core.Tests.Cf;

/// <summary>Reads small configurations written by the tests; the file's path is shown as CF.</summary>
internal static class CfSample
{
    internal const string Base = "V10/Berkeley\nO QueueDirectory=/var/spool/mqueue\nMlocal, P=/bin/true, F=l, A=x\n" +
        "Mprog, P=/bin/sh, F=l, A=sh -c $u\nS0\nR$*\t$#local $: $1\nS3\n";

    internal static readonly HostFacts Host = new("mail.lab.test", "mail", "lab.test", "mail.lab.test", ["[192.0.2.1]"]);

    internal static readonly string[] MapClasses = ["hash", "text", "null", "macro", "arith", "host", "dns", "regex", "sequence"];

    internal static CfReadResult Read(string text, HostFacts host) => Read(text, host, null, []);

    internal static CfReadResult Read(string text, DebugTrace? trace = null, params string[] options) => Read(text, Host, trace, options);

    private static CfReadResult Read(string text, HostFacts host, DebugTrace? trace, string[] options)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".cf");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(text));
        try
        {
            CfReadResult result = CfReader.Read(path, new CfReadRequest
            {
                Host = host, Options = options, Debug = trace, Version = "8.18.2", OperationMode = 't',
                IsMapClass = name => MapClasses.Contains(name, StringComparer.OrdinalIgnoreCase), ResolvesTo = (_, _) => false,
            });
            return result with { Messages = [.. result.Messages.Select(m => m with { Text = m.Text.Replace(path, "CF", StringComparison.Ordinal) })] };
        }
        finally
        {
            File.Delete(path);
        }
    }

    internal static Configuration Load(string lines, params string[] options)
    {
        CfReadResult result = Read(Base + lines, null, options);
        Assert.Empty(result.Messages);
        return result.Configuration!;
    }

    internal static string Macro(this Configuration configuration, string name) =>
        MacroExpander.Expand(configuration.Macros[name] ?? "", configuration.Macros);

    internal static string[] Class(this Configuration configuration, string name) =>
        configuration.Classes.TryGetValue(name, out MailClass? members) ? [.. members.Members.Order(StringComparer.Ordinal)] : [];
}
