/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-machine.h"

#include "ns3/tcp-socket-state.h"

#include <algorithm>

namespace ns3
{

// What the connection sends of itself

bool
TcpConnMachine::NextSegment(TcpConnSegment& segment, TcpConnText& text)
{
    TcpConnTcb& tcb = *m_s.tcb;
    text = TcpConnText();
    if (NextText(segment, text) || NextFin(segment))
    {
        return true;
    }
    if (tcb.ackNow)
    {
        segment = Build(TCP_CONN_ACK, tcb.sndNxt);
        return true;
    }
    return false;
}

bool
TcpConnMachine::NextText(TcpConnSegment& segment, TcpConnText& text)
{
    TcpConnTcb& tcb = *m_s.tcb;
    TcpConnDataPhase* data = m_s.Data();
    switch (tcb.State())
    {
    case TcpSocket::ESTABLISHED:
    case TcpSocket::CLOSE_WAIT:
    case TcpSocket::FIN_WAIT_1:
    case TcpSocket::CLOSING:
    case TcpSocket::LAST_ACK:
    case TcpSocket::SYN_RCVD:
        break;
    default:
        return false;
    }
    if (tcb.sndUna == tcb.iss && (!tcb.fastOpen || tcb.synRetransmitted))
    {
        // The SYN is not yet acknowledged.  After Fast Open the answer need not wait for that (RFC
        // 7413 section 4.2.2), unless the peer, as it seems, has not got the SYN,ACK.
        return false;
    }
    const uint32_t outstanding = tcb.Outstanding();
    const bool unsent = data && data->StreamEnd() > tcb.sndNxt - (tcb.finSent ? 1 : 0);
    if (tcb.probeDue)
    {
        tcb.probeDue = false;
        if (outstanding > 0 || unsent)
        {
            text.probe = outstanding == 0;
            text.retransmission = outstanding > 0;
            text.seq = outstanding > 0 ? tcb.sndUna : tcb.sndNxt;
            text.length = 1;
            tcb.probed = tcb.probed || text.probe;
            segment = Build(TCP_CONN_ACK, text.seq);
            segment.length = 1;
            data->TextSent(tcb, text, m_s.now);
        }
        else
        {
            segment = Build(TCP_CONN_ACK, tcb.sndNxt - 1); // a FIN alone waits for the window
        }
        return true;
    }
    if (!data || !data->NextText(tcb, *m_s.settings, m_s.now, text))
    {
        text = TcpConnText();
        const bool waits = unsent || (tcb.closing && !tcb.finSent);
        if (waits && outstanding == 0 && !Armed(TCP_CONN_PERSIST) && !Armed(TCP_CONN_PACING) &&
            !(FinFits() && !unsent))
        {
            tcb.retries = 0;
            ArmPersist();
        }
        return false;
    }
    segment = Build(TCP_CONN_ACK | (text.push ? TCP_CONN_PSH : 0), text.seq, text.length);
    segment.length = text.length;
    segment.flags |= text.cwr ? TCP_CONN_CWR : 0;
    const SequenceNumber32 end = text.seq + static_cast<int32_t>(text.length);
    tcb.sndNxt = std::max(tcb.sndNxt, end);
    if (tcb.closing && end == data->StreamEnd() && (tcb.finSent || FinFits()))
    {
        segment.flags |= TCP_CONN_FIN; // the FIN goes with the last text
        tcb.finSent = true;
        tcb.sndNxt = std::max(tcb.sndNxt, end + 1);
    }
    data->TextSent(tcb, text, m_s.now);
    Sent(outstanding);
    return true;
}

bool
TcpConnMachine::NextFin(TcpConnSegment& segment)
{
    TcpConnTcb& tcb = *m_s.tcb;
    const TcpConnDataPhase* data = m_s.Data();
    switch (tcb.State())
    {
    case TcpSocket::FIN_WAIT_1:
    case TcpSocket::CLOSING:
    case TcpSocket::LAST_ACK:
        break;
    default:
        return false;
    }
    if (tcb.finSent || !FinFits() || (data && data->StreamEnd() > tcb.sndNxt))
    {
        return false;
    }
    const uint32_t outstanding = tcb.Outstanding();
    segment = Build(TCP_CONN_FIN | TCP_CONN_ACK, tcb.sndNxt);
    tcb.finSent = true;
    tcb.sndNxt += 1;
    Sent(outstanding);
    return true;
}

bool
TcpConnMachine::FinFits() const
{
    return m_s.tcb->Outstanding() < m_s.tcb->sndWnd;
}

void
TcpConnMachine::Sent(uint32_t outstandingBefore)
{
    TcpConnTcb& tcb = *m_s.tcb;
    Disarm(TCP_CONN_PERSIST);
    tcb.probed = false;
    if (outstandingBefore == 0)
    {
        tcb.retries = 0;
        tcb.lastProgress = m_s.now;
    }
    if (!Armed(TCP_CONN_RETRANSMISSION))
    {
        ArmRetransmission(); // RFC 6298 5.1
    }
}

void
TcpConnMachine::OfferWindow()
{
    // RFC 9293 section 3.8.6.2.2: only when the window had nearly closed and can open well.
    TcpConnTcb& tcb = *m_s.tcb;
    switch (tcb.State())
    {
    case TcpSocket::ESTABLISHED:
    case TcpSocket::FIN_WAIT_1:
    case TcpSocket::FIN_WAIT_2:
        break;
    default:
        return;
    }
    const uint32_t most = m_s.settings->maxWindowSize << tcb.rcvScale;
    const uint32_t space =
        std::min(m_s.Data() ? m_s.Data()->ReceiveSpace(*m_s.settings) : m_s.settings->rcvBufSize,
                 most);
    const uint32_t offered = tcb.RcvWnd();
    const uint32_t worth = std::min<uint32_t>(m_s.settings->rcvBufSize / 2, tcb.sendMss);
    const bool narrow = offered <= m_s.settings->rcvBufSize / 4 || offered < 2U * tcb.sendMss;
    if (narrow && space >= offered + worth)
    {
        tcb.ackNow = true;
    }
}

// Segments

TcpConnSegment
TcpConnMachine::Build(uint16_t flags, SequenceNumber32 seq, uint32_t textLength)
{
    TcpConnTcb& tcb = *m_s.tcb;
    TcpConnSegment segment;
    segment.seq = seq;
    segment.ack = tcb.rcvNxt;
    segment.flags = flags;
    segment.window = WindowField();
    OfferTimestamp(segment.options);
    if (tcb.userTimeoutDue)
    {
        tcb.userTimeoutDue = false;
        OfferUserTimeout(segment.options);
    }
    if (m_s.Data())
    {
        if (tcb.sackOk)
        {
            m_s.Data()->FillSack(segment.options, SackRoom(textLength));
        }
        if (tcb.ecnOk && m_s.Data()->EchoCongestion())
        {
            segment.flags |= TCP_CONN_ECE;
        }
    }
    tcb.lastAckSent = tcb.rcvNxt;
    tcb.ackNow = false;
    tcb.ackPending = 0;
    Disarm(TCP_CONN_DELAYED_ACK);
    return segment;
}

void
TcpConnMachine::OfferTimestamp(TcpConnOptions& options) const
{
    if (m_s.tcb->timestampsOk)
    {
        options.present |= TcpConnOptions::TIMESTAMPS;
        options.tsVal = Timestamp();
        options.tsEcr = m_s.tcb->tsRecent;
    }
}

uint8_t
TcpConnMachine::SackRoom(uint32_t textLength) const
{
    // RFC 2018 section 3: four blocks, three beside timestamps; fewer where the text leaves no
    // more.
    const TcpConnTcb& tcb = *m_s.tcb;
    const uint32_t most = tcb.timestampsOk ? 3 : 4;
    if (textLength == 0)
    {
        return static_cast<uint8_t>(most);
    }
    const uint32_t used = textLength + (tcb.timestampsOk ? 12 : 0) + 4;
    const uint32_t fits = std::min(tcb.peerMss, tcb.pathMss);
    return static_cast<uint8_t>(used < fits ? std::min(most, (fits - used) / 8) : 0);
}

void
TcpConnMachine::OfferUserTimeout(TcpConnOptions& options) const
{
    const TcpConnSettings& settings = *m_s.settings;
    if (!settings.userTimeoutOption || settings.userTimeout.IsZero())
    {
        return;
    }
    // Seconds, or minutes with the granularity bit (RFC 5482 section 3); 0 is reserved.
    const auto seconds = static_cast<uint32_t>(
        std::min(std::max(settings.userTimeout.GetSeconds(), 1.0), 0x7fff * 60.0));
    options.present |= TcpConnOptions::USER_TIMEOUT;
    options.userTimeout =
        static_cast<uint16_t>(seconds <= 0x7fff ? seconds : 0x8000 | (seconds / 60));
}

TcpConnSegment
TcpConnMachine::BuildSyn(uint16_t flags)
{
    TcpConnTcb& tcb = *m_s.tcb;
    const TcpConnSettings& settings = *m_s.settings;
    const bool reply = (flags & TCP_CONN_ACK) != 0;
    TcpConnSegment segment;
    segment.seq = tcb.iss;
    segment.flags = flags;
    TcpConnOptions& options = segment.options;
    options.present = TcpConnOptions::MSS;
    options.mss = tcb.pathMss;
    // A SYN,ACK carries only what the SYN offered.
    if (reply ? tcb.windowScaleOk : settings.windowScaling)
    {
        tcb.rcvScale = tcb.synRetransmitted ? tcb.rcvScale : 0; // once said, it stays
        while (!tcb.synRetransmitted && tcb.rcvScale < 14 &&
               (settings.rcvBufSize >> tcb.rcvScale) > settings.maxWindowSize)
        {
            ++tcb.rcvScale;
        }
        options.present |= TcpConnOptions::WINDOW_SCALE;
        options.windowScale = tcb.rcvScale;
    }
    if (reply ? tcb.sackOk : settings.sack)
    {
        options.present |= TcpConnOptions::SACK_PERMITTED;
    }
    if (reply ? tcb.timestampsOk : settings.timestamps)
    {
        options.present |= TcpConnOptions::TIMESTAMPS;
        options.tsVal = Timestamp();
        options.tsEcr = reply ? tcb.tsRecent : 0;
    }
    OfferUserTimeout(options);
    if (reply)
    {
        segment.ack = tcb.rcvNxt;
        tcb.lastAckSent = tcb.rcvNxt;
        segment.flags |= tcb.ecnOk ? TCP_CONN_ECE : 0;
    }
    else if (settings.useEcn == TcpSocketState::On && !tcb.synRetransmitted)
    {
        segment.flags |= TCP_CONN_ECE | TCP_CONN_CWR;
    }
    const uint32_t space =
        tcb.fastOpen && m_s.Data() ? m_s.Data()->ReceiveSpace(settings) : settings.rcvBufSize;
    segment.window = static_cast<uint16_t>(std::min(space, settings.maxWindowSize));
    tcb.rcvAdv = std::max(tcb.rcvAdv, tcb.rcvNxt + static_cast<int32_t>(segment.window));
    return segment;
}

uint16_t
TcpConnMachine::WindowField()
{
    TcpConnTcb& tcb = *m_s.tcb;
    const TcpConnSettings& settings = *m_s.settings;
    const uint32_t most = settings.maxWindowSize << tcb.rcvScale;
    const uint32_t offered = tcb.RcvWnd();
    uint32_t space =
        m_s.Data() && !tcb.receiveShut ? m_s.Data()->ReceiveSpace(settings) : settings.rcvBufSize;
    space = std::min(space, most);
    // The right edge never moves back (SHLD-14), and not forward by crumbs (section 3.8.6.2.2).
    const uint32_t worth = std::min<uint32_t>(settings.rcvBufSize / 2, tcb.sendMss);
    const uint32_t window = space >= offered + worth ? space : offered;
    const uint32_t field = std::min(window >> tcb.rcvScale, settings.maxWindowSize);
    tcb.rcvAdv = std::max(tcb.rcvAdv, tcb.rcvNxt + static_cast<int32_t>(field << tcb.rcvScale));
    return static_cast<uint16_t>(field);
}

TcpConnSegment
TcpConnMachine::ResetFor(const TcpConnSegment& segment)
{
    TcpConnSegment reset;
    if (segment.Has(TCP_CONN_ACK))
    {
        reset.seq = segment.ack;
        reset.flags = TCP_CONN_RST;
    }
    else
    {
        reset.seq = SequenceNumber32(0);
        reset.ack = segment.End();
        reset.flags = TCP_CONN_RST | TCP_CONN_ACK;
    }
    return reset;
}

void
TcpConnMachine::Emit(const TcpConnSegment& segment)
{
    TcpConnEffect effect{};
    effect.kind = TcpConnEffect::SEND;
    effect.hasSegment = true;
    effect.segment = segment;
    m_s.effects->push_back(effect);
}

void
TcpConnMachine::EmitAck()
{
    Emit(Build(TCP_CONN_ACK, m_s.tcb->sndNxt));
}

void
TcpConnMachine::Challenge()
{
    if (m_s.policies->segmentCheck->AllowChallenge(m_s.checkState, m_s.now))
    {
        EmitAck();
    }
}

uint32_t
TcpConnMachine::Timestamp() const
{
    // A clock of 1 ms (RFC 7323 section 5.4 allows 1 ms to 1 s).
    return static_cast<uint32_t>(m_s.now.GetMilliSeconds()) + m_s.tcb->tsOffset;
}

} // namespace ns3
