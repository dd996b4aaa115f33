/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-record.h"

#include "tcp-conn-socket.h"

#include <algorithm>

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

TcpConnHalfOpen::TcpConnHalfOpen(uint64_t connection, const TcpConnKey& key)
    : TcpConnRecordHead(connection, KIND, sizeof(TcpConnHalfOpen), key)
{
}

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

TcpConnFull::TcpConnFull(uint64_t connection, const TcpConnKey& key, Ptr<TcpConnSocket> of)
    : TcpConnRecordHead(connection, KIND, sizeof(TcpConnFull), key),
      socket(of)
{
}

TcpConnFull::~TcpConnFull() = default;

TcpConnLate::TcpConnLate(uint64_t connection, const TcpConnKey& key, const TcpConnSocket& socket)
    : TcpConnRecordHead(connection, KIND, sizeof(TcpConnLate), key),
      m_held(true),
      m_keeper(TcpConnPool::NameOf(&socket))
{
}

TcpConnLate::~TcpConnLate()
{
    if (!m_held)
    {
        Profile()->Unref();
    }
}

TcpConnSocket*
TcpConnLate::Socket() const
{
    return m_held ? static_cast<TcpConnSocket*>(TcpConnPool::At(m_keeper)) : nullptr;
}

Ptr<const TcpConnProfile>
TcpConnLate::Profile() const
{
    return m_held ? Socket()->Profile()
                  : Ptr<const TcpConnProfile>(
                        static_cast<const TcpConnProfile*>(TcpConnPool::At(m_keeper)));
}

void
TcpConnLate::LetGo()
{
    const Ptr<const TcpConnProfile> profile = Profile();
    profile->Ref();
    m_keeper = TcpConnPool::NameOf(PeekPointer(profile));
    m_held = false;
}

void
TcpConnLate::Pack(const TcpConnTcb& tcb)
{
    m_sndScale = tcb.sndScale;
    m_rcvScale = tcb.rcvScale;
    m_timestampsOk = tcb.timestampsOk;
    m_sndNxt = tcb.sndNxt.GetValue();
    m_rcvNxt = tcb.rcvNxt.GetValue();
    m_rcvWnd = static_cast<uint16_t>(std::min<uint32_t>(tcb.RcvWnd() >> m_rcvScale, UINT16_MAX));
    const uint64_t up = (uint64_t{1} << m_sndScale) - 1;
    m_maxSndWnd =
        static_cast<uint16_t>(std::min<uint64_t>((tcb.maxSndWnd + up) >> m_sndScale, UINT16_MAX));
    m_tsRecent = tcb.tsRecent;
    m_tsOffset = tcb.tsOffset;
    m_since = tcb.Since();
    const int64_t age = (tcb.Since() - tcb.tsRecentAge).GetMilliSeconds();
    m_tsAge = static_cast<int32_t>(std::clamp<int64_t>(age, INT32_MIN, INT32_MAX));
}

void
TcpConnLate::Unpack(TcpConnTcb& tcb) const
{
    TcpConnTcbAccess::Restore(tcb, TcpSocket::TIME_WAIT, m_since);
    tcb.sndScale = m_sndScale;
    tcb.rcvScale = m_rcvScale;
    tcb.timestampsOk = m_timestampsOk;
    tcb.sndNxt = SequenceNumber32(m_sndNxt);
    tcb.sndUna = tcb.sndNxt;
    tcb.rcvNxt = SequenceNumber32(m_rcvNxt);
    tcb.rcvAdv = tcb.rcvNxt + static_cast<int32_t>(uint32_t{m_rcvWnd} << m_rcvScale);
    tcb.lastAckSent = tcb.rcvNxt;
    tcb.maxSndWnd = uint32_t{m_maxSndWnd} << m_sndScale;
    tcb.tsRecent = m_tsRecent;
    tcb.tsOffset = m_tsOffset;
    tcb.tsRecentAge = m_since - MilliSeconds(m_tsAge);
    tcb.deadline[TCP_CONN_TIME_WAIT] = When();
}

} // namespace ns3
