/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-wire-script.h"

#include "ns3/double.h"
#include "ns3/packet.h"
#include "ns3/uinteger.h"

/**
 * @file
 * @ingroup tcp-conn
 * Releases, as the wire and an application see them: RFC 9293 3.6, 3.10.4, 3.10.7.4 from its
 * eighth step, RFC 1122 4.2.2.13, RFC 1337, RFC 6191, RFC 2525 2.17.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/** See the file. */
class CloseSuite : public Suite
{
  public:
    CloseSuite();

  private:
    void AddFourWay();
    void AddHalf();
    void AddFin();
    void AddTimeWait();
    void AddAbort();
    void AddEarly();
    void AddLost();
};

/** Passive open; the host closes at 1.1 and has FIN-WAIT-2 at 1.12. */
void
ToFinWait2(Script& w)
{
    w.PassiveOpen();
    w.At(1.100).Close();
    w.At(1.101).Expect(FIN | ACK, 1, 1).State("FIN-WAIT-1");
    w.At(1.110).Send(ACK, 1, 2);
    w.At(1.120).Nothing().State("FIN-WAIT-2");
}

/** And TIME-WAIT at 1.201, for 10 s. */
void
ToTimeWait(Script& w)
{
    ToFinWait2(w);
    w.At(1.200).Send(FIN | ACK, 1, 2);
    w.At(1.202).Expect(ACK, 2, 2).State("TIME-WAIT");
}

/** Passive open; the peer closes at 1.1. */
void
ToCloseWait(Script& w)
{
    w.PassiveOpen();
    w.At(1.100).Send(FIN | ACK, 1, 1);
    w.At(1.102).Expect(ACK, 1, 2).State("CLOSE-WAIT").Events("created normal");
}

/** And the host at 1.2. */
void
ToLastAck(Script& w)
{
    ToCloseWait(w);
    w.At(1.200).Close();
    w.At(1.201).Expect(FIN | ACK, 1, 2).State("LAST-ACK");
}

/** Passive open; both close at 1.1. */
void
ToClosing(Script& w)
{
    w.PassiveOpen();
    w.At(1.100).Close();
    w.At(1.101).Expect(FIN | ACK, 1, 1).Send(FIN | ACK, 1, 1);
    w.At(1.103).Expect(ACK, 2, 2).State("CLOSING");
}

void
CloseSuite::AddFourWay()
{
    AddBoth("host closes: FIN-WAIT-1, FIN-WAIT-2, TIME-WAIT for 2 MSL", [](Script& w) {
        ToTimeWait(w);
        w.At(11.15).Nothing().State("TIME-WAIT");
        w.At(11.30).Nothing().State("CLOSED").Connections(0).Events("created normal");
        w.Path("LISTEN SYN-RECEIVED ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT CLOSED");
    });
    AddBoth("peer closes: CLOSE-WAIT, LAST-ACK, CLOSED", [](Script& w) {
        ToLastAck(w);
        w.At(1.300).Send(ACK, 2, 2);
        w.At(1.310).Nothing().State("CLOSED").Connections(0).Events("created normal");
        w.Path("LISTEN SYN-RECEIVED ESTABLISHED CLOSE-WAIT LAST-ACK CLOSED");
    });
    AddBoth("client closes: the same from an active open", [](Script& w) {
        w.ActiveOpen();
        w.At(1.100).Close();
        w.At(1.101).Expect(FIN | ACK, 1, 1);
        w.At(1.110).Send(ACK, 1, 2);
        w.At(1.200).Send(FIN | ACK, 1, 2);
        w.At(1.202).Expect(ACK, 2, 2).State("TIME-WAIT");
        w.At(11.30).Nothing().Connections(0).Events("connected normal");
        w.Path("SYN-SENT ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT CLOSED");
    });
    AddBoth("application closes at once: one segment has ACK and FIN", [](Script& w) {
        w.CloseOnEof();
        w.PassiveOpen();
        w.At(1.100).Send(FIN | ACK, 1, 1);
        w.At(1.102).Expect(FIN | ACK, 1, 2).State("LAST-ACK");
        w.At(1.110).Send(ACK, 2, 2);
        w.At(1.120).Nothing().State("CLOSED").Connections(0);
        w.Path("LISTEN SYN-RECEIVED ESTABLISHED CLOSE-WAIT LAST-ACK CLOSED");
    });
    AddBoth("both close: CLOSING, TIME-WAIT (RFC 9293 figure 13)", [](Script& w) {
        ToClosing(w);
        w.At(1.110).Send(ACK, 2, 2);
        w.At(1.120).Nothing().State("TIME-WAIT");
        w.At(11.30).Nothing().Connections(0);
        w.Path("LISTEN SYN-RECEIVED ESTABLISHED FIN-WAIT-1 CLOSING TIME-WAIT CLOSED");
    });
    Add("FIN-WAIT-1: FIN with the ACK of ours: TIME-WAIT at once", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Close();
        w.At(1.101).Expect(FIN | ACK, 1, 1);
        w.At(1.110).Send(FIN | ACK, 1, 2);
        w.At(1.112).Expect(ACK, 2, 2).State("TIME-WAIT");
        w.At(11.05).State("TIME-WAIT");
        w.At(11.30).Nothing().Connections(0);
        w.Check(w.States() == "LISTEN SYN-RECEIVED ESTABLISHED FIN-WAIT-1 TIME-WAIT CLOSED" ||
                    // The ACK is processed before the FIN (RFC 9293 3.10.7.4, fifth step).
                    w.States() == "LISTEN SYN-RECEIVED ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 "
                                  "TIME-WAIT CLOSED",
                "states were " + w.States());
    });
    Add("close twice: one FIN", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Close().Close();
        w.At(1.101).Expect(FIN | ACK, 1, 1);
        w.At(1.110).Send(ACK, 1, 2);
        w.At(3.000).Nothing().State("FIN-WAIT-2");
    });
    Add("application drops its socket after Close: release goes on", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Close().Drop();
        w.At(1.101).Expect(FIN | ACK, 1, 1);
        w.At(1.110).Send(ACK, 1, 2);
        w.At(1.200).Send(FIN | ACK, 1, 2);
        w.At(1.202).Expect(ACK, 2, 2).State("TIME-WAIT");
        w.At(11.30).Nothing().Connections(0);
    });
}

