/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-parity.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/double.h"
#include "ns3/enum.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/net-device-container.h"
#include "ns3/node-container.h"
#include "ns3/packet.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/random-variable-stream.h"
#include "ns3/red-queue-disc.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/string.h"
#include "ns3/tcp-conn-helper.h"
#include "ns3/tcp-conn-impairment-queue-disc.h"
#include "ns3/tcp-conn-stack-helper.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/tcp-socket-state.h"
#include "ns3/traffic-control-helper.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>
#include <memory>

namespace ns3
{
namespace TcpConnTest
{

namespace
{

constexpr uint32_t SEGMENT = 1448;    //!< Bytes of text in a segment: timestamps take 12.
constexpr uint32_t BUFFER = 262144;   //!< Bytes of the sockets' buffers: never the limit.
constexpr double MEGABIT = 1e6 / 8;   //!< Bytes.
const char* const RATE = "10Mbps";    //!< Of the bottleneck.
const char* const ROOM = "50p";       //!< At the bottleneck.
constexpr double LEAST_ONE_WAY = 7.9; //!< Least delay of the link, ms: a round trip of 17 ms.
constexpr double MOST_ONE_WAY = 10.9; //!< Most delay, ms: a round trip of 23 ms.

/** One flow: a sender that always has text, and its receiver. */
class Flow
{
  public:
    /**
     * @param factory TypeId of the factory of sockets
     * @param from the sender
     * @param to the receiver
     * @param at the receiver's address
     * @param window told of the congestion window
     */
    Flow(const std::string& factory,
         Ptr<Node> from,
         Ptr<Node> to,
         const InetSocketAddress& at,
         const ParityWindow& window);

    Flow(const Flow&) = delete;
    Flow& operator=(const Flow&) = delete;

    /// Connect.
    void Begin();

    /** @return what it has come to. */
    const ParityRun& Run() const
    {
        return m_run;
    }

  private:
    void Connected(Ptr<Socket> socket);
    void Write(Ptr<Socket> socket, uint32_t room);
    void Accepted(Ptr<Socket> socket, const Address& from);
    void Read(Ptr<Socket> socket);
    void Window(uint32_t before, uint32_t now);
    void State(TcpSocketState::TcpCongState_t before, TcpSocketState::TcpCongState_t now);

    Ptr<Socket> m_listener; //!< The receiver's.
    Ptr<Socket> m_sender;   //!< The sender's.
    Address m_to;           //!< The receiver's.
    ParityWindow m_window;  //!< Told of the congestion window.
    ParityRun m_run;        //!< What it has come to.
};

Flow::Flow(const std::string& factory,
           Ptr<Node> from,
           Ptr<Node> to,
           const InetSocketAddress& at,
           const ParityWindow& window)
    : m_to(at),
      m_window(window)
{
    const TypeId type = TypeId::LookupByName(factory);
    m_listener = Socket::CreateSocket(to, type);
    m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), at.GetPort()));
    m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                  MakeCallback(&Flow::Accepted, this));
    m_listener->Listen();
    m_sender = Socket::CreateSocket(from, type);
    m_sender->SetConnectCallback(MakeCallback(&Flow::Connected, this),
                                 MakeNullCallback<void, Ptr<Socket>>());
    m_sender->SetSendCallback(MakeCallback(&Flow::Write, this));
    m_sender->TraceConnectWithoutContext("CongState", MakeCallback(&Flow::State, this));
    if (m_window)
    {
        m_sender->TraceConnectWithoutContext("CongestionWindow", MakeCallback(&Flow::Window, this));
    }
}

void
Flow::Begin()
{
    m_sender->Bind();
    m_sender->Connect(m_to);
}

void
Flow::Connected(Ptr<Socket> socket)
{
    Write(socket, socket->GetTxAvailable());
}

void
Flow::Write(Ptr<Socket> socket, uint32_t /* room */)
{
    while (socket->GetTxAvailable() >= SEGMENT && socket->Send(Create<Packet>(SEGMENT)) > 0)
    {
    }
}

void
Flow::Accepted(Ptr<Socket> socket, const Address& /* from */)
{
    socket->SetRecvCallback(MakeCallback(&Flow::Read, this));
}

void
Flow::Read(Ptr<Socket> socket)
{
    for (Ptr<Packet> packet = socket->Recv(); packet && packet->GetSize() > 0;
         packet = socket->Recv())
    {
        m_run.got += packet->GetSize();
    }
}

void
Flow::Window(uint32_t /* before */, uint32_t now)
{
    m_window(Simulator::Now().GetSeconds(), now);
}

