/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-core-script.h"

#include "ns3/tcp-conn-compat.h"
#include "ns3/tcp-conn-trace.h"

#include <utility>

using namespace ns3;
using namespace ns3::tcpconnrows;

namespace
{

/** @return the tests of the rows that Fast Open adds, and of what it does in those of RFC 9293 */
const std::vector<TcpConnRowCase>&
FastOpenRows()
{
    // "fastopen" reaches SYN-RECEIVED by a SYN with a valid cookie and five bytes of text.
    // clang-format off
    static const std::vector<TcpConnRowCase> cases = {
    // The server is opened ----------------------------------------------------------------------
    {L, "syn/fast-open", "fastopen", "", "< SYN seq=300 len=5 fo=good",
     "-> SYN-RECEIVED; > SYN,ACK seq=100 ack=306; established; text 5; +retransmission=1"},
    {L, "syn/fast-open", "fastopen", "", "< SYN seq=300 fo=good",
     "-> SYN-RECEIVED; > SYN,ACK seq=100 ack=301; established; +retransmission=1"},
    {L, "syn/fast-open", "fastopen rcvbuf=3", "", "< SYN seq=300 len=5 fo=good",
     "-> SYN-RECEIVED; > SYN,ACK seq=100 ack=304 win=0; established; text 3; +retransmission=1"},
    {L, "syn/fast-open-declined", "fastopen", "", "< SYN seq=300 fo=ask",
     "-> SYN-RECEIVED; > SYN,ACK seq=100 ack=301 fo=cookie; +retransmission=1"},
    {L, "syn/fast-open-declined", "fastopen", "", "< SYN,FIN seq=300 len=5 fo=bad",
     "-> SYN-RECEIVED; > SYN,ACK seq=100 ack=301 fo=cookie; +retransmission=1"},
    {L, "syn", "fastopen", "", "< SYN seq=300 len=5",
     "-> SYN-RECEIVED; stash 5; > SYN,ACK seq=100 ack=301; +retransmission=1"},
    {L, "syn/not-admitted", "fastopen", "full", "< SYN seq=300 len=5 fo=good", "dropped"},
    {L, "syn/refused", "fastopen", "refuse", "< SYN seq=300 len=5 fo=good",
     "dropped; > RST,ACK seq=0 ack=306"},
    {SR, "text/fast-opened", "fastopen from=LISTEN", "", "< SYN seq=300 len=5 fo=good",
     "-> SYN-RECEIVED; > SYN,ACK seq=100 ack=306; established; text 5; +retransmission=1"},
    {SR, "fin/fast-opened", "fastopen from=LISTEN", "", "< SYN,FIN seq=300 len=5 fo=good",
     "-> SYN-RECEIVED; -> CLOSE-WAIT; > SYN,ACK seq=100 ack=307; established; text 5; peer-closed; "
     "+retransmission=1"},
    // The application before the third segment --------------------------------------------------
    {SR, "send/fast-opened", "fastopen", "", "send 10", "> PSH,ACK seq=101 ack=306 len=10"},
    {SR, "send/fast-opened", "fastopen", "< SYN seq=300", "send 10", ""},
    {SR, "receive/fast-opened", "fastopen", "", "receive 10", "read 5"},
    {SR, "close/abrupt", "fastopen", "let-go", "close",
     "-> CLOSED; > RST seq=101; deleted aborted"},
    {SR, "close/fast-opened", "fastopen", "receive 5; let-go; send 10", "close",
     "-> FIN-WAIT-1; > FIN,ACK seq=111 ack=306"},
    {SR, "close/fast-opened", "fastopen", "", "close", "-> FIN-WAIT-1; > FIN,ACK seq=101 ack=306"},
    {SR, "abort", "fastopen", "", "abort", "-> CLOSED; > RST seq=101; deleted aborted"},
    // Segments before the third -----------------------------------------------------------------
    {SR, "sequence/repeated-syn", "fastopen", "", "< SYN seq=300",
     "dropped; > SYN,ACK seq=100 ack=306"},
    {CW, "sequence/repeated-fast-syn", "fastopen", "", "< SYN seq=300",
     "dropped; > SYN,ACK seq=100 ack=307"},
    {F1 | CL | LA, "sequence/repeated-fast-syn", "fastopen", "", "< SYN seq=300",
     "dropped; > SYN,ACK seq=100 ack=R"},
    {SR, "rst/reset-valid-fast", "fastopen", "", "< RST seq=306", "-> CLOSED; failed reset"},
    {SR, "rst", "fastopen", "", "< RST seq=307", "dropped; > ACK seq=101 ack=306"},
    {SR, "syn/fast-opened", "fastopen", "", "< SYN seq=306", "dropped; > ACK seq=101 ack=306"},
    {SR, "ack/no-ack-bit", "fastopen", "", "< seq=306 len=5", "dropped"},
    {SR, "ack/wrong-ack", "fastopen", "", "< ACK seq=306 ack=100", "dropped; > RST seq=100"},
    {SR, "ack/wrong-ack", "fastopen", "", "< ACK seq=306 ack=102", "dropped; > RST seq=102"},
    {SR, "ack/ack-of-fast-syn", "fastopen", "", "< ACK seq=306 ack=101",
     "-> ESTABLISHED; -retransmission"},
    {SR, "ack/ack-of-fast-syn", "fastopen", "send 10; wait 0.1", "< ACK seq=306 ack=101",
     "-> ESTABLISHED; +retransmission=1"},
    {SR, "ack/ack-of-fast-syn", "fastopen", "send 10", "< ACK seq=306 ack=111",
     "-> ESTABLISHED; acked 10; -retransmission"},
    {SR, "ack/ack-of-fast-syn", "fastopen", "", "< FIN,ACK seq=306 ack=101 len=7",
     "-> ESTABLISHED; -> CLOSE-WAIT; > ACK seq=101 ack=314; text 7; peer-closed; -retransmission"},
    {SR, "ack/ack-of-fast-syn", "fastopen", "send 10; retransmission-timeout",
     "< ACK seq=306 ack=101",
     "-> ESTABLISHED; > PSH,ACK seq=101 ack=306 len=10; +retransmission=3"},
    // ... and after CLOSE or FIN ----------------------------------------------------------------
    {F1, "ack/ack-of-fin", "fastopen", "", "< ACK seq=306 ack=102",
     "-> FIN-WAIT-2; -retransmission"},
    {CW, "ack", "fastopen", "", "< ACK seq=307 ack=101", "-retransmission"},
    {CL, "ack/ack-of-fin", "fastopen", "", "< ACK seq=307 ack=102",
     "-> TIME-WAIT; -retransmission; +time-wait=240"},
    {LA, "ack/ack-of-fin", "fastopen", "", "< ACK seq=307 ack=102", "-> CLOSED"},
    {CW, "send", "fastopen", "", "send 10", "> PSH,ACK seq=101 ack=307 len=10"},
    {CW, "rst/reset-valid", "fastopen", "", "< RST seq=307", "-> CLOSED; failed reset"},
    // Timeouts and reports ----------------------------------------------------------------------
    {SR, "retransmission-timeout", "fastopen", "", "retransmission-timeout",
     "> SYN,ACK seq=100 ack=306; +retransmission=2"},
    {SR, "retransmission-timeout", "fastopen", "send 10", "retransmission-timeout",
     "> SYN,ACK seq=100 ack=306; +retransmission=2"},
    {CW, "retransmission-timeout", "fastopen", "", "retransmission-timeout",
     "> SYN,ACK seq=100 ack=307; +retransmission=2"},
    {SR, "retransmission-timeout/give-up", "fastopen conncount=0", "", "retransmission-timeout",
     "-> CLOSED; failed timed-out"},
    {SR, "user-timeout", "fastopen usertimeout=5", "", "user-timeout",
     "-> CLOSED; failed timed-out"},
    {SR, "icmp-hard", "fastopen", "", "icmp-hard", "-> CLOSED; failed unreachable"},
    {SR, "icmp-soft", "fastopen", "", "icmp-soft", "soft-error"},
    {SR, "crash", "fastopen", "", "crash", "-> CLOSED; deleted"},
    // The client --------------------------------------------------------------------------------
    {C, "active-open", "fastopen", "", "active-open",
     "-> SYN-SENT; > SYN seq=100; +retransmission=1"},
    {C, "active-open", "fastopen", "queue 10", "active-open",
     "-> SYN-SENT; > SYN seq=100 fo=ask; +retransmission=1"},
    {SS, "syn/syn-acked", "fastopen from=CLOSED", "queue 10; active-open; wait 0.1",
     "< SYN,ACK seq=300 ack=101 fo=good",
     "-> ESTABLISHED; > PSH,ACK seq=101 ack=301 len=10; established; +retransmission=1"},
    {SS, "retransmission-timeout", "fastopen from=CLOSED", "queue 10; active-open",
     "retransmission-timeout", "> SYN seq=100; +retransmission=2"},
    {C, "active-open", "fastopen cached", "queue 10", "active-open",
     "-> SYN-SENT; > SYN seq=100 fo=cookie len=10; +retransmission=1"},
    {C, "active-open", "fastopen cached", "queue 600", "active-open",
     "-> SYN-SENT; > SYN seq=100 fo=cookie len=520; +retransmission=1"},
    {SS, "syn/syn-acked", "fastopen cached from=CLOSED", "queue 10; active-open",
     "< SYN,ACK seq=300 ack=111",
     "-> ESTABLISHED; > ACK seq=111 ack=301; established; acked 10; -retransmission"},
    {SS, "syn/syn-acked", "fastopen cached from=CLOSED", "queue 10; active-open; wait 0.1",
     "< SYN,ACK seq=300 ack=101 fo=good",
     "-> ESTABLISHED; > PSH,ACK seq=101 ack=301 len=10; established; +retransmission=1"},
    {SS, "syn/syn-acked", "fastopen cached from=CLOSED", "queue 10; active-open; wait 0.1",
     "< SYN,ACK seq=300 ack=106",
     "-> ESTABLISHED; > PSH,ACK seq=106 ack=301 len=5; established; acked 5; +retransmission=1"},
    {SS, "ack/wrong-ack", "fastopen cached from=CLOSED", "queue 10; active-open",
     "< SYN,ACK seq=300 ack=112", "dropped; > RST seq=112"},
    {SS, "retransmission-timeout", "fastopen cached from=CLOSED", "queue 10; active-open",
     "retransmission-timeout", "> SYN seq=100; +retransmission=2"},
    {SS, "syn/syn-acked", "fastopen cached from=CLOSED",
     "queue 10; active-open; retransmission-timeout", "< SYN,ACK seq=300 ack=111",
     "-> ESTABLISHED; > ACK seq=111 ack=301; established; acked 10; -retransmission"},
    // Both at once ------------------------------------------------------------------------------
    {SS, "syn", "fastopen cached from=CLOSED", "queue 10; active-open; wait 0.1",
     "< SYN seq=300 len=5 fo=good",
     "-> SYN-RECEIVED; stash 5; > SYN,ACK seq=100 ack=301; +retransmission=1"},
    {SR, "ack", "fastopen cached from=CLOSED", "queue 10; active-open; < SYN seq=300; wait 0.1",
     "< ACK seq=301 ack=101",
     "-> ESTABLISHED; > PSH,ACK seq=101 ack=301 len=10; established; +retransmission=1"},
    {SR, "ack", "fastopen cached from=CLOSED", "queue 10; active-open; < SYN seq=300",
     "< ACK seq=301 ack=111", "-> ESTABLISHED; established; acked 10; -retransmission"},
    };
    // clang-format on
    return cases;
}

/** Each row that the policy adds is taken by a test of its name. */
class FastOpenRowsCase : public TestCase
{
  public:
    FastOpenRowsCase()
        : TestCase("Each row of the policy is taken by a test of its name")
    {
    }

