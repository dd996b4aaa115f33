/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-case-trace.h"
#include "tcp-conn-wire-script.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/global-value.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/ipv4-static-routing.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-static-routing.h"
#include "ns3/ipv6.h"
#include "ns3/mac48-address.h"
#include "ns3/nstime.h"
#include "ns3/object-factory.h"
#include "ns3/packet.h"
#include "ns3/simple-channel.h"
#include "ns3/simple-net-device.h"
#include "ns3/simulator.h"
#include "ns3/socket-factory.h"
#include "ns3/string.h"
#include "ns3/tcp-conn-compat.h"
#include "ns3/uinteger.h"

#include <set>
#include <sstream>

// The host of a script, its application, and what is checked of both.

namespace ns3
{
namespace TcpConnWire
{

namespace
{

/** Aggregate a new object of a type to a node. */
Ptr<Object>
Aggregate(Ptr<Node> node, const std::string& type)
{
    ObjectFactory factory(type);
    Ptr<Object> object = factory.Create<Object>();
    node->AggregateObject(object);
    return object;
}

/** Sink of the State trace source, bound to an end. */
void
NoteState(HostEnd* end, TcpSocket::TcpStates_t, TcpSocket::TcpStates_t to)
{
    end->states += (end->states.empty() ? "" : " ") + StateName(to);
}

/** Moves that RFC 9293 and RFC 6191 know, besides those to CLOSED. */
bool
IsLegal(const std::string& from, const std::string& to)
{
    static const std::set<std::pair<std::string, std::string>> moves{
        {"CLOSED", "LISTEN"},
        {"CLOSED", "SYN-SENT"},
        {"LISTEN", "SYN-SENT"},
        {"LISTEN", "SYN-RECEIVED"},
        {"SYN-SENT", "SYN-RECEIVED"},
        {"SYN-SENT", "ESTABLISHED"},
        {"SYN-RECEIVED", "ESTABLISHED"},
        {"SYN-RECEIVED", "LISTEN"},
        {"SYN-RECEIVED", "FIN-WAIT-1"},
        {"SYN-RECEIVED", "CLOSE-WAIT"},
        {"ESTABLISHED", "FIN-WAIT-1"},
        {"ESTABLISHED", "CLOSE-WAIT"},
        {"FIN-WAIT-1", "FIN-WAIT-2"},
        {"FIN-WAIT-1", "CLOSING"},
        {"FIN-WAIT-1", "TIME-WAIT"},
        {"FIN-WAIT-2", "TIME-WAIT"},
        {"CLOSING", "TIME-WAIT"},
        {"CLOSE-WAIT", "LAST-ACK"},
        {"TIME-WAIT", "LISTEN"},
        {"TIME-WAIT", "SYN-RECEIVED"},
    };
    return to == "CLOSED" || moves.count({from, to}) > 0;
}

uint16_t
PortOf(const Address& a)
{
    if (InetSocketAddress::IsMatchingType(a))
    {
        return InetSocketAddress::ConvertFrom(a).GetPort();
    }
    if (Inet6SocketAddress::IsMatchingType(a))
    {
        return Inet6SocketAddress::ConvertFrom(a).GetPort();
    }
    return 0;
}

bool
EndsWith(const std::string& s, const std::string& tail)
{
    return s.size() >= tail.size() && s.compare(s.size() - tail.size(), tail.size(), tail) == 0;
}

} // namespace

std::string
StateName(TcpSocket::TcpStates_t s)
{
    static const char* const names[] = {"CLOSED",
                                        "LISTEN",
                                        "SYN-SENT",
                                        "SYN-RECEIVED",
                                        "ESTABLISHED",
                                        "CLOSE-WAIT",
                                        "LAST-ACK",
                                        "FIN-WAIT-1",
                                        "FIN-WAIT-2",
                                        "CLOSING",
                                        "TIME-WAIT"};
    return s < TcpSocket::LAST_STATE ? names[s] : "?";
}

Under&
Under::Get()
{
    static Under under;
    return under;
}

Script::Script(bool v6, bool checksums)
    : m_v6(v6),
      m_slack(Seconds(0.002))
{
    Build(checksums);
    Set("MaxSegLifetime", DoubleValue(5.0));
    Set("DelAckCount", UintegerValue(1));
    // The nodes start, before anything else happens.
    RunTo(Seconds(0.1), false);
}

Script::~Script()
{
    m_peer->onSeen = nullptr;
    Simulator::Destroy();
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(false));
}

void
Script::Build(bool checksums)
{
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(checksums));
    m_host = CreateObject<Node>();
    m_peerNode = CreateObject<Node>();
    Ptr<SimpleChannel> channel = CreateObject<SimpleChannel>();
    channel->SetAttribute("Delay", TimeValue(MilliSeconds(1)));
    Ptr<SimpleNetDevice> devices[2];
    for (auto& device : devices)
    {
        device = CreateObject<SimpleNetDevice>();
        device->SetAttribute("PointToPointMode", BooleanValue(true));
        device->SetAddress(Mac48Address::Allocate());
        device->SetMtu(1500);
        device->SetChannel(channel);
    }
    m_hostDevice = devices[0];
    InstallStack();
    m_peerNode->AddDevice(devices[1]);
    m_peer = std::make_unique<Peer>(m_peerNode, devices[1], devices[0]);
    m_peer->verify = checksums;
    m_peer->onSeen = [this]() { OnSeen(); };
}

