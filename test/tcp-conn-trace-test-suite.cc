/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-wire-script.h"

#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"
#include "ns3/object.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-conn-l4-protocol.h"
#include "ns3/tcp-conn-trace-helper.h"
#include "ns3/tcp-conn-trace.h"
#include "ns3/tcp-conn-transition-table.h"
#include "ns3/test.h"
#include "ns3/traced-callback.h"

#include <fstream>
#include <sstream>
#include <string>

/**
 * @file
 * @ingroup tcp-conn
 * Traces: names of states, and the lines that the writer makes.
 */

using namespace ns3;

namespace
{

/**
 * @param local local address
 * @param localPort local port
 * @param peer peer's address
 * @param peerPort peer's port
 * @return a key of IPv4
 */
TcpConnKey
KeyOf4(const char* local, uint16_t localPort, const char* peer, uint16_t peerPort)
{
    TcpConnKey key;
    key.local = TcpConnKey::FromIpv4(Ipv4Address(local));
    key.peer = TcpConnKey::FromIpv4(Ipv4Address(peer));
    key.localPort = localPort;
    key.peerPort = peerPort;
    return key;
}

/** As KeyOf4, of IPv6. */
TcpConnKey
KeyOf6(const char* local, uint16_t localPort, const char* peer, uint16_t peerPort)
{
    TcpConnKey key;
    key.v6 = true;
    key.local = TcpConnKey::FromIpv6(Ipv6Address(local));
    key.peer = TcpConnKey::FromIpv6(Ipv6Address(peer));
    key.localPort = localPort;
    key.peerPort = peerPort;
    return key;
}

/**
 * @param cause the cause that it tells
 * @return a row with nothing else in it
 */
TcpConnRow
RowOf(const char* cause)
{
    TcpConnRow row{};
    row.cause = cause;
    return row;
}

/**
 * A transition made by hand.
 * @param time when
 * @param key the connection
 * @param from state left
 * @param to state entered
 * @param row what caused it
 * @param segment the segment, or nullptr
 * @param inState time in the state left
 * @return the transition
 */
TcpConnTransition
TransitionOf(Time time,
             const TcpConnKey& key,
             TcpSocket::TcpStates_t from,
             TcpSocket::TcpStates_t to,
             const TcpConnRow& row,
             const TcpConnSegment* segment,
             Time inState)
{
    return {time, 3, 7, key, from, to, row, segment, inState};
}

/** An object with the trace sources of the protocol. */
class TcpConnTraceSource : public Object
{
  public:
    /** @return the type */
    static TypeId GetTypeId()
    {
        static TypeId tid =
            TypeId("ns3::TcpConnTraceTestSource")
                .SetParent<Object>()
                .AddTraceSource("Transition",
                                "Transitions",
                                MakeTraceSourceAccessor(&TcpConnTraceSource::m_transition),
                                "ns3::TcpConnTracedCallback::Transition")
                .AddTraceSource("Tx",
                                "Segments sent",
                                MakeTraceSourceAccessor(&TcpConnTraceSource::m_tx),
                                "ns3::TcpConnTracedCallback::Segment")
                .AddTraceSource("Rx",
                                "Segments received",
                                MakeTraceSourceAccessor(&TcpConnTraceSource::m_rx),
                                "ns3::TcpConnTracedCallback::Segment")
                .AddTraceSource("Drop",
                                "Segments dropped",
                                MakeTraceSourceAccessor(&TcpConnTraceSource::m_drop),
                                "ns3::TcpConnTracedCallback::Segment");
        return tid;
    }

    TracedCallback<const TcpConnTransition&> m_transition; //!< Transitions.
    TracedCallback<const TcpConnSegmentEvent&> m_tx;       //!< Segments sent.
    TracedCallback<const TcpConnSegmentEvent&> m_rx;       //!< Segments received.
    TracedCallback<const TcpConnSegmentEvent&> m_drop;     //!< Segments dropped.

