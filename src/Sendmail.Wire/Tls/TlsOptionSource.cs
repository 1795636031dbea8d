using Sendmail.Core.Cf;

namespace Sendmail.Wire.Tls;

/// <summary>Where TLS options came from: when the file changes they are read from it again, for the sessions from then on.</summary>
/// <param name="Path">The configuration file.</param>
/// <param name="Read">Reads it again, with what the command line said; null when it has errors.</param>
public sealed record TlsOptionSource(string Path, Func<OptionValues?> Read);
