/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-socket-factory.h"

#include "tcp-conn-l4-protocol.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(TcpConnSocketFactory);
NS_OBJECT_ENSURE_REGISTERED(TcpConnStockSocketFactory);

TypeId
TcpConnSocketFactory::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::TcpConnSocketFactory").SetParent<SocketFactory>().SetGroupName("TcpConn");
    return tid;
}

void
TcpConnSocketFactory::SetTcp(Ptr<TcpConnL4Protocol> tcp)
{
    m_tcp = tcp;
}

Ptr<Socket>
TcpConnSocketFactory::CreateSocket()
{
    return m_tcp->CreateSocket();
}

void
TcpConnSocketFactory::DoDispose()
{
    m_tcp = nullptr;
    SocketFactory::DoDispose();
}

TypeId
TcpConnStockSocketFactory::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnStockSocketFactory")
                            .SetParent<TcpSocketFactory>()
                            .SetGroupName("TcpConn");
    return tid;
}

void
TcpConnStockSocketFactory::SetTcp(Ptr<TcpConnL4Protocol> tcp)
{
    m_tcp = tcp;
}

Ptr<Socket>
TcpConnStockSocketFactory::CreateSocket()
{
    return m_tcp->CreateSocket();
}

void
TcpConnStockSocketFactory::DoDispose()
{
    m_tcp = nullptr;
    TcpSocketFactory::DoDispose();
}

} // namespace ns3
