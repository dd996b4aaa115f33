/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-wire-script.h"

#include "ns3/nstime.h"
#include "ns3/uinteger.h"

/**
 * @file
 * @ingroup tcp-conn
 * Active openings that do not go straight: RFC 9293 3.10.7.3 (SYN-SENT), the figures of its
 * section 3.5, RFC 6298 section 5, RFC 9293 3.8.3, and ICMP errors (RFC 5461).
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/** See the file. */
class SynSentSuite : public Suite
{
  public:
    SynSentSuite();

  private:
    void AddSegments();
    void AddSimultaneous();
    void AddTimeouts();
    void AddFigures();
    void AddIcmp();
};

/** Connect at 1 s; the SYN has been seen. */
void
Sent(Script& w)
{
    w.At(1.000).Connect();
    w.At(1.001).Expect(SYN, 0).State("SYN-SENT");
}

/** From 1.5 s on the opening comes to its end all the same. */
void
ThenOpens(Script& w)
{
    w.At(1.500).Nothing().State("SYN-SENT").Send(SYN | ACK, 0, 1);
    w.At(1.502).Expect(ACK, 1, 1).State("ESTABLISHED").Events("connected");
}

/** The attempt is over. */
void
Over(Script& w, const std::string& cause)
{
    w.State("CLOSED").Connections(0).Events("failed").Failure(cause);
}

void
SynSentSuite::AddSegments()
{
    Add("SYN-SENT: SYN+ACK with ack of nothing: RST with its ack", [](Script& w) {
        Sent(w);
        w.At(1.100).Send(SYN | ACK, 0, 0);
        w.At(1.102).Expect(RST, 0);
        ThenOpens(w);
    });
    AddBoth("SYN-SENT: SYN+ACK with ack of what was not sent: RST with its ack", [](Script& w) {
        Sent(w);
        w.At(1.100).Send(SYN | ACK, 0, 2);
        w.At(1.102).Expect(RST, 2);
        ThenOpens(w);
    });
    Add("SYN-SENT: bare ACK, wrong: RST with its ack", [](Script& w) {
        Sent(w);
        w.At(1.100).Send(ACK, 500, 5000);
        w.At(1.102).Expect(RST, 5000);
        ThenOpens(w);
    });
    Add("SYN-SENT: FIN+ACK, wrong ack: RST with its ack", [](Script& w) {
        Sent(w);
        w.At(1.100).Send(FIN | ACK, 500, -1);
        w.At(1.102).Expect(RST, -1);
        ThenOpens(w);
    });
    Add("SYN-SENT: RST+ACK, wrong ack: dropped", [](Script& w) {
        Sent(w);
        w.At(1.100).Send(RST | ACK, 0, 0).Send(RST | ACK, 0, 2).Send(RST | SYN | ACK, 0, 7);
        ThenOpens(w);
    });
    AddBoth("SYN-SENT: RST+ACK, right ack: refused", [](Script& w) {
        Sent(w);
        w.At(1.100).Send(RST | ACK, 0, 1);
        w.At(1.110).Nothing();
        Over(w, "refused");
        w.At(10.0).Nothing();
    });
    Add("SYN-SENT: RST+SYN+ACK, right ack: refused", [](Script& w) {
        Sent(w);
        w.At(1.100).Send(RST | SYN | ACK, 0, 1);
        w.At(1.110).Nothing();
        Over(w, "refused");
    });
    Add("SYN-SENT: RST without ACK: dropped", [](Script& w) {
        Sent(w);
        w.At(1.100).Send(RST, 0).Send(RST, 1).Send(RST | SYN, 0);
        ThenOpens(w);
    });
    Add("SYN-SENT: bare ACK, right ack: dropped", [](Script& w) {
        Sent(w);
        w.At(1.100).Send(ACK, 1, 1).Send(FIN | ACK, 1, 1).Send(ACK, 1, 1, 20);
        ThenOpens(w);
        w.Received(0);
    });
    Add("SYN-SENT: neither SYN nor RST nor ACK: dropped", [](Script& w) {
        Sent(w);
        w.At(1.100).Send(0, 1).Send(FIN, 1).Send(PSH | URG, 1, 0, 20);
        ThenOpens(w);
    });
    Add("SYN-SENT: SYN+ACK with a bad checksum: dropped", [](Script& w) {
        Sent(w);
        w.At(1.100).Send(Seg(SYN | ACK, 0, 1).Bad());
        ThenOpens(w);
    });
    Add("SYN-SENT: SYN+ACK from another address or port: RST, attempt goes on", [](Script& w) {
        Sent(w);
        Segment s = w.Make(Seg(SYN | ACK, 0, 1));
        s.srcPort = 9999;
        w.At(1.100).Skip();
        w.Wire().Send(s);
        w.At(1.200).Skip();
        const Segment& r = w.Wire().seen.back();
        w.Check(r.flags == RST && r.dstPort == 9999 && r.seq == s.ack, "no RST to the stranger");
        ThenOpens(w);
    });
    Add("SYN-SENT: SEND: queued, goes with or after the handshake's ACK", [](Script& w) {
        Sent(w);
        w.At(1.100).Write(10);
        w.At(1.200).Nothing().Send(SYN | ACK, 0, 1);
        w.At(1.300).Await(Seg(ACK, 1, 1, 10)).State("ESTABLISHED");
        w.Send(ACK, 1, 11);
        w.At(5.000).Nothing();
    });
    Add("SYN-SENT: RECEIVE: nothing there, try again", [](Script& w) {
        Sent(w);
        w.At(1.1).Do([&w]() {
            Ptr<Packet> p = w.Sock()->Recv();
            w.Check(!p || p->GetSize() == 0, "text from nowhere");
        });
    });
    Add("SYN-SENT: OPEN again: refused by Connect", [](Script& w) {
        Sent(w);
        w.At(1.1).Do([&w]() {
            w.Check(w.Sock()->Connect(w.PeerAddress().With(9000)) == -1, "second Connect taken");
        });
        ThenOpens(w);
    });
    Add("ESTABLISHED: SYN+ACK again: ACK", [](Script& w) {
        w.ActiveOpen();
        w.At(1.100).Send(SYN | ACK, 0, 1);
        w.At(1.102).Expect(ACK, 1, 1).State("ESTABLISHED").Events("connected");
    });
}

