/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "../../test/tcp-conn-core-end.h"
#include "../tcp-conn-explorer/tcp-conn-explorer-host.h"
#include "tcp-conn-fuzz.h"

#include "ns3/tcp-conn-trace.h"

#include <algorithm>

namespace TcpConnFuzz
{

using namespace ns3;

namespace
{

/** Takes numbers from bytes; zeros follow the last. */
class Reader
{
  public:
    /** @param data the bytes @param size their number */
    Reader(const uint8_t* data, size_t size)
        : m_data(data),
          m_left(size)
    {
    }

    /** @return whether bytes are left. */
    bool More() const
    {
        return m_left > 0;
    }

    /** @return the next byte. */
    uint8_t Byte()
    {
        if (m_left == 0)
        {
            return 0;
        }
        --m_left;
        return *m_data++;
    }

    /** @return the next two bytes. */
    uint16_t Word()
    {
        const uint16_t high = Byte();
        return static_cast<uint16_t>(high << 8U | Byte());
    }

    /** @return the next four bytes. */
    uint32_t Long()
    {
        const uint32_t high = Word();
        return high << 16U | Word();
    }

  private:
    const uint8_t* m_data; //!< The bytes.
    size_t m_left;         //!< Their number.
};

/** One end and what is watched of it. */
class Bench
{
  public:
    /** @param in settings are read from here */
    explicit Bench(Reader& in)
        : m_in(in),
          m_end(Policies(in.Byte() & 1))
    {
        TcpConnSettings& config = m_end.config;
        const uint8_t options = in.Byte();
        config.timestamps = options & 1;
        config.windowScaling = options & 2;
        config.sack = options & 4;
        config.rcvBufSize = options & 8 ? 1000 : 131072;
        config.keepAliveIdle = Seconds(options & 16 ? 10 : 0);
        config.userTimeout = Seconds(options & 32 ? 20 : 0);
        config.userTimeoutOption = options & 32;
        config.linger = options & 64 ? (options & 128 ? 0 : 5) : -1;
    }

    /** @param state a state to begin in @return what is wrong */
    std::string Begin(uint8_t state)
    {
        switch (state % 11)
        {
        case 0:
            return "";
        case 1:
            return Listen();
        case 2:
            return Call(TcpConnEvent::ACTIVE_OPEN);
        case 3:
            return Join(Listen(), Give(TCP_CONN_SYN, 300, 0));
        case 4:
            return Establish();
        case 5:
            return Join(Establish(), Call(TcpConnEvent::CLOSE));
        case 6:
            return Join(Join(Establish(), Call(TcpConnEvent::CLOSE)),
                        Give(TCP_CONN_ACK, 301, m_end.conn.sndNxt.GetValue()));
        case 7:
            return Join(Establish(), Fin());
        case 8:
            return Join(Join(Establish(), Call(TcpConnEvent::CLOSE)), Fin());
        case 9:
            return Join(Join(Establish(), Fin()), Call(TcpConnEvent::CLOSE));
        default:
            return Join(Join(Join(Establish(), Call(TcpConnEvent::CLOSE)),
                             Give(TCP_CONN_ACK, 301, m_end.conn.sndNxt.GetValue())),
                        Fin());
        }
    }

