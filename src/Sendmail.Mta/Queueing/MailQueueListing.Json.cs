using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sendmail.Core;
using Sendmail.Posix;

namespace Sendmail.Mta.Queueing;

/// <summary>mailq --json: one object a line for each message.</summary>
public sealed partial class MailQueueListing
{
    private static readonly JsonWriterOptions _plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly UTF8Encoding _strict = new(false, throwOnInvalidBytes: true);

    /// <summary>
    /// Writes an object and a line end for each message: id, group, directory, state (waiting, active, resting, load, quarantined, lost),
    /// size of the body in octets (null when there is none), priority, attempts, warned, arrival and last_attempt (ISO 8601 in UTC), sender,
    /// body_type, reason, quarantine, recipients (address; controlling_user when somebody's), null where nothing is known.
    /// </summary>
    public void WriteJson(Stream output, QueueSelection selection)
    {
        using var json = new Utf8JsonWriter(output, _plain);
        foreach ((string group, string directory) in store.Directories)
        {
            if (selection.Group is { } only && !group.Equals(only, StringComparison.OrdinalIgnoreCase))
                continue;
            QueueWork rows = _scan.Gather(directory, selection, true);
            var path = new OctetPath(rows.Control);
            var data = new OctetPath(store.DataDirectory(rows.Control), "df");
            for (int i = 0; i < rows.Count; i++)
            {
                _row.Read(path.Of(rows.Name(i)), true);
                WriteRow(json, group, directory, rows.Name(i), data);
                json.Flush();
                output.WriteByte((byte)'\n');
                json.Reset();
            }
        }
        output.Flush();
    }

    private void WriteRow(Utf8JsonWriter json, string group, string directory, ReadOnlySpan<byte> name, OctetPath data)
    {
        QueueSummary row = _row;
        json.WriteStartObject();
        json.WriteString("id", name[2..]);
        json.WriteString("group", group);
        json.WriteString("directory", directory);
        json.WriteString("state", StateOf(name[0]).ToString().ToLowerInvariant());
        long size = OctetFile.Size(data.Of(name[2..]));
        if (size < 0)
            json.WriteNull("size");
        else
            json.WriteNumber("size", size);
        json.WriteNumber("priority", row.Keys.Priority);
        json.WriteNumber("attempts", row.Keys.Attempts);
        json.WriteBoolean("warned", row.Warned);
        json.WriteString("arrival", Time(row.Keys.Created));
        json.WriteString("last_attempt", Time(row.Keys.LastTried));
        json.WriteString("sender", row.HasSender ? Text(QueueSummary.Text(row.Sender)) : null);
        json.WriteString("body_type", row.BodyType.Length == 0 ? null : QueueSummary.Text(row.BodyType));
        json.WriteString("reason", row.HasMessage ? Text(QueueSummary.Text(row.Message)) : null);
        json.WriteString("quarantine", row.IsQuarantined ? Text(QueueSummary.Text(row.Quarantine)) : null);
        json.WriteStartArray("recipients");
        string? controller = null;
        for (int i = 0; i < row.LineCount; i++)
        {
            string line = QueueSummary.Text(row.Line(i, out bool isController));
            if (isController)
            {
                controller = line.Length == 0 ? null : line;
                continue;
            }
            json.WriteStartObject();
            json.WriteString("address", Text(line));
            if (controller is not null)
                json.WriteString("controlling_user", Text(controller));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string? Time(long seconds) =>
        seconds <= 0 ? null : DateTimeOffset.FromUnixTimeSeconds(Math.Min(seconds, 253402300799)).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);

    // Control files hold octets; they are UTF-8 in most cases and Latin-1 otherwise.
    private static string? Text(string? octets)
    {
        if (octets is null || Ascii.IsValid(octets))
            return octets;
        try
        {
            return _strict.GetString(Latin1.ToBytes(octets));
        }
        catch (DecoderFallbackException)
        {
            return octets;
        }
    }
}
