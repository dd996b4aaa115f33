/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-transfer-bench.h"

#include "ns3/tcp-conn-compat.h"
#include "ns3/test.h"

#include <functional>

using namespace ns3;
using namespace ns3::tests;

namespace
{

/** What a row of PathTest does to the path, and what it expects. */
struct PathRow
{
    const char* name;                               //!< What it is about.
    std::function<void(TransferSetup&)> prepare;    //!< Before the ends are made.
    std::function<void(TransferPipe&)> impair;      //!< Before the transfer.
    std::function<bool(TransferPipe&, Time)> holds; //!< After it: is it as it should be?
};

/** Bytes that a transfer carries. */
const uint32_t MEGABYTE = 1000000;

/** One transfer between two rooms over an impaired path: all bytes arrive, and the row holds. */
class PathTest : public TestCase
{
  public:
    /** @param row the row. */
    explicit PathTest(const PathRow& row)
        : TestCase(row.name),
          m_row(row)
    {
    }

  private:
    void DoRun() override
    {
        TransferSetup setup;
        setup.control = "ns3::TcpCubic";
        setup.recovery = "ns3::TcpPrrRecovery";
        setup.settings.minRto = MilliSeconds(200);
        setup.settings.delAckTimeout = MilliSeconds(40);
        m_row.prepare(setup);
        TransferPipe pipe(setup, MilliSeconds(5), 2500);
        m_row.impair(pipe);
        // Ends when all is read.  Where a third is lost, timeouts back off to a minute at times.
        const Time took = pipe.Run(MEGABYTE, Seconds(6000));
        NS_TEST_EXPECT_MSG_EQ(pipe.Intact(), true, "bytes are missing or wrong");
        NS_TEST_EXPECT_MSG_EQ(m_row.holds(pipe, took),
                              true,
                              "took " << took.As(Time::MS) << ", sent " << pipe.a.sent
                                      << ", sent again " << pipe.a.resent << ", timeouts "
                                      << pipe.a.timeouts << ", CE " << pipe.b.ceSeen << ", CWR "
                                      << pipe.a.cwrSent);
        Simulator::Destroy();
    }

    PathRow m_row; //!< The row.
};

/** Every congestion control carries a megabyte over a path that loses one segment in a hundred. */
class ControlTest : public TestCase
{
  public:
    /**
     * @param control TypeId
     * @param sack whether SACK is agreed
     */
    ControlTest(TypeId control, bool sack)
        : TestCase(control.GetName() + (sack ? " with SACK" : " without SACK") +
                   ": a megabyte at 1 % loss"),
          m_control(control),
          m_sack(sack)
    {
    }

  private:
    void DoRun() override
    {
        TransferSetup setup;
        setup.control = m_control.GetName();
        setup.recovery = "ns3::TcpPrrRecovery";
        setup.sack = m_sack;
        setup.settings.minRto = MilliSeconds(200);
        setup.settings.delAckTimeout = MilliSeconds(40);
        TransferPipe pipe(setup, MilliSeconds(5), 2500);
        pipe.loss = 0.01;
        const Time took = pipe.Run(MEGABYTE, Seconds(60));
        NS_TEST_EXPECT_MSG_EQ(pipe.Intact(), true, "bytes are missing or wrong");
        // The line alone takes 0.42 s; one timeout after the other would take minutes.
        NS_TEST_EXPECT_MSG_LT(took, Seconds(6), "too slow");
        NS_TEST_EXPECT_MSG_GT(pipe.a.resent, 0, "nothing was lost");
        NS_TEST_EXPECT_MSG_LT(pipe.a.resent, 60, "much was sent again that was not lost");
        Simulator::Destroy();
    }

