/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-case-trace.h"
#include "tcp-conn-golden-scene.h"
#include "tcp-conn-two-hosts.h"

#include "ns3/core-module.h"
#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-conn-helper.h"
#include "ns3/tcp-conn-stack-helper.h"
#include "ns3/test.h"

#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>

/**
 * @file
 * @ingroup tcp-conn
 * Golden traces: what happens in each scene, transitions and segments interleaved, is compared
 * with test/golden/<scene>.tr line by line.  And: the same seed gives the same trace.
 *
 * With TCP_CONN_UPDATE_GOLDEN=1 in the environment the files are written instead of read.  Read
 * them then, against RFC 9293, before you keep them: "utils/tcp-conn-trace ladder FILE" draws
 * them.
 */

using namespace ns3;
using namespace ns3::TcpConnGolden;

namespace
{

/** @return whether golden files are to be written. */
bool
Updating()
{
    const char* value = std::getenv("TCP_CONN_UPDATE_GOLDEN");
    return value && std::string(value) == "1";
}

/**
 * @param fileName a file
 * @return what is in it; empty: it cannot be read
 */
std::string
ReadFile(const std::string& fileName)
{
    std::ifstream file(fileName, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/**
 * @param fileName a file
 * @param text what is to be in it
 * @return whether it was written
 */
bool
WriteFile(const std::string& fileName, const std::string& text)
{
    std::ofstream file(fileName, std::ios::binary);
    file << text;
    return file.good();
}

/**
 * @param expected a text
 * @param got another
 * @return the first line in which they differ, of both
 */
std::string
FirstDifference(const std::string& expected, const std::string& got)
{
    std::istringstream a(expected);
    std::istringstream b(got);
    for (uint32_t number = 1;; number++)
    {
        std::string lineOfA;
        std::string lineOfB;
        const bool moreA = static_cast<bool>(std::getline(a, lineOfA));
        const bool moreB = static_cast<bool>(std::getline(b, lineOfB));
        if (moreA != moreB || lineOfA != lineOfB)
        {
            return "line " + std::to_string(number) +
                   "\n  golden: " + (moreA ? lineOfA : "(ends before)") +
                   "\n  now:    " + (moreB ? lineOfB : "(ends before)");
        }
        if (!moreA)
        {
            return "line ends";
        }
    }
}

/** One scene and its golden trace. */
class GoldenTestCase : public TestCase
{
  public:
    /** @param scenario the scene */
    explicit GoldenTestCase(const Scenario& scenario)
        : TestCase(scenario.name),
          m_scenario(scenario)
    {
    }

  private:
    void DoRun() override
    {
        std::string trace;
        std::string complaint;
        TcpConnTest::NameTrace(GetName());
        {
            Scene scene(m_scenario.setup);
            m_scenario.play(scene);
            trace = scene.Run();
            complaint = scene.Complaint();
        }
        NS_TEST_ASSERT_MSG_EQ(complaint, "", "not as it should be at the end");
        const std::string fileName =
            std::string(TCP_CONN_TEST_DIR) + "/golden/" + m_scenario.name + ".tr";
        if (Updating())
        {
            NS_TEST_ASSERT_MSG_EQ(WriteFile(fileName, trace), true, "cannot write " << fileName);
            return;
        }
        const std::string golden = ReadFile(fileName);
        NS_TEST_ASSERT_MSG_EQ(golden.empty(), false, "cannot read " << fileName);
        if (golden != trace)
        {
            NS_TEST_ASSERT_MSG_EQ(FirstDifference(golden, trace), "", "differs from " << fileName);
        }
    }

    Scenario m_scenario; //!< The scene.
};

/** 50 connections at random times, of random sizes, over IPv4 and IPv6, with random losses. */
class SeedTestCase : public TestCase
{
  public:
    SeedTestCase()
        : TestCase("the same seed gives the same trace, another run number another one")
    {
    }

  private:
    void DoRun() override
    {
        const uint64_t oldRun = RngSeedManager::GetRun();
        const std::string first = TraceOf(7);
        const std::string other = TraceOf(8);
        const std::string again = TraceOf(7);
        RngSeedManager::SetRun(oldRun);
        NS_TEST_EXPECT_MSG_EQ((first == again), true, FirstDifference(first, again));
        NS_TEST_EXPECT_MSG_EQ((first == other), false, "the run number has no effect");
        // Here the trace checker finds them.
        const std::string fileName = CreateTempDirFilename("random-7.tr");
        NS_TEST_EXPECT_MSG_EQ(WriteFile(fileName, first), true, "cannot write " << fileName);
        NS_TEST_EXPECT_MSG_EQ(WriteFile(CreateTempDirFilename("random-8.tr"), other),
                              true,
                              "cannot write random-8.tr");
    }

    /**
     * @param run the run number
     * @return the trace
     */
    std::string TraceOf(uint64_t run)
    {
        using namespace TcpConnTest;
        RngSeedManager::SetRun(run);
        std::ostringstream trace;
        std::vector<std::unique_ptr<Talker>> talkers;
        {
            TwoHosts hosts(Stack::OURS, Stack::OURS, 0.1);
            TcpConnStackHelper().AssignStreams(hosts.nodes, 1000);
            TcpConnHelper().EnableTransitionAscii(Create<OutputStreamWrapper>(&trace), hosts.nodes);
            auto random = CreateObject<UniformRandomVariable>();
            random->SetStream(1);
            for (uint16_t port = 1; port <= CONNECTIONS; port++)
            {
                Converse(hosts, *random, port, talkers);
            }
            Simulator::Stop(Seconds(5000));
            Simulator::Run();
            NS_TEST_EXPECT_MSG_EQ(hosts.Table(0) + hosts.Table(1), "", "connections are left");
            Simulator::Destroy();
        }
        for (const auto& talker : talkers)
        {
            NS_TEST_EXPECT_MSG_EQ(talker->Satisfied(), true, talker->Report());
        }
        return trace.str();
    }

    /**
     * Plan one conversation.
     * @param hosts the hosts
     * @param random what decides
     * @param port the server's port
     * @param [in,out] talkers those who talk
     */
    static void Converse(const TcpConnTest::TwoHosts& hosts,
                         UniformRandomVariable& random,
                         uint16_t port,
                         std::vector<std::unique_ptr<TcpConnTest::Talker>>& talkers)
    {
        using namespace TcpConnTest;
        const uint32_t request = random.GetInteger(1, 20000);
        const uint32_t reply = random.GetInteger(1, 20000);
        const bool clientFirst = random.GetInteger(0, 1) == 1;
        const bool ipv6 = random.GetInteger(0, 1) == 1;
        const uint32_t server = random.GetInteger(0, 1);
        talkers.push_back(std::make_unique<Talker>(reply, request, !clientFirst));
        talkers.back()->Listen(hosts.nodes.Get(server), TCP_FACTORY, TwoHosts::Any(port, ipv6));
        talkers.push_back(std::make_unique<Talker>(request, reply, clientFirst));
        // From second 3 on: IPv6 addresses can be used then.
        Simulator::Schedule(Seconds(random.GetValue(3, 8)),
                            &Talker::Connect,
                            talkers.back().get(),
                            hosts.nodes.Get(1 - server),
                            TCP_FACTORY,
                            hosts.At(server, port, ipv6));
    }

    static constexpr uint16_t CONNECTIONS = 50; //!< Conversations.
};

/** The suite. */
class TcpConnGoldenTestSuite : public TestSuite
{
  public:
    TcpConnGoldenTestSuite()
        : TestSuite("tcp-conn-golden", TCP_CONN_UNIT)
    {
        for (const auto& scenarios : {Lives(), Figures(), Ends(), FastOpens()})
        {
            for (const Scenario& scenario : scenarios)
            {
                AddTestCase(new GoldenTestCase(scenario), TCP_CONN_QUICK);
            }
        }
        AddTestCase(new SeedTestCase(), TCP_CONN_QUICK);
    }
};

TcpConnGoldenTestSuite g_tcpConnGoldenTestSuite; //!< The suite's one instance.

} // namespace
