namespace Sendmail.Core.Addressing;

/// <summary>One address of a header field.</summary>
/// <param name="Before">Name of the group that begins here with colon and blank, empty for most.</param>
/// <param name="Address">The address without surrounding blanks.</param>
/// <param name="After">The semicolon of a group that ends here, empty for most.</param>
public readonly record struct AddressListMember(string Before, string Address, string After);
