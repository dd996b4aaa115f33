/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-random-walk-watch.h"

#include "ns3/node.h"
#include "ns3/object-factory.h"
#include "ns3/simulator.h"

#include <cstring>

namespace ns3
{
namespace TcpConnRandomWalk
{

namespace
{

/**
 * @tparam T a family of policies
 * @param tcp a protocol
 * @param family its attribute
 * @return another policy like the protocol's
 */
template <typename T>
Ptr<const T>
Again(Ptr<TcpConnL4Protocol> tcp, const char* family)
{
    ObjectFactoryValue factory;
    tcp->GetAttribute(family, factory);
    return factory.Get().Create<T>();
}

/** @param a a name @param b the other, maybe nullptr @return whether they are the same */
bool
Same(const char* a, const char* b)
{
    return a && b ? std::strcmp(a, b) == 0 : a == b;
}

/** @param one a name @param other another @return whether one connection can have both */
bool
Fits(const TcpConnKey& one, const TcpConnKey& other)
{
    const TcpConnIp any{};
    return one.localPort == other.localPort &&
           (one.local == other.local || one.local == any || other.local == any) &&
           (one.peerPort == other.peerPort || one.peerPort == 0 || other.peerPort == 0) &&
           (one.peer == other.peer || one.peer == any || other.peer == any);
}

} // namespace

Watch::Watch(World& world, Ptr<TcpConnL4Protocol> tcp)
    : m_world(world),
      m_tcp(tcp),
      m_policies(Create<TcpConnPolicies>())
{
    m_policies->handshake = Again<TcpConnHandshake>(tcp, "Handshake");
    m_policies->release = Again<TcpConnRelease>(tcp, "Release");
    m_policies->isn = Again<TcpConnIsn>(tcp, "Isn");
    m_policies->admission = Again<TcpConnAdmission>(tcp, "Admission");
    m_policies->segmentCheck = Again<TcpConnSegmentCheck>(tcp, "SegmentCheck");
    m_policies->timeWait = Again<TcpConnTimeWait>(tcp, "TimeWait");
    m_policies->retry = Again<TcpConnRetry>(tcp, "Retry");
    m_policies->icmp = Again<TcpConnIcmp>(tcp, "Icmp");
    m_policies->Compose();
    tcp->TraceConnectWithoutContext("Transition", MakeCallback(&Watch::OnTransition, this));
    tcp->TraceConnectWithoutContext("Tx", MakeCallback(&Watch::OnTx, this));
}

void
Watch::Wrong(uint64_t id, const std::string& what)
{
    m_world.Complain("connection " + std::to_string(id) + " of host " +
                     std::to_string(m_tcp->GetNode()->GetId()) + ": " + what);
}

void
Watch::Mix(uint64_t value)
{
    m_digest = (m_digest ^ value) * 1099511628211ULL;
}

void
Watch::OnTransition(const TcpConnTransition& t)
{
    if (m_world.log)
    {
        m_world.Note("host " + std::to_string(t.node) + " connection " + std::to_string(t.id) +
                     " " + TcpConnStateName(t.from) + " -> " + TcpConnStateName(t.to) + " by " +
                     t.Cause());
    }
    Mix(static_cast<uint64_t>(t.time.GetNanoSeconds()));
    Mix(t.id * 256 + t.row.index);
    CheckRow(t);
    CheckLife(t);
}

void
Watch::CheckRow(const TcpConnTransition& t)
{
    const TcpConnRow& row = t.row;
    const TcpConnPolicies& policies = t.ownPolicies ? *t.ownPolicies : *m_policies;
    const TcpConnRow* r = policies.Table().Cell(t.from, row.event);
    while (r->guard != row.guard || !Same(r->policy, row.policy))
    {
        if (r->guard == TcpConnGuard::ALWAYS)
        {
            Wrong(t.id, std::string(t.Cause()) + " is no row of " + TcpConnStateName(t.from));
            return;
        }
        ++r;
    }
    if (row.from != t.from || row.to != t.to || r->to != t.to || r->action != row.action)
    {
        Wrong(t.id, std::string(t.Cause()) + " leads elsewhere from " + TcpConnStateName(t.from));
    }
    ++m_rows[std::string(TcpConnStateName(t.from)) + " " + t.Cause() + " " +
             TcpConnStateName(t.to) + (row.policy ? std::string(" ") + row.policy : "")];
}

void
Watch::CheckLife(const TcpConnTransition& t)
{
    const auto found = m_lives.find(t.id);
    if (found == m_lives.end())
    {
        if (t.from != TcpSocket::CLOSED && t.from != TcpSocket::LISTEN)
        {
            Wrong(t.id, std::string("begins in ") + TcpConnStateName(t.from));
        }
    }
    else
    {
        const Life& life = found->second;
        if (life.over && life.state != t.from)
        {
            Wrong(t.id, "goes on after its end");
        }
        if (life.state != t.from)
        {
            Wrong(t.id,
                  std::string("was in ") + TcpConnStateName(life.state) + ", and leaves " +
                      TcpConnStateName(t.from));
        }
        if (!life.over && t.inState != t.time - life.since)
        {
            Wrong(t.id, "the time in a state is wrong");
        }
        if (!Fits(life.key, t.key))
        {
            Wrong(t.id, "has another name now");
        }
    }
    if (t.time != Simulator::Now())
    {
        Wrong(t.id, "the time of a transition is wrong");
    }
    const bool over =
        t.to == TcpSocket::CLOSED || (t.to == TcpSocket::LISTEN && t.key.peerPort != 0);
    m_lives[t.id] = Life{t.to, t.time, t.key, over};
}

void
Watch::OnTx(const TcpConnSegmentEvent& sent)
{
    Mix(static_cast<uint64_t>(sent.time.GetNanoSeconds()));
    Mix(sent.segment.seq.GetValue() + (static_cast<uint64_t>(sent.segment.flags) << 32));
    const auto found = m_lives.find(sent.id);
    if (found != m_lives.end() && found->second.over && found->second.since != sent.time)
    {
        Wrong(sent.id, "sends a segment after its end");
    }
    if (++m_segments == MANY)
    {
        m_world.Complain("no end of segments: " + std::to_string(MANY));
        Simulator::Stop();
    }
}

void
Watch::Finish()
{
    for (const auto& [id, life] : m_lives)
    {
        if (!life.over)
        {
            Wrong(id, std::string("has not ended: ") + TcpConnStateName(life.state));
        }
    }
}

uint64_t
Watch::GetSegments() const
{
    return m_segments;
}

uint64_t
Watch::GetDigest() const
{
    return m_digest;
}

const std::map<std::string, uint64_t>&
Watch::GetRows() const
{
    return m_rows;
}

} // namespace TcpConnRandomWalk
} // namespace ns3