void
Script::InstallStack()
{
    const Under& under = Under::Get();
    m_host->AddDevice(m_hostDevice);
    if (under.l4First)
    {
        m_l4 = Aggregate(m_host, under.l4);
    }
    Ptr<Object> arp = Aggregate(m_host, "ns3::ArpL3Protocol");
    Aggregate(m_host, "ns3::Ipv4L3Protocol");
    Aggregate(m_host, "ns3::Icmpv4L4Protocol");
    Aggregate(m_host, "ns3::Ipv6L3Protocol");
    ObjectFactory icmp6("ns3::Icmpv6L4Protocol");
    icmp6.Set("DAD", BooleanValue(false));
    m_host->AggregateObject(icmp6.Create<Object>());
    Aggregate(m_host, "ns3::TrafficControlLayer");
    Aggregate(m_host, "ns3::UdpL4Protocol");

    Ptr<Ipv4> ipv4 = m_host->GetObject<Ipv4>();
    Ptr<Ipv4StaticRouting> routing4 = CreateObject<Ipv4StaticRouting>();
    ipv4->SetRoutingProtocol(routing4);
    const uint32_t if4 = ipv4->AddInterface(m_hostDevice);
    ipv4->AddAddress(if4, Ipv4InterfaceAddress("10.0.0.1", "255.255.255.0"));
    ipv4->SetUp(if4);
    routing4->SetDefaultRoute("10.0.0.2", if4);

    Ptr<Ipv6> ipv6 = m_host->GetObject<Ipv6>();
    Ptr<Ipv6StaticRouting> routing6 = CreateObject<Ipv6StaticRouting>();
    ipv6->SetRoutingProtocol(routing6);
    ipv6->RegisterExtensions();
    ipv6->RegisterOptions();
    const uint32_t if6 = ipv6->AddInterface(m_hostDevice);
    ipv6->AddAddress(if6, Ipv6InterfaceAddress("2001:db8::1", Ipv6Prefix(64)));
    ipv6->SetUp(if6);
    routing6->SetDefaultRoute("2001:db8::2", if6);
    if (!under.l4First)
    {
        m_l4 = Aggregate(m_host, under.l4);
    }
    m_hostAddress = m_v6 ? Host(Ipv6Address("2001:db8::1")) : Host(Ipv4Address("10.0.0.1"));
    m_l4->TraceConnectWithoutContext("StateChange", MakeCallback(&Script::OnMove, this));
    TcpConnTest::TraceHost(m_host);
}

// The host's application

Script&
Script::Set(const std::string& name, const AttributeValue& value)
{
    m_attributes.emplace_back(name, value.Copy());
    return *this;
}

Script&
Script::Policy(const std::string& family, const std::string& policy)
{
    return Do([&]() { m_l4->SetAttribute(family, StringValue(policy)); });
}

Script&
Script::Allow(const std::string& from, const std::string& to)
{
    m_allowed[from] = to;
    return *this;
}

Ptr<Socket>
Script::NewSocket()
{
    const TypeId tid = TypeId::LookupByName(Under::Get().factory);
    Ptr<SocketFactory> factory = m_host->GetObject<SocketFactory>(tid);
    Ptr<Socket> socket = factory->CreateSocket();
    for (const auto& a : m_attributes)
    {
        socket->SetAttributeFailSafe(a.first, *a.second);
    }
    return socket;
}

