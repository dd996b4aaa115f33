/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-names.h"

#include "ns3/boolean.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/loopback-net-device.h"
#include "ns3/packet.h"
#include "ns3/tcp-conn-socket.h"

#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * Listeners: which of several is asked, devices, accept queues, refusal and the end of a listener;
 * and the type of service of what a socket sends.  The measure is a BSD socket.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/** See the file. */
class ListenSuite : public Suite
{
  public:
    ListenSuite();

  private:
    void AddListen();
    void AddListeners();
    void AddDevice();
    void AddTos();
    void AddReflectTos();
    void AddAccept();
    void AddRefusal();
    void AddEnd();
};

/** Connection requests at one listener. */
bool
CountRequest(int* count, Ptr<Socket>, const Address&)
{
    ++*count;
    return true;
}

/** A listener that counts requests. */
Ptr<Socket>
Counter(Script& w, const Address& at, int* count)
{
    Ptr<Socket> s = Bound(w, at);
    s->SetAcceptCallback(MakeBoundCallback(&CountRequest, count),
                         MakeNullCallback<void, Ptr<Socket>, const Address&>());
    Gives(w, s, s->Listen(), OK, "Listen");
    return s;
}

/** Peer's SYN to an address of the host, from a port of its own. */
void
SynTo(Script& w, const Host& to, uint16_t peerPort)
{
    w.Use(peerPort, 80);
    Segment s = w.Make(Seg(SYN, 0));
    s.dst = to;
    w.Wire().Send(s);
}

void
ListenSuite::AddListen()
{
    AddBoth("Listen: not bound: a port is chosen", [](Script& w) {
        w.Do([&w]() {
            Ptr<Socket> s = w.NewSocket();
            Gives(w, s, s->Listen(), OK, "Listen");
            w.Check(Port(NameOf(w, s)) != 0, "no port");
        });
    });
    Add("Listen: twice: nothing changes", [](Script& w) {
        w.Listen();
        w.Do(
            [&w]() { Gives(w, w.Listener().socket, w.Listener().socket->Listen(), OK, "Listen"); });
        w.At(1.000).Use(40000).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.At(1.003).Send(ACK, 1, 1);
        w.At(1.010).Nothing().State("ESTABLISHED");
    });
    for (const char* name : {"SYN-SENT", "ESTABLISHED", "CLOSE-WAIT"})
    {
        const std::string state = name;
        Add("Listen: in " + state + ": refused", [state](Script& w) {
            state == "SYN-SENT" ? w.At(1).Connect() : w.PassiveOpen();
            if (state == "CLOSE-WAIT")
            {
                w.Send(FIN | ACK, 1, 1);
            }
            w.At(1.1).Skip().State(state).Do([&w]() {
                w.Check(w.Sock()->Listen() == -1, "Listen worked");
                w.Check(w.Sock()->GetErrno() != OK, "no errno");
            });
            w.State(state);
        });
    }
    Add("Listen: what is written to or read from a listener: NOTCONN", [](Script& w) {
        w.Listen();
        w.Do([&w]() {
            Ptr<Socket> s = w.Listener().socket;
            Gives(w, s, s->Send(Create<Packet>(1)), Socket::ERROR_NOTCONN, "Send");
            w.Check(!s->Recv() && s->GetErrno() == Socket::ERROR_NOTCONN, "Recv");
            Gives(w, s, s->ShutdownSend(), Socket::ERROR_NOTCONN, "ShutdownSend");
            Gives(w, s, s->ShutdownRecv(), Socket::ERROR_NOTCONN, "ShutdownRecv");
        });
    });
}

