/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-two-hosts.h"
#include "tcp-conn-wire-script.h"

#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-conn-compat.h"

/**
 * @file
 * @ingroup tcp-conn
 * The TIME-WAIT policies: 2 MSL with and without reuse (RFC 9293 3.6.1, RFC 6191, RFC 1122,
 * RFC 1337), and none.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/// TypeIds of the policies.
const std::string TWO_MSL = "ns3::TcpConnTwoMsl";
const std::string NONE = "ns3::TcpConnNoTimeWait";

/** See the file. */
class TimeWaitSuite : public Suite
{
  public:
    TimeWaitSuite();

  private:
    void AddLength();
    void AddReuse();
    void AddReuseByTimestamp();
    void AddNoReuse();
    void AddNone();
};

/** The host has closed first: TIME-WAIT from 1.201 on; its numbers are up to 2, the peer's too. */
Script&
Wait(Script& w, const std::string& policy)
{
    w.Policy("TimeWait", policy).PassiveOpen();
    w.At(1.100).Close();
    w.At(1.101).Expect(FIN | ACK, 1, 1);
    w.At(1.200).Send(FIN | ACK, 1, 2);
    return w.At(1.202).Expect(ACK, 2, 2).State(policy == NONE ? "CLOSED" : "TIME-WAIT");
}

/** The same with timestamps: the peer's last was 3000. */
Script&
WaitWithTimestamps(Script& w, const std::string& policy)
{
    w.Policy("TimeWait", policy).Listen();
    w.Use(40000).At(1.000).Send(Seg(SYN, 0).Ts(1000, 0));
    w.At(1.002).Expect(SYN | ACK, 0, 1);
    w.At(1.005).Send(Seg(ACK, 1, 1).Ts(2000, w.Last().tsVal));
    w.At(1.100).Close();
    w.At(1.101).Expect(FIN | ACK, 1, 1);
    w.At(1.200).Send(Seg(FIN | ACK, 1, 2).Ts(3000, w.Last().tsVal));
    return w.At(1.202).Expect(ACK, 2, 2).State("TIME-WAIT");
}

/** A new SYN is taken: another incarnation. */
void
Taken(Script& w, const Seg& syn)
{
    const uint32_t oldEnd = w.Current().iss + 2;
    w.At(2.000).Send(syn);
    w.At(2.002).Expect(SYN | ACK, 0, ANY).State("SYN-RECEIVED");
    w.Check(w.Last().ack == w.Make(syn).seq + 1, "the ACK of another SYN");
    w.Check(static_cast<int32_t>(w.Last().seq - oldEnd) > 0,
            "RFC 1122 4.2.2.13: the new number is not beyond the old ones");
    w.Path("LISTEN SYN-RECEIVED ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT CLOSED LISTEN "
           "SYN-RECEIVED");
}

/** It is refused: an ACK with the old numbers, and TIME-WAIT goes on. */
void
Refused(Script& w, const Seg& syn)
{
    w.At(2.000).Send(syn);
    w.At(2.002).Expect(ACK, 2, 2).State("TIME-WAIT");
    w.At(11.0).Nothing().State("TIME-WAIT");
}

void
TimeWaitSuite::AddLength()
{
    AddBoth("2 MSL: 4 minutes with RFC 9293's 2 minutes", [](Script& w) {
        w.Set("MaxSegLifetime", DoubleValue(120));
        Wait(w, TWO_MSL);
        w.At(241.1).Nothing().State("TIME-WAIT");
        w.At(241.3).Nothing().State("CLOSED").Connections(0);
    });
    AddBoth("2 MSL: MaxSegLifetime 30: Linux's 60 s in all", [](Script& w) {
        w.Set("MaxSegLifetime", DoubleValue(30));
        Wait(w, TWO_MSL);
        w.At(61.1).Nothing().State("TIME-WAIT");
        w.At(61.3).Nothing().State("CLOSED");
    });
    Add("2 MSL: MaxSegLifetime 0: gone at once", [](Script& w) {
        w.Set("MaxSegLifetime", DoubleValue(0)).Policy("TimeWait", TWO_MSL).PassiveOpen();
        w.At(1.100).Close();
        w.At(1.101).Expect(FIN | ACK, 1, 1).Send(FIN | ACK, 1, 2);
        w.At(1.103).Expect(ACK, 2, 2).Connections(0);
    });
    AddBoth("2 MSL: the peer's FIN again: acknowledged, and the time begins anew", [](Script& w) {
        Wait(w, TWO_MSL); // MSL 5 s here
        w.At(9.000).Send(FIN | ACK, 1, 2);
        w.At(9.002).Expect(ACK, 2, 2);
        w.At(18.9).Nothing().State("TIME-WAIT");
        w.At(19.1).Nothing().State("CLOSED");
    });
    AddBoth("2 MSL: a RST, exact or in the window: ignored (RFC 1337)", [](Script& w) {
        Wait(w, TWO_MSL);
        w.At(2.000).Send(RST, 2).Send(RST, 100);
        w.At(11.1).Nothing().State("TIME-WAIT");
        w.At(11.3).Nothing().State("CLOSED");
    });
}

