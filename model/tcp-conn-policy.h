/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_POLICY_H
#define TCP_CONN_POLICY_H

#include "tcp-conn-transition-table.h"

#include "ns3/object.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace ns3
{

/** @ingroup tcp-conn
 * What a policy keeps for a host: keys, counters, rate limits.  The policy makes the block, the
 * host owns it, so that one policy object serves any number of hosts.
 */
class TcpConnPolicyState
{
  public:
    virtual ~TcpConnPolicyState() = default;

    /** @return a copy. */
    virtual std::unique_ptr<TcpConnPolicyState> Copy() const = 0;
};

/** @ingroup tcp-conn
 * Base of all policies.  A policy is a flyweight: its methods are const, it may be shared by every
 * connection of every host, and it is chosen by the name of its TypeId.
 */
class TcpConnPolicy : public Object
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    /**
     * The rows that this policy adds to the table of its connections, or puts in the place of
     * RFC 9293's.
     * @return the rules; none by default
     */
    virtual std::vector<TcpConnRule> Rules() const;

    /**
     * Make what the policy keeps for a host.
     * @param seed a number that differs between hosts and is repeatable from run to run
     * @return the block; nullptr (the default) if it keeps nothing
     */
    virtual std::unique_ptr<TcpConnPolicyState> CreateState(uint64_t seed) const;
};

} // namespace ns3

#endif /* TCP_CONN_POLICY_H */
