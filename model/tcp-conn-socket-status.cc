/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-l4-protocol.h"
#include "tcp-conn-socket.h"

#include "ns3/simulator.h"

#include <sstream>

namespace ns3
{

namespace
{

/** Names of the timers, in the order of TcpConnTimer. */
const char* const TIMER_NAMES[TCP_CONN_TIMERS] = {"retransmission",
                                                  "persist",
                                                  "delayed-ack",
                                                  "pacing",
                                                  "user",
                                                  "keep-alive",
                                                  "fin-wait-2",
                                                  "linger",
                                                  "time-wait"};

/**
 * The sequence variables, options and timers of a control block.
 * @param os where to write
 * @param tcb the block
 */
void
Describe(std::ostream& os, const TcpConnTcb& tcb)
{
    os << "opened " << (tcb.passive ? "passively" : "actively") << "\n"
       << "ISS " << tcb.iss << "\nSND.UNA " << tcb.sndUna << "\nSND.NXT " << tcb.sndNxt
       << "\nSND.WND " << tcb.sndWnd << "\nSND.WL1 " << tcb.sndWl1 << "\nSND.WL2 " << tcb.sndWl2
       << "\nIRS " << tcb.irs << "\nRCV.NXT " << tcb.rcvNxt << "\nRCV.WND " << tcb.RcvWnd()
       << "\nMSS " << tcb.sendMss << " (peer " << tcb.peerMss << ", path " << tcb.pathMss << ")\n"
       << "window-scale ";
    if (tcb.windowScaleOk)
    {
        os << "send " << +tcb.sndScale << " receive " << +tcb.rcvScale;
    }
    else
    {
        os << "off";
    }
    os << "\nSACK " << (tcb.sackOk ? "on" : "off") << "\ntimestamps "
       << (tcb.timestampsOk ? "on" : "off") << "\nECN " << (tcb.ecnOk ? "on" : "off") << "\nRTO "
       << tcb.path.rto.GetSeconds() << " s, SRTT " << tcb.path.srtt.GetSeconds() << " s, retries "
       << +tcb.retries << "\n";
    for (size_t i = 0; i < tcb.deadline.size(); ++i)
    {
        if (tcb.deadline[i] != Time::Max())
        {
            os << "timer " << TIMER_NAMES[i] << " in "
               << (tcb.deadline[i] - Simulator::Now()).GetSeconds() << " s\n";
        }
    }
}

} // namespace

std::string
TcpConnSocket::GetStatus() const
{
    std::ostringstream os;
    os << "state " << TcpConnStateName(m_state) << "\nconnection " << GetConnectionId()
       << "\nlocal " << Key().LocalText() << "\npeer " << Key().PeerText() << "\nfailure "
       << TcpConnFailureName(m_failure) << "\n";
    if (m_full)
    {
        Describe(os, m_full->tcb);
    }
    else if (m_late)
    {
        TcpConnTcb tcb;
        m_late->Unpack(tcb);
        Describe(os, tcb);
    }
    if (m_listener)
    {
        os << "half-open " << m_listener->counters.halfOpen << "\naccepting "
           << m_listener->accepting << "\n";
    }
    os << "send-queue " << (m_room ? m_room->Queued() : 0) << " of " << Settings().sndBufSize
       << "\nreceive-queue " << GetRxAvailable() << " of " << Settings().rcvBufSize << "\n";
    const TcpConnAllotment allotted = GetAllotment();
    os << "allotted send " << allotted.sendBuffer << " receive " << allotted.receiveBuffer
       << " record " << allotted.record << "\n";
    return os.str();
}

TcpConnAllotment
TcpConnSocket::GetAllotment() const
{
    TcpConnAllotment allotted;
    allotted.sendBuffer = m_sendAllotted;
    allotted.receiveBuffer = m_receiveAllotted;
    if (m_full || m_late)
    {
        const TcpConnKind kind = m_full ? TCP_CONN_FULL : TCP_CONN_LATE;
        allotted.record = TcpConnResources::RecordBytes(kind, Key().v6);
    }
    return allotted;
}

} // namespace ns3
