using Sendmail.Wire.Tls;

namespace Sendmail.Wire.Tests.Tls;

// Log lines of the real sendmail at LogLevel 14 for right-hand sides of TLS_Srv_Features in the access map.
public sealed class TlsFeaturesTests
{
    private static (bool Ok, string[] Lines) Parse(string text)
    {
        var log = new List<TlsLogLine>();
        bool ok = TlsFeatures.Parse(text, "tls_srv_features", "x [192.0.2.1]", log) is not null;
        return (ok, [.. log.Select(l => l.Text.Replace(", relay=x [192.0.2.1]", "", StringComparison.Ordinal).Replace("tls_srv_features=", "", StringComparison.Ordinal))]);
    }

    [Theory]
    [InlineData(";", "empty, stat=0")]
    [InlineData("\"\"")]
    [InlineData("=", "empty, stat=0")]
    [InlineData("x", "empty, stat=0")]
    [InlineData("Options=SSL_OP_ALL;", "parsed, Options=SSL_OP_ALL")]
    [InlineData("Options=-SSL_OP_NO_TLSv1_3", "parsed, Options=-SSL_OP_NO_TLSv1_3")]
    [InlineData("CIPHERSUITES=TLS_AES_128_GCM_SHA256;cipherlist=AES128-SHA", "parsed, CIPHERSUITES=TLS_AES_128_GCM_SHA256", "parsed, cipherlist=AES128-SHA")]
    [InlineData("Flags=X", "parsed, Flags=X")]
    [InlineData("Options = SSL_OP_NO_TLSv1_3", "parsed, Options=SSL_OP_NO_TLSv1_3")]
    public void What_is_understood(string text, params string[] lines)
    {
        (bool ok, string[] got) = Parse(text);
        Assert.True(ok);
        Assert.Equal(lines, got);
    }

    [Theory]
    [InlineData("Options=", "invalid_syntax, opt=Options")]
    [InlineData(";;", "invalid_syntax, opt=;;")]
    [InlineData("x;", "invalid_syntax, opt=x;")]
    [InlineData("''", "invalid_syntax, opt=''")]
    [InlineData("Options=SSL_OP_ALL;;", "parsed, Options=SSL_OP_ALL", "invalid_syntax, opt=;")]
    [InlineData("Nosuch", "invalid_syntax, opt=Nosuch")]
    [InlineData("Options:SSL_OP_NO_TLSv1_3", "invalid_syntax, opt=Options:SSL_OP_NO_TLSv1_3")]
    [InlineData("Nosuch=x", "parsed, Nosuch=x", "unknown_option, opt=Nosuch")]
    [InlineData(";;Options=SSL_OP_NO_TLSv1_3;;", "parsed, ;;Options=SSL_OP_NO_TLSv1_3", "unknown_option, opt=;;Options")]
    [InlineData("CertFile=;KeyFile=", "parsed, CertFile=", "invalid_syntax, opt=KeyFile")]
    [InlineData("KeyFile=/x", "parsed, KeyFile=/x", "only_one_of_CertFile/KeyFile_specified")]
    [InlineData("Options=-SSL_OP_NOSUCH", "parsed, Options=-SSL_OP_NOSUCH", "-SSL_OP_NOSUCH, error=SSL_OP not found")]
    [InlineData("Options=SSL_OP_NO_TLSv1_3,SSL_OP_NOSUCH", "parsed, Options=SSL_OP_NO_TLSv1_3,SSL_OP_NOSUCH", "SSL_OP_NO_TLSv1_3, error=SSL_OP not found")]
    public void What_is_not(string text, params string[] lines)
    {
        (bool ok, string[] got) = Parse(text);
        Assert.False(ok);
        Assert.Equal(lines, got);
    }

    [Fact]
    public void Options_add_up() => Assert.Equal(
        ["SSL_OP_NO_TLSv1_3", "SSL_OP_NO_TLSv1_2"], TlsFeatures.Parse("Options=SSL_OP_NO_TLSv1_3;Options=SSL_OP_NO_TLSv1_2", "", "", [])!.Options.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
