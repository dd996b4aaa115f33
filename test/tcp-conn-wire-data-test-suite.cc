/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-wire-script.h"

#include "ns3/boolean.h"
#include "ns3/inet-socket-address.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/uinteger.h"

#include <algorithm>

/**
 * @file
 * @ingroup tcp-conn
 * Text on the wire and at the application: RFC 9293 3.8, 3.10.2, 3.10.3, RFC 6298, RFC 5681, and
 * what Socket calls return in each situation.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/** See the file. */
class DataSuite : public Suite
{
  public:
    DataSuite();

  private:
    void AddReceiving();
    void AddSending();
    void AddLoss();
    void AddWindow();
    void AddWrap();
    void AddCalls();
};

/** Passive open with delayed ACKs, past the segments that may be acknowledged at once at first. */
void
Warm(Script& w)
{
    w.Set("DelAckCount", UintegerValue(2));
    w.PassiveOpen();
    w.At(1.100).Send(ACK, 1, 1, 536).Send(ACK, 537, 1, 536);
    w.At(2.000).Await(Seg(ACK, 1, 1073)).Nothing();
}

void
DataSuite::AddReceiving()
{
    AddBoth("in order: acknowledged, delivered once", [](Script& w) {
        w.PassiveOpen();
        for (int i = 0; i < 10; i++)
        {
            w.At(1.1 + 0.1 * i).Send(ACK, 1 + 500 * i, 1, 500);
            w.At(1.102 + 0.1 * i).Expect(ACK, 1, 501 + 500 * i).Received(500 + 500 * i);
        }
        w.Events("created data");
    });
    AddBoth("out of order: duplicate ACKs, then all at once", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 21, 1, 10);
        w.At(1.102).Expect(ACK, 1, 1).Received(0);
        w.At(1.200).Send(ACK, 11, 1, 10);
        w.At(1.202).Expect(ACK, 1, 1).Received(0).Events("created");
        w.At(1.300).Send(ACK, 1, 1, 10);
        w.At(1.302).Expect(ACK, 1, 31).Received(30);
    });
    Add("two holes: filled one by one", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 31, 1, 10);
        w.At(1.102).Expect(ACK, 1, 1);
        w.At(1.200).Send(ACK, 11, 1, 10);
        w.At(1.202).Expect(ACK, 1, 1);
        w.At(1.300).Send(ACK, 1, 1, 10);
        w.At(1.302).Expect(ACK, 1, 21).Received(20);
        w.At(1.400).Send(ACK, 21, 1, 10);
        w.At(1.402).Expect(ACK, 1, 41).Received(40);
    });
    Add("overlapping segments: each byte once", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 11, 1, 20);
        w.At(1.102).Expect(ACK, 1, 1);
        w.At(1.200).Send(ACK, 21, 1, 20);
        w.At(1.202).Expect(ACK, 1, 1);
        w.At(1.300).Send(ACK, 1, 1, 15);
        w.At(1.302).Expect(ACK, 1, 41).Received(40);
        w.At(1.400).Send(ACK, 36, 1, 10);
        w.At(1.402).Expect(ACK, 1, 46).Received(45);
    });
    Add("a segment that covers queued ones: each byte once", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 11, 1, 5).Send(ACK, 21, 1, 5);
        w.At(1.102).Expect(ACK, 1, 1).Expect(ACK, 1, 1);
        w.At(1.200).Send(ACK, 1, 1, 40);
        w.At(1.202).Expect(ACK, 1, 41).Received(40);
    });
    Add("text with a bad checksum: dropped, taken when it comes again", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(Seg(ACK, 1, 1, 10).Bad());
        w.At(2.000).Nothing().Received(0).Send(ACK, 1, 1, 10);
        w.At(2.002).Expect(ACK, 1, 11).Received(10);
    });
    Add("delayed ACK: one segment is acknowledged within half a second", [](Script& w) {
        Warm(w);
        w.At(2.100).Send(ACK, 1073, 1, 10);
        w.At(2.120).Nothing();
        w.At(2.600).Await(Seg(ACK, 1, 1083)).Nothing();
    });
    Add("delayed ACK: every second full segment at once", [](Script& w) {
        Warm(w);
        w.At(2.100).Send(ACK, 1073, 1, 536).Send(ACK, 1609, 1, 536);
        w.At(2.110).Await(Seg(ACK, 1, 2145)).Nothing();
    });
    Add("delayed ACK: a hole is told at once", [](Script& w) {
        w.Set("DelAckCount", UintegerValue(2));
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 11, 1, 10);
        w.At(1.102).Expect(ACK, 1, 1);
        w.At(1.200).Send(ACK, 1, 1, 10);
        w.At(1.202).Expect(ACK, 1, 21);
    });
    Add("the ACK goes with text that is waiting", [](Script& w) {
        Warm(w);
        w.At(2.100).Send(ACK, 1073, 1, 10);
        w.At(2.110).Nothing().Write(20);
        w.At(2.111).Expect(ACK, 1, 1083, 20).Send(ACK, 1083, 21);
        w.At(4.000).Nothing();
    });
    Add("an idle connection says nothing and stays", [](Script& w) {
        w.PassiveOpen();
        w.At(5000).Nothing().State("ESTABLISHED").Send(ACK, 1, 1, 10);
        w.At(5000.002).Expect(ACK, 1, 11).Received(10);
    });
}

