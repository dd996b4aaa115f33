/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-handshake.h"

#include "ns3/boolean.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(TcpConnHandshake);

TypeId
TcpConnHandshake::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::TcpConnHandshake").SetParent<TcpConnPolicy>().SetGroupName("TcpConn");
    return tid;
}

bool
TcpConnHandshake::TakesEarlyText() const
{
    return false;
}

uint32_t
TcpConnHandshake::OfferText(const TcpConnOpening& /* opening */,
                            uint16_t /* pathMss */,
                            uint32_t /* queued */,
                            TcpConnOptions& /* options */) const
{
    return 0;
}

void
TcpConnHandshake::NoteAnswer(const TcpConnOpening& /* opening */,
                             const TcpConnSegment& /* synAck */,
                             const TcpConnTcb& /* tcb */) const
{
}

void
TcpConnHandshake::NoteSilence(const TcpConnOpening& /* opening */) const
{
}

bool
TcpConnHandshake::AcceptsText(const TcpConnOpening& /* opening */,
                              const TcpConnSegment& /* syn */) const
{
    return false;
}

void
TcpConnHandshake::TextAccepted(const TcpConnOpening& /* opening */,
                               const TcpConnSegment& /* syn */) const
{
}

void
TcpConnHandshake::Grant(const TcpConnOpening& /* opening */,
                        const TcpConnSegment& /* syn */,
                        TcpConnOptions& /* options */) const
{
}

void
TcpConnHandshake::PendingDone(const TcpConnOpening& /* opening */, bool /* reset */) const
{
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

namespace
{

/**
 * The rules of LISTEN x SYN: admission as always, then another opening.
 * @param to state that the server enters
 * @param action how it opens
 * @return the rules
 */
std::vector<TcpConnRule>
ListenRules(TcpSocket::TcpStates_t to, TcpConnAction action)
{
    constexpr int same = TcpConnRule::SAME;
    constexpr uint16_t listen = TcpConnRule::In(TcpSocket::LISTEN);
    return {{listen,
             TcpConnEvent::SYN,
             TcpConnGuard::NOT_ADMITTED,
             same,
             TcpConnAction::NOTHING,
             TcpConnThen::DROP,
             "RFC 4987"},
            {listen,
             TcpConnEvent::SYN,
             TcpConnGuard::REFUSED,
             same,
             TcpConnAction::RESET_REPLY,
             TcpConnThen::DROP,
             "3.10.7.2"},
            {listen,
             TcpConnEvent::SYN,
             TcpConnGuard::ALWAYS,
             to,
             action,
             TcpConnThen::NEXT,
             "none: for study"}};
}

} // namespace

NS_OBJECT_ENSURE_REGISTERED(TcpConnTwoWayHandshake);

TypeId
TcpConnTwoWayHandshake::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::TcpConnTwoWayHandshake")
            .SetParent<TcpConnHandshake>()
            .SetGroupName("TcpConn")
            .AddConstructor<TcpConnTwoWayHandshake>()
            .AddAttribute("IgnoreUnaskedSynAck",
                          "A CLOSED end ignores a SYN,ACK that it did not ask for, as the "
                          "textbooks have it; false: it answers by a reset (RFC 9293).",
                          BooleanValue(true),
                          MakeBooleanAccessor(&TcpConnTwoWayHandshake::m_ignoreUnasked),
                          MakeBooleanChecker());
    return tid;
}

std::vector<TcpConnRule>
TcpConnTwoWayHandshake::Rules() const
{
    constexpr int same = TcpConnRule::SAME;
    auto rules = ListenRules(TcpSocket::ESTABLISHED, TcpConnAction::OPEN_AT_ONCE);
    rules.push_back({TcpConnRule::In(TcpSocket::SYN_SENT),
                     TcpConnEvent::SYN,
                     TcpConnGuard::SYN_ACKED,
                     TcpSocket::ESTABLISHED,
                     TcpConnAction::TAKE_SYN_ACK_SILENTLY,
                     TcpConnThen::NEXT,
                     "none: for study"});
    rules.push_back({TcpConnRule::In(TcpSocket::ESTABLISHED),
                     TcpConnEvent::SEQUENCE,
                     TcpConnGuard::REPEATED_SYN,
                     same,
                     TcpConnAction::REPEAT_SYN_ACK,
                     TcpConnThen::DROP,
                     "none: for study"});
    if (m_ignoreUnasked)
    {
        rules.push_back({TcpConnRule::In(TcpSocket::CLOSED),
                         TcpConnEvent::ACK,
                         TcpConnGuard::UNASKED_SYN_ACK,
                         same,
                         TcpConnAction::NOTHING,
                         TcpConnThen::DROP,
                         "none: for study"});
    }
    return rules;
}

NS_OBJECT_ENSURE_REGISTERED(TcpConnFourWayHandshake);

TypeId
TcpConnFourWayHandshake::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnFourWayHandshake")
                            .SetParent<TcpConnHandshake>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnFourWayHandshake>();
    return tid;
}

std::vector<TcpConnRule>
TcpConnFourWayHandshake::Rules() const
{
    constexpr int same = TcpConnRule::SAME;
    constexpr uint16_t synSent = TcpConnRule::In(TcpSocket::SYN_SENT);
    auto rules = ListenRules(TcpSocket::SYN_RCVD, TcpConnAction::OPEN_BY_ACK_AND_SYN);
    rules.push_back({synSent,
                     TcpConnEvent::ACK,
                     TcpConnGuard::NO_ACK_BIT,
                     same,
                     TcpConnAction::NOTHING,
                     TcpConnThen::NEXT,
                     "3.10.7.3"});
    rules.push_back({synSent,
                     TcpConnEvent::ACK,
                     TcpConnGuard::WRONG_ACK_RST,
                     same,
                     TcpConnAction::NOTHING,
                     TcpConnThen::DROP,
                     "3.10.7.3"});
    rules.push_back({synSent,
                     TcpConnEvent::ACK,
                     TcpConnGuard::WRONG_ACK,
                     same,
                     TcpConnAction::RESET_REPLY,
                     TcpConnThen::DROP,
                     "3.10.7.3"});
    rules.push_back({synSent,
                     TcpConnEvent::ACK,
                     TcpConnGuard::ALWAYS,
                     same,
                     TcpConnAction::NOTE_ACK_OF_SYN,
                     TcpConnThen::NEXT,
                     "none: for study"});
    return rules;
}

} // namespace ns3
