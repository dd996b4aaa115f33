/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-trace-filter.h"

#include "ns3/abort.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/tcp-conn-impairment-text-private.h"
#include "ns3/tcp-conn-transition-table.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <sstream>

namespace ns3
{

namespace
{

/**
 * @param text digits
 * @param [out] number the number
 * @return whether the whole text is one
 */
template <typename T>
bool
ReadWhole(const std::string& text, T& number)
{
    const char* const end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    return result.ec == std::errc() && result.ptr == end;
}

/**
 * @param name name of a state in RFC 9293
 * @param [out] state the state
 * @return whether there is one
 */
bool
ReadState(const std::string& name, TcpSocket::TcpStates_t& state)
{
    for (int i = 0; i < TcpSocket::LAST_STATE; ++i)
    {
        state = static_cast<TcpSocket::TcpStates_t>(i);
        if (name == TcpConnStateName(state))
        {
            return true;
        }
    }
    return false;
}

/**
 * @param chosen an end that was chosen
 * @param ip address of an end of a connection
 * @param port its port
 * @param v6 whether the address is IPv6
 * @return whether it is the chosen one
 */
bool
IsEnd(const TcpConnImpairmentEndpoint& chosen, const TcpConnIp& ip, uint16_t port, bool v6)
{
    using Family = TcpConnImpairmentEndpoint::Family;
    if (chosen.port && !chosen.port->Has(port))
    {
        return false;
    }
    if (chosen.family == Family::ANY)
    {
        return true;
    }
    if ((chosen.family == Family::IPV6) != v6)
    {
        return false;
    }
    // An IPv4 address is in the last four bytes there, and in the first four here.
    const std::size_t skipped = v6 ? 0 : 12;
    for (uint32_t bit = skipped * 8; bit < chosen.prefix; ++bit)
    {
        const auto mask = static_cast<uint8_t>(0x80 >> (bit % 8));
        if ((chosen.address[bit / 8] ^ ip[bit / 8 - skipped]) & mask)
        {
            return false;
        }
    }
    return true;
}

} // namespace

TcpConnTraceFilter::TcpConnTraceFilter(const std::string& text)
{
    Parse(text);
}

TcpConnTraceFilter::TcpConnTraceFilter(const char* text)
{
    Parse(text);
}

void
TcpConnTraceFilter::Parse(const std::string& text)
{
    std::istringstream words(text);
    for (std::string word; words >> word;)
    {
        const std::size_t equals = word.find('=');
        std::istringstream values(equals == word.npos ? "" : word.substr(equals + 1));
        bool legal = false;
        for (std::string value; std::getline(values, value, ',');)
        {
            legal = AddWord(word.substr(0, equals), value);
            if (!legal)
            {
                break;
            }
        }
        NS_ABORT_MSG_UNLESS(legal,
                            "TcpConnTraceFilter: '"
                                << word << "' is none of host=<id>, listener=<address>:<port>, "
                                << "conn=<host>:<id>, state=<STATE>, cause=<event>[/<guard>]");
    }
}

bool
TcpConnTraceFilter::AddWord(const std::string& name, const std::string& value)
{
    const std::size_t colon = value.find(':');
    uint32_t node = 0;
    uint64_t id = 0;
    TcpConnImpairmentEndpoint end;
    TcpSocket::TcpStates_t state;
    if (name == "host" && ReadWhole(value, node))
    {
        AddHost(node);
    }
    else if (name == "listener" && TcpConnImpairmentText::ReadEndpoint(value, end))
    {
        m_ends.push_back(end);
        m_all = false;
    }
    else if (name == "conn" && colon != value.npos && ReadWhole(value.substr(0, colon), node) &&
             ReadWhole(value.substr(colon + 1), id))
    {
        AddConnection(node, id);
    }
    else if (name == "state" && ReadState(value, state))
    {
        AddState(state);
    }
    else if (name == "cause" && !value.empty())
    {
        AddCause(value);
    }
    else
    {
        return false;
    }
    return true;
}

TcpConnTraceFilter&
TcpConnTraceFilter::AddHost(uint32_t node)
{
    m_hosts.push_back(node);
    m_all = false;
    return *this;
}

TcpConnTraceFilter&
TcpConnTraceFilter::AddListener(const Address& end)
{
    TcpConnImpairmentEndpoint chosen;
    uint32_t port = 0;
    if (InetSocketAddress::IsMatchingType(end))
    {
        const InetSocketAddress at = InetSocketAddress::ConvertFrom(end);
        port = at.GetPort();
        if (at.GetIpv4() != Ipv4Address::GetAny())
        {
            chosen.family = TcpConnImpairmentEndpoint::Family::IPV4;
            chosen.prefix = 128;
            at.GetIpv4().Serialize(&chosen.address[12]);
        }
    }
    else
    {
        NS_ABORT_MSG_UNLESS(Inet6SocketAddress::IsMatchingType(end),
                            "TcpConnTraceFilter::AddListener: neither InetSocketAddress nor "
                            "Inet6SocketAddress");
        const Inet6SocketAddress at = Inet6SocketAddress::ConvertFrom(end);
        port = at.GetPort();
        if (at.GetIpv6() != Ipv6Address::GetAny())
        {
            chosen.family = TcpConnImpairmentEndpoint::Family::IPV6;
            chosen.prefix = 128;
            at.GetIpv6().Serialize(chosen.address.data());
        }
    }
    chosen.port = TcpConnImpairmentRange{port, port};
    m_ends.push_back(chosen);
    m_all = false;
    return *this;
}

TcpConnTraceFilter&
TcpConnTraceFilter::AddConnection(uint32_t node, uint64_t id)
{
    m_connections.emplace_back(node, id);
    m_all = false;
    return *this;
}

TcpConnTraceFilter&
TcpConnTraceFilter::AddState(TcpSocket::TcpStates_t state)
{
    m_states |= 1U << state;
    m_all = false;
    return *this;
}

TcpConnTraceFilter&
TcpConnTraceFilter::AddCause(const std::string& cause)
{
    m_causes.push_back(cause);
    m_all = false;
    return *this;
}

bool
TcpConnTraceFilter::TakesOrigin(uint32_t node, uint64_t id, const TcpConnKey& key) const
{
    if (!m_hosts.empty() && std::find(m_hosts.begin(), m_hosts.end(), node) == m_hosts.end())
    {
        return false;
    }
    if (!m_connections.empty() &&
        std::find(m_connections.begin(), m_connections.end(), std::make_pair(node, id)) ==
            m_connections.end())
    {
        return false;
    }
    return m_ends.empty() ||
           std::any_of(m_ends.begin(), m_ends.end(), [&key](const TcpConnImpairmentEndpoint& end) {
               return IsEnd(end, key.local, key.localPort, key.v6) ||
                      IsEnd(end, key.peer, key.peerPort, key.v6);
           });
}

bool
TcpConnTraceFilter::TakesCause(const char* cause) const
{
    return m_causes.empty() ||
           std::any_of(m_causes.begin(), m_causes.end(), [cause](const std::string& chosen) {
               return std::strncmp(cause, chosen.c_str(), chosen.size()) == 0 &&
                      (cause[chosen.size()] == '\0' || cause[chosen.size()] == '/');
           });
}

bool
TcpConnTraceFilter::Takes(const TcpConnTransition& t) const
{
    return m_all || ((m_states == 0 || (m_states & (1U << t.from | 1U << t.to)) != 0) &&
                     TakesCause(t.Cause()) && TakesOrigin(t.node, t.id, t.key));
}

bool
TcpConnTraceFilter::Takes(const TcpConnSegmentEvent& s) const
{
    return m_all || (m_states == 0 && m_causes.empty() && TakesOrigin(s.node, s.id, s.key));
}

} // namespace ns3
