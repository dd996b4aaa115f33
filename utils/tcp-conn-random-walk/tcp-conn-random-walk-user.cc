/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-random-walk-user.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/socket-factory.h"
#include "ns3/string.h"
#include "ns3/tcp-conn-trace.h"

#include <algorithm>
#include <ostream>
#include <sstream>

namespace ns3
{
namespace TcpConnRandomWalk
{

namespace
{

/** @param address address and port @return them as text */
std::string
NameOf(const Address& address)
{
    std::ostringstream text;
    if (InetSocketAddress::IsMatchingType(address))
    {
        const auto end = InetSocketAddress::ConvertFrom(address);
        text << end.GetIpv4() << ":" << end.GetPort();
    }
    else
    {
        const auto end = Inet6SocketAddress::ConvertFrom(address);
        text << "[" << end.GetIpv6() << "]:" << end.GetPort();
    }
    return text.str();
}

/** @param dice what it is drawn from @return how many bytes to send */
uint64_t
DrawSize(Dice& dice)
{
    const uint64_t kind = dice.Below(10);
    return dice.Between(1, kind < 6 ? 2000 : kind < 9 ? 20000 : 60000);
}

} // namespace

uint8_t
Stream::At(uint64_t position) const
{
    // The finaliser of SplitMix64: no two places of no two streams look alike.
    uint64_t x = key + position * 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return static_cast<uint8_t>(x >> 56);
}

World::World(uint64_t seed)
    : dice(seed),
      scene(dice)
{
}

void
World::Complain(const std::string& what)
{
    std::ostringstream text;
    text << Simulator::Now().GetSeconds() << "s: " << what;
    violations.push_back(text.str());
    Note("WRONG: " + what);
}

void
World::Note(const std::string& what) const
{
    if (log)
    {
        *log << Simulator::Now().GetSeconds() << " " << what << "\n";
    }
}

User::User(World& world, Ptr<Node> node)
    : m_world(world),
      m_node(node)
{
}

void
User::Say(const std::string& what) const
{
    if (m_world.log)
    {
        m_world.Note(m_name + " " + what);
    }
}

void
User::Wrong(const std::string& what)
{
    m_world.Complain(
        m_name + ": " + what +
        (m_socket ? std::string(" in ") + TcpConnStateName(m_socket->GetState()) : ""));
}

void
User::Later(Time delay, std::function<void()> deed)
{
    Simulator::ScheduleWithContext(m_node->GetId(), delay, [deed]() { deed(); });
}

void
User::Begin(Ptr<Socket> socket)
{
    m_name = "socket " + std::to_string(++m_world.sockets) + " of host " +
             std::to_string(m_node->GetId());
    m_socket = DynamicCast<TcpConnSocket>(socket);
    socket->SetConnectCallback(MakeCallback(&User::OnConnected, this),
                               MakeCallback(&User::OnFailed, this));
    socket->SetRecvCallback(MakeCallback(&User::OnText, this));
    socket->SetDataSentCallback(MakeCallback(&User::OnSent, this));
    socket->SetSendCallback(MakeCallback(&User::OnRoom, this));
    socket->SetCloseCallbacks(MakeCallback(&User::OnNormalClose, this),
                              MakeCallback(&User::OnErrorClose, this));
    m_out = std::make_shared<Stream>();
    m_out->key = m_world.dice.Below(UINT64_MAX);
    for (uint64_t i = m_world.dice.Below(8); i > 0; --i)
    {
        Later(m_world.dice.Within(m_world.scene.span), [this]() { Act(); });
    }
}

void
User::Connect(uint16_t port, const Address& to)
{
    Dice& dice = m_world.dice;
    Begin(Socket::CreateSocket(m_node, TypeId::LookupByName("ns3::TcpConnSocketFactory")));
    for (const auto& [name, value] : DrawSocketAttributes(dice))
    {
        Say("sets " + name + " to " + value);
        m_socket->SetAttribute(name, StringValue(value));
    }
    if (dice.Chance(10))
    {
        const auto& family = dice.Pick(Families()).first;
        // A policy that takes a safeguard away is the scene's to choose.
        const std::string policy = DrawPolicy(dice, family);
        if (family == "Release" || family == "SegmentCheck" || family == "Retry" ||
            family == "Icmp")
        {
            Say("has " + policy);
            m_socket->SetAttribute(family, StringValue(policy));
        }
    }
    if (port != 0)
    {
        const bool v6 = Inet6SocketAddress::IsMatchingType(to);
        const Address own = v6 ? Address(Inet6SocketAddress(Ipv6Address::GetAny(), port))
                               : Address(InetSocketAddress(Ipv4Address::GetAny(), port));
        Say("binds to " + NameOf(own) + (m_socket->Bind(own) == 0 ? "" : ": refused"));
    }
    if (dice.Chance(50))
    {
        // Fast Open takes it, nothing else does.
        m_toSend = DrawSize(dice);
        Write();
        m_toSend = 0;
    }
    Open(to);
}

void
User::Open(const Address& to)
{
    m_peer = to;
    m_connecting = true; // to itself a host connects before Connect returns
    Say("connects");
    Ptr<TcpConnSocket> socket = m_socket;
    if (socket->Connect(to) != 0)
    {
        Say("cannot: errno " + std::to_string(socket->GetErrno()));
        m_connecting = false;
        return;
    }
    if (!m_joined && m_socket)
    {
        Join(to); // Fast Open: text may be on its way already
    }
}

void
User::Reset()
{
    m_connecting = m_connected = m_ended = m_silent = m_aborted = m_closed = m_deaf = m_joined =
        false;
    m_reading = true;
    m_toSend = m_told = m_received = 0;
    m_out = std::make_shared<Stream>();
    m_out->key = m_world.dice.Below(UINT64_MAX);
    m_candidates.clear();
}

void
User::Take(Ptr<Socket> socket, const Address& from)
{
    Begin(socket);
    m_connected = true;
    Join(from);
    Say("is accepted");
    if (m_world.dice.Chance(60) && !Over())
    {
        m_toSend = DrawSize(m_world.dice);
        Write();
    }
    MayAct();
}

void
User::Join(const Address& peer)
{
    Address own;
    m_socket->GetSockName(own);
    m_joined = true;
    m_world.streams[{NameOf(own), NameOf(peer)}].push_back(m_out);
    m_incoming = {NameOf(peer), NameOf(own)};
    Say("is " + NameOf(own) + " to " + NameOf(peer));
}

bool
User::Over() const
{
    return !m_socket || m_socket->GetState() == TcpSocket::CLOSED;
}

bool
User::Owed() const
{
    // Of what the application brings about itself (an abortive release) it is not told.
    return (m_connecting || m_connected) && !m_ended && !m_silent && m_socket &&
           m_socket->GetFailure() != TcpConnFailure::ABORTED;
}

void
User::MayAct()
{
    if (m_world.dice.Chance(8))
    {
        Act();
    }
}

void
User::Act()
{
    if (m_world.curfew || !m_socket)
    {
        return;
    }
    Ptr<TcpConnSocket> keep = m_socket;
    Dice& dice = m_world.dice;
    const uint64_t deed = dice.Below(100);
    if (deed < 38)
    {
        m_toSend += DrawSize(dice);
        Write();
    }
    else if (deed < 50)
    {
        Close();
    }
    else if (deed < 54)
    {
        Abort();
    }
    else if (deed < 62)
    {
        ShutdownSend();
    }
    else if (deed < 65)
    {
        ShutdownReceive();
    }
    else if (deed < 75)
    {
        m_reading = !m_reading;
        Say(m_reading ? "reads" : "does not read");
        if (m_reading)
        {
            Read();
        }
    }
    else if (deed < 78)
    {
        Say("lets go");
        m_socket = nullptr; // it lives as long as its connection does
        m_silent = true;
    }
    else if (deed < 88)
    {
        Misuse();
    }
    else if (deed < 95)
    {
        for (const auto& [name, value] : DrawSocketAttributes(dice))
        {
            Say("changes " + name + " to " + value);
            m_socket->SetAttribute(name, StringValue(value));
        }
    }
    else if (Over() && m_connecting && (m_ended || m_silent) && m_joined)
    {
        Finish();
        m_socket = keep;
        Reset();
        Open(m_peer);
    }
}

void
User::Write()
{
    while (m_toSend > 0 && m_socket && m_socket->GetTxAvailable() > 0)
    {
        const auto size =
            static_cast<uint32_t>(std::min<uint64_t>({m_toSend, m_socket->GetTxAvailable(), 5000}));
        std::vector<uint8_t> text(size);
        for (uint32_t i = 0; i < size; ++i)
        {
            text[i] = m_out->At(m_out->sent + i);
        }
        m_out->sent += size; // it may be read before Send returns
        const int result = m_socket->Send(Create<Packet>(text.data(), size), 0);
        if (result != static_cast<int>(size))
        {
            m_out->sent -= size;
            m_toSend = 0;
            if (result >= 0)
            {
                Wrong("Send took " + std::to_string(result) + " of " + std::to_string(size));
            }
            else if (m_connected && !Over() && !m_silent && !m_out->finished)
            {
                Wrong("Send failed, errno " + std::to_string(m_socket->GetErrno()));
            }
            return;
        }
        m_toSend -= std::min<uint64_t>(m_toSend, size);
        Say("sends " + std::to_string(size));
    }
}

void
User::Read()
{
    if (!m_joined && m_socket && Over())
    {
        return; // it could not connect again: the text is that of the connection before
    }
    while (m_socket && m_socket->GetRxAvailable() > 0 && !m_closed && !m_deaf)
    {
        const uint32_t room = m_world.dice.Chance(20)
                                  ? static_cast<uint32_t>(m_world.dice.Between(1, 700))
                                  : UINT32_MAX;
        Ptr<Packet> packet = m_socket->Recv(room, 0);
        if (!packet || packet->GetSize() == 0 || packet->GetSize() > room)
        {
            Wrong("Recv gave nothing, or too much");
            return;
        }
        std::vector<uint8_t> text(packet->GetSize());
        packet->CopyData(text.data(), packet->GetSize());
        Compare(text);
    }
}

void
User::Compare(const std::vector<uint8_t>& text)
{
    if (!m_joined)
    {
        Wrong("text came before the connection was open");
        return;
    }
    auto differs = [this, &text](const std::shared_ptr<Stream>& stream) {
        if (m_received + text.size() > stream->sent)
        {
            return true;
        }
        for (size_t i = 0; i < text.size(); ++i)
        {
            if (text[i] != stream->At(m_received + i))
            {
                return true;
            }
        }
        return false;
    };
    const bool known = m_received > 0;
    FindCandidates();
    const bool some = !m_candidates.empty();
    m_candidates.erase(std::remove_if(m_candidates.begin(), m_candidates.end(), differs),
                       m_candidates.end());
    if (m_candidates.empty() && (some || !known) && m_world.scene.safe)
    {
        Wrong("bytes from " + std::to_string(m_received) + " to " +
              std::to_string(m_received + text.size()) + " are not what the peer sent");
    }
    m_received += text.size();
    m_world.delivered += text.size();
    Say("reads " + std::to_string(text.size()));
}

void
User::FindCandidates()
{
    // Whoever sends has joined before; what came tells the streams apart.
    if (m_received == 0 && m_joined)
    {
        m_candidates = m_world.streams[m_incoming];
    }
}

void
User::Close()
{
    Say("closes");
    m_silent = true;
    m_closed = true;
    m_out->finished = true;
    if (m_socket->Close() != 0)
    {
        Wrong("Close failed");
    }
}

void
User::Abort()
{
    Say("aborts");
    m_silent = true;
    m_closed = true;
    m_aborted = m_socket->Abort() == 0;
}

void
User::ShutdownSend()
{
    Say("closes one way");
    const bool before = m_out->finished;
    m_out->finished = true; // before the callbacks that it may bring
    if (m_socket->ShutdownSend() != 0)
    {
        m_out->finished = before;
    }
}

void
User::ShutdownReceive()
{
    Say("reads no more");
    m_deaf = m_deaf || m_socket->ShutdownRecv() == 0;
}

void
User::Misuse()
{
    Say("does what makes no sense");
    Address address;
    switch (m_world.dice.Below(7))
    {
    case 0:
        // What it has closed in this callback may be over, though the state says so later.
        if (m_connected && !m_out->finished && !m_closed && !Over() &&
            m_socket->GetState() != TcpSocket::TIME_WAIT &&
            (m_socket->Bind() == 0 || m_socket->Listen() == 0 || m_socket->Connect(m_peer) == 0))
        {
            Wrong("Bind, Listen or Connect while a connection is open");
        }
        break;
    case 1:
        if (m_socket->Send(Create<Packet>(), 0) > 0)
        {
            Wrong("no bytes were sent");
        }
        break;
    case 2:
        if (m_socket->GetRxAvailable() == 0 && m_socket->Recv(100, 0) &&
            m_socket->Recv(100, 0)->GetSize() > 0)
        {
            Wrong("Recv gave text that was not there");
        }
        break;
    case 3:
        if (m_socket->GetStatus().find("state ") != 0)
        {
            Wrong("no status");
        }
        break;
    case 4:
        m_socket->GetPeerName(address);
        m_socket->GetSockName(address);
        break;
    case 5:
        if (m_closed)
        {
            m_socket->Close();
        }
        break;
    default:
        if (m_socket->Accept(address))
        {
            Wrong("Accept of what does not listen");
        }
        break;
    }
}

void
User::Crashed()
{
    m_silent = true;
    m_aborted = true;
}

void
User::GoHome()
{
    if (!m_socket)
    {
        return;
    }
    if (Over() && Owed())
    {
        Wrong("its end was not told");
    }
    m_reading = true;
    Ptr<TcpConnSocket> keep = m_socket;
    if (!m_closed)
    {
        Read();
        Close();
    }
}

void
User::Finish()
{
    if (Owed())
    {
        Wrong("its end was never told");
    }
    m_socket = nullptr;
    // A few bytes look alike by chance.
    if (m_candidates.size() == 1 && m_received >= 8)
    {
        if (++m_candidates.front()->takers > 1 && m_world.scene.once && m_world.scene.safe)
        {
            Wrong("its text was delivered to another connection too");
        }
    }
    m_candidates.clear();
}

void
User::OnConnected(Ptr<Socket> /* socket */)
{
    Say("is open");
    if (!m_connecting || m_connected || m_ended || m_aborted || m_closed)
    {
        Wrong("told to be open, at the wrong time");
    }
    m_connected = true;
    if (m_socket)
    {
        if (!m_joined)
        {
            Join(m_peer);
        }
        if (m_world.dice.Chance(70))
        {
            m_toSend += DrawSize(m_world.dice);
        }
        Write();
        MayAct();
    }
}

void
User::OnFailed(Ptr<Socket> socket)
{
    Say("cannot be opened");
    if (!m_connecting || m_connected || m_ended || m_aborted)
    {
        Wrong("told to have failed, at the wrong time");
    }
    m_ended = true;
    if (DynamicCast<TcpConnSocket>(socket)->GetFailure() == TcpConnFailure::NONE)
    {
        Wrong("failed, and does not say why");
    }
    MayAct();
}

void
User::OnText(Ptr<Socket> socket)
{
    if (!m_connected || m_aborted || m_closed || m_deaf)
    {
        Wrong("told of text, at the wrong time");
    }
    if (socket->GetRxAvailable() == 0)
    {
        Wrong("told of text, and there is none");
    }
    if (m_reading)
    {
        Read();
    }
    MayAct();
}

void
User::OnSent(Ptr<Socket> /* socket */, uint32_t bytes)
{
    m_told += bytes;
    if (m_told > m_out->sent)
    {
        Wrong("told that more was sent than was");
    }
    MayAct();
}

void
User::OnRoom(Ptr<Socket> socket, uint32_t bytes)
{
    if (!m_connected || m_aborted)
    {
        Wrong("told of room, at the wrong time");
    }
    if (bytes == 0 || bytes != socket->GetTxAvailable())
    {
        Wrong("told of room that is not there");
    }
    Write();
    MayAct();
}

void
User::OnNormalClose(Ptr<Socket> /* socket */)
{
    Say("hears the peer's close");
    if ((!m_connected && !m_closed) || m_ended || m_aborted)
    {
        Wrong("told of the peer's close, at the wrong time");
    }
    m_ended = true;
    if (!m_closed && !m_deaf && m_socket)
    {
        Read();
        FindCandidates();
        const auto whole = [this](const std::shared_ptr<Stream>& stream) {
            return stream->finished && stream->sent == m_received;
        };
        if (m_socket && m_world.scene.safe &&
            std::none_of(m_candidates.begin(), m_candidates.end(), whole))
        {
            Wrong(
                "the peer has closed, and not all of its text came: " + std::to_string(m_received) +
                (m_candidates.empty()
                     ? ""
                     : " of " + std::to_string(m_candidates.front()->sent) +
                           (m_candidates.front()->finished ? "" : ", and it has not closed")));
        }
    }
    if (m_world.dice.Chance(60) && m_socket && !m_closed)
    {
        Close();
    }
    else
    {
        MayAct();
    }
}

void
User::OnErrorClose(Ptr<Socket> socket)
{
    Say("hears of an error");
    // Closed before it was open, it was not told of that.
    if ((!m_connected && !m_closed) || m_ended || m_aborted)
    {
        Wrong("told of an error, at the wrong time");
    }
    m_ended = true;
    if (DynamicCast<TcpConnSocket>(socket)->GetFailure() == TcpConnFailure::NONE)
    {
        Wrong("an error, and it does not say which");
    }
    MayAct();
}

} // namespace TcpConnRandomWalk
} // namespace ns3