void
DataSuite::AddSending()
{
    AddBoth("text is sent at once and reported when acknowledged", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Write(1000);
        w.At(1.101).Expect(ACK, 1, 1, 536).Expect(ACK, 537, 1, 464);
        w.Check(w.End().acked == 0 || w.End().acked == 1000, "odd report of text sent");
        w.At(1.200).Send(ACK, 1, 1001);
        w.At(9.000).Nothing();
        w.Check(w.End().acked == 1000, "reported " + std::to_string(w.End().acked));
    });
    Add("SegmentSize: none is larger", [](Script& w) {
        w.Set("SegmentSize", UintegerValue(200));
        w.PassiveOpen();
        w.At(1.100).Write(500);
        w.At(1.101).Expect(ACK, 1, 1, 200).Expect(ACK, 201, 1, 200).Expect(ACK, 401, 1, 100);
    });
    Add("InitialCwnd 2: two segments, then more as ACKs come", [](Script& w) {
        w.Set("InitialCwnd", UintegerValue(2));
        w.PassiveOpen();
        w.At(1.100).Write(5360);
        w.At(1.101).Expect(ACK, 1, 1, 536).Expect(ACK, 537, 1, 536);
        w.At(1.110).Nothing().Send(ACK, 1, 1073);
        w.At(1.112).Expect(ACK, 1073, 1, 536).Expect(ACK, 1609, 1, 536);
        w.Skip();
    });
    Add("small writes, TcpNoDelay off: held while text is in flight (RFC 1122 4.2.3.4)",
        [](Script& w) {
            w.Set("TcpNoDelay", BooleanValue(false));
            w.PassiveOpen();
            w.At(1.100).Write(10);
            w.At(1.101).Expect(ACK, 1, 1, 10);
            w.At(1.110).Write(10).Write(10);
            w.At(1.200).Nothing().Send(ACK, 1, 11);
            w.At(1.202).Expect(ACK, 11, 1, 20);
        });
    Add("both ways at once", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Write(10).Send(ACK, 1, 1, 20);
        w.At(1.101).Expect(ACK, 1, 1, 10);
        w.At(1.102).Expect(ACK, 11, 21).Received(20);
        w.At(1.110).Send(ACK, 21, 11);
        w.At(9.000).Nothing();
    });
    Add("1 MB to a quick peer: all of it, in order", [](Script& w) {
        constexpr uint32_t total = 1000000;
        w.Set("SndBufSize", UintegerValue(total + 1000));
        w.PassiveOpen();
        w.At(1.1).Write(total);
        int64_t next = 1;
        double t = 1.1;
        while (next < 1 + total && t < 60)
        {
            t += 0.005;
            w.At(t).Skip();
            const auto& seen = w.Wire().seen;
            for (std::size_t i = seen.size() > 200 ? seen.size() - 200 : 0; i < seen.size(); i++)
            {
                const auto from = static_cast<int32_t>(seen[i].seq - w.Current().iss);
                const auto n = static_cast<int64_t>(seen[i].payload.size());
                if (from == next && n > 0)
                {
                    w.Check(seen[i].payload == Pattern(next - 1, n, true), "wrong text");
                    next += n;
                }
            }
            w.Send(ACK, 1, next);
        }
        w.At(t + 5).Skip();
        w.Check(next == 1 + total, "only " + std::to_string(next - 1) + " bytes came");
        w.Check(w.End().acked == total, "reported " + std::to_string(w.End().acked));
    });
}

