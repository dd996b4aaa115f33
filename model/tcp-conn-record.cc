/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-record.h"

#include "tcp-conn-socket.h"

namespace ns3
{

/** Puts back into a block the state that the machine had moved it to. */
struct TcpConnTcbAccess
{
    /**
     * @param tcb the block
     * @param state its state
     * @param since when it was entered
     */
    static void Restore(TcpConnTcb& tcb, TcpSocket::TcpStates_t state, Time since)
    {
        tcb.m_state = state;
        tcb.m_since = since;
    }
};

void
TcpConnHalfOpen::Pack(const TcpConnTcb& tcb)
{
    retries = tcb.retries;
    sndScale = tcb.sndScale;
    rcvScale = tcb.rcvScale;
    windowScaleOk = tcb.windowScaleOk;
    sackOk = tcb.sackOk;
    timestampsOk = tcb.timestampsOk;
    ecnOk = tcb.ecnOk;
    synRetransmitted = tcb.synRetransmitted;
    peerMss = tcb.peerMss;
    pathMss = tcb.pathMss;
    sndWnd = static_cast<uint16_t>(tcb.sndWnd);
    rcvWnd = static_cast<uint16_t>(tcb.RcvWnd());
    peerUserTimeout = tcb.peerUserTimeout;
    iss = tcb.iss.GetValue();
    irs = tcb.irs.GetValue();
    tsRecent = tcb.tsRecent;
    since = tcb.Since();
}

void
TcpConnHalfOpen::Unpack(TcpConnTcb& tcb) const
{
    TcpConnTcbAccess::Restore(tcb, TcpSocket::SYN_RCVD, since);
    tcb.passive = true;
    tcb.retries = retries;
    tcb.backoff = retries;
    tcb.sndScale = sndScale;
    tcb.rcvScale = rcvScale;
    tcb.windowScaleOk = windowScaleOk;
    tcb.sackOk = sackOk;
    tcb.timestampsOk = timestampsOk;
    tcb.ecnOk = ecnOk;
    tcb.synRetransmitted = synRetransmitted;
    tcb.peerMss = peerMss;
    tcb.pathMss = pathMss;
    tcb.peerUserTimeout = peerUserTimeout;
    tcb.sndWnd = sndWnd;
    tcb.maxSndWnd = sndWnd;
    tcb.iss = SequenceNumber32(iss);
    tcb.sndUna = tcb.iss;
    tcb.sndNxt = tcb.iss + 1;
    tcb.irs = SequenceNumber32(irs);
    tcb.rcvNxt = tcb.irs + 1;
    tcb.rcvAdv = tcb.rcvNxt + static_cast<int32_t>(rcvWnd);
    tcb.lastAckSent = tcb.rcvNxt;
    tcb.sndWl1 = tcb.irs;
    tcb.sndWl2 = tcb.iss;
    tcb.tsRecent = tsRecent;
    tcb.tsRecentAge = since;
    tcb.lastProgress = since;
    tcb.lastReceived = since;
    tcb.deadline[TCP_CONN_RETRANSMISSION] = When();
}

void
TcpConnLate::Pack(const TcpConnTcb& tcb)
{
    rcvScale = tcb.rcvScale;
    timestampsOk = tcb.timestampsOk;
    sndNxt = tcb.sndNxt.GetValue();
    rcvNxt = tcb.rcvNxt.GetValue();
    rcvWnd = tcb.RcvWnd();
    maxSndWnd = tcb.maxSndWnd;
    tsRecent = tcb.tsRecent;
    tsOffset = tcb.tsOffset;
    since = tcb.Since();
    tsRecentAge = tcb.tsRecentAge;
}

void
TcpConnLate::Unpack(TcpConnTcb& tcb) const
{
    TcpConnTcbAccess::Restore(tcb, TcpSocket::TIME_WAIT, since);
    tcb.rcvScale = rcvScale;
    tcb.timestampsOk = timestampsOk;
    tcb.sndNxt = SequenceNumber32(sndNxt);
    tcb.sndUna = tcb.sndNxt;
    tcb.rcvNxt = SequenceNumber32(rcvNxt);
    tcb.rcvAdv = tcb.rcvNxt + static_cast<int32_t>(rcvWnd);
    tcb.lastAckSent = tcb.rcvNxt;
    tcb.maxSndWnd = maxSndWnd;
    tcb.tsRecent = tsRecent;
    tcb.tsOffset = tsOffset;
    tcb.tsRecentAge = tsRecentAge;
    tcb.deadline[TCP_CONN_TIME_WAIT] = When();
}

} // namespace ns3
