using System.Buffers.Text;
using System.Globalization;
using Sendmail.Core;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Wire.Connections;
using Sendmail.Wire.Sasl;

namespace Sendmail.Mta.Daemon;

// AUTH (RFC 4954).
public sealed partial class SmtpServerSession
{
    private const int MechanismsLevel = 12;
    private bool _authenticated;

    private SaslSettings SaslSettings()
    {
        string realm = _options.Get(OptionTable.AuthRealm);
        string? certified = _session["verify"] == "OK" ? _session["cert_subject"] : null;
        return new SaslSettings(Host, realm.Length == 0 ? null : realm, _options.Get(OptionTable.AuthOptions), _connection.Tls?.Bits ?? 0, certified);
    }

    // What is offered: what the configuration wants and the library can do, in the order of the configuration.
    private string Mechanisms()
    {
        string[] wanted = _options.Get(OptionTable.AuthMechanisms).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (_features.Contains('A') || wanted.Length == 0 || wanted is ["NONE"])
            return "";
        IReadOnlyList<string> able = SaslServer.Mechanisms(SaslSettings());
        if (SaslServer.Unusable is { } why)
            _services.Log.Write(8, LogPriority.Warning, null, "AUTH warning: " + why);
        return string.Join(' ', wanted.Where(w => able.Contains(w, StringComparer.OrdinalIgnoreCase)));
    }

    // What the library could do and what is wanted of it; it is loaded for this only when the log shows it.
    private void LogMechanisms()
    {
        if (_services.Log.Level < MechanismsLevel)
            return;
        string able = string.Join(' ', SaslServer.Mechanisms(SaslSettings()));
        _services.Log.Write(MechanismsLevel, LogPriority.Info, null, "AUTH: available mech=" + able + ", allowed mech=" + _options.Get(OptionTable.AuthMechanisms));
    }

    private async ValueTask AuthAsync(string argument)
    {
        if (_features.Contains('A'))
        {
            await ReplyAsync(503, "5.3.3", "AUTH not available").ConfigureAwait(false);
            return;
        }
        if (_authenticated)
        {
            await ReplyAsync(503, "5.5.0", "Already Authenticated").ConfigureAwait(false);
            return;
        }
        if (_envelope is not null)
        {
            await ReplyAsync(503, "5.5.0", "AUTH not permitted during a mail transaction").ConfigureAwait(false);
            return;
        }
        if (_filtersPutOff)
        {
            await ReplyAsync(454, "4.3.0", _laterReply.Text).ConfigureAwait(false);
            return;
        }
        if (argument.Length == 0)
        {
            await ReplyAsync(501, "5.5.2", "AUTH mechanism must be specified").ConfigureAwait(false);
            return;
        }
        string[] words = argument.Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string mechanism = words[0];
        using SaslServer? server = Mechanisms().Split(' ').Contains(mechanism, StringComparer.OrdinalIgnoreCase) ? SaslServer.Create(SaslSettings()) : null;
        if (server is null)
        {
            await ReplyAsync(504, "5.3.3", "AUTH mechanism " + mechanism + " not available").ConfigureAwait(false);
            return;
        }
        byte[]? initial = null;
        if (words.Length > 1 && (initial = words[1] == "=" ? [] : Decode(words[1])) is null)
        {
            await ReplyAsync(501, "5.5.4", "cannot BASE64 decode '" + words[1] + "'").ConfigureAwait(false);
            return;
        }
        // The library may ask a database or another process: not on the thread of the others.
        SaslResult result = await Task.Run(() => server.Start(mechanism.ToUpperInvariant(), initial)).ConfigureAwait(false);
        while (result.Outcome == SaslOutcome.Continue)
        {
            if (await AnswerAsync(result.Challenge).ConfigureAwait(false) is not { } answer)
                return;
            result = await Task.Run(() => server.Step(answer)).ConfigureAwait(false);
        }
        await FinishAuthAsync(mechanism.ToUpperInvariant(), server, result).ConfigureAwait(false);
    }

    private static byte[]? Decode(string text)
    {
        byte[] octets = new byte[text.Length];
        return Base64.IsValid(text) && Convert.TryFromBase64String(text, octets, out int length) ? octets[..length] : null;
    }

    // The client's answer to a challenge; null when it gave up, was not understood or is gone.
    private async ValueTask<byte[]?> AnswerAsync(byte[] challenge)
    {
        await ReplyAsync(334, "", Convert.ToBase64String(challenge)).ConfigureAwait(false);
        LineResult line = await _connection.ReadLineAsync(MaxAuthLine, _options.Get(OptionTable.TimeoutAuth), _stop).ConfigureAwait(false);
        if (line.Kind != LineKind.Line)
        {
            _services.Log.Write(5, LogPriority.Warning, _id, "AUTH warning: " + (line.Kind == LineKind.TooLong ? "line too long" : "no answer") + ", relay=" + Relay);
            _closing = line.Kind != LineKind.TooLong;
            if (line.Kind == LineKind.TooLong)
                await ReplyAsync(501, "5.5.4", "cannot decode AUTH parameter").ConfigureAwait(false);
            return null;
        }
        if (line.Text == "*")
        {
            await ReplyAsync(501, "5.0.0", "AUTH aborted").ConfigureAwait(false);
            return null;
        }
        if (Decode(line.Text) is { } answer)
            return answer;
        _services.Log.Write(5, LogPriority.Warning, _id, "AUTH decode64 error [-5 for \"" + line.Text + "\"], relay=" + Relay);
        await ReplyAsync(501, "5.5.4", "cannot decode AUTH parameter " + line.Text).ConfigureAwait(false);
        return null;
    }

    private const int MaxAuthLine = 12288;

    private async ValueTask FinishAuthAsync(string mechanism, SaslServer server, SaslResult result)
    {
        switch (result.Outcome)
        {
            case SaslOutcome.Done:
                _authenticated = true;
                string user = server.User ?? "";
                _session["auth_type"] = mechanism;
                _session["auth_authen"] = Core.Cf.CfText.Encode(user);
                _session["auth_ssf"] = "0";
                _session["r"] += "A";
                _services.Log.Write(8, LogPriority.Info, null, string.Create(CultureInfo.InvariantCulture, $"AUTH=server, relay={Relay}, authid={user}, mech={mechanism}, bits=0"));
                await ReplyAsync(235, "2.0.0", "OK Authenticated").ConfigureAwait(false);
                return;
            case SaslOutcome.NoMechanism:
                await ReplyAsync(504, "5.3.3", "AUTH mechanism " + mechanism + " not available").ConfigureAwait(false);
                return;
            case SaslOutcome.TemporaryFailure:
                LogAuthFailure(mechanism, server, result);
                await ReplyAsync(454, "4.3.0", "Temporary authentication failure").ConfigureAwait(false);
                return;
            default:
                LogAuthFailure(mechanism, server, result);
                await ReplyAsync(535, "5.7.0", "authentication failed").ConfigureAwait(false);
                return;
        }
    }

    private void LogAuthFailure(string mechanism, SaslServer server, SaslResult result) => _services.Log.Write(5, LogPriority.Warning, _id,
        "AUTH failure (" + mechanism + "): " + result.Reason + (server.User is { } user ? ", user=" + user : "") + ", relay=" + Relay);
}
