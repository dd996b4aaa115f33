/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_RANDOM_WALK_WATCH_H
#define TCP_CONN_RANDOM_WALK_WATCH_H

#include "tcp-conn-random-walk-user.h"

#include "ns3/tcp-conn-l4-protocol.h"
#include "ns3/tcp-conn-policies.h"

#include <map>
#include <string>

/**
 * @file
 * @ingroup tcp-conn
 * Whoever watches a host of a random walk: what tcp-conn-trace check looks for in a trace.
 */

namespace ns3
{
namespace TcpConnRandomWalk
{

/** What is seen of one host. */
class Watch
{
  public:
    /** Segments of a walk beyond which it is taken to have no end. */
    static constexpr uint64_t MANY = 40000;

    /** @param world the walk @param tcp the host's protocol */
    Watch(World& world, Ptr<TcpConnL4Protocol> tcp);
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    /** Connections must have ended. */
    void Finish();

    /** @return segments that were sent */
    uint64_t GetSegments() const;
    /** @return what two runs of a walk have in common, a hash of all that was seen */
    uint64_t GetDigest() const;
    /** @return how often each row was taken, by "from event/guard to policy" */
    const std::map<std::string, uint64_t>& GetRows() const;

  private:
    /** A connection or listener. */
    struct Life
    {
        TcpSocket::TcpStates_t state{TcpSocket::CLOSED}; //!< Where it is.
        Time since;                                      //!< Since when.
        TcpConnKey key;                                  //!< Its name.
        bool over{false};                                //!< It has ended.
    };

    void OnTransition(const TcpConnTransition& t);
    void OnTx(const TcpConnSegmentEvent& sent);
    /** Is it a row of the connection's table? */
    void CheckRow(const TcpConnTransition& t);
    /** Does it go on where the one before has left off? */
    void CheckLife(const TcpConnTransition& t);
    /** Complain of a connection. */
    void Wrong(uint64_t id, const std::string& what);
    /** Take something into the digest. */
    void Mix(uint64_t value);

    World& m_world;                             //!< The walk.
    Ptr<TcpConnL4Protocol> m_tcp;               //!< The host's protocol.
    Ptr<TcpConnPolicies> m_policies;            //!< Policies of the host, made once more.
    std::map<uint64_t, Life> m_lives;           //!< Connections and listeners, by id.
    std::map<std::string, uint64_t> m_rows;     //!< Rows taken.
    uint64_t m_segments{0};                     //!< Segments sent.
    uint64_t m_digest{14695981039346656037ULL}; //!< Of all that was seen (FNV-1a).
};

} // namespace TcpConnRandomWalk
} // namespace ns3

#endif /* TCP_CONN_RANDOM_WALK_WATCH_H */
