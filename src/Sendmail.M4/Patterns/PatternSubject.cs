using System.Runtime.InteropServices;
using System.Text;

namespace Sendmail.M4.Patterns;

/// <summary>A text laid out in octets for the C library, for all searches in it.</summary>
internal sealed unsafe class PatternSubject : IDisposable
{
    internal PatternSubject(string text)
    {
        Length = text.Length;
        Octets = (byte*)NativeMemory.Alloc((nuint)text.Length + 1);
        Encoding.Latin1.GetBytes(text, new Span<byte>(Octets, Length));
        Octets[Length] = 0;
    }

    internal byte* Octets { get; }

    internal int Length { get; }

    public void Dispose() => NativeMemory.Free(Octets);
}
