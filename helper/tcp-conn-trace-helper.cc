/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-trace-helper.h"

#include "tcp-conn-trace-line-private.h"

#include <cstring>

namespace ns3
{

using namespace TcpConnChars;

namespace
{

/** @param s a segment @return why it was dropped */
const char*
ReasonOf(const TcpConnSegmentEvent& s)
{
    return s.reason ? s.reason : "unknown";
}

/** Put empty columns. @param p where to write @param count how many @return where they end */
char*
PutEmpty(char* p, std::size_t count)
{
    std::memset(p, ',', count);
    return p + count;
}

/** The columns flags, seq, ack and len. @param p where @param s segment @return their end */
char*
PutColumns(char* p, const TcpConnSegment& s)
{
    // Not commas between flags: then no field needs quotes.
    p = PutFlags(p, s.flags, '+');
    p = PutField(p, ",", s.seq.GetValue());
    p = PutField(p, ",", s.ack.GetValue());
    return PutField(p, ",", s.length);
}

/** The names of the columns. */
const std::string COLUMNS = "time,kind,node,conn,local,peer,from,to,cause,in_state,flags,seq,ack,"
                            "len,win,options,note\n";

} // namespace

// Lines of ASCII

TcpConnTraceWriter::TcpConnTraceWriter(const std::string& fileName, const std::string& policies)
    : TcpConnRecordWriter(fileName),
      m_line(std::make_unique<TcpConnTraceLine>())
{
    WriteHeader(policies);
}

TcpConnTraceWriter::TcpConnTraceWriter(Ptr<OutputStreamWrapper> stream, const std::string& policies)
    : TcpConnRecordWriter(stream),
      m_line(std::make_unique<TcpConnTraceLine>())
{
    WriteHeader(policies);
}

TcpConnTraceWriter::~TcpConnTraceWriter() = default;

void
TcpConnTraceWriter::WriteHeader(const std::string& policies)
{
    WriteLine("#tcp-conn-trace 1" + (policies.empty() ? "" : " " + policies));
}

void
TcpConnTraceWriter::NodePolicies(uint32_t node, const std::string& policies)
{
    WriteLine("#node=" + std::to_string(node) + " " + policies);
}

void
TcpConnTraceWriter::Transition(const TcpConnTransition& t)
{
    const std::string policies = NewPolicies(t);
    if (!policies.empty())
    {
        WriteLine("#conn=" + std::to_string(t.node) + ":" + std::to_string(t.id) + " " + policies);
    }
    char* const p = m_output.Room(TcpConnTraceLine::SIZE + std::strlen(t.Cause()));
    EndLine(m_line->Transition(p, t));
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
    char* const p = m_output.Room(TcpConnTraceLine::SIZE + std::strlen(ReasonOf(s)));
    EndLine(m_line->Segment(p, kind, s));
}

void
TcpConnTraceWriter::WriteLine(const std::string& text)
{
    char* const p = m_output.Room(text.size() + 1);
    EndLine(PutText(p, text.data(), text.size()));
}

void
TcpConnTraceWriter::EndLine(char* end)
{
    *end = '\n';
    m_output.Advance(end + 1);
}

// Comma-separated values

TcpConnCsvWriter::TcpConnCsvWriter(const std::string& fileName, const std::string& policies)
    : TcpConnRecordWriter(fileName),
      m_line(std::make_unique<TcpConnTraceLine>())
{
    WriteHeader(policies);
}

TcpConnCsvWriter::TcpConnCsvWriter(Ptr<OutputStreamWrapper> stream, const std::string& policies)
    : TcpConnRecordWriter(stream),
      m_line(std::make_unique<TcpConnTraceLine>())
{
    WriteHeader(policies);
}

TcpConnCsvWriter::~TcpConnCsvWriter() = default;

void
TcpConnCsvWriter::WriteHeader(const std::string& policies)
{
    m_output.Write(COLUMNS.data(), COLUMNS.size());
    if (!policies.empty())
    {
        WritePolicies(",", policies);
    }
}

void
TcpConnCsvWriter::NodePolicies(uint32_t node, const std::string& policies)
{
    WritePolicies(std::to_string(node) + ",", policies);
}

void
TcpConnCsvWriter::WritePolicies(const std::string& whose, const std::string& policies)
{
    // A row, not a comment, which pandas would not know as such.
    const std::string row = "0.000000000,P," + whose + std::string(13, ',') + policies + "\n";
    m_output.Write(row.data(), row.size());
}

char*
TcpConnCsvWriter::PutOrigin(char* p,
                            char kind,
                            Time time,
                            uint32_t node,
                            uint64_t id,
                            const TcpConnKey& k)
{
    p = PutTime(p, time);
    *p++ = ',';
    *p++ = kind;
    p = PutField(p, ",", node);
    p = PutField(p, ",", id);
    *p++ = ',';
    p = m_line->Ends(p, k, ',');
    *p++ = ',';
    return p;
}

void
TcpConnCsvWriter::Transition(const TcpConnTransition& t)
{
    const std::string policies = NewPolicies(t);
    if (!policies.empty())
    {
        WritePolicies(std::to_string(t.node) + "," + std::to_string(t.id), policies);
    }
    const char* const cause = t.Cause();
    const std::size_t length = std::strlen(cause);
    char* p = m_output.Room(TcpConnTraceLine::SIZE + length);
    p = PutOrigin(p, 'T', t.time, t.node, t.id, t.key);
    p = PutText(p, TcpConnStateName(t.from));
    *p++ = ',';
    p = PutText(p, TcpConnStateName(t.to));
    *p++ = ',';
    p = PutText(p, cause, length);
    *p++ = ',';
    p = PutTime(p, t.inState);
    *p++ = ',';
    p = t.segment ? PutColumns(p, *t.segment) : PutEmpty(p, 3);
    EndRow(PutEmpty(p, 3));
}

void
TcpConnCsvWriter::Tx(const TcpConnSegmentEvent& s)
{
    WriteSegment('S', s);
}

void
TcpConnCsvWriter::Rx(const TcpConnSegmentEvent& s)
{
    WriteSegment('R', s);
}

void
TcpConnCsvWriter::Drop(const TcpConnSegmentEvent& s)
{
    WriteSegment('D', s);
}

void
TcpConnCsvWriter::WriteSegment(char kind, const TcpConnSegmentEvent& s)
{
    const char* const reason = ReasonOf(s);
    const std::size_t length = std::strlen(reason);
    char* p = m_output.Room(TcpConnTraceLine::SIZE + length);
    p = PutOrigin(p, kind, s.time, s.node, s.id, s.key);
    p = PutColumns(PutEmpty(p, 4), s.segment);
    p = PutField(p, ",", s.segment.window);
    *p++ = ',';
    if (s.segment.options.present)
    {
        // The blank before the first of them becomes the comma before the column.
        char* const end = PutOptions(p - 1, s.segment.options, '+');
        p[-1] = ',';
        p = end < p ? p : end;
    }
    *p++ = ',';
    EndRow(kind == 'D' ? PutText(p, reason, length) : p);
}

void
TcpConnCsvWriter::EndRow(char* end)
{
    *end = '\n';
    m_output.Advance(end + 1);
}

} // namespace ns3
