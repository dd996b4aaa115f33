/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-transfer.h"

#include "tcp-conn-compat.h"

#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{

namespace
{

/** Longest wait for a larger window, ms: RFC 9293 section 3.8.6.2.1 says 0.1 to 1 s. */
constexpr uint64_t OVERRIDE_TIMEOUT = 200;

/** An event that does nothing but keep its arguments until it happens. */
void
Outlive(Ptr<TcpCongestionOps>, Ptr<TcpSocketState>)
{
}

} // namespace

TcpConnTransfer::TcpConnTransfer(Ptr<const TcpConnTransferPrototype> prototype,
                                 const TcpConnSettings& settings)
    : m_prototype(prototype),
      m_tx(prototype->CopyTxBuffer()),
      m_state(prototype->CopyState()),
      m_control(prototype->CopyControl()),
      m_overrideAt(Time::Max())
{
    m_tx->SetMaxBufferSize(settings.sndBufSize);
}

TcpConnTransfer::~TcpConnTransfer()
{
    if (m_begun && m_prototype->ControlSchedules())
    {
        // TcpWestwood has an event to itself under way, for one round-trip time at most, and
        // does not cancel it: it must outlive the event.
        const Time rtt = TcpConnCompat::SmoothedRtt(*m_state, 0).Get();
        Simulator::Schedule(rtt + TimeStep(1), &Outlive, m_control, m_state);
    }
}

bool
TcpConnTransfer::Queue(Ptr<Packet> packet)
{
    if (packet->GetSize() > SendSpace() || !m_tx->Add(packet))
    {
        return false;
    }
    if (m_rate && m_begun)
    {
        m_rate->CalculateAppLimited(m_state->m_cWnd,
                                    m_state->m_bytesInFlight,
                                    m_state->m_segmentSize,
                                    m_tx->TailSequence(),
                                    m_sentEnd,
                                    m_tx->GetLost(),
                                    m_tx->GetRetransmitsCount());
    }
    return true;
}

uint32_t
TcpConnTransfer::SendSpace() const
{
    const uint32_t size = m_tx->MaxBufferSize();
    return size > m_tx->Size() ? size - m_tx->Size() : 0;
}

uint32_t
TcpConnTransfer::Queued() const
{
    return m_tx->Size();
}

void
TcpConnTransfer::DropFront(uint32_t bytes)
{
    m_tx->DiscardUpTo(m_tx->HeadSequence() + bytes);
}

Ptr<Packet>
TcpConnTransfer::Front(uint32_t length)
{
    return Peek(m_tx->HeadSequence(), length);
}

void
TcpConnTransfer::SetSendBufferSize(uint32_t size)
{
    m_tx->SetMaxBufferSize(size);
}

bool
TcpConnTransfer::Empty() const
{
    return m_tx->Size() == 0 && m_unread == 0 && !OutOfOrder();
}

bool
TcpConnTransfer::Rebuildable() const
{
    if (m_echo || m_cwrPending || m_duplicateSeen || !m_prototype->RttSeedable())
    {
        return false;
    }
    if (m_state->m_congState != TcpSocketState::CA_OPEN || m_recoverActive)
    {
        return false;
    }
    switch (m_prototype->ControlMemory())
    {
    case TcpConnTransferPrototype::NOTHING:
        return true;
    case TcpConnTransferPrototype::AFTER_LOSS:
        return m_state->m_ssThresh == m_state->m_initialSsThresh;
    default:
        return false;
    }
}

void
TcpConnTransfer::Save(TcpConnTcb& tcb) const
{
    tcb.path.cwnd = m_state->m_cWnd;
    tcb.path.ssThresh = m_state->m_ssThresh;
}

Ptr<TcpSocketState>
TcpConnTransfer::State() const
{
    return m_state;
}

Ptr<TcpCongestionOps>
TcpConnTransfer::CongestionControl() const
{
    return m_control;
}