void
DataSuite::AddLoss()
{
    AddBoth("three duplicate ACKs: sent again before the timeout (RFC 5681 3.2)", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Write(536 * 5);
        w.At(1.110).Skip().Send(ACK, 1, 1).Send(ACK, 1, 1);
        w.At(1.120).Nothing().Send(ACK, 1, 1);
        w.At(1.122).Expect(ACK, 1, 1, 536);
        w.At(1.130).Send(ACK, 1, 1 + 536 * 5);
        w.At(9.000).Nothing();
    });
    AddBoth("no ACK: again after 1, 2, 4 s (RFC 6298 5.5)", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Write(10);
        w.At(1.101).Expect(ACK, 1, 1, 10);
        w.At(2.101, 0.05).Expect(ACK, 1, 1, 10);
        w.At(4.101, 0.05).Expect(ACK, 1, 1, 10);
        w.At(8.101, 0.05).Expect(ACK, 1, 1, 10);
        w.At(8.200).Send(ACK, 1, 11);
        w.At(60.00).Nothing().State("ESTABLISHED");
    });
    Add("backoff ends at 60 s (RFC 6298 2.5)", [](Script& w) {
        w.Set("DataRetries", UintegerValue(12));
        w.PassiveOpen();
        w.At(1.000 + 0.1).Write(10);
        for (double t : {1.101, 2.101, 4.101, 8.101, 16.101, 32.101, 64.101, 124.101, 184.101})
        {
            w.At(t, 0.05).Expect(ACK, 1, 1, 10);
        }
    });
    Add("Karn: an ACK of text sent twice does not shorten the RTO (RFC 6298 3, 5)", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Write(10);
        w.At(1.101).Expect(ACK, 1, 1, 10);
        w.At(2.101, 0.05).Expect(ACK, 1, 1, 10);
        w.At(4.101, 0.05).Expect(ACK, 1, 1, 10);
        w.At(4.102, 0.05).Send(ACK, 1, 11);
        // No new measurement yet: the backed off timeout of 4 s holds.
        w.At(5.000).Nothing().Write(10);
        w.At(5.001).Expect(ACK, 11, 1, 10);
        w.At(9.001, 0.05).Expect(ACK, 11, 1, 10);
    });
    Add("an ACK of a part: the timer starts anew (RFC 6298 5.3)", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Write(1072);
        w.At(1.101).Expect(ACK, 1, 1, 536).Expect(ACK, 537, 1, 536);
        w.At(1.600).Send(ACK, 1, 537);
        w.At(2.601, 0.05).Expect(ACK, 537, 1, 536);
        w.Send(ACK, 1, 1073);
    });
    Add("DataRetries 3: four times in all, then error close", [](Script& w) {
        w.Set("DataRetries", UintegerValue(3));
        w.PassiveOpen();
        w.At(1.100).Write(10);
        for (double t : {1.101, 2.101, 4.101, 8.101})
        {
            w.At(t, 0.05).Expect(ACK, 1, 1, 10);
        }
        w.At(16.00).Nothing().State("ESTABLISHED");
        w.At(100.0).Skip().State("CLOSED").Connections(0);
        w.Events("created error").Failure("timed-out");
        for (const Segment& s : w.Wire().seen)
        {
            w.Check(s.payload.empty() || s.time < Seconds(9), "text after it was given up");
        }
    });
    Add("text of the peer again: ACK again, not delivered twice", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 1, 1, 10);
        w.At(1.102).Expect(ACK, 1, 11);
        w.At(2.100).Send(ACK, 1, 1, 10);
        w.At(2.102).Expect(ACK, 1, 11).Received(10);
    });
    Add("first segment lost, rest acknowledged by the retransmission", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Write(536 * 2);
        w.At(1.101).Expect(ACK, 1, 1, 536).Expect(ACK, 537, 1, 536);
        w.At(1.103).Send(ACK, 1, 1);
        w.At(2.101, 0.06).Expect(ACK, 1, 1, 536);
        w.Send(ACK, 1, 1073);
        w.At(20.00).Nothing();
    });
}

