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
    static TypeId tid =
        TypeId("ns3::TcpConnRelease").SetParent<TcpConnPolicy>().SetGroupName("TcpConn");
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

NS_OBJECT_ENSURE_REGISTERED(TcpConnAbortiveRelease);

TypeId
TcpConnAbortiveRelease::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnAbortiveRelease")
                            .SetParent<TcpConnJoinedRelease>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnAbortiveRelease>();
    return tid;
}

std::vector<TcpConnRule>
TcpConnAbortiveRelease::Rules() const
{
    constexpr uint16_t open =
        TcpConnRule::In(TcpSocket::SYN_RCVD, TcpSocket::ESTABLISHED, TcpSocket::CLOSE_WAIT);
    return {{open,
             TcpConnEvent::CLOSE,
             TcpConnGuard::ALWAYS,
             TcpSocket::CLOSED,
             TcpConnAction::RESET_PEER,
             TcpConnThen::DONE,
             "none: for study"}};
}

} // namespace ns3
