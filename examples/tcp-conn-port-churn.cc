/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * TIME-WAIT and the churn of ports: how many connections a second a busy client can open from one
 * address to one port of a server.
 *
 *     client 10.0.0.1 ------ 1 ms ------ 10.0.0.2:80 server
 *
 * Whoever closes first keeps the pair of ports for 2 MSL.  If that is the client, the ports that
 * it may choose set a limit of ports / 2 MSL connections a second, and beyond it a connection
 * fails at once.  If it is the server, its reuse policy decides.
 */

#include "tcp-conn-experiment.h"

#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/tcp-conn-module.h"

#include <sstream>
#include <utility>
#include <vector>

using namespace ns3;

namespace
{

constexpr uint16_t FIRST_PORT = 49152; //!< First port that the client may choose.

/** The TIME-WAIT policies, with their names in the table. */
const std::vector<std::pair<std::string, std::string>> POLICIES = {
    {"2-msl", "ns3::TcpConnTwoMsl[Reuse=false]"},
    {"2-msl-reuse", "ns3::TcpConnTwoMsl"},
    {"none", "ns3::TcpConnNoTimeWait"},
};

/** One run. */
struct Scenario
{
    std::string timeWait;    //!< TIME-WAIT policy of both ends.
    std::string closer;      //!< Who closes: "client" or "server".
    double msl{1};           //!< MSL, s.
    uint16_t ports{200};     //!< Ports that the client may choose.
    double demand{150};      //!< Connections that are wanted a second.
    uint32_t connections{0}; //!< Connections in all; 0: as many as 6 times 2 MSL allow.
};

/** What was seen in it. */
struct Outcome
{
    double rate{0};         //!< Connections completed a second, after the first 2 MSL.
    double setUp{0};        //!< Mean time until they were established, ms.
    uint32_t waitClient{0}; //!< In TIME-WAIT at the client, at the end.
    uint32_t waitServer{0}; //!< In TIME-WAIT at the server, at the end.
    std::string failures;   //!< Why the others failed.
};

/** @param stack to be set up @param scenario what is run */
void
SetUp(TcpConnStackHelper& stack, const Scenario& scenario)
{
    stack.Set("TimeWait", StringValue(scenario.timeWait));
    stack.Set("MaxSegLifetime", DoubleValue(scenario.msl));
    stack.Set("FirstEphemeralPort", UintegerValue(FIRST_PORT));
    stack.Set("LastEphemeralPort", UintegerValue(FIRST_PORT + scenario.ports - 1));
}

/**
 * The client's and the server's application.
 * @param ends where
 * @param scenario what is run
 * @return the client's
 */
Ptr<TcpConnWorkloadClient>
InstallApplications(const TcpConnTwoEnds& ends, const Scenario& scenario)
{
    TcpConnWorkloadServerHelper(InetSocketAddress(Ipv4Address::GetAny(), 80))
        .Install(ends.nodes.Get(1));
    TcpConnWorkloadClientHelper helper(InetSocketAddress(ends.server, 80));
    helper.SetAttribute("MaxConnections", UintegerValue(scenario.connections));
    helper.SetAttribute("Arrivals",
                        StringValue("ns3::ConstantRandomVariable[Constant=" +
                                    std::to_string(1 / scenario.demand) + "]"));
    helper.SetAttribute("Closer", StringValue(scenario.closer));
    return DynamicCast<TcpConnWorkloadClient>(helper.Install(ends.nodes.Get(0)).Get(0));
}

/** @param node a host @return its connections in TIME-WAIT */
uint32_t
Waiting(Ptr<Node> node)
{
    return TcpConnHolding(node).states["TIME-WAIT"];
}

/** @param scenario what is run @return what was seen */
Outcome
Run(const Scenario& scenario)
{
    TcpConnStackHelper stack;
    SetUp(stack, scenario);
    TcpConnTwoEnds ends(stack, MilliSeconds(1));
    Ptr<TcpConnWorkloadClient> client = InstallApplications(ends, scenario);
    Outcome outcome;
    Time setUp{0};
    client->TraceConnectWithoutContext("SetUpTime",
                                       Callback<void, Time>([&](Time time) { setUp += time; }));

    const Time cycle = Seconds(2 * scenario.msl);
    uint64_t before = 0;
    Simulator::Schedule(cycle, [&] { before = client->GetCounters().completed; });
    Simulator::Stop(cycle * 6);
    TcpConnExperiment::Run();

    const auto& counters = client->GetCounters();
    outcome.rate = static_cast<double>(counters.completed - before) / (cycle * 5).GetSeconds();
    outcome.setUp = setUp.GetSeconds() * 1000 / static_cast<double>(counters.opened);
    outcome.waitClient = Waiting(ends.nodes.Get(0));
    outcome.waitServer = Waiting(ends.nodes.Get(1));
    for (const auto& [cause, count] : client->GetFailures())
    {
        outcome.failures +=
            (outcome.failures.empty() ? "" : ", ") + std::to_string(count) + " " + cause;
    }
    Simulator::Destroy();
    return outcome;
}

/**
 * Two connections of a client that has one port: what becomes of the second.
 * @param experiment where the trace goes
 * @param label its name
 * @param timeWait TIME-WAIT policy
 */
void
TraceTwo(TcpConnExperiment& experiment, const std::string& label, const std::string& timeWait)
{
    Scenario scenario;
    scenario.timeWait = timeWait;
    scenario.closer = "server";
    scenario.ports = 1;
    scenario.demand = 1;
    scenario.connections = 2;
    TcpConnStackHelper stack;
    SetUp(stack, scenario);
    TcpConnTwoEnds ends(stack, MilliSeconds(1));
    experiment.Trace(label, ends.nodes);
    InstallApplications(ends, scenario);
    TcpConnExperiment::Run();
    Simulator::Destroy();
}

/** @param socket a socket that refused a call @return its error */
std::string
ErrorOf(Ptr<Socket> socket)
{
    switch (socket->GetErrno())
    {
    case Socket::ERROR_NOTERROR:
        return "none";
    case Socket::ERROR_ADDRNOTAVAIL:
        return "ERROR_ADDRNOTAVAIL";
    case Socket::ERROR_ADDRINUSE:
        return "ERROR_ADDRINUSE";
    default:
        return "errno " + std::to_string(socket->GetErrno());
    }
}

/**
 * What Connect says when all ports wait.
 * @param table where to write it
 */
void
TryToConnect(TcpConnResultTable& table)
{
    Scenario scenario;
    scenario.timeWait = "ns3::TcpConnTwoMsl";
    scenario.closer = "client";
    scenario.ports = 10;
    scenario.connections = 10;
    TcpConnStackHelper stack;
    SetUp(stack, scenario);
    TcpConnTwoEnds ends(stack, MilliSeconds(1));
    InstallApplications(ends, scenario);
    Simulator::Stop(Seconds(1));
    TcpConnExperiment::Run();

    const Address service = InetSocketAddress(ends.server, 80);
    const Address other = InetSocketAddress(ends.server, 8080);
    const Address waits = InetSocketAddress(Ipv4Address::GetAny(), FIRST_PORT);
    const Address fresh = InetSocketAddress(Ipv4Address::GetAny(), FIRST_PORT - 1);
    const auto tryIt = [&](const std::string& what, const Address* local, const Address& remote) {
        Ptr<Socket> socket = Socket::CreateSocket(ends.nodes.Get(0), TcpSocketFactory::GetTypeId());
        const bool bound = !local || socket->Bind(*local) == 0;
        const bool opens = bound && socket->Connect(remote) == 0;
        table.Row({what, opens ? "opens" : "fails at once", ErrorOf(socket)});
    };
    tryIt("port chosen", nullptr, service);
    tryIt("bound to a port that waits", &waits, service);
    tryIt("bound to a port outside the range", &fresh, service);
    tryIt("port chosen, to another port of the server", nullptr, other);
    Simulator::Destroy();
}

} // namespace

