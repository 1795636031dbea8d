namespace Sendmail.Wire.Sasl;

/// <summary>What an exchange is made under.</summary>
/// <param name="Host">Our name.</param>
/// <param name="Realm">AuthRealm, null for the library's own choice.</param>
/// <param name="Options">Letters of AuthOptions (op 5.6).</param>
/// <param name="Strength">Bits of the TLS cipher, 0 in clear.</param>
/// <param name="ExternalUser">Who TLS says the client is, null when it says nothing.</param>
public sealed record SaslSettings(string Host, string? Realm, string Options, int Strength, string? ExternalUser)
{
    // <sasl/sasl.h>: what the mechanisms must be able to do.
    internal uint Flags
    {
        get
        {
            uint flags = 0;
            foreach (char letter in Options)
            {
                flags |= letter switch
                {
                    'a' => 0x2u, 'c' => 0x20u, 'd' => 0x4u, 'f' => 0x8u, 'm' => 0x40u, 'p' => 0x1u, 'y' => 0x10u,
                    _ => 0u,
                };
            }
            return flags;
        }
    }
}
