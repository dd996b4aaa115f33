/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-handshake.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(TcpConnHandshake);

TypeId
TcpConnHandshake::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnHandshake").SetParent<TcpConnPolicy>().SetGroupName("TcpConn");
    return tid;
}

NS_OBJECT_ENSURE_REGISTERED(TcpConnThreeWayHandshake);

TypeId
TcpConnThreeWayHandshake::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnThreeWayHandshake")
                            .SetParent<TcpConnHandshake>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnThreeWayHandshake>();
    return tid;
}

} // namespace ns3
