namespace Sendmail.Wire.Tls;

/// <summary>SSLEngine and SSLEnginePath: hands OpenSSL's work to an engine.</summary>
internal static class EngineLoader
{
    private const uint EverythingItCan = 0xFFFF;

    /// <param name="name">Its name.</param>
    /// <param name="path">The directory with <c>libNAME.so</c>, empty for OpenSSL's own.</param>
    /// <param name="problems">OpenSSL's error lines when a directory was given.</param>
    /// <returns>False when OpenSSL does not have it (newer ones have no engines at all).</returns>
    internal static bool Load(string name, string path, out List<string> problems)
    {
        problems = [];
        try
        {
            LibCrypto.ERR_clear_error();
            nint engine = path.Length == 0 ? LibCrypto.ENGINE_by_id(name) : FromDirectory(name, path);
            bool ok = engine != 0 && LibCrypto.ENGINE_init(engine) == 1 && LibCrypto.ENGINE_set_default(engine, EverythingItCan) == 1;
            if (!ok && path.Length > 0)
                problems = OpenSslErrors.Take(out _);
            LibCrypto.ERR_clear_error();
            return ok;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    // Only the directory is searched (DIR_LOAD 2).
    private static nint FromDirectory(string name, string path)
    {
        nint loader = LibCrypto.ENGINE_by_id("dynamic");
        return loader != 0 && LibCrypto.ENGINE_ctrl_cmd_string(loader, "SO_PATH", "lib" + name + ".so", 0) == 1
            && LibCrypto.ENGINE_ctrl_cmd_string(loader, "ID", name, 0) == 1 && LibCrypto.ENGINE_ctrl_cmd_string(loader, "DIR_LOAD", "2", 0) == 1
            && LibCrypto.ENGINE_ctrl_cmd_string(loader, "DIR_ADD", path, 0) == 1 && LibCrypto.ENGINE_ctrl_cmd_string(loader, "LOAD", null, 0) == 1 ? loader : 0;
    }
}