void
TcpConnTransfer::Begin(TcpConnTcb& tcb, const TcpConnSettings& settings, Time now)
{
    // The SYN, while it is not acknowledged, stands before the first byte of text.
    m_sentEnd = tcb.sndUna == tcb.iss ? tcb.iss + 1 : tcb.sndUna;
    m_tx->SetMaxBufferSize(settings.sndBufSize);
    m_tx->SetHeadSequence(m_sentEnd);
    m_tx->SetSackEnabled(tcb.sackOk);
    m_tx->SetDupAckThresh(settings.reTxThreshold);
    m_rcvNxt = tcb.rcvNxt;
    m_recover = m_sentEnd;
    m_lastText = m_sentEnd;
    m_highSacked = m_sentEnd;
    m_resendNext = m_sentEnd;
    m_resendEnd = m_sentEnd;
    m_cwndUseEnd = m_sentEnd;
    m_ecnOk = tcb.ecnOk;
    m_rtt = m_prototype->CopyRtt(tcb.path);
    m_rate = m_prototype->CopyRate();

    TcpSocketState& state = *m_state;
    state.m_initialCWnd = settings.initialCwnd;
    state.m_initialSsThresh = settings.initialSsThresh;
    state.m_useEcn = static_cast<TcpSocketState::UseEcn_t>(settings.useEcn);
    state.m_ecnState = m_ecnOk ? TcpSocketState::ECN_IDLE : TcpSocketState::ECN_DISABLED;
    state.m_highTxMark = Told(tcb, m_sentEnd);
    state.m_nextTxSequence = Told(tcb, m_sentEnd);
    state.m_lastAckedSeq = Told(tcb, m_sentEnd);
    TcpConnCompat::NoteSack(state, tcb.sackOk, 0);
    SyncSegmentSize(tcb);

    const bool anew = tcb.path.cwnd == 0;
    // RFC 5681 section 3.1: one segment after a SYN was lost.
    const uint32_t initial = tcb.synRetransmitted ? 1 : settings.initialCwnd;
    state.m_cWnd = anew ? initial * state.m_segmentSize : tcb.path.cwnd;
    state.m_ssThresh = anew ? settings.initialSsThresh : tcb.path.ssThresh;
    state.m_cWndInfl = state.m_cWnd;
    m_lastSent = anew ? now : tcb.lastProgress;
    m_bytesSent = anew ? 0 : initial * state.m_segmentSize;
    if (tcb.path.samples > 0)
    {
        TcpConnCompat::NoteRtt(state, tcb.path.srtt, tcb.path.srtt, 0);
        state.m_minRtt = tcb.path.srtt;
    }

    TcpConnCompat::GiveRateOps(*m_control, m_rate, 0);
    m_control->Init(m_state);
    if (state.m_ecnMode == TcpSocketState::DctcpEcn)
    {
        state.m_rxBuffer = Reorder();
    }
    // To TcpBbr a round-trip time of zero is the least it will ever see; Time::Max() is "unknown".
    const bool unknown = tcb.path.samples == 0 && m_rate;
    if (unknown)
    {
        TcpConnCompat::NoteRtt(state, Time::Max(), Time::Max(), 0);
    }
    m_control->CongestionStateSet(m_state, TcpSocketState::CA_OPEN);
    if (unknown)
    {
        TcpConnCompat::NoteRtt(state, Time(0), Time(0), 0);
    }
    state.m_congState = TcpSocketState::CA_OPEN;
    m_begun = true;
    UpdatePacingRate();
}

SequenceNumber32
TcpConnTransfer::StreamEnd() const
{
    return m_tx->TailSequence();
}

void
TcpConnTransfer::SyncSegmentSize(const TcpConnTcb& tcb)
{
    if (m_state->m_segmentSize != tcb.sendMss)
    {
        m_state->m_segmentSize = tcb.sendMss;
        m_tx->SetSegmentSize(tcb.sendMss);
    }
}

