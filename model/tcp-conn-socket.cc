/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-socket.h"

#include "tcp-conn-l4-protocol.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{

TcpConnSocket::TcpConnSocket()
    : m_profile(Create<TcpConnProfile>()),
      m_errno(ERROR_NOTERROR),
      m_state(TcpSocket::CLOSED),
      m_failure(TcpConnFailure::NONE),
      m_bound(false),
      m_reuseAddress(true),
      m_reusePort(false),
      m_closed(false),
      m_ended(false),
      m_peerClosed(false),
      m_wasOpen(false),
      m_pumping(false),
      m_pumpDue(false),
      m_waiting(false),
      m_orphan(false),
      m_early(false)
{
}

TcpConnSocket::TcpConnSocket(const TcpConnSocket& other)
    : TcpSocket(other),
      m_profile(other.m_profile),
      m_errno(ERROR_NOTERROR),
      m_state(TcpSocket::CLOSED),
      m_failure(TcpConnFailure::NONE),
      m_manualAccept(other.m_manualAccept),
      m_refuseByReset(other.m_refuseByReset),
      m_reflectTos(other.m_reflectTos),
      m_bound(false),
      m_reuseAddress(other.m_reuseAddress),
      m_reusePort(other.m_reusePort),
      m_closed(false),
      m_ended(false),
      m_peerClosed(false),
      m_wasOpen(false),
      m_pumping(false),
      m_pumpDue(false),
      m_waiting(false),
      m_orphan(false),
      m_early(false)
{
    // The listener's callbacks are not those of the connections that it accepts.
    SetConnectCallback(MakeNullCallback<void, Ptr<Socket>>(),
                       MakeNullCallback<void, Ptr<Socket>>());
    SetCloseCallbacks(MakeNullCallback<void, Ptr<Socket>>(), MakeNullCallback<void, Ptr<Socket>>());
    SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                      MakeNullCallback<void, Ptr<Socket>, const Address&>());
    SetDataSentCallback(MakeNullCallback<void, Ptr<Socket>, uint32_t>());
    SetSendCallback(MakeNullCallback<void, Ptr<Socket>, uint32_t>());
    SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
}

TcpConnSocket::~TcpConnSocket()
{
    if (m_late)
    {
        m_late->LetGo();
    }
    if (m_tcp)
    {
        Unbind();
        m_tcp->RemoveSocket(*this);
    }
}

void
TcpConnSocket::DoDispose()
{
    TcpSocket::DoDispose();
}

Socket::SocketErrno
TcpConnSocket::GetErrno() const
{
    return m_errno;
}

Socket::SocketType
TcpConnSocket::GetSocketType() const
{
    return NS3_SOCK_STREAM;
}

Ptr<Node>
TcpConnSocket::GetNode() const
{
    return m_tcp ? m_tcp->GetNode() : nullptr;
}

int
TcpConnSocket::Fail(SocketErrno e) const
{
    m_errno = e;
    return -1;
}

TcpSocket::TcpStates_t
TcpConnSocket::GetState() const
{
    return m_state;
}

TcpConnFailure
TcpConnSocket::GetFailure() const
{
    return m_failure;
}

uint64_t
TcpConnSocket::GetConnectionId() const
{
    if (m_listener)
    {
        return m_listener->id;
    }
    if (m_full)
    {
        return m_full->id;
    }
    return m_late ? m_late->id : 0;
}

bool
TcpConnSocket::SetAllowBroadcast(bool allowBroadcast)
{
    return !allowBroadcast; // a connection has one peer
}

bool
TcpConnSocket::GetAllowBroadcast() const
{
    return false;
}

// Opening

bool
TcpConnSocket::PeerLegal(const Address& address, TcpConnKey& key) const
{
    if (InetSocketAddress::IsMatchingType(address))
    {
        const auto to = InetSocketAddress::ConvertFrom(address);
        key.peer = TcpConnKey::FromIpv4(to.GetIpv4());
        key.peerPort = to.GetPort();
        key.v6 = false;
    }
    else if (Inet6SocketAddress::IsMatchingType(address))
    {
        const auto to = Inet6SocketAddress::ConvertFrom(address);
        key.peerPort = to.GetPort();
        key.v6 = !to.GetIpv6().IsIpv4MappedAddress();
        key.peer = key.v6 ? TcpConnKey::FromIpv6(to.GetIpv6())
                          : TcpConnKey::FromIpv4(to.GetIpv6().GetIpv4MappedAddress());
    }
    else
    {
        Fail(ERROR_AFNOSUPPORT);
        return false;
    }
    if (!m_tcp->PeerLegal(key, nullptr) || key.peerPort == 0)
    {
        Fail(ERROR_ADDRNOTAVAIL); // MUST-46: broadcast and multicast are refused
        return false;
    }
    return true;
}

