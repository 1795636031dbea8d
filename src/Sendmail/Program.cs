using System.Text;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.M4.Library;
using Sendmail.Maps;
using Sendmail.Modes;
using Sendmail.Mta.Delivery;
using Sendmail.Mta.Logging;
using Sendmail.Posix;
using Sendmail.Wire.Connections;
using Sendmail.Wire.Dns;
using Sendmail.Wire.Tls;

namespace Sendmail;

/// <summary>The sendmail program under all its names.</summary>
internal static class Program
{
    internal const string MtaConfiguration = "/etc/mail/sendmail.cf";
    internal const string SubmissionConfiguration = "/etc/mail/submit.cf";

    private static int Main(string[] arguments)
    {
        Background.EnsureStandardDescriptors();
        if (arguments.Length > 0 && arguments[0] is ProcessSpawner.AppletName or MailboxAppender.AppletName)
            Users.DropGroup(); // Our own first word, but anybody can say it.
        if (arguments.Length > 0 && arguments[0] == ProcessSpawner.AppletName)
            return ProcessSpawner.Become(arguments);
        if (arguments.Length > 0 && arguments[0] == MailboxAppender.AppletName)
        {
            if (arguments.Length != 3 || arguments[2].AsSpan().ContainsAnyExceptInRange('0', '7') || arguments[2].Length > 4)
                return (int)SysExit.Usage;
            using Stream message = StandardStream.Input();
            return (int)MailboxAppender.Append(arguments[1], message, Convert.ToInt32(arguments[2], 8));
        }
        Console.SetOut(new StreamWriter(StandardStream.Output(), Encoding.Latin1, 4096) { AutoFlush = false });
        try
        {
            return Run(arguments).GetAwaiter().GetResult();
        }
        finally
        {
            Console.Out.Flush();
        }
    }

    private static Task<int> Run(string[] arguments)
    {
        CommandLine line = CommandLine.Parse(CalledAs(Environment.GetCommandLineArgs()[0]), arguments);
        return line is { EndsWell: true, Mode: not ('z' or 'v') } ? EndWellAsync(Run(line)) : Run(line);
    }

    private static async Task<int> EndWellAsync(Task<int> run)
    {
        await run.ConfigureAwait(false);
        return 0;
    }

    private static void Tell(CommandLine line, string error)
    {
        int last = line.ErrorIsSyntax ? error.LastIndexOf('\n') + 1 : error.Length;
        Console.Out.Write(error[..last] + (last < error.Length ? "" : "\n"));
        Console.Out.Flush();
        if (last < error.Length)
            Console.Error.WriteLine(error[last..]);
    }

