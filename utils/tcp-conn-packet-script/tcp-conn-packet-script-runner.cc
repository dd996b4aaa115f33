/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-packet-script-runner.h"

#include "tcp-conn-packet-script-calls.h"
#include "tcp-conn-packet-script-flow.h"
#include "tcp-conn-packet-script-options.h"
#include "tcp-conn-packet-script-parser.h"

#include "ns3/simulator.h"

#include <fstream>
#include <iomanip>
#include <list>
#include <memory>
#include <sstream>

namespace ns3
{
namespace TcpConnPacketScript
{

namespace
{

using TcpConnWire::ACK;
using TcpConnWire::Segment;
using TcpConnWire::SYN;

/** How long a segment that may come at any time is waited for. */
const Time FOR_EVER = Hours(6);

/** First port of the peer of connections that it opens. */
constexpr uint16_t FIRST_PEER_PORT = 40000;

/** One run of one script. */
class Runner
{
  public:
    /**
     * @param script the script
     * @param setup what it runs with
     * @param verdict gets the counts
     */
    Runner(const Script& script, const Setup& setup, Verdict& verdict);

    /** Do all lines; throws Failure or Unsupported at the first that does not hold. */
    void All();

  private:
    /** A call that has not returned, or whose answer has not been looked at. */
    struct Waiting
    {
        const Event* event{nullptr}; //!< The call.
        Time end;                    //!< When it shall return.
        Answer answer;               //!< What it returned, if done.
        Time returned;               //!< When.
        std::string failed;          //!< It could not be done, and why.
        bool unsupported{false};     //!< For that it needs what is not there.
    };

    void DoEvent(const Event& event);
    void DoInbound(const Event& event);
    void DoIcmp(const Event& event);
    void DoOutbound(const Event& event, Time from, Time to);
    void DoCall(const Event& event, Time start);
    void DoShell(const Event& event);
    void TryCall();
    void FinishCall();
    void CheckRest();
    Segment Join(Segment segment, const PacketLine& want, Time limit);
    Flow& FlowOf(const PacketLine& line, bool inbound);
    Flow* FlowOf(const Segment& segment);
    Flow& NewFlow(uint16_t peerPort, uint16_t hostPort);
    std::string At(Time time) const;
    Time SinceOrigin(Time time) const;