SequenceNumber32
TcpConnTransfer::Told(const TcpConnTcb& tcb, SequenceNumber32 seq)
{
    // TcpCubic and TcpIllinois compare with 0 before they know better: with an initial sequence
    // number in the upper half of the space a round of theirs would not end for 2 GB.
    return SequenceNumber32(static_cast<uint32_t>(seq - tcb.iss));
}

uint32_t
TcpConnTransfer::Flight() const
{
    return m_tx->BytesInFlight();
}

void
TcpConnTransfer::UpdateFlight()
{
    m_state->m_bytesInFlight = Flight();
}

void
TcpConnTransfer::RestartAfterIdle(const TcpConnTcb& tcb, Time now)
{
    // RFC 5681 section 4.1: after an idle RTO, at most the restart window; RFC 2861 section 3.2:
    // the threshold remembers most of what the window was.
    if (tcb.sndNxt != tcb.sndUna || now - m_lastSent <= tcb.path.rto || m_control->HasCongControl())
    {
        return;
    }
    m_lastSent = now;
    const uint32_t restart = m_state->m_initialCWnd * m_state->m_segmentSize;
    const uint32_t window = m_state->m_cWnd;
    if (window <= restart)
    {
        return;
    }
    m_state->m_ssThresh = std::max(m_state->m_ssThresh.Get(), window - window / 4);
    m_state->m_cWnd = restart;
    m_state->m_cWndInfl = restart;
    m_control->CwndEvent(m_state, TcpSocketState::CA_EVENT_CWND_RESTART);
}

bool
TcpConnTransfer::NextText(TcpConnTcb& tcb,
                          const TcpConnSettings& settings,
                          Time now,
                          TcpConnText& text)
{
    tcb.deadline[TCP_CONN_PACING] = Time::Max();
    if (m_tx->Size() == 0)
    {
        return false;
    }
    SyncSegmentSize(tcb);
    return NextRetransmission(tcb, now, text) || NextNewText(tcb, settings, now, text);
}

bool
TcpConnTransfer::NextRetransmission(TcpConnTcb& tcb, Time now, TcpConnText& text)
{
    if (m_offered)
    {
        text = m_offer;
        return true;
    }
    if (!m_resendHead && !m_lostPending)
    {
        return false;
    }
    SequenceNumber32 seq = m_tx->HeadSequence();
    if (!m_resendHead)
    {
        if (!CwndAllows(Flight(), m_state->m_segmentSize) || PacingHolds(tcb, now))
        {
            return false;
        }
        if (!FindLost(seq) && !FindDoubtful(tcb, seq))
        {
            m_lostPending = false;
            return false;
        }
    }
    const int32_t usable = tcb.sndUna + tcb.sndWnd - seq;
    const uint32_t sent = m_sentEnd > seq ? m_sentEnd - seq : 0;
    const uint32_t length =
        std::min({m_state->m_segmentSize, sent, static_cast<uint32_t>(std::max(usable, 0))});
    if (length == 0)
    {
        return false;
    }
    // How long the piece is only TcpTxBuffer knows: it does not send again what was SACKed.
    Ptr<Packet> packet = Take(seq, length);
    m_resendHead = false;
    m_resendNext = std::max(m_resendNext, seq + packet->GetSize());
    m_offer = TcpConnText();
    m_offer.seq = seq;
    m_offer.length = packet->GetSize();
    m_offer.retransmission = true;
    m_offer.push = seq + m_offer.length == StreamEnd();
    m_offered = true;
    m_taken.push_back({seq, packet});
    text = m_offer;
    return true;
}

bool
TcpConnTransfer::FindLost(SequenceNumber32& seq) const
{
    // RFC 6675's NextSeg: rule 1 gives something that was sent, rule 2 something new.
    SequenceNumber32 high;
    if (m_tx->NextSeg(&seq, &high, false) && seq < m_sentEnd)
    {
        return true;
    }
    // After a timeout all is lost that was not SACKed (RFC 6675 section 5.1), also above the
    // highest byte SACKed, where NextSeg does not look in newer versions of ns-3.
    seq = std::max({m_resendNext, m_highSacked, m_tx->HeadSequence()});
    return seq < m_resendEnd;
}

