using Sendmail.M4.Program;

namespace Sendmail.M4.Library;

/// <summary>Decides for a file of the command line whether the configuration library must be read before it.</summary>
internal sealed class LibraryUse
{
    private readonly Processor _processor;
    private readonly LibraryFinder _finder;
    private readonly M4CommandLine _line;

    internal LibraryUse(Processor processor, LibraryFinder finder, M4CommandLine line)
    {
        _processor = processor;
        _finder = finder;
        _line = line;
        finder.Serving = directory => processor.DefineIfMissing("_CF_DIR_", directory + "/");
        finder.IsOff = line.NoLibrary;
    }

    /// <summary>Opens a file of the command line; the library has been read when it needs it.</summary>
    internal Stream? Open(string name, out string found, out string error)
    {
        Stream? stream = _finder.Open(name, out found, out error);
        if (stream is null)
            return null;
        if (_finder.IsOff || _finder.EntryRead)
            return stream;
        using (stream)
        {
            var whole = new MemoryStream();
            stream.CopyTo(whole);
            whole.Position = 0;
            if (ConfigurationText.NeedsLibrary(name, whole.GetBuffer().AsSpan(0, (int)whole.Length)))
                ReadLibrary();
            return whole;
        }
    }

    private void ReadLibrary()
    {
        if (!_line.CallLimitGiven)
            _line.Settings.CallLimit = M4Limits.CallsWithoutInputInConfiguration;
        string entry = (_finder.Directory ?? throw new M4ExitException(1, "the configuration library (" + LibraryFinder.Entry + ") is not found: name its directory with -I")) + "/" + LibraryFinder.Entry;
        if (_finder.Open(entry, out string found, out string error) is { } stream)
            _processor.ProcessFile(stream, found);
        else
            throw new M4ExitException(1, "cannot open `" + entry + "': " + error);
    }
}
