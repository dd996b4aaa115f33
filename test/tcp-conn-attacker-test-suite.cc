/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-two-hosts.h"

#include "ns3/core-module.h"
#include "ns3/tcp-conn-attacker.h"
#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-conn-header.h"
#include "ns3/tcp-conn-workload-client.h"
#include "ns3/tcp-conn-workload-helper.h"
#include "ns3/tcp-conn-workload-server.h"
#include "ns3/test.h"
#include "ns3/traffic-control-layer.h"

#include <set>
#include <sstream>
#include <vector>

using namespace ns3;
using namespace ns3::TcpConnTest;

namespace
{

/// A segment that arrived, or left.
struct Seen
{
    Time at;            //!< When.
    std::string source; //!< Source address.
    TcpHeader tcp;      //!< Header, as stock ns-3 reads it.
    uint32_t text{0};   //!< Bytes of text.
};

/// The TCP segments that a host receives and sends.
class Tap
{
  public:
    /// @param node the host
    explicit Tap(Ptr<Node> node)
    {
        Ptr<Ipv4L3Protocol> v4 = node->GetObject<Ipv4L3Protocol>();
        v4->TraceConnectWithoutContext("Rx", MakeCallback(&Tap::Rx4, this));
        v4->TraceConnectWithoutContext("Tx", MakeCallback(&Tap::Tx4, this));
        Ptr<Ipv6L3Protocol> v6 = node->GetObject<Ipv6L3Protocol>();
        v6->TraceConnectWithoutContext("Rx", MakeCallback(&Tap::Rx6, this));
    }

    std::vector<Seen> in; //!< Segments received.
    uint32_t out{0};      //!< Segments sent by IPv4.

  private:
    /// @param packet an IP datagram @return the segment in it
    template <typename Header>
    static Seen Read(Ptr<const Packet> packet)
    {
        Ptr<Packet> copy = packet->Copy();
        Header ip;
        Seen seen;
        copy->RemoveHeader(ip);
        if (Node::ChecksumEnabled())
        {
            seen.tcp.EnableChecksums();
            seen.tcp.InitializeChecksum(ip.GetSource(), ip.GetDestination(), 6);
        }
        copy->RemoveHeader(seen.tcp);
        std::ostringstream source;
        source << ip.GetSource();
        seen.source = source.str();
        seen.at = Simulator::Now();
        seen.text = copy->GetSize();
        return seen;
    }

    /// A datagram arrived.
    void Rx4(Ptr<const Packet> packet, Ptr<Ipv4> /* ipv4 */, uint32_t /* interface */)
    {
        Ipv4Header ip;
        packet->PeekHeader(ip);
        if (ip.GetProtocol() == 6)
        {
            in.push_back(Read<Ipv4Header>(packet));
        }
    }

    /// A datagram leaves.
    void Tx4(Ptr<const Packet> packet, Ptr<Ipv4> /* ipv4 */, uint32_t /* interface */)
    {
        Ipv4Header ip;
        packet->PeekHeader(ip);
        out += ip.GetProtocol() == 6 ? 1 : 0;
    }

    /// A datagram arrived.
    void Rx6(Ptr<const Packet> packet, Ptr<Ipv6> /* ipv6 */, uint32_t /* interface */)
    {
        Ipv6Header ip;
        packet->PeekHeader(ip);
        if (ip.GetNextHeader() == 6)
        {
            in.push_back(Read<Ipv6Header>(packet));
        }
    }
};

/// Each kind of segment, from IPv4 and IPv6 sources, at an even rate.
class KindTestCase : public TestCase
{
  public:
    /**
     * @param kind attribute Kind
     * @param flags flags that shall be seen
     * @param ipv6 the target's IPv6 address
     */
    KindTestCase(std::string kind, uint8_t flags, bool ipv6)
        : TestCase(kind + (ipv6 ? ", IPv6" : ", IPv4")),
          m_kind(kind),
          m_flags(flags),
          m_ipv6(ipv6)
    {
    }

  private:
    void DoRun() override
    {
        Config::SetGlobal("ChecksumEnabled", BooleanValue(true));
        TwoHosts hosts(Stack::STOCK, Stack::STOCK);
        Tap tap(hosts.nodes.Get(1));
        TcpConnAttackerHelper helper(m_kind, hosts.At(1, 8080, m_ipv6));
        helper.SetAttribute("Sources", StringValue(m_ipv6 ? "2001:db8:9::/64" : "10.9.4.0/22"));
        helper.SetAttribute("Rate", DoubleValue(300));
        helper.SetAttribute("Count", UintegerValue(200));
        helper.SetAttribute("SequenceNumbers",
                            StringValue("ns3::SequentialRandomVariable[Min=4294967290|Max=5e9]"));
        helper.SetAttribute("DataSize", UintegerValue(77));
        ApplicationContainer attackers = helper.Install(hosts.nodes.Get(0));
        attackers.Start(Seconds(3));
        TcpConnWorkloadHelper::AssignStreams(attackers, 700);
        Simulator::Stop(Seconds(10));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(tap.in.size(), 200, "all have arrived");
        Judge(tap);
        Ptr<TcpConnAttacker> attacker = DynamicCast<TcpConnAttacker>(attackers.Get(0));
        NS_TEST_EXPECT_MSG_EQ(attacker->GetSent(), 200, "and are counted");
        NS_TEST_EXPECT_MSG_EQ(attacker->GetUnroutable(), 0, "as sent");
        Simulator::Destroy();
        Config::SetGlobal("ChecksumEnabled", BooleanValue(false));
    }

