/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-transfer-bench.h"

#include "ns3/tcp-conn-compat.h"
#include "ns3/test.h"

using namespace ns3;
using namespace ns3::tests;

namespace
{

/** One rule of the receiver; offsets are counted from the first byte of the stream. */
class ReceiverTest : public TestCase
{
  public:
    /** A rule's steps. */
    using Steps = void (ReceiverTest::*)();

    /**
     * @param name the rule
     * @param steps its steps
     */
    ReceiverTest(std::string name, Steps steps)
        : TestCase(name),
          m_steps(steps)
    {
    }

    void InOrder();
    void OutOfOrder();
    void Overlaps();
    void SackOrder();
    void DuplicateSack();
    void RightEdge();
    void Reading();
    void EchoUntilCwr();
    void DctcpEcho();
    void Tags();

  private:
    void DoRun() override
    {
        Begin(TransferSetup());
        (this->*m_steps)();
        m_bench.reset();
        Simulator::Destroy();
    }

    /** @param setup what the bench is made of. */
    void Begin(const TransferSetup& setup)
    {
        m_bench = std::make_unique<SenderBench>(setup);
        m_first = m_bench->tcb.rcvNxt;
    }

    /**
     * A segment arrives; text that is new is accepted as a machine does.
     * @param offset its first byte
     * @param length bytes
     * @return offset of RCV.NXT
     */
    uint32_t Arrive(uint32_t offset, uint32_t length)
    {
        std::vector<uint8_t> bytes(length);
        for (uint32_t i = 0; i < length; ++i)
        {
            bytes[i] = static_cast<uint8_t>((offset + i) % 251);
        }
        TcpConnSegment segment;
        segment.seq = m_first + offset;
        segment.length = length;
        TcpConnTcb& tcb = m_bench->tcb;
        m_bench->room->SetArriving(Create<Packet>(bytes.data(), length), segment);
        const SequenceNumber32 first = std::max(segment.seq, tcb.rcvNxt);
        const SequenceNumber32 last = std::min(segment.End(), tcb.rcvAdv);
        if (first < last)
        {
            tcb.rcvNxt = m_bench->room->AcceptText(tcb, first, last - first);
        }
        return tcb.rcvNxt - m_first;
    }

    /** @return the SACK blocks of an acknowledgment sent now, as offsets. */
    std::vector<Range> Sack(uint8_t room = 3)
    {
        TcpConnOptions options;
        m_bench->room->FillSack(options, room);
        NS_TEST_EXPECT_MSG_EQ(options.Has(TcpConnOptions::SACK), (options.sackCount > 0), "bit");
        std::vector<Range> ranges;
        for (uint8_t i = 0; i < options.sackCount; ++i)
        {
            ranges.emplace_back(options.sack[i].left - m_first, options.sack[i].right - m_first);
        }
        return ranges;
    }

    /**
     * Read, and compare with what was sent.
     * @param most most bytes to read
     * @param expected how many there should be
     */
    void Read(uint32_t most, uint32_t expected)
    {
        Ptr<Packet> packet = m_bench->room->Read(most);
        NS_TEST_ASSERT_MSG_EQ((packet ? packet->GetSize() : 0), expected, "bytes read");
        std::vector<uint8_t> bytes(expected);
        if (packet)
        {
            packet->CopyData(bytes.data(), expected);
        }
        for (uint8_t byte : bytes)
        {
            NS_TEST_ASSERT_MSG_EQ(+byte, m_read % 251, "wrong byte at " << m_read);
            ++m_read;
        }
    }

    /**
     * @param flags control bits
     * @param ce marked
     */
    void Mark(uint16_t flags, bool ce)
    {
        TcpConnSegment segment;
        segment.flags = flags;
        segment.ce = ce;
        segment.tos = ce ? 3 : 2;
        segment.length = 1000;
        m_bench->room->MarkArrived(segment);
    }

    std::unique_ptr<SenderBench> m_bench; //!< The bench.
    SequenceNumber32 m_first;             //!< First byte of the stream.
    uint32_t m_read{0};                   //!< Bytes read.
    Steps m_steps;                        //!< The steps.
};

void
ReceiverTest::InOrder()
{
    NS_TEST_EXPECT_MSG_EQ(Arrive(0, 1000), 1000, "RCV.NXT");
    NS_TEST_EXPECT_MSG_EQ(Arrive(1000, 10), 1010, "RCV.NXT");
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->Unread(), 1010, "unread");
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->OutOfOrder(), false, "no gap");
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->Empty(), false, "something is unread");
    NS_TEST_EXPECT_MSG_EQ(Sack().size(), 0, "nothing to SACK");
    Read(UINT32_MAX, 1010);
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->Empty(), true, "all is read");
    Read(UINT32_MAX, 0);
}

