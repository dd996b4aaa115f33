/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_FAST_OPEN_H
#define TCP_CONN_FAST_OPEN_H

#include "tcp-conn-handshake.h"
#include "tcp-conn-siphash.h"

#include "ns3/nstime.h"

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <tuple>
#include <unordered_set>

namespace ns3
{

/** @ingroup tcp-conn
 * What Fast Open keeps for a host: the cookies that its servers gave it, the key of those that it
 * gives itself, and what it has let in by them.
 */
struct TcpConnFastOpenState : public TcpConnPolicyState
{
    /** Whom a cookie is for: our address, the server's address (RFC 7413 section 4.1.3). */
    using Path = std::tuple<bool, TcpConnIp, TcpConnIp>;

    /** What is known of Fast Open with a server. */
    struct Entry
    {
        std::array<uint8_t, 16> cookie{}; //!< Its cookie.
        uint8_t length{0};                //!< Bytes of it; 0: none yet.
        uint16_t mss{0};                  //!< MSS that it advertised last; 0: none came.
        Time blockedUntil{0};             //!< A negative response: not tried before.
    };

    /** SYN data that were accepted, as a hash of connection and IRS, and until when that counts. */
    struct Accepted
    {
        Time until;    //!< 2 MSL after the SYN.
        uint64_t hash; //!< Of 4-tuple and IRS.
    };

    std::unique_ptr<TcpConnPolicyState> Copy() const override;

    TcpConnSipKey secret;                  //!< Server: what cookies and fingerprints are made with.
    std::map<Path, Entry> servers;         //!< Client: the cookie cache.
    std::deque<Path> order;                //!< Client: its entries, the oldest first.
    uint32_t pending{0};                   //!< Server: PendingFastOpenRequests.
    std::deque<Time> reset;                //!< Server: until when those that were reset count.
    std::deque<Accepted> accepted;         //!< Server: accepted SYN data, the oldest first.
    std::unordered_set<uint64_t> repeated; //!< Server: their hashes.
};

/** @ingroup tcp-conn
 * TCP Fast Open (RFC 7413): the client's SYN may carry text, with a cookie that an earlier SYN,ACK
 * of the server brought; the server gives the text to its application, which may answer, before
 * the third segment comes.
 *
 * A client's application calls Send() before Connect().  Without a cookie the SYN asks for one and
 * the text follows the handshake.
 */
class TcpConnFastOpen : public TcpConnHandshake
{
  public:
    static constexpr uint8_t COOKIE = 8; //!< Bytes of the cookies that are given.

    /** @return the TypeId. */
    static TypeId GetTypeId();
    std::vector<TcpConnRule> Rules() const override;
    std::unique_ptr<TcpConnPolicyState> CreateState(uint64_t seed) const override;

    bool TakesEarlyText() const override;
    uint32_t OfferText(const TcpConnOpening& opening,
                       uint16_t pathMss,
                       uint32_t queued,
                       TcpConnOptions& options) const override;
    void NoteAnswer(const TcpConnOpening& opening,
                    const TcpConnSegment& synAck,
                    const TcpConnTcb& tcb) const override;
    void NoteSilence(const TcpConnOpening& opening) const override;
    bool AcceptsText(const TcpConnOpening& opening, const TcpConnSegment& syn) const override;
    void TextAccepted(const TcpConnOpening& opening, const TcpConnSegment& syn) const override;
    void Grant(const TcpConnOpening& opening,
               const TcpConnSegment& syn,
               TcpConnOptions& options) const override;
    void PendingDone(const TcpConnOpening& opening, bool reset) const override;

  private:
    /** A cookie that this host gives. */
    using Cookie = std::array<uint8_t, COOKIE>;

    uint64_t Period(Time now) const;
    static Cookie MakeCookie(const TcpConnOpening& opening, uint64_t period);
    static bool IsCookie(const TcpConnOptions& options, const Cookie& cookie);
    TcpConnFastOpenState::Entry* Server(const TcpConnOpening& opening) const;
    TcpConnFastOpenState::Entry& Enter(const TcpConnOpening& opening) const;
    bool Remembers(const TcpConnOpening& opening, const TcpConnSegment& syn) const;

    uint32_t m_pendingLimit{0}; //!< PendingFastOpenRequests at most.
    Time m_resetHold;           //!< How long one that was reset still counts.
    Time m_keyLifetime;         //!< Time until the next key.
    bool m_allowReplay{false};  //!< SYN data may be delivered twice.
    uint32_t m_replayMemory{0}; //!< SYN data remembered at most.
    uint32_t m_cacheSize{0};    //!< Servers in the cookie cache at most.
    Time m_negativeLifetime;    //!< How long a negative response counts.
};

} // namespace ns3

#endif /* TCP_CONN_FAST_OPEN_H */
