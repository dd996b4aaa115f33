/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-core-script.h"

using namespace ns3;
using namespace ns3::tcpconnrows;

const std::vector<TcpConnRowCase>&
ns3::TcpConnTimeoutRows()
{
    // Timers that a state never sets expire all the same: nothing may come of it.
    // clang-format off
    static const std::vector<TcpConnRowCase> cases = {
    // User timeout (RFC 9293 section 3.10.8) ----------------------------------------------------
    {C | L, "user-timeout", "", "", "user-timeout", ""},
    {SS | SR | OPEN | TW, "user-timeout", "", "", "user-timeout", "-> CLOSED; failed timed-out"},
    {E, "user-timeout", "usertimeout=30", "send 10; retransmission-timeout", "user-timeout",
     "-> CLOSED; failed timed-out"},
    // Retransmission (3.8.1, 3.8.3, RFC 6298) ---------------------------------------------------
    {C | L | F2 | TW, "retransmission-timeout", "", "", "retransmission-timeout", ""},
    {SS | SR, "retransmission-timeout/give-up", "conncount=1", "retransmission-timeout",
     "retransmission-timeout", "-> CLOSED; failed timed-out"},
    {E | CW, "retransmission-timeout/give-up", "dataretries=1", "send 10; retransmission-timeout",
     "retransmission-timeout", "-> CLOSED; failed timed-out"},
    {F1 | CL | LA, "retransmission-timeout/give-up", "dataretries=1", "retransmission-timeout",
     "retransmission-timeout", "-> CLOSED; failed timed-out"},
    {SS, "retransmission-timeout", "", "", "retransmission-timeout",
     "> SYN seq=100; +retransmission=2"},
    {SS, "retransmission-timeout", "", "retransmission-timeout", "retransmission-timeout",
     "> SYN seq=100; +retransmission=4"},
    // R1 (3.8.3): the third of the same is told, no other
    {SS, "retransmission-timeout", "", "retransmission-timeout; retransmission-timeout",
     "retransmission-timeout", "> SYN seq=100; +retransmission=8; struggling"},
    {SS, "retransmission-timeout", "",
     "retransmission-timeout; retransmission-timeout; retransmission-timeout",
     "retransmission-timeout", "> SYN seq=100; +retransmission=16"},
    {E | CW, "retransmission-timeout", "",
     "send 10; retransmission-timeout; retransmission-timeout",
     "retransmission-timeout", "> PSH,ACK seq=S ack=R len=10; +retransmission=8; struggling"},
    {SR, "retransmission-timeout", "", "", "retransmission-timeout",
     "> SYN,ACK seq=100 ack=301; +retransmission=2"},
    {SR, "retransmission-timeout", "active", "", "retransmission-timeout",
     "> SYN,ACK seq=100 ack=301; +retransmission=2"},
    {E | CW, "retransmission-timeout", "", "send 10", "retransmission-timeout",
     "> PSH,ACK seq=S ack=R len=10; +retransmission=2"},
    {E | CW, "retransmission-timeout", "", "send 1072", "retransmission-timeout",
     "> ACK seq=S ack=R len=536; +retransmission=2"},
    {F1 | CL | LA, "retransmission-timeout", "", "", "retransmission-timeout",
     "> FIN,ACK seq=S-1 ack=R; +retransmission=2"},
    {F1, "retransmission-timeout", "from=SYN-RECEIVED", "close", "retransmission-timeout",
     "> SYN,ACK seq=100 ack=301; +retransmission=2"},
    {F1, "retransmission-timeout", "from=ESTABLISHED", "send 10; close", "retransmission-timeout",
     "> FIN,PSH,ACK seq=S ack=R len=10; +retransmission=2"},
    // TIME-WAIT (3.10.8) ------------------------------------------------------------------------
    {TW, "time-wait-timeout", "", "", "time-wait-timeout", "-> CLOSED; deleted"},
    {C | L | SS | SR | OPEN, "time-wait-timeout", "", "", "time-wait-timeout", ""},
    // Zero windows (3.8.6.1) --------------------------------------------------------------------
    {C | L | SS | SR | F2 | TW, "persist-timeout", "", "", "persist-timeout", ""},
    {E | F1 | CW | CL | LA, "persist-timeout/give-up", "dataretries=1 win0 queued=10",
     "persist-timeout; wait 100", "persist-timeout", "-> CLOSED; failed timed-out"},
    {E | F1 | CW | CL | LA, "persist-timeout", "win0 queued=10", "", "persist-timeout",
     "> ACK seq=101 ack=R len=1; +persist=12"},
    {E | F1 | CW | CL | LA, "persist-timeout", "dataretries=1 win0 queued=10",
     "persist-timeout; wait 100; < ACK seq=R ack=101", "persist-timeout",
     "> ACK seq=101 ack=R len=1; +persist=24"},
    // Delayed acknowledgments (3.8.6.3) ---------------------------------------------------------
    {E | F2, "delayed-ack-timeout", "", "< ACK seq=R ack=S len=10", "delayed-ack-timeout",
     "> ACK seq=S ack=R+10; -delayed-ack"},
    {F1, "delayed-ack-timeout", "", "< ACK seq=R ack=S-1 len=10", "delayed-ack-timeout",
     "> ACK seq=S ack=R+10; -delayed-ack"},
    {CW | CL | LA, "delayed-ack-timeout", "", "", "delayed-ack-timeout", "> ACK seq=S ack=R"},
    {C | L | SS | SR | TW, "delayed-ack-timeout", "", "", "delayed-ack-timeout", ""},
    // Keep-alives (3.8.4): none while a FIN is outstanding, so there the event is raised alone ---
    {E | F2 | CW, "keep-alive-timeout/give-up", "keepalive=10 keepcount=1", "keep-alive-timeout",
     "keep-alive-timeout", "-> CLOSED; > RST seq=S; failed timed-out"},
    {E | F2 | CW, "keep-alive-timeout", "keepalive=10", "", "keep-alive-timeout",
     "> ACK seq=S-1 ack=R; +keep-alive=75"},
    {E, "keep-alive-timeout", "keepalive=10 keepcount=1",
     "keep-alive-timeout; < ACK seq=R ack=S; wait 10", "keep-alive-timeout",
     "> ACK seq=S-1 ack=R; +keep-alive=75"},
    {ALL & ~(E | F2 | CW), "keep-alive-timeout", "keepalive=10", "", "raise keep-alive-timeout",
     ""},
    // FIN-WAIT-2 that nobody holds, and lingering (3.6.1) ---------------------------------------
    {F2, "fin-wait-2-timeout", "", "let-go; close", "fin-wait-2-timeout",
     "-> CLOSED; failed timed-out"},
    {ALL & ~F2, "fin-wait-2-timeout", "", "", "fin-wait-2-timeout", ""},
    {F1 | CL | LA, "linger-timeout", "linger=5", "let-go; close", "linger-timeout",
     "-> CLOSED; > RST seq=S; deleted aborted"},
    {SR, "linger-timeout", "linger=5", "send 10; let-go; close", "linger-timeout",
     "-> CLOSED; > RST seq=S; deleted aborted"},
    {E | CW, "linger-timeout", "", "", "linger-timeout",
     "-> CLOSED; > RST seq=S; deleted aborted"},
    {C | L | SS | F2 | TW, "linger-timeout", "", "", "linger-timeout", ""},
    // ICMP (3.9.2.2, RFC 5461): a soft error is told when the connection times out --------------
    {SS | SR, "icmp-hard", "", "", "icmp-hard", "-> CLOSED; failed unreachable"},
    {C | L | TW, "icmp-hard", "", "", "icmp-hard", ""},
    {OPEN, "icmp-hard", "", "", "icmp-hard", "soft-error"},
    {OPEN, "icmp-hard", "", "", "icmp-hard; user-timeout",
     "-> CLOSED; soft-error; failed unreachable"},
    {SS | SR | OPEN, "icmp-soft", "", "", "icmp-soft", "soft-error"},
    {SS | SR | OPEN, "icmp-soft", "", "", "icmp-soft; user-timeout",
     "-> CLOSED; soft-error; failed unreachable"},
    {E, "icmp-soft", "", "send 10", "icmp-soft; < ACK seq=R ack=S+10; user-timeout",
     "-> CLOSED; soft-error; acked 10; failed timed-out"},
    {C | L | TW, "icmp-soft", "", "", "icmp-soft", ""},
    // RFC 1191: segments get smaller ------------------------------------------------------------
    {SS, "icmp-too-big", "", "send 150", "icmp-too-big 100; < SYN,ACK seq=300 ack=101",
     "-> ESTABLISHED; > ACK seq=101 ack=301 len=100; > PSH,ACK seq=201 ack=301 len=50; "
     "established"},
    {SR, "icmp-too-big", "", "send 150", "icmp-too-big 100; < ACK seq=301 ack=101",
     "-> ESTABLISHED; > ACK seq=101 ack=301 len=100; > PSH,ACK seq=201 ack=301 len=50; "
     "established"},
    {E | CW, "icmp-too-big", "", "", "icmp-too-big 100; send 150",
     "> ACK seq=S ack=R len=100; > PSH,ACK seq=S+100 ack=R len=50; +retransmission=1"},
    {E | CW, "icmp-too-big", "", "", "icmp-too-big 1400; send 536",
     "> PSH,ACK seq=S ack=R len=536; +retransmission=1"},
    {E | CW, "icmp-too-big", "", "send 150", "icmp-too-big 100",
     "> ACK seq=S ack=R len=100"},
    {F1 | CL | LA, "icmp-too-big", "win0 queued=150", "",
     "icmp-too-big 100; < ACK seq=R ack=101 win=1000",
     "> ACK seq=101 ack=R len=100; > FIN,PSH,ACK seq=201 ack=R len=50; +retransmission=1; "
     "-persist"},
    {C | L | F2 | TW, "icmp-too-big", "", "", "icmp-too-big 100", ""},
    // The host forgets everything (3.5.1) -------------------------------------------------------
    {C, "crash", "", "", "crash", ""},
    {ALL & ~C, "crash", "", "", "crash", "-> CLOSED; deleted"},
    // A newer SYN takes the place of a half-open connection (RFC 4987 section 3.4) --------------
    {SR, "evicted", "", "", "evicted", "-> CLOSED; deleted"},
    {ALL & ~SR, "evicted", "", "", "evicted", ""},
    };
    // clang-format on
    return cases;
}

namespace
{

/** Timeouts and reports in every state. */
TcpConnRowSuite g_machineTimeoutsSuite("tcp-conn-machine-timeouts", TcpConnTimeoutRows());

} // namespace
