/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-impairment-packet.h"

#include "ns3/abort.h"
#include "ns3/header.h"
#include "ns3/ipv4-queue-disc-item.h"
#include "ns3/ipv6-queue-disc-item.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <memory>
#include <ostream>
#include <vector>

namespace ns3
{

/// The first bytes of a corrupted packet: what they mean is for its receiver to find out.
class TcpConnRawBytes : public Header
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId();

    /** No bytes. */
    TcpConnRawBytes() = default;

    /** @param bytes the bytes */
    explicit TcpConnRawBytes(std::vector<uint8_t> bytes)
        : m_bytes(std::move(bytes))
    {
    }

    TypeId GetInstanceTypeId() const override
    {
        return GetTypeId();
    }

    uint32_t GetSerializedSize() const override
    {
        return static_cast<uint32_t>(m_bytes.size());
    }

    void Serialize(Buffer::Iterator start) const override
    {
        start.Write(m_bytes.data(), GetSerializedSize());
    }

    uint32_t Deserialize(Buffer::Iterator /* start */) override
    {
        return GetSerializedSize();
    }

    uint32_t Deserialize(Buffer::Iterator start, Buffer::Iterator end) override
    {
        m_bytes.resize(start.GetDistanceFrom(end));
        start.Read(m_bytes.data(), GetSerializedSize());
        return GetSerializedSize();
    }

    void Print(std::ostream& os) const override
    {
        os << "corrupted, " << m_bytes.size() << " bytes";
    }

  private:
    std::vector<uint8_t> m_bytes; //!< The bytes.
};

NS_OBJECT_ENSURE_REGISTERED(TcpConnRawBytes);

TypeId
TcpConnRawBytes::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnRawBytes")
                            .SetParent<Header>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnRawBytes>()
                            .HideFromDocumentation();
    return tid;
}

namespace
{

/// IPv6 extension headers that can stand before a whole transport header (RFC 8200 section 4).
constexpr uint8_t HOP_BY_HOP = 0;
constexpr uint8_t ROUTING = 43;
constexpr uint8_t FRAGMENT = 44;
constexpr uint8_t DESTINATION_OPTIONS = 60;

constexpr uint32_t TCP_SIZE = 20;     //!< Of the fixed header of TCP.
constexpr uint32_t TCP_OFFSET = 12;   //!< Where the data offset is in it.
constexpr uint32_t TCP_CHECKSUM = 16; //!< Where the checksum is in it.
constexpr uint32_t UDP_SIZE = 8;      //!< Of the header of UDP.
constexpr uint32_t UDP_LENGTH = 4;    //!< Where the length is in it.
constexpr uint32_t UDP_CHECKSUM = 6;  //!< Where the checksum is in it.
constexpr uint32_t CHECKSUM_SIZE = 2; //!< Of a checksum.

/** @return the 16 bits at bytes, in network order */
uint16_t
Read16(const uint8_t* bytes)
{
    return static_cast<uint16_t>(bytes[0] << 8 | bytes[1]);
}

/** @return the 32 bits at bytes, in network order */
uint32_t
Read32(const uint8_t* bytes)
{
    return uint32_t{Read16(bytes)} << 16 | Read16(bytes + 2);
}

/**
 * Put the byte tags of the first bytes of a packet on another.
 * @param from the packet
 * @param to the other
 * @param size bytes
 */
void
CopyByteTags(Ptr<const Packet> from, Ptr<Packet> to, uint32_t size)
{
    for (ByteTagIterator i = from->GetByteTagIterator(); i.HasNext();)
    {
        const ByteTagIterator::Item item = i.Next();
        if (item.GetStart() >= size)
        {
            continue;
        }
        const std::unique_ptr<ObjectBase> object(item.GetTypeId().GetConstructor()());
        if (auto* tag = dynamic_cast<Tag*>(object.get()))
        {
            item.GetTag(*tag);
            to->AddByteTag(*tag, item.GetStart(), std::min(item.GetEnd(), size));
        }
    }
}

/** @return an IPv4 address as ::ffff:a.b.c.d */
TcpConnImpairmentPacket::Bytes
Mapped(Ipv4Address address)
{
    TcpConnImpairmentPacket::Bytes bytes{};
    bytes[10] = bytes[11] = 0xff;
    address.Serialize(&bytes[12]);
    return bytes;
}

/** @return the bytes of an IPv6 address */
TcpConnImpairmentPacket::Bytes
BytesOf(const Ipv6Address& address)
{
    TcpConnImpairmentPacket::Bytes bytes{};
    address.GetBytes(bytes.data());
    return bytes;
}

} // namespace

bool
TcpConnImpairmentPacket::Read(Ptr<const QueueDiscItem> item, TcpConnImpairmentPacket& packet)
{
    packet = TcpConnImpairmentPacket();
    if (auto v4 = DynamicCast<const Ipv4QueueDiscItem>(item))
    {
        const Ipv4Header& header = v4->GetHeader();
        packet.source = Mapped(header.GetSource());
        packet.destination = Mapped(header.GetDestination());
        packet.protocol = header.GetProtocol();
        packet.fragment = header.GetFragmentOffset() != 0 || !header.IsLastFragment();
    }
    else if (auto v6 = DynamicCast<const Ipv6QueueDiscItem>(item))
    {
        const Ipv6Header& header = v6->GetHeader();
        packet.source = BytesOf(header.GetSource());
        packet.destination = BytesOf(header.GetDestination());
        packet.protocol = header.GetNextHeader();
        packet.ipv6 = true;
        packet.SkipExtensions(item->GetPacket());
    }
    else
    {
        return false;
    }
    packet.payload = item->GetPacket()->GetSize() - packet.offset;
    if (!packet.fragment)
    {
        packet.ReadTransport(item->GetPacket());
    }
    return true;
}

