/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-two-hosts.h"

#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"
#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-conn-impairment-queue-disc.h"
#include "ns3/traffic-control-module.h"

#include <memory>
#include <sstream>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::TcpConnTest;

/**
 * @file
 * @ingroup tcp-conn
 * The impairment queue disc on the devices of hosts, under UDP, stock TCP and this module's.
 */

namespace
{

/// Sockets of UDP come from here.
const std::string UDP_FACTORY = "ns3::UdpSocketFactory";
/// The port of servers.
constexpr uint16_t PORT = 80;

/// What the hosts' devices are.
enum class Link
{
    SIMPLE,         //!< SimpleNetDevice, which takes no part in flow control.
    POINT_TO_POINT, //!< A slow device that stops the queue disc when its queue of 2 is full.
};

/** Checksums while there is one of these. */
class Checksums
{
  public:
    /** @param enabled they are computed and verified */
    explicit Checksums(bool enabled)
    {
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(enabled));
    }

    ~Checksums()
    {
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(false));
    }
};

/** Two hosts, an impairment at each. */
struct ImpairedHosts
{
    NodeContainer nodes;        //!< The hosts.
    NetDeviceContainer devices; //!< Their devices.
    Ipv4InterfaceContainer v4;  //!< Their IPv4 addresses.
    Ipv6InterfaceContainer v6;  //!< Their IPv6 addresses.
    QueueDiscContainer discs;   //!< Their queue discs.

    /**
     * @param stack their TCP
     * @param link their devices
     * @param rules0 rules of the first
     * @param rules1 rules of the second
     */
    ImpairedHosts(Stack stack, Link link, const std::string& rules0, const std::string& rules1);
    ~ImpairedHosts();

    /**
     * @param host 0 or 1
     * @param ipv6 IPv6, not IPv4
     * @return the server's address there
     */
    Address At(uint32_t host, bool ipv6) const;

    /**
     * @param host 0 or 1
     * @return its queue disc
     */
    Ptr<TcpConnImpairmentQueueDisc> Disc(uint32_t host) const
    {
        return DynamicCast<TcpConnImpairmentQueueDisc>(discs.Get(host));
    }

    /** @return what is wrong with the statistics, and rules that never applied; empty: nothing */
    std::string Check() const;

  private:
    /** Make two simple devices. */
    void AddSimple();
    /** Make two devices at the ends of a line. */
    void AddLine();
};

ImpairedHosts::ImpairedHosts(Stack stack,
                             Link link,
                             const std::string& rules0,
                             const std::string& rules1)
{
    nodes.Create(2);
    link == Link::SIMPLE ? AddSimple() : AddLine();
    int64_t stream = 1000;
    for (uint32_t i = 0; i < 2; ++i)
    {
        InstallStack(nodes.Get(i), stack);
        TrafficControlHelper control;
        control.SetRootQueueDisc("ns3::TcpConnImpairmentQueueDisc",
                                 "Rules",
                                 StringValue(i == 0 ? rules0 : rules1));
        // Before there are addresses: with these a queue disc is installed where there is none.
        discs.Add(control.Install(devices.Get(i)));
        stream += Disc(i)->AssignStreams(stream);
    }
    v4 = Ipv4AddressHelper("10.1.1.0", "255.255.255.0").Assign(devices);
    v6 = Ipv6AddressHelper("2001:db8:1::", Ipv6Prefix(64)).Assign(devices);
}

ImpairedHosts::~ImpairedHosts()
{
    Simulator::Destroy();
}

void
ImpairedHosts::AddSimple()
{
    auto channel = CreateObject<SimpleChannel>();
    channel->SetAttribute("Delay", StringValue("5ms"));
    for (uint32_t i = 0; i < 2; ++i)
    {
        // Without the helper, which would make a part for flow control.
        auto device = CreateObject<SimpleNetDevice>();
        device->SetAddress(Mac48Address::Allocate());
        device->SetAttribute("PointToPointMode", BooleanValue(true));
        device->SetAttribute("DataRate", StringValue("50Mbps"));
        device->SetQueue(
            CreateObjectWithAttributes<DropTailQueue<Packet>>("MaxSize",
                                                              QueueSizeValue(QueueSize("1000p"))));
        device->SetChannel(channel);
        nodes.Get(i)->AddDevice(device);
        devices.Add(device);
    }
}

