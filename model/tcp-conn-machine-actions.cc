/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-machine.h"

#include "ns3/tcp-socket-state.h"

#include <algorithm>

namespace ns3
{

namespace
{

/// Retransmissions in vain of which the application is told (RFC 9293 section 3.8.3: R1).
constexpr uint8_t R1 = 3;

} // namespace

// Opening (RFC 9293 section 3.5)

void
TcpConnMachine::SendSyn()
{
    TcpConnTcb& tcb = *m_s.tcb;
    tcb.passive = false;
    tcb.iss = m_s.policies->isn->Choose(*m_s.key, m_s.now, m_s.isnState);
    tcb.sndUna = tcb.iss;
    tcb.sndNxt = tcb.iss + 1;
    tcb.lastProgress = m_s.now;
    tcb.path.rto = m_s.policies->retry->SynTimeout(*m_s.settings);
    TcpConnSegment syn = BuildSyn(TCP_CONN_SYN);
    syn.length = m_s.policies->handshake->OfferText(Opening(),
                                                    tcb.pathMss,
                                                    m_s.Data() ? m_s.Data()->Queued() : 0,
                                                    syn.options);
    tcb.fastOpenAsked = syn.options.Has(TcpConnOptions::FAST_OPEN);
    tcb.synText = static_cast<uint16_t>(syn.length);
    tcb.sndNxt += tcb.synText; // RFC 7413 section 4.2.1
    Emit(syn);
    ArmRetransmission();
}

void
TcpConnMachine::OpenHalf()
{
    ChooseIss();
    TakeSyn();
    TcpConnSegment reply = BuildSyn(TCP_CONN_SYN | TCP_CONN_ACK);
    m_s.policies->handshake->Grant(Opening(), m_seg, reply.options);
    Emit(reply);
}

void
TcpConnMachine::OpenByAckAndSyn()
{
    TcpConnTcb& tcb = *m_s.tcb;
    ChooseIss();
    TakeSyn();
    TcpConnSegment syn = BuildSyn(TCP_CONN_SYN | TCP_CONN_ACK);
    TcpConnSegment ack; // <SEQ=ISS><ACK=x+1><CTL=ACK>, then <SEQ=ISS><CTL=SYN>
    ack.seq = tcb.iss;
    ack.ack = syn.ack;
    ack.flags = TCP_CONN_ACK;
    ack.window = syn.window;
    Emit(ack);
    syn.flags &= ~TCP_CONN_ACK;
    syn.ack = SequenceNumber32(0);
    Emit(syn);
}

void
TcpConnMachine::OpenAtOnce()
{
    ChooseIss();
    TakeSyn();
    Emit(BuildSyn(TCP_CONN_SYN | TCP_CONN_ACK));
    m_s.Promote();
    TcpConnTcb& tcb = *m_s.tcb;
    tcb.sndUna = tcb.sndNxt; // nobody acknowledges this SYN
    Synchronise();
    Notify(TcpConnNotice::ESTABLISHED);
}

void
TcpConnMachine::SendCookie()
{
    TcpConnTcb& tcb = *m_s.tcb;
    uint32_t timestamp = Timestamp();
    tcb.iss = m_s.MakeCookie(m_seg, timestamp);
    tcb.sndUna = tcb.iss;
    tcb.sndNxt = tcb.iss + 1;
    TakeSyn();
    TcpConnSegment reply = BuildSyn(TCP_CONN_SYN | TCP_CONN_ACK);
    if (tcb.timestampsOk)
    {
        reply.options.tsVal = timestamp;
    }
    else
    {
        // Without timestamps there is no room to remember them (RFC 4987 section 3.6).
        reply.options.present &= TcpConnOptions::MSS;
        reply.flags &= ~TCP_CONN_ECE;
    }
    Emit(reply);
}

void
TcpConnMachine::TakeCookie()
{
    // The SYN that the cookie stands for opens the connection; this ACK completes it.
    const TcpConnSegment ack = m_seg;
    m_seg = *m_s.Cookie();
    TcpConnTcb* tcb = m_s.tcb;
    tcb->iss = ack.ack - 1;
    tcb->sndUna = tcb->iss;
    tcb->sndNxt = ack.ack;
    TakeSyn();
    BuildSyn(TCP_CONN_SYN | TCP_CONN_ACK); // what it agreed to: window and scale
    tcb->tsRecent = ack.options.tsVal;
    m_seg = ack;
    TakeAckOfSyn(false); // when the SYN,ACK was sent is not known
}

void
TcpConnMachine::ChooseIss()
{
    TcpConnTcb& tcb = *m_s.tcb;
    tcb.iss = m_s.policies->isn->Choose(*m_s.key, m_s.now, m_s.isnState);
    if (m_s.oldSndNxt && tcb.iss <= *m_s.oldSndNxt)
    {
        // RFC 1122 section 4.2.2.13 (a): beyond what the old incarnation used, a window included.
        tcb.iss = *m_s.oldSndNxt + 65537;
    }
    tcb.sndUna = tcb.iss;
    tcb.sndNxt = tcb.iss + 1;
    tcb.lastProgress = m_s.now;
    tcb.path.rto = m_s.policies->retry->SynTimeout(*m_s.settings);
}

void
TcpConnMachine::TakeSyn()
{
    TcpConnTcb& tcb = *m_s.tcb;
    tcb.irs = m_seg.seq;
    tcb.rcvNxt = m_seg.seq + 1;
    tcb.rcvAdv = tcb.rcvNxt;
    tcb.lastReceived = m_s.now;
    TakeSynOptions();
    tcb.sndWnd = m_seg.window; // never scaled in a SYN (RFC 7323 section 2.2)
    tcb.maxSndWnd = tcb.sndWnd;
    tcb.sndWl1 = m_seg.seq;
    tcb.sndWl2 = tcb.sndUna;
    ArmRetransmission();
}

void
TcpConnMachine::TakeSynOptions()
{
    TcpConnTcb& tcb = *m_s.tcb;
    const TcpConnOptions& options = m_seg.options;
    const TcpConnSettings& settings = *m_s.settings;
    // Below 64 bytes an MSS is an attack on the sender's resources; without one the defaults hold
    // (MUST-15).
    tcb.peerMss = m_s.key->v6 ? 1220 : 536;
    if (options.Has(TcpConnOptions::MSS))
    {
        tcb.peerMss = std::max<uint16_t>(options.mss, 64);
    }
    tcb.windowScaleOk = settings.windowScaling && options.Has(TcpConnOptions::WINDOW_SCALE);
    // A shift above 14 is taken as 14 (RFC 7323 section 2.3).
    tcb.sndScale = tcb.windowScaleOk ? std::min<uint8_t>(options.windowScale, 14) : 0;
    tcb.sackOk = settings.sack && options.Has(TcpConnOptions::SACK_PERMITTED);
    tcb.timestampsOk = settings.timestamps && options.Has(TcpConnOptions::TIMESTAMPS);
    if (tcb.timestampsOk)
    {
        tcb.tsRecent = options.tsVal;
        tcb.tsRecentAge = m_s.now;
    }
    TakeUserTimeout();
    // RFC 3168 section 6.1.1: ECE and CWR ask for ECN, ECE alone agrees to it.
    const bool ece = m_seg.Has(TCP_CONN_ECE);
    const bool cwr = m_seg.Has(TCP_CONN_CWR);
    tcb.ecnOk = m_seg.Has(TCP_CONN_ACK) ? settings.useEcn == TcpSocketState::On && ece && !cwr
                                        : settings.useEcn != TcpSocketState::Off && ece && cwr;
}

void
TcpConnMachine::TakeSynAck(bool acknowledge)
{
    TcpConnTcb& tcb = *m_s.tcb;
    tcb.irs = m_seg.seq;
    tcb.rcvNxt = m_seg.seq + 1;
    tcb.rcvAdv = tcb.rcvNxt;
    tcb.lastReceived = m_s.now;
    TakeSynOptions();
    SampleSyn();
    m_s.policies->handshake->NoteAnswer(Opening(), m_seg, tcb);
    tcb.sndUna = m_seg.Has(TCP_CONN_ACK) ? m_seg.ack : tcb.sndUna;
    tcb.sndWnd = m_seg.window;
    tcb.maxSndWnd = tcb.sndWnd;
    tcb.sndWl1 = m_seg.seq;
    tcb.sndWl2 = tcb.sndUna;
    const uint32_t acked = TakeAckOfSynText();
    Synchronise();
    tcb.ackNow = acknowledge;
    if (acknowledge && (!m_s.Data() || m_s.Data()->Empty()))
    {
        EmitAck(); // text that is queued already goes with the third segment instead
    }
    Notify(TcpConnNotice::ESTABLISHED);
    if (acked > 0)
    {
        Notify(TcpConnNotice::ACKED, acked);
    }
}

void
TcpConnMachine::TakeAckOfSyn(bool timed)
{
    m_s.Promote();
    TcpConnTcb& tcb = *m_s.tcb;
    if (timed)
    {
        SampleSyn();
    }
    tcb.sndUna = m_seg.ack;
    tcb.sndWnd = static_cast<uint32_t>(m_seg.window) << tcb.sndScale;
    tcb.maxSndWnd = std::max(tcb.maxSndWnd, tcb.sndWnd);
    tcb.sndWl1 = m_seg.seq;
    tcb.sndWl2 = m_seg.ack;
    const uint32_t acked = TakeAckOfSynText(); // of a SYN that met the peer's
    Synchronise();
    Notify(TcpConnNotice::ESTABLISHED);
    if (acked > 0)
    {
        Notify(TcpConnNotice::ACKED, acked);
    }
    if (tcb.closing)
    {
        // CLOSE was queued "for processing after entering ESTABLISHED" (RFC 9293 3.10.4).
        Take(TcpConnEvent::CLOSE);
    }
}

void
TcpConnMachine::SampleSyn()
{
    TcpConnTcb& tcb = *m_s.tcb;
    const TcpConnSettings& settings = *m_s.settings;
    if (tcb.synRetransmitted)
    {
        // Karn: no sample; and RFC 6298 5.7: 3 s when text begins after a lost SYN.
        tcb.path.rto = std::max(settings.minRto, Seconds(3));
        return;
    }
    const Time sample = m_s.now - tcb.lastProgress;
    tcb.path.srtt = sample;
    tcb.path.rttVar = sample / 2;
    tcb.path.samples = 1;
    const Time rto = sample + std::max(settings.clockGranularity, sample * 2); // K = 4
    tcb.path.rto = std::min(std::max(rto, settings.minRto), settings.maxRto);
}

void
TcpConnMachine::Synchronise()
{
    TcpConnTcb& tcb = *m_s.tcb;
    tcb.retries = 0;
    tcb.backoff = 0;
    tcb.userTimeoutDue = true; // on the first segment without SYN too, should the SYN's be lost
    tcb.lastProgress = m_s.now;
    Disarm(TCP_CONN_RETRANSMISSION);
    Disarm(TCP_CONN_USER);
    if (!tcb.windowScaleOk)
    {
        tcb.rcvScale = 0;
        tcb.sndScale = 0;
    }
    SetSendMss();
    if (tcb.Outstanding() > 0)
    {
        ArmRetransmission(); // a FIN followed the SYN
    }
    ArmKeepAlive();
    if (m_s.Data() && !tcb.fastOpen) // Fast Open has begun it
    {
        m_s.Data()->Begin(tcb, *m_s.settings, m_s.now);
    }
}

void
TcpConnMachine::SetSendMss()
{
    // Eff.snd.MSS (RFC 9293 section 3.7.1): option bytes are taken off (RFC 6691).
    TcpConnTcb& tcb = *m_s.tcb;
    const uint32_t optionBytes = tcb.timestampsOk ? 12 : 0;
    const uint32_t fits = std::max<uint32_t>(std::min(tcb.peerMss, tcb.pathMss), 64) - optionBytes;
    tcb.sendMss = static_cast<uint16_t>(
        std::max<uint32_t>(std::min<uint32_t>(fits, m_s.settings->segmentSize), 1));
}

// Text and acknowledgments (RFC 9293 section 3.10.7.4)

void
TcpConnMachine::NoteSegment()
{
    TcpConnTcb& tcb = *m_s.tcb;
    if (m_seg.Has(TCP_CONN_RST))
    {
        return;
    }
    tcb.lastReceived = m_s.now;
    tcb.probes = 0;
    TakeUserTimeout();
    if (tcb.timestampsOk && m_seg.options.Has(TcpConnOptions::TIMESTAMPS) &&
        m_seg.seq <= tcb.lastAckSent)
    {
        tcb.tsRecent = m_seg.options.tsVal; // RFC 7323 section 4.3 (3)
        tcb.tsRecentAge = m_s.now;
    }
}

void
TcpConnMachine::TrimText()
{
    // RFC 9293 3.10.7.4: with a closed window, valid ACKs and RSTs are still taken.
    TcpConnTcb& tcb = *m_s.tcb;
    NoteSegment();
    tcb.ackNow = true;
    m_seg.length = 0;
    m_seg.flags &= ~TCP_CONN_FIN;
}

void
TcpConnMachine::TakeAck()
{
    TcpConnTcb& tcb = *m_s.tcb;
    const uint32_t oldWindow = tcb.sndWnd;
    TcpConnAckEvent event;
    event.segment = &m_seg;
    event.oldUna = tcb.sndUna;
    bool textLost = false;
    if (m_seg.ack > tcb.sndUna)
    {
        const bool synAcked = tcb.sndUna == tcb.iss;
        if (m_seg.ack > tcb.sndNxt)
        {
            tcb.sndNxt = m_seg.ack; // the byte that probed the closed window was taken
        }
        event.acked = static_cast<uint32_t>(m_seg.ack - tcb.sndUna) - (synAcked ? 1 : 0) -
                      (AckOfFin() ? 1 : 0);
        if (synAcked)
        {
            SampleSyn();
        }
        tcb.sndUna = m_seg.ack;
        tcb.retries = 0;
        tcb.softError = false;
        tcb.probed = false;
        tcb.lastProgress = m_s.now;
        if (synAcked)
        {
            Synchronise();
        }
        if (synAcked && tcb.fastOpen && tcb.State() != TcpSocket::CLOSED)
        {
            // What followed the first SYN,ACK came to an end in SYN-SENT, which dropped it.
            textLost = tcb.synRetransmitted && event.acked == 0 &&
                       tcb.Outstanding() > (tcb.finSent ? 1U : 0U);
            tcb.fastOpen = false;
            m_s.policies->handshake->PendingDone(Opening(), false);
        }
    }
    UpdateWindow();
    event.windowChanged = tcb.sndWnd != oldWindow;
    if (m_s.Data())
    {
        const uint32_t samples = tcb.path.samples;
        m_s.Data()->AckArrived(tcb, *m_s.settings, event, m_s.now);
        // Karn: the back-off stays until something sent once has been timed (RFC 6298 section 5).
        tcb.backoff = tcb.path.samples != samples ? 0 : tcb.backoff;
        if (textLost)
        {
            m_s.Data()->RetransmissionTimeout(tcb, *m_s.settings, m_s.now);
        }
    }
    if (tcb.sndUna != event.oldUna)
    {
        if (tcb.State() == TcpSocket::TIME_WAIT || tcb.State() == TcpSocket::CLOSED)
        {
            // its timers are set
        }
        else if (tcb.Outstanding() == 0)
        {
            Disarm(TCP_CONN_RETRANSMISSION); // RFC 6298 5.2
            Disarm(TCP_CONN_USER);
        }
        else
        {
            Disarm(TCP_CONN_USER);
            ArmRetransmission(); // RFC 6298 5.3
        }
    }
    if (event.acked > 0)
    {
        Notify(TcpConnNotice::ACKED, event.acked);
    }
}

void
TcpConnMachine::UpdateWindow()
{
    TcpConnTcb& tcb = *m_s.tcb;
    const bool newer =
        tcb.sndWl1 < m_seg.seq || (tcb.sndWl1 == m_seg.seq && tcb.sndWl2 <= m_seg.ack);
    if (m_seg.ack < tcb.sndUna || !newer)
    {
        return;
    }
    tcb.sndWnd = static_cast<uint32_t>(m_seg.window) << tcb.sndScale;
    tcb.maxSndWnd = std::max(tcb.maxSndWnd, tcb.sndWnd);
    tcb.sndWl1 = m_seg.seq;
    tcb.sndWl2 = m_seg.ack;
    if (tcb.sndWnd > 0 && Armed(TCP_CONN_PERSIST))
    {
        Disarm(TCP_CONN_PERSIST);
        tcb.retries = 0;
        if (tcb.Outstanding() > 0)
        {
            ArmRetransmission();
        }
    }
}

void
TcpConnMachine::TakeText()
{
    TcpConnTcb& tcb = *m_s.tcb;
    const SequenceNumber32 end = m_seg.TextBegin() + static_cast<int32_t>(m_seg.length);
    const SequenceNumber32 first = std::max(m_seg.TextBegin(), tcb.rcvNxt);
    const SequenceNumber32 last = std::min(end, tcb.rcvAdv);
    if (tcb.ecnOk)
    {
        if (tcb.ackPending > 0 && m_s.Room().MarkChangesEcho(m_seg))
        {
            EmitAck(); // RFC 8257 section 3.2: what is pending is acknowledged as it was marked
        }
        m_s.Room().MarkArrived(m_seg);
    }
    if (last <= first)
    {
        tcb.ackNow = true;
        return;
    }
    const SequenceNumber32 before = tcb.rcvNxt;
    const auto length = static_cast<uint32_t>(last - first);
    if (tcb.receiveShut)
    {
        // Nobody reads: text in order is acknowledged and thrown away.
        tcb.rcvNxt = first == tcb.rcvNxt ? last : tcb.rcvNxt;
    }
    else
    {
        const bool gap = m_s.Room().OutOfOrder();
        tcb.rcvNxt = m_s.Room().AcceptText(tcb, first, length);
        tcb.ackNow = tcb.ackNow || gap;
    }
    // The first text that a server gets is acknowledged at once: its client's window opens sooner.
    const bool firstText = tcb.passive && before == tcb.irs + 1;
    AcknowledgeText(tcb.rcvNxt != before && last == end && !firstText);
    if (tcb.rcvNxt != before && !tcb.receiveShut)
    {
        Notify(TcpConnNotice::TEXT, static_cast<uint32_t>(tcb.rcvNxt - before));
    }
}

void
TcpConnMachine::AcknowledgeText(bool inOrder)
{
    TcpConnTcb& tcb = *m_s.tcb;
    ++tcb.ackPending;
    if (!inOrder || tcb.ackPending >= m_s.settings->delAckCount)
    {
        tcb.ackNow = true; // RFC 5681 section 4.2
    }
    else if (!Armed(TCP_CONN_DELAYED_ACK))
    {
        Arm(TCP_CONN_DELAYED_ACK, m_s.settings->delAckTimeout);
    }
}

void
TcpConnMachine::TakeUrgent()
{
    TcpConnTcb& tcb = *m_s.tcb;
    const SequenceNumber32 pointer = m_seg.seq + static_cast<int32_t>(m_seg.urgent);
    tcb.urgent = tcb.urgent && tcb.rcvUp > tcb.rcvNxt; // what was urgent may have been passed
    if (pointer <= tcb.rcvNxt || (tcb.urgent && pointer <= tcb.rcvUp))
    {
        return;
    }
    tcb.rcvUp = pointer;
    tcb.urgent = true;
    Notify(TcpConnNotice::URGENT);
}

// Release and failure (RFC 9293 sections 3.6 and 3.10.4)

void
TcpConnMachine::QueueFin()
{
    TcpConnTcb& tcb = *m_s.tcb;
    tcb.closing = true;
    if (tcb.detached && m_s.settings->linger > 0)
    {
        Arm(TCP_CONN_LINGER, Seconds(m_s.settings->linger));
    }
}

void
TcpConnMachine::StayClosing()
{
    TcpConnTcb& tcb = *m_s.tcb;
    if (!tcb.detached)
    {
        m_answer = TcpConnAnswer::CLOSING;
        return;
    }
    // The FIN was sent by a half-close; now the application lets go altogether.
    if (tcb.State() == TcpSocket::FIN_WAIT_2)
    {
        Enter(TcpSocket::FIN_WAIT_2);
    }
    else if (tcb.State() != TcpSocket::TIME_WAIT && m_s.settings->linger > 0)
    {
        Arm(TCP_CONN_LINGER, Seconds(m_s.settings->linger));
    }
}

void
TcpConnMachine::NoteFin()
{
    TcpConnTcb& tcb = *m_s.tcb;
    const SequenceNumber32 fin = m_seg.End() - 1;
    if (m_seg.Has(TCP_CONN_FIN) && fin < tcb.rcvAdv)
    {
        tcb.finSeen = true;
        tcb.peerFin = fin;
    }
    tcb.ackNow = true;
}

void
TcpConnMachine::TakeFin()
{
    TcpConnTcb& tcb = *m_s.tcb;
    tcb.rcvNxt += 1;
    if (tcb.rcvAdv < tcb.rcvNxt)
    {
        tcb.rcvAdv = tcb.rcvNxt;
    }
    tcb.finSeen = false;
    tcb.ackNow = true;
    Disarm(TCP_CONN_DELAYED_ACK);
    if (!m_s.policies->release->JoinsFinWithAck())
    {
        EmitAck();
    }
    Notify(TcpConnNotice::PEER_CLOSED);
}

void
TcpConnMachine::Fail(TcpConnFailure failure)
{
    End(TcpConnNotice::FAILED, failure);
}

void
TcpConnMachine::End(TcpConnNotice notice, TcpConnFailure failure)
{
    TcpConnEffect effect{};
    effect.kind = TcpConnEffect::NOTICE;
    effect.notice = notice;
    effect.failure = failure;
    m_s.effects->push_back(effect);
}

void
TcpConnMachine::ResetPeer()
{
    TcpConnSegment reset; // RFC 9293 section 3.10.5: <SEQ=SND.NXT><CTL=RST>
    reset.seq = m_s.tcb->sndNxt;
    reset.flags = TCP_CONN_RST;
    OfferTimestamp(reset.options); // RFC 7323 section 3.2: SHOULD
    Emit(reset);
}

void
TcpConnMachine::Notify(TcpConnNotice notice, uint32_t bytes)
{
    TcpConnEffect effect{};
    effect.kind = TcpConnEffect::NOTICE;
    effect.notice = notice;
    effect.bytes = bytes;
    m_s.effects->push_back(effect);
}

// Timers (RFC 9293 section 3.8, RFC 6298)

void
TcpConnMachine::Arm(TcpConnTimer timer, Time delay)
{
    m_s.tcb->deadline[timer] = After(m_s.now, delay);
}

Time
TcpConnMachine::After(Time now, Time delay)
{
    return delay < Time::Max() - now ? now + delay : Time::Max();
}

void
TcpConnMachine::Disarm(TcpConnTimer timer)
{
    m_s.tcb->deadline[timer] = Time::Max();
}

bool
TcpConnMachine::Armed(TcpConnTimer timer) const
{
    return m_s.tcb->deadline[timer] != Time::Max();
}

Time
TcpConnMachine::EarliestDeadline(const TcpConnTcb& tcb)
{
    return *std::min_element(tcb.deadline.begin(), tcb.deadline.end());
}

void
TcpConnMachine::ArmRetransmission()
{
    TcpConnTcb& tcb = *m_s.tcb;
    // At least a tick: a timeout of 0 must not try for ever at one instant.
    Arm(TCP_CONN_RETRANSMISSION,
        std::max(m_s.policies->retry->Backoff(tcb.path.rto, tcb.backoff, *m_s.settings),
                 MilliSeconds(1)));
    const Time limit = UserTimeout();
    if (!limit.IsZero() && !Armed(TCP_CONN_USER))
    {
        Arm(TCP_CONN_USER, limit);
    }
}

Time
TcpConnMachine::UserTimeout() const
{
    // RFC 5482 section 3.1: the longer of ours and the peer's, where the option is in use.
    const Time own = m_s.settings->userTimeout;
    return own.IsZero() ? own : std::max(own, Seconds(m_s.tcb->peerUserTimeout));
}

void
TcpConnMachine::TakeUserTimeout()
{
    if (m_s.settings->userTimeoutOption && m_seg.options.Has(TcpConnOptions::USER_TIMEOUT))
    {
        const uint32_t field = m_seg.options.userTimeout;
        const uint32_t seconds = (field & 0x7fff) * ((field & 0x8000) ? 60 : 1);
        // L_LIMIT is R2 of RFC 9293 section 3.8.3; U_LIMIT a day (RFC 5482 section 3.1).
        m_s.tcb->peerUserTimeout =
            static_cast<uint16_t>(std::min<uint32_t>(std::max<uint32_t>(seconds, 100), 65535));
    }
}

void
TcpConnMachine::ArmPersist()
{
    TcpConnTcb& tcb = *m_s.tcb;
    Disarm(TCP_CONN_RETRANSMISSION);
    Arm(TCP_CONN_PERSIST,
        std::max(
            m_s.policies->retry->Backoff(m_s.settings->persistTimeout, tcb.retries, *m_s.settings),
            MilliSeconds(1)));
}

void
TcpConnMachine::ArmKeepAlive()
{
    const Time idle = m_s.settings->keepAliveIdle;
    if (!idle.IsZero())
    {
        m_s.tcb->deadline[TCP_CONN_KEEP_ALIVE] =
            std::max(m_s.now, After(m_s.tcb->lastReceived, idle));
    }
}

void
TcpConnMachine::Retransmit()
{
    TcpConnTcb& tcb = *m_s.tcb;
    if (tcb.retries < UINT8_MAX)
    {
        ++tcb.retries;
        ++tcb.backoff;
    }
    const bool synSent = tcb.State() == TcpSocket::SYN_SENT;
    if (synSent || tcb.sndUna == tcb.iss)
    {
        tcb.synRetransmitted = true;
        Emit(BuildSyn(synSent ? TCP_CONN_SYN : TCP_CONN_SYN | TCP_CONN_ACK));
    }
    else if (tcb.finSent && tcb.sndUna + 1 == tcb.sndNxt)
    {
        Emit(Build(TCP_CONN_FIN | TCP_CONN_ACK, tcb.sndUna));
    }
    else if (tcb.sndWnd == 0)
    {
        tcb.probeDue = true; // the peer has shrunk its window to nothing
        tcb.retries = 0;
        ArmPersist();
        return;
    }
    else
    {
        m_s.Room().RetransmissionTimeout(tcb, *m_s.settings, m_s.now);
    }
    ArmRetransmission();
    if (tcb.retries == R1)
    {
        Notify(TcpConnNotice::STRUGGLING);
    }
}

void
TcpConnMachine::ProbeWindow()
{
    TcpConnTcb& tcb = *m_s.tcb;
    if (tcb.retries < UINT8_MAX)
    {
        ++tcb.retries;
    }
    if (tcb.probes < UINT8_MAX)
    {
        ++tcb.probes;
    }
    tcb.probeDue = true;
    ArmPersist();
}

void
TcpConnMachine::ProbeAlive()
{
    TcpConnTcb& tcb = *m_s.tcb;
    if (tcb.probes < UINT8_MAX)
    {
        ++tcb.probes;
    }
    // RFC 9293 section 3.8.4: a sequence number before the window makes the peer answer.
    Emit(Build(TCP_CONN_ACK, tcb.sndNxt - 1));
    Arm(TCP_CONN_KEEP_ALIVE, m_s.settings->keepAliveInterval);
}

void
TcpConnMachine::LowerMss()
{
    TcpConnTcb& tcb = *m_s.tcb;
    if (m_mss < tcb.pathMss)
    {
        tcb.pathMss = m_mss;
        SetSendMss();
        if (m_s.Data() && tcb.Outstanding() > 0 && tcb.sndUna != tcb.iss)
        {
            m_s.Data()->PathShrank(tcb); // RFC 1191 section 6.5: sent again at once
        }
    }
}

} // namespace ns3
