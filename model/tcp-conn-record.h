/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_RECORD_H
#define TCP_CONN_RECORD_H

#include "tcp-conn-policies.h"
#include "tcp-conn-settings.h"
#include "tcp-conn-table.h"
#include "tcp-conn-tcb.h"
#include "tcp-conn-timers.h"
#include "tcp-conn-transfer-prototype.h"

#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"

#include <memory>

namespace ns3
{

class TcpConnSocket;

/** @ingroup tcp-conn
 * What many connections share: settings, policies, and what their data phases are copied from.
 * It is never changed: who wants something else takes a changed copy.
 */
struct TcpConnProfile : public SimpleRefCount<TcpConnProfile>
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
 * The part of every record that waits for a time, and finds back to the record's head.
 */
struct TcpConnTimed : public TcpConnTimerNode
{
    uint8_t back{0}; //!< Bytes from the head to here.

    /** @return the head of the record. */
    TcpConnRecordHead& Head()
    {
        return *reinterpret_cast<TcpConnRecordHead*>(reinterpret_cast<uint8_t*>(this) - back);
    }
};

/** @ingroup tcp-conn
 * A connection in SYN-RECEIVED that was opened by a listener: what RFC 9293 needs to know of it,
 * and no more (RFC 4987 section 3.3).
 */
struct TcpConnHalfOpen : public TcpConnTimed
{
    static constexpr TcpConnKind KIND = TCP_CONN_HALF_OPEN; //!< Its kind.

    uint8_t retries{0};          //!< SYN,ACKs sent again.
    uint8_t tos{0};              //!< TOS or traffic class of the SYN.
    uint8_t sndScale : 4;        //!< Snd.Wind.Shift.
    uint8_t rcvScale : 4;        //!< Rcv.Wind.Shift.
    bool windowScaleOk : 1;      //!< Agreed options.
    bool sackOk : 1;             //!< Agreed options.
    bool timestampsOk : 1;       //!< Agreed options.
    bool ecnOk : 1;              //!< Agreed options.
    bool synRetransmitted : 1;   //!< A SYN,ACK was sent again.
    uint16_t peerMss{536};       //!< MSS option of the peer.
    uint16_t pathMss{0};         //!< What the MTU allows.
    uint16_t sndWnd{0};          //!< Window of the SYN.
    uint16_t rcvWnd{0};          //!< Window of the SYN,ACK.
    uint16_t peerUserTimeout{0}; //!< User timeout option of the peer.
    uint32_t iss{0};             //!< ISS.
    uint32_t irs{0};             //!< IRS.
    uint32_t tsRecent{0};        //!< TS.Recent.
    Time since;                  //!< When the SYN came.
    uint64_t listener{0};        //!< Id of its listener.

    /** Keep what matters of a block. @param tcb a block in SYN-RECEIVED */
    void Pack(const TcpConnTcb& tcb);
    /** Restore the block. @param [out] tcb the block */
    void Unpack(TcpConnTcb& tcb) const;
};

/** @ingroup tcp-conn
 * A connection in TIME-WAIT: enough to answer what comes late.
 */
struct TcpConnLate : public TcpConnTimed
{
    static constexpr TcpConnKind KIND = TCP_CONN_LATE; //!< Its kind.

    uint8_t rcvScale{0};               //!< Rcv.Wind.Shift.
    bool timestampsOk{false};          //!< Timestamps were agreed.
    uint32_t sndNxt{0};                //!< SND.NXT.
    uint32_t rcvNxt{0};                //!< RCV.NXT.
    uint32_t rcvWnd{0};                //!< RCV.WND.
    uint32_t maxSndWnd{0};             //!< MAX.SND.WND.
    uint32_t tsRecent{0};              //!< TS.Recent.
    uint32_t tsOffset{0};              //!< Our timestamp clock's start.
    Time since;                        //!< When TIME-WAIT began.
    Time tsRecentAge;                  //!< When TS.Recent was updated.
    TcpConnSocket* socket{nullptr};    //!< The socket, while the application holds it.
    Ptr<const TcpConnProfile> profile; //!< Settings and policies.

    /** Keep what matters of a block. @param tcb a block in TIME-WAIT */
    void Pack(const TcpConnTcb& tcb);
    /** Restore the block. @param [out] tcb the block */
    void Unpack(TcpConnTcb& tcb) const;
};

/** @ingroup tcp-conn
 * A connection with all that RFC 9293 knows of it, and its socket.
 */
struct TcpConnFull : public TcpConnTimed
{
    static constexpr TcpConnKind KIND = TCP_CONN_FULL; //!< Its kind.

    TcpConnTcb tcb;            //!< Control block.
    Ptr<TcpConnSocket> socket; //!< Its socket: kept while the connection lives.
};

/** @ingroup tcp-conn
 * A record: head with addresses, and body.
 * @tparam Body TcpConnFull, TcpConnHalfOpen or TcpConnLate
 * @tparam N bytes of an address
 */
template <typename Body, std::size_t N>
struct TcpConnRecord : public TcpConnRecordHeadOf<N>, public Body
{
    /**
     * @param id id of the connection
     * @param key the 4-tuple
     */
    TcpConnRecord(uint64_t id, const TcpConnKey& key)
        : TcpConnRecordHeadOf<N>(id, Body::KIND, key)
    {
        const auto* head = reinterpret_cast<const uint8_t*>(static_cast<TcpConnRecordHead*>(this));
        const auto* timed = reinterpret_cast<const uint8_t*>(static_cast<TcpConnTimed*>(this));
        this->back = static_cast<uint8_t>(timed - head);
    }
};

/**
 * Make a record.
 * @tparam Body its body
 * @param id id of the connection
 * @param key the 4-tuple
 * @return the body; its head by Head()
 */
template <typename Body>
Body*
TcpConnMakeRecord(uint64_t id, const TcpConnKey& key)
{
    if (key.v6)
    {
        return new TcpConnRecord<Body, 16>(id, key);
    }
    return new TcpConnRecord<Body, 4>(id, key);
}

/**
 * @tparam Body the body that the record's kind says
 * @param head a record
 * @return its body
 */
template <typename Body>
Body&
TcpConnBody(TcpConnRecordHead& head)
{
    if (head.v6)
    {
        return static_cast<TcpConnRecord<Body, 16>&>(static_cast<TcpConnRecordHead6&>(head));
    }
    return static_cast<TcpConnRecord<Body, 4>&>(static_cast<TcpConnRecordHead4&>(head));
}

/**
 * Delete a record.
 * @tparam Body its body
 * @param body the body
 */
template <typename Body>
void
TcpConnDeleteRecord(Body* body)
{
    if (body->Head().v6)
    {
        delete static_cast<TcpConnRecord<Body, 16>*>(body);
    }
    else
    {
        delete static_cast<TcpConnRecord<Body, 4>*>(body);
    }
}

} // namespace ns3

#endif /* TCP_CONN_RECORD_H */
