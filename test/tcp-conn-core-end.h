/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_CORE_END_H
#define TCP_CONN_CORE_END_H

#include "tcp-conn-plain-data-phase.h"

#include "ns3/tcp-conn-machine.h"

#include <memory>
#include <optional>
#include <vector>

namespace ns3
{

/** @ingroup tcp-conn
 * One end of a connection without a simulator: a control block, settings, policies, a small data
 * phase and a clock that only its owner moves.  Each event is given to the machine, what the
 * machine wants sent is collected, and whatever the connection has to send after it is sent, as a
 * host would do.
 *
 * It can be copied at any time: both copies live on by themselves.
 */
class TcpConnCoreEnd : public TcpConnScope
{
  public:
    /**
     * The default policies, with a constant initial sequence number.
     * @param iss that number
     * @param fastOpen the handshake is Fast Open
     * @return the policies
     */
    static Ptr<TcpConnPolicies> MakePolicies(uint32_t iss, bool fastOpen = false);

    /** @return the retry policy that MakePolicies() uses, to be set by tests; nullptr: RFC 6298. */
    static Ptr<const TcpConnRetry>& RetryInstead();

    /**
     * An end in CLOSED at time 0.
     * @param rules its policies
     */
    explicit TcpConnCoreEnd(Ptr<const TcpConnPolicies> rules);
    /** @param o the end to copy */
    TcpConnCoreEnd(const TcpConnCoreEnd& o);
    /** @param o the end to copy @return this */
    TcpConnCoreEnd& operator=(const TcpConnCoreEnd& o);
    ~TcpConnCoreEnd() override;

    /** Become the block that a listener makes for an arriving SYN: in LISTEN. */
    void BecomeClone();

    /**
     * A segment arrives.
     * @param segment the segment
     * @param incarnation who sent its text; 0: unknown
     */
    void Arrive(const TcpConnSegment& segment, uint32_t incarnation = 0);

    /** @param event a user call, or CRASH @return the answer */
    TcpConnAnswer Call(TcpConnEvent event);

    /**
     * SEND: the text is queued if the answer is OK.
     * @param bytes how many bytes
     * @return the answer
     */
    TcpConnAnswer Send(uint32_t bytes);

    /**
     * RECEIVE.
     * @param most most bytes to read
     * @param [out] bytes bytes read
     * @return the answer
     */
    TcpConnAnswer Receive(uint32_t most, uint32_t& bytes);

    /** @param timer a timer that is to expire now */
    void Expire(TcpConnTimer timer);

    /** @param error an ICMP error @param mss ICMP_TOO_BIG: what the path takes, bytes */
    void Report(TcpConnEvent error, uint16_t mss);

    /** Send whatever the connection has to send now. */
    void NextSegments();

    /** Forget what was done and sent so far. */
    void Forget();

    // TcpConnScope
    TcpConnDataPhase* Data() override;
    TcpConnDataPhase& Room() override;
    TcpConnAdmission::Verdict Admit() override;
    bool Listens() override;
    void Stash(const TcpConnSegment& segment) override;
    void Promote() override;

    TcpConnTcb conn;                           //!< The control block.
    TcpConnKey name;                           //!< Its 4-tuple.
    TcpConnSettings config;                    //!< Its settings.
    std::optional<TcpConnPlainDataPhase> text; //!< Its data phase, once there is one.
    std::vector<TcpConnEffect> done;           //!< What the machine wanted done, in order.
    std::vector<TcpConnSegment> sent;          //!< What was sent, in order.
    std::optional<TcpConnSegment> stashed;     //!< SYN whose text and FIN wait.
    uint32_t stashedBy{0};                     //!< Who sent that SYN.
    TcpConnAdmission::Verdict verdict{TcpConnAdmission::Verdict::ADMIT}; //!< On an arriving SYN.
    bool listens{true};                                                  //!< Somebody listens.

  private:
    /** Point the base's pointers at what is ours. */
    void Bind();
    /** Do what the machine wanted done since the last time. */
    void Finish();
    /** The connection is established: the text and FIN of its SYN arrive now. */
    void Replay();

    Ptr<const TcpConnPolicies> m_rules;              //!< Policies.
    std::unique_ptr<TcpConnPolicyState> m_isn;       //!< What the ISN policy keeps.
    std::unique_ptr<TcpConnPolicyState> m_check;     //!< What the segment check keeps.
    std::unique_ptr<TcpConnPolicyState> m_handshake; //!< What the handshake policy keeps.
    size_t m_finished{0};                            //!< Effects that were dealt with.
    uint32_t m_arriving{0};                          //!< Who sent the arriving segment.
};

} // namespace ns3

#endif /* TCP_CONN_CORE_END_H */
