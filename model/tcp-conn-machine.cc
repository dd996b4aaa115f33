/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-machine.h"

#include "tcp-conn-trace.h"

#include "ns3/abort.h"

#include <algorithm>

namespace ns3
{

namespace
{

using Ev = TcpConnEvent;

/** The checks of an arriving segment, in the order of each state (RFC 9293 section 3.10.7). */
constexpr Ev UNSYNCHRONISED[] = {Ev::RST, Ev::ACK, Ev::SYN, Ev::URG, Ev::TEXT, Ev::FIN};
constexpr Ev SYN_SENT[] = {Ev::ACK, Ev::RST, Ev::SYN, Ev::URG, Ev::TEXT, Ev::FIN};
constexpr Ev SYNCHRONISED[] = {Ev::SEQUENCE, Ev::RST, Ev::SYN, Ev::ACK, Ev::URG, Ev::TEXT, Ev::FIN};

/** A sequence of checks. */
struct Checks
{
    const Ev* begin; //!< First.
    const Ev* end;   //!< One past the last.
};

/** @param state a state @return the checks that it makes */
Checks
ChecksOf(TcpSocket::TcpStates_t state)
{
    switch (state)
    {
    case TcpSocket::CLOSED:
    case TcpSocket::LISTEN:
        return {std::begin(UNSYNCHRONISED), std::end(UNSYNCHRONISED)};
    case TcpSocket::SYN_SENT:
        return {std::begin(SYN_SENT), std::end(SYN_SENT)};
    default:
        return {std::begin(SYNCHRONISED), std::end(SYNCHRONISED)};
    }
}

/** The event that the expiry of each timer is. */
constexpr Ev EXPIRY[TCP_CONN_TIMERS] = {Ev::RETRANSMISSION_TIMEOUT,
                                        Ev::PERSIST_TIMEOUT,
                                        Ev::DELAYED_ACK_TIMEOUT,
                                        Ev::COUNT, // pacing is no event of the connection
                                        Ev::USER_TIMEOUT,
                                        Ev::KEEP_ALIVE_TIMEOUT,
                                        Ev::FIN_WAIT_2_TIMEOUT,
                                        Ev::LINGER_TIMEOUT,
                                        Ev::TIME_WAIT_TIMEOUT};

} // namespace

const char*
TcpConnFailureName(TcpConnFailure f)
{
    static const char* const names[] =
        {"none", "refused", "reset", "timed-out", "unreachable", "aborted"};
    return names[static_cast<size_t>(f)];
}

// A host without accept queues and cookies.

TcpConnAdmission::Verdict
TcpConnScope::Complete()
{
    return TcpConnAdmission::Verdict::ADMIT;
}

const TcpConnSegment*
TcpConnScope::Cookie()
{
    return nullptr;
}

SequenceNumber32
TcpConnScope::MakeCookie(const TcpConnSegment& /* syn */, uint32_t& /* timestamp */)
{
    return SequenceNumber32(0);
}

TcpConnMachine::TcpConnMachine(TcpConnScope& scope)
    : m_s(scope)
{
}

// Events

void
TcpConnMachine::Arrive(const TcpConnSegment& segment)
{
    m_seg = segment;
    m_arrived = &segment;
    Process(segment);
    if (m_reply != NO_REPLY)
    {
        CompleteReply();
    }
}

void
TcpConnMachine::Process(const TcpConnSegment& segment)
{
    const Checks checks = ChecksOf(m_s.tcb->State());
    for (const Ev* event = checks.begin; event != checks.end; ++event)
    {
        if (!Raises(*event))
        {
            continue;
        }
        const TcpConnRow& row = Take(*event);
        if (row.then == TcpConnThen::DROP)
        {
            TcpConnEffect effect{};
            effect.kind = TcpConnEffect::DROP;
            effect.row = &row;
            effect.hasSegment = true;
            effect.segment = segment;
            m_s.effects->push_back(effect);
        }
        if (row.then != TcpConnThen::NEXT)
        {
            return;
        }
    }
}

TcpConnAnswer
TcpConnMachine::Call(TcpConnEvent call)
{
    m_answer = TcpConnAnswer::OK;
    Take(call);
    return m_answer;
}

void
TcpConnMachine::Expire(TcpConnTimer timer)
{
    Disarm(timer);
    if (timer == TCP_CONN_KEEP_ALIVE && KeepAliveWaits())
    {
        return;
    }
    if (timer != TCP_CONN_PACING)
    {
        Take(EXPIRY[timer]);
    }
}

bool
TcpConnMachine::KeepAliveWaits()
{
    const TcpConnTcb& tcb = *m_s.tcb;
    const Time idle = m_s.settings->keepAliveIdle;
    if (tcb.probes == 0 && m_s.now < After(tcb.lastReceived, idle))
    {
        ArmKeepAlive(); // segments came since it was set: it was not moved for each of them
        return true;
    }
    if (tcb.Outstanding() > 0 || Armed(TCP_CONN_PERSIST))
    {
        // MUST-26: only when nothing is outstanding; what is has its own timer.
        Arm(TCP_CONN_KEEP_ALIVE, std::max(idle, m_s.settings->keepAliveInterval));
        return true;
    }
    return false;
}

void
TcpConnMachine::Report(TcpConnEvent error, uint16_t mss)
{
    m_mss = mss;
    Take(error);
}

bool
TcpConnMachine::Raises(TcpConnEvent event) const
{
    const TcpConnTcb& tcb = *m_s.tcb;
    switch (event)
    {
    case Ev::RST:
        return m_seg.Has(TCP_CONN_RST);
    case Ev::SYN:
        return m_seg.Has(TCP_CONN_SYN);
    case Ev::URG:
        return m_seg.Has(TCP_CONN_URG);
    case Ev::TEXT:
        return m_seg.length > 0;
    case Ev::FIN:
        // A FIN that was early is taken when the gap before it has been filled.
        return m_seg.Has(TCP_CONN_FIN) || (tcb.finSeen && tcb.rcvNxt == tcb.peerFin);
    default:
        return true;
    }
}

// The table, and the one function that moves

const TcpConnRow&
TcpConnMachine::Take(TcpConnEvent event)
{
    const TcpConnRow* row = m_s.policies->Table().Cell(m_s.tcb->State(), event);
    while (!Holds(row->guard, event))
    {
        ++row;
    }
    if (m_s.taken)
    {
        ++m_s.taken[row->index];
    }
    if (row->to != row->from)
    {
        Move(*row);
    }
    Perform(*row);
    return *row;
}

void
TcpConnMachine::Move(const TcpConnRow& row)
{
    TcpConnTcb& tcb = *m_s.tcb;
    NS_ABORT_MSG_UNLESS(row.from == tcb.m_state && m_s.policies->Table().Lists(row.from, row.to),
                        "TcpConnMachine: the table lists no move from "
                            << TcpConnStateName(tcb.m_state) << " to " << TcpConnStateName(row.to));
    TcpConnEffect effect{};
    effect.kind = TcpConnEffect::MOVE;
    effect.row = &row;
    effect.inState = m_s.now - tcb.m_since;
    effect.hasSegment = m_arrived != nullptr;
    if (m_arrived)
    {
        effect.segment = *m_arrived;
    }
    m_s.effects->push_back(effect);
    tcb.m_state = row.to;
    tcb.m_since = m_s.now;
    Enter(row.to);
    if (row.to == TcpSocket::CLOSED && (tcb.fastOpen || tcb.fastOpenAsked))
    {
        CloseFast(row);
    }
}

void
TcpConnMachine::Enter(TcpSocket::TcpStates_t state)
{
    TcpConnTcb& tcb = *m_s.tcb;
    switch (state)
    {
    case TcpSocket::CLOSED:
    case TcpSocket::LISTEN:
        tcb.deadline.fill(Time::Max());
        tcb.ackNow = false;
        break;
    case TcpSocket::FIN_WAIT_2:
        Disarm(TCP_CONN_LINGER);
        if (tcb.detached && !m_s.settings->finWait2Timeout.IsZero())
        {
            Arm(TCP_CONN_FIN_WAIT_2, m_s.settings->finWait2Timeout);
        }
        break;
    case TcpSocket::TIME_WAIT:
        tcb.deadline.fill(Time::Max());
        Arm(TCP_CONN_TIME_WAIT, m_s.policies->timeWait->Duration(*m_s.settings));
        break;
    default:
        break;
    }
}

void
TcpConnMachine::Begin(TcpConnTcb& tcb, Time now)
{
    tcb.m_since = now;
}

void
TcpConnMachine::CloneListener(TcpConnTcb& tcb, Time now)
{
    tcb.m_state = TcpSocket::LISTEN;
    tcb.m_since = now;
    tcb.passive = true;
}

// Conditions

bool
TcpConnMachine::Holds(TcpConnGuard guard, TcpConnEvent event) const
{
    const TcpConnTcb& tcb = *m_s.tcb;
    const TcpConnSegmentCheck& check = *m_s.policies->segmentCheck;
    switch (guard)
    {
    case TcpConnGuard::ALWAYS:
        return true;
    case TcpConnGuard::MISSING_TIMESTAMP:
        return tcb.timestampsOk && !m_seg.options.Has(TcpConnOptions::TIMESTAMPS) &&
               !m_seg.Has(TCP_CONN_RST | TCP_CONN_SYN);
    case TcpConnGuard::ACCEPTABLE:
        return InWindow() && !OldTimestamp();
    case TcpConnGuard::CROSSED_SYN_ACK:
        return !tcb.passive && m_seg.Has(TCP_CONN_SYN) && m_seg.Has(TCP_CONN_ACK) &&
               !m_seg.Has(TCP_CONN_RST) && m_seg.seq == tcb.irs && !AckWrong();
    case TcpConnGuard::REPEATED_SYN:
        return m_seg.Has(TCP_CONN_SYN) && !m_seg.Has(TCP_CONN_ACK | TCP_CONN_RST) &&
               m_seg.seq == tcb.irs;
    case TcpConnGuard::EDGE:
        return tcb.RcvWnd() == 0 && m_seg.seq == tcb.rcvNxt && !OldTimestamp();
    case TcpConnGuard::REPEATED_FIN:
        return m_seg.Has(TCP_CONN_FIN) && m_seg.End() == tcb.rcvNxt;
    case TcpConnGuard::NEW_INCARNATION:
        return m_seg.Has(TCP_CONN_SYN) && !m_seg.Has(TCP_CONN_ACK | TCP_CONN_RST) &&
               m_s.policies->timeWait->TakesSyn(tcb, m_seg) && m_s.Listens();
    case TcpConnGuard::RST_BIT:
        // At a closed window the reset with the next number counts, with text too (MUST-66).
        return m_seg.Has(TCP_CONN_RST) && !(tcb.RcvWnd() == 0 && m_seg.seq == tcb.rcvNxt);
    case TcpConnGuard::RESET_VALID:
        return check.ResetValid(tcb, m_seg);
    case TcpConnGuard::RESET_VALID_PASSIVE:
        return tcb.passive && check.ResetValid(tcb, m_seg);
    case TcpConnGuard::PASSIVE:
        return tcb.passive;
    case TcpConnGuard::NO_ACK_BIT:
        return !m_seg.Has(TCP_CONN_ACK);
    case TcpConnGuard::ACK_BIT:
        return m_seg.Has(TCP_CONN_ACK);
    case TcpConnGuard::WRONG_ACK:
        return AckWrong();
    case TcpConnGuard::WRONG_ACK_RST:
        return AckWrong() && m_seg.Has(TCP_CONN_RST);
    case TcpConnGuard::FUTURE_ACK:
        return m_seg.ack > tcb.sndNxt + (tcb.probed ? 1 : 0);
    case TcpConnGuard::STALE_ACK:
        return check.AckTooOld(tcb, m_seg);
    case TcpConnGuard::ACK_OF_FIN:
        return AckOfFin();
    case TcpConnGuard::SYN_ACKED:
        return m_seg.Has(TCP_CONN_ACK) || tcb.sndUna != tcb.iss;
    case TcpConnGuard::NOT_ADMITTED:
        return m_s.Admit() == TcpConnAdmission::Verdict::DROP;
    case TcpConnGuard::REFUSED:
        return m_s.Admit() == TcpConnAdmission::Verdict::REFUSE;
    case TcpConnGuard::NO_READER:
        return tcb.detached;
    case TcpConnGuard::EARLY:
        return !tcb.finSeen ? m_seg.End() - 1 != tcb.rcvNxt : tcb.peerFin != tcb.rcvNxt;
    case TcpConnGuard::ABRUPT:
        return tcb.detached &&
               ((m_s.Data() && m_s.Data()->Unread() > 0) || m_s.settings->linger == 0);
    case TcpConnGuard::NOTHING_QUEUED:
        return !m_s.Data() || m_s.Data()->Empty();
    case TcpConnGuard::ACCEPT_FULL:
        return tcb.passive && m_seg.Has(TCP_CONN_ACK) && !AckWrong() &&
               m_s.Complete() == TcpConnAdmission::Verdict::DROP;
    case TcpConnGuard::ACCEPT_REFUSED:
        return tcb.passive && m_seg.Has(TCP_CONN_ACK) && !AckWrong() &&
               m_s.Complete() == TcpConnAdmission::Verdict::REFUSE;
    case TcpConnGuard::COOKIE_DUE:
        return m_s.Admit() == TcpConnAdmission::Verdict::COOKIE;
    case TcpConnGuard::COOKIE_VALID:
        return m_s.Cookie() != nullptr;
    case TcpConnGuard::UNASKED_SYN_ACK:
        return m_seg.Has(TCP_CONN_SYN) && m_seg.Has(TCP_CONN_ACK);
    case TcpConnGuard::FAST_OPEN:
        return Admitted() && m_s.policies->handshake->AcceptsText(Opening(), m_seg);
    case TcpConnGuard::FAST_OPEN_DECLINED:
        return Admitted() && m_seg.options.Has(TcpConnOptions::FAST_OPEN);
    case TcpConnGuard::FAST_OPENED:
        return tcb.fastOpen;
    case TcpConnGuard::REPEATED_FAST_SYN:
        return tcb.fastOpen && Holds(TcpConnGuard::REPEATED_SYN, event);
    case TcpConnGuard::RESET_VALID_FAST:
        return tcb.fastOpen && check.ResetValid(tcb, m_seg);
    case TcpConnGuard::ACK_OF_FAST_SYN:
        return tcb.fastOpen && m_seg.Has(TCP_CONN_ACK) && !AckWrong();
    case TcpConnGuard::GIVE_UP:
        return AtLimit(event);
    case TcpConnGuard::POLICY:
        return false;
    }
    return false;
}

bool
TcpConnMachine::InWindow() const
{
    // RFC 9293 section 3.4, table 6: four rows.  Distances from RCV.NXT, modulo 2^32: what lies
    // before it is far ahead.
    const TcpConnTcb& tcb = *m_s.tcb;
    const uint32_t window = tcb.RcvWnd();
    const uint32_t length = m_seg.SequenceLength();
    const uint32_t first = m_seg.seq.GetValue() - tcb.rcvNxt.GetValue();
    const uint32_t last = first + length - 1;
    if (length == 0)
    {
        return window == 0 ? first == 0 : first < window;
    }
    return window > 0 && (first < window || last < window);
}

bool
TcpConnMachine::OldTimestamp() const
{
    // PAWS (RFC 7323 section 5.3, R1); after 24 idle days TS.Recent has no say (section 5.5).
    const TcpConnTcb& tcb = *m_s.tcb;
    return tcb.timestampsOk && m_seg.options.Has(TcpConnOptions::TIMESTAMPS) &&
           !m_seg.Has(TCP_CONN_RST) &&
           static_cast<int32_t>(m_seg.options.tsVal - tcb.tsRecent) < 0 &&
           m_s.now - tcb.tsRecentAge < Days(24);
}

bool
TcpConnMachine::AckWrong() const
{
    const TcpConnTcb& tcb = *m_s.tcb;
    // In SYN-SENT the SYN may have been acknowledged before (four-way handshake).
    const SequenceNumber32 floor = tcb.State() == TcpSocket::SYN_SENT ? tcb.iss : tcb.sndUna;
    return m_seg.Has(TCP_CONN_ACK) && !(floor < m_seg.ack && m_seg.ack <= tcb.sndNxt);
}

bool
TcpConnMachine::AckOfFin() const
{
    const TcpConnTcb& tcb = *m_s.tcb;
    return tcb.finSent && m_seg.ack == tcb.sndNxt;
}

bool
TcpConnMachine::AtLimit(TcpConnEvent event) const
{
    const TcpConnTcb& tcb = *m_s.tcb;
    const TcpConnSettings& settings = *m_s.settings;
    switch (event)
    {
    case Ev::KEEP_ALIVE_TIMEOUT:
        return tcb.probes >= settings.keepAliveCount;
    case Ev::PERSIST_TIMEOUT:
        if (!UserTimeout().IsZero())
        {
            return tcb.probes > 0 && m_s.now - tcb.lastReceived >= UserTimeout();
        }
        // A live peer answers each probe and may keep its window closed for ever (MUST-37).
        return tcb.probes >= std::min<uint32_t>(settings.dataRetries, UINT8_MAX) &&
               m_s.now - tcb.lastReceived >= Seconds(100);
    default:
        // A user timeout takes the place of R2, shorter or longer (RFC 9293 section 3.8.3).
        return UserTimeout().IsZero() && m_s.policies->retry->GiveUp(tcb, settings, m_s.now);
    }
}

// What each row does

void
TcpConnMachine::Perform(const TcpConnRow& row)
{
    TcpConnTcb& tcb = *m_s.tcb;
    switch (row.action)
    {
    case TcpConnAction::NOTHING:
    case TcpConnAction::QUEUE_TEXT:
    case TcpConnAction::QUEUE_AND_SEND:
    case TcpConnAction::DELIVER:
    case TcpConnAction::FORGET_HALF_OPEN:
    case TcpConnAction::POLICY:
        break;
    case TcpConnAction::START_LISTENING:
        tcb.passive = true;
        break;
    case TcpConnAction::SEND_SYN:
        SendSyn();
        break;
    case TcpConnAction::QUEUE_FIN:
        QueueFin();
        break;
    case TcpConnAction::STAY_CLOSING:
        StayClosing();
        break;
    case TcpConnAction::DELETE_TCB: {
        const bool gaveUp = row.event == TcpConnEvent::ABORT ||
                            (row.event == TcpConnEvent::CLOSE && row.from == TcpSocket::SYN_SENT);
        End(TcpConnNotice::DELETED, gaveUp ? TcpConnFailure::ABORTED : TcpConnFailure::NONE);
        break;
    }
    case TcpConnAction::RESET_PEER:
    case TcpConnAction::RESET_NO_READER:
        ResetPeer();
        End(TcpConnNotice::DELETED, TcpConnFailure::ABORTED);
        break;
    case TcpConnAction::ERROR_NOT_CONNECTED:
        m_answer = TcpConnAnswer::NOT_CONNECTED;
        break;
    case TcpConnAction::ERROR_CONNECTED:
        m_answer = TcpConnAnswer::CONNECTED;
        break;
    case TcpConnAction::ERROR_CLOSING:
        m_answer = TcpConnAnswer::CLOSING;
        break;
    case TcpConnAction::ERROR_AGAIN:
        m_answer = TcpConnAnswer::AGAIN;
        break;
    case TcpConnAction::END_OF_STREAM:
        m_answer = TcpConnAnswer::END_OF_STREAM;
        break;
    case TcpConnAction::RESET_REPLY:
        Emit(ResetFor(m_seg));
        break;
    case TcpConnAction::SEND_ACK:
        if (m_seg.SequenceLength() == 0)
        {
            Challenge(); // two ends must not answer each other's bare ACKs for ever
        }
        else
        {
            EmitAck();
        }
        break;
    case TcpConnAction::CHALLENGE_ACK:
        Challenge();
        break;
    case TcpConnAction::ACK_AND_RESTART:
        EmitAck();
        Arm(TCP_CONN_TIME_WAIT, m_s.policies->timeWait->Duration(*m_s.settings));
        break;
    case TcpConnAction::REPEAT_SYN_ACK:
        tcb.synRetransmitted = true; // Karn: which one is acknowledged cannot be told
        Emit(BuildSyn(TCP_CONN_SYN | TCP_CONN_ACK));
        break;
    case TcpConnAction::TRIM_SYN:
        m_seg.flags &= ~TCP_CONN_SYN;
        m_seg.seq += 1;
        tcb.ackNow = true;
        break;
    case TcpConnAction::TRIM_TEXT:
        TrimText();
        break;
    case TcpConnAction::NOTE_SEGMENT:
        NoteSegment();
        break;
    case TcpConnAction::OPEN_HALF:
        OpenHalf();
        break;
    case TcpConnAction::TAKE_SYN_ACK:
        TakeSynAck(true);
        break;
    case TcpConnAction::TAKE_CROSSING_SYN:
        TakeSyn();
        Emit(BuildSyn(TCP_CONN_SYN | TCP_CONN_ACK));
        break;
    case TcpConnAction::OPEN_AT_ONCE:
        OpenAtOnce();
        break;
    case TcpConnAction::OPEN_BY_ACK_AND_SYN:
        OpenByAckAndSyn();
        break;
    case TcpConnAction::TAKE_SYN_ACK_SILENTLY:
        TakeSynAck(false);
        break;
    case TcpConnAction::NOTE_ACK_OF_SYN:
        if (m_seg.Has(TCP_CONN_ACK) && !m_seg.Has(TCP_CONN_RST))
        {
            tcb.sndUna = m_seg.ack;
        }
        break;
    case TcpConnAction::SEND_COOKIE:
        SendCookie();
        break;
    case TcpConnAction::TAKE_COOKIE:
        TakeCookie();
        break;
    case TcpConnAction::OPEN_FAST:
        OpenFast();
        break;
    case TcpConnAction::TAKE_ACK_OF_SYN:
        TakeAckOfSyn(true);
        break;
    case TcpConnAction::TAKE_ACK:
        TakeAck();
        break;
    case TcpConnAction::TAKE_URGENT:
        TakeUrgent();
        break;
    case TcpConnAction::TAKE_TEXT:
        TakeText();
        break;
    case TcpConnAction::STASH_TEXT:
        m_s.Stash(m_seg);
        break;
    case TcpConnAction::STASH_FIN:
        if (m_seg.length == 0)
        {
            m_s.Stash(m_seg);
        }
        break;
    case TcpConnAction::NOTE_EARLY_FIN:
        NoteFin();
        break;
    case TcpConnAction::TAKE_FIN:
        TakeFin();
        break;
    case TcpConnAction::REFUSED_BY_PEER:
        Fail(TcpConnFailure::REFUSED);
        break;
    case TcpConnAction::RESET_BY_PEER:
        Fail(TcpConnFailure::RESET);
        break;
    case TcpConnAction::RESET_BOTH:
        ResetPeer();
        Fail(TcpConnFailure::RESET);
        break;
    case TcpConnAction::REINCARNATE: {
        TcpConnEffect effect{};
        effect.kind = TcpConnEffect::REINCARNATE;
        m_s.effects->push_back(effect);
        break;
    }
    case TcpConnAction::RETRANSMIT:
        Retransmit();
        break;
    case TcpConnAction::PROBE_WINDOW:
        ProbeWindow();
        break;
    case TcpConnAction::PROBE_ALIVE:
        ProbeAlive();
        break;
    case TcpConnAction::SEND_DELAYED_ACK:
        tcb.ackNow = true;
        break;
    case TcpConnAction::TIMED_OUT:
        Fail(tcb.softError ? TcpConnFailure::UNREACHABLE : TcpConnFailure::TIMED_OUT);
        break;
    case TcpConnAction::TIMED_OUT_RESET:
        ResetPeer();
        Fail(TcpConnFailure::TIMED_OUT);
        break;
    case TcpConnAction::UNREACHABLE:
        Fail(TcpConnFailure::UNREACHABLE);
        break;
    case TcpConnAction::NOTE_SOFT_ERROR:
        tcb.softError = true;
        Notify(TcpConnNotice::SOFT_ERROR);
        break;
    case TcpConnAction::LOWER_MSS:
        LowerMss();
        break;
    }
}

} // namespace ns3
