/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_PCAPNG_BLOCKS_PRIVATE_H
#define TCP_CONN_PCAPNG_BLOCKS_PRIVATE_H

#include "ns3/nstime.h"
#include "ns3/tcp-conn-key.h"
#include "ns3/tcp-conn-segment.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * Blocks of a capture file in format pcapng (draft-ietf-opsawg-pcapng), and what is in them.
 */

namespace ns3
{

/** What a capture file is made of. */
namespace TcpConnPcapng
{

/** Types of a link. */
enum LinkType : uint16_t
{
    RAW_IP = 101,    //!< A packet begins with the header of IPv4 or IPv6.
    UPPER_PDU = 252, //!< A packet names the protocol that it is to be shown as.
};

/** Values of the option epb_flags. */
enum Direction : uint32_t
{
    UNKNOWN = 0,  //!< Neither.
    INBOUND = 1,  //!< Received.
    OUTBOUND = 2, //!< Sent.
};

/**
 * One block, of which integers are in little-endian order.
 */
class Block
{
  public:
    static constexpr uint32_t SECTION = 0x0a0d0d0a; //!< Section header block.
    static constexpr uint32_t INTERFACE = 1;        //!< Interface description block.
    static constexpr uint32_t PACKET = 6;           //!< Enhanced packet block.

    static constexpr uint16_t COMMENT = 1; //!< opt_comment, in any block.

    /** @param type type of the block */
    explicit Block(uint32_t type);

    /** @param value 16 bits @return this */
    Block& Add16(uint16_t value);
    /** @param value 32 bits @return this */
    Block& Add32(uint32_t value);
    /** Bytes, padded to 32 bits. @param data where @param size how many @return this */
    Block& AddPadded(const void* data, std::size_t size);
    /** An option. @param code its code @param data where @param size bytes @return this */
    Block& AddOption(uint16_t code, const void* data, std::size_t size);
    /** An option of text, cut at 65535 bytes. @param code its code @param text it @return this */
    Block& AddOption(uint16_t code, const std::string& text);

    /** End options and block. @return its bytes */
    const std::vector<uint8_t>& Finish();

  private:
    std::vector<uint8_t> m_bytes; //!< The bytes.
    bool m_options{false};        //!< There are options.
};

/** @param comment comment of the section @return a section header block */
std::vector<uint8_t> SectionHeader(const std::string& comment);

/**
 * @param name name of the interface
 * @param linkType its LinkType
 * @param comment comment, or empty: none
 * @return an interface description block; times of its packets are in nanoseconds
 */
std::vector<uint8_t> InterfaceDescription(const std::string& name,
                                          uint16_t linkType,
                                          const std::string& comment);

/**
 * @param interface number of the interface
 * @param time when
 * @param data the packet, as far as it was captured
 * @param length its whole length, bytes
 * @param direction Direction
 * @param comments comments
 * @return an enhanced packet block
 */
std::vector<uint8_t> EnhancedPacket(uint32_t interface,
                                    Time time,
                                    const std::vector<uint8_t>& data,
                                    std::size_t length,
                                    uint32_t direction,
                                    const std::vector<std::string>& comments);

/**
 * The headers of IP and TCP of a segment, with the checksums that they have if all text is zero.
 * @param key the connection, seen from the sender
 * @param segment the segment
 * @return the headers
 */
std::vector<uint8_t> Headers(const TcpConnKey& key, const TcpConnSegment& segment);

/** @param text a line @return a packet of type UPPER_PDU that is shown as that text */
std::vector<uint8_t> TextPacket(const std::string& text);

} // namespace TcpConnPcapng
} // namespace ns3

#endif /* TCP_CONN_PCAPNG_BLOCKS_PRIVATE_H */
