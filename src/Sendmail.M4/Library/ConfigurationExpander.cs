using System.Text;
using Sendmail.M4.Input;
using Sendmail.M4.Patterns;

namespace Sendmail.M4.Library;

/// <summary>
/// Lets sendmail read a .mc file in place of a sendmail.cf. Nothing of the caller's surroundings takes part: no command is run, no
/// file made, names are relative to the directory of the .mc, and M4PATH is not looked at.
/// </summary>
public static class ConfigurationExpander
{
    /// <summary>Expands <paramref name="path"/>, whose content is <paramref name="octets"/>, or takes the expansion kept beside it.</summary>
    /// <param name="path">The .mc file.</param>
    /// <param name="octets">Its content.</param>
    /// <param name="keep">Whether the expansion may be kept beside it for the next time.</param>
    public static ConfigurationExpansion Expand(string path, byte[] octets, bool keep = true)
    {
        string directory = M4Files.NameOf(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var cache = new ExpansionCache(path, octets);
        if (cache.Find() is { } kept)
            return new ConfigurationExpansion(kept, []);
        var settings = new M4Settings
        {
            ProgramName = "sendmail", AllowCommands = false, AllowFiles = false, CallLimit = M4Limits.CallsWithoutInputInConfiguration,
        };
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        var finder = new LibraryFinder(new SearchPath([directory], false), []);
        var recorder = new RecordingFinder(finder);
        using var processor = new Processor(settings, output, errors) { Finder = recorder, Patterns = new PatternCache { FollowsLocale = false } };
        int exit;
        try
        {
            processor.DefineBuiltins();
            finder.Serving = served => processor.DefineIfMissing("_CF_DIR_", served + "/");
            if (ConfigurationText.NeedsLibrary(path, octets))
                ReadLibrary(processor, finder, recorder);
            processor.ProcessFile(new MemoryStream(octets), M4Files.NameOf(path));
            processor.ProcessWrapped();
            processor.Finish();
            exit = processor.ExitCode;
        }
        catch (M4ExitException e)
        {
            if (e.Text is not null)
                processor.Message(e.Text, e.File ?? processor.File, e.File is null ? processor.Line : e.Line);
            processor.Output.Flush();
            exit = e.ExitCode;
        }
        string[] messages = Encoding.Latin1.GetString(errors.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (exit != 0)
            return new ConfigurationExpansion(null, messages.Length > 0 ? messages : ["sendmail: " + path + ": m4exit(" + Processor.Number(exit) + ")"]);
        string text = Encoding.Latin1.GetString(output.GetBuffer(), 0, (int)output.Length);
        // Warnings are to be seen each time until they are heeded.
        if (messages.Length == 0 && keep)
            cache.Keep(text, recorder.Files);
        return new ConfigurationExpansion(text, messages);
    }

    private static void ReadLibrary(Processor processor, LibraryFinder finder, RecordingFinder recorder)
    {
        if (finder.Directory is not { } directory)
            throw new M4ExitException(1, "the configuration library (" + LibraryFinder.Entry + ") is not found");
        if (recorder.Open(directory + "/" + LibraryFinder.Entry, out string found, out string error) is not { } stream)
            throw new M4ExitException(1, "cannot open `" + directory + "/" + LibraryFinder.Entry + "': " + error);
        processor.ProcessFile(stream, found);
    }
}
