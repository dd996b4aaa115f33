/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-explorer-host.h"

#include "ns3/ipv4-address.h"

#include <algorithm>
#include <cstring>

namespace TcpConnExplorer
{

using namespace ns3;

namespace
{

using St = TcpSocket;
using Ev = TcpConnEvent;

/** @param s a state @return the set with it alone */
constexpr uint32_t
In(TcpSocket::TcpStates_t s)
{
    return 1U << s;
}

/** @param e an event @return the set with it alone */
constexpr uint32_t
By(TcpConnEvent e)
{
    return 1U << static_cast<uint32_t>(e);
}

constexpr uint32_t OPEN = In(St::ESTABLISHED) | In(St::FIN_WAIT_1) | In(St::FIN_WAIT_2) |
                          In(St::CLOSE_WAIT) | In(St::CLOSING) | In(St::LAST_ACK);

/** Moves out of a set of states by a set of events. */
struct Moves
{
    uint32_t from;             //!< States.
    uint32_t by;               //!< Events.
    TcpSocket::TcpStates_t to; //!< Where they lead.
};

/**
 * What moves a connection, written down from RFC 9293 by itself (figure 5 and section 3.10), not
 * from the table under test.
 */
const Moves LEGAL[] = {
    {In(St::CLOSED), By(Ev::PASSIVE_OPEN), St::LISTEN},
    {In(St::CLOSED) | In(St::LISTEN), By(Ev::ACTIVE_OPEN), St::SYN_SENT},
    {In(St::LISTEN), By(Ev::SYN), St::SYN_RCVD},
    {In(St::LISTEN) | In(St::SYN_SENT), By(Ev::CLOSE), St::CLOSED},
    {In(St::SYN_SENT), By(Ev::SYN), St::SYN_RCVD},
    {In(St::SYN_SENT), By(Ev::SYN), St::ESTABLISHED},
    {In(St::SYN_RCVD), By(Ev::ACK), St::ESTABLISHED},
    {In(St::SYN_RCVD), By(Ev::CLOSE), St::FIN_WAIT_1},
    {In(St::SYN_RCVD), By(Ev::RST) | By(Ev::SYN), St::LISTEN},
    {In(St::ESTABLISHED), By(Ev::CLOSE), St::FIN_WAIT_1},
    {In(St::ESTABLISHED), By(Ev::FIN), St::CLOSE_WAIT},
    {In(St::FIN_WAIT_1), By(Ev::ACK), St::FIN_WAIT_2},
    {In(St::FIN_WAIT_1), By(Ev::FIN), St::CLOSING},
    {In(St::FIN_WAIT_2), By(Ev::FIN), St::TIME_WAIT},
    {In(St::CLOSING), By(Ev::ACK), St::TIME_WAIT},
    {In(St::CLOSE_WAIT), By(Ev::CLOSE), St::LAST_ACK},
    {In(St::LAST_ACK), By(Ev::ACK), St::CLOSED},
    {In(St::TIME_WAIT), By(Ev::TIME_WAIT_TIMEOUT) | By(Ev::SEQUENCE), St::CLOSED},
    // Aborts of section 3.10.5, resets, timeouts, errors.
    {~In(St::CLOSED), By(Ev::ABORT) | By(Ev::CRASH), St::CLOSED},
    {OPEN | In(St::SYN_SENT) | In(St::SYN_RCVD), By(Ev::RST) | By(Ev::USER_TIMEOUT), St::CLOSED},
    {OPEN | In(St::SYN_RCVD), By(Ev::CLOSE) | By(Ev::LINGER_TIMEOUT), St::CLOSED},
    {(OPEN & ~In(St::FIN_WAIT_2)) | In(St::SYN_SENT) | In(St::SYN_RCVD),
     By(Ev::RETRANSMISSION_TIMEOUT),
     St::CLOSED},
    {OPEN & ~In(St::FIN_WAIT_2), By(Ev::PERSIST_TIMEOUT), St::CLOSED},
    {OPEN, By(Ev::KEEP_ALIVE_TIMEOUT), St::CLOSED},
    {In(St::FIN_WAIT_2), By(Ev::FIN_WAIT_2_TIMEOUT), St::CLOSED},
    {In(St::ESTABLISHED) | In(St::FIN_WAIT_1) | In(St::FIN_WAIT_2), By(Ev::TEXT), St::CLOSED},
    {In(St::SYN_SENT) | In(St::SYN_RCVD), By(Ev::ICMP_HARD), St::CLOSED},
    {In(St::SYN_RCVD), By(Ev::EVICTED), St::CLOSED},
};

/** Events that the expiry of timers is, in their order. */
const char* const EXPIRIES[TCP_CONN_TIMERS] = {"retransmission-timeout",
                                               "persist-timeout",
                                               "delayed-ack-timeout",
                                               "pacing",
                                               "user-timeout",
                                               "keep-alive-timeout",
                                               "fin-wait-2-timeout",
                                               "linger-timeout",
                                               "time-wait-timeout"};

/** Calls, in their order. */
const char* const CALLS[] =
    {"passive-open", "active-open", "send", "close", "let-go", "abort", "crash"};

/** Bytes of each SEND. */
constexpr uint32_t SEND_BYTES = 10;

/** Puts plain values one after another. */
class Writer
{
  public:
    /** @param value a number @return this */
    template <typename T>
    Writer& operator<<(T value)
    {
        char bytes[sizeof(T)];
        std::memcpy(bytes, &value, sizeof(T));
        m_bytes.append(bytes, sizeof(T));
        return *this;
    }