void
ListenSuite::AddListeners()
{
    for (const bool specificFirst : {true, false})
    {
        AddBoth(std::string("two listeners, ") + (specificFirst ? "specific" : "wildcard") +
                    " first: the specific one is asked",
                [specificFirst](Script& w) {
                    int any = 0;
                    int own = 0;
                    Ptr<Socket> a;
                    Ptr<Socket> b;
                    Host second;
                    w.Do([&]() {
                        second = SecondAddress(w);
                        const Address specific = w.HostAddress().With(80);
                        a = Counter(w,
                                    specificFirst ? specific : Any(w, 80),
                                    specificFirst ? &own : &any);
                        b = Counter(w,
                                    specificFirst ? Any(w, 80) : specific,
                                    specificFirst ? &any : &own);
                    });
                    w.At(1.0).Skip();
                    SynTo(w, w.HostAddress(), 40000);
                    w.At(1.1).Skip();
                    w.Check(own == 1 && any == 0, "the wildcard was asked");
                    SynTo(w, second, 40001);
                    w.At(1.2).Skip();
                    w.Check(own == 1 && any == 1, "the wildcard was not asked");
                    w.Do([&]() { (specificFirst ? a : b)->Close(); });
                    SynTo(w, w.HostAddress(), 40002);
                    w.At(1.3).Skip();
                    w.Check(own == 1 && any == 2, "the wildcard does not stand in");
                });
    }
    Add("listener on the IPv6 wildcard alone: IPv4 too", [](Script& w) {
        int asked = 0;
        Ptr<Socket> six;
        w.Do([&]() { six = Counter(w, Host(Ipv6Address::GetAny()).With(80), &asked); });
        w.Use(40000).At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1).Send(ACK, 1, 1);
        w.At(1.010).Nothing().State("ESTABLISHED");
        w.Check(asked == 1, "not asked");
    });
    for (const bool v6 : {false, true})
    {
        const Row::Body body = [](Script& w) {
            int four = 0;
            int six = 0;
            Ptr<Socket> a;
            Ptr<Socket> b;
            w.Do([&]() {
                a = Counter(w, Host(Ipv6Address::GetAny()).With(80), &six);
                b = Counter(w, Host(Ipv4Address::GetAny()).With(80), &four);
            });
            w.Use(40000).At(1.000).Send(SYN, 0);
            w.At(1.002).Expect(SYN | ACK, 0, 1);
            w.Check(four == (w.IsV6() ? 0 : 1) && six == (w.IsV6() ? 1 : 0), "the other was asked");
        };
        const std::string name = "listeners on both wildcards: each has its family";
        v6 ? AddV6(name + " (IPv6)", body) : Add(name + " (IPv4)", body);
    }
    Add("a listener and a connection of the same port: each segment to its own", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 1, 1, 10);
        w.At(1.102).Expect(ACK, 1, 11).Received(10);
        w.Use(40001).At(1.200).Send(SYN, 0);
        w.At(1.202).Expect(SYN | ACK, 0, 1).State("SYN-RECEIVED");
        w.Use(40000).State("ESTABLISHED");
    });
}

void
ListenSuite::AddDevice()
{
    const auto loopback = [](Script& w) {
        Ptr<NetDevice> found;
        for (uint32_t i = 0; i < w.HostNode()->GetNDevices(); i++)
        {
            Ptr<NetDevice> device = w.HostNode()->GetDevice(i);
            found = DynamicCast<LoopbackNetDevice>(device) ? device : found;
        }
        w.Check(bool(found), "no loopback device");
        return found;
    };
    for (const bool late : {false, true})
    {
        AddBoth(std::string("BindToNetDevice: a listener hears its device only, set ") +
                    (late ? "after" : "before") + " Listen",
                [=](Script& w) {
                    int asked = 0;
                    Ptr<Socket> s;
                    w.Use(40000).Do([&]() {
                        if (late)
                        {
                            s = Counter(w, Any(w, 80), &asked);
                        }
                        else
                        {
                            s = Bound(w, Any(w, 80));
                        }
                        s->BindToNetDevice(loopback(w));
                        Gives(w, s, s->Listen(), OK, "Listen");
                    });
                    w.Use(40000, 80).At(1.000).Send(SYN, 0);
                    w.At(1.002).Expect(RST | ACK, 0, 1).Connections(0);
                    w.Do([&]() { s->BindToNetDevice(w.HostNode()->GetDevice(0)); });
                    w.At(2.000).Send(SYN, 0);
                    w.At(2.002).Expect(SYN | ACK, 0, 1);
                });
    }
    AddBoth("BindToNetDevice: Connect where that device leads nowhere: NOROUTETOHOST",
            [loopback](Script& w) {
                w.Do([&]() {
                    Ptr<Socket> s = w.NewSocket();
                    s->BindToNetDevice(loopback(w));
                    Gives(w,
                          s,
                          s->Connect(w.PeerAddress().With(9000)),
                          Socket::ERROR_NOROUTETOHOST,
                          "Connect");
                });
                w.At(1.0).Nothing().Connections(0);
            });
    AddBoth("BindToNetDevice: Connect through the device that leads there", [](Script& w) {
        Ptr<Socket> s;
        w.Use(9000, 0).At(1.000).Do([&]() {
            s = w.NewSocket();
            s->BindToNetDevice(w.HostNode()->GetDevice(0));
            Gives(w, s, s->Connect(w.PeerAddress().With(9000)), OK, "Connect");
        });
        w.At(1.001).Expect(SYN, 0).Send(SYN | ACK, 0, 1);
        w.At(1.003).Expect(ACK, 1, 1).State("ESTABLISHED");
    });
}

