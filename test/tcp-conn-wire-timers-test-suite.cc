/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-wire-timers.h"

#include "ns3/double.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * The timers of a connection, as the wire and an application see them: zero-window probes
 * (RFC 9293 3.8.6.1), the time limits of FIN-WAIT-2 and of a lingering close, delayed ACKs
 * (3.8.6.3), R1 and R2 (3.8.3), and back-off (RFC 6298).
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/** See the file. */
class TimersSuite : public Suite
{
  public:
    TimersSuite();

  private:
    void AddPersist();
    void AddPersistRaces();
    void AddFinWait2();
    void AddLinger();
    void AddDelayedAck();
    void AddLimits();
    void AddBackoff();
};

/** @param w the script @param from time of the first @return segments with text or a SYN or FIN */
int
Counted(Script& w, double from)
{
    const auto& seen = w.Wire().seen;
    return static_cast<int>(std::count_if(seen.begin(), seen.end(), [from](const Segment& s) {
        return s.time.GetSeconds() >= from && (!s.payload.empty() || (s.flags & (SYN | FIN)));
    }));
}

void
TimersSuite::AddPersist()
{
    const auto probes = [](double first, std::vector<double> times) {
        return [first, times](Script& w) {
            if (first > 0)
            {
                SetTime(w, "PersistTimeout", first);
            }
            w.Window(0).PassiveOpen();
            w.At(1.100).Write(1000);
            for (double t : times)
            {
                w.At(1.101 + t, 0.05).Expect(Seg(ACK, 1, 1, ANY));
                w.Check(!w.Last().payload.empty(), "a probe without new data");
                w.Send(ACK, 1, 1);
            }
            w.State("ESTABLISHED");
        };
    };
    AddBoth("persist: 6 s, doubled to 60 s, an octet of new data at least (MUST-36)",
            probes(0, {6, 18, 42, 90, 150, 210}));
    Add("persist: PersistTimeout 2 s: 2, 4, 8, 16, 32, 60, 60 s",
        probes(2, {2, 6, 14, 30, 62, 122, 182}));
    Add("persist: a live peer for ever (MUST-37)", [](Script& w) {
        w.Window(0).PassiveOpen();
        w.At(1.1).Write(10);
        const int probes = Answer(w, 2, 3 * 3600, Seg(ACK, 1, 1));
        w.State("ESTABLISHED").Events("created");
        w.Check(probes >= 170, std::to_string(probes) + " probes in three hours");
        w.Skip().Send(Seg(ACK, 1, 1).Win(1000));
        w.At(3 * 3600 - 0.9).Await(Seg(ACK, 1, 1, 10)).Send(ACK, 1, 11);
    });
    Add("persist: a dead peer is given up, not before 100 s", [](Script& w) {
        w.Window(0).PassiveOpen();
        w.At(1.1).Write(10);
        w.At(101.0).Skip().State("ESTABLISHED").Events("created");
        TimedOut(w, 1000.0, "created error");
    });
    Add("persist: the peer dies after an hour: given up", [](Script& w) {
        w.Window(0).PassiveOpen();
        w.At(1.1).Write(10);
        Answer(w, 2, 3600, Seg(ACK, 1, 1));
        w.At(3640).Skip().State("ESTABLISHED").Events("created");
        TimedOut(w, 5000.0, "created error");
    });
    Add("persist: the window opened and closed again: the first interval again", [](Script& w) {
        w.Window(0).PassiveOpen();
        w.At(1.100).Write(20);
        w.At(7.101, 0.05).Expect(Seg(ACK, 1, 1, ANY)).Send(ACK, 1, 1);
        w.At(19.10, 0.05).Expect(Seg(ACK, 1, 1, ANY));
        w.At(19.20).Send(Seg(ACK, 1, 1).Win(10));
        w.At(19.25).Await(Seg(ACK, 1, 1, 10));
        w.At(20.00).Skip().Send(Seg(ACK, 1, 11).Win(0));
        w.At(26.00, 0.1).Expect(Seg(ACK, 11, 1, ANY));
        w.Send(Seg(ACK, 1, 21).Win(1000));
        w.At(26.20).Skip();
    });
}

