namespace Sendmail.Migrate.Replaying;

/// <summary>A client as the log knows it.</summary>
/// <param name="Name">${client_name}: a name that belongs to the address, else the address in brackets.</param>
/// <param name="Address">${client_addr}.</param>
/// <param name="Pointer">${client_ptr}: the name that the address claims.</param>
/// <param name="Resolve">${client_resolve}: OK, FAIL or FORGED.</param>
/// <param name="Verify">${verify}: of its STARTTLS, NONE without.</param>
/// <param name="Cipher">Version, cipher and bits, empty without TLS.</param>
/// <param name="Mechanism">${auth_type}, empty when it did not authenticate.</param>
/// <param name="User">${auth_authen}.</param>
internal sealed record ReplayClient(string Name, string Address, string Pointer, string Resolve, string Verify, string Cipher, string Mechanism, string User)
{
    /// <summary>Nobody: mail from this machine, or what the log does not tell.</summary>
    internal static readonly ReplayClient Unknown = new("localhost", "127.0.0.1", "localhost", "OK", "NONE", "", "", "");

    /// <summary>As a report names it.</summary>
    public override string ToString() => (Name.StartsWith('[') ? Name : Name + " [" + Address + "]") + (Mechanism.Length > 0 ? " (authenticated)" : "") + (Verify == "NONE" ? "" : " (verify=" + Verify + ")");

    /// <summary>Reads <c>relay=</c>; null when it names no network client.</summary>
    internal static ReplayClient? Parse(string relay)
    {
        bool forged = relay.EndsWith(" (may be forged)", StringComparison.Ordinal);
        int open = relay.LastIndexOf('[');
        int close = open < 0 ? -1 : relay.IndexOf(']', open);
        if (close < 0)
            return null;
        string address = relay[(open + 1)..close];
        string name = relay[..open].Trim();
        // What the client's ident server said stands before an at sign.
        name = name[(name.LastIndexOf('@') + 1)..];
        if (address.Length == 0 || name.Contains(' ', StringComparison.Ordinal))
            return null;
        string literal = "[" + address + "]";
        return name.Length == 0 ? new ReplayClient(literal, address, literal, "FAIL", "NONE", "", "", "")
            : new ReplayClient(forged ? literal : name, address, name, forged ? "FORGED" : "OK", "NONE", "", "", "");
    }
}
