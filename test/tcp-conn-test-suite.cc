/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-two-hosts.h"

#include "ns3/simulator.h"
#include "ns3/tcp-conn-compat.h"
#include "ns3/test.h"

/**
 * @file
 * @ingroup tcp-conn
 * The whole module, in a moment: two hosts with it exchange a request and a reply, and each has
 * entered the states that RFC 9293 has for that.  The suites tcp-conn-* have the rest.
 */

namespace ns3
{
namespace TcpConnTest
{
namespace
{

/// A request and its reply over one connection.
class WholeLife : public TestCase
{
  public:
    /** @param ipv6 over IPv6 rather than IPv4 */
    explicit WholeLife(bool ipv6)
        : TestCase(ipv6 ? "request and reply over IPv6" : "request and reply over IPv4"),
          m_ipv6(ipv6)
    {
    }

  private:
    void DoRun() override;

    bool m_ipv6; //!< Over IPv6.
};

void
WholeLife::DoRun()
{
    TwoHosts hosts(Stack::OURS, Stack::OURS);
    StateLog client;
    StateLog server;
    NS_TEST_ASSERT_MSG_EQ(client.Watch(hosts.Protocol(0)), true, "no trace source");
    NS_TEST_ASSERT_MSG_EQ(server.Watch(hosts.Protocol(1)), true, "no trace source");

    Talker asking(100, 10000, true);
    Talker answering(10000, 100, false);
    answering.Listen(hosts.nodes.Get(1), TCP_FACTORY, TwoHosts::Any(80, m_ipv6));
    Simulator::Schedule(Seconds(2), [&] {
        asking.Connect(hosts.nodes.Get(0), TCP_FACTORY, hosts.At(1, 80, m_ipv6));
    });
    Simulator::Run();

    NS_TEST_EXPECT_MSG_EQ(asking.Satisfied(), true, asking.Report());
    NS_TEST_EXPECT_MSG_EQ(answering.Satisfied(), true, answering.Report());
    NS_TEST_EXPECT_MSG_EQ(client.States(),
                          "SYN-SENT ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT CLOSED",
                          "states of the client");
    NS_TEST_EXPECT_MSG_EQ(server.States(),
                          "SYN-RECEIVED ESTABLISHED CLOSE-WAIT LAST-ACK CLOSED",
                          "states of the server");
    NS_TEST_EXPECT_MSG_EQ(hosts.Table(0), "", "what the client still holds");
    NS_TEST_EXPECT_MSG_EQ(hosts.Table(1), "", "what the server still holds");
    Simulator::Destroy();
}

/// The suite.
class WholeSuite : public TestSuite
{
  public:
    WholeSuite()
        : TestSuite("tcp-conn", TCP_CONN_UNIT)
    {
        AddTestCase(new WholeLife(false), TCP_CONN_QUICK);
        AddTestCase(new WholeLife(true), TCP_CONN_QUICK);
    }
};

WholeSuite g_wholeSuite; //!< The suite.

} // namespace
} // namespace TcpConnTest
} // namespace ns3
