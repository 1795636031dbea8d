using Sendmail.Core.Cf;
using Sendmail.Posix;

namespace Sendmail.Mta.Queueing;

/// <summary>What a machine under load does not do now (op 5.6, QueueLA and QueueFactor).</summary>
public static class LoadLimits
{
    /// <summary>Whether a message of this priority number waits for less load.</summary>
    public static bool HoldsBack(OptionValues options, long priority) => HoldsBack(options, priority, LoadAverage.Current());

    /// <summary>The same with a load that is known.</summary>
    public static bool HoldsBack(OptionValues options, long priority, int load)
    {
        int limit = options.Get(OptionTable.QueueLA);
        return limit > 0 && load >= limit && priority > options.Get(OptionTable.QueueFactor) / (load - limit + 1);
    }
}
