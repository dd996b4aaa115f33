/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-socket-traces.h"

#include "tcp-conn-compat.h"

namespace ns3
{

void
TcpConnSocketTraces::Follow(Ptr<TcpSocketState> state)
{
    // The state block is the room's own, the room is the socket's: these traces outlive both.
    const auto follow = [&state](const char* name, const CallbackBase& sink) {
        state->TraceConnectWithoutContext(name, sink);
    };
    using U32 = TracedCallback<uint32_t, uint32_t>;
    using Seq = TracedCallback<SequenceNumber32, SequenceNumber32>;
    follow("CongestionWindow", MakeCallback(&U32::operator(), &cwnd));
    follow("CongestionWindowInflated", MakeCallback(&U32::operator(), &cwndInflated));
    follow("SlowStartThreshold", MakeCallback(&U32::operator(), &ssThresh));
    follow("BytesInFlight", MakeCallback(&U32::operator(), &bytesInFlight));
    follow("RTT", MakeCallback(&TracedCallback<Time, Time>::operator(), &rtt));
    follow("NextTxSequence", MakeCallback(&Seq::operator(), &nextTx));
    follow("HighestSequence", MakeCallback(&Seq::operator(), &highestTx));
    follow("PacingRate",
           MakeCallback(&TracedCallback<DataRate, DataRate>::operator(), &pacingRate));
    follow("CongState", MakeCallback(&decltype(congState)::operator(), &congState));
    follow("EcnState", MakeCallback(&decltype(ecnState)::operator(), &ecnState));
}

void
TcpConnSocketTraces::Tell(const TcpConnTcb& tcb)
{
    const auto tell = [](auto& trace, auto& last, auto value) {
        if (last != value)
        {
            const auto old = last;
            last = value;
            trace(old, value);
        }
    };
    tell(rto, lastRto, tcb.path.rto);
    tell(peerWindow, lastPeer, tcb.sndWnd);
    tell(advertisedWindow, lastAdvertised, tcb.RcvWnd());
    tell(highestRx, lastRx, tcb.rcvNxt);
    tell(highestAck, lastAck, tcb.sndUna);
}

} // namespace ns3
