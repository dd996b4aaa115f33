/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_TRACE_HELPER_H
#define TCP_CONN_TRACE_HELPER_H

#include "tcp-conn-record-writer.h"

#include <memory>
#include <string>

namespace ns3
{

class TcpConnTraceLine;

/** @ingroup tcp-conn
 * Writes transitions and segments as a trace of format tcp-conn-trace 1: one line a record, in
 * ASCII, sorted by time.  The command tcp-conn-trace draws ladders from it and checks it.
 */
class TcpConnTraceWriter : public TcpConnRecordWriter
{
  public:
    /**
     * A trace in a file, with its header line.
     * @param fileName name of the file, which is overwritten, and compressed if the name ends in
     *        ".gz"; ends the program if it cannot be opened
     * @param policies the policies in force, "handshake=TcpConnThreeWay release=..."; may be empty
     */
    TcpConnTraceWriter(const std::string& fileName, const std::string& policies);
    /**
     * A trace in a stream, with its header line.
     * @param stream where to write; it must live until the simulation is destroyed, or Flush has
     *        been called after the last record
     * @param policies as above
     */
    TcpConnTraceWriter(Ptr<OutputStreamWrapper> stream, const std::string& policies);
    ~TcpConnTraceWriter() override;

    void NodePolicies(uint32_t node, const std::string& policies) override;
    void Transition(const TcpConnTransition& t) override;
    void Tx(const TcpConnSegmentEvent& s) override;
    void Rx(const TcpConnSegmentEvent& s) override;
    void Drop(const TcpConnSegmentEvent& s) override;

  private:
    void WriteHeader(const std::string& policies);
    void WriteSegment(char kind, const TcpConnSegmentEvent& s);
    void WriteLine(const std::string& text);
    void EndLine(char* end);

    std::unique_ptr<TcpConnTraceLine> m_line; //!< Makes lines.
};

/** @ingroup tcp-conn
 * Writes transitions and segments as comma-separated values, one row a record, that pandas and
 * gnuplot read as they are.  The first row names the columns.
 */
class TcpConnCsvWriter : public TcpConnRecordWriter
{
  public:
    /**
     * @param fileName name of the file, as for TcpConnTraceWriter
     * @param policies the policies in force, as there
     */
    TcpConnCsvWriter(const std::string& fileName, const std::string& policies);
    /** @param stream where to write, as for TcpConnTraceWriter @param policies as there */
    TcpConnCsvWriter(Ptr<OutputStreamWrapper> stream, const std::string& policies);
    ~TcpConnCsvWriter() override;

    void NodePolicies(uint32_t node, const std::string& policies) override;
    void Transition(const TcpConnTransition& t) override;
    void Tx(const TcpConnSegmentEvent& s) override;
    void Rx(const TcpConnSegmentEvent& s) override;
    void Drop(const TcpConnSegmentEvent& s) override;

  private:
    void WriteHeader(const std::string& policies);
    void WritePolicies(const std::string& whose, const std::string& policies);
    char* PutOrigin(char* p, char kind, Time time, uint32_t node, uint64_t id, const TcpConnKey& k);
    void WriteSegment(char kind, const TcpConnSegmentEvent& s);
    void EndRow(char* end);

    std::unique_ptr<TcpConnTraceLine> m_line; //!< Makes the ends of connections.
};

} // namespace ns3

#endif /* TCP_CONN_TRACE_HELPER_H */
