using Sendmail.Core;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Headers;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Mta.Aliasing;
using Sendmail.Posix;

namespace Sendmail.AddressTest;

// What becomes of one address.
internal sealed partial class AddressTestMode
{
    private AddressRole _role = AddressRole.Recipient;
    private bool _header;

    private string Kind => (_header ? "header" : "envelope") + " " + (_role == AddressRole.Sender ? "sender" : "recipient");

    // The first character is for header or envelope, the next for sender or recipient; either may be missing.
    private void SetFlags(string argument)
    {
        foreach (char c in argument)
        {
            switch (char.ToLowerInvariant(c))
            {
                case 'h': _header = true; break;
                case 'e': _header = false; break;
                case 's': _role = AddressRole.Sender; break;
                case 'r': _role = AddressRole.Recipient; break;
                default: break;
            }
        }
        _scope["addr_type"] = (_header ? "h" : "e") + " " + (_role == AddressRole.Sender ? "s" : "r");
    }

    // Told of, but no reason to stop: the address is completed.
    private Action<string> Unbalanced(string address) => problem => _output.WriteLine(Complaint(address, problem));

    // Problems with a reply code of their own are shown without it.
    private static string Complaint(string address, string problem) =>
        CfText.Masked(CfText.Shortened(address) + "... " + (problem.StartsWith("553 ", StringComparison.Ordinal) ? problem[10..] : problem));

    private void Tell(string address, SmtpReply error) =>
        _output.WriteLine(CfText.Masked((error.NamesAddress && !error.Text.EndsWith(" bytes max)", StringComparison.Ordinal) ? CfText.Shortened(address) + "... " : "") + error.Text));

    private async ValueTask ParseAsync(string argument)
    {
        _output.WriteLine("Cracked address = " + CfText.Visible(CrackedAddress.Form(argument, AddressParser.MustQuote(_configuration), "$g")));
        _output.WriteLine("Parsing " + Kind + " address");
        _named = null;
        ParsedAddress parsed = await _services.Addresses.ParseAsync(argument, _scope, AddressRole.Recipient, default, Unbalanced(argument)).ConfigureAwait(false);
        if (parsed.Error is { } error)
        {
            Tell(argument, error);
            Note(RecipientExpander.ExitOf(error));
        }
        if (parsed.Address is null && parsed.Triple is null)
        {
            _output.WriteLine("Cannot parse");
            return;
        }
        string host = parsed.Address?.Host ?? parsed.Triple!.Host;
        string user = AddressParser.Printable(parsed.Shown);
        if (user == parsed.Shown && parsed.TempFail && parsed.Address is not null)
            _output.WriteLine(CfText.Masked(CfText.Shortened(argument) + "... Transient parse error -- message queued for future delivery"));
        TellUnprintable(parsed);
        _output.WriteLine("mailer " + (parsed.Address?.Mailer!.Name ?? "*error*") + (host.Length > 0 ? ", host " + Typed(host) : "") + ", user " + Typed(user));
    }

    // The octet 0xFF does not come out as it went in.
    private static string Typed(string text) => text.Replace('\xff', '\x7f');

    private async ValueTask TryAsync(string argument)
    {
        int blank = argument.AsSpan().IndexOfAny(' ', '\t');
        if (blank < 0)
        {
            _output.WriteLine("Usage: /try mailer address");
            return;
        }
        string name = argument[..blank];
        string address = argument[blank..].TrimStart(CfText.Blanks);
        if (_configuration.FindMailer(name) is not { } mailer)
        {
            _output.WriteLine("Unknown mailer " + name);
            return;
        }
        _named = null;
        _output.WriteLine("Trying " + Kind + " address " + address + " for mailer " + name);
        string result = await _services.Addresses.RewriteForMailerAsync(address, mailer, _role, _header, null, _scope, default, Unbalanced(address)).ConfigureAwait(false);
        _output.WriteLine("Rcode = 0, addr = " + CfText.Octets(ExpandOctets(result)));
    }

    // What is typed is not quoted before it is taken for text with macros: the octets that stand for $x and $?x $| $. in the
    // reference's own text do here, too.
    private string ExpandOctets(string text)
    {
        if (text.AsSpan().IndexOfAny('\x81', '\x9a') < 0)
            return text;
        string encoded = text.Replace('\x81', Meta.Macro).Replace('\x9a', Meta.If).Replace('\x9b', Meta.Else).Replace('\x9c', Meta.EndIf);
        return MacroExpander.Expand(encoded, _scope).Replace(Meta.Else, '\x9b').Replace(Meta.EndIf, '\x9c');
    }