void
ImpairedHosts::AddLine()
{
    PointToPointHelper line;
    line.SetDeviceAttribute("DataRate", StringValue("1Mbps"));
    line.SetChannelAttribute("Delay", StringValue("5ms"));
    line.SetQueue("ns3::DropTailQueue<Packet>", "MaxSize", StringValue("2p"));
    devices = line.Install(nodes);
}

Address
ImpairedHosts::At(uint32_t host, bool ipv6) const
{
    if (ipv6)
    {
        return Inet6SocketAddress(v6.GetAddress(host, 1), PORT);
    }
    return InetSocketAddress(v4.GetAddress(host), PORT);
}

std::string
ImpairedHosts::Check() const
{
    std::ostringstream wrong;
    for (uint32_t host = 0; host < 2; ++host)
    {
        auto disc = Disc(host);
        const auto& stats = disc->GetStats();
        if (stats.nTotalReceivedPackets !=
                stats.nTotalDroppedPacketsBeforeEnqueue + stats.nTotalEnqueuedPackets ||
            stats.nTotalReceivedBytes !=
                stats.nTotalDroppedBytesBeforeEnqueue + stats.nTotalEnqueuedBytes ||
            stats.nTotalSentPackets != stats.nTotalEnqueuedPackets || disc->GetNPackets() != 0)
        {
            wrong << "host " << host << ": " << stats << " ";
        }
        for (uint32_t i = 0; i < disc->GetNRules(); ++i)
        {
            wrong << (disc->GetHits(i) == 0 ? disc->GetRule(i) + " never applied; " : "");
        }
    }
    return wrong.str();
}

/// A conversation of two hosts, impaired.
struct Conversation
{
    std::string client; //!< Rules at the client.
    std::string server; //!< Rules at the server.
    Time least;         //!< It takes at least so long.
};

/** A conversation comes to its end, with every byte, on an impaired path. */
class ImpairedConversation : public TestCase
{
  public:
    /**
     * @param stack both hosts' TCP
     * @param link their devices
     * @param ipv6 IPv6, not IPv4
     * @param row what is impaired
     */
    ImpairedConversation(Stack stack, Link link, bool ipv6, const Conversation& row)
        : TestCase(std::string(stack == Stack::OURS ? "ours" : "stock") +
                   (link == Link::SIMPLE ? ", simple" : ", line") + (ipv6 ? ", IPv6" : ", IPv4") +
                   ": " + Name(row.client) + " - " + Name(row.server)),
          m_stack(stack),
          m_link(link),
          m_ipv6(ipv6),
          m_row(row)
    {
    }

  private:
    /** @return a text without what the name of a test case may not have */
    static std::string Name(std::string text)
    {
        for (char& c : text)
        {
            c = c == '|' ? '!' : c;
        }
        return text;
    }

    void DoRun() override
    {
        Checksums checksums(true);
        ImpairedHosts hosts(m_stack, m_link, m_row.client, m_row.server);
        const Time begin = Seconds(3);
        Talker client(50000, 20000, true);
        Talker server(20000, 50000, false);
        server.Listen(hosts.nodes.Get(1), TCP_FACTORY, TwoHosts::Any(PORT, m_ipv6));
        Simulator::Schedule(begin,
                            &Talker::Connect,
                            &client,
                            hosts.nodes.Get(0),
                            TCP_FACTORY,
                            hosts.At(1, m_ipv6));
        // Both are looked at from time to time, to see when they are done.
        Time end;
        for (int64_t ms = 3000; ms < 200000; ms += 100)
        {
            Simulator::Schedule(MilliSeconds(ms), [&end, &client, &server] {
                bool done = client.Satisfied() && server.Satisfied();
                end = done && end.IsZero() ? Simulator::Now() : end;
            });
        }
        Simulator::Stop(Seconds(1000));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(client.Satisfied(), true, "client: " << client.Report());
        NS_TEST_ASSERT_MSG_EQ(server.Satisfied(), true, "server: " << server.Report());
        NS_TEST_ASSERT_MSG_EQ((end - begin >= m_row.least), true, "it took " << end - begin);
        NS_TEST_ASSERT_MSG_EQ(hosts.Check(), "", "statistics and rules");
    }

