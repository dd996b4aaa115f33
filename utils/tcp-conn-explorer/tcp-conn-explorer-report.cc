/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-explorer-report.h"

#include "ns3/object-factory.h"
#include "ns3/string.h"
#include "ns3/tcp-conn-trace.h"

#include <algorithm>
#include <iomanip>
#include <sstream>
#include <sys/resource.h>

namespace TcpConnExplorer
{

using namespace ns3;

// Setting up ------------------------------------------------------------------------------------

std::map<std::string, std::string>
DefaultPolicies()
{
    // Challenge ACKs are not limited: no time passes in which the limit could be renewed.
    return {{"handshake", "ns3::TcpConnThreeWayHandshake"},
            {"release", "ns3::TcpConnJoinedRelease"},
            {"isn", "ns3::TcpConnIsnRfc6528"},
            {"check", "ns3::TcpConnCheckRfc5961[ChallengeLimit=0]"},
            {"timewait", "ns3::TcpConnTwoMsl"},
            {"retry", "ns3::TcpConnRetryRfc6298"},
            {"icmp", "ns3::TcpConnIcmpRfc5461"}};
}

namespace
{

/**
 * @param text TypeId name and attributes
 * @param [out] wrong what is wrong with it
 * @return the policy; nullptr: something is wrong
 */
Ptr<Object>
MakePolicy(const std::string& text, std::string& wrong)
{
    const size_t bracket = std::min(text.find('['), text.size());
    TypeId tid;
    if (!TypeId::LookupByNameFailSafe(text.substr(0, bracket), &tid) || !tid.HasConstructor())
    {
        wrong = "there is no policy " + text.substr(0, bracket);
        return nullptr;
    }
    ObjectFactory factory;
    factory.SetTypeId(tid);
    Ptr<Object> policy = factory.Create<Object>();
    const size_t begin = std::min(bracket + 1, text.size());
    std::istringstream attributes(text.substr(begin, text.size() - begin - (begin < text.size())));
    for (std::string attribute; std::getline(attributes, attribute, '|');)
    {
        const size_t equal = std::min(attribute.find('='), attribute.size());
        const std::string value = attribute.substr(std::min(equal + 1, attribute.size()));
        if (!policy->SetAttributeFailSafe(attribute.substr(0, equal), StringValue(value)))
        {
            wrong = tid.GetName() + " does not take " + attribute;
            return nullptr;
        }
    }
    return policy;
}

/**
 * @param names see MakePolicies()
 * @param family a family
 * @param [out] policy its policy
 * @param [in,out] wrong what is wrong
 */
template <typename T>
void
Choose(const std::map<std::string, std::string>& names,
       const std::string& family,
       Ptr<const T>& policy,
       std::string& wrong)
{
    const Ptr<Object> made = MakePolicy(names.at(family), wrong);
    policy = DynamicCast<T>(made);
    if (made && !policy)
    {
        wrong = names.at(family) + " is no policy of the family " + family;
    }
}

/** @return most memory that the program has used so far, megabytes. */
double
Memory()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

} // namespace

Ptr<TcpConnPolicies>
MakePolicies(const std::map<std::string, std::string>& names, std::string& wrong)
{
    wrong.clear();
    Ptr<TcpConnPolicies> rules = Create<TcpConnPolicies>();
    Choose(names, "handshake", rules->handshake, wrong);
    Choose(names, "release", rules->release, wrong);
    Choose(names, "isn", rules->isn, wrong);
    Choose(names, "check", rules->segmentCheck, wrong);
    Choose(names, "timewait", rules->timeWait, wrong);
    Choose(names, "retry", rules->retry, wrong);
    Choose(names, "icmp", rules->icmp, wrong);
    rules->admission = CreateObject<TcpConnUnlimited>();
    if (wrong.empty() && rules->handshake->CreateState(1))
    {
        wrong = names.at("handshake") + " remembers other connections, which is not explored";
    }
    if (!wrong.empty())
    {
        return nullptr;
    }
    rules->Compose();
    return rules;
}

Setup
DefaultSetup()
{
    Setup setup;
    setup.settings.windowScaling = false;
    setup.settings.sack = false;
    setup.settings.timestamps = false;
    setup.settings.delAckCount = 1;
    setup.settings.connCount = 1;
    setup.settings.dataRetries = 1;
    setup.bounds[1].opens = 0;
    return setup;
}

void
Print(std::ostream& os, const Result& r)
{
    os << (r.violation == Violation::NONE ? "no violation" : ViolationName(r.violation));
    if (r.violation != Violation::NONE)
    {
        os << " after " << r.run.size() << " steps";
    }
    os << ": " << r.states << " states, " << r.steps << " steps, depth " << r.depth << ", "
       << (r.complete                       ? "all within the bounds"
           : r.violation == Violation::NONE ? "stopped at the limit"
                                            : "stopped there")
       << "\n"
       << r.hosts << " states of one end, " << r.letters << " segments, " << r.pairs.size()
       << " pairs of states, " << r.rows << " of " << r.allRows << " rows taken, " << r.halfOpen
       << " states half-open, " << r.overflows << " segments lost in a full network\n"
       << std::fixed << std::setprecision(1) << r.seconds << " s, " << Memory() << " MB\n";
    os.unsetf(std::ios_base::floatfield);
}

// A run once more -------------------------------------------------------------------------------

Replay::Replay(const Setup& setup, const std::vector<Act>& run, const Atlas& atlas)
    : m_policies(setup.policies[0]->Describe())
{
    Host hosts[2] = {Host(0, setup.policies[0], setup.settings, setup.bounds[0]),
                     Host(1, setup.policies[1], setup.settings, setup.bounds[1])};
    m_keys[0] = hosts[0].Key();
    m_keys[1] = hosts[1].Key();
    for (const Act& act : run)
    {
        Line line{};
        line.host = act.host;
        line.arrival = act.kind == Act::DELIVER || act.kind == Act::REPEAT;
        line.lost = act.kind == Act::LOSE;
        Event event = Event::Of(act.code);
        Letter letter{};
        if (act.kind != Act::HOST)
        {
            letter = atlas.LetterAt(act.letter);
            line.segment = letter.segment;
            event.kind = Event::ARRIVE;
            event.segment = &letter.segment;
            event.tag = letter.tag;
        }
        line.what = act.kind == Act::REPEAT ? "once more" : event.Name();
        Host& host = hosts[act.host];
        if (!line.lost)
        {
            const uint8_t incarnation = host.Incarnation();
            line.outcome = host.Apply(event, nullptr);
            if (host.Incarnation() != incarnation && host.State() != TcpSocket::LISTEN)
            {
                m_iss[act.host].push_back(host.Tcb().iss);
            }
        }
        line.incarnation = host.Incarnation();
        line.states[0] = hosts[0].State();
        line.states[1] = hosts[1].State();
        m_lines.push_back(line);
    }
}

std::string
Replay::Number(uint8_t host, SequenceNumber32 number) const
{
    // As a distance from the nearest initial number: A1 is that of host A's first incarnation.
    for (size_t i = m_iss[host].size(); i-- > 0;)
    {
        const int32_t distance = number - m_iss[host][i];
        if (distance >= 0 && distance < 100000)
        {
            return std::string(1, static_cast<char>('A' + host)) + std::to_string(i + 1) +
                   (distance > 0 ? "+" + std::to_string(distance) : "");
        }
    }
    return std::to_string(number.GetValue());
}

namespace
{

/** @param segment a segment @return its control bits, "SYN,ACK" */
std::string
Flags(const TcpConnSegment& segment)
{
    static const std::pair<uint16_t, const char*> names[] = {{TCP_CONN_SYN, "SYN"},
                                                             {TCP_CONN_FIN, "FIN"},
                                                             {TCP_CONN_RST, "RST"},
                                                             {TCP_CONN_PSH, "PSH"},
                                                             {TCP_CONN_ACK, "ACK"},
                                                             {TCP_CONN_URG, "URG"}};
    std::string text;
    for (const auto& [bit, name] : names)
    {
        if (segment.Has(bit))
        {
            text += (text.empty() ? "" : ",") + std::string(name);
        }
    }
    return text.empty() ? "-" : text;
}

/** @param segment a segment @return seq, ack, len as a trace has them */
std::string
Numbers(const TcpConnSegment& segment)
{
    std::ostringstream os;
    os << "seq=" << segment.seq << " ack=" << segment.ack << " len=" << segment.length;
    return os.str();
}

/** @param segment a segment @return it as a trace has it */
std::string
TraceText(const TcpConnSegment& segment)
{
    std::ostringstream os;
    os << Flags(segment) << ' ' << Numbers(segment) << " win=" << segment.window;
    const TcpConnOptions& o = segment.options;
    if (o.Has(TcpConnOptions::MSS))
    {
        os << " mss=" << o.mss;
    }
    if (o.Has(TcpConnOptions::TIMESTAMPS))
    {
        os << " ts=" << o.tsVal << '/' << o.tsEcr;
    }
    return os.str();
}

} // namespace

std::string
Replay::Text(uint8_t from, const TcpConnSegment& segment) const
{
    std::string text = Flags(segment) + " seq=" + Number(from, segment.seq);
    if (segment.Has(TCP_CONN_ACK))
    {
        text += " ack=" + Number(1 - from, segment.ack);
    }
    return segment.length > 0 ? text + " len=" + std::to_string(segment.length) : text;
}

void
Replay::PrintLadder(std::ostream& os) const
{
    constexpr size_t width = 46;
    os << "\nstep            host A" << std::string(width + 2, ' ') << "host B\n";
    TcpSocket::TcpStates_t shown[2] = {TcpSocket::LAST_STATE, TcpSocket::LAST_STATE};
    for (size_t i = 0; i < m_lines.size(); ++i)
    {
        const Line& line = m_lines[i];
        std::string middle;
        if (line.arrival || line.lost)
        {
            const uint8_t from = 1 - line.host;
            middle = ' ' + Text(from, line.segment) + ' ';
            const size_t rest = std::max(width - 3, middle.size()) - middle.size();
            middle = std::string(rest / 2, '-') + middle + std::string(rest - rest / 2, '-');
            const std::string head = line.lost ? "X" : line.host == 1 ? ">" : "<";
            middle = line.host == 1 ? '-' + middle + '-' + head : head + '-' + middle + '-';
        }
        else
        {
            const size_t gap = width - std::min(width, line.what.size());
            middle = line.host == 0 ? line.what + std::string(gap, ' ')
                                    : std::string(gap, ' ') + line.what;
        }
        std::string names[2];
        for (int side : {0, 1})
        {
            names[side] =
                line.states[side] == shown[side] ? "" : TcpConnStateName(line.states[side]);
            shown[side] = line.states[side];
        }
        os << std::setw(4) << i + 1 << ' ' << std::setw(13) << names[0] << " | " << middle << " | "
           << names[1] << (line.what == "once more" ? "   (stays in the network)" : "")
           << (line.outcome.oldBytes ? "   (old bytes)" : "") << '\n';
    }
    os << '\n';
    for (uint8_t side : {0, 1})
    {
        for (size_t i = 0; i < m_iss[side].size(); ++i)
        {
            os << static_cast<char>('A' + side) << i + 1 << " = " << m_iss[side][i] << '\n';
        }
    }
}

void
Replay::PrintTrace(std::ostream& os) const
{
    os << "#tcp-conn-trace 1 " << m_policies << '\n';
    TcpSocket::TcpStates_t state[2] = {TcpSocket::CLOSED, TcpSocket::CLOSED};
    size_t since[2] = {0, 0};
    uint32_t ids[2] = {0, 0};     // last id given
    uint32_t current[2] = {0, 0}; // that of the connection
    uint32_t listener[2] = {0, 0};
    for (size_t i = 0; i < m_lines.size(); ++i)
    {
        const Line& line = m_lines[i];
        const uint8_t h = line.host;
        if (line.lost)
        {
            continue;
        }
        const TcpConnKey& key = m_keys[h];
        const std::string at = ' ' + std::to_string(i) + ".000000000 " + std::to_string(h) + ' ';
        const std::string ends = ' ' + key.LocalText() + ' ' + key.PeerText() + ' ';
        if (line.arrival)
        {
            os << 'R' << at << current[h] << ends << TraceText(line.segment) << '\n';
        }
        auto sent = line.outcome.sent.begin();
        for (const TcpConnEffect& effect : line.outcome.effects)
        {
            if (effect.kind == TcpConnEffect::MOVE)
            {
                const TcpConnRow& row = *effect.row;
                const bool listens = row.to == TcpSocket::LISTEN && row.from == TcpSocket::CLOSED;
                const bool ofListener = row.from == TcpSocket::LISTEN && !line.arrival;
                if (listens)
                {
                    listener[h] = ++ids[h];
                }
                else if (current[h] == 0 && !ofListener)
                {
                    current[h] = ++ids[h];
                    since[h] = i;
                }
                const bool whole = listens || ofListener;
                os << 'T' << at << (whole ? listener[h] : current[h])
                   << (whole ? " *:" + std::to_string(key.localPort) + " *:0 " : ends)
                   << TcpConnStateName(row.from) << ' ' << TcpConnStateName(row.to) << ' '
                   << row.cause << " in=" << i - (state[h] == row.from ? since[h] : i)
                   << ".000000000";
                if (line.arrival)
                {
                    os << " seg=" << Flags(line.segment) << ' ' << Numbers(line.segment);
                }
                os << '\n';
                state[h] = row.to;
                since[h] = i;
                if (row.to == TcpSocket::CLOSED ||
                    (row.to == TcpSocket::LISTEN && row.from != TcpSocket::CLOSED))
                {
                    current[h] = 0;
                }
            }
            else if (effect.kind == TcpConnEffect::SEND && sent != line.outcome.sent.end())
            {
                os << 'S' << at << current[h] << ends << TraceText(*sent++) << '\n';
            }
        }
        for (; sent != line.outcome.sent.end(); ++sent)
        {
            os << 'S' << at << current[h] << ends << TraceText(*sent) << '\n';
        }
    }
}

} // namespace TcpConnExplorer
