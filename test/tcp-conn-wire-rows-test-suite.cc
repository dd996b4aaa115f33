/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-wire-script.h"

#include "ns3/double.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/tcp-conn-l4-protocol.h"
#include "ns3/tcp-conn-socket.h"
#include "ns3/uinteger.h"

/**
 * @file
 * @ingroup tcp-conn
 * Rows of the table that no other suite takes through the wire of a host: ends of connections that
 * are already half closed.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/** See the file. */
class RowsSuite : public Suite
{
  public:
    RowsSuite();

  private:
    void AddSynReceived();
    void AddAborted();
    void AddGivenUp();
    void AddLingering();
    void AddUnmoved();
};

/** Both have sent SYN. @param w the script */
void
CrossSyns(Script& w)
{
    w.At(1.000).Connect();
    w.At(1.001).Expect(SYN, 0).Send(SYN, 0);
    w.At(1.003).Expect(SYN | ACK, 0, 1).State("SYN-RECEIVED");
}

/**
 * Half close from an open connection, with text unread if asked.
 * @param w the script
 * @param state FIN-WAIT-2, CLOSING, CLOSE-WAIT or LAST-ACK
 * @param unread bytes that the application has not read
 */
void
HalfClose(Script& w, const std::string& state, uint32_t unread)
{
    w.NoRead().PassiveOpen();
    if (unread > 0)
    {
        w.At(1.100).Send(ACK, 1, 1, unread).At(1.200).Skip();
    }
    const int64_t next = 1 + unread;
    if (state == "CLOSE-WAIT" || state == "LAST-ACK")
    {
        w.At(1.300).Send(FIN | ACK, next, 1).At(1.400).Skip();
    }
    if (state != "CLOSE-WAIT")
    {
        w.At(1.500).ShutdownSend().At(1.510).Skip();
    }
    if (state == "FIN-WAIT-2")
    {
        w.Send(ACK, next, 2).At(1.600).Skip();
    }
    if (state == "CLOSING")
    {
        w.Send(FIN | ACK, next, 1).At(1.600).Skip();
    }
    w.At(1.700).State(state);
}

/** The host forgets everything. @param w the script */
void
Crash(Script& w)
{
    w.Do([&w]() { DynamicCast<TcpConnL4Protocol>(w.L4())->Crash(); });
}

/** The application aborts. @param w the script */
void
Abort(Script& w)
{
    w.Do([&w]() { w.Check(DynamicCast<TcpConnSocket>(w.Sock())->Abort() == 0, "Abort failed"); });
}

void
RowsSuite::AddSynReceived()
{
    Add("SYN-RECEIVED after SYN-SENT, aborted: RST", [](Script& w) {
        CrossSyns(w);
        Abort(w);
        w.At(1.005).ExpectReset(1).Connections(0);
    });
    Add("SYN-RECEIVED after SYN-SENT, closed by an abortive release: RST", [](Script& w) {
        w.Policy("Release", "ns3::TcpConnAbortiveRelease");
        CrossSyns(w);
        w.Close().At(1.005).ExpectReset(1).Connections(0);
    });
    Add("SYN-RECEIVED after SYN-SENT, closed with text, linger expires: RST", [](Script& w) {
        w.Set("Linger", DoubleValue(3));
        CrossSyns(w);
        w.Write(10).Close();
        w.At(4.020).Skip().Connections(0);
    });
    Add("SYN-RECEIVED after SYN-SENT, closed with text, opened by a segment with text: RST",
        [](Script& w) {
            CrossSyns(w);
            w.Write(10).Close();
            w.At(1.100).Send(ACK, 1, 1, 10);
            w.At(1.200).Skip().Connections(0);
        });
}

void
RowsSuite::AddAborted()
{
    for (const std::string state : {"FIN-WAIT-2", "CLOSING", "LAST-ACK"})
    {
        Add(state + ", closed with text unread: RST", [state](Script& w) {
            HalfClose(w, state, 10);
            w.Close().At(1.710).ExpectReset(2).Connections(0);
        });
    }
    Add("CLOSING, aborted", [](Script& w) {
        HalfClose(w, "CLOSING", 0);
        Abort(w);
        w.At(1.800).Skip().Connections(0).Events("created normal");
    });
    for (const std::string state : {"CLOSING", "LAST-ACK"})
    {
        Add(state + ", crash: forgotten without a segment", [state](Script& w) {
            HalfClose(w, state, 0);
            Crash(w);
            w.At(9.000).Nothing().Connections(0);
        });
    }
}

