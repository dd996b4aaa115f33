/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-wire-script.h"

#include "ns3/string.h"
#include "ns3/uinteger.h"

/**
 * @file
 * @ingroup tcp-conn
 * What the first checks of an arriving segment do in the synchronised states: RFC 9293 3.10.7.4
 * first to fifth step, table 6 of its section 3.4, RFC 5961, RFC 7323 5.3.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/** See the file. */
class ResetSuite : public Suite
{
  public:
    ResetSuite();

  private:
    void AddRst();
    void AddSyn();
    void AddAck();
    void AddTable();
    void AddLimit();
    void AddStates();
    void AddPaws();
};

/** Numbers that are next, counted from the initial ones. */
struct Numbers
{
    int64_t snd; //!< Host's SND.NXT.
    int64_t rcv; //!< Host's RCV.NXT.
};

/** Bring a passively opened connection into a state, before 1.3 s. */
Numbers
To(Script& w, const std::string& state)
{
    w.PassiveOpen();
    if (state == "ESTABLISHED")
    {
        return {1, 1};
    }
    if (state == "CLOSE-WAIT" || state == "LAST-ACK")
    {
        w.At(1.100).Send(FIN | ACK, 1, 1);
        w.At(1.102).Expect(ACK, 1, 2);
        if (state == "LAST-ACK")
        {
            w.At(1.110).ShutdownSend();
            w.At(1.111).Expect(FIN | ACK, 1, 2);
        }
        w.At(1.200).Nothing().State(state);
        return {state == "LAST-ACK" ? 2 : 1, 2};
    }
    w.At(1.100).ShutdownSend();
    w.At(1.101).Expect(FIN | ACK, 1, 1);
    if (state == "FIN-WAIT-2")
    {
        w.At(1.110).Send(ACK, 1, 2);
    }
    if (state == "CLOSING")
    {
        w.At(1.110).Send(FIN | ACK, 1, 1);
        w.At(1.112).Expect(ACK, 2, 2);
    }
    if (state == "TIME-WAIT")
    {
        w.At(1.110).Send(FIN | ACK, 1, 2);
        w.At(1.112).Expect(ACK, 2, 2);
    }
    w.At(1.200).Nothing().State(state);
    return {2, state == "CLOSING" || state == "TIME-WAIT" ? 2 : 1};
}

/** The connection still works: text both ways from numbers 1 and 1, at t. */
void
Works(Script& w, double t)
{
    w.At(t).Nothing().State("ESTABLISHED").Events("created").Write(5);
    w.At(t + 0.001).Expect(ACK, 1, 1, 5);
    w.At(t + 0.010).Send(ACK, 1, 6, 5);
    w.At(t + 0.012).Expect(ACK, 6, 6).Received(5);
}

/** It was reset, and says so. */
void
WasReset(Script& w, double t)
{
    w.At(t).Nothing().State("CLOSED").Connections(0).Events("created error").Failure("reset");
}

