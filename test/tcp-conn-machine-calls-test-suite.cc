/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-core-script.h"

using namespace ns3;
using namespace ns3::tcpconnrows;

const std::vector<TcpConnRowCase>&
ns3::TcpConnCallRows()
{
    // clang-format off
    static const std::vector<TcpConnRowCase> cases = {
    // OPEN (RFC 9293 section 3.10.1) ------------------------------------------------------------
    {C, "passive-open", "", "", "passive-open", "-> LISTEN"},
    {L, "passive-open", "", "", "passive-open", ""},
    {SS | SR | OPEN | TW, "passive-open", "", "", "passive-open", "= connected"},
    {C | L, "active-open", "", "", "active-open",
     "-> SYN-SENT; > SYN seq=100; +retransmission=1"},
    {SS | SR | OPEN | TW, "active-open", "", "", "active-open", "= connected"},
    // SEND (3.10.2) -----------------------------------------------------------------------------
    {C | L, "send", "", "", "send 10", "= not-connected"},
    {SS | SR, "send", "", "", "send 10", ""},
    {SS, "send", "", "wait 0.5", "send 10; < SYN,ACK seq=300 ack=101",
     "-> ESTABLISHED; > PSH,ACK seq=101 ack=301 len=10; established; +retransmission=1.5"},
    {SR, "send", "", "wait 0.5", "send 10; < ACK seq=301 ack=101",
     "-> ESTABLISHED; > PSH,ACK seq=101 ack=301 len=10; established; +retransmission=1.5"},
    {E | CW, "send", "", "", "send 10",
     "> PSH,ACK seq=S ack=R len=10; +retransmission=1"},
    {E | CW, "send", "", "", "send 600",
     "> ACK seq=S ack=R len=536; > PSH,ACK seq=S+536 ack=R len=64; +retransmission=1"},
    {F1 | F2 | CL | LA | TW, "send", "", "", "send 10", "= closing"},
    // RECEIVE (3.10.3) --------------------------------------------------------------------------
    {C | L, "receive", "", "", "receive 10", "= not-connected"},
    {SS | SR, "receive", "", "", "receive 10", "= again"},
    {E | F1 | F2, "receive", "text=10", "", "receive 6; receive 10", "read 4; read 6"},
    {E | F1 | F2, "receive", "", "", "receive 10", ""},
    {CW | CL | LA | TW, "receive", "", "", "receive 10", "= end-of-stream"},
    {CW | CL | LA | TW, "receive", "text=10", "", "receive 20", "= end-of-stream; read 10"},
    // CLOSE (3.10.4, 3.6.1) ---------------------------------------------------------------------
    {C, "close", "", "", "close", "= not-connected"},
    {L, "close", "", "", "close", "-> CLOSED; deleted"},
    {SS, "close", "", "send 10", "close", "-> CLOSED; deleted aborted"},
    {SR | OPEN, "close/abrupt", "linger=0", "let-go", "close",
     "-> CLOSED; > RST seq=S; deleted aborted"},
    {OPEN, "close/abrupt", "text=10", "let-go", "close",
     "-> CLOSED; > RST seq=S; deleted aborted"},
    {E, "close/abrupt", "linger=0", "send 10; let-go", "close",
     "-> CLOSED; > RST seq=S+10; deleted aborted"},
    {SR, "close/nothing-queued", "", "", "close", "-> FIN-WAIT-1; > FIN,ACK seq=101 ack=301"},
    {SR, "close/nothing-queued", "active", "", "close",
     "-> FIN-WAIT-1; > FIN,ACK seq=101 ack=301"},
    {SR, "close/nothing-queued", "", "", "close; < ACK seq=301 ack=102",
     "-> FIN-WAIT-1; -> FIN-WAIT-2; > FIN,ACK seq=101 ack=301; -retransmission"},
    {SR, "close", "", "send 10", "close", ""},
    {SR, "close", "", "send 10", "close; < ACK seq=301 ack=101",
     "-> ESTABLISHED; -> FIN-WAIT-1; > FIN,PSH,ACK seq=101 ack=301 len=10; established"},
    {E, "close", "", "", "close", "-> FIN-WAIT-1; > FIN,ACK seq=S ack=R; +retransmission=1"},
    {E, "close", "win0 queued=10", "", "close; < ACK seq=301 ack=101 win=100",
     "-> FIN-WAIT-1; > FIN,PSH,ACK seq=101 ack=301 len=10; +retransmission=1; -persist"},
    {E, "close", "linger=5", "let-go", "close",
     "-> FIN-WAIT-1; > FIN,ACK seq=S ack=R; +retransmission=1; +linger=5"},
    {E, "close", "text=10", "", "close", "-> FIN-WAIT-1; > FIN,ACK seq=S ack=R; "
     "+retransmission=1; -delayed-ack"},
    {CW, "close", "", "", "close", "-> LAST-ACK; > FIN,ACK seq=S ack=R; +retransmission=1"},
    {CW, "close", "", "send 10", "close", "-> LAST-ACK; > FIN,ACK seq=S+10 ack=R"},
    {F1 | F2 | CL | LA | TW, "close", "", "", "close", "= closing"},
    {F2, "close", "", "let-go", "close", "+fin-wait-2=60"},
    {F1 | CL | LA, "close", "linger=5", "let-go", "close", "+linger=5"},
    // ABORT (3.10.5) ----------------------------------------------------------------------------
    {C, "abort", "", "", "abort", "= not-connected"},
    {L | SS, "abort", "", "", "abort", "-> CLOSED; deleted aborted"},
    {SR | E | F1 | F2 | CW, "abort", "", "", "abort", "-> CLOSED; > RST seq=S; deleted aborted"},
    {E | CW, "abort", "", "send 10", "abort", "-> CLOSED; > RST seq=S+10; deleted aborted"},
    {CL | LA | TW, "abort", "", "", "abort", "-> CLOSED; deleted aborted"},
    // STATUS (3.10.6) ---------------------------------------------------------------------------
    {ALL, "status", "", "", "status", ""},
    };
    // clang-format on
    return cases;
}

namespace
{

/** User calls in every state. */
TcpConnRowSuite g_machineCallsSuite("tcp-conn-machine-calls", TcpConnCallRows());

} // namespace
