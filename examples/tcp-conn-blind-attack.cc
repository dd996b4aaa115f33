/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Blind attacks: an attacker that knows addresses and ports of a connection, but sees none of its
 * segments, guesses sequence numbers.  How many connections does it break, with the checks of
 * RFC 793 and with those of RFC 5961?
 *
 *     client 10.0.0.1 ------ 10 ms ------ 10.0.0.2:80
 *                                                     server
 *     attacker 10.1.0.1 ------ 1 ms ------ 10.1.0.2
 *
 * Each connection has an attacker of its own, an application that sends segments in the client's
 * name.
 */

#include "tcp-conn-experiment.h"

#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"
#include "ns3/tcp-conn-module.h"

#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <vector>

using namespace ns3;

namespace
{

constexpr uint16_t FIRST_PORT = 40000; //!< Port of the first connection.
const Time ATTACK = Seconds(1);        //!< When the attack begins.
constexpr double GUESSES_A_SECOND = 4; //!< Of one attacker.

/** One run. */
struct Scenario
{
    std::string kind;           //!< "rst", "syn" or "data".
    std::string check;          //!< Segment check of both ends.
    bool timestamps{false};     //!< The connections use timestamps.
    uint32_t connections{100};  //!< Connections.
    uint32_t window{64U << 20}; //!< Receive window of both ends, bytes.
    uint32_t guesses{256};      //!< Of each attacker.
    std::string isn{};          //!< Initial sequence numbers; empty: the usual ones.
    std::string sequence{"ns3::UniformRandomVariable[Min=0|Max=4294967296]"}; //!< Guesses.
};

/** The network of the file's head, with connections and attackers. */
class Scene
{
  public:
    /** @param scenario what is to be run */
    explicit Scene(const Scenario& scenario);
    /** @return the client's and the server's node. */
    NodeContainer Hosts() const;
    /**
     * After so many guesses for each connection, say how it stands.
     * @param guesses guesses
     * @param tell called with the share of connections that are broken, and the ACKs sent
     */
    void After(uint32_t guesses, std::function<void(double, uint32_t)> tell);
    /** Run to the end. */
    void Run();

  private:
    /** Build the network. @param stack the TCP of client and server */
    void Build(const TcpConnStackHelper& stack);
    /** The client opens a connection and sends a few bytes. @param port its port */
    void Open(uint16_t port);
    /** Attack a connection. @param port its port */
    void Attack(uint16_t port);
    /** The server got a segment. @param s the segment */
    void Received(const TcpConnSegmentEvent& s);
    /** The server dropped it. @param s the segment */
    void Dropped(const TcpConnSegmentEvent& s);
    /** The server sent one. @param s the segment */
    void Sent(const TcpConnSegmentEvent& s);
    /** @return connections that are gone, or that took text of an attacker. */
    uint32_t Broken() const;

    Scenario m_scenario;                 //!< What is run.
    Ptr<Node> m_client;                  //!< Client.
    Ptr<Node> m_server;                  //!< Server.
    Ptr<Node> m_attacker;                //!< Attackers.
    Ptr<Socket> m_listener;              //!< Server's listener.
    std::vector<Ptr<Socket>> m_sockets;  //!< Client's connections.
    std::map<uint16_t, int32_t> m_taken; //!< Segments taken since the attack began, by port.
    uint32_t m_acks{0};                  //!< ACKs that the server sent since then.
};

Scene::Scene(const Scenario& scenario)
    : m_scenario(scenario),
      m_client(CreateObject<Node>()),
      m_server(CreateObject<Node>()),
      m_attacker(CreateObject<Node>())
{
    TcpConnStackHelper stack;
    stack.Set("SegmentCheck", StringValue(scenario.check));
    if (!scenario.isn.empty())
    {
        stack.Set("Isn", StringValue(scenario.isn));
    }
    Build(stack);
    m_listener = Socket::CreateSocket(m_server, TcpSocketFactory::GetTypeId());
    m_listener->SetAttribute("RcvBufSize", UintegerValue(scenario.window));
    m_listener->SetAttribute("Timestamp", BooleanValue(scenario.timestamps));
    m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), 80));
    m_listener->Listen();
    for (uint32_t i = 0; i < scenario.connections; ++i)
    {
        Open(FIRST_PORT + i);
        Attack(FIRST_PORT + i);
    }
    Simulator::Schedule(ATTACK, [this] {
        auto tcp = m_server->GetObject<TcpConnL4Protocol>();
        tcp->TraceConnectWithoutContext("Rx", MakeCallback(&Scene::Received, this));
        tcp->TraceConnectWithoutContext("Drop", MakeCallback(&Scene::Dropped, this));
        tcp->TraceConnectWithoutContext("Tx", MakeCallback(&Scene::Sent, this));
    });
}

