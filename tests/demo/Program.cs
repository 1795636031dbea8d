using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sendmail.TestKit;

namespace Sendmail.Demo;

/// <summary>
/// The main job in one command: an edge and a hub with their own certificate authority; a message goes from
/// <c>sendmail -t</c> over the edge to the hub by STARTTLS, both certificates verified, into a mailbox file.
/// </summary>
internal static class Program
{
    private static readonly List<Process> _daemons = [];

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments.Length < 2)
        {
            Console.Error.WriteLine("usage: demo BIN-DIRECTORY WORK-DIRECTORY [--once]");
            return 64;
        }
        string bin = Path.GetFullPath(arguments[0]);
        string work = Path.GetFullPath(arguments[1]);
        bool once = arguments.Contains("--once");
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            stop.Cancel();
        };
        try
        {
            var demo = new Demo(bin, work);
            bool good = await demo.RunAsync(stop.Token).ConfigureAwait(false);
            if (good && !once)
                await demo.StayAsync(stop.Token).ConfigureAwait(false);
            return good ? 0 : 1;
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
        finally
        {
            foreach (Process daemon in _daemons.Where(d => !d.HasExited))
                daemon.Kill();
            Console.WriteLine("stopped.");
        }
    }

    internal static Process Start(string file, IEnumerable<string> arguments, bool daemon)
    {
        var start = new ProcessStartInfo(file) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        Process process = Process.Start(start)!;
        if (daemon)
            _daemons.Add(process);
        return process;
    }
}

internal sealed class Demo(string bin, string work)
{
    private readonly int _edgePort = FreePort();
    private readonly int _hubPort = FreePort();
    private int _step;

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private void Step(string text) => Console.WriteLine((++_step).ToString(CultureInfo.InvariantCulture) + ". " + text);

    internal async Task<bool> RunAsync(CancellationToken stop)
    {
        Prepare();
        await MakeMapAsync(stop).ConfigureAwait(false);
        StartDaemon("hub");
        StartDaemon("edge");
        if (!await ListensAsync(_hubPort, stop).ConfigureAwait(false) || !await ListensAsync(_edgePort, stop).ConfigureAwait(false))
            return false;
        Step($"hub listens on 127.0.0.1:{_hubPort}, edge on 127.0.0.1:{_edgePort} (configurations: {work}/hub.cf, {work}/edge.cf)");
        if (!await RefusedAsync(stop).ConfigureAwait(false) || !await SubmitAsync(stop).ConfigureAwait(false))
            return false;
        string? message = await MailboxAsync(stop).ConfigureAwait(false);
        if (message is null)
        {
            Console.WriteLine("FAILED: the message did not arrive within 30 seconds");
            return false;
        }
        Step("it is in the mailbox file " + work + "/hub/mail/you; how it came:");
        foreach (string line in message.Split('\n').TakeWhile(l => l.Length > 0))
            Console.WriteLine("      " + line);
        bool verified = message.Contains("verify=OK", StringComparison.Ordinal);
        Step(verified ? "verify=OK: edge and hub proved to each other who they are" : "FAILED: no verify=OK in the message");
        return verified;
    }

    private void Prepare()
    {
        if (Directory.Exists(work))
            Directory.Delete(work, true);
        foreach (string directory in (string[])["", "pki", "hub/queue", "hub/mail", "edge/queue", "edge/mail", "submit/queue"])
        {
            Directory.CreateDirectory(Path.Combine(work, directory));
            File.SetUnixFileMode(Path.Combine(work, directory), (UnixFileMode)0x1ED);
        }
        TestAuthority authority = TestAuthority.Create("/O=Sendmail.Net/CN=Demo CA");
        File.WriteAllText(work + "/pki/ca.crt", authority.Own.CertificatePem);
        authority.WriteHashLink(work + "/pki");
        foreach (string name in (string[])["hub", "edge"])
            authority.Issue(new TestCertificateRequest("/O=Sendmail.Net/CN=" + name + ".demo.example") { DnsNames = [name + ".demo.example", "localhost"] }).Write(work + "/pki", name);
        Step("made a certificate authority and certificates for edge and hub in " + work + "/pki");
        foreach (string name in (string[])["hub", "edge", "submit"])
            File.WriteAllText(work + "/" + name + ".cf", Fill(Resource(name + ".cf.in")));
    }

    private static string Resource(string name)
    {
        using Stream stream = typeof(Demo).Assembly.GetManifestResourceStream("Sendmail.Demo." + name)!;
        return new StreamReader(stream).ReadToEnd();
    }

