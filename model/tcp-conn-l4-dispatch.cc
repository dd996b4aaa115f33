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

// A segment finds its connection -------------------------------------------------------------------

bool
TcpConnL4Protocol::Dispatch(const TcpConnKey& key, const Arrival& arrival)
{
    if (TcpConnRecordHead* head = m_table.Find(key))
    {
        TraceRx(head->id, key, *arrival.segment);
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
        TraceRx(0, key, *arrival.segment);
        DispatchListener(*listener, key, arrival);
        return true;
    }
    return false;
}

void
TcpConnL4Protocol::DispatchFull(TcpConnFull& full, const Arrival& arrival)
{
    const TcpConnRecordHead& head = full.Head();
    TcpConnHostScope scope(*this, head.Key(), head.id, &arrival);
    scope.Use(full);
    TcpConnMachine(scope).Arrive(*arrival.segment);
    Finish(scope);
}

void
TcpConnL4Protocol::DispatchHalfOpen(TcpConnHalfOpen& half, const Arrival& arrival)
{
    const TcpConnRecordHead& head = half.Head();
    const TcpConnKey key = head.Key();
    TcpConnListener* listener = ListenerOf(half.listener);
    TcpConnHostScope scope(*this, key, head.id, &arrival);
    scope.Use(half);
    scope.Use(listener ? *listener->socket->m_profile : *Profile());
    TcpConnMachine machine(scope);
    if (!listener)
    {
        machine.Call(TcpConnEvent::ABORT); // whoever listened has gone
    }
    else
    {
        machine.Arrive(*arrival.segment);
    }
    Finish(scope);
}

void
TcpConnL4Protocol::DispatchLate(TcpConnLate& late, const Arrival& arrival)
{
    const TcpConnRecordHead& head = late.Head();
    TcpConnHostScope scope(*this, head.Key(), head.id, &arrival);
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
    if (!Admit(scope, listener))
    {
        return; // the application stopped listening when it was asked
    }
    TcpConnMachine(scope).Arrive(*arrival.segment);
    if (scope.local.State() == TcpSocket::SYN_RCVD)
    {
        NewHalfOpen(scope, listener);
    }
    Finish(scope);
}

bool
TcpConnL4Protocol::Admit(TcpConnHostScope& scope, TcpConnListener& listener)
{
    using Verdict = TcpConnAdmission::Verdict;
    const TcpConnSegment& segment = *scope.arrival->segment;
    const TcpConnAdmission& admission = *scope.policies->admission;
    Ptr<TcpConnSocket> socket = listener.socket;
    if (segment.Has(TCP_CONN_RST))
    {
        return true;
    }
    if (segment.Has(TCP_CONN_ACK))
    {
        scope.cookieValid = admission.CheckCookie(scope.name,
                                                  segment,
                                                  scope.now,
                                                  listener.admissionState.get(),
                                                  scope.cookieSyn);
        if (!scope.cookieValid)
        {
            return true;
        }
        if (admission.Complete(listener.accepting) != Verdict::ADMIT)
        {
            ++listener.counters.overflows;
            scope.cookieValid = false;
            return true;
        }
        ++listener.counters.cookiesTaken;
        const bool wanted = socket->NotifyConnectionRequest(scope.name.Peer());
        scope.cookieValid = wanted;
        return socket->m_listener != nullptr;
    }
    if (!segment.Has(TCP_CONN_SYN))
    {
        return true;
    }
    ++listener.counters.syns;
    scope.verdict = admission.Admit(listener.halfOpen, listener.accepting);
    if (scope.verdict == Verdict::ADMIT || scope.verdict == Verdict::EVICT)
    {
        if (!socket->NotifyConnectionRequest(scope.name.Peer()))
        {
            scope.verdict = socket->m_refuseByReset ? Verdict::REFUSE : Verdict::DROP;
        }
        if (!socket->m_listener)
        {
            return false;
        }
    }
    Count(scope.verdict, listener);
    return true;
}

void
TcpConnL4Protocol::Count(TcpConnAdmission::Verdict verdict, TcpConnListener& listener)
{
    switch (verdict)
    {
    case TcpConnAdmission::Verdict::ADMIT:
        ++listener.counters.queued;
        break;
    case TcpConnAdmission::Verdict::EVICT:
        ++listener.counters.queued;
        Evict(listener);
        break;
    case TcpConnAdmission::Verdict::COOKIE:
        ++listener.counters.cookies;
        break;
    case TcpConnAdmission::Verdict::DROP:
        ++listener.counters.dropped;
        break;
    case TcpConnAdmission::Verdict::REFUSE:
        ++listener.counters.refused;
        break;
    }
}

void
TcpConnL4Protocol::Evict(TcpConnListener& listener)
{
    if (listener.order.empty())
    {
        return;
    }
    TcpConnHalfOpen& oldest = *listener.order.begin()->second;
    const TcpConnRecordHead& head = oldest.Head();
    ++listener.counters.evicted;
    --listener.counters.failed; // RemoveHalfOpen counts it among those
    TcpConnHostScope scope(*this, head.Key(), head.id, nullptr);
    scope.Use(oldest);
    scope.Use(*listener.socket->m_profile);
    TcpConnMachine(scope).Call(TcpConnEvent::EVICTED);
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
    scope.half->listener = listener.id;
    m_table.Insert(scope.half->Head());
    ++listener.halfOpen;
    if (scope.policies->admission->Evicts())
    {
        listener.order[scope.id] = scope.half;
    }
}

