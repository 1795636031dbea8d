using System.Diagnostics;
using System.Globalization;

namespace Sendmail.Fuzz;

/// <summary>
/// Every target with its corpus and with inputs made from it: FUZZ_INPUTS of them (a few thousand without), from FUZZ_SEED.
/// What fails is written beside the test as an input for the corpus.
/// </summary>
public sealed class FuzzTests
{
    private const int QuickInputs = 3000;
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(5);

    public static TheoryData<string> Names => [.. Targets.All.Select(t => t.Name)];

    private static int Number(string name, int standard) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : standard;

    private static List<byte[]> Corpus(string name) =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "corpus", name)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_corpus_is_read(string name)
    {
        Target target = Targets.All.Single(t => t.Name == name);
        List<byte[]> corpus = Corpus(name);
        Assert.NotEmpty(corpus);
        foreach (byte[] input in corpus)
            target.Run(input);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Whatever_comes_is_survived(string name)
    {
        Target target = Targets.All.Single(t => t.Name == name);
        int seed = Number("FUZZ_SEED", 8182);
        int count = Number("FUZZ_INPUTS", QuickInputs);
        var mutator = new Mutator(Corpus(name), seed);
        long before = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] input = mutator.Next();
            long start = Stopwatch.GetTimestamp();
            try
            {
                target.Run(input);
            }
            catch (Exception e)
            {
                string path = Path.Combine(AppContext.BaseDirectory, string.Create(CultureInfo.InvariantCulture, $"failed-{name}-{seed}-{i}"));
                File.WriteAllBytes(path, input);
                throw new InvalidOperationException("input " + path + ": " + e.Message, e);
            }
            // A hang shows as time: five seconds for four kilobytes are no matter of a busy machine.
            Assert.True(Stopwatch.GetElapsedTime(start) < _longest, "input " + i.ToString(CultureInfo.InvariantCulture) + " takes too long");
            if (i == count / 10)
                before = GC.GetTotalMemory(true);
        }
        long growth = GC.GetTotalMemory(true) - before;
        Assert.True(growth < 32 << 20, "memory grew by " + growth.ToString(CultureInfo.InvariantCulture));
    }
}
