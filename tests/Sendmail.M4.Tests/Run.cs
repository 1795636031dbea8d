using System.Text;
using Sendmail.M4.Program;

namespace Sendmail.M4.Tests;

/// <summary>One run of the program within the process.</summary>
internal sealed record Run(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs <paramref name="program"/> with <paramref name="input"/> on standard input; texts are octets.</summary>
    internal static Run Of(string program, string[] arguments, string input = "")
    {
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        int exit = MakeCf.Run(program, arguments, () => new MemoryStream(Encoding.Latin1.GetBytes(input)), output, errors);
        return new Run(exit, Encoding.Latin1.GetString(output.ToArray()), Encoding.Latin1.GetString(errors.ToArray()));
    }
}
