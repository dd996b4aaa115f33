/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Policies of one's own, in one's own script: nothing in the module knows of them.
 *
 *  - OwnLinearRetry decides a number: timeouts grow by a step each, not by doubling;
 *  - OwnOldTimeWait brings a row of its own for the table of transitions: a reset ends TIME-WAIT,
 *    as RFC 793 had it and RFC 1337 warns of.
 *
 * They are chosen by name, as those of the module are, here for the host or by
 * --ns3::TcpConnL4Protocol::Retry=OwnLinearRetry[Step=500ms] for all hosts of any script that has
 * the class.  See doc/tcp-conn-experiment-own-policy.rst.
 */

#include "tcp-conn-experiment.h"

#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/tcp-conn-retry.h"
#include "ns3/tcp-conn-time-wait.h"
#include "ns3/tcp-conn-workload-helper.h"

#include <fstream>

using namespace ns3;

/** Timeouts of 1, 1 + Step, 1 + 2 Step, ... seconds; all else as RFC 6298 has it. */
class OwnLinearRetry : public TcpConnRetryRfc6298
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("OwnLinearRetry")
                                .SetParent<TcpConnRetryRfc6298>()
                                .AddConstructor<OwnLinearRetry>()
                                .AddAttribute("Step",
                                              "How much longer each timeout is than the last.",
                                              TimeValue(Seconds(1)),
                                              MakeTimeAccessor(&OwnLinearRetry::m_step),
                                              MakeTimeChecker());
        return tid;
    }

    Time Backoff(Time rto, uint32_t retries, const TcpConnSettings& /* settings */) const override
    {
        return rto + m_step * retries;
    }

  private:
    Time m_step; //!< Step.
};

NS_OBJECT_ENSURE_REGISTERED(OwnLinearRetry);

/** TIME-WAIT before RFC 1337: a reset ends it. */
class OwnOldTimeWait : public TcpConnTwoMsl
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId()
    {
        static TypeId tid =
            TypeId("OwnOldTimeWait").SetParent<TcpConnTwoMsl>().AddConstructor<OwnOldTimeWait>();
        return tid;
    }

    std::vector<TcpConnRule> Rules() const override
    {
        constexpr uint16_t timeWait = TcpConnRule::In(TcpSocket::TIME_WAIT);
        return {{timeWait,
                 TcpConnEvent::RST,
                 TcpConnGuard::ALWAYS,
                 TcpSocket::CLOSED,
                 TcpConnAction::DELETE_TCB,
                 TcpConnThen::DONE,
                 "RFC 793 3.9"}};
    }
};

NS_OBJECT_ENSURE_REGISTERED(OwnOldTimeWait);

namespace
{

/** A client and a server on two hosts: one connection, one request. */
void
RunOnce(const TcpConnTwoEnds& path)
{
    TcpConnWorkloadServerHelper server(InetSocketAddress(Ipv4Address::GetAny(), 80));
    server.Install(path.nodes.Get(1));
    TcpConnWorkloadClientHelper client(InetSocketAddress(path.server, 80));
    client.Install(path.nodes.Get(0));
    TcpConnExperiment::Run();
}

/** Five SYNs are lost. */
void
Retries(TcpConnExperiment& experiment)
{
    auto& table = experiment.Table(
        "retries",
        "Five SYNs are lost: when each is sent",
        {{"policy"}, {"1", "s"}, {"2", "s"}, {"3", "s"}, {"4", "s"}, {"5", "s"}, {"6", "s"}});
    const std::vector<std::pair<std::string, std::string>> policies = {
        {"rfc6298", "ns3::TcpConnRetryRfc6298"},
        {"linear", "OwnLinearRetry"},
        {"linear-500ms", "OwnLinearRetry[Step=500ms]"}};
    for (const auto& [label, policy] : policies)
    {
        TcpConnStackHelper stack;
        stack.Set("Retry", StringValue(policy));
        TcpConnTwoEnds path(stack, MilliSeconds(10), "drop SYN first 5");
        experiment.Trace(label, path.nodes);
        TcpConnHostLog client(path.nodes.Get(0));
        RunOnce(path);
        std::vector<TcpConnCell> row{policy};
        for (const auto& segment : client.sent)
        {
            if (segment.flags == "SYN")
            {
                row.emplace_back(segment.time);
            }
        }
        table.Row(row);
        Simulator::Destroy();
    }
}

/** A copy of the reply comes when its connection is over: the client's ACK calls for a reset. */
void
TimeWait(TcpConnExperiment& experiment)
{
    auto& table = experiment.Table("time-wait",
                                   "An old reply comes after 5 s",
                                   {{"policy"}, {"TIME-WAIT", "s"}, {"ended by"}});
    const std::vector<std::pair<std::string, std::string>> policies = {
        {"time-wait-stays", "ns3::TcpConnTwoMsl"},
        {"time-wait-ends", "OwnOldTimeWait"}};
    for (const auto& [label, policy] : policies)
    {
        TcpConnStackHelper stack;
        stack.Set("TimeWait", StringValue(policy));
        TcpConnTwoEnds path(stack, MilliSeconds(10), "", "duplicate data occurrence 1 after 5s");
        experiment.Trace(label, path.nodes);
        TcpConnHostLog client(path.nodes.Get(0));
        RunOnce(path);
        const auto& end = client.moves.back();
        table.Row({policy, end.inState, end.cause});
        Simulator::Destroy();
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    TcpConnExperiment experiment("tcp-conn-own-policy", "Policies that the script itself defines.");
    experiment.Parse(argc, argv);
    Retries(experiment);
    TimeWait(experiment);
    // Moves that RFC 9293 does not know: the trace checker is told of them by --rules.
    std::ofstream rules(experiment.File("rules", ".json"));
    TcpConnTransitionTable(TcpConnTransitionTable::Rfc9293(),
                           "OwnOldTimeWait",
                           OwnOldTimeWait().Rules())
        .WriteJson(rules);
    experiment.Ladder("time-wait-ends");
    return experiment.Finish();
}
