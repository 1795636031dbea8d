using Sendmail.Core;
using Sendmail.Core.Cf;

namespace Sendmail.AddressTest;

// Macros and classes.
internal sealed partial class AddressTestMode
{
    private void Define(string line)
    {
        switch (line.Length > 1 ? line[1] : '\0')
        {
            case '\0':
                _output.WriteLine("Usage: .[DC]macro value(s)");
                break;
            case 'D':
                if (TryName(line[2..], out string macro, out string rest))
                {
                    string value = ClassWords.Marked(rest, _configuration.Level, Fail);
                    _trace.Debug.Line(35, 9, (_scope[macro] is null ? "define(" : "redefine(") + macro + " as " + CfText.Decode(value) + ")");
                    _scope[macro] = value;
                }
                break;
            case 'C':
                if (line.Length > 2 && TryName(line[2..], out string name, out string words))
                    AddWords(name, words);
                break;
            default:
                _output.WriteLine("Unknown \".\" command " + line);
                break;
        }
    }

    // As a C line does it: comments are none, macros are expanded, $=x stands for the members of that class.
    private void AddWords(string name, string text)
    {
        string[] words = ClassWords.Read(text, _configuration.Level, _scope, Fail);
        foreach (string word in words)
        {
            if (word[0] != Meta.InClass)
                Add(name, word);
            else if (word.Length == 1)
                Fail("Name required for macro/class");
            else
                MembersOf(CfText.Name(word.AsSpan(1))).ForEach(w => Add(name, w));
        }
    }

    private void Add(string name, string word)
    {
        if (_configuration.Classes is not Dictionary<string, MailClass> classes)
            return;
        if (!classes.TryGetValue(name, out MailClass? members))
            classes[name] = members = new MailClass(_configuration.ClassWords);
        members.AddPhrase(word, _services.Rewriter.TokensOf(word));
    }

    private List<string> MembersOf(string name) => [.. _configuration.Classes.GetValueOrDefault(name)?.Members ?? []];

    private void ShowMacroOrClass(string text)
    {
        if (text.StartsWith('='))
        {
            if (TryName(text[1..], out string name, out _))
            {
                foreach (string member in MembersOf(name))
                    _output.WriteLine(CfText.Octets(member));
            }
        }
        else if (TryName(text, out string macro, out _))
        {
            _output.WriteLine(_scope[macro] is { } value ? CfText.VisibleValue(value.Length > MaxShown ? value[..MaxShown] : value) : "Undefined");
        }
    }

    // Longest value shown, in octets.
    private const int MaxShown = 2047;

    // The name may be a single character or stand in braces; what follows it is the rest.
    private bool TryName(string text, out string name, out string rest)
    {
        rest = "";
        bool named = MacroName.TryRead(text, out name, out int end, out List<string> problems);
        foreach (string problem in problems)
            Fail(problem);
        if (!named)
            return false;
        rest = text[end..];
        return true;
    }
}
