/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_ISN_H
#define TCP_CONN_ISN_H

#include "tcp-conn-key.h"
#include "tcp-conn-policy.h"

#include "ns3/nstime.h"
#include "ns3/sequence-number.h"

namespace ns3
{

/** @ingroup tcp-conn
 * How the initial sequence number of a connection is chosen.
 */
class TcpConnIsn : public TcpConnPolicy
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    /**
     * @param key the connection
     * @param now the time
     * @param state what this policy keeps for the host
     * @return ISS
     */
    virtual SequenceNumber32 Choose(const TcpConnKey& key,
                                    Time now,
                                    TcpConnPolicyState* state) const = 0;
};

/** @ingroup tcp-conn
 * RFC 6528: ISN = M + F(4-tuple, key), M the 4 microsecond clock and F a keyed hash (SipHash-2-4
 * with the key of the host), so that connections start at numbers that nobody else can tell, and
 * two incarnations of one 4-tuple never go back.
 */
class TcpConnIsnRfc6528 : public TcpConnIsn
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    SequenceNumber32 Choose(const TcpConnKey& key,
                            Time now,
                            TcpConnPolicyState* state) const override;
    std::unique_ptr<TcpConnPolicyState> CreateState(uint64_t seed) const override;
};

/** @ingroup tcp-conn
 * RFC 793: a clock that ticks every 4 microseconds, the same for all connections.
 */
class TcpConnIsnClock : public TcpConnIsn
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    SequenceNumber32 Choose(const TcpConnKey& key,
                            Time now,
                            TcpConnPolicyState* state) const override;
};

/** @ingroup tcp-conn
 * The same number for every connection, for study: the 100 and 300 of the textbooks.
 */
class TcpConnIsnConstant : public TcpConnIsn
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    SequenceNumber32 Choose(const TcpConnKey& key,
                            Time now,
                            TcpConnPolicyState* state) const override;

  private:
    uint32_t m_value{0}; //!< The number.
};

/** @ingroup tcp-conn
 * A random number for every connection (RFC 1948's rival before it: unguessable, but two
 * incarnations of a 4-tuple may overlap).
 */
class TcpConnIsnRandom : public TcpConnIsn
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();
    SequenceNumber32 Choose(const TcpConnKey& key,
                            Time now,
                            TcpConnPolicyState* state) const override;
    std::unique_ptr<TcpConnPolicyState> CreateState(uint64_t seed) const override;
};

} // namespace ns3

#endif /* TCP_CONN_ISN_H */