bool
TcpConnTransfer::FindDoubtful(const TcpConnTcb& tcb, SequenceNumber32& seq)
{
    if (m_state->m_congState != TcpSocketState::CA_RECOVERY || !tcb.sackOk ||
        m_sentEnd != StreamEnd())
    {
        return false;
    }
    // Rule 3: what was not SACKed, below something that was, though it is not known to be lost.
    SequenceNumber32 high;
    if (m_tx->NextSeg(&seq, &high, true) && seq < m_highSacked)
    {
        return true;
    }
    // Rule 4: once in a recovery, the last segment, so that the tail is not left to the timer.
    if (m_rescued || m_lastText < m_highSacked || m_lastText <= tcb.sndUna)
    {
        return false;
    }
    m_rescued = true;
    seq = m_lastText;
    return true;
}

bool
TcpConnTransfer::NextNewText(TcpConnTcb& tcb,
                             const TcpConnSettings& settings,
                             Time now,
                             TcpConnText& text)
{
    const int32_t queued = StreamEnd() - tcb.sndNxt;
    const int32_t usable = tcb.sndUna + tcb.sndWnd - tcb.sndNxt;
    if (queued <= 0 || usable <= 0 || tcb.finSent)
    {
        return false;
    }
    if (!WindowAllows(tcb, settings, now, queued, usable))
    {
        return false;
    }
    RestartAfterIdle(tcb, now);
    const uint32_t length = std::min(
        {m_state->m_segmentSize, static_cast<uint32_t>(queued), static_cast<uint32_t>(usable)});
    uint32_t flight = Flight();
    if (!settings.limitedTransmit && m_state->m_congState == TcpSocketState::CA_DISORDER)
    {
        // Without RFC 3042 the first duplicates let nothing go.
        flight += m_tx->GetSacked();
    }
    if (!CwndAllows(flight, length) || PacingHolds(tcb, now))
    {
        return false;
    }
    text = TcpConnText();
    text.seq = tcb.sndNxt;
    text.length = length;
    text.push = length == static_cast<uint32_t>(queued);
    text.cwr = m_cwrPending;
    return true;
}

bool
TcpConnTransfer::WindowAllows(TcpConnTcb& tcb,
                              const TcpConnSettings& settings,
                              Time now,
                              uint32_t queued,
                              uint32_t usable)
{
    // RFC 9293 section 3.8.6.2.1, in its order.
    if (std::min(queued, usable) >= m_state->m_segmentSize)
    {
        m_overrideAt = Time::Max();
        return true;
    }
    const bool idle = tcb.sndNxt == tcb.sndUna;
    // Section 3.7.4: Nagle holds a small segment back while text is unacknowledged, but there is
    // nothing to wait for once the application has closed.
    const bool small = settings.noDelay || idle || tcb.closing;
    if (small && (queued <= usable || usable >= (tcb.maxSndWnd + 1) / 2))
    {
        m_overrideAt = Time::Max();
        return true;
    }
    if (!idle)
    {
        return false;
    }
    // Nothing is in flight that could bring a window update: the override timer decides.
    if (m_overrideAt == Time::Max())
    {
        m_overrideAt = now + MilliSeconds(OVERRIDE_TIMEOUT);
    }
    if (now < m_overrideAt)
    {
        tcb.deadline[TCP_CONN_PACING] = m_overrideAt;
        return false;
    }
    return true;
}