void
CloseSuite::AddHalf()
{
    AddBoth("half-close by the host: the peer goes on sending", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).ShutdownSend();
        w.At(1.101).Expect(FIN | ACK, 1, 1);
        w.At(1.110).Send(ACK, 1, 2);
        for (int i = 0; i < 20; i++)
        {
            w.At(2 + i).Send(ACK, 1 + 100 * i, 2, 100);
            w.At(2.002 + i).Expect(ACK, 2, 101 + 100 * i).State("FIN-WAIT-2");
        }
        w.At(30.00).Received(2000).Send(FIN | ACK, 2001, 2);
        w.At(30.002).Expect(ACK, 2, 2002).State("TIME-WAIT").Events("created data normal");
    });
    AddBoth("half-close by the peer: the host goes on sending", [](Script& w) {
        ToCloseWait(w);
        for (int i = 0; i < 20; i++)
        {
            w.At(2 + i).Write(100);
            w.At(2.001 + i).Expect(ACK, 1 + 100 * i, 2, 100).State("CLOSE-WAIT");
            w.At(2.010 + i).Send(ACK, 2, 101 + 100 * i);
        }
        w.At(30.00).Close();
        w.At(30.001).Expect(FIN | ACK, 2001, 2).State("LAST-ACK");
        w.At(30.010).Send(ACK, 2, 2002);
        w.At(30.020).Nothing().Connections(0);
    });
    Add("half-close by the host: text before its FIN is acknowledged is taken", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).ShutdownSend();
        w.At(1.101).Expect(FIN | ACK, 1, 1);
        w.At(1.110).Send(ACK, 1, 1, 10);
        w.At(1.112).Expect(ACK, 2, 11).State("FIN-WAIT-1").Received(10);
        w.At(1.200).Send(ACK, 11, 2);
        w.At(1.210).Nothing().State("FIN-WAIT-2");
    });
    Add("half-close by the host: queued text goes first", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Window(0).Send(ACK, 1, 1);
        w.At(1.200).Write(10).ShutdownSend();
        w.At(1.300).Nothing().Window(65535).Send(ACK, 1, 1);
        w.At(1.302).ExpectWithFin(1, 1, 10);
        w.At(1.310).Send(ACK, 1, 12);
        w.At(1.320).Nothing().State("FIN-WAIT-2");
    });
    Add("half-close by the host: Send fails with SHUTDOWN, Recv still works", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).ShutdownSend();
        w.At(1.101).Expect(FIN | ACK, 1, 1).Send(ACK, 1, 2);
        w.At(1.200).Do([&w]() {
            w.Check(w.Sock()->Send(Create<Packet>(10)) == -1, "Send after ShutdownSend");
            w.Check(w.Sock()->GetErrno() == Socket::ERROR_SHUTDOWN, "errno is not SHUTDOWN");
        });
        w.At(1.300).Send(ACK, 1, 2, 10);
        w.At(1.302).Expect(ACK, 2, 11).Received(10);
    });
    Add("half-close by the host: FIN-WAIT-2 has no time limit", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).ShutdownSend();
        w.At(1.101).Expect(FIN | ACK, 1, 1).Send(ACK, 1, 2);
        w.At(2000).Nothing().State("FIN-WAIT-2").Send(ACK, 1, 2, 10);
        w.At(2000.002).Expect(ACK, 2, 11).Received(10);
    });
    Add("half-close by the peer: CLOSE-WAIT has no time limit", [](Script& w) {
        ToCloseWait(w);
        w.At(2000).Nothing().State("CLOSE-WAIT").Write(10);
        w.At(2000.001).Expect(ACK, 1, 2, 10);
    });
    Add("orphan: FIN-WAIT-2 ends by itself", [](Script& w) {
        ToFinWait2(w);
        w.At(2.000).Drop();
        w.At(40.00).Nothing().State("FIN-WAIT-2");
        w.At(400.0).Skip().State("CLOSED").Connections(0);
    });
}

