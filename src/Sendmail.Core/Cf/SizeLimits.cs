using System.Globalization;

namespace Sendmail.Core.Cf;

/// <summary>Limits that more than one option sets.</summary>
public static class SizeLimits
{
    /// <summary>The largest message in octets, zero for none: MaxMessageSize, else what stands behind the slash of MinFreeBlocks.</summary>
    public static long LargestMessage(this OptionValues options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Get(OptionTable.MaxMessageSize) is > 0 and var most)
            return most;
        string blocks = options.Get(OptionTable.MinFreeBlocks);
        int slash = blocks.IndexOf('/', StringComparison.Ordinal);
        return slash >= 0 && long.TryParse(blocks.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long behind) ? behind : 0;
    }
}
