/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-transfer-bench.h"

#include "ns3/nstime.h"
#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-cubic.h"
#include "ns3/tcp-hybla.h"
#include "ns3/tcp-linux-reno.h"
#include "ns3/test.h"
#include "ns3/type-id.h"

#include <algorithm>
#include <new>
#include <string>

using namespace ns3;
using namespace ns3::tests;

namespace
{

/** One rule of the sender: the test plays the peer.  Segments have 1000 bytes, offsets too. */
class SenderTest : public TestCase
{
  public:
    /** A rule's steps. */
    using Steps = void (SenderTest::*)();

    /**
     * @param name the rule
     * @param steps its steps
     */
    SenderTest(std::string name, Steps steps)
        : TestCase(name),
          m_steps(steps)
    {
    }

    void SlowStart();
    void NagleHolds();
    void SillyWindow();
    void ZeroWindow();
    void Probe();
    void ProbeTaken();
    void WindowTakenBack();
    void RttFormula();
    void RtoBounds();
    void Karn();
    void Idle();
    void ApplicationLimited();
    void Rebuild();
    void Rebuildable();
    void Pacing();
    void Buffer();
    void CopyFirst();
    void NewMss();
    void LostSyn();
    void ForgottenAttribute();

  private:
    /**
     * A copy has an attribute's initial value, whatever the memory held in which it is made.
     * @param type a congestion control
     * @param size its size, bytes
     * @param attribute the attribute
     */
    void LeftToChance(const std::string& type, size_t size, const std::string& attribute);

    void DoRun() override
    {
        (this->*m_steps)();
        Simulator::Destroy();
    }

    Steps m_steps; //!< The steps.
};

void
SenderTest::SlowStart()
{
    SenderBench bench{TransferSetup()};
    bench.Queue(100000);
    const auto first = bench.Send();
    NS_TEST_EXPECT_MSG_EQ(first.size(), 10, "the initial window is ten segments");
    for (size_t i = 0; i < first.size(); ++i)
    {
        NS_TEST_EXPECT_MSG_EQ(bench.Offset(first[i].seq), 1000 * i, "not in order");
        NS_TEST_EXPECT_MSG_EQ(first[i].length, 1000, "not a full segment");
        NS_TEST_EXPECT_MSG_EQ(first[i].retransmission, false, "not new");
        NS_TEST_EXPECT_MSG_EQ(first[i].push, false, "not the last");
    }
    Wait(MilliSeconds(10));
    bench.Ack(2000);
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()),
                          "10000 11000 12000",
                          "two leave, one more than that may enter");
    NS_TEST_EXPECT_MSG_EQ(bench.Cwnd(), 11000, "a segment more for each acknowledgment");
    bench.Ack(4000);
    bench.Ack(5000);
    NS_TEST_EXPECT_MSG_EQ(bench.Cwnd(), 13000, "a segment more for each acknowledgment");
}

void
SenderTest::NagleHolds()
{
    TransferSetup setup;
    setup.settings.noDelay = false;
    SenderBench bench(setup);
    bench.Queue(100);
    const auto first = bench.Send();
    NS_TEST_ASSERT_MSG_EQ(first.size(), 1, "nothing is outstanding: it goes");
    NS_TEST_EXPECT_MSG_EQ(first[0].push, true, "it is the last");
    bench.Queue(200);
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()),
                          "",
                          "a small segment waits for the acknowledgment");
    bench.Queue(900);
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "100", "a full segment goes, the rest waits");
    bench.Ack(1100);
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "1100", "all acknowledged: the rest goes");
    bench.Queue(50);
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "", "waits again");
    bench.tcb.closing = true;
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "1200", "nothing to wait for after CLOSE");

    setup.settings.noDelay = true;
    SenderBench eager(setup);
    eager.Queue(100);
    eager.Send();
    eager.Queue(100);
    NS_TEST_EXPECT_MSG_EQ(eager.List(eager.Send()), "100", "no delay: small segments go at once");
}

