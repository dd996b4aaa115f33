/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_HEADER_H
#define TCP_CONN_HEADER_H

#include "tcp-conn-key.h"
#include "tcp-conn-segment.h"

#include "ns3/header.h"

#include <cstdint>
#include <ostream>
#include <string>

namespace ns3
{

/** @ingroup tcp-conn
 * What the last parse of a header found.  Anything but OK means: drop the segment, it has no
 * header that could be answered (RFC 9293 section 3.1, Data Offset).
 */
enum class TcpConnParse : uint8_t
{
    OK,         //!< A whole header.
    TOO_SHORT,  //!< Fewer bytes than the 20 of a fixed header.
    BAD_OFFSET, //!< Data offset below 5 words.
    TRUNCATED,  //!< Data offset points past the end of the segment.
};

/** @ingroup tcp-conn
 * The TCP header on the wire: ports, a TcpConnSegment and its options (RFC 9293 section 3.1).
 *
 * Byte-compatible with ns3::TcpHeader, so that other modules may peek either class.  Parsing is
 * safe for any bytes: it reads no byte past the end, and ends in a TcpConnParse.
 *
 * Options are written in a fixed order of preference: MSS, SACK-permitted, timestamps, window
 * scale, user timeout, Fast Open, SACK.  Each takes a multiple of four bytes, filled up with NOP
 * as Linux does it (SACK-permitted and timestamps share twelve).  There is room for 40 bytes; an
 * option that does not fit behind the ones before it is left out, without a word.  The first
 * five always fit together, so this can happen to a Fast Open cookie and to SACK, of which as
 * many blocks are written as fit.  A Fast Open cookie of an illegal length and a SACK option
 * without blocks are not written.
 *
 * The fields length, ce and tos of the segment are not on the wire: not written, and 0 after a
 * parse.  The four reserved bits are written as 0 and ignored (RFC 9293 section 3.1).
 */
class TcpConnHeader : public Header
{
  public:
    static constexpr uint32_t MIN_SIZE = 20;    //!< Bytes of a header without options.
    static constexpr uint32_t MAX_OPTIONS = 40; //!< Most bytes of options.
    static constexpr uint32_t MAX_SIZE = 60;    //!< Most bytes of a header.

    /** A header of zeros. */
    TcpConnHeader() = default;

    /**
     * @param sourcePort source port, host byte order
     * @param destinationPort destination port, host byte order
     * @param segment the other fields
     */
    TcpConnHeader(uint16_t sourcePort, uint16_t destinationPort, const TcpConnSegment& segment);

    /** @return the TypeId, ns3::TcpConnHeader. */
    static TypeId GetTypeId();
    /** @return the TypeId of ns3::TcpHeader: packets that are printed show what is on the wire. */
    TypeId GetInstanceTypeId() const override;

    /**
     * Print in the format of ns3::TcpHeader, with options in the order in which they are written,
     * fillers included: the text that ns3::TcpHeader has for the same bytes.  Options that it
     * does not know are printed as TcpConnOptionUserTimeout and TcpConnOptionFastOpen.
     *
     * @param os the stream
     */
    void Print(std::ostream& os) const override;
    /** @return bytes of the header with its options and padding, 20 to 60. */
    uint32_t GetSerializedSize() const override;
    /**
     * Write the header, with the checksum of what follows it where checksums are enabled.
     * @param start where to, with room for GetSerializedSize() bytes
     */
    void Serialize(Buffer::Iterator start) const override;

    /**
     * Parse what follows in a buffer, to its end.
     *
     * Where the result is not TcpConnParse::OK, nothing was consumed.  For segments from the wire
     * use Packet::PeekHeader and, if that went well, Packet::RemoveAtStart: with packet metadata
     * enabled Packet::RemoveHeader insists on a header that was added as this very class, which
     * that of another TCP was not.
     *
     * @param start the first byte of the header
     * @return the size of the header in bytes, 20 to 60, or 0
     */
    uint32_t Deserialize(Buffer::Iterator start) override;

    /**
     * Parse a segment that ends before the buffer does (Packet::PeekHeader with a size).
     *
     * @param start the first byte of the header
     * @param end the byte that follows the segment; not before @p start
     * @return the size of the header in bytes, 20 to 60, or 0
     */
    uint32_t Deserialize(Buffer::Iterator start, Buffer::Iterator end) override;

    /**
     * Write the header as bytes, its checksum field 0.
     *
     * @param to room for MAX_SIZE bytes
     * @return the number of bytes written, a multiple of 4
     */
    uint32_t Encode(uint8_t* to) const;