Script&
Script::Do(const std::function<void()>& f)
{
    Go();
    Current();
    std::string failure;
    Simulator::ScheduleWithContext(m_host->GetId(), Time(0), [&f, &failure]() {
        // An exception must not leave Simulator::Run.
        try
        {
            f();
        }
        catch (const Failed& e)
        {
            failure = e.what;
        }
        Simulator::Stop();
    });
    Simulator::Run();
    if (!failure.empty())
    {
        throw Failed{failure};
    }
    return *this;
}

HostEnd&
Script::Hold(Ptr<Socket> socket)
{
    m_ends.emplace_back();
    HostEnd& end = m_ends.back();
    end.socket = socket;
    end.autoRead = !m_noRead;
    end.closeOnEof = m_closeOnEof;
    socket->SetConnectCallback(MakeCallback(&Script::OnConnected, this),
                               MakeCallback(&Script::OnFailed, this));
    socket->SetRecvCallback(MakeCallback(&Script::OnData, this));
    socket->SetDataSentCallback(MakeCallback(&Script::OnSent, this));
    socket->SetCloseCallbacks(MakeCallback(&Script::OnNormal, this),
                              MakeCallback(&Script::OnError, this));
    socket->TraceConnectWithoutContext("State", MakeBoundCallback(&NoteState, &end));
    return end;
}

Script&
Script::Listen(uint16_t port)
{
    return Do([this, port]() {
        m_listener = HostEnd();
        m_listener.socket = NewSocket();
        Ptr<Socket> s = m_listener.socket;
        const Address any =
            m_v6 ? Host(Ipv6Address::GetAny()).With(port) : Host(Ipv4Address::GetAny()).With(port);
        Check(s->Bind(any) == 0, "bind of the listener");
        s->SetAcceptCallback(MakeCallback(&Script::OnRequest, this),
                             MakeCallback(&Script::OnCreated, this));
        s->SetCloseCallbacks(MakeCallback(&Script::OnNormal, this),
                             MakeCallback(&Script::OnError, this));
        Check(s->Listen() == 0, "listen");
    });
}

Script&
Script::Connect(uint16_t port)
{
    Use(port, 0);
    return Do([this, port]() {
        HostEnd& end = Hold(NewSocket());
        Check((m_v6 ? end.socket->Bind6() : end.socket->Bind()) == 0, "bind");
        Check(end.socket->Connect(PeerAddress().With(port)) == 0, "connect");
    });
}

Script&
Script::ConnectWith(uint32_t n, uint16_t port)
{
    Use(port, 0);
    return Do([this, n, port]() {
        HostEnd& end = Hold(NewSocket());
        const std::string text = Pattern(0, n, true);
        end.written = n;
        const int took =
            end.socket->Send(Create<Packet>(reinterpret_cast<const uint8_t*>(text.data()), n));
        Check(took == static_cast<int>(n), "Send took " + std::to_string(took));
        Check(end.socket->Connect(PeerAddress().With(port)) == 0, "connect");
    });
}

HostEnd&
Script::End()
{
    if (m_ends.empty())
    {
        Fail("the application has no socket");
    }
    return m_ends.back();
}

HostEnd&
Script::Listener()
{
    return m_listener;
}

Ptr<Socket>
Script::Sock()
{
    if (!End().socket)
    {
        Fail("the application has dropped its socket");
    }
    return End().socket;
}

Script&
Script::Write(uint32_t n)
{
    return Do([this, n]() {
        const std::string text = Pattern(static_cast<int64_t>(End().written), n, true);
        const int took =
            Sock()->Send(Create<Packet>(reinterpret_cast<const uint8_t*>(text.data()), n));
        Check(took == static_cast<int>(n), "Send took " + std::to_string(took));
        End().written += n;
    });
}

Script&
Script::Close()
{
    return Do([this]() { Sock()->Close(); });
}

Script&
Script::ShutdownSend()
{
    return Do([this]() { Check(Sock()->ShutdownSend() == 0, "ShutdownSend"); });
}

Script&
Script::Read()
{
    return Do([this]() { Drain(End()); });
}

Script&
Script::Drop()
{
    return Do([this]() { End().socket = nullptr; });
}

Script&
Script::CloseListener()
{
    return Do([this]() {
        m_listener.socket->Close();
        m_listener.socket = nullptr;
    });
}

