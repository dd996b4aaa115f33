/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-machine.h"

namespace ns3
{

// Text on the SYN (RFC 7413)

TcpConnOpening
TcpConnMachine::Opening() const
{
    return {*m_s.key, *m_s.settings, m_s.now, m_s.handshakeState};
}

bool
TcpConnMachine::Admitted() const
{
    const TcpConnAdmission::Verdict verdict = m_s.Admit();
    return verdict == TcpConnAdmission::Verdict::ADMIT ||
           verdict == TcpConnAdmission::Verdict::EVICT;
}

void
TcpConnMachine::OpenFast()
{
    ChooseIss();
    TakeSyn();
    m_s.policies->handshake->TextAccepted(Opening(), m_seg);
    m_s.Promote();
    TcpConnTcb& tcb = *m_s.tcb;
    tcb.fastOpen = true;
    TcpConnSegment reply = BuildSyn(TCP_CONN_SYN | TCP_CONN_ACK);
    m_s.policies->handshake->Grant(Opening(), m_seg, reply.options);
    SetSendMss();
    m_s.Room().Begin(tcb, *m_s.settings, m_s.now);
    m_reply = m_s.effects->size();
    Emit(reply);
    Notify(TcpConnNotice::ESTABLISHED);
}

void
TcpConnMachine::CompleteReply()
{
    // RFC 7413 section 4.2.2 step 5: the SYN,ACK acknowledges what was taken of the SYN.
    TcpConnTcb& tcb = *m_s.tcb;
    TcpConnSegment& reply = (*m_s.effects)[m_reply].segment;
    const TcpConnSegment again = BuildSyn(TCP_CONN_SYN | TCP_CONN_ACK);
    reply.ack = again.ack;
    reply.window = again.window;
    tcb.ackNow = false;
    tcb.ackPending = 0;
    Disarm(TCP_CONN_DELAYED_ACK);
}

void
TcpConnMachine::CloseFast(const TcpConnRow& row)
{
    const TcpConnHandshake& handshake = *m_s.policies->handshake;
    if (m_s.tcb->fastOpen)
    {
        handshake.PendingDone(Opening(), row.event == TcpConnEvent::RST);
    }
    const bool silence = row.event == TcpConnEvent::RETRANSMISSION_TIMEOUT ||
                         row.event == TcpConnEvent::USER_TIMEOUT ||
                         row.event == TcpConnEvent::ICMP_HARD;
    if (row.from == TcpSocket::SYN_SENT && silence)
    {
        handshake.NoteSilence(Opening());
    }
}

uint32_t
TcpConnMachine::TakeAckOfSynText()
{
    TcpConnTcb& tcb = *m_s.tcb;
    if (tcb.synText == 0)
    {
        return 0;
    }
    const auto acked = static_cast<uint32_t>(tcb.sndUna - tcb.iss) - 1;
    if (acked > 0)
    {
        m_s.Room().DropFront(acked);
    }
    // RFC 7413 section 4.2.3: the rest goes with the third segment, as if it had never been sent.
    tcb.sndNxt = tcb.sndUna;
    tcb.synText = 0;
    return acked;
}

} // namespace ns3
