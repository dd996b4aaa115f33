/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-two-hosts.h"
#include "tcp-conn-wire-script.h"

#include "ns3/boolean.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-conn-compat.h"

#include <string>

/**
 * @file
 * @ingroup tcp-conn
 * The handshake policies: three-way (RFC 9293 3.5), and two-way and four-way, for study.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/// TypeIds of the policies.
const std::string THREE_WAY = "ns3::TcpConnThreeWayHandshake";
const std::string TWO_WAY = "ns3::TcpConnTwoWayHandshake";
const std::string FOUR_WAY = "ns3::TcpConnFourWayHandshake";

/** See the file. */
class HandshakeSuite : public Suite
{
  public:
    HandshakeSuite();

  private:
    void AddThreeWay();
    void AddTwoWayServer();
    void AddTwoWayClient();
    void AddFourWayServer();
    void AddFourWayClient();
    void AddBothEnds();
};

/** The host opens in two ways from now on. */
Script&
TwoWay(Script& w)
{
    return w.Policy("Handshake", TWO_WAY).Allow("LISTEN", "ESTABLISHED");
}

void
HandshakeSuite::AddThreeWay()
{
    AddBoth("three-way: SYN, SYN+ACK, ACK; ESTABLISHED by the third", [](Script& w) {
        w.Policy("Handshake", THREE_WAY).Listen();
        w.Use(40000).At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1).State("SYN-RECEIVED");
        w.At(1.100).Nothing().State("SYN-RECEIVED").Send(ACK, 1, 1);
        w.At(1.110).Nothing().State("ESTABLISHED").Path("LISTEN SYN-RECEIVED ESTABLISHED");
    });
    AddBoth("three-way: CLOSED: a SYN+ACK that nobody asked for: RST", [](Script& w) {
        w.Use(40000, 80).At(1.000).Send(SYN | ACK, 0, 77);
        w.At(1.002).ExpectReset(77).Connections(0);
    });
}

void
HandshakeSuite::AddTwoWayServer()
{
    AddBoth("two-way: server: ESTABLISHED on the SYN", [](Script& w) {
        TwoWay(w).Listen();
        w.Use(40000).At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.State("ESTABLISHED").Path("LISTEN ESTABLISHED").Events("created");
        w.At(100.0).Nothing().State("ESTABLISHED");
    });
    AddBoth("two-way: server: text in both directions, no third segment", [](Script& w) {
        TwoWay(w).Listen();
        w.Use(40000).At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.At(1.100).Write(20);
        w.At(1.101).Expect(ACK, 1, 1, 20);
        w.At(1.110).Send(ACK, 1, 21, 10);
        w.At(1.112).Expect(ACK, 21, 11).Received(10);
    });
    Add("two-way: server: the application asked and told once each", [](Script& w) {
        TwoWay(w).Listen();
        w.Use(40000).At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.At(1.100).Send(ACK, 1, 1);
        w.At(1.200).Nothing().Events("created");
        w.Check(w.Listener().events == "request", w.Listener().events);
    });
    Add("two-way: server: request refused: nothing, no connection", [](Script& w) {
        TwoWay(w).Accept(false).Listen();
        w.Use(40000).At(1.000).Send(SYN, 0);
        w.At(1.100).Nothing().Connections(0).Path("");
    });
    Add("two-way: server: repeated SYN: the SYN+ACK again, one connection", [](Script& w) {
        TwoWay(w).Listen();
        w.Use(40000).At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.At(2.000).Send(SYN, 0);
        w.At(2.002).Expect(SYN | ACK, 0, 1).Connections(1).Events("created");
    });
    Add("two-way: server: the SYN+ACK is lost: it waits, the client's SYN brings it again",
        [](Script& w) {
            TwoWay(w).Listen();
            w.Use(40000).At(1.000).Send(SYN, 0);
            w.At(1.002).Expect(SYN | ACK, 0, 1);
            w.At(60.0).Nothing().State("ESTABLISHED").Send(SYN, 0);
            w.At(60.002).Expect(SYN | ACK, 0, 1);
        });
    Add("two-way: server: a stale SYN makes a ghost that stays", [](Script& w) {
        TwoWay(w).Listen();
        w.Use(40000).At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.At(86400.0).Nothing().State("ESTABLISHED").Connections(1);
    });
    Add("two-way: server: the ghost goes by the reset of a client that does not ignore",
        [](Script& w) {
            TwoWay(w).Listen();
            w.Use(40000).At(1.000).Send(SYN, 0);
            w.At(1.002).Expect(SYN | ACK, 0, 1);
            w.At(1.003).Send(RST, 1);
            w.At(1.100).Nothing().Connections(0).Events("created error");
        });
    Add("two-way: server: text and FIN on the SYN: delivered", [](Script& w) {
        TwoWay(w).Listen();
        w.Use(40000).At(1.000).Send(SYN | FIN, 0, 0, 5);
        w.At(1.002).Expect(SYN | ACK, 0, ANY);
        w.At(1.300).Await(Seg(ACK, 1, 7)).State("CLOSE-WAIT").Received(5);
        w.Skip().Events("created data normal");
    });
}

