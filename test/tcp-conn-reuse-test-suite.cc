/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-names.h"

#include "ns3/double.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <functional>
#include <map>
#include <set>
#include <tuple>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * Names used again: a socket after each kind of end, and the ports of a host, of which there is
 * a whole range for each destination: the 4-tuple decides.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/** See the file. */
class ReuseSuite : public Suite
{
  public:
    ReuseSuite();

  private:
    void AddSocket();
    void AddTimeWait();
    void AddMany();
    void AddExhausted();
};

/** Each ends the connection of the socket of End() to port 9000, and says what was told. */
using Ending = std::function<std::string(Script&)>;

/** Close after an active open; TIME-WAIT at 1.106. */
void
ToTimeWait(Script& w)
{
    w.ActiveOpen();
    w.At(1.100).Close();
    w.At(1.101).Expect(FIN | ACK, 1, 1).Send(FIN | ACK, 1, 2);
    w.At(1.103).Expect(ACK, 2, 2).State("TIME-WAIT");
}

/** @return the endings by name; each is over at 40 s */
std::map<std::string, Ending>
Endings()
{
    std::map<std::string, Ending> all;
    all["refused"] = [](Script& w) {
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0).Send(RST | ACK, 0, 1);
        return "failed";
    };
    all["never answered"] = [](Script& w) {
        w.Set("ConnCount", UintegerValue(1));
        w.At(1.000).Connect();
        w.At(20.0).Skip();
        return "failed";
    };
    all["unreachable"] = [](Script& w) {
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0);
        w.IsV6() ? w.Icmp(1, 4) : w.Icmp(3, 3);
        return "failed";
    };
    all["closed in SYN-SENT"] = [](Script& w) {
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0).Close();
        return "";
    };
    all["reset"] = [](Script& w) {
        w.ActiveOpen();
        w.At(1.100).Send(RST, 1);
        return "connected error";
    };
    all["text never acknowledged"] = [](Script& w) {
        w.Set("DataRetries", UintegerValue(1));
        w.ActiveOpen();
        w.At(1.100).Write(10);
        w.At(20.0).Skip().Do([&w]() { w.End().written = 0; });
        return "connected error";
    };
    all["closed after the peer"] = [](Script& w) {
        w.ActiveOpen();
        w.At(1.100).Send(FIN | ACK, 1, 1);
        w.At(1.102).Expect(ACK, 1, 2).Close();
        w.At(1.103).Expect(FIN | ACK, 1, 2).Send(ACK, 2, 2);
        return "connected normal";
    };
    all["TIME-WAIT over"] = [](Script& w) {
        ToTimeWait(w);
        w.At(20.0).Nothing().Connections(0);
        return "connected normal";
    };
    all["aborted by Linger 0"] = [](Script& w) {
        w.Set("Linger", DoubleValue(0));
        w.ActiveOpen();
        w.At(1.100).Close();
        w.At(1.101).ExpectReset(1);
        return "connected";
    };
    all["FIN-WAIT-2 timed out"] = [](Script& w) {
        w.Set("FinWait2Timeout", TimeValue(Seconds(10)));
        w.ActiveOpen();
        w.At(1.100).Close();
        w.At(1.101).Expect(FIN | ACK, 1, 1).Send(ACK, 1, 2);
        w.At(30.0).Nothing();
        return w.End().events;
    };
    return all;
}

/** From SYN-SENT at a time to text both ways in the connection to port 9001. */
void
Serve(Script& w, double t)
{
    w.At(t + 0.001).Expect(SYN, 0).Send(SYN | ACK, 0, 1);
    w.At(t + 0.003).Expect(ACK, 1, 1).State("ESTABLISHED");
    w.At(t + 0.010).Write(10);
    w.At(t + 0.011).Expect(ACK, 1, 1, 10).Send(ACK, 1, 11, 10);
    w.At(t + 0.013).Expect(ACK, 11, 11).Received(10);
}

