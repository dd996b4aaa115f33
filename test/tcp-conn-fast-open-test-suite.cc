/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-wire-script.h"

#include "ns3/double.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

/**
 * @file
 * @ingroup tcp-conn
 * TCP Fast Open (RFC 7413) as the wire and an application see it.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/**
 * Sockets made from now on use Fast Open.
 * @param w the exchange
 * @param attributes attributes of the policy, as "Name=value|Name=value"
 */
void
Use(Script& w, const std::string& attributes = "")
{
    const std::string brackets = attributes.empty() ? "" : "[" + attributes + "]";
    w.Set("Handshake", StringValue("ns3::TcpConnFastOpen" + brackets));
}

/**
 * The peer asks for a cookie and resets the connection; a tenth of a second.
 * @param w the exchange
 * @param t when
 * @param port the peer's port
 * @return the cookie
 */
std::string
Ask(Script& w, double t, uint16_t port = 41000)
{
    w.Use(port);
    w.At(t).Send(Seg(SYN).Fo());
    w.At(t + 0.002).Expect(SYN | ACK, 0, 1);
    const std::string cookie = w.Last().cookie;
    w.At(t + 0.01).Send(RST, 1);
    w.At(t + 0.1).Nothing();
    return cookie;
}

/**
 * The host listens and gives the peer a cookie; until second 1.
 * @param w the exchange
 * @param attributes of the policy
 * @return the cookie
 */
std::string
Serve(Script& w, const std::string& attributes = "")
{
    Use(w, attributes);
    w.At(0.8).Listen();
    return Ask(w, 0.85);
}

/**
 * The peer opens with text and what is in the SYN is taken.
 * @param w the exchange
 * @param t when
 * @param cookie its cookie
 * @param port its port
 */
void
Open(Script& w, double t, const std::string& cookie, uint16_t port = 40000)
{
    w.Use(port);
    w.At(t).Send(Seg(SYN, 0, 0, 10).Fo(cookie));
    w.At(t + 0.002).Expect(SYN | ACK, 0, 11).State("SYN-RECEIVED");
}

/**
 * The peer opens with text and gets the three-way handshake; it resets the connection.
 * @param w the exchange
 * @param t when
 * @param cookie its cookie
 * @param port its port
 */
void
Declined(Script& w, double t, const std::string& cookie, uint16_t port)
{
    w.Use(port);
    w.At(t).Send(Seg(SYN, 0, 0, 10).Fo(cookie));
    w.At(t + 0.002).Expect(SYN | ACK, 0, 1).State("SYN-RECEIVED");
    w.At(t + 0.003).Send(RST, 1);
    w.At(t + 0.01).Nothing();
}

/**
 * The host connects with text and is granted a cookie; a tenth of a second.
 * @param w the exchange
 * @param t when
 * @param port the peer's port
 * @param mss MSS that the peer offers; -1: none
 */
void
Learn(Script& w, double t, uint16_t port = 8000, int mss = 1460)
{
    w.At(t).ConnectWith(10, port);
    w.At(t + 0.001).Expect(SYN, 0);
    w.Check(w.Last().hasFo && w.Last().cookie.empty(), "the SYN asks for no cookie");
    w.At(t + 0.002).Send(Seg(SYN | ACK, 0, 1).Mss(mss).Fo("kept-it!"));
    w.At(t + 0.004).Expect(ACK, 1, 1, 10);
    w.At(t + 0.005).Send(ACK, 1, 11);
    w.At(t + 0.02).Events("connected").Close();
    w.At(t + 0.022).Expect(FIN | ACK, 11, 1);
    w.At(t + 0.025).Send(RST | ACK, 1, 12);
    w.At(t + 0.1).Nothing();
}

/** Fast Open. */
class FastOpenSuite : public Suite
{
  public:
    FastOpenSuite();

  private:
    void AddGrant();
    void AddServer();
    void AddServerEnds();
    void AddLimits();
    void AddReplay();
    void AddOthers();
    void AddClient();
    void AddClientNegative();
};

// The server ------------------------------------------------------------------------------------