void
SenderTest::SillyWindow()
{
    TransferSetup setup;
    setup.window = 4000;
    SenderBench bench(setup);
    bench.Queue(10000);
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "0 1000 2000 3000", "the window is filled");
    bench.window = 600;
    bench.Ack(4000);
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()),
                          "",
                          "less than a segment, less than half of the largest window");
    const Time when = bench.tcb.deadline[TCP_CONN_PACING];
    NS_TEST_ASSERT_MSG_EQ((when != Time::Max()), true, "the override timer runs");
    NS_TEST_EXPECT_MSG_EQ((when >= Simulator::Now() + Seconds(0.1)), true, "at least 0.1 s");
    Wait(when - Simulator::Now());
    const auto late = bench.Send();
    NS_TEST_ASSERT_MSG_EQ(late.size(), 1, "RFC 9293 section 3.8.6.2.1 (4)");
    NS_TEST_EXPECT_MSG_EQ(late[0].length, 600, "what fits");
    NS_TEST_EXPECT_MSG_EQ((bench.tcb.deadline[TCP_CONN_PACING] == Time::Max()), true, "stopped");

    setup.window = 1500;
    SenderBench half(setup);
    half.Queue(10000);
    half.Send();
    half.window = 800;
    half.Ack(1000);
    const auto sent = half.Send();
    NS_TEST_ASSERT_MSG_EQ(sent.size(), 1, "(3): at least half of the largest window");
    NS_TEST_EXPECT_MSG_EQ(sent[0].length, 800, "what fits");
}

void
SenderTest::ZeroWindow()
{
    SenderBench bench{TransferSetup()};
    bench.window = 3000;
    bench.Ack(0);
    bench.Queue(10000);
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "0 1000 2000", "up to the window");
    bench.window = 0;
    bench.Ack(3000);
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "", "the window is closed");
    bench.Ack(3000);
    bench.Ack(3000);
    bench.Ack(3000);
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "", "nothing may be sent, nor sent again");
    bench.window = 2000;
    bench.Ack(3000);
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "3000 4000", "the window has opened");
}

void
SenderTest::Probe()
{
    TransferSetup setup;
    setup.window = 2000;
    SenderBench bench(setup);
    bench.Queue(4000);
    bench.Send();
    bench.window = 0;
    bench.Ack(2000);
    TcpConnText probe;
    probe.seq = bench.At(2000);
    probe.length = 1;
    probe.probe = true;
    for (int i = 0; i < 3; ++i)
    {
        bench.room->TextSent(bench.tcb, probe, Simulator::Now());
        Ptr<Packet> packet = bench.room->CopyText(probe);
        NS_TEST_ASSERT_MSG_EQ((packet && packet->GetSize() == 1), true, "one byte");
        NS_TEST_EXPECT_MSG_EQ(bench.room->Queued(), 2000, "the byte is still unsent");
    }
    bench.window = 1000;
    bench.Ack(2000);
    const auto all = bench.Send();
    NS_TEST_ASSERT_MSG_EQ(all.size(), 1, "the window opened");
    NS_TEST_EXPECT_MSG_EQ(all[0].length, 1000, "what was refused goes with what follows it");
    NS_TEST_EXPECT_MSG_EQ(all[0].retransmission, false, "new");
}

