/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_ADMISSION_H
#define TCP_CONN_ADMISSION_H

#include "tcp-conn-key.h"
#include "tcp-conn-policy.h"
#include "tcp-conn-segment.h"

#include "ns3/nstime.h"
#include "ns3/sequence-number.h"

namespace ns3
{

/** @ingroup tcp-conn
 * Which SYNs a listener takes, and where the connections wait.
 */
class TcpConnAdmission : public TcpConnPolicy
{
  public:
    /** What becomes of a SYN, or of the ACK that completes a connection. */
    enum class Verdict : uint8_t
    {
        ADMIT,  //!< It is taken.
        EVICT,  //!< It is taken in the place of the oldest half-open connection.
        COOKIE, //!< A SYN is answered by a cookie and forgotten.
        DROP,   //!< It is dropped: the client tries again.
        REFUSE, //!< It is answered by a reset.
    };

    /** @return the TypeId. */
    static TypeId GetTypeId();

    /**
     * @param halfOpen connections of the listener in SYN-RECEIVED
     * @param accepting connections that wait to be accepted
     * @return what becomes of one more SYN
     */
    virtual Verdict Admit(uint32_t halfOpen, uint32_t accepting) const = 0;

    /**
     * @param accepting connections that wait to be accepted
     * @return what becomes of one more that is established: ADMIT (the default), DROP or REFUSE
     */
    virtual Verdict Complete(uint32_t accepting) const;

    /** @return whether Admit may say EVICT: the listener then keeps the order of its SYNs. */
    virtual bool Evicts() const;

    /**
     * The initial sequence number that stands for a SYN.
     * @param key the connection
     * @param syn the SYN
     * @param now the time
     * @param state what this policy keeps for the listener
     * @param [in,out] timestamp our TSval; its low bits may be used
     * @return the cookie
     */
    virtual SequenceNumber32 MakeCookie(const TcpConnKey& key,
                                        const TcpConnSegment& syn,
                                        Time now,
                                        TcpConnPolicyState* state,
                                        uint32_t& timestamp) const;

    /**
     * Is this ACK the answer to a cookie?
     * @param key the connection
     * @param ack the ACK
     * @param now the time
     * @param state what this policy keeps for the listener
     * @param [out] syn what the SYN must have been
     * @return false (the default): it is not
     */
    virtual bool CheckCookie(const TcpConnKey& key,
                             const TcpConnSegment& ack,
                             Time now,
                             TcpConnPolicyState* state,
                             TcpConnSegment& syn) const;
};

/** @ingroup tcp-conn
 * A SYN queue and an accept queue, each of the length of the backlog, as Linux has them: a SYN is
 * dropped when either is full, and so is the ACK that completes a connection when the accept queue
 * is (tcp_abort_on_overflow: the peer is reset).
 */
class TcpConnBacklog : public TcpConnAdmission
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();
    std::vector<TcpConnRule> Rules() const override;
    Verdict Admit(uint32_t halfOpen, uint32_t accepting) const override;
    Verdict Complete(uint32_t accepting) const override;

  protected:
    /** @return the backlog. */
    uint32_t Backlog() const;

  private:
    uint32_t m_backlog{0};         //!< Length of each queue.
    bool m_abortOnOverflow{false}; //!< A full accept queue resets the peer.
};

/** @ingroup tcp-conn
 * A SYN cache (RFC 4987 section 3.4), FreeBSD's way: when it is full, the oldest half-open
 * connection makes room.  The accept queue, of the length of the backlog, is not looked at when a
 * SYN comes.
 */
class TcpConnSynCache : public TcpConnBacklog
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();
    Verdict Admit(uint32_t halfOpen, uint32_t accepting) const override;
    bool Evicts() const override;

  private:
    uint32_t m_limit{0}; //!< Half-open connections.
};

/** @ingroup tcp-conn
 * SYN cookies (RFC 4987 section 3.6): the SYN,ACK's sequence number says what a half-open
 * connection would remember: 3 bits of MSS, 5 of time, 24 of a keyed hash.  With timestamps their
 * low 6 bits keep window scale, SACK and ECN; without them these options are not used.
 */
class TcpConnSynCookies : public TcpConnBacklog
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();
    std::vector<TcpConnRule> Rules() const override;
    Verdict Admit(uint32_t halfOpen, uint32_t accepting) const override;
    std::unique_ptr<TcpConnPolicyState> CreateState(uint64_t seed) const override;
    SequenceNumber32 MakeCookie(const TcpConnKey& key,
                                const TcpConnSegment& syn,
                                Time now,
                                TcpConnPolicyState* state,
                                uint32_t& timestamp) const override;
    bool CheckCookie(const TcpConnKey& key,
                     const TcpConnSegment& ack,
                     Time now,
                     TcpConnPolicyState* state,
                     TcpConnSegment& syn) const override;

  private:
    bool m_always{false};       //!< Also while the queue has room.
    bool m_ignoreStrays{false}; //!< ACKs without a good cookie are dropped.
};

/** @ingroup tcp-conn
 * Every SYN is taken, as stock ns-3 does.
 */
class TcpConnUnlimited : public TcpConnAdmission
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();
    Verdict Admit(uint32_t halfOpen, uint32_t accepting) const override;
};

} // namespace ns3

#endif /* TCP_CONN_ADMISSION_H */
