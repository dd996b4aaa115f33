/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_BOUND_H
#define TCP_CONN_BOUND_H

#include <cstdint>
#include <memory>
#include <vector>

namespace ns3
{

class TcpConnSocket;

/** @ingroup tcp-conn
 * The sockets of a host that are bound, by port.  Those of one port make a list through
 * themselves, newest first: a bound socket costs the host a few bytes.
 */
class TcpConnBound
{
  public:
    TcpConnBound();
    ~TcpConnBound();

    /** @param socket a socket that is bound now, to the port in its key */
    void Add(TcpConnSocket& socket);

    /** @param socket a socket @return whether it was bound, and now is not */
    bool Remove(TcpConnSocket& socket);

    /** @param port a port @return the sockets bound to it, in the order in which they were */
    std::vector<TcpConnSocket*> On(uint16_t port) const;

    /** Forget all. */
    void Clear();

  private:
    struct Ports;

    std::unique_ptr<Ports> m_ports; //!< Made when the first socket is bound.
};

} // namespace ns3

#endif /* TCP_CONN_BOUND_H */