    /// @param tap what arrived
    void Judge(const Tap& tap)
    {
        std::set<std::string> sources;
        std::set<uint16_t> ports;
        uint32_t wrong = 0;
        const uint32_t text = m_kind == "data" ? 77 : 0;
        for (uint32_t i = 0; i < tap.in.size(); i++)
        {
            const Seen& s = tap.in[i];
            const bool mss = (m_flags & TcpHeader::SYN) != 0;
            sources.insert(s.source);
            ports.insert(s.tcp.GetSourcePort());
            wrong += s.tcp.GetFlags() != m_flags || !s.tcp.IsChecksumOk();
            wrong += s.tcp.GetDestinationPort() != 8080 || s.tcp.GetSourcePort() < 1024;
            wrong += s.tcp.GetSequenceNumber() != SequenceNumber32(4294967290U + i);
            wrong += s.tcp.HasOption(TcpOption::MSS) != mss || s.text != text;
            wrong += m_ipv6 ? s.source.substr(0, 12) != "2001:db8:9::" : !InPrefix(s.source);
        }
        NS_TEST_EXPECT_MSG_EQ(wrong, 0, "flags, ports, numbers, options, text and sources");
        NS_TEST_EXPECT_MSG_GT(sources.size(), 150, "many sources");
        NS_TEST_EXPECT_MSG_GT(ports.size(), 150, "many ports");
        // 199 intervals at 300 a second; transmission takes some microseconds longer or shorter.
        const Time span = tap.in.back().at - tap.in.front().at;
        NS_TEST_EXPECT_MSG_EQ_TOL(span.GetSeconds(), 199.0 / 300, 1e-4, "the rate");
    }

    /// @param address an IPv4 address @return whether it is a host's of 10.9.4.0/22
    static bool InPrefix(const std::string& address)
    {
        const Ipv4Address a(address.c_str());
        return a.CombineMask(Ipv4Mask("255.255.252.0")) == Ipv4Address("10.9.4.0") &&
               a != Ipv4Address("10.9.4.0") && a != Ipv4Address("10.9.7.255");
    }

    std::string m_kind; //!< Kind.
    uint8_t m_flags;    //!< Flags.
    bool m_ipv6;        //!< IPv6.
};

/// What is done with the segments, and what never comes back.
class EffectTestCase : public TestCase
{
  public:
    EffectTestCase()
        : TestCase("no TCP, own address, one host, random intervals, no route")
    {
    }

  private:
    void DoRun() override
    {
        OwnAddress();
        OneHost();
        NoRoute();
    }

    /// An attacker without TCP that uses its own address: SYNs are answered, it stays silent.
    void OwnAddress()
    {
        NodeContainer nodes(2);
        SimpleNetDeviceHelper link;
        link.SetNetDevicePointToPointMode(true);
        NetDeviceContainer devices = link.Install(nodes);
        // The stack by hand, with nothing above IP.
        const char* layers[] = {"ns3::ArpL3Protocol",
                                "ns3::Ipv4L3Protocol",
                                "ns3::Icmpv4L4Protocol"};
        for (const char* layer : layers)
        {
            nodes.Get(0)->AggregateObject(ObjectFactory(layer).Create<Object>());
        }
        nodes.Get(0)->AggregateObject(CreateObject<TrafficControlLayer>());
        Ptr<Ipv4> ip = nodes.Get(0)->GetObject<Ipv4>();
        ip->SetRoutingProtocol(Ipv4StaticRoutingHelper().Create(nodes.Get(0)));
        InstallStack(nodes.Get(1), Stack::OURS);
        Ipv4InterfaceContainer at = Ipv4AddressHelper("10.1.1.0", "255.255.255.0").Assign(devices);
        Tap tap(nodes.Get(1));
        TcpConnWorkloadServerHelper listen(TwoHosts::Any(80, false));
        ApplicationContainer servers = listen.Install(nodes.Get(1));
        TcpConnAttackerHelper helper("syn", InetSocketAddress(at.GetAddress(1), 80));
        helper.SetAttribute("Interval", StringValue("ns3::ExponentialRandomVariable[Mean=0.01]"));
        ApplicationContainer attackers = helper.Install(nodes.Get(0));
        TcpConnWorkloadHelper::AssignStreams(attackers, 700);
        attackers.Start(Seconds(1));
        attackers.Stop(Seconds(2));
        Simulator::Stop(Seconds(2.5));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ_TOL(tap.in.size(), 100U, 40U, "some hundred SYNs arrive");
        NS_TEST_EXPECT_MSG_GT_OR_EQ(tap.out, tap.in.size(), "each is answered");
        uint32_t others = 0;
        for (const Seen& s : tap.in)
        {
            others += s.source != "10.1.1.1" || s.tcp.GetFlags() != TcpHeader::SYN;
        }
        NS_TEST_EXPECT_MSG_EQ(others, 0, "no answer to an answer");
        auto server = DynamicCast<TcpConnWorkloadServer>(servers.Get(0));
        NS_TEST_EXPECT_MSG_EQ(server->GetCounters().started, 0, "nothing is accepted");
        Simulator::Destroy();
    }

