/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-packet-script-testbed.h"

#include "../../test/tcp-conn-case-trace.h"

#include "ns3/boolean.h"
#include "ns3/fatal-error.h"
#include "ns3/global-value.h"
#include "ns3/ipv4-static-routing.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-static-routing.h"
#include "ns3/ipv6.h"
#include "ns3/mac48-address.h"
#include "ns3/object-factory.h"
#include "ns3/simple-channel.h"
#include "ns3/simulator.h"
#include "ns3/socket-factory.h"
#include "ns3/string.h"

namespace ns3
{
namespace TcpConnPacketScript
{

namespace
{

/** What follows an event at once may take this long: far less than any timer of TCP. */
const Time AT_ONCE = MicroSeconds(1);

void
Aggregate(Ptr<Node> node, const std::string& type)
{
    ObjectFactory factory(type);
    node->AggregateObject(factory.Create<Object>());
}

} // namespace

Time
Testbed::Origin()
{
    return Seconds(1);
}

Testbed::Testbed(const Setup& setup)
    : m_setup(setup)
{
    const std::string local =
        !setup.local.empty() ? setup.local : (setup.ipv6 ? "2001:db8:1::1" : "192.168.0.1");
    const std::string remote =
        !setup.remote.empty() ? setup.remote : (setup.ipv6 ? "2001:db8:2::1" : "192.0.2.1");
    m_local = setup.ipv6 ? TcpConnWire::Host(Ipv6Address(local.c_str()))
                         : TcpConnWire::Host(Ipv4Address(local.c_str()));
    m_remote = setup.ipv6 ? TcpConnWire::Host(Ipv6Address(remote.c_str()))
                          : TcpConnWire::Host(Ipv4Address(remote.c_str()));

    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    m_host = CreateObject<Node>();
    Ptr<Node> peerNode = CreateObject<Node>();
    Ptr<SimpleChannel> channel = CreateObject<SimpleChannel>();
    Ptr<SimpleNetDevice> devices[2];
    for (auto& device : devices)
    {
        device = CreateObject<SimpleNetDevice>();
        device->SetAttribute("PointToPointMode", BooleanValue(true));
        device->SetAddress(Mac48Address::Allocate());
        // A script may send to the host what no link would carry in one piece.
        device->SetMtu(&device == devices ? static_cast<uint16_t>(setup.mtu) : UINT16_MAX);
        device->SetChannel(channel);
    }
    m_hostDevice = devices[0];
    InstallStack(setup);
    peerNode->AddDevice(devices[1]);
    m_peer = std::make_unique<TcpConnWire::Peer>(peerNode, devices[1], devices[0]);
    m_peer->onSeen = [this]() {
        segments.push_back(m_peer->seen.back());
        m_peer->seen.clear();
    };
    RunTo(Origin());
}

Testbed::~Testbed()
{
    m_peer->onSeen = nullptr;
    Simulator::Destroy();
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(false));
}

void
Testbed::InstallStack(const Setup& setup)
{
    m_host->AddDevice(m_hostDevice);
    Aggregate(m_host, "ns3::ArpL3Protocol");
    Aggregate(m_host, "ns3::Ipv4L3Protocol");
    Aggregate(m_host, "ns3::Icmpv4L4Protocol");
    Aggregate(m_host, "ns3::Ipv6L3Protocol");
    ObjectFactory icmp6("ns3::Icmpv6L4Protocol");
    icmp6.Set("DAD", BooleanValue(false));
    m_host->AggregateObject(icmp6.Create<Object>());
    Aggregate(m_host, "ns3::TrafficControlLayer");
    InstallAddresses();
    Aggregate(m_host, setup.protocol);
    TcpConnTest::TraceHost(m_host);
}

void
Testbed::InstallAddresses()
{
    Ptr<Ipv4> ipv4 = m_host->GetObject<Ipv4>();
    Ptr<Ipv4StaticRouting> routing4 = CreateObject<Ipv4StaticRouting>();
    ipv4->SetRoutingProtocol(routing4);
    const uint32_t if4 = ipv4->AddInterface(m_hostDevice);
    if (!m_local.v6)
    {
        ipv4->AddAddress(if4, Ipv4InterfaceAddress(m_local.ip4, Ipv4Mask("255.255.255.0")));
    }
    ipv4->SetUp(if4);
    routing4->SetDefaultRoute(m_remote.v6 ? Ipv4Address("192.0.2.1") : m_remote.ip4, if4);

    Ptr<Ipv6> ipv6 = m_host->GetObject<Ipv6>();
    Ptr<Ipv6StaticRouting> routing6 = CreateObject<Ipv6StaticRouting>();
    ipv6->SetRoutingProtocol(routing6);
    ipv6->RegisterExtensions();
    ipv6->RegisterOptions();
    const uint32_t if6 = ipv6->AddInterface(m_hostDevice);
    if (m_local.v6)
    {
        ipv6->AddAddress(if6, Ipv6InterfaceAddress(m_local.ip6, Ipv6Prefix(64)));
    }
    ipv6->SetUp(if6);
    routing6->SetDefaultRoute(m_remote.v6 ? m_remote.ip6 : Ipv6Address("2001:db8:2::1"), if6);
}

Ptr<Socket>
Testbed::NewSocket(std::string& refused)
{
    Ptr<SocketFactory> factory =
        m_host->GetObject<SocketFactory>(TypeId::LookupByName(m_setup.factory));
    if (!factory)
    {
        NS_FATAL_ERROR("--factory=" << m_setup.factory << ": the protocol " << m_setup.protocol
                                    << " does not bring it");
    }
    Ptr<Socket> socket = factory->CreateSocket();
    for (const auto& attribute : m_setup.attributes)
    {
        if (!socket->SetAttributeFailSafe(attribute.first, StringValue(attribute.second)))
        {
            refused = attribute.first;
        }
    }
    return socket;
}

void
Testbed::Do(const std::function<void()>& action)
{
    Simulator::ScheduleWithContext(m_host->GetId(), Time(0), [&action]() { action(); });
    RunTo(Simulator::Now() + AT_ONCE);
}

void
Testbed::RunTo(Time time)
{
    RunUntil(time, []() { return false; });
}

void
Testbed::RunToSegment(Time limit)
{
    RunUntil(limit, [this]() { return !segments.empty(); });
}

void
Testbed::RunUntil(Time limit, const std::function<bool()>& enough)
{
    bool over = false;
    EventId end;
    if (limit > Simulator::Now())
    {
        end = Simulator::Schedule(limit - Simulator::Now(), [&over]() {
            over = true;
            Simulator::Stop();
        });
    }
    else
    {
        over = true;
    }
    const auto note = m_peer ? m_peer->onSeen : nullptr;
    if (m_peer)
    {
        m_peer->onSeen = [&note, &enough]() {
            note();
            if (enough())
            {
                Simulator::Stop();
            }
        };
    }
    while (!over && !enough())
    {
        Simulator::Run();
    }
    end.Cancel();
    if (m_peer)
    {
        m_peer->onSeen = note;
    }
}

const TcpConnWire::Host&
Testbed::Local() const
{
    return m_local;
}

const TcpConnWire::Host&
Testbed::Remote() const
{
    return m_remote;
}

TcpConnWire::Peer&
Testbed::Peer()
{
    return *m_peer;
}

} // namespace TcpConnPacketScript
} // namespace ns3
