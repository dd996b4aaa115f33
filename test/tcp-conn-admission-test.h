/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_ADMISSION_TEST_H
#define TCP_CONN_ADMISSION_TEST_H

#include "tcp-conn-wire-script.h"

#include "ns3/tcp-conn-l4-protocol.h"
#include "ns3/tcp-conn-socket.h"

#include <string>

/**
 * @file
 * @ingroup tcp-conn
 * Test support: what the suites on listeners and resources share.
 */

namespace ns3
{
namespace TcpConnWire
{

/** @param w the script @return the listener */
inline Ptr<TcpConnSocket>
ListenerOf(Script& w)
{
    Ptr<TcpConnSocket> s = DynamicCast<TcpConnSocket>(w.Listener().socket);
    w.Check(bool(s), "no listener");
    return s;
}

/** @param w the script @return what became of what came to the listener */
inline TcpConnAdmissionCounters
CountersOf(Script& w)
{
    return ListenerOf(w)->GetAdmissionCounters();
}

/** @param w the script @return the host's resources */
inline const TcpConnResources&
ResourcesOf(Script& w)
{
    return w.L4()->GetObject<TcpConnL4Protocol>()->GetResources();
}

/** The identities that the counters satisfy at every moment. */
inline void
CheckIdentities(Script& w, const TcpConnAdmissionCounters& c)
{
    w.Check(c.syns == c.queued + c.cookies + c.dropped + c.refused,
            "syns = queued + cookies + dropped + refused");
    w.Check(c.limited <= c.dropped, "limited is a part of dropped");
    w.Check(c.acks == c.cookiesTaken + c.cookiesLost + c.strays,
            "acks = cookiesTaken + cookiesLost + strays");
    w.Check(c.queued + c.cookiesTaken >= c.established + c.evicted + c.halfOpen,
            "queued + cookiesTaken = established + failed + evicted + halfOpen");
}

/** A SYN from a port, answered. @param w script @param port peer's @param at time */
inline void
HalfOpen(Script& w, uint16_t port, double at)
{
    w.Use(port, 80).At(at).Send(SYN, 0);
    w.At(at + 0.002).Expect(SYN | ACK, 0, 1).State("SYN-RECEIVED");
}

/** A SYN from a port, to which nothing is answered. @param w script @param port @param at time */
inline void
SynDropped(Script& w, uint16_t port, double at)
{
    w.Use(port, 80).At(at).Send(SYN, 0);
    w.At(at + 0.010).Nothing().State("CLOSED");
}

/** A connection from a port is established. @param w script @param port @param at time */
inline void
Open(Script& w, uint16_t port, double at)
{
    HalfOpen(w, port, at);
    w.At(at + 0.003).Send(ACK, 1, 1);
    w.At(at + 0.005).Nothing().State("ESTABLISHED");
}

} // namespace TcpConnWire
} // namespace ns3

#endif /* TCP_CONN_ADMISSION_TEST_H */
