/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-impairment-rule.h"

#include <algorithm>
#include <utility>

namespace ns3
{

namespace
{

using Packets = TcpConnImpairmentPacket;

/** @return the first bits of two addresses are the same */
bool
SamePrefix(const Packets::Bytes& one, const Packets::Bytes& other, uint32_t bits)
{
    for (uint32_t i = 0; i < bits / 8; ++i)
    {
        if (one[i] != other[i])
        {
            return false;
        }
    }
    uint32_t rest = bits % 8;
    return rest == 0 || (one[bits / 8] ^ other[bits / 8]) >> (8 - rest) == 0;
}

} // namespace

Time
TcpConnImpairmentDelay::Next() const
{
    if (!drawn)
    {
        return constant;
    }
    // Half of what Time can tell, so that it can be added to the time that it is.
    double most = Time::Max().GetSeconds() / 2;
    return Seconds(std::clamp(drawn->GetValue(), 0.0, most));
}

bool
TcpConnImpairmentEndpoint::Has(const TcpConnImpairmentPacket& packet, bool source) const
{
    if (family != Family::ANY && (family == Family::IPV6) != packet.ipv6)
    {
        return false;
    }
    if (!SamePrefix(source ? packet.source : packet.destination, address, prefix))
    {
        return false;
    }
    return !port ||
           (packet.ported && port->Has(source ? packet.sourcePort : packet.destinationPort));
}

bool
TcpConnImpairmentPair::Has(const TcpConnImpairmentPacket& packet) const
{
    return (source.Has(packet, true) && destination.Has(packet, false)) ||
           (both && source.Has(packet, false) && destination.Has(packet, true));
}

bool
TcpConnImpairmentSpec::MatchesKind(const TcpConnImpairmentPacket& packet) const
{
    switch (kind)
    {
    case Kind::TCP:
        return packet.IsTcp();
    case Kind::UDP:
        return packet.ported && packet.protocol == Packets::UDP_NUMBER;
    case Kind::ICMP:
        return !packet.fragment &&
               packet.protocol == (packet.ipv6 ? Packets::ICMPV6_NUMBER : Packets::ICMP_NUMBER);
    case Kind::ANY:
        break;
    }
    return true;
}

bool
TcpConnImpairmentSpec::MatchesSegment(const TcpConnImpairmentPacket& packet) const
{
    for (const auto& test : flags)
    {
        if ((packet.flags & test.mask) != test.value)
        {
            return false;
        }
    }
    for (uint16_t mask : anyOf)
    {
        if ((packet.flags & mask) == 0)
        {
            return false;
        }
    }
    constexpr uint16_t CONTROL = Packets::SYN | Packets::FIN | Packets::RST;
    bool hasAck = (packet.flags & Packets::ACK) != 0;
    if (pureAck && (packet.payload > 0 || !hasAck || (packet.flags & CONTROL) != 0))
    {
        return false;
    }
    uint32_t occupied = packet.SequenceLength();
    if (sequence && (occupied == 0 || !sequence->Overlaps(packet.sequence, occupied)))
    {
        return false;
    }
    return !acknowledgment || (hasAck && acknowledgment->Overlaps(packet.acknowledgment, 1));
}

bool
TcpConnImpairmentSpec::Matches(const TcpConnImpairmentPacket& packet, Time now) const
{
    if (!MatchesKind(packet) || (ipv6 && *ipv6 != packet.ipv6) || !MatchesSegment(packet))
    {
        return false;
    }
    if ((data && packet.payload == 0) || (length && !length->Has(packet.payload)))
    {
        return false;
    }
    if (window && (now < window->first || now >= window->second))
    {
        return false;
    }
    // What has no such part cannot be corrupted there.
    if (action == Action::CORRUPT && packet.GetRegion(part, byte).size == 0)
    {
        return false;
    }
    return std::all_of(pairs.begin(), pairs.end(), [&packet](const auto& pair) {
        return pair.Has(packet);
    });
}

TcpConnImpairmentRule::TcpConnImpairmentRule(TcpConnImpairmentSpec spec)
    : m_spec(std::move(spec)),
      m_random(CreateObject<UniformRandomVariable>())
{
}

bool
TcpConnImpairmentRule::Applies(const TcpConnImpairmentPacket& packet, Time now)
{
    if (!m_spec.Matches(packet, now))
    {
        return false;
    }
    ++m_matched;
    if (!Chosen(Count(packet)))
    {
        return false;
    }
    if (m_spec.probability < 1 && m_random->GetValue(0, 1) >= m_spec.probability)
    {
        return false;
    }
    if (m_hits >= m_spec.limit)
    {
        return false;
    }
    ++m_hits;
    return true;
}

uint64_t
TcpConnImpairmentRule::Count(const TcpConnImpairmentPacket& packet)
{
    return m_spec.perConnection ? ++m_flows[packet.GetFlow()] : m_matched;
}

bool
TcpConnImpairmentRule::Chosen(uint64_t place) const
{
    if (place % m_spec.every != 0)
    {
        return false;
    }
    const auto& ranges = m_spec.occurrences;
    auto number = static_cast<uint32_t>(std::min<uint64_t>(place, UINT32_MAX));
    return ranges.empty() || std::any_of(ranges.begin(), ranges.end(), [number](const auto& range) {
               return range.Has(number);
           });
}

Ptr<Packet>
TcpConnImpairmentRule::Corrupt(const TcpConnImpairmentPacket& packet, Ptr<const Packet> bytes) const
{
    Packets::Region region = packet.GetRegion(m_spec.part, m_spec.byte);
    uint64_t all = uint64_t{region.size} * 8;
    std::map<uint32_t, uint8_t> masks;
    // Different bits, so that none is inverted back.
    for (uint64_t left = std::min<uint64_t>(m_spec.bits, all); left > 0;)
    {
        auto bit = static_cast<uint32_t>(m_random->GetInteger(0, static_cast<uint32_t>(all - 1)));
        uint8_t& mask = masks[region.At(bit / 8)];
        auto inverted = static_cast<uint8_t>(1U << bit % 8);
        if ((mask & inverted) == 0)
        {
            mask |= inverted;
            --left;
        }
    }
    Ptr<Packet> result = bytes->Copy();
    for (const auto& [offset, mask] : masks)
    {
        result = Packets::Flip(result, offset, mask);
    }
    return result;
}

int64_t
TcpConnImpairmentRule::AssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    if (m_spec.delay && m_spec.delay->drawn)
    {
        m_spec.delay->drawn->SetStream(stream + 1);
    }
    return STREAMS;
}

} // namespace ns3