void
SynSentSuite::AddSimultaneous()
{
    AddBoth("SYN-SENT: SYN: SYN-RECEIVED and SYN+ACK, ACK establishes", [](Script& w) {
        Sent(w);
        w.At(1.100).Send(SYN, 0);
        w.At(1.102).Expect(SYN | ACK, 0, 1).State("SYN-RECEIVED");
        w.At(1.200).Send(ACK, 1, 1);
        w.At(1.210).Nothing().State("ESTABLISHED").Events("connected");
        w.Path("SYN-SENT SYN-RECEIVED ESTABLISHED");
    });
    AddBoth("simultaneous open: SYNs cross, then SYN+ACKs (RFC 9293 figure 7)", [](Script& w) {
        Sent(w);
        w.At(1.001).Send(SYN, 0);
        w.At(1.003).Expect(SYN | ACK, 0, 1).State("SYN-RECEIVED");
        w.At(1.004).Send(SYN | ACK, 0, 1);
        // Whether the second SYN is acknowledged once more is left open by the RFC.
        w.At(1.010).Skip().State("ESTABLISHED").Path("SYN-SENT SYN-RECEIVED ESTABLISHED");
        w.Events("connected");
        w.At(1.100).Write(10);
        w.At(1.101).Expect(ACK, 1, 1, 10);
        w.At(1.110).Send(ACK, 1, 11, 5);
        w.At(1.112).Expect(ACK, 11, 6).Received(5);
    });
    Add("simultaneous open: SYN+ACK overtakes SYN: the late SYN is acknowledged", [](Script& w) {
        Sent(w);
        w.At(1.003).Send(SYN | ACK, 0, 1);
        w.At(1.005).Expect(ACK, 1, 1).State("ESTABLISHED");
        w.At(1.010).Send(SYN, 0);
        w.At(1.012).Expect(ACK, 1, 1).State("ESTABLISHED").Events("connected");
    });
    Add("simultaneous open: SYN+ACK lost: sent again a second later", [](Script& w) {
        Sent(w);
        w.At(1.100).Send(SYN, 0);
        w.At(1.102).Expect(SYN | ACK, 0, 1);
        // The timer runs from the first SYN, or anew from the SYN+ACK.
        w.At(2.110).Await(Seg(SYN | ACK, 0, 1)).State("SYN-RECEIVED");
        w.Send(SYN | ACK, 0, 1);
        w.At(2.120).Skip().State("ESTABLISHED");
        w.At(9.000).Nothing();
    });
    Add("simultaneous open: RST in SYN-RECEIVED: refused", [](Script& w) {
        Sent(w);
        w.At(1.100).Send(SYN, 0);
        w.At(1.102).Expect(SYN | ACK, 0, 1);
        w.At(1.200).Send(RST, 1);
        w.At(1.210).Nothing();
        Over(w, "refused");
        w.Path("SYN-SENT SYN-RECEIVED CLOSED");
    });
    Add("simultaneous open: text on the crossing SYN+ACK: taken", [](Script& w) {
        Sent(w);
        w.At(1.100).Send(SYN, 0);
        w.At(1.102).Expect(SYN | ACK, 0, 1);
        w.At(1.200).Send(ACK, 1, 1, 8);
        w.At(1.202).Expect(ACK, 1, 9).State("ESTABLISHED").Received(8);
        w.Events("connected data");
    });
}