void
HandshakeSuite::AddTwoWayClient()
{
    AddBoth("two-way: client: ESTABLISHED by the SYN+ACK, sends no ACK", [](Script& w) {
        TwoWay(w);
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0);
        w.At(1.002).Send(SYN | ACK, 0, 1);
        w.At(5.000).Nothing().State("ESTABLISHED").Path("SYN-SENT ESTABLISHED");
        w.Events("connected").Write(10);
        w.At(5.001).Expect(ACK, 1, 1, 10);
    });
    AddBoth("two-way: CLOSED: a SYN+ACK that nobody asked for: ignored", [](Script& w) {
        TwoWay(w);
        w.Use(40000, 80).At(1.000).Send(SYN | ACK, 0, 77);
        w.At(2.000).Nothing().Connections(0);
        // Only that: anything else is answered as always.
        w.Send(ACK, 1, 78);
        w.At(2.002).ExpectReset(78).Send(SYN, 0);
        w.At(2.004).Expect(RST | ACK, 0, 1);
    });
    AddBoth("two-way: CLOSED, IgnoreUnaskedSynAck=false: RST, as RFC 9293 has it", [](Script& w) {
        w.Policy("Handshake", TWO_WAY + "[IgnoreUnaskedSynAck=false]");
        w.Use(40000, 80).At(1.000).Send(SYN | ACK, 0, 77);
        w.At(1.002).ExpectReset(77).Connections(0);
    });
    Add("two-way: client: its SYN is lost: sent again", [](Script& w) {
        TwoWay(w);
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0);
        w.At(2.001).Expect(SYN, 0);
        w.At(2.002).Send(SYN | ACK, 0, 1);
        w.At(3.000).Nothing().State("ESTABLISHED");
    });
}

void
HandshakeSuite::AddFourWayServer()
{
    const auto halves = [](Script& w) {
        const auto& seen = w.Wire().seen;
        w.Check(seen.size() == 2, std::to_string(seen.size()) + " segments");
        w.Check(seen[0].flags == ACK && seen[0].ack == w.Current().isn + 1, "no ACK of the SYN");
        w.Check((seen[1].flags & (SYN | ACK)) == SYN && seen[1].ack == 0, "no SYN of its own");
        w.Check(seen[0].seq == seen[1].seq && seen[1].mss > 0 && seen[0].mss < 0,
                "the options are the SYN's");
    };
    AddBoth("four-way: server: ACK and SYN are two segments", [halves](Script& w) {
        w.Policy("Handshake", FOUR_WAY).Listen();
        w.Use(40000).At(1.000).Send(SYN, 0);
        w.At(1.003).Skip().State("SYN-RECEIVED");
        halves(w);
        w.At(1.100).Send(ACK, 1, 1);
        w.At(1.110).Nothing().State("ESTABLISHED").Path("LISTEN SYN-RECEIVED ESTABLISHED");
        w.Events("created").Write(10);
        w.At(1.111).Expect(ACK, 1, 1, 10);
    });
    Add("four-way: server: what is sent again is SYN+ACK", [](Script& w) {
        w.Policy("Handshake", FOUR_WAY).Listen();
        w.Use(40000).At(1.000).Send(SYN, 0);
        w.At(1.500).Skip();
        w.At(2.002).Expect(SYN | ACK, 0, 1).Send(ACK, 1, 1);
        w.At(2.010).Nothing().State("ESTABLISHED");
    });
    Add("four-way: server: half-open, so a RST forgets it", [](Script& w) {
        w.Policy("Handshake", FOUR_WAY).Listen();
        w.Use(40000).At(1.000).Send(SYN, 0);
        w.At(1.100).Skip().Send(RST, 1);
        w.At(1.200).Nothing().Connections(0);
    });
}

