using System.Text;
using Sendmail.AddressTest;
using Sendmail.Core.Rewriting;

namespace Sendmail.Modes;

/// <summary>-bt on standard input and output.</summary>
internal static class AddressTestRunner
{
    internal static Task<int> RunAsync(ModeContext context)
    {
        context.Trace ??= new RewriteTrace(Console.Out);
        context.Log.Foreground = Console.Out;
        var input = new StreamReader(Console.OpenStandardInput(), Encoding.Latin1);
        return new AddressTestMode(context.Services, context.Trace, input, Console.Out).RunAsync((int)context.Read.ExitCode);
    }
}
