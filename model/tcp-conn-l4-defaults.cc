/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-l4-protocol.h"
#include "tcp-conn-policy-text.h"
#include "tcp-conn-socket.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/enum.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3
{

namespace
{

/**
 * An attribute of a TypeId, its parents included.
 * @param type the TypeId
 * @param name name of the attribute
 * @return what is known of it
 */
TypeId::AttributeInformation
Lookup(TypeId type, const std::string& name)
{
    TypeId::AttributeInformation info;
    const bool found = type.LookupAttributeByName(name, &info);
    NS_ABORT_MSG_UNLESS(found, type.GetName() << " has no attribute " << name);
    return info;
}

/**
 * Make a policy.
 * @tparam T its family
 * @param factory which one
 * @param attribute name of the attribute that says so
 * @return the policy
 */
template <typename T>
Ptr<const T>
Make(const ObjectFactory& factory, const char* attribute)
{
    TcpConnRequirePolicy(attribute, T::GetTypeId(), factory);
    return factory.Create<T>();
}

} // namespace

Ptr<TcpConnPolicies>
TcpConnL4Protocol::MakePolicies() const
{
    auto policies = Create<TcpConnPolicies>();
    policies->handshake = Make<TcpConnHandshake>(m_handshake, "Handshake");
    policies->release = Make<TcpConnRelease>(m_release, "Release");
    policies->isn = Make<TcpConnIsn>(m_isn, "Isn");
    policies->admission = Make<TcpConnAdmission>(m_admission, "Admission");
    policies->segmentCheck = Make<TcpConnSegmentCheck>(m_segmentCheck, "SegmentCheck");
    policies->timeWait = Make<TcpConnTimeWait>(m_timeWait, "TimeWait");
    policies->retry = Make<TcpConnRetry>(m_retry, "Retry");
    policies->icmp = Make<TcpConnIcmp>(m_icmp, "Icmp");
    policies->Compose();
    return policies;
}

void
TcpConnL4Protocol::Replace(TcpConnProfile& profile,
                           const std::string& family,
                           const ObjectFactory& policy)
{
    auto changed = Create<TcpConnPolicies>(*profile.policies);
    if (family == "Handshake")
    {
        changed->handshake = Make<TcpConnHandshake>(policy, "Handshake");
        profile.handshakeState = StateOf(m_handshakeStates, *changed->handshake);
    }
    else if (family == "Release")
    {
        changed->release = Make<TcpConnRelease>(policy, "Release");
    }
    else if (family == "Isn")
    {
        changed->isn = Make<TcpConnIsn>(policy, "Isn");
        profile.isnState = StateOf(m_isnStates, *changed->isn);
    }
    else if (family == "Admission")
    {
        changed->admission = Make<TcpConnAdmission>(policy, "Admission");
    }
    else if (family == "SegmentCheck")
    {
        changed->segmentCheck = Make<TcpConnSegmentCheck>(policy, "SegmentCheck");
        profile.checkState = StateOf(m_checkStates, *changed->segmentCheck);
    }
    else if (family == "TimeWait")
    {
        changed->timeWait = Make<TcpConnTimeWait>(policy, "TimeWait");
    }
    else if (family == "Retry")
    {
        changed->retry = Make<TcpConnRetry>(policy, "Retry");
    }
    else
    {
        changed->icmp = Make<TcpConnIcmp>(policy, "Icmp");
    }
    changed->Compose();
    profile.policies = changed;
}

TypeId
TcpConnL4Protocol::TypeOrStock(TypeId own, const char* attribute)
{
    if (own != Object::GetTypeId())
    {
        return own;
    }
    const auto info = Lookup(TypeId::LookupByName("ns3::TcpL4Protocol"), attribute);
    return DynamicCast<const TypeIdValue>(info.initialValue)->Get();
}

void
TcpConnL4Protocol::TakeOverDefaults(TcpConnSocket& socket)
{
    // What a script sets for ns3::TcpSocketBase holds here, unless our own attribute was set.
    static const char* const names[] = {"MaxSegLifetime",
                                        "MaxWindowSize",
                                        "WindowScaling",
                                        "Sack",
                                        "Timestamp",
                                        "MinRto",
                                        "ClockGranularity",
                                        "ReTxThreshold",
                                        "LimitedTransmit",
                                        "UseEcn"};
    const TypeId stock = TypeId::LookupByName("ns3::TcpSocketBase");
    for (const char* name : names)
    {
        const auto own = Lookup(TcpConnSocket::GetTypeId(), name);
        const auto theirs = Lookup(stock, name);
        const bool ownSet = own.initialValue->SerializeToString(own.checker) !=
                            own.originalInitialValue->SerializeToString(own.checker);
        if (!ownSet)
        {
            const std::string value = theirs.initialValue->SerializeToString(theirs.checker);
            socket.SetAttribute(name, StringValue(value));
        }
    }
}

std::shared_ptr<TcpConnPolicyState>
TcpConnL4Protocol::StateOf(States& states, const TcpConnPolicy& policy) const
{
    // One block a host (RFC 5961 section 7: the limit is the host's), also where the policy is
    // that of some sockets alone.
    const auto [i, added] = states.emplace(policy.GetInstanceTypeId(), nullptr);
    if (added)
    {
        i->second = policy.CreateState(m_seed);
    }
    return i->second;
}

Ptr<TcpConnSocket>
TcpConnL4Protocol::Prototype()
{
    // Attributes are set by CreateObject, through strings: once, not for every socket.  Scripts
    // change defaults while they set a scene up, so at time 0 they are read anew.
    const Time now = Simulator::Now();
    if (m_prototype && !now.IsZero() && !m_prototypeMade.IsZero())
    {
        return m_prototype;
    }
    auto profile = Create<TcpConnProfile>();
    profile->policies = MakePolicies();
    profile->isnState = StateOf(m_isnStates, *profile->policies->isn);
    profile->checkState = StateOf(m_checkStates, *profile->policies->segmentCheck);
    profile->handshakeState = StateOf(m_handshakeStates, *profile->policies->handshake);
    const TypeId control = TypeOrStock(m_congestionType, "SocketType");
    const TypeId recovery = TypeOrStock(m_recoveryType, "RecoveryType");
    const TypeId rtt = TypeOrStock(m_rttType, "RttEstimatorType");
    profile->prototype = Create<TcpConnTransferPrototype>(control, recovery, rtt);
    m_prototype = CreateObject<TcpConnSocket>();
    profile->settings = m_prototype->Settings();
    m_prototype->m_profile = profile;
    m_prototype->TakePolicies(*this);
    TakeOverDefaults(*m_prototype);
    if (m_msl >= 0)
    {
        m_prototype->Own().msl = Seconds(m_msl);
    }
    if (profile->prototype->UseEcn() != TcpSocketState::Off)
    {
        m_prototype->Own().useEcn = static_cast<uint8_t>(profile->prototype->UseEcn());
    }
    m_prototypeMade = now;
    NS_ABORT_MSG_UNLESS(m_ports.SetRange(m_firstPort, m_lastPort),
                        "ns3::TcpConnL4Protocol: FirstEphemeralPort "
                            << m_firstPort << " is above LastEphemeralPort " << m_lastPort);
    return m_prototype;
}

Ptr<const TcpConnProfile>
TcpConnL4Protocol::Profile()
{
    return (m_prototype ? m_prototype : Prototype())->m_profile;
}

Ptr<const TcpConnProfile>
TcpConnL4Protocol::ProfileOf(TcpConnRecordHead& head)
{
    switch (head.kind)
    {
    case TCP_CONN_FULL:
        return TcpConnBody<TcpConnFull>(head).socket->m_profile;
    case TCP_CONN_HALF_OPEN: {
        TcpConnListener* listener = ListenerOf(TcpConnBody<TcpConnHalfOpen>(head).listener);
        return listener ? listener->socket->m_profile : Profile();
    }
    default:
        return TcpConnBody<TcpConnLate>(head).Profile();
    }
}

Ptr<Socket>
TcpConnL4Protocol::CreateSocket()
{
    Attach();
    Ptr<TcpConnSocket> socket = CopyObject(Prototype());
    socket->m_tcp = this;
    AddSocket(*socket);
    return socket;
}

int64_t
TcpConnL4Protocol::AssignStreams(int64_t stream)
{
    m_seed = static_cast<uint64_t>(stream);
    m_ports.SetSeed(m_seed);
    m_prototype = nullptr; // its keys hang on the seed
    m_isnStates.clear();
    m_checkStates.clear();
    m_handshakeStates.clear();
    return 1;
}

std::string
TcpConnL4Protocol::GetPolicies()
{
    return Profile()->policies->Describe();
}

void
TcpConnL4Protocol::CountRows(std::shared_ptr<TcpConnRowCounts> counts)
{
    m_rowCounts = std::move(counts);
}

} // namespace ns3
