using System.Text;
using Sendmail.Core.Addressing;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;

namespace Sendmail.Maps;

/// <summary>A map with the common flags applied: key folding, matching only, <c>%n</c> arguments, appended text.</summary>
public abstract class MapBase(string name, MapFlags flags) : IMap
{
    /// <inheritdoc/>
    public string Name => name;
    /// <inheritdoc/>
    public MapUse Use => flags.Use;
    /// <inheritdoc/>
    public virtual bool IsOpen => true;
    /// <summary>The flags of the K line.</summary>
    protected MapFlags Flags => flags;
    /// <summary>Whether <c>%0</c> to <c>%9</c> in values are replaced.</summary>
    protected virtual bool Substitutes => true;
    /// <summary>Whether keys are looked up in lower case unless -f is given.</summary>
    protected virtual bool FoldsCase => true;

    /// <summary>Whether the key takes the place of what is found.</summary>
    protected virtual bool MatchesOnly => flags.MatchOnly;

    /// <summary>The raw value of a prepared key.</summary>
    protected abstract ValueTask<MapResult> FindAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation);

    /// <inheritdoc/>
    public ValueTask<MapResult> LookupAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation)
    {
        string prepared = flags.KeepCase || !FoldsCase ? key : AddressParser.AsciiLower(key);
        ValueTask<MapResult> pending = FindAsync(prepared, arguments, scope, cancellation);
        return pending.IsCompletedSuccessfully ? new ValueTask<MapResult>(Finish(prepared, arguments, pending.Result)) : Await(pending, prepared, arguments);
    }

    private async ValueTask<MapResult> Await(ValueTask<MapResult> pending, string key, IReadOnlyList<string> arguments) =>
        Finish(key, arguments, await pending.ConfigureAwait(false));

    private MapResult Finish(string key, IReadOnlyList<string> arguments, MapResult result)
    {
        if (result.Value is null)
            return result;
        string value = MatchesOnly ? key : Substitutes ? Substitute(result.Value, key, arguments) : result.Value;
        return new MapResult(flags.Append.Length == 0 ? value : value + flags.Append, result.Status);
    }

    private static string Substitute(string value, string key, IReadOnlyList<string> arguments)
    {
        int at = value.IndexOf('%', StringComparison.Ordinal);
        if (at < 0)
            return value;
        var result = new StringBuilder(value.Length + 32);
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            if (c != '%' || i + 1 == value.Length)
            {
                result.Append(c);
                continue;
            }
            char next = value[++i];
            if (next == '%')
                result.Append('%');
            else if (next == '0')
                result.Append(key);
            else if (char.IsAsciiDigit(next))
                result.Append(next - '1' < arguments.Count ? arguments[next - '1'] : "");
            else
                result.Append('%').Append(next);
        }
        return result.ToString();
    }
}
