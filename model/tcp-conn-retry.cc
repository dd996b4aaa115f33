/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-retry.h"

#include <algorithm>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(TcpConnRetry);

TypeId
TcpConnRetry::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnRetry").SetParent<TcpConnPolicy>().SetGroupName("TcpConn");
    return tid;
}

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
    Time timeout = rto;
    for (uint32_t i = 0; i < retries && timeout < settings.maxRto; ++i)
    {
        timeout = timeout * 2;
    }
    return std::min(timeout, std::max(settings.maxRto, rto));
}

bool
TcpConnRetryRfc6298::GiveUp(const TcpConnTcb& tcb, const TcpConnSettings& settings, Time now) const
{
    const bool syn = tcb.sndUna == tcb.iss;
    const uint32_t count = syn ? settings.connCount : settings.dataRetries;
    const uint32_t defaultCount = 6; // of TcpSocket's ConnCount and DataRetries
    const Time least = syn ? Seconds(180) : Seconds(100);
    return tcb.retries >= count && (count < defaultCount || now - tcb.lastProgress >= least);
}

} // namespace ns3
