using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
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

/// <summary>
/// One line, one char per octet. <see cref="BareLineFeed"/>: it ended without a carriage return. <see cref="Length"/>: octets
/// with the line end, also of what was thrown away.
/// </summary>
public readonly record struct LineResult(LineKind Kind, string Text, bool BareLineFeed, long Length = 0);

/// <summary>
/// A duplex connection with a bounded reader in front. Buffers are rented while there is data, so that idle sessions
/// cost little. Everything read before a switch to TLS is dropped.
/// </summary>
public sealed class Connection : IAsyncDisposable
{
    private const int BufferSize = 16384;
    private static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(2);
    private readonly Socket? _socket;
    private readonly Func<bool>? _inputWaiting;
    private Stream _input;
    private Stream _output;
    private byte[]? _buffer;
    private int _start;
    private int _end;
    private readonly TimeProvider _clock;
    private CancellationTokenSource _timer;
    private Task<int>? _probe;
    private ConnectionWriter? _writer;

    private Connection(Socket? socket, Stream input, Stream output, Func<bool>? inputWaiting, TimeProvider? clock)
    {
        _clock = clock ?? TimeProvider.System;
        _timer = NewTimer();
        _socket = socket;
        _input = input;
        _output = output;
        _inputWaiting = inputWaiting;
    }

    /// <summary>Over a connected socket; small writes go out at once.</summary>
    public static Connection FromSocket(Socket socket, TimeProvider? clock = null)
    {
        if (socket.ProtocolType == ProtocolType.Tcp)
            socket.NoDelay = true;
        var stream = new NetworkStream(socket, true);
        return new Connection(socket, stream, stream, null, clock) { Peer = socket.RemoteEndPoint as IPEndPoint, Local = socket.LocalEndPoint as IPEndPoint };
    }

    /// <summary>Over standard input and output; <paramref name="inputWaiting"/> tells whether input is there unread.</summary>
    public static Connection FromStreams(Stream input, Stream output, Func<bool>? inputWaiting, TimeProvider? clock = null) =>
        new(null, input, output, inputWaiting, clock);

    /// <summary>The other end, null when it is not a network peer.</summary>
    public IPEndPoint? Peer { get; private init; }
    /// <summary>Our end, null when it is not a network connection.</summary>
    public IPEndPoint? Local { get; private init; }
    /// <summary>What TLS found out about the peer, null in clear.</summary>
    public TlsFacts? Tls { get; private set; }

    /// <summary>
    /// Whether the peer sent something that nobody has read: what is buffered here or in the socket and, with TLS, what came
    /// with an earlier record.
    /// </summary>
    public bool HasBufferedInput
    {
        get
        {
            if (_end > _start)
                return true;
            try
            {
                if (Tls is null)
                    return _socket is { } socket ? socket.Available > 0 : _inputWaiting?.Invoke() == true;
                // Records hide their kind: only reading tells whether there is text in them. The read stays for PeekAsync.
                _buffer ??= ArrayPool<byte>.Shared.Rent(BufferSize);
                _probe ??= _input.ReadAsync(_buffer.AsMemory(0, BufferSize)).AsTask();
                return _probe.IsCompletedSuccessfully && _probe.Result > 0;
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return false;
            }
        }
    }

    /// <summary>How long writers of <see cref="Output"/> wait for a peer that does not read; zero for ever.</summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromHours(1);

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
            int read;
            if (_probe is { } probe)
            {
                read = await probe.WaitAsync(stop).ConfigureAwait(false);
                _probe = null;
            }
            else
            {
                await WaitForInputAsync(stop).ConfigureAwait(false);
                _buffer ??= ArrayPool<byte>.Shared.Rent(BufferSize);
                read = await _input.ReadAsync(_buffer.AsMemory(0, BufferSize), stop).ConfigureAwait(false);
            }
            if (read == 0)
                _incoming?.End();
            _start = 0;
            _end = read;
            return _buffer.AsMemory(0, read);
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
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

