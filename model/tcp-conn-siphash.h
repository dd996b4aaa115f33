/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_SIPHASH_H
#define TCP_CONN_SIPHASH_H

#include "tcp-conn-key.h"
#include "tcp-conn-policy.h"

#include <cstdint>
#include <memory>

namespace ns3
{

/** @ingroup tcp-conn
 * A secret key, as a policy keeps it for a host or listener.
 */
struct TcpConnSipKey : public TcpConnPolicyState
{
    std::unique_ptr<TcpConnPolicyState> Copy() const override;

    /** @param seed what the key is made of @return a key, the same for the same seed */
    static std::unique_ptr<TcpConnSipKey> Create(uint64_t seed);

    uint64_t k0{0};   //!< First half.
    uint64_t k1{0};   //!< Second half.
    uint64_t used{0}; //!< Numbers drawn, for who draws a sequence.
};

/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012) of a 4-tuple and a word.
 * @param key the key
 * @param tuple the 4-tuple
 * @param word what else is hashed
 * @return 64 bits
 */
uint64_t TcpConnSipHash(const TcpConnSipKey& key, const TcpConnKey& tuple, uint64_t word);

} // namespace ns3

#endif /* TCP_CONN_SIPHASH_H */
