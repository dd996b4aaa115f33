/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_MACHINE_H
#define TCP_CONN_MACHINE_H

#include "tcp-conn-data-phase.h"
#include "tcp-conn-key.h"
#include "tcp-conn-policies.h"
#include "tcp-conn-segment.h"
#include "tcp-conn-settings.h"
#include "tcp-conn-tcb.h"
#include "tcp-conn-transition-table.h"

#include <vector>

namespace ns3
{

/** @ingroup tcp-conn
 * Why a connection failed.
 */
enum class TcpConnFailure : uint8_t
{
    NONE,        //!< It did not.
    REFUSED,     //!< The peer refused it by a reset.
    RESET,       //!< The peer reset it.
    TIMED_OUT,   //!< The peer did not answer in time.
    UNREACHABLE, //!< The network said that the peer cannot be reached.
    ABORTED,     //!< This end aborted it.
};

/** @param f a failure @return its name: "none", "refused", "reset", "timed-out", ... */
const char* TcpConnFailureName(TcpConnFailure f);

/** @ingroup tcp-conn
 * What the application is told.
 */
enum class TcpConnNotice : uint8_t
{
    ESTABLISHED, //!< The connection is open.
    ACKED,       //!< The peer has acknowledged bytes of text.
    TEXT,        //!< Text in order has arrived.
    URGENT,      //!< The peer sends urgent text (RFC 9293 section 3.8.5).
    PEER_CLOSED, //!< The peer's FIN has been taken in order.
    FAILED,      //!< The connection failed.
    DELETED,     //!< The application itself ended it at once.
    SOFT_ERROR,  //!< An ICMP error came that may pass (RFC 9293 section 3.9.1.8).
    STRUGGLING,  //!< R1 retransmissions were in vain (section 3.8.3).
};

/** @ingroup tcp-conn
 * The answer to a user call.
 */
enum class TcpConnAnswer : uint8_t
{
    OK,            //!< It is done, or under way.
    NOT_CONNECTED, //!< There is no connection.
    CONNECTED,     //!< There is one already.
    CLOSING,       //!< The connection is closing: nothing more can be sent.
    AGAIN,         //!< Not now.
    END_OF_STREAM, //!< After what is unread, there will be no more.
};

/** @ingroup tcp-conn
 * Something that the machine wants done.  The host does them in order when the machine has
 * finished with the event, so that the machine is never entered while it works.
 */
struct TcpConnEffect
{
    /** Kinds of effects. */
    enum Kind : uint8_t
    {
        MOVE,        //!< The state has changed by @ref row.
        SEND,        //!< @ref segment is to be sent; a SYN may carry the first text queued.
        DROP,        //!< The arriving segment was dropped by @ref row.
        NOTICE,      //!< The application is to be told.
        REINCARNATE, //!< The arriving SYN opens a new connection in the place of this one.
    };

    Kind kind;                                    //!< Kind.
    bool hasSegment{false};                       //!< A segment caused it, or is to be sent.
    TcpConnNotice notice{};                       //!< What to tell.
    TcpConnFailure failure{TcpConnFailure::NONE}; //!< Why it failed.
    uint32_t bytes{0};                            //!< Bytes of text.
    const TcpConnRow* row{nullptr};               //!< The row.
    Time inState;                                 //!< Time spent in the state left.
    TcpConnSegment segment;                       //!< What arrived, or is to be sent.
};

/** @ingroup tcp-conn
 * The surroundings of one connection during one event: what the machine works on, and what it may
 * ask of its host.  The host derives from it.
 */
class TcpConnScope
{
  public:
    TcpConnTcb* tcb{nullptr};                     //!< The connection.
    const TcpConnKey* key{nullptr};               //!< Its name.
    const TcpConnSettings* settings{nullptr};     //!< Its settings.
    const TcpConnPolicies* policies{nullptr};     //!< Its policies.
    TcpConnPolicyState* isnState{nullptr};        //!< What the ISN policy keeps for the host.
    TcpConnPolicyState* checkState{nullptr};      //!< What the segment check keeps for it.
    TcpConnPolicyState* handshakeState{nullptr};  //!< What the handshake policy keeps for it.
    Time now;                                     //!< The time.
    std::vector<TcpConnEffect>* effects{nullptr}; //!< What is to be done.
    const SequenceNumber32* oldSndNxt{nullptr};   //!< SND.NXT of the incarnation in TIME-WAIT that
                                                  //!< the arriving SYN replaces; nullptr: none.
    uint32_t* taken{nullptr}; //!< Counts by row index how often each was taken; nullptr: not.

