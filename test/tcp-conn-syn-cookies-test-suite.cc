/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-admission-test.h"

#include "ns3/boolean.h"
#include "ns3/random-variable-stream.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

/**
 * @file
 * @ingroup tcp-conn
 * SYN cookies (RFC 4987 3.6): always and on overflow, what they keep, what they cost, and what is
 * not believed.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/// The policy.
const std::string ALWAYS = "ns3::TcpConnSynCookies[Always=true]";

/** See the file. */
class SynCookiesSuite : public Suite
{
  public:
    SynCookiesSuite();

  private:
    void AddUse();
    void AddKept();
    void AddForged();
    void AddOverflow();
};

/** A SYN is answered by a cookie. */
Script&
Ask(Script& w, const std::string& policy, const Seg& syn)
{
    w.Allow("LISTEN", "ESTABLISHED").Policy("Admission", policy).Listen();
    w.Use(40000).At(1.000).Send(syn);
    return w.At(1.002).Expect(SYN | ACK, 0, 1).Connections(0);
}

/** What GetStatus says of a name, for the latest connection. */
std::string
Status(Script& w, const std::string& name)
{
    const std::string all = DynamicCast<TcpConnSocket>(w.Sock())->GetStatus();
    const auto at = all.find("\n" + name + " ");
    w.Check(at != std::string::npos, name + " is not in " + all);
    const auto from = at + name.size() + 2;
    return all.substr(from, all.find('\n', from) - from);
}

void
SynCookiesSuite::AddUse()
{
    AddBoth("always: no memory is held for a SYN, and none is sent again", [](Script& w) {
        Ask(w, ALWAYS, Seg(SYN, 0));
        w.Check(ResourcesOf(w).GetRecordMemory() == 0, "record memory");
        w.At(60.0).Nothing().Connections(0);
        const auto c = CountersOf(w);
        w.Check(c.syns == 1 && c.cookies == 1 && c.queued == 0 && c.halfOpen == 0, "counters");
        w.Path("");
    });
    AddBoth("always: the ACK that returns the cookie establishes", [](Script& w) {
        Ask(w, ALWAYS, Seg(SYN, 0));
        w.At(1.010).Send(ACK, 1, 1);
        w.At(1.020).Nothing().State("ESTABLISHED").Events("created").Path("LISTEN ESTABLISHED");
        w.Write(10);
        w.At(1.022).Expect(ACK, 1, 1, 10).Send(ACK, 1, 11, 5);
        w.At(1.024).Expect(ACK, 11, 6).Received(5);
        const auto c = CountersOf(w);
        w.Check(c.cookiesTaken == 1 && c.established == 1 && c.acks == 1, "counters");
        CheckIdentities(w, c);
    });
    Add("always: text on that ACK is delivered; with FIN: CLOSE-WAIT", [](Script& w) {
        Ask(w, ALWAYS, Seg(SYN, 0));
        w.At(1.010).Send(FIN | ACK, 1, 1, 10);
        w.At(1.300).Await(Seg(ACK, 1, 12)).State("CLOSE-WAIT").Received(10);
        w.Events("created data normal");
    });
    Add("always: text when that ACK was lost establishes as well", [](Script& w) {
        Ask(w, ALWAYS, Seg(SYN, 0));
        w.At(1.500).Send(ACK, 1, 1, 10);
        w.At(1.700).Await(Seg(ACK, 1, 11)).State("ESTABLISHED").Received(10);
    });
    Add("always: the SYN again: another cookie at another time, both good", [](Script& w) {
        Ask(w, ALWAYS, Seg(SYN, 0));
        const Flow first = w.Current();
        w.At(64.5).Send(SYN, 0);
        w.At(64.502).Expect(SYN | ACK, 0, 1);
        w.Check(w.Current().iss != first.iss, "the time is not in the cookie");
        w.Current().iss = first.iss;
        w.At(65.0).Send(ACK, 1, 1);
        w.At(65.1).Nothing().State("ESTABLISHED");
    });
    Add("always: fifty thousand SYNs cost nothing, and a client still gets in", [](Script& w) {
        w.Allow("LISTEN", "ESTABLISHED").Policy("Admission", ALWAYS).Listen();
        w.Wire().keep = false;
        for (int i = 0; i < 50000; i++)
        {
            Segment s = w.Use(9, 80).Make(Seg(SYN, 0));
            s.srcPort = static_cast<uint16_t>(i);
            s.seq = static_cast<uint32_t>(i) * 7919;
            w.At(0.2 + 0.001 * (i / 50)).Do([&]() { w.Wire().Send(s); });
        }
        w.At(5.0).Connections(0);
        w.Check(CountersOf(w).cookies == 50000, "cookies");
        w.Wire().keep = true;
        w.Use(40000, 80).At(5.100).Send(SYN, 0);
        w.At(5.102).Expect(SYN | ACK, 0, 1).Send(ACK, 1, 1);
        w.At(5.200).Nothing().State("ESTABLISHED");
    });
}