// Callbacks

HostEnd*
Script::Find(Ptr<Socket> socket)
{
    for (HostEnd& end : m_ends)
    {
        if (end.socket == socket)
        {
            return &end;
        }
    }
    return m_listener.socket == socket ? &m_listener : nullptr;
}

void
Script::Note(Ptr<Socket> socket, const std::string& event)
{
    HostEnd* end = Find(socket);
    if (end && !(event == "data" && EndsWith(end->events, "data")))
    {
        end->events += (end->events.empty() ? "" : " ") + event;
    }
}

void
Script::OnConnected(Ptr<Socket> s)
{
    Note(s, "connected");
}

void
Script::OnFailed(Ptr<Socket> s)
{
    Note(s, "failed");
}

bool
Script::OnRequest(Ptr<Socket> s, const Address&)
{
    Note(s, "request");
    return m_accept;
}

void
Script::OnCreated(Ptr<Socket> s, const Address&)
{
    Hold(s);
    Note(s, "created");
}

void
Script::OnData(Ptr<Socket> s)
{
    Note(s, "data");
    HostEnd* end = Find(s);
    if (end && end->autoRead)
    {
        Drain(*end);
    }
}

void
Script::OnSent(Ptr<Socket> s, uint32_t n)
{
    HostEnd* end = Find(s);
    if (end)
    {
        end->acked += n;
    }
}

void
Script::OnNormal(Ptr<Socket> s)
{
    Note(s, "normal");
    HostEnd* end = Find(s);
    if (end && end->closeOnEof)
    {
        s->Close();
    }
}

void
Script::OnError(Ptr<Socket> s)
{
    Note(s, "error");
}

void
Script::OnMove(uint64_t id,
               const Address&,
               const Address& peer,
               TcpSocket::TcpStates_t from,
               TcpSocket::TcpStates_t to)
{
    const std::string a = StateName(from);
    const std::string b = StateName(to);
    const auto known = m_states.find(id);
    const bool joins = known == m_states.end() || known->second == from;
    const auto allowed = m_allowed.find(a);
    const bool legal = IsLegal(a, b) || (allowed != m_allowed.end() && allowed->second == b);
    if (m_illegal.empty() && (!joins || !legal))
    {
        m_illegal = "connection " + std::to_string(id) + " moved from " + a + " to " + b +
                    (joins ? "" : ", but was in " + StateName(known->second));
    }
    m_states[id] = to;
    std::string& path = m_paths[PortOf(peer)];
    if (!EndsWith(path, a) && from != TcpSocket::CLOSED)
    {
        path += (path.empty() ? "" : " ") + a;
    }
    path += (path.empty() ? "" : " ") + b;
}

void
Script::Drain(HostEnd& end)
{
    Ptr<Socket> s = end.socket;
    while (s && s->GetRxAvailable() > 0)
    {
        Ptr<Packet> p = s->Recv();
        if (!p || p->GetSize() == 0)
        {
            return;
        }
        std::string bytes(p->GetSize(), '\0');
        p->CopyData(reinterpret_cast<uint8_t*>(&bytes[0]), p->GetSize());
        end.received += bytes;
    }
}

// Checks

std::vector<std::string>
Script::Table() const
{
    StringValue table;
    std::vector<std::string> lines;
    if (m_l4->GetAttributeFailSafe("ConnectionTable", table))
    {
        std::istringstream in(table.Get());
        for (std::string line; std::getline(in, line);)
        {
            if (!line.empty() && line.find("LISTEN") == std::string::npos)
            {
                lines.push_back(line);
            }
        }
    }
    return lines;
}

std::string
Script::StateOf(const Flow& f) const
{
    StringValue table;
    if (!m_l4->GetAttributeFailSafe("ConnectionTable", table))
    {
        // A protocol without the attribute: what the socket said last.
        const std::string s = m_ends.empty() ? "CLOSED" : m_ends.back().states;
        return s.substr(s.find_last_of(' ') + 1);
    }
    for (const std::string& line : Table())
    {
        std::istringstream in(line);
        std::string id;
        std::string local;
        std::string peer;
        std::string state;
        in >> id >> local >> peer >> state;
        if (EndsWith(peer, ":" + std::to_string(f.peerPort)) &&
            EndsWith(local, ":" + std::to_string(f.hostPort)))
        {
            return state;
        }
    }
    return "CLOSED";
}

