/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-host-scope.h"
#include "tcp-conn-l4-protocol.h"
#include "tcp-conn-socket.h"

#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("TcpConnL4Dispatch");

// A segment finds its connection

bool
TcpConnL4Protocol::Dispatch(const TcpConnKey& key, const Arrival& arrival)
{
    TcpConnRecordHead* head = m_table.Find(key);
    if (!m_rxTrace.IsEmpty())
    {
        const bool ours = head || m_listeners.Find(key, arrival.device);
        if (!ours)
        {
            return false;
        }
        TraceRx(head ? head->id : 0, key, *arrival.segment);
        head = m_table.Find(key); // a sink may have ended the connection
    }
    if (head)
    {
        switch (head->kind)
        {
        case TCP_CONN_FULL:
            DispatchFull(TcpConnBody<TcpConnFull>(*head), arrival);
            break;
        case TCP_CONN_HALF_OPEN:
            DispatchHalfOpen(TcpConnBody<TcpConnHalfOpen>(*head), arrival);
            break;
        default:
            DispatchLate(TcpConnBody<TcpConnLate>(*head), arrival);
            break;
        }
        return true;
    }
    if (TcpConnListener* listener = m_listeners.Find(key, arrival.device))
    {
        DispatchListener(*listener, key, arrival);
        return true;
    }
    return false;
}

void
TcpConnL4Protocol::DispatchFull(TcpConnFull& full, const Arrival& arrival)
{
    TcpConnHostScope scope(*this, full.Key(), full.id, &arrival);
    scope.Use(full);
    TcpConnMachine(scope).Arrive(*arrival.segment);
    Finish(scope);
}

void
TcpConnL4Protocol::DispatchHalfOpen(TcpConnHalfOpen& half, const Arrival& arrival)
{
    const TcpConnKey key = half.Key();
    TcpConnListener* listener = ListenerOf(half.listener);
    if (!listener)
    {
        Abandon(half);
        if (!Dispatch(key, arrival))
        {
            DispatchNone(key, arrival);
        }
        return;
    }
    const TcpConnProfile& profile = *listener->socket->m_profile;
    if (arrival.segment->Has(TCP_CONN_ACK) && !arrival.segment->Has(TCP_CONN_SYN | TCP_CONN_RST) &&
        !m_resources.BuffersFit(BuffersOf(profile.settings)))
    {
        // As if it had been lost: the SYN,ACK is sent again, and there may be room then.
        m_resources.Refuse(TcpConnResources::ACK);
        TraceDrop(half.id, key, *arrival.segment, "no-buffers");
        return;
    }
    TcpConnHostScope scope(*this, key, half.id, &arrival);
    scope.Use(half);
    scope.Use(profile);
    scope.SendAs(listener->socket, half.tos);
    TcpConnMachine(scope).Arrive(*arrival.segment);
    Finish(scope);
}

void
TcpConnL4Protocol::Abandon(TcpConnHalfOpen& half)
{
    TcpConnHostScope scope(*this, half.Key(), half.id, nullptr);
    scope.Use(half);
    scope.Use(*Profile());
    TcpConnMachine(scope).Call(TcpConnEvent::EVICTED); // whoever listened has gone
    Finish(scope);
}

void
TcpConnL4Protocol::DispatchLate(TcpConnLate& late, const Arrival& arrival)
{
    TcpConnHostScope scope(*this, late.Key(), late.id, &arrival);
    scope.Use(late);
    TcpConnMachine(scope).Arrive(*arrival.segment);
    Finish(scope);
}

void
TcpConnL4Protocol::DispatchListener(TcpConnListener& listener,
                                    const TcpConnKey& key,
                                    const Arrival& arrival)
{
    TcpConnHostScope scope(*this, key, 0, &arrival);
    Ptr<TcpConnSocket> socket = listener.socket;
    scope.Use(*socket->m_profile);
    TcpConnMachine::CloneListener(scope.local, scope.now);
    scope.local.pathMss = arrival.pathMss;
    scope.oldSndNxt = arrival.oldSndNxt;
    scope.tcb = &scope.local;
    scope.listener = &listener;
    scope.SendAs(socket, arrival.segment->tos);
    if (!Admit(scope, listener))
    {
        return; // the application stopped listening when it was asked
    }
    TcpConnMachine(scope).Arrive(*arrival.segment);
    if (scope.tcb == &scope.local && scope.local.State() == TcpSocket::SYN_RCVD)
    {
        NewHalfOpen(scope, listener);
    }
    Finish(scope);
}

