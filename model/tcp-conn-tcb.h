/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_TCB_H
#define TCP_CONN_TCB_H

#include "ns3/nstime.h"
#include "ns3/sequence-number.h"
#include "ns3/tcp-socket.h"

#include <array>
#include <cstdint>

namespace ns3
{

/** @ingroup tcp-conn
 * The timers of one connection.  Each is a deadline in TcpConnTcb::deadline.
 */
enum TcpConnTimer : uint8_t
{
    TCP_CONN_RETRANSMISSION, //!< Retransmission timeout (RFC 6298).
    TCP_CONN_PERSIST,        //!< Zero-window probe (RFC 9293 section 3.8.6.1).
    TCP_CONN_DELAYED_ACK,    //!< Delayed acknowledgment (RFC 9293 section 3.8.6.3).
    TCP_CONN_PACING,         //!< The pacer lets the next segment go.
    TCP_CONN_USER,           //!< User timeout (RFC 9293 section 3.10.8, RFC 5482).
    TCP_CONN_KEEP_ALIVE,     //!< Keep-alive (RFC 9293 section 3.8.4).
    TCP_CONN_FIN_WAIT_2,     //!< FIN-WAIT-2 of a connection that nobody holds.
    TCP_CONN_LINGER,         //!< Time that a lingering close allows for delivery.
    TCP_CONN_TIME_WAIT,      //!< 2 MSL (RFC 9293 section 3.10.8).
    TCP_CONN_TIMERS          //!< Number of timers.
};

/** @ingroup tcp-conn
 * What is known of the path to the peer.  It outlives the data phase's room, so that an idle
 * connection keeps its estimates when its buffers are given back.
 */
struct TcpConnPath
{
    Time srtt{0};         //!< Smoothed round-trip time; meaningless while samples is 0.
    Time rttVar{0};       //!< Its variation.
    Time rto{Seconds(1)}; //!< Retransmission timeout without back-off (RFC 6298).
    uint32_t samples{0};  //!< Round-trip times measured.
    uint32_t cwnd{0};     //!< Congestion window, bytes; 0: not begun.
    uint32_t ssThresh{0}; //!< Slow start threshold, bytes.
};

/** @ingroup tcp-conn
 * The transmission control block: RFC 9293's variables (section 3.3.1) under their own names.
 * A plain value: it can be copied, compared and hashed.
 *
 * The state is private to the machine: only TcpConnMachine::Move assigns it.
 */
class TcpConnTcb
{
  public:
    /** @return the state that the connection is in. */
    TcpSocket::TcpStates_t State() const
    {
        return m_state;
    }

    /** @return the time at which the connection entered its state. */
    Time Since() const
    {
        return m_since;
    }

    // Send sequence variables.
    SequenceNumber32 iss;    //!< ISS: initial send sequence number.
    SequenceNumber32 sndUna; //!< SND.UNA: oldest unacknowledged.
    SequenceNumber32 sndNxt; //!< SND.NXT: next new one to send (never moved back).
    uint32_t sndWnd{0};      //!< SND.WND: send window, bytes, scaled.
    uint32_t maxSndWnd{0};   //!< MAX.SND.WND: largest window seen (RFC 5961 section 5).
    SequenceNumber32 sndWl1; //!< SND.WL1: SEG.SEQ of the last window update.
    SequenceNumber32 sndWl2; //!< SND.WL2: SEG.ACK of the last window update.

    // Receive sequence variables.
    SequenceNumber32 irs;         //!< IRS: initial receive sequence number.
    SequenceNumber32 rcvNxt;      //!< RCV.NXT: next one expected.
    SequenceNumber32 rcvAdv;      //!< Right edge of the window last advertised: RCV.NXT + RCV.WND.
    SequenceNumber32 rcvUp;       //!< RCV.UP: receive urgent pointer.
    SequenceNumber32 lastAckSent; //!< Last.ACK.sent (RFC 7323 section 4.3).

