/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-child.h"
#include "tcp-conn-two-hosts.h"

#include "ns3/global-value.h"
#include "ns3/string.h"
#include "ns3/tcp-conn-census.h"
#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-conn-helper.h"
#include "ns3/tcp-conn-progress.h"
#include "ns3/tcp-conn-workload-helper.h"
#include "ns3/test.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <set>
#include <sstream>
#include <string>

/**
 * @file
 * @ingroup tcp-conn
 * Progress of long runs: what is shown, that it changes nothing, and that an interrupt ends a run
 * in good order.
 */

using namespace ns3;
using namespace ns3::TcpConnTest;

namespace
{

/** Hosts with many short connections, and their trace. */
struct Conversations
{
    std::string trace;  //!< The trace.
    Time end;           //!< Simulated time when the run ended.
    uint64_t events{0}; //!< Events up to then.

    /**
     * Run it.
     * @param progress whose nodes they are, or nullptr
     * @param interrupt when SIGINT comes; 0: it does not
     * @param prepare called with the hosts before the run
     */
    explicit Conversations(TcpConnProgress* progress = nullptr,
                           Time interrupt = Time(0),
                           const std::function<void(const NodeContainer&)>& prepare = nullptr);
};

Conversations::Conversations(TcpConnProgress* progress,
                             Time interrupt,
                             const std::function<void(const NodeContainer&)>& prepare)
{
    std::ostringstream text;
    {
        // No losses: their random numbers would go on from one run to the next.
        TwoHosts hosts(Stack::OURS, Stack::OURS);
        TcpConnHelper::AssignStreams(hosts.nodes, 1);
        TcpConnHelper::EnableTransitionAscii(Create<OutputStreamWrapper>(&text), hosts.nodes);
        TcpConnWorkloadServerHelper server(TwoHosts::Any(80, false));
        server.Install(hosts.nodes.Get(1)).Start(Seconds(0));
        TcpConnWorkloadClientHelper client(hosts.At(1, 80, false));
        client.SetAttribute("MaxConnections", UintegerValue(200));
        client.SetAttribute("Arrivals", StringValue("ns3::ConstantRandomVariable[Constant=0.01]"));
        auto clients = client.Install(hosts.nodes.Get(0));
        clients.Start(Seconds(1));
        if (progress)
        {
            progress->Attach(hosts.nodes);
            progress->Begin("phase", Seconds(100));
        }
        if (prepare)
        {
            prepare(hosts.nodes);
        }
        if (interrupt.IsStrictlyPositive())
        {
            Simulator::Schedule(interrupt, [] { std::raise(SIGINT); });
        }
        Simulator::Run();
        end = Simulator::Now();
        events = Simulator::GetEventCount();
        Simulator::Destroy();
    }
    trace = text.str();
}

/** What the line tells. */
class LineCase : public TestCase
{
  public:
    LineCase()
        : TestCase("what a line tells, and what is left out where it is not known")
    {
    }

  private:
    void DoRun() override
    {
        TcpConnProgress::Look look;
        look.now = MilliSeconds(1500);
        NS_TEST_EXPECT_MSG_EQ(TcpConnProgress::Line(look, 200), "1.500 s", "nothing else is known");
        look.phase = "opening";
        look.end = Seconds(60);
        look.left = 64.6;
        look.states[TcpSocket::ESTABLISHED] = 812345;
        look.states[TcpSocket::SYN_SENT] = 12;
        look.states[TcpSocket::TIME_WAIT] = 13;
        look.transitions = 51234;
        look.events = 9999;
        look.memory = 1400000000;
        NS_TEST_EXPECT_MSG_EQ(TcpConnProgress::Line(look, 200),
                              "opening: 1.500 of 60 s, 1:05 left, 812345 ESTABLISHED, 13 "
                              "TIME-WAIT, 12 SYN-SENT, 51 k transitions/s, 9999 events/s, 1400 MB",
                              "all is known");
        look.left = 7384;
        NS_TEST_EXPECT_MSG_EQ(TcpConnProgress::Line(look, 38),
                              "opening: 1.500 of 60 s, 2:03:04 left, ",
                              "a narrow terminal");
    }
};

/** A run with it is the run without it. */
class SameRunCase : public TestCase
{
  public:
    /** @param scheduler type of scheduler */
    explicit SameRunCase(const std::string& scheduler)
        : TestCase("nothing differs, with " + scheduler),
          m_scheduler(scheduler)
    {
    }

