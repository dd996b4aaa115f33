/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-helper.h"

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

/**
 * @param writer where to write
 * @param header policies that the header names
 * @param nodes whose records
 */
void
AttachAll(Ptr<TcpConnTraceWriter> writer, const std::string& header, NodeContainer nodes)
{
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

/** @param nodes nodes @return the policies of the first */
std::string
HeaderOf(NodeContainer nodes)
{
    return nodes.GetN() > 0 ? ProtocolOf(nodes.Get(0))->GetPolicies() : "";
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
TcpConnHelper::EnableTransitionAscii(const std::string& fileName, NodeContainer nodes)
{
    const std::string header = HeaderOf(nodes);
    AttachAll(Create<TcpConnTraceWriter>(fileName, header), header, nodes);
}

void
TcpConnHelper::EnableTransitionAscii(Ptr<OutputStreamWrapper> stream, NodeContainer nodes)
{
    const std::string header = HeaderOf(nodes);
    AttachAll(Create<TcpConnTraceWriter>(stream, header), header, nodes);
}

} // namespace ns3