void
TcpConnSocket::ForgetOld()
{
    if (m_full && m_full->tcb.State() == TcpSocket::CLOSED)
    {
        m_tcp->Remove(*m_full); // the callback that told of its end uses the socket again
    }
    if (m_late && !m_full)
    {
        m_late->LetGo(); // TIME-WAIT goes on without it
        Forget(*m_late);
        m_state = TcpSocket::CLOSED;
    }
}

void
TcpConnSocket::CallLater(TcpConnEvent call, uint64_t connection)
{
    if (m_tcp && m_full && m_connection == connection)
    {
        m_tcp->Call(*m_full, call);
    }
}

int
TcpConnSocket::Connect(const Address& address)
{
    if (!m_tcp)
    {
        return Fail(ERROR_NODEV);
    }
    if (m_full && m_full->tcb.State() != TcpSocket::CLOSED)
    {
        return Fail(ERROR_ISCONN);
    }
    TcpConnKey key;
    if (!PeerLegal(address, key))
    {
        return -1;
    }
    if (m_bound)
    {
        const TcpConnKey& own = m_name->key;
        if (own.v6 != key.v6 && own.local != TcpConnIp{})
        {
            return Fail(ERROR_AFNOSUPPORT);
        }
        key.local = own.local;
        key.localPort = own.localPort;
    }
    uint16_t pathMss = 0;
    if (!m_tcp->FindRoute(key, BoundDevice(), pathMss))
    {
        return Fail(ERROR_NOROUTETOHOST);
    }
    if (key.localPort == 0)
    {
        key.localPort = m_tcp->ChoosePort(key);
        if (key.localPort == 0)
        {
            return Fail(ERROR_ADDRNOTAVAIL); // every port to that peer is in use
        }
    }
    else if (m_tcp->IsTaken(key))
    {
        return Fail(ERROR_ADDRINUSE);
    }
    const bool held = IsHeld();
    ForgetOld();
    if (!m_tcp->HasRoom(Settings()))
    {
        return Fail(ERROR_AGAIN); // ENOBUFS in BSD; ns-3 has none
    }
    if (m_listener)
    {
        // RFC 9293 section 3.10.1: a passive OPEN may become active.
        m_tcp->Call(*m_listener, TcpConnEvent::CLOSE);
        StopListening();
    }
    if (held)
    {
        m_name->key = key;
    }
    else
    {
        m_bound = false;
        m_name.reset(); // its record knows it
    }
    m_failure = TcpConnFailure::NONE;
    m_closed = false;
    m_ended = false;
    m_peerClosed = false;
    m_wasOpen = false;
    m_urgent = 0;
    if (!m_early)
    {
        m_room.reset(); // what an earlier connection left
    }
    m_early = false;
    m_full = m_tcp->Open(key, *this);
    m_full->tcb.pathMss = pathMss;
    m_tcp->Call(*m_full, TcpConnEvent::ACTIVE_OPEN);
    return 0;
}

int
TcpConnSocket::Listen()
{
    if (!m_tcp)
    {
        return Fail(ERROR_NODEV);
    }
    if (m_full && m_full->tcb.State() != TcpSocket::CLOSED)
    {
        return Fail(ERROR_ISCONN);
    }
    ForgetOld();
    if (m_listener)
    {
        m_tcp->Call(*m_listener, TcpConnEvent::PASSIVE_OPEN);
        return 0;
    }
    if (!m_bound && Bind() != 0)
    {
        return -1;
    }
    if (m_name->key.localPort == 0)
    {
        if (!ChoosePort())
        {
            return Fail(ERROR_ADDRNOTAVAIL);
        }
        m_tcp->Hold(*this);
    }
    m_closed = false;
    m_listener = std::make_unique<TcpConnListener>();
    m_listener->socket = this;
    m_listener->keep = this;
    const TcpConnKey& key = m_name->key;
    m_listener->at.address = key.local;
    m_listener->at.port = key.localPort;
    m_listener->at.v6 = key.v6;
    m_listener->at.dual = key.v6 && key.local == TcpConnIp{}; // not IPV6_V6ONLY
    m_listener->at.device = BoundDevice() ? static_cast<int32_t>(BoundDevice()->GetIfIndex())
                                          : TcpConnListenerAt::ANY_DEVICE;
    m_tcp->AddListener(*m_listener);
    m_tcp->Call(*m_listener, TcpConnEvent::PASSIVE_OPEN);
    return 0;
}

