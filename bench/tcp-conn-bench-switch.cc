/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-bench-switch.h"

#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/simple-net-device.h"
#include "ns3/simulator.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(TcpConnBenchSwitch);

TypeId
TcpConnBenchSwitch::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnBenchSwitch")
                            .SetParent<SimpleChannel>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnBenchSwitch>();
    return tid;
}

NetDeviceContainer
TcpConnBenchSwitch::Connect(const NodeContainer& nodes, Time delay)
{
    Ptr<TcpConnBenchSwitch> channel = CreateObject<TcpConnBenchSwitch>();
    channel->m_latency = delay;
    NetDeviceContainer devices;
    for (auto node = nodes.Begin(); node != nodes.End(); ++node)
    {
        Ptr<SimpleNetDevice> device = CreateObject<SimpleNetDevice>();
        device->SetAddress(Mac48Address::Allocate());
        (*node)->AddDevice(device);
        device->SetChannel(channel);
        devices.Add(device);
    }
    return devices;
}

void
TcpConnBenchSwitch::Add(Ptr<SimpleNetDevice> device)
{
    SimpleChannel::Add(device);
    m_byAddress[Mac48Address::ConvertFrom(device->GetAddress())] = device;
}

void
TcpConnBenchSwitch::Send(Ptr<Packet> packet,
                         uint16_t protocol,
                         Mac48Address to,
                         Mac48Address from,
                         Ptr<SimpleNetDevice> sender)
{
    const auto at = m_byAddress.find(to);
    if (at == m_byAddress.end())
    {
        SimpleChannel::Send(packet, protocol, to, from, sender); // to everybody
        return;
    }
    Simulator::ScheduleWithContext(at->second->GetNode()->GetId(),
                                   m_latency,
                                   &SimpleNetDevice::Receive,
                                   at->second,
                                   packet->Copy(),
                                   protocol,
                                   to,
                                   from);
}

} // namespace ns3
