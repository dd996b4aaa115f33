/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-retry.h"

#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(TcpConnRetry);

TypeId
TcpConnRetry::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::TcpConnRetry").SetParent<TcpConnPolicy>().SetGroupName("TcpConn");
    return tid;
}

namespace
{

/**
 * @param rto a timeout
 * @param times how often it is doubled
 * @param limit the greatest timeout, unless it was greater before
 * @return the timeout
 */
Time
Doubled(Time rto, uint32_t times, Time limit)
{
    Time timeout = rto;
    for (uint32_t i = 0; i < times && timeout < limit; ++i)
    {
        timeout = timeout * 2;
    }
    return std::min(timeout, std::max(limit, rto));
}

} // namespace

NS_OBJECT_ENSURE_REGISTERED(TcpConnRetryRfc6298);

TypeId
TcpConnRetryRfc6298::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnRetryRfc6298")
                            .SetParent<TcpConnRetry>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnRetryRfc6298>();
    return tid;
}

Time
TcpConnRetryRfc6298::SynTimeout(const TcpConnSettings& settings) const
{
    // TcpSocket's default of 3 s is RFC 1122's; it stands for "not set" (RFC 6298 section 2.1).
    return settings.connTimeout == Seconds(3) ? Seconds(1) : settings.connTimeout;
}

Time
TcpConnRetryRfc6298::Backoff(Time rto, uint32_t retries, const TcpConnSettings& settings) const
{
    return Doubled(rto, retries, settings.maxRto);
}

bool
TcpConnRetryRfc6298::GiveUp(const TcpConnTcb& tcb, const TcpConnSettings& settings, Time now) const
{
    const bool syn = tcb.sndUna == tcb.iss;
    const uint32_t count = syn ? settings.connCount : settings.dataRetries;
    const uint32_t defaultCount = 6; // of TcpSocket's ConnCount and DataRetries
    const Time least = syn ? Seconds(180) : Seconds(100);
    return tcb.retries >= std::min<uint32_t>(count, UINT8_MAX) &&
           (count < defaultCount || now - tcb.lastProgress >= least);
}

NS_OBJECT_ENSURE_REGISTERED(TcpConnRetryLinux);

TypeId
TcpConnRetryLinux::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnRetryLinux")
                            .SetParent<TcpConnRetryRfc6298>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnRetryLinux>()
                            .AddAttribute("SynRetries",
                                          "Retransmissions of a SYN (tcp_syn_retries).",
                                          UintegerValue(6),
                                          MakeUintegerAccessor(&TcpConnRetryLinux::m_synRetries),
                                          MakeUintegerChecker<uint32_t>(0, 127))
                            .AddAttribute("SynAckRetries",
                                          "Retransmissions of a SYN,ACK (tcp_synack_retries).",
                                          UintegerValue(5),
                                          MakeUintegerAccessor(&TcpConnRetryLinux::m_synAckRetries),
                                          MakeUintegerChecker<uint32_t>(0, 254))
                            .AddAttribute("Retries2",
                                          "Retransmissions of text (tcp_retries2).",
                                          UintegerValue(15),
                                          MakeUintegerAccessor(&TcpConnRetryLinux::m_retries2),
                                          MakeUintegerChecker<uint32_t>(0, 254))
                            .AddAttribute("MaxTimeout",
                                          "Greatest timeout (TCP_RTO_MAX), in the place of MaxRto.",
                                          TimeValue(Seconds(120)),
                                          MakeTimeAccessor(&TcpConnRetryLinux::m_maxTimeout),
                                          MakeTimeChecker(NanoSeconds(1)));
    return tid;
}

Time
TcpConnRetryLinux::Backoff(Time rto, uint32_t retries, const TcpConnSettings& /* settings */) const
{
    return Doubled(rto, retries, m_maxTimeout);
}

bool
TcpConnRetryLinux::GiveUp(const TcpConnTcb& tcb,
                          const TcpConnSettings& /* settings */,
                          Time /* now */) const
{
    if (tcb.sndUna != tcb.iss)
    {
        return tcb.retries >= m_retries2;
    }
    return tcb.retries >= (tcb.passive ? m_synAckRetries : m_synRetries);
}

NS_OBJECT_ENSURE_REGISTERED(TcpConnRetryFixed);

TypeId
TcpConnRetryFixed::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnRetryFixed")
                            .SetParent<TcpConnRetry>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnRetryFixed>()
                            .AddAttribute("Interval",
                                          "Time between two tries.",
                                          TimeValue(Seconds(1)),
                                          MakeTimeAccessor(&TcpConnRetryFixed::m_interval),
                                          MakeTimeChecker(NanoSeconds(1)))
                            .AddAttribute("Count",
                                          "Tries after the first.",
                                          UintegerValue(5),
                                          MakeUintegerAccessor(&TcpConnRetryFixed::m_count),
                                          MakeUintegerChecker<uint32_t>(0, 254));
    return tid;
}

Time
TcpConnRetryFixed::SynTimeout(const TcpConnSettings& /* settings */) const
{
    return m_interval;
}

Time
TcpConnRetryFixed::Backoff(Time /* rto */,
                           uint32_t /* retries */,
                           const TcpConnSettings& /* settings */) const
{
    return m_interval;
}

bool
TcpConnRetryFixed::GiveUp(const TcpConnTcb& tcb,
                          const TcpConnSettings& /* settings */,
                          Time /* now */) const
{
    return tcb.retries >= m_count;
}

} // namespace ns3
