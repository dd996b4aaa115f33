/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_TRACE_OUTPUT_H
#define TCP_CONN_TRACE_OUTPUT_H

#include "ns3/output-stream-wrapper.h"
#include "ns3/ptr.h"

#include <cstddef>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{

/** @ingroup tcp-conn
 * Where a trace goes: a file, a file that the program gzip compresses, or a stream.  Bytes are
 * gathered in a buffer and written in large pieces: when it is full, at Flush, when the program
 * ends by a fatal error of ns-3, and when the output is destroyed.
 */
class TcpConnTraceOutput
{
  public:
    /**
     * A file, which is overwritten.
     * @param fileName its name; if it ends in ".gz", the file is compressed by gzip, which runs
     *        beside the simulation.  Ends the program if the file cannot be opened or there is no
     *        gzip.
     */
    explicit TcpConnTraceOutput(const std::string& fileName);
    /**
     * A stream.
     * @param stream the stream; it must live until all is written
     */
    explicit TcpConnTraceOutput(Ptr<OutputStreamWrapper> stream);
    /** Writes what the buffer holds; a compressed file is complete then. */
    ~TcpConnTraceOutput();
    TcpConnTraceOutput(const TcpConnTraceOutput&) = delete;
    TcpConnTraceOutput& operator=(const TcpConnTraceOutput&) = delete;

    /**
     * Make room in the buffer.
     * @param bytes how much will be written at most
     * @return where to write
     */
    char* Room(std::size_t bytes)
    {
        return m_buffer.size() - m_used < bytes ? MakeRoom(bytes) : m_buffer.data() + m_used;
    }

    /** What was written in the room that was made. @param end where it ends */
    void Advance(char* end)
    {
        m_used = static_cast<std::size_t>(end - m_buffer.data());
        if (m_direct)
        {
            Flush();
        }
    }

    /** Write bytes. @param data where they are @param bytes how many */
    void Write(const void* data, std::size_t bytes);
    /** Write what the buffer holds; ends the program if that cannot be done. */
    void Flush();
    /** From now on nothing stays in the buffer. */
    void WriteAtOnce();
    /**
     * @param last called before the buffer is saved when the program ends by a fatal error, to
     *        write what is held back elsewhere
     */
    void BeforeRescue(std::function<void()> last);

  private:
    class Rescue;

    static constexpr std::size_t BUFFER = 1 << 18; //!< Size of the buffer, bytes.

    void OpenPipe(const std::string& fileName);
    void ClosePipe();
    char* MakeRoom(std::size_t bytes);
    bool Empty();

    std::string m_name;                //!< Name of the file, for messages.
    Ptr<OutputStreamWrapper> m_stream; //!< Where the bytes go, or null.
    std::FILE* m_pipe{nullptr};        //!< To gzip, or null.
    std::vector<char> m_buffer;        //!< Bytes not yet written.
    std::size_t m_used{0};             //!< How many they are.
    bool m_direct{false};              //!< Bytes are written at once.
    std::function<void()> m_last;      //!< Called before the buffer is saved.
    std::unique_ptr<Rescue> m_rescue;  //!< Saves the buffer when ns-3 ends by a fatal error.
};

} // namespace ns3

#endif /* TCP_CONN_TRACE_OUTPUT_H */
