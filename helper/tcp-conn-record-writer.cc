/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-record-writer.h"

#include "ns3/abort.h"
#include "ns3/callback.h"
#include "ns3/simulator.h"
#include "ns3/tcp-conn-policies.h"

namespace ns3
{

TcpConnRecordWriter::TcpConnRecordWriter(const std::string& fileName)
    : m_output(fileName)
{
}

TcpConnRecordWriter::TcpConnRecordWriter(Ptr<OutputStreamWrapper> stream)
    : m_output(stream)
{
}

TcpConnRecordWriter::~TcpConnRecordWriter() = default;

void
TcpConnRecordWriter::Attach(Ptr<Object> protocol, Records records)
{
    // A callback that holds a Ptr keeps the writer for as long as the protocol may call it.
    const Ptr<TcpConnRecordWriter> self(this);
    const auto connect = [&](const std::string& source, const CallbackBase& sink) {
        NS_ABORT_MSG_UNLESS(protocol->TraceConnectWithoutContext(source, sink),
                            "TcpConnRecordWriter: " << protocol->GetInstanceTypeId().GetName()
                                                    << " has no trace source " << source);
    };
    connect("Transition", MakeCallback(&TcpConnRecordWriter::TakeTransition, self));
    if (records == Records::ALL)
    {
        connect("Tx", MakeCallback(&TcpConnRecordWriter::TakeTx, self));
        connect("Rx", MakeCallback(&TcpConnRecordWriter::TakeRx, self));
        connect("Drop", MakeCallback(&TcpConnRecordWriter::TakeDrop, self));
    }
    if (!m_destroyScheduled)
    {
        // Not in the constructor: it would settle which simulator implementation is used.
        m_destroyScheduled = true;
        Simulator::ScheduleDestroy(&TcpConnRecordWriter::AtDestroy, self);
    }
}

void
TcpConnRecordWriter::SetFilter(const TcpConnTraceFilter& filter)
{
    m_filter = filter;
}

void
TcpConnRecordWriter::Flush()
{
    m_output.Flush();
}

std::string
TcpConnRecordWriter::NewPolicies(const TcpConnTransition& t)
{
    if (!t.ownPolicies)
    {
        return "";
    }
    const auto [place, isNew] = m_named.emplace(t.node, t.id);
    if (t.to == TcpSocket::CLOSED || (t.from == TcpSocket::SYN_RCVD && t.to == TcpSocket::LISTEN))
    {
        m_named.erase(place);
    }
    return isNew ? t.ownPolicies->Describe() : "";
}

void
TcpConnRecordWriter::TakeTransition(const TcpConnTransition& t)
{
    if (m_filter.TakesAll() || m_filter.Takes(t))
    {
        Transition(t);
    }
}

void
TcpConnRecordWriter::TakeTx(const TcpConnSegmentEvent& s)
{
    if (m_filter.TakesAll() || m_filter.Takes(s))
    {
        Tx(s);
    }
}

void
TcpConnRecordWriter::TakeRx(const TcpConnSegmentEvent& s)
{
    if (m_filter.TakesAll() || m_filter.Takes(s))
    {
        Rx(s);
    }
}

void
TcpConnRecordWriter::TakeDrop(const TcpConnSegmentEvent& s)
{
    if (m_filter.TakesAll() || m_filter.Takes(s))
    {
        Drop(s);
    }
}

void
TcpConnRecordWriter::AtDestroy()
{
    // Records that still come are written at once: no one would flush them.
    Flush();
    m_output.WriteAtOnce();
}

} // namespace ns3