void
ResetSuite::AddRst()
{
    AddBoth("RST with the very number expected: reset", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(RST, 1);
        WasReset(w, 1.110);
        w.At(9.000).Nothing();
    });
    Add("RST+ACK with the very number: reset, whatever it acknowledges", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(RST | ACK, 1, 12345);
        WasReset(w, 1.110);
    });
    Add("RST with text and the very number: reset", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(RST | ACK, 1, 1, 10);
        w.At(1.110).Nothing().State("CLOSED").Received(0).Failure("reset");
    });
    Add("RST with a bad checksum: dropped", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(Seg(RST, 1).Bad());
        Works(w, 2.0);
    });
    AddBoth("RST in the window: challenge ACK, stays", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(RST, 2);
        w.At(1.102).Expect(ACK, 1, 1);
        Works(w, 2.0);
    });
    Add("RST in the window, then the very number: reset", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(RST, 1000);
        w.At(1.102).Expect(ACK, 1, 1).Send(RST, 1);
        WasReset(w, 1.110);
    });
    Add("RST at the last number of the window: challenge; after it: dropped", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 0, 1);
        w.At(1.102).Expect(ACK, 1, 1);
        const int64_t edge = 1 + w.Last().window;
        w.At(3.000).Send(RST, edge);
        w.At(5.000).Nothing().Send(RST, edge - 1);
        w.At(5.002).Expect(ACK, 1, 1);
        Works(w, 6.0);
    });
    Add("RST one below the window, or far from it: dropped", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(RST, 0).Send(RST, -1000).Send(RST, 1 << 30).Send(RST | ACK, 0, 1);
        Works(w, 2.0);
    });
    Add("RST after text out of order: only the number expected counts", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 11, 1, 10);
        w.At(1.102).Expect(ACK, 1, 1);
        w.At(3.000).Send(RST, 21);
        w.At(3.002).Expect(ACK, 1, 1).State("ESTABLISHED");
        w.At(5.000).Send(RST, 1);
        w.At(5.010).Nothing().State("CLOSED").Received(0).Failure("reset");
    });
    Add("RST with text in flight: reset, no more is sent", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Write(10);
        w.At(1.101).Expect(ACK, 1, 1, 10).Send(RST, 1);
        WasReset(w, 1.110);
        w.At(60.00).Nothing();
    });
    Add("RST with unread text: reset, what had come can still be read", [](Script& w) {
        w.NoRead();
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 1, 1, 10);
        w.At(1.102).Expect(ACK, 1, 11);
        w.At(1.200).Send(RST, 11);
        w.At(1.210).Nothing().State("CLOSED").Events("created data error").Failure("reset");
    });
    Add("RST with a zero window: the very number resets, the next is dropped", [](Script& w) {
        w.Set("RcvBufSize", UintegerValue(1000)).NoRead();
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 1, 1, 1000);
        w.At(1.102).Expect(Seg(ACK, 1, 1001).Win(0));
        w.At(1.200).Send(RST, 1002);
        w.At(2.000).Nothing().State("ESTABLISHED").Send(RST, 1001);
        w.At(2.010).Nothing().State("CLOSED").Failure("reset");
    });
}

void
ResetSuite::AddSyn()
{
    for (int64_t seq : {int64_t(1), int64_t(500), int64_t(-500), int64_t(1) << 30})
    {
        Add("SYN with seq " + std::to_string(seq) + ": challenge ACK, stays", [seq](Script& w) {
            w.PassiveOpen();
            w.At(1.100).Send(SYN, seq);
            w.At(1.102).Expect(ACK, 1, 1);
            Works(w, 2.0);
        });
    }
    Add("SYN of the opening again: ACK, stays", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(SYN, 0);
        w.At(1.102).Expect(ACK, 1, 1);
        Works(w, 2.0);
    });
    Add("SYN with text and FIN: challenge ACK, nothing of it is taken", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(SYN | FIN | ACK, 1, 1, 10);
        w.At(1.102).Expect(ACK, 1, 1);
        w.At(1.200).Received(0);
        Works(w, 2.0);
    });
    Add("SYN+ACK: challenge ACK, stays", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(SYN | ACK, 77, 99);
        w.At(1.102).Expect(ACK, 1, 1);
        Works(w, 2.0);
    });
    AddBoth("RFC 793: SYN in the window: both ends are reset", [](Script& w) {
        w.Set("SegmentCheck", StringValue("ns3::TcpConnCheckRfc793"));
        w.PassiveOpen();
        w.At(1.100).Send(SYN, 500);
        w.At(1.101).ExpectReset(1);
        WasReset(w, 1.110);
    });
    Add("RFC 793: SYN before the window: ACK, stays", [](Script& w) {
        w.Set("SegmentCheck", StringValue("ns3::TcpConnCheckRfc793"));
        w.PassiveOpen();
        w.At(1.100).Send(SYN, -500);
        w.At(1.102).Expect(ACK, 1, 1);
        Works(w, 2.0);
    });
    Add("RFC 793: RST anywhere in the window: reset", [](Script& w) {
        w.Set("SegmentCheck", StringValue("ns3::TcpConnCheckRfc793"));
        w.PassiveOpen();
        w.At(1.100).Send(RST, 500);
        WasReset(w, 1.110);
    });
}