    // An idle session holds no buffer: it waits with an empty read.
    private async ValueTask WaitForInputAsync(CancellationToken stop)
    {
        if (_socket is null)
            return;
        if (_socket.Available > 0 && Tls is null)
            return;
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }
        await _input.ReadAsync(Memory<byte>.Empty, stop).ConfigureAwait(false);
    }

    /// <summary>Marks octets given by <see cref="PeekAsync"/> as read.</summary>
    public void Advance(int count)
    {
        if (_incoming is not null && _buffer is not null)
            _incoming.Add(_buffer.AsSpan(_start, count));
        _start += count;
    }

    private readonly TrafficLines? _incoming = TrafficLog.Current is { } log ? new TrafficLines(log.In, true) : null;
    private readonly TrafficLines? _outgoing = TrafficLog.Current is { } log ? new TrafficLines(log.Out, false) : null;

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
        _timer = NewTimer();
    }

    private CancellationTokenSource NewTimer() => new(Timeout.InfiniteTimeSpan, _clock);

    /// <summary>Reads up to LF. A carriage return before it belongs to the line end. The time is for the whole line.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public async ValueTask<LineResult> ReadLineAsync(int limit, TimeSpan timeout, CancellationToken cancellation)
    {
        StringBuilder? earlier = null;
        bool tooLong = false;
        bool lastWasReturn = false;
        long length = 0;
        long start = timeout > TimeSpan.Zero ? _clock.GetTimestamp() : 0;
        TimeSpan left = timeout;
        while (true)
        {
            ReadOnlyMemory<byte>? chunk = await PeekAsync(left, cancellation).ConfigureAwait(false);
            if (chunk is not { Length: > 0 } octets)
                return new LineResult(chunk is null ? LineKind.Timeout : LineKind.EndOfFile, earlier?.ToString() ?? "", false);
            int newline = octets.Span.IndexOf((byte)'\n');
            ReadOnlySpan<byte> piece = newline < 0 ? octets.Span : octets.Span[..newline];
            Advance(newline < 0 ? octets.Length : newline + 1);
            length += newline < 0 ? octets.Length : newline + 1;
            if (newline >= 0 && earlier is null)
                return Whole(Core.Latin1.ToString(piece[..Math.Min(piece.Length, limit + 2)]), piece.Length > limit + 1, piece.Length > 0 && piece[^1] == '\r', limit, length);
            earlier ??= new StringBuilder();
            int fits = Math.Min(piece.Length, limit + 2 - earlier.Length);
            earlier.Append(Core.Latin1.ToString(piece[..fits]));
            tooLong |= fits < piece.Length;
            if (piece.Length > 0)
                lastWasReturn = piece[^1] == '\r';
            if (newline >= 0)
                return Whole(earlier.ToString(), tooLong, lastWasReturn, limit, length);
            if (timeout <= TimeSpan.Zero)
                continue;
            left = timeout - _clock.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
                return new LineResult(LineKind.Timeout, earlier.ToString(), false);
        }
    }

    private static LineResult Whole(string text, bool tooLong, bool carriage, int limit, long length)
    {
        if (carriage && !tooLong && text.EndsWith('\r'))
            text = text[..^1];
        if (text.Length > limit)
            (text, tooLong) = (text[..limit], true);
        return new LineResult(tooLong ? LineKind.TooLong : LineKind.Line, text, !carriage, length);
    }

    /// <summary>Sends octets in one write.</summary>
    /// <exception cref="IOException">The connection broke or the peer does not read.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> octets, TimeSpan timeout, CancellationToken cancellation)
    {
        _outgoing?.Add(octets.Span);
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
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            throw new IOException(e.Message, e);
        }
        finally
        {
            Disarm(link);
        }
    }

    /// <summary>A stream for writers, bounded by <see cref="WriteTimeout"/>; closing it leaves the connection open.</summary>
    public Stream Output => _writer ??= new ConnectionWriter(this);

    /// <summary>
    /// Switches to TLS. Plain text that was already received is thrown away (RFC 3207 4.2); when the handshake fails, the
    /// connection is of no more use.
    /// </summary>
    public async ValueTask<TlsOutcome> StartTlsAsync(TlsSession session, TimeSpan timeout, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(session);
        _start = _end = 0;
        (TlsOutcome outcome, Stream? stream) = await session.HandshakeAsync(_socket is null ? new DuplexStream(_input, _output) : _input, timeout, cancellation).ConfigureAwait(false);
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
        byte[]? buffer = _probe is { IsCompleted: false } ? null : _buffer;
        _buffer = null;
        _start = _end = 0;
        try
        {
            // RFC 8446 6.1: the peer must see that the end is meant.
            if (_output is TlsStream tls)
            {
                using var limit = new CancellationTokenSource(GoodbyeTime);
                await tls.ShutdownAsync(limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException or OperationCanceledException)
        {
            // The peer is gone already.
        }
        try
        {
            await _output.DisposeAsync().ConfigureAwait(false);
            await _input.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException)
        {
            // The same.
        }
        _socket?.Dispose();
        _timer.Dispose();
        if (buffer is not null)
            ArrayPool<byte>.Shared.Return(buffer);
    }
}
