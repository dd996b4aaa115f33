/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-trace-output.h"

#include "ns3/abort.h"
#include "ns3/fatal-impl.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <streambuf>
#include <utility>

namespace ns3
{

namespace
{

/** @param name name of a file @return the same as one word of a shell */
std::string
Quoted(const std::string& name)
{
    std::string word = "'";
    for (const char c : name)
    {
        word += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return word + "'";
}

/** @param name name of a file @return whether it is to be compressed */
bool
IsCompressed(const std::string& name)
{
    return name.size() > 3 && name.compare(name.size() - 3, 3, ".gz") == 0;
}

} // namespace

/**
 * ns-3 flushes the streams that are registered with it before it ends by a fatal error.  This one
 * holds nothing itself: to flush it is to empty the output's buffer.
 */
class TcpConnTraceOutput::Rescue : private std::streambuf
{
  public:
    /** @param output whose buffer is to be saved */
    explicit Rescue(TcpConnTraceOutput& output)
        : m_output(output),
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
        if (m_output.m_last)
        {
            m_output.m_last();
        }
        m_output.Empty();
        return 0;
    }

    TcpConnTraceOutput& m_output; //!< The output.
    std::ostream m_stream;        //!< The stream that ns-3 knows.
};

TcpConnTraceOutput::TcpConnTraceOutput(const std::string& fileName)
    : m_name(fileName),
      m_buffer(BUFFER)
{
    if (IsCompressed(fileName))
    {
        OpenPipe(fileName);
    }
    else
    {
        m_stream = Create<OutputStreamWrapper>(fileName, std::ios::out | std::ios::binary);
    }
    m_rescue = std::make_unique<Rescue>(*this);
}

TcpConnTraceOutput::TcpConnTraceOutput(Ptr<OutputStreamWrapper> stream)
    : m_name("the stream of a trace"),
      m_stream(stream),
      m_buffer(BUFFER)
{
    m_rescue = std::make_unique<Rescue>(*this);
}

TcpConnTraceOutput::~TcpConnTraceOutput()
{
    Flush();
    ClosePipe();
}

void
TcpConnTraceOutput::OpenPipe(const std::string& fileName)
{
    // The shell that popen starts would tell of neither.
    std::FILE* file = std::fopen(fileName.c_str(), "wb");
    NS_ABORT_MSG_UNLESS(file,
                        "TcpConnTraceOutput: cannot write " << fileName << ": "
                                                            << std::strerror(errno));
    std::fclose(file);
    NS_ABORT_MSG_IF(std::system("command -v gzip >/dev/null 2>&1") != 0,
                    "TcpConnTraceOutput: " << fileName << " needs the program gzip, which is not "
                                           << "there; choose a name that does not end in .gz");
    // A gzip that has failed, perhaps because the disk is full, is told of by Flush, not by the
    // end of the program without a word.
    const auto old = std::signal(SIGPIPE, SIG_IGN);
    if (old != SIG_DFL)
    {
        std::signal(SIGPIPE, old);
    }
    // -n: the same trace gives the same file.  A key that interrupts the simulation is a signal to
    // gzip too, which is to compress what there is until the simulation has closed the pipe.
    m_pipe = popen(("trap '' HUP INT TERM; exec gzip -n -c >" + Quoted(fileName)).c_str(), "w");
    NS_ABORT_MSG_UNLESS(m_pipe, "TcpConnTraceOutput: gzip cannot be started for " << fileName);
    std::setvbuf(m_pipe, nullptr, _IONBF, 0);
}

void
TcpConnTraceOutput::ClosePipe()
{
    if (m_pipe)
    {
        const int status = pclose(m_pipe);
        m_pipe = nullptr;
        NS_ABORT_MSG_IF(status != 0, "TcpConnTraceOutput: gzip has failed, see above: " << m_name);
    }
}

char*
TcpConnTraceOutput::MakeRoom(std::size_t bytes)
{
    Flush();
    if (m_buffer.size() < bytes)
    {
        m_buffer.resize(bytes);
    }
    return m_buffer.data();
}

void
TcpConnTraceOutput::Write(const void* data, std::size_t bytes)
{
    char* p = Room(bytes);
    std::memcpy(p, data, bytes);
    Advance(p + bytes);
}

bool
TcpConnTraceOutput::Empty()
{
    // With nothing to write, the stream is not touched: it may have gone with its owner.
    const std::size_t bytes = m_used;
    m_used = 0;
    if (bytes == 0)
    {
        return true;
    }
    if (m_pipe)
    {
        return std::fwrite(m_buffer.data(), 1, bytes, m_pipe) == bytes;
    }
    std::ostream& stream = *m_stream->GetStream();
    stream.write(m_buffer.data(), static_cast<std::streamsize>(bytes));
    stream.flush();
    return !stream.fail();
}

void
TcpConnTraceOutput::Flush()
{
    const bool written = Empty();
    NS_ABORT_MSG_UNLESS(written,
                        "TcpConnTraceOutput: " << m_name
                                               << " cannot be written (is the disk full?)");
}

void
TcpConnTraceOutput::BeforeRescue(std::function<void()> last)
{
    m_last = std::move(last);
}

void
TcpConnTraceOutput::WriteAtOnce()
{
    Flush();
    m_direct = true;
}

} // namespace ns3
