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
    virtual bool GiveUp(const TcpConnTcb& tcb, const TcpConnSettings& settings, Time now) const = 0;
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
    bool GiveUp(const TcpConnTcb& tcb, const TcpConnSettings& settings, Time now) const override;
};

/** @ingroup tcp-conn
 * Linux's counts: a SYN is sent again tcp_syn_retries times (6: given up after 127 s), text
 * tcp_retries2 times (15: after some 20 minutes from a timeout of 1 s, 15 from Linux's 200 ms),
 * whatever ConnCount and DataRetries say; timeouts are doubled up to 120 s.
 */
class TcpConnRetryLinux : public TcpConnRetryRfc6298
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();
    Time Backoff(Time rto, uint32_t retries, const TcpConnSettings& settings) const override;
    bool GiveUp(const TcpConnTcb& tcb, const TcpConnSettings& settings, Time now) const override;

  private:
    uint32_t m_synRetries{0};    //!< Of a SYN.
    uint32_t m_synAckRetries{0}; //!< Of a SYN,ACK.
    uint32_t m_retries2{0};      //!< Of text.
    Time m_maxTimeout;           //!< Greatest timeout.
};

/** @ingroup tcp-conn
 * The same interval each time, without back-off, and a fixed count: for study.
 */
class TcpConnRetryFixed : public TcpConnRetry
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();
    Time SynTimeout(const TcpConnSettings& settings) const override;
    Time Backoff(Time rto, uint32_t retries, const TcpConnSettings& settings) const override;
    bool GiveUp(const TcpConnTcb& tcb, const TcpConnSettings& settings, Time now) const override;

  private:
    Time m_interval;     //!< Between two tries.
    uint32_t m_count{0}; //!< Tries after the first.
};

} // namespace ns3

#endif /* TCP_CONN_RETRY_H */