/** TOS bytes of the packets that left the host. */
void
NoteTos(std::vector<int>* seen, Ptr<const Packet> packet, Ptr<Ipv4>, uint32_t)
{
    Ipv4Header header;
    packet->PeekHeader(header);
    seen->push_back(header.GetTos());
}

/** The same over IPv6. */
void
NoteClass(std::vector<int>* seen, Ptr<const Packet> packet, Ptr<Ipv6>, uint32_t)
{
    Ipv6Header header;
    packet->PeekHeader(header);
    seen->push_back(header.GetTrafficClass());
}

void
ListenSuite::AddTos()
{
    AddBoth("SetIpTos, SetIpv6Tclass: on SYN, ACK, text and FIN", [](Script& w) {
        std::vector<int> seen;
        Ptr<Ipv4L3Protocol> four = w.HostNode()->GetObject<Ipv4L3Protocol>();
        Ptr<Ipv6L3Protocol> six = w.HostNode()->GetObject<Ipv6L3Protocol>();
        w.Use(9000, 0).Do([&]() {
            four->TraceConnectWithoutContext("Tx", MakeBoundCallback(&NoteTos, &seen));
            six->TraceConnectWithoutContext("Tx", MakeBoundCallback(&NoteClass, &seen));
        });
        Ptr<Socket> s;
        w.At(1.000).Do([&]() {
            seen.clear(); // neighbours may have been looked for
            s = w.NewSocket();
            w.IsV6() ? s->SetIpv6Tclass(0x28) : s->SetIpTos(0x28);
            Gives(w, s, s->Connect(w.PeerAddress().With(9000)), OK, "Connect");
        });
        w.At(1.001).Expect(SYN, 0).Send(SYN | ACK, 0, 1);
        w.At(1.003).Expect(ACK, 1, 1);
        w.At(1.100).Do([&]() { s->Send(Create<Packet>(1)); });
        w.At(1.101).Expect(ACK, 1, 1, 1).Send(ACK, 1, 2);
        w.At(1.200).Do([&]() { s->Close(); });
        w.At(1.201).Expect(FIN | ACK, 2, 1);
        w.Check(seen.size() == 4, std::to_string(seen.size()) + " packets");
        for (const int tos : seen)
        {
            w.Check(tos == 0x28, "type of service " + std::to_string(tos));
        }
        w.Check(w.IsV6() || s->GetIpTos() == 0x28, "GetIpTos");
    });
}

/**
 * The peer opens a connection with a type of service, and text is sent to it.
 * @param w the script
 * @return the type of service of each packet of the host: SYN,ACK, its repeat, and text
 */