void
FastOpenSuite::AddGrant()
{
    AddBoth("LISTEN: SYN asks for a cookie: SYN+ACK has one of 8 bytes", [](Script& w) {
        Use(w);
        w.At(0.9).Listen();
        w.At(1.000).Send(Seg(SYN, 0, 0, 10).Fo());
        w.At(1.002).Expect(SYN | ACK, 0, 1).State("SYN-RECEIVED");
        w.Check(w.Last().hasFo && w.Last().cookie.size() == 8, "no cookie of eight bytes");
        w.At(1.005).Send(ACK, 1, 1, 10);
        w.At(1.007).Expect(ACK, 1, 11).Events("created data").Received(10);
        w.At(2.0).Nothing();
    });
    AddBoth("LISTEN: SYN without the option: no cookie", [](Script& w) {
        Use(w);
        w.At(0.9).Listen();
        w.At(1.000).Send(SYN);
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.Check(!w.Last().hasFo, "a cookie that nobody asked for");
        w.At(1.005).Send(RST, 1);
        w.At(1.010).Nothing();
    });
    AddBoth("LISTEN: the same peer gets the same cookie, another one another", [](Script& w) {
        const std::string cookie = Serve(w);
        w.Check(Ask(w, 1.0, 41001) == cookie, "not the same cookie");
        w.Use(41002);
        w.Current().peer = w.PeerAddress(1);
        w.At(1.200).Send(Seg(SYN).Fo());
        w.At(1.202).Expect(SYN | ACK, 0, 1);
        w.Check(w.Last().cookie.size() == 8 && w.Last().cookie != cookie, "the same cookie");
        w.At(1.205).Send(RST, 1);
        w.At(1.210).Nothing();
    });
    AddBoth("LISTEN: SYN with another's cookie: three-way, text once, the right cookie",
            [](Script& w) {
                const std::string cookie = Serve(w);
                w.Use(40000);
                w.Current().peer = w.PeerAddress(1);
                w.At(1.000).Send(Seg(SYN, 0, 0, 10).Fo(cookie));
                w.At(1.002).Expect(SYN | ACK, 0, 1);
                w.Check(w.Last().cookie.size() == 8 && w.Last().cookie != cookie, "no new cookie");
                w.At(1.005).Send(ACK, 1, 1, 10);
                w.At(1.007).Expect(ACK, 1, 11).Events("created data").Received(10);
                w.At(2.0).Nothing();
            });
    Add("LISTEN: SYN with a cookie of 4 or 16 bytes: three-way, the right cookie", [](Script& w) {
        const std::string cookie = Serve(w);
        Declined(w, 1.0, cookie.substr(0, 4), 40001);
        w.Check(w.Last().cookie == cookie, "not the right cookie");
        Declined(w, 1.1, cookie + cookie, 40002);
        w.Check(w.Last().cookie == cookie, "not the right cookie");
    });
}