void
SenderTest::ProbeTaken()
{
    TransferSetup setup;
    setup.window = 2000;
    SenderBench bench(setup);
    bench.Queue(4000);
    bench.Send();
    bench.window = 0;
    bench.Ack(2000);
    TcpConnText probe;
    probe.seq = bench.At(2000);
    probe.length = 1;
    probe.probe = true;
    bench.room->TextSent(bench.tcb, probe, Simulator::Now());
    bench.room->CopyText(probe);
    bench.window = 1;
    bench.Ack(2001);
    NS_TEST_EXPECT_MSG_EQ(bench.tcb.path.samples, 0, "a probe is not timed");
    bench.window = 4000;
    bench.Ack(2001);
    const auto sent = bench.Send();
    NS_TEST_ASSERT_MSG_EQ(sent.size(), 2, "the rest, in two segments");
    NS_TEST_EXPECT_MSG_EQ(bench.Offset(sent[0].seq), 2001, "after the byte that was taken");
    NS_TEST_EXPECT_MSG_EQ(sent[0].length, 1000, "a full segment");
    NS_TEST_EXPECT_MSG_EQ(sent[1].length, 999, "what is left");
    NS_TEST_EXPECT_MSG_EQ(sent[0].retransmission, false, "new");
}

void
SenderTest::WindowTakenBack()
{
    SenderBench bench{TransferSetup()};
    bench.Queue(3000);
    bench.Send();
    Wait(MilliSeconds(10));
    bench.window = 0;
    bench.Ack(0);
    TcpConnText probe;
    probe.seq = bench.At(0);
    probe.length = 1;
    probe.retransmission = true;
    bench.room->TextSent(bench.tcb, probe, Simulator::Now());
    NS_TEST_EXPECT_MSG_EQ(bench.room->CopyText(probe)->GetSize(), 1, "one byte");
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "", "the window is closed");
    bench.window = 10000;
    bench.Ack(0);
    uint32_t resent = 0;
    for (const auto& text : bench.Send())
    {
        NS_TEST_EXPECT_MSG_EQ(text.retransmission, true, "sent before");
        NS_TEST_EXPECT_MSG_EQ(bench.Offset(text.seq), resent, "in order");
        resent += text.length;
    }
    NS_TEST_EXPECT_MSG_EQ(resent, 3000, "all that the closed window refused");
    NS_TEST_EXPECT_MSG_EQ(bench.Cwnd(), 10000, "nobody's congestion");
}

void
SenderTest::RttFormula()
{
    TransferSetup setup;
    setup.settings.minRto = MilliSeconds(1);
    SenderBench bench(setup);
    bench.Queue(100000);
    bench.Send();
    Wait(MilliSeconds(100));
    bench.Ack(1000);
    const TcpConnPath& path = bench.tcb.path;
    NS_TEST_EXPECT_MSG_EQ(path.srtt, MilliSeconds(100), "RFC 6298 2.2: SRTT = R");
    NS_TEST_EXPECT_MSG_EQ(path.rttVar, MilliSeconds(50), "RTTVAR = R/2");
    NS_TEST_EXPECT_MSG_EQ(path.rto, MilliSeconds(300), "RTO = SRTT + 4 RTTVAR");
    NS_TEST_EXPECT_MSG_EQ(path.samples, 1, "one sample");
    Wait(MilliSeconds(80));
    bench.Ack(2000); // 180 ms after it was sent
    NS_TEST_EXPECT_MSG_EQ(path.srtt, MilliSeconds(110), "2.3: 7/8 SRTT + 1/8 R'");
    NS_TEST_EXPECT_MSG_EQ(path.rttVar, MicroSeconds(57500), "3/4 RTTVAR + 1/4 |SRTT - R'|");
    NS_TEST_EXPECT_MSG_EQ(path.rto, MilliSeconds(340), "RTO");
    NS_TEST_EXPECT_MSG_EQ(TcpConnCompat::SmoothedRtt(*bench.room->State(), 0).Get(),
                          MilliSeconds(110),
                          "the congestion control is told");
}

