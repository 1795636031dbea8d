using System.Net;
using Sendmail.Core.Cf;
using Sendmail.M4.Library;
using Sendmail.Maps;

namespace Sendmail.Diagnosis;

/// <summary>Reads a sendmail.cf, or the .mc in its place, for its TLS options.</summary>
public static class ConfigurationLoader
{
    /// <summary>Null when it cannot be read; why is in the report.</summary>
    public static Configuration? Load(string path, Report report)
    {
        report.Section("configuration " + path);
        string name = Dns.GetHostName();
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        CfReadResult read = CfReader.Read(path, new CfReadRequest
        {
            Host = new HostFacts(name, dot < 0 ? name : name[..dot], dot < 0 ? "" : name[(dot + 1)..], name, []),
            IsMapClass = c => MapClassTable.Find(c) is not null,
            Expand = (file, octets) => Expand(file, octets, report),
        });
        foreach (CfMessage message in read.Messages)
            report.Add(message.IsError ? FindingLevel.Error : FindingLevel.Info, "", message.Text);
        if (read.Configuration is null && read.Messages.Count == 0)
            report.Add(FindingLevel.Error, path, "cannot be read");
        return read.Configuration;
    }

    // A .mc is read as sendmail itself reads it.
    private static CfExpansion Expand(string path, byte[] octets, Report report)
    {
        ConfigurationExpansion expansion = ConfigurationExpander.Expand(path, octets);
        if (expansion.Text is null)
            return new CfExpansion(null, expansion.Messages);
        foreach (string warning in expansion.Messages)
            report.Add(FindingLevel.Warning, "", warning);
        return new CfExpansion(expansion.Text, []);
    }
}
