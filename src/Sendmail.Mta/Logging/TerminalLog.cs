using System.Globalization;
using Sendmail.Core.Logging;

namespace Sendmail.Mta.Logging;

/// <summary>
/// The log on standard error of a daemon in the foreground. On a terminal every line is shown, its time in front and coloured
/// by its priority; anything else gets the lines that the system log did not take.
/// </summary>
/// <param name="output">Where lines go.</param>
/// <param name="isTerminal">Whether somebody watches.</param>
/// <param name="inColour">Whether priorities have colours; see no-color.org.</param>
/// <param name="clock">What the time is.</param>
public sealed class TerminalLog(TextWriter output, bool isTerminal, bool inColour, TimeProvider clock)
{
    private const string Plain = "\e[0m", Dim = "\e[2m", Bold = "\e[1m", Yellow = "\e[33m", Red = "\e[31m", BoldRed = "\e[1;31m";

    /// <summary>Shows a line if it is to be shown.</summary>
    /// <param name="priority">How grave it is.</param>
    /// <param name="line">The line without name and process id.</param>
    /// <param name="isLogged">Whether the system log took it.</param>
    public void Show(LogPriority priority, string line, bool isLogged)
    {
        if (!isTerminal)
        {
            if (!isLogged)
                output.WriteLine(line);
            return;
        }
        string time = clock.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        output.WriteLine(inColour ? Dim + time + Plain + " " + Colour(priority) + line + Plain : time + " " + line);
    }

    private static string Colour(LogPriority priority) => priority switch
    {
        LogPriority.Alert or LogPriority.Critical => BoldRed,
        LogPriority.Error => Red,
        LogPriority.Warning => Yellow,
        LogPriority.Notice => Bold,
        LogPriority.Debug => Dim,
        _ => "",
    };
}