void
ResetSuite::AddAck()
{
    AddBoth("ACK of what was not sent: ACK, its text dropped", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 1, 2, 10);
        w.At(1.102).Expect(ACK, 1, 1).Received(0);
        Works(w, 2.0);
    });
    Add("ACK far ahead: ACK, dropped", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 1, 1 << 30, 10);
        w.At(1.102).Expect(ACK, 1, 1).Received(0);
        Works(w, 2.0);
    });
    Add("ACK older than the largest window: challenge ACK, text dropped", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 1, 1 - 70000, 10);
        w.At(1.102).Expect(ACK, 1, 1).Received(0);
        Works(w, 2.0);
    });
    Add("ACK that is old, within the window: its text is taken", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Write(100);
        w.At(1.101).Expect(ACK, 1, 1, 100).Send(ACK, 1, 101);
        w.At(1.200).Nothing().Send(ACK, 1, 51, 10);
        w.At(1.202).Expect(ACK, 101, 11).Received(10);
    });
    Add("text without ACK: dropped", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(PSH, 1, 0, 10).Send(0, 1, 0, 10);
        w.At(1.900).Nothing().Received(0);
        Works(w, 2.0);
    });
    Add("keep-alive probe, one number below: ACK", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 0, 1);
        w.At(1.102).Expect(ACK, 1, 1);
        w.At(1.200).Send(ACK, 0, 1, 1);
        w.At(1.202).Expect(ACK, 1, 1);
        Works(w, 2.0);
    });
    Add("text with URG: taken as usual", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(Seg(ACK | URG, 1, 1, 10).Urg(5));
        w.At(1.102).Expect(ACK, 1, 11).Received(10);
    });
    Add("text with reserved bits, ECE and CWR: taken as usual", [](Script& w) {
        w.PassiveOpen();
        Segment s = w.Make(Seg(ACK | ECE | CWR, 1, 1, 10));
        s.reserved = 0xf;
        w.At(1.100).Skip();
        w.Wire().Send(s);
        w.At(1.102).Expect(ACK, 1, 11).Received(10);
    });
    Add("segment from another port or address: RST, the connection is not touched", [](Script& w) {
        w.PassiveOpen();
        Segment s = w.Make(Seg(ACK, 1, 1, 10));
        s.src = w.PeerAddress(3);
        w.At(1.100).Skip();
        w.Wire().Send(s);
        w.At(1.200).Skip();
        w.Check(w.Wire().seen.back().flags == RST, "no RST");
        Works(w, 2.0);
    });
}

