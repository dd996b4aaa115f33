/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-admission-test.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/random-variable-stream.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>

/**
 * @file
 * @ingroup tcp-conn
 * Which SYNs a listener takes and where connections wait: SYN queue and accept queue as Linux has
 * them, SYN cache, unlimited; what the application is asked; and the counters.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/// TypeIds of the policies.
const std::string BACKLOG = "ns3::TcpConnBacklog";
const std::string CACHE = "ns3::TcpConnSynCache";
const std::string UNLIMITED = "ns3::TcpConnUnlimited";
const std::string COOKIES = "ns3::TcpConnSynCookies";

/** See the file. */
class AdmissionSuite : public Suite
{
  public:
    AdmissionSuite();

  private:
    void AddSynQueue();
    void AddAcceptQueue();
    void AddAccepting();
    void AddAsked();
    void AddCache();
    void AddUnlimited();
    void AddFlood();
};

void
AdmissionSuite::AddSynQueue()
{
    AddBoth("backlog: the SYN queue is full: the SYN is dropped without a word", [](Script& w) {
        w.Policy("Admission", BACKLOG + "[Backlog=2]").Listen();
        HalfOpen(w, 40000, 1.0);
        HalfOpen(w, 40001, 1.1);
        SynDropped(w, 40002, 1.2);
        const auto c = CountersOf(w);
        w.Check(c.syns == 3 && c.queued == 2 && c.dropped == 1 && c.halfOpen == 2, "counters");
        w.Check(w.Listener().events == "request request", w.Listener().events);
    });
    AddBoth("backlog: a place is free when one is established, and the SYN comes again",
            [](Script& w) {
                w.Policy("Admission", BACKLOG + "[Backlog=1]").Listen();
                HalfOpen(w, 40000, 1.0);
                SynDropped(w, 40001, 1.1);
                w.Use(40000).At(1.2).Send(ACK, 1, 1);
                HalfOpen(w, 40001, 2.1);
                const auto c = CountersOf(w);
                w.Check(c.syns == 3 && c.established == 1 && c.halfOpen == 1, "counters");
            });
    Add("backlog: a place is free when one is reset, or gives up", [](Script& w) {
        w.Set("ConnCount", UintegerValue(0)).Policy("Admission", BACKLOG + "[Backlog=1]").Listen();
        HalfOpen(w, 40000, 1.0);
        w.At(1.1).Send(RST, 1);
        HalfOpen(w, 40001, 1.2);
        w.At(2.5).Nothing(); // not sent again: given up after 1 s
        HalfOpen(w, 40002, 3.0);
        const auto c = CountersOf(w);
        w.Check(c.queued == 3 && c.Failed() == 2 && c.halfOpen == 1, "counters");
    });
    Add("backlog: the SYN of a half-open connection again: no new place, not counted",
        [](Script& w) {
            w.Policy("Admission", BACKLOG + "[Backlog=1]").Listen();
            HalfOpen(w, 40000, 1.0);
            w.At(1.1).Send(SYN, 0);
            w.At(1.102).Expect(SYN | ACK, 0, 1);
            w.Check(CountersOf(w).syns == 1 && CountersOf(w).halfOpen == 1, "counters");
        });
    Add("backlog: each listener has its own", [](Script& w) {
        w.Policy("Admission", BACKLOG + "[Backlog=1]").Listen();
        HalfOpen(w, 40000, 1.0);
        w.At(1.1).Listen(81);
        w.Use(40000, 81).At(1.2).Send(SYN, 0);
        w.At(1.202).Expect(SYN | ACK, 0, 1);
        SynDropped(w, 40001, 1.3);
    });
    Add("backlog 0: nobody is let in", [](Script& w) {
        w.Policy("Admission", BACKLOG + "[Backlog=0]").Listen();
        SynDropped(w, 40000, 1.0);
    });
}

