using System.Runtime.InteropServices;

namespace Sendmail.Wire.Tls;

/// <summary>OpenSSL's queue of errors. It belongs to the thread: it is emptied before control goes elsewhere.</summary>
internal static unsafe class OpenSslErrors
{
    private const int LongestText = 256;

    /// <summary>
    /// Takes all errors, oldest first, as <c>error:0A0000C1:SSL routines::no shared cipher:FILE:LINE:DATA</c>; the reason of the
    /// last one is given too, null when OpenSSL has none.
    /// </summary>
    internal static List<string> Take(out string? lastReason)
    {
        var lines = new List<string>();
        lastReason = null;
        byte* buffer = stackalloc byte[LongestText];
        while (true)
        {
            byte* file = null;
            byte* function = null;
            byte* data = null;
            int line = 0;
            int flags = 0;
            ulong code = LibCrypto.ERR_get_error_all(&file, &line, &function, &data, &flags);
            if (code == 0)
                return lines;
            LibCrypto.ERR_error_string_n(code, buffer, LongestText);
            string detail = (flags & LibCrypto.ErrorTextString) != 0 ? Marshal.PtrToStringUTF8((nint)data) ?? "" : "";
            lines.Add(Marshal.PtrToStringUTF8((nint)buffer) + ":" + Marshal.PtrToStringUTF8((nint)file) + ":" + line.ToString(System.Globalization.CultureInfo.InvariantCulture) + ":" + detail);
            lastReason = Text(LibCrypto.ERR_reason_error_string(code));
        }
    }

    /// <summary>Takes all errors and gives the oldest without its place: <c>error:0480006C:PEM routines::no start line</c>.</summary>
    internal static string TakeFirst()
    {
        string first = Take(out _) is [string oldest, ..] ? oldest : "";
        // "error:" code ":" library "::" reason
        string[] parts = first.Split(':');
        return parts.Length < 5 ? first : string.Join(':', parts[..5]);
    }

    /// <summary>Copies a text that OpenSSL owns; null stays null.</summary>
    internal static string? Text(nint text) => Marshal.PtrToStringUTF8(text);
}