void
TcpConnSocket::StopListening()
{
    if (!m_listener)
    {
        return;
    }
    if (m_tcp)
    {
        m_tcp->RemoveListener(*m_listener);
    }
    const auto listener = std::move(m_listener); // it may hold the last reference to this socket
    for (const auto& socket : listener->acceptQueue)
    {
        socket->Abort(); // nobody will ever accept it
    }
}

// Text

TcpConnTransfer&
TcpConnSocket::Room()
{
    if (!m_room)
    {
        m_room = std::make_unique<TcpConnTransfer>(m_profile->prototype, Settings());
        if (m_traces)
        {
            m_traces->Follow(m_room->State());
        }
        if (m_full)
        {
            TcpConnTcb& tcb = m_full->tcb;
            const bool synchronised = tcb.State() != TcpSocket::SYN_SENT &&
                                      tcb.State() != TcpSocket::SYN_RCVD && tcb.sndUna != tcb.iss;
            if (synchronised)
            {
                m_room->Begin(tcb, Settings(), Simulator::Now());
            }
        }
    }
    return *m_room;
}

bool
TcpConnSocket::RoomIdle() const
{
    // A congestion trace is connected to the room, which stays then.
    return m_room && m_full && !m_traces && m_full->tcb.State() == TcpSocket::ESTABLISHED &&
           !m_full->tcb.ackNow && m_full->tcb.ackPending == 0 && !m_full->tcb.finSeen &&
           m_room->Empty() && m_room->Rebuildable();
}

bool
TcpConnSocket::TakesEarlyText() const
{
    // Of a socket that has not been used for anything yet.
    return m_tcp && !m_listener && !m_late && !m_closed && m_connection == 0 &&
           m_profile->policies->handshake->TakesEarlyText();
}

int
TcpConnSocket::Send(Ptr<Packet> p, uint32_t /* flags */)
{
    if (!m_full)
    {
        if (TakesEarlyText())
        {
            m_early = true;
            return Room().Queue(p) ? static_cast<int>(p->GetSize()) : Fail(ERROR_MSGSIZE);
        }
        return Fail(m_wasOpen && m_ended ? ERROR_SHUTDOWN : ERROR_NOTCONN);
    }
    switch (m_tcp->Ask(*m_full, TcpConnEvent::SEND))
    {
    case TcpConnAnswer::OK:
        break;
    case TcpConnAnswer::CLOSING:
        return Fail(ERROR_SHUTDOWN);
    default:
        return Fail(ERROR_NOTCONN);
    }
    if (m_full->tcb.closing)
    {
        return Fail(ERROR_SHUTDOWN); // CLOSE is queued in SYN-RECEIVED
    }
    if (p->GetSize() == 0)
    {
        return 0;
    }
    const auto size = static_cast<int>(p->GetSize());
    ++m_working; // a sink of the congestion window may call back
    const bool queued = Room().Queue(p);
    --m_working;
    if (!queued)
    {
        return Fail(ERROR_MSGSIZE);
    }
    // What the application writes in one event goes together, in full segments; in a callback the
    // event that called it ends with sending.
    if (!m_current && !m_pumpDue)
    {
        m_pumpDue = true;
        Simulator::ScheduleNow(&TcpConnSocket::PumpNow, Ptr<TcpConnSocket>(this));
    }
    return size;
}

void
TcpConnSocket::PumpNow()
{
    m_pumpDue = false;
    if (m_tcp && m_full)
    {
        m_tcp->Pump(*this);
        m_tcp->Settle(*this);
    }
}

int
TcpConnSocket::SendTo(Ptr<Packet> p, uint32_t flags, const Address& /* toAddress */)
{
    return Send(p, flags); // as send(2): a connected socket ignores the address
}

uint32_t
TcpConnSocket::GetTxAvailable() const
{
    return m_room ? m_room->SendSpace() : Settings().sndBufSize;
}

uint32_t
TcpConnSocket::GetRxAvailable() const
{
    return m_room ? m_room->Unread() : 0;
}

Ptr<Packet>
TcpConnSocket::Recv(uint32_t maxSize, uint32_t /* flags */)
{
    if (m_listener)
    {
        Fail(ERROR_NOTCONN);
        return nullptr;
    }
    const TcpConnAnswer answer =
        m_full ? m_tcp->Ask(*m_full, TcpConnEvent::RECEIVE) : TcpConnAnswer::NOT_CONNECTED;
    if (m_full && m_full->tcb.receiveShut)
    {
        return Create<Packet>(); // end of stream, as after shutdown(2)
    }
    Ptr<Packet> packet = m_room ? m_room->Read(maxSize) : nullptr;
    if (packet)
    {
        m_urgent -= std::min(m_urgent, packet->GetSize());
        if (m_full)
        {
            Ptr<TcpConnSocket> self = this;
            m_tcp->OfferWindow(*m_full);
        }
        return packet;
    }
    const bool ended = !m_full && m_peerClosed && m_failure == TcpConnFailure::NONE;
    if (answer == TcpConnAnswer::END_OF_STREAM || ended)
    {
        return Create<Packet>(); // end of stream, as stock ns-3 tells it
    }
    Fail(m_full && answer != TcpConnAnswer::NOT_CONNECTED ? ERROR_AGAIN : ERROR_NOTCONN);
    return nullptr;
}

