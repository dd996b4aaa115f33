/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-wire-script.h"

#include "ns3/double.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/uinteger.h"

/**
 * @file
 * @ingroup tcp-conn
 * Openings, as the wire and an application see them: RFC 9293 3.5, 3.10.1, 3.10.7.1 to 3.10.7.3.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/** Rows on the handshake where nothing goes wrong. */
class OpenSuite : public Suite
{
  public:
    OpenSuite();

  private:
    void AddHandshake();
    void AddOptions();
    void AddClosed();
    void AddListen();
    void AddSynReceived();
};

void
OpenSuite::AddHandshake()
{
    AddBoth("LISTEN: SYN: SYN+ACK, SYN takes one number, bare ACK none", [](Script& w) {
        w.At(0.9).Listen();
        w.At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1).State("SYN-RECEIVED");
        w.At(1.005).Send(ACK, 1, 1);
        w.At(1.010).Nothing().State("ESTABLISHED").Path("LISTEN SYN-RECEIVED ESTABLISHED");
        w.Events("created");
        w.At(1.100).Write(3);
        w.At(1.101).Expect(ACK, 1, 1, 3);
    });
    AddBoth("CLOSED: active OPEN: SYN, then ACK of SYN+ACK", [](Script& w) {
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0).State("SYN-SENT");
        w.Check(w.Last().ack == 0, "ACK field of a SYN is zero");
        w.At(1.002).Send(SYN | ACK, 0, 1);
        w.At(1.004).Expect(ACK, 1, 1).State("ESTABLISHED").Path("SYN-SENT ESTABLISHED");
        w.Events("connected");
        w.At(1.100).Send(ACK, 1, 1, 4);
        w.At(1.102).Expect(ACK, 1, 5).Received(4);
    });
    AddBoth("ISN: three connections: three numbers", [](Script& w) {
        w.At(0.9).Listen();
        uint32_t iss[3];
        for (int i = 0; i < 3; i++)
        {
            w.Use(40000 + i);
            w.At(1 + 0.1 * i).Send(SYN, 0);
            w.At(1.002 + 0.1 * i).Expect(SYN | ACK, 0, 1);
            w.At(1.004 + 0.1 * i).Send(RST, 1);
            iss[i] = w.Last().seq;
        }
        w.Check(iss[0] != iss[1] && iss[1] != iss[2] && iss[0] != iss[2], "same ISN");
        w.At(1.5);
    });
    Add("ISN: same 4-tuple again: grows as RFC 6528's clock of 4 us", [](Script& w) {
        w.At(0.9).Listen();
        w.At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        const uint32_t first = w.Last().seq;
        w.At(1.005).Send(RST, 1);
        w.At(3.000).Send(SYN, 0);
        w.At(3.002).Expect(SYN | ACK, 0, 1);
        const uint32_t grown = w.Last().seq - first;
        w.Check(grown >= 400000 && grown <= 600000, "grew by " + std::to_string(grown));
    });
    Add("LISTEN: passive open: request asked, then created, once each", [](Script& w) {
        w.PassiveOpen();
        w.Check(w.Listener().events == "request", "listener saw " + w.Listener().events);
        w.Events("created");
    });
    AddBoth("SYN-RECEIVED: data on the third segment: delivered", [](Script& w) {
        w.At(0.9).Listen();
        w.At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.At(1.005).Send(ACK, 1, 1, 10);
        w.At(1.007).Expect(ACK, 1, 11).State("ESTABLISHED").Received(10).Events("created data");
    });
    Add("LISTEN: data on SYN: delivered only when established", [](Script& w) {
        w.At(0.9).Listen();
        w.At(1.000).Send(SYN, 0, 0, 5);
        w.At(1.002).Expect(SYN | ACK, 0, ANY).State("SYN-RECEIVED");
        const uint32_t took = w.Last().ack - w.Current().isn;
        w.Check(took == 1 || took == 6, "SYN+ACK has neither the SYN nor SYN and text");
        if (took == 6)
        {
            w.At(1.005).Send(ACK, 6, 1);
            w.At(1.010).Nothing();
        }
        else
        {
            // What was kept of the SYN's text and what comes again may both be acknowledged.
            w.At(1.005).Send(ACK, 1, 1, 5);
            w.At(1.010).Await(Seg(ACK, 1, 6)).Skip();
        }
        w.At(1.020).State("ESTABLISHED").Received(5);
    });
    Add("SYN-SENT: data on SYN+ACK: taken", [](Script& w) {
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0);
        w.At(1.002).Send(SYN | ACK, 0, 1, 5);
        // The RFC's order is an ACK of the SYN, then one of the text; they may be one.
        w.At(1.010).Await(Seg(ACK, 1, 6)).State("ESTABLISHED").Received(5);
        w.Events("connected data");
    });
    Add("SYN-SENT: FIN on SYN+ACK: CLOSE-WAIT", [](Script& w) {
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0);
        w.At(1.002).Send(SYN | FIN | ACK, 0, 1);
        w.At(1.100).Await(Seg(ACK, 1, 2)).State("CLOSE-WAIT").Events("connected normal");
    });
    Add("SYN-RECEIVED: FIN on the third segment: CLOSE-WAIT", [](Script& w) {
        w.At(0.9).Listen();
        w.At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.At(1.005).Send(FIN | ACK, 1, 1);
        w.At(1.100).Await(Seg(ACK, 1, 2)).State("CLOSE-WAIT").Events("created normal");
    });
    Add("OPEN: bound to a port: the SYN comes from it", [](Script& w) {
        w.Use(9000, 5555);
        w.At(1.0).Do([&w]() {
            Ptr<Socket> s = w.NewSocket();
            w.Listener().socket = s;
            w.Check(s->Bind(Host(Ipv4Address::GetAny()).With(5555)) == 0, "bind");
            w.Check(s->Connect(w.PeerAddress().With(9000)) == 0, "connect");
        });
        w.At(1.001).Expect(SYN, 0);
    });
    Add("OPEN: two sockets: two ports", [](Script& w) {
        w.ActiveOpen(1.0);
        const uint16_t first = w.Current().hostPort;
        w.At(2.000).Connect(9001);
        w.At(2.001).Expect(SYN, 0);
        w.Check(w.Current().hostPort != first, "one port for both");
    });
    AddBoth("OPEN: to port 0 or address 0: refused by Connect", [](Script& w) {
        w.Use(9000, 0);
        w.At(1.0).Do([&w]() {
            Ptr<Socket> s = w.NewSocket();
            w.Check(s->Connect(w.PeerAddress().With(0)) == -1, "port 0 taken");
            w.Check(s->GetErrno() != Socket::ERROR_NOTERROR, "no errno");
            const Host none = w.IsV6() ? Host(Ipv6Address::GetAny()) : Host(Ipv4Address::GetAny());
            s = w.NewSocket();
            w.Check(s->Connect(none.With(9000)) == -1, "address 0 taken");
        });
        w.At(1.5).Nothing().Connections(0);
    });
    Add("OPEN: to itself: a socket that is both ends", [](Script& w) {
        Ptr<Socket> s;
        bool connected = false;
        w.At(1.1).Do([&]() {
            s = w.NewSocket();
            s->SetConnectCallback(
                Callback<void, Ptr<Socket>>([&connected](Ptr<Socket>) { connected = true; }),
                MakeNullCallback<void, Ptr<Socket>>());
            w.Check(s->Bind(w.HostAddress().With(5000)) == 0, "bind");
            w.Check(s->Connect(w.HostAddress().With(5000)) == 0, "connect");
        });
        w.At(1.5).Nothing().Check(connected, "not connected");
        w.Do([&]() { s->Send(Create<Packet>(10)); });
        w.At(2.0).Nothing().Check(s->GetRxAvailable() == 10, "its text did not come back");
        w.Use(5000, 5000).State("ESTABLISHED");
    });
}

