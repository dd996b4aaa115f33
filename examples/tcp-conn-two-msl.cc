/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * What TIME-WAIT is for.  First, the last ACK of a connection is lost.  Second, segments of an old
 * connection come when there is a new one between the same ports.  Each with TIME-WAIT (2 MSL) and
 * without.
 *
 *     client 10.0.0.1 -------- 10 ms, loses, keeps old copies -------- 10.0.0.2 server
 *
 * See doc/tcp-conn-experiment-two-msl.rst.
 */

#include "tcp-conn-experiment.h"

#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/tcp-conn-impairment-queue-disc.h"
#include "ns3/tcp-conn-workload-helper.h"
#include "ns3/tcp-conn-workload-server.h"

using namespace ns3;

namespace
{

/** A policy and its name in the tables. */
using Named = std::pair<std::string, std::string>;

const std::vector<Named> TIME_WAITS = {{"2-msl", "ns3::TcpConnTwoMsl"},
                                       {"none", "ns3::TcpConnNoTimeWait"}};
const std::vector<Named> ISNS = {{"constant", "ns3::TcpConnIsnConstant"},
                                 {"random", "ns3::TcpConnIsnRandom"},
                                 {"clock", "ns3::TcpConnIsnClock"},
                                 {"rfc6528", "ns3::TcpConnIsnRfc6528"}};

/** The last ACK is lost, and then perhaps every reset. */
void
LastAck(TcpConnExperiment& experiment)
{
    auto& table = experiment.Table(
        "last-ack",
        "The last ACK, and what ends the server's LAST-ACK",
        {{"time-wait"}, {"lost"}, {"FINs"}, {"client sends"}, {"LAST-ACK", "s"}, {"ended by"}});
    // The server closes a second after the client: of pure ACKs, the last one alone comes then.
    const std::vector<Named> losses = {{"nothing", ""},
                                       {"ack", "drop pureack time 1s- limit 1"},
                                       {"ack-and-rst", "drop pureack time 1s- limit 1; drop RST"}};
    for (const auto& [name, policy] : TIME_WAITS)
    {
        for (const auto& [lost, rules] : losses)
        {
            TcpConnStackHelper stack;
            stack.Set("TimeWait", StringValue(policy));
            TcpConnTwoEnds path(stack, MilliSeconds(10), rules);
            experiment.Trace(name + "-lost-" + lost, path.nodes);
            TcpConnWorkloadServerHelper server(InetSocketAddress(Ipv4Address::GetAny(), 80));
            server.Install(path.nodes.Get(1));
            TcpConnWorkloadClientHelper client(InetSocketAddress(path.server, 80));
            client.SetAttribute("CloseDelay",
                                StringValue("ns3::ConstantRandomVariable[Constant=1]"));
            client.Install(path.nodes.Get(0));
            TcpConnHostLog clientLog(path.nodes.Get(0));
            TcpConnHostLog serverLog(path.nodes.Get(1));
            TcpConnExperiment::Run();

            const auto& end = serverLog.moves.back(); // LAST-ACK to CLOSED
            std::string answers;
            for (const auto& [flags, count] : clientLog.SentByFlags(Seconds(1)))
            {
                answers += (answers.empty() ? "" : " and ") + std::to_string(count) + " " + flags;
            }
            table.Row(
                {name, lost, serverLog.SentByFlags()["FIN,ACK"], answers, end.inState, end.cause});
            Simulator::Destroy();
        }
    }
}

/** How the connections of the second part come and go. */
struct Pace
{
    std::string name;     //!< Name in the table.
    Time delay;           //!< Of the path, one way.
    uint32_t sendBuffer;  //!< Bytes: with the round trip, what limits the rate.
    uint32_t text;        //!< Bytes that a connection sends.
    std::string arrivals; //!< From the begin of a connection to that of the next, s.
    std::string copies;   //!< Impairment rule: which segments are copied, and how old they get.
    double share;         //!< Of Churn::end; 0: there are two connections only.
};

/** Two connections, and a copy of the last text of the first. */
const Pace ONE{"one",
               MilliSeconds(100),
               1072,
               2000,
               "ns3::ConstantRandomVariable[Constant=2]",
               "duplicate data occurrence 4 after 1.95s",
               0};
/** Some 50 kB/s: an initial sequence number that follows the clock is ahead of all old ones. */
const Pace SLOW{"slow",
                MilliSeconds(100),
                10000,
                100000,
                "ns3::UniformRandomVariable[Min=3|Max=4]",
                "duplicate data probability 0.05 after ns3::UniformRandomVariable[Min=0.1|Max=4]",
                1};
/** Some 600 kB/s: more than the 250 000 numbers per second of the clock. */
const Pace FAST{"fast",
                MilliSeconds(10),
                131072,
                100000,
                "ns3::UniformRandomVariable[Min=0.17|Max=0.2]",
                "duplicate data probability 0.1 after ns3::UniformRandomVariable[Min=0.1|Max=4]",
                0.25};

/** How much of it. */
struct Churn
{
    uint32_t ports{4};     //!< Pairs of ports, each with one connection after another.
    Time end{Seconds(40)}; //!< No connection begins later.
};

/** What the connections of a run came to. */
struct Sum
{
    uint64_t inUse{0};     //!< Could not begin: their ports were in TIME-WAIT.
    uint64_t completed{0}; //!< Went as they should, or so it seemed.
    uint64_t failed{0};    //!< Did not.

