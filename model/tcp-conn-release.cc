/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-release.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(TcpConnRelease);

TypeId
TcpConnRelease::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnRelease").SetParent<TcpConnPolicy>().SetGroupName("TcpConn");
    return tid;
}

NS_OBJECT_ENSURE_REGISTERED(TcpConnJoinedRelease);

TypeId
TcpConnJoinedRelease::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnJoinedRelease")
                            .SetParent<TcpConnRelease>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnJoinedRelease>();
    return tid;
}

bool
TcpConnJoinedRelease::JoinsFinWithAck() const
{
    return true;
}

NS_OBJECT_ENSURE_REGISTERED(TcpConnSeparateRelease);

TypeId
TcpConnSeparateRelease::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnSeparateRelease")
                            .SetParent<TcpConnRelease>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnSeparateRelease>();
    return tid;
}

bool
TcpConnSeparateRelease::JoinsFinWithAck() const
{
    return false;
}

} // namespace ns3
