/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_WORKLOAD_HELPER_H
#define TCP_CONN_WORKLOAD_HELPER_H

#include "ns3/address.h"
#include "ns3/application-container.h"
#include "ns3/node-container.h"
#include "ns3/object-factory.h"

#include <cstdint>
#include <string>

namespace ns3
{

/** @ingroup tcp-conn
 * Installs applications of one type: what the helpers of the workload share.
 */
class TcpConnWorkloadHelper
{
  public:
    /** @param type TypeId of the application */
    explicit TcpConnWorkloadHelper(const std::string& type);

    /**
     * Set an attribute of the applications that are installed from now on.
     * @param name its name
     * @param value its value; a random variable given as text becomes one of its own for each
     *        application, one given as pointer is shared
     */
    void SetAttribute(const std::string& name, const AttributeValue& value);

    /** @param node a node @return its new application */
    ApplicationContainer Install(Ptr<Node> node) const;
    /** @param nodeName name of a node (ns3::Names) @return its new application */
    ApplicationContainer Install(const std::string& nodeName) const;
    /** @param nodes nodes @return a new application for each */
    ApplicationContainer Install(NodeContainer nodes) const;

    /**
     * Fix the random numbers of the client and attacker applications among those given.
     * @param applications applications of any type
     * @param stream first stream
     * @return streams used
     */
    static int64_t AssignStreams(ApplicationContainer applications, int64_t stream);

  private:
    ObjectFactory m_factory; //!< Makes the applications.
};

/** @ingroup tcp-conn
 * Installs TcpConnWorkloadClient.
 */
class TcpConnWorkloadClientHelper : public TcpConnWorkloadHelper
{
  public:
    /** @param remote the server, InetSocketAddress or Inet6SocketAddress */
    explicit TcpConnWorkloadClientHelper(const Address& remote);
    /**
     * @param protocol TypeId of the socket factory, "ns3::TcpConnSocketFactory" for this module's
     *        TCP beside another
     * @param remote the server
     */
    TcpConnWorkloadClientHelper(const std::string& protocol, const Address& remote);
};

/** @ingroup tcp-conn
 * Installs TcpConnWorkloadServer.
 */
class TcpConnWorkloadServerHelper : public TcpConnWorkloadHelper
{
  public:
    /** @param local where to listen, InetSocketAddress or Inet6SocketAddress */
    explicit TcpConnWorkloadServerHelper(const Address& local);
    /** @param protocol TypeId of the socket factory @param local where to listen */
    TcpConnWorkloadServerHelper(const std::string& protocol, const Address& local);
};

/** @ingroup tcp-conn
 * Installs TcpConnAttacker.
 */
class TcpConnAttackerHelper : public TcpConnWorkloadHelper
{
  public:
    /**
     * @param kind "syn", "ack", "rst", "synack", "data" or "fin"
     * @param target address and port, InetSocketAddress or Inet6SocketAddress
     */
    TcpConnAttackerHelper(const std::string& kind, const Address& target);
};

} // namespace ns3

#endif /* TCP_CONN_WORKLOAD_HELPER_H */