void
RowsSuite::AddGivenUp()
{
    Add("CLOSE-WAIT, text not acknowledged: given up", [](Script& w) {
        w.Set("DataRetries", UintegerValue(1));
        HalfClose(w, "CLOSE-WAIT", 0);
        w.Write(10).At(200.0).Skip().Connections(0).Failure("timed-out");
    });
    Add("CLOSE-WAIT, text not acknowledged: user timeout", [](Script& w) {
        w.Set("UserTimeout", TimeValue(Seconds(5)));
        HalfClose(w, "CLOSE-WAIT", 0);
        w.Write(10).At(6.800).Skip().Connections(0).Failure("timed-out");
    });
    Add("CLOSING, FIN not acknowledged: given up", [](Script& w) {
        w.Set("DataRetries", UintegerValue(1));
        HalfClose(w, "CLOSING", 0);
        w.At(200.0).Skip().Connections(0);
    });
    for (const std::string state : {"FIN-WAIT-1", "CLOSE-WAIT", "CLOSING", "LAST-ACK"})
    {
        Add(state + ", window closed, probes not answered: given up", [state](Script& w) {
            w.Set("DataRetries", UintegerValue(1));
            w.Window(0).PassiveOpen();
            const bool passive = state == "CLOSE-WAIT" || state == "LAST-ACK";
            if (passive)
            {
                w.At(1.100).Send(FIN | ACK, 1, 1).At(1.200).Skip();
            }
            w.At(1.300).Write(10);
            if (state != "CLOSE-WAIT")
            {
                w.ShutdownSend();
            }
            if (state == "CLOSING")
            {
                w.At(1.400).Send(FIN | ACK, 1, 1);
            }
            w.At(1.500).Skip().State(state);
            w.At(3000.0).Skip().Connections(0);
        });
    }
}

void
RowsSuite::AddLingering()
{
    Add("CLOSING, linger expires: RST", [](Script& w) {
        w.Set("Linger", DoubleValue(2));
        w.PassiveOpen();
        w.At(1.100).Close().At(1.200).Skip();
        w.Send(FIN | ACK, 1, 1).At(1.300).Skip().State("CLOSING");
        w.At(3.200).Skip().Connections(0);
    });
}

void
RowsSuite::AddUnmoved()
{
    for (const std::string state :
         {"FIN-WAIT-1", "FIN-WAIT-2", "CLOSING", "CLOSE-WAIT", "LAST-ACK"})
    {
        const bool closed = state == "CLOSING" || state == "CLOSE-WAIT" || state == "LAST-ACK";
        const int64_t next = closed ? 2 : 1;
        Add(state + ": an ACK older than the window is challenged", [state, next](Script& w) {
            HalfClose(w, state, 0);
            w.Send(ACK, next, -200000);
            w.At(1.710).Await(Seg(ACK, state == "CLOSE-WAIT" ? 1 : 2, next)).State(state);
        });
        Add(state + ": URG, text and FIN once more change nothing", [state, next](Script& w) {
            HalfClose(w, state, 0);
            const int64_t ack = state == "FIN-WAIT-2" ? 2 : 1;
            w.Send(Seg(ACK | URG, next, ack).Urg(5)).At(1.800).Skip().State(state);
            if (next == 2)
            {
                w.Send(ACK, 2, ack, 10).At(1.900).Skip().State(state);
                w.Send(FIN | ACK, 1, ack).At(1.950).Skip().State(state);
            }
        });
        Add(state + ": ICMP errors do not end it", [state](Script& w) {
            HalfClose(w, state, 0);
            w.Icmp(3, 3).Icmp(3, 1).Icmp(3, 4, 600).At(1.900).Skip().State(state);
        });
    }
    Add("CLOSING: text can be neither sent nor received", [](Script& w) {
        HalfClose(w, "CLOSING", 0);
        w.Do([&w]() {
            w.Check(w.Sock()->Send(Create<Packet>(10)) == -1, "Send works");
            Ptr<Packet> p = w.Sock()->Recv();
            w.Check(p && p->GetSize() == 0, "no end of stream");
        });
    });
}

RowsSuite::RowsSuite()
    : Suite("tcp-conn-wire-rows")
{
    AddSynReceived();
    AddAborted();
    AddGivenUp();
    AddLingering();
    AddUnmoved();
}

RowsSuite g_suite; //!< The suite.

} // namespace
} // namespace TcpConnWire
} // namespace ns3
