/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * @ingroup tcp-conn
 * Stock ns-3 TCP as the peer and as the neighbour on one node, and many connections over a lossy
 * path.
 */

#include "tcp-conn-two-hosts.h"

#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/tcp-conn-compat.h"

#include <map>
#include <memory>
#include <set>
#include <vector>

using namespace ns3;
using namespace ns3::TcpConnTest;

namespace
{

/// Long enough for 2 MSL of every connection.
const Time ALL_OVER = Seconds(1000);

/// Counts the segments with some flag that a node sends, by port.
class FlagCounter
{
  public:
    /**
     * @param node whose segments
     * @param flag a flag of TcpHeader
     * @param byDestination count by destination port, rather than by source port
     */
    FlagCounter(Ptr<Node> node, uint8_t flag, bool byDestination)
        : m_flag(flag),
          m_byDestination(byDestination)
    {
        node->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
            "Tx",
            MakeCallback(&FlagCounter::SentIpv4, this));
        node->GetObject<Ipv6L3Protocol>()->TraceConnectWithoutContext(
            "Tx",
            MakeCallback(&FlagCounter::SentIpv6, this));
    }

    /**
     * @param port a port
     * @return segments counted for it
     */
    uint32_t At(uint16_t port) const
    {
        auto found = m_counts.find(port);
        return found == m_counts.end() ? 0 : found->second;
    }

  private:
    /// An IPv4 packet is sent.
    void SentIpv4(Ptr<const Packet> packet, Ptr<Ipv4> /* ipv4 */, uint32_t /* interface */)
    {
        Ptr<Packet> copy = packet->Copy();
        Ipv4Header ip;
        copy->RemoveHeader(ip);
        Count(copy, ip.GetProtocol());
    }

    /// An IPv6 packet is sent.
    void SentIpv6(Ptr<const Packet> packet, Ptr<Ipv6> /* ipv6 */, uint32_t /* interface */)
    {
        Ptr<Packet> copy = packet->Copy();
        Ipv6Header ip;
        copy->RemoveHeader(ip);
        Count(copy, ip.GetNextHeader());
    }

    /**
     * @param payload what follows the IP header
     * @param protocol its protocol number
     */
    void Count(Ptr<Packet> payload, uint8_t protocol)
    {
        TcpHeader tcp;
        if (protocol != 6 || payload->PeekHeader(tcp) == 0 || !(tcp.GetFlags() & m_flag))
        {
            return;
        }
        m_counts[m_byDestination ? tcp.GetDestinationPort() : tcp.GetSourcePort()]++;
    }

    uint8_t m_flag;                        //!< Flag counted.
    bool m_byDestination;                  //!< Key is the destination port.
    std::map<uint16_t, uint32_t> m_counts; //!< Port to number.
};

/**
 * A connection between this protocol and stock TCP, with checksums.
 */
class TcpConnPeersStockTestCase : public TestCase
{
  public:
    /**
     * @param oursConnects our host opens the connection, stock listens; else the other way round
     * @param oursFirst our host closes first
     * @param ipv6 over IPv6
     */
    TcpConnPeersStockTestCase(bool oursConnects, bool oursFirst, bool ipv6)
        : TestCase(std::string("stock TCP as ") + (oursConnects ? "server" : "client") + ", " +
                   (oursFirst ? "ours" : "stock") + " closes first, " + (ipv6 ? "IPv6" : "IPv4")),
          m_oursConnects(oursConnects),
          m_oursFirst(oursFirst),
          m_ipv6(ipv6)
    {
    }

  private:
    void DoRun() override
    {
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
        const uint32_t ours = m_oursConnects ? 0 : 1;
        TwoHosts hosts(ours == 0 ? Stack::OURS : Stack::STOCK,
                       ours == 1 ? Stack::OURS : Stack::STOCK);
        StateLog states;
        states.Watch(hosts.Protocol(ours));
        Talker client(100000, 70000, m_oursFirst == m_oursConnects);
        Talker server(70000, 100000, m_oursFirst != m_oursConnects);
        server.Listen(hosts.nodes.Get(1), TCP_FACTORY, TwoHosts::Any(80, m_ipv6));
        Simulator::Schedule(Seconds(2),
                            &Talker::Connect,
                            &client,
                            hosts.nodes.Get(0),
                            TCP_FACTORY,
                            hosts.At(1, 80, m_ipv6));
        Simulator::Stop(ALL_OVER);
        Simulator::Run();

        NS_TEST_EXPECT_MSG_EQ(client.Satisfied(), true, "client: " << client.Report());
        NS_TEST_EXPECT_MSG_EQ(server.Satisfied(), true, "server: " << server.Report());
        const std::string opening = m_oursConnects ? "SYN-SENT" : "SYN-RECEIVED";
        const std::string closing =
            m_oursFirst ? "FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT CLOSED" : "CLOSE-WAIT LAST-ACK CLOSED";
        NS_TEST_EXPECT_MSG_EQ(states.States(),
                              opening + " ESTABLISHED " + closing,
                              "our end passes through these states");
        NS_TEST_EXPECT_MSG_EQ(hosts.Table(ours), "", "our host keeps no record");
    }