    /** Fire each of them once.  @param time the time that they tell */
    void Fire(Time time)
    {
        const TcpConnKey key = KeyOf4("10.0.0.1", 1, "10.0.0.2", 2);
        const TcpConnRow row = RowOf("abort");
        TcpConnSegment segment;
        segment.flags = TCP_CONN_RST;
        const TcpConnSegmentEvent event{time, 3, 7, key, segment, "checksum"};
        m_transition(TransitionOf(time,
                                  key,
                                  TcpSocket::ESTABLISHED,
                                  TcpSocket::CLOSED,
                                  row,
                                  nullptr,
                                  Seconds(0)));
        m_tx(event);
        m_rx(event);
        m_drop(event);
    }
};

/** Names of states. */
class TcpConnStateNameTest : public TestCase
{
  public:
    TcpConnStateNameTest()
        : TestCase("States have the names of RFC 9293")
    {
    }

  private:
    void DoRun() override
    {
        const struct
        {
            TcpSocket::TcpStates_t state;
            const char* name;
        } rows[] = {
            {TcpSocket::CLOSED, "CLOSED"},
            {TcpSocket::LISTEN, "LISTEN"},
            {TcpSocket::SYN_SENT, "SYN-SENT"},
            {TcpSocket::SYN_RCVD, "SYN-RECEIVED"},
            {TcpSocket::ESTABLISHED, "ESTABLISHED"},
            {TcpSocket::FIN_WAIT_1, "FIN-WAIT-1"},
            {TcpSocket::FIN_WAIT_2, "FIN-WAIT-2"},
            {TcpSocket::CLOSE_WAIT, "CLOSE-WAIT"},
            {TcpSocket::CLOSING, "CLOSING"},
            {TcpSocket::LAST_ACK, "LAST-ACK"},
            {TcpSocket::TIME_WAIT, "TIME-WAIT"},
        };

        for (const auto& row : rows)
        {
            NS_TEST_EXPECT_MSG_EQ(std::string(TcpConnStateName(row.state)), row.name, "state");
        }
    }
};

/** Base of the tests that compare a trace with what it should be. */
class TcpConnTraceLinesTest : public TestCase
{
  public:
    using TestCase::TestCase;

  protected:
    std::ostringstream m_out; //!< The trace.

    /**
     * @param policies policies of the header
     * @return a writer to m_out
     */
    Ptr<TcpConnTraceWriter> MakeWriter(const std::string& policies)
    {
        return Create<TcpConnTraceWriter>(Create<OutputStreamWrapper>(&m_out), policies);
    }

    /**
     * Compare what was written since the last time, the header being left out.
     * @param writer the writer
     * @param expected the line, without its end
     * @param name what is tested
     */
    void ExpectLine(Ptr<TcpConnTraceWriter> writer,
                    const std::string& expected,
                    const std::string& name)
    {
        writer->Flush();
        const std::string all = m_out.str();
        NS_TEST_EXPECT_MSG_EQ(all.substr(m_seen), expected + '\n', name);
        m_seen = all.size();
    }

  private:
    size_t m_seen{0}; //!< Length of what has been compared.
};

/** Header, policies of a host, transitions. */
class TcpConnTraceTransitionTest : public TcpConnTraceLinesTest
{
  public:
    TcpConnTraceTransitionTest()
        : TcpConnTraceLinesTest("Header and transitions")
    {
    }