void
CloseSuite::AddFin()
{
    Add("FIN with text: text first, then normal close", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(FIN | ACK, 1, 1, 10);
        w.At(1.102).Expect(ACK, 1, 12).State("CLOSE-WAIT").Received(10);
        w.Events("created data normal");
    });
    Add("FIN before its text: waits for it", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(FIN | ACK, 11, 1);
        w.At(1.102).Expect(ACK, 1, 1).State("ESTABLISHED").Events("created");
        w.At(1.200).Send(ACK, 1, 1, 10);
        w.At(1.202).Expect(Seg(ACK, 1, ANY));
        w.At(1.210).Skip();
        if (w.Last().ack != w.Current().isn + 12)
        {
            // The FIN need not have been kept (RFC 9293 3.10.7.4): it is sent again.
            w.Send(FIN | ACK, 11, 1);
            w.At(1.212).Expect(ACK, 1, 12);
        }
        w.State("CLOSE-WAIT").Received(10).Events("created data normal");
    });
    Add("FIN with text before earlier text: waits for it", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(FIN | ACK, 11, 1, 10);
        w.At(1.102).Expect(ACK, 1, 1).State("ESTABLISHED").Events("created");
        w.At(1.200).Send(ACK, 1, 1, 10);
        w.At(1.210).Skip().Send(FIN | ACK, 11, 1, 10);
        w.At(1.220).Await(Seg(ACK, 1, 22)).State("CLOSE-WAIT").Received(20);
        w.Events("created data normal");
    });
    Add("FIN on a segment half of which is old: taken", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 1, 1, 10);
        w.At(1.102).Expect(ACK, 1, 11);
        w.At(1.200).Send(FIN | ACK, 1, 1, 15);
        w.At(1.202).Expect(ACK, 1, 17).State("CLOSE-WAIT").Received(15);
        w.Events("created data normal");
    });
    Add("FIN out of the window: acknowledged as before, dropped", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(FIN | ACK, 1 + (1 << 30), 1);
        w.At(1.102).Expect(ACK, 1, 1).State("ESTABLISHED");
    });
    Add("FIN without ACK: dropped", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(FIN, 1);
        w.At(2.000).Nothing().State("ESTABLISHED").Events("created");
    });
    Add("FIN with an ack of what was not sent: ACK, dropped", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(FIN | ACK, 1, 100);
        w.At(1.102).Expect(ACK, 1, 1).State("ESTABLISHED").Events("created");
    });
    Add("FIN with a bad checksum: dropped", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Send(Seg(FIN | ACK, 1, 1).Bad());
        w.At(2.000).Nothing().State("ESTABLISHED").Events("created");
    });
    Add("CLOSE-WAIT: FIN again: ACK again, one callback", [](Script& w) {
        ToCloseWait(w);
        w.At(1.200).Send(FIN | ACK, 1, 1);
        w.At(1.202).Expect(ACK, 1, 2).State("CLOSE-WAIT").Events("created normal");
    });
    Add("CLOSE-WAIT: text after the FIN: not delivered", [](Script& w) {
        ToCloseWait(w);
        w.At(1.200).Send(ACK, 2, 1, 10);
        w.At(1.300).Skip().State("CLOSE-WAIT").Received(0);
    });
    Add("CLOSE-WAIT: unread text can be read, then end of file", [](Script& w) {
        w.NoRead();
        w.PassiveOpen();
        w.At(1.100).Send(FIN | ACK, 1, 1, 10);
        w.At(1.102).Expect(ACK, 1, 12);
        w.At(1.200).Read().Received(10);
        w.At(1.300).Do([&w]() {
            Ptr<Packet> p = w.Sock()->Recv();
            w.Check(p && p->GetSize() == 0, "no end of file");
            w.Check(w.Sock()->GetErrno() == Socket::ERROR_NOTERROR, "errno at end of file");
        });
        w.At(1.400).Skip().State("CLOSE-WAIT");
    });
    Add("LAST-ACK: only the ACK of the FIN ends it", [](Script& w) {
        ToLastAck(w);
        w.At(1.300).Send(ACK, 2, 1);
        w.At(1.310).Nothing().State("LAST-ACK");
        w.Send(FIN | ACK, 1, 1);
        w.At(1.312).Expect(ACK, 2, 2).State("LAST-ACK");
        w.At(1.400).Send(ACK, 2, 2);
        w.At(1.410).Nothing().State("CLOSED").Connections(0);
    });
    Add("LAST-ACK: FIN again with the ACK of ours: the end", [](Script& w) {
        ToLastAck(w);
        // Out of the window (seq 1): acknowledged and dropped, then the bare ACK counts.
        w.At(1.300).Send(FIN | ACK, 1, 2);
        w.At(1.310).Skip().Send(ACK, 2, 2);
        w.At(1.320).Skip().State("CLOSED").Connections(0);
    });
    Add("CLOSING: only the ACK of the FIN ends it", [](Script& w) {
        ToClosing(w);
        w.At(1.200).Send(ACK, 2, 1);
        w.At(1.210).Nothing().State("CLOSING");
        w.Send(FIN | ACK, 1, 1);
        w.At(1.212).Expect(ACK, 2, 2).State("CLOSING");
        w.At(1.300).Send(ACK, 2, 2);
        w.At(1.310).Nothing().State("TIME-WAIT");
    });
    Add("FIN-WAIT-1: ACK of what came before the FIN: stays", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Write(10);
        w.At(1.101).Expect(ACK, 1, 1, 10);
        w.At(1.102).Close();
        w.At(1.103).Expect(FIN | ACK, 11, 1);
        w.At(1.200).Send(ACK, 1, 11);
        w.At(1.210).Nothing().State("FIN-WAIT-1");
        w.Send(ACK, 1, 12);
        w.At(1.220).Nothing().State("FIN-WAIT-2");
    });
}