void
ReuseSuite::AddSocket()
{
    for (const auto& [name, ending] : Endings())
    {
        const Ending end = ending;
        AddBoth("socket again: " + name + ", then Connect", [end](Script& w) {
            const std::string events = end(w);
            w.At(40.0).Connections(0).Events(events);
            w.Use(9001, 0).Do([&w]() {
                Ptr<Socket> s = w.Sock();
                Gives(w, s, s->Connect(w.PeerAddress().With(9001)), OK, "Connect");
            });
            Serve(w, 40.0);
            w.Events(events + (events.empty() ? "" : " ") + "connected data").Failure("none");
        });
        Add("socket again: " + name + ", then Bind and Connect to the same peer", [end](Script& w) {
            end(w);
            w.Use(9000, 0).At(40.0).Do([&w]() {
                w.Current().hostPort = 0;
                Ptr<Socket> s = w.Sock();
                Gives(w, s, s->Bind(Any(w, 5555)), OK, "Bind");
                Gives(w, s, s->Connect(w.PeerAddress().With(9000)), OK, "Connect");
            });
            Serve(w, 40.0);
            w.Check(w.Current().hostPort == 5555, "another port");
        });
        Add("socket again: " + name + ", then Bind and Listen", [end](Script& w) {
            end(w);
            w.At(40.0).Do([&w]() {
                Ptr<Socket> s = w.Sock();
                Gives(w, s, s->Bind(Any(w, 81)), OK, "Bind");
                Gives(w, s, s->Listen(), OK, "Listen");
            });
            w.Use(40000, 81).At(41.0).Send(SYN, 0);
            w.At(41.002).Expect(SYN | ACK, 0, 1).Send(ACK, 1, 1);
            w.At(41.010).Nothing().State("ESTABLISHED");
        });
    }
    Add("socket again: a connection with unread text: that text is not the new one's",
        [](Script& w) {
            w.NoRead();
            w.ActiveOpen();
            w.At(1.100).Send(ACK, 1, 1, 7);
            w.At(1.102).Expect(ACK, 1, 8).Send(RST, 8);
            w.Use(9001, 0).At(2.000).Do([&w]() {
                w.End().autoRead = true;
                Gives(w, w.Sock(), w.Sock()->Connect(w.PeerAddress().With(9001)), OK, "Connect");
            });
            Serve(w, 2.000);
        });
    Add("socket again: a connection with unsent text: that text is not sent", [](Script& w) {
        w.ActiveOpen();
        w.At(1.010).Window(0).Send(ACK, 1, 1);
        w.At(1.100).Write(20).Send(RST, 1);
        w.At(1.200).Nothing().State("CLOSED");
        w.Window(65535).Use(9001, 0).At(2.000).Do([&w]() {
            w.End().written = 0;
            Gives(w, w.Sock(), w.Sock()->Connect(w.PeerAddress().With(9001)), OK, "Connect");
        });
        Serve(w, 2.000);
    });
}

void
ReuseSuite::AddTimeWait()
{
    AddBoth("TIME-WAIT: its socket connects to the same peer: another port", [](Script& w) {
        ToTimeWait(w);
        const uint16_t port = w.Current().hostPort;
        w.At(2.000).Do([&w]() {
            w.Current().hostPort = 0;
            Gives(w, w.Sock(), w.Sock()->Connect(w.PeerAddress().With(9000)), OK, "Connect");
        });
        Serve(w, 2.000);
        w.Check(w.Current().hostPort != port, "the port in TIME-WAIT");
        w.At(30.0).Nothing().State("ESTABLISHED").Connections(1);
    });
    Add("TIME-WAIT: its port is not chosen for the same peer, but for others", [](Script& w) {
        // Two ports, one of them in TIME-WAIT with port 9000 of the peer.
        w.L4()->SetAttribute("FirstEphemeralPort", UintegerValue(50000));
        w.L4()->SetAttribute("LastEphemeralPort", UintegerValue(50001));
        ToTimeWait(w);
        w.At(2.000).Do([&w]() {
            const auto connects = [&w](uint16_t port, Socket::SocketErrno e) {
                Ptr<Socket> s = w.NewSocket();
                Gives(w, s, s->Connect(w.PeerAddress().With(port)), e, "Connect");
            };
            connects(9000, OK);
            connects(9000, Socket::ERROR_ADDRNOTAVAIL);
            connects(9001, OK);
            connects(9001, OK);
            connects(9001, Socket::ERROR_ADDRNOTAVAIL);
        });
        w.At(2.100).Skip().Connections(4);
        // The first port is free when TIME-WAIT is over.
        w.At(20.00).Skip().Do([&w]() {
            Ptr<Socket> s = w.NewSocket();
            Gives(w, s, s->Connect(w.PeerAddress().With(9000)), OK, "Connect");
        });
        w.At(20.10).Skip();
    });
}

/** The peer's hosts answer every SYN that comes from now on. */
void
AnswerAll(Script& w)
{
    Peer& wire = w.Wire();
    wire.onSeen = [&wire]() {
        const Segment& seen = wire.seen.back();
        if ((seen.flags & (SYN | ACK)) == SYN)
        {
            Segment reply;
            reply.src = seen.dst;
            reply.dst = seen.src;
            reply.srcPort = seen.dstPort;
            reply.dstPort = seen.srcPort;
            reply.seq = 7;
            reply.ack = seen.seq + 1;
            reply.flags = SYN | ACK;
            wire.Send(reply);
        }
    };
}

/** Connections being opened, a few each millisecond: a device's queue is short. */
struct Crowd
{
    std::vector<Ptr<Socket>> sockets; //!< All of them.
    uint32_t connected{0};            //!< Those that were told so.
    uint32_t refused{0};              //!< Connect calls that failed.
    uint32_t otherErrno{0};           //!< Of those, not ADDRNOTAVAIL.

    /** @param s one that is connected */
    void Connected(Ptr<Socket> s)
    {
        connected += s ? 1 : 0;
    }