    /** A segment made of the next bytes arrives.  @return what is wrong */
    std::string Segment()
    {
        TcpConnSegment segment;
        const TcpConnTcb& tcb = m_end.conn;
        segment.flags = m_in.Byte();
        const uint8_t how = m_in.Byte();
        const auto delta = static_cast<int8_t>(m_in.Byte());
        const SequenceNumber32 bases[] = {tcb.rcvNxt, tcb.rcvNxt, tcb.irs, tcb.rcvAdv};
        segment.seq = how & 0x04 ? SequenceNumber32(m_in.Long()) : bases[how & 3] + delta;
        const SequenceNumber32 acks[] = {tcb.sndNxt, tcb.sndUna, tcb.sndNxt, tcb.iss};
        segment.ack = how & 0x20 ? SequenceNumber32(m_in.Long())
                                 : acks[how >> 3 & 3] + static_cast<int8_t>(m_in.Byte());
        const uint32_t lengths[] = {0, 1, 536, 65000};
        segment.length = lengths[how >> 6 & 3];
        segment.window = how & 0x08 ? m_in.Word() : 65535;
        segment.urgent = segment.Has(TCP_CONN_URG) ? m_in.Word() : 0;
        TcpConnOptions& options = segment.options;
        options.present = m_in.Byte() & 0x3f;
        options.mss = options.Has(TcpConnOptions::MSS) ? m_in.Word() : 0;
        options.windowScale = options.Has(TcpConnOptions::WINDOW_SCALE) ? m_in.Byte() : 0;
        if (options.Has(TcpConnOptions::TIMESTAMPS))
        {
            options.tsVal = tcb.tsRecent + static_cast<uint32_t>(static_cast<int8_t>(m_in.Byte()));
        }
        options.userTimeout = options.Has(TcpConnOptions::USER_TIMEOUT) ? m_in.Word() : 0;
        options.sackCount = options.Has(TcpConnOptions::SACK) ? m_in.Byte() % 5 : 0;
        for (uint8_t i = 0; i < options.sackCount; ++i)
        {
            options.sack[i].left = tcb.sndUna + static_cast<int8_t>(m_in.Byte());
            options.sack[i].right = options.sack[i].left + static_cast<int8_t>(m_in.Byte());
        }
        return Arrive(segment);
    }

    /** A call, a timeout, an error or a segment of the next bytes.  @return what is wrong */
    std::string Step()
    {
        const uint8_t what = m_in.Byte();
        constexpr TcpConnEvent calls[] = {TcpConnEvent::PASSIVE_OPEN,
                                          TcpConnEvent::ACTIVE_OPEN,
                                          TcpConnEvent::CLOSE,
                                          TcpConnEvent::ABORT,
                                          TcpConnEvent::STATUS,
                                          TcpConnEvent::CRASH,
                                          TcpConnEvent::EVICTED};
        uint32_t read = 0;
        Forget();
        switch (what % 16)
        {
        case 0:
            return Call(calls[m_in.Byte() % std::size(calls)]);
        case 1:
            m_end.Send(m_in.Word() % 5000);
            break;
        case 2:
            m_end.Receive(m_in.Word(), read);
            break;
        case 3:
            m_end.conn.detached = m_end.conn.State() > TcpSocket::LISTEN;
            return Call(TcpConnEvent::CLOSE);
        case 4:
        case 5:
            return Expire();
        case 6:
            m_end.Report(m_in.Byte() & 1 ? TcpConnEvent::ICMP_HARD : TcpConnEvent::ICMP_SOFT, 0);
            break;
        case 7:
            m_end.Report(TcpConnEvent::ICMP_TOO_BIG,
                         std::max<uint16_t>(m_in.Word(), 28)); // a host believes no less
            break;
        case 8:
            m_end.listens = m_in.Byte() & 1;
            m_end.verdict = static_cast<TcpConnAdmission::Verdict>(m_in.Byte() % 5);
            if (m_end.verdict == TcpConnAdmission::Verdict::COOKIE)
            {
                m_end.verdict = TcpConnAdmission::Verdict::ADMIT; // no cookies without a host
            }
            break;
        case 9:
            m_end.now += MilliSeconds(m_in.Word());
            break;
        default:
            return Segment();
        }
        return Check(nullptr);
    }

  private:
    /** @param wraps its numbers begin just below 2^32 @return policies, made once */
    static Ptr<const TcpConnPolicies> Policies(bool wraps)
    {
        static const Ptr<const TcpConnPolicies> made[] = {TcpConnCoreEnd::MakePolicies(100),
                                                          TcpConnCoreEnd::MakePolicies(0xfffffff0)};
        return made[wraps ? 1 : 0];
    }

    /** @param a what is wrong first @param b what is wrong then @return both */
    static std::string Join(const std::string& a, const std::string& b)
    {
        return a.empty() ? b : a;
    }

    /** The end listens.  @return what is wrong */
    std::string Listen()
    {
        const std::string wrong = Call(TcpConnEvent::PASSIVE_OPEN);
        m_end.BecomeClone();
        return wrong;
    }

    /** The end opens and its peer answers.  @return what is wrong */
    std::string Establish()
    {
        const std::string wrong = Call(TcpConnEvent::ACTIVE_OPEN);
        return Join(wrong, Give(TCP_CONN_SYN | TCP_CONN_ACK, 300, m_end.conn.sndNxt.GetValue()));
    }