void
SynCookiesSuite::AddKept()
{
    const int pairs[][2] = {{1460, 1460}, {1459, 1440}, {1400, 1400}, {1000, 536}, {536, 536}};
    for (const auto& pair : pairs)
    {
        const int offered = pair[0];
        const int kept = pair[1];
        Add("kept: MSS " + std::to_string(offered) + " as " + std::to_string(kept),
            [offered, kept](Script& w) {
                w.Set("SegmentSize", UintegerValue(9000));
                Ask(w, ALWAYS, Seg(SYN, 0).Mss(offered));
                w.At(1.010).Send(ACK, 1, 1);
                w.At(1.100).Write(2000);
                w.At(1.101).Expect(ACK, 1, 1, kept).Skip();
            });
    }
    Add("kept: no MSS option: 536", [](Script& w) {
        w.Set("SegmentSize", UintegerValue(9000));
        Ask(w, ALWAYS, Seg(SYN, 0)).At(1.010).Send(ACK, 1, 1);
        w.At(1.100).Write(2000);
        w.At(1.101).Expect(ACK, 1, 1, 536).Skip();
    });
    AddBoth("kept, with timestamps: window scale and SACK", [](Script& w) {
        Ask(w, ALWAYS, Seg(SYN, 0).Mss(1400).Ws(9).SackOk().Ts(5000, 0));
        const Segment answer = w.Last();
        w.Check(answer.hasTs && answer.tsEcr == 5000 && answer.ws >= 0 && answer.sackOk,
                "options of the SYN+ACK");
        w.At(1.010).Send(Seg(ACK, 1, 1).Ts(5001, answer.tsVal).Win(100));
        w.At(1.020).Nothing().State("ESTABLISHED");
        w.Check(Status(w, "SACK") == "on" && Status(w, "timestamps") == "on", "SACK, timestamps");
        w.Check(Status(w, "window-scale") == "send 9 receive " + std::to_string(answer.ws),
                Status(w, "window-scale"));
        w.Check(Status(w, "SND.WND") == std::to_string(100 << 9), Status(w, "SND.WND"));
    });
    Add("kept, with timestamps: what was not offered is not used", [](Script& w) {
        Ask(w, ALWAYS, Seg(SYN, 0).Ts(5000, 0));
        const Segment answer = w.Last();
        w.Check(answer.hasTs && answer.ws < 0 && !answer.sackOk, "options of the SYN+ACK");
        w.At(1.010).Send(Seg(ACK, 1, 1).Ts(5001, answer.tsVal));
        w.At(1.020).Nothing().State("ESTABLISHED");
        w.Check(Status(w, "SACK") == "off" && Status(w, "window-scale") == "off", "not offered");
    });
    AddBoth("without timestamps: neither window scale nor SACK", [](Script& w) {
        Ask(w, ALWAYS, Seg(SYN, 0).Mss(1400).Ws(9).SackOk());
        w.Check(w.Last().ws < 0 && !w.Last().sackOk && !w.Last().hasTs && w.Last().mss > 0,
                "options of the SYN+ACK");
        w.At(1.010).Send(Seg(ACK, 1, 1).Win(100));
        w.At(1.020).Nothing().State("ESTABLISHED");
        w.Check(Status(w, "SACK") == "off" && Status(w, "window-scale") == "off", "used");
        w.Check(Status(w, "SND.WND") == "100", Status(w, "SND.WND"));
    });
    Add("with timestamps: what follows never looks older than the SYN+ACK (PAWS)", [](Script& w) {
        Ask(w, ALWAYS, Seg(SYN, 0).Ws(9).SackOk().Ts(5000, 0));
        const uint32_t first = w.Last().tsVal;
        w.At(1.003).Send(Seg(ACK, 1, 1).Ts(5001, first));
        w.At(1.005).Write(10);
        w.At(1.007).Await(Seg(ACK, 1, 1, 10));
        w.Check(static_cast<int32_t>(w.Last().tsVal - first) >= 0, "older");
    });
}

