/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-trace-helper.h"

#include "ns3/abort.h"
#include "ns3/callback.h"
#include "ns3/fatal-impl.h"
#include "ns3/nstime.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <streambuf>

namespace ns3
{

namespace
{

/** Names of the flags, in the order in which they are written. */
constexpr struct
{
    uint16_t bit;     //!< The flag.
    const char* name; //!< Its name with a comma.
} FLAG_NAMES[] = {
    {TCP_CONN_SYN, "SYN,"},
    {TCP_CONN_FIN, "FIN,"},
    {TCP_CONN_RST, "RST,"},
    {TCP_CONN_PSH, "PSH,"},
    {TCP_CONN_ACK, "ACK,"},
    {TCP_CONN_URG, "URG,"},
    {TCP_CONN_ECE, "ECE,"},
    {TCP_CONN_CWR, "CWR,"},
};

/**
 * @param p where to write
 * @param text the text
 * @param length its length
 * @return where it ends
 */
inline char*
PutText(char* p, const char* text, size_t length)
{
    std::memcpy(p, text, length);
    return p + length;
}

/**
 * @param p where to write
 * @param text the text
 * @return where it ends
 */
inline char*
PutText(char* p, const char* text)
{
    return PutText(p, text, std::strlen(text));
}

/**
 * @param p where to write
 * @param number the number
 * @return where it ends
 */
inline char*
PutNumber(char* p, uint64_t number)
{
    // 20 digits are the most that a number of 64 bits has.
    return std::to_chars(p, p + 20, number).ptr;
}

/**
 * @param p where to write
 * @param name what stands before the number
 * @param number the number
 * @return where it ends
 */
inline char*
PutField(char* p, const char* name, uint64_t number)
{
    return PutNumber(PutText(p, name), number);
}

/**
 * Seconds with nine decimals, from whole nanoseconds.
 * @param p where to write
 * @param time the time
 * @return where it ends
 */
char*
PutTime(char* p, Time time)
{
    int64_t ns = time.GetNanoSeconds();
    if (ns < 0)
    {
        *p++ = '-';
        ns = -ns;
    }
    p = PutNumber(p, static_cast<uint64_t>(ns / 1000000000));
    *p = '.';
    auto rest = static_cast<uint32_t>(ns % 1000000000);
    for (char* digit = p + 9; digit != p; --digit)
    {
        *digit = static_cast<char>('0' + rest % 10);
        rest /= 10;
    }
    return p + 10;
}

/**
 * @param p where to write
 * @param flags set of TcpConnFlag bits
 * @return where their names end
 */
char*
PutFlags(char* p, uint16_t flags)
{
    char* const begin = p;
    for (const auto& flag : FLAG_NAMES)
    {
        if (flags & flag.bit)
        {
            p = PutText(p, flag.name, 4);
        }
    }
    if (p == begin)
    {
        *p = '-';
        return p + 1;
    }
    return p - 1; // without the last comma
}

/**
 * Flags, seq=, ack= and len=.
 * @param p where to write
 * @param segment the segment
 * @return where the text ends
 */
char*
PutNumbers(char* p, const TcpConnSegment& segment)
{
    p = PutFlags(p, segment.flags);
    p = PutField(p, " seq=", segment.seq.GetValue());
    p = PutField(p, " ack=", segment.ack.GetValue());
    return PutField(p, " len=", segment.length);
}

/**
 * The options that the grammar knows.
 * @param p where to write
 * @param options the options
 * @return where the text ends
 */
char*
PutOptions(char* p, const TcpConnOptions& options)
{
    if (options.Has(TcpConnOptions::MSS))
    {
        p = PutField(p, " mss=", options.mss);
    }
    if (options.Has(TcpConnOptions::WINDOW_SCALE))
    {
        p = PutField(p, " ws=", options.windowScale);
    }
    if (options.Has(TcpConnOptions::SACK_PERMITTED))
    {
        p = PutText(p, " sackok");
    }
    if (options.Has(TcpConnOptions::TIMESTAMPS))
    {
        p = PutField(p, " ts=", options.tsVal);
        p = PutField(p, "/", options.tsEcr);
    }
    if (options.Has(TcpConnOptions::SACK))
    {
        const size_t count = std::min<size_t>(options.sackCount, options.sack.size());
        for (size_t i = 0; i < count; ++i)
        {
            p = PutField(p, i == 0 ? " sack=" : ",", options.sack[i].left.GetValue());
            p = PutField(p, "-", options.sack[i].right.GetValue());
        }
    }
    return p;
}

} // namespace

/**
 * ns-3 flushes the streams that are registered with it before it ends by a fatal error.  This one
 * holds nothing itself: to flush it is to empty the writer's buffer.
 */
class TcpConnTraceWriter::Rescue : private std::streambuf
{
  public:
    /** @param writer whose buffer is to be saved */
    explicit Rescue(TcpConnTraceWriter& writer)
        : m_writer(writer),
          m_stream(this)
    {
        FatalImpl::RegisterStream(&m_stream);
    }

