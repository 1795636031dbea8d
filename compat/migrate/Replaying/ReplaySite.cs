using System.Globalization;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Maps;
using Sendmail.Wire.Dns;

namespace Sendmail.Migrate.Replaying;

/// <summary>One configuration that can be asked what it would answer. No program of its maps is run.</summary>
internal sealed class ReplaySite
{
    private const string HostsFile = "/etc/hosts";
    private readonly Configuration _configuration;
    private readonly Rewriter _rewriter;
    private readonly AddressParser _addresses;
    private readonly RuleSetCheck _checks;

    /// <summary>What maps complained of.</summary>
    internal SilentLog Log { get; } = new();
    /// <summary>Maps that find nothing here, because they would run programs or ask name servers.</summary>
    internal IReadOnlyList<string> Silenced { get; }

    internal ReplaySite(SiteConfiguration site, SiteFiles files, bool dns)
    {
        _configuration = site.Configuration!;
        ResolverConfiguration resolver = dns ? ResolverConfiguration.Read() : new ResolverConfiguration([], [], 1, TimeSpan.FromSeconds(1), 1);
        IResolver names = dns ? new SystemResolver(resolver) { Waits = true } : new OfflineNames();
        var environment = new MapEnvironment(names, new HostLookup(names, resolver, files.At(HostsFile)), Log, TimeProvider.System) { Configuration = _configuration };
        bool IsSilenced(MapDeclaration map) => map.Class == "program" || map.Class == "dns" && !dns;
        IReadOnlyList<MapDeclaration> maps = site.MapsAt(files);
        Silenced = [.. maps.Where(IsSilenced).Select(m => m.Name + " (" + m.Class + ")")];
        var registry = new MapRegistry(maps.Select(m => IsSilenced(m) ? m with { Class = "null", Arguments = "" } : m), environment);
        _rewriter = new Rewriter(_configuration, registry, Log);
        _addresses = new AddressParser(_rewriter);
        _checks = new RuleSetCheck(_rewriter);
    }

    /// <summary>The answers for a case: name of the question and answer, in the order in which a session would have them.</summary>
    internal async ValueTask<IReadOnlyList<(string Question, string Answer)>> AskAsync(ReplayCase asked)
    {
        MacroScope scope = ScopeOf(asked.Client);
        if (asked.Sender is null)
            return [("check_relay " + asked.Client, Shown(await _checks.CheckAsync("check_relay", asked.Client.Name, asked.Client.Address, scope).ConfigureAwait(false)))];
        scope["f"] = asked.Sender;
        ParsedAddress sender = await _addresses.ParseAsync(asked.Sender, scope, AddressRole.Sender).ConfigureAwait(false);
        Set(scope, "mail", sender.Address);
        if (asked.Recipient is null)
        {
            string mail = Shown(await _checks.CheckAsync("check_mail", asked.Sender, null, scope).ConfigureAwait(false));
            return [("check_mail " + asked.Sender + " from " + asked.Client, mail)];
        }
        ParsedAddress recipient = await _addresses.ParseAsync(asked.Recipient, scope, AddressRole.Recipient).ConfigureAwait(false);
        Set(scope, "rcpt", recipient.Address);
        string answer = Shown(await _checks.CheckAsync("check_rcpt", asked.Recipient, null, scope).ConfigureAwait(false));
        return
        [
            ("check_rcpt " + asked.Recipient + " from " + asked.Client + ", sender " + asked.Sender, answer),
            ("3,0 " + asked.Recipient, Shown(recipient)),
        ];
    }

    private MacroScope ScopeOf(ReplayClient client)
    {
        string[] cipher = client.Cipher.Split(' ');
        var scope = new MacroScope(_configuration.Macros)
        {
            ["client_name"] = client.Name, ["client_addr"] = client.Address, ["client_ptr"] = client.Pointer, ["client_resolve"] = client.Resolve,
            ["client_port"] = "1025", ["client_rate"] = "1", ["client_connections"] = "1", ["daemon_name"] = "MTA", ["daemon_family"] = "inet",
            ["daemon_addr"] = "0.0.0.0", ["daemon_port"] = "25", ["daemon_info"] = "SMTP", ["daemon_flags"] = "", ["r"] = "ESMTP",
            ["s"] = client.Pointer, ["_"] = client.Name.StartsWith('[') ? client.Name : client.Name + " [" + client.Address + "]", ["verify"] = client.Verify, ["if_addr"] = "127.0.0.1",
        };
        if (cipher.Length == 3)
        {
            string[] bits = cipher[2].Split('/');
            scope["tls_version"] = cipher[0];
            scope["cipher"] = cipher[1];
            scope["cipher_bits"] = bits[0];
            scope["alg_bits"] = bits[^1];
        }
        if (client.Mechanism.Length > 0)
        {
            scope["auth_type"] = client.Mechanism;
            scope["auth_authen"] = client.User;
            scope["auth_author"] = "";
        }
        return scope;
    }

    private static void Set(MacroScope scope, string what, Address? address)
    {
        if (address?.Mailer is null)
            return;
        scope[what + "_mailer"] = address.Mailer.Name;
        scope[what + "_host"] = address.Host;
        scope[what + "_addr"] = address.User;
    }

    private static string Shown(CheckResult result) => result.Kind switch
    {
        _ when result.TempFail => "temporary failure",
        CheckKind.Reject => result.Reply!.ToString(),
        CheckKind.Discard => "discard",
        CheckKind.Quarantine => "quarantine: " + result.Reason,
        _ => "OK",
    };

    private static string Shown(ParsedAddress parsed) => parsed.Address is { Mailer: { } mailer } address
        ? string.Create(CultureInfo.InvariantCulture, $"mailer {mailer.Name}, host {address.Host}, user {address.User}") + (parsed.TempFail ? " (temporary failure)" : "")
        : parsed.TempFail ? "temporary failure" : parsed.Error is { } error ? error.ToString() : "no answer";
}
