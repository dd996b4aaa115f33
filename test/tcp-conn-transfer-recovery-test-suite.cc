/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-transfer-bench.h"

#include "ns3/rtt-estimator.h"
#include "ns3/tcp-conn-compat.h"
#include "ns3/test.h"

#include <algorithm>

using namespace ns3;
using namespace ns3::tests;

namespace
{

/** A congestion control that writes down what it is told. */
class RecordingControl : public TcpNewReno
{
  public:
    void Init(Ptr<TcpSocketState> tcb) override
    {
        g_log += "init ";
        TcpNewReno::Init(tcb);
    }

    void IncreaseWindow(Ptr<TcpSocketState> tcb, uint32_t segments) override
    {
        g_log += "grow" + std::to_string(segments) + " ";
        TcpNewReno::IncreaseWindow(tcb, segments);
    }

    uint32_t GetSsThresh(Ptr<const TcpSocketState> tcb, uint32_t flight) override
    {
        g_log += "thresh ";
        return TcpNewReno::GetSsThresh(tcb, flight);
    }

    void PktsAcked(Ptr<TcpSocketState>, uint32_t segments, const Time&) override
    {
        g_log += "acked" + std::to_string(segments) + " ";
    }

    void CongestionStateSet(Ptr<TcpSocketState>, TcpSocketState::TcpCongState_t state) override
    {
        const char* const names[] = {"open ", "disorder ", "cwr ", "recovery ", "loss "};
        g_log += names[state];
    }

    void CwndEvent(Ptr<TcpSocketState>, TcpSocketState::TcpCAEvent_t event) override
    {
        switch (event)
        {
        case TcpSocketState::CA_EVENT_TX_START:
            g_log += "start ";
            break;
        case TcpSocketState::CA_EVENT_LOSS:
            g_log += "loss-event ";
            break;
        case TcpSocketState::CA_EVENT_COMPLETE_CWR:
            g_log += "complete ";
            break;
        default:
            break;
        }
    }

    Ptr<TcpCongestionOps> Fork() override
    {
        return CopyObject<RecordingControl>(this);
    }

    static std::string g_log; //!< What was told.
};

std::string RecordingControl::g_log;

/** One rule of loss recovery: the test plays the peer.  Segments have 1000 bytes, offsets too. */
class RecoveryTest : public TestCase
{
  public:
    /** A rule's steps. */
    using Steps = void (RecoveryTest::*)();

    /**
     * @param name the rule
     * @param steps its steps
     */
    RecoveryTest(std::string name, Steps steps)
        : TestCase(name),
          m_steps(steps)
    {
    }

    void FastRetransmit();
    void NoLimitedTransmit();
    void NotDuplicates();
    void PartialAcks();
    void SackHoles();
    void Overtaken();
    void WholeSegments();
    void ToldFromTheStart();
    void SackLies();
    void RescueTail();
    void Reordering();
    void Timeout();
    void TimeoutTwice();
    void EchoOnce();
    void EchoCountsOnce();
    void LongStream();
    void ControlIsTold();

  private:
    void DoRun() override
    {
        (this->*m_steps)();
        Simulator::Destroy();
    }

