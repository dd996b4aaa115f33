/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-header.h"
#include "tcp-conn-l4-protocol.h"
#include "tcp-conn-socket.h"

#include "ns3/ipv4-header.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv6-header.h"
#include "ns3/ipv6-route.h"
#include "ns3/ipv6-routing-protocol.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{

// Segments out

uint16_t
TcpConnL4Protocol::PathMss(Ptr<NetDevice> device, bool v6) const
{
    // MUST-67: the IP and TCP headers without options are taken off.
    const uint32_t headers = v6 ? 60 : 40;
    const uint32_t mtu = device ? device->GetMtu() : 576;
    return static_cast<uint16_t>(mtu > headers + 64 ? std::min<uint32_t>(mtu - headers, 65495)
                                                    : 64);
}

void
TcpConnL4Protocol::Transmit(const TcpConnKey& key,
                            uint64_t id,
                            TcpConnSegment segment,
                            Ptr<Packet> payload,
                            const TcpConnSocket* socket,
                            bool ect,
                            int tos)
{
    Ptr<Packet> packet = payload ? payload : Create<Packet>();
    segment.length = packet->GetSize();
    if (!m_txTrace.IsEmpty())
    {
        m_txTrace({Simulator::Now(), m_node->GetId(), id, key, segment, nullptr});
    }
    TcpConnHeader header(key.localPort, key.peerPort, segment);
    if (Node::ChecksumEnabled())
    {
        header.EnableChecksums();
        header.InitializeChecksum(key.local, key.peer, key.v6);
    }
    packet->AddHeader(header);
    Ptr<NetDevice> device;
    if (socket)
    {
        socket->Tag(packet, key.v6, ect, tos);
        device = socket->BoundDevice();
    }
    Socket::SocketErrno error = Socket::ERROR_NOTERROR;
    if (key.v6)
    {
        const Ipv6Address source = TcpConnKey::ToIpv6(key.local);
        const Ipv6Address destination = TcpConnKey::ToIpv6(key.peer);
        Ipv6Header ip;
        ip.SetSource(source);
        ip.SetDestination(destination);
        ip.SetNextHeader(NUMBER);
        if (!device && m_ipv6 && source.IsLinkLocal())
        {
            const int32_t at = m_ipv6->GetInterfaceForAddress(source);
            device = at >= 0 ? m_ipv6->GetNetDevice(at) : nullptr;
        }
        Ptr<Ipv6Route> route;
        if (m_ipv6 && m_ipv6->GetRoutingProtocol() && HasAddress(key.local, true))
        {
            route = m_ipv6->GetRoutingProtocol()->RouteOutput(packet, ip, device, error);
        }
        if (!route || m_downTarget6.IsNull())
        {
            TraceDrop(id, key, segment, "no-route");
            return;
        }
        ++m_sending;
        m_downTarget6(packet, source, destination, NUMBER, route);
        --m_sending;
        return;
    }
    const Ipv4Address source = TcpConnKey::ToIpv4(key.local);
    const Ipv4Address destination = TcpConnKey::ToIpv4(key.peer);
    Ipv4Header ip;
    ip.SetSource(source);
    ip.SetDestination(destination);
    ip.SetProtocol(NUMBER);
    Ptr<Ipv4Route> route;
    // Static routing ends the program when it looks for the source address that has been removed.
    if (m_ipv4 && m_ipv4->GetRoutingProtocol() && HasAddress(key.local, false))
    {
        route = m_ipv4->GetRoutingProtocol()->RouteOutput(packet, ip, device, error);
    }
    if (!route || m_downTarget.IsNull())
    {
        TraceDrop(id, key, segment, "no-route");
        return;
    }
    ++m_sending;
    m_downTarget(packet, source, destination, NUMBER, route);
    --m_sending;
}

void
TcpConnL4Protocol::SetDownTarget(DownTargetCallback cb)
{
    m_downTarget = cb;
}

void
TcpConnL4Protocol::SetDownTarget6(DownTargetCallback6 cb)
{
    m_downTarget6 = cb;
}

IpL4Protocol::DownTargetCallback
TcpConnL4Protocol::GetDownTarget() const
{
    return m_downTarget;
}

IpL4Protocol::DownTargetCallback6
TcpConnL4Protocol::GetDownTarget6() const
{
    return m_downTarget6;
}

} // namespace ns3