int
main(int argc, char* argv[])
{
    Scenario usual;
    std::string lifetimes = "1,5,15";
    TcpConnExperiment experiment("tcp-conn-port-churn",
                                 "TIME-WAIT and the churn of ports: connections a second from one "
                                 "address to one server, against MSL and reuse policy");
    experiment.Option("msl", "maximum segment lifetimes, s, separated by commas", lifetimes);
    experiment.Option("ports", "ports that the client may choose", usual.ports);
    experiment.Option("demand", "connections that are wanted a second", usual.demand);
    experiment.Parse(argc, argv);
    const auto msls = TcpConnReadNumbers("msl", lifetimes, 0.001, 3600, "s");
    TcpConnCheckOption(usual.ports >= 1 && usual.ports <= 65536 - FIRST_PORT,
                       "ports",
                       "1 to " + std::to_string(65536 - FIRST_PORT));
    TcpConnCheckOption(usual.demand > 0 && usual.demand <= 1e6,
                       "demand",
                       "up to 1000000 connections a second");

    auto& table = experiment.Table("outcomes",
                                   "Connections a second from one address to one server",
                                   {{"closer"},
                                    {"policy"},
                                    {"msl", "s"},
                                    {"limit", "1/s"},
                                    {"rate", "1/s"},
                                    {"set-up", "ms"},
                                    {"waiting-client"},
                                    {"waiting-server"},
                                    {"failures"}});
    for (const std::string closer : {"client", "server"})
    {
        for (const auto& [policy, timeWait] : POLICIES)
        {
            for (const double msl : msls)
            {
                Scenario scenario = usual;
                scenario.closer = closer;
                scenario.timeWait = timeWait;
                scenario.msl = msl;
                const Outcome o = Run(scenario);
                table.Row({closer,
                           policy,
                           scenario.msl,
                           scenario.ports / (2 * scenario.msl),
                           o.rate,
                           o.setUp,
                           o.waitClient,
                           o.waitServer,
                           o.failures});
            }
        }
    }
    TryToConnect(experiment.Table("errors",
                                  "Connect, when each port of the client's range waits",
                                  {{"connection"}, {"outcome"}, {"error"}}));
    TraceTwo(experiment, "wait", "ns3::TcpConnTwoMsl[Reuse=false]");
    TraceTwo(experiment, "reuse", "ns3::TcpConnTwoMsl");
    experiment.Ladder("wait");
    return experiment.Finish();
}
