using Sendmail.Core.Cf;

namespace Sendmail.AddressTest;

// The commands that begin with a slash.
internal sealed partial class AddressTestMode
{
    private static readonly AddressTestCommand[] _commands =
    [
        new("quit", null, static (_, _) => ValueTask.FromResult(false)),
        new("mx", "address", static (mode, argument) => Then(mode.ShowExchangersAsync(argument))),
        new("canon", "address", static (mode, argument) => Then(mode.CanonifyAsync(argument))),
        new("map", "mapname key", static (mode, argument) => Then(mode.LookUpAsync(argument))),
        new("parse", "address", static (mode, argument) => Then(mode.ParseAsync(argument))),
        new("try", "mailer address", static (mode, argument) => Then(mode.TryAsync(argument))),
        new("tryflags", "[Hh|Ee][Ss|Rr]", static (mode, argument) => Then(() => mode.SetFlags(argument))),
        new("sender", null, static (mode, argument) => Then(mode.SetSenderAsync(argument))),
        new("expand", "string", static (mode, argument) => Then(() => mode.Expand(argument))),
        new("header", null, static (mode, argument) => Then(mode.ShowHeaderAsync(argument))),
        // Known to the reference too, which does nothing for them either.
        new("gethostbyname", null, static (_, _) => ValueTask.FromResult(true)),
        new("dnslookup", null, static (_, _) => ValueTask.FromResult(true)),
    ];

    private static async ValueTask<bool> Then(ValueTask done)
    {
        await done.ConfigureAwait(false);
        return true;
    }

    private static ValueTask<bool> Then(Action done)
    {
        done();
        return ValueTask.FromResult(true);
    }

    private async ValueTask<bool> CommandAsync(string line)
    {
        line = line.TrimEnd(CfText.Blanks);
        if (line.Length == 1 || CfText.IsBlank(line[1]))
        {
            _output.WriteLine("Usage: /[canon|map|mx|parse|try|tryflags]");
            return true;
        }
        int end = 1;
        while (end < line.Length && !CfText.IsBlank(line[end]))
            end++;
        string name = line[1..end];
        string argument = line[end..].TrimStart(CfText.Blanks);
        AddressTestCommand? command = Array.Find(_commands, c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (command is null)
        {
            _output.WriteLine("Unknown \"/\" command /" + name);
            return true;
        }
        if (argument.Length == 0 && command.Usage is { } usage)
        {
            _output.WriteLine("Usage: /" + command.Name + " " + usage);
            return true;
        }
        return await command.Run(this, argument).ConfigureAwait(false);
    }
}