void
TcpConnL4Protocol::DispatchNone(const TcpConnKey& key, const Arrival& arrival)
{
    TraceRx(0, key, *arrival.segment);
    TcpConnHostScope scope(*this, key, 0, &arrival);
    scope.Use(*Profile());
    scope.tcb = &scope.local;
    TcpConnMachine(scope).Arrive(*arrival.segment);
    Finish(scope);
}

void
TcpConnL4Protocol::NewHalfOpen(TcpConnHostScope& scope, TcpConnListener& listener)
{
    scope.id = ++m_ids;
    scope.half = TcpConnMakeRecord<TcpConnHalfOpen>(scope.id, scope.name);
    scope.half->listener = listener.number;
    scope.half->tos = scope.arrival->segment->tos;
    Enter(*scope.half);
    ++listener.counters.halfOpen;
    if (scope.policies->admission->Evicts())
    {
        listener.order[scope.id] = scope.half;
    }
}

TcpConnListener*
TcpConnL4Protocol::ListenerOf(uint32_t number) const
{
    const auto i = m_listenerOf.find(number);
    return i == m_listenerOf.end() ? nullptr : i->second;
}

// User calls and reports

TcpConnAnswer
TcpConnL4Protocol::Call(TcpConnFull& full, TcpConnEvent call)
{
    if (full.socket->m_working > 0)
    {
        // A trace sink calls while the machine works on this connection: after it, then.
        Simulator::ScheduleNow(&TcpConnSocket::CallLater, full.socket, call, uint64_t{full.id});
        return TcpConnAnswer::OK;
    }
    TcpConnHostScope scope(*this, full.Key(), full.id, nullptr);
    scope.Use(full);
    const TcpConnAnswer answer = TcpConnMachine(scope).Call(call);
    Finish(scope);
    return answer;
}

TcpConnAnswer
TcpConnL4Protocol::Ask(TcpConnFull& full, TcpConnEvent call)
{
    TcpConnHostScope scope(*this, full.Key(), full.id, nullptr);
    scope.Use(full);
    return TcpConnMachine(scope).Call(call);
}

TcpConnAnswer
TcpConnL4Protocol::Call(TcpConnListener& listener, TcpConnEvent call)
{
    TcpConnHostScope scope(*this, listener.Key(), listener.id, nullptr);
    scope.Use(*listener.socket->m_profile);
    scope.socket = listener.socket;
    scope.tcb = &listener.tcb;
    const TcpConnAnswer answer = TcpConnMachine(scope).Call(call);
    Finish(scope);
    return answer;
}

void
TcpConnL4Protocol::OfferWindow(TcpConnFull& full)
{
    TcpConnHostScope scope(*this, full.Key(), full.id, nullptr);
    scope.Use(full);
    TcpConnMachine(scope).OfferWindow();
    if (!scope.socket->m_current)
    {
        Finish(scope);
    } // else the event in whose callback the application reads ends with what is owed
}

void
TcpConnL4Protocol::ReportTo(TcpConnRecordHead& head,
                            TcpConnEvent error,
                            uint16_t mss,
                            uint32_t quoted)
{
    if (head.kind == TCP_CONN_LATE)
    {
        return; // nothing is in flight
    }
    TcpConnHostScope scope(*this, head.Key(), head.id, nullptr);
    scope.Use(head);
    // RFC 5927 section 4.1: only an error about something in flight is believed.
    const SequenceNumber32 seq(quoted);
    if (seq < scope.tcb->sndUna || seq >= scope.tcb->sndNxt)
    {
        return;
    }
    TcpConnMachine(scope).Report(error, mss);
    Finish(scope);
}

// Timers

void
TcpConnL4Protocol::SetAlarm(const Time& at)
{
    if (!m_alarm.IsExpired())
    {
        Simulator::Remove(m_alarm);
    }
    m_alarm = Simulator::Schedule(at - Simulator::Now(), &TcpConnL4Protocol::Ring, this);
}

void
TcpConnL4Protocol::ClearAlarm()
{
    if (!m_alarm.IsExpired())
    {
        Simulator::Remove(m_alarm);
    }
    m_alarm = EventId();
}

void
TcpConnL4Protocol::Ring()
{
    m_timers.Expire(Simulator::Now(), [this](TcpConnTimerNode& node) { Expire(node); });
}

