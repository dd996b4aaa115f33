/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_IMPAIRMENT_PACKET_H
#define TCP_CONN_IMPAIRMENT_PACKET_H

#include "ns3/packet.h"
#include "ns3/queue-item.h"

#include <array>
#include <cstdint>
#include <string>
#include <tuple>

namespace ns3
{

/**
 * @ingroup tcp-conn
 *
 * A packet in a queue disc, as the rules of an impairment look at it: addresses, and of a whole TCP
 * segment or UDP datagram also the ports, and the fields of the segment.
 *
 * A fragment, and a packet too short for its transport header, has no ports and no fields: only a
 * rule for any packet matches it.  The extension headers of IPv6 that can stand before a transport
 * header (hop-by-hop options, routing, destination options) are skipped.
 */
struct TcpConnImpairmentPacket
{
    /// An IPv6 address, or an IPv4 address mapped into one (RFC 4291 section 2.5.5.2).
    using Bytes = std::array<uint8_t, 16>;
    /// One direction of a conversation: source, destination, ports, protocol.
    using Flow = std::tuple<Bytes, Bytes, uint16_t, uint16_t, uint8_t>;

    /// Flags of TCP, as in the header; AE is the ninth bit.
    enum Flag : uint16_t
    {
        FIN = 0x001, //!< No more data.
        SYN = 0x002, //!< Synchronize sequence numbers.
        RST = 0x004, //!< Reset.
        PSH = 0x008, //!< Push.
        ACK = 0x010, //!< The acknowledgment field is valid.
        URG = 0x020, //!< The urgent pointer is valid.
        ECE = 0x040, //!< Echo of congestion experienced.
        CWR = 0x080, //!< Congestion window reduced.
        AE = 0x100   //!< Accurate ECN (formerly NS).
    };

    /// A part of a packet that can be corrupted.
    enum class Part : uint8_t
    {
        DEFAULT,  //!< The payload; of a segment without one, the checksum.
        PAYLOAD,  //!< What follows the transport header.
        HEADER,   //!< The fixed transport header but for the field that tells a length.
        CHECKSUM, //!< The checksum of the transport header.
        BYTE      //!< One byte, counted from the beginning of the transport header.
    };

    /// Bytes of a packet: all from begin on, but those of a hole.
    struct Region
    {
        uint32_t begin{0}; //!< Offset of the first in the packet.
        uint32_t size{0};  //!< Bytes, the hole not counted.
        uint32_t hole{0};  //!< Where the hole is, counted from begin.
        uint32_t gap{0};   //!< Bytes of the hole.

        /**
         * @param index 0 to size - 1
         * @return offset in the packet of that byte
         */
        uint32_t At(uint32_t index) const
        {
            return begin + index + (index >= hole ? gap : 0);
        }
    };

    static constexpr uint8_t TCP_NUMBER = 6;     //!< IP protocol number of TCP.
    static constexpr uint8_t UDP_NUMBER = 17;    //!< IP protocol number of UDP.
    static constexpr uint8_t ICMP_NUMBER = 1;    //!< IP protocol number of ICMP.
    static constexpr uint8_t ICMPV6_NUMBER = 58; //!< IP protocol number of ICMPv6.

    Bytes source{};              //!< Source address.
    Bytes destination{};         //!< Destination address.
    bool ipv6{false};            //!< IPv6, not IPv4.
    bool fragment{false};        //!< A fragment of a datagram.
    bool ported{false};          //!< A whole transport header of TCP or UDP was read.
    uint8_t protocol{0};         //!< IP protocol number of the transport.
    uint16_t sourcePort{0};      //!< Source port.
    uint16_t destinationPort{0}; //!< Destination port.
    uint16_t flags{0};           //!< Flags of a TCP segment.
    uint32_t sequence{0};        //!< SEG.SEQ.
    uint32_t acknowledgment{0};  //!< SEG.ACK
    uint32_t offset{0};          //!< Where the transport header is in the packet.
    uint32_t header{0};          //!< Bytes of the transport header.
    uint32_t payload{0};         //!< Bytes after the transport header.

    /**
     * Look at a packet.
     * @param item the packet in a queue disc
     * @param packet what was seen
     * @return the packet is IPv4 or IPv6
     */
    static bool Read(Ptr<const QueueDiscItem> item, TcpConnImpairmentPacket& packet);

    /**
     * A second packet of the same bytes, tags and identity, to the same next hop.
     * @param item an IPv4 or IPv6 packet whose IP header is not part of the packet yet
     * @param packet its bytes from the transport header on; a copy of the item's own if null
     * @return the copy
     */
    static Ptr<QueueDiscItem> Copy(Ptr<const QueueDiscItem> item, Ptr<Packet> packet = nullptr);

    /**
     * @param packet a packet
     * @param offset of a byte in it
     * @param mask bits of that byte to invert
     * @return a copy in which those are inverted; tags are kept
     */
    static Ptr<Packet> Flip(Ptr<const Packet> packet, uint32_t offset, uint8_t mask);

    /** @return an unfragmented TCP segment with a whole header */
    bool IsTcp() const
    {
        return ported && protocol == TCP_NUMBER;
    }

    /** @return this packet's direction of its conversation */
    Flow GetFlow() const;

    /** @return sequence numbers that the segment occupies (SEG.LEN, RFC 9293 section 3.4) */
    uint32_t SequenceLength() const;

    /**
     * @param part a part of the packet
     * @param byte which byte, for Part::BYTE
     * @return where it is; of size 0 if the packet has no such part
     */
    Region GetRegion(Part part, uint32_t byte) const;

  private:
    /** Read the transport header, if there is a whole one. */
    void ReadTransport(Ptr<const Packet> packet);
    /** Step over the extension headers of IPv6. */
    void SkipExtensions(Ptr<const Packet> packet);
};

} // namespace ns3

#endif /* TCP_CONN_IMPAIRMENT_PACKET_H */