TcpConnListener*
TcpConnL4Protocol::ListenerOf(uint64_t id) const
{
    const auto i = m_listenerById.find(id);
    return i == m_listenerById.end() ? nullptr : i->second;
}

// User calls and reports ---------------------------------------------------------------------------

TcpConnAnswer
TcpConnL4Protocol::Call(TcpConnFull& full, TcpConnEvent call)
{
    const TcpConnRecordHead& head = full.Head();
    TcpConnHostScope scope(*this, head.Key(), head.id, nullptr);
    scope.Use(full);
    const TcpConnAnswer answer = TcpConnMachine(scope).Call(call);
    Finish(scope);
    return answer;
}

TcpConnAnswer
TcpConnL4Protocol::Ask(TcpConnFull& full, TcpConnEvent call)
{
    const TcpConnRecordHead& head = full.Head();
    TcpConnHostScope scope(*this, head.Key(), head.id, nullptr);
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
    const TcpConnRecordHead& head = full.Head();
    TcpConnHostScope scope(*this, head.Key(), head.id, nullptr);
    scope.Use(full);
    TcpConnMachine(scope).OfferWindow();
    if (scope.socket->m_depth == 0)
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
    TcpConnHostScope scope(*this, head.Key(), head.id, nullptr);
    if (head.kind == TCP_CONN_FULL)
    {
        scope.Use(TcpConnBody<TcpConnFull>(head));
    }
    else if (head.kind == TCP_CONN_HALF_OPEN)
    {
        auto& half = TcpConnBody<TcpConnHalfOpen>(head);
        TcpConnListener* listener = ListenerOf(half.listener);
        scope.Use(half);
        scope.Use(listener ? *listener->socket->m_profile : *Profile());
    }
    else
    {
        return;
    }
    // RFC 5927 section 4.1: only an error about something in flight is believed.
    const SequenceNumber32 seq(quoted);
    if (seq < scope.tcb->sndUna || seq >= scope.tcb->sndNxt)
    {
        return;
    }
    TcpConnMachine(scope).Report(error, mss);
    Finish(scope);
}

// Timers -------------------------------------------------------------------------------------------

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
    TcpConnRecordHead& head = static_cast<TcpConnTimed&>(node).Head();
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
    const TcpConnRecordHead& head = full.Head();
    TcpConnHostScope scope(*this, head.Key(), head.id, nullptr);
    scope.Use(full);
    TcpConnMachine machine(scope);
    for (uint8_t timer = 0; timer < TCP_CONN_TIMERS; ++timer)
    {
        if (full.tcb.deadline[timer] <= scope.now)
        {
            machine.Expire(static_cast<TcpConnTimer>(timer));
        }
    }
    Finish(scope);
}

void
TcpConnL4Protocol::ExpireHalfOpen(TcpConnHalfOpen& half)
{
    const TcpConnRecordHead& head = half.Head();
    TcpConnListener* listener = ListenerOf(half.listener);
    TcpConnHostScope scope(*this, head.Key(), head.id, nullptr);
    scope.Use(half);
    scope.Use(listener ? *listener->socket->m_profile : *Profile());
    TcpConnMachine machine(scope);
    if (listener)
    {
        machine.Expire(TCP_CONN_RETRANSMISSION);
    }
    else
    {
        machine.Call(TcpConnEvent::ABORT);
    }
    Finish(scope);
}

void
TcpConnL4Protocol::ExpireLate(TcpConnLate& late)
{
    const TcpConnRecordHead& head = late.Head();
    TcpConnHostScope scope(*this, head.Key(), head.id, nullptr);
    scope.Use(late);
    TcpConnMachine(scope).Expire(TCP_CONN_TIME_WAIT);
    Finish(scope);
}

// What the machine wants done ----------------------------------------------------------------------