void
ReceiverTest::OutOfOrder()
{
    NS_TEST_EXPECT_MSG_EQ(Arrive(2000, 1000), 0, "a gap");
    NS_TEST_EXPECT_MSG_EQ(Arrive(4000, 1000), 0, "two gaps");
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->OutOfOrder(), true, "held");
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->Unread(), 0, "not to be read");
    NS_TEST_EXPECT_MSG_EQ(Arrive(0, 1000), 1000, "the front");
    Read(UINT32_MAX, 1000);
    NS_TEST_EXPECT_MSG_EQ(Arrive(1000, 1000), 3000, "the first gap is filled");
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->OutOfOrder(), true, "the second is not");
    NS_TEST_EXPECT_MSG_EQ(Arrive(3000, 1000), 5000, "the second gap is filled");
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->OutOfOrder(), false, "no gap");
    NS_TEST_EXPECT_MSG_EQ(Arrive(5000, 7000), 12000, "past the wrap of the numbers");
    NS_TEST_EXPECT_MSG_EQ(Arrive(13000, 1000), 12000, "another gap");
    NS_TEST_EXPECT_MSG_EQ(Arrive(12000, 1000), 14000, "filled");
    Read(UINT32_MAX, 13000);
}

void
ReceiverTest::Overlaps()
{
    Arrive(1000, 1000);
    Arrive(3000, 1000);
    Arrive(500, 3000); // covers the first, and touches the second
    NS_TEST_EXPECT_MSG_EQ(Arrive(0, 700), 4000, "all of it");
    Arrive(3500, 1000);
    NS_TEST_EXPECT_MSG_EQ(m_bench->tcb.rcvNxt - m_first, 4500, "what is new of it");
    Read(UINT32_MAX, 4500);
}

void
ReceiverTest::SackOrder()
{
    Arrive(1000, 1000);
    Arrive(3000, 1000);
    Arrive(5000, 1000);
    const std::vector<Range> first{{5000, 6000}, {3000, 4000}, {1000, 2000}};
    NS_TEST_EXPECT_MSG_EQ((Sack() == first), true, "RFC 2018: the latest first");
    Arrive(4000, 1000);
    const std::vector<Range> joined{{3000, 6000}, {1000, 2000}};
    NS_TEST_EXPECT_MSG_EQ((Sack() == joined), true, "blocks that touch are one");
    NS_TEST_EXPECT_MSG_EQ(Sack(1).size(), 1, "no more than there is room for");
    NS_TEST_EXPECT_MSG_EQ(Sack(0).size(), 0, "no room");
    Arrive(0, 1000);
    NS_TEST_EXPECT_MSG_EQ(Sack().size(), 1, "what is acknowledged is not SACKed");
    Arrive(2000, 1000);
    NS_TEST_EXPECT_MSG_EQ(Sack().size(), 0, "no gap is left");
}

void
ReceiverTest::DuplicateSack()
{
    Arrive(0, 2000);
    Arrive(500, 1000);
    const std::vector<Range> old{{500, 1500}};
    NS_TEST_EXPECT_MSG_EQ((Sack() == old), true, "RFC 2883: below RCV.NXT");
    NS_TEST_EXPECT_MSG_EQ(Sack().size(), 0, "told once");
    Arrive(1500, 1000);
    const std::vector<Range> part{{1500, 2000}};
    NS_TEST_EXPECT_MSG_EQ((Sack() == part), true, "only the part that came twice");
    Arrive(4000, 2000);
    Sack();
    Arrive(4000, 1000);
    const std::vector<Range> above{{4000, 5000}, {4000, 6000}};
    NS_TEST_EXPECT_MSG_EQ((Sack() == above), true, "above it: then the block that contains it");

    TransferSetup setup;
    setup.sack = false;
    Begin(setup);
    Arrive(0, 1000);
    Arrive(0, 1000);
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->Rebuildable(), true, "without SACK nothing is owed");
}