    const Script& m_script;               //!< The script.
    const Setup& m_setup;                 //!< What it runs with.
    Verdict& m_verdict;                   //!< Gets the counts.
    Testbed m_testbed;                    //!< The host.
    Calls m_calls;                        //!< Its application.
    Waiting m_waiting;                    //!< The call that was made last.
    std::list<Flow> m_flows;              //!< Connections.
    Flow* m_flow{nullptr};                //!< The one that lines without ports are of.
    uint16_t m_nextPort{FIRST_PEER_PORT}; //!< Port of the next connection of the peer.
    uint16_t m_boundPort;                 //!< Port that the application bound last.
    Time m_last{0};                       //!< When the event before happened, from the origin.
};

Runner::Runner(const Script& script, const Setup& setup, Verdict& verdict)
    : m_script(script),
      m_setup(setup),
      m_verdict(verdict),
      m_testbed(setup),
      m_calls(m_testbed, setup, [this]() { TryCall(); }),
      m_boundPort(setup.bindPort)
{
}

Time
Runner::SinceOrigin(Time time) const
{
    return time - Testbed::Origin();
}

std::string
Runner::At(Time time) const
{
    std::ostringstream text;
    text << " at " << std::fixed << std::setprecision(6) << SinceOrigin(time).GetSeconds();
    return text.str();
}

void
Runner::All()
{
    for (const Event& event : m_script.events)
    {
        DoEvent(event);
    }
    FinishCall();
    CheckRest();
}

void
Runner::CheckRest()
{
    if (!m_setup.strict)
    {
        return;
    }
    m_testbed.RunTo(Simulator::Now() + m_setup.tolerance);
    if (!m_testbed.segments.empty())
    {
        const Segment& segment = m_testbed.segments.front();
        Flow* flow = FlowOf(segment);
        throw Failure{m_script.events.back().line,
                      "expected no more segments, got " +
                          PacketText((flow ? *flow : Flow()).ToScript(segment)) + At(segment.time)};
    }
}

void
Runner::DoEvent(const Event& event)
{
    const Time base = event.when.kind == When::RELATIVE ? m_last : Time(0);
    const bool any = event.when.kind == When::ANY;
    const Time from = Testbed::Origin() + base + event.when.from;
    const Time to = Testbed::Origin() + base + event.when.to;
    const bool outbound = event.kind == Event::PACKET && !event.packet.inbound;
    if (outbound)
    {
        DoOutbound(event, from, any ? Simulator::Now() + FOR_EVER : to);
    }
    else
    {
        if (!any && from > Simulator::Now())
        {
            m_testbed.RunTo(from);
        }
        if (event.kind == Event::PACKET)
        {
            event.packet.icmpType.empty() ? DoInbound(event) : DoIcmp(event);
        }
        else if (event.kind == Event::CALL)
        {
            DoCall(event, any ? Simulator::Now() : from);
        }
        else if (event.kind == Event::SHELL)
        {
            DoShell(event);
        }
        else
        {
            m_verdict.programs++;
        }
    }
    if (!(outbound && (any || event.when.range)))
    {
        m_last = any ? SinceOrigin(Simulator::Now()) : SinceOrigin(from);
    }
}

// Connections

Flow&
Runner::NewFlow(uint16_t peerPort, uint16_t hostPort)
{
    m_flows.emplace_back();
    m_flows.back().peerPort = peerPort;
    m_flows.back().hostPort = hostPort;
    m_flow = &m_flows.back();
    return *m_flow;
}

Flow&
Runner::FlowOf(const PacketLine& line, bool inbound)
{
    if (line.hasPorts)
    {
        const uint16_t peerPort = inbound ? line.from : line.to;
        const uint16_t hostPort = inbound ? line.to : line.from;
        for (Flow& flow : m_flows)
        {
            if (flow.peerPort == peerPort && flow.hostPort == hostPort)
            {
                m_flow = &flow;
                return flow;
            }
        }
        return NewFlow(peerPort, hostPort);
    }
    return m_flow ? *m_flow : NewFlow(m_nextPort++, m_boundPort);
}

Flow*
Runner::FlowOf(const Segment& segment)
{
    for (Flow& flow : m_flows)
    {
        if (flow.peerPort == segment.dstPort && flow.hostPort == segment.srcPort)
        {
            return &flow;
        }
    }
    return nullptr;
}

// Segments

void
Runner::DoInbound(const Event& event)
{
    Flow& flow = FlowOf(event.packet, true);
    const Segment segment = flow.ToWire(event.packet, m_testbed);
    m_testbed.Do([this, &segment]() { m_testbed.Peer().Send(segment); });
}

void
Runner::DoIcmp(const Event& event)
{
    uint8_t type = 0;
    uint8_t code = 0;
    if (!FindIcmp(m_setup.ipv6, event.packet, type, code))
    {
        throw Unsupported{event.line,
                          "ICMP " + event.packet.icmpType + " " + event.packet.icmpCode};
    }
    const Flow& flow = FlowOf(event.packet, true);
    Segment quoted;
    quoted.src = m_testbed.Local();
    quoted.dst = m_testbed.Remote();
    quoted.srcPort = flow.hostPort;
    quoted.dstPort = flow.peerPort;
    quoted.seq = flow.HostSeq(event.packet.seq, false);
    quoted.payload.assign(event.packet.length, 'p');
    const uint32_t mtu = event.packet.mtu;
    m_testbed.Do([&]() { m_testbed.Peer().SendIcmp(m_testbed.Remote(), quoted, type, code, mtu); });
}

Segment
Runner::Join(Segment segment, const PacketLine& want, Time limit)
{
    // Other systems hand to their devices what these cut into segments.
    while (segment.payload.size() > 0 && segment.payload.size() < want.length)
    {
        m_testbed.RunToSegment(limit);
        if (m_testbed.segments.empty())
        {
            break;
        }
        const Segment& next = m_testbed.segments.front();
        const auto size = static_cast<uint32_t>(segment.payload.size());
        if (next.srcPort != segment.srcPort || next.dstPort != segment.dstPort ||
            next.seq != segment.seq + size || next.ack != segment.ack || next.payload.empty() ||
            size + next.payload.size() > want.length)
        {
            break;
        }
        segment.payload += next.payload;
        segment.flags |= next.flags;
        m_testbed.segments.pop_front();
    }
    return segment;
}

void
Runner::DoOutbound(const Event& event, Time from, Time to)
{
    const bool any = event.when.kind == When::ANY;
    const Time limit = std::max(to + m_setup.tolerance, Simulator::Now());
    m_testbed.RunToSegment(limit);
    std::string expected = "expected " + PacketText(event.packet);
    if (!any)
    {
        expected += At(from);
    }
    if (m_testbed.segments.empty())
    {
        throw Failure{event.line, expected + ", got no segment until then"};
    }
    Segment segment = m_testbed.segments.front();
    m_testbed.segments.pop_front();
    // The host opens a connection: its port is not known before.
    const bool opens = (segment.flags & event.packet.flags & SYN) && !(segment.flags & ACK);
    if (!event.packet.hasPorts && (!m_flow || (opens && !FlowOf(segment))))
    {
        NewFlow(segment.dstPort, segment.srcPort);
    }
    Flow& flow = FlowOf(event.packet, false);
    segment = Join(segment, event.packet, limit);
    flow.Learn(event.packet, segment);
    const PacketLine got = flow.ToScript(segment);
    const bool ofFlow = flow.peerPort == segment.dstPort && flow.hostPort == segment.srcPort;
    const bool sound = !segment.badChecksum && !segment.malformed;
    if (!ofFlow || !sound || !Matches(event.packet, got, m_setup))
    {
        throw Failure{event.line,
                      expected + ", got " + PacketText(got) + At(segment.time) +
                          (ofFlow ? "" : " of another connection") +
                          (segment.badChecksum ? " with a wrong checksum" : "") +
                          (segment.malformed ? ", malformed" : "")};
    }
    const Time tolerance = m_setup.tolerance;
    if (!any && (segment.time + tolerance < from || segment.time > to + tolerance))
    {
        throw Failure{event.line, expected + ", got it" + At(segment.time)};
    }
    if (any || event.when.range)
    {
        m_last = SinceOrigin(segment.time);
    }
}

// Calls

void
Runner::DoShell(const Event& event)
{
    const Attributes attributes = FindSysctls(event.text);
    for (const auto& attribute : attributes)
    {
        m_calls.SetDefault(attribute.first, attribute.second);
    }
    m_verdict.commands += attributes.empty();
}

void
Runner::DoCall(const Event& event, Time start)
{
    FinishCall();
    if (event.call.name == "socket")
    {
        m_flow = nullptr; // lines without ports are of the socket that was made last
    }
    m_waiting = Waiting();
    m_waiting.event = &event;
    m_waiting.end = start;
    if (event.call.blocks)
    {
        const bool relative = event.when.kind == When::RELATIVE;
        m_waiting.end = Testbed::Origin() + (relative ? m_last : Time(0)) + event.call.end;
    }
    m_waiting.answer = Answer::Blocks();
    m_testbed.Do([this]() { TryCall(); });
    if (!event.call.blocks)
    {
        FinishCall();
    }
    if (m_calls.BoundPort() != 0)
    {
        m_boundPort = m_calls.BoundPort();
    }
}

void
Runner::TryCall()
{
    if (!m_waiting.event || m_waiting.answer.done || !m_waiting.failed.empty())
    {
        return;
    }
    // Nothing may be thrown through the simulator.
    try
    {
        m_waiting.answer = m_calls.Do(*m_waiting.event);
    }
    catch (const Failure& failure)
    {
        m_waiting.failed = failure.what;
    }
    catch (const Unsupported& unsupported)
    {
        m_waiting.failed = unsupported.what;
        m_waiting.unsupported = true;
    }
    m_waiting.returned = Simulator::Now();
}

void
Runner::FinishCall()
{
    if (!m_waiting.event)
    {
        return;
    }
    const Event& event = *m_waiting.event;
    const Time limit = m_waiting.end + m_setup.tolerance;
    if (!m_waiting.answer.done && m_waiting.failed.empty() && limit > Simulator::Now())
    {
        m_testbed.RunTo(limit);
    }
    const Waiting call = m_waiting;
    m_waiting.event = nullptr;
    if (call.unsupported || !call.answer.lacks.empty())
    {
        throw Unsupported{event.line, call.unsupported ? call.failed : call.answer.lacks};
    }
    if (!call.failed.empty())
    {
        throw Failure{event.line, call.failed};
    }
    const std::string expected = "expected " + event.call.name +
                                 "() = " + event.call.result.Text() +
                                 (event.call.error.empty() ? "" : " " + event.call.error);
    if (!call.answer.done)
    {
        throw Failure{event.line, expected + At(call.end) + ", got no return: it blocks"};
    }
    const std::string got = Calls::Compare(event, call.answer);
    if (!got.empty())
    {
        throw Failure{event.line, expected + ", got " + got};
    }
    if (call.returned > limit ||
        (event.call.blocks && call.returned + m_setup.tolerance < call.end))
    {
        throw Failure{event.line, expected + At(call.end) + ", got it" + At(call.returned)};
    }
}

} // namespace

std::string
Verdict::Text(const std::string& name) const
{
    static const char* const words[] = {"PASS", "FAIL", "SKIP"};
    std::ostringstream text;
    text << words[kind] << " " << name;
    if (kind != PASS)
    {
        text << ":" << line << ": " << what;
    }
    else if (programs > 0 || commands > 0)
    {
        text << " (passed over: programs " << programs << ", commands " << commands << ")";
    }
    return text.str();
}

Verdict
Run(const std::string& name, const std::string& text, const Setup& setup)
{
    Verdict verdict;
    try
    {
        const Script script = Parse(name, text);
        Setup own = setup;
        ApplyOptions(script, own);
        Runner(script, own, verdict).All();
    }
    catch (const Failure& failure)
    {
        verdict.kind = Verdict::FAIL;
        verdict.line = failure.line;
        verdict.what = failure.what;
    }
    catch (const Unsupported& unsupported)
    {
        verdict.kind = Verdict::SKIP;
        verdict.line = unsupported.line;
        verdict.what = unsupported.what;
    }
    return verdict;
}

Verdict
RunFile(const std::string& path, const Setup& setup)
{
    std::ifstream file(path);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf()))
    {
        Verdict verdict;
        verdict.kind = Verdict::FAIL;
        verdict.what = "cannot be read";
        return verdict;
    }
    return Run(path, text.str(), setup);
}

} // namespace TcpConnPacketScript
} // namespace ns3