void
TimersSuite::AddPersistRaces()
{
    Add("persist: the window update is lost: the answer to the probe opens it", [](Script& w) {
        w.Window(0).PassiveOpen();
        w.At(1.100).Write(100);
        w.At(7.101, 0.05).Expect(Seg(ACK, 1, 1, ANY)).Send(Seg(ACK, 1, 1).Win(1000));
        w.At(7.200).Await(Seg(ACK, 1, 1, 100)).Send(Seg(ACK, 1, 101).Win(1000));
        w.At(200.0).Nothing().State("ESTABLISHED");
    });
    Add("persist: the window update crosses the probe: each octet once", [](Script& w) {
        w.Window(0).PassiveOpen();
        w.At(1.100).Write(100);
        w.At(7.100).Nothing().Send(Seg(ACK, 1, 1).Win(1000)); // at the host 1 ms later
        w.At(7.101, 0.05).Expect(Seg(ACK, 1, 1, ANY));
        w.At(7.110).Await(Seg(ACK, ANY, 1, ANY));
        const auto end = static_cast<int64_t>(w.Last().seq - w.Current().iss) +
                         static_cast<int64_t>(w.Last().payload.size());
        w.Check(end == 101, "the text does not go on to its end");
        w.Send(Seg(ACK, 1, 101).Win(1000));
        w.At(200.0).Skip().State("ESTABLISHED");
        w.Check(w.End().acked == 100, std::to_string(w.End().acked) + " bytes told as sent");
    });
    Add("persist: the probe's octet is taken: the next probe is the next octet", [](Script& w) {
        w.Window(0).PassiveOpen();
        w.At(1.100).Write(100);
        w.At(7.101, 0.05).Expect(Seg(ACK, 1, 1, 1)).Send(Seg(ACK, 1, 2).Win(0));
        w.At(60.00).Await(Seg(ACK, 2, 1, 1)).Send(Seg(ACK, 1, 2).Win(1000));
        w.At(60.10).Await(Seg(ACK, 2, 1, 99)).Send(Seg(ACK, 1, 101).Win(1000));
        w.At(300.0).Nothing().State("ESTABLISHED");
        w.Check(w.End().acked == 100, std::to_string(w.End().acked) + " bytes told as sent");
    });
    Add("persist: octet after octet is taken through probes, then FIN", [](Script& w) {
        SetTime(w, "PersistTimeout", 1);
        w.Window(0).PassiveOpen();
        w.At(1.100).Write(5).Close();
        for (int64_t i = 1; i <= 5; i++)
        {
            w.At(1.1 + 100.0 * i).Await(Seg(ACK, i, 1, 1).OrFin()).Send(Seg(ACK, 1, i + 1).Win(0));
        }
        w.At(600.0).Skip().State("FIN-WAIT-1").Send(Seg(ACK, 1, 6).Win(1000));
        w.At(700.0).Await(Seg(FIN | ACK, 6, 1)).Send(Seg(ACK, 1, 7).Win(1000));
        w.At(710.0).Skip().State("FIN-WAIT-2");
    });
    Add("persist: window shrunk to nothing with text in flight: probed, then repaired",
        [](Script& w) {
            w.Window(2000).PassiveOpen();
            w.At(1.100).Write(1000);
            w.At(1.101).Expect(ACK, 1, 1, 536).Expect(ACK, 537, 1, 464);
            w.Send(Seg(ACK, 1, 1).Win(0));
            const int answered = Answer(w, 2, 1000, Seg(ACK, 1, 1).Win(0));
            w.State("ESTABLISHED").Events("created");
            w.Check(answered >= 10, "not probed: " + std::to_string(answered));
            w.Send(Seg(ACK, 1, 1).Win(2000));
            w.At(1000.5).Await(Seg(ACK, 1, 1, 536)).Send(ACK, 1, 537);
            w.At(1100.0).Await(Seg(ACK, 537, 1, 464)).Send(ACK, 1, 1001);
            w.At(1300.0).Skip().State("ESTABLISHED");
        });
    Add("persist: window shrunk to nothing, then the peer dies: given up", [](Script& w) {
        w.Window(2000).PassiveOpen();
        w.At(1.100).Write(1000);
        w.At(1.110).Skip().Send(Seg(ACK, 1, 1).Win(0));
        w.At(100.0).Skip().State("ESTABLISHED");
        TimedOut(w, 2000.0, "created error");
    });
    Add("persist: window shrunk over the text in flight: its ACK is taken", [](Script& w) {
        w.Window(2000).PassiveOpen();
        w.At(1.100).Write(1000);
        w.At(1.101).Expect(ACK, 1, 1, 536).Expect(ACK, 537, 1, 464);
        w.Send(Seg(ACK, 1, 1).Win(0)).At(1.200).Send(Seg(ACK, 1, 1001).Win(2000));
        w.At(300.0).Nothing().State("ESTABLISHED");
    });
}