    // Negotiated at opening.
    uint16_t peerMss{536};       //!< MSS option of the peer (536: none came, RFC 9293 MUST-15).
    uint16_t sendMss{536};       //!< Most bytes of text in one segment, options taken off.
    uint16_t pathMss{65495};     //!< What the path MTU allows.
    uint16_t peerUserTimeout{0}; //!< User timeout option of the peer, seconds; 0: none came.
    uint16_t synText{0};         //!< Bytes of text that our SYN carried, until it is acknowledged.
    uint8_t sndScale{0};         //!< Snd.Wind.Shift: applied to windows received.
    uint8_t rcvScale{0};         //!< Rcv.Wind.Shift: applied to windows sent.

    // Timestamps (RFC 7323).
    uint32_t tsRecent{0}; //!< TS.Recent.
    uint32_t tsOffset{0}; //!< Added to our clock in TSval.
    Time tsRecentAge{0};  //!< When TS.Recent was last updated.

    // Release.
    SequenceNumber32 peerFin; //!< Sequence number of the peer's FIN, when finSeen.

    // Flags.
    bool passive : 1;          //!< Opened by a passive OPEN.
    bool windowScaleOk : 1;    //!< Window scale was agreed.
    bool sackOk : 1;           //!< SACK was agreed.
    bool timestampsOk : 1;     //!< Timestamps were agreed.
    bool ecnOk : 1;            //!< ECN was agreed.
    bool closing : 1;          //!< CLOSE was called: a FIN follows the queued text.
    bool finSent : 1;          //!< Our FIN has been sent (it is at SND.NXT - 1).
    bool finSeen : 1;          //!< The peer's FIN has been seen, perhaps out of order.
    bool detached : 1;         //!< The application let go: text that arrives has no reader.
    bool receiveShut : 1;      //!< The application reads no more.
    bool ackNow : 1;           //!< An acknowledgment is owed at once.
    bool synRetransmitted : 1; //!< The SYN was sent more than once (RFC 6298 5.7, Karn).
    bool urgent : 1;           //!< The application is in urgent mode (RCV.UP is ahead).
    bool softError : 1;        //!< A soft ICMP error came (RFC 5461).
    bool userTimeoutDue : 1;   //!< The next segment offers the user timeout (RFC 5482).
    bool probeDue : 1;         //!< A probe of the window is to be sent next.
    bool fastOpenAsked : 1;    //!< Our SYN carried the Fast Open option (RFC 7413).
    bool fastOpen : 1;         //!< The text of the peer's SYN was taken, ours not acknowledged yet.
    bool probed : 1;           //!< The byte at SND.NXT has been sent to probe a zero window.

    // Retries.
    uint8_t retries{0};    //!< Retransmissions of what is at SND.UNA.
    uint8_t backoff{0};    //!< Doublings of the timeout since the last sample (Karn).
    uint8_t probes{0};     //!< Unanswered zero-window or keep-alive probes.
    uint8_t ackPending{0}; //!< Segments with text not yet acknowledged.
    Time lastProgress{0};  //!< When SND.UNA last moved, or sending from idle began.
    Time lastReceived{0};  //!< When the last acceptable segment came (keep-alive).

    TcpConnPath path; //!< Estimates of the path.

    std::array<Time, TCP_CONN_TIMERS> deadline; //!< When each timer is due; Time::Max(): not set.

    /** A block in CLOSED with nothing known. */
    TcpConnTcb();

    /** @return the receive window as advertised last, RCV.WND, in bytes. */
    uint32_t RcvWnd() const
    {
        const int32_t open = rcvAdv - rcvNxt;
        return open > 0 ? static_cast<uint32_t>(open) : 0;
    }

    /** @return the sequence numbers sent and not acknowledged, SYN and FIN included. */
    uint32_t Outstanding() const
    {
        return static_cast<uint32_t>(sndNxt - sndUna);
    }

  private:
    friend class TcpConnMachine;    // Move() alone assigns the state
    friend struct TcpConnTcbAccess; // compact records restore what Move() once assigned

    TcpSocket::TcpStates_t m_state{TcpSocket::CLOSED}; //!< State.
    Time m_since{0};                                   //!< When it was entered.
};

} // namespace ns3

#endif /* TCP_CONN_TCB_H */
