namespace Sendmail.M4.Macros;

/// <summary>One collected argument: text, or what <c>defn</c> gives for a builtin.</summary>
internal readonly record struct Argument(string Text, Builtin? Builtin);