void
FastOpenSuite::AddServer()
{
    AddBoth("LISTEN: SYN with cookie and text: delivered and acknowledged at once", [](Script& w) {
        const std::string cookie = Serve(w);
        Open(w, 1.0, cookie);
        w.Check(!w.Last().hasFo, "a cookie that it has");
        w.Events("created data").Received(10);
        w.At(1.005).Send(ACK, 11, 1);
        w.At(1.010).Nothing().State("ESTABLISHED");
        w.Path("LISTEN SYN-RECEIVED ESTABLISHED").Events("created data");
        w.Check(w.End().states == "ESTABLISHED", "State traced " + w.End().states);
        w.At(1.100).Send(ACK, 11, 1, 5);
        w.At(1.102).Expect(ACK, 1, 16).Received(15);
    });
    AddBoth("SYN-RECEIVED: the answer goes before the third segment", [](Script& w) {
        const std::string cookie = Serve(w);
        Open(w, 1.0, cookie);
        w.At(1.010).Write(1000);
        w.At(1.011).Expect(ACK, 1, 11, 536);
        w.At(1.011).Expect(ACK, 537, 11, 464).State("SYN-RECEIVED");
        w.At(1.020).Send(ACK, 11, 1001);
        w.At(1.030).Nothing().State("ESTABLISHED");
        w.Check(w.End().acked == 1000, "told of " + std::to_string(w.End().acked));
        w.At(3.0).Nothing();
    });
    Add("SYN-RECEIVED: no more of the answer than the peer's window", [](Script& w) {
        const std::string cookie = Serve(w);
        w.Use(40000);
        w.At(1.000).Send(Seg(SYN, 0, 0, 10).Fo(cookie).Win(700));
        w.At(1.002).Expect(SYN | ACK, 0, 11);
        w.At(1.010).Write(1000);
        w.At(1.011).Expect(ACK, 1, 11, 536);
        w.At(1.011).Nothing();
        w.At(1.020).Send(ACK, 11, 537);
        w.At(1.022).Expect(ACK, 537, 11, 464);
        w.At(1.030).Send(ACK, 11, 1001);
        w.At(1.040).Nothing();
    });
    AddBoth("LISTEN: cookie without text: the server may speak first", [](Script& w) {
        const std::string cookie = Serve(w);
        w.Use(40000);
        w.At(1.000).Send(Seg(SYN).Fo(cookie));
        w.At(1.002).Expect(SYN | ACK, 0, 1).Events("created");
        w.At(1.010).Write(20);
        w.At(1.011).Expect(ACK, 1, 1, 20).State("SYN-RECEIVED");
        w.At(1.020).Send(ACK, 1, 21);
        w.At(1.030).Nothing().State("ESTABLISHED").Events("created");
    });
    AddBoth("LISTEN: FIN with the text: CLOSE-WAIT, all of it acknowledged", [](Script& w) {
        const std::string cookie = Serve(w);
        w.Use(40000);
        w.At(1.000).Send(Seg(SYN | FIN, 0, 0, 10).Fo(cookie));
        w.At(1.002).Expect(SYN | ACK, 0, 12).State("CLOSE-WAIT");
        w.Events("created data normal").Received(10);
        w.At(1.010).Write(20).Close();
        w.At(1.011).ExpectWithFin(1, 12, 20).State("LAST-ACK");
        w.At(1.020).Send(ACK, 12, 22);
        w.At(1.030).Nothing().Connections(0);
    });
    Add("CLOSE-WAIT, our SYN not acknowledged: the SYN again: the SYN+ACK again", [](Script& w) {
        const std::string cookie = Serve(w);
        w.Use(40000);
        w.At(1.000).Send(Seg(SYN | FIN, 0, 0, 10).Fo(cookie));
        w.At(1.002).Expect(SYN | ACK, 0, 12);
        w.At(1.500).Send(SYN);
        w.At(1.502).Expect(SYN | ACK, 0, 12).State("CLOSE-WAIT");
        w.At(1.510).Send(ACK, 12, 1);
        w.At(1.520).Nothing().State("CLOSE-WAIT");
        w.At(1.600).Send(SYN);
        w.At(1.602).Expect(ACK, 1, 12); // now it is challenged
    });
    Add("SYN-RECEIVED: the server answers and closes: FIN with the answer", [](Script& w) {
        const std::string cookie = Serve(w);
        Open(w, 1.0, cookie);
        w.At(1.010).Write(20).Close();
        w.At(1.011).ExpectWithFin(1, 11, 20).State("FIN-WAIT-1");
        w.At(1.020).Send(ACK, 11, 22);
        w.At(1.030).Nothing().State("FIN-WAIT-2");
        w.At(1.040).Send(FIN | ACK, 11, 22);
        w.At(1.042).Expect(ACK, 22, 12).State("TIME-WAIT");
    });
    Add("LISTEN: more text than the window: what fits is acknowledged", [](Script& w) {
        w.Set("RcvBufSize", UintegerValue(6));
        const std::string cookie = Serve(w);
        w.NoRead().Use(40000);
        w.At(1.000).Send(Seg(SYN, 0, 0, 10).Fo(cookie));
        w.At(1.002).Expect(Seg(SYN | ACK, 0, 7).Win(0));
        w.At(1.010).Read().Received(6);
        w.At(1.020).Send(ACK, 7, 1, 4);
        w.At(1.022).Expect(ACK, 1, ANY);
        w.At(1.030).Skip();
    });
    Add("SYN-RECEIVED: waits in the accept queue before the third segment", [](Script& w) {
        w.Set("AcceptInterval", TimeValue(MilliSeconds(500)));
        const std::string cookie = Serve(w);
        Open(w, 1.0, cookie);
        w.Check(w.Listener().events == "request request", "listener saw " + w.Listener().events);
        w.At(1.100).Send(ACK, 11, 1);
        w.At(1.600).Nothing().Events("created data").Received(10);
    });
}