void
SynSentSuite::AddTimeouts()
{
    AddBoth("SYN lost: again after 1, 2, 4, 8, 16, 32, then 60 s (RFC 6298 5.5)", [](Script& w) {
        w.At(1.000).Connect();
        for (double t : {1.001, 2.001, 4.001, 8.001, 16.001, 32.001, 64.001, 124.001})
        {
            w.At(t, 0.05).Expect(SYN, 0);
        }
        w.At(181.0).State("SYN-SENT").Events("");
    });
    Add("SYN never answered: given up after 3 minutes or more (RFC 9293 3.8.3)", [](Script& w) {
        w.At(1.000).Connect();
        w.At(180.9).Skip().State("SYN-SENT").Events("");
        w.At(800).Skip();
        Over(w, "timed-out");
    });
    Add("SYN lost: each one the same, window and options too", [](Script& w) {
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0);
        const Segment first = w.Last();
        w.At(2.001, 0.05).Expect(SYN, 0);
        w.Check(w.Last().seq == first.seq && w.Last().mss == first.mss && w.Last().ws == first.ws &&
                    w.Last().sackOk == first.sackOk && w.Last().srcPort == first.srcPort,
                "the second SYN differs");
    });
    Add("ConnCount 2: two SYNs more, then timed out", [](Script& w) {
        w.Set("ConnCount", UintegerValue(2));
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0);
        w.At(2.001, 0.05).Expect(SYN, 0);
        w.At(4.001, 0.05).Expect(SYN, 0).State("SYN-SENT");
        w.At(7.900).Nothing().State("SYN-SENT");
        w.At(60.0).Nothing();
        Over(w, "timed-out");
    });
    Add("ConnTimeout 2 s: again after 2, 4, 8 s", [](Script& w) {
        w.Set("ConnTimeout", TimeValue(Seconds(2)));
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0);
        w.At(3.001, 0.05).Expect(SYN, 0);
        w.At(7.001, 0.05).Expect(SYN, 0);
        w.At(15.001, 0.1).Expect(SYN, 0);
    });
    Add("answered at the second SYN: established, timer off", [](Script& w) {
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0);
        w.At(2.001, 0.05).Expect(SYN, 0);
        w.At(2.100).Send(SYN | ACK, 0, 1);
        w.At(2.102).Expect(ACK, 1, 1).State("ESTABLISHED");
        w.At(60.0).Nothing().State("ESTABLISHED").Events("connected");
    });
    Add("a SYN was lost: first RTO for text is 3 s (RFC 6298 5.7)", [](Script& w) {
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0);
        w.At(2.001, 0.05).Expect(SYN, 0);
        w.At(2.100).Send(SYN | ACK, 0, 1);
        w.At(2.102).Expect(ACK, 1, 1);
        w.At(3.000).Write(10);
        w.At(3.001).Expect(ACK, 1, 1, 10);
        w.At(6.001, 0.05).Expect(ACK, 1, 1, 10);
    });
    Add("no SYN was lost: first RTO for text is 1 s (RFC 6298 2.4)", [](Script& w) {
        w.ActiveOpen();
        w.At(3.000).Write(10);
        w.At(3.001).Expect(ACK, 1, 1, 10);
        w.At(4.001, 0.05).Expect(ACK, 1, 1, 10);
    });
}

