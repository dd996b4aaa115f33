/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_TIME_WAIT_H
#define TCP_CONN_TIME_WAIT_H

#include "tcp-conn-policy.h"
#include "tcp-conn-segment.h"
#include "tcp-conn-settings.h"
#include "tcp-conn-tcb.h"

namespace ns3
{

/** @ingroup tcp-conn
 * How long TIME-WAIT lasts, and what may end it early.
 */
class TcpConnTimeWait : public TcpConnPolicy
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    /**
     * @param settings settings of the connection
     * @return how long the connection stays in TIME-WAIT; 0: it is CLOSED at once
     */
    virtual Time Duration(const TcpConnSettings& settings) const = 0;

    /**
     * @param tcb a connection in TIME-WAIT
     * @param segment a SYN without ACK and RST for its 4-tuple
     * @return whether the SYN may open a new incarnation now
     */
    virtual bool TakesSyn(const TcpConnTcb& tcb, const TcpConnSegment& segment) const = 0;
};

/** @ingroup tcp-conn
 * 2 MSL (RFC 9293 section 3.6.1); resets are ignored (RFC 1337); a SYN that is safely newer, by its
 * timestamp (RFC 6191) or its sequence number (RFC 1122 section 4.2.2.13), opens a new incarnation.
 */
class TcpConnTwoMsl : public TcpConnTimeWait
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    Time Duration(const TcpConnSettings& settings) const override;
    bool TakesSyn(const TcpConnTcb& tcb, const TcpConnSegment& segment) const override;

  private:
    bool m_reuse{true}; //!< Safely newer SYNs are taken.
};

/** @ingroup tcp-conn
 * No TIME-WAIT, for study: whoever closes first forgets the connection with the last ACK.  What it
 * is for is seen when that ACK is lost, or an old segment comes late.
 */
class TcpConnNoTimeWait : public TcpConnTimeWait
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();
    std::vector<TcpConnRule> Rules() const override;
    Time Duration(const TcpConnSettings& settings) const override;
    bool TakesSyn(const TcpConnTcb& tcb, const TcpConnSegment& segment) const override;
};

} // namespace ns3

#endif /* TCP_CONN_TIME_WAIT_H */
