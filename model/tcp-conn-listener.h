/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_LISTENER_H
#define TCP_CONN_LISTENER_H

#include "tcp-conn-key.h"
#include "tcp-conn-record.h"
#include "tcp-conn-table.h"
#include "tcp-conn-tcb.h"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>

namespace ns3
{

class TcpConnSocket;

/** @ingroup tcp-conn
 * What became of the SYNs and ACKs that a listener got, and of the connections that they began.
 * Always:
 *
 * - syns = queued + cookies + dropped + refused,
 * - acks = cookiesTaken + cookiesLost + strays,
 * - queued + cookiesTaken = established + Failed() + evicted + halfOpen.
 */
struct TcpConnAdmissionCounters
{
    uint64_t syns{0};         //!< SYNs that came, without repeated ones of half-open connections.
    uint64_t queued{0};       //!< ... that were admitted.
    uint64_t cookies{0};      //!< ... that were answered by a cookie.
    uint64_t dropped{0};      //!< ... that were dropped.
    uint64_t refused{0};      //!< ... that were answered by a reset.
    uint64_t limited{0};      //!< ... that were dropped because of a limit of the host.
    uint64_t acks{0};         //!< ACKs that came and belonged to no connection.
    uint64_t cookiesTaken{0}; //!< ... that returned a good cookie, and were established.
    uint64_t cookiesLost{0};  //!< ... that returned one, and found no room or were not wanted.
    uint64_t strays{0};       //!< ... that returned none: forged, expired, or late.
    uint64_t established{0};  //!< Connections that were established.
    uint64_t evicted{0};      //!< Half-open ones that made room.
    uint64_t overflows{0};    //!< ACKs that found the accept queue full.
    uint32_t halfOpen{0};     //!< Half-open connections now.

    /** @return half-open connections that were reset or timed out. */
    uint64_t Failed() const
    {
        return queued + cookiesTaken - established - evicted - halfOpen;
    }
};

/** @ingroup tcp-conn
 * A socket that listens: where, and the connections that it has under way.
 */
class TcpConnListener
{
  public:
    uint64_t id{0};                 //!< Id, from the same count as connections.
    uint32_t number{0};             //!< Names it in records; a number may come again.
    TcpConnListenerAt at;           //!< Where it listens.
    TcpConnTcb tcb;                 //!< Its state: LISTEN.
    TcpConnSocket* socket{nullptr}; //!< Its socket.
    Ptr<TcpConnSocket> keep;        //!< The same: it listens on when the application lets go.
    uint32_t accepting{0};          //!< Established ones that wait to be accepted.
    std::unique_ptr<TcpConnPolicyState> admissionState; //!< What the admission policy keeps.
    std::map<uint64_t, TcpConnHalfOpen*> order; //!< Half-open ones by age, if one may be evicted.
    std::deque<Ptr<TcpConnSocket>> acceptQueue; //!< Those that wait, the oldest first.
    TcpConnAdmissionCounters counters;          //!< What became of segments that came here.

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
