/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_STACK_HELPER_H
#define TCP_CONN_STACK_HELPER_H

#include "tcp-conn-helper.h"

#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-list-routing-helper.h"
#include "ns3/ipv6-list-routing-helper.h"
#include "ns3/net-device.h"
#include "ns3/node-container.h"

#include <memory>
#include <string>

namespace ns3
{

/** @ingroup tcp-conn
 * InternetStackHelper with this TCP: IPv4, IPv6, ARP, ICMP, UDP, traffic control and routing as it
 * installs them, TcpConnL4Protocol in the place of TcpL4Protocol.  ns3::TcpSocketFactory then
 * makes sockets of this module, so scripts and applications run unchanged.
 *
 * The members of InternetStackHelper have their meaning here, tracing included.
 */
class TcpConnStackHelper : public InternetStackHelper
{
  public:
    TcpConnStackHelper();

    /** Back to the settings of a new helper. */
    void Reset();
    /** @param routing how IPv4 routes; copied */
    void SetRoutingHelper(const Ipv4RoutingHelper& routing);
    /** @param routing how IPv6 routes; copied */
    void SetRoutingHelper(const Ipv6RoutingHelper& routing);
    /** @param enable install IPv4 (default) */
    void SetIpv4StackInstall(bool enable);
    /** @param enable install IPv6 (default) */
    void SetIpv6StackInstall(bool enable);
    /** @param enable ARP requests are sent after a random time (default) */
    void SetIpv4ArpJitter(bool enable);
    /** @param enable solicitations are sent after a random time (default) */
    void SetIpv6NsRsJitter(bool enable);

    /** @param node a node without internet stack; ends the program if it has one */
    void Install(Ptr<Node> node) const;
    /** @param nodeName name of the node (ns3::Names) */
    void Install(std::string nodeName) const;
    /** @param nodes nodes without internet stack */
    void Install(NodeContainer nodes) const;
    /** Install on all nodes that there are. */
    void InstallAll() const;

    /**
     * Fix the random numbers of the hosts.
     * @param nodes the nodes
     * @param stream first stream
     * @return streams used
     */
    int64_t AssignStreams(NodeContainer nodes, int64_t stream);

    // The protocol: see TcpConnHelper.

    /** @copydoc TcpConnHelper::Set */
    void Set(const std::string& name, const AttributeValue& value);

    /** @copydoc TcpConnHelper::SetHandshake */
    template <typename... Ts>
    void SetHandshake(const std::string& type, Ts&&... attributes)
    {
        m_tcp.SetHandshake(type, std::forward<Ts>(attributes)...);
    }

    /** @copydoc TcpConnHelper::SetRelease */
    template <typename... Ts>
    void SetRelease(const std::string& type, Ts&&... attributes)
    {
        m_tcp.SetRelease(type, std::forward<Ts>(attributes)...);
    }

    /** @copydoc TcpConnHelper::SetIsn */
    template <typename... Ts>
    void SetIsn(const std::string& type, Ts&&... attributes)
    {
        m_tcp.SetIsn(type, std::forward<Ts>(attributes)...);
    }

    /** @copydoc TcpConnHelper::SetAdmission */
    template <typename... Ts>
    void SetAdmission(const std::string& type, Ts&&... attributes)
    {
        m_tcp.SetAdmission(type, std::forward<Ts>(attributes)...);
    }

    /** @copydoc TcpConnHelper::SetSegmentCheck */
    template <typename... Ts>
    void SetSegmentCheck(const std::string& type, Ts&&... attributes)
    {
        m_tcp.SetSegmentCheck(type, std::forward<Ts>(attributes)...);
    }

    /** @copydoc TcpConnHelper::SetTimeWait */
    template <typename... Ts>
    void SetTimeWait(const std::string& type, Ts&&... attributes)
    {
        m_tcp.SetTimeWait(type, std::forward<Ts>(attributes)...);
    }

    /** @copydoc TcpConnHelper::SetRetry */
    template <typename... Ts>
    void SetRetry(const std::string& type, Ts&&... attributes)
    {
        m_tcp.SetRetry(type, std::forward<Ts>(attributes)...);
    }

    /** @copydoc TcpConnHelper::SetIcmp */
    template <typename... Ts>
    void SetIcmp(const std::string& type, Ts&&... attributes)
    {
        m_tcp.SetIcmp(type, std::forward<Ts>(attributes)...);
    }

    // Traces: see TcpConnHelper.

    /** Lines of ASCII. @param fileName name of the file @param nodes nodes @param filter which
     * records; all without it */
    void EnableTransitionAscii(const std::string& fileName,
                               NodeContainer nodes,
                               const TcpConnTraceFilter& filter = {}) const;
    /** The same to a stream. @param stream the stream @param nodes nodes @param filter which
     * records; all without it */
    void EnableTransitionAscii(Ptr<OutputStreamWrapper> stream,
                               NodeContainer nodes,
                               const TcpConnTraceFilter& filter = {}) const;
    /** @copydoc TcpConnHelper::EnableTransitionCsv */
    void EnableTransitionCsv(const std::string& fileName,
                             NodeContainer nodes,
                             const TcpConnTraceFilter& filter = {}) const;
    /** @copydoc TcpConnHelper::EnableTransitionPcapng */
    void EnableTransitionPcapng(const std::string& fileName,
                                NodeContainer nodes,
                                const TcpConnTraceFilter& filter = {}) const;

  private:
    void InstallIpv4(Ptr<Node> node) const;
    void InstallIpv6(Ptr<Node> node) const;

    TcpConnHelper m_tcp;                           //!< The protocol.
    std::shared_ptr<Ipv4RoutingHelper> m_routing4; //!< IPv4 routing.
    std::shared_ptr<Ipv6RoutingHelper> m_routing6; //!< IPv6 routing.
    bool m_ipv4{true};                             //!< Install IPv4.
    bool m_ipv6{true};                             //!< Install IPv6.
    bool m_arpJitter{true};                        //!< ARP jitter.
    bool m_solicitationJitter{true};               //!< Solicitation jitter.
};

} // namespace ns3

#endif /* TCP_CONN_STACK_HELPER_H */
