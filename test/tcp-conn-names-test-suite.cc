/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-names.h"

#include "ns3/boolean.h"
#include "ns3/ipv4-routing-table-entry.h"
#include "ns3/ipv4-static-routing.h"
#include "ns3/ipv6-routing-table-entry.h"
#include "ns3/ipv6-static-routing.h"
#include "ns3/mac48-address.h"

#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * Names: what Bind, Connect, GetSockName and GetPeerName do in each state, and what they say where
 * they cannot.  The measure is a BSD socket.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/** See the file. */
class NamesSuite : public Suite
{
  public:
    NamesSuite();

  private:
    void AddBind();
    void AddReuse();
    void AddConnect();
    void AddConnectRefused();
    void AddNames();
};

/** Forget the default route. */
template <typename T>
void
RemoveDefault(Ptr<T> routing)
{
    for (uint32_t i = routing->GetNRoutes(); i-- > 0;)
    {
        if (routing->GetRoute(i).IsDefault())
        {
            routing->RemoveRoute(i);
        }
    }
}

void
NamesSuite::AddBind()
{
    AddBoth("Bind: any address, port 0: GetSockName tells a port, it stays", [](Script& w) {
        w.Do([&w]() {
            Ptr<Socket> s = Bound(w, Any(w, 0));
            const uint16_t port = Port(NameOf(w, s));
            w.Check(port >= 49152, "port " + std::to_string(port));
            w.Check(Port(NameOf(w, s)) == port, "another port later");
            Bound(w, Any(w, port), Socket::ERROR_ADDRINUSE);
            Gives(w, s, s->Connect(w.PeerAddress().With(9000)), OK, "Connect");
            w.Check(Port(NameOf(w, s)) == port, "another port when connecting");
        });
        w.Use(9000, 0).At(0.2).Skip();
    });
    AddBoth("Bind: an own address and port: GetSockName tells them", [](Script& w) {
        w.Do([&w]() {
            const Address at = w.HostAddress().With(80);
            w.Check(NameOf(w, Bound(w, at)) == at, "another name");
        });
    });
    AddBoth("Bind: Bind() and Bind6() then Listen: GetSockName tells the port", [](Script& w) {
        w.Do([&w]() {
            Ptr<Socket> s = w.NewSocket();
            Gives(w, s, w.IsV6() ? s->Bind6() : s->Bind(), OK, "Bind");
            Gives(w, s, s->Listen(), OK, "Listen");
            w.Check(Port(NameOf(w, s)) != 0, "no port");
        });
    });
    AddBoth("Bind: an address that is not the host's: ADDRNOTAVAIL", [](Script& w) {
        w.Do([&w]() {
            for (const uint16_t port : {0, 80})
            {
                Bound(w, w.PeerAddress().With(port), Socket::ERROR_ADDRNOTAVAIL);
            }
        });
    });
    Add("Bind: broadcast and multicast addresses: ADDRNOTAVAIL", [](Script& w) {
        w.Do([&w]() {
            for (const char* a : {"255.255.255.255", "10.0.0.255", "224.0.0.1"})
            {
                Bound(w, Host(Ipv4Address(a)).With(80), Socket::ERROR_ADDRNOTAVAIL);
            }
            Bound(w, Host(Ipv6Address("ff02::1")).With(80), Socket::ERROR_ADDRNOTAVAIL);
        });
    });
    Add("Bind: not an Internet address: AFNOSUPPORT", [](Script& w) {
        w.Do([&w]() { Bound(w, Mac48Address("00:00:00:00:00:01"), Socket::ERROR_AFNOSUPPORT); });
    });
    AddBoth("Bind: a second time: INVAL, the first stays", [](Script& w) {
        w.Do([&w]() {
            Ptr<Socket> s = Bound(w, Any(w, 80));
            Gives(w, s, s->Bind(Any(w, 81)), Socket::ERROR_INVAL, "second Bind");
            Gives(w, s, s->Bind(), Socket::ERROR_INVAL, "Bind()");
            Gives(w, s, s->Bind6(), Socket::ERROR_INVAL, "Bind6()");
            w.Check(Port(NameOf(w, s)) == 80, "another port");
        });
    });
    for (const char* name : {"LISTEN", "SYN-SENT", "ESTABLISHED", "CLOSE-WAIT"})
    {
        const std::string state = name;
        Add("Bind: in " + state + ": INVAL", [state](Script& w) {
            if (state == "LISTEN")
            {
                w.Listen();
            }
            else if (state == "SYN-SENT")
            {
                w.At(1).Connect();
                w.At(1.001).Expect(SYN, 0);
            }
            else
            {
                w.PassiveOpen();
                w.Send(state == "CLOSE-WAIT" ? FIN | ACK : ACK, 1, 1);
            }
            w.At(1.1).Skip().Do([&]() {
                Ptr<Socket> s = state == "LISTEN" ? w.Listener().socket : w.Sock();
                Gives(w, s, s->Bind(Any(w, 4000)), Socket::ERROR_INVAL, "Bind");
            });
        });
    }
    AddBoth("Bind: a port is free again when its socket is closed or gone", [](Script& w) {
        w.Do([&w]() {
            Ptr<Socket> s = Bound(w, Any(w, 80));
            s->Close();
            s = Bound(w, Any(w, 80));
            s = nullptr;
            Bound(w, Any(w, 80));
        });
    });
    Add("Bind: the same port of IPv4 and IPv6 addresses", [](Script& w) {
        w.Do([&w]() {
            Ptr<Socket> four = Bound(w, Host(Ipv4Address("10.0.0.1")).With(80));
            Ptr<Socket> six = Bound(w, Host(Ipv6Address("2001:db8::1")).With(80));
        });
    });
}

