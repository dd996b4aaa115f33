/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_SEGMENT_H
#define TCP_CONN_SEGMENT_H

#include "ns3/sequence-number.h"

#include <array>
#include <cstdint>

namespace ns3
{

/** @ingroup tcp-conn
 * Control bits of a segment, as on the wire (RFC 9293 section 3.1, RFC 3168, RFC 3540).
 */
enum TcpConnFlag : uint16_t
{
    TCP_CONN_FIN = 0x001, //!< No more data from sender.
    TCP_CONN_SYN = 0x002, //!< Synchronize sequence numbers.
    TCP_CONN_RST = 0x004, //!< Reset the connection.
    TCP_CONN_PSH = 0x008, //!< Push function.
    TCP_CONN_ACK = 0x010, //!< Acknowledgment field is significant.
    TCP_CONN_URG = 0x020, //!< Urgent pointer field is significant.
    TCP_CONN_ECE = 0x040, //!< ECN-Echo.
    TCP_CONN_CWR = 0x080, //!< Congestion Window Reduced.
};

/** @ingroup tcp-conn
 * One block of a SACK option (RFC 2018 section 3).
 */
struct TcpConnSackBlock
{
    SequenceNumber32 left;  //!< First sequence number of the block.
    SequenceNumber32 right; //!< Sequence number that follows its last one.
};

/** @ingroup tcp-conn
 * The options of one segment, parsed.  What is present is in @ref present; a field whose bit is
 * not set there means nothing.
 */
struct TcpConnOptions
{
    /** Bits of @ref present. */
    enum Kind : uint16_t
    {
        MSS = 0x01,            //!< Maximum segment size (RFC 9293 section 3.7.1).
        WINDOW_SCALE = 0x02,   //!< Window scale (RFC 7323 section 2).
        SACK_PERMITTED = 0x04, //!< SACK permitted (RFC 2018 section 2).
        SACK = 0x08,           //!< SACK blocks (RFC 2018 section 3).
        TIMESTAMPS = 0x10,     //!< Timestamps (RFC 7323 section 3).
        USER_TIMEOUT = 0x20,   //!< User timeout (RFC 5482).
        FAST_OPEN = 0x40,      //!< Fast Open cookie or request (RFC 7413).
    };

    uint16_t present{0};     //!< Set of Kind bits.
    uint16_t mss{0};         //!< MSS offered, bytes.
    uint8_t windowScale{0};  //!< Shift count as offered, 0 to 255; the user limits it to 14.
    uint8_t sackCount{0};    //!< Number of valid entries of @ref sack, 0 to 4.
    uint8_t cookieLength{0}; //!< Bytes in cookie; 0 (a request), or 4 to 16.
    uint16_t userTimeout{0}; //!< Granularity bit (minutes) and 15 bits of time, as on the wire.
    uint32_t tsVal{0};       //!< Timestamp value.
    uint32_t tsEcr{0};       //!< Timestamp echo reply.
    std::array<TcpConnSackBlock, 4> sack{}; //!< SACK blocks in the order of the option.
    std::array<uint8_t, 16> cookie{};       //!< Fast Open cookie.

    /**
     * @param kind the option asked for
     * @return whether the segment carries that option
     */
    bool Has(Kind kind) const
    {
        return (present & kind) != 0;
    }
};

/** @ingroup tcp-conn
 * A segment as the machine sees it: RFC 9293's SEG.* variables (section 3.3.1), no payload.
 */
struct TcpConnSegment
{
    SequenceNumber32 seq;   //!< SEG.SEQ.
    SequenceNumber32 ack;   //!< SEG.ACK, significant with ACK only.
    uint32_t length{0};     //!< Bytes of text, without SYN and FIN.
    uint16_t flags{0};      //!< Set of TcpConnFlag bits.
    uint16_t window{0};     //!< SEG.WND as on the wire: bytes, not scaled.
    uint16_t urgent{0};     //!< SEG.UP as on the wire: bytes from SEG.SEQ on.
    bool ce{false};         //!< The IP header said Congestion Experienced (RFC 3168).
    uint8_t tos{0};         //!< TOS or Traffic Class byte of the IP header.
    TcpConnOptions options; //!< Options.

    /**
     * @param bits a set of TcpConnFlag bits
     * @return whether any of them is set
     */
    bool Has(uint16_t bits) const
    {
        return (flags & bits) != 0;
    }

    /** @return SEG.LEN: the sequence numbers that the segment occupies, SYN and FIN included. */
    uint32_t SequenceLength() const
    {
        return length + (Has(TCP_CONN_SYN) ? 1 : 0) + (Has(TCP_CONN_FIN) ? 1 : 0);
    }

    /** @return the sequence number that follows the segment's last one. */
    SequenceNumber32 End() const
    {
        return seq + SequenceNumber32(SequenceLength());
    }

    /** @return the sequence number of the first byte of text (a SYN stands before it). */
    SequenceNumber32 TextBegin() const
    {
        return seq + SequenceNumber32(Has(TCP_CONN_SYN) ? 1 : 0);
    }
};

} // namespace ns3

#endif /* TCP_CONN_SEGMENT_H */
