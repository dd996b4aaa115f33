/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-time-wait.h"

#include "ns3/boolean.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(TcpConnTimeWait);

TypeId
TcpConnTimeWait::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::TcpConnTimeWait").SetParent<TcpConnPolicy>().SetGroupName("TcpConn");
    return tid;
}

NS_OBJECT_ENSURE_REGISTERED(TcpConnTwoMsl);

TypeId
TcpConnTwoMsl::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnTwoMsl")
                            .SetParent<TcpConnTimeWait>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnTwoMsl>()
                            .AddAttribute("Reuse",
                                          "Take a SYN that is safely newer than the old "
                                          "connection (RFC 6191, RFC 1122).",
                                          BooleanValue(true),
                                          MakeBooleanAccessor(&TcpConnTwoMsl::m_reuse),
                                          MakeBooleanChecker());
    return tid;
}

Time
TcpConnTwoMsl::Duration(const TcpConnSettings& settings) const
{
    return settings.msl < Time::Max() / 2 ? settings.msl * 2 : Time::Max();
}

bool
TcpConnTwoMsl::TakesSyn(const TcpConnTcb& tcb, const TcpConnSegment& segment) const
{
    if (!m_reuse)
    {
        return false;
    }
    const bool newerNumber = segment.seq > tcb.rcvNxt;
    if (!tcb.timestampsOk && segment.options.Has(TcpConnOptions::TIMESTAMPS))
    {
        return true; // RFC 6191 section 2: old segments carry none, and so are told apart
    }
    if (tcb.timestampsOk && segment.options.Has(TcpConnOptions::TIMESTAMPS))
    {
        // RFC 6191 section 2: a newer timestamp, or the same one with a greater number.
        const auto newer = static_cast<int32_t>(segment.options.tsVal - tcb.tsRecent);
        return newer > 0 || (newer == 0 && newerNumber);
    }
    return newerNumber;
}

NS_OBJECT_ENSURE_REGISTERED(TcpConnNoTimeWait);

TypeId
TcpConnNoTimeWait::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnNoTimeWait")
                            .SetParent<TcpConnTimeWait>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnNoTimeWait>();
    return tid;
}

std::vector<TcpConnRule>
TcpConnNoTimeWait::Rules() const
{
    constexpr uint16_t finWait2 = TcpConnRule::In(TcpSocket::FIN_WAIT_2);
    constexpr uint16_t closing = TcpConnRule::In(TcpSocket::CLOSING);
    return {{finWait2,
             TcpConnEvent::FIN,
             TcpConnGuard::EARLY,
             TcpConnRule::SAME,
             TcpConnAction::NOTE_EARLY_FIN,
             TcpConnThen::DONE,
             "3.10.7.4"},
            {finWait2,
             TcpConnEvent::FIN,
             TcpConnGuard::ALWAYS,
             TcpSocket::CLOSED,
             TcpConnAction::TAKE_FIN,
             TcpConnThen::DONE,
             "none: for study"},
            {closing,
             TcpConnEvent::ACK,
             TcpConnGuard::NO_ACK_BIT,
             TcpConnRule::SAME,
             TcpConnAction::NOTHING,
             TcpConnThen::DROP,
             "3.10.7.4"},
            {closing,
             TcpConnEvent::ACK,
             TcpConnGuard::ACK_OF_FIN,
             TcpSocket::CLOSED,
             TcpConnAction::TAKE_ACK,
             TcpConnThen::DONE,
             "none: for study"}};
}

Time
TcpConnNoTimeWait::Duration(const TcpConnSettings& /* settings */) const
{
    return Time(0);
}

bool
TcpConnNoTimeWait::TakesSyn(const TcpConnTcb& /* tcb */, const TcpConnSegment& /* segment */) const
{
    return true;
}

} // namespace ns3