    Stack m_stack;      //!< TCP of both.
    Link m_link;        //!< Devices.
    bool m_ipv6;        //!< IPv6, not IPv4.
    Conversation m_row; //!< What is impaired.
};

/** Sends numbered datagrams of one known byte from host 0 to host 1, and notes what comes. */
class Datagrams
{
  public:
    static constexpr uint32_t SIZE = 500; //!< Bytes of each.

    /**
     * @param hosts the hosts
     * @param ipv6 IPv6, not IPv4
     * @param count how many are sent, all at second 3
     */
    Datagrams(const ImpairedHosts& hosts, bool ipv6, uint8_t count)
    {
        m_receiver = Socket::CreateSocket(hosts.nodes.Get(1), TypeId::LookupByName(UDP_FACTORY));
        m_receiver->Bind(TwoHosts::Any(PORT, ipv6));
        m_receiver->SetRecvCallback(MakeCallback(&Datagrams::Read, this));
        m_sender = Socket::CreateSocket(hosts.nodes.Get(0), TypeId::LookupByName(UDP_FACTORY));
        m_sender->Bind(TwoHosts::Any(0, ipv6));
        m_sender->Connect(hosts.At(1, ipv6));
        Simulator::Schedule(Seconds(3), [this, count] {
            for (uint8_t number = 1; number <= count; ++number)
            {
                std::vector<uint8_t> bytes(SIZE, number);
                m_sender->Send(Create<Packet>(bytes.data(), SIZE));
            }
        });
    }

    /** @return the numbers of those that came, in the order in which they came */
    const std::string& Came() const
    {
        return m_came;
    }

    uint32_t whole{0}; //!< Those that came as they were sent.
    uint32_t bad{0};   //!< Those of which one bit was another.

  private:
    /** Note what has come. */
    void Read(Ptr<Socket> socket)
    {
        while (Ptr<Packet> packet = socket->Recv())
        {
            std::vector<uint8_t> bytes(packet->GetSize());
            packet->CopyData(bytes.data(), packet->GetSize());
            uint8_t number = bytes[0] == bytes[1] ? bytes[0] : bytes[2];
            m_came += std::to_string(number) + " ";
            uint32_t bits = bytes.size() == SIZE ? 0 : 1000;
            for (uint8_t byte : bytes)
            {
                for (int different = byte ^ number; different != 0; different &= different - 1)
                {
                    ++bits;
                }
            }
            whole += bits == 0 ? 1 : 0;
            bad += bits == 1 ? 1 : 0;
        }
    }

    Ptr<Socket> m_sender;   //!< Of host 0.
    Ptr<Socket> m_receiver; //!< Of host 1.
    std::string m_came;     //!< Numbers of those that came.
};

/** Corrupted datagrams: noticed with checksums, and only with these. */
class ImpairedChecksum : public TestCase
{
  public:
    /**
     * @param ipv6 IPv6, not IPv4
     * @param enabled checksums
     */
    ImpairedChecksum(bool ipv6, bool enabled)
        : TestCase(std::string("corrupted datagrams, ") + (ipv6 ? "IPv6" : "IPv4") +
                   (enabled ? ", with checksums" : ", without checksums")),
          m_ipv6(ipv6),
          m_enabled(enabled)
    {
    }

  private:
    void DoRun() override
    {
        Checksums checksums(m_enabled);
        ImpairedHosts hosts(Stack::STOCK, Link::SIMPLE, "corrupt udp probability 0.3", "");
        Datagrams datagrams(hosts, m_ipv6, 200);
        Simulator::Stop(Seconds(10));
        Simulator::Run();
        auto hits = static_cast<uint32_t>(hosts.Disc(0)->GetHits(0));
        NS_TEST_ASSERT_MSG_GT(hits, 0, "some are corrupted");
        NS_TEST_ASSERT_MSG_EQ(datagrams.whole, 200 - hits, "whole");
        NS_TEST_ASSERT_MSG_EQ(datagrams.bad, m_enabled ? 0 : hits, "corrupted");
        NS_TEST_ASSERT_MSG_EQ(hosts.Check(), "", "statistics and rules");
    }

    bool m_ipv6;    //!< IPv6, not IPv4.
    bool m_enabled; //!< Checksums.
};

