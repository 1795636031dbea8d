using Sendmail.Core.Replies;
using Sendmail.Wire.Smtp;

namespace Sendmail.Wire.Tests.Smtp;

// Every expected reply was given by the real sendmail to the same line.
public sealed class SmtpCommandParserTests
{
    private static readonly SmtpParameterRules Rules = new();

    [Theory]
    [InlineData("NOOP", SmtpVerbKind.Noop, "")]
    [InlineData("  noop", SmtpVerbKind.Noop, "")]
    [InlineData("NOOP\tfoo", SmtpVerbKind.Noop, "foo")]
    [InlineData("MAIL\tFROM:<a@b>", SmtpVerbKind.Mail, "FROM:<a@b>")]
    [InlineData("starttls", SmtpVerbKind.StartTls, "")]
    [InlineData("WIZ", SmtpVerbKind.Probe, "")]
    [InlineData("turn", SmtpVerbKind.NotImplemented, "")]
    [InlineData("GET / HTTP/1.0", SmtpVerbKind.Foreign, "/ HTTP/1.0")]
    [InlineData("NOOP\0QUIT", SmtpVerbKind.Noop, "")]
    [InlineData("NOOP:", null, "")]
    [InlineData("MAILFROM:<a@b>", null, "")]
    [InlineData("LHLO x", null, "x")]
    [InlineData("", null, "")]
    public void Words(string line, SmtpVerbKind? kind, string arguments)
    {
        SmtpCommand command = SmtpCommandParser.Split(line);
        Assert.Equal((kind, arguments), (command.Verb?.Kind, command.Arguments));
    }

    [Theory]
    [InlineData("FROM:<a@example.test>", "<a@example.test>", "")]
    [InlineData("from:<a@example.test>", "<a@example.test>", "")]
    [InlineData("FROM :<a@example.test>", "<a@example.test>", "")]
    [InlineData("FROM: <a@example.test>", "<a@example.test>", "")]
    [InlineData("FROM:a@example.test", "a@example.test", "")]
    [InlineData("FROM:<>", "<>", "")]
    [InlineData("FROM: <>", "<>", "")]
    [InlineData("FROM:<a@example.test>  SIZE=10   BODY=8BITMIME", "<a@example.test>", "SIZE=10   BODY=8BITMIME")]
    [InlineData("FROM:<a@example.test>\tSIZE=10", "<a@example.test>", "SIZE=10")]
    [InlineData("FROM:<a@example.test>SIZE=10", "<a@example.test>SIZE=10", "")]
    [InlineData("FROM:<a@example.test>,<c@example.test>", "<a@example.test>,<c@example.test>", "")]
    [InlineData("FROM:<\"a b\"@example.test> X", "<\"a b\"@example.test>", "X")]
    [InlineData("FROM:\"a b\"@example.test X", "\"a b\"@example.test", "X")]
    [InlineData("FROM:<\"a\\\"b\"@example.test> X", "<\"a\\\"b\"@example.test>", "X")]
    [InlineData("FROM:<a b@example.test> X", "<a b@example.test>", "X")]
    [InlineData("FROM:(c d)<joe@example.test> X", "(c d)<joe@example.test>", "X")]
    [InlineData("FROM:Joe Blow <joe@example.test>", "Joe", "Blow <joe@example.test>")]
    [InlineData("FROM:<@a.test,@b.test:joe@example.test>", "<@a.test,@b.test:joe@example.test>", "")]
    [InlineData("FROM:<a@example.test X", "<a@example.test X", "")]
    [InlineData("FROM:a@example.test> X", "a@example.test>", "X")]
    public void Paths(string arguments, string address, string parameters)
    {
        SmtpPath path = SmtpCommandParser.ReadPath(arguments, "FROM");
        Assert.Null(path.Error);
        Assert.Equal((address, parameters), (path.Address, path.Parameters));
    }

    [Theory]
    [InlineData("", "501 5.5.2 Syntax error in parameters scanning \"\"")]
    [InlineData("FROM", "501 5.5.2 Syntax error in parameters scanning \"FROM\"")]
    [InlineData("FROM <a@b>", "501 5.5.2 Syntax error in parameters scanning \"FROM\"")]
    [InlineData("TO:<a@b>", "501 5.5.2 Syntax error in parameters scanning \"TO\"")]
    [InlineData("FRM:<a@b>", "501 5.5.2 Syntax error in parameters scanning \"FRM\"")]
    [InlineData("FROM:", "501 5.5.2 Syntax error in parameters scanning \"FROM\"")]
    [InlineData("FROM: ", "501 5.5.2 Syntax error in parameters scanning \"FROM\"")]
    [InlineData(":", "501 5.5.2 Syntax error in parameters scanning \"\"")]
    public void Arguments_without_a_path(string arguments, string reply) =>
        Assert.Equal(reply, SmtpCommandParser.ReadPath(arguments, "FROM").Error?.ToString());

