/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_NAMES_H
#define TCP_CONN_NAMES_H

#include "tcp-conn-wire-script.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"

#include <string>

/**
 * @file
 * @ingroup tcp-conn
 * Test support: what the suites on socket calls share.
 */

namespace ns3
{
namespace TcpConnWire
{

/** No error. */
constexpr Socket::SocketErrno OK = Socket::ERROR_NOTERROR;

/** A call succeeded (OK), or failed with that errno. */
inline void
Gives(Script& w, Ptr<Socket> s, int result, Socket::SocketErrno e, const std::string& call)
{
    const int is = s->GetErrno();
    w.Check((result == 0) == (e == OK) && (e == OK || (result == -1 && is == e)),
            call + " gave " + std::to_string(result) + ", errno " + std::to_string(is) +
                ", expected errno " + std::to_string(e));
}

/** @param w the script @param port a port @return the unspecified address with it */
inline Address
Any(const Script& w, uint16_t port)
{
    return w.IsV6() ? Host(Ipv6Address::GetAny()).With(port)
                    : Host(Ipv4Address::GetAny()).With(port);
}

/** @param a address of a socket @return its port */
inline uint16_t
Port(const Address& a)
{
    return InetSocketAddress::IsMatchingType(a) ? InetSocketAddress::ConvertFrom(a).GetPort()
                                                : Inet6SocketAddress::ConvertFrom(a).GetPort();
}

/** Bind a new socket. @return it */
inline Ptr<Socket>
Bound(Script& w, const Address& to, Socket::SocketErrno e = OK)
{
    Ptr<Socket> s = w.NewSocket();
    Gives(w, s, s->Bind(to), e, "Bind");
    return s;
}

/** @return what GetSockName gives */
inline Address
NameOf(Script& w, Ptr<Socket> s)
{
    Address a;
    w.Check(s->GetSockName(a) == 0, "GetSockName failed");
    return a;
}

/** The host gets one more address. */
inline Host
SecondAddress(Script& w)
{
    if (w.IsV6())
    {
        const Ipv6Address a("2001:db8::50");
        w.HostNode()->GetObject<Ipv6>()->AddAddress(1, Ipv6InterfaceAddress(a, Ipv6Prefix(64)));
        return a;
    }
    const Ipv4Address a("10.0.0.50");
    w.HostNode()->GetObject<Ipv4>()->AddAddress(1, Ipv4InterfaceAddress(a, "255.255.255.0"));
    return a;
}

} // namespace TcpConnWire
} // namespace ns3

#endif /* TCP_CONN_NAMES_H */
