using System.Text;
using Sendmail.Diagnosis;

namespace Sendmail.Migrate;

/// <summary>The program sendmail-migrate.</summary>
internal static class Program
{
    private static int Main(string[] arguments) => ReportingProgram.Run("sendmail-migrate", new UTF8Encoding(false), (output, errors) => Migration.Run(arguments, output, errors));
}