void
Flow::State(TcpSocketState::TcpCongState_t /* before */, TcpSocketState::TcpCongState_t now)
{
    m_run.recoveries += now == TcpSocketState::CA_RECOVERY;
    m_run.timeouts += now == TcpSocketState::CA_LOSS;
}

/** Two hosts and the bottleneck between them, and the defaults while they are there. */
class Hosts
{
  public:
    /**
     * @param control congestion control
     * @param path what the bottleneck does
     * @param seed what is drawn at random
     */
    Hosts(const std::string& control, const ParityPath& path, uint32_t seed);
    ~Hosts();

    Hosts(const Hosts&) = delete;
    Hosts& operator=(const Hosts&) = delete;

    /**
     * @param stack whose TCP is the hosts' only one
     */
    void Install(ParityStack stack);

    /// Install ns-3's TCP, and ours beside it.
    void InstallBoth();

    /**
     * @param factory TypeId of the factory of sockets
     * @param port the receiver's
     * @param window told of the congestion window
     * @return a flow from the first host to the second
     */
    std::unique_ptr<Flow> NewFlow(const std::string& factory,
                                  uint16_t port,
                                  const ParityWindow& window) const;

  private:
    /// Connect the hosts, once they have IP.
    void Link();
    /**
     * Put the path's queue disc on one end.
     * @param device the device
     * @param rules of the impairment
     * @param stream first stream of random numbers
     */
    void Impair(Ptr<NetDevice> device, const std::string& rules, int64_t stream) const;
    /**
     * Put a queue disc that marks on one end.
     * @param device the device
     * @param stream stream of random numbers
     */
    static void Mark(Ptr<NetDevice> device, int64_t stream);

    const ParityPath& m_path; //!< What the bottleneck does.
    uint32_t m_seed;          //!< What is drawn at random.
    NodeContainer m_nodes;    //!< Sender and receiver.
    Ipv4Address m_receiver;   //!< Its address.
};

Hosts::Hosts(const std::string& control, const ParityPath& path, uint32_t seed)
    : m_path(path),
      m_seed(seed)
{
    RngSeedManager::SetSeed(1);
    RngSeedManager::SetRun(seed);
    const TypeId type = TypeId::LookupByName("ns3::" + control);
    Config::SetDefault("ns3::TcpL4Protocol::SocketType", TypeIdValue(type));
    Config::SetDefault("ns3::TcpSocketBase::UseEcn",
                       EnumValue(path.marks ? TcpSocketState::On : TcpSocketState::Off));
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(SEGMENT));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(BUFFER));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(BUFFER));
    m_nodes.Create(2);
}

Hosts::~Hosts()
{
    Simulator::Destroy();
    Config::Reset();
}

void
Hosts::Install(ParityStack stack)
{
    if (stack == ParityStack::OURS)
    {
        TcpConnStackHelper().Install(m_nodes);
    }
    else
    {
        InternetStackHelper().Install(m_nodes);
    }
    Link();
}

void
Hosts::InstallBoth()
{
    InternetStackHelper().Install(m_nodes);
    TcpConnHelper().Install(m_nodes);
    Link();
}

void
Hosts::Link()
{
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue(RATE));
    // Another delay for each seed, so that none happens to suit one of the two.
    Ptr<UniformRandomVariable> delay = CreateObject<UniformRandomVariable>();
    delay->SetStream(m_seed * 100 + 90);
    const double wait = delay->GetValue(LEAST_ONE_WAY, MOST_ONE_WAY);
    link.SetChannelAttribute("Delay", TimeValue(MicroSeconds(std::llround(wait * 1000))));
    // Little behind the queue disc, so that it is the bottleneck.
    link.SetQueue("ns3::DropTailQueue<Packet>", "MaxSize", StringValue("2p"));
    const NetDeviceContainer devices = link.Install(m_nodes);
    if (m_path.marks)
    {
        Mark(devices.Get(0), m_seed * 100);
    }
    else
    {
        Impair(devices.Get(0), m_path.rules, m_seed * 100);
    }
    Impair(devices.Get(1), m_path.back, m_seed * 100 + 50);
    Ipv4AddressHelper address("10.0.0.0", "255.255.255.0");
    m_receiver = address.Assign(devices).GetAddress(1);
}

void
Hosts::Impair(Ptr<NetDevice> device, const std::string& rules, int64_t stream) const
{
    TrafficControlHelper helper;
    helper.SetRootQueueDisc("ns3::TcpConnImpairmentQueueDisc",
                            "Rules",
                            StringValue(rules),
                            "MaxSize",
                            StringValue(ROOM));
    const auto disc = DynamicCast<TcpConnImpairmentQueueDisc>(helper.Install(device).Get(0));
    disc->AssignStreams(stream);
}