    /** @param w the script @param to peer @param bind call Bind before Connect */
    void Open(Script& w, const Address& to, bool bind)
    {
        Ptr<Socket> s = w.NewSocket();
        s->SetConnectCallback(MakeCallback(&Crowd::Connected, this),
                              MakeNullCallback<void, Ptr<Socket>>());
        if (bind)
        {
            w.IsV6() ? s->Bind6() : s->Bind();
        }
        if (s->Connect(to) != 0)
        {
            refused++;
            otherErrno += s->GetErrno() == Socket::ERROR_ADDRNOTAVAIL ? 0 : 1;
            return;
        }
        sockets.push_back(s);
    }

    /** Open n connections to each in turn. @param w @param n @param to @param bind */
    void OpenAll(Script& w, uint32_t n, const std::vector<Address>& to, bool bind)
    {
        for (uint32_t i = 0; i < n; i++)
        {
            Simulator::ScheduleWithContext(
                w.HostNode()->GetId(),
                MicroSeconds(25 * (i + 1)),
                [this, &w, bind, a = to[i % to.size()]]() { Open(w, a, bind); });
        }
        w.At(w.Now() + 25e-6 * n + 0.1).Skip();
    }
};

void
ReuseSuite::AddMany()
{
    for (const bool bind : {false, true})
    {
        const std::string how = bind ? ", Bind() before Connect" : "";
        const Row::Body body = [bind](Script& w) {
            AnswerAll(w);
            Crowd crowd;
            std::vector<Address> peers;
            for (uint32_t i = 0; i < 4; i++)
            {
                peers.push_back(w.PeerAddress(i).With(9000));
            }
            crowd.OpenAll(w, 40000, peers, bind);
            w.Check(crowd.connected == 40000, std::to_string(crowd.connected) + " connected");
            w.Connections(40000);
            std::set<std::tuple<std::string, uint16_t, uint16_t>> names;
            for (const Segment& s : w.Wire().seen)
            {
                names.emplace(s.dst.Bytes(), s.dstPort, s.srcPort);
            }
            w.Check(names.size() == 40000, std::to_string(names.size()) + " 4-tuples");
        };
        const std::string name = "40000 connections alive at once, to four peers" + how;
        bind ? Add(name, body) : AddBoth(name, body);
    }
    Add("20000 connections alive at once, to two ports of a peer", [](Script& w) {
        AnswerAll(w);
        Crowd crowd;
        crowd.OpenAll(w, 20000, {w.PeerAddress().With(9000), w.PeerAddress().With(9001)}, false);
        w.Check(crowd.connected == 20000, std::to_string(crowd.connected) + " connected");
        w.Connections(20000);
    });
}

void
ReuseSuite::AddExhausted()
{
    for (const bool bind : {false, true})
    {
        const std::string how = bind ? ", Bind() before Connect" : "";
        Add("all ports to one peer in use: ADDRNOTAVAIL at once" + how, [bind](Script& w) {
            AnswerAll(w);
            Crowd crowd;
            const uint32_t range = 16384; // RFC 6335 section 6: 49152 to 65535
            crowd.OpenAll(w, range + 3, {w.PeerAddress().With(9000)}, bind);
            w.Check(crowd.connected == range, std::to_string(crowd.connected) + " connected");
            w.Check(crowd.refused == 3 && crowd.otherErrno == 0,
                    std::to_string(crowd.refused) + " refused, other errno " +
                        std::to_string(crowd.otherErrno));
            // Others can be reached, and so can this one when a port is free again.
            crowd.OpenAll(w, 1, {w.PeerAddress(1).With(9000)}, bind);
            w.Check(crowd.refused == 3 && crowd.connected == range + 1, "another peer");
            w.Do([&]() {
                crowd.sockets.front()->SetAttribute("Linger", DoubleValue(0));
                crowd.sockets.front()->Close();
            });
            crowd.OpenAll(w, 2, {w.PeerAddress().With(9000)}, bind);
            w.Check(crowd.refused == 4 && crowd.connected == range + 2, "the port that was freed");
        });
    }
    Add("ports that are listened on or bound are not chosen", [](Script& w) {
        w.L4()->SetAttribute("FirstEphemeralPort", UintegerValue(50000));
        w.L4()->SetAttribute("LastEphemeralPort", UintegerValue(50003));
        Crowd crowd;
        Ptr<Socket> bound;
        w.Do([&]() {
            bound = Bound(w, Any(w, 50001));
            w.Listen(50002);
        });
        crowd.OpenAll(w, 4, {w.PeerAddress().With(9000)}, false);
        w.Check(crowd.sockets.size() == 2 && crowd.refused == 2,
                std::to_string(crowd.sockets.size()) + " opened");
        for (const Segment& s : w.Wire().seen)
        {
            w.Check(s.srcPort == 50000 || s.srcPort == 50003, std::to_string(s.srcPort));
        }
    });
}

ReuseSuite::ReuseSuite()
    : Suite("tcp-conn-reuse")
{
    AddSocket();
    AddTimeWait();
    AddMany();
    AddExhausted();
}

/** The one instance. */
ReuseSuite g_reuseSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
