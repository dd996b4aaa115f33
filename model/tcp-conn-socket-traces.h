/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_SOCKET_TRACES_H
#define TCP_CONN_SOCKET_TRACES_H

#include "tcp-conn-tcb.h"

#include "ns3/data-rate.h"
#include "ns3/nstime.h"
#include "ns3/sequence-number.h"
#include "ns3/tcp-socket-state.h"
#include "ns3/traced-callback.h"

namespace ns3
{

/** @ingroup tcp-conn
 * What the trace source Report of TcpConnSocket tells an application that wants to hear it (RFC
 * 9293 section 3.9.1.8).  None of it ends the connection.
 */
enum class TcpConnReport : uint8_t
{
    URGENT,     //!< Urgent text begins, or its end has moved on: so many bytes are to be read.
    SOFT_ERROR, //!< An ICMP error came that may pass.
    STRUGGLING, //!< Three retransmissions of the same were in vain (section 3.8.3: R1).
};

namespace TcpConnTracedCallback
{
/**
 * @param report what happened
 * @param bytes of URGENT: bytes to be read up to the end of the urgent text; else 0
 */
typedef void (*Report)(TcpConnReport report, uint32_t bytes);
} // namespace TcpConnTracedCallback

/** @ingroup tcp-conn
 * The trace sources of a socket that tell how its connection fares: made when the first one is
 * connected, so that a socket without them is small.
 */
struct TcpConnSocketWatch
{
    TracedCallback<TcpSocket::TcpStates_t, TcpSocket::TcpStates_t> state; //!< State.
    TracedCallback<TcpConnReport, uint32_t> report;                       //!< Report.
};

/** @ingroup tcp-conn
 * The trace sources of a socket that few scripts connect: made when the first one is, so that a
 * socket without them is small.  Names and signatures are those of ns3::TcpSocketBase.
 */
struct TcpConnSocketTraces
{
    TracedCallback<uint32_t, uint32_t> cwnd;                       //!< CongestionWindow.
    TracedCallback<uint32_t, uint32_t> cwndInflated;               //!< CongestionWindowInflated.
    TracedCallback<uint32_t, uint32_t> ssThresh;                   //!< SlowStartThreshold.
    TracedCallback<uint32_t, uint32_t> bytesInFlight;              //!< BytesInFlight.
    TracedCallback<Time, Time> rtt;                                //!< RTT.
    TracedCallback<Time, Time> rto;                                //!< RTO.
    TracedCallback<uint32_t, uint32_t> peerWindow;                 //!< RWND.
    TracedCallback<uint32_t, uint32_t> advertisedWindow;           //!< AdvWND.
    TracedCallback<SequenceNumber32, SequenceNumber32> nextTx;     //!< NextTxSequence.
    TracedCallback<SequenceNumber32, SequenceNumber32> highestTx;  //!< HighestSequence.
    TracedCallback<SequenceNumber32, SequenceNumber32> highestRx;  //!< HighestRxSequence.
    TracedCallback<SequenceNumber32, SequenceNumber32> highestAck; //!< HighestRxAck.
    TracedCallback<DataRate, DataRate> pacingRate;                 //!< PacingRate.
    TracedCallback<TcpSocketState::TcpCongState_t, TcpSocketState::TcpCongState_t>
        congState;                                                                   //!< CongState.
    TracedCallback<TcpSocketState::EcnState_t, TcpSocketState::EcnState_t> ecnState; //!< EcnState.

    /** Forward what a state block traces. @param state the block of a new data phase */
    void Follow(Ptr<TcpSocketState> state);

    /** Tell what has changed in the control block. @param tcb the block */
    void Tell(const TcpConnTcb& tcb);

    Time lastRto;               //!< As last told.
    uint32_t lastPeer{0};       //!< As last told.
    uint32_t lastAdvertised{0}; //!< As last told.
    SequenceNumber32 lastNext;  //!< As last told.
    SequenceNumber32 lastRx;    //!< As last told.
    SequenceNumber32 lastAck;   //!< As last told.
};

} // namespace ns3

#endif /* TCP_CONN_SOCKET_TRACES_H */
