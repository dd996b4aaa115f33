/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-compat.h"
#include "tcp-conn-transfer-items.h"
#include "tcp-conn-transfer.h"

#include "ns3/simulator.h"
#include "ns3/tcp-option-sack.h"

#include <algorithm>

namespace ns3
{

namespace
{

/** Oldest echo of a timestamp that is believed, ms: a day. */
constexpr uint32_t OLDEST_ECHO = 24 * 3600 * 1000;

} // namespace

thread_local TcpConnTransferItems::Scan* TcpConnTransferItems::g_scan = nullptr;

const Callback<void, TcpTxItem*>&
TcpConnTransferItems::OnSacked()
{
    static const Callback<void, TcpTxItem*> callback = MakeCallback(&Sacked);
    return callback;
}

const Callback<void, TcpTxItem*>&
TcpConnTransferItems::OnDiscarded()
{
    static const Callback<void, TcpTxItem*> callback = MakeCallback(&Discarded);
    return callback;
}

void
TcpConnTransferItems::Sacked(TcpTxItem* item)
{
    if (g_scan->transfer->m_rate)
    {
        g_scan->transfer->m_rate->SkbDelivered(item);
    }
}

void
TcpConnTransferItems::Discarded(TcpTxItem* item)
{
    TcpConnTransfer* transfer = g_scan->transfer;
    if (!item->IsSacked())
    {
        // Karn: what was sent twice gives no time, and what is acknowledged together with it
        // may have been waiting for it.
        g_scan->retransmitted = g_scan->retransmitted || item->IsRetrans();
        // What a zero-window probe brought over was never sent for TcpTxBuffer, until now.
        const bool sent = item->GetLastSent() < g_scan->now;
        if (sent && (!g_scan->timed || item->GetLastSent() < g_scan->oldestSent))
        {
            g_scan->timed = true;
            g_scan->oldestSent = item->GetLastSent();
        }
    }
    if (transfer->m_rate)
    {
        transfer->m_rate->SkbDelivered(item);
    }
}

void
TcpConnTransfer::AckArrived(TcpConnTcb& tcb,
                            const TcpConnSettings& settings,
                            const TcpConnAckEvent& event,
                            Time now)
{
    m_taken.clear();
    m_takenHead = 0;
    m_offered = false;
    m_fetched = false;
    SyncSegmentSize(tcb);
    m_tx->SetDupAckThresh(settings.reTxThreshold);

    const uint32_t lostBefore = m_tx->GetLost();
    const uint32_t flightBefore = m_state->m_bytesInFlight;
    const int64_t sackedBefore = m_tx->GetSacked();
    const uint64_t deliveredBefore = m_rate ? m_rate->GetConnectionRate().m_delivered : 0;

    Ack ack;
    ack.acked = event.acked;
    ItemScan scan;
    scan.transfer = this;
    scan.now = now;
    {
        TcpConnTransferItems::Scope scope(scan);
        if (tcb.sackOk && event.segment && event.segment->options.Has(TcpConnOptions::SACK))
        {
            ack.sacked = UpdateScoreboard(tcb, event.segment->options);
        }
        m_tx->DiscardUpTo(tcb.sndUna, TcpConnTransferItems::OnDiscarded());
    }
    m_sentEnd = std::max(m_sentEnd, m_tx->HeadSequence());
    m_highSacked = std::max(m_highSacked, m_tx->HeadSequence());
    m_resendEnd = std::max(m_resendEnd, m_tx->HeadSequence());
    m_resendNext = std::max(m_resendNext, m_tx->HeadSequence());
    m_lastText = std::max(m_lastText, m_tx->HeadSequence());
    if (m_rate)
    {
        ack.delivered = m_rate->GetConnectionRate().m_delivered - deliveredBefore;
    }
    else
    {
        // SACKed bytes count once: when they are SACKed.
        const int64_t sackedAgo = tcb.sackOk ? m_tx->GetSacked() - sackedBefore : 0;
        ack.delivered = static_cast<uint32_t>(std::max<int64_t>(ack.acked + sackedAgo, 0));
    }
    m_state->m_lastAckedSackedBytes = ack.delivered;
    m_state->m_lastAckedSeq = Told(tcb, tcb.sndUna);
    m_state->m_nextTxSequence = Told(tcb, tcb.sndNxt);
    NoteTimestamps(tcb, event);
    if (m_state->m_congState == TcpSocketState::CA_RECOVERY)
    {
        m_state->m_isRetransDataAcked = scan.retransmitted;
    }
    if (ack.sacked > 0 && m_tx->GetLost() > 0)
    {
        m_lostPending = true;
    }
    if (event.acked > 0)
    {
        MeasureRtt(tcb, settings, event, scan, now);
    }
    if (m_beyondWindow && event.windowChanged && tcb.sndWnd > 0)
    {
        // What a window that was taken back refused is sent again; congestion is not to blame.
        m_beyondWindow = false;
        ResendAll(tcb);
    }

    ack.duplicate = IsDuplicate(tcb, event, ack);
    ack.oldDupAcks = m_dupAcks;
    HandleCongestionEcho(tcb, event, ack);
    UpdateFlight();
    if (ack.duplicate)
    {
        HandleDuplicate(tcb, settings, ack);
    }
    if (ack.acked > 0)
    {
        CountSegments(ack);
        HandleProgress(tcb, ack);
    }
    else if (ack.duplicate)
    {
        // One segment has arrived, whichever it was.
        TellAcked(1);
    }
    m_state->m_isRetransDataAcked = false;
    UpdateFlight();
    RunCongestionControl(ack, lostBefore, flightBefore);
    UpdatePacingRate();
}

void
TcpConnTransfer::NoteTimestamps(const TcpConnTcb& tcb, const TcpConnAckEvent& event)
{
    // TcpLp and TcpLedbat measure one-way delays: our clock without the offset of the connection.
    if (tcb.timestampsOk && event.segment && event.segment->options.Has(TcpConnOptions::TIMESTAMPS))
    {
        m_state->m_rcvTimestampValue = event.segment->options.tsVal;
        m_state->m_rcvTimestampEchoReply = event.segment->options.tsEcr - tcb.tsOffset;
    }
}

uint32_t
TcpConnTransfer::UpdateScoreboard(const TcpConnTcb& tcb, const TcpConnOptions& options)
{
    // One list for all connections: its nodes are used again.
    static thread_local TcpOptionSack::SackList blocks;
    uint32_t count = 0;
    auto block = blocks.begin();
    for (uint8_t i = 0; i < options.sackCount; ++i)
    {
        const TcpConnSackBlock& sack = options.sack[i];
        // RFC 2883: what begins below SND.UNA is a duplicate report, or old: it says nothing new.
        // What was never sent is a lie.
        if (sack.left >= sack.right || sack.left < tcb.sndUna || sack.right > tcb.sndNxt)
        {
            continue;
        }
        if (block == blocks.end())
        {
            block = blocks.insert(block, {sack.left, sack.right});
        }
        else
        {
            *block = {sack.left, sack.right};
        }
        ++block;
        ++count;
        m_highSacked = std::max(m_highSacked, sack.right);
    }
    blocks.erase(block, blocks.end());
    return count > 0 ? m_tx->Update(blocks, TcpConnTransferItems::OnSacked()) : 0;
}

void
TcpConnTransfer::MeasureRtt(TcpConnTcb& tcb,
                            const TcpConnSettings& settings,
                            const TcpConnAckEvent& event,
                            const ItemScan& scan,
                            Time now)
{
    Time sample;
    if (scan.timed && !scan.retransmitted)
    {
        // The oldest segment that this acknowledgment is the first to tell of: what RFC 7323
        // section 4.1 measures with its echo, to the precision of the simulator's clock.
        sample = now - scan.oldestSent;
    }
    else if (scan.timed && tcb.timestampsOk && event.segment &&
             event.segment->options.Has(TcpConnOptions::TIMESTAMPS))
    {
        // The echo tells which of several transmissions it was (RFC 6298 section 3).
        const uint32_t clock = static_cast<uint32_t>(now.GetMilliSeconds()) + tcb.tsOffset;
        const uint32_t age = clock - event.segment->options.tsEcr;
        if (event.segment->options.tsEcr == 0 || age > OLDEST_ECHO)
        {
            return;
        }
        sample = MilliSeconds(age);
    }
    else
    {
        return;
    }
    sample = std::max(sample, MicroSeconds(1));
    m_rtt->Measurement(sample);

    TcpConnPath& path = tcb.path;
    path.srtt = m_rtt->GetEstimate();
    path.rttVar = m_rtt->GetVariation();
    path.samples = m_rtt->GetNSamples();
    // RFC 6298 sections 2.3 to 2.5.
    const Time rto = path.srtt + std::max(settings.clockGranularity, path.rttVar * 4);
    path.rto = std::min(std::max(rto, settings.minRto), settings.maxRto);
    m_state->m_minRtt = std::min(m_state->m_minRtt, path.srtt);
    TcpConnCompat::NoteRtt(*m_state, path.srtt, sample, 0);
}

bool
TcpConnTransfer::IsDuplicate(const TcpConnTcb& tcb,
                             const TcpConnAckEvent& event,
                             const Ack& ack) const
{
    if (tcb.sackOk)
    {
        // RFC 6675 section 2: it SACKs something that was not known to have arrived.
        return ack.sacked > 0;
    }
    // RFC 5681 section 2, (a) to (e).
    return event.segment && m_sentEnd > tcb.sndUna && event.segment->SequenceLength() == 0 &&
           event.segment->ack == tcb.sndUna && event.oldUna == tcb.sndUna && !event.windowChanged;
}

void
TcpConnTransfer::CountSegments(Ack& ack)
{
    const uint32_t mss = m_state->m_segmentSize;
    const uint32_t bytes = ack.acked + m_ackedRest;
    ack.segments = bytes / mss;
    m_ackedRest = bytes % mss;
}

void
TcpConnTransfer::Move(TcpSocketState::TcpCongState_t state)
{
    m_control->CongestionStateSet(m_state, state);
    m_state->m_congState = state;
}

Ptr<TcpRecoveryOps>
TcpConnTransfer::Recovery()
{
    if (!m_recovery)
    {
        m_recovery = m_prototype->CopyRecovery();
    }
    return m_recovery;
}

void
TcpConnTransfer::HandleCongestionEcho(const TcpConnTcb& tcb, const TcpConnAckEvent& event, Ack& ack)
{
    const auto state = m_state->m_congState.Get();
    if (state == TcpSocketState::CA_CWR && tcb.sndUna >= m_recover)
    {
        LeaveCwr();
    }
    else if (state == TcpSocketState::CA_OPEN && !m_recoverActive)
    {
        m_recover = std::max(m_recover, event.oldUna); // it must not fall half the space behind
    }
    if (!m_ecnOk || ack.acked == 0 || !event.segment)
    {
        return;
    }
    if (!event.segment->Has(TCP_CONN_ECE))
    {
        if (m_state->m_ecnState == TcpSocketState::ECN_ECE_RCVD)
        {
            m_state->m_ecnState = TcpSocketState::ECN_IDLE;
        }
        return;
    }
    m_state->m_ecnState = TcpSocketState::ECN_ECE_RCVD;
    // RFC 3168 section 6.1.2: once for each window, and not on top of a loss.
    const bool calm = m_state->m_congState == TcpSocketState::CA_OPEN ||
                      m_state->m_congState == TcpSocketState::CA_DISORDER;
    if (calm && tcb.sndUna > m_recover)
    {
        EnterCwr(tcb, ack);
        ack.reduced = true;
    }
}

void
TcpConnTransfer::EnterCwr(const TcpConnTcb& tcb, const Ack& ack)
{
    m_state->m_ssThresh = m_control->GetSsThresh(m_state, Flight());
    m_state->m_cWndInfl = m_state->m_ssThresh.Get();
    Move(TcpSocketState::CA_CWR);
    m_recover = m_sentEnd;
    m_cwrPending = true;
    if (!m_control->HasCongControl())
    {
        UpdateFlight();
        TcpConnCompat::EnterRecovery(*Recovery(),
                                     m_state,
                                     m_dupAcks,
                                     m_sentEnd - tcb.sndUna,
                                     ack.delivered,
                                     m_tx->GetSacked(),
                                     0);
    }
}

void
TcpConnTransfer::LeaveCwr()
{
    Move(TcpSocketState::CA_OPEN);
    if (!m_control->HasCongControl())
    {
        m_state->m_cWnd = m_state->m_ssThresh.Get();
        Recovery()->ExitRecovery(m_state);
        m_control->CwndEvent(m_state, TcpSocketState::CA_EVENT_COMPLETE_CWR);
    }
}

void
TcpConnTransfer::HandleDuplicate(const TcpConnTcb& tcb,
                                 const TcpConnSettings& settings,
                                 const Ack& ack)
{
    const auto state = m_state->m_congState.Get();
    if (state == TcpSocketState::CA_LOSS)
    {
        // It may tell of a retransmission that was not needed: RFC 6582 section 4.
        return;
    }
    if (state == TcpSocketState::CA_RECOVERY)
    {
        if (!tcb.sackOk)
        {
            m_tx->AddRenoSack();
        }
        if (!m_control->HasCongControl())
        {
            TcpConnCompat::DoRecovery(*Recovery(), m_state, ack.delivered, true, 0);
        }
        return;
    }
    ++m_dupAcks;
    if (state == TcpSocketState::CA_OPEN)
    {
        Move(TcpSocketState::CA_DISORDER);
    }
    // RFC 6675 section 5 (1) and (2); a new recovery not before the end of the last (RFC 6582
    // section 3.2 step 1, RFC 6675 section 5.1).
    const bool enough =
        m_dupAcks >= settings.reTxThreshold || (tcb.sackOk && m_tx->IsLost(m_tx->HeadSequence()));
    if (enough && (!m_recoverActive || tcb.sndUna >= m_recover))
    {
        EnterRecovery(tcb, ack);
    }
    else if (!tcb.sackOk && settings.limitedTransmit && m_dupAcks < settings.reTxThreshold)
    {
        // RFC 3042: a segment has left the network, another may enter it.
        m_tx->AddRenoSack();
        UpdateFlight();
    }
}

void
TcpConnTransfer::EnterRecovery(const TcpConnTcb& tcb, const Ack& ack)
{
    if (!tcb.sackOk)
    {
        m_tx->AddRenoSack();
    }
    const bool reduced = m_state->m_congState == TcpSocketState::CA_CWR;
    MarkHeadLost();
    m_resendHead = true;
    m_rescued = false;
    m_recover = m_sentEnd;
    m_recoverActive = true;
    m_cwrPending = m_ecnOk;
    UpdateFlight();
    Move(TcpSocketState::CA_RECOVERY);
    if (!reduced)
    {
        // Without SACK the segment that is lost counts as in flight.
        const uint32_t flight = Flight() + (tcb.sackOk ? 0 : m_state->m_segmentSize);
        m_state->m_ssThresh = m_control->GetSsThresh(m_state, flight);
    }
    if (!m_control->HasCongControl())
    {
        TcpConnCompat::EnterRecovery(*Recovery(),
                                     m_state,
                                     m_dupAcks,
                                     m_sentEnd - tcb.sndUna,
                                     ack.delivered,
                                     m_tx->GetSacked(),
                                     0);
    }
}

void
TcpConnTransfer::MarkHeadLost()
{
    m_tx->MarkHeadAsLost();
    m_lostPending = true;
}

void
TcpConnTransfer::TellAcked(uint32_t segments)
{
    if (m_prototype->ControlSchedules())
    {
        // TcpWestwood aborts when it is told twice at one time: it divides by the time between.
        const Time now = Simulator::Now();
        m_untold += segments;
        if (m_toldAt == now)
        {
            return;
        }
        m_toldAt = now;
        segments = m_untold;
        m_untold = 0;
    }
    m_control->PktsAcked(m_state, segments, TcpConnCompat::SmoothedRtt(*m_state, 0).Get());
}

void
TcpConnTransfer::HandleProgress(const TcpConnTcb& tcb, const Ack& ack)
{
    if (!ack.duplicate)
    {
        m_dupAcks = 0;
    }
    const bool whole = tcb.sndUna >= m_recover;
    m_lostPending = m_lostPending || m_tx->GetLost() > 0;
    switch (m_state->m_congState.Get())
    {
    case TcpSocketState::CA_RECOVERY:
        whole ? LeaveRecovery(ack) : PartialAck(tcb, ack);
        break;
    case TcpSocketState::CA_LOSS:
        TellAcked(ack.segments);
        if (whole)
        {
            Move(TcpSocketState::CA_OPEN);
            // What was sent before the timeout may have arrived long ago: it opens no window.
            const uint32_t later = (tcb.sndUna - m_recover) / m_state->m_segmentSize;
            Grow(std::min(ack.segments, later));
            break;
        }
        Grow(ack.segments);
        break;
    case TcpSocketState::CA_CWR:
        TellAcked(ack.segments);
        if (!m_control->HasCongControl() && ack.segments > 0 && !ack.reduced)
        {
            TcpConnCompat::DoRecovery(*Recovery(), m_state, ack.delivered, false, 0);
        }
        break;
    case TcpSocketState::CA_DISORDER:
        if (ack.segments >= ack.oldDupAcks)
        {
            // The others were told of as duplicates.
            TellAcked(ack.segments - ack.oldDupAcks);
        }
        if (!ack.duplicate)
        {
            // The network had reordered.
            Move(TcpSocketState::CA_OPEN);
            Grow(ack.segments);
        }
        break;
    default:
        TellAcked(ack.segments);
        Grow(ack.segments);
        break;
    }
    m_recoverActive = m_recoverActive && !whole;
}

void
TcpConnTransfer::PartialAck(const TcpConnTcb& tcb, const Ack& ack)
{
    // RFC 6582 section 3.2 step 3: the next hole begins here.  With SACK the scoreboard knows
    // better (RFC 6675 section 5 (B)): what is not yet known to be lost may only have been
    // overtaken, and is sent again here only when there is nothing new to send whose SACKs would
    // tell.
    const int32_t usable = tcb.sndUna + tcb.sndWnd - m_sentEnd;
    const bool more = m_sentEnd != StreamEnd() && usable > 0;
    const bool resend = !tcb.sackOk || (!more && !m_tx->IsHeadRetransmitted());
    if (resend)
    {
        MarkHeadLost();
    }
    if (!m_control->HasCongControl() && ack.segments > 0)
    {
        TcpConnCompat::DoRecovery(*Recovery(), m_state, ack.delivered, false, 0);
    }
    if (resend)
    {
        m_resendHead = true;
        const uint32_t inflated = m_state->m_cWndInfl;
        m_state->m_cWndInfl = inflated > ack.acked ? inflated - ack.acked : 0;
    }
    TellAcked(1);
}

void
TcpConnTransfer::LeaveRecovery(const Ack& ack)
{
    const uint32_t segments = ack.acked / m_state->m_segmentSize;
    TellAcked(segments);
    m_control->CwndEvent(m_state, TcpSocketState::CA_EVENT_COMPLETE_CWR);
    Move(TcpSocketState::CA_OPEN);
    m_dupAcks = 0;
    m_resendHead = false;
    if (!m_control->HasCongControl())
    {
        m_state->m_cWnd = m_state->m_ssThresh.Get();
        Recovery()->ExitRecovery(m_state);
    }
    Grow(segments);
}

void
TcpConnTransfer::Grow(uint32_t segments)
{
    // A window that is not used tells nothing of the path (RFC 7661 section 1): in slow start it
    // may be twice what is used, later it must have been filled.
    const bool slowStart = m_state->m_cWnd < m_state->m_ssThresh;
    if (m_cwndLimited || (slowStart && m_state->m_cWnd < 2 * m_cwndUsed))
    {
        m_control->IncreaseWindow(m_state, segments);
    }
    m_state->m_cWndInfl = m_state->m_cWnd;
}

void
TcpConnTransfer::RunCongestionControl(const Ack& ack, uint32_t lostBefore, uint32_t flightBefore)
{
    if (!m_rate || !m_control->HasCongControl())
    {
        return;
    }
    const uint32_t lostNow = m_tx->GetLost();
    const uint32_t lost = lostNow > lostBefore ? lostNow - lostBefore : lostBefore - lostNow;
    const auto& sample =
        m_rate->GenerateSample(ack.delivered, lost, false, flightBefore, m_state->m_minRtt);
    m_control->CongControl(m_state, m_rate->GetConnectionRate(), sample);
}

void
TcpConnTransfer::UpdatePacingRate()
{
    if (!m_state->m_pacing || m_control->HasCongControl())
    {
        return;
    }
    const double rtt = TcpConnCompat::SmoothedRtt(*m_state, 0).Get().GetSeconds();
    if (rtt <= 0)
    {
        return;
    }
    // The window in one round-trip time, faster while the window is to grow quickly.
    const bool early = m_state->m_cWnd < m_state->m_ssThresh / 2;
    const double percent = early ? m_state->m_pacingSsRatio : m_state->m_pacingCaRatio;
    const double bytes = std::max(m_state->m_cWnd.Get(), m_state->m_bytesInFlight.Get());
    const DataRate rate(static_cast<uint64_t>(bytes * 8 * percent / 100 / rtt));
    m_state->m_pacingRate = std::min(rate, m_state->m_maxPacingRate);
}

} // namespace ns3
