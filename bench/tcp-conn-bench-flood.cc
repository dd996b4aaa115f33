/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * A flood of SYNs, each from an address of its own that answers nothing, against a listener: heap
 * that the simulation takes meanwhile, half-open connections, and CPU time of a SYN, by the policy
 * of admission; before, during and after the flood.  At the end of each flood an honest client
 * tries to connect.
 *
 * Heap and half-open connections are looked at a thousand times; their most is printed.
 *
 * Answers to the flood end at the server, below TCP: ns-3's IPv4 keeps 64 bytes for each
 * destination that it has ever sent to (the last Identification), which are not TCP's.
 */

#include "../examples/tcp-conn-option.h"

#include "ns3/core-module.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ip-l4-protocol.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/socket.h"
#include "ns3/tcp-conn-attacker.h"
#include "ns3/tcp-conn-l4-protocol.h"
#include "ns3/tcp-conn-stack-helper.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/traffic-control-helper.h"

#include <algorithm>
#include <ctime>
#include <iomanip>
#include <iostream>
#include <malloc.h>
#include <map>
#include <sstream>

using namespace ns3;

namespace
{

/** @return bytes of heap in use. */
int64_t
Heap()
{
    const struct mallinfo2 info = mallinfo2();
    return static_cast<int64_t>(info.uordblks + info.hblkhd);
}

/** An attacker and an honest client, each on a link of its own to a server. */
class Flood
{
  public:
    /** @param admission the server's policy; "stock": ns-3's own TCP */
    explicit Flood(const std::string& admission);
    ~Flood();

    /** Flood, and print what it took.  @param name of the policy @param syns how many @param rate
     * of them, a second */
    void Run(const std::string& name, uint32_t syns, double rate);

  private:
    void Attack(uint32_t syns, double rate);
    void Look(Time gap);
    void TryToConnect();
    void Connected(Ptr<Socket> socket);
    uint32_t HalfOpen() const;
    void Send(Ptr<Packet> packet,
              Ipv4Address from,
              Ipv4Address to,
              uint8_t protocol,
              Ptr<Ipv4Route> route);

    NodeContainer m_nodes;                   //!< Attacker, client, server.
    Ipv4Address m_attacked;                  //!< The server's address on the attacker's link.
    Ipv4Address m_address;                   //!< ... and on the client's.
    IpL4Protocol::DownTargetCallback m_down; //!< What sends the server's segments.
    uint64_t m_answers{0};                   //!< Segments to the attacker's addresses.
    Ptr<Socket> m_listener;                  //!< The server's.
    Ptr<Socket> m_client;                    //!< The honest client's.
    std::string m_outcome{"no"};             //!< Whether it got its connection.
    EventId m_look;                          //!< Of the next look.
    int64_t m_most{0};                       //!< Most bytes of heap.
    uint32_t m_mostHalfOpen{0};              //!< Most half-open connections.
};

Flood::Flood(const std::string& admission)
{
    m_nodes.Create(3);
    InternetStackHelper plain;
    plain.SetIpv6StackInstall(false);
    plain.Install(m_nodes.Get(0));
    if (admission == "stock")
    {
        plain.Install(m_nodes.Get(1));
        plain.Install(m_nodes.Get(2));
    }
    else
    {
        TcpConnStackHelper stack;
        stack.SetIpv6StackInstall(false);
        stack.SetAdmission(admission);
        stack.Install(m_nodes.Get(1));
        stack.Install(m_nodes.Get(2));
    }
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("10Gbps"));
    link.SetChannelAttribute("Delay", StringValue("1ms"));
    Ipv4AddressHelper address("10.0.0.0", "255.255.255.0");
    for (const uint32_t i : {0, 1})
    {
        const NetDeviceContainer devices = link.Install(m_nodes.Get(i), m_nodes.Get(2));
        const auto interfaces = address.Assign(devices);
        TrafficControlHelper().Uninstall(devices);
        (i == 0 ? m_attacked : m_address) = interfaces.GetAddress(1);
        address.NewNetwork();
    }
    Ptr<Ipv4> server = m_nodes.Get(2)->GetObject<Ipv4>();
    Ipv4StaticRoutingHelper().GetStaticRouting(server)->AddNetworkRouteTo("11.0.0.0",
                                                                          "255.0.0.0",
                                                                          1);
    Ptr<IpL4Protocol> tcp = m_nodes.Get(2)->GetObject<Ipv4L3Protocol>()->GetProtocol(6);
    m_down = tcp->GetDownTarget();
    tcp->SetDownTarget(MakeCallback(&Flood::Send, this));
    m_listener = Socket::CreateSocket(m_nodes.Get(2), TcpSocketFactory::GetTypeId());
    m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), 80));
    m_listener->Listen();
}

Flood::~Flood()
{
    m_listener = nullptr;
    m_client = nullptr;
    Simulator::Destroy();
}

void
Flood::Send(Ptr<Packet> packet,
            Ipv4Address from,
            Ipv4Address to,
            uint8_t protocol,
            Ptr<Ipv4Route> route)
{
    if (to.CombineMask(Ipv4Mask("255.0.0.0")) == Ipv4Address("11.0.0.0"))
    {
        ++m_answers;
        return;
    }
    m_down(packet, from, to, protocol, route);
}

