using Sendmail.Core.Cf;

namespace Sendmail.Core.Tests.Cf;

public class OptionTableTests
{
    // The reference's own table, in its order.
    private const string Names =
        "SevenBitInput EightBitMode AliasFile AliasWait BlankSub MinFreeBlocks CheckpointInterval HoldExpensive DeliveryMode ErrorHeader ErrorMode " +
        "TempFileMode SaveFromLine MatchGECOS HelpFile MaxHopCount ResolverOptions IgnoreDots ForwardPath SendMimeErrors ConnectionCacheSize " +
        "ConnectionCacheTimeout UseErrorsTo LogLevel MeToo CheckAliases OldStyleHeaders DaemonPortOptions PrivacyOptions PostmasterCopy QueueFactor " +
        "QueueDirectory DontPruneRoutes StatusFile SuperSafe QueueTimeout TimeZoneSpec UserDatabaseSpec DefaultUser FallbackMXhost Verbose " +
        "TryNullMXList QueueLA RefuseLA RecipientFactor ForkEachJob ClassFactor RetryFactor QueueSortOrder HostsFile MinQueueAge DefaultCharSet " +
        "ServiceSwitchFile DialDelay NoRecipientAction SafeFileEnvironment MaxMessageSize ColonOkInAddr MaxQueueRunSize MaxDaemonChildren " +
        "DontExpandCnames MustQuoteChars SmtpGreetingMessage UnixFromLine OperatorChars DontInitGroups SingleLineFromHeader AllowBogusHELO " +
        "ConnectionRateThrottle UnsafeGroupWrites DoubleBounceAddress HostStatusDirectory SingleThreadDelivery RunAsUser RrtImpliesDsn PidFile " +
        "DontBlameSendmail DontProbeInterfaces MaxRecipientsPerMessage DeadLetterDrop MaxAliasRecursion ConnectOnlyTo TrustedUser " +
        "MaxMimeHeaderLength ControlSocketName MaxHeadersLength ProcessTitlePrefix DefaultAuthInfo AuthMechanisms ClientPortOptions " +
        "DataFileBufferSize XscriptFileBufferSize ServerCertFile ServerKeyFile ClientCertFile ClientKeyFile CACertFile CACertPath DHParameters " +
        "InputMailFilters AuthOptions QueueFileMode CertFingerprintAlgorithm CipherList RandFile TLSSrvOptions BadRcptThrottle DeliverByMin " +
        "MaxQueueChildren MaxRunnersPerQueue DirectSubmissionModifiers NiceQueueRun SharedMemoryKey AuthMaxBits MailboxDatabase UseMSP DelayLA " +
        "FastSplit SoftBounce SharedMemoryKeyFile RejectLogInterval RequiresDirfsync ConnectionRateWindowSize CRLFile FallbackSmartHost AuthRealm " +
        "CRLPath HeloName MaxNOOPCommands BadRcptShutdown BadRcptShutdownGood ServerSSLOptions ClientSSLOptions MaxQueueAge RejectNUL " +
        "UseCompressedIPv6Addresses SSLEngine SSLEnginePath TLSFallbacktoClear SetCertAltnames SmtpUTF8 StrictTransportSecurity CipherSuites DANE";

    [Fact]
    public void Every_option_of_the_reference_has_a_row_and_the_rows_keep_its_order()
    {
        string[] rows = [.. OptionTable.All.Select(o => o.Name).Where(n => !n.Contains('.', StringComparison.Ordinal) && n is not ("LDAPDefaultSpec" or "ConfVerify"))];
        Assert.Equal(Names.Split(' '), rows);
    }

    [Fact]
    public void Names_and_letters_are_unique_and_every_row_is_documented()
    {
        Assert.Equal(OptionTable.All.Count, OptionTable.All.Select(o => o.Name.ToUpperInvariant()).Distinct().Count());
        char[] letters = [.. OptionTable.All.Select(o => o.Letter).Where(l => l != '\0')];
        Assert.Equal(letters.Length, letters.Distinct().Count());
        Assert.All(OptionTable.All, o => Assert.NotEqual("", o.Summary));
    }