void
CloseSuite::AddTimeWait()
{
    AddBoth("TIME-WAIT: FIN again: ACK, 2 MSL anew", [](Script& w) {
        ToTimeWait(w);
        w.At(6.200).Send(FIN | ACK, 1, 2);
        w.At(6.202).Expect(ACK, 2, 2).State("TIME-WAIT");
        w.At(16.15).Nothing().State("TIME-WAIT");
        w.At(16.30).Nothing().State("CLOSED").Connections(0);
    });
    Add("TIME-WAIT: RST: ignored (RFC 1337)", [](Script& w) {
        ToTimeWait(w);
        w.At(2.000).Send(RST, 2).Send(RST | ACK, 2, 2);
        w.At(11.15).Nothing().State("TIME-WAIT");
        w.At(11.30).Nothing().State("CLOSED");
    });
    Add("TIME-WAIT: old text: ACK, stays", [](Script& w) {
        ToTimeWait(w);
        w.At(2.000).Send(ACK, -50, 1, 10);
        w.At(2.002).Expect(ACK, 2, 2).State("TIME-WAIT");
    });
    Add("TIME-WAIT: bare ACK: nothing", [](Script& w) {
        ToTimeWait(w);
        w.At(2.000).Send(ACK, 2, 2);
        w.At(3.000).Nothing().State("TIME-WAIT");
    });
    Add("TIME-WAIT: no flags or no ACK: dropped", [](Script& w) {
        ToTimeWait(w);
        w.At(2.000).Send(0, 2).Send(FIN, 2).Send(PSH, 2, 0, 10);
        w.At(3.000).Nothing().State("TIME-WAIT");
    });
    AddBoth("TIME-WAIT: SYN with a higher number: served, ISS higher too", [](Script& w) {
        ToTimeWait(w);
        const uint32_t before = w.Current().iss;
        w.At(2.000).Send(SYN, 100000);
        w.At(2.002).Expect(SYN | ACK, 0, 100001);
        w.Check(static_cast<int32_t>(w.Current().iss - (before + 2)) > 0, "ISS is not higher");
        w.At(2.010).Send(ACK, 100001, 1);
        w.At(2.020).Nothing().State("ESTABLISHED").Connections(1);
        w.At(20.00).Nothing().State("ESTABLISHED");
    });
    Add("TIME-WAIT: SYN with an old number: ACK, stays", [](Script& w) {
        ToTimeWait(w);
        w.At(2.000).Send(SYN, -100);
        w.At(2.002).Expect(ACK, 2, 2).State("TIME-WAIT");
    });
    Add("TIME-WAIT: SYN with old number, newer timestamp: served (RFC 6191)", [](Script& w) {
        w.At(0.9).Listen();
        w.At(1.000).Send(Seg(SYN, 0).Ts(1000, 0));
        w.At(1.002).Expect(SYN | ACK, 0, 1);
        w.Check(w.Last().hasTs, "no timestamps agreed");
        w.At(1.005).Send(Seg(ACK, 1, 1).Ts(1005, w.Last().tsVal));
        w.At(1.100).Close();
        w.At(1.101).Expect(FIN | ACK, 1, 1);
        w.At(1.110).Send(Seg(FIN | ACK, 1, 2).Ts(1110, w.Last().tsVal));
        w.At(1.112).Expect(ACK, 2, 2).State("TIME-WAIT");
        w.At(3.000).Send(Seg(SYN, -100).Ts(3000, 0));
        w.At(3.002).Expect(SYN | ACK, 0, -99).State("SYN-RECEIVED");
        w.At(3.005).Send(Seg(ACK, -99, 1).Ts(3005, w.Last().tsVal));
        w.At(3.010).Nothing().State("ESTABLISHED");
    });
    Add("TIME-WAIT: its port number serves other peers", [](Script& w) {
        ToTimeWait(w);
        w.Use(40001).At(2.000).Send(SYN, 0);
        w.At(2.002).Expect(SYN | ACK, 0, 1);
        w.At(2.010).Send(ACK, 1, 1);
        w.At(2.020).Nothing().State("ESTABLISHED").Connections(2);
    });
    Add("TIME-WAIT: stays though listener and application are gone", [](Script& w) {
        ToTimeWait(w);
        w.At(2.000).CloseListener().Drop();
        w.At(6.200).State("TIME-WAIT").Send(FIN | ACK, 1, 2);
        w.At(6.202).Expect(ACK, 2, 2);
        w.At(16.30).Nothing().Connections(0);
    });
    Add("after TIME-WAIT: FIN again gets RST", [](Script& w) {
        ToTimeWait(w);
        w.At(12.00).Nothing().Connections(0).Send(FIN | ACK, 1, 2);
        w.At(12.002).Expect(RST, 2);
    });
}

