/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-segment-check.h"

#include "ns3/uinteger.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(TcpConnSegmentCheck);

TypeId
TcpConnSegmentCheck::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::TcpConnSegmentCheck").SetParent<TcpConnPolicy>().SetGroupName("TcpConn");
    return tid;
}

namespace
{

/** Challenge ACKs that a host has sent in the present interval. */
struct Challenges : public TcpConnPolicyState
{
    std::unique_ptr<TcpConnPolicyState> Copy() const override
    {
        return std::make_unique<Challenges>(*this);
    }

    Time begin{0};    //!< When the interval began.
    uint32_t sent{0}; //!< Sent in it.
};

} // namespace

NS_OBJECT_ENSURE_REGISTERED(TcpConnCheckRfc5961);

TypeId
TcpConnCheckRfc5961::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnCheckRfc5961")
                            .SetParent<TcpConnSegmentCheck>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnCheckRfc5961>()
                            .AddAttribute("ChallengeLimit",
                                          "Challenge ACKs that a host sends in ChallengeInterval; "
                                          "0: no limit (RFC 5961 section 7).",
                                          UintegerValue(1000),
                                          MakeUintegerAccessor(&TcpConnCheckRfc5961::m_limit),
                                          MakeUintegerChecker<uint32_t>())
                            .AddAttribute("ChallengeInterval",
                                          "Interval to which ChallengeLimit applies.",
                                          TimeValue(Seconds(1)),
                                          MakeTimeAccessor(&TcpConnCheckRfc5961::m_interval),
                                          MakeTimeChecker(NanoSeconds(1)));
    return tid;
}

bool
TcpConnCheckRfc5961::ResetValid(const TcpConnTcb& tcb, const TcpConnSegment& segment) const
{
    return segment.seq == tcb.rcvNxt;
}

bool
TcpConnCheckRfc5961::AckTooOld(const TcpConnTcb& tcb, const TcpConnSegment& segment) const
{
    return segment.ack < tcb.sndUna - static_cast<int32_t>(tcb.maxSndWnd);
}

bool
TcpConnCheckRfc5961::AllowChallenge(TcpConnPolicyState* state, Time now) const
{
    auto& challenges = static_cast<Challenges&>(*state);
    if (now >= challenges.begin + m_interval)
    {
        challenges.begin = now;
        challenges.sent = 0;
    }
    return m_limit == 0 || challenges.sent++ < m_limit;
}

std::unique_ptr<TcpConnPolicyState>
TcpConnCheckRfc5961::CreateState(uint64_t /* seed */) const
{
    return std::make_unique<Challenges>();
}

NS_OBJECT_ENSURE_REGISTERED(TcpConnCheckRfc793);

TypeId
TcpConnCheckRfc793::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnCheckRfc793")
                            .SetParent<TcpConnSegmentCheck>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnCheckRfc793>();
    return tid;
}

std::vector<TcpConnRule>
TcpConnCheckRfc793::Rules() const
{
    // Not in TIME-WAIT: a SYN there may be a new connection's (RFC 1122 section 4.2.2.13).
    constexpr uint16_t states = TcpConnRule::In(TcpSocket::ESTABLISHED,
                                                TcpSocket::FIN_WAIT_1,
                                                TcpSocket::FIN_WAIT_2,
                                                TcpSocket::CLOSE_WAIT,
                                                TcpSocket::CLOSING,
                                                TcpSocket::LAST_ACK);
    return {{states,
             TcpConnEvent::SYN,
             TcpConnGuard::ALWAYS,
             TcpSocket::CLOSED,
             TcpConnAction::RESET_BOTH,
             TcpConnThen::DONE,
             "RFC 793 3.9"}};
}

bool
TcpConnCheckRfc793::ResetValid(const TcpConnTcb& /* tcb */,
                               const TcpConnSegment& /* segment */) const
{
    return true;
}

bool
TcpConnCheckRfc793::AckTooOld(const TcpConnTcb& /* tcb */,
                              const TcpConnSegment& /* segment */) const
{
    return false;
}

bool
TcpConnCheckRfc793::AllowChallenge(TcpConnPolicyState* /* state */, Time /* now */) const
{
    return true;
}

} // namespace ns3