    // op 5.7, end: options that do not cost set-user-ID permissions.
    [Fact]
    public void The_safe_options_are_those_of_the_guide()
    {
        string[] safe = [.. OptionTable.All.Where(o => o.Safe).Select(o => o.Name).Order(StringComparer.Ordinal)];
        string[] documented = "SevenBitInput EightBitMode MinFreeBlocks CheckpointInterval DeliveryMode ErrorMode IgnoreDots SendMimeErrors LogLevel MeToo OldStyleHeaders PrivacyOptions SuperSafe Verbose QueueSortOrder MinQueueAge DefaultCharSet DialDelay NoRecipientAction ColonOkInAddr MaxQueueRunSize SingleLineFromHeader AllowBogusHELO".Split(' ');
        Assert.Equal(documented.Order(StringComparer.Ordinal), safe);
    }

    // op 5.7 and 4.1.2.
    [Fact]
    public void Defaults_are_those_of_the_guide()
    {
        var options = new OptionValues(OptionTable.All.Count);
        Assert.Equal(10, options.Get(OptionTable.CheckpointInterval));
        Assert.Equal(1800, options.Get(OptionTable.ClassFactor));
        Assert.Equal(90000, options.Get(OptionTable.RetryFactor));
        Assert.Equal(30000, options.Get(OptionTable.RecipientFactor));
        Assert.Equal(600000, options.Get(OptionTable.QueueFactor));
        Assert.Equal(1, options.Get(OptionTable.ConnectionCacheSize));
        Assert.Equal(TimeSpan.FromMinutes(5), options.Get(OptionTable.ConnectionCacheTimeout));
        Assert.Equal(25, options.Get(OptionTable.MaxHopCount));
        Assert.Equal(9, options.Get(OptionTable.LogLevel));
        Assert.Equal(10, options.Get(OptionTable.MaxAliasRecursion));
        Assert.Equal(32768, options.Get(OptionTable.MaxHeadersLength));
        Assert.Equal('b', options.Get(OptionTable.DeliveryMode));
        Assert.Equal('p', options.Get(OptionTable.ErrorMode));
        Assert.Equal(' ', options.Get(OptionTable.BlankSub));
        Assert.Equal(Convert.ToInt32("600", 8), options.Get(OptionTable.TempFileMode));
        Assert.Equal("postmaster", options.Get(OptionTable.DoubleBounceAddress));
        Assert.Equal("pw", options.Get(OptionTable.MailboxDatabase));
        Assert.Equal("unknown-8bit", options.Get(OptionTable.DefaultCharSet));
        Assert.Equal("$z/.forward", CfText.Decode(options.Get(OptionTable.ForwardPath)));
        Assert.Equal((1, 1), (options.Get(OptionTable.DefaultUser).UserId, options.Get(OptionTable.DefaultUser).GroupId));
        Assert.Equal("2048/1024", options.Get(OptionTable.MaxMimeHeaderLength));
        Assert.Equal(8 * Environment.ProcessorCount, options.Get(OptionTable.QueueLA));
        Assert.Equal(12 * Environment.ProcessorCount, options.Get(OptionTable.RefuseLA));
        // Without the option EHLO answers with DSN, which only SendMimeErrors allows.
        Assert.True(options.Get(OptionTable.SendMimeErrors));
        Assert.Equal(TimeSpan.FromHours(3), options.Get(OptionTable.RejectLogInterval));
        Assert.Equal(TimeSpan.FromDays(5), options.Get(OptionTable.TimeoutQueuereturnNormal));
    }

    [Theory]
    [InlineData("LogL", "LogLevel")]
    [InlineData("maxhop", "MaxHopCount")]
    [InlineData("MILT", "Milter")]
    public void A_unique_beginning_names_the_option(string prefix, string name) =>
        Assert.Equal([name], OptionTable.NamesWithPrefix(prefix));
}
