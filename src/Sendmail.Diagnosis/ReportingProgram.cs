using System.Text;
using Sendmail.Core.Replies;
using Sendmail.Posix;

namespace Sendmail.Diagnosis;

/// <summary>Runs a program whose whole output is a report, on the standard streams.</summary>
public static class ReportingProgram
{
    /// <summary>Runs it, then writes what it said; a disk that is full and the like are told of and end it with code 74.</summary>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="encoding">Of its output.</param>
    /// <param name="body">Gets output and errors, gives the exit code.</param>
    public static int Run(string name, Encoding encoding, Func<TextWriter, TextWriter, int> body)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        ArgumentNullException.ThrowIfNull(body);
        using var said = new StringWriter();
        using var errors = new StreamWriter(StandardStream.Errors(), encoding) { AutoFlush = true };
        int exit = body(said, errors);
        try
        {
            using Stream output = StandardStream.Output();
            output.Write(encoding.GetBytes(said.ToString()));
            output.Flush();
            return exit;
        }
        catch (IOException e)
        {
            errors.WriteLine(name + ": the report cannot be written: " + e.Message);
            return (int)SysExit.IoError;
        }
    }
}