void
Scene::Build(const TcpConnStackHelper& stack)
{
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("1Gbps"));
    link.SetChannelAttribute("Delay", StringValue("10ms"));
    const NetDeviceContainer good = link.Install(m_client, m_server);
    link.SetChannelAttribute("Delay", StringValue("1ms"));
    const NetDeviceContainer bad = link.Install(m_attacker, m_server);
    stack.Install(Hosts());
    InternetStackHelper().Install(m_attacker);
    Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.0");
    addresses.Assign(good);
    addresses.SetBase("10.1.0.0", "255.255.255.0");
    addresses.Assign(bad);
    Ipv4StaticRoutingHelper routing;
    routing.GetStaticRouting(m_attacker->GetObject<Ipv4>())->SetDefaultRoute("10.1.0.2", 1);
}

NodeContainer
Scene::Hosts() const
{
    return NodeContainer(m_client, m_server);
}

void
Scene::Open(uint16_t port)
{
    Ptr<Socket> socket = Socket::CreateSocket(m_client, TcpSocketFactory::GetTypeId());
    socket->SetAttribute("RcvBufSize", UintegerValue(m_scenario.window));
    socket->SetAttribute("Timestamp", BooleanValue(m_scenario.timestamps));
    socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), port));
    Simulator::ScheduleNow([socket] {
        socket->Connect(InetSocketAddress("10.0.0.2", 80));
        socket->Send(Create<Packet>(100));
    });
    m_sockets.push_back(socket);
}

void
Scene::Attack(uint16_t port)
{
    TcpConnAttackerHelper helper(m_scenario.kind, InetSocketAddress("10.0.0.2", 80));
    helper.SetAttribute("Sources", StringValue("10.0.0.1"));
    helper.SetAttribute(
        "SourcePorts",
        StringValue("ns3::ConstantRandomVariable[Constant=" + std::to_string(port) + "]"));
    helper.SetAttribute("SequenceNumbers", StringValue(m_scenario.sequence));
    helper.SetAttribute("Rate", DoubleValue(GUESSES_A_SECOND));
    helper.SetAttribute("Count", UintegerValue(m_scenario.guesses));
    ApplicationContainer attacker = helper.Install(m_attacker);
    attacker.Start(ATTACK);
    TcpConnWorkloadHelper::AssignStreams(attacker, 5 * port);
}

void
Scene::After(uint32_t guesses, std::function<void(double, uint32_t)> tell)
{
    // The last of these guesses has come, and what it brought about as well.
    Simulator::Schedule(ATTACK + Seconds((guesses - 0.5) / GUESSES_A_SECOND), [this, tell] {
        tell(static_cast<double>(Broken()) / m_scenario.connections, m_acks);
    });
}

void
Scene::Run()
{
    TcpConnExperiment::Run();
    Simulator::Destroy();
}

void
Scene::Received(const TcpConnSegmentEvent& s)
{
    ++m_taken[s.key.peerPort];
}

void
Scene::Dropped(const TcpConnSegmentEvent& s)
{
    --m_taken[s.key.peerPort];
}

