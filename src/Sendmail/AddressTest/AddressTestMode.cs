using System.Text;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Modes;
using Sendmail.Mta;

namespace Sendmail.AddressTest;

/// <summary>
/// -bt: rulesets on addresses and what else helps to see why a configuration does what it does, one line after another
/// (op 4.7). The first character of a line says what is wanted.
/// </summary>
internal sealed partial class AddressTestMode
{
    private const string Prompt = "> ";

    private readonly ModeContext _context;
    private readonly MtaServices _services;
    private readonly Configuration _configuration;
    private readonly RewriteTrace _trace;
    private readonly ILineReader _input;
    private readonly TextWriter _output;
    private readonly MacroScope _scope;
    private readonly string _id;
    private int _exit;

    internal AddressTestMode(ModeContext context, RewriteTrace trace, ILineReader input, TextWriter output)
    {
        _context = context;
        _services = context.Services;
        _configuration = context.Configuration;
        _trace = trace;
        _input = input;
        _output = output;
        _scope = _services.NewScope();
        _id = _services.Queue.NewId();
        _exit = (int)context.Read.ExitCode;
    }

    /// <summary>Reads until the input ends or <c>/quit</c>; gives the code of the first error.</summary>
    internal async Task<int> RunAsync()
    {
        DefineMacros();
        _trace.Enabled = true;
        _services.Maps.Message = _output.WriteLine;
        _context.Log.Failed = Note;
        _services.Rewriter.Complain = _ => Note(SysExit.Software);
        _output.WriteLine("ADDRESS TEST MODE (ruleset 3 NOT automatically invoked)");
        _output.WriteLine("Enter <ruleset> <address>");
        while (true)
        {
            // With -v a line that nobody typed here is shown behind its prompt, when it has been read.
            bool echoed = _context.Verbose is not null && _input is StreamLineReader;
            if (_input.Read(echoed ? "" : Prompt) is not { } line)
                break;
            if (echoed)
                _output.Write(Prompt);
            if (_context.Verbose is not null)
                _output.WriteLine(line);
            // A NUL ends the line.
            if (line.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var end)
                line = line[..end];
            if (!await LineAsync(line.TrimStart(' ').TrimEnd('\r')).ConfigureAwait(false))
                break;
        }
        _services.Maps.TellClosing();
        if (_trace.Debug.Has(13, 1))
            _output.WriteLine("\n====finis: stat " + _exit + " e_id=NOQUEUE e_flags=4001<OLDSTYLE,METOO>");
        // What may work another time is no failure.
        return _exit == (int)SysExit.TempFail ? 0 : _exit;
    }

    // The macros that exist without a message: who started us, when, and under which id.
    private void DefineMacros()
    {
        DateTimeOffset now = _services.Clock.GetUtcNow();
        _scope["b"] = MailDate.Format(now, _services.Zone);
        _scope["i"] = _id;
        _scope["_"] = _context.UserName + "@localhost";
        _scope["load_avg"] = Posix.LoadAverage.Current().ToString(System.Globalization.CultureInfo.InvariantCulture);
        // Nothing is queued here, whatever the option says.
        _scope["deliveryMode"] = "i";
        _scope["quarantine"] = "";
        _scope["addr_type"] = "e r";
    }

    private async ValueTask<bool> LineAsync(string line)
    {
        if (line.Length == 0)
            return true;
        switch (line[0])
        {
            case '#': return true;
            case '.': Define(line); return true;
            case '=': Dump(line); return true;
            case '$': ShowMacroOrClass(line[1..]); return true;
            case '-': Debug(line); return true;
            case '/': return await CommandAsync(line).ConfigureAwait(false);
            case '?': Help(); return true;
            default: await RulesAsync(line).ConfigureAwait(false); return true;
        }
    }

    private void Debug(string line)
    {
        if (line.Length == 1)
            _output.WriteLine("Usage: -d{debug arguments}");
        else if (line[1] != 'd')
            _output.WriteLine("Unknown \"-\" command " + line);
        else
            _trace.Debug.Add(line[2..]);
    }

    // The help file's lines about -bt.
    private void Help()
    {
        const string topic = "-bt";
        string path = _configuration.Options.Get(OptionTable.HelpFile);
        try
        {
            if (path.Length > 0)
            {
                foreach (string line in File.ReadLines(path, Encoding.Latin1))
                {
                    int tab = line.IndexOf('\t', StringComparison.Ordinal);
                    if (tab > 0 && line[..tab].Equals(topic, StringComparison.OrdinalIgnoreCase))
                        _output.WriteLine(MacroExpander.Expand(CfText.Encode(line[(tab + 1)..]), _scope));
                }
                _output.WriteLine("End of HELP info");
                return;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No help file: told of like a missing option.
        }
        _output.WriteLine("Sendmail " + _scope["v"] + " -- HELP not implemented");
    }

    /// <summary>The first error decides what the program ends with.</summary>
    private void Note(SysExit exit)
    {
        if (_exit == 0)
            _exit = (int)exit;
    }

    /// <summary>An error of the user's making that is logged like one of the configuration.</summary>
    private void Fail(string text)
    {
        text = SevenBits(text);
        _output.WriteLine(text);
        _services.Log.Write(0, LogPriority.Critical, _id, "SYSERR(" + _context.UserName + "): " + text);
        Note(SysExit.Software);
    }

    // Messages about errors are of seven bits.
    private static string SevenBits(string text) =>
        text.AsSpan().IndexOfAnyInRange('\x80', '\xff') < 0 ? text : string.Concat(text.Select(c => c is >= '\x80' and <= '\xff' ? (char)(c & 0x7F) : c));
}
