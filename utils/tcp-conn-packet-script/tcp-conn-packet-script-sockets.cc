/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-packet-script-sockets.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3
{
namespace TcpConnPacketScript
{

namespace
{

/** The name of errno for what an ns-3 socket says. */
std::string
ErrnoName(Socket::SocketErrno error)
{
    static const std::map<Socket::SocketErrno, std::string> names{
        {Socket::ERROR_ISCONN, "EISCONN"},
        {Socket::ERROR_NOTCONN, "ENOTCONN"},
        {Socket::ERROR_MSGSIZE, "EMSGSIZE"},
        {Socket::ERROR_AGAIN, "EAGAIN"},
        {Socket::ERROR_SHUTDOWN, "EPIPE"},
        {Socket::ERROR_OPNOTSUPP, "EOPNOTSUPP"},
        {Socket::ERROR_AFNOSUPPORT, "EAFNOSUPPORT"},
        {Socket::ERROR_INVAL, "EINVAL"},
        {Socket::ERROR_BADF, "EBADF"},
        {Socket::ERROR_NOROUTETOHOST, "EHOSTUNREACH"},
        {Socket::ERROR_NODEV, "ENODEV"},
        {Socket::ERROR_ADDRNOTAVAIL, "EADDRNOTAVAIL"},
        {Socket::ERROR_ADDRINUSE, "EADDRINUSE"},
    };
    const auto found = names.find(error);
    return found == names.end() ? "?" : found->second;
}

} // namespace

Answer
Answer::Value(int64_t value)
{
    Answer answer;
    answer.value = value;
    return answer;
}

Answer
Answer::Error(const std::string& name)
{
    Answer answer;
    answer.value = -1;
    answer.error = name;
    return answer;
}

Answer
Answer::Blocks()
{
    Answer answer;
    answer.done = false;
    return answer;
}

Answer
Answer::Lacks(const std::string& what)
{
    Answer answer;
    answer.lacks = what;
    return answer;
}

Descriptor::Descriptor(Ptr<Socket> socket, Changed changed)
    : m_socket(socket),
      m_changed(changed)
{
    socket->SetConnectCallback(MakeCallback(&Descriptor::OnConnected, this),
                               MakeCallback(&Descriptor::OnRefused, this));
    socket->SetCloseCallbacks(MakeCallback(&Descriptor::OnEnd, this),
                              MakeCallback(&Descriptor::OnError, this));
    socket->SetRecvCallback(MakeCallback(&Descriptor::OnReadable, this));
    socket->SetSendCallback(MakeCallback(&Descriptor::OnWritable, this));
}

Descriptor::~Descriptor()
{
    using Notify = Callback<void, Ptr<Socket>>;
    m_socket->SetConnectCallback(Notify(), Notify());
    m_socket->SetCloseCallbacks(Notify(), Notify());
    m_socket->SetRecvCallback(Notify());
    m_socket->SetSendCallback(Callback<void, Ptr<Socket>, uint32_t>());
    m_socket->SetAcceptCallback(Callback<bool, Ptr<Socket>, const Address&>(),
                                Callback<void, Ptr<Socket>, const Address&>());
}

// Callbacks

void
Descriptor::Changes()
{
    // A call that blocks must not go on inside a callback of the socket.
    Simulator::ScheduleNow([changed = m_changed]() { changed(); });
}

void
Descriptor::OnConnected(Ptr<Socket>)
{
    m_connecting = false;
    m_connected = true;
    Changes();
}

void
Descriptor::OnRefused(Ptr<Socket>)
{
    m_connecting = false;
    m_broken = true;
    m_error = FailureName();
    Changes();
}

void
Descriptor::OnEnd(Ptr<Socket>)
{
    m_ended = true;
    Changes();
}

void
Descriptor::OnError(Ptr<Socket>)
{
    m_connecting = false;
    m_connected = false;
    m_broken = true;
    m_error = FailureName();
    Changes();
}

void
Descriptor::OnReadable(Ptr<Socket>)
{
    Changes();
}

void
Descriptor::OnWritable(Ptr<Socket>, uint32_t)
{
    Changes();
}

void
Descriptor::OnAccepted(Ptr<Socket> socket, const Address&)
{
    auto accepted = std::make_shared<Descriptor>(socket, m_changed);
    accepted->m_connected = true;
    accepted->v6 = v6;
    m_queue.push_back(accepted);
    Changes();
}

// What the socket says

std::string
Descriptor::FailureName() const
{
    static const std::map<std::string, std::string> names{
        {"refused", "ECONNREFUSED"},
        {"reset", "ECONNRESET"},
        {"timed-out", "ETIMEDOUT"},
        {"unreachable", "EHOSTUNREACH"},
        {"aborted", "ECONNABORTED"},
    };
    StringValue failure;
    if (m_socket->GetAttributeFailSafe("Failure", failure))
    {
        const auto found = names.find(failure.Get());
        return found == names.end() ? failure.Get() : found->second;
    }
    return "?";
}

Answer
Descriptor::SocketError() const
{
    return Answer::Error(ErrnoName(m_socket->GetErrno()));
}

std::string
Descriptor::TakeError()
{
    std::string error;
    std::swap(error, m_error);
    return error;
}

Answer
Descriptor::Pending()
{
    return Answer::Error(TakeError());
}

uint32_t
Descriptor::Unread() const
{
    return m_socket->GetRxAvailable();
}

// Calls

Answer
Descriptor::Bind(const Address& address)
{
    return m_socket->Bind(address) == 0 ? Answer::Value(0) : SocketError();
}

Answer
Descriptor::Listen(int64_t backlog)
{
    // Where the socket lets it be set; otherwise its own default holds.
    m_socket->SetAttributeFailSafe("Backlog", UintegerValue(std::max<int64_t>(backlog, 1)));
    if (m_socket->Listen() != 0)
    {
        return SocketError();
    }
    m_listening = true;
    m_socket->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                MakeCallback(&Descriptor::OnAccepted, this));
    return Answer::Value(0);
}

Answer
Descriptor::Connect(const Address& address)
{
    const bool again = m_waiting;
    m_waiting = m_connecting && !nonBlocking;
    if (!m_error.empty())
    {
        return Pending();
    }
    if (m_connected)
    {
        return again ? Answer::Value(0) : Answer::Error("EISCONN");
    }
    if (m_connecting)
    {
        return nonBlocking ? Answer::Error("EALREADY") : Answer::Blocks();
    }
    m_connecting = true;
    m_waiting = !nonBlocking;
    m_broken = false;
    if (m_socket->Connect(address) != 0)
    {
        m_connecting = false;
        m_waiting = false;
        return SocketError();
    }
    return nonBlocking ? Answer::Error("EINPROGRESS") : Answer::Blocks();
}

Answer
Descriptor::Accept(std::shared_ptr<Descriptor>& accepted)
{
    if (!m_listening)
    {
        return Answer::Error("EINVAL");
    }
    if (m_queue.empty())
    {
        return nonBlocking ? Answer::Error("EAGAIN") : Answer::Blocks();
    }
    accepted = m_queue.front();
    m_queue.pop_front();
    return Answer::Value(0);
}

Answer
Descriptor::Read(uint32_t size)
{
    Ptr<Packet> packet = m_socket->Recv(size, 0);
    if (packet && packet->GetSize() > 0)
    {
        return Answer::Value(packet->GetSize());
    }
    const Answer refused = packet ? Answer::Value(0) : SocketError();
    if (!m_error.empty())
    {
        return Pending();
    }
    if (packet || m_ended || m_broken || m_readShut)
    {
        return Answer::Value(0);
    }
    if (!m_connected)
    {
        return m_connecting && !nonBlocking ? Answer::Blocks() : refused;
    }
    return nonBlocking ? Answer::Error("EAGAIN") : Answer::Blocks();
}

Answer
Descriptor::Write(uint32_t size)
{
    if (!m_error.empty())
    {
        return Pending();
    }
    if (m_broken || m_writeShut)
    {
        return Answer::Error("EPIPE");
    }
    const uint32_t space = m_socket->GetTxAvailable();
    const uint32_t part = std::min(size - m_written, space);
    if (part == 0 && size > 0)
    {
        return nonBlocking ? Answer::Error("EAGAIN") : Answer::Blocks();
    }
    if (m_socket->Send(Create<Packet>(part), 0) < 0)
    {
        // The end of the stream was told before, so that of the connection was not.
        const Answer refused = SocketError();
        const std::string failure = FailureName();
        m_broken = m_ended && failure[0] == 'E';
        return m_broken ? Answer::Error(failure) : refused;
    }
    m_written += part;
    if (m_written < size && !nonBlocking)
    {
        return Answer::Blocks();
    }
    const uint32_t written = m_written;
    m_written = 0;
    return Answer::Value(written);
}

Answer
Descriptor::Shutdown(const std::string& how)
{
    if (!m_connected && !m_connecting)
    {
        return Answer::Error("ENOTCONN");
    }
    const bool read = how == "SHUT_RD" || how == "SHUT_RDWR";
    const bool write = how == "SHUT_WR" || how == "SHUT_RDWR";
    if (read && m_socket->ShutdownRecv() != 0)
    {
        return SocketError();
    }
    if (write && m_socket->ShutdownSend() != 0)
    {
        return SocketError();
    }
    m_readShut = m_readShut || read;
    m_writeShut = m_writeShut || write;
    return Answer::Value(0);
}

Answer
Descriptor::Close()
{
    // Nobody will ever hold these connections.
    for (const auto& waiting : m_queue)
    {
        waiting->m_socket->SetAttributeFailSafe("Linger", DoubleValue(0));
        waiting->m_socket->Close();
    }
    m_queue.clear();
    m_socket->Close();
    return Answer::Value(0);
}

// Options

Answer
Descriptor::Set(const std::string& attribute, const AttributeValue& value)
{
    if (!m_socket->SetAttributeFailSafe(attribute, value))
    {
        return Answer::Lacks("socket attribute " + attribute);
    }
    return Answer::Value(0);
}

Answer
Descriptor::SetKeepAlive()
{
    return Set("KeepAliveIdle", TimeValue(Seconds(m_keepAlive ? m_keepIdle : 0)));
}

Answer
Descriptor::SetOption(const std::string& name, int64_t value, bool on)
{
    static const std::map<std::string, std::string> numbers{
        {"SO_RCVBUF", "RcvBufSize"},
        {"SO_SNDBUF", "SndBufSize"},
        {"TCP_MAXSEG", "SegmentSize"},
        {"TCP_KEEPCNT", "KeepAliveCount"},
        {"TCP_SYNCNT", "ConnCount"},
    };
    static const std::map<std::string, std::pair<std::string, Time>> times{
        {"TCP_USER_TIMEOUT", {"UserTimeout", MilliSeconds(1)}},
        {"TCP_KEEPINTVL", {"KeepAliveInterval", Seconds(1)}},
        {"TCP_LINGER2", {"FinWait2Timeout", Seconds(1)}},
    };
    const auto number = numbers.find(name);
    if (number != numbers.end())
    {
        return Set(number->second, UintegerValue(value));
    }
    const auto time = times.find(name);
    if (time != times.end())
    {
        return Set(time->second.first, TimeValue(time->second.second * value));
    }
    if (name == "TCP_NODELAY")
    {
        return Set("TcpNoDelay", BooleanValue(value != 0));
    }
    if (name == "SO_REUSEPORT")
    {
        return Set("ReusePort", BooleanValue(value != 0));
    }
    if (name == "SO_LINGER")
    {
        return Set("Linger", DoubleValue(on ? static_cast<double>(value) : -1));
    }
    if (name == "SO_KEEPALIVE")
    {
        m_keepAlive = value != 0;
        return SetKeepAlive();
    }
    if (name == "TCP_KEEPIDLE")
    {
        m_keepIdle = value;
        return m_keepAlive ? SetKeepAlive() : Answer::Value(0);
    }
    if (name == "SO_REUSEADDR")
    {
        // Many scripts ask for it without need.
        m_socket->SetAttributeFailSafe("ReuseAddress", BooleanValue(value != 0));
        return Answer::Value(0);
    }
    return Answer::Lacks("socket option " + name);
}

std::string
Descriptor::Poll()
{
    std::string events;
    const auto add = [&events](bool holds, const char* name) {
        events += holds ? std::string(events.empty() ? "" : "|") + name : "";
    };
    const bool over = m_broken;
    add(!m_queue.empty() || Unread() > 0 || m_ended || over, "POLLIN");
    add((m_connected && !m_writeShut && m_socket->GetTxAvailable() > 0) || over, "POLLOUT");
    add(!m_error.empty(), "POLLERR");
    add(over || (m_ended && m_writeShut), "POLLHUP");
    add(over || m_ended, "POLLRDHUP");
    return events;
}

} // namespace TcpConnPacketScript
} // namespace ns3
