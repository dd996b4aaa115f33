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
 * A connection of a script.  As packetdrill has it, the numbers of a segment with SYN are written
 * as they are on the wire for the peer, and from what the script gives to the SYN for the host;
 * those of all other segments count from the initial sequence number of their sender.
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
     * @param syn of a segment with SYN
     * @return the one on the wire
     */
    uint32_t HostSeq(uint32_t seq, bool syn) const;

  private:
    std::string BuildOptions(const PacketLine& line) const;
    uint32_t EchoOf(uint32_t script) const;

    bool m_numbered{false};      //!< The host's SYN was seen.
    bool m_ended{false};         //!< A FIN or RST was seen: a SYN may begin anew.
    uint32_t m_hostIsn{0};       //!< Initial sequence number of the host.
    uint32_t m_hostScriptIsn{0}; //!< The same in the script.
    bool m_agreed{false};        //!< The peer's initial sequence number is known to both.
    uint32_t m_peerIsn{0};       //!< Initial sequence number of the peer, once it is agreed.
    uint32_t m_peerSyn{0};       //!< Number of the last SYN of the peer.
    uint32_t m_peerSynSize{0};   //!< Its length in sequence numbers, 0 before there is one.
    bool m_stamped{false};       //!< A timestamp of the host was seen.
    uint32_t m_stampOffset{0};   //!< From its first timestamp in the script to the wire's.
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
