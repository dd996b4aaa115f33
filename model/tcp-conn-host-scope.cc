/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-host-scope.h"

#include "tcp-conn-row-counts.h"

#include "ns3/simulator.h"

#include <deque>

namespace ns3
{

namespace
{

/** Lists of effects, one for each event that is under way inside another; used again and again. */
struct EffectLists
{
    std::deque<std::vector<TcpConnEffect>> lists; //!< One for each depth.
    size_t depth{0};                              //!< Lists in use.
};

/** @return the lists. */
EffectLists&
Lists()
{
    static thread_local EffectLists lists;
    return lists;
}

} // namespace

TcpConnHostScope::TcpConnHostScope(TcpConnL4Protocol& l4,
                                   const TcpConnKey& connectionKey,
                                   uint64_t connection,
                                   const TcpConnL4Protocol::Arrival* with)
    : host(l4),
      name(connectionKey),
      id(connection),
      arrival(with)
{
    key = &name;
    now = Simulator::Now();
    EffectLists& lists = Lists();
    if (lists.depth == lists.lists.size())
    {
        lists.lists.emplace_back();
    }
    effects = &lists.lists[lists.depth++];
    effects->clear();
}

TcpConnHostScope::~TcpConnHostScope()
{
    Done();
    --Lists().depth;
}

void
TcpConnHostScope::Done()
{
    if (m_at)
    {
        --m_at->m_working;
        m_at = nullptr;
    }
}

void
TcpConnHostScope::Use(TcpConnRecordHead& head)
{
    switch (head.kind)
    {
    case TCP_CONN_FULL:
        Use(TcpConnBody<TcpConnFull>(head));
        break;
    case TCP_CONN_HALF_OPEN:
        Use(TcpConnBody<TcpConnHalfOpen>(head));
        Use(*host.ProfileOf(head));
        break;
    default:
        Use(TcpConnBody<TcpConnLate>(head));
        break;
    }
}

void
TcpConnHostScope::Use(TcpConnFull& full)
{
    socket = full.socket;
    tcb = &full.tcb;
    Use(*socket->m_profile);
    if (!m_at)
    {
        m_at = socket;
        ++m_at->m_working;
    }
}

void
TcpConnHostScope::Use(TcpConnHalfOpen& record)
{
    half = &record;
    record.Unpack(local);
    tcb = &local;
}

void
TcpConnHostScope::Use(TcpConnLate& record)
{
    late = &record;
    record.Unpack(local);
    tcb = &local;
    socket = record.Socket();
    Use(*record.Profile());
}

void
TcpConnHostScope::Use(const TcpConnProfile& profile)
{
    settings = &profile.settings;
    m_held = &profile;
    policies = PeekPointer(profile.policies);
    taken = host.m_rowCounts ? host.m_rowCounts->Of(profile.policies) : nullptr;
    isnState = profile.isnState.get();
    checkState = profile.checkState.get();
    handshakeState = profile.handshakeState.get();
    if (half)
    {
        local.path.rto = policies->retry->SynTimeout(*settings);
        if (!settings->userTimeout.IsZero())
        {
            local.deadline[TCP_CONN_USER] =
                TcpConnMachine::After(half->since, settings->userTimeout);
        }
    }
}

void
TcpConnHostScope::SendAs(Ptr<TcpConnSocket> from, uint8_t synTos)
{
    tags = from;
    if (from->m_reflectTos)
    {
        tos = synTos & ~0x3; // the ECN bits are of one segment alone
    }
}

TcpConnDataPhase*
TcpConnHostScope::Data()
{
    return socket && socket->m_full ? socket->m_room.get() : nullptr;
}

TcpConnDataPhase&
TcpConnHostScope::Room()
{
    TcpConnTransfer& room = socket->Room();
    if (arrival && !m_arrivingSet && arrival->segment->length > 0)
    {
        m_arrivingSet = true;
        room.SetArriving(arrival->payload, *arrival->segment);
    }
    return room;
}

TcpConnAdmission::Verdict
TcpConnHostScope::Admit()
{
    return verdict;
}

TcpConnAdmission::Verdict
TcpConnHostScope::Complete()
{
    TcpConnListener* at = half ? host.ListenerOf(half->listener) : nullptr;
    if (!at)
    {
        return TcpConnAdmission::Verdict::ADMIT;
    }
    const auto verdict = policies->admission->Complete(at->accepting);
    if (verdict != TcpConnAdmission::Verdict::ADMIT && !m_overflowCounted)
    {
        m_overflowCounted = true;
        ++at->counters.overflows;
    }
    return verdict;
}

const TcpConnSegment*
TcpConnHostScope::Cookie()
{
    return cookieValid ? &cookieSyn : nullptr;
}

SequenceNumber32
TcpConnHostScope::MakeCookie(const TcpConnSegment& syn, uint32_t& timestamp)
{
    return policies->admission->MakeCookie(name,
                                           syn,
                                           now,
                                           listener->admissionState.get(),
                                           timestamp);
}

bool
TcpConnHostScope::Listens()
{
    return host.m_listeners.Find(name, arrival->device) != nullptr;
}

void
TcpConnHostScope::Stash(const TcpConnSegment& /* segment */)
{
    stash = true;
}

void
TcpConnHostScope::Promote()
{
    if (half)
    {
        TcpConnFull* full = host.Promote(*half, *tcb);
        half = nullptr;
        Use(*full);
    }
    else if (listener)
    {
        TcpConnFull* full = host.PromoteAtOnce(*listener, name, *tcb, arrival->segment->tos);
        id = full->id;
        Use(*full);
    }
}

} // namespace ns3
