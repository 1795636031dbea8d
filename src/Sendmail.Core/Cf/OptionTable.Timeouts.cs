namespace Sendmail.Core.Cf;

public static partial class OptionTable
{
    /// <summary>Timeout.initial.</summary>
    public static readonly Option<TimeSpan> TimeoutInitial = Row(new Option<TimeSpan>
    {
        Name = "Timeout.initial", Default = TimeSpan.FromSeconds(300), Parser = OptionParsers.Time('m'), Summary = "Timeout initial",
    });

    /// <summary>Timeout.connect.</summary>
    public static readonly Option<TimeSpan> TimeoutConnect = Row(new Option<TimeSpan>
    {
        Name = "Timeout.connect", Default = TimeSpan.FromSeconds(300), Parser = OptionParsers.Time('m'), Summary = "Timeout connect",
    });

    /// <summary>Timeout.aconnect.</summary>
    public static readonly Option<TimeSpan> TimeoutAconnect = Row(new Option<TimeSpan>
    {
        Name = "Timeout.aconnect", Default = TimeSpan.FromSeconds(0), Parser = OptionParsers.Time('m'), HasEffect = false, Summary = "Timeout aconnect",
    });

    /// <summary>Timeout.iconnect.</summary>
    public static readonly Option<TimeSpan> TimeoutIconnect = Row(new Option<TimeSpan>
    {
        Name = "Timeout.iconnect", Default = TimeSpan.FromSeconds(300), Parser = OptionParsers.Time('m'), Summary = "Timeout iconnect",
    });

    /// <summary>Timeout.helo.</summary>
    public static readonly Option<TimeSpan> TimeoutHelo = Row(new Option<TimeSpan>
    {
        Name = "Timeout.helo", Default = TimeSpan.FromSeconds(300), Parser = OptionParsers.Time('m'), Summary = "Timeout helo",
    });

    /// <summary>Timeout.mail.</summary>
    public static readonly Option<TimeSpan> TimeoutMail = Row(new Option<TimeSpan>
    {
        Name = "Timeout.mail", Default = TimeSpan.FromSeconds(600), Parser = OptionParsers.Time('m'), Summary = "Timeout mail",
    });

    /// <summary>Timeout.rcpt.</summary>
    public static readonly Option<TimeSpan> TimeoutRcpt = Row(new Option<TimeSpan>
    {
        Name = "Timeout.rcpt", Default = TimeSpan.FromSeconds(3600), Parser = OptionParsers.Time('m'), Summary = "Timeout rcpt",
    });

    /// <summary>Timeout.datainit.</summary>
    public static readonly Option<TimeSpan> TimeoutDatainit = Row(new Option<TimeSpan>
    {
        Name = "Timeout.datainit", Default = TimeSpan.FromSeconds(300), Parser = OptionParsers.Time('m'), Summary = "Timeout datainit",
    });

    /// <summary>Timeout.datablock.</summary>
    public static readonly Option<TimeSpan> TimeoutDatablock = Row(new Option<TimeSpan>
    {
        Name = "Timeout.datablock", Default = TimeSpan.FromSeconds(3600), Parser = OptionParsers.Time('m'), Summary = "Timeout datablock",
    });

    /// <summary>Timeout.datafinal.</summary>
    public static readonly Option<TimeSpan> TimeoutDatafinal = Row(new Option<TimeSpan>
    {
        Name = "Timeout.datafinal", Default = TimeSpan.FromSeconds(3600), Parser = OptionParsers.Time('m'), Summary = "Timeout datafinal",
    });

    /// <summary>Timeout.rset.</summary>
    public static readonly Option<TimeSpan> TimeoutRset = Row(new Option<TimeSpan>
    {
        Name = "Timeout.rset", Default = TimeSpan.FromSeconds(300), Parser = OptionParsers.Time('m'), Summary = "Timeout rset",
    });