void
TimersSuite::AddFinWait2()
{
    const auto toFinWait2 = [](Script& w) {
        w.PassiveOpen();
        w.At(2.000).Close();
        w.At(2.001).Expect(FIN | ACK, 1, 1).Send(ACK, 1, 2);
    };
    const auto limit = [toFinWait2](double attribute, double seconds) {
        return [=](Script& w) {
            if (attribute > 0)
            {
                SetTime(w, "FinWait2Timeout", attribute);
            }
            toFinWait2(w);
            w.At(2 + seconds - 0.1).Nothing().State("FIN-WAIT-2");
            w.At(2 + seconds + 0.1).Nothing().State("CLOSED").Connections(0);
            // A FIN that comes later finds nothing.
            w.At(400.0).Send(FIN | ACK, 1, 2);
            w.At(400.002).Expect(RST, 2);
        };
    };
    AddBoth("FIN-WAIT-2: an orphan's ends after 60 s", limit(0, 60));
    Add("FIN-WAIT-2: FinWait2Timeout 10 s", limit(10, 10));
    Add("FIN-WAIT-2: FinWait2Timeout 0: no limit", [toFinWait2](Script& w) {
        SetTime(w, "FinWait2Timeout", 0);
        toFinWait2(w);
        w.At(86400.0).Nothing().State("FIN-WAIT-2").Send(FIN | ACK, 1, 2);
        w.At(86400.002).Expect(ACK, 2, 2).State("TIME-WAIT");
    });
    Add("FIN-WAIT-2: no limit while the application holds the other half", [](Script& w) {
        SetTime(w, "FinWait2Timeout", 10);
        w.PassiveOpen();
        w.At(2.000).ShutdownSend();
        w.At(2.001).Expect(FIN | ACK, 1, 1).Send(ACK, 1, 2);
        w.At(1000.0).Nothing().State("FIN-WAIT-2").Send(ACK, 1, 2, 10);
        w.At(1000.002).Expect(ACK, 2, 11).Received(10);
        w.At(1001.0).Close();
        w.At(1010.9).Nothing().State("FIN-WAIT-2");
        w.At(1011.1).Nothing().State("CLOSED").Connections(0);
    });
    Add("FIN-WAIT-2: a FIN in time: TIME-WAIT for 2 MSL from then", [toFinWait2](Script& w) {
        SetTime(w, "FinWait2Timeout", 10);
        toFinWait2(w);
        w.At(11.00).Send(FIN | ACK, 1, 2);
        w.At(11.002).Expect(ACK, 2, 2);
        w.At(20.90).Nothing().State("TIME-WAIT");
        w.At(21.10).Nothing().State("CLOSED").Connections(0);
    });
}

void
TimersSuite::AddLinger()
{
    const auto reset = [](Script& w, double t) {
        w.At(t - 0.1).Skip();
        w.At(t + 0.1).Skip().State("CLOSED").Connections(0);
        w.Check(w.Wire().seen.back().flags & RST, "no RST");
        w.At(t + 500).Nothing();
    };
    Add("Linger 3 s: only the FIN unacknowledged: RST then", [reset](Script& w) {
        w.Set("Linger", DoubleValue(3));
        w.PassiveOpen();
        w.At(2.000).Close();
        w.At(4.800).Skip().State("FIN-WAIT-1");
        reset(w, 5.0);
    });
    Add("Linger 3 s: text behind a closed window: RST then", [reset](Script& w) {
        w.Set("Linger", DoubleValue(3));
        w.Window(0).PassiveOpen();
        w.At(2.000).Write(10).Close();
        w.At(4.800).Skip().State("FIN-WAIT-1");
        reset(w, 5.0);
    });
    Add("Linger 3 s: LAST-ACK: RST then", [reset](Script& w) {
        w.Set("Linger", DoubleValue(3));
        w.PassiveOpen();
        w.At(1.100).Send(FIN | ACK, 1, 1);
        w.At(2.000).Skip().Write(10).Close();
        w.At(4.800).Skip().State("LAST-ACK");
        reset(w, 5.0);
    });
    Add("Linger 3 s: half-closed before: it begins with Close", [reset](Script& w) {
        w.Set("Linger", DoubleValue(3));
        w.PassiveOpen();
        w.At(2.000).ShutdownSend();
        w.At(8.000).Skip().State("FIN-WAIT-1").Close();
        w.At(10.80).Skip().State("FIN-WAIT-1");
        reset(w, 11.0);
    });
    AddBoth("Linger 3 s: delivered at the last moment: a usual release", [](Script& w) {
        w.Set("Linger", DoubleValue(3));
        w.PassiveOpen();
        w.At(2.000).Write(10).Close();
        w.At(4.900).Skip().Send(ACK, 1, 12);
        w.At(10.00).Nothing().State("FIN-WAIT-2").Send(FIN | ACK, 1, 12);
        w.At(10.002).Expect(ACK, 12, 2).State("TIME-WAIT");
        w.At(21.00).Nothing().Connections(0);
    });
    Add("Linger off: text goes on being sent after Close", [](Script& w) {
        w.PassiveOpen();
        w.At(2.000).Write(10).Close();
        w.At(60.00).Skip().State("FIN-WAIT-1").Send(ACK, 1, 12);
        w.At(60.10).Nothing().State("FIN-WAIT-2");
    });
}

