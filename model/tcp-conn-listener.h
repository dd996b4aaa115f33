/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_LISTENER_H
#define TCP_CONN_LISTENER_H

#include "tcp-conn-key.h"
#include "tcp-conn-record.h"
#include "tcp-conn-table.h"
#include "tcp-conn-tcb.h"

namespace ns3
{

class TcpConnSocket;

/** @ingroup tcp-conn
 * A socket that listens: where, and the connections that it has under way.
 */
class TcpConnListener
{
  public:
    uint64_t id{0};                 //!< Id, from the same count as connections.
    TcpConnListenerAt at;           //!< Where it listens.
    TcpConnTcb tcb;                 //!< Its state: LISTEN.
    TcpConnSocket* socket{nullptr}; //!< Its socket.
    uint32_t halfOpen{0};           //!< Connections in SYN-RECEIVED.
    uint32_t accepting{0};          //!< Established ones that wait to be accepted.

    /** @return its name: the local end, and the unspecified peer. */
    TcpConnKey Key() const
    {
        TcpConnKey key;
        key.local = at.address;
        key.localPort = at.port;
        key.v6 = at.v6;
        return key;
    }
};

} // namespace ns3

#endif /* TCP_CONN_LISTENER_H */
