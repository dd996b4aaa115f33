/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-admission.h"

#include "tcp-conn-siphash.h"

#include "ns3/boolean.h"
#include "ns3/uinteger.h"

#include <array>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(TcpConnAdmission);

TypeId
TcpConnAdmission::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::TcpConnAdmission").SetParent<TcpConnPolicy>().SetGroupName("TcpConn");
    return tid;
}

TcpConnAdmission::Verdict
TcpConnAdmission::Complete(uint32_t /* accepting */) const
{
    return Verdict::ADMIT;
}

bool
TcpConnAdmission::Evicts() const
{
    return false;
}

SequenceNumber32
TcpConnAdmission::MakeCookie(const TcpConnKey& /* key */,
                             const TcpConnSegment& /* syn */,
                             Time /* now */,
                             TcpConnPolicyState* /* state */,
                             uint32_t& /* timestamp */) const
{
    return SequenceNumber32(0);
}

bool
TcpConnAdmission::CheckCookie(const TcpConnKey& /* key */,
                              const TcpConnSegment& /* ack */,
                              Time /* now */,
                              TcpConnPolicyState* /* state */,
                              TcpConnSegment& /* syn */) const
{
    return false;
}

// Backlog

NS_OBJECT_ENSURE_REGISTERED(TcpConnBacklog);

TypeId
TcpConnBacklog::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::TcpConnBacklog")
            .SetParent<TcpConnAdmission>()
            .SetGroupName("TcpConn")
            .AddConstructor<TcpConnBacklog>()
            .AddAttribute("Backlog",
                          "Most half-open connections, and most that wait to be accepted, of one "
                          "listener.",
                          UintegerValue(4096),
                          MakeUintegerAccessor(&TcpConnBacklog::m_backlog),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("AbortOnOverflow",
                          "Reset a connection that is established while the accept queue is "
                          "full; false: its last ACK is dropped, and the SYN,ACK sent again.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&TcpConnBacklog::m_abortOnOverflow),
                          MakeBooleanChecker());
    return tid;
}

std::vector<TcpConnRule>
TcpConnBacklog::Rules() const
{
    constexpr uint16_t synReceived = TcpConnRule::In(TcpSocket::SYN_RCVD);
    return {{synReceived,
             TcpConnEvent::ACK,
             TcpConnGuard::ACCEPT_REFUSED,
             TcpSocket::LISTEN,
             TcpConnAction::RESET_REPLY,
             TcpConnThen::DROP,
             "RFC 4987"},
            {synReceived,
             TcpConnEvent::ACK,
             TcpConnGuard::ACCEPT_FULL,
             TcpConnRule::SAME,
             TcpConnAction::NOTHING,
             TcpConnThen::DROP,
             "RFC 4987"}};
}

uint32_t
TcpConnBacklog::Backlog() const
{
    return m_backlog;
}

TcpConnAdmission::Verdict
TcpConnBacklog::Admit(uint32_t halfOpen, uint32_t accepting) const
{
    // Linux calls the accept queue full when it is longer than the backlog.
    return halfOpen < m_backlog && accepting <= m_backlog ? Verdict::ADMIT : Verdict::DROP;
}

TcpConnAdmission::Verdict
TcpConnBacklog::Complete(uint32_t accepting) const
{
    if (accepting <= m_backlog)
    {
        return Verdict::ADMIT;
    }
    return m_abortOnOverflow ? Verdict::REFUSE : Verdict::DROP;
}

// SYN cache

NS_OBJECT_ENSURE_REGISTERED(TcpConnSynCache);

TypeId
TcpConnSynCache::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnSynCache")
                            .SetParent<TcpConnBacklog>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnSynCache>()
                            .AddAttribute("Limit",
                                          "Half-open connections that the cache holds.",
                                          UintegerValue(1024),
                                          MakeUintegerAccessor(&TcpConnSynCache::m_limit),
                                          MakeUintegerChecker<uint32_t>(1));
    return tid;
}

TcpConnAdmission::Verdict
TcpConnSynCache::Admit(uint32_t halfOpen, uint32_t /* accepting */) const
{
    return halfOpen < m_limit ? Verdict::ADMIT : Verdict::EVICT;
}

bool
TcpConnSynCache::Evicts() const
{
    return true;
}

// SYN cookies