    /**
     * Parse a whole segment.  Where checksums are enabled the checksum is verified over all of it.
     *
     * @param from its bytes; may be null if @p size is 0
     * @param size their number, header and text
     * @return whether it has a whole header; GetParseResult() says what is wrong
     */
    bool Decode(const uint8_t* from, uint32_t size);

    /**
     * The checksum of a segment (RFC 9293 section 3.1, RFC 8200 section 8.1), over everything as
     * it stands: of a segment to be sent, with 0 in its checksum field, the value to send; of a
     * segment received, 0 if it is intact.
     *
     * @param source address of the sender
     * @param destination address of the receiver
     * @param v6 whether the addresses are IPv6
     * @param from the bytes of the segment, header and text
     * @param size their number
     * @return the checksum, host byte order
     */
    static uint16_t Checksum(const TcpConnIp& source,
                             const TcpConnIp& destination,
                             bool v6,
                             const uint8_t* from,
                             uint32_t size);

    /**
     * @param options the options of a segment
     * @return how many bytes they take in its header, 0 to 40, a multiple of 4
     */
    static uint8_t OptionLength(const TcpConnOptions& options);

    /**
     * @param flags set of TcpConnFlag bits; others are ignored
     * @param delimiter what to put between two names
     * @return names of the flags in the order FIN SYN RST PSH ACK URG ECE CWR, as ns3::TcpHeader
     */
    static std::string FlagsToString(uint16_t flags, const std::string& delimiter = "|");

    /**
     * From now on make the checksum in Serialize, and verify it in Deserialize and Decode.
     * Without this the field is 0 and not looked at.
     */
    void EnableChecksums();

    /**
     * Say which addresses the checksum covers.  Call it before Serialize, Deserialize, Decode.
     *
     * @param source address of the segment's sender
     * @param destination address of its receiver
     * @param v6 whether the addresses are IPv6
     */
    void InitializeChecksum(const TcpConnIp& source, const TcpConnIp& destination, bool v6);

    /**
     * @return whether the last segment parsed has a whole header and the right checksum; always
     *         true where checksums are not enabled
     */
    bool IsChecksumOk() const;

    /** @return what the last parse found; OK before the first one. */
    TcpConnParse GetParseResult() const;

    /**
     * Whether the options of the last header parsed end in something that is no option: a length
     * byte below 2, or past the end, or missing (RFC 9293 section 3.1, MUST-7).  The options
     * before that place were taken, the rest was ignored, as Linux does.
     *
     * @return whether it is so
     */
    bool OptionsMalformed() const;

    /** @return the source port, host byte order. */
    uint16_t GetSourcePort() const;
    /** @param port the source port, host byte order */
    void SetSourcePort(uint16_t port);
    /** @return the destination port, host byte order. */
    uint16_t GetDestinationPort() const;
    /** @param port the destination port, host byte order */
    void SetDestinationPort(uint16_t port);
    /** @return the fields and options. */
    const TcpConnSegment& GetSegment() const;
    /** @return the fields and options, to be changed in place. */
    TcpConnSegment& Segment();
    /** @param segment the fields and options */
    void SetSegment(const TcpConnSegment& segment);

  private:
    /**
     * Parse the header alone, without the checksum.
     * @param from the segment's bytes; no more are read than the header has
     * @param size bytes of the segment, text included
     * @return whether the segment has a whole header
     */
    bool DecodeFields(const uint8_t* from, uint32_t size);
    /**
     * Parse a segment in a buffer.
     * @param start the first byte of the header
     * @param size bytes of the segment, text included
     * @return the size of the header, or 0
     */
    uint32_t DeserializeSegment(Buffer::Iterator start, uint32_t size);
    /**
     * @param sum the sum of a segment's words, not folded
     * @param size bytes of the segment
     * @return the checksum of the segment with its pseudo header
     */
    uint16_t FinishChecksum(uint64_t sum, uint32_t size) const;

    TcpConnSegment m_segment;               //!< Fields and options.
    uint16_t m_sourcePort{0};               //!< Source port.
    uint16_t m_destinationPort{0};          //!< Destination port.
    uint16_t m_addressSum{0};               //!< Folded sum of both addresses.
    TcpConnParse m_parse{TcpConnParse::OK}; //!< What the last parse found.
    bool m_optionsMalformed{false};         //!< The last parse met malformed options.
    bool m_checksums{false};                //!< Checksums are enabled.
    bool m_checksumOk{true};                //!< What the last parse found of the checksum.
};

} // namespace ns3

#endif /* TCP_CONN_HEADER_H */
