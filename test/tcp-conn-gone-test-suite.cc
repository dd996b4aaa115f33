/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-names.h"

#include "ns3/double.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <functional>
#include <utility>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * What a connection stands on goes away: an interface down, an address removed, a node disposed
 * of; and what a socket says after each kind of end.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/** See the file. */
class GoneSuite : public Suite
{
  public:
    GoneSuite();

  private:
    void AddNetwork();
    void AddNetworkBack();
    void AddNode();
    void AddEnds();
    void AddOrder();
};

/** Give the host its address. @param w the script */
void
AddAddress(Script& w)
{
    if (w.IsV6())
    {
        const Ipv6InterfaceAddress address(w.HostAddress().ip6, Ipv6Prefix(64));
        w.HostNode()->GetObject<Ipv6>()->AddAddress(1, address);
        return;
    }
    const Ipv4InterfaceAddress address(w.HostAddress().ip4, "255.255.255.0");
    w.HostNode()->GetObject<Ipv4>()->AddAddress(1, address);
}

/** The interface of the script's device goes up or down. @param w the script @param up which */
void
SetInterface(Script& w, bool up)
{
    if (w.IsV6())
    {
        Ptr<Ipv6> ip = w.HostNode()->GetObject<Ipv6>();
        up ? ip->SetUp(1) : ip->SetDown(1);
        if (up)
        {
            AddAddress(w); // ns-3 forgets IPv6 addresses when an interface goes down
        }
        return;
    }
    Ptr<Ipv4> ip = w.HostNode()->GetObject<Ipv4>();
    up ? ip->SetUp(1) : ip->SetDown(1);
}

/** Take the host's address away. @param w the script */
void
RemoveAddress(Script& w)
{
    w.IsV6() ? w.HostNode()->GetObject<Ipv6>()->RemoveAddress(1, w.HostAddress().ip6)
             : w.HostNode()->GetObject<Ipv4>()->RemoveAddress(1, w.HostAddress().ip4);
}

/** A way for the network to go. */
struct Way
{
    const char* name;      //!< Of it.
    void (*goes)(Script&); //!< Does it.
};

/** @return the ways */
std::vector<Way>
Ways()
{
    return {{"interface down", [](Script& w) { SetInterface(w, false); }},
            {"address removed", RemoveAddress},
            {"interface down, then its address removed", [](Script& w) {
                 SetInterface(w, false);
                 RemoveAddress(w);
             }}};
}

/** The connection ended, and that as one whose network went away. */
void
WentAway(Script& w, double t, const std::string& events)
{
    w.At(t).Skip().State("CLOSED").Connections(0).Events(events);
    StringValue cause;
    w.Sock()->GetAttribute("Failure", cause);
    w.Check(cause.Get() == "timed-out" || cause.Get() == "unreachable", "Failure " + cause.Get());
    w.Check(w.Sock()->Send(Create<Packet>(1)) == -1, "Send works");
}

