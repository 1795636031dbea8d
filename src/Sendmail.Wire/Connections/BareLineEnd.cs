namespace Sendmail.Wire.Connections;

/// <summary>What is done with a CR or LF that stands alone in the text of a message (srv_features g, g2, G, u, u2, U).</summary>
public enum BareLineEnd
{
    /// <summary>The message is refused (421), the default.</summary>
    Refuse,
    /// <summary>It is kept.</summary>
    Keep,
    /// <summary>A blank takes its place.</summary>
    Replace,
}
