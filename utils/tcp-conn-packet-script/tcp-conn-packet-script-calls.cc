/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-packet-script-calls.h"

#include "tcp-conn-packet-script-options.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/string.h"

#include <cstdlib>
#include <set>

namespace ns3
{
namespace TcpConnPacketScript
{

Calls::Calls(Testbed& testbed, const Setup& setup, Descriptor::Changed changed)
    : m_testbed(testbed),
      m_setup(setup),
      m_changed(changed)
{
}

void
Calls::Refuse(const std::string& feature) const
{
    throw Unsupported{m_event->line, feature};
}

void
Calls::SetDefault(const std::string& name, const std::string& value)
{
    m_defaults[name] = value;
}

uint16_t
Calls::BoundPort() const
{
    return m_boundPort;
}

const Expression&
Calls::Argument(std::size_t index) const
{
    const auto& arguments = m_event->call.arguments;
    if (index >= arguments.size())
    {
        throw Failure{m_event->line,
                      m_event->call.name + " has " + std::to_string(arguments.size()) +
                          " arguments, too few"};
    }
    return arguments[index];
}

int64_t
Calls::Number(const Expression& expression) const
{
    if (expression.kind == Expression::ARRAY && expression.parts.size() == 1)
    {
        return Number(expression.parts[0]);
    }
    if (expression.kind != Expression::INTEGER)
    {
        throw Failure{m_event->line, "expected a number, got " + expression.Text()};
    }
    return expression.number;
}

std::shared_ptr<Descriptor>
Calls::Find(int64_t number) const
{
    const auto found = m_sockets.find(number);
    return found == m_sockets.end() ? nullptr : found->second;
}

Answer
Calls::Do(const Event& event)
{
    using Handler = Answer (Calls::*)(Descriptor&);
    static const std::map<std::string, Handler> handlers{
        {"bind", &Calls::DoAddress},
        {"connect", &Calls::DoAddress},
        {"listen", &Calls::DoAddress},
        {"shutdown", &Calls::DoAddress},
        {"accept", &Calls::DoAccept},
        {"accept4", &Calls::DoAccept},
        {"close", &Calls::DoClose},
        {"read", &Calls::DoText},
        {"recv", &Calls::DoText},
        {"recvfrom", &Calls::DoText},
        {"readv", &Calls::DoText},
        {"recvmsg", &Calls::DoText},
        {"write", &Calls::DoText},
        {"send", &Calls::DoText},
        {"sendto", &Calls::DoText},
        {"writev", &Calls::DoText},
        {"sendmsg", &Calls::DoText},
        {"setsockopt", &Calls::DoSetOption},
        {"getsockopt", &Calls::DoGetOption},
        {"fcntl", &Calls::DoControl},
        {"ioctl", &Calls::DoControl},
    };
    m_event = &event;
    if (event.call.name == "socket")
    {
        return DoSocket();
    }
    if (event.call.name == "poll")
    {
        return DoPoll();
    }
    const auto handler = handlers.find(event.call.name);
    if (handler == handlers.end())
    {
        Refuse("call " + event.call.name);
    }
    const std::shared_ptr<Descriptor> descriptor = Find(Number(Argument(0)));
    return descriptor ? (this->*handler->second)(*descriptor) : Answer::Error("EBADF");
}

Answer
Calls::DoSocket()
{
    const Expression& type = Argument(1);
    if (!type.Has("SOCK_STREAM"))
    {
        Refuse("sockets of type " + type.Text());
    }
    const Expression& protocol = Argument(2);
    if (protocol.kind != Expression::INTEGER && !protocol.Has("IPPROTO_TCP"))
    {
        Refuse("sockets of protocol " + protocol.Text());
    }
    std::string refused;
    Ptr<Socket> socket = m_testbed.NewSocket(refused);
    for (const auto& attribute : m_defaults)
    {
        if (!socket->SetAttributeFailSafe(attribute.first, StringValue(attribute.second)))
        {
            refused = attribute.first;
        }
    }
    if (!refused.empty())
    {
        Refuse("socket attribute " + refused);
    }
    auto descriptor = std::make_shared<Descriptor>(socket, m_changed);
    descriptor->nonBlocking = type.Has("SOCK_NONBLOCK");
    descriptor->v6 = Argument(0).kind == Expression::WORD ? Argument(0).text == "AF_INET6"
                                                          : m_setup.ipv6 || m_setup.mapped;
    const int64_t number =
        m_event->call.result.kind == Expression::INTEGER ? m_event->call.result.number : 3;
    m_sockets[number] = descriptor;
    return Answer::Value(number);
}

Address
Calls::ReadAddress(const Expression& expression, bool peer) const
{
    const bool v6 = m_setup.ipv6;
    const TcpConnWire::Host& host = peer ? m_testbed.Remote() : m_testbed.Local();
    uint16_t port = peer ? m_setup.connectPort : m_setup.bindPort;
    if (expression.kind != Expression::STRUCT)
    {
        if (peer && m_setup.mapped)
        {
            return Inet6SocketAddress(Ipv6Address::MakeIpv4MappedAddress(host.ip4), port);
        }
        if (!peer && m_setup.mapped)
        {
            return Inet6SocketAddress(Ipv6Address::GetAny(), port);
        }
        return host.With(port);
    }
    for (const char* name : {"sin_port", "sin6_port"})
    {
        const Expression* member = expression.Member(name);
        if (member)
        {
            port = static_cast<uint16_t>(
                Number(member->kind == Expression::CALL && !member->parts.empty() ? member->parts[0]
                                                                                  : *member));
        }
    }
    for (const char* name : {"sin_addr", "sin6_addr"})
    {
        const Expression* member = expression.Member(name);
        if (member && member->kind == Expression::CALL)
        {
            const std::string text = member->parts.empty() ? "" : member->parts.back().text;
            if (!IsAddress(v6, text))
            {
                throw Failure{m_event->line, "'" + text + "' is no address of this IP version"};
            }
            return v6 ? Address(Inet6SocketAddress(Ipv6Address(text.c_str()), port))
                      : Address(InetSocketAddress(Ipv4Address(text.c_str()), port));
        }
        if (member && member->kind == Expression::WORD)
        {
            return v6 ? Address(Inet6SocketAddress(Ipv6Address::GetAny(), port))
                      : Address(InetSocketAddress(Ipv4Address::GetAny(), port));
        }
    }
    return host.With(port);
}

Answer
Calls::DoAddress(Descriptor& descriptor)
{
    const std::string& name = m_event->call.name;
    const Expression& argument = Argument(1);
    if (name == "bind")
    {
        const Address address = ReadAddress(argument, false);
        m_boundPort = InetSocketAddress::IsMatchingType(address)
                          ? InetSocketAddress::ConvertFrom(address).GetPort()
                          : Inet6SocketAddress::ConvertFrom(address).GetPort();
        return descriptor.Bind(address);
    }
    if (name == "connect")
    {
        return descriptor.Connect(ReadAddress(argument, true));
    }
    if (name == "listen")
    {
        return descriptor.Listen(Number(argument));
    }
    return descriptor.Shutdown(argument.Text());
}

Answer
Calls::DoAccept(Descriptor& descriptor)
{
    std::shared_ptr<Descriptor> accepted;
    const Answer answer = descriptor.Accept(accepted);
    if (!accepted)
    {
        return answer;
    }
    accepted->nonBlocking =
        m_event->call.arguments.size() > 3 && m_event->call.arguments[3].Has("SOCK_NONBLOCK");
    const int64_t number = m_event->call.result.kind == Expression::INTEGER
                               ? m_event->call.result.number
                               : static_cast<int64_t>(m_sockets.rbegin()->first) + 1;
    m_sockets[number] = accepted;
    return Answer::Value(number);
}

Answer
Calls::DoClose(Descriptor& descriptor)
{
    const Answer answer = descriptor.Close();
    m_sockets.erase(Argument(0).number);
    return answer;
}

int64_t
Calls::VectorSize(const Expression& list) const
{
    int64_t size = 0;
    for (const Expression& part : list.parts)
    {
        size += part.parts.empty() ? 0 : Number(part.parts.back());
    }
    return size;
}

Answer
Calls::DoText(Descriptor& descriptor)
{
    static const std::set<std::string> harmless{"MSG_DONTWAIT", "MSG_NOSIGNAL", "MSG_EOR"};
    const std::string& name = m_event->call.name;
    const bool reads = name[0] == 'r';
    const bool message = name == "sendmsg" || name == "recvmsg";
    const bool vector = name == "readv" || name == "writev";
    const Expression& buffer = Argument(1);
    int64_t size = 0;
    if (message)
    {
        for (const Expression& part : buffer.parts)
        {
            const bool iov = part.kind == Expression::NAMED && part.text == "msg_iov";
            size += iov ? VectorSize(part.parts[0]) : 0;
        }
    }
    else
    {
        size = vector ? VectorSize(buffer) : Number(Argument(2));
    }
    const std::size_t flags = message ? 2 : 3;
    bool dontWait = false;
    if (!vector && m_event->call.arguments.size() > flags)
    {
        const Expression& given = Argument(flags);
        const auto& all =
            given.kind == Expression::BITS ? given.parts : std::vector<Expression>{given};
        for (const Expression& flag : all)
        {
            if (flag.kind == Expression::WORD && harmless.count(flag.text) == 0)
            {
                Refuse("flag " + flag.text);
            }
            dontWait = dontWait || flag.text == "MSG_DONTWAIT";
        }
    }
    if (buffer.kind == Expression::WORD && buffer.text == "NULL" && size > 0)
    {
        return Answer::Error("EFAULT");
    }
    const bool before = descriptor.nonBlocking;
    descriptor.nonBlocking = before || dontWait;
    const Answer answer = reads ? descriptor.Read(static_cast<uint32_t>(size))
                                : descriptor.Write(static_cast<uint32_t>(size));
    descriptor.nonBlocking = before;
    return answer;
}

Answer
Calls::DoSetOption(Descriptor& descriptor)
{
    const Expression& value = Argument(3);
    const std::string name = Argument(2).Text();
    if (value.kind == Expression::STRUCT)
    {
        const Expression* onOff = value.Member("onoff");
        const Expression* linger = value.Member("linger");
        if (!onOff || !linger)
        {
            onOff = value.Member("l_onoff");
            linger = value.Member("l_linger");
        }
        if (!onOff || !linger)
        {
            Refuse("socket option value " + value.Text());
        }
        return descriptor.SetOption(name, Number(*linger), Number(*onOff) != 0);
    }
    if (value.kind != Expression::ARRAY || value.parts.size() != 1 ||
        value.parts[0].kind != Expression::INTEGER)
    {
        Refuse("socket option value " + value.Text());
    }
    return descriptor.SetOption(name, Number(value), true);
}

Answer
Calls::DoGetOption(Descriptor& descriptor)
{
    const std::string name = Argument(2).Text();
    const Expression& wanted = Argument(3);
    if (name != "SO_ERROR" || wanted.kind != Expression::ARRAY || wanted.parts.size() != 1)
    {
        Refuse("reading socket option " + name);
    }
    const std::string want = wanted.parts[0].Text();
    const std::string error = descriptor.TakeError();
    if (error != "?" && (error.empty() ? "0" : error) != want)
    {
        throw Failure{m_event->line,
                      "expected the error " + want + ", got " + (error.empty() ? "0" : error)};
    }
    return Answer::Value(0);
}

Answer
Calls::DoControl(Descriptor& descriptor)
{
    const std::string command = Argument(1).Text();
    const bool control = m_event->call.name == "fcntl";
    if (control && command == "F_GETFL")
    {
        return Answer::Value(m_event->call.result.number);
    }
    if (control && command == "F_SETFL")
    {
        descriptor.nonBlocking = Argument(2).Has("O_NONBLOCK");
        return Answer::Value(0);
    }
    if (command == "FIONREAD" || command == "SIOCINQ")
    {
        const int64_t want = Number(Argument(2));
        if (want != descriptor.Unread())
        {
            throw Failure{m_event->line,
                          "expected " + std::to_string(want) + " bytes to read, got " +
                              std::to_string(descriptor.Unread())};
        }
        return Answer::Value(0);
    }
    if (command == "FIONBIO")
    {
        descriptor.nonBlocking = Number(Argument(2)) != 0;
        return Answer::Value(0);
    }
    Refuse(m_event->call.name + " " + command);
}

Answer
Calls::DoPoll()
{
    int64_t ready = 0;
    std::string wrong;
    for (const Expression& entry : Argument(0).parts)
    {
        const Expression* number = entry.Member("fd");
        const Expression* events = entry.Member("events");
        const Expression* returned = entry.Member("revents");
        const std::shared_ptr<Descriptor> descriptor = number ? Find(Number(*number)) : nullptr;
        if (!descriptor || !events)
        {
            Refuse("poll of " + entry.Text());
        }
        // Errors are told whether asked for or not.
        std::string holds;
        const std::string all = "|" + descriptor->Poll() + "|";
        for (const char* name : {"POLLIN", "POLLOUT", "POLLERR", "POLLHUP", "POLLRDHUP"})
        {
            const std::string event = name;
            const bool always = event == "POLLERR" || event == "POLLHUP";
            const bool is = all.find("|" + event + "|") != std::string::npos;
            if (is && (always || events->Has(event)))
            {
                holds += (holds.empty() ? "" : "|") + event;
            }
            if (returned && returned->kind != Expression::ELLIPSIS &&
                returned->Has(event) != (is && (always || events->Has(event))))
            {
                wrong = "expected the events " + returned->Text() + ", got those of " + all;
            }
        }
        ready += !holds.empty();
    }
    if (ready == 0 && Number(Argument(2)) != 0)
    {
        return Answer::Blocks();
    }
    if (!wrong.empty())
    {
        throw Failure{m_event->line, wrong};
    }
    return Answer::Value(ready);
}

std::string
Calls::Compare(const Event& event, const Answer& answer)
{
    const Expression& want = event.call.result;
    // Systems differ in which of the two they say.
    const auto same = [](const std::string& a, const std::string& b) {
        const auto common = [](const std::string& name) {
            return name == "ENETUNREACH" ? "EHOSTUNREACH"
                                         : (name == "EWOULDBLOCK" ? "EAGAIN" : name);
        };
        return common(a) == common(b);
    };
    const bool value = want.kind != Expression::INTEGER || want.number == answer.value;
    const bool error =
        event.call.error.empty() || answer.error == "?" || same(event.call.error, answer.error);
    if (value && error)
    {
        return "";
    }
    return std::to_string(answer.value) + (answer.error.empty() ? "" : " " + answer.error);
}

} // namespace TcpConnPacketScript
} // namespace ns3