void
HandshakeSuite::AddFourWayClient()
{
    AddBoth("four-way: client: ACK, then SYN: ESTABLISHED, and its ACK is the fourth",
            [](Script& w) {
                w.Policy("Handshake", FOUR_WAY);
                w.At(1.000).Connect();
                w.At(1.001).Expect(SYN, 0).Send(ACK, 0, 1);
                w.At(1.100).Nothing().State("SYN-SENT").Send(SYN, 0);
                w.At(1.102).Expect(ACK, 1, 1).State("ESTABLISHED").Events("connected");
                w.Path("SYN-SENT ESTABLISHED");
            });
    AddBoth("four-way: client: SYN+ACK in one serves as well", [](Script& w) {
        w.Policy("Handshake", FOUR_WAY).ActiveOpen();
        w.State("ESTABLISHED");
    });
    Add("four-way: client: an ACK of something else: RST, and it waits on", [](Script& w) {
        w.Policy("Handshake", FOUR_WAY);
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0).Send(ACK, 0, 5);
        w.At(1.003).ExpectReset(5).State("SYN-SENT");
    });
    Add("four-way: client: the server's SYN without an ACK is a crossing SYN", [](Script& w) {
        w.Policy("Handshake", FOUR_WAY);
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0).Send(SYN, 0);
        w.At(1.003).Expect(SYN | ACK, 0, 1).State("SYN-RECEIVED");
    });
}

/** Both ends with one policy: segments until both are ESTABLISHED, and then a whole life. */
class Handshakes : public TestCase
{
  public:
    /**
     * @param policy the policy
     * @param segments segments that open a connection
     */
    Handshakes(const std::string& policy, uint32_t segments)
        : TestCase("both ends, " + policy + ": " + std::to_string(segments) + " segments"),
          m_policy(policy),
          m_expected(segments)
    {
    }

  private:
    void DoRun() override;

    /** Count. */
    void Sent(const TcpConnSegmentEvent&)
    {
        m_sent++;
    }

    std::string m_policy; //!< The policy.
    uint32_t m_expected;  //!< Segments that open a connection.
    uint32_t m_sent{0};   //!< Segments sent.
};

void
Handshakes::DoRun()
{
    using namespace TcpConnTest;
    TwoHosts hosts(Stack::OURS, Stack::OURS);
    for (uint32_t i : {0, 1})
    {
        hosts.Protocol(i)->SetAttribute("Handshake", StringValue(m_policy));
        hosts.Protocol(i)->TraceConnectWithoutContext("Tx", MakeCallback(&Handshakes::Sent, this));
    }
    Talker server(5000, 700, false);
    Talker client(700, 5000, true);
    server.Listen(hosts.nodes.Get(1), OUR_FACTORY, TwoHosts::Any(80, false));
    Ptr<Socket> idle;
    Ptr<Socket> idleServer =
        Socket::CreateSocket(hosts.nodes.Get(1), TypeId::LookupByName(OUR_FACTORY));
    idleServer->Bind(TwoHosts::Any(81, false));
    idleServer->Listen();
    Simulator::Schedule(Seconds(1), [&]() {
        idle = Socket::CreateSocket(hosts.nodes.Get(0), TypeId::LookupByName(OUR_FACTORY));
        idle->Connect(hosts.At(1, 81, false));
    });
    uint32_t opened = 0;
    std::string states;
    Simulator::Schedule(Seconds(2), [&]() {
        opened = m_sent;
        states = hosts.Table(0) + hosts.Table(1);
        client.Connect(hosts.nodes.Get(0), OUR_FACTORY, hosts.At(1, 80, false));
    });
    Simulator::Stop(Seconds(60));
    Simulator::Run();
    NS_TEST_EXPECT_MSG_EQ(opened, m_expected, "segments that open a connection");
    NS_TEST_EXPECT_MSG_EQ((states.find("ESTABLISHED") != states.rfind("ESTABLISHED")),
                          true,
                          "both ESTABLISHED: " << states);
    NS_TEST_EXPECT_MSG_EQ(client.Satisfied(), true, "client: " << client.Report());
    NS_TEST_EXPECT_MSG_EQ(server.Satisfied(), true, "server: " << server.Report());
    Simulator::Destroy();
}

void
HandshakeSuite::AddBothEnds()
{
    AddTestCase(new Handshakes(THREE_WAY, 3), TCP_CONN_QUICK);
    AddTestCase(new Handshakes(TWO_WAY, 2), TCP_CONN_QUICK);
    AddTestCase(new Handshakes(FOUR_WAY, 4), TCP_CONN_QUICK);
}

HandshakeSuite::HandshakeSuite()
    : Suite("tcp-conn-handshake")
{
    AddThreeWay();
    AddTwoWayServer();
    AddTwoWayClient();
    AddFourWayServer();
    AddFourWayClient();
    AddBothEnds();
}

/** The one instance. */
HandshakeSuite g_handshakeSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
