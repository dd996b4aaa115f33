/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_RELEASE_H
#define TCP_CONN_RELEASE_H

#include "tcp-conn-policy.h"

namespace ns3
{

/** @ingroup tcp-conn
 * How a connection is released.
 */
class TcpConnRelease : public TcpConnPolicy
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    /**
     * @return whether the ACK of the peer's FIN waits for what the application does when it is
     *         told of the close: if it closes at once, ACK and FIN go in one segment
     */
    virtual bool JoinsFinWithAck() const = 0;
};

/** @ingroup tcp-conn
 * Separate ACK and FIN, or one FIN,ACK where the application closes at once.
 */
class TcpConnJoinedRelease : public TcpConnRelease
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    bool JoinsFinWithAck() const override;
};

/** @ingroup tcp-conn
 * Always four segments: the ACK of the peer's FIN goes before the application hears of it.
 */
class TcpConnSeparateRelease : public TcpConnRelease
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    bool JoinsFinWithAck() const override;
};

/** @ingroup tcp-conn
 * Close resets the peer at once, for study: no segment of the release is sent, and what was not
 * yet delivered is lost.
 */
class TcpConnAbortiveRelease : public TcpConnJoinedRelease
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();
    std::vector<TcpConnRule> Rules() const override;
};

} // namespace ns3

#endif /* TCP_CONN_RELEASE_H */
