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

} // namespace ns3

#endif /* TCP_CONN_HANDSHAKE_H */