    /// <summary>Timeout.quit.</summary>
    public static readonly Option<TimeSpan> TimeoutQuit = Row(new Option<TimeSpan>
    {
        Name = "Timeout.quit", Default = TimeSpan.FromSeconds(120), Parser = OptionParsers.Time('m'), Summary = "Timeout quit",
    });

    /// <summary>Timeout.misc.</summary>
    public static readonly Option<TimeSpan> TimeoutMisc = Row(new Option<TimeSpan>
    {
        Name = "Timeout.misc", Default = TimeSpan.FromSeconds(120), Parser = OptionParsers.Time('m'), Summary = "Timeout misc",
    });

    /// <summary>Timeout.command.</summary>
    public static readonly Option<TimeSpan> TimeoutCommand = Row(new Option<TimeSpan>
    {
        Name = "Timeout.command", Default = TimeSpan.FromSeconds(3600), Parser = OptionParsers.Time('m'), Summary = "Timeout command",
    });

    /// <summary>Timeout.ident.</summary>
    public static readonly Option<TimeSpan> TimeoutIdent = Row(new Option<TimeSpan>
    {
        Name = "Timeout.ident", Default = TimeSpan.FromSeconds(5), Parser = OptionParsers.Time('m'), Summary = "Timeout ident",
    });

    /// <summary>Timeout.fileopen.</summary>
    public static readonly Option<TimeSpan> TimeoutFileopen = Row(new Option<TimeSpan>
    {
        Name = "Timeout.fileopen", Default = TimeSpan.FromSeconds(60), Parser = OptionParsers.Time('m'), HasEffect = false, Summary = "Timeout fileopen",
    });

    /// <summary>Timeout.control.</summary>
    public static readonly Option<TimeSpan> TimeoutControl = Row(new Option<TimeSpan>
    {
        Name = "Timeout.control", Default = TimeSpan.FromSeconds(120), Parser = OptionParsers.Time('m'), Summary = "Timeout control",
    });

    /// <summary>Timeout.queuereturn.normal.</summary>
    public static readonly Option<TimeSpan> TimeoutQueuereturnNormal = Row(new Option<TimeSpan>
    {
        Name = "Timeout.queuereturn.normal", Default = TimeSpan.FromSeconds(432000), Parser = OptionParsers.Time('d'), Summary = "Timeout queuereturn.normal",
    });

    /// <summary>Timeout.queuereturn.urgent.</summary>
    public static readonly Option<TimeSpan> TimeoutQueuereturnUrgent = Row(new Option<TimeSpan>
    {
        Name = "Timeout.queuereturn.urgent", Default = TimeSpan.FromSeconds(432000), Parser = OptionParsers.Time('d'), Summary = "Timeout queuereturn.urgent",
    });

    /// <summary>Timeout.queuereturn.non-urgent.</summary>
    public static readonly Option<TimeSpan> TimeoutQueuereturnNonUrgent = Row(new Option<TimeSpan>
    {
        Name = "Timeout.queuereturn.non-urgent", Default = TimeSpan.FromSeconds(432000), Parser = OptionParsers.Time('d'), Summary = "Timeout queuereturn.non-urgent",
    });

    /// <summary>Timeout.queuereturn.dsn.</summary>
    public static readonly Option<TimeSpan> TimeoutQueuereturnDsn = Row(new Option<TimeSpan>
    {
        Name = "Timeout.queuereturn.dsn", Default = TimeSpan.FromSeconds(432000), Parser = OptionParsers.Time('d'), Summary = "Timeout queuereturn.dsn",
    });

    /// <summary>Timeout.queuewarn.normal.</summary>
    public static readonly Option<TimeSpan> TimeoutQueuewarnNormal = Row(new Option<TimeSpan>
    {
        Name = "Timeout.queuewarn.normal", Default = TimeSpan.FromSeconds(0), Parser = OptionParsers.Time('h'), Summary = "Timeout queuewarn.normal",
    });

