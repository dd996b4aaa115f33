/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-pcapng-blocks-private.h"

#include "ns3/tcp-conn-header.h"

#include <algorithm>
#include <array>

namespace ns3
{
namespace TcpConnPcapng
{

namespace
{

constexpr uint16_t IF_NAME = 2;         //!< Option if_name.
constexpr uint16_t IF_TSRESOL = 9;      //!< Option if_tsresol.
constexpr uint16_t SHB_USERAPPL = 4;    //!< Option shb_userappl.
constexpr uint16_t EPB_FLAGS = 2;       //!< Option epb_flags.
constexpr uint8_t NANOSECONDS = 9;      //!< Value of if_tsresol: 10^-9 s.
constexpr uint16_t PDU_DISSECTOR = 12;  //!< Tag of UPPER_PDU: name of the dissector.
constexpr uint8_t TCP = 6;              //!< IP protocol number.
constexpr uint8_t HOPS = 64;            //!< TTL or hop limit.
constexpr std::size_t MAX_TEXT = 65535; //!< Most bytes of an option.

/** The Internet checksum (RFC 1071). */
class Checksum
{
  public:
    /** Add bytes. @param data where @param size how many, even */
    void Add(const uint8_t* data, std::size_t size)
    {
        for (std::size_t i = 0; i < size; i += 2)
        {
            m_sum += static_cast<uint32_t>(data[i] << 8 | data[i + 1]);
        }
    }

    /** Add a number. @param value it */
    void Add(uint32_t value)
    {
        m_sum += (value >> 16) + (value & 0xffff);
    }

    /** @return the checksum */
    uint16_t Get() const
    {
        uint64_t sum = m_sum;
        while (sum >> 16)
        {
            sum = (sum >> 16) + (sum & 0xffff);
        }
        return static_cast<uint16_t>(~sum);
    }

