using Sendmail.AddressTest;
using Sendmail.Core.Rewriting;
using Sendmail.Posix;

namespace Sendmail.Modes;

/// <summary>-bt on standard input and output, with line editing when both are a terminal.</summary>
internal static class AddressTestRunner
{
    internal static Task<int> RunAsync(ModeContext context)
    {
        context.Trace ??= new RewriteTrace(context.Debug);
        context.Log.Foreground = Console.Out;
        return new AddressTestMode(context, context.Trace, Reader(), Console.Out).RunAsync();
    }

    private static ILineReader Reader()
    {
        if (Files.IsTerminal(0) && Files.IsTerminal(1))
        {
            if (LineEditor.IsAvailable)
                return new TerminalLineReader(Console.Out);
            Console.Error.WriteLine("no line editing: package " + LineEditor.Package + " is not installed");
        }
        return new StreamLineReader(StandardStream.Input(), Console.Out);
    }
}
