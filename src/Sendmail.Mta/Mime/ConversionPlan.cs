using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Headers;
using Sendmail.Core.Rewriting;

namespace Sendmail.Mta.Mime;

/// <summary>What is done to a message's 8-bit text for one mailer and server (op 5.6 EightBitMode, 5.4 F=7, F=8, F=9).</summary>
internal sealed class ConversionPlan
{
    private const string BodyField = "Content-Type";
    private const string EncodingField = "Content-Transfer-Encoding";

    /// <summary>Whether the fields that make it a MIME message are added.</summary>
    internal bool AddsFields { get; private init; }
    /// <summary>Whether the message says that it is MIME.</summary>
    internal bool DeclaresMime { get; private init; }
    /// <summary>Whether the body is handed on part by part: what stands outside of the parts of a multipart keeps seven bits.</summary>
    internal bool WalksParts { get; private init; }
    /// <summary>Whether 8-bit text is encoded.</summary>
    internal bool To7Bit { get; private init; }
    /// <summary>Whether encoded plain text is decoded (F=9).</summary>
    internal bool To8Bit { get; private init; }
    /// <summary>Whether whoever gets it takes seven bits alone: what cannot be encoded loses the eighth.</summary>
    internal bool Strips { get; private init; }
    /// <summary>Whether header fields lose the eighth bit (F=6 too).</summary>
    internal bool StripsHeader { get; private init; }
    /// <summary>Character set of text that does not name its own.</summary>
    internal string CharacterSet { get; private init; } = "";
    /// <summary>The message's Content-Type, null when it has none.</summary>
    internal string? ContentType { get; private init; }
    /// <summary>The message's Content-Transfer-Encoding, null when it has none.</summary>
    internal string? Encoding { get; private init; }
    /// <summary>Text of X-MIME-Autoconverted behind the encodings: by whom, and the queue id.</summary>
    internal string By { get; private init; } = "";

    /// <summary>Whether the message's own Content-Transfer-Encoding is written later, when it is known.</summary>
    internal bool HoldsEncoding => To7Bit || To8Bit;

    /// <summary>Whether a message with 8-bit text that nothing declares must be refused (EightBitMode=strict).</summary>
    internal static bool IsRefused(Configuration configuration, Envelope envelope) =>
        configuration.Options.Get(OptionTable.EightBitMode) == 's' && envelope.Has(EnvelopeFlags.Has8Bit) && envelope.BodyType.Length == 0 && !IsMime(envelope);

    /// <summary>The BODY parameter for a server that has 8BITMIME, null for none.</summary>
    internal static string? BodyParameter(Configuration configuration, Envelope envelope, Mailer mailer)
    {
        // Who announced 8-bit text and sent none is taken at what he sent.
        if (envelope.BodyType.Length > 0)
            return envelope.Has(EnvelopeFlags.Has8Bit) ? envelope.BodyType : "7BIT";
        bool declared = (IsMime(envelope) && envelope.Headers.Exists(static h => h.Value.AsSpan().IndexOfAnyInRange('\u0080', '\u00FF') >= 0))
            || (configuration.Options.Get(OptionTable.EightBitMode) == 'm' && !mailer.Has('8'));
        return envelope.Has(EnvelopeFlags.Has8Bit) && declared ? "8BITMIME" : null;
    }

    /// <summary>The plan for one delivery.</summary>
    /// <param name="takes8Bit">Whether the server has 8BITMIME.</param>
    internal static ConversionPlan For(Configuration configuration, Envelope envelope, Mailer mailer, MacroScope scope, bool takes8Bit)
    {
        // A report that is sent by the process that made it goes out as it was made.
        if (envelope.About is not null)
            return new ConversionPlan();
        bool has8Bit = envelope.Has(EnvelopeFlags.Has8Bit);
        bool mime = IsMime(envelope);
        // A server may take more than the mailer's flags promise, a program may not.
        bool sevenBits = mailer.Has('7') && !(takes8Bit && mailer.IsIpc);
        bool mimify = configuration.Options.Get(OptionTable.EightBitMode) == 'm';
        bool convertible = mime || mimify || envelope.BodyType == "8BITMIME";
        bool to7 = has8Bit && (mailer.Has('7') || (!mailer.Has('8') && !takes8Bit && convertible));
        string? type = Field(envelope, scope, BodyField);
        string? encoding = Field(envelope, scope, EncodingField);
        string character = envelope.Sender?.Mailer?.CharacterSet ?? configuration.Options.Get(OptionTable.DefaultCharSet);
        return new ConversionPlan
        {
            WalksParts = to7 || (LimitsFields(configuration) && type is not null && Core.Headers.ContentType.Parse(type).Type == "multipart"), DeclaresMime = mime,
            To7Bit = to7, AddsFields = to7 || (has8Bit && mimify && !mailer.Has('8')), Strips = sevenBits, StripsHeader = sevenBits || mailer.Has('6'),
            To8Bit = !to7 && mailer.Has('9') && !sevenBits && type is not null && encoding is not null && Decodes(type, encoding),
            ContentType = type, Encoding = encoding, CharacterSet = character.Length > 0 ? character : "unknown-8bit",
            By = " by " + configuration.Macros["j"] + " id " + envelope.Id,
        };
    }

    // MaxMimeHeaderLength looks into the parts too.
    private static bool LimitsFields(Configuration configuration)
    {
        string limits = configuration.Options.Get(OptionTable.MaxMimeHeaderLength);
        return limits.AsSpan().IndexOfAnyInRange('1', '9') >= 0;
    }

    // Limited to plain text (op 5.4, F=9).
    private static bool Decodes(string type, string encoding)
    {
        ContentType parsed = Core.Headers.ContentType.Parse(type);
        return parsed.Name == "text/plain" && Core.Headers.ContentType.FirstWord(encoding).ToLowerInvariant() is "base64" or "quoted-printable";
    }

    private static bool IsMime(Envelope envelope) => envelope.Headers.Exists(static h => h.Name.Equals("mime-version", StringComparison.OrdinalIgnoreCase));

    private static string? Field(Envelope envelope, MacroScope scope, string name) =>
        envelope.Headers.Find(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } header ? MacroExpander.Expand(header.Value, scope) : null;
}
