/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-pcapng-writer.h"

#include "tcp-conn-pcapng-blocks-private.h"
#include "tcp-conn-trace-line-private.h"

#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/names.h"
#include "ns3/net-device.h"
#include "ns3/node-list.h"
#include "ns3/node.h"

#include <array>
#include <cstring>

namespace ns3
{

using namespace TcpConnPcapng;

namespace
{

/** @param node id of a node @return the node, or null if there is none of that id */
Ptr<Node>
NodeOf(uint32_t node)
{
    return node < NodeList::GetNNodes() ? NodeList::GetNode(node) : nullptr;
}

/** @param node id of a node @return its name, or "node" and the id */
std::string
NameOf(uint32_t node)
{
    Ptr<Node> object = NodeOf(node);
    const std::string name = object ? Names::FindName(object) : "";
    return name.empty() ? "node" + std::to_string(node) : name;
}

/**
 * @param node id of a node
 * @param key a connection of it
 * @return the device that has the local address, or null
 */
Ptr<NetDevice>
DeviceOf(uint32_t node, const TcpConnKey& key)
{
    Ptr<Node> object = NodeOf(node);
    if (!object)
    {
        return nullptr;
    }
    if (key.v6)
    {
        Ptr<Ipv6> ip = object->GetObject<Ipv6>();
        const int32_t at = ip ? ip->GetInterfaceForAddress(TcpConnKey::ToIpv6(key.local)) : -1;
        return at < 0 ? nullptr : ip->GetNetDevice(static_cast<uint32_t>(at));
    }
    Ptr<Ipv4> ip = object->GetObject<Ipv4>();
    const int32_t at = ip ? ip->GetInterfaceForAddress(TcpConnKey::ToIpv4(key.local)) : -1;
    return at < 0 ? nullptr : ip->GetNetDevice(static_cast<uint32_t>(at));
}

/** @param node id of a node @param key a connection of it @return name of its interface there */
std::string
InterfaceName(uint32_t node, const TcpConnKey& key)
{
    Ptr<NetDevice> device = DeviceOf(node, key);
    if (!device)
    {
        return NameOf(node);
    }
    const std::string name = Names::FindName(device);
    return NameOf(node) + "/" + (name.empty() ? std::to_string(device->GetIfIndex()) : name);
}

} // namespace

bool
TcpConnPcapngWriter::Origin::operator==(const Origin& o) const
{
    return node == o.node && time == o.time && key == o.key;
}

TcpConnPcapngWriter::TcpConnPcapngWriter(const std::string& fileName, const std::string& policies)
    : TcpConnRecordWriter(fileName),
      m_line(std::make_unique<TcpConnTraceLine>())
{
    WriteHeader(policies);
}

TcpConnPcapngWriter::TcpConnPcapngWriter(Ptr<OutputStreamWrapper> stream,
                                         const std::string& policies)
    : TcpConnRecordWriter(stream),
      m_line(std::make_unique<TcpConnTraceLine>())
{
    WriteHeader(policies);
}

TcpConnPcapngWriter::~TcpConnPcapngWriter()
{
    WriteFrame();
}

void
TcpConnPcapngWriter::WriteHeader(const std::string& policies)
{
    m_output.BeforeRescue([this]() { WriteFrame(); });
    const auto block =
        SectionHeader("#tcp-conn-trace 1" + (policies.empty() ? "" : " " + policies));
    m_output.Write(block.data(), block.size());
}

void
TcpConnPcapngWriter::NodePolicies(uint32_t node, const std::string& policies)
{
    m_nodePolicies[node] = "#node=" + std::to_string(node) + " " + policies;
}

void
TcpConnPcapngWriter::Transition(const TcpConnTransition& t)
{
    std::string line(TcpConnTraceLine::SIZE + std::strlen(t.Cause()), '\0');
    line.resize(static_cast<std::size_t>(m_line->Transition(line.data(), t) - line.data()));
    const Origin origin{t.time, t.node, t.key};
    const char kind = t.segment ? 'R' : 'T';
    if (m_frame.kind != kind || !(m_frame.origin == origin))
    {
        Begin(kind, origin);
        if (t.segment)
        {
            m_frame.segment = *t.segment; // its own record was not chosen
        }
    }
    if (t.segment)
    {
        m_causedAt = origin;
        m_caused = line;
    }
    const std::string policies = NewPolicies(t);
    if (!policies.empty())
    {
        m_frame.comments.push_back("#conn=" + std::to_string(t.node) + ":" + std::to_string(t.id) +
                                   " " + policies);
    }
    m_frame.comments.push_back(std::move(line));
}

void
TcpConnPcapngWriter::Tx(const TcpConnSegmentEvent& s)
{
    const Origin origin{s.time, s.node, s.key};
    if (m_frame.kind == 'T' && m_frame.origin == origin)
    {
        m_frame.kind = 'S';
        m_frame.segment = s.segment;
        m_frame.comments.push_back("S " + std::to_string(s.node) + ":" + std::to_string(s.id));
        return;
    }
    const bool answers = !m_caused.empty() && m_causedAt == origin;
    Begin('S', origin);
    if (answers)
    {
        m_frame.comments.push_back("after " + m_caused);
    }
    m_caused.clear();
    BeginSegment('S', s);
}

void
TcpConnPcapngWriter::Rx(const TcpConnSegmentEvent& s)
{
    Begin('R', {s.time, s.node, s.key});
    BeginSegment('R', s);
}

void
TcpConnPcapngWriter::Drop(const TcpConnSegmentEvent& s)
{
    const Origin origin{s.time, s.node, s.key};
    const bool same = (m_frame.kind == 'R' || m_frame.kind == 'S') && m_frame.origin == origin &&
                      m_frame.segment.seq == s.segment.seq &&
                      m_frame.segment.flags == s.segment.flags &&
                      m_frame.segment.length == s.segment.length;
    if (!same)
    {
        Begin('D', origin);
    }
    BeginSegment('D', s);
    m_frame.comments.back() += std::string(" reason=") + (s.reason ? s.reason : "unknown");
}

void
TcpConnPcapngWriter::Begin(char kind, const Origin& origin)
{
    WriteFrame();
    m_frame.kind = kind;
    m_frame.origin = origin;
}

void
TcpConnPcapngWriter::BeginSegment(char kind, const TcpConnSegmentEvent& s)
{
    m_frame.segment = s.segment;
    std::string comment(1, kind);
    comment += " " + std::to_string(s.node) + ":" + std::to_string(s.id);
    m_frame.comments.push_back(std::move(comment));
}

void
TcpConnPcapngWriter::WriteFrame()
{
    if (m_frame.kind == 0)
    {
        return;
    }
    const uint32_t interface = Interface(m_frame);
    std::vector<uint8_t> data;
    std::size_t length = 0;
    uint32_t direction = m_frame.kind == 'S' ? OUTBOUND : INBOUND;
    if (m_frame.kind == 'T')
    {
        std::string text;
        for (const std::string& comment : m_frame.comments)
        {
            text += (text.empty() ? "" : "\n") + comment;
        }
        data = TextPacket(text);
        length = data.size();
        direction = UNKNOWN;
    }
    else
    {
        const TcpConnKey& key = m_frame.origin.key;
        data = Headers(m_frame.kind == 'S' ? key : key.Reversed(), m_frame.segment);
        length = data.size() + m_frame.segment.length;
    }
    const auto block =
        EnhancedPacket(interface, m_frame.origin.time, data, length, direction, m_frame.comments);
    m_frame.kind = 0;
    m_frame.comments.clear();
    m_output.Write(block.data(), block.size());
}

uint32_t
TcpConnPcapngWriter::Interface(const Frame& frame)
{
    const uint32_t node = frame.origin.node;
    if (frame.kind == 'T')
    {
        return AddInterface(node, NameOf(node) + "/states", UPPER_PDU);
    }
    const auto [at, added] = m_byAddress.try_emplace({node, frame.origin.key.local}, 0);
    if (added)
    {
        at->second = AddInterface(node, InterfaceName(node, frame.origin.key), RAW_IP);
    }
    return at->second;
}

uint32_t
TcpConnPcapngWriter::AddInterface(uint32_t node, const std::string& name, uint16_t linkType)
{
    const auto number = static_cast<uint32_t>(m_interfaces.size());
    const auto [at, added] = m_interfaces.try_emplace(name, number);
    if (added)
    {
        const auto block = InterfaceDescription(name, linkType, m_nodePolicies[node]);
        m_nodePolicies[node].clear();
        m_output.Write(block.data(), block.size());
    }
    return at->second;
}

void
TcpConnPcapngWriter::Flush()
{
    WriteFrame();
    TcpConnRecordWriter::Flush();
}

} // namespace ns3