    [Theory]
    [InlineData("foo", "555 5.5.4 foo parameter unrecognized")]
    [InlineData("(comment)", "555 5.5.4  parameter unrecognized")]
    [InlineData("=x", "555 5.5.4  parameter unrecognized")]
    [InlineData("-=3", "555 5.5.4 - parameter unrecognized")]
    [InlineData("FO_O=1", "555 5.5.4 FO parameter unrecognized")]
    [InlineData("FO-O=1", "555 5.5.4 FO-O parameter unrecognized")]
    [InlineData("FOO;BAR", "555 5.5.4 FOO parameter unrecognized")]
    [InlineData("SMTPUTF8", "555 5.5.4 SMTPUTF8 parameter unrecognized")]
    [InlineData("SIZE=1;BODY=7BIT", "555 5.5.4 7BIT parameter unrecognized")]
    [InlineData("ENVID=a=b", "555 5.5.4 b parameter unrecognized")]
    [InlineData("SIZE", "501 5.5.2 SIZE requires a value")]
    [InlineData("SIZE;BODY", "501 5.5.2 SIZE requires a value")]
    [InlineData("BODY", "501 5.5.2 BODY requires a value")]
    [InlineData("BODY=", "501 5.5.4 Unknown BODY type ")]
    [InlineData("BODY=FOO", "501 5.5.4 Unknown BODY type FOO")]
    [InlineData("BODY=BINARYMIME", "501 5.5.4 Unknown BODY type BINARYMIME")]
    [InlineData("RET", "501 5.5.2 RET requires a value")]
    [InlineData("RET=", "501 5.5.2 Bad argument \"\" to RET")]
    [InlineData("RET=FOO", "501 5.5.2 Bad argument \"FOO\" to RET")]
    [InlineData("RET=FULL RET=HDRS", "501 5.5.0 Duplicate RET parameter")]
    [InlineData("ENVID", "501 5.5.2 ENVID requires a value")]
    [InlineData("ENVID=a+zz", "501 5.5.4 Syntax error in ENVID parameter value")]
    [InlineData("ENVID=a+2B+", "501 5.5.4 Syntax error in ENVID parameter value")]
    [InlineData("ENVID=a ENVID=b", "501 5.5.0 Duplicate ENVID parameter")]
    [InlineData("AUTH", "501 5.5.2 AUTH= requires a value")]
    [InlineData("AUTH=a+zz", "501 5.5.4 Syntax error in AUTH parameter value")]
    [InlineData("AUTH=a AUTH=b", "501 5.5.0 Duplicate AUTH parameter")]
    [InlineData("BY", "501 5.5.2 BY= requires a value")]
    [InlineData("BY=", "501 5.5.2 BY= missing ';'")]
    [InlineData("BY=abc", "501 5.5.2 BY= missing ';'")]
    [InlineData("BY=1x;N", "501 5.5.2 BY= missing ';'")]
    [InlineData("BY=1 ;N", "501 5.5.2 BY= missing ';'")]
    [InlineData("BY=100;", "501 5.5.2 illegal by-mode '?'")]
    [InlineData("BY=100;T", "501 5.5.2 illegal by-mode 'T'")]
    [InlineData("BY=100;NX", "501 5.5.2 illegal by-trace 'X'")]
    [InlineData("BY=0;R", "501 5.5.4 mode R requires BY time > 0")]
    [InlineData("BY=-1;R", "501 5.5.4 mode R requires BY time > 0")]
    [InlineData("BY=9999999999;R", "501 5.5.2 BY=9999999999;R out of range")]
    [InlineData("BY=-9999999999;N", "501 5.5.2 BY=-9999999999;N out of range")]
    [InlineData("BY=1234567890;N", "501 5.5.2 BY=1234567890;N out of range")]
    public void Bad_parameters_of_mail(string parameters, string reply) =>
        Assert.Equal(reply, SmtpCommandParser.ReadMailParameters(parameters, Rules).Error?.ToString());

    [Fact]
    public void Parameters_of_mail()
    {
        MailParameters found = SmtpCommandParser.ReadMailParameters("size=12abc Body=8bitmime ret=hdrs ENVID=a+2Bb AUTH=<> BY=120;rt", Rules).Parameters!;
        Assert.Equal(new MailParameters { Size = 12, Body = "8bitmime", Return = "HDRS", EnvelopeId = "a+2Bb", Auth = "<>", DeliverBy = 120, DeliverByMode = 'R', DeliverByTrace = true }, found);
        Assert.Equal(new MailParameters(), SmtpCommandParser.ReadMailParameters("", Rules).Parameters);
    }

    [Theory]
    [InlineData("SIZE=", 0)]
    [InlineData("SIZE=abc", 0)]
    [InlineData("SIZE=+5", 5)]
    [InlineData("SIZE=1 SIZE=2", 2)]
    [InlineData("SIZE=9000000000000000000", 9000000000000000000)]
    public void Sizes(string parameters, long size) => Assert.Equal(size, SmtpCommandParser.ReadMailParameters(parameters, Rules).Parameters!.Size);