void
FastOpenSuite::AddServerEnds()
{
    AddBoth("SYN-RECEIVED: SYN again, without text: SYN+ACK again, of the text", [](Script& w) {
        const std::string cookie = Serve(w);
        Open(w, 1.0, cookie);
        w.At(1.100).Send(SYN);
        w.At(1.102).Expect(SYN | ACK, 0, 11).State("SYN-RECEIVED");
        w.Check(!w.Last().hasFo, "option in a repetition");
        w.At(1.110).Send(ACK, 11, 1);
        w.At(1.120).Nothing().State("ESTABLISHED").Events("created data").Received(10);
    });
    Add("SYN-RECEIVED: SYN+ACK lost: again, alone; then the answer at once", [](Script& w) {
        const std::string cookie = Serve(w);
        Open(w, 1.0, cookie);
        w.At(1.010).Write(20);
        w.At(1.011).Expect(ACK, 1, 11, 20);
        w.At(2.001).Expect(SYN | ACK, 0, 11).State("SYN-RECEIVED");
        w.Check(!w.Last().hasFo, "option in a repetition");
        w.At(2.010).Send(ACK, 11, 1);
        w.At(2.012).Expect(ACK, 1, 11, 20).State("ESTABLISHED");
        w.At(2.020).Send(ACK, 11, 21);
        w.At(8.0).Nothing();
    });
    Add("SYN-RECEIVED: no answer to the SYN+ACKs: the application is told", [](Script& w) {
        w.Set("ConnCount", UintegerValue(2));
        const std::string cookie = Serve(w);
        Open(w, 1.0, cookie);
        w.At(2.001).Expect(SYN | ACK, 0, 11);
        w.At(4.001).Expect(SYN | ACK, 0, 11);
        w.At(8.100).Nothing().Events("created data error").Failure("timed-out").Connections(0);
    });
    AddBoth("SYN-RECEIVED: RST: the application is told", [](Script& w) {
        const std::string cookie = Serve(w);
        Open(w, 1.0, cookie);
        w.At(1.010).Send(RST, 11);
        w.At(1.020).Nothing().Events("created data error").Failure("reset").Connections(0);
    });
    Add("SYN-RECEIVED: RST not at RCV.NXT: challenge ACK", [](Script& w) {
        const std::string cookie = Serve(w);
        Open(w, 1.0, cookie);
        w.At(1.010).Send(RST, 12);
        w.At(1.012).Expect(ACK, 1, 11).State("SYN-RECEIVED");
    });
    Add("SYN-RECEIVED: SYN in the window: challenge ACK", [](Script& w) {
        const std::string cookie = Serve(w);
        Open(w, 1.0, cookie);
        w.At(1.010).Send(SYN, 500);
        w.At(1.012).Expect(ACK, 1, 11).State("SYN-RECEIVED");
    });
    Add("SYN-RECEIVED: ACK of what was not sent: RST of it, and nothing else", [](Script& w) {
        const std::string cookie = Serve(w);
        Open(w, 1.0, cookie);
        w.At(1.010).Send(ACK, 11, 2);
        w.At(1.012).Expect(RST, 2).State("SYN-RECEIVED").Events("created data");
    });
    AddBoth("SYN-RECEIVED: hard ICMP error: the application is told", [](Script& w) {
        const std::string cookie = Serve(w);
        Open(w, 1.0, cookie);
        w.At(1.010).Icmp(w.IsV6() ? 1 : 3, w.IsV6() ? 4 : 3);
        w.At(1.020).Nothing().Events("created data error").Failure("unreachable").Connections(0);
    });
    Add("SYN-RECEIVED: the server aborts: RST", [](Script& w) {
        const std::string cookie = Serve(w);
        Open(w, 1.0, cookie);
        w.NoRead();
        w.Set("Linger", DoubleValue(0));
        Open(w, 1.1, cookie, 40001);
        w.At(1.110).Close();
        w.At(1.112).ExpectReset(1).Connections(1);
    });
}

