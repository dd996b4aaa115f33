/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-plain-data-phase.h"

#include <algorithm>

namespace ns3
{

namespace
{

/** Take one more number into a hash.  @param hash so far @param value the number @return hash */
size_t
Mix(size_t hash, uint64_t value)
{
    return (hash ^ value) * 0x100000001b3ULL + (hash >> 29);
}

} // namespace

// The application -------------------------------------------------------------------------------

void
TcpConnPlainDataPhase::Queue(uint32_t bytes)
{
    m_held += bytes;
}

uint32_t
TcpConnPlainDataPhase::Read(uint32_t most)
{
    const uint32_t bytes = std::min(most, m_unread);
    m_unread -= bytes;
    return bytes;
}

void
TcpConnPlainDataPhase::SetArriving(uint32_t incarnation)
{
    m_arriving = incarnation;
}

const std::vector<TcpConnPlainDataPhase::Run>&
TcpConnPlainDataPhase::Delivered() const
{
    return m_delivered;
}

// A plain value ---------------------------------------------------------------------------------

size_t
TcpConnPlainDataPhase::Hash() const
{
    size_t hash = Mix(0xcbf29ce484222325ULL, m_head.GetValue());
    hash = Mix(hash, m_held);
    hash = Mix(hash, (m_begun ? 1 : 0) | (m_resend ? 2 : 0) | (m_timing ? 4 : 0));
    hash = Mix(hash, m_timing ? m_timedEnd.GetValue() : 0);
    hash = Mix(hash, m_timing ? static_cast<uint64_t>(m_timedAt.GetTimeStep()) : 0);
    hash = Mix(hash, m_arriving);
    hash = Mix(hash, m_unread);
    for (const Piece& piece : m_pieces)
    {
        hash = Mix(Mix(Mix(hash, piece.seq.GetValue()), piece.run.incarnation), piece.run.length);
    }
    for (const Run& run : m_delivered)
    {
        hash = Mix(Mix(hash, run.incarnation), run.length);
    }
    return hash;
}

bool
TcpConnPlainDataPhase::operator==(const TcpConnPlainDataPhase& o) const
{
    const auto same = [](const Piece& a, const Piece& b) {
        return a.seq == b.seq && a.run == b.run;
    };
    const bool timing = m_timing == o.m_timing &&
                        (!m_timing || (m_timedEnd == o.m_timedEnd && m_timedAt == o.m_timedAt));
    return m_head == o.m_head && m_held == o.m_held && m_begun == o.m_begun &&
           m_resend == o.m_resend && timing && m_arriving == o.m_arriving &&
           m_unread == o.m_unread &&
           std::equal(m_pieces.begin(),
                      m_pieces.end(),
                      o.m_pieces.begin(),
                      o.m_pieces.end(),
                      same) &&
           m_delivered == o.m_delivered;
}

// Sending ---------------------------------------------------------------------------------------

void
TcpConnPlainDataPhase::Begin(TcpConnTcb& tcb, const TcpConnSettings& /* settings */, Time)
{
    // The SYN, while it is not acknowledged, stands before the first byte.
    m_head = tcb.sndUna == tcb.iss ? tcb.iss + 1 : tcb.sndUna;
    m_begun = true;
}

uint32_t
TcpConnPlainDataPhase::Queued() const
{
    return m_held;
}

void
TcpConnPlainDataPhase::DropFront(uint32_t bytes)
{
    m_held -= bytes;
}

SequenceNumber32
TcpConnPlainDataPhase::StreamEnd() const
{
    return m_head + SequenceNumber32(m_held);
}

bool
TcpConnPlainDataPhase::NextText(TcpConnTcb& tcb,
                                const TcpConnSettings& /* settings */,
                                Time /* now */,
                                TcpConnText& text)
{
    if (!m_begun)
    {
        return false;
    }
    const SequenceNumber32 sentEnd = tcb.sndNxt - (tcb.finSent ? 1 : 0);
    const bool again = m_resend && sentEnd > m_head;
    text = TcpConnText();
    text.seq = again ? m_head : sentEnd;
    const SequenceNumber32 end = again ? sentEnd : StreamEnd();
    const int32_t usable = tcb.sndUna + SequenceNumber32(tcb.sndWnd) - text.seq;
    const int32_t wanted = std::min<int32_t>(end - text.seq, tcb.sendMss);
    if (std::min(usable, wanted) <= 0)
    {
        return false;
    }
    text.length = static_cast<uint32_t>(std::min(usable, wanted));
    text.retransmission = again;
    text.push = text.seq + SequenceNumber32(text.length) == StreamEnd();
    return true;
}

void
TcpConnPlainDataPhase::TextSent(TcpConnTcb& /* tcb */, const TcpConnText& text, Time now)
{
    if (text.retransmission)
    {
        m_resend = false;
        m_timing = false; // Karn
    }
    else if (!text.probe && !m_timing)
    {
        m_timing = true;
        m_timedEnd = text.seq + SequenceNumber32(text.length);
        m_timedAt = now;
    }
}

void
TcpConnPlainDataPhase::AckArrived(TcpConnTcb& tcb,
                                  const TcpConnSettings& settings,
                                  const TcpConnAckEvent& event,
                                  Time now)
{
    m_head += event.acked;
    m_held -= event.acked;
    m_resend = m_resend && m_held > 0;
    if (!m_timing || tcb.sndUna < m_timedEnd)
    {
        return;
    }
    // RFC 6298 2.2 and 2.3.
    m_timing = false;
    TcpConnPath& path = tcb.path;
    const Time sample = now - m_timedAt;
    const Time error = sample > path.srtt ? sample - path.srtt : path.srtt - sample;
    const bool first = path.samples == 0;
    path.rttVar = first ? sample / 2 : (path.rttVar * 3 + error) / 4;
    path.srtt = first ? sample : (path.srtt * 7 + sample) / 8;
    ++path.samples;
    const Time rto = path.srtt + std::max(settings.clockGranularity, path.rttVar * 4);
    path.rto = std::min(std::max(rto, settings.minRto), settings.maxRto);
}

void
TcpConnPlainDataPhase::RetransmissionTimeout(TcpConnTcb& /* tcb */,
                                             const TcpConnSettings& /* settings */,
                                             Time /* now */)
{
    m_resend = true;
}

void
TcpConnPlainDataPhase::PathShrank(TcpConnTcb& /* tcb */)
{
    m_resend = true;
}

// Receiving -------------------------------------------------------------------------------------

void
TcpConnPlainDataPhase::Keep(SequenceNumber32 seq, uint32_t length)
{
    const SequenceNumber32 end = seq + SequenceNumber32(length);
    auto next = m_pieces.begin();
    while (seq < end)
    {
        const SequenceNumber32 stop = next == m_pieces.end() ? end : std::min(end, next->seq);
        if (seq < stop)
        {
            const auto part = static_cast<uint32_t>(stop - seq);
            next = m_pieces.insert(next, {seq, {m_arriving, part}}) + 1;
        }
        if (next == m_pieces.end())
        {
            return;
        }
        seq = std::max(seq, next->seq + SequenceNumber32(next->run.length));
        ++next;
    }
}

void
TcpConnPlainDataPhase::Deliver(const Run& run)
{
    m_unread += run.length;
    if (!m_delivered.empty() && m_delivered.back().incarnation == run.incarnation)
    {
        m_delivered.back().length += run.length;
    }
    else
    {
        m_delivered.push_back(run);
    }
}

SequenceNumber32
TcpConnPlainDataPhase::AcceptText(const TcpConnTcb& tcb, SequenceNumber32 seq, uint32_t length)
{
    Keep(seq, length);
    SequenceNumber32 next = tcb.rcvNxt;
    auto piece = m_pieces.begin();
    for (; piece != m_pieces.end() && piece->seq == next; ++piece)
    {
        Deliver(piece->run);
        next = next + SequenceNumber32(piece->run.length);
    }
    m_pieces.erase(m_pieces.begin(), piece);
    return next;
}

uint32_t
TcpConnPlainDataPhase::Unread() const
{
    return m_unread;
}

uint32_t
TcpConnPlainDataPhase::ReceiveSpace(const TcpConnSettings& settings) const
{
    return settings.rcvBufSize > m_unread ? settings.rcvBufSize - m_unread : 0;
}

bool
TcpConnPlainDataPhase::OutOfOrder() const
{
    return !m_pieces.empty();
}

void
TcpConnPlainDataPhase::FillSack(TcpConnOptions& /* options */, uint8_t /* room */)
{
}

void
TcpConnPlainDataPhase::MarkArrived(const TcpConnSegment& /* segment */)
{
}

bool
TcpConnPlainDataPhase::EchoCongestion() const
{
    return false;
}

bool
TcpConnPlainDataPhase::Empty() const
{
    return m_held == 0 && m_unread == 0 && m_pieces.empty();
}

} // namespace ns3
