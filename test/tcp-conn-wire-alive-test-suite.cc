/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-wire-timers.h"

#include "ns3/boolean.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <utility>

/**
 * @file
 * @ingroup tcp-conn
 * Whether the peer is still there, as the wire and an application see it asked: keep-alive
 * (RFC 9293 3.8.4), user timeout (RFC 9293 3.10.8) and its option (RFC 5482).
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/** See the file. */
class AliveSuite : public Suite
{
  public:
    AliveSuite();

  private:
    void AddKeepAlive();
    void AddKeepAliveDead();
    void AddKeepAliveOfPeer();
    void AddUserTimeout();
    void AddUserTimeoutOption();
};

/** Passive open with keep-alive: the last segment of the peer is at the host at 1.006. */
void
OpenAlive(Script& w, double idle, double interval, uint32_t count)
{
    SetTime(w, "KeepAliveIdle", idle);
    SetTime(w, "KeepAliveInterval", interval);
    w.Set("KeepAliveCount", UintegerValue(count));
    w.PassiveOpen();
}

/** A keep-alive probe: one number below, and no text or one octet of garbage. */
void
ExpectProbe(Script& w, double t, int64_t next, int64_t ack = 1)
{
    w.At(t, 0.05).Expect(Seg(ACK, next - 1, ack, ANY));
    w.Check(w.Last().payload.size() <= 1, "a keep-alive probe with text");
}

/** @param s a segment @return the user timeout option's field, or -1 */
int
UserTimeoutOf(const Segment& s)
{
    for (std::size_t i = 0; i < s.options.size();)
    {
        const auto kind = static_cast<uint8_t>(s.options[i]);
        if (kind == 0 || (kind != 1 && i + 1 >= s.options.size()))
        {
            break;
        }
        if (kind == 28 && s.options[i + 1] == 4 && i + 3 < s.options.size())
        {
            return (static_cast<uint8_t>(s.options[i + 2]) << 8) +
                   static_cast<uint8_t>(s.options[i + 3]);
        }
        i += kind == 1 ? 1 : std::max<std::size_t>(2, static_cast<uint8_t>(s.options[i + 1]));
    }
    return -1;
}

/** The peer sends a segment with the user timeout option (kind 28, length 4). */
void
SendUserTimeout(Script& w, const Seg& s, uint16_t field)
{
    w.Current();
    Segment segment = w.Make(s);
    segment.options = {28, 4, static_cast<char>(field >> 8), static_cast<char>(field & 0xff)};
    w.Wire().Send(segment);
}