void
DataSuite::AddWindow()
{
    Add("peer's window 300: no more than that in flight", [](Script& w) {
        w.Window(300).PassiveOpen();
        w.At(1.100).Write(700);
        w.At(1.101).Expect(ACK, 1, 1, 300);
        w.At(1.110).Nothing().Send(ACK, 1, 301);
        w.At(1.112).Expect(ACK, 301, 1, 300);
        w.At(1.120).Nothing().Send(ACK, 1, 601);
        w.At(1.122).Expect(ACK, 601, 1, 100);
    });
    AddBoth("zero window: probed, and text goes on when it opens", [](Script& w) {
        w.Window(0).PassiveOpen();
        w.At(1.100).Write(10);
        w.At(1.200).Nothing();
        w.At(10.00, 9.0).Expect(Seg(ACK, ANY, 1, ANY)).State("ESTABLISHED");
        w.Check(w.Last().payload.size() <= 1, "a probe with much text");
        w.At(10.10).Skip().Send(ACK, 1, 1);
        w.At(10.20).Skip().Window(1000).Send(ACK, 1, 1);
        w.At(10.21).Await(Seg(ACK, 1, 1, 10)).Send(ACK, 1, 11);
        w.At(100.0).Nothing();
    });
    Add("zero window: probed for ever while the peer answers (RFC 9293 3.8.6.1)", [](Script& w) {
        w.Set("DataRetries", UintegerValue(3));
        w.Window(0).PassiveOpen();
        w.At(1.1).Write(10);
        int probes = 0;
        for (int second = 2; second < 2000; second++)
        {
            const std::size_t before = w.Wire().seen.size();
            w.At(second).Skip();
            if (w.Wire().seen.size() > before)
            {
                probes++;
                w.Send(ACK, 1, 1);
            }
        }
        w.State("ESTABLISHED").Events("created");
        w.Check(probes >= 10, std::to_string(probes) + " probes in 2000 s");
        w.Check(probes <= 1000, "probes do not slow down");
        w.Window(1000).At(2001).Skip().Send(ACK, 1, 1);
        w.At(2001.1).Await(Seg(ACK, 1, 1, 10)).Send(ACK, 1, 11);
    });
    Add("zero window: nobody answers the probes: timed out", [](Script& w) {
        w.Set("DataRetries", UintegerValue(3));
        w.Window(0).PassiveOpen();
        w.At(1.1).Write(10);
        w.At(2000).Skip().State("CLOSED").Failure("timed-out").Events("created error");
    });
    Add("window closes in mid-flight: what is out may still be acknowledged", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Write(1072);
        w.At(1.101).Expect(ACK, 1, 1, 536).Expect(ACK, 537, 1, 536);
        w.At(1.110).Send(Seg(ACK, 1, 537).Win(536));
        w.At(1.120).Send(Seg(ACK, 1, 1073).Win(0));
        w.At(9.000).Nothing().State("ESTABLISHED");
    });
    Add("an old segment does not bring an old window back (SND.WL1, SND.WL2)", [](Script& w) {
        // Half of the largest window seen is enough to send (RFC 9293 3.8.6.2.1).
        w.Window(500).PassiveOpen();
        w.At(1.100).Send(Seg(ACK, 1, 1, 10).Win(500));
        w.At(1.102).Expect(ACK, 1, 11);
        w.At(1.110).Send(Seg(ACK, 11, 1, 10).Win(300));
        w.At(1.112).Expect(ACK, 1, 21);
        // The first again, with its larger window.
        w.At(1.120).Send(Seg(ACK, 1, 1, 10).Win(500));
        w.At(1.122).Expect(ACK, 1, 21);
        w.At(1.200).Write(600);
        w.At(1.201).Expect(ACK, 1, 21, 300);
        w.At(1.300).Nothing();
    });
    Add("own window: closes as text stays unread, opens as it is read", [](Script& w) {
        w.Set("RcvBufSize", UintegerValue(2000)).NoRead();
        w.PassiveOpen();
        for (int i = 0; i < 4; i++)
        {
            w.At(1.1 + 0.1 * i).Send(ACK, 1 + 500 * i, 1, 500);
            w.At(1.102 + 0.1 * i).Expect(Seg(ACK, 1, 501 + 500 * i).Win(1500 - 500 * i));
        }
        w.At(2.000).Nothing().Read().Received(2000);
        w.At(2.100).Await(Seg(ACK, 1, 2001));
        w.Check(w.Last().window == 2000, "window " + std::to_string(w.Last().window));
    });
    Add("own window: its right edge never moves back (RFC 9293 3.8.6)", [](Script& w) {
        w.Set("RcvBufSize", UintegerValue(5000)).NoRead();
        w.PassiveOpen();
        int64_t edge = 0;
        for (int i = 0; i < 30; i++)
        {
            // Out of order now and then, read now and then.
            w.At(2 + i).Send(ACK, 1 + 100 * (i ^ 1), 1, 100);
            if (i % 7 == 6)
            {
                w.At(2.5 + i).Read();
            }
        }
        w.At(40).Skip();
        for (const Segment& s : w.Wire().seen)
        {
            const auto now = static_cast<int32_t>(s.ack + s.window - w.Current().isn);
            w.Check(now >= edge,
                    "the right edge moved from " + std::to_string(edge) + " to " +
                        std::to_string(now));
            edge = now;
        }
        w.Read().Received(3000);
        w.At(41).Skip();
    });
    Add("own window: silly sizes are not offered (RFC 1122 4.2.3.3)", [](Script& w) {
        w.Set("RcvBufSize", UintegerValue(2000)).NoRead();
        w.PassiveOpen();
        for (int i = 0; i < 4; i++)
        {
            w.At(1.1 + 0.1 * i).Send(ACK, 1 + 500 * i, 1, 500);
        }
        w.At(2.0).Skip().Do([&w]() {
            Ptr<Packet> p = w.Sock()->Recv(10, 0);
            w.Check(p && p->GetSize() == 10, "ten bytes were not read");
        });
        w.At(3.0).Nothing();
    });
    Add("peer's window scale: the window is larger by it (RFC 7323 2)", [](Script& w) {
        w.Set("SegmentSize", UintegerValue(1000));
        w.At(0.9).Listen();
        w.At(1.000).Send(Seg(SYN, 0).Mss(1000).Ws(4).Win(500));
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.At(1.005).Send(Seg(ACK, 1, 1).Win(125));
        w.At(1.100).Write(3000);
        // 125 << 4 is 2000.
        w.At(1.101).Expect(ACK, 1, 1, 1000).Expect(ACK, 1001, 1, 1000);
        w.At(1.110).Nothing().Send(Seg(ACK, 1, 2001).Win(125));
        w.At(1.112).Expect(ACK, 2001, 1, 1000);
    });
}

