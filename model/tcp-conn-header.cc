/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-header.h"

#include "ns3/tcp-header.h"

#include <algorithm>
#include <cstring>
#include <tuple>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(TcpConnHeader);

namespace
{

/** Option kinds of the IANA registry. */
enum WireKind : uint8_t
{
    WIRE_EOL = 0,
    WIRE_NOP = 1,
    WIRE_MSS = 2,
    WIRE_WINDOW_SCALE = 3,
    WIRE_SACK_PERMITTED = 4,
    WIRE_SACK = 5,
    WIRE_TIMESTAMPS = 8,
    WIRE_USER_TIMEOUT = 28,
    WIRE_FAST_OPEN = 34,
};

/** Lengths of options on the wire, fillers not included. */
enum WireLength : uint8_t
{
    LENGTH_MSS = 4,
    LENGTH_WINDOW_SCALE = 3,
    LENGTH_SACK_PERMITTED = 2,
    LENGTH_SACK_BASE = 2,
    LENGTH_SACK_BLOCK = 8,
    LENGTH_TIMESTAMPS = 10,
    LENGTH_USER_TIMEOUT = 4,
    LENGTH_FAST_OPEN_BASE = 2,
};

constexpr uint32_t CHECKSUM_AT = 16; //!< Where the checksum stands in a header.
constexpr uint32_t PROTOCOL = 6;     //!< TCP in the pseudo header.

uint16_t
Load16(const uint8_t* from)
{
    return static_cast<uint16_t>(from[0] << 8 | from[1]);
}

uint32_t
Load32(const uint8_t* from)
{
    return static_cast<uint32_t>(from[0]) << 24 | static_cast<uint32_t>(from[1]) << 16 |
           static_cast<uint32_t>(from[2]) << 8 | from[3];
}

void
Store16(uint8_t* to, uint16_t value)
{
    to[0] = static_cast<uint8_t>(value >> 8);
    to[1] = static_cast<uint8_t>(value);
}

void
Store32(uint8_t* to, uint32_t value)
{
    Store16(to, static_cast<uint16_t>(value >> 16));
    Store16(to + 2, static_cast<uint16_t>(value));
}

/** Write four single bytes; @return where to go on. */
uint8_t*
Put4(uint8_t* to, uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
    to[0] = a;
    to[1] = b;
    to[2] = c;
    to[3] = d;
    return to + 4;
}

/** @return the number of bytes with fillers. */
uint32_t
Padded(uint32_t length)
{
    return (length + 3) & ~3U;
}

/** A cookie is absent (a request), or has an even number of bytes, 4 to 16: RFC 7413 4.1.1. */
bool
IsCookieLength(uint32_t length)
{
    return length == 0 || (length % 2 == 0 && length >= 4 && length <= 16);
}

// No header has room for more SACK blocks than TcpConnOptions, so nothing needs to check that.
static_assert((TcpConnHeader::MAX_OPTIONS - LENGTH_SACK_BASE) / LENGTH_SACK_BLOCK <=
              std::tuple_size<decltype(TcpConnOptions::sack)>::value);

/** @return the size of a header as its data offset says, 0 to 60 bytes. */
uint32_t
HeaderSize(const uint8_t* from)
{
    return (from[12] >> 4) * 4;
}

/** Which options fit. */
struct OptionPlan
{
    uint32_t length{0};     //!< Bytes of all together.
    uint32_t sackBlocks{0}; //!< SACK blocks to write.
    bool fastOpen{false};   //!< Whether to write Fast Open.
};

/** The first five take 24 bytes at most; only Fast Open and SACK have to be fitted in. */
OptionPlan
FitOptions(const TcpConnOptions& options)
{
    OptionPlan plan;
    if (options.present == 0)
    {
        return plan;
    }
    const bool timestamps = options.Has(TcpConnOptions::TIMESTAMPS);
    const bool sackPermitted = options.Has(TcpConnOptions::SACK_PERMITTED);
    plan.length = (options.Has(TcpConnOptions::MSS) ? 4 : 0) +
                  (timestamps ? 12 : (sackPermitted ? 4 : 0)) +
                  (options.Has(TcpConnOptions::WINDOW_SCALE) ? 4 : 0) +
                  (options.Has(TcpConnOptions::USER_TIMEOUT) ? 4 : 0);
    const uint32_t fastOpen = Padded(LENGTH_FAST_OPEN_BASE + options.cookieLength);
    if (options.Has(TcpConnOptions::FAST_OPEN) && IsCookieLength(options.cookieLength) &&
        plan.length + fastOpen <= TcpConnHeader::MAX_OPTIONS)
    {
        plan.fastOpen = true;
        plan.length += fastOpen;
    }
    const uint32_t base = Padded(LENGTH_SACK_BASE);
    if (options.Has(TcpConnOptions::SACK) && plan.length + base <= TcpConnHeader::MAX_OPTIONS)
    {
        const uint32_t room = TcpConnHeader::MAX_OPTIONS - plan.length - base;
        plan.sackBlocks = std::min<uint32_t>(room / LENGTH_SACK_BLOCK, options.sackCount);
        plan.length += plan.sackBlocks > 0 ? base + plan.sackBlocks * LENGTH_SACK_BLOCK : 0;
    }
    return plan;
}

/** SACK-permitted and timestamps, in one run of 12 bytes if there are both. */
uint8_t*
PutSackPermittedAndTimestamps(const TcpConnOptions& options, uint8_t* to)
{
    const bool sackPermitted = options.Has(TcpConnOptions::SACK_PERMITTED);
    if (!options.Has(TcpConnOptions::TIMESTAMPS))
    {
        return sackPermitted
                   ? Put4(to, WIRE_NOP, WIRE_NOP, WIRE_SACK_PERMITTED, LENGTH_SACK_PERMITTED)
                   : to;
    }
    const uint8_t first = sackPermitted ? uint8_t{WIRE_SACK_PERMITTED} : uint8_t{WIRE_NOP};
    const uint8_t second = sackPermitted ? uint8_t{LENGTH_SACK_PERMITTED} : uint8_t{WIRE_NOP};
    to = Put4(to, first, second, WIRE_TIMESTAMPS, LENGTH_TIMESTAMPS);
    Store32(to, options.tsVal);
    Store32(to + 4, options.tsEcr);
    return to + 8;
}

uint8_t*
PutFastOpen(const TcpConnOptions& options, uint8_t* to)
{
    const uint32_t length = LENGTH_FAST_OPEN_BASE + options.cookieLength;
    to[0] = WIRE_FAST_OPEN;
    to[1] = static_cast<uint8_t>(length);
    std::memcpy(to + LENGTH_FAST_OPEN_BASE, options.cookie.data(), options.cookieLength);
    std::memset(to + length, WIRE_NOP, Padded(length) - length);
    return to + Padded(length);
}

uint8_t*
PutSack(const TcpConnOptions& options, uint32_t blocks, uint8_t* to)
{
    const uint32_t length = LENGTH_SACK_BASE + blocks * LENGTH_SACK_BLOCK;
    to = Put4(to, WIRE_NOP, WIRE_NOP, WIRE_SACK, static_cast<uint8_t>(length));
    for (uint32_t i = 0; i < blocks; ++i, to += LENGTH_SACK_BLOCK)
    {
        Store32(to, options.sack[i].left.GetValue());
        Store32(to + 4, options.sack[i].right.GetValue());
    }
    return to;
}

/** Write all options that fit; @return the number of bytes. */
uint32_t
EncodeOptions(const TcpConnOptions& options, uint8_t* to)
{
    const OptionPlan plan = FitOptions(options);
    if (plan.length == 0)
    {
        return 0;
    }
    if (options.Has(TcpConnOptions::MSS))
    {
        to = Put4(to, WIRE_MSS, LENGTH_MSS, options.mss >> 8, options.mss & 0xff);
    }
    to = PutSackPermittedAndTimestamps(options, to);
    if (options.Has(TcpConnOptions::WINDOW_SCALE))
    {
        to = Put4(to, WIRE_NOP, WIRE_WINDOW_SCALE, LENGTH_WINDOW_SCALE, options.windowScale);
    }
    if (options.Has(TcpConnOptions::USER_TIMEOUT))
    {
        to = Put4(to,
                  WIRE_USER_TIMEOUT,
                  LENGTH_USER_TIMEOUT,
                  options.userTimeout >> 8,
                  options.userTimeout & 0xff);
    }
    if (plan.fastOpen)
    {
        to = PutFastOpen(options, to);
    }
    if (plan.sackBlocks > 0)
    {
        PutSack(options, plan.sackBlocks, to);
    }
    return plan.length;
}

void
TakeSack(TcpConnOptions& options, const uint8_t* from, uint32_t length)
{
    const uint32_t blocks = (length - LENGTH_SACK_BASE) / LENGTH_SACK_BLOCK;
    if (blocks == 0 || length != LENGTH_SACK_BASE + blocks * LENGTH_SACK_BLOCK)
    {
        return;
    }
    options.present |= TcpConnOptions::SACK;
    options.sackCount = static_cast<uint8_t>(blocks);
    const uint8_t* at = from + LENGTH_SACK_BASE;
    for (uint32_t i = 0; i < blocks; ++i, at += LENGTH_SACK_BLOCK)
    {
        options.sack[i].left = SequenceNumber32(Load32(at));
        options.sack[i].right = SequenceNumber32(Load32(at + 4));
    }
}

void
TakeFastOpen(TcpConnOptions& options, const uint8_t* from, uint32_t length)
{
    if (!IsCookieLength(length - LENGTH_FAST_OPEN_BASE))
    {
        return; // RFC 7413 section 4.1.1: invalid lengths must be ignored.
    }
    options.present |= TcpConnOptions::FAST_OPEN;
    options.cookieLength = static_cast<uint8_t>(length - LENGTH_FAST_OPEN_BASE);
    std::memcpy(options.cookie.data(), from + LENGTH_FAST_OPEN_BASE, options.cookieLength);
}

/**
 * Take one option that lies wholly inside the header.  Of an option that comes twice the last
 * counts; one that is unknown, or has not the length of its kind, is passed over.
 */
void
TakeOption(TcpConnOptions& options, const uint8_t* from, uint32_t length)
{
    const auto is = [from, length](WireKind kind, WireLength right) {
        return from[0] == kind && length == right;
    };
    if (is(WIRE_TIMESTAMPS, LENGTH_TIMESTAMPS))
    {
        options.present |= TcpConnOptions::TIMESTAMPS;
        options.tsVal = Load32(from + 2);
        options.tsEcr = Load32(from + 6);
    }
    else if (is(WIRE_MSS, LENGTH_MSS))
    {
        options.present |= TcpConnOptions::MSS;
        options.mss = Load16(from + 2);
    }
    else if (is(WIRE_WINDOW_SCALE, LENGTH_WINDOW_SCALE))
    {
        options.present |= TcpConnOptions::WINDOW_SCALE;
        options.windowScale = from[2];
    }
    else if (is(WIRE_SACK_PERMITTED, LENGTH_SACK_PERMITTED))
    {
        options.present |= TcpConnOptions::SACK_PERMITTED;
    }
    else if (is(WIRE_USER_TIMEOUT, LENGTH_USER_TIMEOUT))
    {
        options.present |= TcpConnOptions::USER_TIMEOUT;
        options.userTimeout = Load16(from + 2);
    }
    else if (from[0] == WIRE_SACK)
    {
        TakeSack(options, from, length);
    }
    else if (from[0] == WIRE_FAST_OPEN)
    {
        TakeFastOpen(options, from, length);
    }
}

/** Parse the options of a header; @return false if they end in something malformed. */
bool
DecodeOptions(TcpConnOptions& options, const uint8_t* from, uint32_t size)
{
    uint32_t at = 0;
    while (at < size && from[at] != WIRE_EOL)
    {
        if (from[at] == WIRE_NOP)
        {
            ++at;
            continue;
        }
        const uint32_t left = size - at;
        const uint32_t length = left >= 2 ? from[at + 1] : 0;
        if (length < 2 || length > left)
        {
            return false; // MUST-7: where the next option begins is anybody's guess.
        }
        TakeOption(options, from + at, length);
        at += length;
    }
    return true;
}

/**
 * Sum of big-endian words for RFC 1071, not folded.  Adding 32 bits at a time comes to the same
 * after folding.  An odd end is filled up with zeros.
 */
uint64_t
SumBytes(const uint8_t* from, uint32_t size)
{
    uint64_t sum = 0;
    for (; size >= 4; size -= 4, from += 4)
    {
        sum += Load32(from);
    }
    for (uint32_t shift = 24; size > 0; --size, shift -= 8)
    {
        sum += static_cast<uint64_t>(*from++) << shift;
    }
    return sum;
}

/**
 * The same for bytes in a buffer, which need not lie in one piece.  By bytes: text is mostly zeros
 * that a packet does not store, and for those every wider read of the iterator is slower.
 */
uint64_t
SumBuffer(Buffer::Iterator from, uint32_t size)
{
    uint64_t sum = 0;
    for (; size >= 4; size -= 4)
    {
        uint32_t word = from.ReadU8();
        word = word << 8 | from.ReadU8();
        word = word << 8 | from.ReadU8();
        word = word << 8 | from.ReadU8();
        sum += word;
    }
    for (uint32_t shift = 24; size > 0; --size, shift -= 8)
    {
        sum += static_cast<uint64_t>(from.ReadU8()) << shift;
    }
    return sum;
}

uint16_t
Fold(uint64_t sum)
{
    while (sum >> 16 != 0)
    {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<uint16_t>(sum);
}

/** Read 32-bit words from a buffer: the inline way, as Buffer::Iterator::Read goes by bytes. */
void
ReadWords(Buffer::Iterator& from, uint8_t* to, uint32_t size)
{
    for (const uint8_t* end = to + size; to < end; to += 4)
    {
        Store32(to, from.ReadNtohU32());
    }
}

void
PrintUserTimeout(std::ostream& os, uint16_t value)
{
    // RFC 5482 section 3: the granularity bit says minutes.
    os << (value & 0x7fff) << ((value & 0x8000) != 0 ? "min" : "s");
}

void
PrintFastOpen(std::ostream& os, const uint8_t* cookie, uint32_t length)
{
    static const char digits[] = "0123456789abcdef";
    for (uint32_t i = 0; i < length; ++i)
    {
        os << digits[cookie[i] >> 4] << digits[cookie[i] & 0xf];
    }
    if (length == 0)
    {
        os << "request";
    }
}

void
PrintSack(std::ostream& os, const uint8_t* block, uint32_t count)
{
    os << "blocks: " << count << ",";
    for (const uint8_t* end = block + count * LENGTH_SACK_BLOCK; block < end;
         block += LENGTH_SACK_BLOCK)
    {
        os << "[" << Load32(block) << "," << Load32(block + 4) << "]";
    }
}

/** Print one option that EncodeOptions wrote; @return its length. */
uint32_t
PrintOption(std::ostream& os, const uint8_t* from)
{
    switch (from[0])
    {
    case WIRE_MSS:
        os << " ns3::TcpOptionMSS(MSS:" << Load16(from + 2);
        break;
    case WIRE_WINDOW_SCALE:
        os << " ns3::TcpOptionWinScale(" << static_cast<int>(from[2]);
        break;
    case WIRE_SACK_PERMITTED:
        os << " ns3::TcpOptionSackPermitted([sack_perm]";
        break;
    case WIRE_TIMESTAMPS:
        os << " ns3::TcpOptionTS(" << Load32(from + 2) << ";" << Load32(from + 6);
        break;
    case WIRE_SACK:
        os << " ns3::TcpOptionSack(";
        PrintSack(os, from + LENGTH_SACK_BASE, from[1] / LENGTH_SACK_BLOCK);
        break;
    case WIRE_USER_TIMEOUT:
        os << " ns3::TcpConnOptionUserTimeout(";
        PrintUserTimeout(os, Load16(from + 2));
        break;
    case WIRE_FAST_OPEN:
        os << " ns3::TcpConnOptionFastOpen(";
        PrintFastOpen(os, from + LENGTH_FAST_OPEN_BASE, from[1] - LENGTH_FAST_OPEN_BASE);
        break;
    default:
        os << " ns3::TcpOptionNOP(NOP)";
        return 1;
    }
    os << ")";
    return from[1];
}

} // namespace

TcpConnHeader::TcpConnHeader(uint16_t sourcePort,
                             uint16_t destinationPort,
                             const TcpConnSegment& segment)
    : m_segment(segment),
      m_sourcePort(sourcePort),
      m_destinationPort(destinationPort)
{
}

TypeId
TcpConnHeader::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnHeader")
                            .SetParent<Header>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<TcpConnHeader>();
    return tid;
}