void
TimeWaitSuite::AddReuse()
{
    AddBoth("reuse: a SYN beyond the last number: taken (RFC 1122)", [](Script& w) {
        Wait(w, TWO_MSL);
        Taken(w, Seg(SYN, 3));
    });
    AddBoth("reuse: a SYN with the last number, or before it: an ACK", [](Script& w) {
        Wait(w, TWO_MSL);
        Refused(w, Seg(SYN, 2));
    });
    Add("reuse: a SYN with the old connection's own number: an ACK", [](Script& w) {
        Wait(w, TWO_MSL);
        Refused(w, Seg(SYN, 0));
    });
    Add("reuse: a SYN far back in number space: an ACK", [](Script& w) {
        Wait(w, TWO_MSL);
        Refused(w, Seg(SYN, -(1 << 30)));
    });
    Add("reuse: nobody listens any more: an ACK, not a new connection", [](Script& w) {
        Wait(w, TWO_MSL).CloseListener();
        Refused(w, Seg(SYN, 1000));
    });
    Add("reuse: the new connection works, and the old one's text is not its own", [](Script& w) {
        Wait(w, TWO_MSL).Isn(500000);
        w.At(2.000).Send(SYN, 0);
        w.At(2.002).Expect(SYN | ACK, 0, 1);
        w.At(2.005).Send(ACK, 1, 1);
        w.At(2.010).Nothing().State("ESTABLISHED").Send(ACK, 1 - 499000, 1, 10);
        w.At(2.012).Expect(ACK, 1, 1).Received(0);
    });
}

void
TimeWaitSuite::AddReuseByTimestamp()
{
    AddBoth("reuse: a newer timestamp: taken, whatever its number (RFC 6191)", [](Script& w) {
        WaitWithTimestamps(w, TWO_MSL);
        Taken(w, Seg(SYN, -1000).Ts(3001, 0));
    });
    Add("reuse: the same timestamp, a greater number: taken", [](Script& w) {
        WaitWithTimestamps(w, TWO_MSL);
        Taken(w, Seg(SYN, 3).Ts(3000, 0));
    });
    Add("reuse: the same timestamp, no greater number: an ACK", [](Script& w) {
        WaitWithTimestamps(w, TWO_MSL);
        Refused(w, Seg(SYN, 2).Ts(3000, 0));
    });
    Add("reuse: an older timestamp: an ACK, whatever its number", [](Script& w) {
        WaitWithTimestamps(w, TWO_MSL);
        Refused(w, Seg(SYN, 5000).Ts(2999, 0));
    });
    Add("reuse: the old one had none, the SYN has: taken", [](Script& w) {
        Wait(w, TWO_MSL);
        Taken(w, Seg(SYN, -1000).Ts(1, 0));
    });
    Add("reuse: the old one had them, the SYN has none: its number decides", [](Script& w) {
        WaitWithTimestamps(w, TWO_MSL);
        Taken(w, Seg(SYN, 3));
    });
}

void
TimeWaitSuite::AddNoReuse()
{
    AddBoth("Reuse=false: no SYN is taken", [](Script& w) {
        Wait(w, TWO_MSL + "[Reuse=false]");
        Refused(w, Seg(SYN, 5000));
    });
    Add("Reuse=false: nor by timestamp; after 2 MSL it is", [](Script& w) {
        WaitWithTimestamps(w, TWO_MSL + "[Reuse=false]");
        w.At(2.000).Send(Seg(SYN, 5000).Ts(9000, 0));
        w.At(2.002).Expect(ACK, 2, 2).State("TIME-WAIT");
        w.At(12.00).Send(Seg(SYN, 5000).Ts(9000, 0));
        w.At(12.002).Expect(SYN | ACK, 0, 5001).State("SYN-RECEIVED");
    });
}