    void DoTeardown() override
    {
        Simulator::Destroy();
        Config::Reset();
    }

    bool m_oursConnects; //!< Our host opens the connection.
    bool m_oursFirst;    //!< Our host closes first.
    bool m_ipv6;         //!< Over IPv6.
};

/**
 * A connect to a port where nobody listens, between this protocol and stock TCP.
 */
class TcpConnPeersRefusedTestCase : public TestCase
{
  public:
    /**
     * @param ipv6 over IPv6
     */
    TcpConnPeersRefusedTestCase(bool ipv6)
        : TestCase(std::string("refused by stock TCP, and stock TCP refused, ") +
                   (ipv6 ? "IPv6" : "IPv4")),
          m_ipv6(ipv6)
    {
    }

  private:
    void DoRun() override
    {
        TwoHosts hosts(Stack::OURS, Stack::STOCK);
        StateLog states;
        states.Watch(hosts.Protocol(0));
        FlagCounter ourSyns(hosts.nodes.Get(0), TcpHeader::SYN, true);
        FlagCounter syns(hosts.nodes.Get(1), TcpHeader::SYN, true);
        FlagCounter resets(hosts.nodes.Get(0), TcpHeader::RST, false);
        Talker ours(1, 0, true);
        Talker stock(1, 0, true);
        Simulator::Schedule(Seconds(2),
                            &Talker::Connect,
                            &ours,
                            hosts.nodes.Get(0),
                            TCP_FACTORY,
                            hosts.At(1, 80, m_ipv6));
        Simulator::Schedule(Seconds(2),
                            &Talker::Connect,
                            &stock,
                            hosts.nodes.Get(1),
                            TCP_FACTORY,
                            hosts.At(0, 81, m_ipv6));
        Simulator::Stop(ALL_OVER);
        Simulator::Run();

        NS_TEST_EXPECT_MSG_EQ(ours.Told().refused, 1, "our socket tells: " << ours.Report());
        NS_TEST_EXPECT_MSG_EQ(ourSyns.At(80), 1, "at the first RST");
        NS_TEST_EXPECT_MSG_EQ(ours.Told().connected + ours.Told().closed + ours.Told().broken,
                              0,
                              "and nothing else");
        NS_TEST_EXPECT_MSG_EQ(states.States(), "SYN-SENT CLOSED", "our end's states");
        NS_TEST_EXPECT_MSG_GT(syns.At(81), 0, "stock TCP tries to connect");
        NS_TEST_EXPECT_MSG_EQ(resets.At(81), syns.At(81), "each SYN is answered by one RST");
        NS_TEST_EXPECT_MSG_EQ(hosts.Table(0), "", "our host keeps no record");
    }

    void DoTeardown() override
    {
        Simulator::Destroy();
    }

    bool m_ipv6; //!< Over IPv6.
};

/**
 * Both protocols on each of two nodes: all pairs talk at once.
 */
class TcpConnPeersBothTestCase : public TestCase
{
  public:
    /**
     * @param ipv6 over IPv6
     */
    TcpConnPeersBothTestCase(bool ipv6)
        : TestCase(std::string("ours and stock TCP on the same nodes, ") +
                   (ipv6 ? "IPv6" : "IPv4")),
          m_ipv6(ipv6)
    {
    }

