/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_TABLE_H
#define TCP_CONN_TABLE_H

#include "tcp-conn-key.h"
#include "tcp-conn-timers.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace ns3
{

class TcpConnListener;

/** @ingroup tcp-conn
 * A hash of a 4-tuple, the same on every machine.  It has no secret but the seed: no defence
 * against an attacker outside the simulation.
 * @param seed the seed
 * @param key the 4-tuple
 * @return the hash; all bits are good
 */
uint64_t TcpConnKeyHash(uint64_t seed, const TcpConnKey& key);

/** @ingroup tcp-conn
 * What every record of a connection begins with: its deadline, its id and its 4-tuple.  Records
 * derive from it, and are made in the pool with room for the addresses behind them: 8 bytes for
 * IPv4 and 32 for IPv6.
 */
struct TcpConnRecordHead : public TcpConnTimerNode
{
    // In this order nothing is lost between them, nor before what a record adds.
    uint8_t kind;       //!< What record it is; the meaning is the owner's.
    bool v6 : 1;        //!< The addresses are IPv6.
    uint8_t words : 7;  //!< Bytes of the record before its addresses, in words of 8.
    uint64_t id : 48;   //!< Id of the connection, counted per node from 1.
    uint16_t localPort; //!< Local port, host byte order.
    uint16_t peerPort;  //!< Peer's port, host byte order.

    TcpConnRecordHead(const TcpConnRecordHead&) = delete;
    TcpConnRecordHead& operator=(const TcpConnRecordHead&) = delete;

    /** @param v6 whether addresses are IPv6 @return bytes that two of them take */
    static constexpr std::size_t AddressBytes(bool v6)
    {
        return v6 ? 32 : 8;
    }

    /** @return the 4-tuple. */
    TcpConnKey Key() const;
    /**
     * @param key a 4-tuple
     * @return whether it is that of this record
     */
    bool Matches(const TcpConnKey& key) const;
    /**
     * @param other another record
     * @return whether both have one 4-tuple
     */
    bool SameKey(const TcpConnRecordHead& other) const;

    /** @return the local and then the peer's address, of 4 or 16 bytes each. */
    const uint8_t* Addresses() const
    {
        return reinterpret_cast<const uint8_t*>(this) + words * 8;
    }

  protected:
    /**
     * @param recordId id of the connection
     * @param recordKind what record it is
     * @param bytes its size; AddressBytes() of room follow it
     * @param key the 4-tuple
     */
    TcpConnRecordHead(uint64_t recordId,
                      uint8_t recordKind,
                      std::size_t bytes,
                      const TcpConnKey& key);
    ~TcpConnRecordHead() = default;
};

/** @ingroup tcp-conn
 * The connections of a host, half-open ones and those in TIME-WAIT included: 4-tuple to record.
 * A hash set of names in the pool; it owns no record.  All operations are O(1).  An empty table
 * holds nothing on the heap; one that has shrunk to an eighth gives memory back.
 */
class TcpConnTable
{
  public:
    /** @param seed of the hash; the order of nothing that can be seen depends on it. */
    explicit TcpConnTable(uint64_t seed = 0);
    ~TcpConnTable();
    TcpConnTable(const TcpConnTable&) = delete;
    TcpConnTable& operator=(const TcpConnTable&) = delete;

    /**
     * @param key a 4-tuple
     * @return its record; nullptr: there is none
     */
    TcpConnRecordHead* Find(const TcpConnKey& key) const;

    /**
     * Enter a record.  Its key must not change while it is in the table.
     * @param record the record
     * @return false, and nothing done: its 4-tuple is in the table already
     */
    bool Insert(TcpConnRecordHead& record);

    /**
     * Take a record out.
     * @param record the record, still intact
     * @return false, and nothing done: this object is not in the table
     */
    bool Erase(const TcpConnRecordHead& record);

    /**
     * Put another record of the same 4-tuple in the place of one.
     * @param old the record in the table, still intact
     * @param record the one that replaces it
     * @return false, and nothing done: @p old is not in the table, or the 4-tuples differ
     */
    bool Replace(const TcpConnRecordHead& old, TcpConnRecordHead& record);

    /** @return the number of records. */
    std::size_t Size() const;

    /** @return all records in the order of their ids: for printing and for the end of a host. */
    std::vector<TcpConnRecordHead*> Sorted() const;

    /** @return bytes on the heap. */
    std::size_t HeapBytes() const;

  private:
    struct Set;

    uint64_t m_seed;            //!< Seed of the hash.
    std::unique_ptr<Set> m_set; //!< Made when the first record is entered.
};

/** @ingroup tcp-conn
 * Where a listener listens.
 */
struct TcpConnListenerAt
{
    /** Device: any. */
    static constexpr int32_t ANY_DEVICE = -1;

    TcpConnIp address{};        //!< Local address; all zero: any.
    uint16_t port{0};           //!< Local port.
    bool v6{false};             //!< The address is IPv6.
    bool dual{false};           //!< IPv6 and any address: IPv4 as well (not IPV6_V6ONLY).
    int32_t device{ANY_DEVICE}; //!< Index of the device it is bound to, or ANY_DEVICE.
};

/** @ingroup tcp-conn
 * The listeners of a host.  What may listen beside what (SO_REUSEADDR, SO_REUSEPORT) is the
 * caller's to decide: the table holds several, also at the very same place.  Finding one does not
 * depend on the number of listeners on other ports, and is logarithmic in those on the same.
 * An empty table holds nothing on the heap.  It owns no listener.
 */
class TcpConnListenerTable
{
  public:
    /** @param seed of the choice between listeners at the same place. */
    explicit TcpConnListenerTable(uint64_t seed = 0);
    ~TcpConnListenerTable();
    TcpConnListenerTable(const TcpConnListenerTable&) = delete;
    TcpConnListenerTable& operator=(const TcpConnListenerTable&) = delete;

    /**
     * Enter a listener.
     * @param at where it listens
     * @param listener the listener
     * @return false, and nothing done: this listener is there already
     */
    bool Add(const TcpConnListenerAt& at, TcpConnListener* listener);

    /**
     * Take a listener out.
     * @param at where it listens, as when it was entered
     * @param listener the listener
     * @return false, and nothing done: it is not there
     */
    bool Remove(const TcpConnListenerAt& at, TcpConnListener* listener);

    /**
     * Find who takes a SYN (RFC 9293 section 3.9.1: a specific address comes before the
     * unspecified one).  At equal addresses a listener bound to the device comes before others,
     * and then one of the segment's family alone before a dual one.  Between listeners at the very
     * same place the 4-tuple decides, so that a repeated SYN finds the same one.
     * @param key the 4-tuple, seen from this host
     * @param device index of the device that the segment came through
     * @return the listener; nullptr: none
     */
    TcpConnListener* Find(const TcpConnKey& key, int32_t device) const;

    /**
     * @param port a local port
     * @return all listeners there, in a fixed order: IPv4 first, by address, device, and age
     */
    std::vector<TcpConnListener*> OnPort(uint16_t port) const;

    /** @return all listeners, by port and then as OnPort. */
    std::vector<TcpConnListener*> All() const;

    /** @return the number of listeners. */
    std::size_t Size() const;

  private:
    struct Ports;

    uint64_t m_seed;                //!< Seed of the choice.
    std::unique_ptr<Ports> m_ports; //!< Made when the first listener is entered.
};

} // namespace ns3

#endif /* TCP_CONN_TABLE_H */