    TypeId m_control; //!< Congestion control.
    bool m_sack;      //!< SACK is agreed.
};

/** @return the rows of PathTest. */
std::vector<PathRow>
Rows()
{
    const auto plain = [](TransferSetup&) {};
    const auto clean = [](TransferPipe&) {};
    return {
        {"a clean path: nothing is sent twice, the line is filled",
         plain,
         clean,
         [](TransferPipe& p, Time took) {
             return p.a.resent == 0 && p.a.timeouts == 0 && took < MilliSeconds(550);
         }},
        {"a clean path without SACK",
         [](TransferSetup& s) { s.sack = false; },
         clean,
         [](TransferPipe& p, Time) { return p.a.resent == 0 && p.a.timeouts == 0; }},
        {"5 % loss",
         plain,
         [](TransferPipe& p) { p.loss = 0.05; },
         [](TransferPipe& p, Time took) { return p.a.resent > 30 && took < Seconds(12); }},
        {"5 % loss with timestamps, classic recovery",
         [](TransferSetup& s) {
             s.timestamps = true;
             s.recovery = "ns3::TcpClassicRecovery";
         },
         [](TransferPipe& p) { p.loss = 0.05; },
         [](TransferPipe& p, Time took) { return p.a.resent > 30 && took < Seconds(12); }},
        {"30 % loss: slow, but all of it",
         plain,
         [](TransferPipe& p) { p.loss = 0.3; },
         [](TransferPipe& p, Time) { return p.a.resent > 300; }},
        {"a short queue: losses in bursts, SACK sends again what was lost and little else",
         plain,
         [](TransferPipe& p) { p.queue = 20; },
         [](TransferPipe& p, Time took) { return p.a.resent > 0 && took < Seconds(2); }},
        {"reordering by less than a round trip: all arrives, no timeout",
         plain,
         [](TransferPipe& p) {
             p.reorder = 0.02;
             p.reorderBy = MilliSeconds(2);
         },
         [](TransferPipe& p, Time took) { return p.a.timeouts == 0 && took < Seconds(3); }},
        {"a slow reader: the window closes and opens, nothing is lost",
         [](TransferSetup& s) { s.settings.rcvBufSize = s.window = 20480; },
         [](TransferPipe& p) {
             p.readEvery = MilliSeconds(10);
             p.readBytes = 10000;
         },
         [](TransferPipe& p, Time took) { return p.a.resent == 0 && took > Seconds(0.9); }},
        {"a reader that sleeps: probes keep the connection alive",
         [](TransferSetup& s) { s.settings.rcvBufSize = s.window = 20480; },
         [](TransferPipe& p) {
             p.readEvery = Seconds(3);
             p.readBytes = 1000000;
         },
         [](TransferPipe& p, Time) { return p.a.timeouts == 0; }},
        {"ECN: marks instead of losses; the sender answers with CWR and sends nothing twice",
         [](TransferSetup& s) { s.ecn = true; },
         [](TransferPipe& p) { p.mark = 0.02; },
         [](TransferPipe& p, Time took) {
             return p.b.ceSeen > 5 && p.a.cwrSent > 2 && p.a.cwrSent <= p.b.ceSeen &&
                    p.a.resent == 0 && took < Seconds(5);
         }},
        {"DCTCP on a path that marks",
         [](TransferSetup& s) {
             s.ecn = true;
             s.control = "ns3::TcpDctcp";
         },
         [](TransferPipe& p) { p.mark = 0.05; },
         [](TransferPipe& p, Time took) { return p.b.ceSeen > 10 && took < Seconds(2); }},
        {"ECN and losses together",
         [](TransferSetup& s) { s.ecn = true; },
         [](TransferPipe& p) {
             p.mark = 0.02;
             p.loss = 0.02;
         },
         [](TransferPipe& p, Time took) { return p.a.cwrSent > 2 && took < Seconds(6); }},
        {"pacing: a clean path stays clean",
         [](TransferSetup& s) { s.pacing = true; },
         clean,
         [](TransferPipe& p, Time took) { return p.a.resent == 0 && took < MilliSeconds(700); }},
        {"segments of 100 bytes, small application packets in between",
         [](TransferSetup& s) { s.mss = 100; },
         [](TransferPipe& p) { p.loss = 0.005; },
         [](TransferPipe& p, Time) { return p.a.sent > 10000; }},
    };
}

/** The suite. */
class TransferPathTestSuite : public TestSuite
{
  public:
    TransferPathTestSuite()
        : TestSuite("tcp-conn-transfer-path", TCP_CONN_UNIT)
    {
        for (const auto& row : Rows())
        {
            AddTestCase(new PathTest(row), TCP_CONN_QUICK);
        }
        for (uint16_t i = 0; i < TypeId::GetRegisteredN(); ++i)
        {
            const TypeId type = TypeId::GetRegistered(i);
            if (type.IsChildOf(TcpCongestionOps::GetTypeId()) && type.HasConstructor())
            {
                AddTestCase(new ControlTest(type, true), TCP_CONN_QUICK);
                AddTestCase(new ControlTest(type, false), TCP_CONN_QUICK);
            }
        }
    }
};

TransferPathTestSuite g_transferPathTestSuite; //!< The suite.

} // namespace
