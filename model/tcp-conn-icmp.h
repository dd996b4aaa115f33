/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_ICMP_H
#define TCP_CONN_ICMP_H

#include "tcp-conn-policy.h"

namespace ns3
{

/** @ingroup tcp-conn
 * What an ICMP error means for a connection.
 */
class TcpConnIcmp : public TcpConnPolicy
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    /** What an error means. */
    enum class Meaning : uint8_t
    {
        NOTHING, //!< It is ignored.
        SOFT,    //!< It may pass (RFC 5461 section 2.1).
        HARD,    //!< It will not pass.
        TOO_BIG, //!< The path's MTU is smaller than the packet.
    };

    /**
     * @param type ICMP type
     * @param code ICMP code
     * @param v6 ICMPv6
     * @return what the error means
     */
    virtual Meaning Classify(uint8_t type, uint8_t code, bool v6) const = 0;
};

/** @ingroup tcp-conn
 * RFC 1122 section 4.2.3.9 and RFC 5461: protocol and port unreachable and administrative
 * prohibition are hard, other unreachables, time exceeded and parameter problems are soft.
 */
class TcpConnIcmpRfc5461 : public TcpConnIcmp
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    Meaning Classify(uint8_t type, uint8_t code, bool v6) const override;
};

/** @ingroup tcp-conn
 * Any ICMP error ends a connection that is not yet established (RFC 5461 section 4.1: a client with
 * many addresses to try does not wait).
 */
class TcpConnIcmpHardInSynSent : public TcpConnIcmpRfc5461
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();
    std::vector<TcpConnRule> Rules() const override;
};

/** @ingroup tcp-conn
 * ICMP errors are ignored, but for packet too big.
 */
class TcpConnIcmpIgnore : public TcpConnIcmp
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();
    Meaning Classify(uint8_t type, uint8_t code, bool v6) const override;
};

} // namespace ns3

#endif /* TCP_CONN_ICMP_H */