/** The order of a burst that a slow device takes bit by bit. */
class ImpairedBurst : public TestCase
{
  public:
    /** @param ipv6 IPv6, not IPv4 */
    explicit ImpairedBurst(bool ipv6)
        : TestCase(std::string("a burst to a device with flow control, ") +
                   (ipv6 ? "IPv6" : "IPv4")),
          m_ipv6(ipv6)
    {
    }

  private:
    void DoRun() override
    {
        ImpairedHosts hosts(Stack::STOCK,
                            Link::POINT_TO_POINT,
                            "delay udp occurrence 5 20ms; duplicate udp occurrence 10;"
                            "drop udp occurrence 15; reorder udp occurrence 19 by 3;"
                            "delay udp occurrence 29 2s",
                            "");
        Datagrams datagrams(hosts, m_ipv6, 30);
        Simulator::Stop(Seconds(10));
        Simulator::Run();
        // The rules further down do not see the one that was dropped.
        NS_TEST_ASSERT_MSG_EQ(datagrams.Came(),
                              "1 2 3 4 6 7 8 9 10 10 11 12 13 14 16 17 18 19 21 22 23 20 24 25 26 "
                              "27 28 29 5 30 ",
                              "order");
        NS_TEST_ASSERT_MSG_EQ(hosts.Check(), "", "statistics and rules");
    }

    bool m_ipv6; //!< IPv6, not IPv4.
};

/** A queue disc that is taken away while it holds a packet. */
class ImpairedUninstall : public TestCase
{
  public:
    ImpairedUninstall()
        : TestCase("a queue disc that holds a packet is uninstalled")
    {
    }

  private:
    void DoRun() override
    {
        // Of a device that takes part in flow control: ns-3 can uninstall from no other.
        ImpairedHosts hosts(Stack::STOCK, Link::POINT_TO_POINT, "delay udp occurrence 2 3s", "");
        Datagrams datagrams(hosts, false, 3);
        hosts.discs = QueueDiscContainer();
        Simulator::Schedule(Seconds(4),
                            [&hosts] { TrafficControlHelper().Uninstall(hosts.devices.Get(0)); });
        Simulator::Stop(Seconds(10));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(datagrams.Came(), "1 3 ", "the one held is gone");
    }
};

/** @return what is impaired; each is run on each stack, link and IP version */
std::vector<Conversation>
Conversations()
{
    const Time none(0);
    return {
        {"drop SYN occurrence 1", "", Seconds(1)},
        {"", "drop SYN,ACK first 1", Seconds(1)},
        {"delay SYN 400ms", "delay data occurrence 1 200ms", MilliSeconds(600)},
        {"drop data probability 0.03", "drop data every 10 limit 3", none},
        {"duplicate any probability 0.2 copies 2 after 3ms", "duplicate tcp", none},
        {"reorder data probability 0.1 by 4", "reorder data probability 0.1 by 15ms", none},
        {"corrupt data probability 0.03", "corrupt data at header every 10 limit 3", none},
        {"delay tcp ns3::UniformRandomVariable[Min=0|Max=0.004]",
         "delay tcp probability 0.5 ns3::ExponentialRandomVariable[Mean=0.002|Bound=0.02]",
         none},
    };
}

/** Suite of the impairment queue disc under hosts. */
class TcpConnImpairmentHostsTestSuite : public TestSuite
{
  public:
    TcpConnImpairmentHostsTestSuite()
        : TestSuite("tcp-conn-impairment-hosts", TCP_CONN_UNIT)
    {
        for (const auto& row : Conversations())
        {
            for (Link link : {Link::SIMPLE, Link::POINT_TO_POINT})
            {
                for (bool ipv6 : {false, true})
                {
                    Add(new ImpairedConversation(Stack::STOCK, link, ipv6, row));
                    Add(new ImpairedConversation(Stack::OURS, link, ipv6, row));
                }
            }
        }
        for (bool ipv6 : {false, true})
        {
            Add(new ImpairedChecksum(ipv6, false));
            Add(new ImpairedChecksum(ipv6, true));
            Add(new ImpairedBurst(ipv6));
        }
        Add(new ImpairedUninstall);
    }

  private:
    /** Add a test case. */
    void Add(TestCase* test)
    {
        AddTestCase(test, TCP_CONN_QUICK);
    }
};

TcpConnImpairmentHostsTestSuite g_tcpConnImpairmentHostsTestSuite; //!< The suite.

} // namespace
