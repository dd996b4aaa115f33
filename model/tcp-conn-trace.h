/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_TRACE_H
#define TCP_CONN_TRACE_H

#include "tcp-conn-key.h"
#include "tcp-conn-segment.h"

#include "ns3/nstime.h"
#include "ns3/tcp-socket.h"

#include <cstdint>

namespace ns3
{

struct TcpConnPolicies;
struct TcpConnRow;

/** @ingroup tcp-conn
 * One transition, as the trace source Transition of TcpConnL4Protocol tells it.  Pointers and
 * references are valid during the call only.
 */
struct TcpConnTransition
{
    Time time;                   //!< When.
    uint32_t node{0};            //!< Id of the node.
    uint64_t id{0};              //!< Id of the connection, counted per node from 1.
    const TcpConnKey& key;       //!< The 4-tuple; of a listener with the peer unspecified.
    TcpSocket::TcpStates_t from; //!< State left.
    TcpSocket::TcpStates_t to;   //!< State entered (the same: the connection returned to it).
    const TcpConnRow& row;       //!< The row of the table that was taken: event, guard, clause.
    const TcpConnSegment* segment{nullptr}; //!< The segment that caused it, if one did.
    Time inState;                           //!< Time spent in the state left.
    /** The connection's policies where they are not its host's; else nullptr. */
    const TcpConnPolicies* ownPolicies{nullptr};

    /** @return the cause as one word, "event" or "event/guard", as in the table. */
    const char* Cause() const;
};

/** @ingroup tcp-conn
 * One segment sent, received or dropped, as the trace sources Tx, Rx and Drop tell it.
 */
struct TcpConnSegmentEvent
{
    Time time;                     //!< When.
    uint32_t node{0};              //!< Id of the node.
    uint64_t id{0};                //!< Id of the connection; 0: none.
    const TcpConnKey& key;         //!< The 4-tuple, seen from this node.
    const TcpConnSegment& segment; //!< The segment.
    const char* reason{nullptr};   //!< Drop: why, one word as "checksum"; else nullptr.

    /**
     * Not an aggregate: of those, language bindings make initializers, which references forbid.
     * @param at when
     * @param nodeId id of the node
     * @param connection id of the connection; 0: none
     * @param tuple the 4-tuple
     * @param header the segment
     * @param why reason of a drop
     */
    TcpConnSegmentEvent(Time at,
                        uint32_t nodeId,
                        uint64_t connection,
                        const TcpConnKey& tuple,
                        const TcpConnSegment& header,
                        const char* why)
        : time(at),
          node(nodeId),
          id(connection),
          key(tuple),
          segment(header),
          reason(why)
    {
    }
};

/**
 * @param state a state
 * @return its name in RFC 9293: "SYN-SENT", "SYN-RECEIVED", "FIN-WAIT-1", ...
 */
const char* TcpConnStateName(TcpSocket::TcpStates_t state);

/** Signatures of the trace sources. */
namespace TcpConnTracedCallback
{
/** @param t the transition. */
typedef void (*Transition)(const TcpConnTransition& t);
/** @param s the segment. */
typedef void (*Segment)(const TcpConnSegmentEvent& s);
/**
 * @param id connection id
 * @param local local end
 * @param peer peer's end
 * @param from state left
 * @param to state entered
 */
typedef void (*StateChange)(uint64_t id,
                            const Address& local,
                            const Address& peer,
                            TcpSocket::TcpStates_t from,
                            TcpSocket::TcpStates_t to);
} // namespace TcpConnTracedCallback

} // namespace ns3

#endif /* TCP_CONN_TRACE_H */