void
AdmissionSuite::AddAcceptQueue()
{
    // As Linux: the queue holds one more than the backlog.
    const auto full = [](Script& w, const std::string& policy) {
        w.Set("ManualAccept", BooleanValue(true)).Policy("Admission", policy).Listen();
        Open(w, 40000, 1.0);
        Open(w, 40001, 1.1);
        HalfOpen(w, 40002, 1.2);
        HalfOpen(w, 40003, 1.3);
        w.Use(40002).At(1.4).Send(ACK, 1, 1);
        w.At(1.41).Nothing().State("ESTABLISHED");
    };
    AddBoth("accept queue full: SYNs are dropped; half-open ones stay in the SYN queue",
            [full](Script& w) {
                full(w, BACKLOG + "[Backlog=2]");
                SynDropped(w, 40004, 1.5);
                w.Use(40003).At(1.6).Send(ACK, 1, 1);
                w.At(1.7).Nothing().State("SYN-RECEIVED");
                const auto c = CountersOf(w);
                w.Check(c.overflows == 1 && c.established == 3 && c.halfOpen == 1, "counters");
                w.Check(c.syns == 5 && c.dropped == 1, "SYN counters");
            });
    AddBoth("accept queue full: the SYN+ACK comes again; after Accept the ACK is taken",
            [full](Script& w) {
                full(w, BACKLOG + "[Backlog=2]");
                w.Use(40003).At(1.6).Send(ACK, 1, 1);
                w.At(2.302).Expect(SYN | ACK, 0, 1).Send(ACK, 1, 1); // no room yet
                w.At(3.000).State("SYN-RECEIVED").Do([&w]() {
                    Address from;
                    Ptr<Socket> s = ListenerOf(w)->Accept(from);
                    w.Check(s && from == w.PeerAddress().With(40000), "not the oldest");
                });
                w.At(4.302).Expect(SYN | ACK, 0, 1).Send(ACK, 1, 1);
                w.At(4.400).Nothing().State("ESTABLISHED");
                w.Check(CountersOf(w).overflows == 2, "overflows");
            });
    Add("accept queue full: text on the third segment is not taken", [full](Script& w) {
        full(w, BACKLOG + "[Backlog=2]");
        w.Use(40003).At(1.6).Send(ACK, 1, 1, 10);
        w.At(1.7).Nothing().State("SYN-RECEIVED");
        w.Do([&w]() {
            Address from;
            ListenerOf(w)->Accept(from);
        });
        w.At(1.8).Send(ACK, 1, 1, 10);
        w.At(1.9).Await(Seg(ACK, 1, 11)).State("ESTABLISHED");
    });
    AddBoth("accept queue full, AbortOnOverflow: RST", [full](Script& w) {
        full(w, BACKLOG + "[Backlog=2|AbortOnOverflow=true]");
        w.Use(40003).At(1.6).Send(ACK, 1, 1);
        w.At(1.602).ExpectReset(1).State("CLOSED");
        const auto c = CountersOf(w);
        w.Check(c.overflows == 1 && c.Failed() == 1 && c.halfOpen == 0, "counters");
        SynDropped(w, 40004, 1.7); // SYNs are dropped all the same
    });
    Add("accept queue: the application accepts at once: it is never full", [](Script& w) {
        w.Policy("Admission", BACKLOG + "[Backlog=1]").Listen();
        for (int i = 0; i < 20; i++)
        {
            Open(w, static_cast<uint16_t>(40000 + i), 1.0 + 0.1 * i);
        }
        w.Check(CountersOf(w).established == 20 && CountersOf(w).dropped == 0, "counters");
    });
}

void
AdmissionSuite::AddAccepting()
{
    AddBoth("AcceptRate 2: one each half second", [](Script& w) {
        w.Set("AcceptRate", DoubleValue(2)).Listen();
        for (int i = 0; i < 3; i++)
        {
            Open(w, static_cast<uint16_t>(40000 + i), 1.0 + 0.01 * i);
        }
        const std::size_t times[] = {0, 1, 2, 3, 3};
        for (int i = 0; i < 5; i++)
        {
            w.At(1.2 + 0.5 * i).Nothing();
            const auto waiting = ListenerOf(w)->GetStatus();
            w.Check(waiting.find("accepting " + std::to_string(3 - times[i])) != std::string::npos,
                    std::to_string(i) + ": " + waiting);
        }
    });
    Add("AcceptRate is AcceptInterval's inverse", [](Script& w) {
        w.Set("AcceptRate", DoubleValue(4)).Listen();
        TimeValue interval;
        DoubleValue rate;
        w.Listener().socket->GetAttribute("AcceptInterval", interval);
        w.Check(interval.Get() == MilliSeconds(250), "not 250 ms");
        w.Listener().socket->SetAttribute("AcceptInterval", TimeValue(MilliSeconds(100)));
        w.Listener().socket->GetAttribute("AcceptRate", rate);
        w.Check(rate.Get() > 9.99 && rate.Get() < 10.01, "not 10");
    });
    Add("AcceptRate slower than they come: the queue overflows, then drains", [](Script& w) {
        w.Set("AcceptRate", DoubleValue(1)).Policy("Admission", BACKLOG + "[Backlog=1]").Listen();
        Open(w, 40000, 1.0);
        Open(w, 40001, 1.1);
        SynDropped(w, 40002, 1.2);
        Open(w, 40003, 2.1);
    });
}

