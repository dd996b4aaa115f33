/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_TRACE_HELPER_H
#define TCP_CONN_TRACE_HELPER_H

#include "ns3/object.h"
#include "ns3/output-stream-wrapper.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"
#include "ns3/tcp-conn-key.h"
#include "ns3/tcp-conn-trace.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace ns3
{

/** @ingroup tcp-conn
 * Writes transitions and segments as a trace of format tcp-conn-trace 1: one line a record, in
 * ASCII, sorted by time.  The command tcp-conn-trace draws ladders from it and checks it.
 *
 * Lines are gathered in a buffer and written in large pieces: when it is full, at Flush, when the
 * simulation is destroyed, when the program ends by a fatal error of ns-3, and when the writer is.
 * A writer that is attached to a protocol lives as long as the protocol does.
 */
class TcpConnTraceWriter : public SimpleRefCount<TcpConnTraceWriter>
{
  public:
    /** What is written of a protocol. */
    enum class Records
    {
        TRANSITIONS, //!< Changes of state alone.
        ALL,         //!< Also segments sent, received and dropped.
    };

    /**
     * A trace in a file, with its header line.
     * @param fileName name of the file, which is overwritten; ends the program if it cannot be
     *        opened
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
    /** Writes what the buffer holds. */
    ~TcpConnTraceWriter();
    TcpConnTraceWriter(const TcpConnTraceWriter&) = delete;
    TcpConnTraceWriter& operator=(const TcpConnTraceWriter&) = delete;

    /**
     * Write what happens at a host from now on.
     * @param protocol the host's TcpConnL4Protocol, or any object with trace sources Transition,
     *        Tx, Rx and Drop of the same signatures; ends the program if one is missing
     * @param records what is written
     */
    void Attach(Ptr<Object> protocol, Records records = Records::ALL);

    /**
     * Name the policies of a host where they differ from those of the header: a line of its own.
     * To be called before the host's first record.
     * @param node id of the node
     * @param policies in the form of the header, only those that differ
     */
    void NodePolicies(uint32_t node, const std::string& policies);

    /** A change of state: a line T.  @param t what happened */
    void Transition(const TcpConnTransition& t);
    /** A segment was sent: a line S.  @param s the segment */
    void Tx(const TcpConnSegmentEvent& s);
    /** A segment was received: a line R.  @param s the segment */
    void Rx(const TcpConnSegmentEvent& s);
    /** A segment was dropped: a line D, with the reason.  @param s the segment */
    void Drop(const TcpConnSegmentEvent& s);

    /** Write what the buffer holds; ends the program if the stream has failed. */
    void Flush();

  private:
    class Rescue;

    static constexpr size_t BUFFER = 1 << 18; //!< Size of the buffer, bytes.
    static constexpr size_t LINE = 512;       //!< A line needs less, without cause and reason.
    static constexpr size_t TEXTS = 256;      //!< Texts of IPv6 addresses that are kept.

    /** The text of an IPv6 address, made once. */
    struct AddressText
    {
        TcpConnIp ip{};   //!< The address.
        std::string text; //!< "[2001:db8::1]", or empty: not made.
    };

    /**
     * Make room for a line.
     * @param extra bytes of texts that may be long
     * @return where the line is to begin
     */
    char* Room(size_t extra);
    /** End a line.  @param end where it ends; there is room for the line end */
    void EndLine(char* end);
    /** A line of text.  @param text the line */
    void WriteLine(const std::string& text);
    /** Hand the buffer to the stream. */
    void Empty();
    /** The simulation is being destroyed: records that still come are written at once. */
    void AtDestroy();

    /**
     * A line about a segment.
     * @param kind 'S', 'R' or 'D'
     * @param s the segment
     */
    void WriteSegment(char kind, const TcpConnSegmentEvent& s);
    /**
     * Time, node, connection and its ends, as each line has them.
     * @param p where to write
     * @param time when
     * @param node id of the node
     * @param id id of the connection
     * @param key its ends
     * @return where the text ends
     */
    char* PutOrigin(char* p, Time time, uint32_t node, uint64_t id, const TcpConnKey& key);
    /**
     * One end of a connection.
     * @param p where to write
     * @param ip address
     * @param port port
     * @param v6 whether the address is IPv6
     * @return where the text ends
     */
    char* PutEnd(char* p, const TcpConnIp& ip, uint16_t port, bool v6);

    Ptr<OutputStreamWrapper> m_stream;      //!< Where the trace goes.
    std::vector<char> m_buffer;             //!< Lines not yet written.
    size_t m_used{0};                       //!< Bytes of them.
    bool m_destroyScheduled{false};         //!< AtDestroy has been scheduled.
    bool m_direct{false};                   //!< Lines are written at once.
    std::array<AddressText, TEXTS> m_texts; //!< Texts of IPv6 addresses.
    std::unique_ptr<Rescue> m_rescue;       //!< Saves the buffer when ns-3 ends by a fatal error.
};

} // namespace ns3

#endif /* TCP_CONN_TRACE_HELPER_H */