    /** The peer closes.  @return what is wrong */
    std::string Fin()
    {
        return Give(TCP_CONN_FIN | TCP_CONN_ACK, 301, m_end.conn.sndUna.GetValue());
    }

    /** @param flags control bits @param seq number @param ack acknowledgment
     *  @return what is wrong once that segment has arrived */
    std::string Give(uint16_t flags, uint32_t seq, uint32_t ack)
    {
        TcpConnSegment segment;
        segment.flags = flags;
        segment.seq = SequenceNumber32(seq);
        segment.ack = SequenceNumber32(ack);
        segment.window = 65535;
        return Arrive(segment);
    }

    /** @param segment a segment that arrives @return what is wrong then */
    std::string Arrive(const TcpConnSegment& segment)
    {
        Forget();
        m_end.Arrive(segment, 1);
        return Check(&segment);
    }

    /** @param event a call @return what is wrong after it */
    std::string Call(TcpConnEvent event)
    {
        Forget();
        m_end.Call(event);
        return Check(nullptr);
    }

    /** The timer that is due first expires.  @return what is wrong then */
    std::string Expire()
    {
        const auto& deadline = m_end.conn.deadline;
        const auto first = std::min_element(deadline.begin(), deadline.end());
        if (*first != Time::Max())
        {
            m_end.now = std::max(m_end.now, *first);
            m_end.Expire(static_cast<TcpConnTimer>(first - deadline.begin()));
        }
        return Check(nullptr);
    }

    /** What was done and sent is forgotten; a connection that ended makes room for another. */
    void Forget()
    {
        m_end.Forget();
        if (m_end.conn.State() == TcpSocket::CLOSED && m_end.conn.iss != SequenceNumber32(0))
        {
            m_end.conn = TcpConnTcb();
            m_end.text.reset();
            m_end.stashed.reset();
        }
    }

    /** @param arrived what arrived; nullptr: nothing did @return what is wrong */
    std::string Check(const TcpConnSegment* arrived) const
    {
        const TcpConnTcb& tcb = m_end.conn;
        const auto state = tcb.State();
        for (const TcpConnEffect& effect : m_end.done)
        {
            if (effect.kind == TcpConnEffect::MOVE && !TcpConnExplorer::IsLegalMove(*effect.row))
            {
                return std::string("illegal move by ") + effect.row->cause;
            }
        }
        for (const TcpConnSegment& segment : m_end.sent)
        {
            if (arrived && arrived->Has(TCP_CONN_RST) && segment.Has(TCP_CONN_RST))
            {
                return "a reset answers a reset";
            }
        }
        if (m_end.sent.size() > 50000) // more than the longest script can queue, in small pieces
        {
            return "too many segments for one event";
        }
        if (state == TcpSocket::CLOSED || state == TcpSocket::LISTEN)
        {
            return TcpConnMachine::EarliestDeadline(tcb) == Time::Max() ? "" : "a timer in CLOSED";
        }
        if (tcb.sndUna > tcb.sndNxt || tcb.sndUna < tcb.iss)
        {
            return "SND.UNA, SND.NXT out of order";
        }
        if (state != TcpSocket::SYN_SENT && tcb.rcvNxt <= tcb.irs)
        {
            return "RCV.NXT before IRS";
        }
        const bool waits = state != TcpSocket::FIN_WAIT_2 && tcb.Outstanding() > 0;
        const bool runs = TcpConnMachine::EarliestDeadline(tcb) != Time::Max();
        return waits && !runs ? std::string("no timer in ") + TcpConnStateName(state) : "";
    }

    Reader& m_in;         //!< What is to happen.
    TcpConnCoreEnd m_end; //!< The end.
};

} // namespace

std::string
Segments(const uint8_t* data, size_t size)
{
    Reader in(data, size);
    const uint8_t state = in.Byte();
    Bench bench(in);
    std::string wrong = bench.Begin(state);
    while (wrong.empty() && in.More())
    {
        wrong = bench.Segment();
    }
    return wrong;
}

std::string
Scripts(const uint8_t* data, size_t size)
{
    Reader in(data, size);
    Bench bench(in);
    std::string wrong;
    while (wrong.empty() && in.More())
    {
        wrong = bench.Step();
    }
    return wrong;
}

} // namespace TcpConnFuzz
