/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-bench-scene.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/double.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ip-l4-protocol.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv6-header.h"
#include "ns3/ipv6-interface.h"
#include "ns3/packet.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-conn-stack-helper.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/traffic-control-helper.h"
#include "ns3/uinteger.h"

namespace ns3
{

/**
 * The floor: one end of a conversation that sends, in the order of ns-3's own TCP, packets of the
 * sizes that it sends, and does nothing else.
 */
class TcpConnBenchFloor : public IpL4Protocol
{
  public:
    /** A packet of the conversation. */
    struct Step
    {
        bool client;   //!< The client sends it.
        uint32_t size; //!< Bytes above IP.
    };

    /** @return the packets of a conversation. */
    static const std::vector<Step>& Steps()
    {
        // SYN; SYN,ACK; ACK; request; ACK; reply; FIN; FIN; ACK; ACK.
        static const std::vector<Step> steps = {{true, 36},
                                                {false, 36},
                                                {true, 32},
                                                {true, 132},
                                                {false, 32},
                                                {false, 1032},
                                                {true, 32},
                                                {false, 32},
                                                {false, 32},
                                                {true, 32}};
        return steps;
    }

    /** @param node its node @param client it is the client @param ended called at the end */
    TcpConnBenchFloor(Ptr<Node> node, bool client, Callback<void> ended)
        : m_node(node),
          m_client(client),
          m_ended(ended)
    {
    }

    /** Begin.  @param local our address @param peer the other end's */
    void Begin(Ipv4Address local, Ipv4Address peer)
    {
        m_local = local;
        m_peer = peer;
        m_step = 0;
        if (m_client)
        {
            Send();
        }
    }

    int GetProtocolNumber() const override
    {
        return 6;
    }

    RxStatus Receive(Ptr<Packet> /* packet */,
                     const Ipv4Header& header,
                     Ptr<Ipv4Interface> /* interface */) override
    {
        m_local = header.GetDestination();
        m_peer = header.GetSource();
        m_step = (m_step + 1) % Steps().size();
        if (m_step == 0)
        {
            return RX_OK;
        }
        Send();
        return RX_OK;
    }

    RxStatus Receive(Ptr<Packet> /* packet */,
                     const Ipv6Header& /* header */,
                     Ptr<Ipv6Interface> /* interface */) override
    {
        return RX_OK;
    }

    void SetDownTarget(DownTargetCallback callback) override
    {
        m_down = callback;
    }

    void SetDownTarget6(DownTargetCallback6 /* callback */) override
    {
    }

    DownTargetCallback GetDownTarget() const override
    {
        return m_down;
    }

    DownTargetCallback6 GetDownTarget6() const override
    {
        return DownTargetCallback6();
    }

  private:
    /** Send what is ours until it is the other end's turn. */
    void Send()
    {
        const auto& steps = Steps();
        while (m_step < steps.size() && steps[m_step].client == m_client)
        {
            Ptr<Packet> packet = Create<Packet>(steps[m_step].size);
            Ipv4Header header;
            header.SetSource(m_local);
            header.SetDestination(m_peer);
            header.SetProtocol(6);
            Socket::SocketErrno error;
            Ptr<Ipv4Route> route =
                m_node->GetObject<Ipv4>()->GetRoutingProtocol()->RouteOutput(packet,
                                                                             header,
                                                                             nullptr,
                                                                             error);
            m_down(packet, m_local, m_peer, 6, route);
            ++m_step;
        }
        if (m_step == steps.size())
        {
            m_step = 0;
            m_ended();
        }
    }

