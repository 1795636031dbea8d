using System.Globalization;
using Sendmail.Core;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Posix;

namespace Sendmail.Mta.Delivery;

/// <summary>Mailers with a program: the message on its standard input, its exit code is the result (op 5.4).</summary>
public sealed class ProgramAgent(Configuration configuration, MessageWriter writer, IMailLog log) : IDeliveryAgent
{
    /// <inheritdoc/>
    public async ValueTask DeliverAsync(DeliveryJob job, CancellationToken cancellation)
    {
        Mailer mailer = job.Mailer;
        SpawnRequest request = Request(job, configuration);
        if (job.Host.Length > 0)
            job.Relay = job.Host;
        job.Verbose?.Invoke(string.Join(',', job.Recipients.Select(r => r.Text)) + "... Connecting to " + (job.Host.Length > 0 ? job.Host + " via " : "") + mailer.Name + "...");
        SpawnResult result = await ProcessSpawner.RunAsync(request,
            async input => await writer.WriteAsync(job.Envelope, mailer, job.Scope, input, mailer.Has('X'), true, false, cancellation).ConfigureAwait(false),
            mailer.Wait, cancellation).ConfigureAwait(false);
        foreach (string line in result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            job.Envelope.Transcript.Add(line.TrimEnd('\r'));
        }
        if (result.ExitCode > SignalBase && result.Problem is null)
        {
            job.NoteStatus(string.Create(CultureInfo.InvariantCulture, $"mailer {mailer.Name} died with signal {result.ExitCode - SignalBase}"));
            log.Write(0, LogPriority.Critical, job.Envelope.Id, "SYSERR(root): mailer " + mailer.Name + " died with signal " + (result.ExitCode - SignalBase).ToString(CultureInfo.InvariantCulture));
            result = result with { ExitCode = (int)SysExit.TempFail };
        }
        Report(job, result);
    }

    private const int SignalBase = 128;

    /// <summary>Whether a mailer's program is told of recipients in its arguments; one that is not speaks SMTP or LMTP.</summary>
    internal static bool TakesArguments(Mailer mailer) => mailer.Arguments.Any(a => a.Contains(Meta.Macro + "u", StringComparison.Ordinal));

    /// <summary>The program of a mailer, as whom and where it runs for a delivery.</summary>
    internal static SpawnRequest Request(DeliveryJob job, Configuration configuration)
    {
        Mailer mailer = job.Mailer;
        Address first = job.Recipients[0];
        (int user, int group) = RunAsIds.Of(first, mailer, configuration);
        string? name = user > 0 && user == first.UserId && Users.FindById(user) is { } record ? record.Name : null;
        return new SpawnRequest(mailer.Path, Arguments(job))
        {
            UserId = user, GroupId = group, GroupsOf = configuration.Options.Get(OptionTable.DontInitGroups) ? null : name, Nice = mailer.Nice,
            RootDirectory = mailer.RootDirectory is null ? null : MacroExpander.Expand(mailer.RootDirectory, job.Scope),
            Directories = [.. MacroExpander.Expand(mailer.Directory ?? "", job.Scope).Split(':', StringSplitOptions.RemoveEmptyEntries)],
            Environment = ProgramEnvironment(configuration),
        };
    }

    // $u in A= takes the place of all recipients, or of one when the mailer is not multi-user.
    private static List<string> Arguments(DeliveryJob job)
    {
        var arguments = new List<string>();
        foreach (string pattern in job.Mailer.Arguments)
        {
            if (!pattern.Contains(Meta.Macro + "u", StringComparison.Ordinal))
            {
                arguments.Add(MacroExpander.Expand(pattern, job.Scope));
                continue;
            }
            foreach (Address recipient in job.Recipients)
            {
                var scope = new MacroScope(job.Scope) { ["u"] = recipient.User, ["z"] = recipient.Home };
                arguments.Add(MacroExpander.Expand(pattern, scope));
            }
        }
        if (job.Mailer.Has('f') && job.Envelope.Macros["f"] is { Length: > 0 } from && job.Envelope.Macros["opMode"] is "m")
            arguments.InsertRange(1, ["-f", from]);
        return arguments;
    }

    private static List<KeyValuePair<string, string>> ProgramEnvironment(Configuration configuration)
    {
        var environment = new List<KeyValuePair<string, string>> { new("AGENT", "sendmail") };
        foreach ((string name, string? value) in configuration.Environment)
        {
            if ((value ?? Environment.GetEnvironmentVariable(name)) is { } text)
                environment.Add(new(name, text));
        }
        return environment;
    }

    private static void Report(DeliveryJob job, SpawnResult result)
    {
        if (result.Problem is not null)
        {
            job.SetAll(RecipientState.Queued, "4.0.0", SysExit.TempFail, "Deferred: " + job.Mailer.Path + ": " + result.Problem);
            return;
        }
        if (result.ExitCode == 0)
        {
            job.SetAll(RecipientState.Sent, "2.0.0", SysExit.Ok, "Sent");
            return;
        }
        if (ExitMeaning.Of(result.ExitCode) is not { } meaning)
        {
            string code = result.ExitCode.ToString(CultureInfo.InvariantCulture);
            job.SetAll(RecipientState.Bad, "5.3.0", SysExit.Unavailable, "unknown mailer error " + code, code);
            return;
        }
        if (meaning.Exit == SysExit.TempFail)
            job.SetAll(RecipientState.Queued, meaning.Status, meaning.Exit, "Deferred: " + job.Mailer.Name + " mailer (" + job.Mailer.Path + ") exited with EX_TEMPFAIL");
        else
            job.SetAll(ExitMeaning.IsOfSystem(meaning.Exit) ? RecipientState.Queued : RecipientState.Bad, meaning.Status, meaning.Exit, meaning.Text);
        // The report has a code of its own for it.
        job.AfterLog(() =>
        {
            foreach (Address recipient in job.Recipients)
                DeliveryJob.SetStatus(recipient, meaning.Reported);
        });
    }
}