  private:
    void DoRun() override
    {
        const Ptr<TcpConnPolicies> policies = TcpConnCoreEnd::MakePolicies(100, true);
        const auto& rows = policies->Table().Rows();
        std::vector<uint32_t> taken(rows.size());
        for (const TcpConnRowCase& rowCase : FastOpenRows())
        {
            for (int s = 0; s < TcpSocket::LAST_STATE; ++s)
            {
                const auto state = static_cast<TcpSocket::TcpStates_t>(s);
                if ((rowCase.states >> s) & 1)
                {
                    const auto result = TcpConnRunRow(rowCase, state, 0, 0, nullptr);
                    taken[result.row ? result.row->index : 0] += result.Good() ? 1 : 0;
                }
            }
        }
        std::string untaken;
        uint32_t own = 0;
        for (const TcpConnRow& row : rows)
        {
            own += row.policy ? 1 : 0;
            untaken += row.policy && taken[row.index] == 0
                           ? std::string(TcpConnStateName(row.from)) + " x " + row.cause + "; "
                           : "";
        }
        NS_TEST_EXPECT_MSG_EQ(untaken, "", "rows without a test");
        NS_TEST_EXPECT_MSG_EQ(own, 15, "rows of the policy");
    }
};

/** The same with other numbers. */
class FastOpenWrapCase : public TestCase
{
  public:
    FastOpenWrapCase()
        : TestCase("Each row holds across the wrap at 2^32")
    {
    }

