/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-fast-open.h"

#include "tcp-conn-header.h"

#include "ns3/boolean.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3
{

namespace
{

/** @param opening a connection that opens @return what its host keeps */
TcpConnFastOpenState&
Kept(const TcpConnOpening& opening)
{
    return *static_cast<TcpConnFastOpenState*>(opening.state);
}

/** @param opening a connection that opens @return its path */
TcpConnFastOpenState::Path
PathOf(const TcpConnOpening& opening)
{
    return {opening.key.v6, opening.key.local, opening.key.peer};
}

/** @param opening a connection that opens @param syn its SYN @return what tells it from others */
uint64_t
Fingerprint(const TcpConnOpening& opening, const TcpConnSegment& syn)
{
    return TcpConnSipHash(Kept(opening).secret, opening.key, syn.seq.GetValue());
}

} // namespace

std::unique_ptr<TcpConnPolicyState>
TcpConnFastOpenState::Copy() const
{
    return std::make_unique<TcpConnFastOpenState>(*this);
}

NS_OBJECT_ENSURE_REGISTERED(TcpConnFastOpen);

TypeId
TcpConnFastOpen::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::TcpConnFastOpen")
            .SetParent<TcpConnHandshake>()
            .SetGroupName("TcpConn")
            .AddConstructor<TcpConnFastOpen>()
            .AddAttribute("PendingLimit",
                          "Server: connections of the host that were opened by a cookie and whose "
                          "SYN,ACK is not acknowledged yet, at most; beyond it SYNs get the "
                          "three-way handshake.  0: the host grants and takes no cookies.",
                          UintegerValue(128),
                          MakeUintegerAccessor(&TcpConnFastOpen::m_pendingLimit),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("ResetHold",
                          "Server: how long a connection that was reset before its SYN,ACK was "
                          "acknowledged still counts for PendingLimit (RFC 7413 section 5.1).",
                          TimeValue(Seconds(60)),
                          MakeTimeAccessor(&TcpConnFastOpen::m_resetHold),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("KeyLifetime",
                          "Server: after this time cookies are made with another key; those of the "
                          "key before are good for as long again.  0: the key stays.",
                          TimeValue(Hours(24)),
                          MakeTimeAccessor(&TcpConnFastOpen::m_keyLifetime),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("AllowReplay",
                          "Server: the application does not mind to get the text of a SYN twice "
                          "(RFC 7413 section 2.1).  false: a copy of a SYN whose text was taken "
                          "gets the three-way handshake for 2 MSL.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&TcpConnFastOpen::m_allowReplay),
                          MakeBooleanChecker())
            .AddAttribute("ReplayMemory",
                          "Server: SYNs remembered for that, at most; while there are so many, "
                          "further ones get the three-way handshake.",
                          UintegerValue(65536),
                          MakeUintegerAccessor(&TcpConnFastOpen::m_replayMemory),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("CacheSize",
                          "Client: servers whose cookies are kept, at most; the one that was met "
                          "first is forgotten first.",
                          UintegerValue(1024),
                          MakeUintegerAccessor(&TcpConnFastOpen::m_cacheSize),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("NegativeLifetime",
                          "Client: how long Fast Open is not tried with a server that did not "
                          "answer a SYN of it or did not take its text (RFC 7413 section 4.1.3.1).",
                          TimeValue(Seconds(60)),
                          MakeTimeAccessor(&TcpConnFastOpen::m_negativeLifetime),
                          MakeTimeChecker(Time(0)));
    return tid;
}

std::vector<TcpConnRule>
TcpConnFastOpen::Rules() const
{
    using Ev = TcpConnEvent;
    using Gu = TcpConnGuard;
    using Ac = TcpConnAction;
    constexpr int same = TcpConnRule::SAME;
    constexpr auto next = TcpConnThen::NEXT;
    constexpr auto drop = TcpConnThen::DROP;
    constexpr auto done = TcpConnThen::DONE;
    constexpr uint16_t listen = TcpConnRule::In(TcpSocket::LISTEN);
    constexpr uint16_t received = TcpConnRule::In(TcpSocket::SYN_RCVD);
    // States beyond SYN-RECEIVED that CLOSE and FIN lead to while our SYN is not acknowledged.
    constexpr uint16_t beyond = TcpConnRule::In(TcpSocket::FIN_WAIT_1,
                                                TcpSocket::CLOSE_WAIT,
                                                TcpSocket::CLOSING,
                                                TcpSocket::LAST_ACK);
    constexpr int syn = TcpSocket::SYN_RCVD;
    constexpr int established = TcpSocket::ESTABLISHED;
    constexpr int finWait1 = TcpSocket::FIN_WAIT_1;
    constexpr int closeWait = TcpSocket::CLOSE_WAIT;
    constexpr int closed = TcpSocket::CLOSED;
    constexpr const char* server = "RFC 7413 4.2.2";
    // clang-format off
    return {
        {listen, Ev::SYN, Gu::FAST_OPEN, syn, Ac::OPEN_FAST, next, server},
        {listen, Ev::SYN, Gu::FAST_OPEN_DECLINED, syn, Ac::OPEN_HALF, done, server},
        {received, Ev::SEND, Gu::FAST_OPENED, same, Ac::QUEUE_AND_SEND, done, server},
        {received, Ev::RECEIVE, Gu::FAST_OPENED, same, Ac::DELIVER, done, server},
        {received, Ev::CLOSE, Gu::ABRUPT, closed, Ac::RESET_PEER, done, "3.6.1"},
        {received, Ev::CLOSE, Gu::FAST_OPENED, finWait1, Ac::QUEUE_FIN, done, server},
        {beyond, Ev::SEQUENCE, Gu::REPEATED_FAST_SYN, same, Ac::REPEAT_SYN_ACK, drop, "3.10.7.4"},
        {received, Ev::RST, Gu::RESET_VALID_FAST, closed, Ac::RESET_BY_PEER, done, "3.10.7.4"},
        {received, Ev::SYN, Gu::FAST_OPENED, same, Ac::CHALLENGE_ACK, drop, "RFC 5961 4.2"},
        {received, Ev::ACK, Gu::ACK_OF_FAST_SYN, established, Ac::TAKE_ACK, next, server},
        {received, Ev::TEXT, Gu::FAST_OPENED, same, Ac::TAKE_TEXT, next, server},
        {received, Ev::FIN, Gu::FAST_OPENED, closeWait, Ac::TAKE_FIN, done, "3.10.7.4"}};
    // clang-format on
}

std::unique_ptr<TcpConnPolicyState>
TcpConnFastOpen::CreateState(uint64_t seed) const
{
    auto state = std::make_unique<TcpConnFastOpenState>();
    // Not the keys of ISNs and SYN cookies.
    state->secret = *TcpConnSipKey::Create(seed ^ 0x66617374206f706eULL);
    return state;
}

// Client

bool
TcpConnFastOpen::TakesEarlyText() const
{
    return true;
}

TcpConnFastOpenState::Entry*
TcpConnFastOpen::Server(const TcpConnOpening& opening) const
{
    auto& servers = Kept(opening).servers;
    const auto i = servers.find(PathOf(opening));
    return i == servers.end() ? nullptr : &i->second;
}

uint32_t
TcpConnFastOpen::OfferText(const TcpConnOpening& opening,
                           uint16_t pathMss,
                           uint32_t queued,
                           TcpConnOptions& options) const
{
    const TcpConnFastOpenState::Entry* entry = Server(opening);
    if (queued == 0 || (entry && opening.now < entry->blockedUntil))
    {
        return 0;
    }
    const uint8_t before = TcpConnHeader::OptionLength(options);
    options.present |= TcpConnOptions::FAST_OPEN;
    options.cookieLength = entry ? entry->length : 0;
    if (entry)
    {
        options.cookie = entry->cookie;
    }
    const uint32_t after = TcpConnHeader::OptionLength(options);
    if (after == before)
    {
        // RFC 7413 section 4.2.1, 1 (a): no room for the option, so the regular handshake.
        options.present &= ~TcpConnOptions::FAST_OPEN;
        options.cookieLength = 0;
        return 0;
    }
    if (options.cookieLength == 0)
    {
        return 0; // it is asked for
    }
    const uint32_t standard = opening.key.v6 ? 1220 : 536; // section 4.1.3
    const uint32_t fits = std::min<uint32_t>(entry->mss > 0 ? entry->mss : standard, pathMss);
    return std::min({fits > after ? fits - after : 0, opening.settings.segmentSize, queued});
}

void
TcpConnFastOpen::NoteAnswer(const TcpConnOpening& opening,
                            const TcpConnSegment& synAck,
                            const TcpConnTcb& tcb) const
{
    if (!tcb.fastOpenAsked)
    {
        return;
    }
    const TcpConnOptions& options = synAck.options;
    const bool granted = options.Has(TcpConnOptions::FAST_OPEN) && options.cookieLength > 0;
    if (granted)
    {
        TcpConnFastOpenState::Entry& entry = Enter(opening);
        entry.cookie = options.cookie;
        entry.length = options.cookieLength;
    }
    if (TcpConnFastOpenState::Entry* entry = Server(opening))
    {
        entry->mss = options.Has(TcpConnOptions::MSS) ? tcb.peerMss : entry->mss;
    }
    // Section 4.1.3.1: the text was not taken, or, as it seems, an answer came only to the SYN
    // that was sent again without option and text (section 4.2.3).
    const bool textTaken = synAck.ack > tcb.iss + 1;
    if (!granted && !textTaken && (tcb.synText > 0 || tcb.synRetransmitted))
    {
        NoteSilence(opening);
    }
}

void
TcpConnFastOpen::NoteSilence(const TcpConnOpening& opening) const
{
    Enter(opening).blockedUntil = opening.now + m_negativeLifetime;
}

TcpConnFastOpenState::Entry&
TcpConnFastOpen::Enter(const TcpConnOpening& opening) const
{
    TcpConnFastOpenState& state = Kept(opening);
    const auto [i, added] = state.servers.try_emplace(PathOf(opening));
    if (added)
    {
        state.order.push_back(i->first);
        if (state.order.size() > m_cacheSize)
        {
            state.servers.erase(state.order.front());
            state.order.pop_front();
        }
    }
    return i->second;
}

// Server

uint64_t
TcpConnFastOpen::Period(Time now) const
{
    return m_keyLifetime.IsZero()
               ? 0
               : static_cast<uint64_t>(now.GetTimeStep() / m_keyLifetime.GetTimeStep());
}

TcpConnFastOpen::Cookie
TcpConnFastOpen::MakeCookie(const TcpConnOpening& opening, uint64_t period)
{
    // Section 4.1.2: a keyed hash of the client's address.
    TcpConnKey client;
    client.peer = opening.key.peer;
    client.v6 = opening.key.v6;
    uint64_t hash = TcpConnSipHash(Kept(opening).secret, client, period);
    Cookie cookie;
    for (uint8_t& byte : cookie)
    {
        byte = static_cast<uint8_t>(hash);
        hash >>= 8;
    }
    return cookie;
}

bool
TcpConnFastOpen::IsCookie(const TcpConnOptions& options, const Cookie& cookie)
{
    return options.Has(TcpConnOptions::FAST_OPEN) && options.cookieLength == COOKIE &&
           std::equal(cookie.begin(), cookie.end(), options.cookie.begin());
}

bool
TcpConnFastOpen::Remembers(const TcpConnOpening& opening, const TcpConnSegment& syn) const
{
    TcpConnFastOpenState& state = Kept(opening);
    while (!state.accepted.empty() && state.accepted.front().until <= opening.now)
    {
        state.repeated.erase(state.accepted.front().hash);
        state.accepted.pop_front();
    }
    // What could not be remembered is treated as if it were.
    return state.accepted.size() >= m_replayMemory ||
           state.repeated.count(Fingerprint(opening, syn)) > 0;
}

bool
TcpConnFastOpen::AcceptsText(const TcpConnOpening& opening, const TcpConnSegment& syn) const
{
    if (!syn.options.Has(TcpConnOptions::FAST_OPEN))
    {
        return false;
    }
    TcpConnFastOpenState& state = Kept(opening);
    while (!state.reset.empty() && state.reset.front() <= opening.now)
    {
        state.reset.pop_front();
    }
    if (state.pending + state.reset.size() >= m_pendingLimit)
    {
        return false;
    }
    const uint64_t period = Period(opening.now);
    const bool valid = IsCookie(syn.options, MakeCookie(opening, period)) ||
                       (period > 0 && IsCookie(syn.options, MakeCookie(opening, period - 1)));
    return valid && (m_allowReplay || !Remembers(opening, syn));
}

void
TcpConnFastOpen::TextAccepted(const TcpConnOpening& opening, const TcpConnSegment& syn) const
{
    TcpConnFastOpenState& state = Kept(opening);
    ++state.pending;
    if (!m_allowReplay)
    {
        const uint64_t hash = Fingerprint(opening, syn);
        const Time msl = opening.settings.msl;
        const Time until =
            msl < (Time::Max() - opening.now) / 2 ? opening.now + msl * 2 : Time::Max();
        if (state.repeated.insert(hash).second)
        {
            state.accepted.push_back({until, hash});
        }
    }
}

void
TcpConnFastOpen::Grant(const TcpConnOpening& opening,
                       const TcpConnSegment& syn,
                       TcpConnOptions& options) const
{
    const Cookie cookie = MakeCookie(opening, Period(opening.now));
    if (m_pendingLimit == 0 || !syn.options.Has(TcpConnOptions::FAST_OPEN) ||
        IsCookie(syn.options, cookie))
    {
        return;
    }
    options.present |= TcpConnOptions::FAST_OPEN;
    options.cookieLength = COOKIE;
    std::copy(cookie.begin(), cookie.end(), options.cookie.begin());
}

void
TcpConnFastOpen::PendingDone(const TcpConnOpening& opening, bool reset) const
{
    TcpConnFastOpenState& state = Kept(opening);
    --state.pending;
    if (reset)
    {
        state.reset.push_back(opening.now + m_resetHold);
    }
}

} // namespace ns3
