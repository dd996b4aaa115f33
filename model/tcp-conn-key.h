/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_KEY_H
#define TCP_CONN_KEY_H

#include "ns3/address.h"

#include <array>
#include <cstdint>
#include <ostream>
#include <string>

namespace ns3
{

class Ipv4Address;
class Ipv6Address;

/** @ingroup tcp-conn
 * An IPv4 or IPv6 address in network byte order.  An IPv4 address uses the first four bytes;
 * the others are zero.
 */
using TcpConnIp = std::array<uint8_t, 16>;

/** @ingroup tcp-conn
 * The 4-tuple that names a connection: local and peer address and port.  A listener has the
 * unspecified peer and port 0, and perhaps the unspecified local address.
 */
struct TcpConnKey
{
    TcpConnIp local{};     //!< Local address.
    TcpConnIp peer{};      //!< Peer's address.
    uint16_t localPort{0}; //!< Local port, host byte order.
    uint16_t peerPort{0};  //!< Peer's port, host byte order.
    bool v6{false};        //!< Addresses are IPv6.

    /**
     * @param a an IPv4 address
     * @return the same as bytes
     */
    static TcpConnIp FromIpv4(const Ipv4Address& a);
    /**
     * @param a an IPv6 address
     * @return the same as bytes
     */
    static TcpConnIp FromIpv6(const Ipv6Address& a);
    /**
     * @param a bytes of an IPv4 address
     * @return the same as ns-3's type
     */
    static Ipv4Address ToIpv4(const TcpConnIp& a);
    /**
     * @param a bytes of an IPv6 address
     * @return the same as ns-3's type
     */
    static Ipv6Address ToIpv6(const TcpConnIp& a);

    /** @return the local end as InetSocketAddress or Inet6SocketAddress. */
    Address Local() const;
    /** @return the peer's end as InetSocketAddress or Inet6SocketAddress. */
    Address Peer() const;
    /** @return the local end as text, "10.0.0.1:80" or "[2001:db8::1]:80"; "*" for unspecified. */
    std::string LocalText() const;
    /** @return the peer's end as text, in the same form. */
    std::string PeerText() const;
    /** @return the key seen from the peer's side. */
    TcpConnKey Reversed() const;

    /**
     * @param o another key
     * @return whether both are the same connection
     */
    bool operator==(const TcpConnKey& o) const
    {
        return localPort == o.localPort && peerPort == o.peerPort && v6 == o.v6 && peer == o.peer &&
               local == o.local;
    }
};

} // namespace ns3

#endif /* TCP_CONN_KEY_H */
