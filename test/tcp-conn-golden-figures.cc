/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-golden-scene.h"

#include "ns3/nstime.h"

/**
 * @file
 * @ingroup tcp-conn
 * Golden scenes: the figures of RFC 9293 sections 3.5 and 3.6, with their numbers.
 */

namespace ns3
{
namespace TcpConnGolden
{

namespace
{

constexpr uint16_t CLIENT = 40000; //!< Port at A.
constexpr uint16_t SERVER = 80;    //!< Port at B.

/**
 * A will connect at second 1.
 * @param s the scene
 */
void
Open(Scene& s)
{
    s.At(B).Listen(SERVER);
    s.When(1, [&s] { s.At(A).Connect(CLIENT, SERVER); });
}

/**
 * Both ends close, so that nothing is left.
 * @param s the scene
 * @param when seconds
 */
void
Finish(Scene& s, double when)
{
    s.When(when, [&s] { s.At(A).Close(); });
    s.When(when + 0.5, [&s] { s.At(B).Close(); });
}

/**
 * Figure 6: the three-way handshake, then data.
 * @param s the scene
 */
void
BasicHandshake(Scene& s)
{
    Open(s);
    s.When(2, [&s] { s.At(A).Send(10); });
    Finish(s, 3);
}

/**
 * Figure 7: simultaneous open.
 * @param s the scene
 */
void
SimultaneousOpen(Scene& s)
{
    s.When(1, [&s] { s.At(A).Connect(CLIENT, SERVER); });
    s.When(1.005, [&s] { s.At(B).Connect(SERVER, CLIENT); });
    Finish(s, 3);
}

/**
 * Figure 8: an old duplicate SYN arrives before the SYN, which is late.
 * @param s the scene
 */
void
OldSyn(Scene& s)
{
    Open(s);
    s.From(A).Delay(Kind::SYN, 1, MilliSeconds(40));
    s.When(1.010, [&s] { s.Forge(B, {CLIENT, SERVER, 90, 0, TCP_CONN_SYN}); });
    Finish(s, 3);
}

/**
 * No figure: an old duplicate SYN,ACK arrives in SYN-SENT.
 * @param s the scene
 */
void
OldSynAck(Scene& s)
{
    Open(s);
    s.When(1.005, [&s] { s.Forge(A, {SERVER, CLIENT, 200, 91, TCP_CONN_SYN | TCP_CONN_ACK}); });
    Finish(s, 3);
}

/**
 * No figure: the SYN,ACK comes a second time, to an established connection.
 * @param s the scene
 */
void
RepeatedSynAck(Scene& s)
{
    Open(s);
    s.From(B).Repeat(Kind::SYN_ACK, 1, MilliSeconds(500));
    Finish(s, 3);
}

/**
 * Figure 9: A has crashed and opens again; B's half-open connection is found and reset, and the
 * SYN that is sent again opens a new one.
 * @param s the scene
 */
void
HalfOpenFoundByOpening(Scene& s)
{
    Open(s);
    s.When(5, [&s] { s.Crash(A); });
    s.When(6, [&s] { s.At(A).Connect(CLIENT, SERVER); });
    Finish(s, 10);
}

/**
 * Figure 10: A has crashed; B sends, and is reset.
 * @param s the scene
 */
void
HalfOpenFoundBySending(Scene& s)
{
    Open(s);
    s.When(5, [&s] { s.Crash(A); });
    s.When(6, [&s] { s.At(B).Send(10); });
}

/**
 * Figure 11: an old duplicate SYN comes to B; A and B listen.
 * @param s the scene
 */
void
TwoListeners(Scene& s)
{
    s.At(A).Listen(CLIENT);
    s.At(B).Listen(SERVER);
    s.When(1, [&s] { s.Forge(B, {CLIENT, SERVER, 90, 0, TCP_CONN_SYN}); });
}

/**
 * Figure 12: normal close.
 * @param s the scene
 */
void
NormalClose(Scene& s)
{
    Open(s);
    Finish(s, 2);
}

/**
 * Figure 13: simultaneous close.
 * @param s the scene
 */
void
SimultaneousClose(Scene& s)
{
    Open(s);
    s.When(2, [&s] { s.At(A).Close(); });
    s.When(2.005, [&s] { s.At(B).Close(); });
}

/**
 * No figure, section 3.6: the FIN that is repeated in TIME-WAIT is acknowledged and starts the
 * time of 2 MSL again.
 * @param s the scene
 */
void
FinInTimeWait(Scene& s)
{
    NormalClose(s);
    s.From(B).Repeat(Kind::FIN, 1, Seconds(100));
}

} // namespace

std::vector<Scenario>
Figures()
{
    // In these figures the connection's next numbers are 100 and 300.
    Setup open;
    open.isnOfA = 99;
    open.isnOfB = 299;
    Setup reopened = open;
    reopened.isnLater = 400;
    return {
        {"rfc9293-figure-06", {}, BasicHandshake},
        {"rfc9293-figure-07", {}, SimultaneousOpen},
        {"rfc9293-figure-08", {}, OldSyn},
        {"rfc9293-figure-09", reopened, HalfOpenFoundByOpening},
        {"rfc9293-figure-10", open, HalfOpenFoundBySending},
        {"rfc9293-figure-11", {}, TwoListeners},
        {"rfc9293-figure-12", open, NormalClose},
        {"rfc9293-figure-13", open, SimultaneousClose},
        {"old-syn-ack", {}, OldSynAck},
        {"repeated-syn-ack", {}, RepeatedSynAck},
        {"fin-in-time-wait", open, FinInTimeWait},
    };
}

} // namespace TcpConnGolden
} // namespace ns3