    [Theory]
    [InlineData("BY=-0;N", 0)]
    [InlineData("BY=;N", 0)]
    [InlineData("BY=-5;NT", -5)]
    [InlineData("BY=+100;N", 100)]
    [InlineData("BY=100;NTT", 100)]
    [InlineData("BY=100;R BY=200;N", 200)]
    [InlineData("BY=000000000100;R", 100)]
    [InlineData("BY=-999999999;N", -999999999)]
    public void Times(string parameters, long seconds) => Assert.Equal(seconds, SmtpCommandParser.ReadMailParameters(parameters, Rules).Parameters!.DeliverBy);

    [Fact]
    public void What_the_server_does_not_allow()
    {
        var strict = new SmtpParameterRules { AllowDsn = false, DeliverByMinimum = 60 };
        Assert.Equal("504 5.7.0 Sorry, RET not supported, we do not allow DSN", SmtpCommandParser.ReadMailParameters("RET=FULL", strict).Error!.ToString());
        Assert.Equal("504 5.7.0 Sorry, NOTIFY not supported, we do not allow DSN", SmtpCommandParser.ReadRcptParameters("NOTIFY=SUCCESS", strict).Error!.ToString());
        Assert.Equal("555 5.5.2 time 30 less than 60", SmtpCommandParser.ReadMailParameters("BY=30;R", strict).Error!.ToString());
        Assert.Null(SmtpCommandParser.ReadMailParameters("BY=90;R", strict).Error);
    }

    [Theory]
    [InlineData("NOTIFY", "501 5.5.2 NOTIFY requires a value")]
    [InlineData("NOTIFY=", "501 5.5.4 Bad argument \"\"  to NOTIFY")]
    [InlineData("NOTIFY=FOO", "501 5.5.4 Bad argument \"FOO\"  to NOTIFY")]
    [InlineData("NOTIFY=NEVER,SUCCESS", "501 5.5.4 Bad argument \"NEVER\"  to NOTIFY")]
    [InlineData("NOTIFY=SUCCESS,NEVER", "501 5.5.4 Bad argument \"NEVER\"  to NOTIFY")]
    [InlineData("NOTIFY=success,,failure", "501 5.5.4 Bad argument \"\"  to NOTIFY")]
    [InlineData("NOTIFY=SUCCESS,", "501 5.5.4 Bad argument \"\"  to NOTIFY")]
    [InlineData("ORCPT", "501 5.5.2 ORCPT requires a value")]
    [InlineData("ORCPT=", "501 5.5.4 Syntax error in ORCPT parameter value")]
    [InlineData("ORCPT=foo", "501 5.5.4 Syntax error in ORCPT parameter value")]
    [InlineData("ORCPT=;foo", "501 5.5.4 Syntax error in ORCPT parameter value")]
    [InlineData("ORCPT=rfc822;a+zz", "501 5.5.4 Syntax error in ORCPT parameter value")]
    [InlineData("ORCPT=a ORCPT=b", "501 5.5.4 Syntax error in ORCPT parameter value")]
    [InlineData("ORCPT=rfc822;a ORCPT=rfc822;b", "501 5.5.0 Duplicate ORCPT parameter")]
    [InlineData("SIZE=1", "555 5.5.4 SIZE parameter unrecognized")]
    public void Bad_parameters_of_rcpt(string parameters, string reply) =>
        Assert.Equal(reply, SmtpCommandParser.ReadRcptParameters(parameters, Rules).Error?.ToString());

    [Theory]
    [InlineData("NOTIFY=NEVER", NotifyConditions.Never)]
    [InlineData("notify=success", NotifyConditions.Success)]
    [InlineData("NOTIFY=SUCCESS,FAILURE,DELAY", NotifyConditions.Success | NotifyConditions.Failure | NotifyConditions.Delay)]
    [InlineData("NOTIFY=SUCCESS NOTIFY=DELAY", NotifyConditions.Success | NotifyConditions.Delay)]
    public void Conditions(string parameters, NotifyConditions expected) =>
        Assert.Equal(expected, SmtpCommandParser.ReadRcptParameters(parameters, Rules).Parameters!.Notify);

    [Fact]
    public void Xtext_is_decoded_and_encoded()
    {
        Assert.Equal("bob@x", XText.Decode("bob+40x"));
        Assert.Equal("a+2Bb+3D+20", XText.Encode("a+b= "));
        Assert.Equal("a+b= \u00e9", XText.Decode(XText.Encode("a+b= \u00e9")));
    }

    [Fact]
    public void Every_verb_is_found_by_its_name()
    {
        foreach (SmtpVerb verb in SmtpVerb.All)
            Assert.Same(verb, SmtpVerb.Find(verb.Name.ToLowerInvariant()));
        Assert.Equal("555 5.5.4 x parameter unrecognized", SmtpReply.Of(555, "5.5.4", "x parameter unrecognized").ToString());
    }
}
