/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Islands of clients and a server, far from each other: a simulation that several processes share
 * by MPI, where ns-3 was built with that.
 *
 *     island 0                          island 1
 *     clients --- router ---- far ----- router --- clients
 *                 server                server
 *
 * Each client opens connections to the server of its own island and to one of another, asks
 * (100 bytes), is answered (1000 bytes) and closes.  Islands are dealt out to the ranks, and only
 * the links between routers join ranks: their delay is the lookahead.
 *
 *     tcp-conn-islands --islands=4
 *     mpirun -np 2 tcp-conn-islands --islands=4 --engine=distributed
 *
 * Each rank writes the transitions of its own hosts to outputDir/tcp-conn-islands-rank.tr, and
 * "tcp-conn-trace compare" tells whether they are those of one process.  That holds where no two
 * packets or timers reach a host in one nanosecond: their order would be by chance.  So all delays
 * are whole units of time here, and connection c begins 128 c nanoseconds past a whole unit.  Links
 * are so fast that sending takes 1 to 22 ns: what a connection sends in one go arrives one after
 * another, and all that happens to it in its life stays within its own 128 ns.
 */

#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"
#include "ns3/tcp-conn-module.h"

#ifdef TCP_CONN_HAS_MPI
#include "ns3/mpi-interface.h"
#endif

#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

using namespace ns3;

namespace
{

/// Nanoseconds past a unit that belong to a connection.
constexpr int64_t SHARE = 128;

/** What is run. */
struct Scenario
{
    uint32_t islands{4};           //!< Islands.
    uint32_t clients{4};           //!< Clients of an island.
    uint32_t connections{10};      //!< Connections of a client to each of its two servers.
    Time unit{MilliSeconds(1)};    //!< Delays are multiples of this.
    uint32_t interval{20};         //!< Units from one connection to the next.
    uint32_t far{10};              //!< Units between islands, at least.
    Time hold{Seconds(0)};         //!< Connections lie idle for that long before they are closed.
    Time msl{Seconds(1)};          //!< TIME-WAIT takes two of these.
    std::string outputDir{"."};    //!< Folder for the traces.
    std::string trace{".tr"};      //!< Ending of the traces' names; "none": there are none.
    std::string engine{"default"}; //!< Which simulator.

    /** @return units at which the last connection is opened. */
    uint64_t LastOpening() const
    {
        return uint64_t{interval} * connections;
    }

    /** @return when all has ended: far links are at most twice as long as the shortest. */
    Time End() const
    {
        return unit * static_cast<int64_t>(LastOpening() + 20 * (2 * far + 4)) + hold + 2 * msl +
               Seconds(1);
    }
};

/** This process among those that share the run. */
class Ranks
{
  public:
    /** Take part. @param engine which simulator @param argc as main's @param argv same */
    Ranks(const std::string& engine, int* argc, char*** argv);
    ~Ranks();
    Ranks(const Ranks&) = delete;
    Ranks& operator=(const Ranks&) = delete;

    uint32_t mine{0};  //!< Number of this one.
    uint32_t count{1}; //!< How many there are.

  private:
    bool m_mpi{false}; //!< MPI is in use.
};

Ranks::Ranks(const std::string& engine, [[maybe_unused]] int* argc, [[maybe_unused]] char*** argv)
{
    if (engine == "default")
    {
        return;
    }
#ifdef TCP_CONN_HAS_MPI
    NS_ABORT_MSG_UNLESS(engine == "distributed" || engine == "nullmessage",
                        "--engine is default, distributed or nullmessage, not " << engine);
    GlobalValue::Bind("SimulatorImplementationType",
                      StringValue(engine == "distributed" ? "ns3::DistributedSimulatorImpl"
                                                          : "ns3::NullMessageSimulatorImpl"));
    MpiInterface::Enable(argc, argv);
    mine = MpiInterface::GetSystemId();
    count = MpiInterface::GetSize();
    m_mpi = true;
#else
    NS_ABORT_MSG("--engine=" << engine << ": this ns-3 was built without MPI");
#endif
}

Ranks::~Ranks()
{
#ifdef TCP_CONN_HAS_MPI
    if (m_mpi)
    {
        MpiInterface::Disable();
    }
#endif
}

/** One island: its nodes, and what is on them if they are of this rank. */
struct Island
{
    Ptr<Node> router;      //!< Router.
    Ptr<Node> server;      //!< Server.
    NodeContainer clients; //!< Clients.
    bool mine{false};      //!< It is of this rank.
};

/** All islands. */
class Sea
{
  public:
    /** @param scenario what is run @param ranks who runs it */
    Sea(const Scenario& scenario, const Ranks& ranks);