TypeId
TcpConnHeader::GetInstanceTypeId() const
{
    // In the metadata of packets it is what it is on the wire: modules that print packets, or take
    // headers off by class (with Packet::EnableChecking), see a TcpHeader.
    return TcpHeader::GetTypeId();
}

void
TcpConnHeader::Print(std::ostream& os) const
{
    os << m_sourcePort << " > " << m_destinationPort;
    const std::string flags = FlagsToString(m_segment.flags);
    if (!flags.empty())
    {
        os << " [" << flags << "]";
    }
    os << " Seq=" << m_segment.seq << " Ack=" << m_segment.ack << " Win=" << m_segment.window;
    uint8_t options[MAX_OPTIONS];
    const uint32_t length = EncodeOptions(m_segment.options, options);
    for (uint32_t at = 0; at < length;)
    {
        at += PrintOption(os, options + at);
    }
}

uint32_t
TcpConnHeader::GetSerializedSize() const
{
    return MIN_SIZE + OptionLength(m_segment.options);
}

void
TcpConnHeader::Serialize(Buffer::Iterator start) const
{
    uint8_t bytes[MAX_SIZE];
    const uint32_t header = Encode(bytes);
    if (m_checksums)
    {
        const uint32_t size = start.GetRemainingSize();
        Buffer::Iterator text = start;
        text.Next(header);
        const uint64_t sum = SumBytes(bytes, header) + SumBuffer(text, size - header);
        Store16(bytes + CHECKSUM_AT, FinishChecksum(sum, size));
    }
    start.Write(bytes, header);
}

