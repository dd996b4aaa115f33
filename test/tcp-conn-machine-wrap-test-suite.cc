/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-core-script.h"

#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-conn-trace.h"

#include <string>
#include <utility>
#include <vector>

using namespace ns3;

namespace
{

/** Initial sequence numbers, named by what the wrap at 2^32 (or half of it) falls on. */
const std::pair<const char*, uint32_t> PLACES[] = {
    {"before the SYN", 0},
    {"after the SYN", 0xffffffff},
    {"after the first byte", 0xfffffffe},
    {"amid the text", 0xfffffff9},
    {"before the FIN", 0xfffffff5},
    {"after the FIN", 0xfffffff4},
    {"amid the window", 0xffff8000},
    {"half way, after the SYN", 0x7fffffff},
    {"half way, amid the text", 0x7ffffff9},
};

/** A step of a life, and what must be seen of it. */
struct Exchange
{
    const char* steps; //!< Steps.
    const char* seen;  //!< What must be seen.
};

/** The peer closes first: ten bytes each way, a lost one, text and FIN beyond a gap. */
const Exchange CLOSED_BY_PEER[] = {
    {"active-open", "-> SYN-SENT; > SYN seq=100; +retransmission=1"},
    {"< SYN,ACK seq=300 ack=100", "dropped; > RST seq=100"},
    {"< SYN,ACK seq=300 ack=102", "dropped; > RST seq=102"},
    {"< SYN,ACK seq=300 ack=101",
     "-> ESTABLISHED; > ACK seq=101 ack=301; established; -retransmission"},
    {"send 10", "> PSH,ACK seq=101 ack=301 len=10; +retransmission=1"},
    {"retransmission-timeout", "> PSH,ACK seq=101 ack=301 len=10; +retransmission=2"},
    {"< ACK seq=301 ack=112", "dropped; > ACK seq=111 ack=301"},
    {"wait 0.5; < ACK seq=301 ack=105", "acked 4; +retransmission=2"},
    {"< ACK seq=301 ack=101", ""},
    {"< ACK seq=306 ack=111 len=5", "> ACK seq=111 ack=301; acked 6; -retransmission"},
    {"< FIN,ACK seq=311 ack=111", "> ACK seq=111 ack=301"},
    {"< ACK seq=300 ack=111 len=8", "-> CLOSE-WAIT; > ACK seq=111 ack=312; text 10; peer-closed"},
    {"receive 20", "= end-of-stream; read 10"},
    {"< FIN,ACK seq=311 ack=111", "dropped; > ACK seq=111 ack=312"},
    {"close", "-> LAST-ACK; > FIN,ACK seq=111 ack=312; +retransmission=2"},
    {"retransmission-timeout", "> FIN,ACK seq=111 ack=312; +retransmission=4"},
    {"< ACK seq=312 ack=111", ""},
    {"< ACK seq=312 ack=113", "dropped; > ACK seq=112 ack=312"},
    {"< ACK seq=312 ack=112", "-> CLOSED"},
};

/** We close first, with text before the FIN; urgent text; TIME-WAIT and the next incarnation. */
const Exchange CLOSED_BY_US[] = {
    {"active-open", "-> SYN-SENT; > SYN seq=100; +retransmission=1"},
    {"< SYN,ACK seq=300 ack=101",
     "-> ESTABLISHED; > ACK seq=101 ack=301; established; -retransmission"},
    {"< URG,ACK seq=301 ack=101 len=5 up=10", "urgent; text 5; +delayed-ack=0.2"},
    {"< URG,ACK seq=306 ack=101 len=1 up=5", "> ACK seq=101 ack=307; text 1; -delayed-ack"},
    {"< URG,ACK seq=307 ack=101 up=5", "urgent"},
    {"send 10", "> PSH,ACK seq=101 ack=307 len=10; +retransmission=1"},
    {"close", "-> FIN-WAIT-1; > FIN,ACK seq=111 ack=307"},
    {"wait 0.5; < ACK seq=307 ack=111", "acked 10; +retransmission=1"},
    {"retransmission-timeout", "> FIN,ACK seq=111 ack=307; +retransmission=2"},
    {"< ACK seq=307 ack=112 len=3", "-> FIN-WAIT-2; text 3; -retransmission; +delayed-ack=0.2"},
    {"< FIN,ACK seq=310 ack=112",
     "-> TIME-WAIT; > ACK seq=112 ack=311; peer-closed; -delayed-ack; +time-wait=240"},
    {"wait 10; < FIN,ACK seq=310 ack=112", "dropped; > ACK seq=112 ack=311; +time-wait=240"},
    {"< RST seq=311", "dropped"},
    {"< SYN seq=300", "dropped; > ACK seq=112 ack=311"},
    {"< SYN seq=311", "dropped; > ACK seq=112 ack=311"},
    {"< SYN seq=312", "-> CLOSED; reincarnate"},
};

/** A life, with the wrap in one place of each direction. */
class LifeTest : public TestCase
{
  public:
    /**
     * @param name its name
     * @param begin first exchange
     * @param end one past the last
     * @param iss ISS
     * @param irs the peer's
     */
    LifeTest(const std::string& name,
             const Exchange* begin,
             const Exchange* end,
             uint32_t iss,
             uint32_t irs)
        : TestCase(name),
          m_begin(begin),
          m_end(end),
          m_iss(iss),
          m_irs(irs)
    {
    }