  private:
    void DoRun() override
    {
        auto writer = MakeWriter("handshake=TcpConnThreeWay isn=TcpConnRfc6528");
        ExpectLine(writer,
                   "#tcp-conn-trace 1 handshake=TcpConnThreeWay isn=TcpConnRfc6528",
                   "header");
        writer->NodePolicies(4, "handshake=TcpConnTwoWay");
        ExpectLine(writer, "#node=4 handshake=TcpConnTwoWay", "policies of a host");

        TcpConnKey listener = KeyOf4("10.1.1.1", 80, "0.0.0.0", 0);
        const TcpConnRow open = RowOf("passive-open");
        writer->Transition(TransitionOf(Seconds(0),
                                        listener,
                                        TcpSocket::CLOSED,
                                        TcpSocket::LISTEN,
                                        open,
                                        nullptr,
                                        Seconds(0)));
        ExpectLine(writer,
                   "T 0.000000000 3 7 10.1.1.1:80 *:0 CLOSED LISTEN passive-open in=0.000000000",
                   "a listener");
        listener.local = TcpConnIp{};
        writer->Transition(TransitionOf(NanoSeconds(1),
                                        listener,
                                        TcpSocket::LISTEN,
                                        TcpSocket::CLOSED,
                                        RowOf("close"),
                                        nullptr,
                                        NanoSeconds(1)));
        ExpectLine(writer,
                   "T 0.000000001 3 7 *:80 *:0 LISTEN CLOSED close in=0.000000001",
                   "a listener at all addresses");
        Segments(writer);
    }

    /** Transitions that a segment caused.  @param writer the writer */
    void Segments(Ptr<TcpConnTraceWriter> writer)
    {
        TcpConnSegment segment;
        segment.seq = SequenceNumber32(4294967295U);
        segment.ack = SequenceNumber32(1);
        segment.length = 1448;
        segment.flags = TCP_CONN_FIN | TCP_CONN_PSH | TCP_CONN_ACK;
        const TcpConnRow row = RowOf("ack/ack-of-fin");
        const TcpConnKey key4 = KeyOf4("255.255.255.255", 65535, "1.20.100.0", 1);
        writer->Transition(TransitionOf(NanoSeconds(123456789012345678),
                                        key4,
                                        TcpSocket::FIN_WAIT_1,
                                        TcpSocket::FIN_WAIT_2,
                                        row,
                                        &segment,
                                        NanoSeconds(1000000000)));
        ExpectLine(writer,
                   "T 123456789.012345678 3 7 255.255.255.255:65535 1.20.100.0:1 FIN-WAIT-1 "
                   "FIN-WAIT-2 ack/ack-of-fin in=1.000000000 seg=FIN,PSH,ACK seq=4294967295 "
                   "ack=1 len=1448",
                   "with a segment");
        const TcpConnKey key6 = KeyOf6("2001:db8::1", 80, "fe80::200:ff:fe00:2", 49153);
        segment.flags = 0;
        for (int i = 0; i < 2; ++i)
        {
            writer->Transition(TransitionOf(Seconds(1),
                                            key6,
                                            TcpSocket::SYN_SENT,
                                            TcpSocket::SYN_RCVD,
                                            row,
                                            &segment,
                                            Seconds(0)));
            ExpectLine(writer,
                       "T 1.000000000 3 7 [2001:db8::1]:80 [fe80::200:ff:fe00:2]:49153 SYN-SENT "
                       "SYN-RECEIVED ack/ack-of-fin in=0.000000000 seg=- seq=4294967295 ack=1 "
                       "len=1448",
                       "IPv6, and no flags");
        }
    }
};

/** Segments. */
class TcpConnTraceSegmentTest : public TcpConnTraceLinesTest
{
  public:
    TcpConnTraceSegmentTest()
        : TcpConnTraceLinesTest("Segments, their flags and options")
    {
    }

  private:
    const std::string m_ends{" 2.500000000 1 0 10.1.1.1:80 10.1.1.2:9 "}; //!< Start of lines.

