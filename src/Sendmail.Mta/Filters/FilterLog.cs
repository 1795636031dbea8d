using Sendmail.Core.Cf;
using Sendmail.Core.Logging;

namespace Sendmail.Mta.Filters;

/// <summary>What the log says of filters: Milter.LogLevel decides where it is set, else LogLevel.</summary>
public sealed class FilterLog(MtaServices services, Func<string> id)
{
    private const int Always = 1;

    /// <summary>The level that counts.</summary>
    public int Level { get; } = services.Configuration.Options.IsSet(OptionTable.MilterLogLevel)
        ? services.Configuration.Options.Get(OptionTable.MilterLogLevel) : services.Log.Level;

    /// <summary>Something failed.</summary>
    public void Error(string text) => Write(Always, LogPriority.Error, text);
    /// <summary>What is told at the usual level.</summary>
    public void Info(string text) => Write(Always, LogPriority.Info, text);

    /// <summary>What is told from a level on.</summary>
    public void Info(int level, string text) => Write(level, LogPriority.Info, text);

    /// <summary>A line that is written from <paramref name="level"/> on.</summary>
    public void Write(int level, LogPriority priority, string text)
    {
        if (Level >= level)
            services.Log.Write(0, priority, id(), text);
    }
}
