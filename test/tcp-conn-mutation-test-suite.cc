/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "../utils/tcp-conn-explorer/tcp-conn-explorer-mutation.h"
#include "../utils/tcp-conn-explorer/tcp-conn-explorer-report.h"
#include "tcp-conn-core-script.h"

#include "ns3/tcp-conn-compat.h"

#include <fcntl.h>
#include <fstream>
#include <functional>
#include <set>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

using namespace ns3;
using namespace TcpConnExplorer;

namespace
{

/** Mutations that go unnoticed, and why that is. */
const std::set<std::string> UNNOTICED = {
    // Checks that are never made: one before them always ends the processing.
    "CLOSED x sequence: drops the segment",
    "LISTEN x sequence: drops the segment",
    "SYN-SENT x sequence: drops the segment",
    "CLOSED x syn: goes on",
    "CLOSED x urg: drops the segment",
    "CLOSED x text: goes on",
    "CLOSED x fin: does not count as dropped",
    // The rows after it come to the same.
    "SYN-SENT x ack/no-ack-bit: never",
    // After a reset or the end of the connection, what else the segment may carry has no effect.
    "SYN-SENT x rst/ack-bit: goes on",
    "SYN-RECEIVED x rst/reset-valid-passive: goes on",
    "SYN-RECEIVED x rst: goes on",
    "SYN-RECEIVED x syn: goes on",
    "ESTABLISHED x text/no-reader: goes on",
    "FIN-WAIT-1 x text/no-reader: goes on",
    "FIN-WAIT-2 x text/no-reader: goes on",
    "LAST-ACK x ack/ack-of-fin: goes on",
    "TIME-WAIT x sequence/rst-bit: goes on",
    "TIME-WAIT x rst: goes on",
    // What is noted is of use to later segments of other states alone.
    "CLOSED x passive-open: does nothing",
    "SYN-RECEIVED x close/nothing-queued: does nothing",
    "SYN-RECEIVED x sequence/acceptable: does nothing",
    "SYN-RECEIVED x sequence/edge: does nothing",
    "FIN-WAIT-2 x sequence/acceptable: does nothing",
    "TIME-WAIT x sequence/acceptable: does nothing",
    "FIN-WAIT-2 x ack: does nothing",
    "CLOSING x ack/ack-of-fin: does nothing",
    "LAST-ACK x ack/ack-of-fin: does nothing",
    "LAST-ACK x sequence/edge: does nothing",
};

/** @param states set of states @param s a state @return whether it is in the set */
bool
Has(uint16_t states, TcpSocket::TcpStates_t s)
{
    return (states >> s) & 1;
}

/** @param only a state; LAST_STATE: all but @p except @param except a state
 *  @return whether a row's test sees something else than it must */
bool
RowTestsNotice(TcpSocket::TcpStates_t only, TcpSocket::TcpStates_t except)
{
    for (const auto* cases : {&TcpConnSegmentRows(), &TcpConnCallRows(), &TcpConnTimeoutRows()})
    {
        for (const TcpConnRowCase& rowCase : *cases)
        {
            for (int s = 0; s < TcpSocket::LAST_STATE; ++s)
            {
                const auto state = static_cast<TcpSocket::TcpStates_t>(s);
                if (!Has(rowCase.states, state) || state == except ||
                    (only != TcpSocket::LAST_STATE && state != only))
                {
                    continue;
                }
                const auto result = TcpConnRunRow(rowCase, state, 0, 0, nullptr);
                if (!result.reached || !result.tidy || result.seen != result.expected)
                {
                    return true;
                }
            }
        }
    }
    return false;
}

/** @param mutant a mutation @return the policy that makes it */
Ptr<TcpConnMutation>
PolicyOf(const Mutant& mutant)
{
    Ptr<TcpConnMutation> policy = CreateObject<TcpConnMutation>();
    policy->rules = mutant.cell;
    return policy;
}

/** @param mutant a mutation @return whether a row's test notices it */
bool
TestsNotice(const Mutant& mutant)
{
    TcpConnCoreEnd::RetryInstead() = PolicyOf(mutant);
    // One table of these policies is kept, so that it is not made anew for each end.
    const Ptr<const TcpConnPolicies> keep = TcpConnCoreEnd::MakePolicies(100);
    const bool noticed = RowTestsNotice(mutant.state, TcpSocket::LAST_STATE) ||
                         RowTestsNotice(TcpSocket::LAST_STATE, mutant.state);
    TcpConnCoreEnd::RetryInstead() = nullptr;
    return noticed;
}

/** @param mutant a mutation; no rules: none @return what the explorer finds wrong */
Violation
ExplorerNotices(const Mutant& mutant)
{
    std::string wrong;
    Ptr<TcpConnPolicies> rules = MakePolicies(DefaultPolicies(), wrong);
    rules->retry = PolicyOf(mutant);
    rules->Compose();
    Setup setup = DefaultSetup();
    setup.policies[0] = rules;
    setup.policies[1] = rules;
    setup.inFlight = 2;
    setup.bounds[1].opens = 1;
    setup.states = 40000;
    return Search(setup).Run().violation;
}

/**
 * Run something in a process of its own: a wrong table may stop the program, or never end.
 * @param check what to run
 * @return what it says, 0 to 127; -1: it came to no good end
 */
int
InChild(const std::function<int()>& check)
{
    const pid_t child = fork();
    if (child == 0)
    {
        const int null = open("/dev/null", O_WRONLY);
        dup2(null, STDERR_FILENO);
        alarm(60);
        _exit(check());
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/** The detectors find nothing wrong in the table as it stands. */
class SoundTableTest : public TestCase
{
  public:
    SoundTableTest()
        : TestCase("Nothing is noticed where nothing is changed")
    {
    }

  private:
    void DoRun() override
    {
        Mutant none;
        none.state = TcpSocket::CLOSED;
        NS_TEST_EXPECT_MSG_EQ(TestsNotice(none), false, "by the tests of rows");
        NS_TEST_EXPECT_MSG_EQ(ViolationName(ExplorerNotices(none)),
                              std::string("none"),
                              "by the explorer");
    }
};

/** Mutations are noticed. */
class MutationTest : public TestCase
{
  public:
    /**
     * @param every every how many-th mutation is made
     * @param both the explorer is asked about those too that a test notices
     */
    MutationTest(uint32_t every, bool both)
        : TestCase(std::string("Mutations of the table are noticed") +
                   (every == 1 ? "" : ", every " + std::to_string(every) + "th")),
          m_every(every),
          m_both(both)
    {
    }

  private:
    void DoRun() override
    {
        const std::vector<Mutant> all = AllMutants();
        std::ofstream log(CreateTempDirFilename("mutations.txt"));
        uint32_t made = 0;
        uint32_t byTests = 0;
        uint32_t byExplorer = 0;
        uint32_t byAny = 0;
        std::string strange;
        for (size_t i = 0; i < all.size(); i += m_every)
        {
            const Mutant& mutant = all[i];
            const bool tests = InChild([&mutant] { return TestsNotice(mutant); }) != 0;
            const int found =
                m_both || !tests
                    ? InChild([&mutant] { return static_cast<int>(ExplorerNotices(mutant)); })
                    : 0;
            const bool explorer = found != 0;
            ++made;
            byTests += tests ? 1 : 0;
            byExplorer += explorer ? 1 : 0;
            byAny += tests || explorer ? 1 : 0;
            strange +=
                tests || explorer || UNNOTICED.count(mutant.name) > 0 ? "" : mutant.name + "; ";
            log << (tests ? "noticed, " : "unnoticed, ")
                << (found < 0 ? "stopped" : ViolationName(static_cast<Violation>(found))) << ", "
                << mutant.name << std::endl;
        }
        log << made << " mutations: " << byTests << " noticed by tests of rows, " << byExplorer
            << " by the explorer, " << byAny << " by either\n";
        NS_TEST_EXPECT_MSG_GT_OR_EQ(byAny * 100,
                                    made * 95,
                                    "less than 95 % are noticed; see mutations.txt");
        NS_TEST_EXPECT_MSG_EQ(strange, "", "noticed by nothing, and not known for it");
    }

    uint32_t m_every; //!< Every how many-th.
    bool m_both;      //!< The explorer is asked about all.
};

/** Changed tables. */
class MutationSuite : public TestSuite
{
  public:
    MutationSuite()
        : TestSuite("tcp-conn-mutation", TCP_CONN_UNIT)
    {
        AddTestCase(new SoundTableTest, TCP_CONN_QUICK);
        AddTestCase(new MutationTest(10, false), TCP_CONN_QUICK);
        AddTestCase(new MutationTest(1, true), TCP_CONN_EXTENSIVE);
    }
} g_mutationSuite; //!< The suite.

} // namespace