void
SynCookiesSuite::AddForged()
{
    AddBoth("forged: an ACK of a number that is no cookie: RST, and no connection", [](Script& w) {
        Ask(w, ALWAYS, Seg(SYN, 0));
        w.At(1.010).Send(ACK, 1, 2);
        w.At(1.012).ExpectReset(2).Connections(0).Send(ACK, 2, 1);
        w.At(1.014).ExpectReset(1).Connections(0);
        w.Check(w.Listener().events.empty(), "the application was asked");
        const auto c = CountersOf(w);
        w.Check(c.acks == 2 && c.strays == 2 && c.cookiesTaken == 0, "counters");
    });
    AddBoth("forged, IgnoreStrays: nothing", [](Script& w) {
        Ask(w, "ns3::TcpConnSynCookies[Always=true|IgnoreStrays=true]", Seg(SYN, 0));
        w.At(1.010).Send(ACK, 1, 2).Send(ACK, 2, 1);
        w.At(1.100).Nothing().Connections(0).Send(ACK, 1, 1);
        w.At(1.200).Nothing().State("ESTABLISHED");
        w.Check(CountersOf(w).strays == 2, "counters");
    });
    Add("forged: the cookie of another port, or address", [](Script& w) {
        Ask(w, ALWAYS, Seg(SYN, 0));
        Segment s = w.Make(Seg(ACK, 1, 1));
        s.srcPort = 40001;
        w.Wire().Send(s);
        w.At(1.100).Skip().Connections(0);
        s = w.Make(Seg(ACK, 1, 1));
        s.src = w.PeerAddress(3);
        w.Wire().Send(s);
        w.At(1.200).Skip().Connections(0);
        w.Check(CountersOf(w).strays == 2, "counters");
    });
    Add("forged: twenty thousand guesses: none is taken", [](Script& w) {
        w.Allow("LISTEN", "ESTABLISHED").Policy("Admission", ALWAYS).Listen();
        w.Wire().keep = false;
        Ptr<UniformRandomVariable> random = CreateObject<UniformRandomVariable>();
        random->SetStream(5);
        for (int i = 0; i < 20000; i++)
        {
            w.At(0.2 + 0.001 * (i / 50));
            Segment s = w.Use(9, 80).Make(Seg(ACK, 1, 1));
            s.ack = random->GetInteger(0, UINT32_MAX);
            w.Do([&]() { w.Wire().Send(s); });
        }
        w.At(3.0).Connections(0);
        w.Check(CountersOf(w).strays == 20000, "counters");
    });
    AddBoth("expired: good for 64 s, no longer after 128 s", [](Script& w) {
        Ask(w, ALWAYS, Seg(SYN, 0));
        const Flow first = w.Current();
        w.At(65.0).Use(40000).Send(ACK, 1, 1);
        w.At(65.1).Nothing().State("ESTABLISHED").Send(RST, 1);
        w.At(66.0).Connections(0);
        w.Use(40001, 80).At(67.0).Send(SYN, 0);
        w.At(67.002).Expect(SYN | ACK, 0, 1);
        w.At(67.0 + 128).Send(ACK, 1, 1);
        w.At(67.0 + 128.002).ExpectReset(1).Connections(0);
        w.Check(CountersOf(w).strays == 1, "counters");
        w.Check(first.iss != w.Current().iss, "one cookie for all");
    });
    Add("another listener's cookie is not good", [](Script& w) {
        Ask(w, ALWAYS, Seg(SYN, 0)).CloseListener().Listen();
        w.At(1.100).Send(ACK, 1, 1);
        w.At(1.102).ExpectReset(1).Connections(0);
    });
}