uint32_t
TcpConnHeader::Deserialize(Buffer::Iterator start)
{
    return DeserializeSegment(start, start.GetRemainingSize());
}

uint32_t
TcpConnHeader::Deserialize(Buffer::Iterator start, Buffer::Iterator end)
{
    const uint32_t size = std::min(end.GetDistanceFrom(start), start.GetRemainingSize());
    return DeserializeSegment(start, size);
}

uint32_t
TcpConnHeader::DeserializeSegment(Buffer::Iterator start, uint32_t size)
{
    uint8_t bytes[MAX_SIZE];
    if (size >= MIN_SIZE)
    {
        ReadWords(start, bytes, MIN_SIZE);
        const uint32_t header = HeaderSize(bytes);
        if (header > MIN_SIZE && header <= size)
        {
            ReadWords(start, bytes + MIN_SIZE, header - MIN_SIZE);
        }
    }
    if (!DecodeFields(bytes, size))
    {
        return 0;
    }
    const uint32_t header = HeaderSize(bytes);
    if (m_checksums)
    {
        const uint64_t sum = SumBytes(bytes, header) + SumBuffer(start, size - header);
        m_checksumOk = FinishChecksum(sum, size) == 0;
    }
    return header;
}

uint32_t
TcpConnHeader::Encode(uint8_t* to) const
{
    const uint32_t size = MIN_SIZE + EncodeOptions(m_segment.options, to + MIN_SIZE);
    Store16(to, m_sourcePort);
    Store16(to + 2, m_destinationPort);
    Store32(to + 4, m_segment.seq.GetValue());
    Store32(to + 8, m_segment.ack.GetValue());
    to[12] = static_cast<uint8_t>(size / 4 << 4);
    to[13] = static_cast<uint8_t>(m_segment.flags);
    Store16(to + 14, m_segment.window);
    Store16(to + CHECKSUM_AT, 0);
    Store16(to + 18, m_segment.urgent);
    return size;
}