std::vector<int>
TosOfReplies(Script& w)
{
    std::vector<int> seen;
    w.HostNode()->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
        "Tx",
        MakeBoundCallback(&NoteTos, &seen));
    w.HostNode()->GetObject<Ipv6L3Protocol>()->TraceConnectWithoutContext(
        "Tx",
        MakeBoundCallback(&NoteClass, &seen));
    w.Listen();
    w.At(1.000).Do([&]() {
        seen.clear(); // neighbours may have been looked for
        w.Wire().tos = 0xb9;
    });
    w.Use(40000).Send(SYN, 0);
    w.At(1.002).Expect(SYN | ACK, 0, 1);
    w.At(2.001).Expect(SYN | ACK, 0, 1);
    w.At(2.010).Send(ACK, 1, 1);
    w.At(2.100).Write(10);
    w.At(2.101).Expect(ACK, 1, 1, 10).Send(ACK, 1, 11);
    w.At(2.200).Nothing();
    return seen;
}

void
ListenSuite::AddReflectTos()
{
    AddBoth("ReflectTos: SYN,ACK, its repeat and text have the SYN's, not its ECN bits",
            [](Script& w) {
                w.Set("ReflectTos", BooleanValue(true));
                const auto seen = TosOfReplies(w);
                w.Check(seen == std::vector<int>(3, 0xb8), "not 0xb8 three times");
                w.Check(w.IsV6() ? w.Sock()->GetIpv6Tclass() == 0xb8 : w.Sock()->GetIpTos() == 0xb8,
                        "the accepted socket's");
            });
    AddBoth("ReflectTos is off by default", [](Script& w) {
        const auto seen = TosOfReplies(w);
        w.Check(seen == std::vector<int>(3, 0), "not 0 three times");
    });
}

/** The peer opens n connections from ports 40000 on, each established. */
void
OpenSeveral(Script& w, uint16_t n)
{
    for (uint16_t i = 0; i < n; i++)
    {
        w.Use(40000 + i).At(1.0 + 0.01 * i).Send(SYN, 0);
        w.At(1.002 + 0.01 * i).Expect(SYN | ACK, 0, 1).Send(ACK, 1, 1);
    }
    w.At(1.0 + 0.01 * n).Nothing();
}

/** The listener as what it is. */
Ptr<TcpConnSocket>
Queue(Script& w)
{
    Ptr<TcpConnSocket> s = DynamicCast<TcpConnSocket>(w.Listener().socket);
    w.Check(bool(s), "not a TcpConnSocket");
    return s;
}