    private string Fill(string template) => template
        .Replace("@RULES@", Resource("rules.in"), StringComparison.Ordinal)
        .Replace("@DIR@", work, StringComparison.Ordinal)
        .Replace("@USER@", Environment.UserName, StringComparison.Ordinal)
        .Replace("@UID@", Id("-u"), StringComparison.Ordinal)
        .Replace("@GID@", Id("-g"), StringComparison.Ordinal)
        .Replace("@HUBPORT@", _hubPort.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("@EDGEPORT@", _edgePort.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static string Id(string option)
    {
        using Process id = Program.Start("id", [option], false);
        return id.StandardOutput.ReadToEnd().Trim();
    }

    private async Task MakeMapAsync(CancellationToken stop)
    {
        using Process map = Program.Start(bin + "/makemap", ["-C", "/dev/null", "hash", work + "/hub/access"], false);
        await map.StandardInput.WriteAsync("CertIssuer:/O=Sendmail.Net/CN=Demo+20CA\tRELAY\n".AsMemory(), stop).ConfigureAwait(false);
        map.StandardInput.Close();
        await map.WaitForExitAsync(stop).ConfigureAwait(false);
        Step("makemap made the hub's access map: clients with a certificate of this authority may relay");
    }

    private void StartDaemon(string name)
    {
        Process process = Program.Start(bin + "/sendmail", ["-bD", "-C", work + "/" + name + ".cf", "-q5s"], true);
        process.StandardInput.Close();
        process.ErrorDataReceived += (_, e) => Show(name, e.Data);
        process.OutputDataReceived += (_, e) => Show(name, e.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    private static void Show(string name, string? line)
    {
        if (line is { Length: > 0 })
            Console.WriteLine("      [" + name + "] " + line);
    }

    private static async Task<bool> ListensAsync(int port, CancellationToken stop)
    {
        for (int i = 0; i < 200; i++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, stop).ConfigureAwait(false);
                return true;
            }
            catch (SocketException)
            {
                await Task.Delay(50, stop).ConfigureAwait(false);
            }
        }
        Console.WriteLine("FAILED: nothing listens on port " + port.ToString(CultureInfo.InvariantCulture));
        return false;
    }

    private async Task<bool> RefusedAsync(CancellationToken stop)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _hubPort, stop).ConfigureAwait(false);
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        string? answer = await reader.ReadLineAsync(stop).ConfigureAwait(false);
        foreach (string command in (string[])["HELO stranger.example", "MAIL FROM:<stranger@stranger.example>", "RCPT TO:<you@inbox.example>", "QUIT"])
        {
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), stop).ConfigureAwait(false);
            string? reply = await reader.ReadLineAsync(stop).ConfigureAwait(false);
            if (command.StartsWith("RCPT", StringComparison.Ordinal))
                answer = reply;
        }
        Step("a stranger without a certificate asks the hub to relay and is told: " + answer);
        return answer?.StartsWith("550 5.7.1", StringComparison.Ordinal) == true;
    }

    private async Task<bool> SubmitAsync(CancellationToken stop)
    {
        using Process sendmail = Program.Start(bin + "/sendmail", ["-C", work + "/submit.cf", "-oi", "-t"], false);
        await sendmail.StandardInput.WriteAsync("To: you@inbox.example\nSubject: from edge to hub\n\nHello from Sendmail.Net.\n".AsMemory(), stop).ConfigureAwait(false);
        sendmail.StandardInput.Close();
        string output = await sendmail.StandardOutput.ReadToEndAsync(stop).ConfigureAwait(false) + await sendmail.StandardError.ReadToEndAsync(stop).ConfigureAwait(false);
        await sendmail.WaitForExitAsync(stop).ConfigureAwait(false);
        Step("handed a message for you@inbox.example to " + bin + "/sendmail -t (exit code " + sendmail.ExitCode.ToString(CultureInfo.InvariantCulture) + ") " + output.Trim());
        return sendmail.ExitCode == 0;
    }

    private async Task<string?> MailboxAsync(CancellationToken stop)
    {
        for (int i = 0; i < 600; i++)
        {
            string path = work + "/hub/mail/you";
            if (File.Exists(path) && await File.ReadAllTextAsync(path, stop).ConfigureAwait(false) is { Length: > 0 } text && text.Contains("Hello from", StringComparison.Ordinal))
                return text;
            await Task.Delay(50, stop).ConfigureAwait(false);
        }
        return null;
    }

    internal async Task StayAsync(CancellationToken stop)
    {
        Console.WriteLine();
        Console.WriteLine("The relays stay up. Send your own:");
        Console.WriteLine($"    printf 'To: you@inbox.example\\nSubject: mine\\n\\ntext\\n' | {bin}/sendmail -C {work}/submit.cf -t");
        Console.WriteLine($"    {bin}/mailq -C {work}/edge.cf; cat {work}/hub/mail/you");
        Console.WriteLine($"    openssl s_client -starttls smtp -connect 127.0.0.1:{_hubPort} -CAfile {work}/pki/ca.crt");
        Console.WriteLine("Ctrl-C ends it.");
        try
        {
            await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }
}
