using Sendmail.Core;
using Sendmail.Core.Cf;
using Sendmail.Core.Headers;

namespace Sendmail.Mta.Mime;

/// <summary>
/// Hands a body on part by part. Where 8-bit text is encoded, each part becomes base64 or quoted-printable by its share of
/// such octets; what must not be touched ($=n, message/* outside $=s, encodings outside $=e) goes on as it is.
/// </summary>
internal sealed class PartsConverter(Configuration configuration, Mailer mailer, ConversionPlan plan, BodyReader reader, BodySink sink)
{
    private const string EncodingField = "Content-Transfer-Encoding";
    private const int DeepestNesting = 20;
    // How much must be seen before a high share alone settles the encoding.
    private const int SmallestSample = 4096;
    private readonly List<byte[]> _boundaries = [];

    /// <summary>Writes what is left of the header, the empty line and the body.</summary>
    /// <exception cref="IOException">The body cannot be read, or what it goes to cannot be written.</exception>
    internal async ValueTask ConvertAsync(CancellationToken cancellation)
    {
        Ending ending = await EntityAsync(plan.ContentType, plan.Encoding, cancellation).ConfigureAwait(false);
        while (!ending.IsEnd)
            ending = await CopyAsync(true, cancellation).ConfigureAwait(false);
    }

    // What ended a part: the boundary of a level, or the end of the body (level -1).
    private readonly record struct Ending(int Level, bool IsLast)
    {
        internal static Ending OfBody => new(-1, true);
        internal bool IsEnd => Level < 0;
    }

    private void Put(string line) => sink.Line(Latin1.ToBytes(line), plan.StripsHeader, false);

    // An empty field says nothing.
    private void PutEncoding(string? value)
    {
        if (value is not null && ContentType.FirstWord(value) is { Length: > 0 } word)
            Put(EncodingField + ": " + word);
    }

    private async ValueTask<Ending> EntityAsync(string? typeField, string? encodingField, CancellationToken cancellation)
    {
        ContentType type = ContentType.Parse(typeField);
        if (!plan.To7Bit)
        {
            if (type.Type == "multipart")
                return await MultipartAsync(type, cancellation).ConfigureAwait(false);
            sink.EndLine();
            return await CopyAsync(plan.Strips, cancellation).ConfigureAwait(false);
        }
        string encoding = encodingField is null ? "" : ContentType.FirstWord(encodingField);
        bool known = encoding.Length == 0 || configuration.IsInClass("e", encoding);
        bool untouchable = configuration.IsInClass("n", type.Name) || (type.Type == "message" && !configuration.IsInClass("s", type.Subtype)) || _boundaries.Count >= DeepestNesting;
        if (!known || (untouchable && type.Type.Length > 0))
        {
            PutEncoding(encodingField);
            sink.EndLine();
            return await CopyAsync(plan.Strips, cancellation).ConfigureAwait(false);
        }
        return type.Type switch
        {
            "multipart" => await MultipartAsync(type, cancellation).ConfigureAwait(false),
            "message" => await MessageAsync(cancellation).ConfigureAwait(false),
            _ => await LeafAsync(type, encodingField, cancellation).ConfigureAwait(false),
        };
    }

    private async ValueTask<Ending> MultipartAsync(ContentType type, CancellationToken cancellation)
    {
        sink.EndLine();
        string boundary = type.Boundary ?? "---";
        int level = _boundaries.Count;
        _boundaries.Add(Latin1.ToBytes("--" + boundary));
        Ending ending = await CopyAsync(true, cancellation).ConfigureAwait(false);
        // An outer boundary before the last of this level begins a part here.
        while (!ending.IsLast)
        {
            Put("--" + boundary);
            (string? partType, string? partEncoding, _) = ReadHeader();
            ending = await EntityAsync(partType, partEncoding, cancellation).ConfigureAwait(false);
        }
        // Also when it is missing.
        Put("--" + boundary + "--");
        _boundaries.RemoveAt(level);
        // What follows the last part belongs to nobody, also when it was an outer boundary that ended it.
        return ending.IsEnd ? ending : await CopyAsync(true, cancellation).ConfigureAwait(false);
    }

    private async ValueTask<Ending> MessageAsync(CancellationToken cancellation)
    {
        sink.EndLine();
        (string? type, string? encoding, bool mime) = ReadHeader();
        if (!mime)
            Put("MIME-Version: 1.0");
        return await EntityAsync(type, encoding, cancellation).ConfigureAwait(false);
    }

    // Hands on the fields of a part but its encoding, which depends on the text. A line that is no field ends them and is lost.
    private (string? Type, string? Encoding, bool Mime) ReadHeader()
    {
        string? type = null, encoding = null;
        bool mime = false;
        foreach (string field in Fields())
        {
            int colon = field.IndexOf(':', StringComparison.Ordinal);
            string name = field[..colon].TrimEnd(' ', '\t').ToLowerInvariant();
            string value = field[(colon + 1)..];
            mime |= name == "mime-version";
            if (name == "content-type")
                type ??= value;
            if (name == "content-transfer-encoding")
            {
                encoding ??= value;
                if (plan.To7Bit)
                    continue;
            }
            foreach (string line in (field[..colon].TrimEnd(' ', '\t') + ":" + value).Split('\n'))
                sink.Line(Latin1.ToBytes(line), plan.Strips, false);
        }
        return (type, encoding, mime);
    }