void
OpenSuite::AddOptions()
{
    AddBoth("options: MSS: offered on SYN and SYN+ACK as the MTU allows", [](Script& w) {
        const int mss = w.IsV6() ? 1440 : 1460;
        w.At(0.9).Listen();
        w.At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(Seg(SYN | ACK, 0, 1).Mss(mss));
        w.At(1.005).Send(RST, 1);
        w.At(1.100).Connect();
        w.At(1.101).Expect(Seg(SYN, 0).Mss(mss));
    });
    AddBoth("options: MSS of the peer: no segment is larger", [](Script& w) {
        w.Set("SegmentSize", UintegerValue(1400));
        w.At(0.9).Listen();
        w.At(1.000).Send(Seg(SYN, 0).Mss(300));
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.At(1.005).Send(ACK, 1, 1);
        w.At(1.100).Write(700);
        w.At(1.101).Expect(ACK, 1, 1, 300).Expect(ACK, 301, 1, 300).Expect(ACK, 601, 1, 100);
    });
    AddBoth("options: no MSS from the peer: 536 or 1220 at most", [](Script& w) {
        const int most = w.IsV6() ? 1220 : 536;
        w.Set("SegmentSize", UintegerValue(1400));
        w.PassiveOpen(1.0);
        w.At(1.100).Write(1400);
        w.At(1.101).Expect(ACK, 1, 1, most);
        w.Skip();
    });
    Add("options: none on SYN: none but MSS on SYN+ACK", [](Script& w) {
        w.At(0.9).Listen();
        w.At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.Check(w.Last().ws < 0 && !w.Last().sackOk && !w.Last().hasTs, "an option not offered");
    });
    Add("options: all on SYN: answered, TSecr echoes", [](Script& w) {
        w.At(0.9).Listen();
        w.At(1.000).Send(Seg(SYN, 0).Mss(1460).SackOk().Ws(3).Ts(777, 0));
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.Check(w.Last().ws >= 0, "no window scale");
        w.Check(w.Last().ws <= 14, "window scale over 14");
        w.Check(w.Last().sackOk, "no SACK permitted");
        w.Check(w.Last().hasTs && w.Last().tsEcr == 777, "TSecr is not the TSval of the SYN");
        w.At(1.005).Send(Seg(ACK, 1, 1).Ts(778, w.Last().tsVal));
        w.At(1.100).Write(10);
        w.At(1.101).Expect(ACK, 1, 1, 10);
        w.Check(w.Last().hasTs && w.Last().tsEcr == 778, "no timestamp after the handshake");
    });
    Add("options: SYN: TSecr of a SYN is zero", [](Script& w) {
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0);
        w.Check(!w.Last().hasTs || w.Last().tsEcr == 0, "TSecr without an echo");
        w.Check(w.Last().mss > 0, "no MSS option");
    });
    Add("options: none on SYN+ACK: none used after", [](Script& w) {
        w.ActiveOpen(1.0);
        w.At(1.100).Write(10);
        w.At(1.101).Expect(ACK, 1, 1, 10);
        w.Check(!w.Last().hasTs && w.Last().options.empty(), "an option not agreed");
    });
    Add("options: malformed on SYN: a connection without them", [](Script& w) {
        w.At(0.9).Listen();
        w.Current();
        Segment s = w.Make(Seg(SYN, 0));
        s.options = std::string("\x02\x00\x05\xb4\x03\xff\x01\x00", 8);
        w.At(1.000).Skip();
        w.Wire().Send(s);
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.At(1.005).Send(ACK, 1, 1);
        w.At(1.010).State("ESTABLISHED");
    });
    Add("options: unknown kind: skipped", [](Script& w) {
        w.At(0.9).Listen();
        w.Current();
        Segment s = w.Make(Seg(SYN, 0));
        s.options = std::string("\xfd\x08\x01\x02\x03\x04\x05\x06\x02\x04\x01\x2c", 12);
        w.At(1.000).Skip();
        w.Wire().Send(s);
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.At(1.005).Send(ACK, 1, 1);
        w.At(1.100).Write(400);
        w.At(1.101).Expect(ACK, 1, 1, 300).Expect(ACK, 301, 1, 100);
    });
}