    Steps m_steps; //!< The steps.
};

void
RecoveryTest::FastRetransmit()
{
    TransferSetup setup;
    setup.sack = false;
    SenderBench bench(setup);
    bench.Queue(100000);
    bench.Send();
    Wait(MilliSeconds(10));
    bench.Ack(0);
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()),
                          "10000",
                          "limited transmit at the first duplicate");
    NS_TEST_EXPECT_MSG_EQ(bench.State(), TcpSocketState::CA_DISORDER, "state");
    bench.Ack(0);
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()),
                          "11000",
                          "limited transmit at the second duplicate");
    NS_TEST_EXPECT_MSG_EQ(bench.Cwnd(), 10000, "limited transmit leaves the window alone");
    bench.Ack(0);
    const auto third = bench.Send();
    NS_TEST_ASSERT_MSG_GT(third.size(), 0, "nothing sent at the third duplicate");
    NS_TEST_EXPECT_MSG_EQ(bench.Offset(third[0].seq), 0, "the missing segment goes first");
    NS_TEST_EXPECT_MSG_EQ(third[0].retransmission, true, "it was sent before");
    NS_TEST_EXPECT_MSG_EQ(bench.State(), TcpSocketState::CA_RECOVERY, "state");
    NS_TEST_EXPECT_MSG_EQ(bench.SsThresh(), bench.Cwnd(), "classic recovery sets the window");
    NS_TEST_EXPECT_MSG_LT(bench.Cwnd(), 6001, "the window was halved");
    bench.Ack(12000);
    NS_TEST_EXPECT_MSG_EQ(bench.State(), TcpSocketState::CA_OPEN, "recovery has ended");
    NS_TEST_EXPECT_MSG_LT(bench.Cwnd(), 7001, "the window stays halved");
    NS_TEST_EXPECT_MSG_GT(bench.Cwnd(), bench.SsThresh(), "and grows from there");
}

void
RecoveryTest::NoLimitedTransmit()
{
    for (bool sack : {false, true})
    {
        TransferSetup setup;
        setup.sack = sack;
        setup.settings.limitedTransmit = false;
        SenderBench bench(setup);
        bench.Queue(100000);
        bench.Send();
        sack ? bench.Ack(0, {{1000, 2000}}) : bench.Ack(0);
        NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "", "first duplicate");
        sack ? bench.Ack(0, {{1000, 3000}}) : bench.Ack(0);
        NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "", "second duplicate");
        sack ? bench.Ack(0, {{1000, 4000}}) : bench.Ack(0);
        NS_TEST_EXPECT_MSG_EQ(bench.Offset(bench.Send().at(0).seq), 0, "third duplicate");
    }
}

void
RecoveryTest::NotDuplicates()
{
    TransferSetup setup;
    setup.sack = false;
    SenderBench bench(setup);
    bench.Queue(100000);
    bench.Send();
    for (int i = 0; i < 5; ++i)
    {
        TcpConnSegment segment;
        segment.length = 100; // RFC 5681 section 2 (b)
        bench.Arrive(segment, 0);
    }
    NS_TEST_EXPECT_MSG_EQ(bench.State(), TcpSocketState::CA_OPEN, "segments with text");
    for (int i = 0; i < 5; ++i)
    {
        bench.window += 1000; // (e)
        bench.Ack(0);
    }
    NS_TEST_EXPECT_MSG_EQ(bench.State(), TcpSocketState::CA_OPEN, "window updates");
    bench.Ack(10000);
    for (int i = 0; i < 5; ++i)
    {
        bench.Ack(10000); // (a): nothing outstanding
    }
    NS_TEST_EXPECT_MSG_EQ(bench.State(), TcpSocketState::CA_OPEN, "nothing outstanding");
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()),
                          "10000 11000 12000 13000 14000 15000 16000 17000 18000 19000 20000",
                          "all new");
}

void
RecoveryTest::PartialAcks()
{
    TransferSetup setup;
    setup.sack = false;
    SenderBench bench(setup);
    bench.Queue(12000);
    bench.Send();
    for (int i = 0; i < 3; ++i)
    {
        bench.Ack(0);
        bench.Send();
    }
    // 0, 4000 and 7000 are missing: each partial acknowledgment brings the next at once.
    bench.Ack(4000);
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "4000", "first partial acknowledgment");
    NS_TEST_EXPECT_MSG_EQ(bench.State(), TcpSocketState::CA_RECOVERY, "still in recovery");
    bench.Ack(7000);
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "7000", "second partial acknowledgment");
    bench.Ack(12000);
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "", "nothing is left");
    NS_TEST_EXPECT_MSG_EQ(bench.State(), TcpSocketState::CA_OPEN, "recovery has ended");
}