    virtual ~TcpConnScope() = default;

    /** @return the data phase; nullptr while none is needed. */
    virtual TcpConnDataPhase* Data() = 0;
    /** @return the data phase, made if there is none. */
    virtual TcpConnDataPhase& Room() = 0;
    /** @return what the listener says to the arriving SYN. */
    virtual TcpConnAdmission::Verdict Admit() = 0;
    /** @return whether the listener has room for one more that is established. */
    virtual TcpConnAdmission::Verdict Complete();
    /** @return what the SYN of an arriving ACK must have been; nullptr: it returns no cookie. */
    virtual const TcpConnSegment* Cookie();
    /**
     * The initial sequence number that stands for a SYN (RFC 4987 section 3.6).
     * @param syn the SYN
     * @param [in,out] timestamp our TSval; its low bits may be used
     * @return the cookie
     */
    virtual SequenceNumber32 MakeCookie(const TcpConnSegment& syn, uint32_t& timestamp);
    /** @return whether somebody listens for the arriving SYN. */
    virtual bool Listens() = 0;
    /**
     * Keep the text and FIN of an arriving SYN until the connection is established.
     * @param segment the SYN
     */
    virtual void Stash(const TcpConnSegment& segment) = 0;
    /** The half-open connection is established: give it its full record; @ref tcb may change. */
    virtual void Promote() = 0;
};

/** @ingroup tcp-conn
 * RFC 9293's machine: an event happens to a connection; the table (TcpConnTransitionTable) says
 * which row is taken; the row's action is performed and the state moved.
 *
 * It knows no simulator: time is given, and what is to be done comes back as effects.
 */
class TcpConnMachine
{
  public:
    /**
     * @param scope the connection and its surroundings, for the time of one event
     */
    explicit TcpConnMachine(TcpConnScope& scope);

    /**
     * SEGMENT ARRIVES (RFC 9293 section 3.10.7).
     * @param segment the segment
     */
    void Arrive(const TcpConnSegment& segment);

    /**
     * A user call (RFC 9293 sections 3.10.1 to 3.10.6), or CRASH.
     * @param call the call
     * @return the answer
     */
    TcpConnAnswer Call(TcpConnEvent call);

    /**
     * A timer of the connection has expired.  Its deadline is cleared first.
     * @param timer which one
     */
    void Expire(TcpConnTimer timer);

    /**
     * An ICMP error about a segment in flight.
     * @param error ICMP_HARD, ICMP_SOFT or ICMP_TOO_BIG
     * @param mss ICMP_TOO_BIG: most bytes of a segment, without headers, that the path takes
     */
    void Report(TcpConnEvent error, uint16_t mss);

    /**
     * The next segment that the connection has to send now: text, FIN, or an ACK that is owed.
     * Asked repeatedly after each event, until there is none.
     * @param [out] segment the segment
     * @param [out] text what text it carries; length 0: none
     * @return false if there is nothing to send
     */
    bool NextSegment(TcpConnSegment& segment, TcpConnText& text);

    /**
     * The application has read: tell the peer if the window opened enough (RFC 9293
     * section 3.8.6.2.2).
     */
    void OfferWindow();

    /**
     * A connection begins to exist.
     * @param [out] tcb its block, in CLOSED
     * @param now the time
     */
    static void Begin(TcpConnTcb& tcb, Time now);

    /**
     * Make a control block for a SYN that arrives for a listener: a copy of the listener's.
     * @param [out] tcb the block, in LISTEN
     * @param now the time
     */
    static void CloneListener(TcpConnTcb& tcb, Time now);

    /**
     * The reset that answers a segment that belongs to no connection (RFC 9293 section 3.5.2).
     * @param segment the segment, without RST
     * @return the reset
     */
    static TcpConnSegment ResetFor(const TcpConnSegment& segment);