void
AliveSuite::AddKeepAlive()
{
    Add("keep-alive: off by default: a silent week", [](Script& w) {
        w.PassiveOpen();
        w.At(7 * 86400.0).Nothing().State("ESTABLISHED").Events("created");
    });
    AddBoth("keep-alive: after the idle time, SEQ=SND.NXT-1; again after each answer",
            [](Script& w) {
                OpenAlive(w, 10, 75, 9);
                ExpectProbe(w, 11.007, 1);
                w.Send(ACK, 1, 1);
                w.At(20.9).Nothing();
                w.State("ESTABLISHED").Events("created");
            });
    Add("keep-alive: SEQ=SND.NXT-1 after text too", [](Script& w) {
        OpenAlive(w, 10, 75, 9);
        w.At(2.000).Write(10);
        w.At(2.001).Expect(ACK, 1, 1, 10).Send(ACK, 1, 11);
        ExpectProbe(w, 12.002, 11);
        w.Send(ACK, 1, 11);
    });
    Add("keep-alive: of a connection that the host opened", [](Script& w) {
        SetTime(w, "KeepAliveIdle", 10);
        w.ActiveOpen();
        ExpectProbe(w, 11.004, 1);
        w.Send(ACK, 1, 1);
    });
    Add("keep-alive: answered probes keep the connection for ever", [](Script& w) {
        OpenAlive(w, 5, 5, 2);
        const int probes = Answer(w, 2, 7200, Seg(ACK, 1, 1));
        w.State("ESTABLISHED").Events("created");
        w.Check(probes > 700 && probes < 1500, std::to_string(probes) + " probes in two hours");
    });
    Add("keep-alive: text of the peer puts the probe off", [](Script& w) {
        OpenAlive(w, 10, 75, 9);
        w.At(8.000).Send(ACK, 1, 1, 10);
        w.At(8.002).Expect(ACK, 1, 11);
        w.At(17.9).Nothing();
        ExpectProbe(w, 18.001, 1, 11);
    });
    Add("keep-alive: a bare ACK of the peer puts the probe off (MUST-26)", [](Script& w) {
        OpenAlive(w, 10, 75, 9);
        w.At(8.000).Send(ACK, 1, 1);
        w.At(17.9).Nothing();
        ExpectProbe(w, 18.001, 1);
    });
    Add("keep-alive: none while text is outstanding (MUST-26)", [](Script& w) {
        OpenAlive(w, 3, 2, 2);
        w.At(2.000).Write(10);
        for (double t : {2.001, 3.001, 5.001, 9.001, 17.001, 33.001})
        {
            w.At(t, 0.05).Expect(ACK, 1, 1, 10);
        }
        w.At(40.0).Nothing().State("ESTABLISHED").Events("created");
    });
    Add("keep-alive: set on a live connection", [](Script& w) {
        w.PassiveOpen();
        w.At(2.000).Do([&w]() { w.Sock()->SetAttribute("KeepAliveIdle", TimeValue(Seconds(10))); });
        w.At(10.9).Nothing();
        w.At(12.1).Await(Seg(ACK, 0, 1, ANY)).Send(ACK, 1, 1);
    });
    Add("keep-alive: the probe carries timestamps where they are agreed", [](Script& w) {
        SetTime(w, "KeepAliveIdle", 10);
        w.At(0.9).Listen();
        w.At(1.000).Send(Seg(SYN, 0).Ts(1000, 0));
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.At(1.005).Send(Seg(ACK, 1, 1).Ts(1005, w.Last().tsVal));
        ExpectProbe(w, 11.007, 1);
        w.Check(w.Last().hasTs && w.Last().tsEcr == 1005, "no timestamps on the probe");
    });
}

void
AliveSuite::AddKeepAliveDead()
{
    AddBoth("keep-alive: unanswered: count probes, then error close", [](Script& w) {
        OpenAlive(w, 10, 5, 3);
        ExpectProbe(w, 11.007, 1);
        ExpectProbe(w, 16.007, 1);
        ExpectProbe(w, 21.007, 1);
        w.At(25.9).Nothing().State("ESTABLISHED").Events("created");
        TimedOut(w, 26.1, "created error");
        w.At(500.0).Nothing().Path("LISTEN SYN-RECEIVED ESTABLISHED CLOSED");
    });
    Add("keep-alive: by default nine probes 75 s apart (after 2 h)", [](Script& w) {
        SetTime(w, "KeepAliveIdle", 7200);
        w.PassiveOpen();
        for (int i = 0; i < 9; i++)
        {
            ExpectProbe(w, 7201.007 + 75 * i, 1);
        }
        w.At(7201 + 674.0).Nothing().State("ESTABLISHED");
        TimedOut(w, 7201 + 676.0, "created error");
    });
    Add("keep-alive: the last probe answered: the count begins anew", [](Script& w) {
        OpenAlive(w, 10, 5, 2);
        ExpectProbe(w, 11.007, 1);
        ExpectProbe(w, 16.007, 1);
        w.At(16.1).Send(ACK, 1, 1);
        w.At(25.9).Nothing().State("ESTABLISHED");
        w.At(32.0).Await(Seg(ACK, 0, 1, ANY));
        w.At(30.0).State("ESTABLISHED").Events("created");
        TimedOut(w, 60.0, "created error");
    });
    Add("keep-alive: the peer has crashed and come back: its RST ends it", [](Script& w) {
        OpenAlive(w, 10, 5, 3);
        ExpectProbe(w, 11.007, 1);
        w.Send(RST, 1);
        w.At(11.1).Nothing().State("CLOSED").Failure("reset").Events("created error");
    });
    Add("keep-alive: in CLOSE-WAIT", [](Script& w) {
        OpenAlive(w, 10, 5, 2);
        w.At(2.000).Send(FIN | ACK, 1, 1);
        w.At(2.002).Expect(ACK, 1, 2);
        ExpectProbe(w, 12.002, 1, 2);
        ExpectProbe(w, 17.002, 1, 2);
        // Its end was told when the FIN came.
        TimedOut(w, 30.0, "created normal");
    });
    Add("keep-alive: in FIN-WAIT-2 of a half-closed connection", [](Script& w) {
        OpenAlive(w, 10, 5, 2);
        w.At(2.000).ShutdownSend();
        w.At(2.001).Expect(FIN | ACK, 1, 1).Send(ACK, 1, 2);
        ExpectProbe(w, 12.002, 2);
        ExpectProbe(w, 17.002, 2);
        TimedOut(w, 30.0, "created error");
    });
    Add("keep-alive: none in TIME-WAIT", [](Script& w) {
        OpenAlive(w, 2, 1, 2);
        w.At(1.100).Close();
        w.At(1.101).Expect(FIN | ACK, 1, 1).Send(FIN | ACK, 1, 2);
        w.At(1.103).Expect(ACK, 2, 2);
        w.At(11.0).Nothing().State("TIME-WAIT");
        w.At(30.0).Nothing().Connections(0);
    });
}