void
TimeWaitSuite::AddNone()
{
    AddBoth("none: CLOSED with the last ACK", [](Script& w) {
        Wait(w, NONE).Connections(0);
        w.Path("LISTEN SYN-RECEIVED ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 CLOSED");
    });
    AddBoth("none: the last ACK is lost: the FIN that comes again gets a RST", [](Script& w) {
        Wait(w, NONE);
        w.At(2.200).Send(FIN | ACK, 1, 2);
        w.At(2.202).ExpectReset(2);
    });
    Add("none: the FIN comes by itself: the same", [](Script& w) {
        w.Policy("TimeWait", NONE).PassiveOpen();
        w.At(1.100).Close();
        w.At(1.101).Expect(FIN | ACK, 1, 1).Send(ACK, 1, 2);
        w.At(1.200).Nothing().State("FIN-WAIT-2").Send(FIN | ACK, 1, 2);
        w.At(1.202).Expect(ACK, 2, 2).Connections(0);
    });
    Add("none: both close at once: CLOSING, then CLOSED", [](Script& w) {
        w.Policy("TimeWait", NONE).PassiveOpen();
        w.At(1.100).Close();
        w.At(1.101).Expect(FIN | ACK, 1, 1).Send(FIN | ACK, 1, 1);
        w.At(1.103).Expect(ACK, 2, 2).State("CLOSING").Send(ACK, 2, 2);
        w.At(1.200).Nothing().Connections(0);
        w.Path("LISTEN SYN-RECEIVED ESTABLISHED FIN-WAIT-1 CLOSING CLOSED");
    });
    Add("none: text and FIN in one: read to the end", [](Script& w) {
        w.Policy("TimeWait", NONE).PassiveOpen();
        w.At(1.100).ShutdownSend();
        w.At(1.101).Expect(FIN | ACK, 1, 1).Send(FIN | ACK, 1, 2, 10);
        w.At(1.300).Await(Seg(ACK, 2, 12)).Connections(0).Received(10);
        w.Events("created data normal");
    });
    Add("none: chosen for one socket", [](Script& w) {
        w.Set("TimeWait", StringValue(NONE)).ActiveOpen();
        w.At(1.100).Close();
        w.At(1.101).Expect(FIN | ACK, 1, 1).Send(FIN | ACK, 1, 2);
        w.At(1.103).Expect(ACK, 2, 2).Connections(0);
    });
}

/** How long TIME-WAIT lasts where a script sets nothing, or the host's MaxSegLifetime. */
class Lasts : public TestCase
{
  public:
    /** @param msl MaxSegLifetime of the host; negative: not set @param seconds TIME-WAIT */
    Lasts(double msl, double seconds)
        : TestCase("host's MaxSegLifetime " + std::to_string(msl)),
          m_msl(msl),
          m_seconds(seconds)
    {
    }

  private:
    void DoRun() override;

    double m_msl;     //!< MaxSegLifetime.
    double m_seconds; //!< Length expected.
};

void
Lasts::DoRun()
{
    using namespace TcpConnTest;
    TwoHosts hosts(Stack::OURS, Stack::OURS);
    if (m_msl >= 0)
    {
        hosts.Protocol(0)->SetAttribute("MaxSegLifetime", DoubleValue(m_msl));
    }
    StateLog log;
    log.Watch(hosts.Protocol(0));
    Talker server(100, 100, false);
    Talker client(100, 100, true);
    server.Listen(hosts.nodes.Get(1), OUR_FACTORY, TwoHosts::Any(80, false));
    Simulator::Schedule(Seconds(1), [&]() {
        client.Connect(hosts.nodes.Get(0), OUR_FACTORY, hosts.At(1, 80, false));
    });
    Simulator::Stop(Seconds(300));
    Simulator::Run();
    NS_TEST_EXPECT_MSG_EQ(log.InTimeWait(), Seconds(m_seconds), "time in TIME-WAIT");
    Simulator::Destroy();
}

TimeWaitSuite::TimeWaitSuite()
    : Suite("tcp-conn-time-wait")
{
    AddLength();
    AddReuse();
    AddReuseByTimestamp();
    AddNoReuse();
    AddNone();
    AddTestCase(new Lasts(-1, 240), TCP_CONN_QUICK);
    AddTestCase(new Lasts(30, 60), TCP_CONN_QUICK);
}

/** The one instance. */
TimeWaitSuite g_timeWaitSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
