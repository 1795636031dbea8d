using System.Net;
using Sendmail.Core.Cf;
using Sendmail.Maps;

namespace Sendmail.Tools.TlsDoctor;

/// <summary>Reads a sendmail.cf for its TLS options.</summary>
internal static class ConfigurationLoader
{
    /// <summary>Null when it cannot be read; why is in the report.</summary>
    internal static Configuration? Load(string path, DoctorReport report)
    {
        string name = Dns.GetHostName();
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        CfReadResult read = CfReader.Read(path, new CfReadRequest
        {
            Host = new HostFacts(name, dot < 0 ? name : name[..dot], dot < 0 ? "" : name[(dot + 1)..], name, []),
            IsMapClass = c => MapClassTable.Find(c) is not null,
        });
        report.Section("configuration " + path);
        foreach (CfMessage message in read.Messages)
            report.Add(message.IsError ? FindingLevel.Error : FindingLevel.Info, "", message.Text);
        if (read.Configuration is null && read.Messages.Count == 0)
            report.Add(FindingLevel.Error, path, "cannot be read");
        return read.Configuration;
    }
}