    /** @param now the time @param delay a delay @return the time after it, or Time::Max(). */
    static Time After(Time now, Time delay);

    /** @param tcb a block @return the earliest deadline of the connection; Time::Max(): none. */
    static Time EarliestDeadline(const TcpConnTcb& tcb);

  private:
    // The table and the one function that moves.
    const TcpConnRow& Take(TcpConnEvent event);
    void Process(const TcpConnSegment& segment);
    void Move(const TcpConnRow& row);
    void Enter(TcpSocket::TcpStates_t state);
    bool Holds(TcpConnGuard guard, TcpConnEvent event) const;
    void Perform(const TcpConnRow& row);
    bool Raises(TcpConnEvent event) const;

    // Conditions.
    bool InWindow() const;
    bool OldTimestamp() const;
    bool AckWrong() const;
    bool AckOfFin() const;
    bool AtLimit(TcpConnEvent event) const;

    // Opening.
    void SendSyn();
    void OpenHalf();
    void TakeSyn();
    void TakeSynAck(bool acknowledge);
    void ChooseIss();
    void OpenAtOnce();
    void OpenByAckAndSyn();
    void SendCookie();
    void TakeCookie();
    void TakeAckOfSyn(bool timed);
    void TakeSynOptions();
    TcpConnOpening Opening() const;
    bool Admitted() const;
    void OpenFast();
    void CompleteReply();
    void CloseFast(const TcpConnRow& row);
    uint32_t TakeAckOfSynText();
    void Synchronise();
    void SampleSyn();
    void SetSendMss();

    // Text and acknowledgments.
    void NoteSegment();
    void TakeAck();
    void UpdateWindow();
    void TakeText();
    void AcknowledgeText(bool inOrder);
    void TakeUrgent();
    void TrimText();
    void NoteFin();

    // Release and failure.
    void QueueFin();
    void StayClosing();
    void TakeFin();
    void Fail(TcpConnFailure failure);
    void End(TcpConnNotice notice, TcpConnFailure failure);
    void ResetPeer();

    // Timers.
    void Arm(TcpConnTimer timer, Time delay);
    void Disarm(TcpConnTimer timer);
    bool Armed(TcpConnTimer timer) const;
    void ArmRetransmission();
    Time UserTimeout() const;
    void TakeUserTimeout();
    void ArmPersist();
    void ArmKeepAlive();
    bool KeepAliveWaits();
    void Retransmit();
    void ProbeWindow();
    void ProbeAlive();
    void LowerMss();

    // Segments out.
    bool NextText(TcpConnSegment& segment, TcpConnText& text);
    bool NextFin(TcpConnSegment& segment);
    bool FinFits() const;
    void Sent(uint32_t outstandingBefore);
    TcpConnSegment Build(uint16_t flags, SequenceNumber32 seq, uint32_t textLength = 0);
    uint8_t SackRoom(uint32_t textLength) const;
    void OfferTimestamp(TcpConnOptions& options) const;
    void OfferUserTimeout(TcpConnOptions& options) const;
    TcpConnSegment BuildSyn(uint16_t flags);
    uint16_t WindowField();
    void Emit(const TcpConnSegment& segment);
    void EmitAck();
    void Challenge();
    void Notify(TcpConnNotice notice, uint32_t bytes = 0);
    uint32_t Timestamp() const;

    static constexpr size_t NO_REPLY = SIZE_MAX; //!< There is none.

    TcpConnScope& m_s;                        //!< Surroundings.
    TcpConnSegment m_seg;                     //!< The arriving segment, trimmed as it is processed.
    const TcpConnSegment* m_arrived{nullptr}; //!< The same as it came.
    size_t m_reply{NO_REPLY};                 //!< Effect that sends the SYN,ACK of OPEN_FAST.
    uint16_t m_mss{0};                        //!< ICMP_TOO_BIG: what the path takes.
    TcpConnAnswer m_answer{TcpConnAnswer::OK}; //!< Answer to a user call.
};

} // namespace ns3

#endif /* TCP_CONN_MACHINE_H */
