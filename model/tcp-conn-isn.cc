/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-isn.h"

#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(TcpConnIsn);

TypeId
TcpConnIsn::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnIsn").SetParent<TcpConnPolicy>().SetGroupName("TcpConn");
    return tid;
}

namespace
{

/** The secret key of a host. */
struct Key : public TcpConnPolicyState
{
    std::unique_ptr<TcpConnPolicyState> Copy() const override
    {
        return std::make_unique<Key>(*this);
    }

    uint64_t k0{0}; //!< First half.
    uint64_t k1{0}; //!< Second half.
};

/** Spread a seed over 64 bits (SplitMix64's finaliser). @param x seed @return spread */
uint64_t
Mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

/** RFC 793's clock. @param now the time @return ticks of 4 microseconds */
uint32_t
Clock(Time now)
{
    return static_cast<uint32_t>(now.GetNanoSeconds() / 4000);
}

/** Rotate left. @param x word @param b bits @return rotated */
uint64_t
Rotl(uint64_t x, int b)
{
    return (x << b) | (x >> (64 - b));
}

/** The state of SipHash (Aumasson and Bernstein, 2012). */
struct Sip
{
    uint64_t v0; //!< Word 0.
    uint64_t v1; //!< Word 1.
    uint64_t v2; //!< Word 2.
    uint64_t v3; //!< Word 3.

    /** One SipRound. */
    void Round()
    {
        v0 += v1;
        v1 = Rotl(v1, 13) ^ v0;
        v0 = Rotl(v0, 32);
        v2 += v3;
        v3 = Rotl(v3, 16) ^ v2;
        v0 += v3;
        v3 = Rotl(v3, 21) ^ v0;
        v2 += v1;
        v1 = Rotl(v1, 17) ^ v2;
        v2 = Rotl(v2, 32);
    }

    /** Take one word of the message in. @param m the word */
    void Take(uint64_t m)
    {
        v3 ^= m;
        Round();
        Round();
        v0 ^= m;
    }
};

/**
 * SipHash-2-4 of a 4-tuple.
 * @param key the key
 * @param tuple the 4-tuple
 * @return 64 bits
 */
uint64_t
SipHash(const Key& key, const TcpConnKey& tuple)
{
    Sip sip{key.k0 ^ 0x736f6d6570736575ULL,
            key.k1 ^ 0x646f72616e646f6dULL,
            key.k0 ^ 0x6c7967656e657261ULL,
            key.k1 ^ 0x7465646279746573ULL};
    const size_t bytes = tuple.v6 ? 16 : 4;
    for (const auto* address : {&tuple.local, &tuple.peer})
    {
        for (size_t i = 0; i < bytes; i += 8)
        {
            uint64_t word = 0;
            for (size_t j = 0; j < std::min<size_t>(8, bytes - i); ++j)
            {
                word |= static_cast<uint64_t>((*address)[i + j]) << (8 * j);
            }
            sip.Take(word);
        }
    }
    sip.Take((static_cast<uint64_t>(tuple.localPort) << 16) | tuple.peerPort);
    sip.v2 ^= 0xff;
    for (int i = 0; i < 4; ++i)
    {
        sip.Round();
    }
    return sip.v0 ^ sip.v1 ^ sip.v2 ^ sip.v3;
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
    auto state = std::make_unique<Key>();
    state->k0 = Mix(seed);
    state->k1 = Mix(seed + 1);
    return state;
}

SequenceNumber32
TcpConnIsnRfc6528::Choose(const TcpConnKey& key, Time now, TcpConnPolicyState* state) const
{
    const auto& secret = static_cast<const Key&>(*state);
    return SequenceNumber32(Clock(now) + static_cast<uint32_t>(SipHash(secret, key)));
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

} // namespace ns3
