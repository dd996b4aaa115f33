/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-helper.h"

#include "tcp-conn-pcapng-writer.h"
#include "tcp-conn-trace-helper.h"

#include "ns3/abort.h"
#include "ns3/node.h"
#include "ns3/tcp-conn-l4-protocol.h"

namespace ns3
{

namespace
{

/** @param node a node @return its protocol; ends the program if it has none */
Ptr<TcpConnL4Protocol>
ProtocolOf(Ptr<Node> node)
{
    Ptr<TcpConnL4Protocol> tcp = node->GetObject<TcpConnL4Protocol>();
    NS_ABORT_MSG_UNLESS(tcp,
                        "TcpConnHelper: node " << node->GetId() << " has no TcpConnL4Protocol");
    return tcp;
}

/** @param nodes nodes @return the policies of the first */
std::string
HeaderOf(NodeContainer nodes)
{
    return nodes.GetN() > 0 ? ProtocolOf(nodes.Get(0))->GetPolicies() : "";
}

/**
 * Write a trace.
 * @tparam Writer its form
 * @param to name of a file, or a stream
 * @param nodes whose records
 * @param filter which of them
 */
template <typename Writer, typename To>
void
Enable(const To& to, NodeContainer nodes, const TcpConnTraceFilter& filter)
{
    const std::string header = HeaderOf(nodes);
    Ptr<TcpConnRecordWriter> writer = Create<Writer>(to, header);
    writer->SetFilter(filter);
    for (auto i = nodes.Begin(); i != nodes.End(); ++i)
    {
        Ptr<TcpConnL4Protocol> tcp = ProtocolOf(*i);
        if (tcp->GetPolicies() != header)
        {
            writer->NodePolicies((*i)->GetId(), tcp->GetPolicies());
        }
        writer->Attach(tcp);
    }
}

} // namespace

TcpConnHelper::TcpConnHelper()
    : m_factory("ns3::TcpConnL4Protocol")
{
}

void
TcpConnHelper::Set(const std::string& name, const AttributeValue& value)
{
    m_factory.Set(name, value);
}

void
TcpConnHelper::Install(Ptr<Node> node) const
{
    NS_ABORT_MSG_IF(node->GetObject<TcpConnL4Protocol>(),
                    "TcpConnHelper::Install: node " << node->GetId()
                                                    << " has a TcpConnL4Protocol already");
    node->AggregateObject(m_factory.Create<TcpConnL4Protocol>());
}

void
TcpConnHelper::Install(NodeContainer nodes) const
{
    for (auto i = nodes.Begin(); i != nodes.End(); ++i)
    {
        Install(*i);
    }
}

int64_t
TcpConnHelper::AssignStreams(NodeContainer nodes, int64_t stream)
{
    int64_t used = 0;
    for (auto i = nodes.Begin(); i != nodes.End(); ++i)
    {
        used += ProtocolOf(*i)->AssignStreams(stream + used);
    }
    return used;
}

void
TcpConnHelper::EnableTransitionAscii(const std::string& fileName,
                                     NodeContainer nodes,
                                     const TcpConnTraceFilter& filter)
{
    Enable<TcpConnTraceWriter>(fileName, nodes, filter);
}

void
TcpConnHelper::EnableTransitionAscii(Ptr<OutputStreamWrapper> stream,
                                     NodeContainer nodes,
                                     const TcpConnTraceFilter& filter)
{
    Enable<TcpConnTraceWriter>(stream, nodes, filter);
}

void
TcpConnHelper::EnableTransitionCsv(const std::string& fileName,
                                   NodeContainer nodes,
                                   const TcpConnTraceFilter& filter)
{
    Enable<TcpConnCsvWriter>(fileName, nodes, filter);
}

void
TcpConnHelper::EnableTransitionPcapng(const std::string& fileName,
                                      NodeContainer nodes,
                                      const TcpConnTraceFilter& filter)
{
    Enable<TcpConnPcapngWriter>(fileName, nodes, filter);
}

} // namespace ns3
