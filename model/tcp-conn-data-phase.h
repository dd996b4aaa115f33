/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_DATA_PHASE_H
#define TCP_CONN_DATA_PHASE_H

#include "tcp-conn-segment.h"
#include "tcp-conn-settings.h"
#include "tcp-conn-tcb.h"

namespace ns3
{

/** @ingroup tcp-conn
 * A piece of the stream that may be sent now.
 */
struct TcpConnText
{
    SequenceNumber32 seq;       //!< Sequence number of the first byte.
    uint32_t length{0};         //!< Bytes.
    bool retransmission{false}; //!< It was sent before.
    bool push{false};           //!< It is the last that the application queued: set PSH.
    bool cwr{false};            //!< Set CWR (RFC 3168 section 6.1.2).
    bool probe{false};          //!< It probes a closed window: it does not count as sent.
};

/** @ingroup tcp-conn
 * What an acceptable acknowledgment said, after the machine has updated SND.UNA and SND.WND.
 */
struct TcpConnAckEvent
{
    const TcpConnSegment* segment{nullptr}; //!< The segment that carried it.
    SequenceNumber32 oldUna;                //!< SND.UNA before it.
    uint32_t acked{0};         //!< Bytes of text newly acknowledged (SYN and FIN not counted).
    bool windowChanged{false}; //!< SND.WND is not what it was.
};

/** @ingroup tcp-conn
 * The data phase behind the machine: buffers, congestion control, recovery, round-trip times.
 *
 * The machine owns every sequence variable; the data phase reads them in the TcpConnTcb, holds
 * the bytes, and decides how much may be sent when.  It may change TcpConnTcb::path and the
 * deadline TCP_CONN_PACING only.  The machine knows of no packet: text is (sequence number,
 * length), and whoever feeds the machine gives the bytes to the data phase by other means.
 *
 * The same data phase is used with ns-3's buffers (TcpConnTransfer) and without a simulator
 * (tests, explorer, fuzzer).
 */
class TcpConnDataPhase
{
  public:
    virtual ~TcpConnDataPhase() = default;

    /**
     * The connection is synchronised: initial sequence numbers, MSS and options are agreed.
     * Called once, before any other call; again only after a room was given back and is needed
     * anew, with tcb.path then holding what was known.
     * @param tcb the connection
     * @param settings its settings
     * @param now the time
     */
    virtual void Begin(TcpConnTcb& tcb, const TcpConnSettings& settings, Time now) = 0;

    // Sending.

    /** @return bytes queued and not acknowledged; Begin() need not have been called. */
    virtual uint32_t Queued() const = 0;

    /**
     * The first bytes queued went with the SYN and are acknowledged (RFC 7413).  Called before
     * Begin(), for which SND.UNA then stands behind them.
     * @param bytes how many
     */
    virtual void DropFront(uint32_t bytes) = 0;

    /** @return the sequence number that follows the last byte queued (SND.UNA if none is). */
    virtual SequenceNumber32 StreamEnd() const = 0;

    /**
     * What may be sent now, by windows, congestion control, Nagle, pacing and recovery.  A lost
     * piece comes before a new one.  Never beyond SND.UNA + SND.WND.  A new piece begins at
     * SND.NXT.  The call does not change what is queued; TextSent() tells that it was sent.
     * @param tcb the connection
     * @param settings its settings
     * @param now the time
     * @param [out] text the piece
     * @return false if nothing may be sent now
     */
    virtual bool NextText(TcpConnTcb& tcb,
                          const TcpConnSettings& settings,
                          Time now,
                          TcpConnText& text) = 0;

    /**
     * A piece has been given to the network.  tcb.sndNxt already covers it.
     * @param tcb the connection
     * @param text the piece, as NextText or a probe gave it
     * @param now the time
     */
    virtual void TextSent(TcpConnTcb& tcb, const TcpConnText& text, Time now) = 0;

    /**
     * An acceptable ACK has arrived in a synchronised state, new or duplicate; SACK blocks,
     * timestamps, ECE are in its segment.  tcb.sndUna and tcb.sndWnd are already updated.
     * Round-trip samples go to tcb.path (RFC 6298 with settings.minRto, maxRto, clockGranularity).
     * @param tcb the connection
     * @param settings its settings
     * @param event what it said
     * @param now the time
     */
    virtual void AckArrived(TcpConnTcb& tcb,
                            const TcpConnSettings& settings,
                            const TcpConnAckEvent& event,
                            Time now) = 0;

    /**
     * The retransmission timer expired with text outstanding (RFC 6298 5.4 to 5.6, RFC 5681):
     * all that is outstanding counts as lost, the congestion window collapses.  The machine
     * backs the timer off and asks NextText() next, which gives the oldest piece.
     * @param tcb the connection
     * @param settings its settings
     * @param now the time
     */
    virtual void RetransmissionTimeout(TcpConnTcb& tcb,
                                       const TcpConnSettings& settings,
                                       Time now) = 0;

    /**
     * The path takes smaller segments than those in flight (tcb.sendMss): they are lost, though
     * not by congestion, and sent again at once (RFC 1191 section 6.5).
     * @param tcb the connection
     */
    virtual void PathShrank(TcpConnTcb& tcb) = 0;

    // Receiving.

    /**
     * Take text of the arriving segment that lies in the window.  The machine has trimmed it.
     * @param tcb the connection; tcb.rcvNxt is the next byte expected
     * @param seq sequence number of the first byte
     * @param length bytes
     * @return the new RCV.NXT: the first byte now missing
     */
    virtual SequenceNumber32 AcceptText(const TcpConnTcb& tcb,
                                        SequenceNumber32 seq,
                                        uint32_t length) = 0;

    /** @return bytes in order that the application has not read. */
    virtual uint32_t Unread() const = 0;

    /**
     * @param settings settings of the socket: the size of the receive buffer
     * @return bytes that the receive buffer can still take from RCV.NXT on
     */
    virtual uint32_t ReceiveSpace(const TcpConnSettings& settings) const = 0;

    /** @return whether text is held beyond a gap. */
    virtual bool OutOfOrder() const = 0;

    /**
     * The SACK blocks that an ACK sent now should carry, D-SACK first (RFC 2018, RFC 2883).
     * @param [in,out] options where to put them; at most @p room blocks
     * @param room number of blocks that fit, 0 to 4
     */
    virtual void FillSack(TcpConnOptions& options, uint8_t room) = 0;

    /**
     * The congestion marks of a segment with text or FIN that arrived (RFC 3168 section 6.1.3).
     * @param segment the segment
     */
    virtual void MarkArrived(const TcpConnSegment& segment) = 0;

    /**
     * Whether the mark of a segment that is about to be told to MarkArrived() changes what ACKs
     * echo, so that what is received and not yet acknowledged is to be acknowledged first (RFC
     * 8257 section 3.2; RFC 3168 knows no such case).
     * @param segment the segment
     * @return whether it does
     */
    virtual bool MarkChangesEcho(const TcpConnSegment& segment) const
    {
        (void)segment;
        return false;
    }

    /** @return whether ACKs sent now carry ECE. */
    virtual bool EchoCongestion() const = 0;

    /** @return whether nothing is queued, unacknowledged, unread or out of order. */
    virtual bool Empty() const = 0;
};

} // namespace ns3

#endif /* TCP_CONN_DATA_PHASE_H */