void
RecoveryTest::SackHoles()
{
    TransferSetup setup;
    setup.settings.initialCwnd = 20;
    SenderBench bench(setup);
    bench.Queue(20000);
    bench.Send();
    // Segments 0, 3 and 7 are lost.
    std::vector<TcpConnText> again;
    const auto collect = [&](const std::vector<TcpConnText>& sent) {
        again.insert(again.end(), sent.begin(), sent.end());
    };
    bench.Ack(0, {{1000, 2000}});
    collect(bench.Send());
    bench.Ack(0, {{1000, 3000}});
    collect(bench.Send());
    NS_TEST_EXPECT_MSG_EQ(bench.List(again), "", "two duplicates are not enough");
    bench.Ack(0, {{4000, 5000}, {1000, 3000}});
    collect(bench.Send());
    NS_TEST_EXPECT_MSG_EQ(bench.List(again), "0", "the third duplicate");
    for (uint32_t end = 6000; end <= 20000; end += 1000)
    {
        if (end <= 7000)
        {
            bench.Ack(0, {{4000, end}, {1000, 3000}});
        }
        else if (end >= 9000)
        {
            bench.Ack(0, {{8000, end}, {4000, 7000}, {1000, 3000}});
        }
        collect(bench.Send());
    }
    NS_TEST_EXPECT_MSG_EQ(bench.List(again),
                          "0 3000 7000 19000",
                          "lost ones, and the tail by rule 4");
    bench.Ack(20000);
    NS_TEST_EXPECT_MSG_EQ(bench.State(), TcpSocketState::CA_OPEN, "recovery has ended");
    NS_TEST_EXPECT_MSG_EQ(bench.room->Empty(), true, "all is acknowledged");
}

void
RecoveryTest::Overtaken()
{
    SenderBench bench{TransferSetup()};
    bench.Queue(100000);
    bench.Send();
    // 0 was overtaken by three, 4000 by two.
    bench.Ack(0, {{1000, 2000}});
    bench.Ack(0, {{1000, 3000}});
    bench.Send();
    bench.Ack(0, {{1000, 4000}});
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "0", "known to be lost");
    bench.Ack(4000, {{5000, 6000}});
    bench.Ack(4000, {{5000, 7000}});
    NS_TEST_EXPECT_MSG_EQ(bench.State(), TcpSocketState::CA_RECOVERY, "a partial acknowledgment");
    for (const TcpConnText& text : bench.Send())
    {
        NS_TEST_EXPECT_MSG_EQ(text.retransmission, false, "not known to be lost");
    }
    std::vector<TcpConnText> again;
    for (uint32_t end = 8000; end <= 10000; end += 1000)
    {
        bench.Ack(4000, {{5000, end}});
        for (const TcpConnText& text : bench.Send())
        {
            if (text.retransmission)
            {
                again.push_back(text);
            }
        }
    }
    NS_TEST_EXPECT_MSG_EQ(bench.List(again), "4000", "known to be lost now");
}

void
RecoveryTest::WholeSegments()
{
    TransferSetup setup;
    setup.settings.initialCwnd = 15;
    setup.recovery = "ns3::TcpPrrRecovery";
    SenderBench bench(setup);
    bench.Queue(100000);
    bench.Send();
    int64_t most = 0;
    for (uint32_t end = 2000; end <= 15000; end += 1000)
    {
        bench.Ack(0, {{1000, end}});
        bench.Send();
        const int64_t flight = bench.room->State()->m_bytesInFlight;
        most = std::max(most, flight - bench.Cwnd());
    }
    NS_TEST_EXPECT_MSG_EQ(bench.State(), TcpSocketState::CA_RECOVERY, "in recovery");
    NS_TEST_EXPECT_MSG_GT(most, 0, "a part of a segment makes a whole one go");
    NS_TEST_EXPECT_MSG_LT(most, 1000, "less than a segment beyond the window");
}

void
RecoveryTest::ToldFromTheStart()
{
    SenderBench bench{TransferSetup()};
    bench.Queue(10000);
    bench.Send();
    bench.Ack(7000); // beyond the wrap
    const Ptr<TcpSocketState> state = bench.room->State();
    NS_TEST_EXPECT_MSG_EQ(state->m_highTxMark.Get(), SequenceNumber32(10001), "the SYN is 0");
    NS_TEST_EXPECT_MSG_EQ(state->m_lastAckedSeq, SequenceNumber32(7001), "acknowledged");
}

