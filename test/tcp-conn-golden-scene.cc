/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-golden-scene.h"

#include "tcp-conn-case-trace.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/double.h"
#include "ns3/nstime.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-conn-isn.h"
#include "ns3/tcp-conn-l4-protocol.h"
#include "ns3/tcp-conn-stack-helper.h"
#include "ns3/uinteger.h"

#include <iomanip>

namespace ns3
{
namespace TcpConnGolden
{

namespace
{

/** Protocol number of IPv4 on a link. */
constexpr uint16_t IPV4 = 0x0800;

/** One initial sequence number until second 5, another from then on. */
class TwoNumbers : public TcpConnIsn
{
  public:
    /** @return the TypeId. */
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("ns3::TcpConnIsnTwoNumbers")
                                .SetParent<TcpConnIsn>()
                                .SetGroupName("TcpConn")
                                .AddConstructor<TwoNumbers>()
                                .AddAttribute("First",
                                              "Number until second 5.",
                                              UintegerValue(0),
                                              MakeUintegerAccessor(&TwoNumbers::m_first),
                                              MakeUintegerChecker<uint32_t>())
                                .AddAttribute("Later",
                                              "Number from second 5 on.",
                                              UintegerValue(0),
                                              MakeUintegerAccessor(&TwoNumbers::m_later),
                                              MakeUintegerChecker<uint32_t>());
        return tid;
    }

    SequenceNumber32 Choose(const TcpConnKey& /* key */,
                            Time now,
                            TcpConnPolicyState* /* state */) const override
    {
        return SequenceNumber32(now < Seconds(5) ? m_first : m_later);
    }

  private:
    uint32_t m_first{0}; //!< Number until second 5.
    uint32_t m_later{0}; //!< Number from second 5 on.
};

NS_OBJECT_ENSURE_REGISTERED(TwoNumbers);

/**
 * Make a host's TCP.
 * @param node the host
 * @param first its initial sequence number
 * @param later the same from second 5 on; 0: no other
 * @param options whether it offers options
 */
void
InstallTcp(Ptr<Node> node, uint32_t first, uint32_t later, bool options)
{
    TcpConnStackHelper stack;
    stack.SetIpv6StackInstall(false);
    if (later != 0)
    {
        stack.SetIsn("ns3::TcpConnIsnTwoNumbers",
                     "First",
                     UintegerValue(first),
                     "Later",
                     UintegerValue(later));
    }
    else
    {
        stack.SetIsn("ns3::TcpConnIsnConstant", "Value", UintegerValue(first));
    }
    Config::SetDefault("ns3::TcpConnSocket::Sack", BooleanValue(options));
    Config::SetDefault("ns3::TcpConnSocket::Timestamp", BooleanValue(options));
    Config::SetDefault("ns3::TcpConnSocket::WindowScaling", BooleanValue(options));
    Config::SetDefault("ns3::TcpConnSocket::MinRto", TimeValue(Seconds(1)));
    stack.Install(node);
    TcpConnTest::TraceHost(node);
}

/** @param who a host @return the time as traces print it, and the host */
std::string
Stamp(Who who)
{
    std::ostringstream text;
    text << std::fixed << std::setprecision(9) << Simulator::Now().GetSeconds() << " " << who;
    return text.str();
}

} // namespace

// The path ---------------------------------------------------------------------------------------

TypeId
Path::GetTypeId()
{
    static TypeId tid = TypeId("ns3::TcpConnGoldenPath")
                            .SetParent<ErrorModel>()
                            .SetGroupName("TcpConn")
                            .AddConstructor<Path>();
    return tid;
}

void
Path::LeadTo(Ptr<SimpleNetDevice> device)
{
    m_device = device;
}

void
Path::Lose(Kind kind, uint32_t number)
{
    m_rules.push_back({kind, number, false, Time(0), false});
}

void
Path::Delay(Kind kind, uint32_t number, Time by)
{
    m_rules.push_back({kind, number, false, by, false});
}

void
Path::Repeat(Kind kind, uint32_t number, Time after)
{
    m_rules.push_back({kind, number, true, after, false});
}

void
Path::Deliver(Ptr<Packet> packet)
{
    m_pass = true;
    const Mac48Address to = Mac48Address::ConvertFrom(m_device->GetAddress());
    m_device->Receive(packet, IPV4, to, to);
    m_pass = false;
}

void
Path::DeliverNext(Ptr<Packet> packet)
{
    Simulator::ScheduleWithContext(m_device->GetNode()->GetId(),
                                   Time(0),
                                   &Path::Deliver,
                                   this,
                                   packet);
}

bool
Path::AllUsed() const
{
    bool all = true;
    for (const Rule& rule : m_rules)
    {
        all = all && rule.used;
    }
    return all;
}

bool
Path::DoCorrupt(Ptr<Packet> packet)
{
    Kind kind;
    if (m_pass || !KindOf(packet, kind))
    {
        return false;
    }
    const uint32_t number = ++m_seen[kind];
    for (Rule& rule : m_rules)
    {
        if (rule.kind != kind || (rule.number != number && rule.number != EVERY))
        {
            continue;
        }
        rule.used = true;
        if (!rule.copy.IsZero())
        {
            Simulator::Schedule(rule.copy, &Path::Deliver, this, packet->Copy());
        }
        return !rule.original;
    }
    return false;
}

void
Path::DoReset()
{
    m_seen.clear();
}

bool
Path::KindOf(Ptr<const Packet> packet, Kind& kind)
{
    Ptr<Packet> copy = packet->Copy();
    Ipv4Header ip;
    copy->RemoveHeader(ip);
    if (ip.GetProtocol() != TcpConnL4Protocol::NUMBER)
    {
        return false;
    }
    TcpConnHeader tcp;
    const uint32_t size = copy->PeekHeader(tcp);
    const TcpConnSegment& segment = tcp.GetSegment();
    if (segment.Has(TCP_CONN_RST))
    {
        kind = Kind::RST;
    }
    else if (segment.Has(TCP_CONN_SYN))
    {
        kind = segment.Has(TCP_CONN_ACK) ? Kind::SYN_ACK : Kind::SYN;
    }
    else if (segment.Has(TCP_CONN_FIN))
    {
        kind = Kind::FIN;
    }
    else
    {
        kind = copy->GetSize() > size ? Kind::TEXT : Kind::ACK;
    }
    return true;
}

// An end -----------------------------------------------------------------------------------------

End::End(Scene& scene, Who who)
    : m_scene(scene),
      m_who(who)
{
}

void
End::Listen(uint16_t port)
{
    m_listener = Socket::CreateSocket(m_scene.Host(m_who), TcpSocketFactory::GetTypeId());
    m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), port));
    m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                  MakeCallback(&End::Accepted, this));
    m_listener->Listen();
}