namespace
{

constexpr uint32_t OPTION_BITS = 0x3f; //!< Low bits of a timestamp that keep options.
constexpr uint32_t NO_SCALE = 0xf;     //!< Window scale: not offered.
constexpr uint32_t SACK_BIT = 0x10;    //!< SACK permitted.
constexpr uint32_t ECN_BIT = 0x20;     //!< ECN asked for.
constexpr uint32_t TIME_BITS = 0x1f;   //!< Bits of the time in a cookie.
constexpr int64_t PERIOD_S = 64;       //!< Seconds that one value of the time lasts.
constexpr uint32_t LIFE = 2;           //!< Values for which a cookie is good.

/** MSS values that 3 bits name: common ones, from small to large. */
constexpr std::array<uint16_t, 8> MSS_TABLE = {64, 536, 1220, 1300, 1400, 1440, 1460, 8960};

/** @param mss an MSS @return index of the greatest value in the table that is not above it */
uint32_t
MssIndex(uint16_t mss)
{
    uint32_t index = 0;
    while (index + 1 < MSS_TABLE.size() && MSS_TABLE[index + 1] <= mss)
    {
        ++index;
    }
    return index;
}

/** @param now the time @return the time as a cookie counts it */
uint32_t
Period(Time now)
{
    return static_cast<uint32_t>(now.GetNanoSeconds() / 1000000000 / PERIOD_S);
}

/**
 * The part of a cookie that nobody can make without the key.
 * @param state the key
 * @param key the connection
 * @param irs the peer's initial sequence number
 * @param low what the cookie says in clear: time and MSS
 * @return 24 bits
 */
uint32_t
Seal(TcpConnPolicyState* state, const TcpConnKey& key, uint32_t irs, uint32_t low)
{
    const uint64_t word = (static_cast<uint64_t>(irs) << 32) | low;
    return static_cast<uint32_t>(
        TcpConnSipHash(static_cast<const TcpConnSipKey&>(*state), key, word) & 0xffffff);
}

} // namespace

NS_OBJECT_ENSURE_REGISTERED(TcpConnSynCookies);

TypeId
TcpConnSynCookies::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnSynCookies")
                            .SetParent<TcpConnBacklog>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnSynCookies>()
                            .AddAttribute("Always",
                                          "Answer every SYN by a cookie; false: only when the "
                                          "queue is full.",
                                          BooleanValue(false),
                                          MakeBooleanAccessor(&TcpConnSynCookies::m_always),
                                          MakeBooleanChecker())
                            .AddAttribute("IgnoreStrays",
                                          "Drop an ACK that returns no good cookie; false: it is "
                                          "answered by a reset (RFC 9293 section 3.10.7.2).",
                                          BooleanValue(false),
                                          MakeBooleanAccessor(&TcpConnSynCookies::m_ignoreStrays),
                                          MakeBooleanChecker());
    return tid;
}

std::vector<TcpConnRule>
TcpConnSynCookies::Rules() const
{
    constexpr uint16_t listen = TcpConnRule::In(TcpSocket::LISTEN);
    auto rules = TcpConnBacklog::Rules();
    rules.push_back({listen,
                     TcpConnEvent::SYN,
                     TcpConnGuard::COOKIE_DUE,
                     TcpConnRule::SAME,
                     TcpConnAction::SEND_COOKIE,
                     TcpConnThen::DONE,
                     "RFC 4987 3.6"});
    rules.push_back({listen,
                     TcpConnEvent::ACK,
                     TcpConnGuard::NO_ACK_BIT,
                     TcpConnRule::SAME,
                     TcpConnAction::NOTHING,
                     TcpConnThen::NEXT,
                     "3.10.7.2"});
    rules.push_back({listen,
                     TcpConnEvent::ACK,
                     TcpConnGuard::NOT_ADMITTED,
                     TcpConnRule::SAME,
                     TcpConnAction::NOTHING,
                     TcpConnThen::DROP,
                     "RFC 4987 3.6"});
    rules.push_back({listen,
                     TcpConnEvent::ACK,
                     TcpConnGuard::REFUSED,
                     TcpConnRule::SAME,
                     TcpConnAction::RESET_REPLY,
                     TcpConnThen::DROP,
                     "RFC 4987 3.6"});
    rules.push_back({listen,
                     TcpConnEvent::ACK,
                     TcpConnGuard::COOKIE_VALID,
                     TcpSocket::ESTABLISHED,
                     TcpConnAction::TAKE_COOKIE,
                     TcpConnThen::NEXT,
                     "RFC 4987 3.6"});
    if (m_ignoreStrays)
    {
        rules.push_back({listen,
                         TcpConnEvent::ACK,
                         TcpConnGuard::ALWAYS,
                         TcpConnRule::SAME,
                         TcpConnAction::NOTHING,
                         TcpConnThen::DROP,
                         "none: for study"});
    }
    return rules;
}