void
SynSentSuite::AddFigures()
{
    Add("RFC 9293 figure 8, listener: an old SYN, reset, then the new one", [](Script& w) {
        w.At(0.9).Listen();
        w.At(1.000).Send(SYN, -10);
        w.At(1.002).Expect(SYN | ACK, 0, -9);
        w.At(1.004).Send(RST, -9);
        w.At(1.010).Nothing().Connections(0);
        w.At(1.100).Send(SYN, 0);
        w.At(1.102).Expect(SYN | ACK, 0, 1);
        w.At(1.104).Send(ACK, 1, 1);
        w.At(1.110).Nothing().State("ESTABLISHED").Events("created");
    });
    Add("RFC 9293 figure 8, client: the answer to an old SYN of ours is reset", [](Script& w) {
        Sent(w);
        w.At(1.100).Send(SYN | ACK, 200, -9);
        w.At(1.102).Expect(RST, -9).State("SYN-SENT");
        ThenOpens(w);
    });
    Add("RFC 9293 figure 9, host stayed up: ACK to the new SYN, reset, new SYN served",
        [](Script& w) {
            w.PassiveOpen();
            w.At(1.100).Send(SYN, 300);
            w.At(1.102).Expect(ACK, 1, 1).State("ESTABLISHED");
            // The peer that has forgotten resets with the number that it was told.
            w.At(1.104).Send(RST, 1);
            w.At(1.110).Nothing().State("CLOSED").Events("created error").Failure("reset");
            w.At(1.200).Send(SYN, 300);
            w.At(1.202).Expect(SYN | ACK, 0, 301);
        });
    Add("RFC 9293 figure 9, host had crashed: resets the old ACK, opens at its next SYN",
        [](Script& w) {
            Sent(w);
            w.At(1.100).Send(ACK, 300, 100);
            w.At(1.102).Expect(RST, 100);
            w.At(2.001, 0.05).Expect(SYN, 0);
            w.At(2.100).Send(SYN | ACK, 0, 1);
            w.At(2.102).Expect(ACK, 1, 1).State("ESTABLISHED");
        });
    Add("RFC 9293 figure 10, host had crashed: old text gets RST", [](Script& w) {
        w.At(0.9).Listen();
        w.At(1.000).Send(ACK, 300, 100, 10);
        w.At(1.002).Expect(RST, 100).Connections(0);
    });
    Add("RFC 9293 figure 10, host stayed up: RST to its text ends it", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Write(10);
        w.At(1.101).Expect(ACK, 1, 1, 10);
        w.At(1.102).Send(RST, 1);
        w.At(9.000).Nothing().State("CLOSED").Events("created error").Failure("reset");
    });
    Add("RFC 9293 figure 11: old SYN at a listener, reset, back to LISTEN", [](Script& w) {
        w.At(0.9).Listen();
        w.At(1.000).Send(SYN, 7);
        w.At(1.002).Expect(SYN | ACK, 0, 8);
        w.At(1.004).Send(RST, 8);
        w.At(9.000).Nothing().Connections(0).Path("LISTEN SYN-RECEIVED LISTEN");
    });
}