void
GoneSuite::AddNetwork()
{
    for (const Way& way : Ways())
    {
        const auto goes = way.goes;
        const std::string name = std::string(way.name) + ": ";
        AddBoth(name + "SYN-SENT: the attempt times out", [goes](Script& w) {
            w.At(1.000).Connect();
            w.At(1.001).Expect(SYN, 0).Do([&]() { goes(w); });
            w.At(180.0).Nothing().State("SYN-SENT").Events("");
            WentAway(w, 500.0, "failed");
        });
        AddBoth(name + "SYN-RECEIVED: forgotten", [goes](Script& w) {
            w.Listen();
            w.Use(40000).At(1.000).Send(SYN, 0);
            w.At(1.002).Expect(SYN | ACK, 0, 1).Do([&]() { goes(w); });
            w.At(500.0).Nothing().Connections(0);
            w.Check(w.Listener().events == "request", w.Listener().events);
        });
        AddBoth(name + "ESTABLISHED, text in flight: timed out", [goes](Script& w) {
            w.PassiveOpen();
            w.At(2.000).Write(1000);
            w.At(2.010).Skip().Do([&]() { goes(w); });
            w.At(101.0).Nothing().State("ESTABLISHED").Events("created");
            WentAway(w, 500.0, "created error");
        });
        AddBoth(name + "ESTABLISHED, text written after: timed out", [goes](Script& w) {
            w.PassiveOpen();
            w.At(2.000).Do([&]() { goes(w); });
            w.At(3.000).Write(1000);
            w.At(102.0).Nothing().State("ESTABLISHED").Events("created");
            WentAway(w, 500.0, "created error");
        });
        AddBoth(name + "ESTABLISHED, idle, keep-alive: timed out", [goes](Script& w) {
            w.Set("KeepAliveIdle", TimeValue(Seconds(10)));
            w.Set("KeepAliveInterval", TimeValue(Seconds(5)));
            w.Set("KeepAliveCount", UintegerValue(3));
            w.PassiveOpen();
            w.At(2.000).Do([&]() { goes(w); });
            w.At(20.00).Nothing().State("ESTABLISHED");
            WentAway(w, 60.0, "created error");
        });
        AddBoth(name + "ESTABLISHED, idle: nothing is told", [goes](Script& w) {
            w.PassiveOpen();
            w.At(2.000).Do([&]() { goes(w); });
            w.At(9999.0).Nothing().State("ESTABLISHED").Events("created");
        });
        AddBoth(name + "closed window: its probes go nowhere: timed out", [goes](Script& w) {
            w.Window(0).PassiveOpen();
            w.At(2.000).Write(10).Do([&]() { goes(w); });
            WentAway(w, 1000.0, "created error");
        });
        AddBoth(name + "FIN-WAIT-1: timed out", [goes](Script& w) {
            w.PassiveOpen();
            w.At(2.000).Do([&]() { goes(w); }).ShutdownSend();
            w.At(101.0).Nothing().State("FIN-WAIT-1");
            WentAway(w, 500.0, "created error");
        });
        AddBoth(name + "LAST-ACK: forgotten", [goes](Script& w) {
            w.PassiveOpen();
            w.At(1.100).Send(FIN | ACK, 1, 1);
            w.At(1.200).Skip().Do([&]() { goes(w); }).Close();
            w.At(500.0).Nothing().State("CLOSED").Connections(0).Events("created normal");
        });
        AddBoth(name + "TIME-WAIT: over in its time", [goes](Script& w) {
            w.PassiveOpen();
            w.At(1.100).Close();
            w.At(1.101).Expect(FIN | ACK, 1, 1).Send(FIN | ACK, 1, 2);
            w.At(1.103).Expect(ACK, 2, 2).Do([&]() { goes(w); });
            w.At(11.00).Nothing().State("TIME-WAIT");
            w.At(11.20).Nothing().Connections(0);
        });
        AddBoth(name + "a new Connect: refused at once or timed out", [goes](Script& w) {
            w.Set("ConnCount", UintegerValue(1));
            bool began = false;
            w.Use(9000, 0).At(1.000).Do([&]() {
                goes(w);
                Ptr<Socket> s = w.NewSocket();
                began = s->Connect(w.PeerAddress().With(9000)) == 0;
                w.Check(began || s->GetErrno() != OK, "no errno");
            });
            w.At(100.0).Skip().Connections(0);
        });
    }
}

void
GoneSuite::AddNetworkBack()
{
    AddBoth("interface down and up again: text goes on", [](Script& w) {
        w.PassiveOpen();
        w.At(2.000).Do([&w]() { SetInterface(w, false); }).Write(10);
        w.At(4.000).Nothing().Do([&w]() { SetInterface(w, true); });
        w.At(12.00).Await(Seg(ACK, 1, 1, 10)).Send(ACK, 1, 11, 10);
        w.At(12.10)
            .Await(Seg(ACK, 11, 11))
            .Received(10)
            .State("ESTABLISHED")
            .Events("created data");
    });
    AddBoth("address removed and added again: text goes on", [](Script& w) {
        w.PassiveOpen();
        w.At(2.000).Do([&w]() { RemoveAddress(w); }).Write(10);
        w.At(4.000).Skip().Do([&w]() { AddAddress(w); });
        w.At(12.00).Await(Seg(ACK, 1, 1, 10)).Send(ACK, 1, 11, 10);
        w.At(12.10).Await(Seg(ACK, 11, 11)).Received(10).State("ESTABLISHED");
    });
    AddBoth("a listener hears again when its interface is up again", [](Script& w) {
        w.Listen();
        w.At(1.000).Do([&w]() { SetInterface(w, false); });
        w.Use(40000).At(2.000).Send(SYN, 0);
        w.At(3.000).Nothing().Connections(0).Do([&w]() { SetInterface(w, true); });
        w.At(4.000).Send(SYN, 0);
        w.At(4.002).Expect(SYN | ACK, 0, 1);
    });
}

