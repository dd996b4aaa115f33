/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_HELPER_H
#define TCP_CONN_HELPER_H

#include "tcp-conn-trace-filter.h"

#include "ns3/node-container.h"
#include "ns3/object-factory.h"
#include "ns3/output-stream-wrapper.h"

#include <string>
#include <utility>

namespace ns3
{

/** @ingroup tcp-conn
 * Adds this TCP to nodes that have an internet stack, beside the TCP that they have: its sockets
 * are made by ns3::TcpConnSocketFactory.  TcpConnStackHelper installs a whole stack instead.
 *
 * A policy is named by its TypeId and attributes:
 * SetAdmission("ns3::TcpConnBacklog", "Backlog", UintegerValue(128)).
 */
class TcpConnHelper
{
  public:
    TcpConnHelper();

    /**
     * Set an attribute of ns3::TcpConnL4Protocol.
     * @param name its name
     * @param value its value
     */
    void Set(const std::string& name, const AttributeValue& value);

    /** How connections are opened. @param type TypeId @param attributes names and values */
    template <typename... Ts>
    void SetHandshake(const std::string& type, Ts&&... attributes)
    {
        SetPolicy("Handshake", type, std::forward<Ts>(attributes)...);
    }

    /** How connections are released. @param type TypeId @param attributes names and values */
    template <typename... Ts>
    void SetRelease(const std::string& type, Ts&&... attributes)
    {
        SetPolicy("Release", type, std::forward<Ts>(attributes)...);
    }

    /** Initial sequence numbers. @param type TypeId @param attributes names and values */
    template <typename... Ts>
    void SetIsn(const std::string& type, Ts&&... attributes)
    {
        SetPolicy("Isn", type, std::forward<Ts>(attributes)...);
    }

    /** Which SYNs a listener takes. @param type TypeId @param attributes names and values */
    template <typename... Ts>
    void SetAdmission(const std::string& type, Ts&&... attributes)
    {
        SetPolicy("Admission", type, std::forward<Ts>(attributes)...);
    }

    /** Which segments are believed. @param type TypeId @param attributes names and values */
    template <typename... Ts>
    void SetSegmentCheck(const std::string& type, Ts&&... attributes)
    {
        SetPolicy("SegmentCheck", type, std::forward<Ts>(attributes)...);
    }

    /** TIME-WAIT. @param type TypeId @param attributes names and values */
    template <typename... Ts>
    void SetTimeWait(const std::string& type, Ts&&... attributes)
    {
        SetPolicy("TimeWait", type, std::forward<Ts>(attributes)...);
    }

    /** Retransmission schedule. @param type TypeId @param attributes names and values */
    template <typename... Ts>
    void SetRetry(const std::string& type, Ts&&... attributes)
    {
        SetPolicy("Retry", type, std::forward<Ts>(attributes)...);
    }

    /** What ICMP errors mean. @param type TypeId @param attributes names and values */
    template <typename... Ts>
    void SetIcmp(const std::string& type, Ts&&... attributes)
    {
        SetPolicy("Icmp", type, std::forward<Ts>(attributes)...);
    }

    /**
     * @param node a node; ends the program if it has this protocol already
     */
    void Install(Ptr<Node> node) const;
    /** @param nodes nodes */
    void Install(NodeContainer nodes) const;

    /**
     * Fix the random numbers of hosts.
     * @param nodes nodes that have this protocol
     * @param stream first stream
     * @return streams used
     */
    static int64_t AssignStreams(NodeContainer nodes, int64_t stream);

    // Traces: transitions and segments of hosts, in three forms.  A file whose name ends in ".gz"
    // is compressed.

    /**
     * Write lines of ASCII (format tcp-conn-trace 1): see TcpConnTraceWriter.
     * @param fileName name of the file
     * @param nodes nodes that have this protocol
     * @param filter which records; all without it
     */
    static void EnableTransitionAscii(const std::string& fileName,
                                      NodeContainer nodes,
                                      const TcpConnTraceFilter& filter = {});
    /**
     * The same to a stream.
     * @param stream the stream
     * @param nodes nodes that have this protocol
     * @param filter which records; all without it
     */
    static void EnableTransitionAscii(Ptr<OutputStreamWrapper> stream,
                                      NodeContainer nodes,
                                      const TcpConnTraceFilter& filter = {});
    /**
     * Write comma-separated values: see TcpConnCsvWriter.
     * @param fileName name of the file
     * @param nodes nodes that have this protocol
     * @param filter which records; all without it
     */
    static void EnableTransitionCsv(const std::string& fileName,
                                    NodeContainer nodes,
                                    const TcpConnTraceFilter& filter = {});
    /**
     * Write a capture whose packets have transitions as comments: see TcpConnPcapngWriter.
     * @param fileName name of the file
     * @param nodes nodes that have this protocol
     * @param filter which records; all without it
     */
    static void EnableTransitionPcapng(const std::string& fileName,
                                       NodeContainer nodes,
                                       const TcpConnTraceFilter& filter = {});

  private:
    /**
     * @param family attribute of the protocol
     * @param type TypeId of the policy
     * @param attributes names and values
     */
    template <typename... Ts>
    void SetPolicy(const char* family, const std::string& type, Ts&&... attributes)
    {
        ObjectFactory policy(type);
        SetAttributes(policy, std::forward<Ts>(attributes)...);
        m_factory.Set(family, ObjectFactoryValue(policy));
    }

    /** The end of a list of names and values. */
    static void SetAttributes(ObjectFactory& /* policy */)
    {
    }

    /**
     * @param policy the policy
     * @param name name of an attribute
     * @param value its value
     * @param more names and values
     */
    template <typename V, typename... Ts>
    static void SetAttributes(ObjectFactory& policy,
                              const std::string& name,
                              const V& value,
                              Ts&&... more)
    {
        policy.Set(name, value);
        SetAttributes(policy, std::forward<Ts>(more)...);
    }

    ObjectFactory m_factory; //!< Makes the protocol.
};

} // namespace ns3

#endif /* TCP_CONN_HELPER_H */
