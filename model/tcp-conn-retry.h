/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_RETRY_H
#define TCP_CONN_RETRY_H

#include "tcp-conn-policy.h"
#include "tcp-conn-settings.h"
#include "tcp-conn-tcb.h"

namespace ns3
{


/** @ingroup tcp-conn
 * When what was not acknowledged is sent again, and when it is given up.
 */
class TcpConnRetry : public TcpConnPolicy
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    /**
     * @param settings settings of the connection
     * @return the first timeout of a SYN
     */
    virtual Time SynTimeout(const TcpConnSettings& settings) const = 0;

    /**
     * @param rto the timeout without back-off
     * @param retries retransmissions made
     * @param settings settings of the connection
     * @return the timeout that follows them
     */
    virtual Time Backoff(Time rto, uint32_t retries, const TcpConnSettings& settings) const = 0;

    /**
     * @param tcb the connection
     * @param settings its settings
     * @param now the time
     * @return whether R2 of RFC 9293 section 3.8.3 is reached
     */
    virtual bool GiveUp(const TcpConnTcb& tcb, const TcpConnSettings& settings, Time now)
        const = 0;
};

/** @ingroup tcp-conn
 * RFC 6298: 1 s at first, doubled each time, 60 s at most.  R2 of RFC 9293 section 3.8.3: at least
 * 3 minutes for a SYN and 100 s for text, unless the counts are set below their defaults.
 */
class TcpConnRetryRfc6298 : public TcpConnRetry
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    Time SynTimeout(const TcpConnSettings& settings) const override;
    Time Backoff(Time rto, uint32_t retries, const TcpConnSettings& settings) const override;
    bool GiveUp(const TcpConnTcb& tcb, const TcpConnSettings& settings, Time now)
        const override;
};

} // namespace ns3

#endif /* TCP_CONN_RETRY_H */