void
ReceiverTest::RightEdge()
{
    TcpConnSettings settings;
    settings.rcvBufSize = 10000;
    uint32_t edge = 0;
    const auto check = [&](const char* what) {
        const uint32_t now = m_bench->tcb.rcvNxt - m_first + m_bench->room->ReceiveSpace(settings);
        NS_TEST_EXPECT_MSG_GT(now + 1, edge, "the right edge moved back: " << what);
        edge = now;
    };
    check("at the beginning");
    Arrive(1000, 1000);
    check("text beyond a gap");
    Arrive(5000, 3000);
    check("more of it");
    Arrive(0, 1000);
    check("a gap filled");
    NS_TEST_EXPECT_MSG_EQ(edge, 10000, "nothing was read");
    m_bench->tcb.rcvAdv = m_first + 10000;
    Arrive(2000, 3000);
    Arrive(8000, 4000); // more than fits
    check("the buffer full");
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->ReceiveSpace(settings), 0, "full");
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->Unread(), 10000, "all of it, and no more");
    Read(4000, 4000);
    check("read");
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->ReceiveSpace(settings), 4000, "what was read");
    settings.rcvBufSize = 5000;
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->ReceiveSpace(settings), 0, "a smaller buffer");
}

void
ReceiverTest::Reading()
{
    for (uint32_t i = 0; i < 200; ++i)
    {
        Arrive(i * 100, 100);
    }
    Read(50, 50);
    Read(50, 50);
    Read(130, 130);
    Read(0, 0);
    Read(10000, 10000);
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->Unread(), 9770, "what is left");
    Arrive(20000, 100);
    Read(9771, 9771);
    Read(UINT32_MAX, 99);
}

void
ReceiverTest::EchoUntilCwr()
{
    Mark(0, true);
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->EchoCongestion(), false, "ECN was not agreed");
    TransferSetup setup;
    setup.ecn = true;
    Begin(setup);
    Mark(0, false);
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->EchoCongestion(), false, "no mark yet");
    TcpConnSegment marked;
    marked.ce = true;
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->MarkChangesEcho(marked), false, "RFC 3168: no hurry");
    Mark(0, true);
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->EchoCongestion(), true, "RFC 3168 6.1.3: ECE");
    Mark(0, false);
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->EchoCongestion(), true, "until CWR comes");
    Mark(TCP_CONN_CWR, false);
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->EchoCongestion(), false, "CWR");
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->State()->m_ecnState,
                          TcpSocketState::ECN_IDLE,
                          "the state that is traced");
    Mark(TCP_CONN_CWR, true);
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->EchoCongestion(), true, "CWR on a marked segment");
}

void
ReceiverTest::DctcpEcho()
{
    TransferSetup setup;
    setup.ecn = true;
    setup.control = "ns3::TcpDctcp";
    Begin(setup);
    TcpConnSegment marked;
    marked.ce = true;
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->MarkChangesEcho(marked), true, "the first mark");
    Mark(0, true);
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->MarkChangesEcho(marked), false, "the second mark");
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->MarkChangesEcho(TcpConnSegment()), true, "no mark");
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->EchoCongestion(), true, "marked");
    Arrive(0, 1000);
    Mark(0, false);
    NS_TEST_EXPECT_MSG_EQ(m_bench->room->EchoCongestion(), false, "RFC 8257: not marked");
    Arrive(1000, 1000);
    Mark(0, true);
    NS_TEST_EXPECT_MSG_EQ(Arrive(2000, 1000), 3000, "the buffer is not disturbed");
    Read(UINT32_MAX, 3000);
}

void
ReceiverTest::Tags()
{
    TcpConnSegment segment;
    segment.seq = m_first;
    segment.length = 10;
    Ptr<Packet> packet = Create<Packet>(10);
    SocketPriorityTag tag;
    packet->AddPacketTag(tag);
    m_bench->room->SetArriving(packet, segment);
    m_bench->room->AcceptText(m_bench->tcb, m_first, 10);
    Ptr<Packet> read = m_bench->room->Read(10);
    NS_TEST_EXPECT_MSG_EQ(read->PeekPacketTag(tag), false, "tags of the lower layers are gone");
}

/** The suite. */
class TransferReceiveTestSuite : public TestSuite
{
  public:
    TransferReceiveTestSuite()
        : TestSuite("tcp-conn-transfer-receive", TCP_CONN_UNIT)
    {
        using T = ReceiverTest;
        const auto row = [this](const char* name, T::Steps steps) {
            AddTestCase(new T(name, steps), TCP_CONN_QUICK);
        };
        row("text in order", &T::InOrder);
        row("text beyond gaps", &T::OutOfOrder);
        row("text that overlaps", &T::Overlaps);
        row("the order of SACK blocks", &T::SackOrder);
        row("duplicates are reported", &T::DuplicateSack);
        row("the right edge of the window never moves back", &T::RightEdge);
        row("reading in pieces", &T::Reading);
        row("ECE until CWR", &T::EchoUntilCwr);
        row("DCTCP echoes each mark", &T::DctcpEcho);
        row("packet tags are taken off", &T::Tags);
    }
};

TransferReceiveTestSuite g_transferReceiveTestSuite; //!< The suite.

} // namespace