    Ptr<Node> m_node;          //!< Its node.
    bool m_client;             //!< It is the client.
    Callback<void> m_ended;    //!< Called at the end.
    DownTargetCallback m_down; //!< Where packets go.
    Ipv4Address m_local;       //!< Our address.
    Ipv4Address m_peer;        //!< The other end's.
    size_t m_step{0};          //!< The next packet.
};

TcpConnBenchScene::TcpConnBenchScene(const std::string& stack, uint32_t clients, Time msl)
    : m_connected(MakeCallback(&TcpConnBenchScene::IdleConnected, this)),
      m_read(MakeCallback(&TcpConnBenchScene::IdleRead, this)),
      m_close(MakeCallback(&TcpConnBenchScene::ServerClose, this)),
      m_floor(stack == "floor"),
      m_factory(TcpSocketFactory::GetTypeId())
{
    NS_ABORT_MSG_UNLESS(m_floor || stack == "stock" || stack == "ours",
                        "no stack \"" << stack << "\": floor, stock or ours");
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1400));
    Config::SetDefault("ns3::TcpSocketBase::MaxSegLifetime", DoubleValue(msl.GetSeconds()));
    m_clients.Create(clients);
    m_server = CreateObject<Node>();
    NodeContainer all(m_clients, m_server);
    if (stack == "ours")
    {
        TcpConnStackHelper helper;
        helper.SetIpv6StackInstall(false);
        helper.SetAdmission("ns3::TcpConnUnlimited"); // ns-3's own knows no backlog
        helper.Install(all);
    }
    else
    {
        InternetStackHelper helper;
        helper.SetIpv6StackInstall(false);
        helper.Install(all);
    }
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("10Gbps"));
    link.SetChannelAttribute("Delay", StringValue("1ms"));
    Ipv4AddressHelper address("10.0.0.0", "255.255.255.0");
    for (uint32_t i = 0; i < clients; ++i)
    {
        const NetDeviceContainer devices = link.Install(m_clients.Get(i), m_server);
        const auto interfaces = address.Assign(devices);
        // The default queue disc makes objects for each new port: they are not TCP's cost.
        TrafficControlHelper().Uninstall(devices);
        m_addresses.push_back(interfaces.GetAddress(1));
        address.NewNetwork();
        if (m_floor && i == 0)
        {
            const auto ended = MakeCallback(&TcpConnBenchScene::Ended, this);
            m_ends = {CreateObject<TcpConnBenchFloor>(m_clients.Get(0), true, ended),
                      CreateObject<TcpConnBenchFloor>(m_server, false, ended)};
            for (const auto& [node, end] :
                 {std::pair(m_clients.Get(0), m_ends[0]), std::pair(m_server, m_ends[1])})
            {
                Ptr<Ipv4L3Protocol> ip = node->GetObject<Ipv4L3Protocol>();
                if (Ptr<IpL4Protocol> there = ip->GetProtocol(6))
                {
                    ip->Remove(there);
                }
                end->SetDownTarget(MakeCallback(&Ipv4L3Protocol::Send, ip));
                ip->Insert(end);
            }
        }
    }
    if (!m_floor)
    {
        Listen(80, MakeCallback(&TcpConnBenchScene::Accepted, this));
        Listen(81, MakeCallback(&TcpConnBenchScene::IdleAccepted, this));
        Listen(82, MakeCallback(&TcpConnBenchScene::IdleAccepted, this));
    }
}

TcpConnBenchScene::~TcpConnBenchScene()
{
    Simulator::Destroy();
}

Ptr<Node>
TcpConnBenchScene::Server() const
{
    return m_server;
}

uint32_t
TcpConnBenchScene::Done() const
{
    return m_done;
}

uint32_t
TcpConnBenchScene::Idle() const
{
    return m_floor ? m_idleWanted : m_idle;
}

Ptr<Socket>
TcpConnBenchScene::NewSocket(Ptr<Node> node) const
{
    return Socket::CreateSocket(node, m_factory);
}

void
TcpConnBenchScene::Listen(uint16_t port, Callback<void, Ptr<Socket>, const Address&> accepted)
{
    Ptr<Socket> listener = NewSocket(m_server);
    listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), port));
    listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(), accepted);
    listener->Listen();
    m_listeners.push_back(listener);
}

// Conversations

void
TcpConnBenchScene::Converse(uint32_t conversations)
{
    m_left = conversations;
    Begin();
}

void
TcpConnBenchScene::Begin()
{
    --m_left;
    if (m_floor)
    {
        m_ends[1]->Begin(Ipv4Address(), Ipv4Address());
        m_ends[0]->Begin(m_clients.Get(0)->GetObject<Ipv4>()->GetAddress(1, 0).GetLocal(),
                         m_addresses[0]);
        return;
    }
    Ptr<Socket> socket = NewSocket(m_clients.Get(0));
    socket->SetConnectCallback(MakeCallback(&TcpConnBenchScene::Connected, this),
                               MakeNullCallback<void, Ptr<Socket>>());
    socket->SetRecvCallback(MakeCallback(&TcpConnBenchScene::ClientRead, this));
    socket->Bind();
    socket->Connect(InetSocketAddress(m_addresses[0], 80));
}

void
TcpConnBenchScene::Connected(Ptr<Socket> socket)
{
    socket->Send(Create<Packet>(100));
}

void
TcpConnBenchScene::ClientRead(Ptr<Socket> socket)
{
    Ptr<Packet> reply = socket->Recv();
    if (reply && reply->GetSize() > 0)
    {
        socket->Close();
        Ended();
    }
}

