/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-state-labels.h"

#include "ns3/abort.h"
#include "ns3/node-list.h"
#include "ns3/tcp-conn-l4-protocol.h"

#include <utility>

namespace ns3
{

TcpConnStateLabels::TcpConnStateLabels(Label label)
    : m_label(std::move(label)),
      m_census(Create<TcpConnCensus>(Seconds(0)))
{
}

void
TcpConnStateLabels::Attach(NodeContainer nodes)
{
    // First: the counts are then those after the transition that is told.
    m_census->Attach(nodes);
    const Ptr<TcpConnStateLabels> self(this);
    for (auto i = nodes.Begin(); i != nodes.End(); ++i)
    {
        (*i)->GetObject<TcpConnL4Protocol>()->TraceConnectWithoutContext(
            "Transition",
            MakeCallback(&TcpConnStateLabels::Transition, self));
    }
}

void
TcpConnStateLabels::Transition(const TcpConnTransition& t)
{
    const std::string text = TextOf(m_census->GetCounts(t.node));
    std::string& last = m_texts[t.node];
    if (text != last)
    {
        last = text;
        m_label(NodeList::GetNode(t.node), text);
    }
}

std::string
TcpConnStateLabels::TextOf(const TcpConnCensus::Counts& counts)
{
    std::string text;
    for (std::size_t i = 0; i < counts.size(); ++i)
    {
        // A listener alone is shown, but not beside its connections.
        if (counts[i] > 0 && i != TcpSocket::LISTEN)
        {
            text += (text.empty() ? "" : ", ") +
                    std::string(TcpConnStateName(static_cast<TcpSocket::TcpStates_t>(i)));
            text += counts[i] > 1 ? " " + std::to_string(counts[i]) : "";
        }
    }
    if (text.empty())
    {
        text = counts[TcpSocket::LISTEN] > 0 ? "LISTEN" : "CLOSED";
    }
    return text;
}

} // namespace ns3
