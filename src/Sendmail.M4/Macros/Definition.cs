namespace Sendmail.M4.Macros;

/// <summary>What a macro expands to: text, or a function of the processor.</summary>
internal sealed class Definition
{
    internal Definition(string text) => Text = text;

    internal Definition(Builtin builtin) => Builtin = builtin;

    /// <summary>The text with its $ references; null for a function.</summary>
    internal string? Text { get; }

    /// <summary>The function; null for a text.</summary>
    internal Builtin? Builtin { get; }

    /// <summary>The definition that popdef brings back.</summary>
    internal Definition? Below { get; set; }

    /// <summary>The text cut at its references; made at the first call. Null as long as it was not called.</summary>
    internal MacroBody? Body { get; set; }
}
