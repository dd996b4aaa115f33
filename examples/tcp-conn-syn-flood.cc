/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * SYN flood: legitimate clients among an attacker's SYNs with forged sources, and what each
 * admission policy of the server makes of it.
 *
 *     clients 10.0.0.1 ------ 10 ms ------ 10.0.0.2
 *                                                   server
 *     attacker 10.1.0.1 ------ 1 ms ------ 10.1.0.2
 *
 * For each policy and rate of attack: the share of the legitimate connections that succeed, how
 * long they take to be set up, and the memory that half-open connections take at the server.  The
 * attacker is an application, ns3::TcpConnAttacker, on a node with no more than an IP stack.
 */

#include "tcp-conn-experiment.h"

#include "ns3/core-module.h"
#include "ns3/gnuplot.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"
#include "ns3/tcp-conn-module.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>
#include <vector>

using namespace ns3;

namespace
{

/** One run. */
struct Scenario
{
    std::string admission;     //!< Admission policy of the server.
    double rate{0};            //!< SYNs of the attacker, 1/s; 0: no attack.
    uint64_t synCount{0};      //!< SYNs of the attacker in all; 0: no limit.
    Time attack{0};            //!< When the attack begins.
    Time begin{Seconds(4)};    //!< When the first client comes.
    uint32_t connections{200}; //!< Legitimate connections.
    double arrivals{50};       //!< Of these, how many a second.
    Time patience{Seconds(3)}; //!< A client gives up after that.
    uint32_t synAckRetries{1}; //!< A half-open connection lives for 1 s + 2 s.
};

/** What was seen in it. */
struct Outcome
{
    double succeeded{0};  //!< Legitimate connections that succeeded, per cent.
    double setUp{-1};     //!< Mean time until they were established, ms; negative: none was.
    uint32_t halfOpen{0}; //!< Half-open connections when the clients came.
    double memory{0};     //!< What they took, KiB.
    std::string failures; //!< Why the others failed.
};

/** The network of the file's head, with a server and an attacker. */
class Scene
{
  public:
    /** @param scenario what is to be run */
    explicit Scene(const Scenario& scenario);
    /** @return the clients' and the server's node: those with this TCP. */
    NodeContainer Hosts() const;
    /** @return what was seen in the run. */
    Outcome Run();

  private:
    /** Install the applications. */
    void InstallClients();
    void InstallAttacker();
    /** What half-open connections the server has now. */
    void Look();

    Scenario m_scenario;                  //!< What is run.
    Ptr<Node> m_client;                   //!< Clients.
    Ptr<Node> m_server;                   //!< Server.
    Ptr<Node> m_attacker;                 //!< Attacker.
    Address m_service;                    //!< Where the server listens.
    Ptr<TcpConnWorkloadClient> m_clients; //!< The clients' application.
    Outcome m_outcome;                    //!< What was seen.
    Time m_setUp{0};                      //!< Sum of the times until established.
    uint32_t m_opened{0};                 //!< Number of them.
};

Scene::Scene(const Scenario& scenario)
    : m_scenario(scenario),
      m_client(CreateObject<Node>()),
      m_server(CreateObject<Node>()),
      m_attacker(CreateObject<Node>())
{
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("1Gbps"));
    link.SetChannelAttribute("Delay", StringValue("10ms"));
    const NetDeviceContainer good = link.Install(m_client, m_server);
    link.SetChannelAttribute("Delay", StringValue("1ms"));
    const NetDeviceContainer bad = link.Install(m_attacker, m_server);

    TcpConnStackHelper stack;
    stack.Install(m_client);
    stack.Set("Admission", StringValue(scenario.admission));
    stack.SetRetry("ns3::TcpConnRetryLinux",
                   "SynAckRetries",
                   UintegerValue(scenario.synAckRetries));
    stack.Install(m_server);
    stack.AssignStreams(Hosts(), 1);
    InternetStackHelper().Install(m_attacker);

    Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.0");
    m_service = InetSocketAddress(addresses.Assign(good).GetAddress(1), 80);
    addresses.SetBase("10.1.0.0", "255.255.255.0");
    addresses.Assign(bad);
    // Replies to forged sources go where the flood comes from, and end there.
    m_attacker->GetObject<Ipv4>()->SetAttribute("IpForward", BooleanValue(false));
    Ipv4StaticRoutingHelper routing;
    routing.GetStaticRouting(m_attacker->GetObject<Ipv4>())->SetDefaultRoute("10.1.0.2", 1);
    routing.GetStaticRouting(m_server->GetObject<Ipv4>())->SetDefaultRoute("10.1.0.1", 2);

