/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-explorer-report.h"

#include "ns3/tcp-conn-trace.h"

#include <sstream>

// A run of the explorer as packet scripts

namespace TcpConnExplorer
{

using namespace ns3;

/** Writes what happens at one host, in packetdrill's language. */
class Script
{
  public:
    /** @param os where to write @param replay the run @param host which host */
    Script(std::ostream& os, const Replay& replay, uint8_t host)
        : m_os(os),
          m_replay(replay),
          m_host(host)
    {
    }

    /** @param policies TypeId names of the policies, by family */
    void Head(const std::map<std::string, std::string>& policies);
    /** All steps. */
    void Steps();

  private:
    void Call(const Replay::Line& line);
    void Arrive(const TcpConnSegment& segment);
    void Sent(const TcpConnSegment& segment);
    void Accept();
    void Read(const Replay::Line& line);
    std::string Segment(const TcpConnSegment& segment, uint32_t seq, uint32_t ack) const;
    /** @return when the next line happens */
    std::string When();

    std::ostream& m_os;                             //!< Where to write.
    const Replay& m_replay;                         //!< The run.
    uint8_t m_host;                                 //!< Which host.
    TcpSocket::TcpStates_t m_at{TcpSocket::CLOSED}; //!< Its state.
    int m_nextFd{3};                                //!< Descriptor of its next socket.
    int m_listener{0};                              //!< Its listener; 0: none.
    int m_socket{0};                                //!< Its connection; 0: none.
    bool m_begun{false};                            //!< A line has been written.
    bool m_waits{true};                             //!< The next line is another step.
    bool m_timer{false};                            //!< What goes out is due to a timer.
    uint32_t m_iss{0};                              //!< Own initial number, as the run has it.
    uint32_t m_irs{0};                              //!< The peer's, the same.
};

void
Script::Head(const std::map<std::string, std::string>& policies)
{
    static const std::map<std::string, std::string> attributes = {{"handshake", "Handshake"},
                                                                  {"release", "Release"},
                                                                  {"isn", "Isn"},
                                                                  {"check", "SegmentCheck"},
                                                                  {"timewait", "TimeWait"},
                                                                  {"retry", "Retry"},
                                                                  {"icmp", "Icmp"}};
    m_os << "// SPDX-License-Identifier: GPL-2.0-only\n//\n// Host "
         << static_cast<char>('A' + m_host) << " in a run that tcp-conn-explorer has found.\n";
    for (const auto& [family, policy] : policies)
    {
        m_os << "--ns3_attribute=" << attributes.at(family) << "=" << policy << "\n";
    }
    m_os << "--ns3_attribute=DelAckCount=1\n--ns3_attribute=ConnCount=1\n"
         << "--ns3_attribute=DataRetries=1\n";
}

std::string
Script::When()
{
    const std::string when = !m_begun ? " 0   " : m_waits ? "+.1  " : "+0   ";
    m_begun = true;
    m_waits = false;
    return when;
}

std::string
Script::Segment(const TcpConnSegment& segment, uint32_t seq, uint32_t ack) const
{
    std::ostringstream os;
    os << (segment.Has(TCP_CONN_SYN) ? "S" : "") << (segment.Has(TCP_CONN_FIN) ? "F" : "")
       << (segment.Has(TCP_CONN_RST) ? "R" : "") << (segment.Has(TCP_CONN_PSH) ? "P" : "")
       << (segment.Has(TCP_CONN_ACK) ? "." : "") << ' ' << seq << ':' << seq + segment.length << '('
       << segment.length << ')';
    if (segment.Has(TCP_CONN_ACK))
    {
        os << " ack " << ack;
    }
    return os.str();
}

void
Script::Arrive(const TcpConnSegment& segment)
{
    // SYNs have numbers as they are, all others count from the SYN before.
    const bool syn = segment.Has(TCP_CONN_SYN);
    const uint32_t seq = segment.seq.GetValue();
    m_irs = syn ? seq : m_irs;
    m_os << When() << " < "
         << Segment(segment, syn ? seq : seq - m_irs, segment.ack.GetValue() - m_iss) << " win "
         << segment.window;
    if (segment.options.Has(TcpConnOptions::MSS))
    {
        m_os << " <mss " << segment.options.mss << ">";
    }
    m_os << "\n";
}

void
Script::Sent(const TcpConnSegment& segment)
{
    const bool syn = segment.Has(TCP_CONN_SYN);
    const uint32_t ack = segment.ack.GetValue();
    m_iss = syn ? segment.seq.GetValue() : m_iss;
    m_os << (m_timer ? "*    " : When()) << " > "
         << Segment(segment, segment.seq.GetValue() - m_iss, syn ? ack : ack - m_irs)
         << (syn ? " <...>" : "") << "\n";
}

void
Script::Accept()
{
    if (m_listener != 0 && m_socket == 0)
    {
        m_socket = m_nextFd++;
        m_os << When() << " accept(" << m_listener << ", ..., ...) = " << m_socket << "\n";
    }
}

void
Script::Read(const Replay::Line& line)
{
    if (line.outcome.bytes > 0)
    {
        m_os << When() << " read(" << m_socket << ", ..., 1000) = " << line.outcome.bytes
             << (line.outcome.oldBytes ? " // text of an old connection" : "") << "\n";
    }
}

void
Script::Call(const Replay::Line& line)
{
    const bool listening = m_at == TcpSocket::LISTEN;
    int& fd = listening ? m_listener : m_socket;
    if (line.what == "passive-open" || line.what == "active-open")
    {
        const bool passive = line.what == "passive-open";
        int& opened = passive ? m_listener : m_socket;
        opened = m_nextFd++;
        m_os << When() << " socket(..., SOCK_STREAM" << (passive ? "" : "|SOCK_NONBLOCK")
             << ", IPPROTO_TCP) = " << opened << "\n";
        if (passive)
        {
            m_os << When() << " bind(" << opened << ", ..., ...) = 0\n"
                 << When() << " listen(" << opened << ", 5) = 0\n";
        }
        else
        {
            m_os << When() << " connect(" << opened << ", ..., ...) = -1 EINPROGRESS\n";
        }
        return;
    }
    if (line.what == "send")
    {
        m_os << When() << " write(" << fd << ", ..., 10) = 10\n";
    }
    else if (line.what == "close" && !listening && m_at != TcpSocket::SYN_SENT)
    {
        m_os << When() << " shutdown(" << fd << ", SHUT_WR) = 0\n";
    }
    else if (line.what == "abort")
    {
        m_os << When() << " setsockopt(" << fd
             << ", SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0\n"
             << When() << " close(" << fd << ") = 0\n";
    }
    else if (line.what == "close" || line.what == "let-go")
    {
        m_os << When() << " close(" << fd << ") = 0\n";
    }
    else
    {
        m_timer = true; // it expires in its own time
        m_os << "// " << line.what << "\n";
    }
}

void
Script::Steps()
{
    for (const Replay::Line& line : m_replay.m_lines)
    {
        if (line.host != m_host || line.lost)
        {
            continue;
        }
        m_waits = true;
        m_timer = false;
        line.arrival ? Arrive(line.segment) : Call(line);
        for (const TcpConnSegment& segment : line.outcome.sent)
        {
            Sent(segment);
        }
        m_at = line.states[m_host];
        if (m_at != TcpSocket::CLOSED && m_at != TcpSocket::LISTEN && m_at != TcpSocket::SYN_RCVD)
        {
            Accept();
        }
        Read(line);
        m_socket = m_at == TcpSocket::CLOSED || m_at == TcpSocket::LISTEN ? 0 : m_socket;
    }
}

void
Replay::PrintScript(std::ostream& os,
                    uint8_t host,
                    const std::map<std::string, std::string>& policies) const
{
    Script script(os, *this, host);
    script.Head(policies);
    script.Steps();
}

} // namespace TcpConnExplorer