    /** @return hosts of this rank with this TCP. */
    NodeContainer Hosts() const;
    /** @return clients' applications of this rank. */
    const std::vector<Ptr<TcpConnWorkloadClient>>& Clients() const;
    /** @return the stack of the hosts. */
    const TcpConnStackHelper& Stack() const;

  private:
    void MakeNodes(const Ranks& ranks);
    void LinkRouters();
    void LinkHosts(const Island& island);
    void InstallStacks();
    void Address(uint32_t i);
    void Serve(const Island& island);
    void Ask(uint32_t i, uint32_t client, uint32_t other, uint32_t number);
    Ipv4Address ServerOf(uint32_t i) const;
    Ipv4Address ClientOf(uint32_t i, uint32_t client) const;

    Scenario m_scenario;                              //!< What is run.
    std::vector<Island> m_islands;                    //!< The islands.
    TcpConnStackHelper m_stack;                       //!< Stack of the hosts.
    std::vector<Ptr<TcpConnWorkloadClient>> m_asking; //!< Clients' applications.
};

Sea::Sea(const Scenario& scenario, const Ranks& ranks)
    : m_scenario(scenario),
      m_islands(scenario.islands)
{
    // Every rank has a node for each, so that ids agree, and the links between routers; the rest
    // of an island is there on its own rank alone.  Links come before the stacks, which add a
    // device: packets from other ranks are addressed by the number of the device.
    MakeNodes(ranks);
    LinkRouters();
    for (const auto& island : m_islands)
    {
        if (island.mine)
        {
            LinkHosts(island);
        }
    }
    InstallStacks();
    for (uint32_t i = 0; i < m_islands.size(); ++i)
    {
        if (m_islands[i].mine)
        {
            Address(i);
            Serve(m_islands[i]);
        }
    }
    uint32_t number = 0;
    for (uint32_t i = 0; i < m_islands.size(); ++i)
    {
        for (uint32_t c = 0; c < scenario.clients; ++c)
        {
            const uint32_t others = std::max(1U, scenario.islands - 1);
            Ask(i, c, i, number++);
            Ask(i, c, (i + 1 + c % others) % scenario.islands, number++);
        }
    }
}

void
Sea::MakeNodes(const Ranks& ranks)
{
    for (uint32_t i = 0; i < m_islands.size(); ++i)
    {
        Island& island = m_islands[i];
        const uint32_t rank = i * ranks.count / m_scenario.islands;
        island.router = CreateObject<Node>(rank);
        island.server = CreateObject<Node>(rank);
        island.clients.Create(m_scenario.clients, rank);
        island.mine = rank == ranks.mine;
    }
}

/** @param delay its delay @return links that take some nanoseconds to send a packet */
PointToPointHelper
LinkOf(Time delay)
{
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("400Gbps"));
    link.SetDeviceAttribute("Mtu", UintegerValue(1500));
    link.SetChannelAttribute("Delay", TimeValue(delay));
    link.SetQueue("ns3::DropTailQueue", "MaxSize", StringValue("1000p"));
    return link;
}

void
Sea::LinkRouters()
{
    for (uint32_t i = 0; i < m_islands.size(); ++i)
    {
        for (uint32_t j = 0; j < i; ++j)
        {
            const int64_t units = m_scenario.far + (3 * i + 5 * j) % m_scenario.far;
            LinkOf(m_scenario.unit * units).Install(m_islands[j].router, m_islands[i].router);
        }
    }
}

void
Sea::LinkHosts(const Island& island)
{
    PointToPointHelper link = LinkOf(m_scenario.unit);
    link.Install(island.router, island.server);
    for (auto client = island.clients.Begin(); client != island.clients.End(); ++client)
    {
        link.Install(island.router, *client);
    }
}

