/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_SETTINGS_H
#define TCP_CONN_SETTINGS_H

#include "ns3/nstime.h"

#include <cstdint>

namespace ns3
{

/** @ingroup tcp-conn
 * What an application or a script sets for a connection: plain values, no state.  Connections
 * share one block of settings (an accepted socket its listener's) until one of them changes.
 * The first group are the attributes of ns3::TcpSocket, with its defaults and meaning.
 */
struct TcpConnSettings
{
    uint32_t sndBufSize{131072};           //!< Send buffer, bytes.
    uint32_t rcvBufSize{131072};           //!< Receive buffer, bytes; up to 1 GB is advertised.
    uint32_t segmentSize{536};             //!< Most bytes of text in a segment sent.
    uint32_t initialSsThresh{UINT32_MAX};  //!< Initial slow start threshold, bytes.
    uint32_t initialCwnd{10};              //!< Initial congestion window, segments.
    Time connTimeout{Seconds(3)};          //!< First SYN timeout; 3 s stands for "not set": 1 s.
    uint32_t connCount{6};                 //!< SYN retransmissions before a connect fails.
    uint32_t dataRetries{6};               //!< Retransmissions of data before it is given up.
    Time delAckTimeout{MilliSeconds(200)}; //!< Longest time an ACK is delayed.
    uint32_t delAckCount{2};               //!< Segments received that force an ACK.
    bool noDelay{true};                    //!< Nagle's algorithm is off.
    Time persistTimeout{Seconds(6)};       //!< First interval of zero-window probes.

    // Under the names that ns3::TcpSocketBase gives them.
    Time msl{Seconds(120)};                 //!< Maximum segment lifetime.
    Time minRto{Seconds(1)};                //!< Lower bound of the RTO (RFC 6298 2.4).
    Time maxRto{Seconds(60)};               //!< Upper bound of the RTO (RFC 6298 2.5).
    Time clockGranularity{MilliSeconds(1)}; //!< G of RFC 6298.
    uint32_t reTxThreshold{3};              //!< Duplicate ACKs for a fast retransmission.
    bool limitedTransmit{true};             //!< RFC 3042.
    bool windowScaling{true};               //!< Offer and accept window scale (RFC 7323).
    bool sack{true};                        //!< Offer and accept SACK (RFC 2018).
    bool timestamps{true};                  //!< Offer and accept timestamps (RFC 7323).
    uint8_t useEcn{0};                      //!< TcpSocketState::UseEcn_t: Off, On, AcceptOnly.
    uint32_t maxWindowSize{65535};          //!< Largest window field, bytes before scaling.

    // Opening.
    Time acceptInterval{0}; //!< Time between two accepts of a listener; 0: at once.

    // Life of the connection.
    Time userTimeout{0};                 //!< RFC 9293 user timeout; 0: decided by the retry counts.
    bool userTimeoutOption{false};       //!< Offer and heed the option of RFC 5482.
    Time keepAliveIdle{0};               //!< Idle time before the first keep-alive probe; 0: off.
    Time keepAliveInterval{Seconds(75)}; //!< Time between keep-alive probes.
    uint32_t keepAliveCount{9};          //!< Unanswered probes that end the connection.
    Time finWait2Timeout{
        Seconds(60)};  //!< Longest FIN-WAIT-2 of a connection nobody holds; 0: no limit.
    double linger{-1}; //!< Seconds; -1 off; 0 reset on Close; else limit for delivery.
};

} // namespace ns3

#endif /* TCP_CONN_SETTINGS_H */
