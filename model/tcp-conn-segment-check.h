/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_SEGMENT_CHECK_H
#define TCP_CONN_SEGMENT_CHECK_H

#include "tcp-conn-policy.h"
#include "tcp-conn-segment.h"
#include "tcp-conn-tcb.h"

namespace ns3
{

/** @ingroup tcp-conn
 * Which resets and acknowledgments of an arriving segment are believed.
 */
class TcpConnSegmentCheck : public TcpConnPolicy
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    /**
     * @param tcb the connection
     * @param segment a segment with RST that is in the window
     * @return whether the reset is obeyed; if not, a challenge ACK answers it
     */
    virtual bool ResetValid(const TcpConnTcb& tcb, const TcpConnSegment& segment) const = 0;

    /**
     * @param tcb the connection
     * @param segment a segment with ACK, not beyond SND.NXT
     * @return whether its acknowledgment is too old to come from the peer
     */
    virtual bool AckTooOld(const TcpConnTcb& tcb, const TcpConnSegment& segment) const = 0;

    /**
     * May another challenge ACK be sent?
     * @param state what this policy keeps for the host
     * @param now the time
     * @return true if the rate limit allows it, and it is counted
     */
    virtual bool AllowChallenge(TcpConnPolicyState* state, Time now) const = 0;
};

/** @ingroup tcp-conn
 * RFC 5961: a reset must have exactly the sequence number RCV.NXT, an acknowledgment lie in
 * [SND.UNA - MAX.SND.WND, SND.NXT]; what may be an attack gets a challenge ACK, at a limited rate.
 */
class TcpConnCheckRfc5961 : public TcpConnSegmentCheck
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    bool ResetValid(const TcpConnTcb& tcb, const TcpConnSegment& segment) const override;
    bool AckTooOld(const TcpConnTcb& tcb, const TcpConnSegment& segment) const override;
    bool AllowChallenge(TcpConnPolicyState* state, Time now) const override;
    std::unique_ptr<TcpConnPolicyState> CreateState(uint64_t seed) const override;

  private:
    uint32_t m_limit{0}; //!< Challenge ACKs in an interval.
    Time m_interval;     //!< The interval.
};

/** @ingroup tcp-conn
 * RFC 793: any reset in the window is obeyed, any old acknowledgment is a duplicate, and a SYN in
 * the window resets both ends.
 */
class TcpConnCheckRfc793 : public TcpConnSegmentCheck
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();
    std::vector<TcpConnRule> Rules() const override;

    bool ResetValid(const TcpConnTcb& tcb, const TcpConnSegment& segment) const override;
    bool AckTooOld(const TcpConnTcb& tcb, const TcpConnSegment& segment) const override;
    bool AllowChallenge(TcpConnPolicyState* state, Time now) const override;
};

} // namespace ns3

#endif /* TCP_CONN_SEGMENT_CHECK_H */
