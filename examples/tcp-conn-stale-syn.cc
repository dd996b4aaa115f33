/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Why a handshake needs a third segment: a SYN stays in the network, its repeat opens a connection
 * that is used and released, and then the old SYN comes.
 *
 *     client 10.0.0.1 -------- 10 ms, holds SYNs back -------- 10.0.0.2 server
 *
 * The server cannot tell it from a new one.  What the server then holds, and for how long, is for
 * the handshake to decide.  See doc/tcp-conn-experiment-stale-syn.rst.
 */

#include "tcp-conn-experiment.h"

#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/tcp-conn-workload-helper.h"
#include "ns3/tcp-conn-workload-server.h"

using namespace ns3;

namespace
{

const std::string IGNORES = "ns3::TcpConnTwoWayHandshake";
const std::string RESETS = "ns3::TcpConnTwoWayHandshake[IgnoreUnaskedSynAck=false]";
const std::string THREE = "ns3::TcpConnThreeWayHandshake";
const std::string FOUR = "ns3::TcpConnFourWayHandshake";

/** The handshakes, with the names that tables give them. */
const std::vector<std::pair<std::string, std::string>> HANDSHAKES = {{"two-way", IGNORES},
                                                                     {"two-way-rst", RESETS},
                                                                     {"three-way", THREE},
                                                                     {"four-way", FOUR}};

/** What a run is made of. */
struct Case
{
    std::string handshake;         //!< Policy of both hosts.
    std::string forth{};           //!< Impairment of what the client sends.
    std::string back{};            //!< Impairment of what the server sends.
    uint32_t connections{1};       //!< That the client opens,
    Time every{MilliSeconds(1)};   //!< one after each such time.
    Time patience{Seconds(0)};     //!< It gives one up after this; 0: its TCP decides.
    double msl{5};                 //!< TIME-WAIT lasts twice as long, in seconds.
    Time since{Seconds(50)};       //!< What happens from then on has to do with old SYNs alone.
    Time horizon{Seconds(100000)}; //!< End of the run.
};

/** What a run came to: of the client in all, of the server what began after Case::since. */
struct Outcome
{
    uint64_t opened{0};    //!< Connections established for the client.
    std::string answers;   //!< What the client sent after Case::since.
    uint32_t begun{0};     //!< Connections that the server began.
    std::size_t most{0};   //!< Those that it had at one time,
    uint64_t mostBytes{0}; //!< and what they took.
    std::size_t ghosts{0}; //!< Those that it has in the end.
    Time held{0};          //!< The longest that it had one.
};

/**
 * Follow the connections of the server.
 * @param moves its log
 * @param c the case
 * @param [out] o what they come to
 */
void
Follow(const std::vector<TcpConnHostLog::Move>& moves, const Case& c, Outcome& o)
{
    std::map<uint64_t, Time> present; // id, and since when
    std::map<uint64_t, uint32_t> bytes;
    for (const auto& move : moves)
    {
        if (move.from == TcpSocket::LISTEN && move.time >= c.since)
        {
            present[move.id] = move.time;
            ++o.begun;
            o.most = std::max(o.most, present.size());
        }
        if (present.count(move.id) == 0)
        {
            continue;
        }
        bytes[move.id] = TcpConnHolding::BytesIn(move.to);
        if (move.to == TcpSocket::CLOSED || move.to == TcpSocket::LISTEN)
        {
            o.held = std::max(o.held, move.time - present[move.id]);
            present.erase(move.id);
        }
        uint64_t sum = 0;
        for (const auto& [id, size] : bytes)
        {
            sum += size;
        }
        o.mostBytes = std::max(o.mostBytes, sum);
    }
    o.ghosts = present.size();
    for (const auto& [id, begun] : present)
    {
        o.held = std::max(o.held, c.horizon - begun);
    }
}

/** @param counts segments by flags @return them in words */
std::string
InWords(const std::map<std::string, uint32_t>& counts)
{
    std::string text;
    for (const auto& [flags, count] : counts)
    {
        text += (text.empty() ? "" : " and ") + std::to_string(count) + " " + flags;
    }
    return text.empty() ? "nothing" : text;
}

/**
 * Run a case.
 * @param experiment where its trace goes
 * @param label name of the trace; empty: none
 * @param c the case
 * @return what it came to
 */
Outcome
Run(TcpConnExperiment& experiment, const std::string& label, const Case& c)
{
    TcpConnStackHelper stack;
    stack.Set("Handshake", StringValue(c.handshake));
    stack.Set("MaxSegLifetime", DoubleValue(c.msl));
    TcpConnTwoEnds path(stack, MilliSeconds(10), c.forth, c.back);
    if (!label.empty())
    {
        experiment.Trace(label, path.nodes);
    }

    TcpConnWorkloadServerHelper server(InetSocketAddress(Ipv4Address::GetAny(), 80));
    server.Install(path.nodes.Get(1));
    TcpConnWorkloadClientHelper helper(InetSocketAddress(path.server, 80));
    helper.SetAttribute("MaxConnections", UintegerValue(c.connections));
    auto gap =
        CreateObjectWithAttributes<ConstantRandomVariable>("Constant",
                                                           DoubleValue(c.every.GetSeconds()));
    helper.SetAttribute("Arrivals", PointerValue(gap));
    helper.SetAttribute("ConnectTimeout", TimeValue(c.patience));
    auto client = DynamicCast<TcpConnWorkloadApp>(helper.Install(path.nodes.Get(0)).Get(0));

    TcpConnHostLog clientLog(path.nodes.Get(0));
    TcpConnHostLog serverLog(path.nodes.Get(1));
    Simulator::Stop(c.horizon);
    TcpConnExperiment::Run();

    Outcome outcome;
    outcome.opened = client->GetCounters().opened;
    outcome.answers = InWords(clientLog.SentByFlags(c.since));
    Follow(serverLog.moves, c, outcome);
    Simulator::Destroy();
    return outcome;
}

/** One stale SYN, by handshake, state of the client, and fate of the RST. */
void
OneStaleSyn(TcpConnExperiment& experiment)
{
    auto& table = experiment.Table("outcomes",
                                   "One stale SYN, 60 s old",
                                   {{"case"},
                                    {"client"},
                                    {"RST"},
                                    {"client sends"},
                                    {"ghosts"},
                                    {"most memory", "bytes"},
                                    {"held", "s"}});
    for (const auto& [name, handshake] : HANDSHAKES)
    {
        const auto row = [&](const std::string& label, const std::string& rst, Case c) {
            const Outcome o = Run(experiment, label, c);
            table.Row({label,
                       2 * c.msl > 60 ? "TIME-WAIT" : "CLOSED",
                       rst,
                       o.answers,
                       o.ghosts,
                       o.mostBytes,
                       o.held});
        };
        Case stale{handshake, "delay SYN occurrence 1 60s"};
        row(name + "-closed", "arrives", stale);
        stale.forth += "; drop RST occurrence 1";
        row(name + "-rst-lost", "is lost", stale);
        stale.forth = "delay SYN occurrence 1 60s";
        stale.msl = 40;
        row(name + "-time-wait", "arrives", stale);
    }
}

/** Many of them, each of a connection of its own. */
void
ManyStaleSyns(TcpConnExperiment& experiment, uint32_t most)
{
    auto& table = experiment.Table("numbers",
                                   "Server after stale SYNs of as many connections (client CLOSED)",
                                   {{"handshake"},
                                    {"stale SYNs"},
                                    {"ghosts"},
                                    {"at once"},
                                    {"most memory", "bytes"},
                                    {"held", "s"}});
    for (const auto& [name, handshake] : HANDSHAKES)
    {
        for (uint32_t n = 1; n <= most; n *= 4)
        {
            Case stale{handshake, "delay SYN first 1 per conn 60s"};
            stale.connections = n;
            const Outcome o = Run(experiment, "", stale);
            table.Row({name, n, o.ghosts, o.most, o.mostBytes, o.held});
        }
    }
}

/** The network stands still for 30 s: the client tries again and again, then all SYNs come. */
void
Jam(TcpConnExperiment& experiment, uint32_t attempts)
{
    auto& table = experiment.Table("jam",
                                   "A jam holds all SYNs for a minute; the client gave up long ago",
                                   {{"handshake"},
                                    {"connections"},
                                    {"begun"},
                                    {"at once"},
                                    {"ghosts"},
                                    {"most memory", "bytes"},
                                    {"held", "s"},
                                    {"client sends"}});
    // What entered the jam in one second leaves it within the minute's last second.
    std::string rules;
    for (int second = 0; second < 30; ++second)
    {
        rules += "delay SYN time " + std::to_string(second) + "s-" + std::to_string(second + 1) +
                 "s " + std::to_string(60 - second) + "s;";
    }
    for (const auto& [name, handshake] : HANDSHAKES)
    {
        Case jam{handshake, rules};
        jam.connections = attempts;
        jam.every = Seconds(1);
        jam.patience = Seconds(8);
        const Outcome o = Run(experiment, name + "-jam", jam);
        table.Row({name, attempts, o.begun, o.most, o.ghosts, o.mostBytes, o.held, o.answers});
    }
}

/** The answer to the SYN is lost: once, or always. */
void
LostSynAck(TcpConnExperiment& experiment)
{
    auto& table = experiment.Table(
        "lost-syn-ack",
        "The server's SYN (with or without ACK) is lost",
        {{"handshake"}, {"lost"}, {"client"}, {"ghosts"}, {"most memory", "bytes"}, {"held", "s"}});
    for (const auto& [name, handshake] : HANDSHAKES)
    {
        for (const bool all : {false, true})
        {
            Case lost{handshake};
            lost.back = std::string("drop allof SYN") + (all ? "" : " occurrence 1");
            lost.since = Seconds(0);
            const std::string label = name + (all ? "-syn-ack-never" : "-syn-ack-lost");
            const Outcome o = Run(experiment, label, lost);
            table.Row({name,
                       all ? "always" : "once",
                       o.opened > 0 ? "connected" : "gave up",
                       o.ghosts,
                       o.mostBytes,
                       o.held});
        }
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    uint32_t most = 64;
    uint32_t attempts = 8;

    TcpConnExperiment experiment("tcp-conn-stale-syn",
                                 "A SYN comes when the connection that it opened is over.");
    experiment.Option("most", "largest number of stale SYNs", most);
    experiment.Option("attempts", "connections that the client tries to open in the jam", attempts);
    experiment.Parse(argc, argv);
    TcpConnCheckOption(most >= 1 && most <= 10000, "most", "1 to 10000 SYNs");
    TcpConnCheckOption(attempts >= 1 && attempts <= 30, "attempts", "1 to 30, one a second");

    OneStaleSyn(experiment);
    ManyStaleSyns(experiment, most);
    Jam(experiment, attempts);
    LostSynAck(experiment);
    experiment.Ladder("two-way-closed");
    return experiment.Finish();
}
