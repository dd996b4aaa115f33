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

namespace
{

/** @param ip the host @param i interface @return whether it has an address to send from */
bool
HasSource(const Ipv4& ip, uint32_t i, const Ipv4Header& /* header */)
{
    return ip.GetNAddresses(i) > 0;
}

/** @param ip the host @param i interface @param header whose destination counts @return the same */
bool
HasSource(const Ipv6& ip, uint32_t i, const Ipv6Header& header)
{
    const bool near = header.GetDestination().IsLinkLocal();
    for (uint32_t j = 0; j < ip.GetNAddresses(i); ++j)
    {
        const bool linkLocal = ip.GetAddress(i, j).GetScope() == Ipv6InterfaceAddress::LINKLOCAL;
        if (linkLocal == near || ip.GetAddress(i, j).GetScope() == Ipv6InterfaceAddress::HOST)
        {
            return true;
        }
    }
    return false;
}

/** @param at an address of an interface @return the address alone */
Ipv4Address
AddressOf(const Ipv4InterfaceAddress& at)
{
    return at.GetLocal();
}

/** @param at an address of an interface @return the address alone */
Ipv6Address
AddressOf(const Ipv6InterfaceAddress& at)
{
    return at.GetAddress();
}

/**
 * Does a host have an address?  Asked for each segment, it looks where the address was last.
 * @tparam Ip Ipv4 or Ipv6
 * @tparam Address Ipv4Address or Ipv6Address
 * @param ip the host
 * @param address the address
 * @param [in,out] last interface on which it was found last
 * @return whether it has
 */
template <typename Ip, typename Address>
bool
Holds(Ip& ip, const Address& address, uint32_t& last)
{
    const uint32_t addresses = last < ip.GetNInterfaces() ? ip.GetNAddresses(last) : 0;
    for (uint32_t i = 0; i < addresses; ++i)
    {
        if (AddressOf(ip.GetAddress(last, i)) == address)
        {
            return true;
        }
    }
    const int32_t found = ip.GetInterfaceForAddress(address);
    last = found >= 0 ? static_cast<uint32_t>(found) : 0;
    return found >= 0;
}

/**
 * Ask the routing protocol for a route.  Static routing ends the program when one leads through an
 * interface without an address to send from: such interfaces are kept from it.
 * @tparam Route Ipv4Route or Ipv6Route
 * @param ip Ipv4 or Ipv6
 * @param header whose destination is looked for
 * @param device the device to go out by; nullptr: any
 * @return the route; nullptr: none
 */
template <typename Route, typename Ip, typename Header>
Ptr<Route>
FindRouteOf(Ip& ip, const Header& header, Ptr<NetDevice> device)
{
    Socket::SocketErrno error = Socket::ERROR_NOTERROR;
    const auto ask = [&](Ptr<NetDevice> out) -> Ptr<Route> {
        return ip.GetRoutingProtocol()->RouteOutput(Create<Packet>(), header, out, error);
    };
    bool bare = false;
    for (uint32_t i = 0; i < ip.GetNInterfaces(); ++i)
    {
        bare = bare || !HasSource(ip, i, header);
    }
    if (!bare)
    {
        return ask(device);
    }
    for (uint32_t i = 0; i < ip.GetNInterfaces(); ++i)
    {
        Ptr<NetDevice> out = ip.GetNetDevice(i);
        if (HasSource(ip, i, header) && (!device || device == out))
        {
            if (Ptr<Route> route = ask(out))
            {
                return route;
            }
        }
    }
    return nullptr;
}

} // namespace

bool
TcpConnL4Protocol::HasAddress(const TcpConnIp& address, bool v6) const
{
    if (v6)
    {
        return m_ipv6 && Holds(*m_ipv6, TcpConnKey::ToIpv6(address), m_interfaceOf[address]);
    }
    return m_ipv4 && Holds(*m_ipv4, TcpConnKey::ToIpv4(address), m_interfaceOf[address]);
}

bool
TcpConnL4Protocol::FindRoute(TcpConnKey& key, Ptr<NetDevice> device, uint16_t& pathMss) const
{
    const bool chooseLocal = key.local == TcpConnIp{};
    Ptr<NetDevice> out;
    if (key.v6)
    {
        if (!m_ipv6 || !m_ipv6->GetRoutingProtocol())
        {
            return false;
        }
        Ptr<Ipv6Route> route = RouteTo(TcpConnKey::ToIpv6(key.peer), device);
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
    Ipv4Header header;
    header.SetDestination(peer);
    return FindRouteOf<Ipv4Route>(*m_ipv4, header, device);
}

Ptr<Ipv6Route>
TcpConnL4Protocol::RouteTo(const Ipv6Address& peer, Ptr<NetDevice> device) const
{
    Ipv6Header header;
    header.SetDestination(peer);
    return FindRouteOf<Ipv6Route>(*m_ipv6, header, device);
}

void
TcpConnL4Protocol::Enter(TcpConnRecordHead& head)
{
    m_table.Insert(head);
    m_resources.Add(static_cast<TcpConnKind>(head.kind), head.v6);
    m_ports.Enter(head.localPort);
}

void
TcpConnL4Protocol::Leave(TcpConnRecordHead& head)
{
    m_table.Erase(head);
    m_resources.Remove(static_cast<TcpConnKind>(head.kind), head.v6);
    m_ports.Leave(head.localPort);
}

bool
TcpConnL4Protocol::InUse(uint16_t port) const
{
    return m_ports.InUse(port);
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
    m_bound.Add(socket);
    m_ports.Hold(socket.m_name->key.localPort);
}

void
TcpConnL4Protocol::Unhold(TcpConnSocket& socket)
{
    if (m_bound.Remove(socket))
    {
        m_ports.Unhold(socket.m_name->key.localPort);
    }
}

std::vector<TcpConnSocket*>
TcpConnL4Protocol::BoundTo(uint16_t port) const
{
    return m_bound.On(port);
}

void
TcpConnL4Protocol::AddListener(TcpConnListener& listener)
{
    listener.id = ++m_ids;
    TcpConnMachine::Begin(listener.tcb, Simulator::Now());
    listener.admissionState =
        listener.socket->m_profile->policies->admission->CreateState(m_seed ^ (listener.id << 32));
    m_listeners.Add(listener.at, &listener);
    do
    {
        listener.number = ++m_listenerNumber;
    } while (!m_listenerOf.emplace(listener.number, &listener).second); // it may go round
}

void
TcpConnL4Protocol::RemoveListener(TcpConnListener& listener)
{
    m_listeners.Remove(listener.at, &listener);
    m_listenerOf.erase(listener.number);
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
