using System.Diagnostics;

namespace Sendmail.Posix;

/// <summary>A program that was started to speak over a socket.</summary>
public sealed class SpawnedDialogue : IDisposable
{
    private readonly Process _process;

    internal SpawnedDialogue(Process process, int descriptor)
    {
        (_process, Descriptor) = (process, descriptor);
        process.StandardInput.Close();
        process.StandardOutput.Close();
        // What it complains of is nobody's here; it must not have to wait for a reader.
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
    }

    /// <summary>Our end of the socket; whoever makes a connection of it closes it.</summary>
    public int Descriptor { get; }

    /// <summary>Waits for the end of the program, and ends it when that takes too long.</summary>
    /// <returns>Its exit code, 128 and the signal when it was killed.</returns>
    public async Task<int> EndAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(true);
            await _process.WaitForExitAsync().ConfigureAwait(false);
        }
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();
}
