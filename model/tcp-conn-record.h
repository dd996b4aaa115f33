/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_RECORD_H
#define TCP_CONN_RECORD_H

#include "tcp-conn-policies.h"
#include "tcp-conn-pool.h"
#include "tcp-conn-settings.h"
#include "tcp-conn-table.h"
#include "tcp-conn-tcb.h"
#include "tcp-conn-timers.h"
#include "tcp-conn-transfer-prototype.h"

#include "ns3/assert.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"

#include <memory>
#include <utility>

namespace ns3
{

class TcpConnSocket;

/** @ingroup tcp-conn
 * What many connections share: settings, policies, and what their data phases are copied from.
 * It is never changed: who wants something else takes a changed copy.
 */
struct TcpConnProfile : public SimpleRefCount<TcpConnProfile>, public TcpConnPooled
{
    TcpConnSettings settings;                           //!< Settings.
    Ptr<const TcpConnPolicies> policies;                //!< Policies.
    Ptr<const TcpConnTransferPrototype> prototype;      //!< What data phases are copied from.
    std::shared_ptr<TcpConnPolicyState> isnState;       //!< What the ISN policy keeps.
    std::shared_ptr<TcpConnPolicyState> checkState;     //!< What the segment check keeps.
    std::shared_ptr<TcpConnPolicyState> handshakeState; //!< What the handshake policy keeps.
};

/** @ingroup tcp-conn
 * The kinds of records: a connection takes as much memory as its state needs.
 */
enum TcpConnKind : uint8_t
{
    TCP_CONN_FULL,      //!< TcpConnFull: opened actively, or established.
    TCP_CONN_HALF_OPEN, //!< TcpConnHalfOpen: SYN-RECEIVED of a listener.
    TCP_CONN_LATE,      //!< TcpConnLate: TIME-WAIT.
};

/** @ingroup tcp-conn
 * A connection in SYN-RECEIVED that was opened by a listener: what RFC 9293 needs to know of it,
 * and no more (RFC 4987 section 3.3).
 */
struct TcpConnHalfOpen : public TcpConnRecordHead
{
    static constexpr TcpConnKind KIND = TCP_CONN_HALF_OPEN; //!< Its kind.

    uint8_t retries{0};          //!< SYN,ACKs sent again.
    uint8_t tos{0};              //!< TOS or traffic class of the SYN.
    uint32_t iss{0};             //!< ISS.
    Time since;                  //!< When the SYN came.
    uint32_t irs{0};             //!< IRS.
    uint32_t tsRecent{0};        //!< TS.Recent.
    uint32_t listener{0};        //!< Number of its listener.
    uint16_t peerMss{536};       //!< MSS option of the peer.
    uint16_t pathMss{0};         //!< What the MTU allows.
    uint16_t sndWnd{0};          //!< Window of the SYN.
    uint16_t rcvWnd{0};          //!< Window of the SYN,ACK.
    uint16_t peerUserTimeout{0}; //!< User timeout option of the peer.
    uint8_t sndScale : 4;        //!< Snd.Wind.Shift.
    uint8_t rcvScale : 4;        //!< Rcv.Wind.Shift.
    bool windowScaleOk : 1;      //!< Agreed options.
    bool sackOk : 1;             //!< Agreed options.
    bool timestampsOk : 1;       //!< Agreed options.
    bool ecnOk : 1;              //!< Agreed options.
    bool synRetransmitted : 1;   //!< A SYN,ACK was sent again.

    /** @param connection its id @param key the 4-tuple */
    TcpConnHalfOpen(uint64_t connection, const TcpConnKey& key);

    /** Keep what matters of a block. @param tcb a block in SYN-RECEIVED */
    void Pack(const TcpConnTcb& tcb);
    /** Restore the block. @param [out] tcb the block */
    void Unpack(TcpConnTcb& tcb) const;
};

/** @ingroup tcp-conn
 * A connection in TIME-WAIT: enough to answer what comes late.
 */
struct TcpConnLate : public TcpConnRecordHead
{
    static constexpr TcpConnKind KIND = TCP_CONN_LATE; //!< Its kind.

    /** @param connection its id @param key the 4-tuple @param socket its socket */
    TcpConnLate(uint64_t connection, const TcpConnKey& key, const TcpConnSocket& socket);
    ~TcpConnLate();

    /** @return the socket; nullptr: the application has let go of it. */
    TcpConnSocket* Socket() const;
    /** @return settings and policies: the socket's, or those that it had. */
    Ptr<const TcpConnProfile> Profile() const;
    /** The socket is about to go. */
    void LetGo();

    /** Keep what matters of a block. @param tcb a block in TIME-WAIT */
    void Pack(const TcpConnTcb& tcb);
    /** Restore the block. @param [out] tcb the block */
    void Unpack(TcpConnTcb& tcb) const;

  private:
    uint8_t m_sndScale : 4;     //!< Snd.Wind.Shift.
    uint8_t m_rcvScale : 4;     //!< Rcv.Wind.Shift.
    bool m_timestampsOk : 1;    //!< Timestamps were agreed.
    bool m_held : 1;            //!< The application holds the socket.
    uint32_t m_sndNxt;          //!< SND.NXT.
    Time m_since;               //!< When TIME-WAIT began.
    uint32_t m_rcvNxt;          //!< RCV.NXT.
    uint32_t m_tsRecent;        //!< TS.Recent.
    uint32_t m_tsOffset;        //!< Our timestamp clock's start.
    int32_t m_tsAge;            //!< Age of TS.Recent when TIME-WAIT began, ms.
    TcpConnPool::Name m_keeper; //!< The socket if it is held, else a reference to the profile.
    uint16_t m_rcvWnd;          //!< RCV.WND, as a segment says it.
    uint16_t m_maxSndWnd;       //!< MAX.SND.WND, as a segment says it, rounded up.
};

/** @ingroup tcp-conn
 * A connection with all that RFC 9293 knows of it, and its socket.
 */
struct TcpConnFull : public TcpConnRecordHead
{
    static constexpr TcpConnKind KIND = TCP_CONN_FULL; //!< Its kind.

    TcpConnTcb tcb;            //!< Control block.
    Ptr<TcpConnSocket> socket; //!< Its socket: kept while the connection lives.

    /** @param connection its id @param key the 4-tuple @param of its socket */
    TcpConnFull(uint64_t connection, const TcpConnKey& key, Ptr<TcpConnSocket> of);
    ~TcpConnFull();
};

static_assert(sizeof(TcpConnHalfOpen) == 72, "with IPv4 addresses 80 bytes, 16 below the goal");
static_assert(sizeof(TcpConnLate) == 72, "with IPv4 addresses 80 bytes, 16 below the goal");

/**
 * Make a record.
 * @tparam Body what record
 * @param id id of the connection
 * @param key the 4-tuple
 * @param more what else its constructor takes
 * @return the record; to be deleted
 */
template <typename Body, typename... More>
Body*
TcpConnMakeRecord(uint64_t id, const TcpConnKey& key, More&&... more)
{
    return new (TcpConnRecordHead::AddressBytes(key.v6)) Body(id, key, std::forward<More>(more)...);
}

/**
 * @tparam Body what the record's kind says
 * @param head a record
 * @return the whole record
 */
template <typename Body>
Body&
TcpConnBody(TcpConnRecordHead& head)
{
    NS_ASSERT(head.kind == Body::KIND);
    return static_cast<Body&>(head);
}

} // namespace ns3

#endif /* TCP_CONN_RECORD_H */
