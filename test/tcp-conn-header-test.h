/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_HEADER_TEST_H
#define TCP_CONN_HEADER_TEST_H

#include "ns3/packet.h"
#include "ns3/tcp-conn-header.h"

#include <sstream>
#include <string>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * What the tests of the wire codec share: bytes as text, headers to try.
 */

namespace ns3
{
namespace TcpConnHeaderTest
{

using Bytes = std::vector<uint8_t>;
using Options = TcpConnOptions;

/** @return the bytes that hex digits say; blanks are passed over. */
inline Bytes
FromHex(const std::string& text)
{
    Bytes bytes;
    std::string digits;
    for (char c : text)
    {
        if (c == ' ')
        {
            continue;
        }
        digits += c;
        if (digits.size() == 2)
        {
            bytes.push_back(static_cast<uint8_t>(std::stoul(digits, nullptr, 16)));
            digits.clear();
        }
    }
    return bytes;
}

inline std::string
ToHex(const Bytes& bytes)
{
    std::string text;
    for (uint8_t byte : bytes)
    {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 0xf];
    }
    return text;
}

inline Bytes
Encoded(const TcpConnHeader& header)
{
    Bytes bytes(TcpConnHeader::MAX_SIZE);
    bytes.resize(header.Encode(bytes.data()));
    return bytes;
}

/** @return all bytes of a packet. */
inline Bytes
PacketBytes(Ptr<const Packet> packet)
{
    Bytes bytes(packet->GetSize());
    packet->CopyData(bytes.data(), packet->GetSize());
    return bytes;
}

/** @return what a header of any class writes into a packet that has @p text already. */
inline Bytes
Serialized(const Header& header, const Bytes& text = {})
{
    Ptr<Packet> packet = Create<Packet>(text.data(), text.size());
    packet->AddHeader(header);
    return PacketBytes(packet);
}

inline std::string
Printed(const Header& header)
{
    std::ostringstream os;
    header.Print(os);
    return os.str();
}

/** @return the options that are present, in words. */
inline std::string
Words(const Options& o)
{
    std::ostringstream os;
    if (o.Has(Options::MSS))
    {
        os << "mss=" << o.mss << ' ';
    }
    if (o.Has(Options::SACK_PERMITTED))
    {
        os << "sackok ";
    }
    if (o.Has(Options::TIMESTAMPS))
    {
        os << "ts=" << o.tsVal << '/' << o.tsEcr << ' ';
    }
    if (o.Has(Options::WINDOW_SCALE))
    {
        os << "ws=" << +o.windowScale << ' ';
    }
    if (o.Has(Options::USER_TIMEOUT))
    {
        os << "uto=" << o.userTimeout << ' ';
    }
    if (o.Has(Options::FAST_OPEN))
    {
        os << "tfo=" << ToHex(Bytes(o.cookie.begin(), o.cookie.begin() + o.cookieLength)) << ' ';
    }
    if (o.Has(Options::SACK))
    {
        os << "sack";
        for (uint8_t i = 0; i < o.sackCount; ++i)
        {
            os << (i == 0 ? '=' : ',') << o.sack[i].left << '-' << o.sack[i].right;
        }
        os << ' ';
    }
    return os.str();
}

/** @return all that is parsed from the wire, in words. */
inline std::string
Words(const TcpConnHeader& h)
{
    const TcpConnSegment& s = h.GetSegment();
    std::ostringstream os;
    os << h.GetSourcePort() << ' ' << h.GetDestinationPort() << ' ' << s.seq << ' ' << s.ack << ' '
       << s.flags << ' ' << s.window << ' ' << s.urgent << ' ' << Words(s.options);
    return os.str();
}

/** Options with a value for everything; @return those with only the bits of @p present set. */
inline Options
AllOptions(uint16_t present, uint8_t sackCount = 0, uint8_t cookieLength = 0)
{
    Options o;
    o.present = present;
    o.mss = 1460;
    o.windowScale = 7;
    o.tsVal = 0x01020304;
    o.tsEcr = 0xfffefdfc;
    o.userTimeout = 0x8005;
    o.sackCount = sackCount;
    o.cookieLength = cookieLength;
    for (uint32_t i = 0; i < o.sack.size(); ++i)
    {
        o.sack[i] = {SequenceNumber32(0xfffffff0 + 0x10 * i), SequenceNumber32(0x10 * i + 1)};
    }
    for (uint32_t i = 0; i < o.cookie.size(); ++i)
    {
        o.cookie[i] = static_cast<uint8_t>(0xa0 + i);
    }
    return o;
}

/** @return a header with a value in every field. */
inline TcpConnHeader
MakeHeader(const Options& options = Options(), uint16_t flags = TCP_CONN_SYN)
{
    TcpConnSegment segment;
    segment.seq = SequenceNumber32(0xfedcba98);
    segment.ack = SequenceNumber32(0x01234567);
    segment.flags = flags;
    segment.window = 0xabcd;
    segment.urgent = 0x1357;
    segment.options = options;
    return TcpConnHeader(49153, 80, segment);
}

} // namespace TcpConnHeaderTest
} // namespace ns3

#endif /* TCP_CONN_HEADER_TEST_H */