Ptr<Packet>
TcpConnSocket::RecvFrom(uint32_t maxSize, uint32_t flags, Address& fromAddress)
{
    Ptr<Packet> packet = Recv(maxSize, flags);
    const TcpConnKey key = Key();
    if (packet && key.peerPort != 0)
    {
        fromAddress = key.Peer();
    }
    return packet;
}

// Release

int
TcpConnSocket::Close()
{
    Ptr<TcpConnSocket> self = this;
    m_closed = true;
    if (m_listener)
    {
        m_tcp->Call(*m_listener, TcpConnEvent::CLOSE);
        StopListening();
        Unbind();
        return 0;
    }
    if (m_full)
    {
        m_full->tcb.detached = true;
        m_tcp->Call(*m_full, m_tcp->Orphan(*this) ? TcpConnEvent::CLOSE : TcpConnEvent::ABORT);
        m_ended = m_ended || !m_full || m_full->tcb.State() == TcpSocket::CLOSED;
        return 0;
    }
    Unbind();
    return 0;
}

int
TcpConnSocket::ShutdownSend()
{
    if (!m_full || m_full->tcb.State() == TcpSocket::SYN_SENT)
    {
        return Fail(ERROR_NOTCONN);
    }
    Ptr<TcpConnSocket> self = this;
    m_tcp->Call(*m_full, TcpConnEvent::CLOSE);
    return 0;
}

int
TcpConnSocket::ShutdownRecv()
{
    if (!m_full)
    {
        return Fail(ERROR_NOTCONN);
    }
    m_full->tcb.receiveShut = true;
    if (m_room)
    {
        while (m_room->Read(UINT32_MAX))
        {
            // nobody will read it
        }
    }
    m_tcp->OfferWindow(*m_full);
    return 0;
}

int
TcpConnSocket::Abort()
{
    Ptr<TcpConnSocket> self = this;
    m_closed = true;
    if (m_full)
    {
        m_tcp->Call(*m_full, TcpConnEvent::ABORT);
        m_ended = true; // what the application aborts itself it is not told of
        return 0;
    }
    if (m_listener)
    {
        return Close();
    }
    return Fail(ERROR_NOTCONN);
}

void
TcpConnSocket::SettingsChanged()
{
    if (!m_full || !m_tcp || m_full->tcb.sndUna == m_full->tcb.iss)
    {
        return;
    }
    TcpConnTcb& tcb = m_full->tcb;
    const Time now = Simulator::Now();
    const Time idle = Settings().keepAliveIdle;
    tcb.deadline[TCP_CONN_KEEP_ALIVE] =
        idle.IsZero() ? Time::Max() : std::max(now, TcpConnMachine::After(tcb.lastReceived, idle));
    if (!Settings().userTimeout.IsZero() && tcb.Outstanding() > 0)
    {
        tcb.deadline[TCP_CONN_USER] = TcpConnMachine::After(now, Settings().userTimeout);
    }
    if (!m_current)
    {
        m_tcp->Settle(*this);
    }
}

uint32_t
TcpConnSocket::GetUrgent() const
{
    return m_urgent;
}

void
TcpConnSocket::TellUrgent()
{
    if (!m_full)
    {
        return; // a callback has ended the connection
    }
    const TcpConnTcb& tcb = m_full->tcb;
    const bool finTaken = tcb.finSeen && tcb.rcvNxt > tcb.peerFin;
    const int64_t ahead = tcb.rcvUp - tcb.rcvNxt + (finTaken ? 1 : 0);
    const int64_t left = ahead + GetRxAvailable();
    m_urgent = static_cast<uint32_t>(std::max<int64_t>(left, 0));
    Report(TcpConnReport::URGENT, m_urgent);
}

void
TcpConnSocket::Report(TcpConnReport report, uint32_t bytes)
{
    if (m_watch)
    {
        m_watch->report(report, bytes);
    }
}

void
TcpConnSocket::Moved(TcpSocket::TcpStates_t from, TcpSocket::TcpStates_t to)
{
    m_state = to;
    if (m_watch)
    {
        m_watch->state(from, to);
    }
}

} // namespace ns3
