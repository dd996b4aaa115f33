/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_PACKET_SCRIPT_FLOW_H
#define TCP_CONN_PACKET_SCRIPT_FLOW_H

#include "tcp-conn-packet-script-testbed.h"
#include "tcp-conn-packet-script.h"

#include <cstdint>
#include <map>
#include <string>

/**
 * @file
 * @ingroup tcp-conn
 * From the numbers of a script to those on the wire and back.
 */

namespace ns3
{
namespace TcpConnPacketScript
{

/**
 * A connection of a script.  What the peer sends has on the wire the numbers of the script; what
 * the host sends counts in the script from the number that the script gives to its SYN.
 */
class Flow
{
  public:
    uint16_t peerPort{0}; //!< Port of the peer.
    uint16_t hostPort{0}; //!< Port of the host.

    /**
     * @param line a segment into the host
     * @param testbed host and peer
     * @return it as it goes on the wire
     */
    TcpConnWire::Segment ToWire(const PacketLine& line, Testbed& testbed);

    /**
     * Take over the numbers of a segment of the host: those of a SYN, and timestamps.
     * @param line what the script says
     * @param segment what was seen
     */
    void Learn(const PacketLine& line, const TcpConnWire::Segment& segment);

    /**
     * @param segment a segment of the host
     * @return it as a script writes it
     */
    PacketLine ToScript(const TcpConnWire::Segment& segment) const;

    /**
     * @param seq a sequence number of the host in the script
     * @return the one on the wire
     */
    uint32_t HostSeq(uint32_t seq) const;

  private:
    std::string BuildOptions(const PacketLine& line) const;
    uint32_t EchoOf(uint32_t script) const;

    bool m_numbered{false};    //!< The host's SYN was seen.
    bool m_ended{false};       //!< A FIN or RST was seen: a SYN may begin anew.
    uint32_t m_offset{0};      //!< From the host's number in the script to the wire's.
    bool m_stamped{false};     //!< A timestamp of the host was seen.
    uint32_t m_stampOffset{0}; //!< From its first timestamp in the script to the wire's.
    std::map<uint32_t, uint32_t> m_stamps; //!< Timestamps of the host: in the script, on the wire.
};

/**
 * Compare segments.
 * @param want what the script says
 * @param got what was seen, as the script writes it
 * @param setup what is not looked at
 * @return whether got is what was wanted
 */
bool Matches(const PacketLine& want, const PacketLine& got, const Setup& setup);

} // namespace TcpConnPacketScript
} // namespace ns3

#endif /* TCP_CONN_PACKET_SCRIPT_FLOW_H */
