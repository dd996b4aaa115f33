/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "../utils/tcp-conn-explorer/tcp-conn-explorer-mutation.h"
#include "../utils/tcp-conn-explorer/tcp-conn-explorer-report.h"

#include "ns3/tcp-conn-compat.h"
#include "ns3/test.h"

#include <functional>
#include <map>
#include <sstream>
#include <string>

using namespace ns3;
using namespace TcpConnExplorer;

namespace
{

/** What is explored and what must be found. */
struct Exploration
{
    std::string name;                            //!< What it is about.
    std::map<std::string, std::string> policies; //!< Policies that are not the default.
    std::function<void(Setup&)> change;          //!< What is not as in DefaultSetup().
    Violation found;                             //!< What must be found.
    size_t steps;                                //!< How many steps the shortest run has.
    bool complete;                               //!< All states within the bounds are reached.
};

/** @param setup the setup to change @param states most states */
void
Limit(Setup& setup, uint32_t states)
{
    setup.states = states;
}

/** @param setup the setup in which applications only close, and nothing is given up */
void
OnlyClose(Setup& setup)
{
    for (HostBounds& bounds : setup.bounds)
    {
        bounds.aborts = 0;
        bounds.letGo = false;
        bounds.giveUp = false;
    }
    setup.losses = 0;
    setup.bounds[1].sends = 0;
}

/** @param setup a small world, for all that can happen in it */
void
Small(Setup& setup)
{
    setup.inFlight = 1;
    setup.losses = 0;
    setup.repeats = 0;
    setup.bounds[0].listens = 0;
    setup.bounds[0].aborts = 0;
    setup.bounds[1].sends = 0;
    setup.states = 2000000;
}

/** The number of every connection of a study without clock. */
const char* const CONSTANT = "ns3::TcpConnIsnConstant[Value=100]";

/** Explorations. */
class ExplorationTest : public TestCase
{
  public:
    /** @param exploration what is explored */
    explicit ExplorationTest(const Exploration& exploration)
        : TestCase(exploration.name),
          m_exploration(exploration)
    {
    }

  private:
    void DoRun() override
    {
        auto names = DefaultPolicies();
        for (const auto& [family, name] : m_exploration.policies)
        {
            names[family] = name;
        }
        std::string wrong;
        const Ptr<const TcpConnPolicies> rules = MakePolicies(names, wrong);
        NS_TEST_ASSERT_MSG_EQ(wrong, "", "policies");
        Setup setup = DefaultSetup();
        setup.policies[0] = rules;
        setup.policies[1] = rules;
        m_exploration.change(setup);
        Search search(setup);
        const auto result = search.Run();
        std::ostringstream shown;
        Replay(setup, result.run, search.GetAtlas()).PrintLadder(shown);
        NS_TEST_EXPECT_MSG_EQ(ViolationName(result.violation),
                              std::string(ViolationName(m_exploration.found)),
                              shown.str());
        NS_TEST_EXPECT_MSG_EQ(result.run.size(), m_exploration.steps, shown.str());
        NS_TEST_EXPECT_MSG_EQ(result.complete, m_exploration.complete, "all states are reached");
    }

    Exploration m_exploration; //!< What is explored.
};

/** The shortest run to the ghost of the two-way handshake, as ladder and trace. */
class GhostTest : public TestCase
{
  public:
    GhostTest()
        : TestCase("The ghost of the two-way handshake is shown as a ladder and a trace")
    {
    }

  private:
    void DoRun() override
    {
        auto names = DefaultPolicies();
        names["handshake"] = "ns3::TcpConnTwoWayHandshake";
        names["isn"] = CONSTANT;
        std::string wrong;
        Setup setup = DefaultSetup();
        setup.policies[0] = MakePolicies(names, wrong);
        setup.policies[1] = setup.policies[0];
        Search search(setup);
        const auto result = search.Run();
        const Replay replay(setup, result.run, search.GetAtlas());
        std::ostringstream ladder;
        replay.PrintLadder(ladder);
        const std::string drawn = ladder.str();
        for (const char* part : {"SYN-SENT | active-open",
                                 "CLOSED | close",
                                 "passive-open | LISTEN",
                                 "- SYN seq=A1 -",
                                 "-> | ESTABLISHED"})
        {
            NS_TEST_EXPECT_MSG_EQ((drawn.find(part) != std::string::npos), true, part + drawn);
        }
        std::ostringstream trace;
        replay.PrintTrace(trace);
        const std::string text = trace.str();
        const std::string body = text.substr(text.find('\n') + 1);
        NS_TEST_EXPECT_MSG_EQ(
            body,
            "T 0.000000000 0 1 10.1.1.1:40000 10.1.1.2:80 CLOSED SYN-SENT active-open "
            "in=0.000000000\n"
            "S 0.000000000 0 1 10.1.1.1:40000 10.1.1.2:80 SYN seq=100 ack=0 len=0 win=65535 "
            "mss=65495\n"
            "T 1.000000000 0 1 10.1.1.1:40000 10.1.1.2:80 SYN-SENT CLOSED close in=1.000000000\n"
            "T 2.000000000 1 1 *:80 *:0 CLOSED LISTEN passive-open in=2.000000000\n"
            "R 3.000000000 1 0 10.1.1.2:80 10.1.1.1:40000 SYN seq=100 ack=0 len=0 win=65535 "
            "mss=65495\n"
            "T 3.000000000 1 2 10.1.1.2:80 10.1.1.1:40000 LISTEN ESTABLISHED syn "
            "in=0.000000000 seg=SYN seq=100 ack=0 len=0\n"
            "S 3.000000000 1 2 10.1.1.2:80 10.1.1.1:40000 SYN,ACK seq=100 ack=101 len=0 "
            "win=65535 mss=65495\n",
            "the trace");
    }
};

/** Each property is looked at: a table with one wrong row breaks it. */
class PropertyTest : public TestCase
{
  public:
    /**
     * @param mutant name of the mutation that breaks it
     * @param found the property
     */
    PropertyTest(const std::string& mutant, Violation found)
        : TestCase(std::string("A wrong row that makes: ") + ViolationName(found)),
          m_mutant(mutant),
          m_found(found)
    {
    }