void
TcpConnL4Protocol::Expire(TcpConnTimerNode& node)
{
    auto& head = static_cast<TcpConnRecordHead&>(node);
    switch (head.kind)
    {
    case TCP_CONN_FULL:
        ExpireFull(TcpConnBody<TcpConnFull>(head));
        break;
    case TCP_CONN_HALF_OPEN:
        ExpireHalfOpen(TcpConnBody<TcpConnHalfOpen>(head));
        break;
    default:
        ExpireLate(TcpConnBody<TcpConnLate>(head));
        break;
    }
}

void
TcpConnL4Protocol::ExpireFull(TcpConnFull& full)
{
    TcpConnHostScope scope(*this, full.Key(), full.id, nullptr);
    scope.Use(full);
    ExpireDue(scope);
    Finish(scope);
}

void
TcpConnL4Protocol::ExpireDue(TcpConnHostScope& scope)
{
    TcpConnMachine machine(scope);
    for (uint8_t timer = 0; timer < TCP_CONN_TIMERS; ++timer)
    {
        if (scope.tcb->deadline[timer] <= scope.now)
        {
            machine.Expire(static_cast<TcpConnTimer>(timer));
        }
    }
}

void
TcpConnL4Protocol::ExpireHalfOpen(TcpConnHalfOpen& half)
{
    TcpConnListener* listener = ListenerOf(half.listener);
    if (!listener)
    {
        Abandon(half);
        return;
    }
    TcpConnHostScope scope(*this, half.Key(), half.id, nullptr);
    scope.Use(half);
    scope.Use(*listener->socket->m_profile);
    scope.SendAs(listener->socket, half.tos);
    if (scope.local.deadline[TCP_CONN_USER] > scope.now)
    {
        scope.local.deadline[TCP_CONN_RETRANSMISSION] = scope.now; // its node has been disarmed
    }
    ExpireDue(scope);
    Finish(scope);
}

void
TcpConnL4Protocol::ExpireLate(TcpConnLate& late)
{
    TcpConnHostScope scope(*this, late.Key(), late.id, nullptr);
    scope.Use(late);
    TcpConnMachine(scope).Expire(TCP_CONN_TIME_WAIT);
    Finish(scope);
}

// What the machine wants done

void
TcpConnL4Protocol::Finish(TcpConnHostScope& scope)
{
    scope.Done();
    if (scope.stash)
    {
        m_stash[scope.id] = {*scope.arrival->segment, scope.arrival->payload};
    }
    // What happens to the record comes first: callbacks below may end the connection.
    if (scope.half)
    {
        SettleHalfOpen(scope);
    }
    else if (scope.late)
    {
        SettleLate(scope);
    }
    if (!scope.socket)
    {
        Execute(scope);
    }
    else if (scope.socket->m_current && scope.socket->m_current->id == scope.id)
    {
        // In a callback of this very connection: what it wants comes after what is under way.
        auto& queue = *scope.socket->m_current->effects;
        queue.insert(queue.end(), scope.effects->begin(), scope.effects->end());
        return;
    }
    else
    {
        TcpConnHostScope* outer = scope.socket->m_current;
        scope.socket->m_current = &scope;
        Execute(scope);
        scope.socket->m_current = outer;
        Pump(*scope.socket);
        Settle(*scope.socket);
    }
    if (scope.reincarnate)
    {
        Arrival again = *scope.arrival;
        again.oldSndNxt = &scope.tcb->sndNxt;
        Dispatch(scope.name, again);
    }
}

void
TcpConnL4Protocol::Execute(TcpConnHostScope& scope)
{
    for (size_t i = 0; i < scope.effects->size(); ++i)
    {
        const TcpConnEffect effect = (*scope.effects)[i]; // the list may grow meanwhile
        switch (effect.kind)
        {
        case TcpConnEffect::MOVE:
            TraceMove(scope, effect);
            if (scope.socket && scope.socket->m_connection == scope.id)
            {
                scope.socket->Moved(effect.row->from, effect.row->to);
            }
            break;
        case TcpConnEffect::SEND: {
            const bool text = effect.segment.length > 0 && scope.socket && scope.socket->m_room;
            Transmit(scope.name,
                     scope.id,
                     effect.segment,
                     text ? scope.socket->m_room->Front(effect.segment.length) : nullptr,
                     PeekPointer(scope.socket ? scope.socket : scope.tags),
                     false,
                     scope.socket ? -1 : scope.tos);
            break;
        }
        case TcpConnEffect::DROP:
            TraceDrop(scope.id, scope.name, effect.segment, effect.row->cause);
            break;
        case TcpConnEffect::NOTICE:
            if (scope.socket && scope.socket->m_connection == scope.id)
            {
                Notify(scope, effect);
            }
            break;
        case TcpConnEffect::REINCARNATE:
            scope.reincarnate = true;
            break;
        }
    }
}