void
OpenSuite::AddClosed()
{
    AddBoth("CLOSED: SYN: RST with seq 0, ack seq+1", [](Script& w) {
        w.Use(40000, 81);
        w.At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(RST | ACK, 0, 1).Connections(0);
    });
    Add("CLOSED: SYN with text: RST acknowledges both", [](Script& w) {
        w.Use(40000, 81);
        w.At(1.000).Send(SYN, 0, 0, 5);
        w.At(1.002).Expect(RST | ACK, 0, 6);
    });
    Add("CLOSED: text without ACK: RST acknowledges it", [](Script& w) {
        w.Use(40000, 81);
        w.At(1.000).Send(PSH, 1, 0, 5);
        w.At(1.002).Expect(RST | ACK, 0, 6);
    });
    Add("CLOSED: FIN without ACK: RST acknowledges it", [](Script& w) {
        w.Use(40000, 81);
        w.At(1.000).Send(FIN, 1);
        w.At(1.002).Expect(RST | ACK, 0, 2);
    });
    AddBoth("CLOSED: ACK: RST with seq of its ack, no ACK", [](Script& w) {
        w.Use(40000, 81);
        w.At(1.000).Send(ACK, 1, 777);
        w.At(1.002).Expect(RST, 777);
        w.At(1.100).Send(FIN | ACK, 1, 888, 20);
        w.At(1.102).Expect(RST, 888);
    });
    Add("CLOSED: SYN+ACK: RST with seq of its ack", [](Script& w) {
        w.Use(40000, 81);
        w.At(1.000).Send(SYN | ACK, 0, 777);
        w.At(1.002).Expect(RST, 777);
    });
    AddBoth("CLOSED: RST: nothing", [](Script& w) {
        w.Use(40000, 81);
        w.At(1.000).Send(RST, 1).Send(RST | ACK, 1, 5).Send(RST | SYN, 1);
        w.At(2.000).Nothing();
    });
}