void
NamesSuite::AddReuse()
{
    struct Row
    {
        const char* name;
        bool firstAny;
        bool secondAny;
        bool reuseAddress;
        bool reusePort;
        Socket::SocketErrno e;
    };

    const Socket::SocketErrno used = Socket::ERROR_ADDRINUSE;
    for (const Row& r : {Row{"the same address", false, false, true, false, used},
                         Row{"the wildcard twice", true, true, true, false, used},
                         Row{"wildcard, then specific", true, false, true, false, OK},
                         Row{"specific, then wildcard", false, true, true, false, OK},
                         Row{"wildcard, then specific", true, false, false, false, used},
                         Row{"specific, then wildcard", false, true, false, false, used},
                         Row{"the same address", false, false, false, true, OK},
                         Row{"the wildcard twice", true, true, false, true, OK},
                         Row{"wildcard, then specific", true, false, false, true, OK}})
    {
        AddBoth(std::string("port in use: ") + r.name +
                    (r.reuseAddress ? ", ReuseAddress"
                     : r.reusePort  ? ", ReusePort"
                                    : "") +
                    (r.e == OK ? ": allowed" : ": ADDRINUSE"),
                [r](Script& w) {
                    w.Set("ReuseAddress", BooleanValue(r.reuseAddress));
                    w.Set("ReusePort", BooleanValue(r.reusePort));
                    w.Do([&]() {
                        const Address own = w.HostAddress().With(80);
                        Ptr<Socket> first = Bound(w, r.firstAny ? Any(w, 80) : own);
                        Bound(w, r.secondAny ? Any(w, 80) : own, r.e);
                    });
                });
    }
    for (const bool first : {true, false})
    {
        Add(std::string("port in use: ReusePort of the ") + (first ? "first" : "second") +
                " alone: ADDRINUSE",
            [first](Script& w) {
                w.Do([&]() {
                    w.Set("ReusePort", BooleanValue(first));
                    Ptr<Socket> one = Bound(w, Any(w, 80));
                    w.Set("ReusePort", BooleanValue(!first));
                    Bound(w, Any(w, 80), Socket::ERROR_ADDRINUSE);
                });
            });
    }
    Add("port in use: two addresses of the host, one port", [](Script& w) {
        w.Set("ReuseAddress", BooleanValue(false));
        w.Do([&w]() {
            const Host second = SecondAddress(w);
            Ptr<Socket> one = Bound(w, w.HostAddress().With(80));
            Ptr<Socket> two = Bound(w, second.With(80));
        });
    });
    for (const bool reuse : {true, false})
    {
        for (const bool timeWait : {true, false})
        {
            Add(std::string("port of a connection in ") + (timeWait ? "TIME-WAIT" : "ESTABLISHED") +
                    (reuse ? ", ReuseAddress: a new listener" : ": ADDRINUSE"),
                [=](Script& w) {
                    w.Set("ReuseAddress", BooleanValue(reuse));
                    w.PassiveOpen();
                    w.CloseListener();
                    if (timeWait)
                    {
                        w.At(1.100).Close();
                        w.At(1.101).Expect(FIN | ACK, 1, 1).Send(FIN | ACK, 1, 2);
                        w.At(1.103).Expect(ACK, 2, 2).State("TIME-WAIT");
                    }
                    w.At(1.200).Do([&]() {
                        Ptr<Socket> s = Bound(w, Any(w, 80), reuse ? OK : Socket::ERROR_ADDRINUSE);
                        if (reuse)
                        {
                            Gives(w, s, s->Listen(), OK, "Listen");
                            s->Close();
                        }
                    });
                });
        }
    }
    AddBoth("one port, bound, to several peers: each its connection", [](Script& w) {
        w.Set("ReusePort", BooleanValue(true));
        std::vector<Ptr<Socket>> sockets;
        w.Do([&]() {
            for (uint16_t i = 0; i < 3; i++)
            {
                sockets.push_back(Bound(w, Any(w, 5000)));
                Ptr<Socket> s = sockets.back();
                Gives(w, s, s->Connect(w.PeerAddress(i).With(9000)), OK, "Connect");
            }
            sockets.push_back(Bound(w, Any(w, 5000)));
            Ptr<Socket> s = sockets.back();
            Gives(w, s, s->Connect(w.PeerAddress(0).With(9001)), OK, "Connect");
            // The 4-tuple decides: this one is taken.
            sockets.push_back(Bound(w, Any(w, 5000)));
            s = sockets.back();
            Gives(w,
                  s,
                  s->Connect(w.PeerAddress(0).With(9000)),
                  Socket::ERROR_ADDRINUSE,
                  "Connect");
        });
        w.At(0.2).Skip().Connections(4);
        w.Check(w.Wire().seen.size() == 4, "not four SYNs");
        for (const Segment& s : w.Wire().seen)
        {
            w.Check(s.srcPort == 5000, "another port");
        }
    });
}

