/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-host-scope.h"
#include "tcp-conn-l4-protocol.h"
#include "tcp-conn-socket.h"

namespace ns3
{

bool
TcpConnL4Protocol::Admit(TcpConnHostScope& scope, TcpConnListener& listener)
{
    using Verdict = TcpConnAdmission::Verdict;
    const TcpConnSegment& segment = *scope.arrival->segment;
    const TcpConnAdmission& admission = *scope.policies->admission;
    Ptr<TcpConnSocket> socket = listener.socket;
    const uint64_t id = listener.id; // the listener may end in the callback
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
        scope.cookieValid = socket->NotifyConnectionRequest(scope.name.Peer());
        return ListenerOf(id) == &listener;
    }
    if (!segment.Has(TCP_CONN_SYN))
    {
        return true;
    }
    ++listener.counters.syns;
    scope.verdict = admission.Admit(listener.counters.halfOpen, listener.accepting);
    if (scope.verdict == Verdict::ADMIT || scope.verdict == Verdict::EVICT)
    {
        if (!socket->NotifyConnectionRequest(scope.name.Peer()))
        {
            scope.verdict = socket->m_refuseByReset ? Verdict::REFUSE : Verdict::DROP;
        }
        if (ListenerOf(id) != &listener)
        {
            return false;
        }
    }
    Count(scope.verdict, listener);
    return ListenerOf(id) == &listener; // what is evicted may be traced, and a sink may close it
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
    TcpConnHostScope scope(*this, head.Key(), head.id, nullptr);
    scope.Use(oldest);
    scope.Use(*listener.socket->m_profile);
    ++listener.counters.evicted;
    TcpConnMachine(scope).Call(TcpConnEvent::EVICTED);
    Finish(scope);
}

} // namespace ns3