void
CloseSuite::AddAbort()
{
    Add("close with unread text: RST, no release (RFC 2525 2.17)", [](Script& w) {
        w.NoRead();
        w.PassiveOpen();
        w.At(1.100).Send(ACK, 1, 1, 10);
        w.At(1.102).Expect(ACK, 1, 11);
        w.At(1.200).Close();
        w.At(1.201).ExpectReset(1).State("CLOSED").Connections(0);
        w.At(10.00).Nothing().Events("created data");
    });
    Add("text after Close in FIN-WAIT-2: RST (RFC 1122 4.2.2.13)", [](Script& w) {
        ToFinWait2(w);
        w.At(1.200).Send(ACK, 1, 2, 10);
        w.At(1.202).ExpectReset(2).State("CLOSED").Connections(0);
    });
    Add("text after Close in FIN-WAIT-1: RST (RFC 1122 4.2.2.13)", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Close();
        w.At(1.101).Expect(FIN | ACK, 1, 1);
        w.At(1.200).Send(ACK, 1, 1, 10);
        w.At(1.210).Skip().State("CLOSED").Connections(0);
        w.Check(w.Wire().seen.back().flags & RST, "no RST");
    });
    AddBoth("Linger 0: Close sends RST", [](Script& w) {
        w.Set("Linger", DoubleValue(0));
        w.PassiveOpen();
        w.At(1.100).Close();
        w.At(1.101).ExpectReset(1).State("CLOSED").Connections(0);
        w.At(10.00).Nothing().Events("created");
        w.Path("LISTEN SYN-RECEIVED ESTABLISHED CLOSED");
    });
    Add("Linger 0: also with text in flight", [](Script& w) {
        w.Set("Linger", DoubleValue(0));
        w.PassiveOpen();
        w.At(1.100).Write(10);
        w.At(1.101).Expect(ACK, 1, 1, 10);
        w.At(1.102).Close();
        w.At(1.103).ExpectReset(11).Connections(0);
        w.At(10.00).Nothing();
    });
    Add("Linger 0: in CLOSE-WAIT too", [](Script& w) {
        w.Set("Linger", DoubleValue(0));
        ToCloseWait(w);
        w.At(1.200).Close();
        w.At(1.201).ExpectReset(1).Connections(0);
    });
    Add("Linger 3 s: delivered in time: a usual release", [](Script& w) {
        w.Set("Linger", DoubleValue(3));
        ToTimeWait(w);
        w.At(11.30).Nothing().Connections(0);
    });
    Add("Linger 3 s: not delivered in time: RST", [](Script& w) {
        w.Set("Linger", DoubleValue(3));
        w.PassiveOpen();
        w.At(1.100).Write(10).Close();
        w.At(3.900).Skip().State("FIN-WAIT-1");
        w.At(4.300).Skip().State("CLOSED").Connections(0);
        w.Check(w.Wire().seen.back().flags & RST, "no RST");
    });
    for (const char* state : {"FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT"})
    {
        const std::string s = state;
        Add(s + ": RST: CLOSED, Failure tells", [s](Script& w) {
            int64_t next = 1;
            if (s == "CLOSE-WAIT")
            {
                ToCloseWait(w);
                next = 2;
            }
            else
            {
                w.PassiveOpen();
                w.At(1.100).ShutdownSend();
                w.At(1.101).Expect(FIN | ACK, 1, 1);
            }
            if (s == "FIN-WAIT-2")
            {
                w.Send(ACK, 1, 2);
            }
            w.At(2.000).Nothing().State(s).Send(RST, next);
            w.At(2.010).Nothing().State("CLOSED").Connections(0).Failure("reset");
            // The peer had closed: that has been told, and nothing is told twice.
            w.Events(s == "CLOSE-WAIT" ? "created normal" : "created error");
        });
    }
    Add("LAST-ACK: RST: CLOSED", [](Script& w) {
        ToLastAck(w);
        w.At(1.300).Send(RST, 2);
        w.At(9.000).Nothing().State("CLOSED").Connections(0);
    });
    Add("CLOSING: RST: CLOSED", [](Script& w) {
        ToClosing(w);
        w.At(1.200).Send(RST, 2);
        w.At(9.000).Nothing().State("CLOSED").Connections(0);
    });
}