/** Every call on a socket whose node is gone fails, and does no harm. */
void
Orphaned(Script& w, Ptr<Socket> s)
{
    Address a;
    w.Check(s->Send(Create<Packet>(10)) == -1, "Send works");
    w.Check(s->Connect(w.PeerAddress().With(9000)) == -1, "Connect works");
    w.Check(s->GetErrno() != OK, "no errno of Connect");
    w.Check(s->Listen() == -1, "Listen works");
    w.Check(s->ShutdownSend() == -1, "ShutdownSend works");
    w.Check(s->ShutdownRecv() == -1, "ShutdownRecv works");
    w.Check(s->Bind() == -1, "Bind works");
    s->Recv();
    s->GetSockName(a);
    s->GetPeerName(a);
    s->GetTxAvailable();
    s->GetRxAvailable();
    s->Close();
}

void
GoneSuite::AddNode()
{
    using Part = std::pair<const char*, std::function<void(Script&)>>;
    const std::vector<Part> parts{
        {"LISTEN", [](Script& w) { w.Listen(); }},
        {"SYN-SENT",
         [](Script& w) {
             w.At(1.000).Connect();
             w.At(1.001).Expect(SYN, 0);
         }},
        {"SYN-RECEIVED",
         [](Script& w) {
             w.Listen();
             w.Use(40000).At(1.000).Send(SYN, 0);
             w.At(1.002).Expect(SYN | ACK, 0, 1);
         }},
        {"ESTABLISHED, text in flight",
         [](Script& w) {
             w.PassiveOpen();
             w.At(1.100).Write(1000);
             w.At(1.110).Skip();
         }},
        {"ESTABLISHED, text unread and out of order",
         [](Script& w) {
             w.NoRead();
             w.PassiveOpen();
             w.At(1.100).Send(ACK, 1, 1, 10).Send(ACK, 21, 1, 10);
             w.At(1.110).Skip();
         }},
        {"CLOSE-WAIT",
         [](Script& w) {
             w.PassiveOpen();
             w.At(1.100).Send(FIN | ACK, 1, 1);
             w.At(1.110).Skip();
         }},
        {"FIN-WAIT-1",
         [](Script& w) {
             w.PassiveOpen();
             w.At(1.100).Close();
             w.At(1.110).Skip();
         }},
        {"TIME-WAIT",
         [](Script& w) {
             w.PassiveOpen();
             w.At(1.100).Close();
             w.At(1.101).Expect(FIN | ACK, 1, 1).Send(FIN | ACK, 1, 2);
             w.At(1.110).Skip().State("TIME-WAIT");
         }},
        {"connections waiting for Accept",
         [](Script& w) {
             w.Set("AcceptInterval", TimeValue(Seconds(5)));
             w.Listen();
             w.Use(40000).At(1.000).Send(SYN, 0);
             w.At(1.002).Expect(SYN | ACK, 0, 1).Send(ACK, 1, 1);
             w.At(1.100).Skip();
         }},
    };
    for (const auto& [name, part] : parts)
    {
        const auto opens = part;
        const bool held = std::string(name) == "LISTEN" || std::string(name) == "SYN-RECEIVED" ||
                          std::string(name) == "connections waiting for Accept";
        Add(std::string("node disposed of: ") + name, [opens, held](Script& w) {
            opens(w);
            w.At(2.500).Skip().Do([&w]() { w.HostNode()->Dispose(); });
            w.At(300.0).Nothing().Do([&]() { Orphaned(w, held ? w.Listener().socket : w.Sock()); });
            w.At(400.0).Nothing();
        });
    }
    Add("node disposed of: just after Send, in the same event", [](Script& w) {
        w.PassiveOpen();
        w.At(2.000).Do([&w]() {
            w.Sock()->Send(Create<Packet>(10));
            w.HostNode()->Dispose();
        });
        w.At(300.0).Nothing().Do([&w]() { Orphaned(w, w.Sock()); });
    });
    Add("node disposed of: a socket that was never used", [](Script& w) {
        Ptr<Socket> s = w.NewSocket();
        w.At(2.000).Do([&w]() { w.HostNode()->Dispose(); });
        w.At(3.000).Do([&]() { Orphaned(w, s); });
    });
}