void
TcpConnL4Protocol::Notify(TcpConnHostScope& scope, const TcpConnEffect& effect)
{
    Ptr<TcpConnSocket> socket = scope.socket;
    switch (effect.notice)
    {
    case TcpConnNotice::ESTABLISHED:
        NotifyEstablished(*socket, scope);
        break;
    case TcpConnNotice::ACKED:
        if (socket->m_full && socket->m_full->tcb.State() != TcpSocket::CLOSED &&
            !socket->m_full->tcb.closing && !socket->m_closed && socket->GetTxAvailable() > 0)
        {
            socket->NotifySend(socket->GetTxAvailable());
        }
        break;
    case TcpConnNotice::TEXT:
        NotifyLateOpen(*socket, scope);
        if (!socket->m_closed && !socket->m_waiting && socket->GetRxAvailable() > 0)
        {
            socket->NotifyDataRecv();
        }
        break;
    case TcpConnNotice::URGENT:
        socket->TellUrgent();
        break;
    case TcpConnNotice::SOFT_ERROR:
        socket->Report(TcpConnReport::SOFT_ERROR);
        break;
    case TcpConnNotice::STRUGGLING:
        socket->Report(TcpConnReport::STRUGGLING);
        break;
    case TcpConnNotice::PEER_CLOSED:
        NotifyLateOpen(*socket, scope);
        socket->m_peerClosed = true;
        socket->TellEnd();
        break;
    case TcpConnNotice::FAILED:
        socket->m_failure = effect.failure;
        socket->m_errno = effect.failure == TcpConnFailure::UNREACHABLE
                              ? Socket::ERROR_NOROUTETOHOST
                              : Socket::ERROR_NOTCONN;
        socket->TellEnd();
        break;
    case TcpConnNotice::DELETED:
        socket->m_ended = true;
        if (effect.failure != TcpConnFailure::NONE)
        {
            socket->m_failure = effect.failure;
        }
        break;
    }
}

void
TcpConnL4Protocol::NotifyEstablished(TcpConnSocket& socket, const TcpConnHostScope& scope)
{
    if (!socket.m_full || socket.m_full->tcb.State() == TcpSocket::CLOSED)
    {
        return; // a trace sink has aborted it
    }
    socket.m_wasOpen = true;
    socket.m_sentUpTo = socket.m_full->tcb.iss + 1;
    if (socket.m_full->tcb.passive)
    {
        TcpConnListener* listener = ListenerOf(socket.m_parent);
        if (!listener)
        {
            socket.Abort();
            return;
        }
        Ptr<TcpConnSocket> parent = listener->socket;
        parent->Offer(&socket, scope.name.Peer());
    }
    else if (!socket.m_closed)
    {
        socket.NotifyConnectionSucceeded();
    }
    Replay(socket, scope.id);
    // In a callback the application may have closed or aborted it.
    if (socket.m_full && !socket.m_full->tcb.closing && !socket.m_closed &&
        socket.GetTxAvailable() > 0)
    {
        socket.NotifySend(socket.GetTxAvailable());
    }
}

void
TcpConnL4Protocol::NotifyLateOpen(TcpConnSocket& socket, const TcpConnHostScope& scope)
{
    // One that sent its FIN in SYN-RECEIVED was never ESTABLISHED: FIN-WAIT-1 followed.
    if (!socket.m_wasOpen && socket.m_full && !socket.m_full->tcb.passive)
    {
        NotifyEstablished(socket, scope);
    }
}