void
CloseSuite::AddEarly()
{
    AddBoth("SYN-SENT: close: CLOSED, later SYN+ACK gets RST", [](Script& w) {
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0);
        w.At(1.100).Close();
        w.At(1.110).State("CLOSED").Connections(0);
        w.At(1.200).Send(SYN | ACK, 0, 1);
        w.At(1.202).Expect(RST, 1);
        w.At(10.00).Nothing().Events("");
    });
    Add("SYN-SENT: close with text queued: CLOSED", [](Script& w) {
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0).Write(10).Close();
        w.At(10.00).Nothing().State("CLOSED").Connections(0);
    });
    Add("SYN-RECEIVED: close: FIN-WAIT-1, FIN sent", [](Script& w) {
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0).Send(SYN, 0);
        w.At(1.003).Expect(SYN | ACK, 0, 1);
        w.At(1.100).Close();
        w.At(1.101).Expect(FIN | ACK, 1, 1).State("FIN-WAIT-1");
        w.At(1.200).Send(ACK, 1, 2);
        w.At(1.210).Nothing().State("FIN-WAIT-2");
    });
    Add("SYN-RECEIVED: close with text queued: text and FIN once established", [](Script& w) {
        w.At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0).Send(SYN, 0);
        w.At(1.003).Expect(SYN | ACK, 0, 1);
        w.At(1.100).Write(10).Close();
        w.At(1.200).Nothing().Send(ACK, 1, 1);
        w.At(1.202).ExpectWithFin(1, 1, 10);
        w.At(1.210).Send(ACK, 1, 12);
        w.At(1.220).Nothing().State("FIN-WAIT-2");
    });
    Add("ESTABLISHED: write, close at once: everything, then FIN", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Write(1000).Close();
        w.At(1.101).Expect(ACK, 1, 1, 536).ExpectWithFin(537, 1, 464);
        w.At(1.110).Send(ACK, 1, 1002);
        w.At(1.120).Nothing().State("FIN-WAIT-2");
    });
    Add("CLOSE-WAIT: close with text queued: everything, then FIN", [](Script& w) {
        ToCloseWait(w);
        w.At(1.200).Window(0).Send(ACK, 2, 1);
        w.At(1.300).Write(10).Close();
        w.At(1.400).Nothing().Window(1000).Send(ACK, 2, 1);
        w.At(1.402).ExpectWithFin(1, 2, 10);
        w.At(1.500).State("LAST-ACK").Send(ACK, 2, 12);
        w.At(1.510).Nothing().Connections(0);
    });
}