/** Bring a passively opened connection into a synchronised state. @return RCV.NXT and SND.NXT */
std::pair<int64_t, int64_t>
Into(Script& w, const std::string& state)
{
    w.PassiveOpen();
    const bool peerFirst = state == "CLOSE-WAIT" || state == "LAST-ACK";
    if (peerFirst)
    {
        w.At(1.100).Send(FIN | ACK, 1, 1);
        w.At(1.102).Expect(ACK, 1, 2);
    }
    if (state != "ESTABLISHED" && state != "CLOSE-WAIT")
    {
        w.At(1.200).Close();
        w.At(1.201).Expect(FIN | ACK, 1, peerFirst ? 2 : 1);
    }
    if (state == "FIN-WAIT-2" || state == "TIME-WAIT")
    {
        w.At(1.210).Send(ACK, 1, 2);
    }
    if (state == "CLOSING" || state == "TIME-WAIT")
    {
        w.At(1.220).Send(FIN | ACK, 1, state == "CLOSING" ? 1 : 2);
        w.At(1.222).Expect(ACK, 2, 2);
    }
    w.At(1.300).Nothing().State(state);
    const bool peerClosed = peerFirst || state == "CLOSING" || state == "TIME-WAIT";
    const bool closed = state != "ESTABLISHED" && state != "CLOSE-WAIT";
    return {peerClosed ? 2 : 1, closed ? 2 : 1};
}

void
AliveSuite::AddKeepAliveOfPeer()
{
    for (const char* name : {"ESTABLISHED",
                             "FIN-WAIT-1",
                             "FIN-WAIT-2",
                             "CLOSE-WAIT",
                             "CLOSING",
                             "LAST-ACK",
                             "TIME-WAIT"})
    {
        for (const uint32_t octets : {0, 1})
        {
            const std::string state = name;
            Add("keep-alive: the peer's probe, " + std::to_string(octets) + " octets, in " + state +
                    ": ACK",
                [state, octets](Script& w) {
                    const auto [rcvNxt, sndNxt] = Into(w, state);
                    const int64_t acked = state == "FIN-WAIT-2" || state == "TIME-WAIT" ? 2 : 1;
                    for (double t : {1.4, 1.6})
                    {
                        w.At(t).Send(ACK, rcvNxt - 1, acked, octets);
                        w.At(t + 0.002).Expect(ACK, sndNxt, rcvNxt).State(state);
                    }
                    w.At(1.7).Nothing().Received(0);
                });
        }
    }
}