  private:
    void DoRun() override
    {
        Ptr<TcpConnMutation> policy = CreateObject<TcpConnMutation>();
        for (const Mutant& mutant : AllMutants())
        {
            if (mutant.name == m_mutant)
            {
                policy->rules = mutant.cell;
            }
        }
        NS_TEST_ASSERT_MSG_EQ(policy->rules.empty(), false, "there is no such mutation");
        std::string wrong;
        Ptr<TcpConnPolicies> rules = MakePolicies(DefaultPolicies(), wrong);
        rules->retry = policy;
        rules->Compose();
        Setup setup = DefaultSetup();
        setup.policies[0] = rules;
        setup.policies[1] = rules;
        setup.bounds[1].opens = 1;
        setup.states = 100000;
        const auto result = Search(setup).Run();
        NS_TEST_EXPECT_MSG_EQ(ViolationName(result.violation),
                              std::string(ViolationName(m_found)),
                              "what is found");
    }

    std::string m_mutant; //!< Name of the mutation.
    Violation m_found;    //!< The property.
};

/** The explorer. */
class ExplorerSuite : public TestSuite
{
  public:
    ExplorerSuite()
        : TestSuite("tcp-conn-explorer", TCP_CONN_UNIT)
    {
        AddSound();
        AddStudies();
        AddTestCase(new GhostTest, TCP_CONN_QUICK);
        const std::pair<const char*, Violation> broken[] = {
            {"SYN-SENT x syn/syn-acked: to CLOSE-WAIT", Violation::ILLEGAL_MOVE},
            {"CLOSED x active-open: does nothing", Violation::DEADLOCK},
            {"SYN-SENT x syn: to ESTABLISHED", Violation::GHOST},
            {"CLOSED x rst: does reset-reply", Violation::RESET_ANSWERED},
        };
        for (const auto& [mutant, found] : broken)
        {
            AddTestCase(new PropertyTest(mutant, found), TCP_CONN_QUICK);
        }
    }

  private:
    /** @param exploration what is explored @param quick it does not take long */
    void Add(const Exploration& exploration, bool quick = true)
    {
        AddTestCase(new ExplorationTest(exploration), quick ? TCP_CONN_QUICK : TCP_CONN_EXTENSIVE);
    }

    /** Policies with which nothing is wrong. */
    void AddSound()
    {
        Add({"The default policies, 150000 states",
             {},
             [](Setup& s) { Limit(s, 150000); },
             Violation::NONE,
             0,
             false});
        Add({"Both open actively, 100000 states",
             {},
             [](Setup& s) {
                 Limit(s, 100000);
                 s.bounds[1].opens = 1;
             },
             Violation::NONE,
             0,
             false});
        Add({"Hosts that forget everything, 100000 states",
             {},
             [](Setup& s) {
                 Limit(s, 100000);
                 s.bounds[0].opens = 2;
                 s.bounds[1].crashes = 1;
             },
             Violation::NONE,
             0,
             false});
        Add({"Timestamps, 100000 states",
             {},
             [](Setup& s) {
                 Limit(s, 100000);
                 s.settings.timestamps = true;
             },
             Violation::NONE,
             0,
             false});
        Add({"The four-way handshake, 100000 states",
             {{"handshake", "ns3::TcpConnFourWayHandshake"}},
             [](Setup& s) { Limit(s, 100000); },
             Violation::NONE,
             0,
             false});
        Add({"The default policies, a small world to its end",
             {},
             &Small,
             Violation::NONE,
             0,
             true});
        Add({"The default policies, 10 million states",
             {},
             [](Setup& s) { Limit(s, 10000000); },
             Violation::NONE,
             0,
             false},
            false);
    }

    /** Policies for study: what they lack is found. */
    void AddStudies()
    {
        Add({"The two-way handshake makes a ghost of a stale SYN",
             {{"handshake", "ns3::TcpConnTwoWayHandshake"}},
             [](Setup& s) { Limit(s, 100000); },
             Violation::GHOST,
             4,
             false});
        Add({"An application that never lets go can wait for ever in FIN-WAIT-2",
             {},
             [](Setup& s) {
                 Limit(s, 1000000);
                 Small(s);
                 s.bounds[0].letGo = false;
                 s.bounds[1].letGo = false;
             },
             Violation::NO_WAY_TO_CLOSED,
             9,
             true});
        Add({"Without TIME-WAIT and with constant numbers old text is delivered",
             {{"timewait", "ns3::TcpConnNoTimeWait"}, {"isn", CONSTANT}},
             [](Setup& s) {
                 OnlyClose(s);
                 s.settings.connCount = 0;
                 s.settings.dataRetries = 0;
                 s.repeats = 2;
             },
             Violation::OLD_BYTES,
             13,
             false});
        const auto narrow = [](Setup& s) {
            OnlyClose(s);
            s.inFlight = 2;
            s.states = 5000000;
        };
        Add({"The same in a narrow network",
             {{"timewait", "ns3::TcpConnNoTimeWait"}, {"isn", CONSTANT}},
             narrow,
             Violation::OLD_BYTES,
             15,
             false},
            false);
        Add({"There TIME-WAIT keeps old text out, whatever happens",
             {{"isn", CONSTANT}},
             narrow,
             Violation::NONE,
             0,
             true},
            false);
    }
} g_explorerSuite; //!< The suite.

} // namespace
