using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Sendmail.Wire.Tls;

namespace Sendmail.Wire.Connections;

/// <summary>How reading a line ended.</summary>
public enum LineKind
{
    /// <summary>A whole line, without its end.</summary>
    Line,
    /// <summary>A line over the limit; what fits is given, the rest was thrown away.</summary>
    TooLong,
    /// <summary>The peer closed.</summary>
    EndOfFile,
    /// <summary>Nothing came in time.</summary>
    Timeout,
}

/// <summary>One line, one char per octet. <see cref="BareLineFeed"/>: it ended without a carriage return.</summary>
public readonly record struct LineResult(LineKind Kind, string Text, bool BareLineFeed);

/// <summary>
/// A duplex connection with a bounded reader in front. Buffers are rented while there is data, so that idle sessions
/// cost little. Everything read before a switch to TLS is dropped.
/// </summary>
public sealed class Connection : IAsyncDisposable
{
    private const int BufferSize = 16384;
    private readonly Socket? _socket;
    private readonly Func<bool>? _inputWaiting;
    private Stream _input;
    private Stream _output;
    private byte[]? _buffer;
    private int _start;
    private int _end;
    private CancellationTokenSource _timer = new();

    private Connection(Socket? socket, Stream input, Stream output, Func<bool>? inputWaiting)
    {
        _socket = socket;
        _input = input;
        _output = output;
        _inputWaiting = inputWaiting;
    }

    /// <summary>Over a connected socket; small writes go out at once.</summary>
    public static Connection FromSocket(Socket socket)
    {
        if (socket.ProtocolType == ProtocolType.Tcp)
            socket.NoDelay = true;
        var stream = new NetworkStream(socket, true);
        return new Connection(socket, stream, stream, null) { Peer = socket.RemoteEndPoint as IPEndPoint, Local = socket.LocalEndPoint as IPEndPoint };
    }

    /// <summary>Over standard input and output; <paramref name="inputWaiting"/> tells whether input is there unread.</summary>
    public static Connection FromStreams(Stream input, Stream output, Func<bool>? inputWaiting) => new(null, input, output, inputWaiting);

    /// <summary>The other end, null when it is not a network peer.</summary>
    public IPEndPoint? Peer { get; private init; }
    /// <summary>Our end, null when it is not a network connection.</summary>
    public IPEndPoint? Local { get; private init; }
    /// <summary>What TLS found out about the peer, null in clear.</summary>
    public TlsFacts? Tls { get; private set; }

    /// <summary>Whether the peer sent something that nobody has read.</summary>
    public bool HasBufferedInput => _end > _start || (_socket is { } socket ? socket.Available > 0 : _inputWaiting?.Invoke() == true);