Script&
Script::State(const std::string& state)
{
    Go();
    const std::string is = StateOf(Current());
    return Check(is == state, "state is " + is + ", expected " + state);
}

std::string
Script::States() const
{
    const auto path = m_paths.find(m_flow->peerPort);
    return path == m_paths.end() ? "" : path->second;
}

Script&
Script::Path(const std::string& path)
{
    Go();
    Current();
    const std::string is = States();
    return Check(is == path, "states were " + is + "; expected " + path);
}

Script&
Script::Events(const std::string& events)
{
    Go();
    const std::string is = End().events;
    return Check(is == events, "callbacks were '" + is + "'; expected '" + events + "'");
}

Script&
Script::Received(uint64_t n)
{
    Go();
    const std::string& is = End().received;
    Check(is.size() == n,
          "application has " + std::to_string(is.size()) + " bytes, expected " + std::to_string(n));
    return Check(is == Pattern(0, n, false), "application has wrong bytes");
}

Script&
Script::Failure(const std::string& cause)
{
    Go();
    StringValue is;
    const bool has = Sock()->GetAttributeFailSafe("Failure", is);
    const std::string text = has ? is.Get() : "(no attribute)";
    const bool none = cause == "none" && text.empty();
    return Check(none || text == cause, "Failure is '" + text + "', expected '" + cause + "'");
}

Script&
Script::Connections(std::size_t n)
{
    Go();
    const std::vector<std::string> lines = Table();
    std::string text;
    for (const std::string& line : lines)
    {
        text += "\n  " + line;
    }
    return Check(lines.size() == n,
                 "expected " + std::to_string(n) + " connections, the table has" + text);
}

Script&
Script::Check(bool ok, const std::string& what)
{
    if (!ok)
    {
        Fail(what);
    }
    return *this;
}

void
Script::Finish()
{
    if (m_taken < m_peer->seen.size())
    {
        Fail("nobody expected" + Show(m_peer->seen[m_taken]));
    }
    for (const Segment& s : m_peer->seen)
    {
        Check(!s.badChecksum, "bad checksum:" + Show(s));
        Check(!s.malformed, "malformed:" + Show(s));
    }
    Check(m_illegal.empty(), m_illegal);
}

Peer&
Script::Wire()
{
    return *m_peer;
}

Ptr<Node>
Script::HostNode() const
{
    return m_host;
}

Ptr<Object>
Script::L4() const
{
    return m_l4;
}

const Host&
Script::HostAddress() const
{
    return m_hostAddress;
}

Host
Script::PeerAddress(uint32_t n) const
{
    if (!m_v6)
    {
        return Ipv4Address(Ipv4Address("10.0.0.2").Get() + n);
    }
    uint8_t b[16];
    Ipv6Address("2001:db8::2").Serialize(b);
    b[15] = static_cast<uint8_t>(b[15] + n);
    return Ipv6Address(b);
}

bool
Script::IsV6() const
{
    return m_v6;
}

// Rows

Row::Row(const std::string& name, const Body& body, bool v6)
    : TestCase(name),
      m_body(body),
      m_v6(v6)
{
}

void
Row::DoRun()
{
    std::string why;
    TcpConnTest::NameTrace(GetName());
    {
        Script script(m_v6);
        try
        {
            m_body(script);
            script.Finish();
        }
        catch (const Failed& f)
        {
            why = f.what;
        }
    }
    if (Under::Get().report)
    {
        Under::Get().report(GetName(), why);
        return;
    }
    NS_TEST_EXPECT_MSG_EQ(why, "", GetName());
}

Suite::Suite(const std::string& name)
    : TestSuite(name, TCP_CONN_UNIT)
{
}

void
Suite::Add(const std::string& name, const Row::Body& body)
{
    AddTestCase(new Row(name, body), TCP_CONN_QUICK);
}

void
Suite::AddV6(const std::string& name, const Row::Body& body)
{
    AddTestCase(new Row(name, body, true), TCP_CONN_QUICK);
}

void
Suite::AddBoth(const std::string& name, const Row::Body& body)
{
    AddTestCase(new Row(name + " (IPv4)", body), TCP_CONN_QUICK);
    AddTestCase(new Row(name + " (IPv6)", body, true), TCP_CONN_QUICK);
}

} // namespace TcpConnWire
} // namespace ns3
