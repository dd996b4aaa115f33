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
    auto* full = TcpConnMakeRecord<TcpConnFull>(++m_ids, key);
    full->socket = &socket;
    socket.m_connection = full->Head().id;
    TcpConnMachine::Begin(full->tcb, Simulator::Now());
    Enter(full->Head());
    m_ports.Take(key);
    return full;
}

TcpConnFull*
TcpConnL4Protocol::Accepted(TcpConnListener& listener,
                            uint64_t id,
                            const TcpConnKey& key,
                            const TcpConnTcb& tcb)
{
    Ptr<TcpConnSocket> socket = CopyObject(Ptr<TcpConnSocket>(listener.socket));
    auto* full = TcpConnMakeRecord<TcpConnFull>(id, key);
    full->tcb = tcb;
    full->socket = socket;
    socket->m_tcp = this;
    socket->m_full = full;
    socket->m_key = key;
    socket->m_parent = listener.id;
    socket->m_connection = id;
    socket->m_state = TcpSocket::SYN_RCVD;
    AddSocket(*socket);
    ++listener.counters.established;
    return full;
}

TcpConnFull*
TcpConnL4Protocol::Promote(TcpConnHalfOpen& half, const TcpConnTcb& tcb)
{
    TcpConnListener* listener = ListenerOf(half.listener);
    TcpConnRecordHead& head = half.Head();
    TcpConnFull* full = Accepted(*listener, head.id, head.Key(), tcb);
    --listener->counters.halfOpen;
    listener->order.erase(head.id);
    m_timers.Cancel(half);
    m_table.Replace(head, full->Head());
    TcpConnDeleteRecord(&half);
    return full;
}

TcpConnFull*
TcpConnL4Protocol::PromoteAtOnce(TcpConnListener& listener,
                                 const TcpConnKey& key,
                                 const TcpConnTcb& tcb)
{
    TcpConnFull* full = Accepted(listener, ++m_ids, key, tcb);
    full->socket->m_state = TcpSocket::LISTEN;
    Enter(full->Head());
    return full;
}

void
TcpConnL4Protocol::Retire(TcpConnFull& full)
{
    TcpConnRecordHead& head = full.Head();
    auto* late = TcpConnMakeRecord<TcpConnLate>(head.id, head.Key());
    Ptr<TcpConnSocket> socket = full.socket;
    late->Pack(full.tcb);
    late->profile = socket->m_profile;
    late->socket = PeekPointer(socket);
    m_timers.Cancel(full);
    m_table.Replace(head, late->Head());
    m_timers.Arm(*late, Simulator::Now(), full.tcb.deadline[TCP_CONN_TIME_WAIT]);
    m_stash.erase(head.id);
    socket->m_full = nullptr;
    socket->m_late = late;
    socket->Unbind();
    TcpConnDeleteRecord(&full);
}

void
TcpConnL4Protocol::Remove(TcpConnFull& full)
{
    TcpConnRecordHead& head = full.Head();
    Ptr<TcpConnSocket> socket = full.socket;
    m_timers.Cancel(full);
    Leave(head);
    m_ports.Release(head.Key());
    m_stash.erase(head.id);
    socket->m_full = nullptr;
    socket->Unbind();
    TcpConnDeleteRecord(&full);
}

void
TcpConnL4Protocol::RemoveHalfOpen(TcpConnHalfOpen& half)
{
    TcpConnRecordHead& head = half.Head();
    if (TcpConnListener* listener = ListenerOf(half.listener))
    {
        --listener->counters.halfOpen;
        listener->order.erase(head.id);
    }
    m_timers.Cancel(half);
    Leave(head);
    m_stash.erase(head.id);
    TcpConnDeleteRecord(&half);
}

void
TcpConnL4Protocol::RemoveLate(TcpConnLate& late)
{
    TcpConnRecordHead& head = late.Head();
    if (late.socket)
    {
        late.socket->m_late = nullptr;
    }
    m_timers.Cancel(late);
    Leave(head);
    m_ports.Release(head.Key());
    TcpConnDeleteRecord(&late);
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
        switch (head->kind)
        {
        case TCP_CONN_FULL:
            scope.Use(TcpConnBody<TcpConnFull>(*head));
            break;
        case TCP_CONN_HALF_OPEN:
            scope.Use(TcpConnBody<TcpConnHalfOpen>(*head));
            scope.Use(*Profile());
            break;
        default:
            scope.Use(TcpConnBody<TcpConnLate>(*head));
            break;
        }
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
}

} // namespace ns3