void
ListenSuite::AddAccept()
{
    AddBoth("ManualAccept: connections wait for Accept, the oldest first", [](Script& w) {
        w.Set("ManualAccept", BooleanValue(true));
        w.Listen();
        w.Do([&w]() {
            Address from;
            w.Check(!Queue(w)->Accept(from), "a connection from nowhere");
            w.Check(Queue(w)->GetErrno() == Socket::ERROR_AGAIN, "errno of an empty queue");
        });
        OpenSeveral(w, 3);
        w.Check(w.Listener().events == "request request request", w.Listener().events);
        w.Do([&w]() {
            Address from;
            for (uint16_t i = 0; i < 3; i++)
            {
                Ptr<Socket> s = Queue(w)->Accept(from);
                w.Check(bool(s) && from == w.PeerAddress().With(40000 + i), "another one");
                Address name;
                w.Check(s->GetPeerName(name) == 0 && name == from, "its name");
            }
            w.Check(!Queue(w)->Accept(from), "a fourth one");
        });
        w.At(3.0).Nothing().Connections(3);
    });
    Add("ManualAccept: Accept on what does not listen: INVAL", [](Script& w) {
        w.PassiveOpen();
        w.Do([&w]() {
            Address from;
            Ptr<TcpConnSocket> s = DynamicCast<TcpConnSocket>(w.Sock());
            w.Check(!s->Accept(from) && s->GetErrno() == Socket::ERROR_INVAL, "errno");
        });
    });
    AddBoth("ManualAccept: text and FIN that came before Accept are read after it", [](Script& w) {
        w.Set("ManualAccept", BooleanValue(true));
        w.Listen();
        OpenSeveral(w, 1);
        w.At(1.100).Send(FIN | ACK, 1, 1, 10);
        w.At(1.110).Await(Seg(ACK, 1, 12)).State("CLOSE-WAIT");
        w.At(1.200).Do([&w]() {
            Address from;
            Ptr<Socket> s = Queue(w)->Accept(from);
            w.Check(bool(s) && s->GetRxAvailable() == 10, "no text");
            Ptr<Packet> p = s->Recv();
            w.Check(p && p->GetSize() == 10, "other text");
            p = s->Recv();
            w.Check(p && p->GetSize() == 0, "no end of file");
            w.Check(s->Send(Create<Packet>(1)) == 1, "Send");
            s->Close();
        });
        w.At(1.202).ExpectWithFin(1, 12, 1).State("LAST-ACK").Send(ACK, 12, 3);
        w.At(1.300).Nothing().Connections(0);
    });
    Add("ManualAccept: a connection that is reset while it waits", [](Script& w) {
        w.Set("ManualAccept", BooleanValue(true));
        w.Listen();
        OpenSeveral(w, 2);
        w.Use(40000).At(1.100).Send(RST, 1);
        w.At(1.200).Connections(1).Do([&w]() {
            Address from;
            Ptr<Socket> s = Queue(w)->Accept(from);
            // BSD hands it out all the same, or has forgotten it; the second is not harmed.
            if (s && from == w.PeerAddress().With(40000))
            {
                w.Check(!s->Recv() && s->GetErrno() == Socket::ERROR_NOTCONN, "Recv");
                w.Check(s->Send(Create<Packet>(1)) == -1, "Send");
                s = Queue(w)->Accept(from);
            }
            w.Check(bool(s) && from == w.PeerAddress().With(40001), "the second one");
        });
        w.At(1.300).Nothing();
    });
    Add("ManualAccept: Accept in the callback of another connection's request", [](Script& w) {
        w.Set("ManualAccept", BooleanValue(true));
        w.Listen();
        OpenSeveral(w, 2);
        int accepted = 0;
        w.Do([&]() {
            w.Listener().socket->SetAcceptCallback(
                MakeBoundCallback(
                    +[](int* n, Ptr<Socket> s, const Address&) {
                        Address from;
                        while (DynamicCast<TcpConnSocket>(s)->Accept(from))
                        {
                            ++*n;
                        }
                        return true;
                    },
                    &accepted),
                MakeNullCallback<void, Ptr<Socket>, const Address&>());
        });
        w.Use(40005).At(1.200).Send(SYN, 0);
        w.At(1.202).Expect(SYN | ACK, 0, 1);
        w.Check(accepted == 2, std::to_string(accepted) + " accepted");
    });
    AddBoth("AcceptInterval: one in each interval, text told after it", [](Script& w) {
        w.Set("AcceptInterval", TimeValue(Seconds(1)));
        w.Listen();
        OpenSeveral(w, 3);
        for (uint16_t i = 0; i < 3; i++)
        {
            w.Use(40000 + i).At(1.1 + 0.01 * i).Send(ACK, 1, 1, 10);
            w.At(1.102 + 0.01 * i).Expect(ACK, 1, 11);
        }
        const std::string asked = "request request request";
        for (double t : {2.1, 3.1, 4.1})
        {
            w.At(t - 0.2).Nothing();
            const std::size_t before = w.Listener().events.size();
            w.At(t).Nothing().Events("created data").Received(10);
            w.Check(w.Listener().events.size() == before, "the listener's callbacks");
        }
        w.At(9.0).Nothing().Connections(3);
    });
}

