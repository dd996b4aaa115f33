/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-random-walk.h"

#include "tcp-conn-random-walk-host.h"
#include "tcp-conn-random-walk-scene.h"
#include "tcp-conn-random-walk-watch.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/global-value.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv6-address-helper.h"
#include "ns3/node-container.h"
#include "ns3/object-vector.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/socket-factory.h"
#include "ns3/string.h"
#include "ns3/tcp-conn-impairment-queue-disc.h"
#include "ns3/tcp-conn-stack-helper.h"
#include "ns3/traffic-control-helper.h"

#include <memory>

namespace ns3
{
namespace TcpConnRandomWalk
{

namespace
{

/** Global values of a walk; afterwards they are what they were. */
class Globals
{
  public:
    /** @param seed of random numbers @param checksums they are made and looked at */
    Globals(uint64_t seed, bool checksums)
        : m_run(RngSeedManager::GetRun())
    {
        RngSeedManager::SetRun(seed);
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(checksums));
    }

    ~Globals()
    {
        RngSeedManager::SetRun(m_run);
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(false));
    }

    Globals(const Globals&) = delete;
    Globals& operator=(const Globals&) = delete;

  private:
    uint64_t m_run; //!< What the run was before.
};

/** Two hosts, the link between them, and whoever watches. */
class Stage
{
  public:
    /** @param world the walk */
    explicit Stage(World& world);
    ~Stage();
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    /** Make hosts and link. @param settings of the walk */
    void Build(const Settings& settings);
    /** Do it all. @return when the last event happened */
    Time Play();
    /** Nothing may be left. */
    void Check();
    /** @param outcome where to add what was seen */
    void Report(Outcome& outcome) const;

  private:
    void InstallHost(size_t i, int64_t stream);
    void AssignAddresses();
    void GoHome();
    void LookForTheEnd();
    void CheckImpairment(const TcpConnImpairmentQueueDisc& disc);
    void CheckHost(size_t i);

    World& m_world;                              //!< The walk.
    NodeContainer m_nodes;                       //!< The nodes.
    NetDeviceContainer m_devices;                //!< Their devices.
    std::vector<Address> m_addresses;            //!< Their addresses.
    QueueDiscContainer m_discs;                  //!< What happens to what they send.
    std::vector<std::unique_ptr<Host>> m_hosts;  //!< Applications.
    std::vector<std::unique_ptr<Watch>> m_watch; //!< Watchers.
};

Stage::Stage(World& world)
    : m_world(world)
{
}

Stage::~Stage()
{
    Simulator::Destroy();
}

void
Stage::InstallHost(size_t i, int64_t stream)
{
    const HostScene& host = m_world.scene.hosts[i];
    TcpConnStackHelper stack;
    for (const auto& [family, policy] : host.policies)
    {
        stack.Set(family, StringValue(policy));
    }
    for (const auto& [name, value] : host.protocol)
    {
        stack.Set(name, StringValue(value));
    }
    stack.Set("MaxSegLifetime", DoubleValue(m_world.scene.msl));
    stack.Install(m_nodes.Get(i));
    TrafficControlHelper control;
    control.SetRootQueueDisc("ns3::TcpConnImpairmentQueueDisc",
                             "Rules",
                             StringValue(host.rules),
                             "MaxSize",
                             StringValue("30p"));
    // Before there are addresses: with these a queue disc is installed where there is none.
    m_discs.Add(control.Install(m_devices.Get(i)));
    DynamicCast<TcpConnImpairmentQueueDisc>(m_discs.Get(i))->AssignStreams(stream);
    stack.AssignStreams(NodeContainer(m_nodes.Get(i)), stream + 50);
}

void
Stage::AssignAddresses()
{
    if (m_world.scene.v6)
    {
        const auto v6 = Ipv6AddressHelper("2001:db8:1::", Ipv6Prefix(64)).Assign(m_devices);
        m_addresses = {Address(v6.GetAddress(0, 1)), Address(v6.GetAddress(1, 1))};
        return;
    }
    const auto v4 = Ipv4AddressHelper("10.1.1.0", "255.255.255.0").Assign(m_devices);
    m_addresses = {Address(v4.GetAddress(0)), Address(v4.GetAddress(1))};
}

void
Stage::Build(const Settings& settings)
{
    m_nodes.Create(2);
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue(m_world.scene.rate));
    link.SetChannelAttribute("Delay", StringValue(m_world.scene.delay));
    link.SetQueue("ns3::DropTailQueue<Packet>", "MaxSize", StringValue("5p"));
    m_devices = link.Install(m_nodes);
    for (size_t i = 0; i < 2; ++i)
    {
        InstallHost(i, static_cast<int64_t>(1000 + 100 * i));
    }
    AssignAddresses();
    if (!settings.trace.empty())
    {
        TcpConnHelper().EnableTransitionAscii(settings.trace, m_nodes);
    }
    for (uint32_t i = 0; i < 2; ++i)
    {
        if (settings.watch)
        {
            settings.watch(m_nodes.Get(i));
        }
        m_watch.push_back(
            std::make_unique<Watch>(m_world, m_nodes.Get(i)->GetObject<TcpConnL4Protocol>()));
        m_hosts.push_back(std::make_unique<Host>(m_world, m_nodes.Get(i), m_addresses[i]));
    }
}

