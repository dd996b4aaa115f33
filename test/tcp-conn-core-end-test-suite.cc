/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-core-script.h"

#include "ns3/tcp-conn-compat.h"

#include <algorithm>
#include <string>
#include <vector>

using namespace ns3;

namespace
{

/** @param seq sequence number @param ack acknowledgment @param length bytes @return a segment */
TcpConnSegment
TextAt(uint32_t seq, uint32_t ack, uint32_t length)
{
    TcpConnSegment segment;
    segment.seq = SequenceNumber32(seq);
    segment.ack = SequenceNumber32(ack);
    segment.flags = TCP_CONN_ACK;
    segment.length = length;
    segment.window = 65535;
    return segment;
}

/** @param phase a data phase @return who sent what was put in order: "2*5 3*10" */
std::string
Who(const TcpConnPlainDataPhase& phase)
{
    std::string text;
    for (const auto& run : phase.Delivered())
    {
        text += (text.empty() ? "" : " ") + std::to_string(run.incarnation) + "*" +
                std::to_string(run.length);
    }
    return text;
}

/** Each byte is put in order once, as who sent it first. */
class TagsTest : public TestCase
{
  public:
    TagsTest()
        : TestCase("Bytes keep the incarnation that sent them, also beyond gaps")
    {
    }

  private:
    void DoRun() override
    {
        TcpConnCoreScript script("", 0, 0);
        NS_TEST_ASSERT_MSG_EQ(script.Reach(TcpSocket::ESTABLISHED), true, "not ESTABLISHED");
        TcpConnCoreEnd& end = script.end;
        end.Arrive(TextAt(301, 101, 5), 1);
        end.Arrive(TextAt(316, 101, 5), 2); // 316 to 320
        end.Arrive(TextAt(311, 101, 3), 3); // 311 to 313
        NS_TEST_EXPECT_MSG_EQ(end.text->OutOfOrder(), true, "two pieces wait");
        NS_TEST_EXPECT_MSG_EQ(Who(*end.text), "1*5", "what is beyond a gap is not delivered");
        end.Arrive(TextAt(308, 101, 20), 4); // round both: 308 to 327
        end.Arrive(TextAt(304, 101, 4), 5);  // 306 and 307 are new
        NS_TEST_EXPECT_MSG_EQ(Who(*end.text), "1*5 5*2 4*3 3*3 4*2 2*5 4*7", "each byte once");
        NS_TEST_EXPECT_MSG_EQ(end.conn.rcvNxt, SequenceNumber32(328), "RCV.NXT");
        NS_TEST_EXPECT_MSG_EQ(end.text->Unread(), 27, "all of it waits to be read");
        NS_TEST_EXPECT_MSG_EQ(end.text->OutOfOrder(), false, "no gap is left");
    }
};

/** A copy is equal, and lives by itself. */
class CopyTest : public TestCase
{
  public:
    CopyTest()
        : TestCase("A copied end lives by itself")
    {
    }