void
GoneSuite::AddEnds()
{
    struct EndRow
    {
        const char* name;
        std::function<void(Script&)> ends;
        const char* failure;
        const char* events;
        Socket::SocketErrno sendErrno;
        bool endOfFile; //!< Recv gives the end of the stream, not an error.
    };

    const std::vector<EndRow> rows{
        {"refused",
         [](Script& w) {
             w.At(1.000).Connect();
             w.At(1.001).Expect(SYN, 0).Send(RST | ACK, 0, 1);
         },
         "refused",
         "failed",
         Socket::ERROR_NOTCONN,
         false},
        {"unreachable",
         [](Script& w) {
             w.At(1.000).Connect();
             w.At(1.001).Expect(SYN, 0);
             w.IsV6() ? w.Icmp(1, 4) : w.Icmp(3, 3);
         },
         "unreachable",
         "failed",
         Socket::ERROR_NOTCONN,
         false},
        {"SYN never answered",
         [](Script& w) {
             w.Set("ConnCount", UintegerValue(1));
             w.At(1.000).Connect();
         },
         "timed-out",
         "failed",
         Socket::ERROR_NOTCONN,
         false},
        {"reset",
         [](Script& w) {
             w.PassiveOpen();
             w.Send(RST, 1);
         },
         "reset",
         "created error",
         Socket::ERROR_SHUTDOWN,
         false},
        {"text never acknowledged",
         [](Script& w) {
             w.Set("DataRetries", UintegerValue(1));
             w.PassiveOpen();
             w.Write(10);
         },
         "timed-out",
         "created error",
         Socket::ERROR_SHUTDOWN,
         false},
        {"released, the peer first",
         [](Script& w) {
             w.PassiveOpen();
             w.Send(FIN | ACK, 1, 1);
             w.At(1.100).Skip().ShutdownSend();
             w.At(1.200).Skip().Send(ACK, 2, 2);
         },
         "none",
         "created normal",
         Socket::ERROR_SHUTDOWN,
         true},
        {"released, the host first",
         [](Script& w) {
             w.PassiveOpen();
             w.ShutdownSend().Send(ACK, 1, 2);
             w.At(1.100).Skip().Send(FIN | ACK, 1, 2);
         },
         "none",
         "created normal",
         Socket::ERROR_SHUTDOWN,
         true},
    };
    for (const EndRow& row : rows)
    {
        const EndRow r = row;
        AddBoth(std::string("after the end: ") + r.name, [r](Script& w) {
            r.ends(w);
            w.At(50.0).Skip().Connections(0).Events(r.events).Failure(r.failure);
            w.Do([&]() {
                Ptr<Socket> s = w.Sock();
                for (int i = 0; i < 2; i++)
                {
                    Gives(w, s, s->Send(Create<Packet>(1)), r.sendErrno, "Send");
                    Ptr<Packet> p = s->Recv();
                    w.Check(bool(p) == r.endOfFile && (!p || p->GetSize() == 0), "Recv");
                    w.Check(p || s->GetErrno() == Socket::ERROR_NOTCONN, "errno of Recv");
                    Gives(w, s, s->ShutdownSend(), Socket::ERROR_NOTCONN, "ShutdownSend");
                    Gives(w, s, s->ShutdownRecv(), Socket::ERROR_NOTCONN, "ShutdownRecv");
                }
                Gives(w, s, s->Close(), OK, "Close");
                Gives(w, s, s->Close(), OK, "Close again");
            });
            w.At(60.0).Nothing().Events(r.events);
        });
    }
    Add("after the end: the application aborted: no callback", [](Script& w) {
        w.Set("Linger", DoubleValue(0));
        w.PassiveOpen();
        w.At(1.100).Close();
        w.At(1.200).Skip().Send(ACK, 1, 1).Send(RST, 1);
        w.At(50.0).Skip().Events("created").Failure("aborted");
    });
}

void
GoneSuite::AddOrder()
{
    AddBoth("text and FIN in one segment: data, then normal close", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(FIN | ACK, 1, 1, 10);
        w.At(1.200).Skip().Events("created data normal").Received(10);
    });
    AddBoth("text of the third segment with FIN: created, data, normal close", [](Script& w) {
        w.Listen();
        w.Use(40000).At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1).Send(FIN | ACK, 1, 1, 10);
        w.At(1.200).Skip().Events("created data normal").Received(10);
    });
    AddBoth("FIN before the text that a hole keeps back: data, then normal close", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(FIN | ACK, 11, 1, 10);
        w.At(1.150).Skip().Events("created").Send(ACK, 1, 1, 10);
        w.At(1.200).Skip().Events("created data normal").Received(20);
    });
    AddBoth("text, then RST: data, then error close; the text can be read", [](Script& w) {
        w.NoRead();
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 1, 1, 10).Send(RST, 11);
        w.At(1.200).Skip().Events("created data error").Read().Received(10);
    });
    AddBoth("normal close, then RST: told once, Failure tells the rest", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(FIN | ACK, 1, 1).Send(RST, 2);
        w.At(1.200).Skip().Events("created normal").Failure("reset").Connections(0);
    });
}

GoneSuite::GoneSuite()
    : Suite("tcp-conn-gone")
{
    AddNetwork();
    AddNetworkBack();
    AddNode();
    AddEnds();
    AddOrder();
}

/** The one instance. */
GoneSuite g_goneSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