  private:
    void DoRun() override
    {
        StringValue before;
        GlobalValue::GetValueByName("SchedulerType", before);
        GlobalValue::Bind("SchedulerType", StringValue(m_scheduler));
        const Conversations plain;
        std::ostringstream shown;
        std::unique_ptr<Conversations> watched;
        {
            TcpConnProgress progress;
            progress.ShowOn(shown, 79, std::chrono::milliseconds(0));
            watched = std::make_unique<Conversations>(&progress);
        }
        NS_TEST_EXPECT_MSG_EQ((watched->trace == plain.trace), true, "the trace differs");
        NS_TEST_EXPECT_MSG_EQ(watched->end, plain.end, "it ends at another time");
        NS_TEST_EXPECT_MSG_EQ(watched->events, plain.events, "there are other events");
        NS_TEST_EXPECT_MSG_GT(plain.trace.size(), 100000, "it is a run");
        NS_TEST_EXPECT_MSG_NE(shown.str().find("\rphase: 1."), std::string::npos, "it was shown");
        StringValue after;
        GlobalValue::GetValueByName("SchedulerType", after);
        NS_TEST_EXPECT_MSG_EQ(after.Get(), m_scheduler, "the scheduler's type is as it was");
        GlobalValue::Bind("SchedulerType", before);
    }

    std::string m_scheduler; //!< Type of scheduler.
};

/** Connections by state are those of the census, at any time. */
class CountCase : public TestCase
{
  public:
    CountCase()
        : TestCase("connections by state are those of the census")
    {
    }

  private:
    void DoRun() override
    {
        std::ostringstream shown;
        TcpConnProgress progress;
        progress.ShowOn(shown, 79, std::chrono::milliseconds(0));
        const Conversations run(&progress, Time(0), [&](const NodeContainer& nodes) {
            const auto census = Create<TcpConnCensus>();
            census->Attach(nodes);
            for (int64_t ms = 0; ms <= 5000; ms += 20)
            {
                Simulator::Schedule(MilliSeconds(ms), &CountCase::Look, this, &progress, census);
            }
        });
        NS_TEST_EXPECT_MSG_GT(m_most, 2, "several connections, and a listener");
        NS_TEST_EXPECT_MSG_GT(m_states.size(), 6, "states that were seen");
    }

    /** Compare. @param progress the progress @param census the census */
    void Look(TcpConnProgress* progress, Ptr<TcpConnCensus> census)
    {
        const auto counts = census->GetCounts();
        const auto look = progress->GetLook();
        int64_t all = 0;
        for (std::size_t i = 0; i < counts.size(); ++i)
        {
            const int64_t count = i == TcpSocket::CLOSED ? 0 : counts[i];
            NS_TEST_EXPECT_MSG_EQ(look.states[i], count, "state " << i << " at " << look.now);
            all += count;
            if (count > 0)
            {
                m_states.insert(i);
            }
        }
        m_most = std::max(m_most, all);
    }

    int64_t m_most{0};              //!< Most connections at a moment.
    std::set<std::size_t> m_states; //!< States that were seen.
};

/** An interrupt ends a run, and its trace is the beginning of the whole one. */
class InterruptCase : public TestCase
{
  public:
    InterruptCase()
        : TestCase("SIGINT ends a run after the event, its trace whole; each later run too")
    {
    }

