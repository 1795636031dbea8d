using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sendmail.Core.Cf;
using Sendmail.Core.Rewriting;
using Sendmail.Wire.Connections;
using Sendmail.Wire.Dns;
using Sendmail.Wire.Ident;

namespace Sendmail.Mta.Access;

/// <summary>Finds out who a client is and sets the macros that rulesets judge it by.</summary>
public static class ClientIdentity
{
    /// <summary>Macros of a network session: client_*, daemon_*, if_*, <c>$_</c>.</summary>
    public static async ValueTask SetAsync(MtaServices services, MacroScope scope, Connection connection, DaemonPort port, CancellationToken cancellation)
    {
        scope["daemon_name"] = port.Name.Length > 0 ? port.Name : "Daemon0";
        scope["daemon_family"] = port.Family;
        scope["daemon_addr"] = port.Address.Length > 0 ? port.Address : "0.0.0.0";
        scope["daemon_port"] = port.Port.Length > 0 ? port.Port : "25";
        scope["daemon_info"] = "SMTP";
        scope["daemon_flags"] = string.Concat(port.Modifiers.Select(c => char.IsAsciiLetterUpper(c) ? c + c.ToString() + " " : c + " ")).TrimEnd();
        if (connection.Local is { } local)
        {
            // An address of the loopback net says nothing about the interface.
            if (!System.Net.IPAddress.IsLoopback(Plain(local.Address)))
                scope["if_addr"] = Plain(local.Address).ToString();
            (string? own, _) = await services.Hosts.NameAsync(Plain(local.Address), cancellation).ConfigureAwait(false);
            scope["if_name"] = own ?? "[" + Plain(local.Address) + "]";
        }
        if (connection.Peer is not { } peer)
        {
            scope["daemon_flags"] = "c u";
            scope["client_addr"] = "0";
            scope["client_name"] = "localhost";
            scope["client_ptr"] = "localhost";
            scope["client_resolve"] = "OK";
            scope["_"] = "localhost";
            return;
        }
        IPAddress address = Plain(peer.Address);
        string text = AddressText.Of(address, services.Configuration.Options.Get(OptionTable.UseCompressedIPv6Addresses));
        string literal = "[" + text + "]";
        TimeSpan patience = services.Configuration.Options.Get(OptionTable.TimeoutIdent);
        string? said = patience <= TimeSpan.Zero || connection.Local is not { } here ? null
            : await IdentClient.AskAsync(new IPEndPoint(address, peer.Port), new IPEndPoint(Plain(here.Address), here.Port), patience, cancellation).ConfigureAwait(false);
        string user = said is null ? "" : said + "@";
        scope["client_addr"] = text;
        scope["client_port"] = peer.Port.ToString(CultureInfo.InvariantCulture);
        (string? name, DnsStatus status) = await services.Hosts.NameAsync(address, cancellation).ConfigureAwait(false);
        if (name is null)
        {
            scope["client_name"] = literal;
            scope["client_ptr"] = literal;
            scope["client_resolve"] = status == DnsStatus.TempFail ? "TEMP" : "FAIL";
            scope["_"] = user + literal;
            return;
        }
        HostAnswer forward = await services.Hosts.AddressesAsync(name, address.AddressFamily, cancellation).ConfigureAwait(false);
        bool matches = forward.Addresses.Contains(address);
        scope["client_ptr"] = name;
        scope["client_name"] = matches ? name : literal;
        scope["client_resolve"] = matches ? "OK" : forward.Status == DnsStatus.TempFail ? "TEMP" : "FORGED";
        scope["_"] = user + name + " " + literal + (matches ? "" : " (may be forged)");
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
