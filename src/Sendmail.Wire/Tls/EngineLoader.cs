namespace Sendmail.Wire.Tls;

/// <summary>SSLEngine and SSLEnginePath: hands OpenSSL's work to an engine.</summary>
internal static class EngineLoader
{
    private const uint EverythingItCan = 0xFFFF;

    /// <returns>False when OpenSSL does not have it (newer ones have no engines at all).</returns>
    internal static bool Load(string name, string path)
    {
        try
        {
            nint engine = path.Length == 0 ? LibCrypto.ENGINE_by_id(name) : LibCrypto.ENGINE_by_id("dynamic");
            bool ok = engine != 0
                && (path.Length == 0 || (LibCrypto.ENGINE_ctrl_cmd_string(engine, "SO_PATH", path, 0) == 1
                    && LibCrypto.ENGINE_ctrl_cmd_string(engine, "ID", name, 0) == 1 && LibCrypto.ENGINE_ctrl_cmd_string(engine, "LOAD", null, 0) == 1))
                && LibCrypto.ENGINE_init(engine) == 1 && LibCrypto.ENGINE_set_default(engine, EverythingItCan) == 1;
            LibCrypto.ERR_clear_error();
            return ok;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }
}
