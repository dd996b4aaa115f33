/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-transfer.h"

#include "ns3/tcp-header.h"

#include <algorithm>

namespace ns3
{

namespace
{

/**
 * Size that the reordering buffer believes to have.  What may be stored the machine has decided
 * by the window it advertised; a bound of the buffer's own could only cut an acceptable segment.
 */
constexpr uint32_t NO_BOUND = 0x60000000;

} // namespace

Ptr<TcpRxBuffer>
TcpConnTransfer::Reorder()
{
    if (!m_reorder)
    {
        m_reorder = m_prototype->CopyRxBuffer();
        m_reorder->SetMaxBufferSize(NO_BOUND);
        m_reorder->SetNextRxSequence(m_rcvNxt);
    }
    return m_reorder;
}

void
TcpConnTransfer::SetArriving(Ptr<Packet> payload, const TcpConnSegment& segment)
{
    m_arriving = payload;
    m_arrivingSeq = segment.TextBegin();
    // RFC 2883 section 4: text before RCV.NXT has been received before.  What is too old to
    // belong to the stream is left to the machine's acceptability test.
    const int32_t old = m_rcvNxt - m_arrivingSeq;
    if (segment.length > 0 && old > 0 && m_begun)
    {
        NoteDuplicate(m_arrivingSeq, std::min(segment.length, static_cast<uint32_t>(old)));
    }
}

void
TcpConnTransfer::NoteDuplicate(SequenceNumber32 seq, uint32_t length)
{
    if (m_tx->IsSackEnabled())
    {
        m_duplicate = {seq, seq + length};
        m_duplicateSeen = true;
    }
}

Ptr<Packet>
TcpConnTransfer::CutArriving(SequenceNumber32 seq, uint32_t length) const
{
    const int32_t offset = seq - m_arrivingSeq;
    if (!m_arriving || offset < 0)
    {
        return nullptr;
    }
    const uint32_t size = m_arriving->GetSize();
    if (static_cast<uint32_t>(offset) + length > size)
    {
        return nullptr;
    }
    return length == size ? m_arriving : m_arriving->CreateFragment(offset, length);
}

SequenceNumber32
TcpConnTransfer::AcceptText(const TcpConnTcb& tcb, SequenceNumber32 seq, uint32_t length)
{
    m_rcvNxt = tcb.rcvNxt;
    Ptr<Packet> packet = CutArriving(seq, length);
    if (!packet || length == 0)
    {
        return m_rcvNxt;
    }
    packet->RemoveAllPacketTags();
    if (seq == m_rcvNxt && !OutOfOrder())
    {
        PushInOrder(packet);
        m_rcvNxt += length;
        return m_rcvNxt;
    }
    Ptr<TcpRxBuffer> reorder = Reorder();
    if (reorder->Size() == 0)
    {
        reorder->SetNextRxSequence(m_rcvNxt);
    }
    TcpHeader header;
    header.SetSequenceNumber(seq);
    if (!reorder->Add(packet, header))
    {
        // All of it was held already.
        NoteDuplicate(seq, length);
    }
    if (reorder->Available() > 0)
    {
        PushInOrder(reorder->Extract(reorder->Available()));
        m_rcvNxt = reorder->NextRxSequence();
    }
    return m_rcvNxt;
}

void
TcpConnTransfer::PushInOrder(Ptr<Packet> packet)
{
    m_unread += packet->GetSize();
    m_ready.push_back(packet);
}

Ptr<Packet>
TcpConnTransfer::Read(uint32_t maxSize)
{
    if (m_unread == 0 || maxSize == 0)
    {
        return nullptr;
    }
    Ptr<Packet> result;
    while (maxSize > 0 && m_unread > 0)
    {
        Ptr<Packet>& front = m_ready[m_readyHead];
        const uint32_t size = front->GetSize();
        const uint32_t part = std::min(size, maxSize);
        Ptr<Packet> piece = front;
        if (part < size)
        {
            piece = front->CreateFragment(0, part);
            front = front->CreateFragment(part, size - part);
        }
        else
        {
            front = nullptr;
            ++m_readyHead;
        }
        if (result)
        {
            result->AddAtEnd(piece);
        }
        else
        {
            result = piece;
        }
        m_unread -= part;
        maxSize -= part;
    }
    if (m_unread == 0)
    {
        m_ready.clear();
        m_readyHead = 0;
    }
    else if (m_readyHead > 64 && m_readyHead > m_ready.size() / 2)
    {
        m_ready.erase(m_ready.begin(), m_ready.begin() + m_readyHead);
        m_readyHead = 0;
    }
    return result;
}

uint32_t
TcpConnTransfer::Unread() const
{
    return m_unread;
}

uint32_t
TcpConnTransfer::ReceiveSpace(const TcpConnSettings& settings) const
{
    // Text beyond a gap lies within the window and takes nothing of it: RCV.NXT + this is
    // (first byte unread) + (buffer size), which never moves left.
    return settings.rcvBufSize > m_unread ? settings.rcvBufSize - m_unread : 0;
}

bool
TcpConnTransfer::OutOfOrder() const
{
    return m_reorder && m_reorder->Size() > 0;
}

void
TcpConnTransfer::FillSack(TcpConnOptions& options, uint8_t room)
{
    room = std::min<uint8_t>(room, options.sack.size());
    options.sackCount = 0;
    options.present &= ~TcpConnOptions::SACK;
    if (room == 0)
    {
        return;
    }
    if (m_duplicateSeen)
    {
        // RFC 2883 section 4: the duplicate comes first and is told once.
        options.sack[options.sackCount++] = m_duplicate;
        m_duplicateSeen = false;
    }
    if (OutOfOrder())
    {
        for (const auto& block : m_reorder->GetSackList())
        {
            if (options.sackCount == room)
            {
                break;
            }
            options.sack[options.sackCount++] = {block.first, block.second};
        }
    }
    if (options.sackCount > 0)
    {
        options.present |= TcpConnOptions::SACK;
    }
}

void
TcpConnTransfer::MarkArrived(const TcpConnSegment& segment)
{
    if (!m_ecnOk)
    {
        return;
    }
    const bool dctcp = m_state->m_ecnMode == TcpSocketState::DctcpEcn;
    if (dctcp)
    {
        if (m_reorder->Size() == 0)
        {
            m_reorder->SetNextRxSequence(m_rcvNxt);
        }
        // RFC 8257 section 3.2: the echo follows the mark of each segment.
        m_echo = segment.ce;
    }
    else if (segment.Has(TCP_CONN_CWR))
    {
        m_echo = false;
        if (m_state->m_ecnState == TcpSocketState::ECN_CE_RCVD)
        {
            m_state->m_ecnState = TcpSocketState::ECN_IDLE;
        }
    }
    if (segment.ce)
    {
        m_echo = true;
        m_state->m_ecnState = TcpSocketState::ECN_CE_RCVD;
        m_control->CwndEvent(m_state, TcpSocketState::CA_EVENT_ECN_IS_CE);
    }
    else if ((segment.tos & 0x3) != 0)
    {
        m_control->CwndEvent(m_state, TcpSocketState::CA_EVENT_ECN_NO_CE);
    }
}

bool
TcpConnTransfer::MarkChangesEcho(const TcpConnSegment& segment) const
{
    return m_ecnOk && m_state->m_ecnMode == TcpSocketState::DctcpEcn && segment.ce != m_echo;
}

bool
TcpConnTransfer::EchoCongestion() const
{
    return m_echo;
}

} // namespace ns3