  private:
    void DoRun() override
    {
        TcpConnCoreScript script("", m_iss - 100, m_irs - 300);
        for (const Exchange* e = m_begin; e != m_end; ++e)
        {
            script.Forget();
            script.Run(e->steps);
            NS_TEST_ASSERT_MSG_EQ(script.Seen(), script.Expand(e->seen), e->steps);
        }
    }

    const Exchange* m_begin; //!< First exchange.
    const Exchange* m_end;   //!< One past the last.
    uint32_t m_iss;          //!< ISS.
    uint32_t m_irs;          //!< The peer's.
};

/** Every row's test once more, with the wrap in one place of each direction. */
class RowsTest : public TestCase
{
  public:
    /** @param name its name @param iss ISS @param irs the peer's */
    RowsTest(const std::string& name, uint32_t iss, uint32_t irs)
        : TestCase(name),
          m_iss(iss),
          m_irs(irs)
    {
    }

  private:
    void DoRun() override
    {
        for (const auto* cases : {&TcpConnCallRows(), &TcpConnSegmentRows(), &TcpConnTimeoutRows()})
        {
            for (const TcpConnRowCase& rowCase : *cases)
            {
                Check(rowCase);
            }
        }
    }

    /** Check one row in all its states. @param rowCase its test */
    void Check(const TcpConnRowCase& rowCase)
    {
        for (int s = 0; s < TcpSocket::LAST_STATE; ++s)
        {
            if ((rowCase.states >> s) & 1)
            {
                const auto state = static_cast<TcpSocket::TcpStates_t>(s);
                const auto result =
                    TcpConnRunRow(rowCase, state, m_iss - 100, m_irs - 300, nullptr);
                NS_TEST_EXPECT_MSG_EQ(result.Good(),
                                      true,
                                      TcpConnStateName(state)
                                          << " x " << rowCase.cause << ", " << rowCase.steps
                                          << ": saw " << result.seen << ", not "
                                          << result.expected);
            }
        }
    }

    uint32_t m_iss; //!< ISS.
    uint32_t m_irs; //!< The peer's.
};

/** A line of RFC 9293's table 6, at one place. */
struct Placing
{
    const char* segment; //!< The segment, without ACK: nothing comes of it where it is acceptable.
    bool acceptable;     //!< It is.
};

/** RCV.WND = 0: the first and third row of table 6. */
const Placing CLOSED_WINDOW[] = {
    {"< seq=R-1", false},
    {"< seq=R", true},
    {"< seq=R+1", false},
    {"< seq=R+1000", false},
    {"< seq=R-1 len=1", false},
    {"< seq=R-1 len=2", false},
    {"< seq=R len=1", false},
    {"< FIN seq=R", false},
    {"< seq=R+1 len=1", false},
};

/** RCV.WND = 1000: the second and fourth row. */
const Placing OPEN_WINDOW[] = {
    {"< seq=R-1", false},          {"< seq=R", true},
    {"< seq=R+1", true},           {"< seq=R+999", true},
    {"< seq=R+1000", false},       {"< seq=R+1001", false},
    {"< seq=R+2147483647", false}, {"< seq=R-2147483647", false},
    {"< seq=R-10 len=10", false},  {"< seq=R-10 len=11", true},
    {"< FIN seq=R-1", false},      {"< FIN seq=R-1 len=1", true},
    {"< seq=R-1 len=1", false},    {"< seq=R len=1", true},
    {"< seq=R len=1000", true},    {"< seq=R len=1001", true},
    {"< seq=R+999 len=1", true},   {"< seq=R+999 len=10", true},
    {"< FIN seq=R+999", true},     {"< FIN seq=R+1000", false},
    {"< seq=R+1000 len=1", false}, {"< seq=R-1 len=1001", true},
    {"< seq=R-1 len=1002", false}, // neither its first nor its last number is in the window
};

/** Table 6 in ESTABLISHED, with the wrap somewhere in the window. */
class AcceptabilityTest : public TestCase
{
  public:
    /** @param name its name @param next RCV.NXT */
    AcceptabilityTest(const std::string& name, uint32_t next)
        : TestCase(name),
          m_next(next)
    {
    }

