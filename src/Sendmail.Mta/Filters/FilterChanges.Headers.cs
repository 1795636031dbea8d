using Sendmail.Core.Headers;
using Sendmail.Mta.Collecting;
using Sendmail.Wire.Milter;

namespace Sendmail.Mta.Filters;

// Headers.
public sealed partial class FilterChanges
{
    // The leading blank is the filter's own business when that was negotiated.
    private string Stored(string value) => (filter.Steps & MilterSteps.LeadingSpace) != 0 ? value : " " + value;

    private static bool IsNamed(Header header, string name) => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    // What this host adds to every message is nobody's to change.
    private static bool IsTrace(Header header) => header.IsDefault && (IsNamed(header, "received") || IsNamed(header, "return-path"));

    private void AddHeader(List<string> texts)
    {
        if (texts is not [{ Length: > 0 } name, string value])
            return;
        Tell("add: header: " + name + ": " + value);
        Put(name, value);
    }

    // Before the first one of its name, else last.
    private void Put(string name, string value)
    {
        int at = envelope.Headers.FindIndex(h => IsNamed(h, name) && !h.IsDefault);
        envelope.Headers.Insert(at < 0 ? envelope.Headers.Count : at, MessageCollector.Unbroken(name, Stored(value)));
    }

    private void InsertHeader(byte[] data)
    {
        if (Indexed(data) is not (int index, [{ Length: > 0 } name, string value]))
            return;
        Tell("insert (" + Number(index) + "): header: " + name + ": " + value);
        // Return-Path: stays the first, and only the place 0 is before our own Received:.
        int first = envelope.Headers.FindIndex(h => !(h.IsDefault && IsNamed(h, "return-path")));
        int second = envelope.Headers.FindIndex(h => !IsTrace(h));
        int at = index <= 0 ? Math.Max(first, 0) : Math.Max(index, Math.Max(second, 0));
        envelope.Headers.Insert(Math.Min(at, envelope.Headers.Count), MessageCollector.Unbroken(name, Stored(value)));
    }

    private void ChangeHeader(byte[] data)
    {
        if (Indexed(data) is not (int index, [{ Length: > 0 } name, string value]))
            return;
        Header? found = envelope.Headers.Where(h => !IsTrace(h) && IsNamed(h, name)).ElementAtOrDefault(Math.Max(index, 1) - 1);
        if (found is null)
        {
            Tell(value.Length == 0 ? "delete (noop): header: " + name : "change (add): header: " + name + ": " + value);
            if (value.Length > 0)
                Put(name, value);
            return;
        }
        string label = found.IsDefault ? "header (default header) " : "header ";
        string old = found.Value.StartsWith(' ') ? found.Value : " " + found.Value;
        if (value.Length == 0)
        {
            Tell("delete: " + label + name + ":" + old);
            envelope.Headers.Remove(found);
            return;
        }
        Tell("change: " + label + name + ": from " + old + " to " + value);
        Header changed = MessageCollector.Unbroken(found.Name, Stored(value));
        found.Value = changed.Value;
        found.QueueValue = changed.QueueValue;
    }
}