    void DoRun() override
    {
        auto writer = MakeWriter("");
        ExpectLine(writer, "#tcp-conn-trace 1", "header without policies");
        const TcpConnKey key = KeyOf4("10.1.1.1", 80, "10.1.1.2", 9);
        TcpConnSegment s;
        s.flags = 0x0ff;
        s.window = 65535;
        const TcpConnSegmentEvent event{MilliSeconds(2500), 1, 0, key, s, nullptr};
        writer->Tx(event);
        ExpectLine(writer,
                   "S" + m_ends + "SYN,FIN,RST,PSH,ACK,URG,ECE,CWR seq=0 ack=0 len=0 win=65535",
                   "all flags");
        s.flags = TCP_CONN_SYN;
        s.seq = SequenceNumber32(2147483648U);
        s.options.present = TcpConnOptions::MSS | TcpConnOptions::WINDOW_SCALE |
                            TcpConnOptions::SACK_PERMITTED | TcpConnOptions::TIMESTAMPS;
        s.options.mss = 1460;
        s.options.windowScale = 14;
        s.options.tsVal = 4294967295U;
        writer->Rx(event);
        ExpectLine(writer,
                   "R" + m_ends +
                       "SYN seq=2147483648 ack=0 len=0 win=65535 mss=1460 ws=14 sackok "
                       "ts=4294967295/0",
                   "options of a SYN");
        s.flags = TCP_CONN_ACK;
        s.options.present = TcpConnOptions::SACK;
        s.options.sackCount = 2;
        s.options.sack[0] = {SequenceNumber32(1), SequenceNumber32(10)};
        s.options.sack[1] = {SequenceNumber32(4294967290U), SequenceNumber32(3)};
        s.window = 0;
        const TcpConnSegmentEvent dropped{MilliSeconds(2500), 1, 0, key, s, "checksum"};
        writer->Drop(dropped);
        ExpectLine(writer,
                   "D" + m_ends +
                       "ACK seq=2147483648 ack=0 len=0 win=0 sack=1-10,4294967290-3 "
                       "reason=checksum",
                   "dropped, with blocks");
        s.options.present = 0;
        writer->Drop(event);
        ExpectLine(writer,
                   "D" + m_ends + "ACK seq=2147483648 ack=0 len=0 win=0 reason=unknown",
                   "dropped, no reason given");
    }
};

/** Attached to an object. */
class TcpConnTraceAttachTest : public TcpConnTraceLinesTest
{
  public:
    TcpConnTraceAttachTest()
        : TcpConnTraceLinesTest("Attached to the trace sources of a protocol")
    {
    }

  private:
    void DoRun() override
    {
        auto all = CreateObject<TcpConnTraceSource>();
        auto transitions = CreateObject<TcpConnTraceSource>();
        auto writer = MakeWriter("");
        writer->Attach(all);
        writer->Attach(transitions, TcpConnTraceWriter::Records::TRANSITIONS);
        // The protocols alone hold the writer now.
        writer = nullptr;
        all->Fire(Seconds(1));
        transitions->Fire(Seconds(2));
        NS_TEST_EXPECT_MSG_EQ(m_out.str(), "", "lines are gathered");
        const std::string ends = ".000000000 3 7 10.0.0.1:1 10.0.0.2:2 ";
        const std::string move = ends + "ESTABLISHED CLOSED abort in=0.000000000\n";
        const std::string segment = ends + "RST seq=0 ack=0 len=0 win=0";
        const std::string first = "#tcp-conn-trace 1\nT 1" + move + "S 1" + segment + "\nR 1" +
                                  segment + "\nD 1" + segment + " reason=checksum\nT 2" + move;
        Simulator::Destroy();
        NS_TEST_EXPECT_MSG_EQ(m_out.str(), first, "written when the simulation is destroyed");
        transitions->Fire(Seconds(3));
        NS_TEST_EXPECT_MSG_EQ(m_out.str(), first + "T 3" + move, "and what comes later, at once");
    }
};

/** More than the buffer holds, to a file. */
class TcpConnTraceFileTest : public TcpConnTraceLinesTest
{
  public:
    TcpConnTraceFileTest()
        : TcpConnTraceLinesTest("A file of many lines")
    {
    }