  private:
    void DoRun() override
    {
        const Conversations whole;
        TcpConnProgress progress;
        NS_TEST_EXPECT_MSG_EQ(TcpConnProgress::IsInterrupted(), false, "no signal has come");
        NS_TEST_EXPECT_MSG_EQ(TcpConnProgress::ExitStatus(3), 3, "main's own");
        const Time at = MilliSeconds(1777);
        const Conversations broken(&progress, at);
        NS_TEST_EXPECT_MSG_EQ(TcpConnProgress::IsInterrupted(), true, "the signal has come");
        NS_TEST_EXPECT_MSG_EQ(TcpConnProgress::ExitStatus(3), 128 + SIGINT, "the signal's");
        NS_TEST_EXPECT_MSG_GT_OR_EQ(broken.end, at, "not before it came");
        NS_TEST_EXPECT_MSG_LT(broken.end, at + MilliSeconds(100), "soon after it came");
        NS_TEST_EXPECT_MSG_EQ((whole.trace.compare(0, broken.trace.size(), broken.trace) == 0),
                              true,
                              "the trace is not the beginning of the whole one");
        NS_TEST_EXPECT_MSG_EQ(broken.trace.back(), '\n', "the last line is whole");
        NS_TEST_EXPECT_MSG_GT(broken.trace.size(), 10000, "it is a trace");
        NS_TEST_EXPECT_MSG_LT(broken.trace.size(), whole.trace.size(), "it was broken off");
        const Conversations next(&progress);
        NS_TEST_EXPECT_MSG_EQ(next.events, 1, "a later run ends at once");
    }
};

/** The second signal kills. */
class SecondCase : public TestCase
{
  public:
    SecondCase()
        : TestCase("a second signal has its usual effect; without a progress, so has the first")
    {
    }

  private:
    void DoRun() override
    {
        const Child first = RunChild([] {
            TcpConnProgress progress;
            std::raise(SIGTERM);
            return TcpConnProgress::ExitStatus();
        });
        NS_TEST_EXPECT_MSG_EQ(first.code, 128 + SIGTERM, "the first is taken note of");
        const Child second = RunChild([] {
            TcpConnProgress progress;
            std::raise(SIGINT);
            std::raise(SIGTERM);
            return 0;
        });
        NS_TEST_EXPECT_MSG_EQ(second.code, -1, "killed by the second, whichever it is");
        const Child after = RunChild([] {
            {
                TcpConnProgress progress;
            }
            std::raise(SIGINT);
            return 0;
        });
        NS_TEST_EXPECT_MSG_EQ(after.code, -1, "as it was before");
        const Child ignored = RunChild([] {
            std::signal(SIGINT, SIG_IGN);
            TcpConnProgress progress;
            std::raise(SIGINT);
            return TcpConnProgress::ExitStatus();
        });
        NS_TEST_EXPECT_MSG_EQ(ignored.code, 0, "what is ignored stays so");
        const Child two = RunChild([] {
            TcpConnProgress progress;
            TcpConnProgress another;
            return 0;
        });
        NS_TEST_EXPECT_MSG_EQ(two.aborted, true, "there can be one");
    }
};

/** Nothing is shown where there is no terminal. */
class QuietCase : public TestCase
{
  public:
    QuietCase()
        : TestCase("nothing is written where the standard error output is no terminal")
    {
    }

  private:
    void DoRun() override
    {
        const Child child = RunChild([] {
            TcpConnProgress progress;
            const Conversations run(&progress);
            return run.events > 1000 ? 0 : 1;
        });
        NS_TEST_EXPECT_MSG_EQ(child.code, 0, "it was run");
        NS_TEST_EXPECT_MSG_EQ(child.words, "", "and quiet");
    }
};

/** All of them. */
class TcpConnProgressTestSuite : public TestSuite
{
  public:
    TcpConnProgressTestSuite()
        : TestSuite("tcp-conn-progress", TCP_CONN_UNIT)
    {
        AddTestCase(new LineCase, TCP_CONN_QUICK);
        for (const char* scheduler :
             {"ns3::MapScheduler", "ns3::HeapScheduler", "ns3::PriorityQueueScheduler"})
        {
            AddTestCase(new SameRunCase(scheduler), TCP_CONN_QUICK);
        }
        AddTestCase(new CountCase, TCP_CONN_QUICK);
        AddTestCase(new InterruptCase, TCP_CONN_QUICK);
        AddTestCase(new SecondCase, TCP_CONN_QUICK);
        AddTestCase(new QuietCase, TCP_CONN_QUICK);
    }
} g_tcpConnProgressTestSuite; //!< The suite.

} // namespace