  private:
    void DoRun() override
    {
        TcpConnCoreScript script("", 0, 0);
        NS_TEST_ASSERT_MSG_EQ(script.Reach(TcpSocket::ESTABLISHED), true, "not ESTABLISHED");
        TcpConnCoreEnd& end = script.end;
        end.Send(10);
        end.Arrive(TextAt(306, 101, 5), 1);
        TcpConnCoreEnd copy = end;
        NS_TEST_EXPECT_MSG_EQ((*copy.text == *end.text), true, "the copy is equal");
        NS_TEST_EXPECT_MSG_EQ(copy.text->Hash(), end.text->Hash(), "and its hash");
        const size_t hash = end.text->Hash();
        copy.Arrive(TextAt(301, 111, 5), 1);
        NS_TEST_EXPECT_MSG_EQ(copy.conn.rcvNxt, SequenceNumber32(311), "the copy goes on");
        NS_TEST_EXPECT_MSG_EQ(end.conn.rcvNxt, SequenceNumber32(301), "the other does not");
        NS_TEST_EXPECT_MSG_EQ((*copy.text == *end.text), false, "they differ now");
        NS_TEST_EXPECT_MSG_EQ((copy.text->Hash() == hash), false, "and their hashes");
        NS_TEST_EXPECT_MSG_EQ(end.text->Hash(), hash, "the other is what it was");
        end.Arrive(TextAt(301, 111, 5), 1);
        NS_TEST_EXPECT_MSG_EQ((*copy.text == *end.text), true, "the same events, the same end");
        const bool sameSent = std::equal(
            copy.sent.begin(),
            copy.sent.end(),
            end.sent.begin(),
            end.sent.end(),
            [](const auto& a, const auto& b) { return a.seq == b.seq && a.ack == b.ack; });
        NS_TEST_EXPECT_MSG_EQ(sameSent, true, "and the same was sent");
    }
};

/** A rule that more than one row makes, or that says that no row is taken. */
struct Rule
{
    const char* name;          //!< What it says, and where.
    const char* given;         //!< How the end is set up.
    TcpSocket::TcpStates_t in; //!< State in which it is tested.
    const char* steps;         //!< Steps.
    const char* seen;          //!< What must be seen.
};

/** The rules. */
const Rule RULES[] = {
    {"No keep-alive while text is outstanding (RFC 9293 MUST-26)",
     "keepalive=10",
     TcpSocket::ESTABLISHED,
     "send 10; wait 10; keep-alive-timeout",
     "> PSH,ACK seq=S ack=R len=10; +retransmission=-9; +keep-alive=75"},
    {"No keep-alive within the interval of what arrived (MUST-26)",
     "keepalive=10",
     TcpSocket::ESTABLISHED,
     "wait 4; < ACK seq=R ack=S; keep-alive-timeout",
     "+keep-alive=4"},
    {"Text of a SYN is delivered once the connection is established (RFC 9293 3.10.7.2)",
     "",
     TcpSocket::SYN_SENT,
     "< SYN seq=300 len=5; < ACK seq=306 ack=101; < ACK seq=301 ack=101 len=10",
     "-> SYN-RECEIVED; -> ESTABLISHED; > SYN,ACK seq=100 ack=301; > ACK seq=101 ack=311; "
     "established; text 5; text 5; -retransmission"},
    {"A closed window is probed for as long as the peer answers (MUST-37)",
     "win0 queued=10 dataretries=1",
     TcpSocket::ESTABLISHED,
     "persist-timeout; < ACK seq=R ack=101; persist-timeout; < ACK seq=R ack=101; wait 1000; "
     "< ACK seq=R ack=101; persist-timeout; < ACK seq=R ack=101; persist-timeout",
     "> ACK seq=101 ack=R len=1; > ACK seq=101 ack=R len=1; > ACK seq=101 ack=R len=1; "
     "> ACK seq=101 ack=R len=1; +persist=60"},
    {"An older segment does not change the window (SND.WL1, 3.10.7.4)",
     "",
     TcpSocket::ESTABLISHED,
     "< ACK seq=R+20 ack=S win=10; < ACK seq=R ack=S win=1000; send 100",
     "> ACK seq=S ack=R len=10; +retransmission=1"},
    {"An older acknowledgment does not change the window (3.10.7.4)",
     "",
     TcpSocket::ESTABLISHED,
     "send 10; < ACK seq=R ack=S+10 win=5; < ACK seq=R ack=S+5 win=1000; send 100",
     "> PSH,ACK seq=S ack=R len=10; > ACK seq=S+10 ack=R len=5; acked 10; +retransmission=1"},
    {"A probe that is taken counts as sent",
     "win0 queued=10",
     TcpSocket::ESTABLISHED,
     "persist-timeout; < ACK seq=R ack=102; wait 1; < ACK seq=R ack=102 win=5",
     "> ACK seq=101 ack=R len=1; > ACK seq=102 ack=R len=5; acked 1; +retransmission=1; "
     "-persist"},
    {"The third segment carries a FIN that was queued in SYN-RECEIVED",
     "active",
     TcpSocket::SYN_RCVD,
     "send 600; close; < ACK seq=301 ack=101",
     "-> ESTABLISHED; -> FIN-WAIT-1; > ACK seq=101 ack=301 len=536; "
     "> FIN,PSH,ACK seq=637 ack=301 len=64; established"},
};

/** A rule's test. */
class RuleTest : public TestCase
{
  public:
    /** @param rule the rule */
    explicit RuleTest(const Rule& rule)
        : TestCase(rule.name),
          m_rule(rule)
    {
    }

  private:
    void DoRun() override
    {
        TcpConnCoreScript script(m_rule.given, 0, 0);
        NS_TEST_ASSERT_MSG_EQ(script.Reach(m_rule.in), true, "the state was not reached");
        script.Run(m_rule.steps);
        NS_TEST_EXPECT_MSG_EQ(script.Seen(), script.Expand(m_rule.seen), m_rule.steps);
    }

    const Rule& m_rule; //!< The rule.
};

/** Ends without a simulator. */
class CoreEndSuite : public TestSuite
{
  public:
    CoreEndSuite()
        : TestSuite("tcp-conn-core-end", TCP_CONN_UNIT)
    {
        AddTestCase(new TagsTest, TCP_CONN_QUICK);
        AddTestCase(new CopyTest, TCP_CONN_QUICK);
        for (const Rule& rule : RULES)
        {
            AddTestCase(new RuleTest(rule), TCP_CONN_QUICK);
        }
    }
} g_coreEndSuite; //!< The suite.

} // namespace
