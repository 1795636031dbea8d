using System.Globalization;
using Sendmail.Core.Logging;

namespace Sendmail.Wire.Tls;

/// <summary>
/// One side's TLS: opens sessions. Files that change are read again with the next session; broken new ones leave the old in
/// force. Warns once a day from 30 days before a certificate of ours ends.
/// </summary>
public sealed class TlsContext
{
    private static readonly TimeSpan _warnBefore = TimeSpan.FromDays(30);
    private static readonly TimeSpan _checkEvery = TimeSpan.FromDays(1);
    private readonly IMailLog _log;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private TlsSettings _settings;
    private TlsSettings? _broken;
    private DateTimeOffset _nextCheck;
    private bool? _engine;

    private TlsContext(TlsSettings settings, IMailLog log, TimeProvider clock)
    {
        _settings = settings;
        _log = log;
        _clock = clock;
        WarnOfEnd(settings);
    }

    /// <summary>The settings in force.</summary>
    public TlsSettings Settings => Volatile.Read(ref _settings);

    /// <summary>Writes what reading the settings found and makes a context of them.</summary>
    /// <returns>Null when TLS cannot be had.</returns>
    public static TlsContext? Create(TlsSettings settings, IMailLog log, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(clock);
        foreach (TlsLogLine line in settings.Log)
            line.WriteTo(log);
        return settings.IsUsable ? new TlsContext(settings, log, clock) : null;
    }

    /// <summary>Whether SSLEngine, when it is set, can be had; otherwise the log says so and there is no TLS for this peer.</summary>
    public bool HasEngine()
    {
        TlsSettings settings = Settings;
        if (settings.Engine.Length == 0)
            return true;
        lock (_gate)
        {
            if (_engine == true)
                return true;
            _engine = EngineLoader.Load(settings.Engine, settings.EnginePath, out List<string> problems);
            foreach (string line in problems)
                _log.Write(10, LogPriority.Warning, null, "STARTTLS=init: " + line);
        }
        if (_engine == true)
            return true;
        _log.Write(8, LogPriority.Error, null, "engine=" + settings.Engine + ", by_id=failed");
        _log.Write(8, LogPriority.Error, null, "STARTTLS=" + settings.Who + ", engine=" + settings.Engine + ", TLS_set_engine=failed");
        return false;
    }

    /// <summary>A session with the features of a peer. What keeps it from being opened is in the log.</summary>
    /// <param name="features">What the features rulesets said.</param>
    /// <param name="host">As a client: the server's name.</param>
    /// <returns>Null when a feature cannot be had.</returns>
    public TlsSession? Open(TlsFeatures features, string? host)
    {
        ArgumentNullException.ThrowIfNull(features);
        TlsSettings settings = Current();
        var log = new List<TlsLogLine>();
        TlsSession? session = TlsSession.Open(settings, features, host, log);
        foreach (TlsLogLine line in log)
            line.WriteTo(_log);
        return session;
    }

    private TlsSettings Current()
    {
        TlsSettings settings = Settings;
        if (_clock.GetUtcNow() >= _nextCheck)
            WarnOfEnd(settings);
        if (!settings.HaveChanged || _broken is { HaveChanged: false })
            return settings;
        lock (_gate)
        {
            settings = _settings;
            if (!settings.HaveChanged || _broken is { HaveChanged: false })
                return settings;
            TlsSettings fresh = settings.ReadAgain();
            foreach (TlsLogLine line in fresh.Log)
                line.WriteTo(_log);
            if (!fresh.IsUsable)
            {
                _broken = fresh;
                _log.Write(8, LogPriority.Warning, null, "STARTTLS=" + settings.Who + ", changed files cannot be used, the old ones stay in force");
                return settings;
            }
            _broken = null;
            _log.Write(9, LogPriority.Info, null, "STARTTLS=" + settings.Who + ", changed files are in force");
            Volatile.Write(ref _settings, fresh);
            WarnOfEnd(fresh);
            return fresh;
        }
    }

    private void WarnOfEnd(TlsSettings settings)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        _nextCheck = now + _checkEvery;
        foreach ((string file, DateTimeOffset end) in settings.OwnCertificates)
        {
            TimeSpan left = end - now;
            if (left > _warnBefore)
                continue;
            string when = end.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";
            _log.Write(8, LogPriority.Warning, null, "STARTTLS=" + settings.Who + ", certificate " + file + (left < TimeSpan.Zero ? " expired on " + when
                : string.Create(CultureInfo.InvariantCulture, $" expires in {(int)left.TotalDays} days, on {when}")));
        }
    }
}
