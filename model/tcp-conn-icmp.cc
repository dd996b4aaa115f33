/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-icmp.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(TcpConnIcmp);

TypeId
TcpConnIcmp::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::TcpConnIcmp").SetParent<TcpConnPolicy>().SetGroupName("TcpConn");
    return tid;
}

NS_OBJECT_ENSURE_REGISTERED(TcpConnIcmpRfc5461);

TypeId
TcpConnIcmpRfc5461::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnIcmpRfc5461")
                            .SetParent<TcpConnIcmp>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnIcmpRfc5461>();
    return tid;
}

TcpConnIcmp::Meaning
TcpConnIcmpRfc5461::Classify(uint8_t type, uint8_t code, bool v6) const
{
    if (v6)
    {
        switch (type)
        {
        case 1: // destination unreachable: 1 prohibited, 4 port
            return code == 1 || code == 4 ? Meaning::HARD : Meaning::SOFT;
        case 2: // packet too big
            return Meaning::TOO_BIG;
        case 3: // time exceeded
            return Meaning::SOFT;
        case 4: // parameter problem; 1: the next header is not known
            return code == 1 ? Meaning::HARD : Meaning::SOFT;
        default:
            return Meaning::NOTHING;
        }
    }
    switch (type)
    {
    case 3: // destination unreachable: 2 protocol, 3 port, 4 too big, 9, 10, 13 prohibited
        if (code == 4)
        {
            return Meaning::TOO_BIG;
        }
        return code == 2 || code == 3 || code == 9 || code == 10 || code == 13 ? Meaning::HARD
                                                                               : Meaning::SOFT;
    case 11: // time exceeded
    case 12: // parameter problem
        return Meaning::SOFT;
    default: // source quench (4) MUST be ignored, RFC 6633
        return Meaning::NOTHING;
    }
}

NS_OBJECT_ENSURE_REGISTERED(TcpConnIcmpHardInSynSent);

TypeId
TcpConnIcmpHardInSynSent::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnIcmpHardInSynSent")
                            .SetParent<TcpConnIcmpRfc5461>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnIcmpHardInSynSent>();
    return tid;
}

std::vector<TcpConnRule>
TcpConnIcmpHardInSynSent::Rules() const
{
    constexpr uint16_t opening = TcpConnRule::In(TcpSocket::SYN_SENT, TcpSocket::SYN_RCVD);
    return {{opening,
             TcpConnEvent::ICMP_SOFT,
             TcpConnGuard::ALWAYS,
             TcpSocket::CLOSED,
             TcpConnAction::UNREACHABLE,
             TcpConnThen::DONE,
             "RFC 5461 4.1"}};
}

NS_OBJECT_ENSURE_REGISTERED(TcpConnIcmpIgnore);

TypeId
TcpConnIcmpIgnore::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnIcmpIgnore")
                            .SetParent<TcpConnIcmp>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnIcmpIgnore>();
    return tid;
}

TcpConnIcmp::Meaning
TcpConnIcmpIgnore::Classify(uint8_t type, uint8_t code, bool v6) const
{
    const bool tooBig = v6 ? type == 2 : type == 3 && code == 4;
    return tooBig ? Meaning::TOO_BIG : Meaning::NOTHING;
}

} // namespace ns3
