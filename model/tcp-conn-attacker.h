/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_ATTACKER_H
#define TCP_CONN_ATTACKER_H

#include "tcp-conn-compat.h"
#include "tcp-conn-header.h"
#include "tcp-conn-key.h"

#include "ns3/address.h"
#include "ns3/application.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/random-variable-stream.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <string>

namespace ns3
{

class Packet;

/** @ingroup tcp-conn
 * Sends TCP segments that belong to no connection of its own: floods, scans and blind injection.
 *
 * The segments go straight to IPv4 or IPv6, with source addresses of its choice, so it needs no
 * TCP on its node and no change to any protocol.  It never answers what comes back.  If it sends
 * from an address of its node (no Sources), a TCP on that node may answer with RST: leave the TCP
 * out there, or forge the source.
 *
 * An address that has to be resolved by ARP or neighbour discovery first holds back a few segments
 * only: the first ones of a flood may be lost there.
 */
class TcpConnAttacker : public TcpConnCompat::StreamsBase<Application>::Type
{
  public:
    /** The segments it sends. */
    enum Kind : uint8_t
    {
        SYN,     //!< SYN, with an MSS option.
        ACK,     //!< ACK.
        RST,     //!< RST without ACK.
        SYN_ACK, //!< SYN and ACK, with an MSS option.
        DATA,    //!< PSH and ACK, with text.
        FIN,     //!< FIN and ACK.
    };

    /** @return the TypeId, ns3::TcpConnAttacker. */
    static TypeId GetTypeId();

    TcpConnAttacker();
    ~TcpConnAttacker() override;

    /**
     * Fix the streams of Interval (if any), SourceHosts, SourcePorts, SequenceNumbers and
     * AckNumbers, in this order.
     * @param stream first stream
     * @return streams used: 5
     */
    int64_t AssignStreams(int64_t stream) override;

    /** @return segments sent. */
    uint64_t GetSent() const;
    /** @return segments not sent, because there is no route to the target. */
    uint64_t GetUnroutable() const;

    /**
     * Signature of the trace source Tx.
     * @param segment TCP header and text
     * @param from source address and port
     */
    typedef void (*TxCallback)(Ptr<const Packet> segment, const Address& from);

  protected:
    /** The attack ends. */
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;

    /** @param kind the segments to send */
    void SetKind(Kind kind);
    /** @return the segments that are sent. */
    Kind GetKind() const;

    /** Read the attributes Target and Sources; ends the program if they are not legal. */
    void Prepare();
    /** Read the attribute Sources. @return whether it is legal */
    bool ParseSources();
    /** Send a segment, and see when the next is due. */
    void Shoot();
    /** @return when the next segment is due. */
    Time NextTime();
    /** @return the next segment, without its text. */
    TcpConnSegment MakeSegment();
    /** @param source address to send from @return the next segment: header and text */
    Ptr<Packet> MakePacket(const TcpConnIp& source);
    /** @param own the address of the node on that route @return the next source address */
    TcpConnIp NextSource(const TcpConnIp& own);
    /** @return whether the next segment was sent by IPv4. */
    bool SendIpv4();
    /** @return whether the next segment was sent by IPv6. */
    bool SendIpv6();

    Kind m_kind{SYN};                     //!< Segments to send.
    Address m_target;                     //!< Address and port.
    std::string m_sources;                //!< Prefix of source addresses.
    Ptr<RandomVariableStream> m_hosts;    //!< Number of the source within the prefix.
    Ptr<RandomVariableStream> m_ports;    //!< Source port.
    Ptr<RandomVariableStream> m_sequence; //!< Sequence number.
    Ptr<RandomVariableStream> m_ack;      //!< Acknowledgment number.
    Ptr<RandomVariableStream> m_interval; //!< Time between segments; nullptr: m_rate.
    double m_rate{100};                   //!< Segments a second.
    uint64_t m_count{0};                  //!< Segments in all; 0: no limit.
    uint16_t m_window{65535};             //!< Window.
    uint16_t m_mss{1460};                 //!< MSS option; 0: none.
    uint32_t m_dataSize{100};             //!< Bytes of text.
    uint8_t m_ttl{64};                    //!< TTL.
    TcpConnKey m_key;                     //!< First source, last port; the target.
    double m_hostCount{0};                //!< Source addresses; 0: the node's own.
    uint16_t m_identification{0};         //!< Of the last IPv4 datagram.
    Time m_start;                         //!< When the first segment was sent.
    uint64_t m_shots{0};                  //!< Segments sent or not routable.
    uint64_t m_sent{0};                   //!< Segments sent.
    EventId m_event;                      //!< The next segment.
    TracedCallback<Ptr<const Packet>, const Address&> m_tx; //!< Trace of segments.
};

} // namespace ns3

#endif /* TCP_CONN_ATTACKER_H */
