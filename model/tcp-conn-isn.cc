/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-isn.h"

#include "tcp-conn-siphash.h"

#include "ns3/uinteger.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(TcpConnIsn);

TypeId
TcpConnIsn::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::TcpConnIsn").SetParent<TcpConnPolicy>().SetGroupName("TcpConn");
    return tid;
}

namespace
{

/** RFC 793's clock. @param now the time @return ticks of 4 microseconds */
uint32_t
Clock(Time now)
{
    return static_cast<uint32_t>(now.GetNanoSeconds() / 4000);
}

} // namespace

NS_OBJECT_ENSURE_REGISTERED(TcpConnIsnRfc6528);

TypeId
TcpConnIsnRfc6528::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnIsnRfc6528")
                            .SetParent<TcpConnIsn>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnIsnRfc6528>();
    return tid;
}

std::unique_ptr<TcpConnPolicyState>
TcpConnIsnRfc6528::CreateState(uint64_t seed) const
{
    return TcpConnSipKey::Create(seed);
}

SequenceNumber32
TcpConnIsnRfc6528::Choose(const TcpConnKey& key, Time now, TcpConnPolicyState* state) const
{
    const auto& secret = static_cast<const TcpConnSipKey&>(*state);
    return SequenceNumber32(Clock(now) + static_cast<uint32_t>(TcpConnSipHash(secret, key, 0)));
}

NS_OBJECT_ENSURE_REGISTERED(TcpConnIsnClock);

TypeId
TcpConnIsnClock::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnIsnClock")
                            .SetParent<TcpConnIsn>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnIsnClock>();
    return tid;
}

SequenceNumber32
TcpConnIsnClock::Choose(const TcpConnKey& /* key */,
                        Time now,
                        TcpConnPolicyState* /* state */) const
{
    return SequenceNumber32(Clock(now));
}

NS_OBJECT_ENSURE_REGISTERED(TcpConnIsnConstant);

TypeId
TcpConnIsnConstant::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnIsnConstant")
                            .SetParent<TcpConnIsn>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnIsnConstant>()
                            .AddAttribute("Value",
                                          "Initial sequence number of every connection.",
                                          UintegerValue(0),
                                          MakeUintegerAccessor(&TcpConnIsnConstant::m_value),
                                          MakeUintegerChecker<uint32_t>());
    return tid;
}

SequenceNumber32
TcpConnIsnConstant::Choose(const TcpConnKey& /* key */,
                           Time /* now */,
                           TcpConnPolicyState* /* state */) const
{
    return SequenceNumber32(m_value);
}

NS_OBJECT_ENSURE_REGISTERED(TcpConnIsnRandom);

TypeId
TcpConnIsnRandom::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnIsnRandom")
                            .SetParent<TcpConnIsn>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnIsnRandom>();
    return tid;
}

std::unique_ptr<TcpConnPolicyState>
TcpConnIsnRandom::CreateState(uint64_t seed) const
{
    return TcpConnSipKey::Create(seed);
}

SequenceNumber32
TcpConnIsnRandom::Choose(const TcpConnKey& key, Time now, TcpConnPolicyState* state) const
{
    // A counter under a keyed hash: repeatable from run to run, and without a pattern.
    auto& secret = static_cast<TcpConnSipKey&>(*state);
    return SequenceNumber32(static_cast<uint32_t>(
        TcpConnSipHash(secret, key, static_cast<uint64_t>(now.GetTimeStep()) ^ ++secret.used)));
}

} // namespace ns3