void
DataSuite::AddWrap()
{
    for (uint32_t isn : {0xfffffff0U, 0xffffffffU, 0xfffffffeU, 0x7fffffffU, 0x7ffffff8U, 0U})
    {
        const std::string name = " with the peer's ISN " + std::to_string(isn);
        AddBoth("passive life" + name, [isn](Script& w) {
            w.Isn(isn).PassiveOpen();
            w.At(1.100).Send(ACK, 11, 1, 10);
            w.At(1.102).Expect(ACK, 1, 1);
            w.At(1.200).Send(ACK, 1, 1, 10);
            w.At(1.202).Expect(ACK, 1, 21).Received(20);
            w.At(1.300).Write(30);
            w.At(1.301).Expect(ACK, 1, 21, 30).Send(FIN | ACK, 21, 31);
            w.At(1.303).Expect(ACK, 31, 22).State("CLOSE-WAIT");
            w.At(1.400).Close();
            w.At(1.401).Expect(FIN | ACK, 31, 22).Send(ACK, 22, 32);
            w.At(1.410).Nothing().Connections(0);
        });
        Add("active life" + name, [isn](Script& w) {
            w.Isn(isn).ActiveOpen();
            w.At(1.100).Send(ACK, 1, 1, 20);
            w.At(1.102).Expect(ACK, 1, 21).Received(20);
            w.At(1.200).Close();
            w.At(1.201).Expect(FIN | ACK, 1, 21).Send(ACK, 21, 2);
            w.At(1.300).Send(FIN | ACK, 21, 2);
            w.At(1.302).Expect(ACK, 2, 22).State("TIME-WAIT");
            w.At(1.400).Send(FIN | ACK, 21, 2);
            w.At(1.402).Expect(ACK, 2, 22);
            w.At(1.500).Send(SYN, -5);
            w.At(1.502).Expect(ACK, 2, 22).State("TIME-WAIT");
        });
        Add("RST and SYN checks" + name, [isn](Script& w) {
            w.Isn(isn).PassiveOpen();
            w.At(1.100).Send(ACK, 1, 1, 20);
            w.At(1.102).Expect(ACK, 1, 21);
            w.At(2.000).Send(RST, 20).Send(RST, -100);
            w.At(3.000).Nothing().Send(RST, 25);
            w.At(3.002).Expect(ACK, 1, 21).State("ESTABLISHED");
            w.At(5.000).Send(SYN, 25);
            w.At(5.002).Expect(ACK, 1, 21).State("ESTABLISHED");
            w.At(6.000).Send(RST, 21);
            w.At(6.010).Nothing().State("CLOSED").Failure("reset");
        });
    }
}

