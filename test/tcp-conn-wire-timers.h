/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_WIRE_TIMERS_H
#define TCP_CONN_WIRE_TIMERS_H

#include "tcp-conn-wire-script.h"

#include "ns3/nstime.h"

#include <string>

/**
 * @file
 * @ingroup tcp-conn
 * Test support: what the suites on timers share.
 */

namespace ns3
{
namespace TcpConnWire
{

/** @param w the script @param name attribute @param seconds its value */
inline void
SetTime(Script& w, const std::string& name, double seconds)
{
    w.Set(name, TimeValue(Seconds(seconds)));
}

/** The connection ended as one whose peer is gone. */
inline void
TimedOut(Script& w, double t, const std::string& events)
{
    w.At(t).Skip().State("CLOSED").Connections(0).Failure("timed-out").Events(events);
}

/** Answer whatever comes with an ACK from a time to another, once a second. */
inline int
Answer(Script& w, int from, int to, const Seg& with)
{
    int answered = 0;
    for (int second = from; second < to; second++)
    {
        const std::size_t before = w.Wire().seen.size();
        w.At(second).Skip();
        if (w.Wire().seen.size() > before)
        {
            answered++;
            w.Send(with);
        }
    }
    return answered;
}

} // namespace TcpConnWire
} // namespace ns3

#endif /* TCP_CONN_WIRE_TIMERS_H */
