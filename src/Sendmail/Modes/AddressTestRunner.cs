using Sendmail.AddressTest;
using Sendmail.Core.Rewriting;

namespace Sendmail.Modes;

/// <summary>-bt on standard input and output, with line editing when both are a terminal.</summary>
internal static class AddressTestRunner
{
    internal static Task<int> RunAsync(ModeContext context)
    {
        context.Trace ??= new RewriteTrace(context.Debug);
        context.Log.Foreground = Console.Out;
        var input = new StreamLineReader(Console.OpenStandardInput(), Console.Out);
        return new AddressTestMode(context, context.Trace, input, Console.Out).RunAsync();
    }
}
