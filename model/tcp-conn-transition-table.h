/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_TRANSITION_TABLE_H
#define TCP_CONN_TRANSITION_TABLE_H

#include "ns3/tcp-socket.h"

#include <array>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace ns3
{

/** @ingroup tcp-conn
 * What can happen to a connection: RFC 9293 section 3.10's user calls, the checks of an arriving
 * segment in their order, the timeouts, and what the network and the host report.
 */
enum class TcpConnEvent : uint8_t
{
    PASSIVE_OPEN,
    ACTIVE_OPEN,
    SEND,
    RECEIVE,
    CLOSE,
    ABORT,
    STATUS,
    SEQUENCE, //!< A segment arrives: its sequence number is checked.
    RST,      //!< ... its RST bit.
    SYN,      //!< ... its SYN bit.
    ACK,      //!< ... its ACK bit and acknowledgment number.
    URG,      //!< ... its URG bit.
    TEXT,     //!< ... its text.
    FIN,      //!< ... its FIN bit.
    USER_TIMEOUT,
    RETRANSMISSION_TIMEOUT,
    TIME_WAIT_TIMEOUT,
    PERSIST_TIMEOUT,
    DELAYED_ACK_TIMEOUT,
    KEEP_ALIVE_TIMEOUT,
    FIN_WAIT_2_TIMEOUT,
    LINGER_TIMEOUT,
    ICMP_HARD,    //!< An ICMP error that says: never (RFC 5461).
    ICMP_SOFT,    //!< An ICMP error that may pass.
    ICMP_TOO_BIG, //!< The path's MTU is smaller.
    EVICTED,      //!< The listener needs the room of its oldest half-open connection.
    CRASH,        //!< The host forgets everything without a segment.
    COUNT
};

/** @ingroup tcp-conn
 * The conditions that tell the rows of one cell apart.  They are tried in the order of the rows.
 */
enum class TcpConnGuard : uint8_t
{
    ALWAYS,            //!< No condition: the last row of every cell.
    ACCEPTABLE,        //!< The segment is in the window (RFC 9293 table 6), timestamps are not old.
    CROSSED_SYN_ACK,   //!< The SYN,ACK of a simultaneous open, one before the window.
    REPEATED_SYN,      //!< The very SYN that made this half-open connection.
    MISSING_TIMESTAMP, //!< Timestamps were agreed and the segment carries none (RFC 7323 3.2).
    EDGE,              //!< It begins where the window ends: its ACK and RST still count.
    REPEATED_FIN,      //!< The peer's FIN once more.
    NEW_INCARNATION,   //!< A SYN of a new connection that is safe to take in TIME-WAIT.
    RST_BIT,           //!< The segment carries RST.
    RESET_VALID,       //!< The RST passes the segment check (RFC 5961: SEG.SEQ = RCV.NXT).
    RESET_VALID_PASSIVE, //!< The same, and the connection was opened passively.
    PASSIVE,             //!< The connection was opened passively.
    NO_ACK_BIT,          //!< The segment carries no ACK.
    ACK_BIT,             //!< The segment carries ACK.
    WRONG_ACK,           //!< It acknowledges what was not sent: not in (SND.UNA, SND.NXT].
    WRONG_ACK_RST,       //!< The same, with RST.
    FUTURE_ACK,          //!< It acknowledges more than was sent.
    STALE_ACK,           //!< It is older than any the peer could still send (RFC 5961 section 5).
    ACK_OF_FIN,          //!< It acknowledges our FIN.
    SYN_ACKED,           //!< It acknowledges our SYN.
    NOT_ADMITTED,        //!< The listener takes no more: the SYN is dropped.
    REFUSED,             //!< The listener refuses: the SYN is reset.
    NO_READER,           //!< The application has let go: text has no reader.
    EARLY,               //!< The FIN is beyond a gap.
    ABRUPT,              //!< Close with unread text, or with linger 0.
    NOTHING_QUEUED,      //!< No text waits to be sent.
    ACCEPT_FULL,         //!< The accept queue is full: the ACK of the SYN,ACK is dropped.
    ACCEPT_REFUSED,      //!< The same, and the peer is reset.
    COOKIE_DUE,          //!< The SYN is answered by a cookie (RFC 4987 section 3.6).
    COOKIE_VALID,        //!< The ACK returns a cookie that this host gave.
    UNASKED_SYN_ACK,     //!< A SYN,ACK that nobody asked for.
    FAST_OPEN,           //!< The SYN has a cookie by which its text is taken (RFC 7413).
    FAST_OPEN_DECLINED,  //!< The SYN asks for Fast Open, and its text has to wait.
    FAST_OPENED,         //!< Opened by such a cookie; our SYN is not acknowledged yet.
    REPEATED_FAST_SYN,   //!< The same, and this is the very SYN that opened it.
    RESET_VALID_FAST,    //!< The same, and the RST passes the segment check.
    ACK_OF_FAST_SYN,     //!< The same, and this acknowledges our SYN.
    GIVE_UP,             //!< R2, or the limit of probes, is reached.
    POLICY,              //!< A condition of the policy that added the row.
};

/** @ingroup tcp-conn
 * What a row does.  Each is one short function of TcpConnMachine.
 */
enum class TcpConnAction : uint8_t
{
    NOTHING,
    // User calls.
    START_LISTENING,
    SEND_SYN,
    QUEUE_TEXT,
    QUEUE_AND_SEND,
    DELIVER,
    QUEUE_FIN,
    STAY_CLOSING,
    DELETE_TCB,
    RESET_PEER,
    ERROR_NOT_CONNECTED,
    ERROR_CONNECTED,
    ERROR_CLOSING,
    ERROR_AGAIN,
    END_OF_STREAM,
    // Segments.
    RESET_REPLY,
    SEND_ACK,
    CHALLENGE_ACK,
    ACK_AND_RESTART,
    REPEAT_SYN_ACK,
    TRIM_SYN,
    TRIM_TEXT,
    NOTE_SEGMENT,
    OPEN_HALF,
    TAKE_SYN_ACK,
    TAKE_CROSSING_SYN,
    TAKE_ACK_OF_SYN,
    TAKE_ACK,
    TAKE_URGENT,
    TAKE_TEXT,
    STASH_TEXT,
    STASH_FIN,
    NOTE_EARLY_FIN,
    TAKE_FIN,
    RESET_NO_READER,
    FORGET_HALF_OPEN,
    REFUSED_BY_PEER,
    RESET_BY_PEER,
    RESET_BOTH,
    REINCARNATE,
    // What other handshakes, SYN cookies and Fast Open do.
    OPEN_AT_ONCE,
    OPEN_BY_ACK_AND_SYN,
    TAKE_SYN_ACK_SILENTLY,
    NOTE_ACK_OF_SYN,
    SEND_COOKIE,
    TAKE_COOKIE,
    OPEN_FAST,
    // Timeouts and reports.
    RETRANSMIT,
    PROBE_WINDOW,
    PROBE_ALIVE,
    SEND_DELAYED_ACK,
    TIMED_OUT,
    TIMED_OUT_RESET,
    UNREACHABLE,
    NOTE_SOFT_ERROR,
    LOWER_MSS,
    POLICY, //!< An action of the policy that added the row.
};

/** @ingroup tcp-conn
 * What follows for an arriving segment: the next check, or the end of its processing.
 */
enum class TcpConnThen : uint8_t
{
    NEXT, //!< "Continue": the next check is made.
    DROP, //!< "Drop the segment and return": it had no effect on the connection's text.
    DONE, //!< "Return": it has been dealt with.
};

/** @ingroup tcp-conn
 * One row of the table: in state @ref from, at @ref event, if @ref guard holds, @ref action is
 * performed and the connection is in state @ref to.
 */
struct TcpConnRow
{
    TcpSocket::TcpStates_t from; //!< State.
    TcpConnEvent event;          //!< Event.
    TcpConnGuard guard;          //!< Condition.
    TcpSocket::TcpStates_t to;   //!< State after it; the same as from: no move.
    TcpConnAction action;        //!< What is done.
    TcpConnThen then;            //!< What follows for an arriving segment.
    const char* clause;          //!< Where it is written: RFC and section.
    const char* policy;          //!< The policy that added it; nullptr: RFC 9293's own.
    const char* cause;           //!< "event" or "event/guard".
    uint16_t index;              //!< Position in its table.
};

/** @ingroup tcp-conn
 * A rule as it is written: a row for each of a set of states.
 */
struct TcpConnRule
{
    uint16_t from;        //!< Set of states: bit 1 << state.
    TcpConnEvent event;   //!< Event.
    TcpConnGuard guard;   //!< Condition.
    int to;               //!< State after it, or SAME.
    TcpConnAction action; //!< What is done.
    TcpConnThen then;     //!< What follows for an arriving segment.
    const char* clause;   //!< Where it is written.

    static constexpr int SAME = -1; //!< The state is kept.

    /**
     * @tparam States TcpSocket::TcpStates_t, each
     * @param states some states
     * @return the set of them, for @ref from
     */
    template <typename... States>
    static constexpr uint16_t In(States... states)
    {
        return static_cast<uint16_t>(((1U << states) | ...));
    }
};

/** @ingroup tcp-conn
 * The states x events of a connection, total: RFC 9293's rows, before them those of its policies.
 * Immutable; shared by all connections that use the same policies.
 */
class TcpConnTransitionTable
{
  public:
    /** @return the table of RFC 9293 alone. */
    static const TcpConnTransitionTable& Rfc9293();

    /**
     * RFC 9293's rows and a policy's.
     * @param base the table to extend
     * @param policy name of the policy, for traces and documentation
     * @param rules its rules, tried before those of @p base; one with guard ALWAYS replaces the
     *        whole cell
     */
    TcpConnTransitionTable(const TcpConnTransitionTable& base,
                           const char* policy,
                           const std::vector<TcpConnRule>& rules);

    /**
     * The rows of a cell, in the order in which they are tried.
     * @param state state
     * @param event event
     * @return first row; rows follow up to and with the one of guard ALWAYS
     */
    const TcpConnRow* Cell(TcpSocket::TcpStates_t state, TcpConnEvent event) const
    {
        return &m_rows[m_first[state][static_cast<size_t>(event)]];
    }

    /** @return all rows, cell by cell. */
    const std::vector<TcpConnRow>& Rows() const
    {
        return m_rows;
    }

    /**
     * @param from a state
     * @param to another
     * @return whether some row moves a connection from one to the other
     */
    bool Lists(TcpSocket::TcpStates_t from, TcpSocket::TcpStates_t to) const
    {
        return (m_moves[from] >> to) & 1;
    }

    /**
     * All rows as a JSON array, for the trace checker and other tools.
     * @param os where to write
     */
    void WriteJson(std::ostream& os) const;

  private:
    TcpConnTransitionTable();

    /** Lays rows out cell by cell.  @param rows the rows, cells in any order */
    void Build(const std::vector<TcpConnRow>& rows);

    static constexpr size_t EVENTS = static_cast<size_t>(TcpConnEvent::COUNT); //!< Events.

    std::vector<TcpConnRow> m_rows; //!< Rows, cell by cell.
    std::array<std::array<uint16_t, EVENTS>, TcpSocket::LAST_STATE> m_first{}; //!< Cells.
    std::array<uint16_t, TcpSocket::LAST_STATE> m_moves{}; //!< For each state, where rows lead.
};

/** @param e an event @return its name: "active-open", "rst", "retransmission-timeout", ... */
const char* TcpConnEventName(TcpConnEvent e);
/** @param g a guard @return its name: "acceptable", "ack-of-fin", ...; "" for ALWAYS */
const char* TcpConnGuardName(TcpConnGuard g);
/** @param a an action @return its name: "take-ack", ... */
const char* TcpConnActionName(TcpConnAction a);

} // namespace ns3

#endif /* TCP_CONN_TRANSITION_TABLE_H */
