/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-packet-script-flow.h"

#include <algorithm>

namespace ns3
{
namespace TcpConnPacketScript
{

namespace
{

using TcpConnWire::ACK;
using TcpConnWire::FIN;
using TcpConnWire::PSH;
using TcpConnWire::RST;
using TcpConnWire::Segment;
using TcpConnWire::SYN;
using TcpConnWire::URG;

void
Put(std::string& bytes, uint32_t value, int size)
{
    for (int i = size - 1; i >= 0; i--)
    {
        bytes.push_back(static_cast<char>(value >> (8 * i)));
    }
}

uint32_t
Get(const std::string& bytes, std::size_t at, int size)
{
    uint32_t value = 0;
    for (int i = 0; i < size; i++)
    {
        value = (value << 8) | static_cast<uint8_t>(bytes[at + i]);
    }
    return value;
}

/** The options of a segment that was seen; the list of a malformed one ends where it does. */
std::vector<Option>
ReadOptions(const std::string& bytes)
{
    std::vector<Option> options;
    std::size_t at = 0;
    while (at < bytes.size() && bytes[at] != Option::EOL)
    {
        Option option{static_cast<Option::Kind>(bytes[at]), 0, 0, {}};
        std::size_t size = 1;
        if (option.kind != Option::NOP)
        {
            size = at + 1 < bytes.size() ? static_cast<uint8_t>(bytes[at + 1]) : 0;
            if (size < 2 || at + size > bytes.size())
            {
                break;
            }
        }
        if (option.kind == Option::MSS && size == 4)
        {
            option.first = Get(bytes, at + 2, 2);
        }
        else if (option.kind == Option::WSCALE && size == 3)
        {
            option.first = Get(bytes, at + 2, 1);
        }
        else if (option.kind == Option::TIMESTAMPS && size == 10)
        {
            option.first = Get(bytes, at + 2, 4);
            option.second = Get(bytes, at + 6, 4);
        }
        else if (option.kind == Option::SACK)
        {
            for (std::size_t block = at + 2; block + 8 <= at + size; block += 8)
            {
                option.blocks.emplace_back(Get(bytes, block, 4), Get(bytes, block + 4, 4));
            }
        }
        options.push_back(option);
        at += size;
    }
    return options;
}

/** Options without padding, in the order of their kinds: RFC 9293 3.2 asks for no order. */
std::vector<Option>
Sorted(const std::vector<Option>& options)
{
    std::vector<Option> sorted;
    for (const Option& option : options)
    {
        if (option.kind != Option::NOP && option.kind != Option::EOL)
        {
            sorted.push_back(option);
        }
    }
    std::stable_sort(sorted.begin(), sorted.end(), [](const Option& a, const Option& b) {
        return a.kind < b.kind;
    });
    return sorted;
}

bool
SameOptions(const std::vector<Option>& want, const std::vector<Option>& got, bool loose)
{
    const std::vector<Option> a = Sorted(want);
    const std::vector<Option> b = Sorted(got);
    if (a.size() != b.size())
    {
        return false;
    }
    for (std::size_t i = 0; i < a.size(); i++)
    {
        // The clock of the host is its own: only what it echoes is compared.
        const bool clock = a[i].kind == Option::TIMESTAMPS;
        const bool same = (clock || a[i].first == b[i].first) && a[i].second == b[i].second &&
                          a[i].blocks == b[i].blocks;
        if (a[i].kind != b[i].kind || !(same || (loose && !clock)))
        {
            return false;
        }
    }
    return true;
}

} // namespace

uint32_t
Flow::HostSeq(uint32_t seq, bool syn) const
{
    return seq + m_hostIsn - (syn ? m_hostScriptIsn : 0);
}

uint32_t
Flow::EchoOf(uint32_t script) const
{
    const auto found = m_stamps.find(script);
    if (found != m_stamps.end())
    {
        return found->second;
    }
    return script == 0 ? 0 : script + m_stampOffset;
}

std::string
Flow::BuildOptions(const PacketLine& line) const
{
    std::string bytes;
    for (const Option& option : line.options)
    {
        Put(bytes, option.kind, 1);
        switch (option.kind)
        {
        case Option::MSS:
            Put(bytes, 4, 1);
            Put(bytes, option.first, 2);
            break;
        case Option::WSCALE:
            Put(bytes, 3, 1);
            Put(bytes, option.first, 1);
            break;
        case Option::SACK_OK:
            Put(bytes, 2, 1);
            break;
        case Option::SACK:
            Put(bytes, static_cast<uint32_t>(2 + 8 * option.blocks.size()), 1);
            for (const auto& block : option.blocks)
            {
                Put(bytes, HostSeq(block.first, false), 4);
                Put(bytes, HostSeq(block.second, false), 4);
            }
            break;
        case Option::TIMESTAMPS:
            Put(bytes, 10, 1);
            Put(bytes, option.first, 4);
            Put(bytes, EchoOf(option.second), 4);
            break;
        default:
            break;
        }
    }
    return bytes;
}

Segment
Flow::ToWire(const PacketLine& line, Testbed& testbed)
{
    Segment segment;
    segment.src = testbed.Remote();
    segment.dst = testbed.Local();
    segment.srcPort = peerPort;
    segment.dstPort = hostPort;
    segment.flags = line.flags;
    const bool syn = line.flags & SYN;
    segment.seq = line.seq + (syn ? 0 : m_peerIsn);
    segment.ack = line.flags & ACK ? HostSeq(line.ack, syn) : 0;
    segment.window = static_cast<uint16_t>(std::max<int64_t>(line.window, 0));
    segment.urgent = line.urgent;
    segment.options = BuildOptions(line);
    segment.payload.assign(line.length, 'p');
    if (syn && !(line.flags & RST))
    {
        m_peerSyn = segment.seq;
        m_peerSynSize = line.length + (line.flags & FIN ? 2 : 1);
        if (m_numbered && (line.flags & ACK) && segment.ack == m_hostIsn + 1 && !m_agreed)
        {
            m_peerIsn = m_peerSyn; // it answers the host's SYN
            m_agreed = true;
        }
    }
    m_ended = m_ended || (line.flags & (FIN | RST));
    return segment;
}

void
Flow::Learn(const PacketLine& line, const Segment& segment)
{
    if ((line.flags & segment.flags & SYN) && (!m_numbered || m_ended))
    {
        m_hostIsn = segment.seq;
        m_hostScriptIsn = line.seq;
        m_numbered = true;
        m_ended = false;
        m_agreed = false;
    }
    const bool synAck = (segment.flags & (SYN | ACK)) == (SYN | ACK);
    if (synAck && segment.ack - m_peerSyn - 1 < m_peerSynSize)
    {
        m_peerIsn = m_peerSyn; // the host takes the peer's SYN
        m_agreed = true;
    }
    m_ended = m_ended || (segment.flags & (FIN | RST));
    for (const Option& option : line.options)
    {
        if (option.kind == Option::TIMESTAMPS && segment.hasTs)
        {
            m_stamps[option.first] = segment.tsVal;
            if (!m_stamped)
            {
                m_stampOffset = segment.tsVal - option.first;
                m_stamped = true;
            }
        }
    }
}

PacketLine
Flow::ToScript(const Segment& segment) const
{
    PacketLine line;
    line.from = segment.srcPort;
    line.to = segment.dstPort;
    line.flags = segment.flags;
    // A reset for a segment without acknowledgment has the number 0 (RFC 9293 3.10.7.1).
    const bool plain = segment.seq == 0 && (segment.flags & (RST | ACK)) == (RST | ACK);
    const bool syn = segment.flags & SYN;
    line.seq = plain ? 0 : segment.seq - m_hostIsn + (syn ? m_hostScriptIsn : 0);
    line.length = static_cast<uint32_t>(segment.payload.size());
    line.ack = segment.ack - (syn || !(segment.flags & ACK) ? 0 : m_peerIsn);
    line.window = segment.window;
    line.urgent = segment.urgent;
    line.options = ReadOptions(segment.options);
    for (Option& option : line.options)
    {
        if (option.kind == Option::TIMESTAMPS)
        {
            option.first -= m_stampOffset;
        }
        for (auto& block : option.blocks)
        {
            block.first -= m_peerIsn;
            block.second -= m_peerIsn;
        }
    }
    return line;
}

bool
Matches(const PacketLine& want, const PacketLine& got, const Setup& setup)
{
    const uint8_t looked = setup.loosePush ? static_cast<uint8_t>(~PSH) : 0xff;
    return (want.flags & looked) == (got.flags & looked) && want.seq == got.seq &&
           want.length == got.length && (!(want.flags & ACK) || want.ack == got.ack) &&
           (want.window < 0 || want.window == got.window) &&
           (!(want.flags & URG) || want.urgent == got.urgent) &&
           (!want.hasPorts || (want.from == got.from && want.to == got.to)) &&
           (want.anyOptions || SameOptions(want.options, got.options, setup.looseOptions));
}

} // namespace TcpConnPacketScript
} // namespace ns3
