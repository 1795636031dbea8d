using System.Text;

namespace Sendmail.Core.Headers;

/// <summary>The layout of header fields that hold addresses.</summary>
public static class AddressField
{
    private const int LastColumn = 78;
    private const string Continuation = "\n        ";

    /// <summary>The value of a field: its members with commas between them, folded where a member would end behind column 78; its comma may.</summary>
    /// <param name="field">Name of the field, which takes room on the first line.</param>
    /// <param name="members">Addresses as they are to be shown.</param>
    public static string Join(string field, IReadOnlyList<string> members)
    {
        var result = new StringBuilder();
        int column = field.Length + 1;
        for (int i = 0; i < members.Count; i++)
        {
            bool last = i == members.Count - 1;
            if (i > 0 && column + 1 + members[i].Length > LastColumn)
            {
                result.Append(Continuation);
                column = Continuation.Length - 1;
            }
            else
            {
                result.Append(' ');
                column++;
            }
            result.Append(members[i]);
            if (!last)
                result.Append(',');
            column += members[i].Length + (last ? 0 : 1);
        }
        return result.ToString();
    }
}
