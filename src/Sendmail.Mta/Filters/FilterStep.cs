using Sendmail.Core.Cf;
using Sendmail.Wire.Milter;

namespace Sendmail.Mta.Filters;

/// <summary>
/// One step of a session as filters are told of it: the letter of the packet, its name in the log, the negotiated bits that leave it
/// or its answer out, and the option that lists its macros. <see cref="MacroList"/> is the number by which a filter names its own list.
/// </summary>
public sealed record FilterStep(char Letter, string Name, MilterSteps Skipped, MilterSteps Silent, Option<string>? Macros, int MacroList)
{
    /// <summary>Whether it shows a part of the message itself.</summary>
    public bool IsContent => Letter is 'L' or 'N' or 'B';
    /// <summary>Whether its verdict is for the whole session, not for a message.</summary>
    public bool IsSession => Letter is 'C' or 'H';

    /// <summary>A client connected.</summary>
    public static readonly FilterStep Connect = new('C', "connect", MilterSteps.NoConnect, MilterSteps.SilentConnect, OptionTable.MilterMacrosConnect, 0);
    /// <summary>HELO or EHLO.</summary>
    public static readonly FilterStep Hello = new('H', "helo", MilterSteps.NoHelo, MilterSteps.SilentHelo, OptionTable.MilterMacrosHelo, 1);
    /// <summary>MAIL.</summary>
    public static readonly FilterStep Mail = new('M', "mail", MilterSteps.NoMail, MilterSteps.SilentMail, OptionTable.MilterMacrosEnvfrom, 2);
    /// <summary>RCPT.</summary>
    public static readonly FilterStep Recipient = new('R', "rcpt", MilterSteps.NoRecipients, MilterSteps.SilentRecipients, OptionTable.MilterMacrosEnvrcpt, 3);
    /// <summary>DATA.</summary>
    public static readonly FilterStep Data = new('T', "data", MilterSteps.NoData, MilterSteps.SilentData, OptionTable.MilterMacrosData, 4);
    /// <summary>One header field.</summary>
    public static readonly FilterStep Header = new('L', "header", MilterSteps.NoHeaders, MilterSteps.SilentHeaders, null, -1);
    /// <summary>The header is over.</summary>
    public static readonly FilterStep EndOfHeader = new('N', "eoh", MilterSteps.NoEndOfHeaders, MilterSteps.SilentEndOfHeaders, OptionTable.MilterMacrosEoh, 6);
    /// <summary>A piece of the body.</summary>
    public static readonly FilterStep Body = new('B', "body", MilterSteps.NoBody, MilterSteps.SilentBody, null, -1);
    /// <summary>The message is over: the filter's last word, and what it changes.</summary>
    public static readonly FilterStep EndOfMessage = new('E', "eom", MilterSteps.None, MilterSteps.None, OptionTable.MilterMacrosEom, 5);
    /// <summary>A command that nobody knows.</summary>
    public static readonly FilterStep Unknown = new('U', "unknown", MilterSteps.NoUnknown, MilterSteps.SilentUnknown, null, -1);
}