void
Scene::Sent(const TcpConnSegmentEvent& s)
{
    m_acks += s.segment.flags == TCP_CONN_ACK ? 1 : 0;
}

uint32_t
Scene::Broken() const
{
    const uint32_t alive = TcpConnHolding(m_server).states["ESTABLISHED"];
    uint32_t broken = m_scenario.connections - alive;
    for (const auto& [port, taken] : m_taken)
    {
        broken += m_scenario.kind == "data" && taken > 0 ? 1 : 0;
    }
    return broken;
}

} // namespace

int
main(int argc, char* argv[])
{
    Scenario usual;
    TcpConnExperiment experiment("tcp-conn-blind-attack",
                                 "Blind attacks: connections that forged RSTs, SYNs and text "
                                 "break, with the checks of RFC 793 and of RFC 5961");
    experiment.Option("connections", "connections under attack", usual.connections);
    experiment.Option("window", "receive window, bytes", usual.window);
    experiment.Option("guesses", "guesses for each connection", usual.guesses);
    experiment.Parse(argc, argv);
    TcpConnCheckOption(usual.connections >= 1 && usual.connections <= 10000,
                       "connections",
                       "1 to 10000");
    TcpConnCheckOption(usual.window >= 1024 && usual.window <= 1073725440,
                       "window",
                       "1024 to 1073725440 bytes");
    TcpConnCheckOption(usual.guesses >= 16 && usual.guesses <= 65536, "guesses", "16 to 65536");
    auto& table = experiment.Table("outcomes",
                                   "Connections that guesses break",
                                   {{"kind"},
                                    {"check"},
                                    {"timestamps"},
                                    {"guesses"},
                                    {"expected", "%"},
                                    {"broken", "%"},
                                    {"ACKs"}});
    // The share of the numbers that does harm.
    const double inWindow = usual.window / 4294967296.0;

    const struct
    {
        std::string kind;
        std::string check;
        bool timestamps;
        double chance;
    } cases[] = {
        {"rst", "Rfc793", false, inWindow},
        {"rst", "Rfc5961", false, 1 / 4294967296.0},
        {"syn", "Rfc793", false, inWindow},
        {"syn", "Rfc5961", false, 0},
        {"data", "Rfc793", false, inWindow / 2},
        {"data", "Rfc5961", false, inWindow * inWindow},
        {"data", "Rfc5961", true, 0},
    };

    for (const auto& c : cases)
    {
        Scenario scenario = usual;
        scenario.kind = c.kind;
        scenario.check = "ns3::TcpConnCheck" + c.check;
        scenario.timestamps = c.timestamps;
        Scene scene(scenario);
        for (uint32_t guesses = 16; guesses <= usual.guesses; guesses *= 4)
        {
            const double expected = 1 - std::pow(1 - c.chance, guesses);
            scene.After(guesses, [&table, &c, guesses, expected](double broken, uint32_t sent) {
                table.Row({c.kind,
                           c.check,
                           c.timestamps ? "on" : "off",
                           guesses,
                           100 * expected,
                           100 * broken,
                           sent});
            });
        }
        scene.Run();
    }

    // One connection and one guess, in the window but not the number expected.
    for (const auto* check : {"Rfc793", "Rfc5961"})
    {
        for (const auto* kind : {"rst", "syn"})
        {
            Scenario scenario = usual;
            scenario.kind = kind;
            scenario.check = std::string("ns3::TcpConnCheck") + check;
            scenario.connections = 1;
            scenario.guesses = 1;
            scenario.isn = "ns3::TcpConnIsnConstant[Value=1000]";
            scenario.sequence = "ns3::ConstantRandomVariable[Constant=5000]";
            Scene scene(scenario);
            experiment.Trace(kind + std::string("-") + check, scene.Hosts());
            scene.Run();
        }
    }
    experiment.Ladder("rst-Rfc5961");
    return experiment.Finish();
}