  private:
    void DoRun() override
    {
        TwoHosts hosts(Stack::BOTH, Stack::BOTH);
        FlagCounter syns(hosts.nodes.Get(0), TcpHeader::SYN, true);
        FlagCounter resets(hosts.nodes.Get(1), TcpHeader::RST, false);
        CheckFactories(hosts.nodes.Get(0));
        for (uint32_t from : {0, 1})
        {
            for (const std::string& client : {TCP_FACTORY, OUR_FACTORY})
            {
                for (const std::string& server : {TCP_FACTORY, OUR_FACTORY})
                {
                    Converse(hosts, from, client, server);
                }
            }
        }
        Talker nobody(1, 0, true);
        Talker stockNobody(1, 0, true);
        Start(hosts, nobody, 0, OUR_FACTORY, 998);
        Start(hosts, stockNobody, 0, TCP_FACTORY, 999);
        Simulator::Stop(ALL_OVER);
        Simulator::Run();

        for (const auto& talker : m_talkers)
        {
            NS_TEST_EXPECT_MSG_EQ(talker.first->Satisfied(),
                                  true,
                                  talker.second << ": " << talker.first->Report());
        }
        NS_TEST_EXPECT_MSG_EQ(nobody.Told().refused, 1, "nobody listens: " << nobody.Report());
        NS_TEST_EXPECT_MSG_EQ(syns.At(998), 1, "one SYN for a port of neither");
        NS_TEST_EXPECT_MSG_EQ(resets.At(998), 1, "is answered by one RST");
        NS_TEST_EXPECT_MSG_GT(syns.At(999), 0, "stock's SYN for a port of neither");
        NS_TEST_EXPECT_MSG_EQ(resets.At(999), syns.At(999), "is answered by one RST each");
        NS_TEST_EXPECT_MSG_EQ(hosts.Table(0), "", "host 0 keeps no record");
        NS_TEST_EXPECT_MSG_EQ(hosts.Table(1), "", "host 1 keeps no record");
    }

    void DoTeardown() override
    {
        m_talkers.clear();
        Simulator::Destroy();
    }

    /**
     * @param node a node with both protocols
     */
    void CheckFactories(Ptr<Node> node)
    {
        Ptr<Socket> stock = Socket::CreateSocket(node, TypeId::LookupByName(TCP_FACTORY));
        Ptr<Socket> ours = Socket::CreateSocket(node, TypeId::LookupByName(OUR_FACTORY));
        NS_TEST_EXPECT_MSG_EQ(bool(DynamicCast<TcpSocketBase>(stock)), true, "stock's factory");
        NS_TEST_EXPECT_MSG_EQ(bool(DynamicCast<TcpSocketBase>(ours)), false, "our factory");
        NS_TEST_EXPECT_MSG_EQ(stock->Close() + ours->Close(), 0, "unused sockets close");
    }

    /**
     * Let two ends talk; the one that closes first alternates.
     * @param hosts the hosts
     * @param from the client's host
     * @param client the client's factory
     * @param server the server's factory
     */
    void Converse(const TwoHosts& hosts,
                  uint32_t from,
                  const std::string& client,
                  const std::string& server)
    {
        const auto port = static_cast<uint16_t>(80 + m_talkers.size());
        const bool clientFirst = port % 4 == 0;
        const std::string name = client + " of host " + std::to_string(from) + " to " + server;
        m_talkers.emplace_back(std::make_unique<Talker>(50000, 30000, clientFirst),
                               name + ", client");
        Start(hosts, *m_talkers.back().first, from, client, port);
        m_talkers.emplace_back(std::make_unique<Talker>(30000, 50000, !clientFirst),
                               name + ", server");
        m_talkers.back().first->Listen(hosts.nodes.Get(1 - from),
                                       server,
                                       TwoHosts::Any(port, m_ipv6));
    }

    /**
     * Open a connection when IPv6 can be used.
     * @param hosts the hosts
     * @param talker the client
     * @param from its host
     * @param factory its factory
     * @param port the other host's port
     */
    void Start(const TwoHosts& hosts,
               Talker& talker,
               uint32_t from,
               const std::string& factory,
               uint16_t port)
    {
        Simulator::Schedule(Seconds(2),
                            &Talker::Connect,
                            &talker,
                            hosts.nodes.Get(from),
                            factory,
                            hosts.At(1 - from, port, m_ipv6));
    }

    bool m_ipv6; //!< Over IPv6.
    /// Ends of conversations, with their names.
    std::vector<std::pair<std::unique_ptr<Talker>, std::string>> m_talkers;
};

/**
 * On a node with both protocols, ours chooses no port that stock TCP holds.
 */
class TcpConnPeersPortsTestCase : public TestCase
{
  public:
    TcpConnPeersPortsTestCase()
        : TestCase("ports of ours and stock TCP on one node")
    {
    }