void
RecoveryTest::SackLies()
{
    SenderBench bench{TransferSetup()};
    bench.Queue(100000);
    bench.Send();
    bench.Ack(2000);
    bench.Send();
    for (int i = 0; i < 4; ++i)
    {
        bench.Ack(2000, {{0, 1000}});      // RFC 2883: a duplicate report
        bench.Ack(2000, {{50000, 60000}}); // never sent
        bench.Ack(2000, {{1000, 4000}});   // old, though part of it is new
        bench.Ack(2000, {{5000, 60000}});  // never sent, though part of it was
        bench.Ack(2000, {{4000, 3000}});   // no range at all
    }
    NS_TEST_EXPECT_MSG_EQ(bench.State(), TcpSocketState::CA_OPEN, "nothing new was SACKed");
    bench.Ack(2000, {{0, 1000}, {3000, 4000}});
    NS_TEST_EXPECT_MSG_EQ(bench.State(), TcpSocketState::CA_DISORDER, "a block after a D-SACK");
}

void
RecoveryTest::RescueTail()
{
    TransferSetup setup;
    setup.settings.initialCwnd = 20;
    SenderBench bench(setup);
    bench.Queue(20000);
    bench.Send();
    // 0, 18000 and 19000 are lost: of the last two no SACK can tell.
    std::vector<TcpConnText> again;
    for (uint32_t end = 2000; end <= 18000; end += 1000)
    {
        bench.Ack(0, {{1000, end}});
        const auto sent = bench.Send();
        again.insert(again.end(), sent.begin(), sent.end());
    }
    NS_TEST_EXPECT_MSG_EQ(bench.List(again),
                          "0 19000",
                          "RFC 6675: the hole, and the tail by rule 4");
    bench.Ack(0, {{19000, 20000}, {1000, 18000}});
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()),
                          "18000",
                          "rule 3: not SACKed, below something that was");
    bench.Ack(0, {{19000, 20000}, {1000, 18000}});
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "", "once");
}

void
RecoveryTest::Reordering()
{
    SenderBench bench{TransferSetup()};
    bench.Queue(100000);
    bench.Send();
    Wait(MilliSeconds(10));
    bench.Ack(0, {{1000, 2000}});
    bench.Ack(0, {{1000, 3000}});
    bench.Send();
    NS_TEST_EXPECT_MSG_EQ(bench.State(), TcpSocketState::CA_DISORDER, "two duplicates");
    bench.Ack(3000);
    NS_TEST_EXPECT_MSG_EQ(bench.State(), TcpSocketState::CA_OPEN, "it was late, not lost");
    NS_TEST_EXPECT_MSG_EQ(bench.SsThresh(), UINT32_MAX, "nothing was reduced");
    for (const auto& text : bench.Send())
    {
        NS_TEST_EXPECT_MSG_EQ(text.retransmission, false, "nothing is sent again");
    }
}

void
RecoveryTest::Timeout()
{
    SenderBench bench{TransferSetup()};
    bench.Queue(20000);
    bench.Send();
    Wait(Seconds(1));
    bench.Ack(0, {{4000, 5000}});
    bench.Send();
    bench.Timeout();
    NS_TEST_EXPECT_MSG_EQ(bench.Cwnd(), 1000, "RFC 5681 section 3.1: one segment");
    NS_TEST_EXPECT_MSG_EQ(bench.SsThresh(), 5000, "half of what was in flight");
    NS_TEST_EXPECT_MSG_EQ(bench.State(), TcpSocketState::CA_LOSS, "state");
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "0", "the oldest alone");
    Wait(MilliSeconds(10));
    bench.Ack(1000, {{4000, 5000}});
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "1000 2000", "slow start");
    bench.Ack(3000, {{4000, 5000}});
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()),
                          "3000 5000 6000",
                          "what was SACKed is not sent again");
    bench.Ack(20000);
    NS_TEST_EXPECT_MSG_EQ(bench.State(), TcpSocketState::CA_OPEN, "all is repaired");
}

