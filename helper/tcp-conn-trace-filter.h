/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_TRACE_FILTER_H
#define TCP_CONN_TRACE_FILTER_H

#include "ns3/address.h"
#include "ns3/tcp-conn-impairment-rule.h"
#include "ns3/tcp-conn-trace.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{

/** @ingroup tcp-conn
 * Which records a trace takes: all, or those of chosen hosts, ends, connections, states and
 * causes.  Choices of one kind are alternatives; choices of different kinds must all be met.
 *
 * As text, choices are words separated by blanks, where an alternative may also follow a comma:
 *
 *     host=0,2                the hosts with these ids
 *     listener=10.1.1.2:80    a listener and its connections, at both hosts of each; an address
 *                             may be *, have a prefix length (10.1.0.0/16) or be in brackets
 *                             (IPv6), a port may be absent or a range (1024-2047)
 *     conn=0:7                connection 7 of host 0
 *     state=TIME-WAIT         transitions that enter or leave this state
 *     cause=rst               transitions with this cause: event, or event/guard
 *
 * A segment has neither a state nor a cause: with such choices, transitions alone are taken.
 */
class TcpConnTraceFilter
{
  public:
    /** Takes all. */
    TcpConnTraceFilter() = default;
    /** @param text choices; the program ends if there is an error in it */
    TcpConnTraceFilter(const std::string& text); // NOLINT(google-explicit-constructor)
    /** @param text as above */
    TcpConnTraceFilter(const char* text); // NOLINT(google-explicit-constructor)

    /** @param node id of a host @return this */
    TcpConnTraceFilter& AddHost(uint32_t node);
    /**
     * A listener and its connections, at both hosts of each; or a connection by one of its ends.
     * @param end InetSocketAddress or Inet6SocketAddress; an unspecified address stands for any
     * @return this
     */
    TcpConnTraceFilter& AddListener(const Address& end);
    /** @param node id of a host @param id a connection of it @return this */
    TcpConnTraceFilter& AddConnection(uint32_t node, uint64_t id);
    /** @param state transitions that enter or leave it @return this */
    TcpConnTraceFilter& AddState(TcpSocket::TcpStates_t state);
    /** @param cause "event", which is any guard of it too, or "event/guard" @return this */
    TcpConnTraceFilter& AddCause(const std::string& cause);

    /** @return whether all is taken. */
    bool TakesAll() const
    {
        return m_all;
    }

    /** @param t a transition @return whether it is taken */
    bool Takes(const TcpConnTransition& t) const;
    /** @param s a segment @return whether it is taken */
    bool Takes(const TcpConnSegmentEvent& s) const;

  private:
    void Parse(const std::string& text);
    bool AddWord(const std::string& name, const std::string& value);
    bool TakesOrigin(uint32_t node, uint64_t id, const TcpConnKey& key) const;
    bool TakesCause(const char* cause) const;

    bool m_all{true};                                         //!< No choice was made.
    std::vector<uint32_t> m_hosts;                            //!< Hosts.
    std::vector<TcpConnImpairmentEndpoint> m_ends;            //!< Ends of connections.
    std::vector<std::pair<uint32_t, uint64_t>> m_connections; //!< Connections.
    uint32_t m_states{0};                                     //!< Set of states: 1 << state.
    std::vector<std::string> m_causes;                        //!< Causes.
};

} // namespace ns3

#endif /* TCP_CONN_TRACE_FILTER_H */
