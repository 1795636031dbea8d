namespace Sendmail.Manual;

/// <summary>Renews the tables of manual pages: <c>manual DIRECTORY</c>.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments.Length != 1 || !Directory.Exists(arguments[0]))
        {
            Console.Error.WriteLine("Usage: manual directory");
            return 64;
        }
        int exit = 0;
        foreach (string path in Directory.EnumerateFiles(arguments[0]).Order(StringComparer.Ordinal))
        {
            string text = File.ReadAllText(path);
            try
            {
                string renewed = ManualPage.Renew(text);
                if (renewed != text)
                {
                    File.WriteAllText(path, renewed);
                    Console.WriteLine(path);
                }
            }
            catch (FormatException e)
            {
                Console.Error.WriteLine(path + ": " + e.Message);
                exit = 65;
            }
        }
        return exit;
    }
}
