/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-two-hosts.h"

#include "tcp-conn-case-trace.h"

#include "ns3/core-module.h"
#include "ns3/tcp-conn-helper.h"
#include "ns3/tcp-conn-stack-helper.h"

#include <algorithm>
#include <sstream>
#include <vector>

namespace ns3
{
namespace TcpConnTest
{

const std::string PROTOCOL = "ns3::TcpConnL4Protocol";
const std::string OUR_FACTORY = "ns3::TcpConnSocketFactory";
const std::string TCP_FACTORY = "ns3::TcpSocketFactory";

namespace
{

/**
 * @param position place in a stream
 * @return the byte there; 251 is prime, so that no segment looks like another
 */
uint8_t
Pattern(uint32_t position)
{
    return static_cast<uint8_t>(position % 251);
}

} // namespace

void
InstallStack(Ptr<Node> node, Stack stack)
{
    if (stack == Stack::OURS)
    {
        TcpConnStackHelper().Install(node);
    }
    else
    {
        InternetStackHelper().Install(node);
    }
    if (stack == Stack::BOTH)
    {
        TcpConnHelper().Install(NodeContainer(node));
    }
    TraceHost(node);
}

TwoHosts::TwoHosts(Stack first, Stack second, double loss)
{
    nodes.Create(2);
    SimpleNetDeviceHelper link;
    link.SetNetDevicePointToPointMode(true); // no ARP that could be lost
    link.SetDeviceAttribute("DataRate", StringValue("50Mbps"));
    link.SetChannelAttribute("Delay", StringValue("10ms"));
    link.SetQueue("ns3::DropTailQueue<Packet>", "MaxSize", StringValue("1000p"));
    devices = link.Install(nodes);
    InstallStack(nodes.Get(0), first);
    InstallStack(nodes.Get(1), second);
    v4 = Ipv4AddressHelper("10.1.1.0", "255.255.255.0").Assign(devices);
    v6 = Ipv6AddressHelper("2001:db8:1::", Ipv6Prefix(64)).Assign(devices);
    for (uint32_t i = 0; i < 2 && loss > 0; i++)
    {
        auto errors = CreateObject<RateErrorModel>();
        errors->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
        errors->SetRate(loss);
        errors->AssignStreams(100 + i);
        devices.Get(i)->SetAttribute("ReceiveErrorModel", PointerValue(errors));
    }
}

Address
TwoHosts::At(uint32_t host, uint16_t port, bool ipv6) const
{
    if (ipv6)
    {
        return Inet6SocketAddress(v6.GetAddress(host, 1), port);
    }
    return InetSocketAddress(v4.GetAddress(host), port);
}

Address
TwoHosts::Any(uint16_t port, bool ipv6)
{
    if (ipv6)
    {
        return Inet6SocketAddress(Ipv6Address::GetAny(), port);
    }
    return InetSocketAddress(Ipv4Address::GetAny(), port);
}

Ptr<Object>
TwoHosts::Protocol(uint32_t host) const
{
    return nodes.Get(host)->GetObject<Object>(TypeId::LookupByName(PROTOCOL));
}

std::string
TwoHosts::Table(uint32_t host) const
{
    StringValue table;
    Protocol(host)->GetAttribute("ConnectionTable", table);
    return table.Get();
}

bool
StateLog::Watch(Ptr<Object> protocol)
{
    return protocol->TraceConnectWithoutContext("Transition", MakeCallback(&StateLog::Add, this));
}

const std::string&
StateLog::States() const
{
    return m_states;
}

Time
StateLog::InTimeWait() const
{
    return m_timeWait;
}

void
StateLog::Add(const TcpConnTransition& t)
{
    if (t.key.peerPort == 0)
    {
        return; // a listener
    }
    if (t.from == TcpSocket::TIME_WAIT && t.to == TcpSocket::CLOSED)
    {
        m_timeWait = t.inState;
    }
    if (t.from != t.to)
    {
        m_states += (m_states.empty() ? "" : " ") + std::string(TcpConnStateName(t.to));
    }
}

Talker::Talker(uint32_t toSend, uint32_t toReceive, bool closesFirst)
    : m_toSend(toSend),
      m_toReceive(toReceive),
      m_closesFirst(closesFirst)
{
}

void
Talker::Listen(Ptr<Node> node, const std::string& factory, const Address& at)
{
    m_listener = Socket::CreateSocket(node, TypeId::LookupByName(factory));
    m_listener->Bind(at);
    m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                  MakeCallback(&Talker::Accepted, this));
    m_listener->Listen();
}

void
Talker::Take(Ptr<Socket> socket)
{
    m_calls.connected++;
    m_socket = socket;
    Watch();
    Write();
}

void
Talker::Connect(Ptr<Node> node, const std::string& factory, const Address& to)
{
    m_socket = Socket::CreateSocket(node, TypeId::LookupByName(factory));
    Inet6SocketAddress::IsMatchingType(to) ? m_socket->Bind6() : m_socket->Bind();
    m_socket->SetConnectCallback(MakeCallback(&Talker::Connected, this),
                                 MakeCallback(&Talker::Refused, this));
    Watch();
    m_socket->Connect(to);
}

bool
Talker::Satisfied() const
{
    return m_sent == m_toSend && m_received == m_toReceive && !m_damaged &&
           m_calls.connected == 1 && m_calls.refused == 0 && m_calls.closed == 1 &&
           m_calls.broken == 0;
}

const Talker::Calls&
Talker::Told() const
{
    return m_calls;
}

std::string
Talker::Report() const
{
    std::ostringstream text;
    text << "sent " << m_sent << " of " << m_toSend << ", received " << m_received << " of "
         << m_toReceive << (m_damaged ? ", damaged" : "") << "; told: connected "
         << m_calls.connected << ", refused " << m_calls.refused << ", closed " << m_calls.closed
         << ", broken " << m_calls.broken;
    return text.str();
}

void
Talker::Watch()
{
    m_socket->SetRecvCallback(MakeCallback(&Talker::Read, this));
    m_socket->SetSendCallback(MakeCallback(&Talker::Space, this));
    m_socket->SetCloseCallbacks(MakeCallback(&Talker::PeerClosed, this),
                                MakeCallback(&Talker::Broken, this));
}

void
Talker::Accepted(Ptr<Socket> socket, const Address& /* from */)
{
    m_listener->Close();
    m_listener = nullptr;
    Take(socket);
}

void
Talker::Connected(Ptr<Socket> /* socket */)
{
    m_calls.connected++;
    Write();
}

void
Talker::Refused(Ptr<Socket> /* socket */)
{
    m_calls.refused++;
    m_socket = nullptr;
}

void
Talker::Space(Ptr<Socket> /* socket */, uint32_t /* room */)
{
    Write();
}

void
Talker::Write()
{
    while (m_socket && m_calls.connected > 0 && m_sent < m_toSend && m_socket->GetTxAvailable() > 0)
    {
        const uint32_t size =
            std::min({m_toSend - m_sent, m_socket->GetTxAvailable(), uint32_t(5000)});
        std::vector<uint8_t> bytes(size);
        for (uint32_t i = 0; i < size; i++)
        {
            bytes[i] = Pattern(m_sent + i);
        }
        const int taken = m_socket->Send(Create<Packet>(bytes.data(), size));
        if (taken <= 0)
        {
            break;
        }
        m_sent += static_cast<uint32_t>(taken);
    }
    CloseIfDone();
}

void
Talker::Read(Ptr<Socket> socket)
{
    while (Ptr<Packet> packet = socket->Recv())
    {
        std::vector<uint8_t> bytes(packet->GetSize());
        if (bytes.empty())
        {
            break;
        }
        packet->CopyData(bytes.data(), packet->GetSize());
        for (uint8_t byte : bytes)
        {
            m_damaged |= byte != Pattern(m_received++);
        }
    }
    CloseIfDone();
}

void
Talker::PeerClosed(Ptr<Socket> /* socket */)
{
    m_calls.closed++;
    CloseIfDone();
}

void
Talker::Broken(Ptr<Socket> /* socket */)
{
    m_calls.broken++;
    m_socket = nullptr;
}

void
Talker::CloseIfDone()
{
    const bool done = m_sent == m_toSend && m_received >= m_toReceive;
    if (!m_socket || !done || m_closing)
    {
        return;
    }
    if (m_closesFirst)
    {
        m_closing = true;
        m_socket->Close();
    }
    else if (m_calls.closed > 0)
    {
        // Later than the acknowledgment of the peer's FIN: both ends pass through all states.
        m_closing = true;
        Simulator::Schedule(MilliSeconds(100), &Talker::Close, this);
    }
}

void
Talker::Close()
{
    if (m_socket)
    {
        m_socket->Close();
        m_socket = nullptr;
    }
}

} // namespace TcpConnTest
} // namespace ns3