    TcpConnWorkloadServerHelper(InetSocketAddress(Ipv4Address::GetAny(), 80)).Install(m_server);
    InstallClients();
    if (scenario.rate > 0)
    {
        InstallAttacker();
    }
    Simulator::Schedule(scenario.begin, &Scene::Look, this);
}

NodeContainer
Scene::Hosts() const
{
    return NodeContainer(m_client, m_server);
}

void
Scene::InstallClients()
{
    TcpConnWorkloadClientHelper helper(m_service);
    helper.SetAttribute("MaxConnections", UintegerValue(m_scenario.connections));
    helper.SetAttribute("Arrivals",
                        StringValue("ns3::ExponentialRandomVariable[Mean=" +
                                    std::to_string(1 / m_scenario.arrivals) + "]"));
    helper.SetAttribute("ConnectTimeout", TimeValue(m_scenario.patience));
    ApplicationContainer clients = helper.Install(m_client);
    clients.Start(m_scenario.begin);
    TcpConnWorkloadHelper::AssignStreams(clients, 100);
    m_clients = DynamicCast<TcpConnWorkloadClient>(clients.Get(0));
    m_clients->TraceConnectWithoutContext("SetUpTime", Callback<void, Time>([this](Time setUp) {
                                              m_setUp += setUp;
                                              m_opened++;
                                          }));
}

void
Scene::InstallAttacker()
{
    TcpConnAttackerHelper helper("syn", m_service);
    helper.SetAttribute("Sources", StringValue("10.99.0.0/16"));
    helper.SetAttribute("Interval",
                        StringValue("ns3::ExponentialRandomVariable[Mean=" +
                                    std::to_string(1 / m_scenario.rate) + "]"));
    helper.SetAttribute("Count", UintegerValue(m_scenario.synCount));
    ApplicationContainer attacker = helper.Install(m_attacker);
    attacker.Start(m_scenario.attack);
    TcpConnWorkloadHelper::AssignStreams(attacker, 200);
}

void
Scene::Look()
{
    const auto& resources = m_server->GetObject<TcpConnL4Protocol>()->GetResources();
    m_outcome.halfOpen = resources.GetHalfOpen();
    m_outcome.memory = static_cast<double>(resources.GetRecordMemory()) / 1024;
}

Outcome
Scene::Run()
{
    // Half as long again as the clients need on average, and the patience of the last one.
    Simulator::Stop(m_scenario.begin + m_scenario.patience +
                    Seconds(1.5 * m_scenario.connections / m_scenario.arrivals));
    TcpConnExperiment::Run();
    m_outcome.succeeded =
        100.0 * static_cast<double>(m_clients->GetCounters().completed) / m_scenario.connections;
    if (m_opened > 0)
    {
        m_outcome.setUp = m_setUp.GetSeconds() * 1000 / m_opened;
    }
    for (const auto& [cause, count] : m_clients->GetFailures())
    {
        m_outcome.failures +=
            (m_outcome.failures.empty() ? "" : ", ") + std::to_string(count) + " " + cause;
    }
    Simulator::Destroy();
    return m_outcome;
}

/**
 * The policies.
 * @param backlog half-open connections that those with a limit allow
 * @return their names in the table, and what the attribute Admission is set to
 */
std::vector<std::pair<std::string, std::string>>
Policies(uint32_t backlog)
{
    const std::string n = std::to_string(backlog);
    return {{"unlimited", "ns3::TcpConnUnlimited"},
            {"backlog", "ns3::TcpConnBacklog[Backlog=" + n + "]"},
            {"cache", "ns3::TcpConnSynCache[Limit=" + n + "]"},
            {"cookies", "ns3::TcpConnSynCookies[Backlog=" + n + "]"}};
}

/** A chart: one line for each policy, over the rate of attack. */
class Chart
{
  public:
    /**
     * @param title title
     * @param unit what is shown
     */
    Chart(const std::string& title, const std::string& unit)
        : m_title(title),
          m_unit(unit)
    {
    }