/** Passive open and ten bytes: the first text that comes may be acknowledged at once. */
void
Warm(Script& w)
{
    w.PassiveOpen();
    w.At(1.100).Send(ACK, 1, 1, 10);
    w.At(1.900).Skip().Received(10);
}

void
TimersSuite::AddDelayedAck()
{
    const auto delayed = [](double timeout, double expected) {
        return [timeout, expected](Script& w) {
            w.Set("DelAckCount", UintegerValue(2));
            if (timeout > 0)
            {
                SetTime(w, "DelAckTimeout", timeout);
            }
            Warm(w);
            w.At(2.000).Send(ACK, 11, 1, 10);
            w.At(2.002 + expected, 0.01).Expect(ACK, 1, 21);
        };
    };
    AddBoth("delayed ACK: 200 ms after the first segment", delayed(0, 0.2));
    Add("delayed ACK: DelAckTimeout 400 ms", delayed(0.4, 0.4));
    Add("delayed ACK: DelAckTimeout 50 ms", delayed(0.05, 0.05));
    for (const uint32_t count : {1, 2, 3})
    {
        Add("delayed ACK: DelAckCount " + std::to_string(count), [count](Script& w) {
            w.Set("DelAckCount", UintegerValue(count));
            Warm(w);
            for (uint32_t i = 0; i < 2 * count; i++)
            {
                const double t = 2 + 0.01 * i;
                w.At(t).Nothing().Send(ACK, 11 + 536 * i, 1, 536);
                if (i % count == count - 1)
                {
                    w.At(t + 0.002).Expect(ACK, 1, 11 + 536 * (i + 1));
                }
            }
            w.At(10.0).Nothing();
        });
    }
    Add("delayed ACK: counted from the first segment, not the last", [](Script& w) {
        w.Set("DelAckCount", UintegerValue(3));
        Warm(w);
        w.At(2.000).Send(ACK, 11, 1, 10);
        w.At(2.150).Send(ACK, 21, 1, 10);
        w.At(2.202, 0.01).Expect(ACK, 1, 31);
    });
    Add("delayed ACK: a FIN is acknowledged at once, with the text before it", [](Script& w) {
        w.Set("DelAckCount", UintegerValue(2));
        Warm(w);
        w.At(2.000).Send(ACK, 11, 1, 10);
        w.At(2.010).Nothing().Send(FIN | ACK, 21, 1);
        w.At(2.012).Expect(ACK, 1, 22);
        w.At(3.000).Nothing();
    });
}