    private static Task<int> Run(CommandLine line)
    {
        if (line.Error is { } error)
        {
            if (error.Length > 0)
                Tell(line, error);
            return Task.FromResult((int)SysExit.Usage);
        }
        if (line.Mode == 'z')
        {
            Console.Out.WriteLine("Frozen configurations unsupported");
            return Task.FromResult((int)SysExit.Usage);
        }
        if (line.MisusesQueue)
        {
            for (int i = 0; i < line.QueueWords; i++)
                Console.Out.WriteLine((line.Mode is 's' or 'a' ? "550 " : "") + "Can not use -q with -b" + line.Mode);
            if (line.Mode != 't')
                return Task.FromResult((int)SysExit.Usage);
        }
        Files.Umask(0x3F);
        // The group of the program is for submission alone, with the configuration of the system.
        if (line.ConfigurationFile is not null || line.TrafficLog is not null || line.DebugFile is not null || line.Macros.Count > 0 || line.Mode is 't' or 'i' or 'd' or 'D' or 'h' or 'H' or 'C' or 'v')
            Users.DropGroup();
        HostFacts host = HostFactsFinder.Find(line.Mode is not ('p' or 'P' or 'h' or 'H'));
        if (DebugOf(line) is not { } debug)
            return Task.FromResult((int)SysExit.CannotCreate);
        DebugOutput.ShowBuild(debug, CfReadRequest.CurrentVersion, host);
        DebugOutput.ShowFirstMacros(debug, CfReadRequest.CurrentVersion, host, line.Mode);
        string path = ConfigurationPath(line);
        var request = new CfReadRequest
        {
            Host = host, Options = line.Options, Macros = line.Macros,
            IsMapClass = c => MapClassTable.Find(c) is not null, CheckMap = MapClassTable.Check, ResolvesTo = HostFactsFinder.Resolves, OperationMode = line.Mode,
            Debug = debug, Expand = ExpandConfiguration, ClassFromMap = (declaration, key) => ClassSource.Read(declaration, key, BeforeConfiguration(line)),
        };
        CfReadResult read = CfReader.Read(path, request);
        foreach (CfMessage message in read.Messages)
            Console.Out.WriteLine(message.For(line.Mode));
        LogMessages(line, read);
        if (read.UnsafeOptions)
            Users.DropGroup();
        if (read.Configuration is not { } configuration)
            return Task.FromResult((int)read.ExitCode);
        var context = new ModeContext(line, read, configuration, debug)
        {
            TlsOptions = line.Mode is 'd' or 'D' ? new TlsOptionSource(path, () => OptionsAgain(path, request)) : null,
        };
        if (line.Mode != 't' && ModeContext.IsRoot && configuration.Options.Get(OptionTable.UseMSP) && configuration.Options.Get(OptionTable.RunAsUser).UserId <= 0)
        {
            Console.Out.WriteLine((line.Mode is 's' or 'a' ? "550 " : "") + "Mail submission program must have RunAsUser set to non root user" + (line.Mode == 's' ? "\r" : ""));
            return Task.FromResult((int)SysExit.Config);
        }
        if (line.TrafficLog is { } traffic && !OpenTrafficLog(context, traffic))
            return Task.FromResult((int)SysExit.CannotCreate);
        // Who watches sees it all.
        if (line.Mode is 'm' or 'a' or 's' && context.IsVerbose)
            configuration.Options.Set(OptionTable.DeliveryMode, 'i');
        // A daemon opens its ports first, and tests of addresses change nothing.
        if (line.Mode is not ('t' or 'd' or 'D') && context.BecomeRunAsUser() is { } unable)
        {
            Console.Out.WriteLine(unable);
            context.Log.Write(0, LogPriority.Critical, "NOQUEUE", "SYSERR(" + context.UserName + "): " + unable);
            return Task.FromResult((int)SysExit.OsError);
        }
        AuthenticationWarnings.Note(context);
        if (line.Mode != 't')
        {
            if (Privileges.Refuse(context) is { } forbidden)
                return Task.FromResult(forbidden);
            if (line.Mode == 'v' && Users.EffectiveUserId != 0)
                Console.Out.WriteLine("Notice: -bv may give misleading output for non-privileged user");
            if (CheckDirectories(context) is { } refused)
                return Task.FromResult(refused);
        }
        if (read.ExitCode != SysExit.Ok && line.Mode is not ('t' or 'C'))
            return Task.FromResult((int)read.ExitCode);
        if (context.Line.Complaint is { } complaint)
            Console.Out.WriteLine(complaint);
        DebugOutput.ShowConfiguration(debug, configuration);
        if (configuration.Options.Get(OptionTable.AliasFile).Length > 0)
            debug.Line(38, 2, "seq_map_parse(aliases.files, )");
        if (line.Mode == 't')
            DebugOutput.ShowTestOptions(debug);
        return RunAsync(context);
    }

    // Without a queue there is nothing to do; host status is a help that can be missing. Told of behind errors of the configuration.
    private static int? CheckDirectories(ModeContext context)
    {
        // A daemon was told before it went into the background.
        bool tell = !DaemonProcess.IsDetached;
        int? refused = tell ? MailQueueMode.RefuseDirectories(context) : null;
        if (HostStatusStore.Problem(context.Configuration.Options) is { } problem)
        {
            if (tell)
                Console.Out.WriteLine("Warning: Cannot use HostStatusDirectory = " + context.Configuration.Options.Get(OptionTable.HostStatusDirectory) + ": " + problem);
            context.Configuration.Options.Set(OptionTable.HostStatusDirectory, "");
        }
        if (refused is not null)
            _ = MailQueueMode.KnowsGroup(context);
        return refused;
    }

    // What maps find before there are options.
    private static MapEnvironment BeforeConfiguration(CommandLine line)
    {
        ResolverConfiguration resolver = ResolverConfiguration.Read();
        var hosts = new HostLookup(new UnboundResolver(resolver), resolver, OptionTable.HostsFile.Default);
        return new MapEnvironment(hosts.Resolver, hosts, new MailLog(new Syslog(line.Ident, TimeProvider.System), 0, null), TimeProvider.System);
    }

    // A file with errors counts for nothing.
    private static OptionValues? OptionsAgain(string path, CfReadRequest request)
    {
        CfReadResult again = CfReader.Read(path, request);
        return again.ExitCode == SysExit.Ok ? again.Configuration?.Options : null;
    }

