/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_WIRE_PEER_H
#define TCP_CONN_WIRE_PEER_H

#include "ns3/address.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * Test support: the other end of the wire, with no TCP in it.  Everything is made and taken apart
 * here byte by byte, so that a fault of the module's own codec cannot hide itself.
 */

namespace ns3
{
namespace TcpConnWire
{

/** The eight flags of a TCP header (RFC 9293 3.1). */
enum Flag : uint8_t
{
    FIN = 0x01,
    SYN = 0x02,
    RST = 0x04,
    PSH = 0x08,
    ACK = 0x10,
    URG = 0x20,
    ECE = 0x40,
    CWR = 0x80,
};

/**
 * @param flags the flag byte
 * @return the names of the flags, joined by '|', or "none"
 */
std::string FlagNames(uint8_t flags);

/** An address of either family, as the sixteen bytes or four bytes of the wire. */
struct Host
{
    bool v6{false};  //!< Which of the two is meant.
    Ipv4Address ip4; //!< The IPv4 address.
    Ipv6Address ip6; //!< The IPv6 address.

    Host() = default;
    /** @param a an IPv4 address */
    Host(Ipv4Address a);
    /** @param a an IPv6 address */
    Host(Ipv6Address a);

    /**
     * @param port the port
     * @return an InetSocketAddress or Inet6SocketAddress
     */
    Address With(uint16_t port) const;
    /** @return the bytes in network order */
    std::string Bytes() const;
};

/** A segment with the numbers that are on the wire. */
struct Segment
{
    Time time;               //!< When it was seen or sent.
    Host src;                //!< Source address.
    Host dst;                //!< Destination address.
    uint16_t srcPort{0};     //!< Source port.
    uint16_t dstPort{0};     //!< Destination port.
    uint32_t seq{0};         //!< Sequence number.
    uint32_t ack{0};         //!< Acknowledgement number field.
    uint8_t offset{0};       //!< Data offset, 32-bit words; 0 when sent: computed.
    uint8_t reserved{0};     //!< The four reserved bits.
    uint8_t flags{0};        //!< Flag byte.
    uint16_t window{65535};  //!< Window field.
    uint16_t urgent{0};      //!< Urgent pointer.
    bool badChecksum{false}; //!< Seen: it was wrong.  Sent: make it wrong.
    bool noChecksum{false};  //!< Sent: leave the field zero.
    bool malformed{false};   //!< Seen: not a whole header, or options that do not parse.
    std::string options;     //!< Raw option bytes, padded to words by Build.
    std::string payload;     //!< The text.

    int mss{-1};        //!< Seen: MSS option, or -1.
    int ws{-1};         //!< Seen: window scale option, or -1.
    bool sackOk{false}; //!< Seen: SACK permitted.
    bool hasTs{false};  //!< Seen: timestamps option.
    uint32_t tsVal{0};  //!< Seen: TSval.
    uint32_t tsEcr{0};  //!< Seen: TSecr.
    bool hasFo{false};  //!< Seen: Fast Open option (RFC 7413).
    std::string cookie; //!< Seen: its cookie; empty: a request.

    /** @return the TCP segment's bytes, with the checksum asked for */
    std::string Build() const;
    /**
     * Take bytes apart; sets badChecksum and malformed.
     * @param bytes the TCP segment
     * @param from source address
     * @param to destination address
     * @return what they say
     */
    static Segment Parse(const std::string& bytes, const Host& from, const Host& to);
};

/**
 * A node's only protocol: it takes every IP packet off the device that carries TCP, and puts on it
 * whatever a test wants there, from any address.  It answers nothing by itself.
 */
class Peer
{
  public:
    /**
     * @param node the node whose device it takes
     * @param device the device, in point-to-point mode (no address resolution)
     * @param other where it sends to
     */
    Peer(Ptr<Node> node, Ptr<NetDevice> device, Ptr<NetDevice> other);

    /**
     * Send a segment.
     * @param segment with addresses and ports set
     */
    void Send(const Segment& segment);

    /**
     * Send bytes as the payload of an IP packet.
     * @param src source address
     * @param dst destination address
     * @param protocol IP protocol number
     * @param bytes payload
     */
    void SendRaw(const Host& src, const Host& dst, uint8_t protocol, const std::string& bytes);

    /**
     * Send an ICMP (or ICMPv6) error that quotes a segment.
     * @param from who reports
     * @param quoted the segment that it is about
     * @param type ICMP type
     * @param code ICMP code
     * @param info the second word: next hop's MTU where the type has one
     */
    void SendIcmp(const Host& from,
                  const Segment& quoted,
                  uint8_t type,
                  uint8_t code,
                  uint32_t info = 0);

    std::vector<Segment> seen;    //!< Every segment received, in order.
    std::vector<Segment> sent;    //!< Every segment sent by Send.
    std::function<void()> onSeen; //!< Called after each is added to seen.
    bool verify{true};            //!< Whether received checksums are looked at.
    uint32_t total{0};            //!< Number of segments received; also where not kept.
    bool keep{true};              //!< Keep what is received in seen.
    uint8_t tos{0};               //!< TOS or traffic class of what it sends.

  private:
    /** The device's packets come in here. */
    void Receive(Ptr<NetDevice> device,
                 Ptr<const Packet> packet,
                 uint16_t protocol,
                 const Address& from,
                 const Address& to,
                 NetDevice::PacketType type);

    Ptr<Node> m_node;        //!< Own node.
    Ptr<NetDevice> m_device; //!< Own device.
    Ptr<NetDevice> m_other;  //!< The host's device.
};

/**
 * Internet checksum (RFC 1071).
 * @param bytes what to sum
 * @return the ones' complement of the sum
 */
uint16_t Checksum(const std::string& bytes);

/**
 * The pseudo header (RFC 9293 3.1, RFC 8200 8.1).
 * @param src source
 * @param dst destination
 * @param protocol number
 * @param length of the upper layer packet
 * @return its bytes
 */
std::string PseudoHeader(const Host& src, const Host& dst, uint8_t protocol, uint32_t length);

} // namespace TcpConnWire
} // namespace ns3

#endif /* TCP_CONN_WIRE_PEER_H */