void
FastOpenSuite::AddLimits()
{
    Add("PendingLimit: beyond it three-way, below it again Fast Open", [](Script& w) {
        const std::string cookie = Serve(w, "PendingLimit=1");
        Open(w, 1.0, cookie, 40000);
        Declined(w, 1.1, cookie, 40001);
        w.Use(40000).At(1.2).Send(ACK, 11, 1);
        Open(w, 1.3, cookie, 40002);
    });
    Add("PendingLimit: one that was reset counts for ResetHold", [](Script& w) {
        const std::string cookie = Serve(w, "PendingLimit=1|ResetHold=10s");
        Open(w, 1.0, cookie, 40000);
        w.At(1.1).Send(RST, 11);
        Declined(w, 2.0, cookie, 40001);
        Declined(w, 11.0, cookie, 40002);
        Open(w, 11.2, cookie, 40003);
    });
    Add("PendingLimit: one that was given up counts no more", [](Script& w) {
        w.Set("ConnCount", UintegerValue(0));
        const std::string cookie = Serve(w, "PendingLimit=1");
        Open(w, 1.0, cookie, 40000);
        w.At(2.1).Nothing().Connections(0);
        Open(w, 2.2, cookie, 40001);
    });
    Add("PendingLimit: 0: no cookie is granted or taken", [](Script& w) {
        const std::string cookie = Serve(w);
        Use(w, "PendingLimit=0");
        w.Listen(81).Use(40000, 81);
        w.At(1.0).Send(Seg(SYN, 0, 0, 10).Fo(cookie));
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.Check(!w.Last().hasFo, "a cookie");
        w.At(1.1).Send(RST, 1);
        w.Use(40001, 81).At(1.2).Send(Seg(SYN).Fo());
        w.At(1.202).Expect(SYN | ACK, 0, 1);
        w.Check(!w.Last().hasFo, "a cookie");
        w.At(1.3).Send(RST, 1);
        w.At(1.4).Nothing();
    });
    Add("KeyLifetime: a cookie is good for two periods, in the second it is replaced",
        [](Script& w) {
            const std::string cookie = Serve(w, "KeyLifetime=10s");
            Open(w, 9.5, cookie, 40000);
            w.Check(!w.Last().hasFo, "replaced in its own period");
            w.At(9.6).Send(ACK, 11, 1);
            Open(w, 10.5, cookie, 40001);
            const std::string second = w.Last().cookie;
            w.Check(second.size() == 8 && second != cookie, "not replaced");
            w.At(10.6).Send(ACK, 11, 1);
            Open(w, 19.5, cookie, 40002);
            w.At(19.6).Send(ACK, 11, 1);
            Declined(w, 20.5, cookie, 40003);
            Open(w, 20.6, second, 40004);
        });
}

void
FastOpenSuite::AddReplay()
{
    AddBoth("A copy of the SYN after the connection: its text is not delivered again",
            [](Script& w) {
                const std::string cookie = Serve(w);
                Open(w, 1.0, cookie);
                w.At(1.1).Send(RST, 11);
                Declined(w, 2.0, cookie, 40000);
                Declined(w, 10.9, cookie, 40000);
                w.Check(w.Listener().events == "request request request request",
                        "listener saw " + w.Listener().events);
                w.Events("created data error").Received(10);
                Open(w, 11.1, cookie); // 2 MSL later there are no copies any more
            });
    Add("Another SYN from the same port is no copy", [](Script& w) {
        const std::string cookie = Serve(w);
        Open(w, 1.0, cookie);
        w.At(1.1).Send(RST, 11);
        w.At(1.2).Isn(77777);
        Open(w, 2.0, cookie);
    });
    Add("AllowReplay: a copy is taken as the first was", [](Script& w) {
        const std::string cookie = Serve(w, "AllowReplay=true");
        Open(w, 1.0, cookie);
        w.At(1.1).Send(RST, 11);
        Open(w, 2.0, cookie);
        w.Received(10);
    });
    Add("ReplayMemory: full: three-way until there is room", [](Script& w) {
        w.Set("MaxSegLifetime", DoubleValue(5));
        const std::string cookie = Serve(w, "ReplayMemory=1");
        Open(w, 1.0, cookie, 40000);
        w.At(1.1).Send(RST, 11);
        Declined(w, 10.9, cookie, 40001);
        Open(w, 11.1, cookie, 40002);
    });
}

