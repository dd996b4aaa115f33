/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-key.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"

#include <sstream>

namespace ns3
{

namespace
{

Address
EndAddress(const TcpConnIp& ip, uint16_t port, bool v6)
{
    if (v6)
    {
        return Inet6SocketAddress(TcpConnKey::ToIpv6(ip), port);
    }
    return InetSocketAddress(TcpConnKey::ToIpv4(ip), port);
}

std::string
IpText(const TcpConnIp& ip, bool v6)
{
    if (ip == TcpConnIp{})
    {
        return "*";
    }
    if (v6)
    {
        std::ostringstream os;
        os << '[' << TcpConnKey::ToIpv6(ip) << ']';
        return os.str();
    }
    return std::to_string(ip[0]) + '.' + std::to_string(ip[1]) + '.' + std::to_string(ip[2]) + '.' +
           std::to_string(ip[3]);
}

std::string
EndText(const TcpConnIp& ip, uint16_t port, bool v6)
{
    return IpText(ip, v6) + ':' + std::to_string(port);
}

} // namespace

TcpConnIp
TcpConnKey::FromIpv4(const Ipv4Address& a)
{
    TcpConnIp ip{};
    a.Serialize(ip.data());
    return ip;
}

TcpConnIp
TcpConnKey::FromIpv6(const Ipv6Address& a)
{
    TcpConnIp ip{};
    a.Serialize(ip.data());
    return ip;
}

Ipv4Address
TcpConnKey::ToIpv4(const TcpConnIp& a)
{
    return Ipv4Address::Deserialize(a.data());
}

Ipv6Address
TcpConnKey::ToIpv6(const TcpConnIp& a)
{
    return Ipv6Address::Deserialize(a.data());
}

Address
TcpConnKey::Local() const
{
    return EndAddress(local, localPort, v6);
}

Address
TcpConnKey::Peer() const
{
    return EndAddress(peer, peerPort, v6);
}

std::string
TcpConnKey::LocalText() const
{
    return EndText(local, localPort, v6);
}

std::string
TcpConnKey::PeerText() const
{
    return EndText(peer, peerPort, v6);
}

TcpConnKey
TcpConnKey::Reversed() const
{
    TcpConnKey key;
    key.local = peer;
    key.peer = local;
    key.localPort = peerPort;
    key.peerPort = localPort;
    key.v6 = v6;
    return key;
}

} // namespace ns3
