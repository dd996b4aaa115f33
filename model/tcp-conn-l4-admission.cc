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
    const TcpConnSegment& segment = *scope.arrival->segment;
    if (segment.Has(TCP_CONN_RST))
    {
        return true;
    }
    if (segment.Has(TCP_CONN_ACK))
    {
        return AdmitCookie(scope, listener);
    }
    return !segment.Has(TCP_CONN_SYN) || AdmitSyn(scope, listener);
}

TcpConnAdmission::Verdict
TcpConnL4Protocol::Asked(TcpConnHostScope& scope, TcpConnSocket& socket)
{
    using Verdict = TcpConnAdmission::Verdict;
    if (socket.NotifyConnectionRequest(scope.name.Peer()))
    {
        return Verdict::ADMIT;
    }
    return socket.m_refuseByReset ? Verdict::REFUSE : Verdict::DROP;
}

bool
TcpConnL4Protocol::AdmitCookie(TcpConnHostScope& scope, TcpConnListener& listener)
{
    using Verdict = TcpConnAdmission::Verdict;
    const TcpConnAdmission& admission = *scope.policies->admission;
    Ptr<TcpConnSocket> socket = listener.socket;
    const uint32_t number = listener.number; // the listener may end in the callback
    ++listener.counters.acks;
    scope.cookieValid = admission.CheckCookie(scope.name,
                                              *scope.arrival->segment,
                                              scope.now,
                                              listener.admissionState.get(),
                                              scope.cookieSyn);
    if (!scope.cookieValid)
    {
        ++listener.counters.strays;
        return true;
    }
    scope.verdict = admission.Complete(listener.accepting);
    if (scope.verdict != Verdict::ADMIT)
    {
        ++listener.counters.overflows;
    }
    else if (!m_resources.Fits(TCP_CONN_FULL, BuffersOf(*scope.settings)))
    {
        m_resources.Refuse(TcpConnResources::ACK);
        scope.verdict = Verdict::DROP;
    }
    else
    {
        scope.verdict = Asked(scope, *socket);
        if (ListenerOf(number) != &listener)
        {
            return false;
        }
    }
    scope.cookieValid = scope.verdict == Verdict::ADMIT;
    ++(scope.cookieValid ? listener.counters.cookiesTaken : listener.counters.cookiesLost);
    return true;
}

bool
TcpConnL4Protocol::AdmitSyn(TcpConnHostScope& scope, TcpConnListener& listener)
{
    using Verdict = TcpConnAdmission::Verdict;
    Ptr<TcpConnSocket> socket = listener.socket;
    const uint32_t number = listener.number;
    ++listener.counters.syns;
    Verdict verdict =
        scope.policies->admission->Admit(listener.counters.halfOpen, listener.accepting);
    if (verdict == Verdict::ADMIT || verdict == Verdict::EVICT)
    {
        const uint64_t buffers = BuffersOf(*scope.settings);
        const bool fits = verdict == Verdict::EVICT ? m_resources.BuffersFit(buffers)
                                                    : m_resources.Fits(TCP_CONN_HALF_OPEN, buffers);
        const Verdict asked = fits ? Asked(scope, *socket) : Verdict::DROP;
        if (ListenerOf(number) != &listener)
        {
            return false;
        }
        if (!fits)
        {
            m_resources.Refuse(TcpConnResources::SYN);
            ++listener.counters.limited;
        }
        verdict = asked == Verdict::ADMIT ? verdict : asked;
    }
    scope.verdict = verdict;
    Count(verdict, listener);
    return ListenerOf(number) ==
           &listener; // what is evicted may be traced, and a sink may close it
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
    TcpConnHostScope scope(*this, oldest.Key(), oldest.id, nullptr);
    scope.Use(oldest);
    scope.Use(*listener.socket->m_profile);
    ++listener.counters.evicted;
    TcpConnMachine(scope).Call(TcpConnEvent::EVICTED);
    Finish(scope);
}

} // namespace ns3