void
End::Connect(uint16_t port, uint16_t to)
{
    ConnectWith(port, to, 0);
}

void
End::ConnectWith(uint16_t port, uint16_t to, uint32_t bytes)
{
    m_received = 0;
    m_socket = Socket::CreateSocket(m_scene.Host(m_who), TcpSocketFactory::GetTypeId());
    m_socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), port));
    m_socket->SetConnectCallback(MakeCallback(&End::Opened, this),
                                 MakeCallback(&End::Failed, this));
    Watch();
    if (bytes > 0)
    {
        Send(bytes);
    }
    m_socket->Connect(InetSocketAddress(m_scene.AddressOf(m_who == A ? B : A), to));
}

void
End::Send(uint32_t bytes)
{
    const int sent = m_socket->Send(Create<Packet>(bytes));
    if (sent != static_cast<int>(bytes))
    {
        Note("send fails, " + Errno());
    }
}

void
End::Close()
{
    if (m_socket->Close() != 0)
    {
        Note("close fails, " + Errno());
    }
}

void
End::CloseListener()
{
    m_listener->Close();
}

void
End::ShutdownSend()
{
    m_socket->ShutdownSend();
}

void
End::Abort()
{
    m_socket->SetAttribute("Linger", DoubleValue(0));
    m_socket->Close();
}

void
End::OnOpen(const Deed& deed)
{
    m_onOpen = deed;
}

void
End::OnText(uint32_t bytes, const Deed& deed)
{
    m_awaited = bytes;
    m_onText = deed;
}

void
End::OnPeerClosed(const Deed& deed)
{
    m_onPeerClosed = deed;
}

void
End::Watch()
{
    m_socket->SetRecvCallback(MakeCallback(&End::Read, this));
    m_socket->SetCloseCallbacks(MakeCallback(&End::PeerClosed, this),
                                MakeCallback(&End::Broken, this));
}

void
End::Note(const std::string& what)
{
    m_scene.Comment(Stamp(m_who) + " " + what);
}

void
End::Accepted(Ptr<Socket> socket, const Address& /* from */)
{
    m_received = 0;
    m_socket = socket;
    Watch();
    Note("accepted");
    Do(m_onOpen);
}

void
End::Opened(Ptr<Socket> /* socket */)
{
    Note("connected");
    Do(m_onOpen);
}

void
End::Failed(Ptr<Socket> /* socket */)
{
    Note("connect failed, " + Errno());
}

void
End::Read(Ptr<Socket> socket)
{
    uint32_t bytes = 0;
    while (Ptr<Packet> packet = socket->Recv())
    {
        if (packet->GetSize() == 0)
        {
            break; // the end of the stream
        }
        bytes += packet->GetSize();
    }
    Note("received " + std::to_string(bytes));
    const bool before = m_received < m_awaited;
    m_received += bytes;
    if (before && m_received >= m_awaited)
    {
        Do(m_onText);
    }
}

void
End::PeerClosed(Ptr<Socket> /* socket */)
{
    Note("peer closed");
    Do(m_onPeerClosed);
}

void
End::Broken(Ptr<Socket> /* socket */)
{
    Note("connection lost, " + Errno());
}

