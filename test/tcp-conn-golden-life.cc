/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-golden-scene.h"

#include "ns3/nstime.h"

/**
 * @file
 * @ingroup tcp-conn
 * Golden scenes of whole lives: A opens, asks with 100 bytes, B answers with 200, both release.
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
 * Opening, request and reply.
 * @param s the scene
 */
void
Dialogue(Scene& s)
{
    s.At(B).Listen(SERVER);
    s.At(A).OnOpen([&s] { s.At(A).Send(100); });
    s.At(B).OnText(100, [&s] { s.At(B).Send(200); });
    s.When(1, [&s] { s.At(A).Connect(CLIENT, SERVER); });
}

/**
 * The client closes when it has its reply; the server 50 ms after it has seen that.
 * @param s the scene
 */
void
ClientCloses(Scene& s)
{
    Dialogue(s);
    s.At(A).OnText(200, [&s] { s.At(A).Close(); });
    s.At(B).OnPeerClosed(
        [&s] { Simulator::Schedule(MilliSeconds(50), [&s] { s.At(B).Close(); }); });
}

/**
 * The server closes when it has answered; the client 50 ms after it has seen that.
 * @param s the scene
 */
void
ServerCloses(Scene& s)
{
    Dialogue(s);
    s.At(B).OnText(100, [&s] {
        s.At(B).Send(200);
        Simulator::Schedule(MilliSeconds(50), [&s] { s.At(B).Close(); });
    });
    s.At(A).OnPeerClosed(
        [&s] { Simulator::Schedule(MilliSeconds(50), [&s] { s.At(A).Close(); }); });
}

/**
 * The server closes as soon as the client has: its FIN goes with its ACK.
 * @param s the scene
 */
void
JoinedFin(Scene& s)
{
    ClientCloses(s);
    s.At(B).OnPeerClosed([&s] { s.At(B).Close(); });
}

/**
 * Both close at one time: the FINs cross, both pass through CLOSING.
 * @param s the scene
 */
void
BothClose(Scene& s)
{
    Dialogue(s);
    s.When(2, [&s] {
        s.At(A).Close();
        s.At(B).Close();
    });
}

/**
 * Both open at one time: the SYNs cross, both pass through SYN-RECEIVED; then a whole life.
 * @param s the scene
 */
void
BothOpen(Scene& s)
{
    s.When(1, [&s] {
        s.At(A).Connect(CLIENT, SERVER);
        s.At(B).Connect(SERVER, CLIENT);
    });
    s.At(A).OnOpen([&s] { s.At(A).Send(100); });
    s.At(B).OnText(100, [&s] { s.At(B).Send(200); });
    s.At(A).OnText(200, [&s] { s.At(A).Close(); });
    s.At(B).OnPeerClosed(
        [&s] { Simulator::Schedule(MilliSeconds(50), [&s] { s.At(B).Close(); }); });
}

/**
 * Nobody listens.
 * @param s the scene
 */
void
Refused(Scene& s)
{
    s.When(1, [&s] { s.At(A).Connect(CLIENT, SERVER); });
}

/**
 * The text and the FIN go in one segment, each way.
 * @param s the scene
 */
void
FinWithText(Scene& s)
{
    s.At(B).Listen(SERVER);
    s.When(1, [&s] { s.At(A).Connect(CLIENT, SERVER); });
    s.When(2, [&s] {
        s.At(A).Send(100);
        s.At(A).Close();
    });
    s.At(B).OnPeerClosed([&s] { s.At(B).Close(); });
}

/**
 * A closes for sending; B goes on sending for a while.
 * @param s the scene
 */
void
HalfClose(Scene& s)
{
    s.At(B).Listen(SERVER);
    s.When(1, [&s] { s.At(A).Connect(CLIENT, SERVER); });
    s.When(2, [&s] {
        s.At(A).Send(100);
        s.At(A).ShutdownSend();
    });
    s.When(2.5, [&s] { s.At(B).Send(1000); });
    s.When(3, [&s] { s.At(A).Send(1); }); // must fail
    s.When(3.5, [&s] { s.At(B).Send(300); });
    s.When(4, [&s] { s.At(B).Close(); });
    s.At(A).OnPeerClosed([&s] { s.At(A).Close(); });
}

/**
 * The third ACK is lost, and nobody has anything to say until second 4.
 * @param s the scene
 */
void
ThirdAckLostInSilence(Scene& s)
{
    ClientCloses(s);
    s.At(A).OnOpen([] {});
    s.When(4, [&s] { s.At(A).Send(100); });
    s.From(A).Lose(Kind::ACK);
}

/**
 * The SYN is lost, then the request: it is sent again after 3 s (RFC 6298 section 5.7).
 * @param s the scene
 */
void
SynAndRequestLost(Scene& s)
{
    ClientCloses(s);
    s.From(A).Lose(Kind::SYN);
    s.From(A).Lose(Kind::TEXT);
}

/**
 * A life in which one segment is lost once.
 * @param name name of the scene
 * @param from who sends it
 * @param kind its kind
 * @param number which one of its kind from there
 * @return the scene
 */
Scenario
Lost(const char* name, Who from, Kind kind, uint32_t number)
{
    return {name, {}, [from, kind, number](Scene& s) {
                ClientCloses(s);
                s.From(from).Lose(kind, number);
            }};
}

} // namespace

std::vector<Scenario>
Lives()
{
    Setup withOptions;
    withOptions.options = true;
    return {
        {"client-closes", {}, ClientCloses},
        {"client-closes-with-options", withOptions, ClientCloses},
        {"server-closes", {}, ServerCloses},
        {"fin-joined-with-ack", {}, JoinedFin},
        {"both-close", {}, BothClose},
        {"both-open", {}, BothOpen},
        {"refused", {}, Refused},
        {"fin-with-text", {}, FinWithText},
        {"half-close", {}, HalfClose},
        Lost("lost-syn", A, Kind::SYN, 1),
        Lost("lost-syn-ack", B, Kind::SYN_ACK, 1),
        Lost("lost-third-ack", A, Kind::ACK, 1),
        {"lost-third-ack-in-silence", {}, ThirdAckLostInSilence},
        {"lost-syn-and-request", {}, SynAndRequestLost},
        Lost("lost-request", A, Kind::TEXT, 1),
        Lost("lost-reply", B, Kind::TEXT, 1),
        Lost("lost-fin", A, Kind::FIN, 1),
        Lost("lost-ack-of-fin", B, Kind::ACK, 1),
        Lost("lost-second-fin", B, Kind::FIN, 1),
        Lost("lost-last-ack", A, Kind::ACK, 2),
    };
}

} // namespace TcpConnGolden
} // namespace ns3
