using Sendmail.M4.Macros;

namespace Sendmail.M4.Builtins;

/// <summary>All builtins, one row each.</summary>
internal static class BuiltinTable
{
    /// <summary>The rows, in the order of their names.</summary>
    internal static IReadOnlyList<Builtin> All { get; } =
    [
        new("__file__", LocationBuiltins.File) { Extension = true, Most = 0 },
        new("__line__", LocationBuiltins.Line) { Extension = true, Most = 0 },
        new("__program__", LocationBuiltins.Program) { Extension = true, Most = 0 },
        new("builtin", DefinitionBuiltins.CallBuiltin) { Extension = true, NeedsParenthesis = true, TakesBuiltins = true, Least = 1 },
        new("changecom", SyntaxBuiltins.ChangeComment) { Most = 2 },
        new("changequote", SyntaxBuiltins.ChangeQuote) { Most = 2 },
        new("debugfile", DebugBuiltins.DebugFile) { Extension = true, Most = 1 },
        new("debugmode", DebugBuiltins.DebugMode) { Extension = true, Most = 1 },
        new("decr", ArithmeticBuiltins.Decrement) { NeedsParenthesis = true, Least = 1, Most = 1 },
        new("define", DefinitionBuiltins.Define) { NeedsParenthesis = true, TakesBuiltins = true, Least = 1, Most = 2 },
        new("defn", DefinitionBuiltins.Definition) { NeedsParenthesis = true, Least = 1 },
        new("divert", DiversionBuiltins.Divert) { Most = 1 },
        new("divnum", DiversionBuiltins.Number) { Most = 0 },
        new("dnl", SyntaxBuiltins.DiscardLine) { Most = 0 },
        new("dumpdef", DebugBuiltins.DumpDefinitions),
        new("errprint", LocationBuiltins.PrintError) { NeedsParenthesis = true, Least = 1 },
        new("esyscmd", ShellBuiltins.Capture) { Extension = true, NeedsParenthesis = true, Least = 1, Most = 1 },
        new("eval", ArithmeticBuiltins.Evaluate) { NeedsParenthesis = true, Least = 1, Most = 3 },
        new("format", TextBuiltins.Format) { Extension = true, NeedsParenthesis = true, Least = 1 },
        new("ifdef", ConditionBuiltins.IfDefined) { NeedsParenthesis = true, Least = 2, Most = 3 },
        new("ifelse", ConditionBuiltins.IfElse) { NeedsParenthesis = true, Least = 1 },
        new("include", FileBuiltins.Include) { NeedsParenthesis = true, Least = 1, Most = 1 },
        new("incr", ArithmeticBuiltins.Increment) { NeedsParenthesis = true, Least = 1, Most = 1 },
        new("index", TextBuiltins.Index) { NeedsParenthesis = true, Least = 2, Most = 2, ToleratesFew = true },
        new("indir", DefinitionBuiltins.CallIndirectly) { Extension = true, NeedsParenthesis = true, TakesBuiltins = true, Least = 1 },
        new("len", TextBuiltins.Length) { NeedsParenthesis = true, Least = 1, Most = 1 },
        new("m4exit", LocationBuiltins.Exit) { Most = 1 },
        new("m4wrap", LocationBuiltins.Wrap) { NeedsParenthesis = true, Least = 1 },
        new("maketemp", ShellBuiltins.MakeTemporaryName) { NeedsParenthesis = true, Least = 1, Most = 1 },
        new("mkstemp", ShellBuiltins.MakeTemporaryFile) { NeedsParenthesis = true, Least = 1, Most = 1 },
        new("patsubst", PatternBuiltins.Substitute) { Extension = true, NeedsParenthesis = true, Least = 2, Most = 3, ToleratesFew = true },
        new("popdef", DefinitionBuiltins.PopDefinition) { NeedsParenthesis = true, Least = 1 },
        new("pushdef", DefinitionBuiltins.PushDefinition) { NeedsParenthesis = true, TakesBuiltins = true, Least = 1, Most = 2 },
        new("regexp", PatternBuiltins.Search) { Extension = true, NeedsParenthesis = true, Least = 2, Most = 3, ToleratesFew = true },
        new("shift", ConditionBuiltins.Shift) { NeedsParenthesis = true, Least = 1 },
        new("sinclude", FileBuiltins.IncludeSilently) { NeedsParenthesis = true, Least = 1, Most = 1 },
        new("substr", TextBuiltins.Substring) { NeedsParenthesis = true, Least = 2, Most = 3, ToleratesFew = true },
        new("syscmd", ShellBuiltins.Run) { NeedsParenthesis = true, Least = 1, Most = 1 },
        new("sysval", ShellBuiltins.ExitValue),
        new("traceoff", DebugBuiltins.TraceOff),
        new("traceon", DebugBuiltins.TraceOn),
        new("translit", TextBuiltins.Transliterate) { NeedsParenthesis = true, Least = 2, Most = 3, ToleratesFew = true },
        new("undefine", DefinitionBuiltins.Undefine) { NeedsParenthesis = true, Least = 1 },
        new("undivert", DiversionBuiltins.Undivert),
    ];

    /// <summary>The builtin called <paramref name="name"/>, or null.</summary>
    internal static Builtin? Find(string name)
    {
        foreach (Builtin builtin in All)
        {
            if (builtin.Name == name)
                return builtin;
        }
        return null;
    }
}
