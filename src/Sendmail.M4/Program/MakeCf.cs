using System.Text;
using Sendmail.M4.Frozen;
using Sendmail.M4.Input;
using Sendmail.M4.Library;
using Sendmail.M4.Lint;
using Sendmail.M4.Macros;
using Sendmail.M4.Native;

namespace Sendmail.M4.Program;

/// <summary>makecf(8): m4, and the configuration library for .mc files.</summary>
public static class MakeCf
{
    /// <summary>Runs the program with standard output and standard error; the exit code is m4's.</summary>
    /// <param name="program">The name it was called by; messages begin with it.</param>
    /// <param name="arguments">The words of the command line.</param>
    public static int Run(string program, string[] arguments)
    {
        using var output = new DescriptorStream(1, true);
        using var errors = new DescriptorStream(2, true);
        return Run(program, arguments, () => new DescriptorStream(0, false), output, errors);
    }

    /// <summary>The same with given streams, for tests and callers within the process.</summary>
    internal static int Run(string program, string[] arguments, Func<Stream> input, Stream output, Stream errors)
    {
        M4CommandLine line = M4CommandLine.Parse(M4Files.NameOf(program), [.. arguments.Select(M4Files.NameOf)]);
        foreach (string warning in line.Warnings)
            Say(errors, line, warning);
        if (line.Error is { } error)
        {
            Say(errors, line, error);
            if (line.ErrorIsUsage)
                errors.Write(Encoding.Latin1.GetBytes("Try `" + line.Settings.ProgramName + " --help' for more information.\n"));
            return 1;
        }
        if (line.Help || line.Version)
        {
            output.Write(Encoding.UTF8.GetBytes(line.Help ? HelpText.For(program) : HelpText.Version(program)));
            return 0;
        }
        if (line.Lint)
            return SiteLint.Run(line, input, output, errors);
        foreach (string directory in (Environment.GetEnvironmentVariable("M4PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
            line.Settings.IncludePath.Add(M4Files.NameOf(directory));
        using var processor = new Processor(line.Settings, output, errors);
        try
        {
            return Process(processor, line, input, errors);
        }
        catch (M4ExitException e)
        {
            if (e.Text is not null)
                processor.Message(e.Text, e.File ?? processor.File, e.File is null ? processor.Line : e.Line);
            processor.Output.Flush();
            return e.ExitCode;
        }
        catch (OutOfMemoryException)
        {
            Say(errors, line, "memory exhausted");
            return 1;
        }
        catch (IOException e)
        {
            Say(errors, line, "write error: " + e.Message);
            return 1;
        }
    }

    private static int Process(Processor processor, M4CommandLine line, Func<Stream> input, Stream errors)
    {
        var finder = new LibraryFinder(new SearchPath(line.Settings.IncludePath), line.Settings.IncludePath);
        processor.Finder = finder;
        processor.Debug = line.Debug;
        if (line.DebugFile is { } debugFile)
            SetDebugFile(processor, line, debugFile, errors);
        if (line.Settings.WarnSequence is { Length: > 0 } sequence && processor.Patterns.Get(sequence, out string fault) is null)
        {
            Say(errors, line, "--warn-macro-sequence: bad regular expression `" + sequence + "': " + fault);
            return 1;
        }
        if (line.ReloadFrom is { } frozen)
        {
            using Stream? stream = processor.Finder.Open(frozen, out _, out string why);
            if (stream is null)
            {
                Say(errors, line, "cannot open " + frozen + ": " + why);
                return 1;
            }
            FrozenReader.Load(processor, stream, frozen);
        }
        else
        {
            processor.DefineBuiltins();
        }
        var library = new LibraryUse(processor, finder, line);
        foreach ((M4CommandLine.Step step, string text) in line.Steps)
        {
            switch (step)
            {
                case M4CommandLine.Step.Define:
                    int equals = text.IndexOf('=');
                    string value = equals < 0 ? "" : text[(equals + 1)..];
                    string name = equals < 0 ? text : text[..equals];
                    processor.CheckSequence(name, value);
                    processor.Symbols.Define(name, new Definition(value));
                    break;
                case M4CommandLine.Step.Undefine: processor.Symbols.Remove(text, true); break;
                case M4CommandLine.Step.Trace: processor.Symbols.FindOrAdd(text).Traced = true; break;
                case M4CommandLine.Step.SyncLines: processor.EmitSyncLines(); break;
                case M4CommandLine.Step.DebugFile:
                    SetDebugFile(processor, line, text == "\0" ? null : text, errors);
                    break;
                default: ReadFile(processor, library, text, input); break;
            }
        }
        processor.ProcessWrapped();
        if (line.FreezeTo is { } to)
        {
            if (!FrozenWriter.Save(processor, to, out string error))
            {
                processor.Output.Flush();
                Say(errors, line, "cannot open `" + to + "': " + error);
                return 1;
            }
            processor.Output.Flush();
        }
        else
        {
            processor.Finish();
        }
        return processor.ExitCode;
    }

    private static void ReadFile(Processor processor, LibraryUse library, string name, Func<Stream> input)
    {
        if (name == "-")
        {
            processor.ProcessFile(input(), "stdin");
            return;
        }
        if (library.Open(name, out string found, out string error) is { } stream)
            processor.ProcessFile(stream, found);
        else if (error.Length > 0)
            processor.Fail("cannot open `" + name + "': " + error);
    }

    // A file that cannot be had is no reason to stop. GNU m4 names the file of -o, whichever it was.
    private static void SetDebugFile(Processor processor, M4CommandLine line, string? name, Stream errors)
    {
        if (name is null)
            processor.DebugToErrors();
        else if (name.Length == 0)
            processor.SetDebugOutput(null);
        else if (M4Files.Open(name, FileMode.Append, FileAccess.Write, out string error) is { } stream)
            processor.SetDebugOutput(stream);
        else
            Say(errors, line, "cannot set debug file `" + (line.DebugFile ?? "stderr") + "': " + error);
    }

    private static void Say(Stream errors, M4CommandLine line, string text) =>
        errors.Write(Encoding.Latin1.GetBytes(line.Settings.ProgramName + ": " + text + "\n"));
}