void
TcpConnL4Protocol::Finish(TcpConnHostScope& scope)
{
    const TcpConnSegment* segment = scope.arrival ? scope.arrival->segment : nullptr;
    if (scope.stash)
    {
        m_stash[scope.id] = {*segment, scope.arrival->payload};
    }
    if (scope.socket)
    {
        ++scope.socket->m_depth;
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
    for (size_t i = 0; i < scope.effects->size(); ++i)
    {
        const TcpConnEffect effect = (*scope.effects)[i];
        switch (effect.kind)
        {
        case TcpConnEffect::MOVE:
            TraceMove(scope.id, scope.name, effect, segment);
            if (scope.socket)
            {
                scope.socket->Moved(effect.row->from, effect.row->to);
            }
            break;
        case TcpConnEffect::SEND:
            Transmit(scope.name,
                     scope.id,
                     effect.segment,
                     nullptr,
                     PeekPointer(scope.socket),
                     false);
            break;
        case TcpConnEffect::DROP:
            TraceDrop(scope.id, scope.name, *segment, effect.row->cause);
            break;
        case TcpConnEffect::NOTICE:
            Notify(scope, effect);
            break;
        case TcpConnEffect::REINCARNATE:
            scope.reincarnate = true;
            break;
        }
    }
    if (scope.socket)
    {
        --scope.socket->m_depth;
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
TcpConnL4Protocol::Notify(TcpConnHostScope& scope, const TcpConnEffect& effect)
{
    Ptr<TcpConnSocket> socket = scope.socket;
    if (!socket)
    {
        return; // half-open: the application does not know of it
    }
    switch (effect.notice)
    {
    case TcpConnNotice::ESTABLISHED:
        NotifyEstablished(*socket, scope);
        break;
    case TcpConnNotice::ACKED:
        if (socket->m_full && !socket->m_full->tcb.closing && socket->GetTxAvailable() > 0)
        {
            socket->NotifySend(socket->GetTxAvailable());
        }
        break;
    case TcpConnNotice::TEXT:
        if (!socket->m_closed && socket->GetRxAvailable() > 0)
        {
            socket->NotifyDataRecv();
        }
        break;
    case TcpConnNotice::URGENT:
        break;
    case TcpConnNotice::PEER_CLOSED:
        socket->m_peerClosed = true;
        if (!socket->m_ended)
        {
            socket->m_ended = true;
            socket->NotifyNormalClose();
        }
        break;
    case TcpConnNotice::FAILED:
        socket->m_failure = effect.failure;
        socket->m_errno = effect.failure == TcpConnFailure::UNREACHABLE
                              ? Socket::ERROR_NOROUTETOHOST
                              : Socket::ERROR_NOTCONN;
        if (!socket->m_ended)
        {
            socket->m_ended = true;
            if (socket->m_wasOpen)
            {
                socket->NotifyErrorClose();
            }
            else
            {
                socket->NotifyConnectionFailed();
            }
        }
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
    socket.m_wasOpen = true;
    if (!socket.m_full)
    {
        return;
    }
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
    else
    {
        socket.NotifyConnectionSucceeded();
    }
    Replay(socket, scope.id);
    if (socket.m_full && !socket.m_full->tcb.closing && socket.GetTxAvailable() > 0)
    {
        socket.NotifySend(socket.GetTxAvailable());
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
        const TcpConnRecordHead& head = socket.m_full->Head();
        TcpConnHostScope scope(*this, head.Key(), head.id, nullptr);
        scope.Use(*socket.m_full);
        TcpConnSegment segment;
        TcpConnText text;
        if (!TcpConnMachine(scope).NextSegment(segment, text))
        {
            break;
        }
        Ptr<Packet> payload;
        if (text.length > 0)
        {
            payload = socket.m_room->CopyText(text);
            socket.m_sentBytes += text.retransmission || text.probe ? 0 : text.length;
        }
        const bool ect = scope.tcb->ecnOk && text.length > 0 && !text.retransmission && !text.probe;
        Transmit(scope.name, scope.id, segment, payload, &socket, ect);
    }
    socket.m_pumping = false;
    if (socket.m_sentBytes > 0)
    {
        const uint32_t sent = socket.m_sentBytes;
        socket.m_sentBytes = 0;
        socket.NotifyDataSent(sent);
    }
}

void
TcpConnL4Protocol::Settle(TcpConnSocket& socket)
{
    TcpConnFull* full = socket.m_full;
    if (!full || socket.m_pumping)
    {
        return;
    }
    TcpConnTcb& tcb = full->tcb;
    switch (tcb.State())
    {
    case TcpSocket::CLOSED:
        Remove(*full);
        break;
    case TcpSocket::TIME_WAIT:
        Retire(*full);
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
        socket.m_traces->Tell(tcb);
    }
}

void
TcpConnL4Protocol::SettleHalfOpen(TcpConnHostScope& scope)
{
    if (scope.tcb->State() == TcpSocket::SYN_RCVD)
    {
        scope.half->Pack(*scope.tcb);
        m_timers.Arm(*scope.half, scope.now, scope.tcb->deadline[TCP_CONN_RETRANSMISSION]);
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

// Records ------------------------------------------------------------------------------------------

TcpConnFull*
TcpConnL4Protocol::Open(const TcpConnKey& key, TcpConnSocket& socket)
{
    auto* full = TcpConnMakeRecord<TcpConnFull>(++m_ids, key);
    full->socket = &socket;
    TcpConnMachine::Begin(full->tcb, Simulator::Now());
    m_table.Insert(full->Head());
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
    --listener->halfOpen;
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
    m_table.Insert(full->Head());
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
    m_table.Erase(head);
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
        --listener->halfOpen;
        ++listener->counters.failed;
        listener->order.erase(head.id);
    }
    m_timers.Cancel(half);
    m_table.Erase(head);
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
    m_table.Erase(head);
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
    for (TcpConnRecordHead* head : m_table.Sorted())
    {
        TcpConnHostScope scope(*this, head->Key(), head->id, nullptr);
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
        socket->StopListening();
    }
}

} // namespace ns3
