namespace Sendmail.M4.Program;

/// <summary>What --help and --version print.</summary>
internal static class HelpText
{
    internal static string Version(string program) =>
        program + " (Sendmail.Net) " + typeof(HelpText).Assembly.GetName().Version?.ToString(3) + ", an m4 that behaves as GNU M4 1.4.19\n";

    internal static string For(string program) => "Usage: " + program + """
         [OPTION]... [FILE]...
        Expands the m4 macros in FILEs (standard input when there is none, or for -). A FILE named *.mc is a
        configuration of sendmail: the configuration library is read before it unless it includes one itself.

          -D, --define=NAME[=VALUE]    define NAME
          -U, --undefine=NAME          undefine NAME
          -I, --include=DIRECTORY      look for included files there too; a configuration library there is used
          -s, --synclines              print #line directives
          -P, --prefix-builtins        builtins begin with m4_
          -E, --fatal-warnings         warnings make the exit code 1; given twice, they end the run
          -Q, --quiet, --silent        no warnings about the number of arguments
          -i, --interactive            do not hold output back (-e is obsolete)
          -g, --gnu; -G, --traditional with and without the extensions of GNU m4
          -L, --nesting-limit=NUMBER   calls nested in each other's arguments, 0: any number
          -H, --hashsize=NUMBER        accepted; the table grows by itself
          -F, --freeze-state=FILE      write the state to FILE at the end
          -R, --reload-state=FILE      begin with the state in FILE
          -d, --debug[=FLAGS]          letters of aceflipqtxV, aeq when none is given
          -t, --trace=NAME             trace NAME
          -l, --arglength=NUMBER       cut what trace output shows
          -o FILE, --debugfile[=FILE]  where debug output goes
              --warn-macro-sequence[=REGEXP]  warn about definitions that contain it

              --lint                   say what is wrong or doubtful in .mc files instead of expanding them
              --json                   with --lint: one JSON object a finding
              --allow-commands         syscmd and esyscmd run commands
              --call-limit=NUMBER      macro calls without reading on that count as endless; 0: any number
              --no-library             never read the configuration library

        The environment's M4PATH names further directories, separated by colons. Exit code: 0, 1 after an error,
        63 for a frozen state of a newer version, or what m4exit was given.

        """;
}
