/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-transfer-bench.h"

#include "ns3/rtt-estimator.h"

#include <algorithm>

namespace ns3
{
namespace tests
{

namespace
{

/** First byte of a stream: the numbers wrap around soon after. */
const uint32_t FIRST = UINT32_MAX - 4999;

/**
 * @param offset place in the stream
 * @return the byte that belongs there
 */
uint8_t
ByteAt(uint32_t offset)
{
    return static_cast<uint8_t>(offset * 31 + (offset >> 8) * 7);
}

/**
 * @param offset place in the stream
 * @param length bytes
 * @return a packet of the bytes that belong there
 */
Ptr<Packet>
Piece(uint32_t offset, uint32_t length)
{
    std::vector<uint8_t> bytes(length);
    for (uint32_t i = 0; i < length; ++i)
    {
        bytes[i] = ByteAt(offset + i);
    }
    return Create<Packet>(bytes.data(), length);
}

/**
 * Begin a connection as a machine does that has just become ESTABLISHED.
 * @param setup what it is made of
 * @param tcb the connection
 */
void
Establish(const TransferSetup& setup, TcpConnTcb& tcb)
{
    tcb.iss = SequenceNumber32(FIRST - 1);
    tcb.sndUna = SequenceNumber32(FIRST);
    tcb.sndNxt = tcb.sndUna;
    tcb.irs = tcb.iss;
    tcb.rcvNxt = tcb.sndUna;
    tcb.sndWnd = setup.window;
    tcb.maxSndWnd = setup.window;
    tcb.rcvAdv = tcb.rcvNxt + setup.window;
    tcb.sendMss = setup.mss;
    tcb.sackOk = setup.sack;
    tcb.timestampsOk = setup.timestamps;
    tcb.ecnOk = setup.ecn;
    tcb.lastProgress = Simulator::Now();
}

} // namespace

Ptr<TcpConnTransferPrototype>
MakePrototype(const TransferSetup& setup)
{
    auto prototype = Create<TcpConnTransferPrototype>(TypeId::LookupByName(setup.control),
                                                      TypeId::LookupByName(setup.recovery),
                                                      RttMeanDeviation::GetTypeId());
    prototype->State()->m_pacing = setup.pacing;
    return prototype;
}

void
Wait(Time time)
{
    Simulator::Stop(time);
    Simulator::Run();
}

// SenderBench ---------------------------------------------------------------------------------

SenderBench::SenderBench(const TransferSetup& s)
    : setup(s),
      prototype(MakePrototype(s)),
      window(s.window)
{
    Establish(setup, tcb);
    room = std::make_unique<TcpConnTransfer>(prototype, setup.settings);
    room->Begin(tcb, setup.settings, Simulator::Now());
}

bool
SenderBench::Queue(uint32_t bytes)
{
    return room->Queue(Piece(Offset(room->StreamEnd()), bytes));
}

std::vector<TcpConnText>
SenderBench::Send()
{
    std::vector<TcpConnText> sent;
    TcpConnText text;
    while (room->NextText(tcb, setup.settings, Simulator::Now(), text))
    {
        tcb.sndNxt = std::max(tcb.sndNxt, text.seq + text.length);
        room->TextSent(tcb, text, Simulator::Now());
        Ptr<Packet> packet = room->CopyText(text);
        NS_ABORT_MSG_UNLESS(packet && packet->GetSize() == text.length, "not what was offered");
        sent.push_back(text);
    }
    return sent;
}

std::string
SenderBench::List(const std::vector<TcpConnText>& sent) const
{
    std::string list;
    for (const auto& text : sent)
    {
        list += (list.empty() ? "" : " ") + std::to_string(Offset(text.seq));
    }
    return list;
}

void
SenderBench::Ack(uint32_t offset, std::initializer_list<Range> sacks)
{
    TcpConnSegment segment;
    for (const auto& range : sacks)
    {
        segment.options.present |= TcpConnOptions::SACK;
        segment.options.sack[segment.options.sackCount++] = {At(range.first), At(range.second)};
    }
    Arrive(segment, offset);
}

void
SenderBench::Arrive(TcpConnSegment segment, uint32_t offset)
{
    segment.flags |= TCP_CONN_ACK;
    segment.seq = tcb.rcvNxt;
    segment.ack = At(offset);
    TcpConnAckEvent event;
    event.segment = &segment;
    event.oldUna = tcb.sndUna;
    if (segment.ack > tcb.sndUna)
    {
        event.acked = segment.ack - tcb.sndUna;
        tcb.sndUna = segment.ack;
        tcb.sndNxt = std::max(tcb.sndNxt, tcb.sndUna);
        tcb.lastProgress = Simulator::Now();
    }
    event.windowChanged = window != tcb.sndWnd;
    tcb.sndWnd = window;
    tcb.maxSndWnd = std::max(tcb.maxSndWnd, window);
    room->AckArrived(tcb, setup.settings, event, Simulator::Now());
}

void
SenderBench::Timeout()
{
    room->RetransmissionTimeout(tcb, setup.settings, Simulator::Now());
}

uint32_t
SenderBench::Offset(SequenceNumber32 seq) const
{
    return seq - SequenceNumber32(FIRST);
}

SequenceNumber32
SenderBench::At(uint32_t offset) const
{
    return SequenceNumber32(FIRST) + offset;
}

uint32_t
SenderBench::Cwnd() const
{
    return room->State()->m_cWnd;
}

uint32_t
SenderBench::SsThresh() const
{
    return room->State()->m_ssThresh;
}

TcpSocketState::TcpCongState_t
SenderBench::State() const
{
    return room->State()->m_congState;
}

void
SenderBench::Rebuild()
{
    room->Save(tcb);
    room = std::make_unique<TcpConnTransfer>(prototype, setup.settings);
    room->Begin(tcb, setup.settings, Simulator::Now());
}

// TransferPipe --------------------------------------------------------------------------------

TransferPipe::TransferPipe(const TransferSetup& setup, Time delay, uint32_t bytesPerMs)
    : m_delay(delay),
      m_bytesPerMs(bytesPerMs),
      m_random(CreateObject<UniformRandomVariable>())
{
    m_random->SetStream(7);
    Ptr<TcpConnTransferPrototype> prototype = MakePrototype(setup);
    for (End* end : {&a, &b})
    {
        end->settings = setup.settings;
        Establish(setup, end->tcb);
        end->tcb.path.srtt = delay * 2 + MicroSeconds(2 * 1000 * 40 / bytesPerMs);
        end->tcb.path.rttVar = delay;
        end->tcb.path.samples = 1;
        end->room = std::make_unique<TcpConnTransfer>(prototype, end->settings);
        end->room->Begin(end->tcb, end->settings, Simulator::Now());
    }
}

Time
TransferPipe::Run(uint32_t bytes, Time limit)
{
    const Time start = Simulator::Now();
    m_total = bytes;
    Feed();
    if (readEvery.IsStrictlyPositive())
    {
        Simulator::Schedule(readEvery, &TransferPipe::ReadTick, this);
    }
    Output(a);
    Wait(limit); // or until all is read
    const Time took = Simulator::Now() - start;
    for (End* end : {&a, &b})
    {
        end->timer.Cancel();
        end->pacer.Cancel();
        end->delayed.Cancel();
    }
    return m_read == m_total ? took : Time::Max();
}

bool
TransferPipe::Intact() const
{
    return m_intact && m_read == m_total;
}

void
TransferPipe::Feed()
{
    const uint32_t chunk = std::min<uint32_t>(7777, m_total - m_queued);
    while (m_queued < m_total && a.room->SendSpace() >= chunk)
    {
        const uint32_t length = std::min(chunk, m_total - m_queued);
        a.room->Queue(Piece(m_queued, length));
        m_queued += length;
    }
}

void
TransferPipe::Output(End& end)
{
    TcpConnText text;
    bool acked = false;
    while (end.room->NextText(end.tcb, end.settings, Simulator::Now(), text))
    {
        TcpConnSegment segment;
        segment.seq = text.seq;
        segment.length = text.length;
        segment.flags = TCP_CONN_ACK | (text.cwr ? TCP_CONN_CWR : 0);
        end.tcb.sndNxt = std::max(end.tcb.sndNxt, text.seq + text.length);
        end.room->TextSent(end.tcb, text, Simulator::Now());
        ++end.sent;
        end.resent += text.retransmission ? 1 : 0;
        end.cwrSent += text.cwr ? 1 : 0;
        Emit(end, segment, end.room->CopyText(text));
        acked = true;
    }
    const Time pace = end.tcb.deadline[TCP_CONN_PACING];
    if (pace != Time::Max() && end.pacer.IsExpired())
    {
        end.pacer = Simulator::Schedule(pace - Simulator::Now(), &TransferPipe::Pacer, this, &end);
    }
    if (end.tcb.ackNow && !acked)
    {
        TcpConnSegment segment;
        segment.seq = end.tcb.sndNxt;
        segment.flags = TCP_CONN_ACK;
        Emit(end, segment, Create<Packet>());
    }
    if (end.timer.IsExpired() || (end.persisting && acked))
    {
        ArmTimer(end);
    }
}

void
TransferPipe::ArmTimer(End& end)
{
    end.timer.Cancel();
    Time after = end.tcb.path.rto;
    end.persisting = end.tcb.Outstanding() == 0;
    if (end.persisting)
    {
        if (end.room->StreamEnd() <= end.tcb.sndNxt)
        {
            return;
        }
        after = MilliSeconds(500);
    }
    for (uint8_t i = 0; i < end.tcb.retries && after < Seconds(60); ++i)
    {
        after = after * 2;
    }
    end.timer = Simulator::Schedule(after, &TransferPipe::Timer, this, &end);
}

void
TransferPipe::Timer(End* end)
{
    if (end->tcb.Outstanding() == 0)
    {
        TcpConnText probe;
        probe.seq = end->tcb.sndNxt;
        probe.length = 1;
        probe.probe = true;
        TcpConnSegment segment;
        segment.seq = probe.seq;
        segment.length = 1;
        segment.flags = TCP_CONN_ACK;
        end->tcb.probed = true;
        end->room->TextSent(end->tcb, probe, Simulator::Now());
        Emit(*end, segment, end->room->CopyText(probe));
        ArmTimer(*end);
        return;
    }
    ++end->timeouts;
    ++end->tcb.retries;
    end->room->RetransmissionTimeout(end->tcb, end->settings, Simulator::Now());
    ArmTimer(*end);
    Output(*end);
}

void
TransferPipe::Pacer(End* end)
{
    Output(*end);
}

void
TransferPipe::DelayedAck(End* end)
{
    end->tcb.ackNow = true;
    Output(*end);
}

void
TransferPipe::Emit(End& from, TcpConnSegment segment, Ptr<Packet> packet)
{
    End& to = &from == &a ? b : a;
    const uint32_t space = from.room->ReceiveSpace(from.settings);
    const uint32_t edge = std::max<int32_t>(from.tcb.rcvAdv - from.tcb.rcvNxt, 0);
    segment.window = static_cast<uint16_t>(std::max(space, edge) >> 7);
    from.tcb.rcvAdv =
        std::max(from.tcb.rcvAdv, from.tcb.rcvNxt + (static_cast<int32_t>(segment.window) << 7));
    segment.ack = from.tcb.rcvNxt;
    segment.flags |= from.room->EchoCongestion() ? TCP_CONN_ECE : 0;
    segment.tos = from.tcb.ecnOk && segment.length > 0 ? 2 : 0;
    from.room->FillSack(segment.options, from.tcb.sackOk ? 3 : 0);
    if (from.tcb.timestampsOk)
    {
        segment.options.present |= TcpConnOptions::TIMESTAMPS;
        segment.options.tsVal = Simulator::Now().GetMilliSeconds();
        segment.options.tsEcr = from.tcb.tsRecent;
    }
    from.tcb.ackNow = false;
    from.pending = 0;
    from.delayed.Cancel();

    const Time now = Simulator::Now();
    const Time transmission = MicroSeconds(1000 * (packet->GetSize() + 40) / m_bytesPerMs);
    from.lineFree = std::max(from.lineFree, now);
    const bool full = from.lineFree > now + transmission * queue;
    const bool head = dropHead && segment.length > 0;
    dropHead = dropHead && !head;
    if (full || head || (now >= lossFrom && m_random->GetValue() < loss))
    {
        return;
    }
    if (segment.length > 0 && from.tcb.ecnOk && m_random->GetValue() < mark)
    {
        segment.ce = true;
        segment.tos = 3;
    }
    from.lineFree += transmission;
    Time arrival = from.lineFree - now + m_delay;
    if (m_random->GetValue() < reorder)
    {
        arrival += reorderBy;
    }
    Simulator::Schedule(arrival, &TransferPipe::Deliver, this, &to, segment, packet->Copy());
}

void
TransferPipe::Deliver(End* to, TcpConnSegment segment, Ptr<Packet> packet)
{
    to->ceSeen += segment.ce ? 1 : 0;
    to->room->SetArriving(packet, segment);
    TakeAck(*to, segment);
    if (segment.length > 0)
    {
        TakeText(*to, segment);
    }
    Output(*to);
}

void
TransferPipe::TakeAck(End& end, const TcpConnSegment& segment)
{
    TcpConnTcb& tcb = end.tcb;
    if (segment.ack < tcb.sndUna)
    {
        return;
    }
    TcpConnAckEvent event;
    event.segment = &segment;
    event.oldUna = tcb.sndUna;
    event.acked = segment.ack - tcb.sndUna;
    tcb.sndUna = segment.ack;
    tcb.sndNxt = std::max(tcb.sndNxt, tcb.sndUna);
    const uint32_t window = static_cast<uint32_t>(segment.window) << 7;
    event.windowChanged = tcb.sndWnd != window;
    tcb.sndWnd = window;
    tcb.maxSndWnd = std::max(tcb.maxSndWnd, window);
    end.room->AckArrived(tcb, end.settings, event, Simulator::Now());
    if (event.acked > 0)
    {
        tcb.retries = 0;
        tcb.lastProgress = Simulator::Now();
        ArmTimer(end);
        if (&end == &a)
        {
            Feed();
        }
    }
}

void
TransferPipe::TakeText(End& end, const TcpConnSegment& segment)
{
    TcpConnTcb& tcb = end.tcb;
    if (tcb.ecnOk)
    {
        end.room->MarkArrived(segment);
    }
    if (segment.seq <= tcb.rcvNxt)
    {
        tcb.tsRecent = segment.options.tsVal;
    }
    const SequenceNumber32 first = std::max(segment.seq, tcb.rcvNxt);
    const SequenceNumber32 last = std::min(segment.seq + segment.length, tcb.rcvAdv);
    if (last <= first)
    {
        tcb.ackNow = true;
        return;
    }
    const bool gap = end.room->OutOfOrder();
    const bool inOrder = first == tcb.rcvNxt;
    tcb.rcvNxt = end.room->AcceptText(tcb, first, last - first);
    ++end.pending;
    if (gap || !inOrder || end.pending >= end.settings.delAckCount)
    {
        tcb.ackNow = true;
    }
    else if (end.delayed.IsExpired())
    {
        end.delayed =
            Simulator::Schedule(end.settings.delAckTimeout, &TransferPipe::DelayedAck, this, &end);
    }
    if (readEvery.IsZero())
    {
        ReadAll(UINT32_MAX);
    }
}

void
TransferPipe::ReadTick()
{
    const uint32_t before = b.room->ReceiveSpace(b.settings);
    ReadAll(readBytes);
    if (before < b.settings.rcvBufSize / 2 && b.room->ReceiveSpace(b.settings) > before)
    {
        b.tcb.ackNow = true;
        Output(b);
    }
    if (m_read < m_total)
    {
        Simulator::Schedule(readEvery, &TransferPipe::ReadTick, this);
    }
}

void
TransferPipe::ReadAll(uint32_t most)
{
    Ptr<Packet> packet = b.room->Read(most);
    if (!packet)
    {
        return;
    }
    std::vector<uint8_t> bytes(packet->GetSize());
    packet->CopyData(bytes.data(), bytes.size());
    for (uint8_t byte : bytes)
    {
        m_intact = m_intact && byte == ByteAt(m_read);
        ++m_read;
    }
    if (m_read == m_total)
    {
        Simulator::Stop();
    }
}

} // namespace tests
} // namespace ns3
