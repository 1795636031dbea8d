using System.Text;
using Sendmail.Diagnosis;

namespace Sendmail.TlsDoctor;

/// <summary>The program tlsdoctor. It is one of its own: what certificates need would make every small tool start slower.</summary>
internal static class Program
{
    private static int Main(string[] arguments) => ReportingProgram.Run("tlsdoctor", Encoding.Latin1, (output, errors) => Doctor.Run(arguments, output, errors));
}
