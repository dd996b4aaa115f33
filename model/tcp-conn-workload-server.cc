/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-workload-server.h"

#include "ns3/abort.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/packet.h"
#include "ns3/trace-source-accessor.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(TcpConnWorkloadServer);

TypeId
TcpConnWorkloadServer::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::TcpConnWorkloadServer")
            .SetParent<TcpConnWorkloadApp>()
            .SetGroupName("TcpConn")
            .AddConstructor<TcpConnWorkloadServer>()
            .AddTraceSource("Accepted",
                            "A connection was accepted: from whom.",
                            MakeTraceSourceAccessor(&TcpConnWorkloadServer::m_accepted),
                            "ns3::TcpConnWorkloadServer::AcceptedCallback")
            .AddTraceSource("Served",
                            "A connection ended as agreed: time since it was accepted.",
                            MakeTraceSourceAccessor(&TcpConnWorkloadServer::m_completed),
                            "ns3::TcpConnWorkloadApp::DurationCallback");
    return tid;
}

TcpConnWorkloadServer::TcpConnWorkloadServer() = default;

TcpConnWorkloadServer::~TcpConnWorkloadServer() = default;

void
TcpConnWorkloadServer::DoDispose()
{
    if (m_listener)
    {
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                      MakeNullCallback<void, Ptr<Socket>, const Address&>());
        m_listener = nullptr;
    }
    TcpConnWorkloadApp::DoDispose();
}

Ptr<Socket>
TcpConnWorkloadServer::GetListener() const
{
    return m_listener;
}

void
TcpConnWorkloadServer::StartApplication()
{
    NS_ABORT_MSG_UNLESS(InetSocketAddress::IsMatchingType(m_local) ||
                            Inet6SocketAddress::IsMatchingType(m_local),
                        "ns3::TcpConnWorkloadServer::Local must be an InetSocketAddress or an "
                        "Inet6SocketAddress");
    m_listener = MakeSocket();
    m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                  MakeCallback(&TcpConnWorkloadServer::Accepted, this));
    const bool listens = m_listener->Bind(m_local) == 0 && m_listener->Listen() == 0;
    NS_ABORT_MSG_UNLESS(listens,
                        "ns3::TcpConnWorkloadServer::Local: this address and port cannot be "
                        "listened at on node "
                            << GetNode()->GetId());
}

void
TcpConnWorkloadServer::StopApplication()
{
    if (m_listener)
    {
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                      MakeNullCallback<void, Ptr<Socket>, const Address&>());
        m_listener->Close();
        m_listener = nullptr;
    }
    FailAll("stopped");
}

void
TcpConnWorkloadServer::Accepted(Ptr<Socket> socket, const Address& from)
{
    // Until its first request has come a connection has a key of its own, with the top bit set.
    Entry& entry = Add(socket, uint64_t(1) << 63 | m_counters.started);
    entry.second.phase = WAITING;
    m_counters.opened++;
    m_accepted(from);
    OnText(entry);
}

// Requests and replies

void
TcpConnWorkloadServer::OnText(Entry& entry)
{
    while (Serve(entry))
    {
    }
}

bool
TcpConnWorkloadServer::Serve(Entry& entry)
{
    switch (entry.second.phase)
    {
    case WAITING:
        return TakeRequest(entry);
    case TAKING:
        Read(entry, false);
        if (entry.second.toReceive > 0)
        {
            return false;
        }
        entry.second.phase = TALKING;
        return Push(entry);
    default:
        Drain(entry);
        return false;
    }
}

bool
TcpConnWorkloadServer::TakeRequest(Entry& entry)
{
    if (entry.first->GetRxAvailable() < TcpConnWorkloadRequest::SIZE)
    {
        return false; // what has come waits in the socket
    }
    Connection& c = entry.second;
    uint8_t bytes[TcpConnWorkloadRequest::SIZE] = {};
    Ptr<Packet> packet = entry.first->Recv(TcpConnWorkloadRequest::SIZE, 0);
    const uint32_t size = packet ? packet->CopyData(bytes, sizeof(bytes)) : 0;
    TcpConnWorkloadRequest request;
    m_counters.bytesReceived += size;
    if (size != TcpConnWorkloadRequest::SIZE || !request.Decode(bytes))
    {
        m_counters.corrupted += size;
        Fail(entry, "bad-request", true);
        return false;
    }
    c.key = request.key;
    c.received += size;
    c.toReceive = request.size - size;
    c.toSend = request.reply;
    c.toCome = request.toCome;
    c.delay = request.delay;
    c.closer = request.closer;
    c.flags = request.patterned ? PATTERNED : 0;
    c.phase = TAKING;
    return true;
}

bool
TcpConnWorkloadServer::Push(Entry& entry)
{
    Connection& c = entry.second;
    if (!Write(entry, true))
    {
        return false;
    }
    m_counters.requests++;
    if (c.toCome > 0)
    {
        c.phase = WAITING;
        return true;
    }
    c.phase = HELD;
    const bool closes =
        c.closer == TcpConnWorkloadRequest::SERVER || c.closer == TcpConnWorkloadRequest::BOTH;
    if (closes && c.delay == 0)
    {
        Release(entry);
    }
    else if (closes && c.delay > 0)
    {
        Arm(entry, c.delay);
    }
    return false;
}

void
TcpConnWorkloadServer::OnSpace(Entry& entry)
{
    if (entry.second.phase == TALKING && Push(entry))
    {
        OnText(entry);
    }
}

// The end

void
TcpConnWorkloadServer::Release(Entry& entry)
{
    Ptr<Socket> socket = entry.first;
    entry.second.phase = CLOSING;
    socket->Close();
}

void
TcpConnWorkloadServer::CloseLast(Entry& entry)
{
    Ptr<Socket> socket = entry.first;
    Complete(entry);
    socket->Close();
}

void
TcpConnWorkloadServer::OnPeerClosed(Entry& entry)
{
    Connection& c = entry.second;
    const bool untouched = c.phase == WAITING && c.received == 0;
    if (c.phase == CLOSING)
    {
        Complete(entry);
    }
    else if (c.phase == HELD && c.closer == TcpConnWorkloadRequest::CLIENT && c.delay > 0)
    {
        c.phase = CLOSE_LAST;
        Arm(entry, c.delay);
    }
    else if (c.phase == HELD || (untouched && entry.first->GetRxAvailable() == 0))
    {
        CloseLast(entry);
    }
    else
    {
        Fail(entry, "closed-early", true);
    }
}

void
TcpConnWorkloadServer::OnBroken(Entry& entry)
{
    const bool agreed =
        entry.second.phase == HELD && entry.second.closer == TcpConnWorkloadRequest::ABORT;
    if (agreed)
    {
        Complete(entry);
    }
    else
    {
        TcpConnWorkloadApp::OnBroken(entry);
    }
}

void
TcpConnWorkloadServer::OnTimer(Entry& entry)
{
    if (entry.second.phase == HELD)
    {
        Release(entry);
    }
    else if (entry.second.phase == CLOSE_LAST)
    {
        CloseLast(entry);
    }
}

} // namespace ns3
