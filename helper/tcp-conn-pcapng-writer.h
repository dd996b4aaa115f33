/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_PCAPNG_WRITER_H
#define TCP_CONN_PCAPNG_WRITER_H

#include "tcp-conn-record-writer.h"

#include "ns3/tcp-conn-key.h"
#include "ns3/tcp-conn-segment.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{

class TcpConnTraceLine;

/** @ingroup tcp-conn
 * Writes segments as a capture in format pcapng that Wireshark and tshark open, with transitions
 * as comments of the packets.
 *
 * Each segment that a host sends or receives is a packet of an interface named by host and device,
 * "node0/1", or by their names in ns3::Names.  Its comments are, in the order in which it happened:
 *
 *     T 0.12 0 1 ...       a transition that the segment caused at its receiver, or the call or
 *                          timeout that caused the segment at its sender: the line of the ASCII
 *                          form
 *     after T 0.12 ...     the segment answers the one that caused this transition, which is a
 *                          comment of that segment
 *     S 0:1                sent, R 0:1 received, D 0:1 reason=checksum dropped: the connection
 *                          that it belongs to, node:id; id 0: none
 *
 * A transition without a segment (TIME-WAIT ends, a listener opens) is a packet of the interface
 * "node0/states", which Wireshark shows as a line of text.
 *
 * Packets hold the headers of IP and TCP and tell the length of the text, not the text itself:
 * captures with it are made by ns-3's own helpers.
 */
class TcpConnPcapngWriter : public TcpConnRecordWriter
{
  public:
    /**
     * @param fileName name of the file, which is overwritten, and compressed if the name ends in
     *        ".gz"; ends the program if it cannot be opened
     * @param policies the policies in force, "handshake=TcpConnThreeWay release=..."; may be empty
     */
    TcpConnPcapngWriter(const std::string& fileName, const std::string& policies);
    /**
     * @param stream where to write, as for TcpConnTraceWriter
     * @param policies as above
     */
    TcpConnPcapngWriter(Ptr<OutputStreamWrapper> stream, const std::string& policies);
    ~TcpConnPcapngWriter() override;

    void NodePolicies(uint32_t node, const std::string& policies) override;
    void Transition(const TcpConnTransition& t) override;
    void Tx(const TcpConnSegmentEvent& s) override;
    void Rx(const TcpConnSegmentEvent& s) override;
    void Drop(const TcpConnSegmentEvent& s) override;
    void Flush() override;

  private:
    /** What happened: where and when. */
    struct Origin
    {
        Time time;        //!< When.
        uint32_t node{0}; //!< Id of the node.
        TcpConnKey key;   //!< The connection.

        /** @param o another @return whether it is the same moment of the same connection */
        bool operator==(const Origin& o) const;
    };

    /** A packet that is not written yet, for comments may follow. */
    struct Frame
    {
        char kind{0};                      //!< 'S', 'R', 'D', 'T': no segment; 0: no packet.
        Origin origin;                     //!< Where and when.
        TcpConnSegment segment;            //!< The segment.
        std::vector<std::string> comments; //!< Comments.
    };

    void WriteHeader(const std::string& policies);
    void Begin(char kind, const Origin& origin);
    void BeginSegment(char kind, const TcpConnSegmentEvent& s);
    void WriteFrame();
    uint32_t Interface(const Frame& frame);
    uint32_t AddInterface(uint32_t node, const std::string& name, uint16_t linkType);

    std::unique_ptr<TcpConnTraceLine> m_line;       //!< Makes lines.
    std::map<uint32_t, std::string> m_nodePolicies; //!< Policies of hosts, not yet written.
    std::map<std::string, uint32_t> m_interfaces;   //!< Interfaces by name.
    std::map<std::pair<uint32_t, TcpConnIp>, uint32_t> m_byAddress; //!< Interfaces by address.
    Frame m_frame;        //!< The packet that is not written yet.
    Origin m_causedAt;    //!< Of the transition that follows.
    std::string m_caused; //!< Line of the last transition that a segment caused, or empty.
};

} // namespace ns3

#endif /* TCP_CONN_PCAPNG_WRITER_H */
