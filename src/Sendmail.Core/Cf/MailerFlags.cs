namespace Sendmail.Core.Cf;

/// <summary>The F= flags of a mailer or the flags of a header line: a set of ASCII characters, each a flag of its own.</summary>
public readonly struct MailerFlags : IEquatable<MailerFlags>
{
    private readonly ulong _low;
    private readonly ulong _high;

    private MailerFlags(ulong low, ulong high)
    {
        _low = low;
        _high = high;
    }

    /// <summary>A set from its characters; characters outside ASCII are dropped.</summary>
    public static MailerFlags Of(ReadOnlySpan<char> flags)
    {
        MailerFlags set = default;
        foreach (char flag in flags)
            set = set.With(flag);
        return set;
    }

    /// <summary>Whether the flag is in the set.</summary>
    public bool Has(char flag) => flag < 64 ? (_low >> flag & 1) != 0 : flag < 128 && (_high >> (flag - 64) & 1) != 0;

    /// <summary>The set with one flag more.</summary>
    public MailerFlags With(char flag) => flag < 64
        ? new MailerFlags(_low | 1UL << flag, _high)
        : flag < 128 ? new MailerFlags(_low, _high | 1UL << (flag - 64)) : this;

    /// <summary>The set with one flag less.</summary>
    public MailerFlags Without(char flag) => flag < 64
        ? new MailerFlags(_low & ~(1UL << flag), _high)
        : flag < 128 ? new MailerFlags(_low, _high & ~(1UL << (flag - 64))) : this;

    /// <summary>Whether the two sets share a flag.</summary>
    public bool Intersects(MailerFlags other) => (_low & other._low) != 0 || (_high & other._high) != 0;

    /// <summary>Whether the set is empty.</summary>
    public bool IsEmpty => (_low | _high) == 0;

    /// <inheritdoc/>
    public bool Equals(MailerFlags other) => _low == other._low && _high == other._high;
    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MailerFlags other && Equals(other);
    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_low, _high);
    /// <summary>Same flags.</summary>
    public static bool operator ==(MailerFlags left, MailerFlags right) => left.Equals(right);
    /// <summary>Different flags.</summary>
    public static bool operator !=(MailerFlags left, MailerFlags right) => !left.Equals(right);

    /// <summary>The flags in ASCII order, as <c>-d0</c> and <c>=M</c> print them.</summary>
    public override string ToString()
    {
        Span<char> buffer = stackalloc char[128];
        int length = 0;
        for (char c = '\0'; c < 128; c++)
        {
            if (Has(c))
                buffer[length++] = c;
        }
        return new string(buffer[..length]);
    }
}