void
TcpConnBenchScene::Ended()
{
    ++m_done;
    if (m_left > 0)
    {
        Simulator::Schedule(MilliSeconds(20), &TcpConnBenchScene::Begin, this);
    }
}

void
TcpConnBenchScene::Accepted(Ptr<Socket> socket, const Address& /* peer */)
{
    socket->SetRecvCallback(MakeCallback(&TcpConnBenchScene::ServerRead, this));
    socket->SetCloseCallbacks(MakeCallback(&TcpConnBenchScene::ServerClose, this),
                              MakeNullCallback<void, Ptr<Socket>>());
}

void
TcpConnBenchScene::ServerRead(Ptr<Socket> socket)
{
    Ptr<Packet> request = socket->Recv();
    if (request && request->GetSize() > 0)
    {
        socket->Send(Create<Packet>(1000));
    }
}

void
TcpConnBenchScene::ServerClose(Ptr<Socket> socket)
{
    socket->Close();
}

// Idle connections

void
TcpConnBenchScene::OpenIdle(uint32_t connections)
{
    m_idleWanted = connections;
    m_opened.reserve(m_opened.size() + connections);
    m_accepted.reserve(m_accepted.size() + connections);
    if (!m_floor && connections > 0)
    {
        OpenOne();
    }
}

void
TcpConnBenchScene::OpenOne()
{
    const uint32_t client = m_idleWanted % m_clients.GetN();
    Ptr<Socket> socket = NewSocket(m_clients.Get(client));
    socket->SetConnectCallback(m_connected, MakeNullCallback<void, Ptr<Socket>>());
    socket->Bind();
    socket->Connect(InetSocketAddress(m_addresses[client], 81));
    m_opened.push_back(socket);
}

void
TcpConnBenchScene::IdleConnected(Ptr<Socket> /* socket */)
{
    if (--m_idleWanted > 0)
    {
        Simulator::Schedule(MilliSeconds(3), &TcpConnBenchScene::OpenOne, this);
    }
}

void
TcpConnBenchScene::IdleAccepted(Ptr<Socket> socket, const Address& /* peer */)
{
    socket->SetRecvCallback(m_read);
    socket->SetCloseCallbacks(m_close, MakeNullCallback<void, Ptr<Socket>>());
    m_accepted.push_back(socket);
    ++m_idle;
}

void
TcpConnBenchScene::IdleRead(Ptr<Socket> socket)
{
    Ptr<Packet> read = socket->Recv();
    if (read && read->GetSize() == 100)
    {
        socket->Send(Create<Packet>(1000));
    }
}

void
TcpConnBenchScene::Exchange()
{
    for (size_t i = 0; i < m_opened.size(); ++i)
    {
        Simulator::Schedule(MicroSeconds(10 * i), &TcpConnBenchScene::Ask, this, m_opened[i]);
    }
}

void
TcpConnBenchScene::Ask(Ptr<Socket> socket)
{
    socket->SetRecvCallback(m_read);
    socket->Send(Create<Packet>(100));
}

void
TcpConnBenchScene::CloseIdle()
{
    for (size_t i = 0; i < m_opened.size(); ++i)
    {
        Simulator::Schedule(MicroSeconds(10 * i), &Socket::Close, m_opened[i]);
    }
    m_opened.clear();
    m_accepted.clear();
    m_opened.shrink_to_fit(); // their room is not the stack's
    m_accepted.shrink_to_fit();
    m_idle = 0;
}

void
TcpConnBenchScene::Flood(uint32_t syns)
{
    Ptr<Ipv4L3Protocol> ip = m_clients.Get(1)->GetObject<Ipv4L3Protocol>();
    const Ipv4Address from = ip->GetAddress(1, 0).GetLocal();
    for (uint32_t i = 0; i < syns; ++i)
    {
        TcpHeader syn;
        syn.SetSourcePort(1024 + i % 60000);
        syn.SetDestinationPort(82);
        syn.SetSequenceNumber(SequenceNumber32(i));
        syn.SetFlags(TcpHeader::SYN);
        syn.SetWindowSize(65535);
        Ptr<Packet> packet = Create<Packet>();
        packet->AddHeader(syn);
        // From addresses behind the client's that do not exist: nobody resets the connection.
        const Ipv4Address source(from.Get() + 10 + i / 60000);
        Simulator::Schedule(MicroSeconds(10 * i),
                            &Ipv4L3Protocol::Send,
                            ip,
                            packet,
                            source,
                            m_addresses[1],
                            6,
                            Ptr<Ipv4Route>());
    }
}

} // namespace ns3