void
CloseSuite::AddLost()
{
    AddBoth("FIN lost: again after 1, 2, 4 s", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Close();
        w.At(1.101).Expect(FIN | ACK, 1, 1);
        w.At(2.101, 0.05).Expect(FIN | ACK, 1, 1);
        w.At(4.101, 0.05).Expect(FIN | ACK, 1, 1).State("FIN-WAIT-1");
        w.At(4.200).Send(ACK, 1, 2);
        w.At(20.00).Nothing().State("FIN-WAIT-2");
    });
    Add("FIN lost in LAST-ACK: again after 1, 2 s", [](Script& w) {
        ToLastAck(w);
        w.At(2.201, 0.05).Expect(FIN | ACK, 1, 2);
        w.At(4.201, 0.05).Expect(FIN | ACK, 1, 2);
        w.At(4.300).Send(ACK, 2, 2);
        w.At(20.00).Nothing().Connections(0);
    });
    Add("FIN lost in CLOSING: again", [](Script& w) {
        ToClosing(w);
        w.At(2.101, 0.05).Expect(FIN | ACK, 1, 2);
        w.At(2.200).Send(ACK, 2, 2);
        w.At(2.300).Nothing().State("TIME-WAIT");
    });
    Add("FIN never acknowledged: forgotten in the end", [](Script& w) {
        w.Set("DataRetries", UintegerValue(3));
        w.PassiveOpen();
        w.At(1.100).Close();
        w.At(1.101).Expect(FIN | ACK, 1, 1);
        w.At(300.0).Skip().State("CLOSED").Connections(0);
    });
    Add("FIN never acknowledged in LAST-ACK: forgotten in the end", [](Script& w) {
        w.Set("DataRetries", UintegerValue(3));
        ToLastAck(w);
        w.At(300.0).Skip().State("CLOSED").Connections(0);
    });
    Add("text before the FIN lost: both are repaired", [](Script& w) {
        w.PassiveOpen();
        w.At(1.100).Write(10);
        w.At(1.101).Expect(ACK, 1, 1, 10);
        w.At(1.102).Close();
        w.At(1.103).Expect(FIN | ACK, 11, 1);
        w.At(2.103, 0.05).Expect(Seg(ACK, 1, 1, 10).OrFin());
        if (!(w.Last().flags & FIN))
        {
            w.At(2.200).Send(ACK, 1, 11);
            w.At(8.000).Await(Seg(FIN | ACK, 11, 1));
        }
        w.Skip().Send(ACK, 1, 12);
        w.At(20.00).Nothing().State("FIN-WAIT-2");
    });
}

CloseSuite::CloseSuite()
    : Suite("tcp-conn-wire-close")
{
    AddFourWay();
    AddHalf();
    AddFin();
    AddTimeWait();
    AddAbort();
    AddEarly();
    AddLost();
}

/** The one instance. */
CloseSuite g_closeSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
