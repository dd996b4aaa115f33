/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-golden-scene.h"

#include "ns3/nstime.h"

/**
 * @file
 * @ingroup tcp-conn
 * Golden scenes of lives cut short.
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
 * Both open: A at second 1, B 5 ms later.
 * @param s the scene
 */
void
OpenBoth(Scene& s)
{
    s.When(1, [&s] { s.At(A).Connect(CLIENT, SERVER); });
    s.When(1.005, [&s] { s.At(B).Connect(SERVER, CLIENT); });
}

/**
 * A resets an open connection.
 * @param s the scene
 */
void
Aborted(Scene& s)
{
    Open(s);
    s.When(2, [&s] { s.At(A).Send(100); });
    s.When(3, [&s] { s.At(A).Abort(); });
}

/**
 * B never answers a SYN.
 * @param s the scene
 */
void
ConnectTimeout(Scene& s)
{
    Open(s);
    s.From(A).Lose(Kind::SYN, Path::EVERY);
}

/**
 * A never answers a SYN,ACK: the half-open connection goes.
 * @param s the scene
 */
void
HalfOpenTimeout(Scene& s)
{
    s.At(B).Listen(SERVER);
    s.From(A).Lose(Kind::RST, Path::EVERY);
    s.When(1, [&s] { s.Forge(B, {CLIENT, SERVER, 100, 0, TCP_CONN_SYN}); });
}

/**
 * The text is never acknowledged.
 * @param s the scene
 */
void
TextTimeout(Scene& s)
{
    Open(s);
    s.From(A).Lose(Kind::TEXT, Path::EVERY);
    s.When(2, [&s] { s.At(A).Send(100); });
    s.When(500, [&s] { s.At(B).Abort(); });
}

/**
 * A closes in SYN-SENT; the SYN,ACK is answered with a reset.
 * @param s the scene
 */
void
CloseInSynSent(Scene& s)
{
    Open(s);
    s.When(1.005, [&s] { s.At(A).Close(); });
}

/**
 * A closes in SYN-SENT with text queued.
 * @param s the scene
 */
void
CloseInSynSentWithText(Scene& s)
{
    Open(s);
    s.When(1.005, [&s] {
        s.At(A).Send(100);
        s.At(A).Close();
    });
    s.At(B).OnPeerClosed([&s] { s.At(B).Close(); });
}

/**
 * A closes in SYN-RECEIVED: nothing is queued, a FIN goes at once.
 * @param s the scene
 */
void
CloseInSynReceived(Scene& s)
{
    OpenBoth(s);
    s.When(1.017, [&s] { s.At(A).Close(); });
    s.At(B).OnPeerClosed([&s] { s.At(B).Close(); });
}

/**
 * A closes in SYN-RECEIVED with text queued: the FIN goes behind the text, once it is open.
 * @param s the scene
 */
void
CloseInSynReceivedWithText(Scene& s)
{
    OpenBoth(s);
    s.When(1.017, [&s] {
        s.At(A).Send(100);
        s.At(A).Close();
    });
    s.At(B).OnPeerClosed([&s] { s.At(B).Close(); });
}

/**
 * The listener closes while a connection is half open.
 * @param s the scene
 */
void
ListenerClosesHalfOpen(Scene& s)
{
    Open(s);
    s.When(1.015, [&s] { s.At(B).CloseListener(); });
}

/**
 * The client closes, and text comes that nobody will read (RFC 9293 section 3.6.1).
 * @param s the scene
 */
void
TextAfterClose(Scene& s)
{
    Open(s);
    s.When(2, [&s] { s.At(A).Close(); });
    s.When(3, [&s] { s.At(B).Send(100); });
}

/**
 * B has crashed and does not listen again; A sends, and is reset.
 * @param s the scene
 */
void
PeerCrash(Scene& s)
{
    Open(s);
    s.When(2, [&s] { s.Crash(B); });
    s.When(3, [&s] { s.At(A).Send(100); });
}

/**
 * B has crashed and listens again; A sends, is reset, and opens anew.
 * @param s the scene
 */
void
CrashAndRecovery(Scene& s)
{
    Open(s);
    s.When(2, [&s] {
        s.Crash(B);
        s.At(B).Listen(SERVER);
    });
    s.When(3, [&s] { s.At(A).Send(100); });
    s.When(4, [&s] { s.At(A).Connect(CLIENT, SERVER); });
    s.When(5, [&s] { s.At(A).Send(100); });
    s.When(6, [&s] { s.At(A).Close(); });
    s.At(B).OnPeerClosed([&s] { s.At(B).Close(); });
}

/**
 * A crashes when it has sent its FIN: B's retransmissions find nobody.
 * @param s the scene
 */
void
CrashInRelease(Scene& s)
{
    Open(s);
    s.When(2, [&s] { s.At(A).Close(); });
    s.When(3, [&s] { s.Crash(A); });
    s.When(4, [&s] { s.At(B).Close(); });
}

} // namespace

std::vector<Scenario>
Ends()
{
    return {
        {"aborted", {}, Aborted},
        {"connect-timeout", {}, ConnectTimeout},
        {"half-open-timeout", {}, HalfOpenTimeout},
        {"text-timeout", {}, TextTimeout},
        {"close-in-syn-sent", {}, CloseInSynSent},
        {"close-in-syn-sent-with-text", {}, CloseInSynSentWithText},
        {"close-in-syn-received", {}, CloseInSynReceived},
        {"close-in-syn-received-with-text", {}, CloseInSynReceivedWithText},
        {"listener-closes-half-open", {}, ListenerClosesHalfOpen},
        {"text-after-close", {}, TextAfterClose},
        {"peer-crash", {}, PeerCrash},
        {"crash-and-recovery", {}, CrashAndRecovery},
        {"crash-in-release", {}, CrashInRelease},
    };
}

} // namespace TcpConnGolden
} // namespace ns3
