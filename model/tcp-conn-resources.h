/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_RESOURCES_H
#define TCP_CONN_RESOURCES_H

#include "tcp-conn-record.h"

#include "ns3/traced-value.h"
#include "ns3/type-id.h"

#include <array>
#include <cstdint>

namespace ns3
{

/** @ingroup tcp-conn
 * What a connection holds of its host: allotted when it is opened, given back at its end.
 */
struct TcpConnAllotment
{
    uint32_t sendBuffer{0};    //!< Bytes that its send buffer may take.
    uint32_t receiveBuffer{0}; //!< Bytes that its receive buffer may take.
    uint32_t record{0};        //!< Bytes of its entry in the table of connections.
};

/** @ingroup tcp-conn
 * The resources of one host: entries in its table of connections, buffers, connections that no
 * application holds; how much of each is in use, what the limits are, and what was refused for
 * their sake.  As Linux's tcp_max_orphans, tcp_max_tw_buckets and tcp_mem; a limit of 0 is none.
 *
 * A half-open connection counts as a connection, but has no buffers: they are allotted when it is
 * established, at their full size (SndBufSize and RcvBufSize), and given back when TIME-WAIT
 * begins.  Each operation takes constant time.
 */
class TcpConnResources
{
  public:
    /** What is refused when a limit is reached. */
    enum Refusal : uint8_t
    {
        CONNECT,   //!< Connect: it fails with ERROR_AGAIN, where BSD says ENOBUFS.
        SYN,       //!< A SYN: it is dropped.
        ACK,       //!< The ACK that would establish a connection: it is dropped.
        ORPHAN,    //!< Close of an open connection: the peer is reset.
        TIME_WAIT, //!< TIME-WAIT: it ends as soon as it has begun.
        REFUSALS   //!< Number of these.
    };

    /**
     * Is there room for one more?
     * @param kind kind of its record
     * @param buffers bytes of its buffers, now or when it is established
     * @return whether no limit is exceeded
     */
    bool Fits(TcpConnKind kind, uint64_t buffers) const;

    /** @param bytes bytes of buffers @return whether they can be allotted. */
    bool BuffersFit(uint64_t bytes) const;

    /** A record is entered in the table. @param kind its kind @param v6 it is IPv6's */
    void Add(TcpConnKind kind, bool v6);
    /** A record is taken out of the table. @param kind its kind @param v6 it is IPv6's */
    void Remove(TcpConnKind kind, bool v6);
    /** A record takes another's place. @param from its kind @param to the other's @param v6 IPv6 */
    void Replace(TcpConnKind from, TcpConnKind to, bool v6);

    /** Buffers are allotted. @param bytes how many bytes */
    void Allot(uint64_t bytes);
    /** Buffers are given back. @param bytes how many bytes */
    void GiveBack(uint64_t bytes);

    /** An application lets go of an open connection. @return false: there are too many already */
    bool AddOrphan();
    /** An orphan has ended or is in TIME-WAIT. */
    void RemoveOrphan();

    /** Something is refused. @param what what */
    void Refuse(Refusal what);

    /** @return connections, half-open ones included, those in TIME-WAIT not. */
    uint32_t GetConnections() const;
    /** @return half-open connections of listeners. */
    uint32_t GetHalfOpen() const;
    /** @return connections in TIME-WAIT. */
    uint32_t GetTimeWait() const;
    /** @return connections that the application has closed and that have not ended. */
    uint32_t GetOrphans() const;
    /** @return bytes of buffers allotted. */
    uint64_t GetBufferMemory() const;
    /** @return bytes of all records in the table of connections. */
    uint64_t GetRecordMemory() const;
    /** @param what what @return how often it was refused. */
    uint64_t GetRefused(Refusal what) const;

    /** @param kind kind of a record @param v6 it is IPv6's @return its size in bytes. */
    static uint32_t RecordBytes(TcpConnKind kind, bool v6);

    /**
     * Give the class of the protocol the attributes that are limits, and the trace sources of the
     * levels.
     * @param tid TypeId of the protocol
     * @return the same
     */
    static TypeId Describe(TypeId tid);

  private:
    template <typename T>
    class Limit;
    template <typename T>
    class Level;

    uint32_t m_maxConnections{0};  //!< MaxConnections.
    uint32_t m_maxTimeWait{0};     //!< MaxTimeWait.
    uint32_t m_maxOrphans{0};      //!< MaxOrphans.
    uint64_t m_maxBufferMemory{0}; //!< MaxBufferMemory.

    TracedValue<uint32_t> m_connections{0};  //!< See GetConnections.
    TracedValue<uint32_t> m_halfOpen{0};     //!< See GetHalfOpen.
    TracedValue<uint32_t> m_timeWait{0};     //!< See GetTimeWait.
    TracedValue<uint32_t> m_orphans{0};      //!< See GetOrphans.
    TracedValue<uint64_t> m_bufferMemory{0}; //!< See GetBufferMemory.
    TracedValue<uint64_t> m_recordMemory{0}; //!< See GetRecordMemory.

    std::array<uint64_t, REFUSALS> m_refused{}; //!< By Refusal.
};

} // namespace ns3

#endif /* TCP_CONN_RESOURCES_H */
