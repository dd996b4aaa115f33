/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_HANDSHAKE_H
#define TCP_CONN_HANDSHAKE_H

#include "tcp-conn-policy.h"

namespace ns3
{

/** @ingroup tcp-conn
 * How a connection is opened: the rows of RFC 9293, or others.
 */
class TcpConnHandshake : public TcpConnPolicy
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();
};

/** @ingroup tcp-conn
 * The three-way handshake of RFC 9293 section 3.5: the rows of the table as they stand.
 */
class TcpConnThreeWayHandshake : public TcpConnHandshake
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();
};

/** @ingroup tcp-conn
 * The two-way handshake, for study: the server is ESTABLISHED when it gets the SYN; no third
 * segment is sent or needed.  What the third segment is for is seen when it is missing: a stale
 * SYN makes a connection that only the server knows.
 */
class TcpConnTwoWayHandshake : public TcpConnHandshake
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();
    std::vector<TcpConnRule> Rules() const override;

  private:
    bool m_ignoreUnasked{true}; //!< A CLOSED end ignores a SYN,ACK that it did not ask for.
};

/** @ingroup tcp-conn
 * The four-way handshake, for study: the server sends its ACK and its SYN as two segments.  What
 * is sent again goes as SYN,ACK.
 */
class TcpConnFourWayHandshake : public TcpConnHandshake
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();
    std::vector<TcpConnRule> Rules() const override;
};

} // namespace ns3

#endif /* TCP_CONN_HANDSHAKE_H */