    /** @param value a sequence number @return this */
    Writer& operator<<(SequenceNumber32 value)
    {
        return *this << value.GetValue();
    }

    /** @return what was written. */
    const std::string& Bytes() const
    {
        return m_bytes;
    }

  private:
    std::string m_bytes; //!< What was written.
};

/** @param [out] w where to write @param segment a segment */
void
Write(Writer& w, const TcpConnSegment& segment)
{
    const TcpConnOptions& o = segment.options;
    w << segment.seq << segment.ack << segment.length << segment.flags << segment.window
      << segment.urgent << o.present << o.mss << o.windowScale << o.userTimeout << o.tsVal
      << o.tsEcr;
}

} // namespace

bool
IsLegalMove(const TcpConnRow& row)
{
    return std::any_of(std::begin(LEGAL), std::end(LEGAL), [&row](const Moves& m) {
        return ((m.from >> row.from) & 1) && (m.by & By(row.event)) && m.to == row.to;
    });
}

std::string
CanonicalSegment(const TcpConnSegment& segment, uint32_t tag)
{
    Writer w;
    w << tag;
    Write(w, segment);
    return w.Bytes();
}

// Event -----------------------------------------------------------------------------------------

Event
Event::Of(uint32_t code)
{
    Event event;
    event.kind = static_cast<Kind>(std::min<uint32_t>(code, EXPIRE));
    event.timer = static_cast<TcpConnTimer>(code < EXPIRE ? 0 : code - EXPIRE);
    return event;
}

std::string
Event::Name() const
{
    return kind < EXPIRE ? CALLS[kind] : kind == EXPIRE ? EXPIRIES[timer] : "segment";
}

// Host ------------------------------------------------------------------------------------------

Host::Host(uint8_t side,
           Ptr<const TcpConnPolicies> rules,
           const TcpConnSettings& settings,
           const HostBounds& bounds)
    : m_core(rules),
      m_rules(rules),
      m_left(bounds),
      m_side(side)
{
    m_core.config = settings;
    TcpConnKey key;
    key.local = TcpConnKey::FromIpv4(Ipv4Address("10.1.1.1"));
    key.peer = TcpConnKey::FromIpv4(Ipv4Address("10.1.1.2"));
    key.localPort = 40000;
    key.peerPort = 80;
    m_core.name = side == 0 ? key : key.Reversed();
}

TcpSocket::TcpStates_t
Host::State() const
{
    return m_core.conn.State();
}

const TcpConnTcb&
Host::Tcb() const
{
    return m_core.conn;
}

uint32_t
Host::Tag() const
{
    return m_incarnation | (m_peerIncarnation << 8U);
}

uint8_t
Host::Incarnation() const
{
    return m_incarnation;
}

const TcpConnKey&
Host::Key() const
{
    return m_core.name;
}

const TcpConnPolicies&
Host::Rules() const
{
    return *m_rules;
}

Time
Host::Clock(uint32_t incarnation) const
{
    return Seconds(incarnation);
}

bool
Host::Knew(uint32_t iss, uint32_t irs) const
{
    return std::find(m_known.begin(), m_known.end(), std::make_pair(iss, irs)) != m_known.end();
}

bool
Host::Can(const Event& event) const
{
    const uint32_t state = In(State());
    const bool connection = !(state & (In(St::CLOSED) | In(St::LISTEN)));
    const bool held = connection && !m_core.conn.detached;
    constexpr uint32_t closable =
        In(St::SYN_SENT) | In(St::SYN_RCVD) | In(St::ESTABLISHED) | In(St::CLOSE_WAIT);
    switch (event.kind)
    {
    case Event::PASSIVE_OPEN:
        return State() == St::CLOSED && m_left.listens > 0;
    case Event::ACTIVE_OPEN:
        return !connection && m_left.opens > 0 && m_left.incarnations > 0;
    case Event::SEND:
        return held && (state & closable) && !m_core.conn.closing && m_left.sends > 0;
    case Event::CLOSE:
        return State() == St::LISTEN ||
               (held && m_left.halfClose && (state & closable) && !m_core.conn.closing);
    case Event::LET_GO:
        return held && m_left.letGo && State() != St::TIME_WAIT;
    case Event::ABORT:
        return held && m_left.aborts > 0;
    case Event::CRASH:
        return State() != St::CLOSED && m_left.crashes > 0;
    case Event::EXPIRE:
        return m_core.conn.deadline[event.timer] != Time::Max() &&
               (m_left.giveUp || event.timer != TCP_CONN_RETRANSMISSION ||
                m_core.conn.retries < m_core.config.dataRetries);
    case Event::ARRIVE:
        break;
    }
    return true;
}

Outcome
Host::Apply(const Event& event, std::vector<uint64_t>* taken)
{
    Outcome outcome;
    std::vector<uint32_t> counts(m_rules->Table().Rows().size());
    m_core.Forget();
    m_core.taken = counts.data();
    m_core.now = Clock(m_incarnation);
    if (event.kind == Event::ARRIVE)
    {
        Arrive(event, outcome);
    }
    else if (event.kind == Event::EXPIRE)
    {
        m_core.Expire(event.timer);
    }
    else
    {
        Call(event.kind);
    }
    Learn();
    Read(outcome);
    outcome.tag = Tag();
    outcome.effects.insert(outcome.effects.end(), m_core.done.begin(), m_core.done.end());
    outcome.sent.insert(outcome.sent.end(), m_core.sent.begin(), m_core.sent.end());
    m_core.Forget();
    m_core.taken = nullptr;
    Judge(event, outcome);
    const auto& rows = m_rules->Table().Rows();
    for (size_t i = 0; i < counts.size(); ++i)
    {
        outcome.timeWaitBegun |=
            counts[i] > 0 && (rows[i].action == TcpConnAction::ACK_AND_RESTART ||
                              (rows[i].to == St::TIME_WAIT && rows[i].from != St::TIME_WAIT));
        if (taken)
        {
            (*taken)[i] += counts[i];
        }
    }
    if (State() == St::CLOSED || State() == St::LISTEN)
    {
        Renew();
    }
    return outcome;
}

void
Host::Call(Event::Kind kind)
{
    switch (kind)
    {
    case Event::PASSIVE_OPEN:
        --m_left.listens;
        m_listener = true;
        m_core.Call(Ev::PASSIVE_OPEN);
        break;
    case Event::ACTIVE_OPEN:
        --m_left.opens;
        --m_left.incarnations;
        m_listener = false;
        m_core.now = Clock(++m_incarnation);
        m_core.Call(Ev::ACTIVE_OPEN);
        break;
    case Event::SEND:
        --m_left.sends;
        m_core.Send(SEND_BYTES);
        break;
    case Event::CLOSE:
        m_listener = m_listener && State() != St::LISTEN;
        m_core.Call(Ev::CLOSE);
        break;
    case Event::LET_GO:
        m_core.conn.detached = true;
        m_core.Call(Ev::CLOSE);
        break;
    case Event::ABORT:
        --m_left.aborts;
        m_core.Call(Ev::ABORT);
        break;
    case Event::CRASH:
        --m_left.crashes;
        m_listener = false;
        m_core.Call(Ev::CRASH);
        break;
    default:
        break;
    }
}

void
Host::Arrive(const Event& event, Outcome& outcome)
{
    const auto before = State();
    m_core.listens = m_listener && m_left.incarnations > 0;
    if (before == St::LISTEN)
    {
        Open(event);
        return;
    }
    m_core.Arrive(*event.segment, event.tag);
    if (before == St::SYN_SENT && State() != St::SYN_SENT && State() != St::CLOSED)
    {
        m_peerIncarnation = event.tag & 0xff;
    }
    const bool again = std::any_of(m_core.done.begin(), m_core.done.end(), [](const auto& effect) {
        return effect.kind == TcpConnEffect::REINCARNATE;
    });
    if (again)
    {
        // The SYN finds the listener instead of the connection in TIME-WAIT.
        const SequenceNumber32 old = m_core.conn.sndNxt;
        outcome.effects = m_core.done;
        outcome.sent = m_core.sent;
        uint32_t* taken = m_core.taken;
        Renew();
        m_core.taken = taken;
        m_core.oldSndNxt = &old;
        Open(event);
        m_core.oldSndNxt = nullptr;
    }
}

bool
Host::Open(const Event& event)
{
    m_core.verdict = m_left.incarnations > 0 ? TcpConnAdmission::Verdict::ADMIT
                                             : TcpConnAdmission::Verdict::DROP;
    m_core.now = Clock(m_incarnation + 1);
    m_core.Arrive(*event.segment, event.tag);
    if (State() == St::LISTEN)
    {
        m_core.now = Clock(m_incarnation);
        return false;
    }
    ++m_incarnation;
    --m_left.incarnations;
    m_peerIncarnation = event.tag & 0xff;
    return true;
}

void
Host::Learn()
{
    const TcpConnTcb& tcb = m_core.conn;
    constexpr uint32_t ignorant = In(St::CLOSED) | In(St::LISTEN) | In(St::SYN_SENT);
    for (const TcpConnEffect& effect : m_core.done)
    {
        m_opened =
            m_opened || (effect.kind == TcpConnEffect::MOVE && effect.row->to == St::ESTABLISHED);
    }
    const bool knows =
        std::any_of(m_core.done.begin(), m_core.done.end(), [](const TcpConnEffect& effect) {
            return effect.kind == TcpConnEffect::MOVE && !((ignorant >> effect.row->to) & 1);
        });
    const auto pair = std::make_pair(tcb.iss.GetValue(), tcb.irs.GetValue());
    if (knows && !Knew(pair.first, pair.second))
    {
        m_known.push_back(pair);
        std::sort(m_known.begin(), m_known.end());
    }
}

void
Host::Read(Outcome& outcome)
{
    auto& text = m_core.text;
    if (!text)
    {
        return;
    }
    for (const auto& run : text->Delivered())
    {
        // Old is what an incarnation sent before the one whose SYN was taken, and what was meant
        // for a connection before this one (half-open ones that came to nothing were none).
        const uint32_t sender = run.incarnation & 0xff;
        const uint32_t meant = run.incarnation >> 8;
        outcome.oldBytes |=
            run.length > 0 && (sender < m_peerIncarnation || (meant != 0 && meant <= m_lastOpened));
    }
    if (text->Unread() > 0 && State() != St::CLOSED && !m_core.conn.detached)
    {
        m_core.Receive(UINT32_MAX, outcome.bytes);
    }
    text->SetArriving(0);
    const TcpConnTcb& tcb = m_core.conn;
    if (text->Empty() && tcb.Outstanding() == 0 && !tcb.finSent)
    {
        text.reset(); // as a host gives the room of an idle connection back
    }
}

void
Host::Judge(const Event& event, Outcome& outcome) const
{
    const bool reset = event.kind == Event::ARRIVE && event.segment->Has(TCP_CONN_RST);
    for (const TcpConnSegment& segment : outcome.sent)
    {
        outcome.resetAnswered |= reset && segment.Has(TCP_CONN_RST);
    }
    for (const TcpConnEffect& effect : outcome.effects)
    {
        // A policy's own moves are declared by it; a mutation is no policy.
        const bool declared = effect.row && effect.row->policy &&
                              std::strcmp(effect.row->policy, "TcpConnMutation") != 0;
        outcome.illegal |=
            effect.kind == TcpConnEffect::MOVE && !declared && !IsLegalMove(*effect.row);
    }
}

void
Host::Renew()
{
    TcpConnCoreEnd fresh(m_rules);
    fresh.config = m_core.config;
    fresh.name = m_core.name;
    fresh.now = Clock(m_incarnation);
    m_core = fresh;
    m_peerIncarnation = 0;
    m_lastOpened = m_opened ? m_incarnation : m_lastOpened;
    m_opened = false;
    if (m_listener)
    {
        m_core.Call(Ev::PASSIVE_OPEN);
        m_core.Forget();
    }
}

bool
Host::Stuck() const
{
    const TcpConnTcb& tcb = m_core.conn;
    const auto set = [&tcb](TcpConnTimer timer) { return tcb.deadline[timer] != Time::Max(); };
    const bool sends = set(TCP_CONN_RETRANSMISSION) || set(TCP_CONN_PERSIST);
    if (tcb.ackPending > 0 && State() != St::TIME_WAIT && State() != St::CLOSED &&
        !set(TCP_CONN_DELAYED_ACK))
    {
        return true;
    }
    switch (State())
    {
    case St::SYN_SENT:
    case St::SYN_RCVD:
    case St::FIN_WAIT_1:
    case St::CLOSING:
    case St::LAST_ACK:
        return !sends;
    case St::ESTABLISHED:
    case St::CLOSE_WAIT:
        return tcb.Outstanding() > 0 && !sends;
    case St::FIN_WAIT_2:
        return tcb.detached && !set(TCP_CONN_FIN_WAIT_2);
    case St::TIME_WAIT:
        return !set(TCP_CONN_TIME_WAIT);
    default:
        return false;
    }
}

std::string
Host::Canonical() const
{
    // Not in it, because nothing that happens here depends on them: times and deadlines (whether a
    // timer is set is), estimates of the path, the back-off of the timeout.
    const TcpConnTcb& t = m_core.conn;
    Writer w;
    w << m_side << m_incarnation << m_peerIncarnation << m_lastOpened << m_opened << m_listener
      << m_left.opens << m_left.listens << m_left.incarnations << m_left.sends << m_left.aborts
      << m_left.crashes;
    for (const auto& [iss, irs] : m_known)
    {
        w << iss << irs;
    }
    w << static_cast<uint8_t>(State());
    if (State() == St::CLOSED || State() == St::LISTEN)
    {
        return w.Bytes();
    }
    w << t.iss << t.sndUna << t.sndNxt << t.sndWnd << t.maxSndWnd << t.sndWl1 << t.sndWl2 << t.irs
      << t.rcvNxt << t.rcvAdv << t.peerMss << t.sendMss << t.sndScale << t.rcvScale << t.retries
      << t.probes << t.ackPending;
    if (t.urgent)
    {
        w << t.rcvUp;
    }
    if (t.timestampsOk)
    {
        w << t.tsRecent << t.lastAckSent;
    }
    if (t.finSeen)
    {
        w << t.peerFin;
    }
    uint32_t bits = 0;
    for (const bool bit : {bool(t.passive),
                           bool(t.windowScaleOk),
                           bool(t.sackOk),
                           bool(t.timestampsOk),
                           bool(t.closing),
                           bool(t.finSent),
                           bool(t.finSeen),
                           bool(t.detached),
                           bool(t.receiveShut),
                           bool(t.ackNow),
                           bool(t.synRetransmitted),
                           bool(t.urgent),
                           bool(t.softError),
                           bool(t.probeDue),
                           bool(t.probed),
                           m_core.stashed.has_value(),
                           m_core.text.has_value()})
    {
        bits = bits << 1 | (bit ? 1 : 0);
    }
    for (const Time& deadline : t.deadline)
    {
        bits = bits << 1 | (deadline != Time::Max() ? 1 : 0);
    }
    w << bits;
    if (m_core.stashed)
    {
        w << m_core.stashedBy;
        Write(w, *m_core.stashed);
    }
    if (m_core.text)
    {
        w << m_core.text->Hash();
    }
    return w.Bytes();
}

bool
Host::SameText(const Host& o) const
{
    return !m_core.text || *m_core.text == *o.m_core.text;
}

} // namespace TcpConnExplorer
