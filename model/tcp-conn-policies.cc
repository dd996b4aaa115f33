/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-policies.h"

#include <algorithm>
#include <array>
#include <map>
#include <sstream>
#include <utility>

namespace ns3
{

namespace
{

/** Families and their policies, in the order of a trace's header. */
using Families = std::array<std::pair<const char*, const TcpConnPolicy*>, 8>;

/** @param p the policies @return them by family */
Families
List(const TcpConnPolicies& p)
{
    return {{{"handshake", PeekPointer(p.handshake)},
             {"release", PeekPointer(p.release)},
             {"isn", PeekPointer(p.isn)},
             {"admission", PeekPointer(p.admission)},
             {"check", PeekPointer(p.segmentCheck)},
             {"timewait", PeekPointer(p.timeWait)},
             {"retry", PeekPointer(p.retry)},
             {"icmp", PeekPointer(p.icmp)}}};
}

/** @param policy a policy @return the name of its class, without "ns3::" */
std::string
ShortName(const TcpConnPolicy* policy)
{
    const std::string name = policy->GetInstanceTypeId().GetName();
    const auto colon = name.rfind(':');
    return colon == std::string::npos ? name : name.substr(colon + 1);
}

/** @param policy name of a policy @param rule a rule of it @return what tells it from others */
std::string
Signature(const std::string& policy, const TcpConnRule& rule)
{
    std::ostringstream os;
    os << policy << ' ' << rule.from << ' ' << static_cast<int>(rule.event) << ' '
       << static_cast<int>(rule.guard) << ' ' << rule.to << ' ' << static_cast<int>(rule.action)
       << ' ' << static_cast<int>(rule.then) << ' ' << rule.clause << ';';
    return os.str();
}

} // namespace

void
TcpConnPolicies::Compose()
{
    // Hosts with the same policies share one table; what tells tables apart is their rules.
    static std::map<std::string, std::weak_ptr<const TcpConnTransitionTable>> made;
    std::string signature;
    for (const auto& [family, policy] : List(*this))
    {
        for (const TcpConnRule& rule : policy->Rules())
        {
            signature += Signature(ShortName(policy), rule);
        }
    }
    m_table = made[signature].lock();
    if (m_table)
    {
        return;
    }
    m_table = {&TcpConnTransitionTable::Rfc9293(), [](const TcpConnTransitionTable*) {}};
    for (const auto& [family, policy] : List(*this))
    {
        const auto rules = policy->Rules();
        if (!rules.empty())
        {
            m_table = std::make_shared<TcpConnTransitionTable>(*m_table,
                                                               ShortName(policy).c_str(),
                                                               rules);
        }
    }
    made[signature] = m_table;
}

std::string
TcpConnPolicies::Describe() const
{
    std::string text;
    for (const auto& [family, policy] : List(*this))
    {
        text += (text.empty() ? "" : " ") + std::string(family) + "=" + ShortName(policy);
    }
    return text;
}

bool
TcpConnPolicies::IsLike(const TcpConnPolicies& other) const
{
    const auto one = List(*this);
    const auto two = List(other);
    return std::equal(one.begin(), one.end(), two.begin(), [](const auto& a, const auto& b) {
        return a.second == b.second ||
               a.second->GetInstanceTypeId() == b.second->GetInstanceTypeId();
    });
}

} // namespace ns3