bool
TcpConnTransfer::CwndAllows(uint32_t flight, uint32_t length) const
{
    // One segment may always be in flight, however small the window became.
    const uint32_t window = m_state->m_cWnd;
    if (flight == 0)
    {
        return true;
    }
    const auto state = m_state->m_congState.Get();
    const bool recovering = state == TcpSocketState::CA_RECOVERY || state == TcpSocketState::CA_CWR;
    if (recovering && m_prototype->RecoveryInProportion())
    {
        // What may go is rounded up to a segment (CEIL in RFC 6937 section 3).  TcpPrrRecovery
        // rounds to bytes, and takes what went too early off the next.
        return flight < window;
    }
    return flight < window && window - flight >= length;
}

bool
TcpConnTransfer::PacingHolds(TcpConnTcb& tcb, Time now)
{
    if (!m_state->m_pacing || now >= m_paceUntil)
    {
        return false;
    }
    tcb.deadline[TCP_CONN_PACING] = m_paceUntil;
    return true;
}

void
TcpConnTransfer::Pace(Time now, uint32_t bytes)
{
    if (!m_state->m_pacing || now < m_paceUntil)
    {
        return;
    }
    const uint32_t unpaced = m_state->m_initialCWnd * m_state->m_segmentSize;
    if (!m_state->m_paceInitialWindow && m_bytesSent <= unpaced)
    {
        return;
    }
    const DataRate rate = m_state->m_pacingRate;
    if (rate.GetBitRate() > 0)
    {
        m_paceUntil = now + rate.CalculateBytesTxTime(bytes);
    }
}

Ptr<Packet>
TcpConnTransfer::Take(SequenceNumber32 seq, uint32_t length)
{
    const bool first = Flight() == 0;
    if (first)
    {
        m_control->CwndEvent(m_state, TcpSocketState::CA_EVENT_TX_START);
    }
    TcpTxItem* item = m_tx->CopyFromSequence(length, seq);
    if (!item)
    {
        return nullptr;
    }
    if (m_rate)
    {
        m_rate->SkbSent(item, first);
    }
    Ptr<Packet> packet = item->GetPacketCopy();
    const SequenceNumber32 end = seq + packet->GetSize();
    m_sentEnd = std::max(m_sentEnd, end);
    return packet;
}

Ptr<Packet>
TcpConnTransfer::CopyText(const TcpConnText& text)
{
    if (m_takenHead < m_taken.size() && m_taken[m_takenHead].seq == text.seq)
    {
        Ptr<Packet> packet = m_taken[m_takenHead].packet;
        m_taken[m_takenHead].packet = nullptr;
        if (++m_takenHead == m_taken.size())
        {
            m_taken.clear();
            m_takenHead = 0;
        }
        return packet;
    }
    if (text.seq < m_tx->HeadSequence())
    {
        return nullptr;
    }
    m_fetched = true;
    m_fetchedSeq = text.seq;
    return text.probe ? Peek(text.seq, text.length) : Take(text.seq, text.length);
}

Ptr<Packet>
TcpConnTransfer::Peek(SequenceNumber32 seq, uint32_t length)
{
    TcpTxItem* item = m_tx->CopyFromSequence(length, seq);
    if (!item)
    {
        return nullptr;
    }
    Ptr<Packet> packet = item->GetPacketCopy();
    m_tx->ResetLastSegmentSent(); // it goes back to the front of what is unsent
    return packet;
}