    private static bool OpenTrafficLog(ModeContext context, string path)
    {
        try
        {
            // For other eyes as well: it is whoever asked for it who reads it.
            Files.Umask(0x12);
            TrafficLog.Current = new TrafficLog(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            string problem = CannotOpen(path, e);
            Console.Out.WriteLine(problem);
            context.Log.Write(0, Core.Logging.LogPriority.Critical, "NOQUEUE", "SYSERR(" + context.UserName + "): " + problem);
            return false;
        }
        finally
        {
            Files.Umask(0x3F);
        }
    }

    private static string CannotOpen(string path, Exception e) => "cannot open " + path + ": " + e switch
    {
        UnauthorizedAccessException => "Permission denied",
        DirectoryNotFoundException or FileNotFoundException or ArgumentException => "No such file or directory",
        _ => e.Message,
    };

    private static async Task<int> RunAsync(ModeContext context)
    {
        SysExit failed = SysExit.Ok;
        context.Log.Failed = exit => failed = failed == SysExit.Ok ? exit : failed;
        if (context.Line.Mode is 'm' or 'a' or 'v')
            context.Log.Foreground = Console.Out;
        int exit = await Dispatch(context).ConfigureAwait(false);
        context.SaveStatistics();
        return exit == 0 && context.Line.Mode is 'm' or 'a' or 's' or 'v' ? (int)failed : exit;
    }

    // Lines about what goes on are mixed with what the program says, unless -D names a file for them.
    private static DebugTrace? DebugOf(CommandLine line)
    {
        TextWriter output = Console.Out;
        if (line.Debug.Count > 0 && line.DebugFile is { } file)
        {
            try
            {
                output = new StreamWriter(file, true, Encoding.Latin1) { AutoFlush = true };
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Console.Out.WriteLine(CannotOpen(file, e));
                return null;
            }
        }
        var debug = new DebugTrace(output);
        foreach (string specification in line.Debug)
            debug.Add(specification);
        return debug;
    }

    // Errors are logged whatever LogLevel says, and also when there is no configuration to take it from.
    private static void LogMessages(CommandLine line, CfReadResult read)
    {
        if (!read.Messages.Any(m => m.IsError) && read.LogLines.Count == 0)
            return;
        var log = new MailLog(new Syslog(line.Ident, TimeProvider.System), 0, null);
        string user = Users.FindById(Users.RealUserId)?.Name ?? Users.RealUserId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (line.Mode != 't')
        {
            foreach (string text in read.LogLines)
                log.Write(0, LogPriority.Critical, null, text);
        }
        foreach (CfMessage message in read.Messages.Where(m => m.IsError))
            log.Write(0, LogPriority.Critical, "NOQUEUE", "SYSERR(" + user + "): " + message.Text);
    }

    private static Task<int> Dispatch(ModeContext context) => context.Line.Mode switch
    {
        't' => OrUsage(context, AddressTestRunner.RunAsync(context)),
        'p' or 'P' => Task.FromResult(MailQueueMode.Run(context)),
        'i' => NewAliasesMode.RunAsync(context),
        's' or 'h' or 'H' or 'C' or 'v' when MailQueueMode.Refuse(context) is { } refused => Task.FromResult(refused),
        's' => SmtpMode.RunAsync(context),
        'd' or 'D' => DaemonMode.RunAsync(context),
        'v' => OrUsage(context, VerifyMode.RunAsync(context)),
        'h' or 'H' => Task.FromResult(HostStatusMode.Run(context)),
        'C' => Task.FromResult((int)context.Read.ExitCode),
        _ when context.Line.Quarantine is not null => Task.FromResult(QuarantineMode.Run(context)),
        _ when context.Line is { QueueRun: true, Recipients.Count: 0, FromHeaders: false } => QueueMode.RunAsync(context),
        _ => OrUsage(context, SubmitMode.RunAsync(context)),
    };

    // A value in the configuration that cannot be read is remembered until the end.
    private static async Task<int> OrUsage(ModeContext context, Task<int> mode)
    {
        int exit = await mode.ConfigureAwait(false);
        return exit == 0 && (context.Line.MisusesQueue || (context.Line.Mode != 't' && context.Read.Messages.Any(m => m.Kind == CfMessageKind.Complaint))) ? (int)SysExit.Usage : exit;
    }

    // Invoked through a link the name decides; the apphost reports its own path.
    private static string CalledAs(string name)
    {
        try
        {
            byte[] line = Files.ReadAll("/proc/self/cmdline");
            int end = Array.IndexOf(line, (byte)0);
            return Encoding.Latin1.GetString(line, 0, Math.Max(0, end));
        }
        catch (IOException)
        {
            return name;
        }
    }

    private static string ConfigurationPath(CommandLine line)
    {
        if (line.ConfigurationFile is { } given)
            return given;
        bool submission = line.Submission == 'c' || (line.Submission != 'm' && line.Mode is 'm' or 's' && Exists(SubmissionConfiguration) && !line.QueueRun);
        string path = submission ? SubmissionConfiguration : MtaConfiguration;
        string source = Path.ChangeExtension(path, ".mc");
        return !File.Exists(path) && File.Exists(source) ? source : path;
    }

    private static bool Exists(string configuration) => File.Exists(configuration) || File.Exists(Path.ChangeExtension(configuration, ".mc"));

    // A .mc file is read as it is; what m4 warns about is told like other warnings.
    private static CfExpansion ExpandConfiguration(string path, byte[] octets)
    {
        ConfigurationExpansion expansion = ConfigurationExpander.Expand(path, octets);
        if (expansion.Text is null)
            return new CfExpansion(null, expansion.Messages);
        foreach (string warning in expansion.Messages)
            Console.Error.WriteLine(warning);
        return new CfExpansion(expansion.Text, []);
    }
}