void
Sea::InstallStacks()
{
    m_stack.SetIpv6StackInstall(false);
    m_stack.SetAdmission("ns3::TcpConnUnlimited");
    m_stack.Set("MaxSegLifetime", DoubleValue(m_scenario.msl.GetSeconds()));
    InternetStackHelper plain;
    plain.SetIpv6StackInstall(false);
    for (const auto& island : m_islands)
    {
        if (island.mine)
        {
            plain.Install(island.router);
            m_stack.Install(NodeContainer(island.server, island.clients));
        }
    }
    const NodeContainer hosts = Hosts();
    for (auto host = hosts.Begin(); host != hosts.End(); ++host)
    {
        // By the node's id, so that it does not matter which hosts a rank has.
        m_stack.AssignStreams(NodeContainer(*host), 1 + (*host)->GetId());
    }
}

Ipv4Address
Sea::ServerOf(uint32_t i) const
{
    return Ipv4Address((10U << 24) + (i << 16) + 1);
}

Ipv4Address
Sea::ClientOf(uint32_t i, uint32_t client) const
{
    return Ipv4Address((10U << 24) + (i << 16) + 2 + client);
}

/** Give all devices of a node an address. @param node the node @param address the address */
void
GiveAddress(Ptr<Node> node, Ipv4Address address)
{
    auto ipv4 = node->GetObject<Ipv4>();
    for (uint32_t d = 0; d < node->GetNDevices(); ++d)
    {
        if (ipv4->GetInterfaceForDevice(node->GetDevice(d)) < 0)
        {
            const uint32_t interface = ipv4->AddInterface(node->GetDevice(d));
            ipv4->AddAddress(interface, Ipv4InterfaceAddress(address, Ipv4Mask::GetOnes()));
            ipv4->SetUp(interface);
        }
    }
}

void
Sea::Address(uint32_t i)
{
    const Island& island = m_islands[i];
    Ipv4StaticRoutingHelper helper;
    const auto host = [&](Ptr<Node> node, Ipv4Address address) {
        GiveAddress(node, address);
        helper.GetStaticRouting(node->GetObject<Ipv4>())
            ->SetDefaultRoute(Ipv4Address("10.0.0.0"), 1);
    };
    host(island.server, ServerOf(i));
    GiveAddress(island.router, Ipv4Address((10U << 24) + (i << 16) + 0xffff));
    // Interface 0 is the loopback; then come the links to other routers, the server, the clients.
    auto routes = helper.GetStaticRouting(island.router->GetObject<Ipv4>());
    uint32_t interface = 1;
    for (uint32_t j = 0; j < m_islands.size(); ++j)
    {
        if (j != i)
        {
            routes->AddNetworkRouteTo(Ipv4Address((10U << 24) + (j << 16)),
                                      Ipv4Mask("255.255.0.0"),
                                      interface++);
        }
    }
    routes->AddHostRouteTo(ServerOf(i), interface++);
    for (uint32_t c = 0; c < m_scenario.clients; ++c)
    {
        routes->AddHostRouteTo(ClientOf(i, c), interface++);
        host(island.clients.Get(c), ClientOf(i, c));
    }
}

void
Sea::Serve(const Island& island)
{
    TcpConnWorkloadServerHelper helper(InetSocketAddress(Ipv4Address::GetAny(), 80));
    helper.Install(island.server).Start(Seconds(0));
}

void
Sea::Ask(uint32_t i, uint32_t client, uint32_t other, uint32_t number)
{
    if (!m_islands[i].mine)
    {
        return;
    }
    // One share more than whole units from one connection to the next, and each client begins where
    // the one before has ended.
    const Time gap =
        m_scenario.unit * static_cast<int64_t>(m_scenario.interval) + NanoSeconds(SHARE);
    const Time start = m_scenario.unit * static_cast<int64_t>(1 + number % m_scenario.interval) +
                       NanoSeconds((int64_t{number} * m_scenario.connections + 1) * SHARE);
    auto arrivals = CreateObject<ConstantRandomVariable>();
    arrivals->SetAttribute("Constant", DoubleValue(gap.GetSeconds()));
    auto hold = CreateObject<ConstantRandomVariable>();
    hold->SetAttribute("Constant", DoubleValue(m_scenario.hold.GetSeconds()));
    TcpConnWorkloadClientHelper helper(InetSocketAddress(ServerOf(other), 80));
    helper.SetAttribute("MaxConnections", UintegerValue(m_scenario.connections));
    helper.SetAttribute("Arrivals", PointerValue(arrivals));
    helper.SetAttribute("HoldTime", PointerValue(hold));
    ApplicationContainer applications = helper.Install(m_islands[i].clients.Get(client));
    applications.Start(start);
    m_asking.push_back(DynamicCast<TcpConnWorkloadClient>(applications.Get(0)));
}

