/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Very many hosts with little to do: heap that TCP adds to a host which never uses it, which
 * listens, which has one connection, and which had one; and CPU time of setting a host up, for
 * the first half of them and for the second (equal, if set-up is linear).  For this module's TCP
 * and ns-3's own, each beside the same stack without any TCP, in one run.
 *
 * Hosts are linked in pairs, so that the network does not grow with their number but in length;
 * one of each pair connects to the other.
 */

#include "../examples/tcp-conn-option.h"

#include "ns3/arp-l3-protocol.h"
#include "ns3/core-module.h"
#include "ns3/icmpv4-l4-protocol.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv4-list-routing-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/node-container.h"
#include "ns3/packet-socket-factory.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/socket.h"
#include "ns3/tcp-conn-stack-helper.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/traffic-control-layer.h"
#include "ns3/udp-l4-protocol.h"

#include <ctime>
#include <iomanip>
#include <iostream>
#include <malloc.h>
#include <vector>

using namespace ns3;

namespace
{

/** What was measured of one stack. */
struct Result
{
    double firstHalf{0};  //!< CPU time to set up one of the first half, in microseconds.
    double secondHalf{0}; //!< ... and one of the second.
    double never{0};      //!< Heap of a host, in bytes, that has not used its TCP.
    double listens{0};    //!< ... where one of each pair listens.
    double connected{0};  //!< ... with a connection to the other one.
    double after{0};      //!< ... when that is over, and its socket gone.
};

/** @return bytes of heap in use. */
double
Heap()
{
    const struct mallinfo2 info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd);
}

/** Install what InternetStackHelper does, but TCP.  @param node the host */
void
InstallWithoutTcp(Ptr<Node> node)
{
    node->AggregateObject(CreateObject<ArpL3Protocol>());
    node->AggregateObject(CreateObject<Ipv4L3Protocol>());
    node->AggregateObject(CreateObject<Icmpv4L4Protocol>());
    Ipv4ListRoutingHelper routing;
    routing.Add(Ipv4StaticRoutingHelper(), 0);
    routing.Add(Ipv4GlobalRoutingHelper(), -10);
    node->GetObject<Ipv4>()->SetRoutingProtocol(routing.Create(node));
    node->AggregateObject(CreateObject<TrafficControlLayer>());
    node->AggregateObject(CreateObject<UdpL4Protocol>());
    node->AggregateObject(CreateObject<PacketSocketFactory>());
    node->GetObject<ArpL3Protocol>()->SetTrafficControl(node->GetObject<TrafficControlLayer>());
}

/** Hosts in pairs. */
class Pairs
{
  public:
    /** @param stack "none", "stock" or "ours" @param hosts how many */
    Pairs(const std::string& stack, uint32_t hosts);
    ~Pairs();

    /** @return what was measured. */
    Result Measure();

  private:
    /** Set some hosts up.  @param pairs how many pairs @return CPU time of a host, microseconds */
    double SetUp(uint32_t pairs);
    /** @return heap of a host. */
    double Each() const;
    static void Address(Ptr<Node> node, Ptr<NetDevice> device, Ipv4Address address);
    void Listen(uint32_t pair);
    void Connect(uint32_t pair);
    void Accepted(Ptr<Socket> socket, const ns3::Address& from);
    static void Close(Ptr<Socket> socket);
    static void RunFor(Time time);

    std::string m_stack;                  //!< What is installed.
    uint32_t m_pairs;                     //!< How many in the end.
    double m_before;                      //!< Heap in the beginning.
    NodeContainer m_nodes;                //!< The hosts.
    std::vector<Ptr<Socket>> m_opened;    //!< Their sockets: of the first of each pair,
    std::vector<Ptr<Socket>> m_accepted;  //!< of the second,
    std::vector<Ptr<Socket>> m_listeners; //!< and its listener.
    Callback<void, Ptr<Socket>> m_close;  //!< Close; one for all, as it is the application's.
    PointToPointHelper m_link;            //!< Links the two of a pair.
    TcpConnStackHelper m_ours;            //!< Installs this module's stack.
    InternetStackHelper m_theirs;         //!< Installs ns-3's.
};

Pairs::Pairs(const std::string& stack, uint32_t hosts)
    : m_stack(stack),
      m_pairs(hosts / 2),
      m_close(MakeCallback(&Pairs::Close))
{
    m_link.SetDeviceAttribute("DataRate", StringValue("10Gbps"));
    m_link.SetChannelAttribute("Delay", StringValue("1ms"));
    m_ours.SetIpv6StackInstall(false);
    m_theirs.SetIpv6StackInstall(false);
    m_opened.reserve(m_pairs);
    m_accepted.reserve(m_pairs);
    m_listeners.reserve(m_pairs);
    m_before = Heap();
}

Pairs::~Pairs()
{
    Simulator::Destroy();
}

void
Pairs::Address(Ptr<Node> node, Ptr<NetDevice> device, Ipv4Address address)
{
    // Ipv4AddressHelper keeps a list of all that it has given, and walks it.
    Ptr<Ipv4> ip = node->GetObject<Ipv4>();
    const uint32_t interface = ip->AddInterface(device);
    ip->AddAddress(interface, Ipv4InterfaceAddress(address, Ipv4Mask("/30")));
    ip->SetUp(interface);
}