void
SenderTest::RtoBounds()
{
    TransferSetup setup;
    setup.settings.minRto = Seconds(1);
    setup.settings.maxRto = Seconds(2);
    SenderBench bench(setup);
    bench.Queue(100000);
    bench.Send();
    Wait(MilliSeconds(10));
    bench.Ack(1000);
    NS_TEST_EXPECT_MSG_EQ(bench.tcb.path.rto, Seconds(1), "not below the minimum");
    Wait(Seconds(30));
    bench.Ack(2000);
    NS_TEST_EXPECT_MSG_EQ(bench.tcb.path.rto, Seconds(2), "not above the maximum");

    setup.settings.minRto = MilliSeconds(1);
    setup.settings.clockGranularity = MilliSeconds(50);
    SenderBench coarse(setup);
    coarse.Queue(100000);
    coarse.Send();
    Wait(MilliSeconds(4));
    coarse.Ack(1000);
    NS_TEST_EXPECT_MSG_EQ(coarse.tcb.path.rto, MilliSeconds(54), "SRTT + G");
}

void
SenderTest::Karn()
{
    for (bool timestamps : {false, true})
    {
        TransferSetup setup;
        setup.timestamps = timestamps;
        SenderBench bench(setup);
        bench.tcb.tsOffset = 77;
        bench.Queue(5000);
        bench.Send();
        Wait(Seconds(1));
        bench.Timeout();
        bench.Send();
        Wait(MilliSeconds(40));
        TcpConnSegment segment;
        segment.options.present |= timestamps ? TcpConnOptions::TIMESTAMPS : 0;
        segment.options.tsEcr = Simulator::Now().GetMilliSeconds() - 40 + 77;
        bench.Arrive(segment, 1000);
        NS_TEST_EXPECT_MSG_EQ(bench.tcb.path.samples,
                              timestamps ? 1 : 0,
                              "which transmission it was only an echo tells");
        NS_TEST_EXPECT_MSG_EQ(bench.tcb.path.srtt,
                              timestamps ? MilliSeconds(40) : Time(0),
                              "round-trip time by the echo");
        Simulator::Destroy();
    }
}

void
SenderTest::Idle()
{
    SenderBench bench{TransferSetup()};
    bench.room->SetSendBufferSize(1000000);
    bench.setup.settings.sndBufSize = 1000000;
    uint32_t sent = 0;
    for (int round = 0; round < 3; ++round)
    {
        bench.Queue(40000);
        while (!bench.Send().empty())
        {
            Wait(MilliSeconds(10));
            while (bench.tcb.sndUna < bench.tcb.sndNxt)
            {
                sent += 1000;
                bench.Ack(sent);
            }
        }
    }
    NS_TEST_ASSERT_MSG_GT(bench.Cwnd(), 20000, "the window has grown");
    const uint32_t before = bench.Cwnd();
    Wait(MilliSeconds(500));
    bench.Queue(1000);
    bench.Send();
    NS_TEST_EXPECT_MSG_EQ(bench.Cwnd(), before, "less than an RTO changes nothing");
    bench.Ack(sent += 1000);
    Wait(MilliSeconds(1500));
    bench.Queue(30000);
    NS_TEST_EXPECT_MSG_EQ(bench.Send().size(), 10, "RFC 5681 section 4.1: the restart window");
    NS_TEST_EXPECT_MSG_GT(bench.SsThresh(), before / 2, "RFC 2861: the threshold remembers");
}

void
SenderTest::ApplicationLimited()
{
    TransferSetup setup;
    SenderBench bench(setup);
    for (uint32_t i = 1; i <= 100; ++i)
    {
        bench.Queue(1000);
        bench.Send();
        Wait(MilliSeconds(10));
        bench.Ack(1000 * i);
    }
    NS_TEST_EXPECT_MSG_EQ(bench.Cwnd(), 10000, "a window that is not used does not grow");
}

