/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-core-end.h"

#include "ns3/object-factory.h"
#include "ns3/uinteger.h"

namespace ns3
{

Ptr<const TcpConnRetry>&
TcpConnCoreEnd::RetryInstead()
{
    static Ptr<const TcpConnRetry> retry;
    return retry;
}

Ptr<TcpConnPolicies>
TcpConnCoreEnd::MakePolicies(uint32_t iss, bool fastOpen)
{
    Ptr<TcpConnIsn> isn =
        CreateObjectWithAttributes<TcpConnIsnConstant>("Value", UintegerValue(iss));
    Ptr<TcpConnPolicies> rules = Create<TcpConnPolicies>();
    rules->handshake = CreateObject<TcpConnThreeWayHandshake>();
    if (fastOpen)
    {
        rules->handshake = CreateObject<TcpConnFastOpen>();
    }
    rules->release = CreateObject<TcpConnJoinedRelease>();
    rules->isn = isn;
    rules->admission = CreateObject<TcpConnUnlimited>();
    rules->segmentCheck = CreateObject<TcpConnCheckRfc5961>();
    rules->timeWait = CreateObject<TcpConnTwoMsl>();
    rules->retry = RetryInstead();
    if (!rules->retry)
    {
        rules->retry = CreateObject<TcpConnRetryRfc6298>();
    }
    rules->icmp = CreateObject<TcpConnIcmpRfc5461>();
    rules->Compose();
    return rules;
}

TcpConnCoreEnd::TcpConnCoreEnd(Ptr<const TcpConnPolicies> rules)
    : m_rules(rules),
      m_isn(rules->isn->CreateState(1)),
      m_check(rules->segmentCheck->CreateState(1)),
      m_handshake(rules->handshake->CreateState(1))
{
    Bind();
    TcpConnMachine::Begin(conn, now);
}

TcpConnCoreEnd::TcpConnCoreEnd(const TcpConnCoreEnd& o)
    : TcpConnScope(o)
{
    *this = o;
}

TcpConnCoreEnd&
TcpConnCoreEnd::operator=(const TcpConnCoreEnd& o)
{
    if (this == &o)
    {
        return *this;
    }
    TcpConnScope::operator=(o);
    conn = o.conn;
    name = o.name;
    config = o.config;
    text = o.text;
    done = o.done;
    sent = o.sent;
    stashed = o.stashed;
    stashedBy = o.stashedBy;
    verdict = o.verdict;
    listens = o.listens;
    m_rules = o.m_rules;
    m_isn = o.m_isn ? o.m_isn->Copy() : nullptr;
    m_check = o.m_check ? o.m_check->Copy() : nullptr;
    m_handshake = o.m_handshake ? o.m_handshake->Copy() : nullptr;
    m_finished = o.m_finished;
    m_arriving = o.m_arriving;
    Bind();
    return *this;
}

TcpConnCoreEnd::~TcpConnCoreEnd() = default;

void
TcpConnCoreEnd::Bind()
{
    tcb = &conn;
    key = &name;
    settings = &config;
    policies = PeekPointer(m_rules);
    isnState = m_isn.get();
    checkState = m_check.get();
    handshakeState = m_handshake.get();
    effects = &done;
}

void
TcpConnCoreEnd::BecomeClone()
{
    conn = TcpConnTcb();
    TcpConnMachine::CloneListener(conn, now);
}

// Events ----------------------------------------------------------------------------------------

void
TcpConnCoreEnd::Arrive(const TcpConnSegment& segment, uint32_t incarnation)
{
    m_arriving = incarnation;
    TcpConnMachine(*this).Arrive(segment);
    Finish();
}

TcpConnAnswer
TcpConnCoreEnd::Call(TcpConnEvent event)
{
    const TcpConnAnswer answer = TcpConnMachine(*this).Call(event);
    Finish();
    return answer;
}

TcpConnAnswer
TcpConnCoreEnd::Send(uint32_t bytes)
{
    const TcpConnAnswer answer = TcpConnMachine(*this).Call(TcpConnEvent::SEND);
    if (answer == TcpConnAnswer::OK)
    {
        Room();
        text->Queue(bytes);
    }
    Finish();
    return answer;
}

TcpConnAnswer
TcpConnCoreEnd::Receive(uint32_t most, uint32_t& bytes)
{
    TcpConnMachine machine(*this);
    const TcpConnAnswer answer = machine.Call(TcpConnEvent::RECEIVE);
    bytes = text ? text->Read(most) : 0;
    if (bytes > 0)
    {
        machine.OfferWindow();
    }
    Finish();
    return answer;
}

void
TcpConnCoreEnd::Expire(TcpConnTimer timer)
{
    TcpConnMachine(*this).Expire(timer);
    Finish();
}

void
TcpConnCoreEnd::Report(TcpConnEvent error, uint16_t mss)
{
    TcpConnMachine(*this).Report(error, mss);
    Finish();
}

// What follows ----------------------------------------------------------------------------------

void
TcpConnCoreEnd::Finish()
{
    for (; m_finished < done.size(); ++m_finished)
    {
        const TcpConnEffect effect = done[m_finished];
        if (effect.kind == TcpConnEffect::SEND)
        {
            sent.push_back(effect.segment);
        }
        else if (effect.kind == TcpConnEffect::NOTICE &&
                 effect.notice == TcpConnNotice::ESTABLISHED && stashed)
        {
            ++m_finished;
            Replay();
            return;
        }
    }
    NextSegments();
}

void
TcpConnCoreEnd::Replay()
{
    // A segment that says nothing else that is new, as the host makes it.
    TcpConnSegment segment = *stashed;
    stashed.reset();
    segment.seq = segment.TextBegin();
    segment.ack = conn.sndUna;
    segment.flags = TCP_CONN_ACK | (segment.flags & TCP_CONN_FIN);
    segment.window = static_cast<uint16_t>(conn.sndWnd >> conn.sndScale);
    segment.options = TcpConnOptions();
    segment.options.present = conn.timestampsOk ? TcpConnOptions::TIMESTAMPS : 0;
    segment.options.tsVal = conn.tsRecent;
    Arrive(segment, stashedBy);
}

void
TcpConnCoreEnd::NextSegments()
{
    TcpConnMachine machine(*this);
    TcpConnSegment segment;
    TcpConnText piece;
    while (machine.NextSegment(segment, piece))
    {
        sent.push_back(segment);
    }
}

void
TcpConnCoreEnd::Forget()
{
    done.clear();
    sent.clear();
    m_finished = 0;
}

// TcpConnScope ----------------------------------------------------------------------------------

TcpConnDataPhase*
TcpConnCoreEnd::Data()
{
    return text ? &*text : nullptr;
}

TcpConnDataPhase&
TcpConnCoreEnd::Room()
{
    if (!text)
    {
        text.emplace();
        if (conn.State() > TcpSocket::SYN_RCVD && conn.sndUna != conn.iss)
        {
            text->Begin(conn, config, now);
        }
    }
    text->SetArriving(m_arriving);
    return *text;
}

TcpConnAdmission::Verdict
TcpConnCoreEnd::Admit()
{
    return verdict;
}

bool
TcpConnCoreEnd::Listens()
{
    return listens;
}

void
TcpConnCoreEnd::Stash(const TcpConnSegment& segment)
{
    stashed = segment;
    stashedBy = m_arriving;
}

void
TcpConnCoreEnd::Promote()
{
}

} // namespace ns3