void
RecoveryTest::TimeoutTwice()
{
    TransferSetup setup;
    setup.settings.initialCwnd = 20;
    SenderBench bench(setup);
    bench.Queue(20000);
    bench.Send();
    Wait(Seconds(1));
    bench.Timeout();
    NS_TEST_EXPECT_MSG_EQ(bench.SsThresh(), 10000, "half of what was in flight");
    bench.Send();
    Wait(Seconds(2));
    bench.Timeout();
    NS_TEST_EXPECT_MSG_EQ(bench.SsThresh(), 10000, "RFC 5681: held for the same segment");
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "0", "the oldest again");
    bench.Ack(1000);
    bench.Send();
    Wait(Seconds(1));
    bench.Timeout();
    NS_TEST_EXPECT_MSG_EQ(bench.SsThresh(), 2000, "another segment: reduced again");
}

void
RecoveryTest::EchoOnce()
{
    TransferSetup setup;
    setup.ecn = true;
    setup.settings.initialCwnd = 20;
    SenderBench bench(setup);
    bench.Queue(100000);
    bench.Send();
    TcpConnSegment echo;
    echo.flags = TCP_CONN_ECE;
    bench.Arrive(echo, 1000);
    NS_TEST_EXPECT_MSG_EQ(bench.State(), TcpSocketState::CA_CWR, "the window is being reduced");
    const uint32_t once = bench.SsThresh();
    NS_TEST_EXPECT_MSG_LT(once, 11000, "halved");
    std::vector<TcpConnText> sent;
    for (uint32_t offset = 2000; offset <= 20000; offset += 1000)
    {
        bench.Arrive(echo, offset);
        for (const auto& text : bench.Send())
        {
            sent.push_back(text);
        }
    }
    NS_TEST_EXPECT_MSG_EQ(bench.SsThresh(), once, "RFC 3168 6.1.2: once in a window of data");
    NS_TEST_ASSERT_MSG_GT(sent.size(), 2, "the window lets something go");
    NS_TEST_EXPECT_MSG_EQ(sent[0].cwr, true, "CWR on the first new segment");
    NS_TEST_EXPECT_MSG_EQ(sent[1].cwr, false, "and on that alone");
    bench.Arrive(TcpConnSegment(), 21000);
    NS_TEST_EXPECT_MSG_EQ(bench.State(), TcpSocketState::CA_OPEN, "reduced");
    bench.Arrive(echo, 22000);
    NS_TEST_EXPECT_MSG_LT(bench.SsThresh(), once, "another window, another reduction");
}

void
RecoveryTest::EchoCountsOnce()
{
    TransferSetup setup;
    setup.ecn = true;
    setup.recovery = "ns3::TcpPrrRecovery";
    setup.settings.initialCwnd = 20;
    SenderBench bench(setup);
    bench.Queue(100000);
    bench.Send();
    TcpConnSegment echo;
    echo.flags = TCP_CONN_ECE;
    bench.Arrive(echo, 4000);
    // RFC 6937: half of what was delivered may be sent while the window is halved.
    NS_TEST_EXPECT_MSG_EQ(bench.Send().size(), 2, "four segments have left the network");
}

void
RecoveryTest::LongStream()
{
    TransferSetup setup;
    setup.ecn = true;
    setup.mss = 60000;
    setup.window = 600000000;
    setup.settings.initialCwnd = 10000;
    setup.settings.sndBufSize = 1000000000;
    SenderBench bench(setup);
    uint32_t acked = 0;
    for (int i = 0; i < 5; ++i)
    {
        bench.room->Queue(Create<Packet>(600000000));
        bench.Send();
        NS_TEST_ASSERT_MSG_EQ(bench.tcb.Outstanding(), 600000000, "all is in flight");
        bench.Ack(acked + 599940000);
        TcpConnSegment last;
        last.flags = i == 4 ? TCP_CONN_ECE : 0;
        bench.Arrive(last, acked += 600000000);
    }
    NS_TEST_EXPECT_MSG_LT(bench.SsThresh(),
                          UINT32_MAX,
                          "after more than half of the sequence space the first ECE still counts");
}