void
FastOpenSuite::AddOthers()
{
    Add("Backlog: a full one drops the SYN, cookie or not", [](Script& w) {
        w.Set("Admission", StringValue("ns3::TcpConnBacklog[Backlog=1]"));
        const std::string cookie = Serve(w);
        w.Use(40001).At(1.0).Send(SYN);
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.Use(40002).At(1.1).Send(Seg(SYN, 0, 0, 10).Fo(cookie));
        w.At(1.2).Nothing();
    });
    Add("SYN cookies: come first; no text is taken and nothing kept", [](Script& w) {
        const std::string cookie = Serve(w);
        w.Set("Admission", StringValue("ns3::TcpConnSynCookies[Always=true]"));
        w.Listen(81).Use(40000, 81);
        w.At(1.0).Send(Seg(SYN, 0, 0, 10).Fo(cookie));
        w.At(1.002).Expect(SYN | ACK, 0, 1).Connections(0);
        w.At(1.1).Nothing();
    });
    Add("The application refuses: no cookie helps", [](Script& w) {
        const std::string cookie = Serve(w);
        w.Accept(false).Use(40000);
        w.At(1.0).Send(Seg(SYN, 0, 0, 10).Fo(cookie));
        w.At(1.1).Nothing().Connections(0);
    });
    AddBoth("Three-way handshake: no cookies, and no text before Connect", [](Script& w) {
        w.At(0.8).Listen();
        w.At(0.85).Send(Seg(SYN, 0, 0, 10).Fo());
        w.At(0.852).Expect(SYN | ACK, 0, 1);
        w.Check(!w.Last().hasFo, "a cookie");
        w.At(0.9).Send(RST, 1);
        w.At(1.0).Do([&w]() {
            Ptr<Socket> s = w.NewSocket();
            w.Check(s->Send(Create<Packet>(10)) == -1, "Send took text");
            w.Check(s->GetErrno() == Socket::ERROR_NOTCONN, "another error");
        });
    });
}

// The client ------------------------------------------------------------------------------------

