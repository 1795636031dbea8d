using Sendmail.M4.Input;

namespace Sendmail.M4.Library;

/// <summary>Notes every file an expansion read, with a sum of its content, and every name that led nowhere: what the result depends on.</summary>
internal sealed class RecordingFinder(IFileFinder inner) : IFileFinder
{
    private readonly List<(string Name, ulong Sum)> _files = [];

    /// <summary>Names and sums; <see cref="ContentSum.Absent"/> for a file that was not there.</summary>
    internal IReadOnlyList<(string Name, ulong Sum)> Files => _files;

    public Stream? Open(string name, out string found, out string error)
    {
        Stream? stream = inner.Open(name, out found, out error);
        if (stream is null)
        {
            if (error.Length > 0)
                _files.Add((name, ContentSum.Absent));
            return null;
        }
        // Ours took the place of one that may appear later.
        if (found != name && name.StartsWith('/'))
            _files.Add((name, ContentSum.Absent));
        using (stream)
        {
            var content = new MemoryStream();
            stream.CopyTo(content);
            content.Position = 0;
            _files.Add((found, ContentSum.Of(content.GetBuffer().AsSpan(0, (int)content.Length))));
            return content;
        }
    }
}
