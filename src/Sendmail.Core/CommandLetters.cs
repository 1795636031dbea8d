namespace Sendmail.Core;

/// <summary>The letters of sendmail's command line, and the modes of <c>-b</c>. Adding one is adding a row.</summary>
public static class CommandLetters
{
    /// <summary>All letters, upper case first.</summary>
    public static IReadOnlyList<CommandLetter> All { get; } =
    [
        new('A', CommandArgument.Required, "c or m", "Use submit.cf (c) or sendmail.cf (m), whatever the mode"),
        new('B', CommandArgument.Required, "type", "Body type: 7BIT or 8BITMIME"),
        new('C', CommandArgument.Required, "file", "Configuration file; gives up special privileges"),
        new('D', CommandArgument.Required, "file", "File for debug output; before -d"),
        new('F', CommandArgument.Required, "name", "Full name of the sender"),
        new('G', CommandArgument.None, "", "Relayed from elsewhere, for example by rmail: addresses are not completed"),
        new('I', CommandArgument.Refused, "", "Once the same as -bi"),
        new('L', CommandArgument.Required, "tag", "Name in log lines"),
        new('M', CommandArgument.Required, "macro value", "Defines a macro, written xvalue or {name}value"),
        new('N', CommandArgument.Required, "when", "Notifications: never, or of success, failure, delay, separated by commas"),
        new('O', CommandArgument.Required, "option=value", "Sets an option by its long name"),
        new('Q', CommandArgument.Attached, "reason", "Quarantines the messages that are selected, without a reason ends that"),
        new('R', CommandArgument.Required, "full or hdrs", "How much of the message a notification returns"),
        new('T', CommandArgument.None, "", "Once a time in the queue; says that T is no unit of time"),
        new('U', CommandArgument.Refused, "", "Once said that this is a first submission"),
        new('V', CommandArgument.Required, "envid", "Envelope identifier for notifications"),
        new('X', CommandArgument.Required, "file", "Appends the traffic in and out to a file"),
        new('b', CommandArgument.Required, "mode", "What to do; see the next table"),
        new('c', CommandArgument.None, "", "Leaves mail for expensive mailers in the queue"),
        new('d', CommandArgument.Attached, "category.level", "Debug output; see the last table"),
        new('e', CommandArgument.Required, "mode", "How errors are told: p printed, m mailed, w written, e mailed and exit 0, q not at all"),
        new('f', CommandArgument.Required, "address", "The sender"),
        new('h', CommandArgument.Required, "number", "Hop count"),
        new('i', CommandArgument.None, "", "A line with a dot alone does not end the message"),
        new('m', CommandArgument.None, "", "Send to me too, when an alias that I am in is expanded"),
        new('n', CommandArgument.None, "", "No aliases"),
        new('o', CommandArgument.Required, "x value", "Sets an option by its letter"),
        new('p', CommandArgument.Required, "protocol:host", "Protocol and host that the message came by"),
        new('q', CommandArgument.Attached, "time", "Queue run, once or at intervals; -qp, -qf; -qI, -qR, -qS, -qQ, -qG and -qL select, with ! what does not match"),
        new('r', CommandArgument.Required, "address", "The same as -f"),
        new('s', CommandArgument.None, "", "Keeps the From_ line of the message"),
        new('t', CommandArgument.None, "", "Recipients are those of To:, Cc: and Bcc:"),
        new('v', CommandArgument.None, "", "Shows what is done"),
        new('z', CommandArgument.Refused, "", "Was never more than reserved"),
    ];

    /// <summary>The modes of -b.</summary>
    public static IReadOnlyList<(char Letter, string Summary)> Modes { get; } =
    [
        ('C', "Reads the configuration and tells what is wrong with it"),
        ('D', "Daemon in the foreground"),
        ('H', "Removes what is known of the state of hosts (purgestat)"),
        ('P', "Prints the number of messages in the queue and the free space"),
        ('a', "SMTP with standard input and output, as ARPANET had it"),
        ('d', "Daemon in the background"),
        ('h', "Prints what is known of the state of hosts (hoststat)"),
        ('i', "Makes the alias databases anew (newaliases)"),
        ('m', "Delivers a message, the usual mode"),
        ('p', "Prints the queue (mailq)"),
        ('s', "SMTP with standard input and output"),
        ('t', "Address test mode: rulesets and maps by hand"),
        ('v', "Tells where addresses lead, delivers nothing"),
    ];

    /// <summary>The row of a letter, null when there is none.</summary>
    public static CommandLetter? Find(char letter)
    {
        foreach (CommandLetter row in All)
        {
            if (row.Letter == letter)
                return row;
        }
        return null;
    }

    /// <summary>The letters with such an argument, as text.</summary>
    public static string With(CommandArgument argument) => string.Concat(All.Where(r => r.Argument == argument).Select(r => r.Letter));
}