bool
TcpConnHeader::Decode(const uint8_t* from, uint32_t size)
{
    if (!DecodeFields(from, size))
    {
        return false;
    }
    if (m_checksums)
    {
        m_checksumOk = FinishChecksum(SumBytes(from, size), size) == 0;
    }
    return true;
}

bool
TcpConnHeader::DecodeFields(const uint8_t* from, uint32_t size)
{
    m_segment = TcpConnSegment();
    m_sourcePort = 0;
    m_destinationPort = 0;
    m_optionsMalformed = false;
    m_checksumOk = !m_checksums;
    if (size < MIN_SIZE)
    {
        m_parse = TcpConnParse::TOO_SHORT;
        return false;
    }
    m_sourcePort = Load16(from);
    m_destinationPort = Load16(from + 2);
    m_segment.seq = SequenceNumber32(Load32(from + 4));
    m_segment.ack = SequenceNumber32(Load32(from + 8));
    m_segment.flags = from[13];
    m_segment.window = Load16(from + 14);
    m_segment.urgent = Load16(from + 18);
    const uint32_t header = HeaderSize(from);
    if (header < MIN_SIZE || header > size)
    {
        m_parse = header < MIN_SIZE ? TcpConnParse::BAD_OFFSET : TcpConnParse::TRUNCATED;
        return false;
    }
    m_parse = TcpConnParse::OK;
    m_optionsMalformed = !DecodeOptions(m_segment.options, from + MIN_SIZE, header - MIN_SIZE);
    return true;
}