void
RecoveryTest::ControlIsTold()
{
    auto control = CreateObject<RecordingControl>();
    TransferSetup setup;
    SenderBench bench(setup);
    bench.prototype = Create<TcpConnTransferPrototype>(control,
                                                       CreateObject<TcpClassicRecovery>(),
                                                       CreateObject<RttMeanDeviation>());
    bench.Rebuild();
    const auto check = [&](std::string expected, std::string what) {
        NS_TEST_EXPECT_MSG_EQ(RecordingControl::g_log, expected, what);
        RecordingControl::g_log.clear();
    };
    RecordingControl::g_log.clear();
    bench.Rebuild();
    check("init open ", "at the beginning");
    bench.Queue(100000);
    bench.Send();
    check("start ", "nothing was in flight");
    bench.Ack(2500);
    bench.Ack(3000);
    check("acked2 grow2 acked1 grow1 ", "what makes no whole segment counts later");
    bench.Ack(3000, {{5000, 6000}});
    bench.Ack(3000, {{5000, 7000}});
    check("disorder acked1 acked1 ", "a duplicate tells of one segment");
    bench.Ack(4000);
    check("open grow1 ", "fewer segments than duplicates");
    bench.Ack(7000);
    check("acked3 grow3 ", "in order again");
    bench.Send();
    bench.Ack(7000, {{8000, 9000}});
    bench.Ack(7000, {{8000, 10000}});
    bench.Ack(7000, {{8000, 11000}});
    check("disorder acked1 acked1 recovery thresh acked1 ", "into recovery");
    bench.Send();
    bench.Ack(bench.Offset(bench.tcb.sndNxt));
    RecordingControl::g_log = RecordingControl::g_log.substr(0, 5);
    check("acked", "out of recovery");
    bench.Send();
    RecordingControl::g_log.clear();
    bench.Timeout();
    check("thresh loss-event loss ", "a timeout");
}

/** The suite. */
class TransferRecoveryTestSuite : public TestSuite
{
  public:
    TransferRecoveryTestSuite()
        : TestSuite("tcp-conn-transfer-recovery", TCP_CONN_UNIT)
    {
        using T = RecoveryTest;
        const auto row = [this](const char* name, T::Steps steps) {
            AddTestCase(new T(name, steps), TCP_CONN_QUICK);
        };
        row("the third duplicate brings the missing segment", &T::FastRetransmit);
        row("limited transmit can be turned off", &T::NoLimitedTransmit);
        row("what is no duplicate does not count", &T::NotDuplicates);
        row("each partial acknowledgment brings the next hole", &T::PartialAcks);
        row("SACK: what was lost is sent again once, and nothing else", &T::SackHoles);
        row("SACK: what may have been overtaken is not sent again", &T::Overtaken);
        row("what is sent in proportion is sent in whole segments", &T::WholeSegments);
        row("the congestion control counts from the initial sequence number", &T::ToldFromTheStart);
        row("SACK: D-SACK and nonsense are not believed", &T::SackLies);
        row("SACK: the tail is rescued", &T::RescueTail);
        row("reordering reduces nothing", &T::Reordering);
        row("a timeout begins again with one segment", &T::Timeout);
        row("a second timeout holds the threshold", &T::TimeoutTwice);
        row("an ECE counts once in the reduction", &T::EchoCountsOnce);
        row("a stream longer than half of the sequence space", &T::LongStream);
        row("what the congestion control is told", &T::ControlIsTold);
        row("ECE reduces once a window and is answered with CWR", &T::EchoOnce);
    }
};

TransferRecoveryTestSuite g_transferRecoveryTestSuite; //!< The suite.

} // namespace