void
ListenSuite::AddRefusal()
{
    AddBoth("request refused: the SYN is dropped, the next is asked for again", [](Script& w) {
        w.Accept(false).Listen();
        w.Use(40000).At(1.000).Send(SYN, 0);
        w.At(1.500).Nothing().Connections(0);
        w.Accept(true).At(2.000).Send(SYN, 0);
        w.At(2.002).Expect(SYN | ACK, 0, 1);
        w.Check(w.Listener().events == "request request", w.Listener().events);
        const TcpConnAdmissionCounters c = Queue(w)->GetAdmissionCounters();
        w.Check(c.syns == 2 && c.dropped == 1 && c.refused == 0, "counters");
    });
    AddBoth("request refused, RefuseByReset: RST", [](Script& w) {
        w.Set("RefuseByReset", BooleanValue(true));
        w.Accept(false).Listen();
        w.Use(40000).At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(RST | ACK, 0, 1).Connections(0);
        const TcpConnAdmissionCounters c = Queue(w)->GetAdmissionCounters();
        w.Check(c.syns == 1 && c.dropped == 0 && c.refused == 1, "counters");
        w.Path("");
    });
    Add("no callbacks: connections are accepted", [](Script& w) {
        Ptr<Socket> s;
        w.Do([&]() {
            s = Bound(w, Any(w, 80));
            Gives(w, s, s->Listen(), OK, "Listen");
        });
        OpenSeveral(w, 2);
        w.At(2.0).Connections(2);
    });
}

void
ListenSuite::AddEnd()
{
    AddBoth("listener closed: a half-open connection goes with it", [](Script& w) {
        w.Listen();
        w.Use(40000).At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1).CloseListener();
        w.At(1.100).Skip().Send(ACK, 1, 1);
        w.At(1.102).ExpectReset(1).Connections(0);
        w.At(100.0).Nothing();
    });
    AddBoth("listener closed: what waits for Accept is reset", [](Script& w) {
        w.Set("ManualAccept", BooleanValue(true));
        w.Listen();
        OpenSeveral(w, 2);
        w.At(1.200).CloseListener();
        w.Use(40000).At(1.202).ExpectReset(1);
        w.Use(40001).ExpectReset(1).Connections(0);
        w.At(100.0).Nothing();
    });
    Add("listener closed: what waits for its AcceptInterval is reset", [](Script& w) {
        w.Set("AcceptInterval", TimeValue(Seconds(1)));
        w.Listen();
        OpenSeveral(w, 1);
        w.At(1.200).CloseListener();
        w.Use(40000).At(1.202).ExpectReset(1).Connections(0);
        w.At(100.0).Nothing();
    });
    Add("listener closed in its own request callback: no connection", [](Script& w) {
        w.Listen();
        w.Do([&w]() {
            w.Listener().socket->SetAcceptCallback(
                MakeCallback(+[](Ptr<Socket> s, const Address&) {
                    s->Close();
                    return true;
                }),
                MakeNullCallback<void, Ptr<Socket>, const Address&>());
        });
        w.Use(40000).At(1.000).Send(SYN, 0);
        w.At(1.100).Skip().Connections(0).Send(SYN, 0);
        w.At(1.102).Expect(RST | ACK, 0, 1);
    });
    Add("listener closed, then listening again: new connections, old ones go on", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).CloseListener().Listen();
        w.Use(40001).At(1.200).Send(SYN, 0);
        w.At(1.202).Expect(SYN | ACK, 0, 1).Send(ACK, 1, 1);
        w.At(1.210).State("ESTABLISHED");
        w.Use(40000).At(1.300).Send(ACK, 1, 1, 10);
        w.At(1.302).Expect(ACK, 1, 11).State("ESTABLISHED");
    });
    Add("listener's socket listens again after Close", [](Script& w) {
        w.Listen();
        w.At(1.000).Do([&w]() {
            Ptr<Socket> s = w.Listener().socket;
            Gives(w, s, s->Close(), OK, "Close");
            Gives(w, s, s->Bind(Any(w, 81)), OK, "Bind");
            Gives(w, s, s->Listen(), OK, "Listen");
        });
        w.Use(40000, 80).At(1.100).Send(SYN, 0);
        w.At(1.102).Expect(RST | ACK, 0, 1);
        w.Use(40000, 81).At(1.200).Send(SYN, 0);
        w.At(1.202).Expect(SYN | ACK, 0, 1);
    });
}

ListenSuite::ListenSuite()
    : Suite("tcp-conn-listen")
{
    AddListen();
    AddListeners();
    AddDevice();
    AddTos();
    AddReflectTos();
    AddAccept();
    AddRefusal();
    AddEnd();
}

/** The one instance. */
ListenSuite g_listenSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
