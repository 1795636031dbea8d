using System.Globalization;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;

namespace Sendmail.Core.Cf;

// What is there before the first line, and what is checked behind the last.
public sealed partial class CfReader
{
    private CfReadResult Finish()
    {
        if (_level > CurrentLevel)
        {
            Error(string.Create(CultureInfo.InvariantCulture, $"Warning: .cf version level ({_level}) exceeds sendmail version {_request.Version} functionality ({CurrentLevel})"));
        }
        else if (_level < CurrentLevel)
        {
            WarnTester(string.Create(CultureInfo.InvariantCulture, $"Warning: .cf file is out of date: sendmail {_request.Version} supports version {CurrentLevel}, .cf file is version {_level}"), "tCi");
        }
        if (!_mailers.Exists(m => m.Name.Equals("local", StringComparison.OrdinalIgnoreCase)))
            Error("No local mailer defined");
        if (_options.Get(OptionTable.SingleThreadDelivery) && _options.Get(OptionTable.HostStatusDirectory).Length == 0)
        {
            Warn("Warning: HostStatusDirectory required for SingleThreadDelivery");
            _options.Set(OptionTable.SingleThreadDelivery, false);
        }
        if (_options.Get(OptionTable.SuperSafe) == 'i' && _options.Get(OptionTable.DeliveryMode) != 'i')
            Warn("WARNING: SuperSafe=interactive should only be used with\n         DeliveryMode=interactive");
        string mailboxes = _options.Get(OptionTable.MailboxDatabase);
        if (mailboxes != "pw")
        {
            Error("Can't initialize mailbox database \"" + mailboxes + "\": Service unavailable");
            _exit = SysExit.Unavailable;
        }
        string local = SevenBits(Shown(MacroExpander.ExpandRule(CfText.Encode("$j"), _macros, text => Error(text))));
        if (local.Length == 0)
            local = "localhost";
        if (!local.Contains('.', StringComparison.Ordinal))
            WarnTester("WARNING: local host name (" + local[..Math.Min(local.Length, LongestHostName)] + ") is not qualified; see cf/README: WHO AM I?", "tCi");
        string queue = _options.Get(OptionTable.QueueDirectory);
        for (int i = 0; i < _queueGroups.Count; i++)
        {
            if (_queueGroups[i].Path.Length == 0)
                _queueGroups[i] = _queueGroups[i] with { Path = queue };
        }
        if (!_queueGroups.Exists(g => g.Name.Equals("mqueue", StringComparison.OrdinalIgnoreCase)))
            _queueGroups.Insert(0, new QueueGroup("mqueue", queue));
        AddKnownWords();
        if (!_options.Get(OptionTable.DontProbeInterfaces))
            AddInterfaces(ClassOf("w"));
        if (_macros["j"] is { } own && MacroExpander.Expand(own, _macros) is { Length: > 0 } name)
            ClassOf("w").Add(name);
        foreach (MailClass members in _classes.Values)
        {
            foreach (string member in members.Members)
                members.LongestPhrase = Math.Max(members.LongestPhrase, MailClass.TokensOf(member, _tokenizer, _options.Get(OptionTable.BlankSub)));
        }
        _tokenizer.Pool = null;
        var configuration = new Configuration
        {
            Path = _path, Level = _level, Vendor = _vendor, Options = _options, Macros = _macros, Classes = _classes, ClassWords = _words, RuleSets = _ruleSets,
            Mailers = _mailers, Headers = _headers, Maps = _maps, Precedences = _precedences, QueueGroups = _queueGroups, Filters = _filters,
            Environment = _environment, DaemonPorts = _daemonPorts, ClientPorts = _clientPorts, Notices = [.. _withoutEffect.Select(m => m.Text)],
        };
        return new CfReadResult(configuration, _messages, _exit) { UnsafeOptions = _unsafe };
    }

    private const int LongestHostName = 255;

    // These words are there whatever the file says, but it spells them as it likes.
    private void AddKnownWords()
    {
        if (_request.Host.Domain.Length > 0)
            ClassOf("m").Add(_request.Host.Domain);
        ClassOf("n").Add("multipart/signed");
        ClassOf("s").Add("rfc822");
        foreach (string encoding in (string[])["7bit", "8bit", "binary"])
            ClassOf("e").Add(encoding);
        foreach (string macro in (string[])["_", "r", "s", "daemon_flags", "if_addr"])
            ClassOf("persistentMacros").Add(macro.Length == 1 ? macro : "{" + macro + "}");
        foreach (string field in (string[])["content-disposition", "content-id", "content-transfer-encoding", "content-type", "mime-version"])
            ClassOf("checkMIMEHeaders").Add(field);
        ClassOf("checkMIMETextHeaders").Add("content-description");
        foreach (string field in (string[])["content-disposition", "content-type"])
            ClassOf("checkMIMEFieldHeaders").Add(field);
    }

    // A name that the file did not know yet is also added in brackets.
    private void AddInterfaces(MailClass own)
    {
        foreach (HostInterface each in _request.Host.Interfaces)
        {
            own.Add("[" + each.Address + "]");
            if (each.IsLoopback && _skipLoopback)
                continue;
            foreach (string name in each.Names.Where(n => !own.Contains(n)).ToArray())
            {
                own.Add(name);
                own.Add("[" + name + "]");
            }
        }
    }

    private void AddBuiltInMailers()
    {
        void Add(string name, string path, string flags, string? types, params string[] arguments)
        {
            _mailers.Add(new Mailer
            {
                Number = _mailers.Count, Name = name, Path = path, Flags = MailerFlags.Of(flags), Arguments = [.. arguments.Select(CfText.Encode)],
                MtaType = types, AddressType = types, DiagnosticType = types,
            });
        }
        Add("prog", "/bin/sh", "lsDoqu9", "X-Unix", "sh", "-c", "$u");
        Add("*file*", "[FILE]", "lsDFMPEouq9", "X-Unix", "FILE", "$u");
        Add("*include*", "/dev/null", "su", null, "INCLUDE", "$u");
    }
}