    ~Rescue() override
    {
        FatalImpl::UnregisterStream(&m_stream);
    }

    Rescue(const Rescue&) = delete;
    Rescue& operator=(const Rescue&) = delete;

  private:
    int sync() override
    {
        m_writer.Empty();
        return 0;
    }

    TcpConnTraceWriter& m_writer; //!< The writer.
    std::ostream m_stream;        //!< The stream that ns-3 knows.
};

TcpConnTraceWriter::TcpConnTraceWriter(const std::string& fileName, const std::string& policies)
    : TcpConnTraceWriter(Create<OutputStreamWrapper>(fileName, std::ios::out | std::ios::binary),
                         policies)
{
}

TcpConnTraceWriter::TcpConnTraceWriter(Ptr<OutputStreamWrapper> stream, const std::string& policies)
    : m_stream(stream),
      m_buffer(BUFFER)
{
    m_rescue = std::make_unique<Rescue>(*this);
    WriteLine("#tcp-conn-trace 1" + (policies.empty() ? "" : " " + policies));
}

TcpConnTraceWriter::~TcpConnTraceWriter()
{
    Flush();
}

void
TcpConnTraceWriter::Attach(Ptr<Object> protocol, Records records)
{
    // A callback that holds a Ptr keeps the writer for as long as the protocol may call it.
    const Ptr<TcpConnTraceWriter> self(this);
    const auto connect = [&](const std::string& source, const CallbackBase& sink) {
        NS_ABORT_MSG_UNLESS(protocol->TraceConnectWithoutContext(source, sink),
                            "TcpConnTraceWriter: " << protocol->GetInstanceTypeId().GetName()
                                                   << " has no trace source " << source);
    };
    connect("Transition", MakeCallback(&TcpConnTraceWriter::Transition, self));
    if (records == Records::ALL)
    {
        connect("Tx", MakeCallback(&TcpConnTraceWriter::Tx, self));
        connect("Rx", MakeCallback(&TcpConnTraceWriter::Rx, self));
        connect("Drop", MakeCallback(&TcpConnTraceWriter::Drop, self));
    }
    if (!m_destroyScheduled)
    {
        // Not in the constructor: it would settle which simulator implementation is used.
        m_destroyScheduled = true;
        Simulator::ScheduleDestroy(&TcpConnTraceWriter::AtDestroy, self);
    }
}

void
TcpConnTraceWriter::NodePolicies(uint32_t node, const std::string& policies)
{
    WriteLine("#node=" + std::to_string(node) + " " + policies);
}

void
TcpConnTraceWriter::Transition(const TcpConnTransition& t)
{
    const char* const cause = t.Cause();
    const size_t length = std::strlen(cause);
    char* p = PutText(Room(length), "T ", 2);
    p = PutOrigin(p, t.time, t.node, t.id, t.key);
    p = PutText(p, TcpConnStateName(t.from));
    *p++ = ' ';
    p = PutText(p, TcpConnStateName(t.to));
    *p++ = ' ';
    p = PutText(p, cause, length);
    p = PutTime(PutText(p, " in=", 4), t.inState);
    if (t.segment)
    {
        p = PutNumbers(PutText(p, " seg=", 5), *t.segment);
    }
    EndLine(p);
}

void
TcpConnTraceWriter::Tx(const TcpConnSegmentEvent& s)
{
    WriteSegment('S', s);
}

void
TcpConnTraceWriter::Rx(const TcpConnSegmentEvent& s)
{
    WriteSegment('R', s);
}

void
TcpConnTraceWriter::Drop(const TcpConnSegmentEvent& s)
{
    WriteSegment('D', s);
}

void
TcpConnTraceWriter::WriteSegment(char kind, const TcpConnSegmentEvent& s)
{
    const char* const reason = s.reason ? s.reason : "unknown";
    const size_t length = std::strlen(reason);
    char* p = Room(length);
    *p++ = kind;
    *p++ = ' ';
    p = PutOrigin(p, s.time, s.node, s.id, s.key);
    p = PutNumbers(p, s.segment);
    p = PutField(p, " win=", s.segment.window);
    if (s.segment.options.present)
    {
        p = PutOptions(p, s.segment.options);
    }
    if (kind == 'D')
    {
        p = PutText(PutText(p, " reason="), reason, length);
    }
    EndLine(p);
}

char*
TcpConnTraceWriter::PutOrigin(char* p, Time time, uint32_t node, uint64_t id, const TcpConnKey& key)
{
    p = PutTime(p, time);
    *p++ = ' ';
    p = PutNumber(p, node);
    *p++ = ' ';
    p = PutNumber(p, id);
    *p++ = ' ';
    p = PutEnd(p, key.local, key.localPort, key.v6);
    *p++ = ' ';
    p = PutEnd(p, key.peer, key.peerPort, key.v6);
    *p++ = ' ';
    return p;
}

char*
TcpConnTraceWriter::PutEnd(char* p, const TcpConnIp& ip, uint16_t port, bool v6)
{
    // The same text as TcpConnKey::LocalText, without making a string.
    if (ip == TcpConnIp{})
    {
        *p++ = '*';
    }
    else if (v6)
    {
        AddressText& entry = m_texts[(ip[7] * 5 + ip[14] * 3 + ip[15]) % TEXTS];
        if (entry.text.empty() || entry.ip != ip)
        {
            TcpConnKey key;
            key.local = ip;
            key.v6 = true;
            entry.ip = ip;
            entry.text = key.LocalText();
            entry.text.resize(entry.text.rfind(':'));
        }
        p = PutText(p, entry.text.data(), entry.text.size());
    }
    else
    {
        for (size_t i = 0; i < 4; ++i)
        {
            p = PutField(p, i == 0 ? "" : ".", ip[i]);
        }
    }
    *p++ = ':';
    return PutNumber(p, port);
}

char*
TcpConnTraceWriter::Room(size_t extra)
{
    if (m_buffer.size() - m_used < LINE + extra)
    {
        Flush();
        if (m_buffer.size() < LINE + extra)
        {
            m_buffer.resize(LINE + extra);
        }
    }
    return m_buffer.data() + m_used;
}

void
TcpConnTraceWriter::EndLine(char* end)
{
    *end++ = '\n';
    m_used = static_cast<size_t>(end - m_buffer.data());
    if (m_direct)
    {
        Flush();
    }
}

void
TcpConnTraceWriter::WriteLine(const std::string& text)
{
    EndLine(PutText(Room(text.size()), text.data(), text.size()));
}

void
TcpConnTraceWriter::Empty()
{
    // With nothing to write, the stream is not touched: it may have gone with its owner.
    if (m_used > 0)
    {
        m_stream->GetStream()->write(m_buffer.data(), static_cast<std::streamsize>(m_used));
        m_used = 0;
        m_stream->GetStream()->flush();
    }
}

void
TcpConnTraceWriter::Flush()
{
    const bool any = m_used > 0;
    Empty();
    NS_ABORT_MSG_IF(any && m_stream->GetStream()->fail(),
                    "TcpConnTraceWriter: the trace cannot be written (is the disk full?)");
}

void
TcpConnTraceWriter::AtDestroy()
{
    Flush();
    m_direct = true;
}

} // namespace ns3
