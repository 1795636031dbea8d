namespace Sendmail.Core.Cf;

/// <summary>One letter that F= of a mailer may have (op 5.4).</summary>
/// <param name="Letter">The letter.</param>
/// <param name="Summary">One line of documentation.</param>
/// <param name="HasEffect">Whether anything here depends on it.</param>
public sealed record MailerFlag(char Letter, string Summary, bool HasEffect = true);

/// <summary>Every flag of mailers with a meaning. Other letters only choose header lines.</summary>
public static class MailerFlagTable
{
    /// <summary>All rows, in the order of ASCII.</summary>
    public static IReadOnlyList<MailerFlag> All { get; } =
    [
        new('!', "Keeps the From: field that some mail programs send twice", false),
        new('%', "Messages wait for a queue run that names them (ETRN)", false),
        new('/', "User names that begin with a slash are files"),
        new('0', "Addresses of the host, not its mail exchangers"),
        new('1', "NUL characters are taken out", false),
        new('2', "HELO even where the server speaks ESMTP"),
        new('3', "Quoted-printable also encodes characters that EBCDIC does not have"),
        new('5', "Users that are no alias go through ruleset 5 (localaddr)"),
        new('6', "Header fields are cut to 7 bits"),
        new('7', "Everything is cut to 7 bits"),
        new('8', "Takes 8-bit text without 8BITMIME"),
        new('9', "Encoded 7-bit parts are decoded to 8 bits"),
        new(':', "Names that begin with :include: are lists"),
        new('@', "Users are looked up in the user database", false),
        new('A', "Recipients may be aliases"),
        new('B', "A backslash before a recipient is taken off"),
        new('C', "Addresses without a domain get that of a sender of this mailer"),
        new('D', "Header lines with this flag (Date:)"),
        new('E', "Body lines that begin with From get a > before it"),
        new('F', "Header lines with this flag (From:)"),
        new('I', "The other side is a sendmail too", false),
        new('K', "Kept for CHUNKING", false),
        new('L', "Lines are at most 990 octets long"),
        new('M', "Header lines with this flag (Message-Id:)"),
        new('P', "Header lines with this flag (Return-Path:)"),
        new('R', "Connects from a port below 1024", false),
        new('S', "The program runs as the user sendmail runs as, or as U= says"),
        new('U', "The UUCP form of the From_ line, with the remote host", false),
        new('W', "What is known of a dead host is not heeded", false),
        new('X', "Lines that begin with a dot get another one"),
        new('Z', "DialDelay applies", false),
        new('a', "EHLO from the start"),
        new('b', "A blank line ends the message"),
        new('c', "Comments are taken out of addresses in the header"),
        new('d', "Addresses in the envelope have no angle brackets", false),
        new('e', "Expensive: waits for a queue run with HoldExpensive"),
        new('f', "The program is told the sender by -f"),
        new('g', "Error messages have a sender, not the null address"),
        new('h', "Upper case in host names stays"),
        new('i', "The user database rewrites senders", false),
        new('j', "The user database rewrites recipients in the header", false),
        new('k', "No look whether the server is this very program"),
        new('l', "Delivers on this machine"),
        new('m', "Several recipients at a time"),
        new('n', "No From_ line before the header"),
        new('o', "The program runs as the recipient"),
        new('p', "The sender in the envelope is a return route", false),
        new('q', "VRFY answers 250 for its users, not 252", false),
        new('r', "The program is told the sender by -r", false),
        new('s', "Quotes are taken off users"),
        new('u', "Upper case in user names stays"),
        new('w', "The user must have an account here"),
        new('x', "Header lines with this flag (Full-Name:)"),
        new('z', "LMTP instead of SMTP"),
        new('|', "User names that begin with a vertical bar are programs"),
    ];

    /// <summary>The row of a letter, null when it has no meaning of its own.</summary>
    public static MailerFlag? Find(char letter) => All.FirstOrDefault(f => f.Letter == letter);
}