  private:
    void DoRun() override
    {
        for (const Placing& placing : CLOSED_WINDOW)
        {
            Check("rcvbuf=1000 text=1000", placing, m_next - 1000, " win=0");
        }
        for (const Placing& placing : OPEN_WINDOW)
        {
            Check("rcvbuf=1000", placing, m_next, "");
        }
    }

    /**
     * @param given how the end is set up
     * @param placing the line
     * @param first the peer's first byte of text
     * @param window what ACKs say of the window
     */
    void Check(const char* given, const Placing& placing, uint32_t first, const char* window)
    {
        TcpConnCoreScript script(given, 0, first - 301);
        NS_TEST_ASSERT_MSG_EQ(script.Reach(TcpSocket::ESTABLISHED), true, "not ESTABLISHED");
        NS_TEST_ASSERT_MSG_EQ(script.end.conn.rcvNxt, SequenceNumber32(m_next), "RCV.NXT");
        script.Run("delayed-ack-timeout"); // what came so far is acknowledged
        script.Forget();
        script.Run(placing.segment);
        const std::string answer = std::string("dropped; > ACK seq=S ack=R") + window;
        const std::string expected = placing.acceptable ? "dropped" : script.Expand(answer);
        NS_TEST_EXPECT_MSG_EQ(script.Seen(), expected, given << ": " << placing.segment);
    }

    uint32_t m_next; //!< RCV.NXT.
};

/** The wrap at 2^32. */
class MachineWrapSuite : public TestSuite
{
  public:
    MachineWrapSuite()
        : TestSuite("tcp-conn-machine-wrap", TCP_CONN_UNIT)
    {
        const uint32_t usual = 1000000;
        AddLives("no wrap", usual, usual);
        for (const auto& [name, place] : PLACES)
        {
            const std::string where = name;
            AddLives("ours wraps " + where, place, usual);
            AddLives("theirs wraps " + where, usual, place);
            AddLives("both wrap " + where, place, place);
            AddTestCase(new RowsTest("All rows, both wrap " + where, place, place), TCP_CONN_QUICK);
        }
        for (const uint32_t next : {1000000U,
                                    1U,
                                    2U,
                                    0xffffffffU,
                                    0U - 500U,
                                    0U - 999U,
                                    0U - 1000U,
                                    0U - 1001U,
                                    0x80000000U - 500U})
        {
            AddTestCase(new AcceptabilityTest("Table 6, RCV.NXT=" + std::to_string(next), next),
                        TCP_CONN_QUICK);
        }
    }

  private:
    /** Add both lives. @param name where the wrap is @param iss ISS @param irs the peer's */
    void AddLives(const std::string& name, uint32_t iss, uint32_t irs)
    {
        AddTestCase(new LifeTest("Closed by the peer, " + name,
                                 std::begin(CLOSED_BY_PEER),
                                 std::end(CLOSED_BY_PEER),
                                 iss,
                                 irs),
                    TCP_CONN_QUICK);
        AddTestCase(new LifeTest("Closed by us, " + name,
                                 std::begin(CLOSED_BY_US),
                                 std::end(CLOSED_BY_US),
                                 iss,
                                 irs),
                    TCP_CONN_QUICK);
    }
} g_machineWrapSuite; //!< The suite.

} // namespace