void
NamesSuite::AddConnect()
{
    AddBoth("Connect: bound to an address: the SYN comes from it", [](Script& w) {
        w.Use(9000, 0).Do([&w]() {
            const Host second = SecondAddress(w);
            Ptr<Socket> s = Bound(w, second.With(0));
            Gives(w, s, s->Connect(w.PeerAddress().With(9000)), OK, "Connect");
        });
        w.At(1.0).Skip();
        const Segment& syn = w.Wire().seen.front();
        w.Check((syn.flags & SYN) && syn.src.Bytes() != w.HostAddress().Bytes(), "another address");
    });
    AddBoth("Connect: twice: ISCONN, the first goes on", [](Script& w) {
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0).Do([&w]() {
            Ptr<Socket> s = w.Sock();
            Gives(w,
                  s,
                  s->Connect(w.PeerAddress().With(9000)),
                  Socket::ERROR_ISCONN,
                  "in SYN-SENT");
            Gives(w, s, s->Connect(w.PeerAddress(1).With(1)), Socket::ERROR_ISCONN, "in SYN-SENT");
        });
        w.At(1.002).Send(SYN | ACK, 0, 1);
        w.At(1.004).Expect(ACK, 1, 1).Do([&w]() {
            Ptr<Socket> s = w.Sock();
            Gives(w, s, s->Connect(w.PeerAddress(1).With(1)), Socket::ERROR_ISCONN, "ESTABLISHED");
        });
        w.At(1.100).Nothing().State("ESTABLISHED").Events("connected");
    });
    Add("Connect: a socket bound to an IPv4 address to an IPv6 peer, and back: refused",
        [](Script& w) {
            w.Do([&w]() {
                const Host six = Ipv6Address("2001:db8::2");
                Ptr<Socket> s = Bound(w, w.HostAddress().With(0));
                w.Check(s->Connect(six.With(9000)) == -1, "IPv4 to IPv6");
                s = Bound(w, Host(Ipv6Address("2001:db8::1")).With(0));
                w.Check(s->Connect(w.PeerAddress().With(9000)) == -1, "IPv6 to IPv4");
            });
            w.At(1.0).Nothing();
        });
    Add("Connect: a listener: it listens no more (RFC 9293 3.10.1)", [](Script& w) {
        w.Listen();
        w.Use(9000, 0).At(1.000).Do([&w]() {
            Ptr<Socket> s = w.Listener().socket;
            Gives(w, s, s->Connect(w.PeerAddress().With(9000)), OK, "Connect");
        });
        w.At(1.001).Expect(SYN, 0);
        w.Check(w.Last().srcPort == 80, "another port");
        w.Use(40000).At(1.100).Send(SYN, 0);
        w.At(1.102).Expect(RST | ACK, 0, 1);
    });
    AddBoth("Connect: no route: NOROUTETOHOST, and later it works", [](Script& w) {
        w.Use(9000, 0).Do([&w]() {
            Ptr<Node> node = w.HostNode();
            const Host far =
                w.IsV6() ? Host(Ipv6Address("2001:db9::9")) : Host(Ipv4Address("192.168.7.7"));
            RemoveDefault(
                DynamicCast<Ipv4StaticRouting>(node->GetObject<Ipv4>()->GetRoutingProtocol()));
            RemoveDefault(
                DynamicCast<Ipv6StaticRouting>(node->GetObject<Ipv6>()->GetRoutingProtocol()));
            Ptr<Socket> s = w.NewSocket();
            Gives(w, s, s->Connect(far.With(9)), Socket::ERROR_NOROUTETOHOST, "Connect");
            Gives(w, s, s->Connect(w.PeerAddress().With(9000)), OK, "Connect after that");
        });
        w.At(0.2).Await(Seg(SYN, 0)).At(0.3);
    });
}