  private:
    uint64_t m_sum{0}; //!< Sum so far.
};

/** Write 16 bits in network order. @param p where @param value they */
void
PutNetwork16(uint8_t* p, uint32_t value)
{
    p[0] = static_cast<uint8_t>(value >> 8);
    p[1] = static_cast<uint8_t>(value);
}

/** @param segment a segment @return byte TOS or Traffic Class */
uint8_t
TosOf(const TcpConnSegment& segment)
{
    return static_cast<uint8_t>(segment.tos | (segment.ce ? 3 : 0));
}

/** Header of IPv4. @param p room for 20 bytes of 0 @param key ends @param segment it @param size
 * bytes of the TCP segment */
void
PutIpv4(uint8_t* p, const TcpConnKey& key, const TcpConnSegment& segment, std::size_t size)
{
    p[0] = 0x45;
    p[1] = TosOf(segment);
    PutNetwork16(p + 2, static_cast<uint32_t>(std::min<std::size_t>(size + 20, 65535)));
    p[8] = HOPS;
    p[9] = TCP;
    std::copy_n(key.local.begin(), 4, p + 12);
    std::copy_n(key.peer.begin(), 4, p + 16);
    Checksum checksum;
    checksum.Add(p, 20);
    PutNetwork16(p + 10, checksum.Get());
}

/** Header of IPv6. @param p room for 40 bytes of 0; the rest as of PutIpv4 */
void
PutIpv6(uint8_t* p, const TcpConnKey& key, const TcpConnSegment& segment, std::size_t size)
{
    p[0] = static_cast<uint8_t>(0x60 | TosOf(segment) >> 4);
    p[1] = static_cast<uint8_t>(TosOf(segment) << 4);
    PutNetwork16(p + 4, static_cast<uint32_t>(std::min<std::size_t>(size, 65535)));
    p[6] = TCP;
    p[7] = HOPS;
    std::copy_n(key.local.begin(), 16, p + 8);
    std::copy_n(key.peer.begin(), 16, p + 24);
}

} // namespace

Block::Block(uint32_t type)
{
    Add32(type).Add32(0); // the length is known at the end
}

Block&
Block::Add16(uint16_t value)
{
    m_bytes.push_back(static_cast<uint8_t>(value));
    m_bytes.push_back(static_cast<uint8_t>(value >> 8));
    return *this;
}

Block&
Block::Add32(uint32_t value)
{
    return Add16(static_cast<uint16_t>(value)).Add16(static_cast<uint16_t>(value >> 16));
}

Block&
Block::AddPadded(const void* data, std::size_t size)
{
    const auto* const bytes = static_cast<const uint8_t*>(data);
    m_bytes.insert(m_bytes.end(), bytes, bytes + size);
    m_bytes.resize((m_bytes.size() + 3) / 4 * 4);
    return *this;
}

Block&
Block::AddOption(uint16_t code, const void* data, std::size_t size)
{
    m_options = true;
    return Add16(code).Add16(static_cast<uint16_t>(size)).AddPadded(data, size);
}

Block&
Block::AddOption(uint16_t code, const std::string& text)
{
    return AddOption(code, text.data(), std::min(text.size(), MAX_TEXT));
}

const std::vector<uint8_t>&
Block::Finish()
{
    if (m_options)
    {
        Add32(0); // opt_endofopt
    }
    const auto length = static_cast<uint32_t>(m_bytes.size() + 4);
    Add32(length);
    for (std::size_t i = 0; i < 4; ++i)
    {
        m_bytes[4 + i] = static_cast<uint8_t>(length >> (8 * i));
    }
    return m_bytes;
}

std::vector<uint8_t>
SectionHeader(const std::string& comment)
{
    Block block(Block::SECTION);
    block.Add32(0x1a2b3c4d).Add16(1).Add16(0); // byte order, version 1.0
    block.Add32(0xffffffff).Add32(0xffffffff); // length of the section: not told
    block.AddOption(Block::COMMENT, comment).AddOption(SHB_USERAPPL, "ns-3, module tcp-conn");
    return block.Finish();
}

std::vector<uint8_t>
InterfaceDescription(const std::string& name, uint16_t linkType, const std::string& comment)
{
    Block block(Block::INTERFACE);
    block.Add16(linkType).Add16(0).Add32(0); // reserved; no limit to what is captured
    if (!comment.empty())
    {
        block.AddOption(Block::COMMENT, comment);
    }
    block.AddOption(IF_NAME, name).AddOption(IF_TSRESOL, &NANOSECONDS, 1);
    return block.Finish();
}

std::vector<uint8_t>
EnhancedPacket(uint32_t interface,
               Time time,
               const std::vector<uint8_t>& data,
               std::size_t length,
               uint32_t direction,
               const std::vector<std::string>& comments)
{
    const auto ns = static_cast<uint64_t>(time.GetNanoSeconds());
    Block block(Block::PACKET);
    block.Add32(interface).Add32(static_cast<uint32_t>(ns >> 32)).Add32(static_cast<uint32_t>(ns));
    block.Add32(static_cast<uint32_t>(data.size())).Add32(static_cast<uint32_t>(length));
    block.AddPadded(data.data(), data.size());
    for (const std::string& comment : comments)
    {
        block.AddOption(Block::COMMENT, comment);
    }
    const std::array<uint8_t, 4> flags{static_cast<uint8_t>(direction)};
    block.AddOption(EPB_FLAGS, flags.data(), flags.size());
    return block.Finish();
}

std::vector<uint8_t>
Headers(const TcpConnKey& key, const TcpConnSegment& segment)
{
    const std::size_t network = key.v6 ? 40 : 20;
    std::vector<uint8_t> bytes(network + TcpConnHeader::MAX_SIZE);
    uint8_t* const tcp = bytes.data() + network;
    const TcpConnHeader header(key.localPort, key.peerPort, segment);
    const uint32_t size = header.Encode(tcp);
    bytes.resize(network + size);
    const uint32_t whole = size + segment.length;
    if (key.v6)
    {
        PutIpv6(bytes.data(), key, segment, whole);
    }
    else
    {
        PutIpv4(bytes.data(), key, segment, whole);
    }
    Checksum checksum;
    const std::size_t address = key.v6 ? 16 : 4;
    checksum.Add(key.local.data(), address);
    checksum.Add(key.peer.data(), address);
    checksum.Add(whole);
    checksum.Add(TCP);
    checksum.Add(tcp, size);
    PutNetwork16(tcp + 16, checksum.Get());
    return bytes;
}

std::vector<uint8_t>
TextPacket(const std::string& text)
{
    static const std::string dissector = "syslog"; // its text is shown in the list of packets
    std::vector<uint8_t> bytes(4);
    PutNetwork16(bytes.data(), PDU_DISSECTOR);
    const std::size_t padded = (dissector.size() + 3) / 4 * 4;
    PutNetwork16(bytes.data() + 2, static_cast<uint32_t>(padded));
    bytes.insert(bytes.end(), dissector.begin(), dissector.end());
    bytes.resize(4 + padded + 4); // padding, and the end of the tags
    bytes.insert(bytes.end(), text.begin(), text.end());
    return bytes;
}

} // namespace TcpConnPcapng
} // namespace ns3
