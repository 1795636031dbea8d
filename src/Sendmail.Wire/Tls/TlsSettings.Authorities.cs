using System.Security.Cryptography.X509Certificates;
using Sendmail.Posix;

namespace Sendmail.Wire.Tls;

public sealed partial class TlsSettings
{
    private void LoadAuthorities(string file, string path)
    {
        if (file.Length > 0)
        {
            if (!IsSafe(file, SafeFileRequest.Certificate))
                return;
            if (!TryRead(() => Announced.ImportFromPemFile(file)) || Announced.Count == 0)
            {
                _problems.Add("STARTTLS=" + Who + ", error: load verify locs " + path + ", " + file + " failed: 0");
                return;
            }
            Authorities.AddRange(Announced);
        }
        if (path.Length == 0)
            return;
        // The directory need not exist.
        _files.Add(Stamp(path));
        if (!Directory.Exists(path))
            return;
        TryRead(() =>
        {
            foreach (string link in Directory.EnumerateFiles(path))
            {
                if (IsHashName(Path.GetFileName(link)))
                    TryRead(() => Authorities.ImportFromPemFile(link));
            }
        });
    }

    // OpenSSL looks for HHHHHHHH.N only.
    private static bool IsHashName(string name) =>
        name.Length >= 10 && name[8] == '.' && name[..8].All(char.IsAsciiHexDigitLower) && name[9..].All(char.IsAsciiDigit);

    private void LoadRevoked(string file)
    {
        if (file.Length == 0)
            return;
        SafeFileResult safe = Check(file, SafeFileRequest.Certificate);
        if (!safe.Ok)
            _warnings.Add("STARTTLS=" + Who + ": file " + file + " unsafe: " + safe.Reason);
        if (!safe.Ok || !TryRead(() => Revoked = RevocationLists.Read(file)) || Revoked is null)
            _warnings.Add("STARTTLS=" + Who + ", error: PEM_read_bio_X509_CRL(" + file + ")=failed");
    }
}