void
SenderTest::Rebuild()
{
    for (const char* control : {"ns3::TcpNewReno", "ns3::TcpCubic"})
    {
        TransferSetup setup;
        setup.control = control;
        SenderBench bench(setup);
        bench.Queue(30000);
        uint32_t acked = 0;
        while (!bench.Send().empty())
        {
            Wait(MilliSeconds(30));
            while (bench.tcb.sndUna < bench.tcb.sndNxt)
            {
                bench.Ack(acked += 1000);
            }
        }
        const uint32_t cwnd = bench.Cwnd();
        const TcpConnPath path = bench.tcb.path;
        NS_TEST_ASSERT_MSG_EQ(bench.room->Empty(), true, "nothing is left");
        NS_TEST_ASSERT_MSG_EQ(bench.room->Rebuildable(), true, "nothing else to remember");
        bench.Rebuild();
        NS_TEST_EXPECT_MSG_EQ(bench.Cwnd(), cwnd, "congestion window");
        NS_TEST_EXPECT_MSG_EQ(bench.SsThresh(), UINT32_MAX, "threshold");
        NS_TEST_EXPECT_MSG_EQ(bench.tcb.path.srtt, path.srtt, "SRTT");
        bench.Queue(2000);
        NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "30000 31000", "the stream goes on");
        Wait(MilliSeconds(110));
        bench.Ack(32000);
        const Time srtt = path.srtt + (MilliSeconds(110) - path.srtt) / 8;
        NS_TEST_EXPECT_MSG_EQ_TOL(bench.tcb.path.srtt.GetNanoSeconds(),
                                  srtt.GetNanoSeconds(),
                                  8,
                                  "the estimate goes on");
        NS_TEST_EXPECT_MSG_EQ(bench.tcb.path.samples, path.samples + 1, "samples");
        Simulator::Destroy();
    }
}

void
SenderTest::Rebuildable()
{
    TransferSetup setup;
    setup.control = "ns3::TcpVegas";
    SenderBench vegas(setup);
    NS_TEST_EXPECT_MSG_EQ(vegas.room->Rebuildable(), false, "Vegas remembers its base RTT");

    for (const char* control : {"ns3::TcpNewReno", "ns3::TcpCubic"})
    {
        setup.control = control;
        setup.ecn = true;
        SenderBench bench(setup);
        bench.Queue(5000);
        bench.Send();
        bench.Timeout();
        NS_TEST_EXPECT_MSG_EQ(bench.room->Rebuildable(), false, "in recovery");
        bench.Send();
        bench.Ack(5000);
        NS_TEST_EXPECT_MSG_EQ(bench.room->Rebuildable(), false, "CWR is owed");
        bench.Queue(1000);
        bench.Send();
        bench.Ack(6000);
        const bool reno = setup.control == "ns3::TcpNewReno";
        NS_TEST_EXPECT_MSG_EQ(bench.room->Rebuildable(), reno, "Cubic remembers a loss");
        TcpConnSegment marked;
        marked.ce = true;
        bench.room->MarkArrived(marked);
        NS_TEST_EXPECT_MSG_EQ(bench.room->Rebuildable(), false, "ECE is owed");
    }
}

void
SenderTest::Pacing()
{
    TransferSetup setup;
    setup.pacing = true;
    setup.settings.initialCwnd = 4;
    SenderBench bench(setup);
    bench.Queue(100000);
    NS_TEST_EXPECT_MSG_EQ(bench.Send().size(), 4, "the initial window is not paced");
    Wait(MilliSeconds(100));
    for (uint32_t offset = 1000; offset <= 4000; offset += 1000)
    {
        bench.Ack(offset);
    }
    NS_TEST_EXPECT_MSG_EQ(bench.Cwnd(), 8000, "the window");
    NS_TEST_EXPECT_MSG_EQ(bench.Send().size(), 1, "one at a time");
    const Time gap = bench.tcb.deadline[TCP_CONN_PACING] - Simulator::Now();
    // 8000 bytes in 100 ms, twice as fast in slow start.
    NS_TEST_EXPECT_MSG_EQ_TOL(gap.GetSeconds(), 0.00625, 0.0001, "the time between two");
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "", "not before its time");
    Wait(gap);
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "5000", "the next");
}

