/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-golden-scene.h"

#include "ns3/nstime.h"
#include "ns3/simulator.h"

/**
 * @file
 * @ingroup tcp-conn
 * Golden scenes of TCP Fast Open (RFC 7413): A asks with 100 bytes that it sends before it
 * connects, B answers with 200, A closes, then B.  A first conversation brings the cookie.
 */

namespace ns3
{
namespace TcpConnGolden
{

namespace
{

constexpr uint16_t CLIENT = 40000; //!< Port at A, the first time.
constexpr uint16_t AGAIN = 40001;  //!< The second time.
constexpr uint16_t SERVER = 80;    //!< Port at B.

/**
 * One conversation, which brings the cookie.
 * @param s the scene
 */
void
Grant(Scene& s)
{
    s.At(B).Listen(SERVER);
    s.At(B).OnText(100, [&s] { s.At(B).Send(200); });
    s.At(A).OnText(200, [&s] { s.At(A).Close(); });
    s.At(B).OnPeerClosed([&s] { s.At(B).Close(); });
    s.When(1, [&s] { s.At(A).ConnectWith(CLIENT, SERVER, 100); });
}

/**
 * Another one, which uses it.
 * @param s the scene
 */
void
Use(Scene& s)
{
    Grant(s);
    s.When(5, [&s] { s.At(A).ConnectWith(AGAIN, SERVER, 100); });
}

/**
 * The SYN with the text is lost: it goes again without, and the text follows the handshake.
 * @param s the scene
 */
void
LostSyn(Scene& s)
{
    Use(s);
    s.From(A).Lose(Kind::SYN, 2);
}

/**
 * The answer to it is lost: it goes again alone, and then what has followed it.
 * @param s the scene
 */
void
LostSynAck(Scene& s)
{
    Use(s);
    s.From(B).Lose(Kind::SYN_ACK, 2);
    s.From(A).Lose(Kind::SYN, 3);
}

/**
 * A copy of the SYN with the text comes when B has reset the connection and forgotten it.
 * @param s the scene
 */
void
Copy(Scene& s)
{
    Use(s);
    s.From(A).Repeat(Kind::SYN, 2, Seconds(2));
    s.When(5.005, [&s] { s.At(B).OnText(100, [&s] { s.At(B).Abort(); }); });
}

/**
 * Both send text and connect to each other, with a cookie of each other.
 * @param s the scene
 */
void
BothOpen(Scene& s)
{
    Grant(s);
    s.When(2, [&s] {
        s.At(A).Listen(SERVER + 1);
        s.At(A).OnText(100, [] {});
        s.At(A).OnPeerClosed([&s] { s.At(A).Close(); });
        s.At(B).OnText(1, [] {});
        s.At(B).ConnectWith(CLIENT, SERVER + 1, 100);
        s.At(B).OnOpen([&s] { s.At(B).Close(); });
    });
    s.When(5, [&s] {
        s.At(A).CloseListener();
        s.At(B).OnOpen([] {});
        s.At(A).OnPeerClosed([] {});
        s.At(B).OnPeerClosed([&s] { s.At(B).Close(); });
        s.At(A).ConnectWith(AGAIN, AGAIN, 100);
        s.At(B).ConnectWith(AGAIN, AGAIN, 50);
    });
    s.When(6, [&s] { s.At(A).Close(); });
}

} // namespace

std::vector<Scenario>
FastOpens()
{
    Setup fastOpen;
    fastOpen.fastOpen = true;
    return {
        {"fast-open-grant", fastOpen, Grant},
        {"fast-open", fastOpen, Use},
        {"fast-open-lost-syn", fastOpen, LostSyn},
        {"fast-open-lost-syn-ack", fastOpen, LostSynAck},
        {"fast-open-copy", fastOpen, Copy},
        {"fast-open-both", fastOpen, BothOpen},
    };
}

} // namespace TcpConnGolden
} // namespace ns3