void
SynCookiesSuite::AddOverflow()
{
    AddBoth("on overflow: the queue first, cookies when it is full", [](Script& w) {
        w.Allow("LISTEN", "ESTABLISHED")
            .Policy("Admission", "ns3::TcpConnSynCookies[Backlog=1]")
            .Listen();
        HalfOpen(w, 40000, 1.0);
        w.Use(40001, 80).At(1.1).Send(SYN, 0);
        w.At(1.102).Expect(SYN | ACK, 0, 1).State("CLOSED").Connections(1);
        w.At(1.103).Send(ACK, 1, 1);
        w.At(1.110).Nothing().State("ESTABLISHED");
        w.Use(40000).At(1.2).Send(ACK, 1, 1);
        w.At(1.21).Nothing().State("ESTABLISHED");
        HalfOpen(w, 40002, 1.3);
        const auto c = CountersOf(w);
        w.Check(c.syns == 3 && c.queued == 2 && c.cookies == 1 && c.cookiesTaken == 1, "counters");
        w.Check(c.established == 2 && c.halfOpen == 1, "established");
    });
    const auto full = [](Script& w, const std::string& policy) -> Script& {
        w.Allow("LISTEN", "ESTABLISHED").Set("ManualAccept", BooleanValue(true));
        w.Policy("Admission", policy).Listen();
        w.Use(40000, 80).At(1.000).Send(SYN, 0);
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.Use(40001, 80).At(1.010).Send(SYN, 0);
        w.At(1.012).Expect(SYN | ACK, 0, 1).Send(ACK, 1, 1);
        w.Use(40000).At(1.020).Send(ACK, 1, 1);
        return w.At(1.022);
    };
    AddBoth("accept queue full: a good cookie is dropped without a word; SYNs too",
            [full](Script& w) {
                full(w, "ns3::TcpConnSynCookies[Always=true|Backlog=0]").Nothing();
                SynDropped(w, 40002, 1.1);
                const auto c = CountersOf(w);
                w.Check(c.cookiesLost == 1 && c.overflows == 1 && c.cookiesTaken == 1, "counters");
                w.Do([&w]() {
                    Address from;
                    w.Check(bool(ListenerOf(w)->Accept(from)), "nobody waits");
                });
                w.Use(40000).At(2.0).Send(ACK, 1, 1); // the cookie is still good
                w.At(2.1).Nothing().State("ESTABLISHED");
            });
    Add("accept queue full, AbortOnOverflow: RST", [full](Script& w) {
        full(w, "ns3::TcpConnSynCookies[Always=true|Backlog=0|AbortOnOverflow=true]");
        w.ExpectReset(1).Connections(1);
    });
}

SynCookiesSuite::SynCookiesSuite()
    : Suite("tcp-conn-syn-cookies")
{
    AddUse();
    AddKept();
    AddForged();
    AddOverflow();
}

/** The one instance. */
SynCookiesSuite g_synCookiesSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
