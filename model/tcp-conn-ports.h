/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_PORTS_H
#define TCP_CONN_PORTS_H

#include "tcp-conn-key.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace ns3
{

/** @ingroup tcp-conn
 * The local ports of a host, and the choice of ephemeral ones (RFC 6056).
 *
 * A port is free for a connection if no other connection from the same local address to the same
 * peer and peer's port has it, and nobody holds it: so a host may open as many connections as the
 * range has ports to each destination.
 *
 * The choice is algorithm 3 of RFC 6056 (section 3.3.3): a counter of the host plus an offset that
 * hangs on the destination and the seed, from there the next free port.  What is in use is kept
 * as bits, one set a destination: a choice is O(1) as the counter goes round, with nearly all
 * ports in use too, and that none is left is known at once.  Nothing is on the heap while nothing
 * is in use.
 */
class TcpConnPorts
{
  public:
    /** Says whether a port cannot be used for a reason that is not known here. */
    using IsTaken = std::function<bool(uint16_t port)>;

    /** First port of the default range (RFC 6335 section 6, dynamic ports). */
    static constexpr uint16_t FIRST = 49152;
    /** Last port of the default range. */
    static constexpr uint16_t LAST = 65535;

    /** @param seed of the choice: the same seed, the same ports. */
    explicit TcpConnPorts(uint64_t seed = 0);
    ~TcpConnPorts();
    TcpConnPorts(const TcpConnPorts&) = delete;
    TcpConnPorts& operator=(const TcpConnPorts&) = delete;

    /** @param seed of the choice from now on. */
    void SetSeed(uint64_t seed);

    /**
     * Set the range of ephemeral ports.  What is in use stays so.
     * @param first first port, 1 or more
     * @param last last port, not below @p first
     * @return false, and nothing done: there is no such range
     */
    bool SetRange(uint16_t first, uint16_t last);

    /** @return the first port of the range. */
    uint16_t First() const
    {
        return m_first;
    }

    /** @return the last port of the range. */
    uint16_t Last() const
    {
        return m_last;
    }

    /**
     * Choose an ephemeral port.  It is not yet taken by that.
     * @param key local address, peer and peer's port of the connection to be; its local port is
     *            not looked at.  The peer may be unspecified.
     * @param isTaken asked for each port that is free here; meant for what is rare (connections
     *                that were not entered with Take, ports of another TCP).  Empty: none is.
     * @return the port; 0: none is left (EADDRNOTAVAIL)
     */
    uint16_t Choose(const TcpConnKey& key, const IsTaken& isTaken);

    /**
     * A connection uses its local port, chosen or not.  Only those with a port in the range need
     * be told, and those that the predicate of Choose does not know.
     * @param key the 4-tuple
     * @return false, and nothing done: it is in use already
     */
    bool Take(const TcpConnKey& key);

    /**
     * A connection ends, TIME-WAIT included.
     * @param key the 4-tuple that was taken
     * @return false, and nothing done: it was not
     */
    bool Release(const TcpConnKey& key);

    /**
     * A socket is bound to a port, or listens: it is not chosen for any connection.  Counted:
     * several may hold one port.
     * @param port local port
     */
    void Hold(uint16_t port);

    /**
     * One that held a port lets it go.
     * @param port local port
     * @return false, and nothing done: nobody holds it
     */
    bool Unhold(uint16_t port);

    /**
     * @param port local port
     * @return how many hold it
     */
    uint32_t Holders(uint16_t port) const;

    /** A connection has this local port, opened by either side. @param port local port */
    void Enter(uint16_t port);

    /** A connection that had this local port has ended. @param port local port */
    void Leave(uint16_t port);

    /** @param port local port @return whether a connection has it */
    bool InUse(uint16_t port) const;

    /**
     * @param key local address, peer and peer's port
     * @return ports taken for that destination
     */
    std::size_t Taken(const TcpConnKey& key) const;

    /** @return bytes on the heap, about: O(destinations). */
    std::size_t HeapBytes() const;

    /** @return whether nothing is in use, and so nothing on the heap. */
    bool Empty() const
    {
        return !m_book;
    }

    /** @return sets of 64 ports looked at by all choices so far: the work done. */
    uint64_t Looks() const
    {
        return m_looks;
    }

  private:
    struct Book;

    /**
     * @param key a 4-tuple
     * @return a name for all but its local port.  Should two destinations ever share one, they
     *         share their ports.
     */
    static uint64_t Destination(const TcpConnKey& key);
    /** @return what is in use, made if need be. */
    Book& MakeBook();
    /** Drop the book if it is empty. */
    void Trim();

    uint64_t m_seed;              //!< Seed of the offsets.
    uint64_t m_looks{0};          //!< Sets of ports looked at.
    uint32_t m_next{0};           //!< next_ephemeral of RFC 6056.
    uint16_t m_first{FIRST};      //!< First port of the range.
    uint16_t m_last{LAST};        //!< Last port of the range.
    std::unique_ptr<Book> m_book; //!< What is in use.
};

} // namespace ns3

#endif /* TCP_CONN_PORTS_H */