    /// One forged source and port: a reset into a known connection.
    void OneHost()
    {
        TwoHosts hosts(Stack::OURS, Stack::OURS);
        TcpConnWorkloadServerHelper serverHelper(TwoHosts::Any(80, false));
        ApplicationContainer servers = serverHelper.Install(hosts.nodes.Get(1));
        TcpConnWorkloadClientHelper clientHelper(hosts.At(1, 80, false));
        clientHelper.SetAttribute("Local", AddressValue(hosts.At(0, 5000, false)));
        clientHelper.SetAttribute("HoldTime",
                                  StringValue("ns3::ConstantRandomVariable[Constant=-1]"));
        ApplicationContainer clients = clientHelper.Install(hosts.nodes.Get(0));
        clients.Get(0)->TraceConnectWithoutContext("SocketCreated", MakeCallback(&ConstantIsn));
        Tap tap(hosts.nodes.Get(1));
        TcpConnAttackerHelper helper("rst", hosts.At(1, 80, false));
        helper.SetAttribute("Sources", StringValue("10.1.1.1"));
        helper.SetAttribute("SourcePorts",
                            StringValue("ns3::ConstantRandomVariable[Constant=5000]"));
        // SYN at 7000, 100 bytes of request: RCV.NXT is 7101 (RFC 5961 section 3.2).
        helper.SetAttribute("SequenceNumbers",
                            StringValue("ns3::ConstantRandomVariable[Constant=7101]"));
        helper.SetAttribute("Count", UintegerValue(1));
        ApplicationContainer attackers = helper.Install(hosts.nodes.Get(0));
        attackers.Start(Seconds(2));
        Simulator::Stop(Seconds(4));
        Simulator::Run();
        auto server = DynamicCast<TcpConnWorkloadServer>(servers.Get(0));
        NS_TEST_EXPECT_MSG_EQ(tap.in.back().source, "10.1.1.1", "the forged source");
        NS_TEST_EXPECT_MSG_EQ(server->GetFailures().count("reset"), 1, "the server is deceived");
        auto client = DynamicCast<TcpConnWorkloadClient>(clients.Get(0));
        NS_TEST_EXPECT_MSG_EQ(client->GetActive(), 1, "the client knows nothing of it");
        Simulator::Destroy();
    }

    /// @param socket a socket whose numbers begin at 7000
    static void ConstantIsn(Ptr<Socket> socket)
    {
        socket->SetAttribute("Isn", StringValue("ns3::TcpConnIsnConstant[Value=7000]"));
    }

    /// No route to the target: counted, not sent.
    void NoRoute()
    {
        TwoHosts hosts(Stack::STOCK, Stack::STOCK);
        TcpConnAttackerHelper helper("ack", InetSocketAddress("192.168.7.7", 80));
        helper.SetAttribute("Count", UintegerValue(5));
        ApplicationContainer attackers = helper.Install(hosts.nodes.Get(0));
        attackers.Start(Seconds(1));
        Simulator::Stop(Seconds(4));
        Simulator::Run();
        auto attacker = DynamicCast<TcpConnAttacker>(attackers.Get(0));
        NS_TEST_EXPECT_MSG_EQ(attacker->GetSent(), 0, "nothing is sent");
        NS_TEST_EXPECT_MSG_EQ(attacker->GetUnroutable(), 5, "five could not be");
        Simulator::Destroy();
    }
};

/**
 * The workload's attackers.
 */
class TcpConnAttackerTestSuite : public TestSuite
{
  public:
    TcpConnAttackerTestSuite()
        : TestSuite("tcp-conn-attacker", TCP_CONN_UNIT)
    {
        for (bool ipv6 : {false, true})
        {
            AddKind("syn", TcpHeader::SYN, ipv6);
            AddKind("ack", TcpHeader::ACK, ipv6);
            AddKind("rst", TcpHeader::RST, ipv6);
            AddKind("synack", TcpHeader::SYN | TcpHeader::ACK, ipv6);
            AddKind("data", TcpHeader::PSH | TcpHeader::ACK, ipv6);
            AddKind("fin", TcpHeader::FIN | TcpHeader::ACK, ipv6);
        }
        AddTestCase(new EffectTestCase, TCP_CONN_QUICK);
    }

  private:
    /// @param kind attribute Kind @param flags what shall be seen @param ipv6 IPv6
    void AddKind(const std::string& kind, uint8_t flags, bool ipv6)
    {
        AddTestCase(new KindTestCase(kind, flags, ipv6), TCP_CONN_QUICK);
    }
};

TcpConnAttackerTestSuite g_tcpConnAttackerTestSuite; //!< The suite.

} // namespace
