/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-attacker.h"

#include "ns3/abort.h"
#include "ns3/double.h"
#include "ns3/enum.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv6-header.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/ipv6-route.h"
#include "ns3/ipv6-routing-protocol.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/string.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cmath>
#include <cstdlib>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(TcpConnAttacker);

namespace
{

constexpr uint8_t TCP = 6;                  // IP protocol number
constexpr double MOST_HOSTS = 4294967296.0; // that one run can tell apart

/** @param variable what to draw from @param modulus how many values there are @return 0 and up */
uint64_t
Draw(const Ptr<RandomVariableStream>& variable, double modulus)
{
    const double value = std::floor(std::fmod(variable->GetValue(), modulus));
    return static_cast<uint64_t>(value < 0 ? value + modulus : value);
}

} // namespace

TypeId
TcpConnAttacker::GetTypeId()
{
    using A = TcpConnAttacker;
    static TypeId tid =
        TypeId("ns3::TcpConnAttacker")
            .SetParent<Application>()
            .SetGroupName("TcpConn")
            .AddConstructor<TcpConnAttacker>()
            .AddAttribute("Kind",
                          "The segments to send.",
                          EnumValue(SYN),
                          TcpConnCompat::EnumAccessor<Kind>(&A::SetKind, &A::GetKind),
                          MakeEnumChecker(SYN,
                                          "syn",
                                          ACK,
                                          "ack",
                                          RST,
                                          "rst",
                                          SYN_ACK,
                                          "synack",
                                          DATA,
                                          "data",
                                          FIN,
                                          "fin"))
            .AddAttribute("Target",
                          "Address and port, InetSocketAddress or Inet6SocketAddress.",
                          AddressValue(),
                          MakeAddressAccessor(&A::m_target),
                          MakeAddressChecker())
            .AddAttribute("Sources",
                          "Source addresses: a prefix, \"10.9.0.0/16\" or \"2001:db8:9::/64\", or "
                          "one address; empty: the node's own.",
                          StringValue(""),
                          MakeStringAccessor(&A::m_sources),
                          MakeStringChecker())
            .AddAttribute("SourceHosts",
                          "Which address of Sources: a number, modulo their count. Of an IPv4 "
                          "prefix the network and the broadcast address are left out.",
                          StringValue("ns3::UniformRandomVariable[Min=0|Max=4294967296]"),
                          MakePointerAccessor(&A::m_hosts),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute("SourcePorts",
                          "Source port, modulo 65536.",
                          StringValue("ns3::UniformRandomVariable[Min=1024|Max=65536]"),
                          MakePointerAccessor(&A::m_ports),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute("Rate",
                          "Segments a second, evenly spaced; unless Interval is set.",
                          DoubleValue(100),
                          MakeDoubleAccessor(&A::m_rate),
                          MakeDoubleChecker<double>(1e-9))
            .AddAttribute("Interval",
                          "Time from one segment to the next, s; none: Rate says it.",
                          PointerValue(),
                          MakePointerAccessor(&A::m_interval),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute("Count",
                          "Segments in all; 0: until the application stops.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&A::m_count),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("SequenceNumbers",
                          "Sequence number, modulo 2^32.",
                          StringValue("ns3::UniformRandomVariable[Min=0|Max=4294967296]"),
                          MakePointerAccessor(&A::m_sequence),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute("AckNumbers",
                          "Acknowledgment number, modulo 2^32.",
                          StringValue("ns3::UniformRandomVariable[Min=0|Max=4294967296]"),
                          MakePointerAccessor(&A::m_ack),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute("Window",
                          "Window field.",
                          UintegerValue(65535),
                          MakeUintegerAccessor(&A::m_window),
                          MakeUintegerChecker<uint16_t>())
            .AddAttribute("Mss",
                          "MSS option of a segment with SYN; 0: none.",
                          UintegerValue(1460),
                          MakeUintegerAccessor(&A::m_mss),
                          MakeUintegerChecker<uint16_t>())
            .AddAttribute("DataSize",
                          "Text of a segment of kind data, bytes.",
                          UintegerValue(100),
                          MakeUintegerAccessor(&A::m_dataSize),
                          MakeUintegerChecker<uint32_t>(1, 65000))
            .AddAttribute("Ttl",
                          "TTL or hop limit.",
                          UintegerValue(64),
                          MakeUintegerAccessor(&A::m_ttl),
                          MakeUintegerChecker<uint8_t>(1))
            .AddTraceSource("Tx",
                            "A segment was sent.",
                            MakeTraceSourceAccessor(&A::m_tx),
                            "ns3::TcpConnAttacker::TxCallback");
    return tid;
}

TcpConnAttacker::TcpConnAttacker() = default;

TcpConnAttacker::~TcpConnAttacker() = default;

void
TcpConnAttacker::DoDispose()
{
    m_event.Cancel();
    TcpConnCompat::StreamsBase<Application>::Type::DoDispose();
}

int64_t
TcpConnAttacker::AssignStreams(int64_t stream)
{
    if (m_interval)
    {
        m_interval->SetStream(stream);
    }
    int64_t used = 1;
    for (const auto& variable : {m_hosts, m_ports, m_sequence, m_ack})
    {
        variable->SetStream(stream + used++);
    }
    return used;
}

uint64_t
TcpConnAttacker::GetSent() const
{
    return m_sent;
}

uint64_t
TcpConnAttacker::GetUnroutable() const
{
    return m_shots - m_sent;
}

void
TcpConnAttacker::SetKind(Kind kind)
{
    m_kind = kind;
}

TcpConnAttacker::Kind
TcpConnAttacker::GetKind() const
{
    return m_kind;
}

void
TcpConnAttacker::Prepare()
{
    if (InetSocketAddress::IsMatchingType(m_target))
    {
        const auto to = InetSocketAddress::ConvertFrom(m_target);
        m_key.peer = TcpConnKey::FromIpv4(to.GetIpv4());
        m_key.peerPort = to.GetPort();
        m_key.v6 = false;
    }
    else
    {
        NS_ABORT_MSG_UNLESS(Inet6SocketAddress::IsMatchingType(m_target),
                            "ns3::TcpConnAttacker::Target must be an InetSocketAddress or an "
                            "Inet6SocketAddress");
        const auto to = Inet6SocketAddress::ConvertFrom(m_target);
        m_key.peer = TcpConnKey::FromIpv6(to.GetIpv6());
        m_key.peerPort = to.GetPort();
        m_key.v6 = true;
    }
    NS_ABORT_MSG_UNLESS(ParseSources(),
                        "ns3::TcpConnAttacker::Sources is \""
                            << m_sources << "\"; legal are an address or a prefix (10.9.0.0/16, "
                            << "2001:db8:9::/64) of the target's family, or nothing");
}

bool
TcpConnAttacker::ParseSources()
{
    m_hostCount = 0;
    if (m_sources.empty())
    {
        return true;
    }
    const uint32_t bits = m_key.v6 ? 128 : 32;
    const auto slash = m_sources.find('/');
    uint32_t length = bits;
    if (slash != std::string::npos)
    {
        char* end = nullptr;
        const std::string text = m_sources.substr(slash + 1);
        length = static_cast<uint32_t>(std::strtoul(text.c_str(), &end, 10));
        if (text.empty() || *end != '\0' || length > bits)
        {
            return false;
        }
    }
    m_key.local = TcpConnIp{};
    const std::string address = m_sources.substr(0, slash);
    if (inet_pton(m_key.v6 ? AF_INET6 : AF_INET, address.c_str(), m_key.local.data()) != 1)
    {
        return false;
    }
    for (uint32_t bit = length; bit < bits; bit++)
    {
        m_key.local[bit / 8] &= ~(0x80 >> (bit % 8));
    }
    m_hostCount = std::min(std::pow(2.0, bits - length), MOST_HOSTS);
    if (!m_key.v6 && m_hostCount > 2)
    {
        m_key.local[3] |= 1; // behind the network's address
        m_hostCount -= 2;
    }
    return true;
}

void
TcpConnAttacker::StartApplication()
{
    Prepare();
    m_start = Simulator::Now();
    Shoot();
}

void
TcpConnAttacker::StopApplication()
{
    m_event.Cancel();
}

void
TcpConnAttacker::Shoot()
{
    if (m_key.v6 ? SendIpv6() : SendIpv4())
    {
        m_sent++;
    }
    m_shots++;
    if (m_count == 0 || m_shots < m_count)
    {
        m_event = Simulator::Schedule(NextTime() - Simulator::Now(), &TcpConnAttacker::Shoot, this);
    }
}

Time
TcpConnAttacker::NextTime()
{
    if (m_interval)
    {
        return Simulator::Now() + Seconds(std::max(m_interval->GetValue(), 0.0));
    }
    // From the start on: rounding to nanoseconds does not add up.
    return std::max(m_start + Seconds(static_cast<double>(m_shots) / m_rate), Simulator::Now());
}

TcpConnSegment
TcpConnAttacker::MakeSegment()
{
    static constexpr uint16_t FLAGS[] = {TCP_CONN_SYN,
                                         TCP_CONN_ACK,
                                         TCP_CONN_RST,
                                         TCP_CONN_SYN | TCP_CONN_ACK,
                                         TCP_CONN_PSH | TCP_CONN_ACK,
                                         TCP_CONN_FIN | TCP_CONN_ACK};
    TcpConnSegment segment;
    segment.flags = FLAGS[m_kind];
    segment.seq = SequenceNumber32(static_cast<uint32_t>(Draw(m_sequence, 4294967296.0)));
    if (segment.Has(TCP_CONN_ACK))
    {
        segment.ack = SequenceNumber32(static_cast<uint32_t>(Draw(m_ack, 4294967296.0)));
    }
    segment.window = segment.Has(TCP_CONN_RST) ? 0 : m_window;
    segment.length = m_kind == DATA ? m_dataSize : 0;
    if (segment.Has(TCP_CONN_SYN) && m_mss > 0)
    {
        segment.options.present = TcpConnOptions::MSS;
        segment.options.mss = m_mss;
    }
    return segment;
}

TcpConnIp
TcpConnAttacker::NextSource(const TcpConnIp& own)
{
    m_key.localPort = static_cast<uint16_t>(Draw(m_ports, 65536));
    if (m_hostCount == 0)
    {
        return own;
    }
    TcpConnIp source = m_key.local;
    uint64_t rest = Draw(m_hosts, m_hostCount);
    for (uint32_t byte = m_key.v6 ? 16 : 4; byte-- > 0 && rest > 0;)
    {
        rest += source[byte];
        source[byte] = static_cast<uint8_t>(rest);
        rest >>= 8;
    }
    return source;
}

Ptr<Packet>
TcpConnAttacker::MakePacket(const TcpConnIp& source)
{
    const TcpConnSegment segment = MakeSegment();
    TcpConnHeader header(m_key.localPort, m_key.peerPort, segment);
    if (Node::ChecksumEnabled())
    {
        header.EnableChecksums();
        header.InitializeChecksum(source, m_key.peer, m_key.v6);
    }
    Ptr<Packet> packet = Create<Packet>(segment.length);
    packet->AddHeader(header);
    TcpConnKey from = m_key;
    from.local = source;
    m_tx(packet, from.Local());
    return packet;
}

bool
TcpConnAttacker::SendIpv4()
{
    Ptr<Ipv4L3Protocol> ip = GetNode()->GetObject<Ipv4L3Protocol>();
    NS_ABORT_MSG_UNLESS(ip && ip->GetRoutingProtocol(),
                        "ns3::TcpConnAttacker: node " << GetNode()->GetId() << " has no IPv4");
    Ipv4Header header;
    header.SetDestination(TcpConnKey::ToIpv4(m_key.peer));
    header.SetProtocol(TCP);
    header.SetTtl(m_ttl);
    // Not by Send, which keeps a counter for every pair of addresses that it ever saw.
    header.SetIdentification(m_identification++);
    Socket::SocketErrno error = Socket::ERROR_NOTERROR;
    Ptr<Ipv4Route> route =
        ip->GetRoutingProtocol()->RouteOutput(Create<Packet>(), header, nullptr, error);
    if (!route)
    {
        return false;
    }
    const TcpConnIp source = NextSource(TcpConnKey::FromIpv4(route->GetSource()));
    Ptr<Packet> packet = MakePacket(source);
    header.SetSource(TcpConnKey::ToIpv4(source));
    header.SetPayloadSize(static_cast<uint16_t>(packet->GetSize()));
    ip->SendWithHeader(packet, header, route);
    return true;
}

bool
TcpConnAttacker::SendIpv6()
{
    Ptr<Ipv6L3Protocol> ip = GetNode()->GetObject<Ipv6L3Protocol>();
    NS_ABORT_MSG_UNLESS(ip && ip->GetRoutingProtocol(),
                        "ns3::TcpConnAttacker: node " << GetNode()->GetId() << " has no IPv6");
    const Ipv6Address target = TcpConnKey::ToIpv6(m_key.peer);
    Ipv6Header header;
    header.SetDestination(target);
    Socket::SocketErrno error = Socket::ERROR_NOTERROR;
    Ptr<Ipv6Route> route =
        ip->GetRoutingProtocol()->RouteOutput(Create<Packet>(), header, nullptr, error);
    if (!route)
    {
        return false;
    }
    const TcpConnIp source = NextSource(TcpConnKey::FromIpv6(route->GetSource()));
    Ptr<Packet> packet = MakePacket(source);
    SocketIpv6HopLimitTag hops;
    hops.SetHopLimit(m_ttl);
    packet->ReplacePacketTag(hops);
    ip->Send(packet, TcpConnKey::ToIpv6(source), target, TCP, route);
    return true;
}

} // namespace ns3