    /** @param policy a policy @param rate rate of attack @param value what was seen there */
    void Add(const std::string& policy, double rate, double value)
    {
        auto& line = m_lines[policy];
        line.SetTitle(policy);
        line.SetStyle(Gnuplot2dDataset::LINES_POINTS);
        line.Add(rate, value);
    }

    /** @param fileName where to write it: commands for gnuplot, which makes a .png beside it */
    void Write(const std::string& fileName) const
    {
        const std::string name = fileName.substr(fileName.rfind('/') + 1);
        Gnuplot plot(name.substr(0, name.rfind('.')) + ".png", m_title);
        plot.SetLegend("SYNs of the attacker, 1/s", m_unit);
        plot.AppendExtra("set logscale x\nset yrange [0:]\nset offsets 0, 0, graph 0.1, 0\n"
                         "set key outside");
        for (const auto& [policy, line] : m_lines)
        {
            plot.AddDataset(line);
        }
        std::ofstream file(fileName);
        plot.GenerateOutput(file);
    }

  private:
    std::string m_title;                             //!< Title.
    std::string m_unit;                              //!< What is shown.
    std::map<std::string, Gnuplot2dDataset> m_lines; //!< By policy.
};

} // namespace

int
main(int argc, char* argv[])
{
    Scenario usual;
    std::string rates = "0,100,1000,4000,16000";
    uint32_t backlog = 128;
    TcpConnExperiment experiment("tcp-conn-syn-flood",
                                 "SYN flood: what legitimate clients get, and what the server "
                                 "remembers, under each admission policy");
    experiment.Option("rates", "SYNs of the attacker a second, separated by commas", rates);
    experiment.Option("backlog", "half-open connections that the server may have", backlog);
    experiment.Option("connections", "legitimate connections in a run", usual.connections);
    experiment.Option("synAckRetries", "times that a SYN,ACK is sent again", usual.synAckRetries);
    experiment.Parse(argc, argv);
    const auto attacks = TcpConnReadNumbers("rates", rates, 0, 1e6, "SYNs a second");
    TcpConnCheckOption(backlog >= 1 && backlog <= 1000000, "backlog", "1 to 1000000 connections");
    TcpConnCheckOption(usual.connections >= 1 && usual.connections <= 1000000,
                       "connections",
                       "1 to 1000000");
    TcpConnCheckOption(usual.synAckRetries <= 255, "synAckRetries", "0 to 255");

    auto& table = experiment.Table("outcomes",
                                   "Legitimate connections during a SYN flood",
                                   {{"policy"},
                                    {"attack", "SYN/s"},
                                    {"succeeded", "%"},
                                    {"set-up", "ms"},
                                    {"half-open"},
                                    {"memory", "KiB"},
                                    {"failures"}});
    Chart succeeded("Legitimate connections that succeed", "%");
    Chart setUp("Mean time until they are established", "ms");
    Chart memory("Memory of half-open connections", "KiB");
    for (const auto& [policy, admission] : Policies(backlog))
    {
        for (const double rate : attacks)
        {
            Scenario scenario = usual;
            scenario.admission = admission;
            scenario.rate = rate;
            const Outcome o = Scene(scenario).Run();
            table.Row({policy,
                       scenario.rate,
                       o.succeeded,
                       o.setUp < 0 ? TcpConnCell("-") : TcpConnCell(o.setUp),
                       o.halfOpen,
                       o.memory,
                       o.failures});
            succeeded.Add(policy, scenario.rate, o.succeeded);
            memory.Add(policy, scenario.rate, o.memory);
            if (o.setUp >= 0)
            {
                setUp.Add(policy, scenario.rate, o.setUp);
            }
        }
    }
    succeeded.Write(experiment.File("succeeded", ".plt"));
    setUp.Write(experiment.File("set-up", ".plt"));
    memory.Write(experiment.File("memory", ".plt"));

    // One client among a few forged SYNs, for the ladders.
    for (const auto& [policy, admission] : Policies(4))
    {
        Scenario scenario;
        scenario.admission = admission;
        scenario.rate = 1000;
        scenario.synCount = 16;
        scenario.attack = policy == "cache" ? MilliSeconds(15) : MilliSeconds(1);
        scenario.begin = Seconds(0);
        scenario.connections = 1;
        Scene scene(scenario);
        experiment.Trace(policy, scene.Hosts());
        scene.Run();
    }
    experiment.Ladder("cache");
    return experiment.Finish();
}
