using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Diagnosis;
using Sendmail.Wire.Connections;
using Sendmail.Wire.Smtp;
using Sendmail.Wire.Tls;

namespace Sendmail.TlsDoctor;

/// <summary>tlsdoctor probe: connects as the client of this configuration would, and tells what happened at each step.</summary>
internal static class ProbeCommand
{
    private const int SmtpPort = 25;
    private const int SmtpsPort = 465;

    internal static async Task RunAsync(DoctorArguments arguments, Report report)
    {
        if (ConfigurationLoader.Load(arguments.Configuration, report) is not { } configuration)
            return;
        (string host, int port) = Target(arguments.Words[0], arguments.Implicit);
        var timeout = TimeSpan.FromSeconds(arguments.Timeout);
        report.Section("connection");
        TlsSettings settings = TlsSettings.ForClient(configuration);
        if (TlsContext.Create(settings, new ReportLog(report), TimeProvider.System) is not { } context)
        {
            report.Add(FindingLevel.Error, "", "the client side of this configuration cannot use TLS", "tlsdoctor check");
            return;
        }
        using var stop = new CancellationTokenSource(timeout * 4);
        try
        {
            Socket? socket = await ConnectAsync(host, port, timeout, report).ConfigureAwait(false);
            if (socket is null)
                return;
            Connection connection = Connection.FromSocket(socket);
            await using (connection.ConfigureAwait(false))
            {
                if (!arguments.Implicit && !await StartAsync(connection, configuration, timeout, report, stop.Token).ConfigureAwait(false))
                    return;
                using TlsSession session = context.Open(TlsFeatures.None, host)!;
                TlsOutcome outcome = await connection.StartTlsAsync(session, timeout, stop.Token).ConfigureAwait(false);
                Show(outcome, host, configuration, report);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            report.Add(FindingLevel.Error, host, e is OperationCanceledException ? "is too slow" : e.Message);
        }
    }

    // host, host:port, [address], [address]:port
    private static (string Host, int Port) Target(string text, bool smtps)
    {
        int standard = smtps ? SmtpsPort : SmtpPort;
        int close = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) : -1;
        int colon = text.LastIndexOf(':');
        if (close > 0)
            return (text[1..close], colon > close && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int inBrackets) ? inBrackets : standard);
        return colon > 0 && colon == text.IndexOf(':', StringComparison.Ordinal) && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int given)
            ? (text[..colon], given) : (text, standard);
    }

    private static async Task<Socket?> ConnectAsync(string host, int port, TimeSpan timeout, Report report)
    {
        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(host, out IPAddress? literal) ? [literal] : await Dns.GetHostAddressesAsync(host).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            report.Add(FindingLevel.Error, host, "has no address: " + e.Message);
            return null;
        }
        foreach (IPAddress address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            using var limit = new CancellationTokenSource(timeout);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), limit.Token).ConfigureAwait(false);
                report.Add(FindingLevel.Ok, host, string.Create(CultureInfo.InvariantCulture, $"connected to {address} port {port}"));
                return socket;
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                socket.Dispose();
                report.Add(FindingLevel.Error, host, string.Create(CultureInfo.InvariantCulture, $"{address} port {port}: {(e is SocketException ? e.Message : "Connection timed out")}"));
            }
        }
        return null;
    }

    private static async Task<bool> StartAsync(Connection connection, Configuration configuration, TimeSpan timeout, Report report, CancellationToken stop)
    {
        var client = new SmtpClient(connection, false, line => report.Add(FindingLevel.Info, "", line));
        RemoteReply greeting = await client.ReadReplyAsync(timeout, "client greeting", stop).ConfigureAwait(false);
        if (!greeting.IsPositive)
        {
            report.Add(FindingLevel.Error, "", "the server does not talk to us");
            return false;
        }
        await client.GreetAsync(configuration.Macros["j"] ?? "localhost", true, timeout, stop).ConfigureAwait(false);
        if (!client.Keywords.Contains("STARTTLS"))
        {
            report.Add(FindingLevel.Error, "", "the server does not offer STARTTLS: ${verify} is NONE, and mail is sent in clear unless TLS_Srv asks for more", "ask its operator; or somebody on the way takes the offer out");
            return false;
        }
        RemoteReply reply = await client.CommandAsync("STARTTLS", timeout, "client STARTTLS", stop).ConfigureAwait(false);
        if (reply.Code == 220)
            return true;
        report.Add(FindingLevel.Error, "", "the server refuses STARTTLS: ${verify} is " + (reply.IsTemporary ? "TEMP" : "NONE"));
        return false;
    }

    private static void Show(TlsOutcome outcome, string host, Configuration configuration, Report report)
    {
        report.Section("handshake");
        if (outcome.Facts is not { } facts)
        {
            report.Add(FindingLevel.Error, "", "failed: " + (outcome.TimedOut ? "the server is too slow" : outcome.SslError == 5 ? "the server broke the connection" : outcome.Problem) + "; ${verify} is SOFTWARE and mail waits in the queue",
                outcome.Problem == "wrong version number" ? "the server does not speak TLS on this port" : "");
            foreach (string error in outcome.Errors)
                report.Add(FindingLevel.Info, "", error);
            return;
        }
        report.Add(FindingLevel.Ok, "", string.Create(CultureInfo.InvariantCulture, $"{facts.Version}, {facts.Cipher}, {facts.Bits} of {facts.AlgorithmBits} bits"));
        report.Section("certificates of the server");
        string file = configuration.Options.Get(OptionTable.CACertFile);
        string path = configuration.Options.Get(OptionTable.CACertPath);
        var examiner = new CertificateExaminer(report, file, path);
        for (int i = 0; i < facts.PeerChain.Count; i++)
        {
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(facts.PeerChain[i]);
            examiner.Describe(i.ToString(CultureInfo.InvariantCulture), certificate);
        }
        report.Section("verification");
        foreach (TlsLogLine line in outcome.Log)
            report.Add(FindingLevel.Info, "", line.Text);
        if (facts.Verify == "OK")
        {
            report.Add(FindingLevel.Ok, "verify=OK", "the chain ends at an authority of ours");
        }
        else
        {
            FailExplanation why = FailExplanation.OfAuthorities(file, path) ?? FailExplanation.Of(facts.VerifyCode, facts.PeerChain, path, false, facts.VerifySubject);
            report.Add(FindingLevel.Error, "verify=" + facts.Verify, why.Sentence, why.Remedy);
        }
        if (facts.PeerChain.Count == 0)
            return;
        using X509Certificate2 own = X509CertificateLoader.LoadCertificate(facts.PeerChain[0]);
        if (own.MatchesHostname(host.TrimEnd('.'), allowWildcards: true, allowCommonName: true))
            report.Add(FindingLevel.Ok, host, "is named by the certificate");
        else
            report.Add(FindingLevel.Warning, host, "name mismatch: the certificate is for " + facts.CnSubject + "; sendmail minds only with a +CN entry or by check_cert_altnames", "TLS_Srv:" + host + " VERIFY+CN:" + facts.CnSubject);
    }

    // What reading our own files says is part of the report.
    private sealed class ReportLog(Report report) : IMailLog
    {
        public int Level => 10;

        public void Write(int level, LogPriority priority, string? queueId, string text)
        {
            if (level <= Level)
                report.Add(priority <= LogPriority.Warning ? FindingLevel.Warning : FindingLevel.Info, "", text);
        }
    }
}