void
SenderTest::Buffer()
{
    TransferSetup setup;
    setup.settings.sndBufSize = 3000;
    SenderBench bench(setup);
    NS_TEST_EXPECT_MSG_EQ(bench.Queue(3001), false, "more than the buffer");
    NS_TEST_EXPECT_MSG_EQ(bench.room->Queued(), 0, "all or nothing");
    NS_TEST_EXPECT_MSG_EQ(bench.Queue(2000), true, "it fits");
    NS_TEST_EXPECT_MSG_EQ(bench.room->SendSpace(), 1000, "what is left");
    bench.Send();
    NS_TEST_EXPECT_MSG_EQ(bench.Queue(1001), false, "sent, but not acknowledged");
    bench.Ack(1000);
    NS_TEST_EXPECT_MSG_EQ(bench.Queue(1001), true, "there is room again");
    bench.room->SetSendBufferSize(1000);
    NS_TEST_EXPECT_MSG_EQ(bench.room->SendSpace(), 0, "less than is queued");
}

void
SenderTest::CopyFirst()
{
    SenderBench bench{TransferSetup()};
    bench.Queue(2000);
    TcpConnText text;
    for (uint32_t offset : {0, 1000})
    {
        bench.room->NextText(bench.tcb, bench.setup.settings, Simulator::Now(), text);
        NS_TEST_EXPECT_MSG_EQ(bench.Offset(text.seq), offset, "the next piece");
        Ptr<Packet> packet = bench.room->CopyText(text);
        NS_TEST_EXPECT_MSG_EQ(packet->GetSize(), 1000, "fetched before it is told as sent");
        bench.tcb.sndNxt += text.length;
        bench.room->TextSent(bench.tcb, text, Simulator::Now());
    }
    NS_TEST_EXPECT_MSG_EQ(bench.room->State()->m_bytesInFlight, 2000, "counted once");
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()), "", "nothing is left");
}

void
SenderTest::NewMss()
{
    SenderBench bench{TransferSetup()};
    bench.Queue(4000);
    bench.Send();
    bench.tcb.sendMss = 400; // the path has become narrower
    bench.Timeout();
    const auto sent = bench.Send();
    NS_TEST_ASSERT_MSG_EQ(sent.size(), 1, "one segment");
    NS_TEST_EXPECT_MSG_EQ(sent[0].length, 400, "of the new size");
    bench.Ack(400);
    uint32_t next = 400;
    for (const auto& text : bench.Send())
    {
        NS_TEST_EXPECT_MSG_EQ(bench.Offset(text.seq), next, "without a gap");
        NS_TEST_EXPECT_MSG_LT(text.length, 401, "no larger than the new size");
        next += text.length;
    }
    NS_TEST_EXPECT_MSG_GT(next, 400, "slow start goes on");
}

void
SenderTest::LostSyn()
{
    TransferSetup setup;
    SenderBench bench(setup);
    bench.tcb.synRetransmitted = true;
    bench.room = std::make_unique<TcpConnTransfer>(bench.prototype, setup.settings);
    bench.Queue(10000); // before it begins
    bench.room->Begin(bench.tcb, setup.settings, Simulator::Now());
    NS_TEST_EXPECT_MSG_EQ(bench.List(bench.Send()),
                          "0",
                          "RFC 5681 section 3.1: one segment after a lost SYN");
}