    /** @param clients the applications */
    explicit Sum(const ApplicationContainer& clients)
    {
        for (uint32_t i = 0; i < clients.GetN(); ++i)
        {
            const auto app = DynamicCast<TcpConnWorkloadApp>(clients.Get(i));
            completed += app->GetCounters().completed;
            for (const auto& [cause, count] : app->GetFailures())
            {
                (cause == "in-use" ? inUse : failed) += cause == "stopped" ? 0 : count;
            }
        }
    }
};

/**
 * Clients that open connection after connection from the same port, each to send some text.
 * @param path where
 * @param churn how many
 * @param pace how fast
 * @return the applications
 */
ApplicationContainer
InstallClients(const TcpConnTwoEnds& path, const Churn& churn, const Pace& pace)
{
    TcpConnWorkloadClientHelper helper(InetSocketAddress(path.server, 80));
    const bool one = pace.share == 0;
    helper.SetAttribute("MaxConnections", UintegerValue(one ? 2 : 0));
    helper.SetAttribute("MaxConcurrent", UintegerValue(1));
    helper.SetAttribute("Arrivals", StringValue(pace.arrivals));
    auto text =
        CreateObjectWithAttributes<ConstantRandomVariable>("Constant", DoubleValue(pace.text));
    helper.SetAttribute("RequestSize", PointerValue(text));
    ApplicationContainer clients;
    for (uint32_t i = 0; i < (one ? 1 : churn.ports); ++i)
    {
        helper.SetAttribute("Local", AddressValue(InetSocketAddress(path.client, 20000 + i)));
        clients.Add(helper.Install(path.nodes.Get(0)));
    }
    TcpConnWorkloadHelper::AssignStreams(clients, 100);
    clients.Stop(one ? Seconds(60) : churn.end * pace.share);
    return clients;
}

/**
 * Ports are used again and again, while copies of segments of old connections are on their way.
 * @param experiment where a trace goes
 * @param churn how much
 * @param pace how fast
 * @param timeWait policy of both hosts
 * @param isn policy of both hosts
 * @param timestamps whether timestamps are offered
 * @return the row of the table
 */
std::vector<TcpConnCell>
OldDuplicates(TcpConnExperiment& experiment,
              const Churn& churn,
              const Pace& pace,
              const Named& timeWait,
              const Named& isn,
              bool timestamps)
{
    Config::SetDefault("ns3::TcpConnSocket::Timestamp", BooleanValue(timestamps));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(pace.sendBuffer));
    TcpConnStackHelper stack;
    stack.Set("TimeWait", StringValue(timeWait.second));
    stack.Set("Isn", StringValue(isn.second));
    stack.Set("MaxSegLifetime", DoubleValue(4));
    TcpConnTwoEnds path(stack, pace.delay, pace.copies);
    if (pace.share == 0 && !timestamps)
    {
        experiment.Trace(timeWait.first + "-" + isn.first, path.nodes);
    }

    TcpConnWorkloadServerHelper helper(InetSocketAddress(Ipv4Address::GetAny(), 80));
    const auto server = DynamicCast<TcpConnWorkloadApp>(helper.Install(path.nodes.Get(1)).Get(0));
    const auto clients = InstallClients(path, churn, pace);
    TcpConnExperiment::Run();

    const Sum sum(clients);
    const auto copies = DynamicCast<TcpConnImpairmentQueueDisc>(path.forth)->GetHits(0);
    const auto corrupted = server->GetCounters().corrupted;
    Simulator::Destroy();
    return {pace.name,
            timeWait.first,
            isn.first,
            timestamps ? "yes" : "no",
            sum.inUse,
            sum.completed,
            sum.failed,
            copies,
            corrupted};
}

/** Old duplicates, by pace and policies. */
void
OldDuplicates(TcpConnExperiment& experiment, const Churn& churn)
{
    auto& table = experiment.Table("old-duplicates",
                                   "Connections between the same ports, and old duplicates",
                                   {{"pace"},
                                    {"time-wait"},
                                    {"ISN"},
                                    {"timestamps"},
                                    {"in use"},
                                    {"completed"},
                                    {"failed"},
                                    {"old copies"},
                                    {"corrupted", "bytes"}});
    for (const auto& pace : {ONE, SLOW, FAST})
    {
        for (const auto& timeWait : TIME_WAITS)
        {
            for (const auto& isn : ISNS)
            {
                table.Row(OldDuplicates(experiment, churn, pace, timeWait, isn, false));
            }
        }
        table.Row(OldDuplicates(experiment, churn, pace, TIME_WAITS[1], ISNS[0], true));
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    Churn churn;
    TcpConnExperiment experiment("tcp-conn-two-msl", "What TIME-WAIT is for.");
    experiment.Option("ports", "pairs of ports, each used again and again", churn.ports);
    experiment.Option("end", "when the last connections begin", churn.end);
    experiment.Parse(argc, argv);
    TcpConnCheckOption(churn.ports >= 1 && churn.ports <= 10000, "ports", "1 to 10000");
    TcpConnCheckOption(churn.end >= Seconds(1) && churn.end <= Hours(1), "end", "1s to 1h");
    LastAck(experiment);
    OldDuplicates(experiment, churn);
    experiment.Ladder("none-constant");
    return experiment.Finish();
}
