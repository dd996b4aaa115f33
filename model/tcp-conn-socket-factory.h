/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_SOCKET_FACTORY_H
#define TCP_CONN_SOCKET_FACTORY_H

#include "ns3/ptr.h"
#include "ns3/socket-factory.h"
#include "ns3/tcp-socket-factory.h"

namespace ns3
{

class TcpConnL4Protocol;

/** @ingroup tcp-conn
 * Makes sockets of this module, beside whatever other TCP the node has:
 * Socket::CreateSocket(node, TypeId::LookupByName("ns3::TcpConnSocketFactory")).
 */
class TcpConnSocketFactory : public SocketFactory
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    /** @param tcp the protocol of the node. */
    void SetTcp(Ptr<TcpConnL4Protocol> tcp);

    /** @return a new TcpConnSocket, CLOSED, with the settings and policies of the node. */
    Ptr<Socket> CreateSocket() override;

  protected:
    /** The protocol is let go. */
    void DoDispose() override;

  private:
    Ptr<TcpConnL4Protocol> m_tcp; //!< The protocol.
};

/** @ingroup tcp-conn
 * Makes sockets of this module under the name ns3::TcpSocketFactory, on nodes that have no other
 * TCP: applications that name that factory use this module unchanged.
 */
class TcpConnStockSocketFactory : public TcpSocketFactory
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    /** @param tcp the protocol of the node. */
    void SetTcp(Ptr<TcpConnL4Protocol> tcp);

    /** @return a new TcpConnSocket, CLOSED, with the settings and policies of the node. */
    Ptr<Socket> CreateSocket() override;

  protected:
    /** The protocol is let go. */
    void DoDispose() override;

  private:
    Ptr<TcpConnL4Protocol> m_tcp; //!< The protocol.
};

} // namespace ns3

#endif /* TCP_CONN_SOCKET_FACTORY_H */