    /// <summary>
    /// Unread octets, waiting for some when there are none. Empty at end of file, null when time is up.
    /// </summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> PeekAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        if (_end > _start)
            return _buffer.AsMemory(_start, _end - _start);
        CancellationToken stop = Arm(timeout, cancellation, out CancellationTokenRegistration link);
        try
        {
            if (_socket is not null && _buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = null;
            }
            if (_socket is not null)
                await _input.ReadAsync(Memory<byte>.Empty, stop).ConfigureAwait(false);
            _buffer ??= ArrayPool<byte>.Shared.Rent(BufferSize);
            int read = await _input.ReadAsync(_buffer.AsMemory(0, BufferSize), stop).ConfigureAwait(false);
            _start = 0;
            _end = read;
            return _buffer.AsMemory(0, read);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            Disarm(link);
        }
    }

    /// <summary>Marks octets given by <see cref="PeekAsync"/> as read.</summary>
    public void Advance(int count) => _start += count;

    private CancellationToken Arm(TimeSpan timeout, CancellationToken cancellation, out CancellationTokenRegistration link)
    {
        link = default;
        if (timeout > TimeSpan.Zero)
            _timer.CancelAfter(timeout);
        if (cancellation.CanBeCanceled)
            link = cancellation.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _timer);
        return _timer.Token;
    }

    private void Disarm(CancellationTokenRegistration link)
    {
        link.Dispose();
        if (_timer.TryReset())
            return;
        _timer.Dispose();
        _timer = new CancellationTokenSource();
    }

    /// <summary>Reads up to LF. A carriage return before it belongs to the line end.</summary>
    public async ValueTask<LineResult> ReadLineAsync(int limit, TimeSpan timeout, CancellationToken cancellation)
    {
        string text = "";
        bool tooLong = false;
        bool lastWasReturn = false;
        while (true)
        {
            ReadOnlyMemory<byte>? chunk = await PeekAsync(timeout, cancellation).ConfigureAwait(false);
            if (chunk is not { } octets)
                return new LineResult(LineKind.Timeout, text, false);
            if (octets.Length == 0)
                return new LineResult(LineKind.EndOfFile, text, false);
            int newline = octets.Span.IndexOf((byte)'\n');
            int take = newline < 0 ? octets.Length : newline;
            if (!tooLong)
            {
                int fits = Math.Min(take, limit + 1 - text.Length);
                text += Core.Latin1.ToString(octets.Span[..fits]);
                tooLong = fits < take;
            }
            if (take > 0)
                lastWasReturn = octets.Span[take - 1] == '\r';
            Advance(newline < 0 ? take : newline + 1);
            if (newline < 0)
                continue;
            bool carriage = text.Length > 0 && lastWasReturn;
            if (carriage && text.EndsWith('\r'))
                text = text[..^1];
            if (text.Length > limit)
                (text, tooLong) = (text[..limit], true);
            return new LineResult(tooLong ? LineKind.TooLong : LineKind.Line, text, !carriage);
        }
    }

    /// <summary>Sends octets in one write.</summary>
    /// <exception cref="IOException">The connection broke or the peer does not read.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> octets, TimeSpan timeout, CancellationToken cancellation)
    {
        CancellationToken stop = Arm(timeout, cancellation, out CancellationTokenRegistration link);
        try
        {
            await _output.WriteAsync(octets, stop).ConfigureAwait(false);
            await _output.FlushAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException("write timeout");
        }
        catch (ObjectDisposedException e)
        {
            throw new IOException(e.Message, e);
        }
        finally
        {
            Disarm(link);
        }
    }

    /// <summary>A stream for writers; it ends with this connection and has no timeouts of its own.</summary>
    public Stream Output => _output;

    /// <summary>Becomes a TLS server. Plain text that was already received is thrown away.</summary>
    public ValueTask<TlsOutcome> StartTlsServerAsync(TlsServerContext context, TimeSpan timeout, CancellationToken cancellation) =>
        StartTlsAsync(inner => context.HandshakeAsync(inner, timeout, cancellation));

    /// <summary>Becomes a TLS client of <paramref name="host"/>.</summary>
    public ValueTask<TlsOutcome> StartTlsClientAsync(TlsClientContext context, string host, TimeSpan timeout, CancellationToken cancellation) =>
        StartTlsAsync(inner => context.HandshakeAsync(inner, host, timeout, cancellation));

    private async ValueTask<TlsOutcome> StartTlsAsync(Func<Stream, ValueTask<(TlsOutcome Outcome, Stream? Stream)>> handshake)
    {
        _start = _end = 0;
        (TlsOutcome outcome, Stream? stream) = await handshake(_socket is null ? new DuplexStream(_input, _output) : _input).ConfigureAwait(false);
        if (stream is not null)
        {
            _input = _output = stream;
            Tls = outcome.Facts;
        }
        return outcome;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_buffer is not null)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        _start = _end = 0;
        try
        {
            await _output.DisposeAsync().ConfigureAwait(false);
            await _input.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException)
        {
            // The peer is gone already.
        }
        _socket?.Dispose();
        _timer.Dispose();
    }
}
