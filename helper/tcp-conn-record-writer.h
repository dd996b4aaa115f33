/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_RECORD_WRITER_H
#define TCP_CONN_RECORD_WRITER_H

#include "tcp-conn-trace-filter.h"
#include "tcp-conn-trace-output.h"

#include "ns3/object.h"
#include "ns3/output-stream-wrapper.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"
#include "ns3/tcp-conn-trace.h"

#include <cstdint>
#include <set>
#include <string>
#include <utility>

namespace ns3
{

/** @ingroup tcp-conn
 * Writes transitions and segments to a trace; the form is the derived class's: lines of ASCII
 * (TcpConnTraceWriter), CSV (TcpConnCsvWriter), or a capture (TcpConnPcapngWriter).  Records stand
 * in the order in which they happened, and a connection has the same identity, id of the node and
 * id of the connection there, in every form.
 *
 * What was written is in the file at the latest when the simulation is destroyed, when the program
 * ends by a fatal error of ns-3, or after Flush.  A writer that is attached to a protocol lives as
 * long as the protocol does.
 */
class TcpConnRecordWriter : public SimpleRefCount<TcpConnRecordWriter>
{
  public:
    /** What is written of a protocol. */
    enum class Records
    {
        TRANSITIONS, //!< Changes of state alone.
        ALL,         //!< Also segments sent, received and dropped.
    };

    virtual ~TcpConnRecordWriter();
    TcpConnRecordWriter(const TcpConnRecordWriter&) = delete;
    TcpConnRecordWriter& operator=(const TcpConnRecordWriter&) = delete;

    /**
     * Write what happens at a host from now on.
     * @param protocol the host's TcpConnL4Protocol, or any object with trace sources Transition,
     *        Tx, Rx and Drop of the same signatures; ends the program if one is missing
     * @param records what is written
     */
    void Attach(Ptr<Object> protocol, Records records = Records::ALL);

    /** @param filter which records of the hosts attached are written; all without it */
    void SetFilter(const TcpConnTraceFilter& filter);

    /**
     * Name the policies of a host where they differ from those of the header.  To be called
     * before the host's first record.
     * @param node id of the node
     * @param policies in the form of the header, only those that differ
     */
    virtual void NodePolicies(uint32_t node, const std::string& policies) = 0;

    /**
     * A change of state.  Where the connection has policies of its own, its first record comes
     * with their names.
     * @param t what happened
     */
    virtual void Transition(const TcpConnTransition& t) = 0;
    /** A segment was sent.  @param s the segment */
    virtual void Tx(const TcpConnSegmentEvent& s) = 0;
    /** A segment was received.  @param s the segment */
    virtual void Rx(const TcpConnSegmentEvent& s) = 0;
    /** A segment was dropped.  @param s the segment, with the reason */
    virtual void Drop(const TcpConnSegmentEvent& s) = 0;

    /** Write what is held back; ends the program if the file or stream has failed. */
    virtual void Flush();

  protected:
    /**
     * @param fileName name of the file, which is overwritten, and compressed if the name ends in
     *        ".gz"; ends the program if it cannot be opened
     */
    explicit TcpConnRecordWriter(const std::string& fileName);
    /**
     * @param stream where to write; it must live until the simulation is destroyed, or Flush has
     *        been called after the last record
     */
    explicit TcpConnRecordWriter(Ptr<OutputStreamWrapper> stream);

    /**
     * @param t what happens to a connection
     * @return its policies, if they are not its host's and this is its first record; else empty
     */
    std::string NewPolicies(const TcpConnTransition& t);

    TcpConnTraceOutput m_output; //!< Where the trace goes.

  private:
    void TakeTransition(const TcpConnTransition& t);
    void TakeTx(const TcpConnSegmentEvent& s);
    void TakeRx(const TcpConnSegmentEvent& s);
    void TakeDrop(const TcpConnSegmentEvent& s);
    void AtDestroy();

    TcpConnTraceFilter m_filter; //!< Which records are written.
    /// Node and id of connections whose own policies have been named.
    std::set<std::pair<uint32_t, uint64_t>> m_named;
    bool m_destroyScheduled{false}; //!< AtDestroy has been scheduled.
};

} // namespace ns3

#endif /* TCP_CONN_RECORD_WRITER_H */
