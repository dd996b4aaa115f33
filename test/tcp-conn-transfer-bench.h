/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_TRANSFER_BENCH_H
#define TCP_CONN_TRANSFER_BENCH_H

#include "ns3/event-id.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/tcp-conn-transfer.h"

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{
namespace tests
{

/** What a bench is made of. */
struct TransferSetup
{
    std::string control{"ns3::TcpNewReno"};          //!< Congestion control.
    std::string recovery{"ns3::TcpClassicRecovery"}; //!< Recovery.
    bool sack{true};                                 //!< SACK is agreed.
    bool timestamps{false};                          //!< Timestamps are agreed.
    bool ecn{false};                                 //!< ECN is agreed.
    bool pacing{false};                              //!< Segments are paced.
    uint16_t mss{1000};                              //!< Most bytes in a segment.
    uint32_t window{1 << 20};                        //!< The peer's window, bytes.
    TcpConnSettings settings;                        //!< Everything else.
};

/**
 * Make a prototype.
 * @param setup what it is made of
 * @return the prototype
 */
Ptr<TcpConnTransferPrototype> MakePrototype(const TransferSetup& setup);

/** Let the virtual clock run, and the events that are due. */
void Wait(Time time);

/** A range of the stream, by offset from its first byte. */
using Range = std::pair<uint32_t, uint32_t>;

/**
 * A sender on a bench: the test plays the peer, and the machine is a few lines.  The sequence
 * numbers wrap around 5000 bytes after the start.
 */
class SenderBench
{
  public:
    /** @param setup what it is made of. */
    explicit SenderBench(const TransferSetup& setup);

    /**
     * Queue bytes for sending.
     * @param bytes how many
     * @return whether they fitted
     */
    bool Queue(uint32_t bytes);

    /**
     * Send what may be sent now.
     * @return the pieces, in order
     */
    std::vector<TcpConnText> Send();

    /**
     * @param sent pieces
     * @return the offsets of their first bytes, with a space between two
     */
    std::string List(const std::vector<TcpConnText>& sent) const;

    /**
     * An acknowledgment arrives.
     * @param offset what it acknowledges
     * @param sacks ranges that it SACKs
     */
    void Ack(uint32_t offset, std::initializer_list<Range> sacks = {});

    /**
     * A segment without text arrives.
     * @param segment the segment; seq, ack and window are filled in
     * @param offset what it acknowledges
     */
    void Arrive(TcpConnSegment segment, uint32_t offset);

    /** The retransmission timer expires. */
    void Timeout();

    /**
     * @param seq a sequence number
     * @return its offset from the first byte
     */
    uint32_t Offset(SequenceNumber32 seq) const;

    /**
     * @param offset an offset from the first byte
     * @return its sequence number
     */
    SequenceNumber32 At(uint32_t offset) const;

    /** @return the congestion window, bytes. */
    uint32_t Cwnd() const;

    /** @return the slow start threshold, bytes. */
    uint32_t SsThresh() const;

    /** @return the state of congestion. */
    TcpSocketState::TcpCongState_t State() const;

    /** Give the room back and begin another one, as an idle connection does. */
    void Rebuild();

    TransferSetup setup;                     //!< What it is made of.
    Ptr<TcpConnTransferPrototype> prototype; //!< What rooms are copied from.
    TcpConnTcb tcb;                          //!< The connection.
    uint32_t window;                         //!< The window that the peer advertises next.
    std::unique_ptr<TcpConnTransfer> room;   //!< The room tested.
};

/**
 * A connection between two rooms in memory, over a path with a rate, a delay and losses.
 */
class TransferPipe
{
  public:
    /** One end: the least of a machine that a transfer needs. */
    struct End
    {
        TcpConnTcb tcb;                        //!< The connection.
        TcpConnSettings settings;              //!< Its settings.
        std::unique_ptr<TcpConnTransfer> room; //!< Its room.
        EventId timer;                         //!< Retransmission or persist timer.
        bool persisting{false};                //!< It is the persist timer.
        EventId pacer;                         //!< Pacing timer.
        EventId delayed;                       //!< Delayed acknowledgment.
        Time lineFree;                         //!< When the line towards the peer is free.
        uint64_t sent{0};                      //!< Segments with text sent.
        uint64_t resent{0};                    //!< ... that were sent before.
        uint64_t timeouts{0};                  //!< Retransmission timeouts.
        uint32_t ceSeen{0};                    //!< Segments that arrived with CE.
        uint32_t cwrSent{0};                   //!< Segments sent with CWR.
        uint32_t pending{0};                   //!< Segments not acknowledged.
    };

    /**
     * @param setup what both ends are made of
     * @param delay one way
     * @param bytesPerMs rate, bytes a millisecond
     */
    TransferPipe(const TransferSetup& setup, Time delay, uint32_t bytesPerMs);

    /**
     * Send bytes from the first end to the second, with the reader reading at once.
     * @param bytes how many
     * @param limit when to give up
     * @return how long it took; Time::Max() if it did not end in time
     */
    Time Run(uint32_t bytes, Time limit);

    /** @return whether what was read is what was sent. */
    bool Intact() const;

    End a;                 //!< The sender.
    End b;                 //!< The receiver.
    double loss{0};        //!< Probability that a segment is lost, either way.
    Time lossFrom;         //!< When losses begin.
    double reorder{0};     //!< Probability that a segment is late by reorderBy.
    Time reorderBy;        //!< See reorder.
    double mark{0};        //!< Probability that a segment with text gets a CE mark.
    uint32_t queue{1000};  //!< Segments that the line's queue holds.
    bool dropHead{false};  //!< Lose the first segment with text.
    Time readEvery;        //!< Interval of reading; zero: at once.
    uint32_t readBytes{0}; //!< Bytes read at each interval.

  private:
    void Output(End& end);
    void Emit(End& from, TcpConnSegment segment, Ptr<Packet> packet);
    void Deliver(End* to, TcpConnSegment segment, Ptr<Packet> packet);
    void TakeAck(End& end, const TcpConnSegment& segment);
    void TakeText(End& end, const TcpConnSegment& segment);
    void Timer(End* end);
    void Pacer(End* end);
    void DelayedAck(End* end);
    void ReadTick();
    void ReadAll(uint32_t most);
    void ArmTimer(End& end);
    void Feed();

    Time m_delay;                        //!< One way.
    uint32_t m_bytesPerMs;               //!< Rate.
    uint32_t m_total{0};                 //!< Bytes to send.
    uint32_t m_queued{0};                //!< Bytes queued by the writer.
    uint32_t m_read{0};                  //!< Bytes read.
    bool m_intact{true};                 //!< So far all bytes were right.
    Ptr<UniformRandomVariable> m_random; //!< Losses.
};

} // namespace tests
} // namespace ns3

#endif /* TCP_CONN_TRANSFER_BENCH_H */