void
NamesSuite::AddConnectRefused()
{
    const auto refused = [](const Address& to) {
        return [to](Script& w) {
            w.Use(9000, 0).At(1.000).Do([&]() {
                for (const bool bind : {false, true})
                {
                    Ptr<Socket> s = bind ? Bound(w, Any(w, 5000)) : w.NewSocket();
                    w.Check(s->Connect(to) == -1, "Connect worked");
                    w.Check(s->GetErrno() != OK, "no errno");
                    Gives(w, s, s->Connect(w.PeerAddress().With(9000)), OK, "Connect after that");
                    s->Close();
                }
            });
            w.At(2.000).Skip().Connections(0);
            for (const Segment& s : w.Wire().seen)
            {
                w.Check(s.dstPort == 9000, "a segment to where nobody can be");
            }
        };
    };
    const auto four = [](const char* a, uint16_t port) { return Host(Ipv4Address(a)).With(port); };
    const auto six = [](const char* a, uint16_t port) { return Host(Ipv6Address(a)).With(port); };
    Add("Connect: port 0: refused, the socket can be used", refused(four("10.0.0.2", 0)));
    Add("Connect: address 0: refused, the socket can be used", refused(four("0.0.0.0", 9)));
    Add("Connect: limited broadcast: refused (MUST-46)", refused(four("255.255.255.255", 9)));
    Add("Connect: subnet's broadcast: refused (MUST-46)", refused(four("10.0.0.255", 9)));
    Add("Connect: multicast: refused (MUST-46)", refused(four("224.0.0.1", 9)));
    Add("Connect: multicast of a group: refused (MUST-46)", refused(four("239.1.2.3", 9)));
    AddV6("Connect: port 0: refused (IPv6)", refused(six("2001:db8::2", 0)));
    AddV6("Connect: address 0: refused (IPv6)", refused(six("::", 9)));
    AddV6("Connect: multicast: refused (IPv6)", refused(six("ff02::1", 9)));
    Add("Connect: not an Internet address: AFNOSUPPORT", [](Script& w) {
        w.Do([&w]() {
            Ptr<Socket> s = w.NewSocket();
            Gives(w,
                  s,
                  s->Connect(Mac48Address("00:00:00:00:00:01")),
                  Socket::ERROR_AFNOSUPPORT,
                  "Connect");
        });
        w.At(1.0).Nothing();
    });
}