/** A call failed and said why. */
void
Refused(Script& w, int result, Ptr<Socket> s, const std::string& call)
{
    w.Check(result == -1, call + " returned " + std::to_string(result));
    w.Check(s->GetErrno() != Socket::ERROR_NOTERROR, call + " left no errno");
}

void
DataSuite::AddCalls()
{
    Add("Send and Recv on a socket that is not connected: NOTCONN", [](Script& w) {
        w.At(1.0).Do([&w]() {
            Ptr<Socket> s = w.NewSocket();
            w.Check(s->Send(Create<Packet>(1)) == -1, "Send worked");
            w.Check(s->GetErrno() == Socket::ERROR_NOTCONN, "errno of Send");
            Ptr<Packet> p = s->Recv();
            w.Check(!p || p->GetSize() == 0, "text from nowhere");
        });
    });
    Add("Send and Recv on a listener: refused", [](Script& w) {
        w.At(0.9).Listen();
        w.At(1.0).Do([&w]() {
            Ptr<Socket> s = w.Listener().socket;
            Refused(w, s->Send(Create<Packet>(1)), s, "Send");
            Ptr<Packet> p = s->Recv();
            w.Check(!p || p->GetSize() == 0, "text from nowhere");
        });
        w.At(2.0).Nothing();
    });
    Add("Listen on a connected socket, Bind again: refused", [](Script& w) {
        w.PassiveOpen();
        w.At(1.1).Do([&w]() {
            Refused(w, w.Sock()->Listen(), w.Sock(), "Listen");
            Refused(w, w.Sock()->Bind(w.HostAddress().With(99)), w.Sock(), "Bind");
        });
        w.At(2.0).Nothing().State("ESTABLISHED");
    });
    Add("Bind to a port in use: ADDRINUSE", [](Script& w) {
        w.At(0.9).Listen();
        w.At(1.0).Do([&w]() {
            Ptr<Socket> s = w.NewSocket();
            const int result = s->Bind(Host(Ipv4Address::GetAny()).With(80));
            w.Check(result == -1 && s->GetErrno() == Socket::ERROR_ADDRINUSE, "port 80 twice");
        });
    });
    Add("Bind to an address that is not ours: ADDRNOTAVAIL", [](Script& w) {
        w.At(1.0).Do([&w]() {
            Ptr<Socket> s = w.NewSocket();
            const int result = s->Bind(w.PeerAddress().With(80));
            w.Check(result == -1 && s->GetErrno() == Socket::ERROR_ADDRNOTAVAIL,
                    "bound to the peer's address");
        });
    });
    Add("Recv with nothing there: AGAIN", [](Script& w) {
        w.PassiveOpen();
        w.At(1.1).Do([&w]() {
            Ptr<Packet> p = w.Sock()->Recv();
            w.Check(!p || p->GetSize() == 0, "text from nowhere");
            w.Check(w.Sock()->GetErrno() == Socket::ERROR_AGAIN, "errno is not AGAIN");
        });
    });
    Add("Recv takes no more than asked for, the rest later", [](Script& w) {
        w.NoRead();
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 1, 1, 100);
        w.At(1.102).Expect(ACK, 1, 101);
        w.At(1.2).Do([&w]() {
            w.Check(w.Sock()->GetRxAvailable() == 100, "GetRxAvailable");
            Ptr<Packet> p = w.Sock()->Recv(30, 0);
            w.Check(p && p->GetSize() == 30, "Recv of 30");
            w.Check(w.Sock()->GetRxAvailable() == 70, "GetRxAvailable after Recv");
        });
        w.At(1.3).Skip();
    });
    AddBoth("RecvFrom and GetPeerName tell the peer, GetSockName the host", [](Script& w) {
        w.NoRead();
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 1, 1, 10);
        w.At(1.102).Expect(ACK, 1, 11);
        w.At(1.2).Do([&w]() {
            const Address peer = w.PeerAddress().With(40000);
            Address a;
            w.Check(w.Sock()->RecvFrom(a) && a == peer, "RecvFrom");
            w.Check(w.Sock()->GetPeerName(a) == 0 && a == peer, "GetPeerName");
            w.Check(w.Sock()->GetSockName(a) == 0 && a == w.HostAddress().With(80), "GetSockName");
        });
        w.At(1.3).Skip();
    });
    Add("GetTxAvailable: the buffer less what is not acknowledged", [](Script& w) {
        w.Set("SndBufSize", UintegerValue(10000));
        w.PassiveOpen();
        w.At(1.1).Check(w.Sock()->GetTxAvailable() == 10000, "at first");
        w.Write(1000).Check(w.Sock()->GetTxAvailable() == 9000, "after 1000 bytes");
        w.At(1.2).Skip().Send(ACK, 1, 1001);
        w.At(1.3).Nothing().Check(w.Sock()->GetTxAvailable() == 10000, "after the ACK");
    });
    Add("Send of more than the buffer holds: not taken whole", [](Script& w) {
        w.Set("SndBufSize", UintegerValue(1000));
        w.Window(0).PassiveOpen();
        w.At(1.1).Write(1000).Do([&w]() {
            w.Check(w.Sock()->GetTxAvailable() == 0, "GetTxAvailable");
            const int result = w.Sock()->Send(Create<Packet>(1));
            w.Check(result <= 0, "a byte more than fits was taken");
            w.Check(w.Sock()->GetErrno() != Socket::ERROR_NOTERROR, "no errno");
        });
        w.At(1.2).Nothing();
    });
    for (const char* name : {"reset", "timed-out", "refused", "closed"})
    {
        const std::string end = name;
        Add("Send and Recv after the end (" + end + "): refused", [end](Script& w) {
            w.Set("DataRetries", UintegerValue(1));
            if (end == "refused")
            {
                w.At(1.000).Connect();
                w.At(1.001).Expect(SYN, 0).Send(RST | ACK, 0, 1);
            }
            else
            {
                w.PassiveOpen();
            }
            if (end == "reset")
            {
                w.At(1.1).Send(RST, 1);
            }
            if (end == "timed-out")
            {
                w.At(1.1).Write(10);
            }
            if (end == "closed")
            {
                w.At(1.100).Send(FIN | ACK, 1, 1);
                w.At(1.102).Expect(ACK, 1, 2).Close();
                w.At(1.103).Expect(FIN | ACK, 1, 2).Send(ACK, 2, 2);
            }
            w.At(500).Skip().State("CLOSED").Do([&w]() {
                Refused(w, w.Sock()->Send(Create<Packet>(1)), w.Sock(), "Send");
                Ptr<Packet> p = w.Sock()->Recv();
                w.Check(!p || p->GetSize() == 0, "text from nowhere");
                w.Check(w.Sock()->ShutdownSend() == -1, "ShutdownSend worked");
            });
            w.At(501).Nothing();
        });
    }
    Add("Failure is none while all is well", [](Script& w) {
        w.PassiveOpen();
        w.At(1.1).Failure("none");
        w.Send(FIN | ACK, 1, 1);
        w.At(1.102).Expect(ACK, 1, 2).Failure("none");
    });
    Add("State trace source of the socket", [](Script& w) {
        w.ActiveOpen();
        w.At(1.100).Close();
        w.At(1.101).Expect(FIN | ACK, 1, 1).Send(FIN | ACK, 1, 2);
        w.At(1.103).Expect(ACK, 2, 2);
        w.At(20.0).Nothing();
        const std::string& s = w.End().states;
        w.Check(s.find("SYN-SENT ESTABLISHED FIN-WAIT-1 ") == 0 &&
                    s.find("TIME-WAIT CLOSED") != std::string::npos,
                "State said " + s);
    });
}

DataSuite::DataSuite()
    : Suite("tcp-conn-wire-data")
{
    AddReceiving();
    AddSending();
    AddLoss();
    AddWindow();
    AddWrap();
    AddCalls();
}

/** The one instance. */
DataSuite g_dataSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