void
SenderTest::LeftToChance(const std::string& type, size_t size, const std::string& attribute)
{
    TypeId::AttributeInformation info;
    if (!TypeId::LookupByName(type).LookupAttributeByName(attribute, &info))
    {
        return; // not yet in this version of ns-3
    }
    // What the next object of that size finds where it does not write.
    auto leave = [size](unsigned char byte) {
        auto memory = static_cast<volatile unsigned char*>(::operator new(size));
        std::fill_n(memory, size, byte);
        ::operator delete(const_cast<unsigned char*>(memory));
    };
    leave(1);
    TcpConnTransferPrototype prototype(ObjectFactory(type),
                                       ObjectFactory("ns3::TcpPrrRecovery"),
                                       ObjectFactory("ns3::RttMeanDeviation"));
    for (unsigned char byte : {0, 1})
    {
        leave(byte);
        const Ptr<TcpCongestionOps> copy = prototype.CopyControl();
        Ptr<AttributeValue> value = info.checker->Create();
        copy->GetAttribute(attribute, *value);
        NS_TEST_EXPECT_MSG_EQ(value->SerializeToString(info.checker),
                              info.initialValue->SerializeToString(info.checker),
                              type << "::" << attribute << " of a copy");
    }
}

void
SenderTest::ForgottenAttribute()
{
    // TcpHybla's copy constructor leaves its reference round-trip time out.
    ObjectFactory control("ns3::TcpHybla");
    control.Set("RRTT", TimeValue(MilliSeconds(33)));
    TcpConnTransferPrototype prototype(control,
                                       ObjectFactory("ns3::TcpPrrRecovery"),
                                       ObjectFactory("ns3::RttMeanDeviation"));
    TimeValue value;
    prototype.CopyControl()->GetAttribute("RRTT", value);
    NS_TEST_EXPECT_MSG_EQ(value.Get(), MilliSeconds(33), "the copy has the attribute");
    NS_TEST_EXPECT_MSG_EQ(prototype.UseEcn(), TcpSocketState::Off, "no ECN of its own");
    LeftToChance("ns3::TcpCubic", sizeof(TcpCubic), "TcpFriendliness");
    LeftToChance("ns3::TcpHybla", sizeof(TcpHybla), "RRTT");
    LeftToChance("ns3::TcpLinuxReno", sizeof(TcpLinuxReno), "BetaLoss");
    TcpConnTransferPrototype dctcp(ObjectFactory("ns3::TcpDctcp"),
                                   ObjectFactory("ns3::TcpPrrRecovery"),
                                   ObjectFactory("ns3::RttMeanDeviation"));
    NS_TEST_EXPECT_MSG_EQ(dctcp.UseEcn(), TcpSocketState::On, "DCTCP wants ECN");
}

/** The suite. */
class TransferTestSuite : public TestSuite
{
  public:
    TransferTestSuite()
        : TestSuite("tcp-conn-transfer", TCP_CONN_UNIT)
    {
        using T = SenderTest;
        const auto row = [this](const char* name, T::Steps steps) {
            AddTestCase(new T(name, steps), TCP_CONN_QUICK);
        };
        row("slow start opens the window with each acknowledgment", &T::SlowStart);
        row("Nagle's algorithm holds small segments back", &T::NagleHolds);
        row("silly windows are avoided", &T::SillyWindow);
        row("a closed window lets nothing go until it opens", &T::ZeroWindow);
        row("a probe does not count as sent", &T::Probe);
        row("a probe may be taken", &T::ProbeTaken);
        row("what a window taken back refused is sent again", &T::WindowTakenBack);
        row("round-trip times by RFC 6298", &T::RttFormula);
        row("the bounds of the timeout", &T::RtoBounds);
        row("Karn's algorithm, and timestamps", &T::Karn);
        row("after idling the window is the restart window", &T::Idle);
        row("a window that is not used does not grow", &T::ApplicationLimited);
        row("a room given back and begun anew goes on", &T::Rebuild);
        row("a room with a memory is kept", &T::Rebuildable);
        row("pacing spreads segments", &T::Pacing);
        row("the send buffer is all or nothing", &T::Buffer);
        row("a piece may be fetched before it is told as sent", &T::CopyFirst);
        row("a smaller MSS is followed", &T::NewMss);
        row("one segment after a lost SYN", &T::LostSyn);
        row("attributes that a class forgets to copy are kept", &T::ForgottenAttribute);
    }
};

TransferTestSuite g_transferTestSuite; //!< The suite.

} // namespace
