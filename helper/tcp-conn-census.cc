/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-census.h"

#include "ns3/abort.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/tcp-conn-l4-protocol.h"

#include <algorithm>

namespace ns3
{

namespace
{

/** @param key a connection @return whether it is a listener: its peer is unspecified */
bool
IsListener(const TcpConnKey& key)
{
    return key.peerPort == 0 && key.peer == TcpConnIp{};
}

/** @param state a state @param key whose @return whether there is a connection, or a listener */
bool
Exists(TcpSocket::TcpStates_t state, const TcpConnKey& key)
{
    return state != TcpSocket::CLOSED && (state != TcpSocket::LISTEN || IsListener(key));
}

} // namespace

TcpConnCensus::TcpConnCensus(Time interval)
    : m_interval(interval)
{
}

void
TcpConnCensus::Attach(NodeContainer nodes)
{
    for (auto i = nodes.Begin(); i != nodes.End(); ++i)
    {
        Ptr<TcpConnL4Protocol> tcp = (*i)->GetObject<TcpConnL4Protocol>();
        NS_ABORT_MSG_UNLESS(tcp,
                            "TcpConnCensus: node " << (*i)->GetId() << " has no TcpConnL4Protocol");
        Attach(tcp);
        m_hosts[(*i)->GetId()];
    }
}

void
TcpConnCensus::Attach(Ptr<Object> protocol)
{
    if (m_interval.IsStrictlyPositive())
    {
        Advance(Simulator::Now(), false);
    }
    const bool connected = protocol->TraceConnectWithoutContext(
        "Transition",
        MakeCallback(&TcpConnCensus::Transition, Ptr<TcpConnCensus>(this)));
    NS_ABORT_MSG_UNLESS(connected,
                        "TcpConnCensus: " << protocol->GetInstanceTypeId().GetName()
                                          << " has no trace source Transition");
}

void
TcpConnCensus::Transition(const TcpConnTransition& t)
{
    Advance(t.time, false);
    Host& host = m_hosts[t.node];
    const auto [at, isNew] = host.connections.try_emplace(t.id);
    Connection& connection = at->second;
    if (!isNew)
    {
        --host.counts[connection.state];
        --m_counts[connection.state];
    }
    if (!IsListener(t.key))
    {
        host.totals.opened += isNew ? 1 : 0;
        Follow(host, connection, t);
    }
    if (!Exists(t.to, t.key))
    {
        host.connections.erase(at);
        return;
    }
    connection.key = t.key;
    connection.state = t.to;
    connection.since = t.time;
    ++host.counts[t.to];
    ++m_counts[t.to];
}

void
TcpConnCensus::Follow(Host& host, Connection& connection, const TcpConnTransition& t)
{
    if (Exists(t.from, t.key))
    {
        host.durations.inState[t.from].Add(t.inState);
    }
    else
    {
        connection.opened = t.time;
        connection.timed = t.to == TcpSocket::SYN_SENT || t.to == TcpSocket::SYN_RCVD;
        connection.active = t.to == TcpSocket::SYN_SENT;
    }
    if (t.to == TcpSocket::ESTABLISHED && !connection.established)
    {
        connection.established = true;
        ++host.totals.established;
        if (connection.timed)
        {
            (connection.active ? host.durations.activeSetUp : host.durations.passiveSetUp)
                .Add(t.time - connection.opened);
        }
    }
    if (t.from == TcpSocket::ESTABLISHED)
    {
        connection.established = true; // also where that was before the census
        connection.left = t.time;
    }
    if (t.to == TcpSocket::TIME_WAIT || !Exists(t.to, t.key))
    {
        CountEnd(host, connection, t);
    }
}

void
TcpConnCensus::CountEnd(Host& host, const Connection& connection, const TcpConnTransition& t)
{
    if (t.from == TcpSocket::TIME_WAIT)
    {
        return; // counted when it was entered
    }
    const bool acknowledged =
        t.from == TcpSocket::LAST_ACK && t.segment && !t.segment->Has(TCP_CONN_RST);
    if (t.to == TcpSocket::TIME_WAIT || acknowledged)
    {
        ++host.totals.released;
        if (connection.left.IsStrictlyPositive())
        {
            host.durations.release.Add(t.time - connection.left);
        }
    }
    else if (t.from == TcpSocket::SYN_SENT || t.from == TcpSocket::SYN_RCVD)
    {
        ++host.totals.failed;
    }
    else
    {
        ++host.totals.aborted;
    }
}

// Counts over time

void
TcpConnCensus::Advance(Time now, bool including)
{
    if (!m_interval.IsStrictlyPositive())
    {
        return;
    }
    // What happens at the moment of a step belongs to it.
    const int64_t step = m_interval.GetTimeStep();
    const int64_t end = (now.GetTimeStep() + (including ? step : step - 1)) / step;
    if (end <= m_next)
    {
        return;
    }
    const auto note = [&](uint32_t node, const Counts& counts) {
        const auto [at, isNew] = m_latest.try_emplace(node, m_series.size());
        if (!isNew)
        {
            Stretch& latest = m_series[at->second];
            if (latest.last == m_next - 1 && latest.counts == counts)
            {
                latest.last = end - 1;
                return;
            }
            at->second = m_series.size();
        }
        m_series.push_back({m_next, end - 1, node, counts});
    };
    if (!m_hosts.empty())
    {
        note(ALL, m_counts);
        for (const auto& [node, host] : m_hosts)
        {
            note(node, host.counts);
        }
    }
    m_next = end;
}

void
TcpConnCensus::CatchUp()
{
    Advance(Simulator::Now(), true);
}

void
TcpConnCensus::VisitSteps(uint32_t node, const Visitor& visitor) const
{
    for (const Stretch& stretch : m_series)
    {
        for (int64_t i = stretch.first; stretch.node == node && i <= stretch.last; ++i)
        {
            visitor(TimeStep(static_cast<uint64_t>(i * m_interval.GetTimeStep())),
                    node,
                    stretch.counts);
        }
    }
}

// What is asked

TcpConnCensus::Counts
TcpConnCensus::GetCounts(uint32_t node) const
{
    if (node == ALL)
    {
        return m_counts;
    }
    const auto at = m_hosts.find(node);
    return at == m_hosts.end() ? Counts{} : at->second.counts;
}

std::vector<uint32_t>
TcpConnCensus::Nodes() const
{
    std::vector<uint32_t> nodes;
    for (const auto& [node, host] : m_hosts)
    {
        nodes.push_back(node);
    }
    return nodes;
}

TcpConnCensus::Totals
TcpConnCensus::GetTotals(uint32_t node) const
{
    Totals sum;
    for (const auto& [id, host] : m_hosts)
    {
        if (node == ALL || node == id)
        {
            sum.opened += host.totals.opened;
            sum.established += host.totals.established;
            sum.failed += host.totals.failed;
            sum.released += host.totals.released;
            sum.aborted += host.totals.aborted;
        }
    }
    return sum;
}

TcpConnCensus::Durations
TcpConnCensus::GetDurations(uint32_t node) const
{
    Durations sum;
    for (const auto& [id, host] : m_hosts)
    {
        if (node == ALL || node == id)
        {
            for (std::size_t i = 0; i < STATES; ++i)
            {
                sum.inState[i].Merge(host.durations.inState[i]);
            }
            sum.activeSetUp.Merge(host.durations.activeSetUp);
            sum.passiveSetUp.Merge(host.durations.passiveSetUp);
            sum.release.Merge(host.durations.release);
        }
    }
    return sum;
}

} // namespace ns3