void
AliveSuite::AddUserTimeout()
{
    AddBoth("user timeout: SYN-SENT: the attempt ends then", [](Script& w) {
        SetTime(w, "UserTimeout", 5);
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0);
        w.At(2.001, 0.05).Expect(SYN, 0);
        w.At(4.001, 0.05).Expect(SYN, 0);
        w.At(5.900).Nothing().State("SYN-SENT").Events("");
        TimedOut(w, 6.100, "failed");
        w.At(500.0).Nothing();
    });
    AddBoth("user timeout: ESTABLISHED: text unacknowledged so long", [](Script& w) {
        SetTime(w, "UserTimeout", 5);
        w.PassiveOpen();
        w.At(2.000).Write(10);
        w.At(6.900).Skip().State("ESTABLISHED").Events("created");
        TimedOut(w, 7.100, "created error");
        w.At(500.0).Nothing();
    });
    Add("user timeout: acknowledgments of parts begin it anew", [](Script& w) {
        SetTime(w, "UserTimeout", 5);
        w.PassiveOpen();
        w.At(2.000).Write(1000);
        w.At(5.000).Skip().Send(ACK, 1, 537);
        w.At(9.900).Skip().State("ESTABLISHED");
        TimedOut(w, 10.10, "created error");
    });
    Add("user timeout: FIN-WAIT-1: FIN unacknowledged so long", [](Script& w) {
        SetTime(w, "UserTimeout", 5);
        w.PassiveOpen();
        w.At(2.000).ShutdownSend();
        w.At(6.900).Skip().State("FIN-WAIT-1");
        TimedOut(w, 7.100, "created error");
    });
    Add("user timeout: LAST-ACK: FIN unacknowledged so long", [](Script& w) {
        SetTime(w, "UserTimeout", 5);
        w.PassiveOpen();
        w.At(1.100).Send(FIN | ACK, 1, 1);
        w.At(2.000).Skip().Close();
        w.At(6.900).Skip().State("LAST-ACK");
        TimedOut(w, 7.100, "created normal");
    });
    Add("user timeout: CLOSING: FIN unacknowledged so long", [](Script& w) {
        SetTime(w, "UserTimeout", 5);
        w.PassiveOpen();
        w.At(2.000).ShutdownSend();
        w.At(2.100).Skip().Send(FIN | ACK, 1, 1);
        w.At(6.900).Skip().State("CLOSING");
        TimedOut(w, 7.100, "created normal");
    });
    Add("user timeout: an idle connection is not touched", [](Script& w) {
        SetTime(w, "UserTimeout", 5);
        w.PassiveOpen();
        w.At(2.000).Write(10);
        w.At(2.001).Expect(ACK, 1, 1, 10).Send(ACK, 1, 11);
        w.At(5000.0).Nothing().State("ESTABLISHED").Events("created");
    });
    Add("user timeout: half-closed and acknowledged: not touched", [](Script& w) {
        SetTime(w, "UserTimeout", 5);
        w.PassiveOpen();
        w.At(2.000).ShutdownSend();
        w.At(2.001).Expect(FIN | ACK, 1, 1).Send(ACK, 1, 2);
        w.At(5000.0).Nothing().State("FIN-WAIT-2").Events("created");
    });
    Add("user timeout: set on a live connection", [](Script& w) {
        w.PassiveOpen();
        w.At(1.500).Do([&w]() { w.Sock()->SetAttribute("UserTimeout", TimeValue(Seconds(5))); });
        w.At(2.000).Write(10);
        w.At(6.900).Skip().State("ESTABLISHED");
        TimedOut(w, 7.100, "created error");
    });
    Add("user timeout: longer than R2: it decides", [](Script& w) {
        SetTime(w, "UserTimeout", 600);
        w.PassiveOpen();
        w.At(2.000).Write(10);
        w.At(600.0).Skip().State("ESTABLISHED").Events("created");
        TimedOut(w, 603.0, "created error");
    });
    Add("user timeout: a live peer may keep its window closed for longer (MUST-37)", [](Script& w) {
        SetTime(w, "UserTimeout", 20);
        w.Window(0).PassiveOpen();
        w.At(1.100).Write(10);
        Answer(w, 2, 1000, Seg(ACK, 1, 1));
        w.State("ESTABLISHED").Events("created");
    });
    Add("user timeout: a closed window and a dead peer: before R2", [](Script& w) {
        SetTime(w, "UserTimeout", 20);
        w.Window(0).PassiveOpen();
        w.At(1.100).Write(10);
        w.At(20.00).Skip().State("ESTABLISHED").Events("created");
        TimedOut(w, 60.00, "created error");
    });
}

