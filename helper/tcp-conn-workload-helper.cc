/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-workload-helper.h"

#include "ns3/abort.h"
#include "ns3/names.h"
#include "ns3/node.h"
#include "ns3/string.h"
#include "ns3/tcp-conn-attacker.h"
#include "ns3/tcp-conn-workload-client.h"

namespace ns3
{

TcpConnWorkloadHelper::TcpConnWorkloadHelper(const std::string& type)
    : m_factory(type)
{
}

void
TcpConnWorkloadHelper::SetAttribute(const std::string& name, const AttributeValue& value)
{
    m_factory.Set(name, value);
}

ApplicationContainer
TcpConnWorkloadHelper::Install(Ptr<Node> node) const
{
    Ptr<Application> application = m_factory.Create<Application>();
    node->AddApplication(application);
    return ApplicationContainer(application);
}

ApplicationContainer
TcpConnWorkloadHelper::Install(const std::string& nodeName) const
{
    Ptr<Node> node = Names::Find<Node>(nodeName);
    NS_ABORT_MSG_UNLESS(node, "TcpConnWorkloadHelper::Install: no node is named " << nodeName);
    return Install(node);
}

ApplicationContainer
TcpConnWorkloadHelper::Install(NodeContainer nodes) const
{
    ApplicationContainer applications;
    for (auto i = nodes.Begin(); i != nodes.End(); ++i)
    {
        applications.Add(Install(*i));
    }
    return applications;
}

int64_t
TcpConnWorkloadHelper::AssignStreams(ApplicationContainer applications, int64_t stream)
{
    int64_t used = 0;
    for (auto i = applications.Begin(); i != applications.End(); ++i)
    {
        if (auto client = DynamicCast<TcpConnWorkloadClient>(*i))
        {
            used += client->AssignStreams(stream + used);
        }
        else if (auto attacker = DynamicCast<TcpConnAttacker>(*i))
        {
            used += attacker->AssignStreams(stream + used);
        }
    }
    return used;
}

TcpConnWorkloadClientHelper::TcpConnWorkloadClientHelper(const Address& remote)
    : TcpConnWorkloadHelper("ns3::TcpConnWorkloadClient")
{
    SetAttribute("Remote", AddressValue(remote));
}

TcpConnWorkloadClientHelper::TcpConnWorkloadClientHelper(const std::string& protocol,
                                                         const Address& remote)
    : TcpConnWorkloadClientHelper(remote)
{
    SetAttribute("Protocol", StringValue(protocol));
}

TcpConnWorkloadServerHelper::TcpConnWorkloadServerHelper(const Address& local)
    : TcpConnWorkloadHelper("ns3::TcpConnWorkloadServer")
{
    SetAttribute("Local", AddressValue(local));
}

TcpConnWorkloadServerHelper::TcpConnWorkloadServerHelper(const std::string& protocol,
                                                         const Address& local)
    : TcpConnWorkloadServerHelper(local)
{
    SetAttribute("Protocol", StringValue(protocol));
}

TcpConnAttackerHelper::TcpConnAttackerHelper(const std::string& kind, const Address& target)
    : TcpConnWorkloadHelper("ns3::TcpConnAttacker")
{
    SetAttribute("Kind", StringValue(kind));
    SetAttribute("Target", AddressValue(target));
}

} // namespace ns3