NodeContainer
Sea::Hosts() const
{
    NodeContainer hosts;
    for (const auto& island : m_islands)
    {
        if (island.mine)
        {
            hosts.Add(island.server);
            hosts.Add(island.clients);
        }
    }
    return hosts;
}

const std::vector<Ptr<TcpConnWorkloadClient>>&
Sea::Clients() const
{
    return m_asking;
}

const TcpConnStackHelper&
Sea::Stack() const
{
    return m_stack;
}

/** Build, run, and tell what has come of it. @param scenario what is run @param ranks who runs it
 * @param progress shows how far it has come @return connections that have not completed */
uint64_t
Run(const Scenario& scenario, const Ranks& ranks, TcpConnProgress& progress)
{
    auto sea = std::make_unique<Sea>(scenario, ranks);
    if (scenario.trace != "none")
    {
        const std::string file =
            scenario.outputDir + "/tcp-conn-islands-" + std::to_string(ranks.mine) + scenario.trace;
        sea->Stack().EnableTransitionAscii(file, sea->Hosts());
    }
    progress.Attach(sea->Hosts());
    progress.Begin("", scenario.End());
    Simulator::Stop(scenario.End());
    const auto begin = std::chrono::steady_clock::now();
    Simulator::Run();
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
    progress.Erase();

    uint64_t started = 0;
    uint64_t completed = 0;
    for (const auto& client : sea->Clients())
    {
        started += client->GetCounters().started;
        completed += client->GetCounters().completed;
    }
    std::cout << "rank " + std::to_string(ranks.mine) + ": " + std::to_string(completed) + " of " +
                     std::to_string(started) + " connections completed, " +
                     std::to_string(Simulator::GetEventCount()) + " events, " +
                     std::to_string(wall.count()) + " s\n"
              << std::flush;
    sea.reset();
    Simulator::Destroy();
    return started - completed;
}

} // namespace

int
main(int argc, char* argv[])
{
    Scenario scenario;
    TcpConnProgress progress;
    CommandLine cmd(__FILE__);
    cmd.Usage("Islands of clients and servers, which the ranks of MPI share.");
    cmd.AddValue("islands", "number of islands", scenario.islands);
    cmd.AddValue("clients", "clients of each island", scenario.clients);
    cmd.AddValue("connections",
                 "connections of a client to each of its two servers",
                 scenario.connections);
    cmd.AddValue("unit", "all delays are multiples of this", scenario.unit);
    cmd.AddValue("interval",
                 "units from one connection of a client to the next",
                 scenario.interval);
    cmd.AddValue("far", "units between islands, at least", scenario.far);
    cmd.AddValue("hold", "connections lie idle for that long", scenario.hold);
    cmd.AddValue("msl", "half of the time in TIME-WAIT", scenario.msl);
    cmd.AddValue("outputDir", "folder for the traces", scenario.outputDir);
    cmd.AddValue("trace", "ending of the traces' names, .tr or .tr.gz; none", scenario.trace);
    cmd.AddValue("engine",
                 "default, distributed or nullmessage; the last two need MPI",
                 scenario.engine);
    cmd.Parse(argc, argv);
    NS_ABORT_MSG_UNLESS(scenario.islands > 0 && scenario.islands < 256, "--islands is 1 to 255");
    NS_ABORT_MSG_UNLESS(scenario.clients > 0 && scenario.clients < 65000,
                        "--clients is 1 to 64999");
    NS_ABORT_MSG_UNLESS(scenario.interval > 0 && scenario.far > 0,
                        "--interval and --far are at least 1");
    const uint64_t all = uint64_t{scenario.islands} * scenario.clients * 2 * scenario.connections;
    NS_ABORT_MSG_UNLESS((all + 1) * SHARE < static_cast<uint64_t>(scenario.unit.GetNanoSeconds()),
                        "--unit must be longer than " << (all + 1) * SHARE
                                                      << "ns for so many connections");
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1400));
    SystemPath::MakeDirectories(scenario.outputDir);

    Ranks ranks(scenario.engine, &argc, &argv);
    const uint64_t incomplete = Run(scenario, ranks, progress);
    return TcpConnProgress::ExitStatus(incomplete == 0 ? 0 : 1);
}