void
AliveSuite::AddUserTimeoutOption()
{
    const auto offer = [](double seconds, bool option) {
        return [seconds, option](Script& w) {
            SetTime(w, "UserTimeout", seconds);
            w.Set("UserTimeoutOption", BooleanValue(option));
        };
    };
    for (const auto& [seconds, field] :
         {std::pair<int, int>{120, 120}, {32767, 32767}, {36000, 0x8000 | 600}})
    {
        const auto set = offer(seconds, true);
        const int expected = field;
        AddBoth("option: user timeout " + std::to_string(seconds) + " s on SYN and SYN+ACK",
                [set, expected](Script& w) {
                    set(w);
                    w.At(1.000).Connect();
                    w.At(1.001).Expect(SYN, 0);
                    w.Check(UserTimeoutOf(w.Last()) == expected, "SYN has another option");
                    w.Send(RST | ACK, 0, 1);
                    w.At(2.000).Listen();
                    w.Use(40000).At(2.100).Send(SYN, 0);
                    w.At(2.102).Expect(SYN | ACK, 0, 1);
                    w.Check(UserTimeoutOf(w.Last()) == expected, "SYN+ACK has another option");
                    w.Send(RST, 1);
                    w.At(2.200);
                });
    }
    for (const auto& [seconds, option] : {std::pair<int, bool>{120, false}, {0, true}})
    {
        const auto set = offer(seconds, option);
        Add(std::string("option: user timeout ") + (option ? "not set" : "set") +
                ", UserTimeoutOption " + (option ? "on" : "off") + ": no option",
            [set](Script& w) {
                set(w);
                w.At(1.000).Connect();
                w.At(1.001).Expect(SYN, 0);
                w.Check(UserTimeoutOf(w.Last()) == -1, "SYN has the option");
                w.At(1.010);
            });
    }
    Add("option: user timeout also on the first segment without SYN (RFC 5482 3)",
        [offer](Script& w) {
            offer(120, true)(w);
            w.At(1.000).Connect();
            w.At(1.001).Expect(SYN, 0);
            SendUserTimeout(w, Seg(SYN | ACK, 0, 1), 120);
            w.At(1.003).Expect(ACK, 1, 1);
            w.Check(UserTimeoutOf(w.Last()) == 120, "no option on the third segment");
        });

    struct Pair
    {
        int own;
        int peer;
        int used;
        bool option;
    };

    for (const Pair& p : {Pair{120, 200, 200, true},
                          Pair{200, 120, 200, true},
                          Pair{120, 0x8000 | 5, 300, true},
                          Pair{120, 200, 120, false}})
    {
        const auto set = offer(p.own, p.option);
        const std::string name = "option: user timeout " + std::to_string(p.own) +
                                 ", the peer's field " + std::to_string(p.peer) +
                                 (p.option ? "" : ", option off") + ": " + std::to_string(p.used);
        Add(name, [set, p](Script& w) {
            set(w);
            w.At(0.900).Listen();
            w.At(0.990).Current();
            w.At(1.000).Skip();
            SendUserTimeout(w, Seg(SYN, 0), static_cast<uint16_t>(p.peer));
            w.At(1.002).Expect(SYN | ACK, 0, 1).Send(ACK, 1, 1);
            w.At(2.000).Write(10);
            w.At(2 + p.used - 0.5).Skip().State("ESTABLISHED");
            TimedOut(w, 2 + p.used + 0.5, "created error");
        });
    }
    Add("option: user timeout of a later segment counts too", [offer](Script& w) {
        offer(120, true)(w);
        w.PassiveOpen();
        w.At(1.100).Skip();
        SendUserTimeout(w, Seg(ACK, 1, 1), 200);
        w.At(2.000).Write(10);
        w.At(201.5).Skip().State("ESTABLISHED");
        TimedOut(w, 202.5, "created error");
    });
}

AliveSuite::AliveSuite()
    : Suite("tcp-conn-wire-alive")
{
    AddKeepAlive();
    AddKeepAliveDead();
    AddKeepAliveOfPeer();
    AddUserTimeout();
    AddUserTimeoutOption();
}

/** The one instance. */
AliveSuite g_aliveSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
