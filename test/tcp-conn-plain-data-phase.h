/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_PLAIN_DATA_PHASE_H
#define TCP_CONN_PLAIN_DATA_PHASE_H

#include "ns3/tcp-conn-data-phase.h"

#include <cstddef>
#include <vector>

namespace ns3
{

/** @ingroup tcp-conn
 * A data phase in little, without ns-3's buffers: bytes have no value, only the incarnation of the
 * connection that sent them.  It sends whatever the window allows, in segments of SND.MSS, and
 * again the oldest one when its timer expires; it keeps text beyond a gap.  No congestion control,
 * no Nagle, no SACK.
 *
 * A plain value: it can be copied, compared and hashed.
 */
class TcpConnPlainDataPhase : public TcpConnDataPhase
{
  public:
    /** Bytes in a row that one incarnation sent. */
    struct Run
    {
        uint32_t incarnation; //!< Who sent them; 0: unknown.
        uint32_t length;      //!< Bytes.

        /** @param o another @return whether they are equal */
        bool operator==(const Run& o) const
        {
            return incarnation == o.incarnation && length == o.length;
        }
    };

    /**
     * The application writes.
     * @param bytes how many bytes
     */
    void Queue(uint32_t bytes);

    /**
     * The application reads.
     * @param most most bytes that it takes
     * @return bytes that it got
     */
    uint32_t Read(uint32_t most);

    /**
     * Say who sent the text of the segment that arrives next.
     * @param incarnation the incarnation; 0: unknown
     */
    void SetArriving(uint32_t incarnation);

    /** @return all bytes put in order so far, read or not, with who sent them. */
    const std::vector<Run>& Delivered() const;

    /** @return a hash of everything in it. */
    size_t Hash() const;

    /** @param o another @return whether they are equal in everything */
    bool operator==(const TcpConnPlainDataPhase& o) const;

    // TcpConnDataPhase
    void Begin(TcpConnTcb& tcb, const TcpConnSettings& settings, Time now) override;
    uint32_t Queued() const override;
    void DropFront(uint32_t bytes) override;
    SequenceNumber32 StreamEnd() const override;
    bool NextText(TcpConnTcb& tcb,
                  const TcpConnSettings& settings,
                  Time now,
                  TcpConnText& text) override;
    void TextSent(TcpConnTcb& tcb, const TcpConnText& text, Time now) override;
    void AckArrived(TcpConnTcb& tcb,
                    const TcpConnSettings& settings,
                    const TcpConnAckEvent& event,
                    Time now) override;
    void RetransmissionTimeout(TcpConnTcb& tcb, const TcpConnSettings& settings, Time now) override;
    void PathShrank(TcpConnTcb& tcb) override;
    SequenceNumber32 AcceptText(const TcpConnTcb& tcb,
                                SequenceNumber32 seq,
                                uint32_t length) override;
    uint32_t Unread() const override;
    uint32_t ReceiveSpace(const TcpConnSettings& settings) const override;
    bool OutOfOrder() const override;
    void FillSack(TcpConnOptions& options, uint8_t room) override;
    void MarkArrived(const TcpConnSegment& segment) override;
    bool EchoCongestion() const override;
    bool Empty() const override;

  private:
    /** Text held beyond a gap. */
    struct Piece
    {
        SequenceNumber32 seq; //!< First byte.
        Run run;              //!< What it is.
    };

    /** Keep what is not yet held of some text.  @param seq first byte @param length bytes */
    void Keep(SequenceNumber32 seq, uint32_t length);
    /** Text is in order now.  @param run what it is */
    void Deliver(const Run& run);

    SequenceNumber32 m_head;      //!< Sequence number of the first byte held for sending.
    uint32_t m_held{0};           //!< Bytes held: sent and not acknowledged, or not sent.
    bool m_begun{false};          //!< The connection is synchronised.
    bool m_resend{false};         //!< The oldest piece is to be sent again.
    bool m_timing{false};         //!< The trip of a piece is being timed.
    SequenceNumber32 m_timedEnd;  //!< What follows that piece.
    Time m_timedAt{0};            //!< When it was sent.
    uint32_t m_arriving{0};       //!< Who sent the arriving text.
    uint32_t m_unread{0};         //!< Bytes in order that were not read.
    std::vector<Piece> m_pieces;  //!< Text beyond a gap, in order, without overlap.
    std::vector<Run> m_delivered; //!< See Delivered().
};

} // namespace ns3

#endif /* TCP_CONN_PLAIN_DATA_PHASE_H */