void
Flood::Attack(uint32_t syns, double rate)
{
    // One address after the other: no two are the same.
    Ptr<SequentialRandomVariable> hosts = CreateObject<SequentialRandomVariable>();
    hosts->SetAttribute("Min", DoubleValue(0));
    hosts->SetAttribute("Max", DoubleValue(1 << 24));
    Ptr<TcpConnAttacker> attacker = CreateObject<TcpConnAttacker>();
    attacker->SetAttribute("Target", AddressValue(InetSocketAddress(m_attacked, 80)));
    attacker->SetAttribute("Sources", StringValue("11.0.0.0/8"));
    attacker->SetAttribute("SourceHosts", PointerValue(hosts));
    attacker->SetAttribute("Rate", DoubleValue(rate));
    attacker->SetAttribute("Count", UintegerValue(syns));
    m_nodes.Get(0)->AddApplication(attacker);
}

uint32_t
Flood::HalfOpen() const
{
    Ptr<TcpConnL4Protocol> tcp = m_nodes.Get(2)->GetObject<TcpConnL4Protocol>();
    return tcp ? tcp->GetResources().GetHalfOpen() : 0;
}

void
Flood::Look(Time gap)
{
    m_most = std::max(m_most, Heap());
    m_mostHalfOpen = std::max(m_mostHalfOpen, HalfOpen());
    m_look = Simulator::Schedule(gap, &Flood::Look, this, gap);
}

void
Flood::TryToConnect()
{
    m_client = Socket::CreateSocket(m_nodes.Get(1), TcpSocketFactory::GetTypeId());
    m_client->SetConnectCallback(MakeCallback(&Flood::Connected, this),
                                 MakeNullCallback<void, Ptr<Socket>>());
    m_client->Bind();
    m_client->Connect(InetSocketAddress(m_address, 80));
}

void
Flood::Connected(Ptr<Socket> /* socket */)
{
    m_outcome = "yes";
}

void
Flood::Run(const std::string& name, uint32_t syns, double rate)
{
    const Time length = Seconds(syns / rate);
    Attack(syns, rate);
    Simulator::Schedule(0.9 * length, &Flood::TryToConnect, this);
    Simulator::Stop(0.01 * length); // what is made once
    Simulator::Run();
    const int64_t before = Heap();
    m_most = before;
    Simulator::ScheduleNow(&Flood::Look, this, 0.001 * length);
    const std::clock_t start = std::clock();
    Simulator::Stop(0.995 * length);
    Simulator::Run();
    const double used = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    const std::string outcome = m_outcome;
    m_look.Cancel();
    Simulator::Stop(Seconds(1000)); // all SYNs have been given up
    Simulator::Run();
    std::cout << std::left << std::setw(12) << name << std::right << std::fixed
              << std::setprecision(1) << std::setw(12) << 1e-3 * before << std::setw(14)
              << 1e-3 * (m_most - before) << std::setw(14) << 1e-3 * (Heap() - before)
              << std::setw(12) << m_mostHalfOpen << std::setw(12) << 1e6 * used / syns
              << std::setw(12) << m_answers << std::setw(10) << outcome << std::endl;
}

} // namespace

int
main(int argc, char* argv[])
{
    uint32_t syns = 20000;
    double rate = 50000;
    std::string defences = "cookies,backlog,cache,unlimited";
    CommandLine cmd(__FILE__);
    cmd.Usage("Heap that a flood of SYNs from as many addresses takes, by policy of admission.");
    cmd.AddValue("syns", "SYNs, each from an address of its own", syns);
    cmd.AddValue("rate", "of them, a second", rate);
    cmd.AddValue("defences",
                 "cookies, backlog, cache, unlimited, stock (ns-3's own TCP)",
                 defences);
    cmd.Parse(argc, argv);
    TcpConnCheckOption(syns >= 1000 && syns <= 16000000, "syns", "1000 to 16000000");
    TcpConnCheckOption(rate >= 1 && rate <= 1e6, "rate", "1 to 1000000 SYNs a second");
    std::istringstream names(defences);
    std::cout << std::left << std::setw(12) << "admission" << std::right << std::setw(12)
              << "heap KB" << std::setw(14) << "most, more KB" << std::setw(14) << "after, more"
              << std::setw(12) << "half-open" << std::setw(12) << "us a SYN" << std::setw(12)
              << "answers" << std::setw(10) << "client"
              << "\n";
    for (std::string name; std::getline(names, name, ',');)
    {
        const std::map<std::string, std::string> admissions = {
            {"cookies", "ns3::TcpConnSynCookies"},
            {"backlog", "ns3::TcpConnBacklog"},
            {"cache", "ns3::TcpConnSynCache"},
            {"unlimited", "ns3::TcpConnUnlimited"},
            {"stock", "stock"}};
        const auto found = admissions.find(name);
        TcpConnCheckOption(found != admissions.end(),
                           "defences",
                           "cookies, backlog, cache, unlimited and stock, separated by commas, "
                           "not \"" +
                               name + "\"");
        Flood(found->second).Run(name, syns, rate);
    }
    return 0;
}
