namespace Sendmail.Wire.Milter;

/// <summary>What a filter may do to a message when it has seen all of it, as negotiated (SMFIF bits of the milter protocol, version 6).</summary>
[Flags]
public enum MilterActions
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Add and insert headers.</summary>
    AddHeaders = 0x1,
    /// <summary>Replace the body.</summary>
    ReplaceBody = 0x2,
    /// <summary>Add recipients.</summary>
    AddRecipients = 0x4,
    /// <summary>Take recipients away.</summary>
    DeleteRecipients = 0x8,
    /// <summary>Change and delete headers.</summary>
    ChangeHeaders = 0x10,
    /// <summary>Quarantine.</summary>
    Quarantine = 0x20,
    /// <summary>Change the envelope sender.</summary>
    ChangeSender = 0x40,
    /// <summary>Add recipients with ESMTP parameters.</summary>
    AddRecipientsWithParameters = 0x80,
    /// <summary>Name the macros it wants.</summary>
    SetMacros = 0x100,
    /// <summary>All that this side can do.</summary>
    All = 0x1FF,
}

/// <summary>Which steps a filter does without, which it does not answer, and how they are told (SMFIP bits).</summary>
[Flags]
public enum MilterSteps
{
    /// <summary>Everything is told and answered.</summary>
    None = 0,
    /// <summary>No connect.</summary>
    NoConnect = 0x1,
    /// <summary>No HELO.</summary>
    NoHelo = 0x2,
    /// <summary>No MAIL.</summary>
    NoMail = 0x4,
    /// <summary>No RCPT.</summary>
    NoRecipients = 0x8,
    /// <summary>No body.</summary>
    NoBody = 0x10,
    /// <summary>No headers.</summary>
    NoHeaders = 0x20,
    /// <summary>No end of headers.</summary>
    NoEndOfHeaders = 0x40,
    /// <summary>Does not answer headers.</summary>
    SilentHeaders = 0x80,
    /// <summary>No unknown commands.</summary>
    NoUnknown = 0x100,
    /// <summary>No DATA.</summary>
    NoData = 0x200,
    /// <summary>May skip the rest of the body.</summary>
    MaySkip = 0x400,
    /// <summary>Wants refused recipients too.</summary>
    RejectedRecipients = 0x800,
    /// <summary>Does not answer connect.</summary>
    SilentConnect = 0x1000,
    /// <summary>Does not answer HELO.</summary>
    SilentHelo = 0x2000,
    /// <summary>Does not answer MAIL.</summary>
    SilentMail = 0x4000,
    /// <summary>Does not answer RCPT.</summary>
    SilentRecipients = 0x8000,
    /// <summary>Does not answer DATA.</summary>
    SilentData = 0x10000,
    /// <summary>Does not answer unknown commands.</summary>
    SilentUnknown = 0x20000,
    /// <summary>Does not answer the end of headers.</summary>
    SilentEndOfHeaders = 0x40000,
    /// <summary>Does not answer the body.</summary>
    SilentBody = 0x80000,
    /// <summary>Header values keep their leading blank, in both directions.</summary>
    LeadingSpace = 0x100000,
    /// <summary>All that this side can do.</summary>
    All = 0x1FFFFF,
}

/// <summary>One packet: its letter and what comes with it.</summary>
public readonly record struct MilterPacket(char Letter, byte[] Data);

/// <summary>A filter cannot be talked to; the message is what the log says of it.</summary>
public sealed class MilterException(string message, Exception? inner = null) : IOException(message, inner);
