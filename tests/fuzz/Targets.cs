using System.Text;
using Sendmail.Core;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Core.Rewriting;
using Sendmail.Mta;
using Sendmail.Mta.Collecting;
using Sendmail.Wire.Connections;
using Sendmail.Wire.Smtp;

namespace Sendmail.Fuzz;

/// <summary>All targets.</summary>
public static class Targets
{
    private sealed class NoLog : IMailLog
    {
        public int Level => 0;

        public void Write(int level, LogPriority priority, string? queueId, string text)
        {
            // Nobody reads it.
        }
    }

    private static readonly Lazy<MtaServices> _services = new(() =>
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".cf");
        File.WriteAllText(path, "V10/Berkeley\nO QueueDirectory=/nonexistent\nO MaxHeadersLength=32768\nH?D?Date: $a\nH?M?Message-Id: <$t.$i@$j>\nHSubject: $>CheckSubject\n"
            + "Mlocal, P=/bin/true, F=l, A=x\nMprog, P=/bin/sh, F=l, A=sh -c $u\nS0\nR$*\t$#local $: $1\nS3\nSCheckSubject\nR$* bad $*\t$#error $: 550 bad\n");
        try
        {
            CfReadResult read = CfReader.Read(path, new CfReadRequest { Host = new HostFacts("mail.example.test", "mail", "example.test", "mail.example.test", []) });
            return MtaServices.Create(read.Configuration ?? throw new InvalidOperationException(string.Join('\n', read.Messages)), new NoLog(), TimeProvider.System, _ => throw new NotSupportedException());
        }
        finally
        {
            File.Delete(path);
        }
    });

    /// <summary>Every reader that strangers reach.</summary>
    public static IReadOnlyList<Target> All { get; } =
    [
        new("command", Command), new("dot", Dot), new("header", Header), new("tokens", Tokens), new("xtext", Xtext),
    ];

    private static void Hold(bool condition, string what)
    {
        if (!condition)
            throw new InvalidDataException(what);
    }

    private static void Command(byte[] input)
    {
        string line = Latin1.ToString(input);
        SmtpCommand command = SmtpCommandParser.Split(line);
        Hold(command.Arguments.Length <= line.Length, "arguments longer than the line");
        foreach (string keyword in (string[])["FROM", "TO"])
        {
            SmtpPath path = SmtpCommandParser.ReadPath(command.Arguments, keyword);
            Hold(path.Address.Length + path.Parameters.Length <= command.Arguments.Length, "parts longer than the whole");
            Hold(path.Error is null || path.Error.Code is >= 400 and < 600, "an error that is none");
        }
        var rules = new SmtpParameterRules();
        (_, Core.Replies.SmtpReply? mail) = SmtpCommandParser.ReadMailParameters(command.Arguments, rules);
        (_, Core.Replies.SmtpReply? recipient) = SmtpCommandParser.ReadRcptParameters(command.Arguments, rules);
        Hold(mail is null || mail.Code >= 400, "MAIL refused with a good code");
        Hold(recipient is null || recipient.Code >= 400, "RCPT refused with a good code");
    }

    // What comes out does not depend on how the octets came, and no line of it can end a message when it is sent on.
    private static void Dot(byte[] input)
    {
        if (input.Length == 0)
            return;
        var policy = (BareLineEnd)(input[0] % 3);
        bool endsLine = (input[0] & 4) != 0;
        (string whole, int consumed, bool done) = ReadDots(new DotReader(policy, policy, endsLine), input.AsSpan(1), 4096);
        (string pieces, int second, bool doneToo) = ReadDots(new DotReader(policy, policy, endsLine), input.AsSpan(1), 1 + input[0] % 7);
        Hold(whole == pieces && consumed == second && done == doneToo, "the pieces matter");
        Hold(whole.Length <= input.Length + 2, "more came out than went in");
        if (policy == BareLineEnd.Replace)
            Hold(!whole.Contains('\r', StringComparison.Ordinal), "a CR was left");
    }

    private static (string Text, int Consumed, bool Done) ReadDots(DotReader reader, ReadOnlySpan<byte> input, int piece)
    {
        var text = new StringBuilder();
        byte[] output = new byte[piece + 2];
        int at = 0;
        while (at < input.Length && !reader.IsDone)
        {
            int consumed = reader.Feed(input.Slice(at, Math.Min(piece, input.Length - at)), output, out int written);
            Hold(consumed > 0 || written > 0 || reader.Fault != DotProblem.None, "no progress");
            at += consumed;
            text.Append(Encoding.Latin1.GetString(output, 0, written));
        }
        return (text.ToString(), at, reader.IsDone);
    }

    private static void Header(byte[] input)
    {
        MtaServices services = _services.Value.ForSession();
        Envelope envelope = services.NewEnvelope(null);
        envelope.Id = "6AO00000000001";
        using var body = new MemoryStream();
        var collector = new MessageCollector(services, envelope, body);
        for (int at = 0; at < input.Length; at += 61)
            collector.Feed(input.AsSpan(at, Math.Min(61, input.Length - at)));
        ValueTask finish = collector.FinishAsync(CancellationToken.None);
        Hold(finish.IsCompletedSuccessfully, "header checks had to wait");
        Hold(collector.Size == input.Length, "octets lost in counting");
        Hold(body.Length <= input.Length + 1, "a body longer than the message");
        Hold(envelope.Headers.TrueForAll(h => h.Name.Length > 0 && !h.Name.Contains('\n', StringComparison.Ordinal)), "a field without a name");
    }

    private static readonly Tokenizer _tokenizer = new(".:%@!^/[]+");

    private static void Tokens(byte[] input)
    {
        string text = Latin1.ToString(input);
        var tokens = new List<Token>();
        _tokenizer.Tokenize(text, '\0', TokenizeMode.Address, tokens, out int end, out string? error);
        Hold(end <= text.Length, "read past the end");
        Hold(tokens.Count <= Tokenizer.MaxTokens, "too many tokens");
        Hold(error is not null || tokens.TrueForAll(t => t.Text.Length <= Tokenizer.MaxTokenLength), "a token too long");
        _tokenizer.Join(tokens, 0, tokens.Count, '.');
        Core.Addressing.CrackedAddress.Crack(text, "");
        Core.Addressing.CrackedAddress.Unbalanced(text);
        Core.Addressing.AddressList.Split(text);
    }

    private static void Xtext(byte[] input)
    {
        string text = Latin1.ToString(input);
        string encoded = XText.Encode(text);
        Hold(XText.IsValid(encoded), "what was encoded is not valid");
        Hold(XText.Decode(encoded) == text, "it does not come back");
        if (XText.IsValid(text))
            Hold(XText.Decode(text).Length <= text.Length, "decoding made it longer");
    }
}