    // The sender as a submission would have it: parsed like any address, then rewritten as a sender. What cannot be one gives way
    // to the user's own name.
    private async ValueTask SetSenderAsync(string argument)
    {
        string sender = argument.Length == 0 ? _context.UserName : argument;
        _scope["addr_type"] = "e s";
        _named = sender;
        ParsedAddress parsed = await _services.Addresses.ParseAsync(sender, _scope, AddressRole.Recipient, default, Unbalanced(sender)).ConfigureAwait(false);
        if (!Suits(sender, parsed))
        {
            _named = sender = _context.UserName;
            parsed = await _services.Addresses.ParseAsync(sender, _scope, AddressRole.Recipient, default, Unbalanced(sender)).ConfigureAwait(false);
        }
        if (parsed.Address is null || argument.Length == 0)
            _services.Log.Write(2, LogPriority.Notice, _id, "setsender: " + argument + ": invalid or unparsable, received from " + _scope["_"]);
        Rewriter rewriter = _services.Rewriter;
        if (parsed.Address is { Mailer: { } mailer } address)
            Introduce(mailer, address.User);
        var workspace = new List<Token>();
        var problems = new List<string>();
        rewriter.Tokenizer.Tokenize(sender, '\0', TokenizeMode.Address, workspace, out _, out _, problems);
        problems.ForEach(Unbalanced(sender));
        foreach (string ruleSet in (string[])["3", "1", "4"])
            await rewriter.RewriteAsync(workspace, ruleSet, _scope).ConfigureAwait(false);
        _scope["addr_type"] = null;
        string user = parsed.Address is null ? "" : parsed.Shown;
        _scope["f"] = user;
        _output.WriteLine("addr=" + user);
    }

    // Whose address the last command was about; a complaint without one of its own names it.
    private string? _named;
    // The first user of this machine that was the sender gives the name of all that follow.
    private string? _fullName;

    private void Introduce(Mailer mailer, string user)
    {
        if (!mailer.Has('l'))
        {
            _scope["x"] = "";
            return;
        }
        int at = user.IndexOf('@', StringComparison.Ordinal);
        if (Users.FindByName(at > 0 ? user[..at] : user) is { } record)
        {
            _scope["z"] = record.Home;
            if (string.IsNullOrEmpty(_fullName))
                _fullName = record.FullName;
        }
        if (!string.IsNullOrEmpty(_fullName))
            _scope["x"] = _fullName;
    }

    // Nobody sends as a program, a file or a list.
    private bool Suits(string sender, ParsedAddress parsed)
    {
        if (parsed.Error is { } error)
        {
            Tell(sender, error);
            Note(RecipientExpander.ExitOf(error));
        }
        if (parsed.Address is not { } address)
            return false;
        if (address.Mailer!.Name is "prog" or "*file*" or "*include*")
        {
            _output.WriteLine(CfText.Masked(CfText.Shortened(sender) + "... Invalid sender address"));
            return false;
        }
        if (parsed.TempFail && AddressParser.Printable(parsed.Shown) == parsed.Shown)
            _output.WriteLine(CfText.Masked(CfText.Shortened(sender) + "... Transient parse error -- message queued for future delivery"));
        return TellUnprintable(parsed);
    }

    // Octets that no address has are told of, with what stands for them.
    private bool TellUnprintable(ParsedAddress parsed)
    {
        string user = AddressParser.Printable(parsed.Shown);
        // Of a list whose name lost some of its quotes.
        bool open = parsed.Address?.Mailer?.Name == "*include*" && CrackedAddress.Unbalanced(user) == "Unbalanced '\"'";
        if (open)
            _output.WriteLine("Syntax error in mailbox address \"" + CfText.Masked(user) + "\" (unbalanced quote)");
        if (user == parsed.Shown)
            return !open;
        _output.WriteLine("Syntax error in mailbox address \"" + CfText.Masked(user) + "\" (non-printable character)");
        return false;
    }

    // The argument holds no metasymbols, however many dollar signs it has.
    private void Expand(string argument) => _output.Write(CfText.Visible(ExpandOctets(argument)));

    // A field as a message has it: nothing in it is a construct of the configuration.
    private async ValueTask ShowHeaderAsync(string argument)
    {
        int colon = argument.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? "" : argument[..colon].TrimEnd(CfText.Blanks);
        if (name.Length == 0 || name.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            Fail("header syntax error, line \"" + argument + "\"");
            _output.WriteLine("ul = 00000000");
            return;
        }
        uint traits = HeaderTraits.Of(name, false);
        if (!HeaderTraits.EndsHeader(name) && HeaderCheck.Find(_configuration.Headers, name) is { } check)
        {
            if (!check.KeepComments && check.Name != "*")
                traits |= HeaderTraits.WithoutComments;
            CheckResult result = await _services.Checks.CheckFieldAsync(check, name, argument[(colon + 1)..], _scope).ConfigureAwait(false);
            if (result.Reply is { } refused)
            {
                _output.WriteLine(CfText.Masked((refused.NamesAddress && _named is not null ? CfText.Shortened(_named) + "... " : "") + refused.Text));
                Note(RecipientExpander.ExitOf(refused));
            }
        }
        _output.WriteLine("ul = 0x" + traits.ToString("x8", System.Globalization.CultureInfo.InvariantCulture));
    }
}