double
Pairs::SetUp(uint32_t pairs)
{
    const std::clock_t start = std::clock();
    for (uint32_t i = 0; i < pairs; ++i)
    {
        NodeContainer pair;
        pair.Create(2);
        for (const Ptr<Node>& node : {pair.Get(0), pair.Get(1)})
        {
            if (m_stack == "none")
            {
                InstallWithoutTcp(node);
            }
            else if (m_stack == "ours")
            {
                m_ours.Install(node);
            }
            else
            {
                m_theirs.Install(node);
            }
        }
        const NetDeviceContainer devices = m_link.Install(pair);
        const uint32_t network = Ipv4Address("10.0.0.0").Get() + 2 * m_nodes.GetN();
        Address(pair.Get(0), devices.Get(0), Ipv4Address(network + 1));
        Address(pair.Get(1), devices.Get(1), Ipv4Address(network + 2));
        m_nodes.Add(pair);
    }
    const double used = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    return 1e6 * used / (2 * pairs);
}

void
Pairs::Listen(uint32_t pair)
{
    Ptr<Socket> socket =
        Socket::CreateSocket(m_nodes.Get(2 * pair + 1), TcpSocketFactory::GetTypeId());
    socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), 80));
    socket->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const ns3::Address&>(),
                              MakeCallback(&Pairs::Accepted, this));
    socket->Listen();
    m_listeners.push_back(socket);
}

void
Pairs::Connect(uint32_t pair)
{
    Ptr<Socket> socket = Socket::CreateSocket(m_nodes.Get(2 * pair), TcpSocketFactory::GetTypeId());
    Ptr<Ipv4> peer = m_nodes.Get(2 * pair + 1)->GetObject<Ipv4>();
    socket->Bind();
    socket->Connect(InetSocketAddress(peer->GetAddress(1, 0).GetLocal(), 80));
    m_opened.push_back(socket);
}

void
Pairs::Accepted(Ptr<Socket> socket, const ns3::Address& /* from */)
{
    socket->SetCloseCallbacks(m_close, MakeNullCallback<void, Ptr<Socket>>());
    m_accepted.push_back(socket);
}

void
Pairs::Close(Ptr<Socket> socket)
{
    socket->Close();
}

void
Pairs::RunFor(Time time)
{
    Simulator::Stop(time);
    Simulator::Run();
}

double
Pairs::Each() const
{
    return (Heap() - m_before) / (2 * m_pairs);
}

Result
Pairs::Measure()
{
    Result result;
    result.firstHalf = SetUp(m_pairs / 2);
    result.secondHalf = SetUp(m_pairs - m_pairs / 2);
    RunFor(Seconds(1)); // everything has been initialized
    result.never = Each();
    if (m_stack == "none")
    {
        result.listens = result.connected = result.after = result.never;
        return result;
    }
    for (uint32_t i = 0; i < m_pairs; ++i)
    {
        Listen(i);
    }
    RunFor(Seconds(1));
    result.listens = Each();
    for (uint32_t i = 0; i < m_pairs; ++i)
    {
        Connect(i);
    }
    RunFor(Seconds(10));
    NS_ABORT_MSG_UNLESS(m_accepted.size() == m_pairs,
                        m_stack << ": " << m_accepted.size() << " of " << m_pairs
                                << " connections were opened");
    result.connected = Each();
    for (const auto& socket : m_opened)
    {
        socket->Close();
    }
    m_opened.clear();
    RunFor(Seconds(10));
    m_accepted.clear();
    for (const auto& socket : m_listeners)
    {
        socket->Close();
    }
    m_listeners.clear();
    RunFor(Seconds(600));
    result.after = Each();
    return result;
}

/** @param stack "none", "stock" or "ours" @param hosts how many @return what was measured */
Result
Measure(const std::string& stack, uint32_t hosts)
{
    return Pairs(stack, hosts).Measure();
}

/** @param name what @param stock of ns-3's TCP @param ours of this module's @param limit ours,
 * as promised; empty: nothing is */
void
Print(const std::string& name, double stock, double ours, const std::string& limit)
{
    std::cout << std::left << std::setw(44) << name << std::right << std::fixed
              << std::setprecision(0) << std::setw(10) << stock << std::setw(10) << ours
              << std::setw(10) << limit << "\n";
}

} // namespace

int
main(int argc, char* argv[])
{
    uint32_t hosts = 2000;
    CommandLine cmd(__FILE__);
    cmd.Usage("What TCP adds to each of many hosts, in heap and time, beside ns-3's own TCP.");
    cmd.AddValue("hosts", "number of hosts, in pairs", hosts);
    cmd.Parse(argc, argv);
    TcpConnCheckOption(hosts >= 4 && hosts <= 4000000, "hosts", "4 to 4000000");
    Measure("stock", 4); // what is made once in a process is not counted
    Measure("ours", 4);
    const Result none = Measure("none", hosts);
    const Result stock = Measure("stock", hosts);
    const Result ours = Measure("ours", hosts);
    std::cout << std::left << std::setw(44) << "bytes that TCP adds to a host" << std::right
              << std::setw(10) << "stock" << std::setw(10) << "ours" << std::setw(10) << "limit"
              << "\n";
    Print("never used", stock.never - none.never, ours.never - none.never, "1024");
    Print("every second one listens", stock.listens - none.never, ours.listens - none.never, "");
    Print("each has a connection", stock.connected - none.never, ours.connected - none.never, "");
    Print("all connections are over", stock.after - none.never, ours.after - none.never, "");
    std::cout << "(the stack without TCP: " << none.never << " bytes)\n"
              << "us of CPU time to set up a host, link included\n";
    Print("one of the first half", stock.firstHalf, ours.firstHalf, "");
    Print("one of the second half", stock.secondHalf, ours.secondHalf, "");
    return 0;
}