void
TcpConnTransfer::TextSent(TcpConnTcb& tcb, const TcpConnText& text, Time now)
{
    const bool offered = m_offered && m_offer.seq == text.seq;
    const bool fetched = m_fetched && m_fetchedSeq == text.seq;
    m_offered = false;
    m_fetched = false;
    if (text.probe)
    {
        if (!fetched)
        {
            m_taken.push_back({text.seq, Peek(text.seq, text.length)});
        }
        return;
    }
    if (!offered && !fetched)
    {
        // From here on BytesInFlight() counts it, whenever CopyText() comes.
        m_taken.push_back({text.seq, Take(text.seq, text.length)});
    }
    m_lastSent = now;
    m_beyondWindow = m_beyondWindow || text.seq + text.length > tcb.sndUna + tcb.sndWnd;
    const uint32_t unpaced = m_state->m_initialCWnd * m_state->m_segmentSize;
    if (!text.retransmission)
    {
        m_lastText = text.seq;
        m_cwrPending = m_cwrPending && !text.cwr;
        m_bytesSent = std::min(m_bytesSent + text.length, unpaced + 1);
        m_overrideAt = Time::Max();
    }
    Pace(now, text.length);
    const auto state = m_state->m_congState.Get();
    if (state == TcpSocketState::CA_RECOVERY || state == TcpSocketState::CA_CWR)
    {
        Recovery()->UpdateBytesSent(text.length);
        // With nothing new left to send, rule 3 of RFC 6675's NextSeg may apply.
        m_lostPending = m_lostPending || m_sentEnd == StreamEnd();
    }
    if (text.cwr && m_state->m_ecnState == TcpSocketState::ECN_ECE_RCVD)
    {
        m_state->m_ecnState = TcpSocketState::ECN_CWR_SENT;
    }
    m_state->m_nextTxSequence = Told(tcb, text.seq + text.length);
    m_state->m_highTxMark = Told(tcb, m_sentEnd);
    UpdateFlight();
    NoteCwndUse(tcb);
}

void
TcpConnTransfer::NoteCwndUse(const TcpConnTcb& tcb)
{
    // What was in use is judged once a flight: the most that was in flight, and whether less
    // than a segment of the window was left.
    const uint32_t flight = m_state->m_bytesInFlight;
    const bool limited = m_state->m_cWnd < flight + m_state->m_segmentSize;
    if (limited || tcb.sndUna >= m_cwndUseEnd || (!m_cwndLimited && flight > m_cwndUsed))
    {
        m_cwndLimited = limited;
        m_cwndUsed = flight;
        m_cwndUseEnd = m_sentEnd;
    }
    TcpConnCompat::NoteCwndLimited(*m_state, limited, 0);
}

void
TcpConnTransfer::RetransmissionTimeout(TcpConnTcb& tcb, const TcpConnSettings& settings, Time now)
{
    SyncSegmentSize(tcb);
    m_tx->SetDupAckThresh(settings.reTxThreshold);
    const uint32_t flight = Flight();
    const bool again =
        m_state->m_congState == TcpSocketState::CA_LOSS && m_timeoutUna == tcb.sndUna;
    m_timeoutUna = tcb.sndUna;
    m_dupAcks = 0;
    if (!tcb.sackOk)
    {
        m_tx->ResetRenoSack();
    }
    // RFC 6675 section 5.1: with SACK, what was SACKed is kept; the oldest byte is sent again in
    // any case, so that a receiver that took its word back is found out.
    ResendAll(tcb);
    m_resendHead = false;
    m_recover = m_sentEnd;
    m_recoverActive = true;
    if (!again)
    {
        // RFC 5681 section 3.1: held constant when the same segment times out again.
        m_state->m_ssThresh = m_control->GetSsThresh(m_state, flight);
    }
    m_control->CwndEvent(m_state, TcpSocketState::CA_EVENT_LOSS);
    Move(TcpSocketState::CA_LOSS);
    m_state->m_cWnd = m_state->m_segmentSize;
    m_state->m_cWndInfl = m_state->m_segmentSize;
    m_cwrPending = m_ecnOk;
    m_paceUntil = now;
    m_cwndUseEnd = m_sentEnd;
    m_cwndLimited = true;
    UpdateFlight();
}

void
TcpConnTransfer::PathShrank(TcpConnTcb& tcb)
{
    SyncSegmentSize(tcb);
    ResendAll(tcb);
    UpdateFlight();
}

void
TcpConnTransfer::ResendAll(const TcpConnTcb& tcb)
{
    m_tx->SetSentListLost(!tcb.sackOk);
    m_resendNext = m_tx->HeadSequence();
    m_resendEnd = m_sentEnd;
    m_lostPending = true;
    m_offered = false;
}

} // namespace ns3
