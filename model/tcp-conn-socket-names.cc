/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-l4-protocol.h"
#include "tcp-conn-socket.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"

namespace ns3
{

// What a socket is called: its local end, and the peer

int
TcpConnSocket::Bind()
{
    return BindTo(TcpConnIp{}, 0, false);
}

int
TcpConnSocket::Bind6()
{
    return BindTo(TcpConnIp{}, 0, true);
}

int
TcpConnSocket::Bind(const Address& address)
{
    if (InetSocketAddress::IsMatchingType(address))
    {
        const auto to = InetSocketAddress::ConvertFrom(address);
        return BindTo(TcpConnKey::FromIpv4(to.GetIpv4()), to.GetPort(), false);
    }
    if (Inet6SocketAddress::IsMatchingType(address))
    {
        const auto to = Inet6SocketAddress::ConvertFrom(address);
        return BindTo(TcpConnKey::FromIpv6(to.GetIpv6()), to.GetPort(), true);
    }
    return Fail(ERROR_AFNOSUPPORT);
}

int
TcpConnSocket::BindTo(const TcpConnIp& address, uint16_t port, bool v6)
{
    if (m_tcp && m_full && m_full->tcb.State() == TcpSocket::CLOSED)
    {
        ForgetOld();
    }
    if (!m_tcp || m_bound || m_full || m_listener)
    {
        return Fail(ERROR_INVAL);
    }
    if (address != TcpConnIp{} && !m_tcp->HasAddress(address, v6))
    {
        return Fail(ERROR_ADDRNOTAVAIL);
    }
    if (port != 0 && !MayBind(address, port, v6))
    {
        return Fail(ERROR_ADDRINUSE);
    }
    TcpConnKey& key = Name().key;
    key = TcpConnKey();
    key.local = address;
    key.localPort = port;
    key.v6 = v6;
    m_bound = true;
    if (port != 0)
    {
        m_tcp->Hold(*this);
    }
    // A port that was left open is chosen when the peer is known, so that one port can serve
    // connections to many peers.
    return 0;
}

bool
TcpConnSocket::MayBind(const TcpConnIp& address, uint16_t port, bool v6) const
{
    const TcpConnIp any{};
    for (const TcpConnSocket* other : m_tcp->BoundTo(port))
    {
        const bool bothReusePort = m_reusePort && other->m_reusePort;
        const bool bothReuse = m_reuseAddress && other->m_reuseAddress;
        const TcpConnKey& theirs = other->m_name->key;
        const bool same = theirs.v6 == v6 && theirs.local == address;
        const bool overlap = same || (theirs.v6 == v6 && (address == any || theirs.local == any));
        const bool devicesDiffer =
            BoundDevice() && other->BoundDevice() && BoundDevice() != other->BoundDevice();
        if (overlap && !bothReusePort && !devicesDiffer && (same || !bothReuse))
        {
            return false;
        }
    }
    return (m_reuseAddress || !m_tcp->InUse(port)) && !m_tcp->StockHolds(address, port, v6);
}

void
TcpConnSocket::Unbind()
{
    if (IsHeld() && m_tcp)
    {
        m_tcp->Unhold(*this);
    }
    m_bound = false;
}

bool
TcpConnSocket::IsHeld() const
{
    return m_bound && m_name->key.localPort != 0;
}

TcpConnKey
TcpConnSocket::Key() const
{
    if (m_full)
    {
        return m_full->Key();
    }
    if (m_name)
    {
        return m_name->key;
    }
    return m_late ? m_late->Key() : TcpConnKey();
}

TcpConnSocketName&
TcpConnSocket::Name()
{
    if (!m_name)
    {
        m_name = std::make_unique<TcpConnSocketName>();
    }
    return *m_name;
}

void
TcpConnSocket::Forget(const TcpConnLate& late)
{
    if (!m_name)
    {
        Name().key = late.Key();
    }
    m_late = nullptr;
}

bool
TcpConnSocket::ChoosePort()
{
    TcpConnKey& key = Name().key;
    key.localPort = m_tcp->ChoosePort(key);
    return key.localPort != 0;
}

int
TcpConnSocket::GetSockName(Address& address) const
{
    auto* self = const_cast<TcpConnSocket*>(this);
    if (m_bound && Key().localPort == 0 && !m_full && m_tcp && self->ChoosePort())
    {
        m_tcp->Hold(*self); // asked for, so it must be known from now on
    }
    address = Key().Local();
    return 0;
}

int
TcpConnSocket::GetPeerName(Address& address) const
{
    if ((!m_full && !m_late) || m_state == TcpSocket::SYN_SENT)
    {
        return Fail(ERROR_NOTCONN);
    }
    address = Key().Peer();
    return 0;
}

void
TcpConnSocket::BindToNetDevice(Ptr<NetDevice> netdevice)
{
    Socket::BindToNetDevice(netdevice);
    if (m_listener && IsHeld())
    {
        m_tcp->MoveListener(*m_listener, netdevice);
    }
}

Ptr<NetDevice>
TcpConnSocket::BoundDevice() const
{
    return m_boundnetdevice;
}

} // namespace ns3
