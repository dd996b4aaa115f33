/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-bound.h"

#include "tcp-conn-socket.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>

namespace ns3
{

/** The first socket of each list. */
struct TcpConnBound::Ports
{
    boost::unordered_flat_map<uint16_t, TcpConnSocket*> first; //!< By port; none is nullptr.
};

TcpConnBound::TcpConnBound() = default;
TcpConnBound::~TcpConnBound() = default;

void
TcpConnBound::Add(TcpConnSocket& socket)
{
    if (!m_ports)
    {
        m_ports = std::make_unique<Ports>();
    }
    TcpConnSocket*& first = m_ports->first[socket.m_name->key.localPort];
    socket.m_name->nextBound = first;
    first = &socket;
}

bool
TcpConnBound::Remove(TcpConnSocket& socket)
{
    if (!m_ports)
    {
        return false;
    }
    const auto at = m_ports->first.find(socket.m_name->key.localPort);
    if (at == m_ports->first.end())
    {
        return false;
    }
    TcpConnSocket** link = &at->second;
    while (*link && *link != &socket)
    {
        link = &(*link)->m_name->nextBound;
    }
    if (!*link)
    {
        return false;
    }
    *link = socket.m_name->nextBound;
    socket.m_name->nextBound = nullptr;
    if (!at->second)
    {
        m_ports->first.erase(at);
    }
    if (m_ports->first.empty())
    {
        m_ports.reset();
    }
    return true;
}

std::vector<TcpConnSocket*>
TcpConnBound::On(uint16_t port) const
{
    std::vector<TcpConnSocket*> sockets;
    if (!m_ports)
    {
        return sockets;
    }
    const auto at = m_ports->first.find(port);
    TcpConnSocket* socket = at == m_ports->first.end() ? nullptr : at->second;
    for (; socket; socket = socket->m_name->nextBound)
    {
        sockets.push_back(socket);
    }
    std::reverse(sockets.begin(), sockets.end());
    return sockets;
}

void
TcpConnBound::Clear()
{
    m_ports.reset();
}

} // namespace ns3