void
Hosts::Mark(Ptr<NetDevice> device, int64_t stream)
{
    TrafficControlHelper helper;
    helper.SetRootQueueDisc("ns3::RedQueueDisc",
                            "MaxSize",
                            StringValue("300p"),
                            "MinTh",
                            DoubleValue(8),
                            "MaxTh",
                            DoubleValue(24),
                            "MeanPktSize",
                            UintegerValue(1500),
                            "LinkBandwidth",
                            StringValue(RATE));
    const auto disc = DynamicCast<RedQueueDisc>(helper.Install(device).Get(0));
    disc->SetAttribute("UseEcn", BooleanValue(true));
    disc->SetAttribute("UseHardDrop", BooleanValue(false));
    disc->AssignStreams(stream);
}

std::unique_ptr<Flow>
Hosts::NewFlow(const std::string& factory, uint16_t port, const ParityWindow& window) const
{
    return std::make_unique<Flow>(factory,
                                  m_nodes.Get(0),
                                  m_nodes.Get(1),
                                  InetSocketAddress(m_receiver, port),
                                  window);
}

/**
 * Run two flows over one bottleneck.
 * @param hosts the hosts, with both stacks
 * @param one the flow that begins first
 * @param other the flow that begins second
 * @param later how much later it begins
 * @param seconds how long the two compete
 * @return bytes of each, while both are there
 */
std::pair<uint64_t, uint64_t>
Compete(Flow& one, Flow& other, Time later, uint32_t seconds)
{
    const Time start = Seconds(1);
    uint64_t before = 0;
    Simulator::Schedule(start, &Flow::Begin, &one);
    Simulator::Schedule(start + later, [&] {
        before = one.Run().got;
        other.Begin();
    });
    Simulator::Stop(start + later + Seconds(seconds));
    Simulator::Run();
    return {one.Run().got - before, other.Run().got};
}

/**
 * @param runs transfers
 * @param path their path
 * @return their mean
 */
ParityMean
MeanOf(const std::vector<ParityRun>& runs, const ParityPath& path)
{
    ParityMean mean;
    const double seconds = static_cast<double>(path.seconds) * runs.size();
    for (const ParityRun& run : runs)
    {
        mean.goodput += run.got / MEGABIT / seconds;
        mean.recoveries += run.recoveries * 60 / seconds;
        mean.timeouts += run.timeouts * 60 / seconds;
    }
    return mean;
}

/**
 * @param stock transfers with ns-3's own
 * @param ours the same with this module's
 * @param path their path
 * @return how they compare
 */
ParityResult
ResultOf(const std::vector<ParityRun>& stock,
         const std::vector<ParityRun>& ours,
         const ParityPath& path)
{
    ParityResult result{MeanOf(stock, path), MeanOf(ours, path), 0, 0, 0};
    result.ratio = result.ours.goodput / result.stock.goodput;
    result.seeds = stock.size();
    if (result.seeds > 1)
    {
        // Of a ratio of means, to first order, from what each seed is off.
        double squares = 0;
        for (uint32_t i = 0; i < result.seeds; ++i)
        {
            const double off = static_cast<double>(ours[i].got) - result.ratio * stock[i].got;
            squares += off * off;
        }
        const double unit = result.stock.goodput * MEGABIT * path.seconds;
        result.error = std::sqrt(squares / (result.seeds - 1.0) / result.seeds) / unit;
    }
    return result;
}

/**
 * Two flows share the bottleneck, twice; each is the first to begin in one of the two runs.
 * @param control congestion control
 * @param seed what is drawn at random
 * @return bytes through ours and through stock
 */
std::pair<double, double>
Share(const std::string& control, uint32_t seed)
{
    // Where two flows meet at a queue that drops the last, whose packet finds it full is a matter
    // of phase, for as long as nothing is random.  The time of a segment takes the phases away.
    static const ParityPath shared{"shared",
                                   "",
                                   "delay pureack ns3::UniformRandomVariable[Min=0|Max=0.0012]"};
    std::pair<double, double> bytes;
    for (const bool oursFirst : {true, false})
    {
        Hosts hosts(control, shared, seed);
        hosts.InstallBoth();
        auto ours = hosts.NewFlow("ns3::TcpConnSocketFactory", 80, {});
        auto stock = hosts.NewFlow("ns3::TcpSocketFactory", 81, {});
        Flow& first = oursFirst ? *ours : *stock;
        Flow& second = oursFirst ? *stock : *ours;
        Ptr<UniformRandomVariable> random = CreateObject<UniformRandomVariable>();
        random->SetStream(seed);
        const Time later = MilliSeconds(random->GetInteger(0, 1000));
        const auto [x, y] = Compete(first, second, later, PARITY_SHARE_SECONDS);
        bytes.first += oursFirst ? x : y;
        bytes.second += oursFirst ? y : x;
    }
    return bytes;
}