TcpConnAdmission::Verdict
TcpConnSynCookies::Admit(uint32_t halfOpen, uint32_t accepting) const
{
    if (accepting > Backlog())
    {
        return Verdict::DROP;
    }
    return m_always || halfOpen >= Backlog() ? Verdict::COOKIE : Verdict::ADMIT;
}

std::unique_ptr<TcpConnPolicyState>
TcpConnSynCookies::CreateState(uint64_t seed) const
{
    return TcpConnSipKey::Create(seed ^ 0x636f6f6b6965); // not the key of the ISNs
}

SequenceNumber32
TcpConnSynCookies::MakeCookie(const TcpConnKey& key,
                              const TcpConnSegment& syn,
                              Time now,
                              TcpConnPolicyState* state,
                              uint32_t& timestamp) const
{
    const TcpConnOptions& options = syn.options;
    if (options.Has(TcpConnOptions::TIMESTAMPS))
    {
        uint32_t bits = options.Has(TcpConnOptions::WINDOW_SCALE)
                            ? std::min<uint32_t>(options.windowScale, 14)
                            : NO_SCALE;
        bits |= options.Has(TcpConnOptions::SACK_PERMITTED) ? SACK_BIT : 0;
        bits |= syn.Has(TCP_CONN_ECE) && syn.Has(TCP_CONN_CWR) ? ECN_BIT : 0;
        // Never ahead of the clock: what is sent next must not look older (PAWS).
        const uint32_t marked = (timestamp & ~OPTION_BITS) | bits;
        timestamp = marked > timestamp ? marked - OPTION_BITS - 1 : marked;
    }
    const uint16_t mss =
        options.Has(TcpConnOptions::MSS) ? options.mss : static_cast<uint16_t>(key.v6 ? 1220 : 536);
    const uint32_t low = ((Period(now) & TIME_BITS) << 3) | MssIndex(mss);
    return SequenceNumber32((low << 24) | Seal(state, key, syn.seq.GetValue(), low));
}

bool
TcpConnSynCookies::CheckCookie(const TcpConnKey& key,
                               const TcpConnSegment& ack,
                               Time now,
                               TcpConnPolicyState* state,
                               TcpConnSegment& syn) const
{
    const uint32_t cookie = ack.ack.GetValue() - 1;
    const uint32_t irs = ack.seq.GetValue() - 1;
    const uint32_t low = cookie >> 24;
    const uint32_t age = (Period(now) - (low >> 3)) & TIME_BITS;
    if (ack.Has(TCP_CONN_SYN | TCP_CONN_RST) || age >= LIFE ||
        (cookie & 0xffffff) != Seal(state, key, irs, low))
    {
        return false;
    }
    syn = TcpConnSegment();
    syn.seq = SequenceNumber32(irs);
    syn.flags = TCP_CONN_SYN;
    syn.window = ack.window;
    syn.tos = ack.tos;
    syn.options.present = TcpConnOptions::MSS;
    syn.options.mss = MSS_TABLE[low & 0x7];
    if (ack.options.Has(TcpConnOptions::TIMESTAMPS))
    {
        const uint32_t bits = ack.options.tsEcr & OPTION_BITS;
        syn.options.present |= TcpConnOptions::TIMESTAMPS;
        syn.options.tsVal = ack.options.tsVal;
        if ((bits & NO_SCALE) != NO_SCALE)
        {
            syn.options.present |= TcpConnOptions::WINDOW_SCALE;
            syn.options.windowScale = bits & NO_SCALE;
        }
        syn.options.present |= (bits & SACK_BIT) ? TcpConnOptions::SACK_PERMITTED : 0;
        syn.flags |= (bits & ECN_BIT) ? TCP_CONN_ECE | TCP_CONN_CWR : 0;
    }
    return true;
}

// Unlimited

NS_OBJECT_ENSURE_REGISTERED(TcpConnUnlimited);

TypeId
TcpConnUnlimited::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnUnlimited")
                            .SetParent<TcpConnAdmission>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnUnlimited>();
    return tid;
}

TcpConnAdmission::Verdict
TcpConnUnlimited::Admit(uint32_t /* halfOpen */, uint32_t /* accepting */) const
{
    return Verdict::ADMIT;
}

} // namespace ns3
