/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-random-walk-scene.h"

#include "ns3/abort.h"
#include "ns3/tcp-conn-policies.h"

#include <algorithm>
#include <sstream>

namespace ns3
{
namespace TcpConnRandomWalk
{

namespace
{

/** Attributes with which policies are drawn, beside their defaults. */
const std::map<std::string, std::vector<std::string>> VARIANTS = {
    {"ns3::TcpConnTwoWayHandshake", {"[IgnoreUnaskedSynAck=false]"}},
    {"ns3::TcpConnFastOpen", {"[AllowReplay=true]"}},
    {"ns3::TcpConnIsnConstant", {"[Value=300]", "[Value=4294967290]"}},
    {"ns3::TcpConnBacklog", {"[Backlog=1]", "[Backlog=2]", "[Backlog=1|AbortOnOverflow=true]"}},
    {"ns3::TcpConnSynCache",
     {"[Limit=1]", "[Limit=2|Backlog=1]", "[Limit=3|AbortOnOverflow=true]"}},
    {"ns3::TcpConnSynCookies",
     {"[Always=true]",
      "[Backlog=1]",
      "[Always=true|IgnoreStrays=true]",
      "[Always=true|Backlog=1|AbortOnOverflow=true]"}},
    {"ns3::TcpConnCheckRfc5961", {"[ChallengeLimit=1]", "[ChallengeLimit=0]"}},
    {"ns3::TcpConnTwoMsl", {"[Reuse=false]"}},
    {"ns3::TcpConnRetryLinux", {"[SynRetries=1|SynAckRetries=1|Retries2=3]"}},
    {"ns3::TcpConnRetryFixed", {"[Interval=200ms|Count=3]", "[Interval=50ms|Count=20]"}},
};

/** @param list words @return them, with a blank between each two */
template <typename T>
std::string
Joined(const T& list)
{
    std::string text;
    for (const auto& [name, value] : list)
    {
        text += (text.empty() ? "" : " ") + name + "=" + value;
    }
    return text;
}

/** @param dice what it is drawn from @param most seconds @return a time as rules have it */
std::string
Seconds3(Dice& dice, double most)
{
    std::ostringstream text;
    text << static_cast<double>(dice.Between(1, static_cast<uint64_t>(most * 1000))) / 1000 << "s";
    return text.str();
}

/** @param policy a policy @return it takes away what keeps old text out */
bool
ForStudy(const std::string& policy)
{
    // With cookies whatever segment of a connection that was reset opens it again (RFC 4987
    // section 3.6).
    for (const char* name : {"TwoWay", "IsnConstant", "IsnRandom", "NoTimeWait", "SynCookies"})
    {
        if (policy.find(name) != std::string::npos)
        {
            return true;
        }
    }
    return false;
}

/** @param dice what it is drawn from @return which segments a rule is about */
std::string
DrawSelection(Dice& dice)
{
    static const std::vector<std::string> kinds =
        {"any", "SYN", "SYN,ACK", "FIN", "RST", "data", "pureack"};
    std::string which = dice.Pick(kinds);
    switch (dice.Below(4))
    {
    case 0:
        return which + " occurrence " + std::to_string(dice.Between(1, 4));
    case 1:
        return which + " first " + std::to_string(dice.Between(1, 3)) + " per conn";
    case 2:
        return which + " every " + std::to_string(dice.Between(2, 6));
    default:
        return which + " probability 0." + std::to_string(dice.Between(1, 4));
    }
}

} // namespace

Dice::Dice(uint64_t seed)
    : m_engine(seed)
{
}

uint64_t
Dice::Below(uint64_t n)
{
    return m_engine() % n;
}

uint64_t
Dice::Between(uint64_t least, uint64_t most)
{
    return least + Below(most - least + 1);
}

bool
Dice::Chance(uint32_t percent)
{
    return Below(100) < percent;
}

Time
Dice::Within(Time most)
{
    return MicroSeconds(static_cast<int64_t>(
        Below(static_cast<uint64_t>(std::max<int64_t>(most.GetMicroSeconds(), 1)))));
}

const std::vector<std::pair<std::string, TypeId>>&
Families()
{
    static const std::vector<std::pair<std::string, TypeId>> families = {
        {"Handshake", TcpConnHandshake::GetTypeId()},
        {"Release", TcpConnRelease::GetTypeId()},
        {"Isn", TcpConnIsn::GetTypeId()},
        {"Admission", TcpConnAdmission::GetTypeId()},
        {"SegmentCheck", TcpConnSegmentCheck::GetTypeId()},
        {"TimeWait", TcpConnTimeWait::GetTypeId()},
        {"Retry", TcpConnRetry::GetTypeId()},
        {"Icmp", TcpConnIcmp::GetTypeId()}};
    return families;
}

std::vector<TypeId>
PoliciesOf(TypeId family)
{
    std::vector<TypeId> policies;
    for (uint16_t i = 0; i < TypeId::GetRegisteredN(); ++i)
    {
        const TypeId tid = TypeId::GetRegistered(i);
        // Policies that tests define are in no group.
        if (tid.IsChildOf(family) && tid.HasConstructor() && tid.GetGroupName() == "TcpConn")
        {
            policies.push_back(tid);
        }
    }
    // Not in the order in which a linker happens to put them.
    std::sort(policies.begin(), policies.end(), [](TypeId a, TypeId b) {
        return a.GetName() < b.GetName();
    });
    return policies;
}

std::string
DrawPolicy(Dice& dice, const std::string& family)
{
    for (const auto& [attribute, base] : Families())
    {
        if (attribute == family)
        {
            const std::string name = dice.Pick(PoliciesOf(base)).GetName();
            const auto variants = VARIANTS.find(name);
            const bool plain = variants == VARIANTS.end() || dice.Chance(40);
            return plain ? name : name + dice.Pick(variants->second);
        }
    }
    NS_ABORT_MSG("no family " << family);
    return "";
}

void
Scene::DrawPolicies(Dice& dice, HostScene& host, bool sane)
{
    for (const auto& [family, base] : Families())
    {
        std::string policy = DrawPolicy(dice, family);
        while (sane && ForStudy(policy))
        {
            policy = DrawPolicy(dice, family);
        }
        host.policies[family] = policy;
        safe = safe && !ForStudy(policy);
        once = once && policy.find("AllowReplay") == std::string::npos;
    }
}

void
Scene::DrawLimits(Dice& dice, HostScene& host, bool sane)
{
    if (dice.Chance(30))
    {
        // Few ports: 4-tuples come again.
        host.protocol.emplace_back("FirstEphemeralPort", "50000");
        host.protocol.emplace_back("LastEphemeralPort", std::to_string(dice.Between(50000, 50003)));
    }
    if (dice.Chance(10))
    {
        host.protocol.emplace_back("MaxConnections", std::to_string(dice.Between(1, 4)));
    }
    if (dice.Chance(10))
    {
        host.protocol.emplace_back("MaxBufferMemory", std::to_string(dice.Between(1, 10) * 100000));
    }
    if (dice.Chance(10))
    {
        host.protocol.emplace_back("MaxOrphans", std::to_string(dice.Between(1, 2)));
    }
    if (!sane && dice.Chance(10))
    {
        host.protocol.emplace_back("MaxTimeWait", std::to_string(dice.Between(1, 2)));
        safe = false;
    }
    for (uint32_t i = !sane && dice.Chance(12) ? 1 : 0; i > 0; i = dice.Chance(30) ? 1 : 0)
    {
        // A host that comes back at once keeps no quiet time (RFC 9293 section 3.4.3).
        host.crashes.push_back(Seconds(2) + dice.Within(span * 1.5));
        safe = false;
    }
    host.icmpPercent = dice.Chance(12) ? static_cast<uint32_t>(dice.Between(2, 30)) : 0;
}

void
Scene::DrawRules(Dice& dice, HostScene& host)
{
    // What is late, or comes again, is gone before two MSL are over: delays of all rules add up.
    const double late = msl / 8;
    const uint64_t count = dice.Chance(20) ? 0 : dice.Between(1, 4);
    for (uint64_t i = 0; i < count; ++i)
    {
        std::string rule;
        switch (dice.Below(8))
        {
        case 0:
        case 1:
        case 2:
            rule = "drop " + DrawSelection(dice);
            break;
        case 3:
            rule = "delay " + DrawSelection(dice) + " " + Seconds3(dice, late);
            break;
        case 4:
            rule = "duplicate " + DrawSelection(dice) + " copies " +
                   std::to_string(dice.Between(1, 2)) + " after " + Seconds3(dice, late / 2);
            break;
        case 5:
            rule = "reorder " + DrawSelection(dice) + " by " + std::to_string(dice.Between(1, 4)) +
                   " within " + Seconds3(dice, std::min(late, 1.0));
            break;
        case 6:
            rule = std::string(checksums ? "corrupt " : "drop ") + DrawSelection(dice);
            break;
        default:
            const uint64_t from = dice.Between(2000, 2000 + span.GetMilliSeconds());
            rule = "drop any time " + std::to_string(from) + "ms-" +
                   std::to_string(from + dice.Between(100, 8000)) + "ms";
            break;
        }
        host.rules += (host.rules.empty() ? "" : "; ") + rule;
    }
}

Scene::Scene(Dice& dice)
{
    // With less than 250 kB/s initial sequence numbers outrun text (RFC 9293 section 3.4.1).
    rate = dice.Pick(std::vector<std::string>{"300kbps", "1Mbps", "1900kbps"});
    delay = dice.Pick(std::vector<std::string>{"100us", "10ms", "200ms"});
    msl = dice.Pick(std::vector<double>{4, 30, 120});
    span = dice.Pick(std::vector<Time>{MilliSeconds(300), Seconds(3), Seconds(30), Seconds(300)});
    clients = static_cast<uint32_t>(dice.Between(1, 6));
    listeners = static_cast<uint32_t>(dice.Between(1, 2));
    checksums = dice.Chance(50);
    v6 = dice.Chance(30);
    const bool sane = dice.Chance(60); // or few scenes would be safe
    for (HostScene& host : hosts)
    {
        DrawPolicies(dice, host, sane);
        DrawLimits(dice, host, sane);
        DrawRules(dice, host);
    }
}

std::string
Scene::Text() const
{
    std::ostringstream text;
    text << "link " << rate << " " << delay << ", MSL " << msl << " s, " << (v6 ? "IPv6" : "IPv4")
         << (checksums ? ", checksums" : "") << ", " << clients << " clients and " << listeners
         << " listeners a host, within " << span.GetSeconds() << " s"
         << (safe ? "" : ", old text may be delivered")
         << (once ? "" : ", text may be delivered again") << "\n";
    for (size_t i = 0; i < hosts.size(); ++i)
    {
        const HostScene& host = hosts[i];
        text << "host " << i << ": " << Joined(host.policies) << "\n        "
             << Joined(host.protocol);
        for (const Time& crash : host.crashes)
        {
            text << " crash " << crash.GetSeconds() << "s";
        }
        if (host.icmpPercent)
        {
            text << " ICMP errors " << host.icmpPercent << "%";
        }
        text << "\n        " << host.rules << "\n";
    }
    return text.str();
}

Attributes
DrawSocketAttributes(Dice& dice)
{
    static const std::vector<std::pair<std::string, std::vector<std::string>>> choices = {
        {"Timestamp", {"false"}},
        {"Sack", {"false"}},
        {"WindowScaling", {"false"}},
        {"TcpNoDelay", {"false"}},
        {"DelAckCount", {"1", "5"}},
        {"SegmentSize", {"100", "536", "1400"}},
        {"SndBufSize", {"700", "4000"}},
        {"RcvBufSize", {"700", "4000"}},
        {"MaxWindowSize", {"1000", "8000"}},
        {"InitialCwnd", {"1", "10"}},
        {"UseEcn", {"On", "AcceptOnly"}},
        {"Linger", {"0", "1", "5"}},
        {"KeepAliveIdle", {"1s", "60s"}},
        {"KeepAliveInterval", {"1s"}},
        {"KeepAliveCount", {"2"}},
        {"UserTimeout", {"1s", "30s"}},
        {"UserTimeoutOption", {"true"}},
        {"ConnCount", {"1", "3"}},
        {"DataRetries", {"1", "3"}},
        {"ConnTimeout", {"200ms", "5s"}},
        {"MinRto", {"200ms"}},
        {"FinWait2Timeout", {"1s", "300s"}},
        {"PersistTimeout", {"500ms"}},
        {"LimitedTransmit", {"false"}},
    };
    Attributes attributes;
    for (const auto& [name, values] : choices)
    {
        if (dice.Chance(8))
        {
            attributes.emplace_back(name, dice.Pick(values));
        }
    }
    return attributes;
}

} // namespace TcpConnRandomWalk
} // namespace ns3