Time
Stage::Play()
{
    for (const auto& host : m_hosts)
    {
        host->Plan();
    }
    for (uint32_t i = 0; i < m_world.scene.clients; ++i)
    {
        const uint64_t from = m_world.dice.Below(2);
        m_hosts[from]->PlanClient(m_addresses[1 - from]);
    }
    const Time curfew = Seconds(2) + m_world.scene.span * 2;
    Simulator::Schedule(curfew, &Stage::GoHome, this);
    // Beyond the longest schedule of repeats, TIME-WAIT and any timer of the scenes.
    Simulator::Schedule(curfew + Seconds(20 * 3600), &Stage::LookForTheEnd, this);
    Simulator::Run();
    return Simulator::Now();
}

void
Stage::GoHome()
{
    m_world.Note("all go home");
    m_world.curfew = true;
    for (const auto& host : m_hosts)
    {
        host->GoHome();
    }
}

void
Stage::LookForTheEnd()
{
    if (!Simulator::IsFinished())
    {
        m_world.Complain("long after all is over, events are left");
        Simulator::Stop();
    }
}

void
Stage::CheckImpairment(const TcpConnImpairmentQueueDisc& disc)
{
    auto& other = const_cast<TcpConnImpairmentQueueDisc&>(disc); // GetStats is not const
    const QueueDisc::Stats& s = other.GetStats();
    const uint32_t held = disc.GetNPackets();
    uint64_t drops = 0;
    for (uint32_t i = 0; i < disc.GetNRules(); ++i)
    {
        drops += disc.GetRule(i).rfind("drop", 0) == 0 ? disc.GetHits(i) : 0;
        if (disc.GetHits(i) > disc.GetMatched(i))
        {
            m_world.Complain("an impairment rule has applied to more than it matched");
        }
    }
    if (s.nTotalReceivedPackets != s.nTotalSentPackets + s.nTotalDroppedPackets + held ||
        s.nTotalReceivedPackets != s.nTotalEnqueuedPackets + s.nTotalDroppedPacketsBeforeEnqueue ||
        drops != s.GetNDroppedPackets(TcpConnImpairmentQueueDisc::RULE_DROP))
    {
        m_world.Complain("the statistics of an impairment do not add up");
    }
    if (held != 0)
    {
        m_world.Complain("an impairment still holds packets");
    }
}

void
Stage::CheckHost(size_t i)
{
    const std::string name = "host " + std::to_string(i) + ": ";
    Ptr<Node> node = m_nodes.Get(static_cast<uint32_t>(i));
    Ptr<TcpConnL4Protocol> tcp = node->GetObject<TcpConnL4Protocol>();
    if (tcp->GetNConnections() != 0 || !tcp->GetConnectionTable().empty())
    {
        m_world.Complain(name + "connections are left: " + tcp->GetConnectionTable());
    }
    const TcpConnResources& r = tcp->GetResources();
    if (r.GetConnections() != 0 || r.GetHalfOpen() != 0 || r.GetTimeWait() != 0 ||
        r.GetOrphans() != 0 || r.GetBufferMemory() != 0 || r.GetRecordMemory() != 0)
    {
        m_world.Complain(name + "resources are in use: orphans " + std::to_string(r.GetOrphans()) +
                         ", buffers " + std::to_string(r.GetBufferMemory()) + ", records " +
                         std::to_string(r.GetRecordMemory()));
    }
    m_hosts[i]->Finish();
    ObjectVectorValue sockets;
    tcp->GetAttribute("SocketList", sockets);
    if (sockets.GetN() != 0)
    {
        m_world.Complain(name + std::to_string(sockets.GetN()) + " sockets are left");
    }
    for (const uint16_t port : {80, 81, 1000, 1001, 50000})
    {
        Ptr<Socket> socket =
            Socket::CreateSocket(node, TypeId::LookupByName("ns3::TcpConnSocketFactory"));
        socket->SetAttribute("ReuseAddress", BooleanValue(false));
        if (socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), port)) != 0)
        {
            m_world.Complain(name + "port " + std::to_string(port) + " is held");
        }
    }
}

void
Stage::Check()
{
    for (size_t i = 0; i < 2; ++i)
    {
        m_hosts[i]->Audit();
        m_watch[i]->Finish();
        CheckHost(i);
        CheckImpairment(
            *DynamicCast<TcpConnImpairmentQueueDisc>(m_discs.Get(static_cast<uint32_t>(i))));
    }
}

void
Stage::Report(Outcome& outcome) const
{
    for (size_t i = 0; i < 2; ++i)
    {
        outcome.connections += m_hosts[i]->GetConnections();
        outcome.segments += m_watch[i]->GetSegments();
        outcome.digest = outcome.digest * 1099511628211ULL + m_watch[i]->GetDigest();
        for (const auto& [row, count] : m_watch[i]->GetRows())
        {
            outcome.rows[row] += count;
        }
    }
}

} // namespace

Outcome
Run(const Settings& settings)
{
    World world(settings.seed);
    world.log = settings.log;
    const Globals globals(settings.seed, world.scene.checksums);
    Outcome outcome;
    outcome.scene = world.scene.Text();
    outcome.safe = world.scene.safe;
    world.Note(outcome.scene);
    Stage stage(world);
    stage.Build(settings);
    outcome.end = stage.Play();
    stage.Check();
    stage.Report(outcome);
    outcome.delivered = world.delivered;
    outcome.violations = world.violations;
    return outcome;
}

} // namespace TcpConnRandomWalk
} // namespace ns3