void
FastOpenSuite::AddClient()
{
    AddBoth("Connect without text: a plain SYN", [](Script& w) {
        Use(w);
        w.At(1.0).Connect();
        w.At(1.001).Expect(SYN, 0);
        w.Check(!w.Last().hasFo, "Fast Open without text");
        w.At(1.010).Send(SYN | ACK, 0, 1);
        w.At(1.012).Expect(ACK, 1, 1).Events("connected");
    });
    AddBoth("Send, Connect, no cookie: it is asked for, the text follows at once", [](Script& w) {
        Use(w);
        Learn(w, 1.0);
    });
    AddBoth("Send, Connect with a cookie: the SYN has it and the text", [](Script& w) {
        Use(w);
        Learn(w, 1.0);
        w.At(2.0).ConnectWith(10);
        w.At(2.001).Expect(SYN, 0, 0, 10).State("SYN-SENT");
        w.Check(w.Last().cookie == "kept-it!", "not its cookie");
        w.At(2.010).Send(SYN | ACK, 0, 11);
        w.At(2.012).Expect(ACK, 11, 1).State("ESTABLISHED").Events("connected");
        w.Check(w.End().acked == 10, "told of " + std::to_string(w.End().acked));
        w.At(2.100).Write(5);
        w.At(2.101).Expect(ACK, 11, 1, 5);
        w.At(2.110).Send(ACK, 1, 16, 7);
        w.At(2.112).Expect(ACK, 16, 8).Received(7);
        w.At(4.0).Nothing();
    });
    AddBoth("SYN+ACK of the SYN alone: all of the text again, at once", [](Script& w) {
        Use(w);
        Learn(w, 1.0);
        w.At(2.0).ConnectWith(10);
        w.At(2.001).Expect(SYN, 0, 0, 10);
        w.At(2.010).Send(Seg(SYN | ACK, 0, 1).Fo("another!"));
        w.At(2.012).Expect(ACK, 1, 1, 10).State("ESTABLISHED").Events("connected");
        w.At(2.020).Send(ACK, 1, 11);
        w.At(2.100);
        w.Check(w.End().acked == 10, "told of " + std::to_string(w.End().acked));
        w.At(3.0).ConnectWith(10, 9001);
        w.At(3.001).Expect(SYN, 0, 0, 10);
        w.Check(w.Last().cookie == "another!", "not the new cookie");
    });
    Add("SYN+ACK of a part of the text: the rest again, at once", [](Script& w) {
        Use(w);
        Learn(w, 1.0);
        w.At(2.0).ConnectWith(10);
        w.At(2.001).Expect(SYN, 0, 0, 10);
        w.At(2.010).Send(SYN | ACK, 0, 5);
        w.At(2.012).Expect(ACK, 5, 1, 6).State("ESTABLISHED");
        w.At(2.020).Send(ACK, 1, 11);
        w.At(4.0).Nothing();
        w.Check(w.End().acked == 10, "told of " + std::to_string(w.End().acked));
    });
    AddBoth("SYN's text: the cached MSS less the options; the rest with the ACK", [](Script& w) {
        w.Set("SegmentSize", UintegerValue(1400));
        Use(w);
        Learn(w, 1.0, 8000, 600);
        w.At(2.0).ConnectWith(1000);
        // MSS 4, SACK and timestamps 12, window scale 4, cookie 12.
        w.At(2.001).Expect(SYN, 0, 0, 600 - 32);
        w.At(2.010).Send(Seg(SYN | ACK, 0, 569).Mss(600));
        w.At(2.012).Expect(ACK, 569, 1, 432);
        w.At(2.020).Send(ACK, 1, 1001);
        w.At(4.0).Nothing();
    });
    AddBoth("SYN's text: no MSS came with the cookie: 536 or 1220", [](Script& w) {
        w.Set("SegmentSize", UintegerValue(1400));
        Use(w);
        Learn(w, 1.0, 8000, -1);
        w.At(2.0).ConnectWith(2000);
        w.At(2.001).Expect(SYN, 0, 0, (w.IsV6() ? 1220 : 536) - 32);
    });
    Add("SYN's text: no more than SegmentSize and what was written", [](Script& w) {
        Use(w);
        Learn(w, 1.0);
        w.At(2.0).ConnectWith(1000);
        w.At(2.001).Expect(SYN, 0, 0, 536);
        w.At(2.010).Send(Seg(SYN | ACK, 0, 537));
        w.At(2.012).Expect(ACK, 537, 1, 464);
    });
    Add("SYN+ACK with text", [](Script& w) {
        Use(w);
        Learn(w, 1.0);
        w.At(2.0).ConnectWith(10);
        w.At(2.001).Expect(SYN, 0, 0, 10);
        w.At(2.010).Send(SYN | ACK, 0, 11, 20);
        w.At(2.012).Expect(ACK, 11, ANY).Received(20).Events("connected data");
        w.At(2.300).Skip();
        w.At(3.0).Nothing();
    });
    AddBoth("Simultaneous open: each text is delivered once", [](Script& w) {
        Use(w);
        Learn(w, 1.0);
        w.At(2.0).ConnectWith(10);
        w.At(2.001).Expect(SYN, 0, 0, 10);
        w.At(2.010).Send(Seg(SYN, 0, 0, 7).Fo("whatever"));
        w.At(2.012).Expect(SYN | ACK, 0, 1).State("SYN-RECEIVED").Events("");
        w.At(2.020).Send(ACK, 8, 11);
        w.At(2.022).State("ESTABLISHED").Events("connected data").Received(7);
        w.At(2.3).Skip();
        w.Check(w.End().acked == 10, "told of " + std::to_string(w.End().acked));
        w.At(4.0).Nothing();
    });
    Add("The application changes its mind: no text before Connect after Close", [](Script& w) {
        Use(w);
        w.At(1.0).Do([&w]() {
            Ptr<Socket> s = w.NewSocket();
            w.Check(s->Send(Create<Packet>(10)) == 10, "Send took no text");
            w.Check(s->GetTxAvailable() == 131072 - 10, "not in the send buffer");
            w.Check(s->Send(Create<Packet>(131072)) == -1, "Send took more than fits");
            w.Check(s->GetErrno() == Socket::ERROR_MSGSIZE, "another error");
            s->Close();
            w.Check(s->Send(Create<Packet>(10)) == -1, "Send took text after Close");
        });
        w.At(1.1).Nothing();
    });
}

