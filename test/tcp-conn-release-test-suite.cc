/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-wire-script.h"

#include "ns3/double.h"
#include "ns3/string.h"

/**
 * @file
 * @ingroup tcp-conn
 * The release policies: ACK and FIN joined where the application closes at once, always separate,
 * and abortive; and what linger does to each.
 */

namespace ns3
{
namespace TcpConnWire
{
namespace
{

/** See the file. */
class ReleaseSuite : public Suite
{
  public:
    ReleaseSuite();

  private:
    void AddJoined();
    void AddSeparate();
    void AddAbortive();
};

/// TypeIds of the policies.
const std::string JOINED = "ns3::TcpConnJoinedRelease";
const std::string SEPARATE = "ns3::TcpConnSeparateRelease";
const std::string ABORTIVE = "ns3::TcpConnAbortiveRelease";

void
ReleaseSuite::AddJoined()
{
    AddBoth("joined: the application closes at once: one FIN+ACK", [](Script& w) {
        w.Policy("Release", JOINED).CloseOnEof().PassiveOpen();
        w.At(1.100).Send(FIN | ACK, 1, 1);
        w.At(1.102).Expect(FIN | ACK, 1, 2).State("LAST-ACK");
        w.At(1.110).Nothing().Send(ACK, 2, 2);
        w.At(1.120).Nothing().Connections(0);
        w.Path("LISTEN SYN-RECEIVED ESTABLISHED CLOSE-WAIT LAST-ACK CLOSED");
    });
    AddBoth("joined: the application has still text: ACK, later text and FIN", [](Script& w) {
        w.Policy("Release", JOINED).PassiveOpen();
        w.At(1.100).Send(FIN | ACK, 1, 1);
        w.At(1.102).Expect(ACK, 1, 2).State("CLOSE-WAIT");
        w.At(1.300).Write(10).Close();
        w.At(1.301).ExpectWithFin(1, 2, 10).State("LAST-ACK").Send(ACK, 2, 12);
        w.At(1.400).Nothing().Connections(0);
    });
}

void
ReleaseSuite::AddSeparate()
{
    AddBoth("separate: the application closes at once: ACK, then FIN", [](Script& w) {
        w.Policy("Release", SEPARATE).CloseOnEof().PassiveOpen();
        w.At(1.100).Send(FIN | ACK, 1, 1);
        w.At(1.102).Expect(ACK, 1, 2).Expect(FIN | ACK, 1, 2).State("LAST-ACK");
        w.At(1.110).Nothing().Send(ACK, 2, 2);
        w.At(1.120).Nothing().Connections(0);
    });
    Add("separate: chosen for the listener: its connections have it", [](Script& w) {
        w.Set("Release", StringValue(SEPARATE)).CloseOnEof().PassiveOpen();
        w.At(1.100).Send(FIN | ACK, 1, 1);
        w.At(1.102).Expect(ACK, 1, 2).Expect(FIN | ACK, 1, 2).Send(ACK, 2, 2);
        w.At(1.200).Nothing().Connections(0);
    });
    Add("separate: the end that closes first does what it always does", [](Script& w) {
        w.Policy("Release", SEPARATE).PassiveOpen();
        w.At(1.100).Close();
        w.At(1.101).Expect(FIN | ACK, 1, 1).State("FIN-WAIT-1").Send(FIN | ACK, 1, 2);
        w.At(1.103).Expect(ACK, 2, 2).State("TIME-WAIT");
    });
    Add("separate: FIN with text: one ACK of both", [](Script& w) {
        w.Policy("Release", SEPARATE).PassiveOpen();
        w.At(1.100).Send(FIN | ACK, 1, 1, 10);
        w.At(1.300).Await(Seg(ACK, 1, 12)).State("CLOSE-WAIT").Received(10);
    });
}

void
ReleaseSuite::AddAbortive()
{
    AddBoth("abortive: Close in ESTABLISHED: one RST, and it is over", [](Script& w) {
        w.Policy("Release", ABORTIVE).PassiveOpen();
        w.At(1.100).Close();
        w.At(1.101).ExpectReset(1).Connections(0).Failure("aborted").Events("created");
    });
    AddBoth("abortive: Close in CLOSE-WAIT: the same", [](Script& w) {
        w.Policy("Release", ABORTIVE).PassiveOpen();
        w.At(1.100).Send(FIN | ACK, 1, 1);
        w.At(1.102).Expect(ACK, 1, 2).Close();
        w.At(1.104).ExpectReset(1).Connections(0);
        w.Path("LISTEN SYN-RECEIVED ESTABLISHED CLOSE-WAIT CLOSED");
    });
    Add("abortive: text in flight or not sent is lost", [](Script& w) {
        w.Window(10).Policy("Release", ABORTIVE).PassiveOpen();
        w.At(1.100).Write(30);
        w.At(1.101).Expect(ACK, 1, 1, 10).Close();
        w.At(1.103).ExpectReset(11).Connections(0);
        w.At(60.0).Nothing();
    });
    Add("abortive: ShutdownSend resets too: there is no half-close", [](Script& w) {
        w.Policy("Release", ABORTIVE).PassiveOpen();
        w.At(1.100).ShutdownSend();
        w.At(1.101).ExpectReset(1).Connections(0);
    });
    Add("abortive: Close in SYN-SENT: nothing is sent", [](Script& w) {
        w.Policy("Release", ABORTIVE).At(1.000).Connect();
        w.At(1.001).Expect(SYN, 0).Close();
        w.At(60.0).Nothing().Connections(0);
    });
    Add("linger 0 of one socket: RST with any release policy", [](Script& w) {
        w.Set("Linger", DoubleValue(0)).Policy("Release", SEPARATE).PassiveOpen();
        w.At(1.100).Close();
        w.At(1.101).ExpectReset(1).Connections(0);
    });
}

ReleaseSuite::ReleaseSuite()
    : Suite("tcp-conn-release")
{
    AddJoined();
    AddSeparate();
    AddAbortive();
}

/** The one instance. */
ReleaseSuite g_releaseSuite;

} // namespace
} // namespace TcpConnWire
} // namespace ns3