void
NamesSuite::AddNames()
{
    AddBoth("names: a new socket: no port, no peer", [](Script& w) {
        w.Do([&w]() {
            Ptr<Socket> s = w.NewSocket();
            w.Check(Port(NameOf(w, s)) == 0, "a port");
            Address a;
            Gives(w, s, s->GetPeerName(a), Socket::ERROR_NOTCONN, "GetPeerName");
            s = Bound(w, Any(w, 80));
            Gives(w, s, s->GetPeerName(a), Socket::ERROR_NOTCONN, "GetPeerName, bound");
            s->Listen();
            Gives(w, s, s->GetPeerName(a), Socket::ERROR_NOTCONN, "GetPeerName, listening");
        });
    });
    AddBoth("names: SYN-SENT: own address and port; a peer only when connected", [](Script& w) {
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0).Do([&w]() {
            Address a;
            w.Check(NameOf(w, w.Sock()) == w.HostAddress().With(w.Current().hostPort), "own name");
            Gives(w, w.Sock(), w.Sock()->GetPeerName(a), Socket::ERROR_NOTCONN, "GetPeerName");
        });
        w.At(1.002).Send(SYN | ACK, 0, 1);
        w.At(1.004).Expect(ACK, 1, 1).Do([&w]() {
            Address a;
            w.Check(NameOf(w, w.Sock()) == w.HostAddress().With(w.Current().hostPort), "own name");
            Gives(w, w.Sock(), w.Sock()->GetPeerName(a), OK, "GetPeerName");
            w.Check(a == w.PeerAddress().With(9000), "the peer's name");
        });
    });
    AddBoth("names: accepted: the listener's port, the peer's name", [](Script& w) {
        w.PassiveOpen();
        w.Do([&w]() {
            Address a;
            w.Check(NameOf(w, w.Sock()) == w.HostAddress().With(80), "own name");
            Gives(w, w.Sock(), w.Sock()->GetPeerName(a), OK, "GetPeerName");
            w.Check(a == w.PeerAddress().With(40000), "the peer's name");
            w.Check(NameOf(w, w.Listener().socket) == Any(w, 80), "the listener's name changed");
        });
    });
    AddBoth("names: CLOSE-WAIT: the peer's name is still known", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(FIN | ACK, 1, 1);
        w.At(1.102).Expect(ACK, 1, 2).Do([&w]() {
            Address a;
            Gives(w, w.Sock(), w.Sock()->GetPeerName(a), OK, "GetPeerName");
        });
    });
    AddBoth("names: after a reset: no peer", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(RST, 1);
        w.At(1.110).Do([&w]() {
            Address a;
            Gives(w, w.Sock(), w.Sock()->GetPeerName(a), Socket::ERROR_NOTCONN, "GetPeerName");
        });
    });
}

NamesSuite::NamesSuite()
    : Suite("tcp-conn-names")
{
    AddBind();
    AddReuse();
    AddConnect();
    AddConnectRefused();
    AddNames();
}

/** The one instance. */
NamesSuite g_namesSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