void
OpenSuite::AddListen()
{
    const auto thenOpens = [](Script& w) {
        w.At(2.000).Connections(0).Send(SYN, 0);
        w.At(2.002).Expect(SYN | ACK, 0, 1);
        w.At(2.005).Send(ACK, 1, 1);
        w.At(2.010).State("ESTABLISHED").Events("created");
    };
    Add("LISTEN: RST: ignored", [thenOpens](Script& w) {
        w.At(0.9).Listen();
        w.At(1.000).Send(RST, 0).Send(RST | ACK, 1, 77).Send(RST | SYN, 0);
        w.At(1.900).Nothing();
        thenOpens(w);
    });
    AddBoth("LISTEN: ACK: RST with seq of its ack", [thenOpens](Script& w) {
        w.At(0.9).Listen();
        w.At(1.000).Send(ACK, 1, 77);
        w.At(1.002).Expect(RST, 77);
        thenOpens(w);
    });
    Add("LISTEN: SYN+ACK: RST with seq of its ack", [thenOpens](Script& w) {
        w.At(0.9).Listen();
        w.At(1.000).Send(SYN | ACK, 0, 77);
        w.At(1.002).Expect(RST, 77);
        thenOpens(w);
    });
    Add("LISTEN: no flags, text or FIN alone: dropped", [thenOpens](Script& w) {
        w.At(0.9).Listen();
        w.At(1.000).Send(0, 1).Send(PSH, 1, 0, 10).Send(FIN, 1).Send(URG, 1).Send(FIN | PSH, 1);
        w.At(1.900).Nothing();
        thenOpens(w);
    });
    Add("LISTEN: SYN with a bad checksum: dropped", [thenOpens](Script& w) {
        w.At(0.9).Listen();
        w.At(1.000).Send(Seg(SYN, 0).Bad());
        w.At(1.900).Nothing();
        thenOpens(w);
    });
    Add("LISTEN: close: later SYNs are refused", [](Script& w) {
        w.At(0.9).Listen();
        w.At(1.000).CloseListener();
        w.At(1.100).Send(SYN, 0);
        w.At(1.102).Expect(RST | ACK, 0, 1);
    });
    Add("LISTEN: close: accepted connections go on", [](Script& w) {
        w.PassiveOpen(1.0);
        w.At(1.100).CloseListener();
        w.At(1.200).Send(ACK, 1, 1, 10);
        w.At(1.202).Expect(ACK, 1, 11).Received(10).State("ESTABLISHED");
    });
    Add("LISTEN: application refuses the request: no connection", [](Script& w) {
        w.At(0.9).Accept(false).Listen();
        w.At(1.000).Send(SYN, 0);
        w.At(1.010).Skip();
        const auto& seen = w.Wire().seen;
        if (!seen.empty() && (seen.back().flags & SYN))
        {
            w.At(1.020).Send(ACK, 1, 1);
        }
        w.At(1.100).Skip().Connections(0);
        w.Check(w.Listener().events == "request", "listener saw " + w.Listener().events);
    });
    Add("LISTEN: SYN from or to an address that is no host's: dropped", [thenOpens](Script& w) {
        w.At(0.9).Listen();
        w.Current();
        w.At(1.0).Skip();
        for (const char* from : {"10.0.0.255", "224.0.0.1", "255.255.255.255"})
        {
            Segment s = w.Make(Seg(SYN, 0));
            s.src = Ipv4Address(from);
            w.Wire().Send(s);
        }
        for (const char* to : {"10.0.0.255", "224.0.0.1", "255.255.255.255"})
        {
            Segment s = w.Make(Seg(SYN, 0));
            s.dst = Ipv4Address(to);
            w.Wire().Send(s);
        }
        w.At(1.9).Nothing();
        thenOpens(w);
    });
    Add("LISTEN: many ports of one peer: each its own connection", [](Script& w) {
        w.At(0.9).Listen();
        for (uint16_t i = 0; i < 5; i++)
        {
            w.Use(41000 + i).At(1 + 0.1 * i).Send(SYN, 0);
            w.At(1.002 + 0.1 * i).Expect(SYN | ACK, 0, 1);
            w.At(1.005 + 0.1 * i).Send(ACK, 1, 1);
        }
        w.At(2.0).Connections(5);
        w.Use(41002).Send(ACK, 1, 1, 5);
        w.At(2.002).Expect(ACK, 1, 6);
    });
}

