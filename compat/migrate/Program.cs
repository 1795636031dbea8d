using System.Text;
using Sendmail.Posix;

namespace Sendmail.Migrate;

/// <summary>The program sendmail-migrate.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        using var output = new StreamWriter(StandardStream.Output(), new UTF8Encoding(false));
        using var errors = new StreamWriter(StandardStream.Errors(), new UTF8Encoding(false)) { AutoFlush = true };
        return Migration.Run(arguments, output, errors);
    }
}