void
SynSentSuite::AddIcmp()
{
    Add("SYN-SENT: ICMP port unreachable: hard, the attempt ends", [](Script& w) {
        Sent(w);
        w.At(1.100).Icmp(3, 3);
        w.At(1.110).State("CLOSED").Connections(0).Events("failed").Failure("unreachable");
        w.At(20.0).Nothing();
    });
    Add("SYN-SENT: ICMP protocol unreachable: hard, the attempt ends", [](Script& w) {
        Sent(w);
        w.At(1.100).Icmp(3, 2);
        w.At(1.110).State("CLOSED").Events("failed").Failure("unreachable");
    });
    Add("SYN-SENT: ICMP network and host unreachable, time exceeded: soft", [](Script& w) {
        Sent(w);
        w.At(1.100).Icmp(3, 0).Icmp(3, 1).Icmp(3, 5).Icmp(11, 0);
        ThenOpens(w);
    });
    Add("SYN-SENT: soft ICMP error, then no answer: unreachable", [](Script& w) {
        w.Set("ConnCount", UintegerValue(2));
        Sent(w);
        w.At(1.100).Icmp(3, 1);
        w.At(60.0).Skip();
        Over(w, "unreachable");
    });
    Add("SYN-SENT: ICMP error that quotes another number: ignored (RFC 5927)", [](Script& w) {
        Sent(w);
        Segment quoted = w.Last();
        quoted.seq += 12345;
        w.At(1.100).Skip();
        w.Wire().SendIcmp(w.PeerAddress(7), quoted, 3, 3);
        ThenOpens(w);
    });
    Add("ESTABLISHED: ICMP port and host unreachable: soft (RFC 5461)", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Write(10);
        w.At(1.101).Expect(ACK, 1, 1, 10);
        w.At(1.110).Icmp(3, 1).Icmp(3, 3).Icmp(3, 2).Icmp(11, 0);
        w.At(1.200).State("ESTABLISHED").Events("created");
        w.At(1.300).Send(ACK, 1, 11, 5);
        w.At(1.302).Expect(ACK, 11, 6).Received(5);
    });
    Add("ESTABLISHED: soft ICMP error, then no ACK: unreachable", [](Script& w) {
        w.Set("DataRetries", UintegerValue(2));
        w.PassiveOpen();
        w.At(1.100).Write(10);
        w.At(1.101).Expect(ACK, 1, 1, 10);
        w.At(1.110).Icmp(3, 1);
        w.At(300).Skip().State("CLOSED").Events("created error").Failure("unreachable");
    });
    Add("ESTABLISHED: ICMP fragmentation needed: sent again at once in smaller segments",
        [](Script& w) {
            w.Set("SegmentSize", UintegerValue(1460));
            w.At(0.9).Listen();
            w.At(1.000).Send(Seg(SYN, 0).Mss(1460));
            w.At(1.002).Expect(SYN | ACK, 0, 1);
            w.At(1.005).Send(ACK, 1, 1);
            w.At(1.100).Write(1460);
            w.At(1.101).Expect(ACK, 1, 1, 1460);
            w.At(1.110).Icmp(3, 4, 1000);
            w.At(1.112).Expect(ACK, 1, 1, 960).Expect(ACK, 961, 1, 500).State("ESTABLISHED");
            w.Skip();
        });
    AddV6("SYN-SENT: ICMPv6 port unreachable: hard, the attempt ends", [](Script& w) {
        Sent(w);
        w.At(1.100).Icmp(1, 4);
        w.At(1.110).State("CLOSED").Events("failed").Failure("unreachable");
    });
    AddV6("SYN-SENT: ICMPv6 no route and address unreachable: soft", [](Script& w) {
        Sent(w);
        w.At(1.100).Icmp(1, 0).Icmp(1, 3).Icmp(3, 0);
        ThenOpens(w);
    });
    AddV6("ESTABLISHED: ICMPv6 packet too big: sent again at once in smaller segments",
          [](Script& w) {
              w.Set("SegmentSize", UintegerValue(1440));
              w.At(0.9).Listen();
              w.At(1.000).Send(Seg(SYN, 0).Mss(1440));
              w.At(1.002).Expect(SYN | ACK, 0, 1);
              w.At(1.005).Send(ACK, 1, 1);
              w.At(1.100).Write(1440);
              w.At(1.101).Expect(ACK, 1, 1, 1440);
              w.At(1.110).Icmp(2, 0, 1300);
              w.At(1.112).Expect(ACK, 1, 1, 1240).Expect(ACK, 1241, 1, 200).State("ESTABLISHED");
              w.Skip();
          });
}

SynSentSuite::SynSentSuite()
    : Suite("tcp-conn-wire-syn-sent")
{
    AddSegments();
    AddSimultaneous();
    AddTimeouts();
    AddFigures();
    AddIcmp();
}

/** The one instance. */
SynSentSuite g_synSentSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