void
AdmissionSuite::AddAsked()
{
    for (const std::string& policy :
         {BACKLOG, CACHE, UNLIMITED, COOKIES + "[Always=true]", COOKIES + "[Backlog=0]"})
    {
        const bool cookies = policy.find("Cookies") != std::string::npos;
        AddBoth(policy + ": asked once a connection" + (cookies ? ", at the valid ACK" : ""),
                [policy, cookies](Script& w) {
                    w.Allow("LISTEN", "ESTABLISHED").Policy("Admission", policy).Listen();
                    w.Use(40000).At(1.0).Send(SYN, 0);
                    w.At(1.002).Expect(SYN | ACK, 0, 1);
                    w.Check(w.Listener().events == (cookies ? "" : "request"), "at the SYN");
                    w.At(1.003).Send(ACK, 1, 1);
                    w.At(1.010).Nothing().State("ESTABLISHED").Events("created");
                    w.Check(w.Listener().events == "request", w.Listener().events);
                    CheckIdentities(w, CountersOf(w));
                });
        AddBoth(policy + ": not wanted: dropped without a word", [policy, cookies](Script& w) {
            w.Accept(false).Policy("Admission", policy).Listen();
            w.Use(40000).At(1.0).Send(SYN, 0);
            if (cookies)
            {
                w.At(1.002).Expect(SYN | ACK, 0, 1).Send(ACK, 1, 1);
            }
            w.At(2.0).Nothing().Connections(0);
            w.Check(w.Listener().events == "request", w.Listener().events);
            const auto c = CountersOf(w);
            w.Check(cookies ? c.cookiesLost == 1 : c.dropped == 1, "counters");
            CheckIdentities(w, c);
        });
        AddBoth(policy + ": not wanted, RefuseByReset: RST", [policy, cookies](Script& w) {
            w.Set("RefuseByReset", BooleanValue(true));
            w.Accept(false).Policy("Admission", policy).Listen();
            w.Use(40000).At(1.0).Send(SYN, 0);
            if (cookies)
            {
                w.At(1.002).Expect(SYN | ACK, 0, 1).Send(ACK, 1, 1);
                w.At(1.004).ExpectReset(1);
            }
            else
            {
                w.At(1.002).Expect(RST | ACK, 0, 1);
            }
            w.Connections(0);
            const auto c = CountersOf(w);
            w.Check(cookies ? c.cookiesLost == 1 : c.refused == 1, "counters");
            CheckIdentities(w, c);
        });
    }
}

void
AdmissionSuite::AddCache()
{
    AddBoth("SYN cache: full: the oldest makes room", [](Script& w) {
        w.Policy("Admission", CACHE + "[Limit=2]").Listen();
        HalfOpen(w, 40000, 1.0);
        HalfOpen(w, 40001, 1.1);
        HalfOpen(w, 40002, 1.2);
        w.Connections(2).Use(40000).State("CLOSED").Path("LISTEN SYN-RECEIVED CLOSED");
        w.Use(40001).State("SYN-RECEIVED");
        HalfOpen(w, 40003, 1.3);
        w.Connections(2).Use(40001).State("CLOSED");
        const auto c = CountersOf(w);
        w.Check(c.syns == 4 && c.queued == 4 && c.evicted == 2 && c.halfOpen == 2, "counters");
        w.Check(c.dropped == 0 && c.Failed() == 0, "others");
    });
    AddBoth("SYN cache: the ACK of one that made room: RST", [](Script& w) {
        w.Policy("Admission", CACHE + "[Limit=1]").Listen();
        HalfOpen(w, 40000, 1.0);
        HalfOpen(w, 40001, 1.1);
        w.Use(40000).At(1.2).Send(ACK, 1, 1);
        w.At(1.202).ExpectReset(1);
        w.Use(40001).At(1.3).Send(ACK, 1, 1);
        w.At(1.31).Nothing().State("ESTABLISHED");
    });
    Add("SYN cache: those that were established or reset are not the oldest", [](Script& w) {
        w.Policy("Admission", CACHE + "[Limit=3]").Listen();
        HalfOpen(w, 40000, 1.0);
        HalfOpen(w, 40001, 1.1);
        HalfOpen(w, 40002, 1.2);
        w.Use(40000).At(1.30).Send(ACK, 1, 1);
        w.Use(40001).At(1.31).Send(RST, 1);
        HalfOpen(w, 40003, 1.4);
        HalfOpen(w, 40004, 1.5);
        HalfOpen(w, 40005, 1.6);
        w.Use(40002).State("CLOSED");
        w.Use(40000).State("ESTABLISHED");
        w.Check(CountersOf(w).evicted == 1, "evicted");
    });
    Add("SYN cache: the accept queue is not looked at by SYNs, but by ACKs", [](Script& w) {
        w.Set("ManualAccept", BooleanValue(true));
        w.Policy("Admission", CACHE + "[Backlog=0]").Listen();
        Open(w, 40000, 1.0);
        HalfOpen(w, 40001, 1.1);
        w.At(1.2).Send(ACK, 1, 1);
        w.At(1.3).Nothing().State("SYN-RECEIVED");
    });
}