void
OpenSuite::AddSynReceived()
{
    const auto half = [](Script& w) {
        w.At(0.9).Listen();
        w.At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.At(1.010).State("SYN-RECEIVED").Connections(1);
    };
    Add("SYN-RECEIVED: SYN again: answered, no second record", [half](Script& w) {
        half(w);
        w.At(1.100).Send(SYN, 0);
        w.At(1.110).Skip().State("SYN-RECEIVED").Connections(1);
        const Segment& answer = w.Wire().seen.back();
        w.Check(w.Wire().seen.size() == 2 && (answer.flags & ACK) && !(answer.flags & RST) &&
                    answer.ack == w.Current().isn + 1,
                "answered by neither SYN+ACK nor ACK");
        w.At(1.200).Send(ACK, 1, 1);
        w.At(1.210).Nothing().State("ESTABLISHED").Events("created");
    });
    AddBoth("SYN-RECEIVED: timeout: SYN+ACK again after 1, 2, 4 s", [half](Script& w) {
        half(w);
        w.At(2.002, 0.05).Expect(SYN | ACK, 0, 1);
        w.At(4.002, 0.05).Expect(SYN | ACK, 0, 1);
        w.At(8.002, 0.05).Expect(SYN | ACK, 0, 1);
        w.At(8.500).Send(ACK, 1, 1);
        w.At(20.00).Nothing().State("ESTABLISHED").Events("created");
    });
    Add("SYN-RECEIVED: never answered: forgotten without a word to the application",
        [half](Script& w) {
            half(w);
            w.At(600).Skip().Connections(0);
            w.Check(w.Listener().events.find("created") == std::string::npos, "was accepted");
            w.Send(SYN, 0);
            w.At(600.002).Expect(SYN | ACK, 0, 1);
        });
    Add("SYN-RECEIVED: RST in sequence: returns to LISTEN", [half](Script& w) {
        half(w);
        w.At(1.100).Send(RST, 1);
        w.At(1.900).Nothing().Connections(0).Path("LISTEN SYN-RECEIVED LISTEN");
        w.At(2.000).Send(SYN, 0);
        w.At(2.002).Expect(SYN | ACK, 0, 1);
    });
    Add("SYN-RECEIVED: RST in window but not in sequence: challenge ACK", [half](Script& w) {
        half(w);
        w.At(1.100).Send(RST, 50);
        w.At(1.102).Expect(ACK, 1, 1).State("SYN-RECEIVED");
    });
    Add("SYN-RECEIVED: RST out of window: dropped", [half](Script& w) {
        half(w);
        w.At(1.100).Send(RST, -1000);
        w.At(1.900).Nothing().State("SYN-RECEIVED");
    });
    Add("SYN-RECEIVED: ACK of what was not sent: RST with its ack, stays", [half](Script& w) {
        half(w);
        w.At(1.100).Send(ACK, 1, 2);
        w.At(1.102).Expect(RST, 2).State("SYN-RECEIVED");
        w.At(1.200).Send(ACK, 1, 1);
        w.At(1.210).Nothing().State("ESTABLISHED");
    });
    Add("SYN-RECEIVED: ACK of nothing: RST with its ack, stays", [half](Script& w) {
        half(w);
        w.At(1.100).Send(ACK, 1, 0);
        w.At(1.102).Expect(RST, 0).State("SYN-RECEIVED");
    });
    Add("SYN-RECEIVED: text without ACK: dropped", [half](Script& w) {
        half(w);
        w.At(1.100).Send(PSH, 1, 0, 10);
        w.At(1.900).Nothing().State("SYN-RECEIVED");
    });
    Add("SYN-RECEIVED: new SYN in window: back to LISTEN, the new one is served",
        [half](Script& w) {
            half(w);
            w.At(1.100).Send(SYN, 100);
            w.At(1.900).Skip();
            w.At(1.950).Send(SYN, 100);
            w.At(1.960).Await(Seg(SYN | ACK, 0, 101));
            w.At(1.970).Send(ACK, 101, 1);
            w.At(1.980).Nothing().State("ESTABLISHED");
        });
}

OpenSuite::OpenSuite()
    : Suite("tcp-conn-wire-open")
{
    AddHandshake();
    AddOptions();
    AddClosed();
    AddListen();
    AddSynReceived();
}

/** The one instance. */
OpenSuite g_openSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