uint16_t
TcpConnHeader::Checksum(const TcpConnIp& source,
                        const TcpConnIp& destination,
                        bool v6,
                        const uint8_t* from,
                        uint32_t size)
{
    TcpConnHeader header;
    header.InitializeChecksum(source, destination, v6);
    return header.FinishChecksum(SumBytes(from, size), size);
}

uint16_t
TcpConnHeader::FinishChecksum(uint64_t sum, uint32_t size) const
{
    // Where length and protocol stand in a pseudo header differs between IPv4 and IPv6, but not
    // what they add to the sum.
    return static_cast<uint16_t>(~Fold(sum + m_addressSum + PROTOCOL + size));
}

uint8_t
TcpConnHeader::OptionLength(const TcpConnOptions& options)
{
    return static_cast<uint8_t>(FitOptions(options).length);
}

std::string
TcpConnHeader::FlagsToString(uint16_t flags, const std::string& delimiter)
{
    static const char* const names[] = {"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"};
    std::string text;
    uint16_t bit = TCP_CONN_FIN;
    for (const char* name : names)
    {
        if ((flags & bit) != 0)
        {
            text += text.empty() ? "" : delimiter;
            text += name;
        }
        bit = static_cast<uint16_t>(bit << 1);
    }
    return text;
}

void
TcpConnHeader::EnableChecksums()
{
    m_checksums = true;
}

