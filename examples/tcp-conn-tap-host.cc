/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-tap-host.h"

#include "tcp-conn-option.h"

#include "ns3/core-module.h"
#include "ns3/fd-net-device-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"
#include "ns3/tcp-conn-impairment-queue-disc.h"
#include "ns3/traffic-control-helper.h"
#include "ns3/traffic-control-layer.h"

#include <cstring>
#include <fcntl.h>
#include <iostream>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sstream>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

namespace ns3
{
namespace TcpConnTap
{

namespace
{

/**
 * Attach to a TAP device of this network namespace.
 * @param name its name
 * @return the file descriptor, or -1
 */
int
OpenTap(const std::string& name)
{
    const int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (fd < 0)
    {
        return -1;
    }
    ifreq request{};
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    name.copy(request.ifr_name, IFNAMSIZ - 1);
    if (ioctl(fd, TUNSETIFF, &request) < 0)
    {
        close(fd);
        return -1;
    }
    return fd;
}

/**
 * Make an object by its TypeId name and aggregate it to a node.
 * @param node the node
 * @param name the TypeId
 */
void
Aggregate(Ptr<Node> node, const std::string& name)
{
    TypeId tid;
    NS_ABORT_MSG_UNLESS(TypeId::LookupByNameFailSafe(name, &tid),
                        "--tcp: no TypeId " << name << "; is its library linked?");
    ObjectFactory factory;
    factory.SetTypeId(tid);
    node->AggregateObject(factory.Create<Object>());
}

/**
 * A dual-stack node without TCP.
 * @param node the node
 */
void
InstallStack(Ptr<Node> node)
{
    Aggregate(node, "ns3::ArpL3Protocol");
    Aggregate(node, "ns3::Ipv4L3Protocol");
    Aggregate(node, "ns3::Icmpv4L4Protocol");
    node->GetObject<Ipv4>()->SetRoutingProtocol(Ipv4StaticRoutingHelper().Create(node));
    Aggregate(node, "ns3::Ipv6L3Protocol");
    Aggregate(node, "ns3::Icmpv6L4Protocol");
    node->GetObject<Ipv6>()->SetRoutingProtocol(Ipv6StaticRoutingHelper().Create(node));
    node->GetObject<Ipv6L3Protocol>()->RegisterExtensions();
    node->GetObject<Ipv6L3Protocol>()->RegisterOptions();
    Aggregate(node, "ns3::TrafficControlLayer");
    Aggregate(node, "ns3::UdpL4Protocol");
    // Whoever builds a stack tells ARP where packets leave.
    node->GetObject<ArpL3Protocol>()->SetTrafficControl(node->GetObject<TrafficControlLayer>());
}

/**
 * Give a device its addresses.
 * @param device the device, of a node with a stack
 * @param v4 IPv4 address of a network of 24 bits
 * @param v6 IPv6 address of a network of 64 bits
 */
void
Address4And6(Ptr<NetDevice> device, const char* v4, const char* v6)
{
    Ptr<Ipv4> ipv4 = device->GetNode()->GetObject<Ipv4>();
    const uint32_t interface4 = ipv4->AddInterface(device);
    ipv4->AddAddress(interface4, Ipv4InterfaceAddress(v4, "255.255.255.0"));
    ipv4->SetUp(interface4);
    Ptr<Ipv6> ipv6 = device->GetNode()->GetObject<Ipv6>();
    const uint32_t interface6 = ipv6->AddInterface(device);
    ipv6->AddAddress(interface6, Ipv6InterfaceAddress(v6, Ipv6Prefix(64)));
    ipv6->SetForwarding(interface6, true);
    ipv6->SetUp(interface6);
}

/**
 * Tell what rules did.
 * @param name of the direction
 * @param disc that has them, or null
 */
void
TellRulesOf(const std::string& name, Ptr<QueueDisc> disc)
{
    Ptr<TcpConnImpairmentQueueDisc> impairment = DynamicCast<TcpConnImpairmentQueueDisc>(disc);
    for (uint32_t i = 0; impairment && i < impairment->GetNRules(); i++)
    {
        std::ostringstream text;
        text << "impaired " << name << " " << impairment->GetHits(i) << " of "
             << impairment->GetMatched(i) << ": " << impairment->GetRule(i);
        Tell(text.str());
    }
}

} // namespace

void
Setup::AddTo(CommandLine& cmd)
{
    cmd.AddValue("tcp", "TypeId of the protocol, or stock", tcp);
    cmd.AddValue("factory", "TypeId of its socket factory", factory);
    cmd.AddValue("device", "TAP device in this network namespace", device);
    cmd.AddValue("ipv6", "use IPv6", ipv6);
    cmd.AddValue("control", "folder of the control files", control);
    cmd.AddValue("limit", "longest run", limit);
    cmd.AddValue("msl", "maximum segment lifetime, seconds", msl);
    cmd.AddValue("segment", "segment size, bytes", segment);
    cmd.AddValue("buffer", "send and receive buffers, bytes", buffer);
    cmd.AddValue("rate", "rate of the link between router and host", rate);
    cmd.AddValue("delay", "delay of that link, one way", delay);
    cmd.AddValue("loss", "probability of losing a segment, each way", loss);
    cmd.AddValue("duplicate", "probability of doubling a segment, each way", duplicate);
    cmd.AddValue("reorder", "probability of a segment being overtaken, each way", reorder);
    cmd.AddValue("pcap", "write a capture of the TAP device to this file", pcap);
}

void
Setup::Check() const
{
    TcpConnCheckOption(limit > Time(0), "limit", "a time above 0, as 60s");
    TcpConnCheckOption(msl > 0 && msl <= 3600, "msl", "up to 3600 s");
    TcpConnCheckOption(segment >= 1 && segment <= 65495, "segment", "1 to 65495 bytes");
    TcpConnCheckOption(buffer >= 1 && buffer <= 1073725440, "buffer", "1 to 1073725440 bytes");
    for (const auto& [name, share] : {std::pair("loss", loss),
                                      std::pair("duplicate", duplicate),
                                      std::pair("reorder", reorder)})
    {
        TcpConnCheckOption(share >= 0 && share < 1, name, "0 to less than 1");
    }
}

void
Tell(const std::string& text)
{
    std::cout << Simulator::Now().GetSeconds() << " " << text << std::endl;
}

Host::Host(Setup s)
    : setup(std::move(s))
{
    GlobalValue::Bind("SimulatorImplementationType", StringValue("ns3::RealtimeSimulatorImpl"));
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(setup.segment));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(setup.buffer));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(setup.buffer));
    // The addresses are known to be free, and detection would delay the first connection.
    Config::SetDefault("ns3::Icmpv6L4Protocol::DAD", BooleanValue(false));
    MakeNodes();
    MakeLink();
}

