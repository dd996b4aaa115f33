/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_TRANSFER_H
#define TCP_CONN_TRANSFER_H

#include "tcp-conn-data-phase.h"
#include "tcp-conn-transfer-prototype.h"

#include "ns3/packet.h"
#include "ns3/tcp-congestion-ops.h"
#include "ns3/tcp-rate-ops.h"
#include "ns3/tcp-recovery-ops.h"
#include "ns3/tcp-rx-buffer.h"
#include "ns3/tcp-socket-state.h"
#include "ns3/tcp-tx-buffer.h"

#include <cstdint>
#include <vector>

namespace ns3
{

/** @ingroup tcp-conn
 * The data phase on ns-3's parts: TcpTxBuffer, TcpRxBuffer, RttEstimator, TcpSocketState,
 * TcpCongestionOps, TcpRecoveryOps and, for a congestion control that measures delivery rates,
 * TcpRateLinux.  Each is copied from a prototype; the reordering buffer and the recovery only
 * when they are first needed.
 *
 * The room may be destroyed while Empty() and Rebuildable() hold, after Save(), and another one
 * begun later for the same connection.
 *
 * Outside recovery nothing here depends on how much is in flight: what to send next is then
 * known to be SND.NXT, and the scoreboard is not asked.
 */
class TcpConnTransfer : public TcpConnDataPhase
{
  public:
    /**
     * @param prototype what to copy from; shared
     * @param settings the settings of the connection (the size of the send buffer)
     */
    TcpConnTransfer(Ptr<const TcpConnTransferPrototype> prototype, const TcpConnSettings& settings);
    ~TcpConnTransfer() override;

    TcpConnTransfer(const TcpConnTransfer&) = delete;
    TcpConnTransfer& operator=(const TcpConnTransfer&) = delete;

    // The application's side.

    /**
     * Queue a packet's bytes for sending; allowed before Begin().
     * @param packet the bytes; the buffer keeps a copy (copy on write)
     * @return false if they do not all fit in the send buffer: nothing is queued then
     */
    bool Queue(Ptr<Packet> packet);

    /** @return bytes that Queue() would take now. */
    uint32_t SendSpace() const;

    /**
     * The text of a SYN (RFC 7413): it goes before Begin() and does not count as sent.
     * @param length most bytes
     * @return a packet of the first bytes queued; nullptr if there are none
     */
    Ptr<Packet> Front(uint32_t length);

    /**
     * @param size send buffer, bytes (settings.sndBufSize); less than what is queued is allowed
     */
    void SetSendBufferSize(uint32_t size);

    /**
     * Read bytes in order.  Packet tags of arriving segments are gone, byte tags are kept.
     * @param maxSize most bytes to read
     * @return at least one byte, or nullptr if nothing is unread or @p maxSize is 0
     */
    Ptr<Packet> Read(uint32_t maxSize);

    // The protocol's side: packets pass by the machine.

    /**
     * The text of the segment that the machine is given next.
     * @param payload the bytes of the segment, header taken off; the transfer takes it over
     * @param segment its header; segment.length is the size of @p payload
     */
    void SetArriving(Ptr<Packet> payload, const TcpConnSegment& segment);

    /**
     * The bytes of a piece of the stream.  To be called once for each piece sent, in the order of
     * sending, before or after TextSent(), but before the next AckArrived().
     * @param text the piece, as NextText() or a probe gave it
     * @return a packet of text.length bytes; nullptr if they are not in the buffer any more
     */
    Ptr<Packet> CopyText(const TcpConnText& text);

    // Giving the room back.

    /**
     * @return whether a new room begun from TcpConnPath would go on as this one: no round of
     * recovery or ECN signal is under way, and the congestion control keeps no other state that
     * counts (see TcpConnTransferPrototype::Memory)
     */
    bool Rebuildable() const;

    /**
     * Write the congestion window and the slow start threshold to tcb.path.
     * @param [in,out] tcb the connection
     */
    void Save(TcpConnTcb& tcb) const;

    /**
     * @return ns-3's state block of the connection, whose trace sources (CongestionWindow,
     * SlowStartThreshold, RTT, BytesInFlight, CongState, ...) may be connected
     */
    Ptr<TcpSocketState> State() const;

    /** @return the congestion control of this connection. */
    Ptr<TcpCongestionOps> CongestionControl() const;

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
    bool MarkChangesEcho(const TcpConnSegment& segment) const override;
    bool EchoCongestion() const override;
    bool Empty() const override;

