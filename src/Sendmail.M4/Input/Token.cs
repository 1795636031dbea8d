namespace Sendmail.M4.Input;

/// <summary>What the scanner stopped at. Text is not among them: it goes where it belongs on the way.</summary>
internal enum Token
{
    /// <summary>All input is used up.</summary>
    End,

    /// <summary>A defined name that is to be expanded.</summary>
    Macro,

    /// <summary>A builtin put into the input by <c>defn</c>.</summary>
    Builtin,

    /// <summary>An opening parenthesis within arguments.</summary>
    Open,

    /// <summary>A closing parenthesis within arguments.</summary>
    Close,

    /// <summary>A comma within arguments.</summary>
    Comma,

    /// <summary>Some text was passed on; only told when sync lines need to know.</summary>
    Text,
}
