/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "../utils/tcp-conn-random-walk/tcp-conn-random-walk-scene.h"
#include "../utils/tcp-conn-random-walk/tcp-conn-random-walk.h"
#include "tcp-conn-case-trace.h"

#include "ns3/tcp-conn-compat.h"
#include "ns3/test.h"

#include <set>
#include <string>

using namespace ns3;

/**
 * @file
 * @ingroup tcp-conn
 * Random walks: build/bin/tcp-conn-random-walk --seed=N does one of them again.
 */

namespace
{

/** Walks of some seeds. */
class WalksTest : public TestCase
{
  public:
    /** @param first first seed @param last last @param traced they leave traces */
    WalksTest(uint64_t first, uint64_t last, bool traced)
        : TestCase("walks " + std::to_string(first) + " to " + std::to_string(last)),
          m_first(first),
          m_last(last),
          m_traced(traced)
    {
    }

  private:
    void DoRun() override
    {
        uint64_t delivered = 0;
        uint64_t safe = 0;
        for (uint64_t seed = m_first; seed <= m_last; ++seed)
        {
            TcpConnRandomWalk::Settings settings;
            settings.seed = seed;
            if (m_traced)
            {
                TcpConnTest::NameTrace("walk " + std::to_string(seed));
                settings.watch = &TcpConnTest::TraceHost;
            }
            const auto outcome = TcpConnRandomWalk::Run(settings);
            NS_TEST_EXPECT_MSG_EQ(outcome.violations.empty() ? "" : outcome.violations.front(),
                                  "",
                                  "tcp-conn-random-walk --log --seed=" << seed);
            delivered += outcome.delivered;
            safe += outcome.safe ? 1 : 0;
        }
        // Walks in which nothing happens would show nothing.
        const uint64_t walks = m_last - m_first + 1;
        NS_TEST_EXPECT_MSG_GT(delivered, walks * 1000, "bytes came");
        NS_TEST_EXPECT_MSG_GT(safe, walks / 5, "in many walks text has to come unharmed");
    }

    uint64_t m_first; //!< First seed.
    uint64_t m_last;  //!< Last seed.
    bool m_traced;    //!< They leave traces.
};

/** A walk is the same each time, and another seed is another walk. */
class SameWalkTest : public TestCase
{
  public:
    SameWalkTest()
        : TestCase("a seed is a walk")
    {
    }

  private:
    void DoRun() override
    {
        std::set<uint64_t> digests;
        TcpConnRandomWalk::Settings settings;
        for (settings.seed = 1; settings.seed <= 10; ++settings.seed)
        {
            const auto first = TcpConnRandomWalk::Run(settings);
            const auto again = TcpConnRandomWalk::Run(settings);
            NS_TEST_EXPECT_MSG_EQ(first.digest, again.digest, "seed " << settings.seed);
            digests.insert(first.digest);
        }
        NS_TEST_EXPECT_MSG_EQ(digests.size(), 10, "walks differ");
    }
};

/** Every policy of the module is drawn. */
class EveryPolicyTest : public TestCase
{
  public:
    EveryPolicyTest()
        : TestCase("every policy is drawn")
    {
    }

  private:
    void DoRun() override
    {
        std::set<std::string> drawn;
        for (uint64_t seed = 1; seed <= 200; ++seed)
        {
            TcpConnRandomWalk::Dice dice(seed);
            const TcpConnRandomWalk::Scene scene(dice);
            for (const auto& host : scene.hosts)
            {
                for (const auto& [family, policy] : host.policies)
                {
                    drawn.insert(policy.substr(0, policy.find('[')));
                }
            }
        }
        size_t policies = 0;
        for (const auto& [family, base] : TcpConnRandomWalk::Families())
        {
            for (const TypeId& policy : TcpConnRandomWalk::PoliciesOf(base))
            {
                ++policies;
                NS_TEST_EXPECT_MSG_EQ(drawn.count(policy.GetName()), 1, policy.GetName());
            }
        }
        NS_TEST_EXPECT_MSG_GT(policies, 20, "policies are found");
    }
};

/** The suite. */
class RandomWalkTestSuite : public TestSuite
{
  public:
    RandomWalkTestSuite()
        : TestSuite("tcp-conn-random-walk", TCP_CONN_UNIT)
    {
        AddTestCase(new EveryPolicyTest, TCP_CONN_QUICK);
        AddTestCase(new SameWalkTest, TCP_CONN_QUICK);
        AddTestCase(new WalksTest(1, 200, true), TCP_CONN_QUICK);
        AddTestCase(new WalksTest(201, 5000, false), TCP_CONN_EXTENSIVE);
    }
};

RandomWalkTestSuite g_randomWalkTestSuite; //!< The suite.

} // namespace