void
TimersSuite::AddLimits()
{
    for (const uint32_t count : {0, 1, 2, 3, 4, 5})
    {
        const double end = std::pow(2.0, count + 1) - 1;
        const std::string number = std::to_string(count);
        Add("R2: ConnCount " + number + ": so many SYNs more, then failed", [=](Script& w) {
            w.Set("ConnCount", UintegerValue(count));
            w.At(1.000).Connect();
            w.At(1 + end - 0.1).Skip().State("SYN-SENT");
            TimedOut(w, 1 + end + 0.1, "failed");
            const int syns = Counted(w, 1.0);
            w.Check(syns == static_cast<int>(count) + 1, std::to_string(syns) + " SYNs");
        });
        Add("R2: DataRetries " + number + ": text sent so many times more", [=](Script& w) {
            w.Set("DataRetries", UintegerValue(count));
            w.PassiveOpen();
            w.At(2.000).Write(10);
            w.At(2 + end - 0.1).Skip().State("ESTABLISHED");
            TimedOut(w, 2 + end + 0.1, "created error");
            const int sent = Counted(w, 2.0);
            w.Check(sent == static_cast<int>(count) + 1, std::to_string(sent) + " segments");
        });
        Add("R2: DataRetries " + number + ": FIN sent so many times more", [=](Script& w) {
            w.Set("DataRetries", UintegerValue(count));
            w.PassiveOpen();
            w.At(2.000).ShutdownSend();
            w.At(2 + end - 0.1).Skip().State("FIN-WAIT-1");
            TimedOut(w, 2 + end + 0.1, "created error");
            const int sent = Counted(w, 2.0);
            w.Check(sent == static_cast<int>(count) + 1, std::to_string(sent) + " segments");
        });
    }
    Add("R2: ConnCount 9: as many SYNs more", [](Script& w) {
        w.Set("ConnCount", UintegerValue(9));
        w.At(1.000).Connect();
        TimedOut(w, 1000.0, "failed");
        w.Check(Counted(w, 1.0) == 10, std::to_string(Counted(w, 1.0)) + " SYNs");
    });
    AddBoth("R2: by default a SYN is not given up before 180 s (MUST-23)", [](Script& w) {
        w.At(1.000).Connect();
        w.At(181.0).Skip().State("SYN-SENT").Events("");
        TimedOut(w, 400.0, "failed");
    });
    AddBoth("R2: by default text is not given up before 100 s (SHLD-11)", [](Script& w) {
        w.PassiveOpen();
        w.At(2.000).Write(10);
        w.At(102.0).Skip().State("ESTABLISHED").Events("created");
        TimedOut(w, 400.0, "created error");
    });
    Add("R2: an acknowledgment begins the count anew", [](Script& w) {
        w.Set("DataRetries", UintegerValue(2));
        w.PassiveOpen();
        w.At(2.000).Write(1000);
        w.At(6.000).Skip().State("ESTABLISHED").Send(ACK, 1, 537);
        w.At(12.00).Skip().State("ESTABLISHED");
        TimedOut(w, 60.0, "created error");
    });
}

void
TimersSuite::AddBackoff()
{
    AddBoth("back-off: FIN: 1, 2, 4, 8, 16, 32, 60 s (RFC 6298 2.5)", [](Script& w) {
        w.Set("DataRetries", UintegerValue(20));
        w.PassiveOpen();
        w.At(2.000).ShutdownSend();
        for (double t : {0, 1, 3, 7, 15, 31, 63, 123, 183, 243})
        {
            w.At(2.001 + t, 0.05).Expect(FIN | ACK, 1, 1);
        }
    });
    Add("back-off: SYN+ACK: 1, 2, 4, 8, 16, 32 s", [](Script& w) {
        w.At(1.900).Listen();
        w.At(2.000).Send(SYN, 0);
        for (double t : {0, 1, 3, 7, 15, 31, 63})
        {
            w.At(2.002 + t, 0.05).Expect(SYN | ACK, 0, 1);
        }
    });
    Add("back-off: a SYN+ACK was lost: first RTO for text is 3 s, then 6 s", [](Script& w) {
        w.At(1.900).Listen();
        w.At(2.000).Send(SYN, 0);
        w.At(2.002).Expect(SYN | ACK, 0, 1);
        w.At(3.002, 0.05).Expect(SYN | ACK, 0, 1);
        w.At(3.100).Send(ACK, 1, 1);
        w.At(4.000).Write(10);
        for (double t : {0, 3, 9, 21})
        {
            w.At(4.001 + t, 0.05).Expect(ACK, 1, 1, 10);
        }
    });
    Add("back-off: a SYN was lost: 3 s until something is timed, 1 s after", [](Script& w) {
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0);
        w.At(2.001, 0.05).Expect(SYN, 0);
        w.At(2.100).Send(SYN | ACK, 0, 1);
        w.At(2.102).Expect(ACK, 1, 1);
        w.At(3.000).Write(10);
        w.At(3.001).Expect(ACK, 1, 1, 10).Send(ACK, 1, 11);
        w.At(4.000).Write(10);
        w.At(4.001).Expect(ACK, 11, 1, 10);
        w.At(5.001, 0.05).Expect(ACK, 11, 1, 10);
    });
}

TimersSuite::TimersSuite()
    : Suite("tcp-conn-wire-timers")
{
    AddPersist();
    AddPersistRaces();
    AddFinWait2();
    AddLinger();
    AddDelayedAck();
    AddLimits();
    AddBackoff();
}

/** The one instance. */
TimersSuite g_timersSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
