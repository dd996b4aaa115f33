/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-l4-protocol.h"
#include "tcp-conn-socket.h"

#include "ns3/packet.h"

namespace ns3
{

// What a script or an application sets

const TcpConnSettings&
TcpConnSocket::Settings() const
{
    return m_profile->settings;
}

TcpConnSettings&
TcpConnSocket::Own()
{
    if (m_profile->GetReferenceCount() > 1)
    {
        m_profile = Create<TcpConnProfile>(*m_profile);
    }
    return const_cast<TcpConnProfile&>(*m_profile).settings; // nobody else has it
}

void
TcpConnSocket::Reallot()
{
    if (m_tcp && m_full)
    {
        m_tcp->GiveBack(*this);
        m_tcp->Allot(*this);
    }
}

void
TcpConnSocket::SetSndBufSize(uint32_t value)
{
    Own().sndBufSize = value;
    Reallot();
    if (m_room)
    {
        m_room->SetSendBufferSize(value);
    }
}

uint32_t
TcpConnSocket::GetSndBufSize() const
{
    return Settings().sndBufSize;
}

void
TcpConnSocket::SetRcvBufSize(uint32_t value)
{
    Own().rcvBufSize = value;
    Reallot();
}

uint32_t
TcpConnSocket::GetRcvBufSize() const
{
    return Settings().rcvBufSize;
}

void
TcpConnSocket::SetSegSize(uint32_t value)
{
    Own().segmentSize = value;
}

uint32_t
TcpConnSocket::GetSegSize() const
{
    return Settings().segmentSize;
}

void
TcpConnSocket::SetInitialSSThresh(uint32_t value)
{
    Own().initialSsThresh = value;
}

uint32_t
TcpConnSocket::GetInitialSSThresh() const
{
    return Settings().initialSsThresh;
}

void
TcpConnSocket::SetInitialCwnd(uint32_t value)
{
    Own().initialCwnd = value;
}

uint32_t
TcpConnSocket::GetInitialCwnd() const
{
    return Settings().initialCwnd;
}

void
TcpConnSocket::SetConnTimeout(Time value)
{
    Own().connTimeout = value;
}

Time
TcpConnSocket::GetConnTimeout() const
{
    return Settings().connTimeout;
}

void
TcpConnSocket::SetSynRetries(uint32_t value)
{
    Own().connCount = value;
}

uint32_t
TcpConnSocket::GetSynRetries() const
{
    return Settings().connCount;
}

void
TcpConnSocket::SetDataRetries(uint32_t value)
{
    Own().dataRetries = value;
}

uint32_t
TcpConnSocket::GetDataRetries() const
{
    return Settings().dataRetries;
}

void
TcpConnSocket::SetDelAckTimeout(Time value)
{
    Own().delAckTimeout = value;
}

Time
TcpConnSocket::GetDelAckTimeout() const
{
    return Settings().delAckTimeout;
}

void
TcpConnSocket::SetDelAckMaxCount(uint32_t value)
{
    Own().delAckCount = value;
}

uint32_t
TcpConnSocket::GetDelAckMaxCount() const
{
    return Settings().delAckCount;
}

void
TcpConnSocket::SetTcpNoDelay(bool value)
{
    Own().noDelay = value;
}

bool
TcpConnSocket::GetTcpNoDelay() const
{
    return Settings().noDelay;
}

void
TcpConnSocket::SetPersistTimeout(Time value)
{
    Own().persistTimeout = value;
}

Time
TcpConnSocket::GetPersistTimeout() const
{
    return Settings().persistTimeout;
}

void
TcpConnSocket::SetMsl(double seconds)
{
    Own().msl = Seconds(seconds);
}

double
TcpConnSocket::GetMsl() const
{
    return Settings().msl.GetSeconds();
}

void
TcpConnSocket::SetUseEcn(TcpSocketState::UseEcn_t use)
{
    Own().useEcn = static_cast<uint8_t>(use);
}

TcpSocketState::UseEcn_t
TcpConnSocket::GetUseEcn() const
{
    return static_cast<TcpSocketState::UseEcn_t>(Settings().useEcn);
}

void
TcpConnSocket::SetReuseAddress(bool reuse)
{
    m_reuseAddress = reuse;
}

bool
TcpConnSocket::GetReuseAddress() const
{
    return m_reuseAddress;
}

void
TcpConnSocket::SetReusePort(bool reuse)
{
    m_reusePort = reuse;
}

bool
TcpConnSocket::GetReusePort() const
{
    return m_reusePort;
}

void
TcpConnSocket::ReflectTos(uint8_t tos)
{
    if (Key().v6)
    {
        SetIpv6Tclass(tos);
    }
    else
    {
        SetIpTos(tos);
    }
}

void
TcpConnSocket::Tag(Ptr<Packet> packet, bool v6, bool ect, int reflected) const
{
    // ECT(0) in the two low bits of TOS or traffic class (RFC 3168 section 5).
    const uint8_t mark = ect ? 0x2 : 0;
    if (v6)
    {
        const uint8_t own = IsManualIpv6Tclass() ? GetIpv6Tclass() : 0;
        const uint8_t tclass = reflected < 0 ? own : static_cast<uint8_t>(reflected);
        if (tclass || mark)
        {
            SocketIpv6TclassTag tag;
            tag.SetTclass((tclass & ~0x3) | (mark ? mark : tclass & 0x3));
            packet->ReplacePacketTag(tag);
        }
        if (IsManualIpv6HopLimit())
        {
            SocketIpv6HopLimitTag tag;
            tag.SetHopLimit(GetIpv6HopLimit());
            packet->ReplacePacketTag(tag);
        }
    }
    else
    {
        const uint8_t tos = reflected < 0 ? GetIpTos() : static_cast<uint8_t>(reflected);
        if (tos || mark)
        {
            SocketIpTosTag tag;
            tag.SetTos((tos & ~0x3) | (mark ? mark : tos & 0x3));
            packet->ReplacePacketTag(tag);
        }
        if (IsManualIpTtl())
        {
            SocketIpTtlTag tag;
            tag.SetTtl(GetIpTtl());
            packet->ReplacePacketTag(tag);
        }
    }
    if (GetPriority())
    {
        SocketPriorityTag tag;
        tag.SetPriority(GetPriority());
        packet->ReplacePacketTag(tag);
    }
}

} // namespace ns3