/**
 * @param pairs bytes through ours and through stock, of each pair of runs
 * @return how they compare
 */
ParityShares
SharesOf(const std::vector<std::pair<double, double>>& pairs)
{
    double ours = 0;
    double stock = 0;
    for (const auto& [x, y] : pairs)
    {
        ours += x;
        stock += y;
    }
    ParityShares result{ours / stock, 0, static_cast<uint32_t>(pairs.size())};
    double squares = 0;
    for (const auto& [x, y] : pairs)
    {
        squares += (x - result.ratio * y) * (x - result.ratio * y);
    }
    const double count = pairs.size();
    result.error = std::sqrt(squares / (count - 1) * count) / stock;
    return result;
}

} // namespace

const std::vector<ParityPath>&
ParityPaths()
{
    static const std::vector<ParityPath> paths{
        {"clean", "", "", false, 20, 4},
        {"loss-0.1", "drop data probability 0.001", "drop pureack probability 0.001", false, 30, 4},
        {"loss-1", "drop data probability 0.01", "drop pureack probability 0.01", false, 30, 10},
        {"loss-5", "drop data probability 0.05", "drop pureack probability 0.05", false, 30, 20},
        {"reordering", "reorder data probability 0.01 by 4", "", false, 30, 4},
        {"marking", "", "", true, 20, 6},
    };
    return paths;
}

const std::vector<std::string>&
ParityControls()
{
    static const std::vector<std::string> controls{
        "TcpNewReno",
        "TcpLinuxReno",
        "TcpCubic",
        "TcpBbr",
        "TcpBic",
        "TcpDctcp",
        "TcpHighSpeed",
        "TcpHtcp",
        "TcpHybla",
        "TcpIllinois",
        "TcpLedbat",
        "TcpLp",
        "TcpScalable",
        "TcpVegas",
        "TcpVeno",
        "TcpWestwood",
        "TcpYeah",
    };
    return controls;
}

const ParityPath&
ParityPathOf(const std::string& name)
{
    const auto& paths = ParityPaths();
    const auto at = std::find_if(paths.begin(), paths.end(), [&](const ParityPath& path) {
        return path.name == name;
    });
    NS_ABORT_MSG_IF(at == paths.end(), "no path \"" << name << "\"");
    return *at;
}

ParityRun
ParityTransfer(ParityStack stack,
               const std::string& control,
               const ParityPath& path,
               uint32_t seed,
               const ParityWindow& window)
{
    Hosts hosts(control, path, seed);
    hosts.Install(stack);
    const auto flow = hosts.NewFlow(TcpSocketFactory::GetTypeId().GetName(), 80, window);
    Simulator::Schedule(Seconds(0), &Flow::Begin, flow.get());
    Simulator::Stop(Seconds(path.seconds));
    Simulator::Run();
    return flow->Run();
}

ParityResult
ParityCompare(const std::string& control, const ParityPath& path)
{
    std::vector<ParityRun> stock;
    std::vector<ParityRun> ours;
    ParityResult result;
    for (uint32_t seeds = path.seeds; seeds <= PARITY_MOST_SEEDS; seeds *= 2)
    {
        while (stock.size() < seeds)
        {
            const uint32_t seed = stock.size() + 1;
            stock.push_back(ParityTransfer(ParityStack::STOCK, control, path, seed));
            ours.push_back(ParityTransfer(ParityStack::OURS, control, path, seed));
        }
        result = ResultOf(stock, ours, path);
        if (result.ratio - 2 * result.error > 1 - PARITY_WITHIN)
        {
            break;
        }
    }
    return result;
}

ParityShares
ParityShare(const std::string& control)
{
    std::vector<std::pair<double, double>> pairs;
    ParityShares result;
    for (uint32_t seeds = PARITY_SHARE_SEEDS; seeds <= PARITY_MOST_SHARE_SEEDS; seeds *= 2)
    {
        while (pairs.size() < seeds)
        {
            pairs.push_back(Share(control, pairs.size() + 1));
        }
        result = SharesOf(pairs);
        if (std::abs(result.ratio - 1) + 2 * result.error < PARITY_SHARE_WITHIN)
        {
            break;
        }
    }
    return result;
}

} // namespace TcpConnTest
} // namespace ns3