void
TcpConnHeader::InitializeChecksum(const TcpConnIp& source, const TcpConnIp& destination, bool v6)
{
    const uint32_t size = v6 ? 16 : 4;
    m_addressSum = Fold(SumBytes(source.data(), size) + SumBytes(destination.data(), size));
}

bool
TcpConnHeader::IsChecksumOk() const
{
    return m_checksumOk;
}

TcpConnParse
TcpConnHeader::GetParseResult() const
{
    return m_parse;
}

bool
TcpConnHeader::OptionsMalformed() const
{
    return m_optionsMalformed;
}

uint16_t
TcpConnHeader::GetSourcePort() const
{
    return m_sourcePort;
}

void
TcpConnHeader::SetSourcePort(uint16_t port)
{
    m_sourcePort = port;
}

uint16_t
TcpConnHeader::GetDestinationPort() const
{
    return m_destinationPort;
}

void
TcpConnHeader::SetDestinationPort(uint16_t port)
{
    m_destinationPort = port;
}

const TcpConnSegment&
TcpConnHeader::GetSegment() const
{
    return m_segment;
}

TcpConnSegment&
TcpConnHeader::Segment()
{
    return m_segment;
}

void
TcpConnHeader::SetSegment(const TcpConnSegment& segment)
{
    m_segment = segment;
}

} // namespace ns3