void
TcpConnL4Protocol::Replay(TcpConnSocket& socket, uint64_t id)
{
    const auto i = m_stash.find(id);
    if (i == m_stash.end())
    {
        return;
    }
    const Stashed stashed = i->second;
    m_stash.erase(i);
    if (!socket.m_full)
    {
        return;
    }
    // The text and FIN of the SYN, as a segment that says nothing else that is new.
    const TcpConnTcb& tcb = socket.m_full->tcb;
    TcpConnSegment segment;
    segment.seq = stashed.segment.TextBegin();
    segment.ack = tcb.sndUna;
    segment.length = stashed.segment.length;
    segment.flags = TCP_CONN_ACK | (stashed.segment.flags & TCP_CONN_FIN);
    if (segment.seq + static_cast<int32_t>(segment.SequenceLength()) <= tcb.rcvNxt)
    {
        return; // it has come once more, with the ACK of our SYN
    }
    segment.window = static_cast<uint16_t>(tcb.sndWnd >> tcb.sndScale);
    segment.options.present = tcb.timestampsOk ? TcpConnOptions::TIMESTAMPS : 0;
    segment.options.tsVal = tcb.tsRecent;
    Arrival arrival;
    arrival.segment = &segment;
    arrival.payload = stashed.payload;
    DispatchFull(*socket.m_full, arrival);
}

void
TcpConnL4Protocol::Pump(TcpConnSocket& socket)
{
    if (socket.m_pumping)
    {
        return; // whoever pumps goes on until nothing is left
    }
    socket.m_pumping = true;
    while (socket.m_full)
    {
        TcpConnHostScope scope(*this, socket.m_full->Key(), socket.m_full->id, nullptr);
        scope.Use(*socket.m_full);
        TcpConnSegment segment;
        TcpConnText text;
        const bool some = TcpConnMachine(scope).NextSegment(segment, text);
        scope.Done();
        if (!some || !socket.m_full)
        {
            break;
        }
        Ptr<Packet> payload;
        if (text.length > 0)
        {
            payload = socket.m_room->CopyText(text);
        }
        const bool ect = scope.tcb->ecnOk && text.length > 0 && !text.retransmission && !text.probe;
        Transmit(scope.name, scope.id, segment, payload, &socket, ect);
    }
    socket.m_pumping = false;
    if (socket.m_full && socket.m_wasOpen)
    {
        // Bytes that probed a closed window count when they are acknowledged.
        const TcpConnTcb& tcb = socket.m_full->tcb;
        const SequenceNumber32 end = tcb.sndNxt - (tcb.finSent ? 1 : 0);
        const int32_t sent = end - socket.m_sentUpTo;
        if (sent > 0)
        {
            socket.m_sentUpTo = end;
            socket.NotifyDataSent(static_cast<uint32_t>(sent));
        }
    }
}

void
TcpConnL4Protocol::Settle(TcpConnSocket& socket)
{
    TcpConnFull* full = socket.m_full;
    if (!full || socket.m_pumping || socket.m_working > 0)
    {
        return;
    }
    TcpConnTcb& tcb = full->tcb;
    const TcpConnTcb last = socket.m_traces ? tcb : TcpConnTcb();
    switch (tcb.State())
    {
    case TcpSocket::CLOSED:
        Remove(*full);
        break;
    case TcpSocket::TIME_WAIT:
        if (m_resources.Fits(TCP_CONN_LATE, 0))
        {
            Retire(*full);
            break;
        }
        m_resources.Refuse(TcpConnResources::TIME_WAIT);
        tcb.deadline[TCP_CONN_TIME_WAIT] = Simulator::Now();
        ExpireFull(*full);
        break;
    default:
        m_timers.Arm(*full, Simulator::Now(), TcpConnMachine::EarliestDeadline(tcb));
        if (socket.RoomIdle())
        {
            socket.m_room->Save(tcb);
            socket.m_room.reset();
        }
        break;
    }
    if (socket.m_traces)
    {
        socket.m_traces->Tell(last);
    }
}

void
TcpConnL4Protocol::SettleHalfOpen(TcpConnHostScope& scope)
{
    if (scope.tcb->State() == TcpSocket::SYN_RCVD)
    {
        scope.half->Pack(*scope.tcb);
        m_timers.Arm(*scope.half, scope.now, TcpConnMachine::EarliestDeadline(*scope.tcb));
    }
    else
    {
        RemoveHalfOpen(*scope.half);
    }
}

void
TcpConnL4Protocol::SettleLate(TcpConnHostScope& scope)
{
    if (scope.tcb->State() == TcpSocket::TIME_WAIT)
    {
        scope.late->Pack(*scope.tcb);
        m_timers.Arm(*scope.late, scope.now, scope.tcb->deadline[TCP_CONN_TIME_WAIT]);
    }
    else
    {
        RemoveLate(*scope.late);
    }
}

} // namespace ns3
