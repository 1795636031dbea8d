using System.Text;
using Sendmail.Posix;

namespace Sendmail.TlsDoctor;

/// <summary>The program tlsdoctor. It is one of its own: what certificates need would make every small tool start slower.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        using var output = new StreamWriter(StandardStream.Output(), Encoding.Latin1);
        using var errors = new StreamWriter(StandardStream.Errors(), Encoding.Latin1) { AutoFlush = true };
        return Doctor.Run(arguments, output, errors);
    }
}
