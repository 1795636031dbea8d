using System.Globalization;
using System.Text;
using Sendmail.Core.Rewriting;

namespace Sendmail.Core.Cf;

/// <summary>The line that <c>-d0</c> and <c>=M</c> of address test mode print for a mailer.</summary>
public static class MailerListing
{
    /// <summary><c>mailer N (name): P=… S=… R=… M=… U=… F=… L=… E=… T=… r=… A=…</c>, without line end.</summary>
    public static string Line(Mailer mailer, RuleSetTable ruleSets) => string.Create(CultureInfo.InvariantCulture,
        $"mailer {mailer.Number} ({mailer.Name}): P={mailer.Path} S={Pair(ruleSets, mailer.SenderEnvelope, mailer.SenderHeader)} R={Pair(ruleSets, mailer.RecipientEnvelope, mailer.RecipientHeader)} M={mailer.MaxMessageSize} U={mailer.UserId}:{mailer.GroupId} F={mailer.Flags} L={mailer.LineLimit} E={Visible(mailer.EndOfLine)} T={Type(mailer.MtaType)}/{Type(mailer.AddressType)}/{Type(mailer.DiagnosticType)} r={mailer.MaxRecipients} A={Arguments(mailer)}");

    private static string Pair(RuleSetTable sets, RuleSetReference? envelope, RuleSetReference? header) => Name(sets, envelope) + "/" + Name(sets, header);

    // No ruleset is number 0, shown by the name that the file gave to it.
    private static string Name(RuleSetTable sets, RuleSetReference? set) => sets.Find(set?.Number ?? 0)?.Name ?? set?.Name ?? "0";

    private static string Type(string? type) => type ?? "<undefined>";

    private static string Arguments(Mailer mailer)
    {
        var text = new StringBuilder();
        foreach (string argument in mailer.Arguments)
        {
            if (text.Length > 0)
                text.Append(' ');
            text.Append(CfText.Decode(argument));
        }
        return text.ToString();
    }

    private static string Visible(string endOfLine)
    {
        var text = new StringBuilder();
        foreach (char c in endOfLine)
        {
            switch (c)
            {
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case >= ' ' and < '\x7f': text.Append(c); break;
                default: text.Append('\\').Append(Convert.ToString(c, 8).PadLeft(3, '0')); break;
            }
        }
        return text.ToString();
    }
}