    private List<string> Fields()
    {
        var fields = new List<string>();
        while (true)
        {
            string? line = ReadLine();
            if (string.IsNullOrEmpty(line))
                return fields;
            if (line[0] is ' ' or '\t' && fields.Count > 0)
                fields[^1] += "\n" + line;
            else if (IsField(line))
                fields.Add(line);
            else
                return fields;
        }
    }

    private string? ReadLine()
    {
        if (!reader.Next())
            return null;
        string line = Latin1.ToString(reader.Piece.Span);
        // Nobody reads a field of such a length.
        while (reader.IsCut && reader.Next())
            continue;
        return line;
    }

    private static bool IsField(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && line.AsSpan(0, colon).TrimEnd(" \t").IndexOfAnyInRange('\0', ' ') < 0 && line.AsSpan(0, colon).TrimEnd(" \t").Length > 0;
    }

    private async ValueTask<Ending> LeafAsync(ContentType type, string? encodingField, CancellationToken cancellation)
    {
        (long all, long eight) = Count();
        if (eight == 0)
        {
            PutEncoding(encodingField);
            sink.EndLine();
            return await CopyAsync(false, cancellation).ConfigureAwait(false);
        }
        // What says that it is no text is not made readable.
        bool binary = encodingField is not null && ContentType.FirstWord(encodingField).Equals("binary", StringComparison.OrdinalIgnoreCase);
        bool printable = configuration.IsInClass("q", type.Name) || configuration.IsInClass("q", type.Type) || (!binary && eight * 8 <= all);
        string name = printable ? "quoted-printable" : "base64";
        Put(EncodingField + ": " + name);
        Put("X-MIME-Autoconverted: from 8bit to " + name + plan.By);
        sink.EndLine();
        return printable ? await PrintableAsync(cancellation).ConfigureAwait(false) : await Base64Async(cancellation).ConfigureAwait(false);
    }

    // Octets up to the boundary and those above 127 among them; a part that clearly needs base64 is not read to its end.
    private (long All, long Eight) Count()
    {
        long start = reader.Position;
        long all = 0, eight = 0;
        while (reader.Next())
        {
            ReadOnlySpan<byte> piece = reader.Piece.Span;
            if (reader.StartsLine && Boundary(piece) is not null)
                break;
            all += piece.Length + (reader.EndsLine ? 1 : 0);
            foreach (byte c in piece)
                eight += c >> 7;
            if (all >= SmallestSample && eight * 4 > all)
                break;
        }
        reader.Seek(start);
        return (all, eight);
    }

    private Ending? Boundary(ReadOnlySpan<byte> line)
    {
        if (_boundaries.Count == 0 || !line.StartsWith("--"u8))
            return null;
        ReadOnlySpan<byte> text = line.TrimEnd(" \t"u8);
        for (int level = _boundaries.Count - 1; level >= 0; level--)
        {
            if (text.SequenceEqual(_boundaries[level]))
                return new Ending(level, false);
            if (text.EndsWith("--"u8) && text[..^2].SequenceEqual(_boundaries[level]))
                return new Ending(level, true);
        }
        return null;
    }

    private async ValueTask<Ending> CopyAsync(bool strip, CancellationToken cancellation)
    {
        while (reader.Next())
        {
            if (reader.StartsLine && Boundary(reader.Piece.Span) is { } ending)
                return ending;
            sink.Line(reader.Piece.Span, strip, reader.IsCut);
            await sink.FlushSomeAsync(cancellation).ConfigureAwait(false);
        }
        return Ending.OfBody;
    }

    // The line end before a boundary belongs to the boundary.
    private async ValueTask<Ending> PrintableAsync(CancellationToken cancellation)
    {
        var encoder = new QuotedPrintableEncoder(sink, mailer);
        bool newline = false;
        while (reader.Next())
        {
            if (reader.StartsLine && Boundary(reader.Piece.Span) is { } ending)
            {
                encoder.End(true);
                return ending;
            }
            if (newline)
                encoder.NewLine();
            encoder.Add(reader.Piece.Span);
            newline = reader.EndsLine;
            await sink.FlushSomeAsync(cancellation).ConfigureAwait(false);
        }
        if (newline)
            encoder.NewLine();
        encoder.End(_boundaries.Count > 0);
        return Ending.OfBody;
    }

    private async ValueTask<Ending> Base64Async(CancellationToken cancellation)
    {
        var encoder = new Base64Encoder(sink);
        bool newline = false;
        Ending ending = Ending.OfBody;
        while (reader.Next())
        {
            if (reader.StartsLine && Boundary(reader.Piece.Span) is { } found)
            {
                newline = false;
                ending = found;
                break;
            }
            if (newline)
                encoder.NewLine();
            encoder.Add(reader.Piece.Span);
            newline = reader.EndsLine;
            await sink.FlushSomeAsync(cancellation).ConfigureAwait(false);
        }
        if (newline)
            encoder.NewLine();
        encoder.End();
        return ending;
    }
}
