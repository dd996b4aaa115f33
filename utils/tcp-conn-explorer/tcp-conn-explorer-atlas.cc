/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-explorer-atlas.h"

namespace TcpConnExplorer
{

using namespace ns3;

uint32_t
Atlas::Add(const Host& host)
{
    const std::string bytes = host.Canonical();
    const auto range = m_byHost.equal_range(bytes);
    for (auto i = range.first; i != range.second; ++i)
    {
        if (m_hosts[i->second].SameText(host))
        {
            return i->second;
        }
    }
    const auto number = static_cast<uint32_t>(m_hosts.size());
    m_hosts.push_back(host);
    m_steps.emplace_back();
    m_stepsMade.push_back(false);
    m_byHost.emplace(bytes, number);
    return number;
}

const Host&
Atlas::At(uint32_t number) const
{
    return m_hosts[number];
}

const Letter&
Atlas::LetterAt(uint32_t number) const
{
    return m_letters[number];
}

uint32_t
Atlas::AddLetter(const TcpConnSegment& segment, uint32_t tag)
{
    // Whose it is matters for what opens a connection and for text alone.
    tag = segment.length > 0 || segment.Has(TCP_CONN_SYN) ? tag : 0;
    const auto [i, isNew] =
        m_byLetter.emplace(CanonicalSegment(segment, tag), static_cast<uint32_t>(m_letters.size()));
    if (isNew)
    {
        m_letters.push_back({segment, tag});
    }
    return i->second;
}

Step
Atlas::Make(uint32_t number, const Event& event)
{
    Host host = m_hosts[number];
    if (m_taken.empty())
    {
        m_taken.resize(host.Rules().Table().Rows().size());
    }
    const Outcome outcome = host.Apply(event, &m_taken);
    Step step;
    step.illegal = outcome.illegal;
    step.resetAnswered = outcome.resetAnswered;
    step.oldBytes = outcome.oldBytes;
    step.timeWaitBegun = outcome.timeWaitBegun;
    step.firstSent = static_cast<uint32_t>(m_sent.size());
    step.sent = static_cast<uint8_t>(outcome.sent.size());
    for (const TcpConnSegment& segment : outcome.sent)
    {
        m_sent.push_back(AddLetter(segment, outcome.tag));
    }
    step.host = Add(host);
    return step;
}

const std::vector<Step>&
Atlas::StepsOf(uint32_t host)
{
    if (!m_stepsMade[host])
    {
        m_stepsMade[host] = true;
        std::vector<Step> steps;
        for (uint32_t code = 0; code < Event::CODES; ++code)
        {
            const Event event = Event::Of(code);
            if (m_hosts[host].Can(event))
            {
                steps.push_back(Make(host, event));
                steps.back().code = static_cast<uint8_t>(code);
            }
        }
        m_steps[host] = std::move(steps);
    }
    return m_steps[host];
}

const Step&
Atlas::Arrival(uint32_t host, uint32_t letter)
{
    const uint64_t key = static_cast<uint64_t>(host) << 32 | letter;
    const auto i = m_arrivals.find(key);
    if (i != m_arrivals.end())
    {
        return i->second;
    }
    Event event;
    const Letter arriving = m_letters[letter];
    event.segment = &arriving.segment;
    event.tag = arriving.tag;
    const Step step = Make(host, event);
    return m_arrivals.emplace(key, step).first->second;
}

uint32_t
Atlas::Sent(const Step& step, uint32_t i) const
{
    return m_sent[step.firstSent + i];
}

size_t
Atlas::Hosts() const
{
    return m_hosts.size();
}

size_t
Atlas::Letters() const
{
    return m_letters.size();
}

const std::vector<uint64_t>&
Atlas::Taken() const
{
    return m_taken;
}

} // namespace TcpConnExplorer