void
ResetSuite::AddTable()
{
    // RFC 9293 3.4, table 6: length zero or not, window zero or not.
    Add("table 6: length 0, window 0: the very number is acceptable", [](Script& w) {
        w.Set("RcvBufSize", UintegerValue(1000)).NoRead();
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 1, 1, 1000);
        w.At(1.102).Expect(Seg(ACK, 1, 1001).Win(0));
        w.At(1.200).Write(10);
        w.At(1.201).Expect(ACK, 1, 1001, 10).Send(ACK, 1001, 11);
        w.At(9.000).Nothing();
    });
    Add("table 6: length 0, window 0: another number gets ACK", [](Script& w) {
        w.Set("RcvBufSize", UintegerValue(1000)).NoRead();
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 1, 1, 1000);
        w.At(1.102).Expect(Seg(ACK, 1, 1001).Win(0));
        w.At(1.200).Send(ACK, 1002, 1);
        w.At(1.202).Expect(Seg(ACK, 1, 1001).Win(0));
    });
    Add("table 6: length 0, window open: in it taken, outside ACK", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Write(10);
        w.At(1.101).Expect(ACK, 1, 1, 10);
        // In the window though not next: the ACK counts.
        w.At(1.110).Send(ACK, 100, 11);
        w.At(5.000).Nothing().Send(ACK, 1 << 30, 11);
        w.At(5.002).Expect(ACK, 11, 1);
        w.At(6.000).Send(ACK, -100, 11);
        w.At(6.002).Expect(ACK, 11, 1);
    });
    Add("table 6: length over 0, window 0: ACK, text dropped, its ACK counts", [](Script& w) {
        w.Set("RcvBufSize", UintegerValue(1000)).NoRead();
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 1, 1, 1000);
        w.At(1.102).Expect(Seg(ACK, 1, 1001).Win(0));
        w.At(1.200).Write(10);
        w.At(1.201).Expect(ACK, 1, 1001, 10).Send(ACK, 1001, 11, 50);
        w.At(1.203).Expect(Seg(ACK, 11, 1001).Win(0));
        // Were the ACK lost on the host, it would send again (RFC 9293 3.10.7.4, MUST-66).
        w.At(9.000).Nothing().Read().Received(1000);
    });
    Add("table 6: length over 0: all before the window: ACK", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 1, 1, 10);
        w.At(1.102).Expect(ACK, 1, 11);
        w.At(1.200).Send(ACK, 1, 1, 10);
        w.At(1.202).Expect(ACK, 1, 11).Received(10);
    });
    Add("table 6: length over 0: begins before the window: the rest is taken", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 1, 1, 10);
        w.At(1.102).Expect(ACK, 1, 11);
        w.At(1.200).Send(ACK, 6, 1, 20);
        w.At(1.202).Expect(ACK, 1, 26).Received(25);
    });
    Add("table 6: length over 0: ends behind the window: what fits is taken", [](Script& w) {
        w.Set("RcvBufSize", UintegerValue(1000)).NoRead();
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 1, 1, 600);
        w.At(1.102).Expect(ACK, 1, 601);
        w.At(1.200).Send(ACK, 601, 1, 800);
        w.At(1.202).Expect(Seg(ACK, 1, 1001).Win(0));
        w.At(1.300).Read().Received(1000);
        w.At(1.400).Skip();
    });
    Add("table 6: length over 0: all behind the window: ACK, dropped", [](Script& w) {
        w.Set("RcvBufSize", UintegerValue(1000));
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 1001, 1, 100);
        w.At(1.102).Expect(ACK, 1, 1).Received(0);
        w.At(1.200).Send(ACK, 1, 1, 100);
        w.At(1.202).Expect(ACK, 1, 101).Received(100);
    });
}

void
ResetSuite::AddLimit()
{
    const auto storm = [](Script& w, int flags, int64_t seq) {
        w.PassiveOpen();
        const std::size_t before = w.Wire().seen.size();
        for (int i = 0; i < 5000; i++)
        {
            w.At(2 + 0.0002 * i).Send(flags, seq);
        }
        w.At(3.1).Skip();
        const std::size_t answers = w.Wire().seen.size() - before;
        w.Check(answers >= 1 && answers <= 2000,
                std::to_string(answers) + " challenge ACKs for 5000 segments in a second");
        w.At(30.0).Nothing().Send(flags, seq);
        w.At(30.002).Expect(ACK, 1, 1);
        Works(w, 31.0);
    };
    Add("challenge ACKs for RST are limited, and come again later (RFC 5961 7)",
        [storm](Script& w) { storm(w, RST, 500); });
    Add("challenge ACKs for SYN are limited, and come again later (RFC 5961 7)",
        [storm](Script& w) { storm(w, SYN, 500); });
}