void
Host::MakeNodes()
{
    m_host = CreateObject<Node>();
    m_router = CreateObject<Node>();
    InstallStack(m_host);
    InstallStack(m_router);
    const bool stock = setup.tcp == "stock";
    Aggregate(m_host, stock ? "ns3::TcpL4Protocol" : setup.tcp);
}

void
Host::MakeLink()
{
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue(setup.rate));
    link.SetChannelAttribute("Delay", StringValue(setup.delay));
    const NetDeviceContainer ends = link.Install(m_router, m_host);
    if (!Rules().empty())
    {
        Impair(ends.Get(0), m_in);
        Impair(ends.Get(1), m_out);
    }
    // Not of 2001:db8::/32: the router would not forward what is for documentation.
    Address4And6(ends.Get(0), "10.99.1.1", "fd00:9a::1");
    Address4And6(ends.Get(1), "10.99.1.2", "fd00:9a::2");
    Ipv4StaticRoutingHelper()
        .GetStaticRouting(m_host->GetObject<Ipv4>())
        ->SetDefaultRoute("10.99.1.1", 1);
    Ipv6StaticRoutingHelper()
        .GetStaticRouting(m_host->GetObject<Ipv6>())
        ->SetDefaultRoute("fd00:9a::1", 1);
}

std::string
Host::Rules() const
{
    std::ostringstream rules;
    if (setup.loss > 0)
    {
        rules << "drop probability " << setup.loss << "; ";
    }
    if (setup.duplicate > 0)
    {
        rules << "duplicate probability " << setup.duplicate << "; ";
    }
    if (setup.reorder > 0)
    {
        // Three later segments: as many duplicate acknowledgments as make fast retransmit.
        rules << "reorder by 3 within 5ms probability " << setup.reorder << "; ";
    }
    return rules.str();
}

void
Host::Impair(Ptr<NetDevice> device, Ptr<QueueDisc>& disc)
{
    TrafficControlHelper control;
    control.SetRootQueueDisc("ns3::TcpConnImpairmentQueueDisc",
                             "Rules",
                             StringValue(Rules()),
                             "MaxSize",
                             StringValue("10000p"));
    disc = control.Install(device).Get(0);
}

bool
Host::Attach()
{
    const int fd = OpenTap(setup.device);
    if (fd < 0)
    {
        std::cerr << "cannot attach to TAP device " << setup.device << ": " << std::strerror(errno)
                  << std::endl;
        return false;
    }
    Ptr<FdNetDevice> device = CreateObject<FdNetDevice>();
    device->SetAddress(Mac48Address("02:00:00:99:00:02"));
    device->SetIsMulticast(true);
    device->SetFileDescriptor(fd);
    m_router->AddDevice(device);
    Address4And6(device, "10.99.0.2", "fd00:99::2");
    if (!setup.pcap.empty())
    {
        FdNetDeviceHelper().EnablePcap(setup.pcap, device, true, true);
    }
    return true;
}

Ptr<Socket>
Host::NewSocket() const
{
    const bool stock = setup.tcp == "stock";
    const std::string factory = stock ? "ns3::TcpSocketFactory" : setup.factory;
    Ptr<Socket> socket = Socket::CreateSocket(m_host, TypeId::LookupByName(factory));
    socket->SetAttributeFailSafe("MaxSegLifetime", DoubleValue(setup.msl));
    return socket;
}

Address
Host::Own(uint16_t port) const
{
    if (setup.ipv6)
    {
        return Inet6SocketAddress("fd00:9a::2", port);
    }
    return InetSocketAddress("10.99.1.2", port);
}

Address
Host::Kernel(uint16_t port) const
{
    if (setup.ipv6)
    {
        return Inet6SocketAddress("fd00:99::1", port);
    }
    return InetSocketAddress("10.99.0.1", port);
}

bool
Host::Told(const std::string& name) const
{
    return access((setup.control + "/" + name).c_str(), F_OK) == 0;
}

void
Host::TellTable() const
{
    const std::string name = setup.tcp == "stock" ? "ns3::TcpL4Protocol" : setup.tcp;
    Ptr<Object> tcp = m_host->GetObject<Object>(TypeId::LookupByName(name));
    StringValue table;
    const bool shown = tcp->GetAttributeFailSafe("ConnectionTable", table);
    Tell(shown ? "table [" + table.Get() + "]" : "table unknown");
}

void
Host::TellRules() const
{
    TellRulesOf("in", m_in);
    TellRulesOf("out", m_out);
}

} // namespace TcpConnTap
} // namespace ns3