  private:
    void DoRun() override
    {
        for (const TcpConnRowCase& rowCase : FastOpenRows())
        {
            for (int s = 0; s < TcpSocket::LAST_STATE; ++s)
            {
                const auto state = static_cast<TcpSocket::TcpStates_t>(s);
                for (const auto& [our, peers] : {std::pair<uint32_t, uint32_t>{-101, -301},
                                                 std::pair<uint32_t, uint32_t>{-105, -303}})
                {
                    if ((rowCase.states >> s) & 1)
                    {
                        const auto result = TcpConnRunRow(rowCase, state, our, peers, nullptr);
                        NS_TEST_EXPECT_MSG_EQ(result.seen,
                                              result.expected,
                                              rowCase.cause << ": " << rowCase.steps);
                    }
                }
            }
        }
    }
};

/** The rows of Fast Open. */
class FastOpenRowSuite : public TcpConnRowSuite
{
  public:
    FastOpenRowSuite()
        : TcpConnRowSuite("tcp-conn-machine-fast-open", FastOpenRows())
    {
        AddTestCase(new FastOpenRowsCase, TCP_CONN_QUICK);
        AddTestCase(new FastOpenWrapCase, TCP_CONN_QUICK);
    }
} g_fastOpenRowSuite; //!< The suite.

} // namespace