  private:
    void DoRun() override
    {
        TwoHosts hosts(Stack::BOTH, Stack::STOCK);
        std::set<uint16_t> ports;
        std::vector<Ptr<Socket>> sockets;
        // Stock hands out 49153 and on; ours may begin anywhere, and must not meet these.
        for (const std::string& factory : {TCP_FACTORY, OUR_FACTORY})
        {
            for (uint32_t i = 0; i < 4000; i++)
            {
                Ptr<Socket> socket =
                    Socket::CreateSocket(hosts.nodes.Get(0), TypeId::LookupByName(factory));
                NS_TEST_ASSERT_MSG_EQ(socket->Bind(), 0, "a port is free");
                Address name;
                socket->GetSockName(name);
                const uint16_t port = InetSocketAddress::ConvertFrom(name).GetPort();
                NS_TEST_ASSERT_MSG_EQ(ports.insert(port).second, true, "port " << port << " twice");
                sockets.push_back(socket);
            }
        }
    }

    void DoTeardown() override
    {
        Simulator::Destroy();
    }
};

/**
 * On a node with both protocols, ICMP errors about stock TCP's connections reach stock TCP.
 */
class TcpConnPeersIcmpTestCase : public TestCase
{
  public:
    TcpConnPeersIcmpTestCase()
        : TestCase("ICMP errors for stock TCP beside ours")
    {
    }

  private:
    void DoRun() override
    {
        TwoHosts hosts(Stack::BOTH, Stack::STOCK);
        // Host 1 forwards this network back to host 0: time to live 1 ends there.
        Ipv4StaticRoutingHelper routing;
        const Ipv4Address far("10.9.0.1");
        routing.GetStaticRouting(hosts.nodes.Get(0)->GetObject<Ipv4>())
            ->AddHostRouteTo(far, Ipv4Address("10.1.1.2"), 1);
        routing.GetStaticRouting(hosts.nodes.Get(1)->GetObject<Ipv4>())
            ->AddHostRouteTo(far, Ipv4Address("10.1.1.1"), 1);
        Ptr<Socket> socket =
            Socket::CreateSocket(hosts.nodes.Get(0), TypeId::LookupByName(TCP_FACTORY));
        socket->SetIpTtl(1);
        socket->SetAttribute("IcmpCallback",
                             CallbackValue(MakeCallback(&TcpConnPeersIcmpTestCase::Icmp, this)));
        Simulator::Schedule(Seconds(2), [socket, far] {
            socket->Bind();
            socket->Connect(InetSocketAddress(far, 80));
        });
        Simulator::Stop(Seconds(3));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(m_errors, 1, "stock TCP's socket hears of the ICMP error");
        NS_TEST_EXPECT_MSG_EQ(uint32_t(m_type), 11, "time exceeded");
    }

    void DoTeardown() override
    {
        Simulator::Destroy();
    }

    /// Stock TCP's socket tells of an ICMP error.
    void Icmp(Ipv4Address /* source */,
              uint8_t /* ttl */,
              uint8_t type,
              uint8_t /* code */,
              uint32_t /* info */)
    {
        m_errors++;
        m_type = type;
    }

    uint32_t m_errors{0}; //!< ICMP errors told.
    uint8_t m_type{0};    //!< ICMP type of the last.
};

/**
 * 1000 connections while every tenth packet is lost in each direction.
 */
class TcpConnPeersLossTestCase : public TestCase
{
  public:
    /**
     * @param ipv6 over IPv6
     */
    TcpConnPeersLossTestCase(bool ipv6)
        : TestCase(std::string("1000 connections under 10 % loss, ") + (ipv6 ? "IPv6" : "IPv4")),
          m_ipv6(ipv6)
    {
    }

  private:
    /// Connections.
    static constexpr uint32_t COUNT = 1000;
    /// At this port the server closes first; at the next, the client.
    static constexpr uint16_t PORT = 80;

