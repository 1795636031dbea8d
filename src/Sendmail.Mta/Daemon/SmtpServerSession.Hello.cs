using System.Globalization;
using System.Text;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Rewriting;

namespace Sendmail.Mta.Daemon;

// HELO, EHLO, AUTH.
public sealed partial class SmtpServerSession
{
    private const string HelloCount = "HELO/EHLO";

    private async ValueTask HelloAsync(bool extended, string argument)
    {
        string verb = extended ? "EHLO" : "HELO";
        await CountAsync(HelloCount, 3).ConfigureAwait(false);
        bool lenient = _options.Get(OptionTable.AllowBogusHELO);
        // The protocol that is logged is what the client spoke last, refused or not.
        _session["r"] = (extended ? "ESMTP" : "SMTP") + (_connection.Tls is null ? "" : "S") + (_authenticated ? "A" : "");
        if (argument.Length == 0 && !lenient)
        {
            await ReplyAsync(501, "5.0.0", verb + " requires domain address").ConfigureAwait(false);
            return;
        }
        int blank = lenient ? argument.AsSpan().IndexOfAny(' ', '\t') : -1;
        string name = blank < 0 ? argument : argument[..blank];
        bool isDomain = name.Length > 0 && IsDomain(name);
        if ((!isDomain && !lenient) || argument.Length > LongestName)
        {
            await ReplyAsync(501, "5.0.0", "Invalid domain name").ConfigureAwait(false);
            return;
        }
        if (_connection.HasBufferedInput && !_features.Contains('F') && !_earlyTalker && (_refused is null || _isFull))
        {
            _protocolError = "554";
            _services.Log.Write(5, LogPriority.Info, _id, "rejecting " + verb + " from " + Early());
            await ReplyAsync(554, "5.5.0", "SMTP protocol error").ConfigureAwait(false);
            return;
        }
        if (_helo is not null)
            LogFull();
        await AbortFiltersAsync().ConfigureAwait(false);
        Abandon();
        _helo = argument;
        _freshTls = false;
        _extended = extended;
        if (isDomain)
            _session["s"] = name;
        if (!await FiltersTakeHelloAsync(argument).ConfigureAwait(false))
            return;
        string greeting = Host + " Hello " + Relay + (isDomain || name.Length == 0 ? ", pleased to meet you" : ", accepting invalid domain name");
        if (((_refused is not null && !_isFull) || _protocolError.Length > 0) && extended)
        {
            await SendAsync("250-" + greeting + "\r\n250 ENHANCEDSTATUSCODES").ConfigureAwait(false);
            return;
        }
        if (!extended)
        {
            await ReplyAsync(250, "", greeting).ConfigureAwait(false);
            return;
        }
        await SendAsync(Keywords(greeting)).ConfigureAwait(false);
    }

    private string Keywords(string greeting)
    {
        PrivacyFlags privacy = _options.Get(OptionTable.PrivacyOptions);
        var words = new List<string> { greeting, "ENHANCEDSTATUSCODES" };
        if (!_features.Contains('P'))
            words.Add("PIPELINING");
        if ((privacy & PrivacyFlags.NoExpn) == 0 && !_features.Contains('X'))
        {
            words.Add("EXPN");
            if ((privacy & PrivacyFlags.NoVerb) == 0 && !_features.Contains('B'))
                words.Add("VERB");
        }
        words.Add("8BITMIME");
        long size = _options.LargestMessage();
        words.Add(size > 0 ? "SIZE " + size.ToString(CultureInfo.InvariantCulture) : "SIZE");
        if ((privacy & PrivacyFlags.NoReceipts) == 0 && !_features.Contains('D'))
            words.Add("DSN");
        if ((privacy & PrivacyFlags.NoEtrn) == 0 && !_features.Contains('E') && !_port.Has('E'))
            words.Add("ETRN");
        if (Mechanisms() is { Length: > 0 } mechanisms)
            words.Add("AUTH " + mechanisms);
        if (_connection.Tls is null && TlsContext() is not null)
            words.Add("STARTTLS");
        TimeSpan least = _options.Get(OptionTable.DeliverByMin);
        if (least >= TimeSpan.Zero)
            words.Add(least > TimeSpan.Zero ? "DELIVERBY " + ((long)least.TotalSeconds).ToString(CultureInfo.InvariantCulture) : "DELIVERBY");
        words.Add("HELP");
        var text = new StringBuilder();
        for (int i = 0; i < words.Count; i++)
            text.Append(i == 0 ? "" : "\r\n").Append("250").Append(i == words.Count - 1 ? ' ' : '-').Append(words[i]);
        return text.ToString();
    }

    private const int LongestName = 256;

    private static bool IsDomain(string name)
    {
        if (name.Length > LongestName)
            return false;
        if (name[0] == '[')
            return name.Skip(1).All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or ':' or ']' or '-' or '%');
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_' or '#' or ':'))
                return false;
        }
        return true;
    }
}