void
End::Do(const Deed& deed)
{
    if (deed)
    {
        deed();
    }
}

std::string
End::Errno() const
{
    std::string word;
    switch (m_socket->GetErrno())
    {
    case Socket::ERROR_NOTERROR:
        word = "no error";
        break;
    case Socket::ERROR_NOTCONN:
        word = "not connected";
        break;
    case Socket::ERROR_SHUTDOWN:
        word = "shut down";
        break;
    default:
        word = "errno " + std::to_string(m_socket->GetErrno());
        break;
    }
    StringValue failure;
    m_socket->GetAttribute("Failure", failure);
    return word + ", failure " + failure.Get();
}

// The scene --------------------------------------------------------------------------------------

Scene::Scene(const Setup& setup)
    : m_a(*this, A),
      m_b(*this, B)
{
    m_nodes.Create(2);
    SimpleNetDeviceHelper link;
    link.SetNetDevicePointToPointMode(true); // no ARP
    link.SetChannelAttribute("Delay", StringValue("10ms"));
    NetDeviceContainer devices = link.Install(m_nodes);
    if (setup.fastOpen)
    {
        Config::SetDefault("ns3::TcpConnL4Protocol::Handshake",
                           StringValue("ns3::TcpConnFastOpen"));
    }
    InstallTcp(m_nodes.Get(A), setup.isnOfA, setup.isnLater, setup.options);
    InstallTcp(m_nodes.Get(B), setup.isnOfB, 0, setup.options);
    for (uint32_t i = 0; i < 2; i++)
    {
        auto device = DynamicCast<SimpleNetDevice>(devices.Get(i));
        device->SetMtu(1500);
        m_paths.push_back(CreateObject<Path>());
        m_paths[i]->LeadTo(device);
        device->SetAttribute("ReceiveErrorModel", PointerValue(m_paths[i]));
    }
    m_interfaces = Ipv4AddressHelper("10.1.1.0", "255.255.255.0").Assign(devices);

    auto ofA = m_nodes.Get(A)->GetObject<TcpConnL4Protocol>();
    auto ofB = m_nodes.Get(B)->GetObject<TcpConnL4Protocol>();
    const std::string policies = ofA->GetPolicies();
    m_writer = Create<TcpConnTraceWriter>(Create<OutputStreamWrapper>(&m_trace), policies);
    if (ofB->GetPolicies() != policies)
    {
        m_writer->NodePolicies(B, ofB->GetPolicies());
    }
    m_writer->Attach(ofA);
    m_writer->Attach(ofB);
}

Scene::~Scene()
{
    Simulator::Destroy();
    Config::Reset();
}

End&
Scene::At(Who who)
{
    return who == A ? m_a : m_b;
}

Path&
Scene::From(Who who)
{
    return *m_paths[who == A ? B : A];
}

Ptr<Node>
Scene::Host(Who who) const
{
    return m_nodes.Get(who);
}

Ipv4Address
Scene::AddressOf(Who who) const
{
    return m_interfaces.GetAddress(who);
}

void
Scene::When(double when, const End::Deed& deed)
{
    Simulator::Schedule(Seconds(when), deed);
}

void
Scene::Forge(Who who, const Forgery& forgery)
{
    TcpConnSegment segment;
    segment.seq = SequenceNumber32(forgery.seq);
    segment.ack = SequenceNumber32(forgery.ack);
    segment.flags = forgery.flags;
    segment.window = 65535;
    auto packet = Create<Packet>();
    packet->AddHeader(TcpConnHeader(forgery.from, forgery.to, segment));
    Ipv4Header ip;
    ip.SetSource(AddressOf(who == A ? B : A));
    ip.SetDestination(AddressOf(who));
    ip.SetProtocol(TcpConnL4Protocol::NUMBER);
    ip.SetPayloadSize(static_cast<uint16_t>(packet->GetSize()));
    ip.SetTtl(64);
    packet->AddHeader(ip);
    m_paths[who]->DeliverNext(packet);
}

void
Scene::Crash(Who who)
{
    Comment(Stamp(who) + " crashes");
    Host(who)->GetObject<TcpConnL4Protocol>()->Crash();
}

void
Scene::Comment(const std::string& text)
{
    m_writer->Flush(); // what happened before stands before it
    m_trace << "# " << text << "\n";
}

std::string
Scene::Run()
{
    Simulator::Stop(Seconds(3600));
    Simulator::Run();
    m_writer->Flush();
    return m_trace.str();
}

std::string
Scene::Complaint() const
{
    std::string text;
    for (uint32_t i = 0; i < 2; i++)
    {
        const std::string left =
            m_nodes.Get(i)->GetObject<TcpConnL4Protocol>()->GetConnectionTable();
        if (!left.empty())
        {
            text += "left at host " + std::to_string(i) + ": " + left;
        }
        if (!m_paths[i]->AllUsed())
        {
            text += "a segment to host " + std::to_string(i) + " that a rule names never came; ";
        }
    }
    return text;
}

} // namespace TcpConnGolden
} // namespace ns3