void
FastOpenSuite::AddClientNegative()
{
    AddBoth("SYN with text unanswered: again without; not tried for NegativeLifetime",
            [](Script& w) {
                Use(w, "NegativeLifetime=60s");
                Learn(w, 1.0);
                w.At(2.0).ConnectWith(10);
                w.At(2.001).Expect(SYN, 0, 0, 10);
                w.At(3.001).Expect(SYN, 0);
                w.Check(!w.Last().hasFo, "option in a repetition");
                w.At(3.010).Send(SYN | ACK, 0, 1);
                w.At(3.012).Expect(ACK, 1, 1, 10).Events("connected");
                w.At(3.020).Send(ACK, 1, 11);
                w.At(62.0).ConnectWith(10, 9001);
                w.At(62.001).Expect(SYN, 0);
                w.Check(!w.Last().hasFo, "tried again too early");
                w.At(62.010).Send(SYN | ACK, 0, 1);
                w.At(62.012).Expect(ACK, 1, 1, 10);
                w.At(62.020).Send(ACK, 1, 11);
                w.At(64.0).ConnectWith(10, 9002);
                w.At(64.001).Expect(SYN, 0, 0, 10);
                w.Check(w.Last().cookie == "kept-it!", "not its cookie");
            });
    Add("SYN with text unanswered, but the text had come: all is well", [](Script& w) {
        Use(w);
        Learn(w, 1.0);
        w.At(2.0).ConnectWith(10);
        w.At(2.001).Expect(SYN, 0, 0, 10);
        w.At(3.001).Expect(SYN, 0);
        w.At(3.010).Send(SYN | ACK, 0, 11);
        w.At(3.012).Expect(ACK, 11, 1).Events("connected");
        w.At(4.0).ConnectWith(10, 9001);
        w.At(4.001).Expect(SYN, 0, 0, 10);
    });
    Add("SYN that asked unanswered: again without; not tried for NegativeLifetime", [](Script& w) {
        Use(w, "NegativeLifetime=5s");
        w.At(1.0).ConnectWith(10);
        w.At(1.001).Expect(SYN, 0);
        w.At(2.001).Expect(SYN, 0);
        w.Check(!w.Last().hasFo, "option in a repetition");
        w.At(2.010).Send(SYN | ACK, 0, 1);
        w.At(2.012).Expect(ACK, 1, 1, 10);
        w.At(2.020).Send(ACK, 1, 11);
        w.At(6.0).ConnectWith(10, 9001);
        w.At(6.001).Expect(SYN, 0);
        w.Check(!w.Last().hasFo, "tried again too early");
        w.At(6.010).Send(RST | ACK, 0, 1);
        Learn(w, 8.0);
    });
    Add("Text of the SYN not taken, and no cookie: not tried for NegativeLifetime", [](Script& w) {
        Use(w);
        Learn(w, 1.0);
        w.At(2.0).ConnectWith(10);
        w.At(2.001).Expect(SYN, 0, 0, 10);
        w.At(2.010).Send(SYN | ACK, 0, 1);
        w.At(2.012).Expect(ACK, 1, 1, 10);
        w.At(2.020).Send(ACK, 1, 11);
        w.At(3.0).ConnectWith(10, 9001);
        w.At(3.001).Expect(SYN, 0);
        w.Check(!w.Last().hasFo, "tried again at once");
    });
    Add("No answer at all: not tried for NegativeLifetime", [](Script& w) {
        w.Set("ConnCount", UintegerValue(1));
        Use(w);
        Learn(w, 1.0);
        w.At(2.0).ConnectWith(10);
        w.At(2.001).Expect(SYN, 0, 0, 10);
        w.At(3.001).Expect(SYN, 0);
        w.At(5.5).Nothing().Events("failed").Failure("timed-out");
        w.At(6.0).ConnectWith(10, 9001);
        w.At(6.001).Expect(SYN, 0);
        w.Check(!w.Last().hasFo, "tried again at once");
    });
    Add("Hard ICMP error: not tried for NegativeLifetime", [](Script& w) {
        Use(w);
        Learn(w, 1.0);
        w.At(2.0).ConnectWith(10);
        w.At(2.001).Expect(SYN, 0, 0, 10);
        w.At(2.010).Icmp(3, 2);
        w.At(2.020).Nothing().Events("failed").Failure("unreachable");
        w.At(3.0).ConnectWith(10, 9001);
        w.At(3.001).Expect(SYN, 0);
        w.Check(!w.Last().hasFo, "tried again at once");
    });
    Add("Refused: Fast Open is not to blame", [](Script& w) {
        Use(w);
        Learn(w, 1.0);
        w.At(2.0).ConnectWith(10);
        w.At(2.001).Expect(SYN, 0, 0, 10);
        w.At(2.010).Send(RST | ACK, 0, 11);
        w.At(2.020).Nothing().Events("failed").Failure("refused");
        w.At(3.0).ConnectWith(10, 9001);
        w.At(3.001).Expect(SYN, 0, 0, 10);
    });
}

FastOpenSuite::FastOpenSuite()
    : Suite("tcp-conn-fast-open")
{
    AddGrant();
    AddServer();
    AddServerEnds();
    AddLimits();
    AddReplay();
    AddOthers();
    AddClient();
    AddClientNegative();
}

FastOpenSuite g_fastOpenSuite; //!< The suite.

} // namespace
} // namespace TcpConnWire
} // namespace ns3
