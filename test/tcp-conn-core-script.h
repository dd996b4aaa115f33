/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_CORE_SCRIPT_H
#define TCP_CONN_CORE_SCRIPT_H

#include "tcp-conn-core-end.h"

#include "ns3/test.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ns3
{

/** @ingroup tcp-conn
 * One end of a connection driven by a script of steps, and what was seen, as text.
 *
 * Steps are separated by "; ":
 *  - the name of an event: a user call ("close", "active-open"), a timeout ("persist-timeout"; the
 *    time moves on to its deadline first) or a report ("icmp-hard", "icmp-too-big 100"), and
 *    "send N", "receive N" with a number of bytes;
 *  - "< SYN,ACK seq=300 ack=101 len=5 win=0 up=3 ts=7": a segment arrives; "nots" leaves out the
 *    timestamps that "ts" below agreed;
 *    a SYN may have "fo=ask", "fo=good" or "fo=bad": Fast Open's option with such a cookie;
 *  - "wait SECONDS"; "queue N" (bytes of text, before there is a connection); "let-go" (the
 *    application holds the connection no longer); "full", "refuse", "deaf" (what the listener says
 *    to a SYN);
 *  - "raise EVENT": a check of a segment is raised by itself.
 *
 * The end has ISS 100 and its peer 300, as in the figures of RFC 9293, and numbers are written so;
 * both can be shifted, so that the same script runs across the wrap at 2^32.  In numbers, S and R
 * stand for SND.NXT and RCV.NXT when the state under test was reached.
 *
 * What is seen, in this order:
 *  - "-> STATE" for each move; "= ANSWER" unless a call was answered "ok"; "dropped";
 *    "reincarnate"; "stash N"; "read N";
 *  - "> FIN,ACK seq=S ack=R len=5": a segment was sent ("win=0" if it closes the window);
 *  - "established", "acked 5", "text 5", "urgent", "peer-closed", "failed CAUSE",
 *    "deleted [CAUSE]": the application is told;
 *  - "+TIMER=SECONDS": set to expire so much later; "-TIMER": no longer set.  Not of CLOSED and
 *    LISTEN, which have no timers at all.
 */
class TcpConnCoreScript
{
  public:
    /**
     * @param given how the end is set up, words such as "linger=0", "conncount=1", "rcvbuf=1000",
     *        "ts" (timestamps), "active" (SYN-RECEIVED by a simultaneous open), "text=5" (the peer
     *        has sent so much), "win0" (the peer's window is closed), "queued=5" (so much waits),
     *        "keepalive=10", "keepcount=1", "dataretries=1", "fastopen" (the policy; SYN-RECEIVED
     *        and what follows it are reached by a SYN with a cookie, ours is not acknowledged),
     *        "cached" (the end has a cookie of its peer)
     * @param shiftS added to every number of the end
     * @param shiftR added to every number of the peer
     */
    TcpConnCoreScript(const std::string& given, uint32_t shiftS, uint32_t shiftR);

    /**
     * Bring the end into a state by the usual events.
     * @param state the state
     * @return whether it is in that state with the numbers expected
     */
    bool Reach(TcpSocket::TcpStates_t state);

    /** @param steps the steps to do */
    void Run(const std::string& steps);

    /** Forget what was seen. */
    void Forget();

    /** @return what was seen since the last Forget(), "; " between the items. */
    std::string Seen() const;

    /** @param expected what a test expects @return the same, S and R replaced, in Seen()'s order */
    std::string Expand(const std::string& expected) const;

    TcpConnCoreEnd end; //!< The end.

  private:
    void Step(const std::string& step);
    void Segment(const std::string& line);
    void Event(const std::string& event, const std::string& argument);
    bool Given(const std::string& word) const;
    double Value(const std::string& word, double otherwise) const;
    void CacheCookie();
    void OfferFastOpen(const std::string& what, TcpConnOptions& options);
    uint32_t Number(const std::string& expression) const;
    std::string Print(const TcpConnSegment& segment) const;
    void Establish();
    void Note(const std::string& item);

    std::map<std::string, std::string> m_given;   //!< How it is set up.
    uint32_t m_shiftS;                            //!< Added to its numbers.
    uint32_t m_shiftR;                            //!< Added to the peer's.
    uint32_t m_s{101};                            //!< S.
    uint32_t m_r{301};                            //!< R.
    uint16_t m_window{65535};                     //!< Window of segments that arrive.
    std::vector<std::string> m_notes;             //!< Answers and bytes read.
    size_t m_done{0};                             //!< Effects forgotten.
    size_t m_sent{0};                             //!< Segments forgotten.
    bool m_stashed{false};                        //!< A stashed SYN is forgotten.
    std::array<Time, TCP_CONN_TIMERS> m_deadline; //!< Timers when last forgotten.
};

/** @ingroup tcp-conn
 * A test of one row of the table, for each of a set of states.
 */
struct TcpConnRowCase
{
    uint16_t states;    //!< Set of states: bit 1 << state.
    const char* cause;  //!< The row: "event" or "event/guard".
    const char* given;  //!< How the end is set up; "from=STATE": it starts in another state.
    const char* before; //!< Steps before what is tested.
    const char* steps;  //!< Steps that take the row.
    const char* seen;   //!< What must be seen.
};

/** @ingroup tcp-conn
 * The sets of states in which rows are written.
 */
namespace tcpconnrows
{
constexpr uint16_t C = TcpConnRule::In(TcpSocket::CLOSED);      //!< CLOSED.
constexpr uint16_t L = TcpConnRule::In(TcpSocket::LISTEN);      //!< LISTEN.
constexpr uint16_t SS = TcpConnRule::In(TcpSocket::SYN_SENT);   //!< SYN-SENT.
constexpr uint16_t SR = TcpConnRule::In(TcpSocket::SYN_RCVD);   //!< SYN-RECEIVED.
constexpr uint16_t E = TcpConnRule::In(TcpSocket::ESTABLISHED); //!< ESTABLISHED.
constexpr uint16_t F1 = TcpConnRule::In(TcpSocket::FIN_WAIT_1); //!< FIN-WAIT-1.
constexpr uint16_t F2 = TcpConnRule::In(TcpSocket::FIN_WAIT_2); //!< FIN-WAIT-2.
constexpr uint16_t CW = TcpConnRule::In(TcpSocket::CLOSE_WAIT); //!< CLOSE-WAIT.
constexpr uint16_t CL = TcpConnRule::In(TcpSocket::CLOSING);    //!< CLOSING.
constexpr uint16_t LA = TcpConnRule::In(TcpSocket::LAST_ACK);   //!< LAST-ACK.
constexpr uint16_t TW = TcpConnRule::In(TcpSocket::TIME_WAIT);  //!< TIME-WAIT.
constexpr uint16_t OPEN = E | F1 | F2 | CW | CL | LA;           //!< Synchronised, not yet over.
constexpr uint16_t ALL = C | L | SS | SR | OPEN | TW;           //!< All.
} // namespace tcpconnrows

/** @ingroup tcp-conn
 * What came of one row's test.
 */
struct TcpConnRowResult
{
    bool reached{false};            //!< The state under test was reached.
    const TcpConnRow* row{nullptr}; //!< The row of the table; nullptr: there is none.
    bool taken{false};              //!< It was taken by the steps under test.
    bool tidy{false};               //!< CLOSED and LISTEN have no timer, TIME-WAIT its own alone.
    std::string seen;               //!< What was seen.
    std::string expected;           //!< What was to be seen.

    /** @return whether all is well */
    bool Good() const
    {
        return reached && row && taken && tidy && seen == expected;
    }
};

/**
 * Run one row's test.
 * @param rowCase the test
 * @param state one of its states
 * @param shiftS added to every number of the end
 * @param shiftR added to every number of the peer
 * @param [in,out] taken counts by row index, added to; nullptr: none
 * @return what came of it
 */
TcpConnRowResult TcpConnRunRow(const TcpConnRowCase& rowCase,
                               TcpSocket::TcpStates_t state,
                               uint32_t shiftS,
                               uint32_t shiftR,
                               std::vector<uint32_t>* taken);

/** @ingroup tcp-conn
 * A suite with a test case for each row that some tests are about, by the row's name, "STATE x
 * event:guard".
 */
class TcpConnRowSuite : public TestSuite
{
  public:
    /**
     * @param name name of the suite
     * @param cases the tests
     */
    TcpConnRowSuite(const std::string& name, const std::vector<TcpConnRowCase>& cases);
};

/** @return the tests of rows of user calls. */
const std::vector<TcpConnRowCase>& TcpConnCallRows();
/** @return the tests of rows of arriving segments. */
const std::vector<TcpConnRowCase>& TcpConnSegmentRows();
/** @return the tests of rows of timeouts and reports. */
const std::vector<TcpConnRowCase>& TcpConnTimeoutRows();

} // namespace ns3

#endif /* TCP_CONN_CORE_SCRIPT_H */