  private:
    /** What one acknowledgment brought, as the steps of AckArrived() pass it on. */
    struct Ack
    {
        uint32_t acked{0};      //!< Bytes newly acknowledged, cumulatively.
        uint32_t sacked{0};     //!< Bytes newly reported by SACK.
        uint32_t delivered{0};  //!< Bytes newly known to be delivered, in either way.
        uint32_t segments{0};   //!< Whole segments acknowledged, the rest carried on.
        uint32_t oldDupAcks{0}; //!< Duplicates counted before.
        bool duplicate{false};  //!< A duplicate by RFC 5681 (no SACK) or RFC 6675 (SACK).
        bool reduced{false};    //!< Its ECE has reduced the window.
    };

    /** What the buffer's items told while they were acknowledged. */
    struct ItemScan
    {
        TcpConnTransfer* transfer{nullptr}; //!< Whose items they are.
        Time now;                           //!< The time.
        bool retransmitted{false};          //!< One of them had been sent again (Karn).
        bool timed{false};                  //!< oldestSent is known.
        Time oldestSent;                    //!< When the oldest of them was sent.
    };

    /** A packet that TcpTxBuffer counts as sent and that nobody has fetched yet. */
    struct TakenText
    {
        SequenceNumber32 seq; //!< Its first byte.
        Ptr<Packet> packet;   //!< Its bytes.
    };

    friend struct TcpConnTransferItems; // callbacks of TcpTxBuffer

    // Sending (tcp-conn-transfer.cc).
    void SyncSegmentSize(const TcpConnTcb& tcb);
    static SequenceNumber32 Told(const TcpConnTcb& tcb, SequenceNumber32 seq);
    uint32_t Flight() const;
    void UpdateFlight();
    void RestartAfterIdle(const TcpConnTcb& tcb, Time now);
    bool NextRetransmission(TcpConnTcb& tcb, Time now, TcpConnText& text);
    bool FindLost(SequenceNumber32& seq) const;
    bool FindDoubtful(const TcpConnTcb& tcb, SequenceNumber32& seq);
    bool NextNewText(TcpConnTcb& tcb, const TcpConnSettings& settings, Time now, TcpConnText& text);
    bool WindowAllows(TcpConnTcb& tcb,
                      const TcpConnSettings& settings,
                      Time now,
                      uint32_t queued,
                      uint32_t usable);
    bool CwndAllows(uint32_t flight, uint32_t length) const;
    bool PacingHolds(TcpConnTcb& tcb, Time now);
    void Pace(Time now, uint32_t bytes);
    Ptr<Packet> Take(SequenceNumber32 seq, uint32_t length);
    Ptr<Packet> Peek(SequenceNumber32 seq, uint32_t length);
    void NoteCwndUse(const TcpConnTcb& tcb);
    void ResendAll(const TcpConnTcb& tcb);

    // Acknowledgments (tcp-conn-transfer-ack.cc).
    void NoteTimestamps(const TcpConnTcb& tcb, const TcpConnAckEvent& event);
    uint32_t UpdateScoreboard(const TcpConnTcb& tcb, const TcpConnOptions& options);
    void MeasureRtt(TcpConnTcb& tcb,
                    const TcpConnSettings& settings,
                    const TcpConnAckEvent& event,
                    const ItemScan& scan,
                    Time now);
    bool IsDuplicate(const TcpConnTcb& tcb, const TcpConnAckEvent& event, const Ack& ack) const;
    void CountSegments(Ack& ack);
    void HandleCongestionEcho(const TcpConnTcb& tcb, const TcpConnAckEvent& event, Ack& ack);
    void EnterCwr(const TcpConnTcb& tcb, const Ack& ack);
    void LeaveCwr();
    void HandleDuplicate(const TcpConnTcb& tcb, const TcpConnSettings& settings, const Ack& ack);
    void EnterRecovery(const TcpConnTcb& tcb, const Ack& ack);
    void PartialAck(const TcpConnTcb& tcb, const Ack& ack);
    void TellAcked(uint32_t segments);
    void HandleProgress(const TcpConnTcb& tcb, const Ack& ack);
    void LeaveRecovery(const Ack& ack);
    void Grow(uint32_t segments);
    void RunCongestionControl(const Ack& ack, uint32_t lostBefore, uint32_t flightBefore);
    void UpdatePacingRate();
    void MarkHeadLost();
    void Move(TcpSocketState::TcpCongState_t state);
    Ptr<TcpRecoveryOps> Recovery();