void
AdmissionSuite::AddUnlimited()
{
    Add("unlimited: five thousand SYNs, five thousand half-open connections", [](Script& w) {
        w.Policy("Admission", UNLIMITED).Listen();
        w.Wire().keep = false;
        for (int i = 0; i < 5000; i++)
        {
            w.Use(static_cast<uint16_t>(10000 + i), 80);
            w.At(0.2 + 0.001 * (i / 50)).Send(SYN, 0); // the device queues a hundred
        }
        w.At(0.5).Connections(5000);
        w.Check(w.Wire().total == 5000, std::to_string(w.Wire().total) + " answers");
        const auto c = CountersOf(w);
        w.Check(c.queued == 5000 && c.halfOpen == 5000 && c.dropped == 0, "counters");
        w.Check(ResourcesOf(w).GetHalfOpen() == 5000, "the host's level");
    });
}

/**
 * Random segments to one listener: SYNs from new ports, ACKs right and forged, resets, SYNs again;
 * some are accepted by the application and some are not.  The identities hold all the time, and
 * the counters agree with what was sent and with the table.
 */
void
Flood(Script& w, const std::string& policy, int64_t stream)
{
    Ptr<UniformRandomVariable> random = CreateObject<UniformRandomVariable>();
    random->SetStream(stream);
    w.Set("AcceptRate", DoubleValue(20)).Set("ConnCount", UintegerValue(1));
    w.Allow("LISTEN", "ESTABLISHED").Policy("Admission", policy).Listen();
    uint64_t syns = 0;
    for (int step = 0; step < 1500; step++)
    {
        const double at = 1 + 0.01 * step;
        const uint32_t what = random->GetInteger(0, 9);
        const bool fresh = what < 5 || syns == 0;
        const auto last = static_cast<uint32_t>(syns);
        const uint32_t first = last > 30 ? last - 30 : 1;
        const uint32_t number = fresh ? last + 1 : random->GetInteger(first, last);
        w.Accept(random->GetInteger(0, 7) > 0);
        w.Use(static_cast<uint16_t>(10000 + number), 80).At(at);
        if (fresh)
        {
            syns++;
            w.Send(SYN, 0);
        }
        else if (what < 8)
        {
            w.Send(ACK, 1, 1); // right where the SYN was answered, and forged where it was not
        }
        else
        {
            w.Send(what == 8 ? RST : ACK, 1, 12345);
        }
        w.At(at + 0.003).Skip();
        if (step % 10 == 0)
        {
            const auto c = CountersOf(w);
            CheckIdentities(w, c);
            w.Check(c.syns == syns, "SYNs: " + std::to_string(c.syns));
            w.Check(c.halfOpen == ResourcesOf(w).GetHalfOpen(), "half-open: counter and level");
        }
    }
    w.At(300).Skip();
    const auto c = CountersOf(w);
    CheckIdentities(w, c);
    w.Check(c.halfOpen == 0 && ResourcesOf(w).GetHalfOpen() == 0, "half-open ones are left");
    w.Check(c.established > 5 && c.acks > 50 && c.strays > 0,
            "a dull flood: " + std::to_string(c.established) + " established, " +
                std::to_string(c.acks) + " ACKs, " + std::to_string(c.strays) + " strays");
    w.Check(c.queued + c.cookiesTaken == c.established + c.Failed() + c.evicted, "the end of all");
    w.Check(c.queued == 0 || c.Failed() > 0, "none failed");
}

void
AdmissionSuite::AddFlood()
{
    for (const std::string& policy : {BACKLOG + "[Backlog=5]",
                                      BACKLOG + "[Backlog=3|AbortOnOverflow=true]",
                                      CACHE + "[Limit=5|Backlog=5]",
                                      COOKIES + "[Backlog=5]",
                                      COOKIES + "[Backlog=8|Always=true]",
                                      UNLIMITED})
    {
        for (const int64_t stream : {1, 2})
        {
            std::string name = "flood " + std::to_string(stream) + ": " + policy;
            std::replace(name.begin(), name.end(), '|', ' '); // ns-3 allows none in names
            Add(name, [policy, stream](Script& w) { Flood(w, policy, stream); });
        }
    }
}

AdmissionSuite::AdmissionSuite()
    : Suite("tcp-conn-admission")
{
    AddSynQueue();
    AddAcceptQueue();
    AddAccepting();
    AddAsked();
    AddCache();
    AddUnlimited();
    AddFlood();
}

/** The one instance. */
AdmissionSuite g_admissionSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
