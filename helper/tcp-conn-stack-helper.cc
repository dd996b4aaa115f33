/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-stack-helper.h"

#include "ns3/abort.h"
#include "ns3/arp-l3-protocol.h"
#include "ns3/boolean.h"
#include "ns3/icmpv6-l4-protocol.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-static-routing-helper.h"
#include "ns3/ipv6.h"
#include "ns3/names.h"
#include "ns3/node-list.h"
#include "ns3/node.h"
#include "ns3/packet-socket-factory.h"
#include "ns3/string.h"
#include "ns3/traffic-control-layer.h"

namespace ns3
{

namespace
{

/** @param node a node @param type TypeId of a protocol that is made and aggregated to it */
void
Add(Ptr<Node> node, const char* type)
{
    node->AggregateObject(ObjectFactory(type).Create<Object>());
}

} // namespace

TcpConnStackHelper::TcpConnStackHelper()
{
    Reset();
}

void
TcpConnStackHelper::Reset()
{
    InternetStackHelper::Reset();
    m_tcp = TcpConnHelper();
    m_tcp.Set("OfferTcpSocketFactory", BooleanValue(true));
    Ipv4ListRoutingHelper routing4;
    routing4.Add(Ipv4StaticRoutingHelper(), 0);
    routing4.Add(Ipv4GlobalRoutingHelper(), -10);
    SetRoutingHelper(routing4);
    SetRoutingHelper(Ipv6StaticRoutingHelper());
    m_ipv4 = true;
    m_ipv6 = true;
    m_arpJitter = true;
    m_solicitationJitter = true;
}

void
TcpConnStackHelper::SetRoutingHelper(const Ipv4RoutingHelper& routing)
{
    m_routing4.reset(routing.Copy());
}

void
TcpConnStackHelper::SetRoutingHelper(const Ipv6RoutingHelper& routing)
{
    m_routing6.reset(routing.Copy());
}

void
TcpConnStackHelper::SetIpv4StackInstall(bool enable)
{
    InternetStackHelper::SetIpv4StackInstall(enable);
    m_ipv4 = enable;
}

void
TcpConnStackHelper::SetIpv6StackInstall(bool enable)
{
    InternetStackHelper::SetIpv6StackInstall(enable);
    m_ipv6 = enable;
}

void
TcpConnStackHelper::SetIpv4ArpJitter(bool enable)
{
    m_arpJitter = enable;
}

void
TcpConnStackHelper::SetIpv6NsRsJitter(bool enable)
{
    m_solicitationJitter = enable;
}

void
TcpConnStackHelper::InstallIpv4(Ptr<Node> node) const
{
    NS_ABORT_MSG_IF(node->GetObject<Ipv4>(),
                    "TcpConnStackHelper::Install: node "
                        << node->GetId() << " has IPv4 already; TcpConnHelper adds this TCP alone");
    Add(node, "ns3::ArpL3Protocol");
    Add(node, "ns3::Ipv4L3Protocol");
    Add(node, "ns3::Icmpv4L4Protocol");
    if (!m_arpJitter)
    {
        node->GetObject<ArpL3Protocol>()->SetAttribute(
            "RequestJitter",
            StringValue("ns3::ConstantRandomVariable[Constant=0.0]"));
    }
    node->GetObject<Ipv4>()->SetRoutingProtocol(m_routing4->Create(node));
}

void
TcpConnStackHelper::InstallIpv6(Ptr<Node> node) const
{
    NS_ABORT_MSG_IF(node->GetObject<Ipv6>(),
                    "TcpConnStackHelper::Install: node "
                        << node->GetId() << " has IPv6 already; TcpConnHelper adds this TCP alone");
    Add(node, "ns3::Ipv6L3Protocol");
    Add(node, "ns3::Icmpv6L4Protocol");
    if (!m_solicitationJitter)
    {
        node->GetObject<Icmpv6L4Protocol>()->SetAttribute(
            "SolicitationJitter",
            StringValue("ns3::ConstantRandomVariable[Constant=0.0]"));
    }
    Ptr<Ipv6> ipv6 = node->GetObject<Ipv6>();
    ipv6->SetRoutingProtocol(m_routing6->Create(node));
    ipv6->RegisterExtensions();
    ipv6->RegisterOptions();
}

void
TcpConnStackHelper::Install(Ptr<Node> node) const
{
    if (m_ipv4)
    {
        InstallIpv4(node);
    }
    if (m_ipv6)
    {
        InstallIpv6(node);
    }
    if (!m_ipv4 && !m_ipv6)
    {
        return;
    }
    Add(node, "ns3::TrafficControlLayer");
    Add(node, "ns3::UdpL4Protocol");
    m_tcp.Install(node);
    if (!node->GetObject<PacketSocketFactory>())
    {
        node->AggregateObject(CreateObject<PacketSocketFactory>());
    }
    if (m_ipv4)
    {
        node->GetObject<ArpL3Protocol>()->SetTrafficControl(node->GetObject<TrafficControlLayer>());
    }
}

void
TcpConnStackHelper::Install(std::string nodeName) const
{
    Ptr<Node> node = Names::Find<Node>(nodeName);
    NS_ABORT_MSG_UNLESS(node, "TcpConnStackHelper::Install: no node is named " << nodeName);
    Install(node);
}

void
TcpConnStackHelper::Install(NodeContainer nodes) const
{
    for (auto i = nodes.Begin(); i != nodes.End(); ++i)
    {
        Install(*i);
    }
}

void
TcpConnStackHelper::InstallAll() const
{
    Install(NodeContainer::GetGlobal());
}

int64_t
TcpConnStackHelper::AssignStreams(NodeContainer nodes, int64_t stream)
{
    const int64_t used = InternetStackHelper::AssignStreams(nodes, stream);
    return used + TcpConnHelper::AssignStreams(nodes, stream + used);
}

void
TcpConnStackHelper::Set(const std::string& name, const AttributeValue& value)
{
    m_tcp.Set(name, value);
}

void
TcpConnStackHelper::EnableTransitionAscii(const std::string& fileName,
                                          NodeContainer nodes,
                                          const TcpConnTraceFilter& filter) const
{
    TcpConnHelper::EnableTransitionAscii(fileName, nodes, filter);
}

void
TcpConnStackHelper::EnableTransitionAscii(Ptr<OutputStreamWrapper> stream,
                                          NodeContainer nodes,
                                          const TcpConnTraceFilter& filter) const
{
    TcpConnHelper::EnableTransitionAscii(stream, nodes, filter);
}

void
TcpConnStackHelper::EnableTransitionCsv(const std::string& fileName,
                                        NodeContainer nodes,
                                        const TcpConnTraceFilter& filter) const
{
    TcpConnHelper::EnableTransitionCsv(fileName, nodes, filter);
}

void
TcpConnStackHelper::EnableTransitionPcapng(const std::string& fileName,
                                           NodeContainer nodes,
                                           const TcpConnTraceFilter& filter) const
{
    TcpConnHelper::EnableTransitionPcapng(fileName, nodes, filter);
}

} // namespace ns3