void
TcpConnImpairmentPacket::SkipExtensions(Ptr<const Packet> packet)
{
    while (protocol == HOP_BY_HOP || protocol == ROUTING || protocol == DESTINATION_OPTIONS)
    {
        // Most packets have none of these: what is copied is not worth saving.
        std::array<uint8_t, 256> front{};
        uint32_t copied = packet->CopyData(front.data(), front.size());
        if (copied < offset + 2 || packet->GetSize() < offset + (front[offset + 1] + 1) * 8U)
        {
            protocol = 0xff; // cut off: nothing is known of the transport
            return;
        }
        protocol = front[offset];
        offset += (front[offset + 1] + 1) * 8U;
    }
    fragment = protocol == FRAGMENT;
}

void
TcpConnImpairmentPacket::ReadTransport(Ptr<const Packet> packet)
{
    uint32_t least = protocol == TCP_NUMBER ? TCP_SIZE : UDP_SIZE;
    if ((protocol != TCP_NUMBER && protocol != UDP_NUMBER) || payload < least)
    {
        return;
    }
    std::array<uint8_t, 512> front{};
    packet->CopyData(front.data(), std::min<uint32_t>(front.size(), offset + least));
    if (offset + least > front.size())
    {
        return;
    }
    const uint8_t* bytes = &front[offset];
    header = least;
    if (protocol == TCP_NUMBER)
    {
        header = (bytes[TCP_OFFSET] >> 4) * 4U;
        if (header < TCP_SIZE || header > payload)
        {
            header = 0;
            return;
        }
        sequence = Read32(bytes + 4);
        acknowledgment = Read32(bytes + 8);
        flags = Read16(bytes + TCP_OFFSET) & 0x1ff;
    }
    sourcePort = Read16(bytes);
    destinationPort = Read16(bytes + 2);
    payload -= header;
    ported = true;
}

Ptr<QueueDiscItem>
TcpConnImpairmentPacket::Copy(Ptr<const QueueDiscItem> item, Ptr<Packet> packet)
{
    if (!packet)
    {
        packet = item->GetPacket()->Copy();
    }
    Ptr<QueueDiscItem> copy;
    if (auto v4 = DynamicCast<const Ipv4QueueDiscItem>(item))
    {
        copy = Create<Ipv4QueueDiscItem>(packet,
                                         item->GetAddress(),
                                         item->GetProtocol(),
                                         v4->GetHeader());
    }
    else if (auto v6 = DynamicCast<const Ipv6QueueDiscItem>(item))
    {
        copy = Create<Ipv6QueueDiscItem>(packet,
                                         item->GetAddress(),
                                         item->GetProtocol(),
                                         v6->GetHeader());
    }
    NS_ABORT_MSG_UNLESS(copy, "Only an IPv4 or IPv6 packet can be copied");
    copy->SetTxQueueIndex(item->GetTxQueueIndex());
    copy->SetTimeStamp(Simulator::Now());
    return copy;
}

Ptr<Packet>
TcpConnImpairmentPacket::Flip(Ptr<const Packet> packet, uint32_t offset, uint8_t mask)
{
    // The bytes up to the changed one are put back as a header: so the packet keeps its identity.
    std::vector<uint8_t> bytes(offset + 1);
    packet->CopyData(bytes.data(), offset + 1);
    bytes.back() ^= mask;
    Ptr<Packet> result = packet->Copy();
    result->RemoveAtStart(offset + 1);
    result->AddHeader(TcpConnRawBytes(bytes));
    CopyByteTags(packet, result, offset + 1);
    return result;
}

TcpConnImpairmentPacket::Flow
TcpConnImpairmentPacket::GetFlow() const
{
    return {source, destination, sourcePort, destinationPort, protocol};
}

uint32_t
TcpConnImpairmentPacket::SequenceLength() const
{
    return payload + ((flags & SYN) != 0 ? 1 : 0) + ((flags & FIN) != 0 ? 1 : 0);
}

TcpConnImpairmentPacket::Region
TcpConnImpairmentPacket::GetRegion(Part part, uint32_t byte) const
{
    bool tcp = protocol == TCP_NUMBER;
    if (part == Part::DEFAULT)
    {
        part = payload > 0 ? Part::PAYLOAD : Part::CHECKSUM;
    }
    if (part == Part::PAYLOAD)
    {
        return {offset + header, payload};
    }
    if (part == Part::BYTE)
    {
        return {offset + byte, byte < header + payload ? 1U : 0U};
    }
    if (!ported)
    {
        return {};
    }
    if (part == Part::CHECKSUM)
    {
        return {offset + (tcp ? TCP_CHECKSUM : UDP_CHECKSUM), CHECKSUM_SIZE};
    }
    // The length stays: a receiver would not find the payload, or not take it for a packet at all.
    return tcp ? Region{offset, TCP_SIZE - 1, TCP_OFFSET, 1}
               : Region{offset, UDP_SIZE - 2, UDP_LENGTH, 2};
}

} // namespace ns3