void
ResetSuite::AddStates()
{
    for (const char* name :
         {"ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK"})
    {
        const std::string state = name;
        Add(state + ": SYN in the window: challenge ACK, stays", [state](Script& w) {
            const Numbers n = To(w, state);
            w.At(1.300).Send(SYN, n.rcv + 5);
            w.At(1.302).Expect(ACK, n.snd, n.rcv).State(state);
        });
        Add(state + ": RST in the window: challenge ACK, stays", [state](Script& w) {
            const Numbers n = To(w, state);
            w.At(1.300).Send(RST, n.rcv + 5);
            w.At(1.302).Expect(ACK, n.snd, n.rcv).State(state);
        });
        Add(state + ": RST out of the window: dropped, stays", [state](Script& w) {
            const Numbers n = To(w, state);
            w.At(1.300).Send(RST, n.rcv - 5);
            w.At(1.900).Nothing().State(state);
        });
        Add(state + ": RST with the very number: CLOSED, nothing sent", [state](Script& w) {
            const Numbers n = To(w, state);
            w.At(1.300).Send(RST, n.rcv);
            w.At(9.000).Nothing().State("CLOSED").Connections(0);
        });
        Add(state + ": ACK of what was not sent: ACK, stays", [state](Script& w) {
            const Numbers n = To(w, state);
            w.At(1.300).Send(ACK, n.rcv, n.snd + 1);
            w.At(1.302).Expect(ACK, n.snd, n.rcv).State(state);
        });
        Add(state + ": old number: ACK, stays", [state](Script& w) {
            const Numbers n = To(w, state);
            w.At(1.300).Send(ACK, n.rcv - 1, 1);
            w.At(1.302).Expect(ACK, n.snd, n.rcv).State(state);
        });
        Add(state + ": no ACK flag: dropped, stays", [state](Script& w) {
            const Numbers n = To(w, state);
            w.At(1.300).Send(0, n.rcv).Send(FIN, n.rcv).Send(PSH, n.rcv, 0, 10);
            w.At(1.900).Nothing().State(state);
        });
    }
    Add("TIME-WAIT: old number: ACK, stays", [](Script& w) {
        const Numbers n = To(w, "TIME-WAIT");
        w.At(1.300).Send(ACK, n.rcv - 1, n.snd);
        w.At(1.302).Expect(ACK, n.snd, n.rcv).State("TIME-WAIT");
    });
}

void
ResetSuite::AddPaws()
{
    const auto open = [](Script& w) {
        w.At(0.9).Listen();
        w.At(1.000).Send(Seg(SYN, 0).Ts(1000, 0));
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.Check(w.Last().hasTs, "timestamps were not agreed");
        w.At(1.005).Send(Seg(ACK, 1, 1).Ts(1005, w.Last().tsVal));
    };
    Add("PAWS: text with an older timestamp: ACK, dropped", [open](Script& w) {
        open(w);
        w.At(1.100).Send(Seg(ACK, 1, 1, 10).Ts(900, w.Last().tsVal));
        w.At(1.102).Expect(ACK, 1, 1).Received(0).State("ESTABLISHED");
        w.At(1.200).Send(Seg(ACK, 1, 1, 10).Ts(1200, w.Last().tsVal));
        w.At(1.202).Expect(ACK, 1, 11).Received(10);
        w.Check(w.Last().tsEcr == 1200, "TSecr is not the latest TSval");
    });
    Add("PAWS: RST with an older timestamp: it counts (RFC 7323 5.2)", [open](Script& w) {
        open(w);
        w.At(1.100).Send(Seg(RST, 1).Ts(900, w.Last().tsVal));
        w.At(1.110).Nothing().State("CLOSED").Failure("reset");
    });
    Add("timestamps: TSecr is of the segment that the ACK answers", [open](Script& w) {
        open(w);
        w.At(1.100).Send(Seg(ACK, 11, 1, 10).Ts(1100, w.Last().tsVal));
        w.At(1.102).Expect(ACK, 1, 1);
        // Text beyond a hole does not change TS.Recent (RFC 7323 4.3).
        w.Check(w.Last().tsEcr == 1005, "TSecr from beyond the hole");
        w.At(1.200).Send(Seg(ACK, 1, 1, 10).Ts(1200, w.Last().tsVal));
        w.At(1.202).Expect(ACK, 1, 21);
        w.Check(w.Last().tsEcr == 1200, "TSecr is not that of the filling segment");
    });
}

ResetSuite::ResetSuite()
    : Suite("tcp-conn-wire-reset")
{
    AddRst();
    AddSyn();
    AddAck();
    AddTable();
    AddLimit();
    AddStates();
    AddPaws();
}

/** The one instance. */
ResetSuite g_resetSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
