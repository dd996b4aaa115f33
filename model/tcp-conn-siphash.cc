/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-siphash.h"

#include <algorithm>

namespace ns3
{

namespace
{

/** Spread a seed over 64 bits (SplitMix64's finaliser). @param x seed @return spread */
uint64_t
Mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
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

} // namespace

std::unique_ptr<TcpConnPolicyState>
TcpConnSipKey::Copy() const
{
    return std::make_unique<TcpConnSipKey>(*this);
}

std::unique_ptr<TcpConnSipKey>
TcpConnSipKey::Create(uint64_t seed)
{
    auto key = std::make_unique<TcpConnSipKey>();
    key->k0 = Mix(seed);
    key->k1 = Mix(seed + 1);
    return key;
}

uint64_t
TcpConnSipHash(const TcpConnSipKey& key, const TcpConnKey& tuple, uint64_t word)
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
    sip.Take(word);
    sip.v2 ^= 0xff;
    for (int i = 0; i < 4; ++i)
    {
        sip.Round();
    }
    return sip.v0 ^ sip.v1 ^ sip.v2 ^ sip.v3;
}

} // namespace ns3
