/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-function-policy.h"

#include "ns3/abort.h"
#include "ns3/pointer.h"

namespace ns3
{

namespace
{

/**
 * The attribute Functions, which all have.
 * @tparam Policy the policy
 * @param type TypeId of the policy, without it
 * @param functions where the policy keeps them
 * @return the TypeId
 */
template <typename Policy>
TypeId
WithFunctions(TypeId type, Ptr<TcpConnPolicyFunctions> Policy::*functions)
{
    return type.SetGroupName("TcpConn").template AddConstructor<Policy>().AddAttribute(
        "Functions",
        "Who decides, in the place of the policy's base; it cannot be given as text.",
        PointerValue(),
        MakePointerAccessor(functions),
        MakePointerChecker<TcpConnPolicyFunctions>());
}

/**
 * @param number what a function said
 * @return the verdict
 */
TcpConnAdmission::Verdict
VerdictOf(int number)
{
    using Verdict = TcpConnAdmission::Verdict;
    const auto verdict = static_cast<Verdict>(number);
    NS_ABORT_MSG_IF(
        number < 0 || number > static_cast<int>(Verdict::REFUSE) || verdict == Verdict::COOKIE,
        "ns3::TcpConnFunctionAdmission: " << number << " is no verdict that a function may give");
    return verdict;
}

/** @param seconds what a function said @return the same as a time */
Time
TimeoutOf(double seconds)
{
    // Simulation time reaches 292 years; written so that NaN fails too.
    const double longest = 1e9;
    NS_ABORT_MSG_UNLESS(seconds > 0 && seconds < longest,
                        "ns3::TcpConnFunctionRetry: " << seconds << " s is no timeout");
    return Seconds(seconds);
}

} // namespace

NS_OBJECT_ENSURE_REGISTERED(TcpConnPolicyFunctions);

TypeId
TcpConnPolicyFunctions::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnPolicyFunctions")
                            .SetParent<Object>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnPolicyFunctions>();
    return tid;
}

ObjectFactory
TcpConnPolicyFunctions::Policy(const std::string& family)
{
    ObjectFactory policy("ns3::TcpConnFunction" + family);
    policy.Set("Functions", PointerValue(this));
    return policy;
}

void
TcpConnPolicyFunctions::SetChoose(const ChooseFunction& choose)
{
    m_choose = choose;
}

void
TcpConnPolicyFunctions::SetAdmit(const AdmitFunction& admit)
{
    m_admit = admit;
}

void
TcpConnPolicyFunctions::SetComplete(const CompleteFunction& complete)
{
    m_complete = complete;
}

void
TcpConnPolicyFunctions::SetSynTimeout(const SynTimeoutFunction& synTimeout)
{
    m_synTimeout = synTimeout;
}

void
TcpConnPolicyFunctions::SetBackoff(const BackoffFunction& backoff)
{
    m_backoff = backoff;
}

void
TcpConnPolicyFunctions::SetGiveUp(const GiveUpFunction& giveUp)
{
    m_giveUp = giveUp;
}

// Initial sequence numbers

NS_OBJECT_ENSURE_REGISTERED(TcpConnFunctionIsn);

TypeId
TcpConnFunctionIsn::GetTypeId()
{
    static TypeId tid =
        WithFunctions(TypeId("ns3::TcpConnFunctionIsn").SetParent<TcpConnIsnRfc6528>(),
                      &TcpConnFunctionIsn::m_functions);
    return tid;
}

SequenceNumber32
TcpConnFunctionIsn::Choose(const TcpConnKey& key, Time now, TcpConnPolicyState* state) const
{
    if (!m_functions || !m_functions->m_choose)
    {
        return TcpConnIsnRfc6528::Choose(key, now, state);
    }
    return SequenceNumber32(m_functions->m_choose(key, now.GetSeconds()));
}

// Admission

NS_OBJECT_ENSURE_REGISTERED(TcpConnFunctionAdmission);

TypeId
TcpConnFunctionAdmission::GetTypeId()
{
    static TypeId tid =
        WithFunctions(TypeId("ns3::TcpConnFunctionAdmission").SetParent<TcpConnBacklog>(),
                      &TcpConnFunctionAdmission::m_functions);
    return tid;
}

TcpConnAdmission::Verdict
TcpConnFunctionAdmission::Admit(uint32_t halfOpen, uint32_t accepting) const
{
    return m_functions && m_functions->m_admit
               ? VerdictOf(m_functions->m_admit(halfOpen, accepting))
               : TcpConnBacklog::Admit(halfOpen, accepting);
}

TcpConnAdmission::Verdict
TcpConnFunctionAdmission::Complete(uint32_t accepting) const
{
    if (!m_functions || !m_functions->m_complete)
    {
        return TcpConnBacklog::Complete(accepting);
    }
    const Verdict verdict = VerdictOf(m_functions->m_complete(accepting));
    NS_ABORT_MSG_IF(verdict == Verdict::EVICT,
                    "ns3::TcpConnFunctionAdmission: an established connection evicts none");
    return verdict;
}

bool
TcpConnFunctionAdmission::Evicts() const
{
    return m_functions && m_functions->m_admit;
}

// Retry schedule

NS_OBJECT_ENSURE_REGISTERED(TcpConnFunctionRetry);

TypeId
TcpConnFunctionRetry::GetTypeId()
{
    static TypeId tid =
        WithFunctions(TypeId("ns3::TcpConnFunctionRetry").SetParent<TcpConnRetryRfc6298>(),
                      &TcpConnFunctionRetry::m_functions);
    return tid;
}

Time
TcpConnFunctionRetry::SynTimeout(const TcpConnSettings& settings) const
{
    return m_functions && m_functions->m_synTimeout ? TimeoutOf(m_functions->m_synTimeout())
                                                    : TcpConnRetryRfc6298::SynTimeout(settings);
}

Time
TcpConnFunctionRetry::Backoff(Time rto, uint32_t retries, const TcpConnSettings& settings) const
{
    return m_functions && m_functions->m_backoff
               ? TimeoutOf(m_functions->m_backoff(rto.GetSeconds(), retries))
               : TcpConnRetryRfc6298::Backoff(rto, retries, settings);
}

bool
TcpConnFunctionRetry::GiveUp(const TcpConnTcb& tcb, const TcpConnSettings& settings, Time now) const
{
    return m_functions && m_functions->m_giveUp ? m_functions->m_giveUp(tcb, now.GetSeconds())
                                                : TcpConnRetryRfc6298::GiveUp(tcb, settings, now);
}

} // namespace ns3