    /// <summary>Timeout.queuewarn.urgent.</summary>
    public static readonly Option<TimeSpan> TimeoutQueuewarnUrgent = Row(new Option<TimeSpan>
    {
        Name = "Timeout.queuewarn.urgent", Default = TimeSpan.FromSeconds(0), Parser = OptionParsers.Time('h'), Summary = "Timeout queuewarn.urgent",
    });

    /// <summary>Timeout.queuewarn.non-urgent.</summary>
    public static readonly Option<TimeSpan> TimeoutQueuewarnNonUrgent = Row(new Option<TimeSpan>
    {
        Name = "Timeout.queuewarn.non-urgent", Default = TimeSpan.FromSeconds(0), Parser = OptionParsers.Time('h'), Summary = "Timeout queuewarn.non-urgent",
    });

    /// <summary>Timeout.queuewarn.dsn.</summary>
    public static readonly Option<TimeSpan> TimeoutQueuewarnDsn = Row(new Option<TimeSpan>
    {
        Name = "Timeout.queuewarn.dsn", Default = TimeSpan.FromSeconds(0), Parser = OptionParsers.Time('h'), Summary = "Timeout queuewarn.dsn",
    });

    /// <summary>Timeout.hoststatus.</summary>
    public static readonly Option<TimeSpan> TimeoutHoststatus = Row(new Option<TimeSpan>
    {
        Name = "Timeout.hoststatus", Default = TimeSpan.FromSeconds(1800), Parser = OptionParsers.Time('m'), Summary = "Timeout hoststatus",
    });

    /// <summary>Timeout.resolver.retrans.first.</summary>
    public static readonly Option<TimeSpan> TimeoutResolverRetransFirst = Row(new Option<TimeSpan>
    {
        Name = "Timeout.resolver.retrans.first", Default = TimeSpan.FromSeconds(0), Parser = OptionParsers.Time('s'), HasEffect = false, Summary = "Timeout resolver.retrans.first",
    });

    /// <summary>Timeout.resolver.retrans.normal.</summary>
    public static readonly Option<TimeSpan> TimeoutResolverRetransNormal = Row(new Option<TimeSpan>
    {
        Name = "Timeout.resolver.retrans.normal", Default = TimeSpan.FromSeconds(0), Parser = OptionParsers.Time('s'), Summary = "Timeout resolver.retrans.normal",
    });

    /// <summary>Timeout.lhlo.</summary>
    public static readonly Option<TimeSpan> TimeoutLhlo = Row(new Option<TimeSpan>
    {
        Name = "Timeout.lhlo", Default = TimeSpan.FromSeconds(120), Parser = OptionParsers.Time('m'), Summary = "Timeout lhlo",
    });

    /// <summary>Timeout.auth.</summary>
    public static readonly Option<TimeSpan> TimeoutAuth = Row(new Option<TimeSpan>
    {
        Name = "Timeout.auth", Default = TimeSpan.FromSeconds(600), Parser = OptionParsers.Time('m'), Summary = "Timeout auth",
    });

    /// <summary>Timeout.starttls.</summary>
    public static readonly Option<TimeSpan> TimeoutStarttls = Row(new Option<TimeSpan>
    {
        Name = "Timeout.starttls", Default = TimeSpan.FromSeconds(3600), Parser = OptionParsers.Time('m'), Summary = "Timeout starttls",
    });

    /// <summary>Timeout.resolver.retry.first: number of tries, 0 for the system's.</summary>
    public static readonly Option<int> TimeoutResolverRetryFirst = Row(new Option<int>
    {
        Name = "Timeout.resolver.retry.first", Default = 0, Parser = OptionParsers.Retries, HasEffect = false, Summary = "Tries of the resolver",
    });

    /// <summary>Timeout.resolver.retry.normal: number of tries, 0 for the system's.</summary>
    public static readonly Option<int> TimeoutResolverRetryNormal = Row(new Option<int>
    {
        Name = "Timeout.resolver.retry.normal", Default = 0, Parser = OptionParsers.Retries, Summary = "Tries of the resolver",
    });
}
