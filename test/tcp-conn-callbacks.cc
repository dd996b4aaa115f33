/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-callbacks.h"

#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/tcp-conn-socket.h"

// The application of the callback tests, and its peer.

namespace ns3
{
namespace TcpConnWire
{

std::string
SiteName(Site site)
{
    static const char* const names[] = {"connection succeeded",
                                        "connection failed",
                                        "connection request",
                                        "new connection",
                                        "data",
                                        "data sent",
                                        "send space",
                                        "normal close",
                                        "error close",
                                        "trace State",
                                        "trace Transition",
                                        "trace Tx",
                                        "trace Rx",
                                        "trace Drop"};
    return names[static_cast<std::size_t>(site)];
}

std::string
DeedName(Deed deed)
{
    static const char* const names[] = {"Close",
                                        "Close twice",
                                        "ShutdownSend",
                                        "ShutdownRecv",
                                        "Send",
                                        "Send and Close",
                                        "Recv",
                                        "Connect",
                                        "Bind",
                                        "Listen",
                                        "Abort",
                                        "drop the last reference",
                                        "Close and drop the last reference",
                                        "unset all callbacks",
                                        "open another connection",
                                        "close the listener",
                                        "stop the simulation"};
    return names[static_cast<std::size_t>(deed)];
}

std::string
Plot::Name() const
{
    return std::string(passive ? "passive" : "active") + (refused ? ", refused" : "") +
           (reset ? ", reset" : "");
}

// The peer

Robot::Robot(Script& script, const Plot& plot)
    : m_script(script),
      m_plot(plot)
{
    script.Wire().onSeen = [this]() { Seen(); };
}

Robot::~Robot()
{
    m_script.Wire().onSeen = nullptr;
}

void
Robot::Open(uint16_t port)
{
    End& end = m_ends[{port, 80}];
    end.reply.src = m_script.PeerAddress();
    end.reply.dst = m_script.HostAddress();
    end.reply.srcPort = port;
    end.reply.dstPort = 80;
    Send(end, SYN, end.next++, 0);
}

void
Robot::Send(End& end, uint8_t flags, uint32_t seq, uint32_t length)
{
    if (end.dead)
    {
        return;
    }
    end.reply.flags = flags;
    end.reply.seq = seq;
    end.reply.ack = (flags & ACK) ? end.rcv : 0;
    end.reply.payload = Pattern(0, length, false);
    m_script.Wire().Send(end.reply);
    end.dead = (flags & RST) != 0;
}

void
Robot::Seen()
{
    const Segment s = m_script.Wire().seen.back();
    End& end = m_ends[{s.dstPort, s.srcPort}];
    if (s.flags & RST)
    {
        end.dead = true;
        return;
    }
    end.reply.src = s.dst;
    end.reply.dst = s.src;
    end.reply.srcPort = s.dstPort;
    end.reply.dstPort = s.srcPort;
    if ((s.flags & (SYN | ACK)) == SYN)
    {
        end = End{5000, s.seq + 1, false, false, end.reply};
        Send(end, m_plot.refused ? RST | ACK : SYN | ACK, m_plot.refused ? 0 : end.next, 0);
        end.next++;
        return;
    }
    if ((s.flags & SYN) && !end.open)
    {
        end.rcv = s.seq + 1;
        Send(end, ACK, end.next, 0);
        Live(end);
        return;
    }
    if (!end.open && (s.flags & ACK))
    {
        Live(end);
    }
    const auto length = static_cast<uint32_t>(s.payload.size()) + ((s.flags & FIN) ? 1 : 0);
    if (length > 0)
    {
        end.rcv += s.seq == end.rcv ? length : 0;
        Send(end, ACK, end.next, 0);
    }
}

void
Robot::Live(End& end)
{
    end.open = true;
    Simulator::Schedule(Seconds(1), [this, &end]() {
        Send(end, ACK, end.next, TEXT);
        end.next += TEXT;
    });
    Simulator::Schedule(Seconds(1.5), [this, &end]() { Send(end, ACK, end.next + 0x40000000, 5); });
    Simulator::Schedule(Seconds(2), [this, &end]() {
        Send(end, m_plot.reset ? RST : FIN | ACK, end.next, 0);
        end.next++;
    });
}

// The application

Actor::Actor(Script& script, const Plot& plot, Site site, uint32_t occurrence, Deed deed)
    : m_script(script),
      m_plot(plot),
      m_site(site),
      m_occurrence(occurrence),
      m_deed(deed),
      m_robot(script, plot)
{
    Ptr<Object> l4 = script.L4();
    l4->TraceConnectWithoutContext("Transition", MakeCallback(&Actor::OnTransition, this));
    l4->TraceConnectWithoutContext("Tx", MakeCallback(&Actor::OnTx, this));
    l4->TraceConnectWithoutContext("Rx", MakeCallback(&Actor::OnRx, this));
    l4->TraceConnectWithoutContext("Drop", MakeCallback(&Actor::OnDrop, this));
}

Actor::~Actor()
{
    // What goes on after the actor's end is not watched.
    Ptr<Object> l4 = m_script.L4();
    l4->TraceDisconnectWithoutContext("Transition", MakeCallback(&Actor::OnTransition, this));
    l4->TraceDisconnectWithoutContext("Tx", MakeCallback(&Actor::OnTx, this));
    l4->TraceDisconnectWithoutContext("Rx", MakeCallback(&Actor::OnRx, this));
    l4->TraceDisconnectWithoutContext("Drop", MakeCallback(&Actor::OnDrop, this));
}

std::string
Actor::Live()
{
    m_script.Do([this]() {
        m_listener = m_script.NewSocket();
        Watch(m_listener);
        m_listener->Bind(m_script.IsV6() ? Host(Ipv6Address::GetAny()).With(80)
                                         : Host(Ipv4Address::GetAny()).With(80));
        m_listener->SetAcceptCallback(MakeCallback(&Actor::OnRequest, this),
                                      MakeCallback(&Actor::OnCreated, this));
        m_listener->Listen();
    });
    m_script.At(1.0).Do([this]() {
        if (m_plot.passive)
        {
            m_robot.Open(40000);
            return;
        }
        m_socket = m_script.NewSocket();
        Watch(m_socket);
        Connect(m_socket, 9000);
    });
    m_script.At(200).Skip();
    if (m_stopped)
    {
        survivors = m_others;
        survivors.push_back(m_socket);
        survivors.push_back(m_listener);
        return m_wrong;
    }
    m_script.Do([this]() {
        LetGo(m_socket);
        LetGo(m_listener);
    });
    for (const double t : {260.0, 420.0})
    {
        // Twice: what is done as the listener closes may open one more.
        m_script.At(t).Skip().Do([this]() {
            for (const auto& socket : m_others)
            {
                socket->Close();
            }
        });
    }
    m_script.At(600).Skip();
    return Verdict();
}

std::string
Actor::Verdict() const
{
    if (!m_wrong.empty() || !acted)
    {
        return m_wrong;
    }
    const std::string counts = std::to_string(m_begun) + " connections began, " +
                               std::to_string(m_ended) + " were told to have ended:" + m_story;
    const std::vector<std::string> left = m_script.Table();
    if (!left.empty())
    {
        return "a record is left: " + left.front() + "; " + counts;
    }
    switch (m_deed)
    {
    case Deed::CLOSE:
    case Deed::CLOSE_TWICE:
    case Deed::SEND_AND_CLOSE:
    case Deed::CLOSE_AND_DROP:
    case Deed::FORGET_CALLBACKS:
        return m_ended <= m_begun ? "" : counts;
    case Deed::ABORT:
        return m_ended == (m_onListener ? m_begun : m_endedBefore) ? "" : counts;
    case Deed::CONNECT:
        // Connected anew before its end was told, a socket tells of the new connection alone.
        return m_ended == m_begun || (m_site >= Site::STATE && m_ended + 1 == m_begun) ? ""
                                                                                       : counts;
    default:
        return m_ended == m_begun ? "" : counts;
    }
}

void
Actor::Say(const std::string& word)
{
    m_story += " " + word;
}

void
Actor::Connect(Ptr<Socket> socket, uint16_t port)
{
    // Trace sinks are called within Connect.
    m_begun++;
    if (socket->Connect(m_script.PeerAddress().With(port)) != 0)
    {
        m_begun--;
    }
}

void
Actor::Watch(Ptr<Socket> socket)
{
    socket->SetConnectCallback(MakeCallback(&Actor::OnConnected, this),
                               MakeCallback(&Actor::OnFailed, this));
    socket->SetRecvCallback(MakeCallback(&Actor::OnData, this));
    socket->SetDataSentCallback(MakeCallback(&Actor::OnSent, this));
    socket->SetSendCallback(MakeCallback(&Actor::OnSpace, this));
    socket->SetCloseCallbacks(MakeCallback(&Actor::OnNormal, this),
                              MakeCallback(&Actor::OnError, this));
    socket->TraceConnectWithoutContext("State", MakeCallback(&Actor::OnState, this));
}

void
Actor::Drain(Ptr<Socket> socket)
{
    while (socket->GetRxAvailable() > 0)
    {
        Ptr<Packet> p = socket->Recv();
        if (!p || p->GetSize() == 0)
        {
            return;
        }
        m_received += p->GetSize();
    }
}

void
Actor::LetGo(Ptr<Socket> socket)
{
    if (socket)
    {
        socket->Close();
    }
}

void
Actor::Reach(Site site, Ptr<Socket> socket)
{
    if (site != m_site || acted || m_occurrence-- > 0)
    {
        return;
    }
    if (!socket)
    {
        socket = m_socket ? m_socket : m_listener;
    }
    m_onListener = socket == m_listener;
    acted = true;
    m_endedBefore = m_ended;
    Say("[" + DeedName(m_deed) + "]");
    Act(socket);
}

void
Actor::Act(Ptr<Socket> socket)
{
    Ptr<Packet> text = Create<Packet>(10);
    switch (m_deed)
    {
    case Deed::CLOSE_TWICE:
        socket->Close();
        [[fallthrough]];
    case Deed::CLOSE:
        socket->Close();
        break;
    case Deed::SHUTDOWN_SEND:
        socket->ShutdownSend();
        break;
    case Deed::SHUTDOWN_RECV:
        socket->ShutdownRecv();
        break;
    case Deed::SEND_AND_CLOSE:
        socket->Send(text);
        socket->Close();
        break;
    case Deed::SEND:
        socket->Send(text);
        break;
    case Deed::RECV:
        text = socket->Recv();
        m_received += text ? text->GetSize() : 0;
        break;
    case Deed::CONNECT:
        m_others.push_back(socket);
        Connect(socket, 9100);
        break;
    case Deed::BIND:
        m_others.push_back(socket);
        socket->Bind();
        break;
    case Deed::LISTEN:
        m_others.push_back(socket);
        socket->Listen();
        break;
    case Deed::ABORT:
        DynamicCast<TcpConnSocket>(socket)->Abort();
        break;
    case Deed::CLOSE_AND_DROP:
        socket->Close();
        [[fallthrough]];
    case Deed::DROP:
        m_socket = nullptr;
        if (socket == m_listener)
        {
            m_listener = nullptr;
        }
        break;
    case Deed::FORGET_CALLBACKS:
        m_others.push_back(socket);
        socket->SetConnectCallback(MakeNullCallback<void, Ptr<Socket>>(),
                                   MakeNullCallback<void, Ptr<Socket>>());
        socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        socket->SetDataSentCallback(MakeNullCallback<void, Ptr<Socket>, uint32_t>());
        socket->SetSendCallback(MakeNullCallback<void, Ptr<Socket>, uint32_t>());
        socket->SetCloseCallbacks(MakeNullCallback<void, Ptr<Socket>>(),
                                  MakeNullCallback<void, Ptr<Socket>>());
        break;
    case Deed::OPEN_ANOTHER:
        m_others.push_back(m_script.NewSocket());
        Watch(m_others.back());
        Connect(m_others.back(), 9200);
        break;
    case Deed::CLOSE_LISTENER:
        m_listener->Close();
        m_listener = nullptr;
        break;
    case Deed::STOP:
        m_stopped = true;
        Simulator::Stop();
        break;
    case Deed::COUNT:
        break;
    }
}

void
Actor::OnConnected(Ptr<Socket> s)
{
    Say("connected");
    Reach(Site::CONNECTED, s);
    s->Send(Create<Packet>(10));
}

void
Actor::OnFailed(Ptr<Socket> s)
{
    m_ended++;
    Say("failed");
    Reach(Site::FAILED, s);
    LetGo(s == m_socket && m_others.empty() ? s : nullptr);
}

bool
Actor::OnRequest(Ptr<Socket> s, const Address&)
{
    Say("request");
    Reach(Site::REQUEST, s);
    return true;
}

void
Actor::OnCreated(Ptr<Socket> s, const Address&)
{
    m_begun++;
    Say("created");
    m_socket = s;
    Watch(s);
    Reach(Site::CREATED, s);
    s->Send(Create<Packet>(10));
}

void
Actor::OnData(Ptr<Socket> s)
{
    Say("data");
    Reach(Site::DATA, s);
    Drain(s);
}

void
Actor::OnSent(Ptr<Socket> s, uint32_t)
{
    Say("sent");
    Reach(Site::SENT, s);
}

void
Actor::OnSpace(Ptr<Socket> s, uint32_t)
{
    Say("space");
    Reach(Site::SPACE, s);
}

void
Actor::OnNormal(Ptr<Socket> s)
{
    m_ended++;
    Say("normal");
    if (!acted && m_received != Robot::TEXT)
    {
        m_wrong = "normal close before all data:" + m_story;
    }
    Reach(Site::NORMAL, s);
    LetGo(m_others.empty() || s != m_others.front() ? s : nullptr);
}

void
Actor::OnError(Ptr<Socket> s)
{
    m_ended++;
    Say("error");
    Reach(Site::ERROR, s);
    LetGo(m_others.empty() ? s : nullptr);
}

void
Actor::OnState(TcpSocket::TcpStates_t, TcpSocket::TcpStates_t to)
{
    Say(StateName(to));
    Reach(Site::STATE, nullptr);
}

void
Actor::OnTransition(const TcpConnTransition&)
{
    Reach(Site::TRANSITION, nullptr);
}

void
Actor::OnTx(const TcpConnSegmentEvent&)
{
    Reach(Site::TX, nullptr);
}

void
Actor::OnRx(const TcpConnSegmentEvent&)
{
    Reach(Site::RX, nullptr);
}

void
Actor::OnDrop(const TcpConnSegmentEvent&)
{
    Reach(Site::DROP, nullptr);
}

} // namespace TcpConnWire
} // namespace ns3
