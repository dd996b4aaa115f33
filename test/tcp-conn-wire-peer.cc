/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-wire-peer.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv6-header.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"

namespace ns3
{
namespace TcpConnWire
{

namespace
{

constexpr uint8_t PROTOCOL_TCP = 6;
constexpr uint8_t PROTOCOL_ICMP4 = 1;
constexpr uint8_t PROTOCOL_ICMP6 = 58;
constexpr uint16_t ETHER_IPV4 = 0x0800;
constexpr uint16_t ETHER_IPV6 = 0x86DD;
constexpr std::size_t MIN_HEADER = 20;

void
Put16(std::string& s, uint32_t v)
{
    s.push_back(static_cast<char>(v >> 8));
    s.push_back(static_cast<char>(v));
}

void
Put32(std::string& s, uint32_t v)
{
    Put16(s, v >> 16);
    Put16(s, v & 0xffff);
}

uint32_t
Get8(const std::string& s, std::size_t i)
{
    return static_cast<uint8_t>(s[i]);
}

uint32_t
Get16(const std::string& s, std::size_t i)
{
    return (Get8(s, i) << 8) | Get8(s, i + 1);
}

uint32_t
Get32(const std::string& s, std::size_t i)
{
    return (Get16(s, i) << 16) | Get16(s, i + 2);
}

void
Set16(std::string& s, std::size_t i, uint16_t v)
{
    s[i] = static_cast<char>(v >> 8);
    s[i + 1] = static_cast<char>(v);
}

std::string
BytesOf(Ptr<const Packet> packet)
{
    std::string bytes(packet->GetSize(), '\0');
    packet->CopyData(reinterpret_cast<uint8_t*>(&bytes[0]), packet->GetSize());
    return bytes;
}

/** Walk the option list; false when a length does not fit (RFC 9293 3.2). */
bool
ParseOptions(Segment& s)
{
    const std::string& o = s.options;
    std::size_t i = 0;
    while (i < o.size())
    {
        const uint32_t kind = Get8(o, i);
        if (kind == 0)
        {
            return true;
        }
        if (kind == 1)
        {
            i++;
            continue;
        }
        if (i + 1 >= o.size())
        {
            return false;
        }
        const uint32_t length = Get8(o, i + 1);
        if (length < 2 || i + length > o.size())
        {
            return false;
        }
        if (kind == 2 && length == 4)
        {
            s.mss = static_cast<int>(Get16(o, i + 2));
        }
        else if (kind == 3 && length == 3)
        {
            s.ws = static_cast<int>(Get8(o, i + 2));
        }
        else if (kind == 4 && length == 2)
        {
            s.sackOk = true;
        }
        else if (kind == 8 && length == 10)
        {
            s.hasTs = true;
            s.tsVal = Get32(o, i + 2);
            s.tsEcr = Get32(o, i + 6);
        }
        else if (kind == 34)
        {
            s.hasFo = true;
            s.cookie = o.substr(i + 2, length - 2);
        }
        i += length;
    }
    return true;
}

} // namespace

std::string
FlagNames(uint8_t flags)
{
    static const char* const names[] = {"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"};
    std::string text;
    for (int bit = 0; bit < 8; bit++)
    {
        if (flags & (1 << bit))
        {
            text += (text.empty() ? "" : "|") + std::string(names[bit]);
        }
    }
    return text.empty() ? "none" : text;
}

Host::Host(Ipv4Address a)
    : ip4(a)
{
}

Host::Host(Ipv6Address a)
    : v6(true),
      ip6(a)
{
}

Address
Host::With(uint16_t port) const
{
    return v6 ? Address(Inet6SocketAddress(ip6, port)) : Address(InetSocketAddress(ip4, port));
}

std::string
Host::Bytes() const
{
    uint8_t b[16];
    if (v6)
    {
        ip6.Serialize(b);
        return std::string(reinterpret_cast<char*>(b), 16);
    }
    ip4.Serialize(b);
    return std::string(reinterpret_cast<char*>(b), 4);
}

uint16_t
Checksum(const std::string& bytes)
{
    uint32_t sum = 0;
    for (std::size_t i = 0; i < bytes.size(); i += 2)
    {
        sum += Get8(bytes, i) << 8;
        sum += i + 1 < bytes.size() ? Get8(bytes, i + 1) : 0;
    }
    while (sum >> 16)
    {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<uint16_t>(~sum);
}

std::string
PseudoHeader(const Host& src, const Host& dst, uint8_t protocol, uint32_t length)
{
    std::string s = src.Bytes() + dst.Bytes();
    if (src.v6)
    {
        Put32(s, length);
        Put32(s, protocol);
    }
    else
    {
        Put16(s, protocol);
        Put16(s, length);
    }
    return s;
}

std::string
Segment::Build() const
{
    std::string padded = options;
    while (padded.size() % 4)
    {
        padded.push_back('\0');
    }
    const uint32_t words = offset ? offset : (MIN_HEADER + padded.size()) / 4;
    std::string s;
    Put16(s, srcPort);
    Put16(s, dstPort);
    Put32(s, seq);
    Put32(s, ack);
    s.push_back(static_cast<char>((words << 4) | (reserved & 0xf)));
    s.push_back(static_cast<char>(flags));
    Put16(s, window);
    Put16(s, 0);
    Put16(s, urgent);
    s += padded + payload;
    if (!noChecksum)
    {
        const uint16_t sum =
            Checksum(PseudoHeader(src, dst, PROTOCOL_TCP, static_cast<uint32_t>(s.size())) + s);
        Set16(s, 16, badChecksum ? sum ^ 0x0100 : sum);
    }
    return s;
}

Segment
Segment::Parse(const std::string& bytes, const Host& from, const Host& to)
{
    Segment s;
    s.src = from;
    s.dst = to;
    if (bytes.size() < MIN_HEADER)
    {
        s.malformed = true;
        return s;
    }
    s.srcPort = Get16(bytes, 0);
    s.dstPort = Get16(bytes, 2);
    s.seq = Get32(bytes, 4);
    s.ack = Get32(bytes, 8);
    s.offset = Get8(bytes, 12) >> 4;
    s.reserved = Get8(bytes, 12) & 0xf;
    s.flags = Get8(bytes, 13);
    s.window = Get16(bytes, 14);
    s.urgent = Get16(bytes, 18);
    s.badChecksum =
        Checksum(PseudoHeader(from, to, PROTOCOL_TCP, static_cast<uint32_t>(bytes.size())) +
                 bytes) != 0;
    const std::size_t header = s.offset * 4U;
    if (header < MIN_HEADER || header > bytes.size())
    {
        s.malformed = true;
        return s;
    }
    s.options = bytes.substr(MIN_HEADER, header - MIN_HEADER);
    s.payload = bytes.substr(header);
    s.malformed = !ParseOptions(s);
    return s;
}

Peer::Peer(Ptr<Node> node, Ptr<NetDevice> device, Ptr<NetDevice> other)
    : m_node(node),
      m_device(device),
      m_other(other)
{
    node->RegisterProtocolHandler(MakeCallback(&Peer::Receive, this), 0, device);
}

void
Peer::Receive(Ptr<NetDevice>,
              Ptr<const Packet> packet,
              uint16_t protocol,
              const Address&,
              const Address&,
              NetDevice::PacketType)
{
    Ptr<Packet> p = packet->Copy();
    Segment s;
    if (protocol == ETHER_IPV4)
    {
        Ipv4Header ip;
        p->RemoveHeader(ip);
        if (ip.GetProtocol() != PROTOCOL_TCP)
        {
            return;
        }
        s = Segment::Parse(BytesOf(p), ip.GetSource(), ip.GetDestination());
    }
    else if (protocol == ETHER_IPV6)
    {
        Ipv6Header ip;
        p->RemoveHeader(ip);
        if (ip.GetNextHeader() != PROTOCOL_TCP)
        {
            return;
        }
        s = Segment::Parse(BytesOf(p), ip.GetSource(), ip.GetDestination());
    }
    else
    {
        return;
    }
    s.badChecksum = s.badChecksum && verify;
    s.time = Simulator::Now();
    total++;
    if (keep)
    {
        seen.push_back(s);
    }
    if (onSeen)
    {
        onSeen();
    }
}

void
Peer::Send(const Segment& segment)
{
    if (keep)
    {
        sent.push_back(segment);
        sent.back().time = Simulator::Now();
    }
    SendRaw(segment.src, segment.dst, PROTOCOL_TCP, segment.Build());
}

void
Peer::SendRaw(const Host& src, const Host& dst, uint8_t protocol, const std::string& bytes)
{
    const auto size = static_cast<uint32_t>(bytes.size());
    Ptr<Packet> p = Create<Packet>(reinterpret_cast<const uint8_t*>(bytes.data()), size);
    if (src.v6)
    {
        Ipv6Header ip;
        ip.SetSource(src.ip6);
        ip.SetDestination(dst.ip6);
        ip.SetNextHeader(protocol);
        ip.SetPayloadLength(size);
        ip.SetHopLimit(64);
        ip.SetTrafficClass(tos);
        p->AddHeader(ip);
    }
    else
    {
        Ipv4Header ip;
        ip.SetSource(src.ip4);
        ip.SetDestination(dst.ip4);
        ip.SetProtocol(protocol);
        ip.SetPayloadSize(size);
        ip.SetTtl(64);
        ip.SetTos(tos);
        ip.EnableChecksum();
        p->AddHeader(ip);
    }
    m_device->Send(p, m_other->GetAddress(), src.v6 ? ETHER_IPV6 : ETHER_IPV4);
}

void
Peer::SendIcmp(const Host& from, const Segment& quoted, uint8_t type, uint8_t code, uint32_t info)
{
    const std::string tcp = quoted.Build();
    const auto size = static_cast<uint32_t>(tcp.size());
    Ptr<Packet> original = Create<Packet>(reinterpret_cast<const uint8_t*>(tcp.data()), size);
    if (from.v6)
    {
        Ipv6Header ip;
        ip.SetSource(quoted.src.ip6);
        ip.SetDestination(quoted.dst.ip6);
        ip.SetNextHeader(PROTOCOL_TCP);
        ip.SetPayloadLength(size);
        ip.SetHopLimit(64);
        original->AddHeader(ip);
    }
    else
    {
        Ipv4Header ip;
        ip.SetSource(quoted.src.ip4);
        ip.SetDestination(quoted.dst.ip4);
        ip.SetProtocol(PROTOCOL_TCP);
        ip.SetPayloadSize(size);
        ip.SetTtl(64);
        ip.EnableChecksum();
        original->AddHeader(ip);
    }
    std::string whole = BytesOf(original);
    std::string icmp;
    icmp.push_back(static_cast<char>(type));
    icmp.push_back(static_cast<char>(code));
    Put16(icmp, 0);
    Put32(icmp, info);
    // IPv4 quotes the IP header and eight bytes (RFC 792); IPv6 what fits 1280 (RFC 4443).
    icmp += from.v6 ? whole.substr(0, 1232) : whole.substr(0, 28);
    const std::string pseudo =
        from.v6 ? PseudoHeader(from, quoted.src, PROTOCOL_ICMP6, static_cast<uint32_t>(icmp.size()))
                : std::string();
    Set16(icmp, 2, Checksum(pseudo + icmp));
    SendRaw(from, quoted.src, from.v6 ? PROTOCOL_ICMP6 : PROTOCOL_ICMP4, icmp);
}

} // namespace TcpConnWire
} // namespace ns3