    void DoRun() override
    {
        // Nobody gives up by bad luck: a segment and its answer fail in 19 % of tries.
        Config::SetDefault("ns3::TcpSocket::ConnCount", UintegerValue(20));
        Config::SetDefault("ns3::TcpSocket::DataRetries", UintegerValue(20));
        Config::SetDefault("ns3::TcpConnSocket::FinWait2Timeout", TimeValue(Seconds(0)));
        TwoHosts hosts(Stack::OURS, Stack::OURS, 0.1);
        Listen(hosts, PORT);
        Listen(hosts, PORT + 1);
        for (uint32_t i = 0; i < COUNT; i++)
        {
            const auto port = static_cast<uint16_t>(PORT + i % 2);
            m_clients.push_back(std::make_unique<Talker>(2000, 5000, port != PORT));
            Simulator::Schedule(Seconds(2) + MilliSeconds(5 * i),
                                &Talker::Connect,
                                m_clients.back().get(),
                                hosts.nodes.Get(0),
                                TCP_FACTORY,
                                hosts.At(1, port, m_ipv6));
        }
        Simulator::Stop(Seconds(5000));
        Simulator::Run();

        Judge("client", m_clients);
        Judge("server", m_servers);
        for (const Ptr<Socket>& listener : m_listeners)
        {
            listener->Close();
        }
        NS_TEST_EXPECT_MSG_EQ(hosts.Table(0), "", "the clients' host keeps no record");
        NS_TEST_EXPECT_MSG_EQ(hosts.Table(1), "", "the servers' host keeps no record");
    }

    void DoTeardown() override
    {
        m_clients.clear();
        m_servers.clear();
        m_listeners.clear();
        Simulator::Destroy();
        Config::Reset();
    }

    /**
     * @param hosts the hosts
     * @param port where host 1 listens
     */
    void Listen(const TwoHosts& hosts, uint16_t port)
    {
        Ptr<Socket> socket =
            Socket::CreateSocket(hosts.nodes.Get(1), TypeId::LookupByName(TCP_FACTORY));
        socket->Bind(TwoHosts::Any(port, m_ipv6));
        socket->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                  MakeCallback(&TcpConnPeersLossTestCase::Accepted, this));
        socket->Listen();
        m_listeners.push_back(socket);
    }

    /// A connection was accepted.
    void Accepted(Ptr<Socket> socket, const Address& /* from */)
    {
        Address name;
        socket->GetSockName(name);
        const uint16_t port = Inet6SocketAddress::IsMatchingType(name)
                                  ? Inet6SocketAddress::ConvertFrom(name).GetPort()
                                  : InetSocketAddress::ConvertFrom(name).GetPort();
        m_servers.push_back(std::make_unique<Talker>(5000, 2000, port == PORT));
        m_servers.back()->Take(socket);
    }

    /**
     * @param who their name
     * @param talkers ends of connections
     */
    void Judge(const std::string& who, const std::vector<std::unique_ptr<Talker>>& talkers)
    {
        NS_TEST_EXPECT_MSG_EQ(talkers.size(), COUNT, "number of " << who << "s");
        uint32_t satisfied = 0;
        std::string complaint;
        for (const auto& talker : talkers)
        {
            satisfied += talker->Satisfied() ? 1 : 0;
            complaint = talker->Satisfied() ? complaint : talker->Report();
        }
        NS_TEST_EXPECT_MSG_EQ(satisfied, COUNT, "satisfied " << who << "s; one not: " << complaint);
    }

    bool m_ipv6;                                    //!< Over IPv6.
    std::vector<Ptr<Socket>> m_listeners;           //!< Listening sockets.
    std::vector<std::unique_ptr<Talker>> m_clients; //!< Clients.
    std::vector<std::unique_ptr<Talker>> m_servers; //!< Servers' ends.
};

/**
 * Peers and neighbours of the protocol.
 */
class TcpConnPeersTestSuite : public TestSuite
{
  public:
    TcpConnPeersTestSuite()
        : TestSuite("tcp-conn-peers", TCP_CONN_UNIT)
    {
        for (bool ipv6 : {false, true})
        {
            for (bool connects : {true, false})
            {
                AddTestCase(new TcpConnPeersStockTestCase(connects, true, ipv6), TCP_CONN_QUICK);
                AddTestCase(new TcpConnPeersStockTestCase(connects, false, ipv6), TCP_CONN_QUICK);
            }
            AddTestCase(new TcpConnPeersRefusedTestCase(ipv6), TCP_CONN_QUICK);
            AddTestCase(new TcpConnPeersBothTestCase(ipv6), TCP_CONN_QUICK);
            AddTestCase(new TcpConnPeersLossTestCase(ipv6), TCP_CONN_QUICK);
        }
        AddTestCase(new TcpConnPeersPortsTestCase, TCP_CONN_QUICK);
        AddTestCase(new TcpConnPeersIcmpTestCase, TCP_CONN_QUICK);
    }
};

TcpConnPeersTestSuite g_tcpConnPeersTestSuite; //!< The suite.

} // namespace