  private:
    void DoRun() override
    {
        constexpr int LINES = 20000;
        const std::string name = CreateTempDirFilename("many.tr");
        const std::string longPolicies = "isn=" + std::string(1 << 19, 'x');
        auto writer = Create<TcpConnTraceWriter>(name, longPolicies);
        const TcpConnKey key = KeyOf4("10.1.1.1", 80, "10.1.1.2", 9);
        const TcpConnSegment segment;
        for (int i = 0; i < LINES; ++i)
        {
            writer->Tx({Seconds(i), 0, 1, key, segment, nullptr});
        }
        writer = nullptr;
        std::ifstream file(name);
        std::string line;
        std::getline(file, line);
        NS_TEST_EXPECT_MSG_EQ((line == "#tcp-conn-trace 1 " + longPolicies), true, "long header");
        int lines = 0;
        int wrong = 0;
        while (std::getline(file, line))
        {
            wrong += line != "S " + std::to_string(lines) +
                                 ".000000000 0 1 10.1.1.1:80 10.1.1.2:9 - seq=0 ack=0 len=0 win=0";
            ++lines;
        }
        NS_TEST_EXPECT_MSG_EQ(lines, LINES, "every line is there");
        NS_TEST_EXPECT_MSG_EQ(wrong, 0, "and in order");
    }
};

/** Sockets whose policies are not their host's. */
class TcpConnTracePoliciesTest : public TcpConnTraceLinesTest
{
  public:
    TcpConnTracePoliciesTest()
        : TcpConnTraceLinesTest("The policies of a connection that has its own")
    {
    }

  private:
    /**
     * An attempt to connect that the peer refuses.
     * @param w the script
     * @param port the peer's port
     * @param at when, seconds
     */
    static void BeRefused(TcpConnWire::Script& w, uint16_t port, double at)
    {
        w.At(at).Connect(port);
        w.At(at + 0.001).Expect(TcpConnWire::SYN, 0);
        w.At(at + 0.010).Send(TcpConnWire::RST | TcpConnWire::ACK, 0, 1);
        w.At(at + 0.100).State("CLOSED");
    }

    /** @param text what to look for @return how often it is in the trace */
    size_t Count(const std::string& text) const
    {
        size_t count = 0;
        for (auto at = m_out.str().find(text); at != std::string::npos;
             at = m_out.str().find(text, at + 1))
        {
            ++count;
        }
        return count;
    }

    void DoRun() override
    {
        {
            TcpConnWire::Script w;
            auto host = DynamicCast<TcpConnL4Protocol>(w.L4());
            auto writer = MakeWriter(host->GetPolicies());
            writer->Attach(host);
            BeRefused(w, 9000, 1);
            w.Set("Handshake", StringValue("ns3::TcpConnTwoWayHandshake"));
            BeRefused(w, 9001, 2);
            w.Set("Handshake", StringValue("ns3::TcpConnThreeWayHandshake")); // the host's
            BeRefused(w, 9002, 3);
        }
        NS_TEST_EXPECT_MSG_EQ(Count("\nT "), 6, m_out.str());
        NS_TEST_EXPECT_MSG_EQ(Count("\n#conn="), 1, m_out.str());
        const std::string line =
            "\n#conn=0:2 handshake=TcpConnTwoWayHandshake release=TcpConnJoinedRelease ";
        NS_TEST_EXPECT_MSG_EQ(Count(line), 1, m_out.str());
        NS_TEST_EXPECT_MSG_LT(m_out.str().find(line),
                              m_out.str().find(":9001 CLOSED"),
                              "comes first");
    }
};

/** The suite. */
class TcpConnTraceTestSuite : public TestSuite
{
  public:
    TcpConnTraceTestSuite()
        : TestSuite("tcp-conn-trace", TCP_CONN_UNIT)
    {
        AddTestCase(new TcpConnStateNameTest, TCP_CONN_QUICK);
        AddTestCase(new TcpConnTraceTransitionTest, TCP_CONN_QUICK);
        AddTestCase(new TcpConnTraceSegmentTest, TCP_CONN_QUICK);
        AddTestCase(new TcpConnTraceAttachTest, TCP_CONN_QUICK);
        AddTestCase(new TcpConnTraceFileTest, TCP_CONN_QUICK);
        AddTestCase(new TcpConnTracePoliciesTest, TCP_CONN_QUICK);
    }
};

TcpConnTraceTestSuite g_tcpConnTraceTestSuite; //!< The suite.

} // namespace
