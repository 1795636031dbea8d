using System.Text.Json;

namespace Sendmail.Migrate.Tests;

/// <summary>A small site below a directory of its own, and what sendmail-migrate says of it.</summary>
internal sealed class Site : IDisposable
{
    internal const string Base = "V10/Berkeley\nDZ8.13.3\nO OperatorChars=.:%@!^/[]+\nMlocal, P=/bin/true, F=lsDFM, A=x\nMesmtp, P=[IPC], F=mDFMuXa, A=TCP $h\n" +
        "Mprog, P=/bin/sh, F=l, A=sh -c $u\nS3\nR$*<$*>$*\t$: $2\nS0\nR$* @ $*\t$#esmtp $@ $2 $: $1@$2\nR$*\t$#local $: $1\n";

    internal string Root { get; } = Directory.CreateTempSubdirectory("site").FullName;

    public void Dispose() => Directory.Delete(Root, true);

    internal string At(string path) => Root + path;

    internal void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }

    internal void Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.CreateSymbolicLink(At(path), target);
    }

    /// <summary>The findings of a run on this root, and its exit code.</summary>
    internal (int Exit, List<SiteFinding> Findings) Examine(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int exit = Migration.Run(["--root", Root, "--json", .. arguments], output, errors);
        Assert.Equal("", errors.ToString());
        return (exit, [.. JsonDocument.Parse(output.ToString()).RootElement.GetProperty("findings").EnumerateArray().Select(f => new SiteFinding(
            f.TryGetProperty("kind", out JsonElement kind) ? kind.GetString()! : "", f.GetProperty("level").GetString()!, f.GetProperty("subject").GetString()!, f.GetProperty("text").GetString()!))]);
    }

    /// <summary>Findings of a kind: level, subject and text.</summary>
    internal List<string> Kind(string kind, params string[] arguments) => [.. Examine(arguments).Findings.Where(f => f.Kind == kind).Select(f => f.Level + " " + f.Subject + " | " + f.Text)];

    /// <summary>Line of the configuration behind <see cref="Base"/>, from 1.</summary>
    internal static int Line(int behind) => Base.Count(c => c == '\n') + behind;
}

/// <summary>One finding of the JSON report.</summary>
internal sealed record SiteFinding(string Kind, string Level, string Subject, string Text);
