/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-l4-protocol.h"
#include "tcp-conn-socket.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv6-header.h"
#include "ns3/ipv6-route.h"
#include "ns3/ipv6-routing-protocol.h"
#include "ns3/net-device.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/tcp-l4-protocol.h"

#include <algorithm>

namespace ns3
{

bool
TcpConnL4Protocol::HasAddress(const TcpConnIp& address, bool v6) const
{
    if (v6)
    {
        return m_ipv6 && m_ipv6->GetInterfaceForAddress(TcpConnKey::ToIpv6(address)) >= 0;
    }
    return m_ipv4 && m_ipv4->GetInterfaceForAddress(TcpConnKey::ToIpv4(address)) >= 0;
}

bool
TcpConnL4Protocol::FindRoute(TcpConnKey& key, Ptr<NetDevice> device, uint16_t& pathMss) const
{
    Socket::SocketErrno error = Socket::ERROR_NOTERROR;
    const bool chooseLocal = key.local == TcpConnIp{};
    Ptr<NetDevice> out;
    if (key.v6)
    {
        if (!m_ipv6 || !m_ipv6->GetRoutingProtocol())
        {
            return false;
        }
        Ipv6Header header;
        header.SetDestination(TcpConnKey::ToIpv6(key.peer));
        Ptr<Ipv6Route> route =
            m_ipv6->GetRoutingProtocol()->RouteOutput(Create<Packet>(), header, device, error);
        if (!route)
        {
            return false;
        }
        key.local = chooseLocal ? TcpConnKey::FromIpv6(route->GetSource()) : key.local;
        out = route->GetOutputDevice();
    }
    else
    {
        if (!m_ipv4 || !m_ipv4->GetRoutingProtocol())
        {
            return false;
        }
        Ptr<Ipv4Route> route = RouteTo(TcpConnKey::ToIpv4(key.peer), device);
        if (!route)
        {
            return false;
        }
        key.local = chooseLocal ? TcpConnKey::FromIpv4(route->GetSource()) : key.local;
        out = route->GetOutputDevice();
    }
    pathMss = PathMss(out, key.v6);
    return PeerLegal(key, out);
}

bool
TcpConnL4Protocol::PeerLegal(const TcpConnKey& key, Ptr<NetDevice> device) const
{
    return key.v6 ? AddressLegal(TcpConnKey::ToIpv6(key.peer))
                  : AddressLegal(TcpConnKey::ToIpv4(key.peer), device);
}

Ptr<Ipv4Route>
TcpConnL4Protocol::RouteTo(const Ipv4Address& peer, Ptr<NetDevice> device) const
{
    // Static routing ends the program when a route leads through an interface without address:
    // such interfaces are kept from it.
    Ipv4Header header;
    header.SetDestination(peer);
    Socket::SocketErrno error = Socket::ERROR_NOTERROR;
    bool bare = false;
    for (uint32_t i = 0; i < m_ipv4->GetNInterfaces(); ++i)
    {
        bare = bare || m_ipv4->GetNAddresses(i) == 0;
    }
    if (!bare)
    {
        return m_ipv4->GetRoutingProtocol()->RouteOutput(Create<Packet>(), header, device, error);
    }
    for (uint32_t i = 0; i < m_ipv4->GetNInterfaces(); ++i)
    {
        Ptr<NetDevice> out = m_ipv4->GetNetDevice(i);
        if (m_ipv4->GetNAddresses(i) > 0 && (!device || device == out))
        {
            Ptr<Ipv4Route> route =
                m_ipv4->GetRoutingProtocol()->RouteOutput(Create<Packet>(), header, out, error);
            if (route)
            {
                return route;
            }
        }
    }
    return nullptr;
}

void
TcpConnL4Protocol::Enter(TcpConnRecordHead& head)
{
    m_table.Insert(head);
    ++m_portUse[head.localPort];
}

void
TcpConnL4Protocol::Leave(TcpConnRecordHead& head)
{
    m_table.Erase(head);
    const auto i = m_portUse.find(head.localPort);
    if (--i->second == 0)
    {
        m_portUse.erase(i);
    }
}

bool
TcpConnL4Protocol::InUse(uint16_t port) const
{
    return m_portUse.count(port) > 0;
}

uint16_t
TcpConnL4Protocol::ChoosePort(const TcpConnKey& key)
{
    return m_ports.Choose(key, [&](uint16_t port) {
        TcpConnKey candidate = key;
        candidate.localPort = port;
        return m_table.Find(candidate) != nullptr || StockHolds(key.local, port, key.v6);
    });
}

bool
TcpConnL4Protocol::IsTaken(const TcpConnKey& key) const
{
    return m_table.Find(key) != nullptr;
}

bool
TcpConnL4Protocol::StockHolds(const TcpConnIp& address, uint16_t port, bool v6) const
{
    // The other TCP can be asked in one way only: whether it would give the port away.
    Ptr<TcpL4Protocol> stock = DynamicCast<TcpL4Protocol>(v6 ? m_stock6 : m_stock);
    if (!stock)
    {
        return false;
    }
    if (v6)
    {
        Ipv6EndPoint* end = stock->Allocate6(nullptr, TcpConnKey::ToIpv6(address), port);
        if (end)
        {
            stock->DeAllocate(end);
        }
        return end == nullptr;
    }
    Ipv4EndPoint* end = stock->Allocate(nullptr, TcpConnKey::ToIpv4(address), port);
    if (end)
    {
        stock->DeAllocate(end);
    }
    return end == nullptr;
}

void
TcpConnL4Protocol::Hold(TcpConnSocket& socket)
{
    m_bound[socket.m_key.localPort].push_back(&socket);
    m_ports.Hold(socket.m_key.localPort);
}

void
TcpConnL4Protocol::Unhold(TcpConnSocket& socket)
{
    const auto i = m_bound.find(socket.m_key.localPort);
    if (i == m_bound.end())
    {
        return;
    }
    auto& sockets = i->second;
    const auto at = std::find(sockets.begin(), sockets.end(), &socket);
    if (at == sockets.end())
    {
        return;
    }
    sockets.erase(at);
    m_ports.Unhold(socket.m_key.localPort);
    if (sockets.empty())
    {
        m_bound.erase(i);
    }
}

std::vector<TcpConnSocket*>
TcpConnL4Protocol::BoundTo(uint16_t port) const
{
    const auto i = m_bound.find(port);
    return i == m_bound.end() ? std::vector<TcpConnSocket*>() : i->second;
}

void
TcpConnL4Protocol::AddListener(TcpConnListener& listener)
{
    listener.id = ++m_ids;
    TcpConnMachine::Begin(listener.tcb, Simulator::Now());
    listener.admissionState =
        listener.socket->m_profile->policies->admission->CreateState(m_seed ^ (listener.id << 32));
    m_listeners.Add(listener.at, &listener);
    m_listenerById[listener.id] = &listener;
}

void
TcpConnL4Protocol::RemoveListener(TcpConnListener& listener)
{
    m_listeners.Remove(listener.at, &listener);
    m_listenerById.erase(listener.id);
}

void
TcpConnL4Protocol::MoveListener(TcpConnListener& listener, Ptr<NetDevice> device)
{
    m_listeners.Remove(listener.at, &listener);
    listener.at.device =
        device ? static_cast<int32_t>(device->GetIfIndex()) : TcpConnListenerAt::ANY_DEVICE;
    m_listeners.Add(listener.at, &listener);
}

} // namespace ns3