    // Receiving (tcp-conn-transfer-receive.cc).
    Ptr<TcpRxBuffer> Reorder();
    void NoteDuplicate(SequenceNumber32 seq, uint32_t length);
    void PushInOrder(Ptr<Packet> packet);
    Ptr<Packet> CutArriving(SequenceNumber32 seq, uint32_t length) const;

    Ptr<const TcpConnTransferPrototype> m_prototype; //!< What the parts are copied from.
    Ptr<TcpTxBuffer> m_tx;                           //!< Bytes to send, and the scoreboard.
    Ptr<TcpSocketState> m_state;                     //!< Congestion state.
    Ptr<TcpCongestionOps> m_control;                 //!< Congestion control.
    Ptr<TcpRecoveryOps> m_recovery;                  //!< Window in recovery; made when needed.
    Ptr<RttEstimator> m_rtt;                         //!< Round-trip times.
    Ptr<TcpRateOps> m_rate;                          //!< Delivery rates, if m_control uses them.
    Ptr<TcpRxBuffer> m_reorder;                      //!< Text beyond a gap; made when needed.

    // Sending.
    std::vector<TakenText> m_taken; //!< Counted as sent, to be fetched by CopyText().
    size_t m_takenHead{0};          //!< First entry of m_taken not yet fetched.
    TcpConnText m_offer;            //!< Retransmission offered, taken and not told as sent.
    bool m_offered{false};          //!< m_offer is one.
    bool m_fetched{false};          //!< CopyText() came before TextSent() for m_fetchedSeq.
    SequenceNumber32 m_fetchedSeq;  //!< See m_fetched.
    SequenceNumber32 m_sentEnd;     //!< What follows the last byte ever sent.
    SequenceNumber32 m_lastText;    //!< First byte of the last new text sent.
    Time m_lastSent;                //!< When text was last sent (restart after idle).
    Time m_paceUntil;               //!< The pacer lets nothing go before.
    Time m_overrideAt;              //!< Silly window override; Time::Max(): not running.
    uint32_t m_bytesSent{0};        //!< Bytes of new text, up to the initial window (pacing).

    // Congestion window validation (application-limited periods do not open it).
    SequenceNumber32 m_cwndUseEnd; //!< End of the flight in which the use was noted.
    uint32_t m_cwndUsed{0};        //!< Most bytes in flight in it.
    bool m_cwndLimited{false};     //!< The congestion window held text back in it.

    Time m_toldAt;        //!< When a congestion control like TcpWestwood was told of ACKs.
    uint32_t m_untold{0}; //!< Segments that it was not told of then.

    // Loss recovery.
    SequenceNumber32 m_recover;    //!< Recovery ends when this is acknowledged.
    SequenceNumber32 m_highSacked; //!< What follows the highest byte SACKed.
    SequenceNumber32 m_resendNext; //!< Of what ResendAll() gave up: not yet sent again from here,
    SequenceNumber32 m_resendEnd;  //!< to here.
    SequenceNumber32 m_timeoutUna; //!< SND.UNA at the last retransmission timeout.
    uint32_t m_dupAcks{0};         //!< Duplicate acknowledgments.
    uint32_t m_ackedRest{0};       //!< Bytes acknowledged that make no whole segment yet.
    bool m_recoverActive{false};   //!< m_recover is set and not yet reached.
    bool m_resendHead{false};      //!< Send the oldest byte again at once, whatever the windows.
    bool m_lostPending{false};     //!< The scoreboard may hold something lost and not resent.
    bool m_rescued{false};         //!< The last segment was sent again in this recovery.
    bool m_beyondWindow{false};    //!< A probe was sent beyond the window.
    bool m_begun{false};           //!< Begin() was called.

    // ECN.
    bool m_ecnOk{false};      //!< ECN was agreed.
    bool m_cwrPending{false}; //!< The next new text carries CWR.
    bool m_echo{false};       //!< ACKs carry ECE.

    // Receiving.
    std::vector<Ptr<Packet>> m_ready; //!< Bytes in order, not read.
    size_t m_readyHead{0};            //!< First entry of m_ready not read.
    uint32_t m_unread{0};             //!< Bytes in m_ready.
    Ptr<Packet> m_arriving;           //!< Text of the segment that the machine works on.
    SequenceNumber32 m_arrivingSeq;   //!< Its first byte.
    SequenceNumber32 m_rcvNxt;        //!< RCV.NXT as text made it.
    TcpConnSackBlock m_duplicate;     //!< What arrived twice last (RFC 2883).
    bool m_duplicateSeen{false};      //!< m_duplicate is to be reported.
};

} // namespace ns3

#endif /* TCP_CONN_TRANSFER_H */
