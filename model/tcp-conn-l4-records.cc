/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-host-scope.h"
#include "tcp-conn-l4-protocol.h"
#include "tcp-conn-socket.h"

#include "ns3/simulator.h"

namespace ns3
{

// Records

TcpConnFull*
TcpConnL4Protocol::Open(const TcpConnKey& key, TcpConnSocket& socket)
{
    auto* full = TcpConnMakeRecord<TcpConnFull>(++m_ids, key, &socket);
    socket.m_connection = full->id;
    TcpConnMachine::Begin(full->tcb, Simulator::Now());
    Enter(*full);
    m_ports.Take(key);
    Allot(socket);
    return full;
}

// What they hold of the host's resources

const TcpConnResources&
TcpConnL4Protocol::GetResources() const
{
    return m_resources;
}

uint64_t
TcpConnL4Protocol::BuffersOf(const TcpConnSettings& settings)
{
    return static_cast<uint64_t>(settings.sndBufSize) + settings.rcvBufSize;
}

bool
TcpConnL4Protocol::HasRoom(const TcpConnSettings& settings)
{
    const bool fits = m_resources.Fits(TCP_CONN_FULL, BuffersOf(settings));
    if (!fits)
    {
        m_resources.Refuse(TcpConnResources::CONNECT);
    }
    return fits;
}

void
TcpConnL4Protocol::Allot(TcpConnSocket& socket)
{
    socket.m_sendAllotted = socket.Settings().sndBufSize;
    socket.m_receiveAllotted = socket.Settings().rcvBufSize;
    m_resources.Allot(BuffersOf(socket.Settings()));
}

void
TcpConnL4Protocol::GiveBack(TcpConnSocket& socket)
{
    const uint64_t bytes = static_cast<uint64_t>(socket.m_sendAllotted) + socket.m_receiveAllotted;
    socket.m_sendAllotted = 0;
    socket.m_receiveAllotted = 0;
    m_resources.GiveBack(bytes);
}

void
TcpConnL4Protocol::EndUse(TcpConnSocket& socket)
{
    GiveBack(socket);
    if (socket.m_orphan)
    {
        socket.m_orphan = false;
        m_resources.RemoveOrphan();
    }
}

bool
TcpConnL4Protocol::Orphan(TcpConnSocket& socket)
{
    const auto state = socket.m_full->tcb.State();
    if (!socket.m_orphan && state != TcpSocket::CLOSED && state != TcpSocket::SYN_SENT)
    {
        socket.m_orphan = m_resources.AddOrphan();
        return socket.m_orphan;
    }
    return true;
}

// From one kind of record to another

TcpConnFull*
TcpConnL4Protocol::Accepted(TcpConnListener& listener,
                            uint64_t id,
                            const TcpConnKey& key,
                            const TcpConnTcb& tcb,
                            uint8_t tos)
{
    Ptr<TcpConnSocket> socket = CopyObject(Ptr<TcpConnSocket>(listener.socket));
    auto* full = TcpConnMakeRecord<TcpConnFull>(id, key, socket);
    full->tcb = tcb;
    socket->m_tcp = this;
    socket->m_full = full;
    socket->m_parent = listener.number;
    socket->m_connection = id;
    socket->m_state = TcpSocket::SYN_RCVD;
    if (socket->m_reflectTos)
    {
        socket->ReflectTos(tos & ~0x3);
    }
    AddSocket(*socket);
    Allot(*socket);
    ++listener.counters.established;
    return full;
}

TcpConnFull*
TcpConnL4Protocol::Promote(TcpConnHalfOpen& half, const TcpConnTcb& tcb)
{
    TcpConnListener* listener = ListenerOf(half.listener);
    TcpConnFull* full = Accepted(*listener, half.id, half.Key(), tcb, half.tos);
    --listener->counters.halfOpen;
    listener->order.erase(half.id);
    m_timers.Cancel(half);
    m_table.Replace(half, *full);
    m_resources.Replace(TCP_CONN_HALF_OPEN, TCP_CONN_FULL, half.v6);
    delete &half;
    return full;
}

TcpConnFull*
TcpConnL4Protocol::PromoteAtOnce(TcpConnListener& listener,
                                 const TcpConnKey& key,
                                 const TcpConnTcb& tcb,
                                 uint8_t tos)
{
    TcpConnFull* full = Accepted(listener, ++m_ids, key, tcb, tos);
    full->socket->m_state = TcpSocket::LISTEN;
    Enter(*full);
    return full;
}

void
TcpConnL4Protocol::Retire(TcpConnFull& full)
{
    auto* late = TcpConnMakeRecord<TcpConnLate>(full.id, full.Key(), *full.socket);
    Ptr<TcpConnSocket> socket = full.socket;
    late->Pack(full.tcb);
    m_timers.Cancel(full);
    m_table.Replace(full, *late);
    m_resources.Replace(TCP_CONN_FULL, TCP_CONN_LATE, full.v6);
    m_timers.Arm(*late, Simulator::Now(), full.tcb.deadline[TCP_CONN_TIME_WAIT]);
    m_stash.erase(full.id);
    socket->m_full = nullptr;
    socket->m_late = late;
    socket->Unbind();
    socket->m_name.reset();
    EndUse(*socket);
    delete &full;
}

void
TcpConnL4Protocol::Remove(TcpConnFull& full)
{
    Ptr<TcpConnSocket> socket = full.socket;
    m_timers.Cancel(full);
    Leave(full);
    m_ports.Release(full.Key());
    m_stash.erase(full.id);
    socket->m_full = nullptr;
    socket->Unbind();
    socket->Name().key = full.Key();
    EndUse(*socket);
    delete &full;
}

void
TcpConnL4Protocol::RemoveHalfOpen(TcpConnHalfOpen& half)
{
    if (TcpConnListener* listener = ListenerOf(half.listener))
    {
        --listener->counters.halfOpen;
        listener->order.erase(half.id);
    }
    m_timers.Cancel(half);
    Leave(half);
    m_stash.erase(half.id);
    delete &half;
}

void
TcpConnL4Protocol::RemoveLate(TcpConnLate& late)
{
    if (TcpConnSocket* socket = late.Socket())
    {
        socket->Forget(late);
    }
    m_timers.Cancel(late);
    Leave(late);
    m_ports.Release(late.Key());
    delete &late;
}

void
TcpConnL4Protocol::AddSocket(TcpConnSocket& socket)
{
    socket.m_index = static_cast<uint32_t>(m_sockets.size());
    m_sockets.push_back(&socket);
}

void
TcpConnL4Protocol::RemoveSocket(TcpConnSocket& socket)
{
    TcpConnSocket* last = m_sockets.back();
    m_sockets[socket.m_index] = last;
    last->m_index = socket.m_index;
    m_sockets.pop_back();
    if (m_sockets.capacity() > 64 && m_sockets.size() < m_sockets.capacity() / 4)
    {
        m_sockets.shrink_to_fit();
    }
}

void
TcpConnL4Protocol::Crash()
{
    std::vector<TcpConnKey> keys;
    for (const TcpConnRecordHead* head : m_table.Sorted())
    {
        keys.push_back(head->Key());
    }
    for (const TcpConnKey& key : keys)
    {
        TcpConnRecordHead* head = m_table.Find(key);
        if (!head)
        {
            continue; // a sink has ended it
        }
        TcpConnHostScope scope(*this, key, head->id, nullptr);
        scope.Use(*head);
        TcpConnMachine(scope).Call(TcpConnEvent::CRASH);
        Finish(scope);
    }
    for (TcpConnListener* listener : m_listeners.All())
    {
        Ptr<TcpConnSocket> socket = listener->socket;
        Call(*listener, TcpConnEvent::CRASH);
        socket->m_listener->acceptQueue.clear();
        socket->StopListening();
    }
    for (TcpConnSocket* socket : m_sockets)
    {
        socket->Unbind(); // whoever holds a socket does not hold its port any more
    }
}

} // namespace ns3
