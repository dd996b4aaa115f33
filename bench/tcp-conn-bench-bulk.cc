/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * What a segment of a long transfer costs: one connection over a link of 10 Gb/s with an MTU of
 * 1500, whose round-trip time is such that the window fills it; with this module's TCP and ns-3's
 * own in one run, without and with loss.
 */

#include "../examples/tcp-conn-option.h"

#include "ns3/core-module.h"
#include "ns3/error-model.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/packet.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/socket.h"
#include "ns3/tcp-conn-stack-helper.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/traffic-control-helper.h"

#include <ctime>
#include <iomanip>
#include <iostream>

using namespace ns3;

namespace
{

constexpr uint32_t SEGMENT = 1448; //!< Bytes of text in a segment.

/** One transfer. */
class Bulk
{
  public:
    /**
     * @param stack "stock" or "ours"
     * @param window bytes of the buffers
     * @param loss share of packets lost
     */
    Bulk(const std::string& stack, uint32_t window, double loss);
    ~Bulk();

    /** @param bytes how much to transfer @return CPU microseconds for each segment of text */
    double Transfer(uint64_t bytes);

  private:
    void Send(Ptr<Socket> socket, uint32_t room);
    void Connected(Ptr<Socket> socket);
    void Read(Ptr<Socket> socket);
    void Accepted(Ptr<Socket> socket, const Address& from);

    Ptr<Socket> m_listener; //!< The receiver's.
    Ptr<Socket> m_sender;   //!< The sender's.
    Address m_to;           //!< The receiver's address and port.
    uint64_t m_left{0};     //!< Bytes to send.
    uint64_t m_got{0};      //!< Bytes received.
    uint64_t m_until{0};    //!< Bytes at which the simulation stops.
};

Bulk::Bulk(const std::string& stack, uint32_t window, double loss)
{
    NS_ABORT_MSG_UNLESS(stack == "stock" || stack == "ours",
                        "no stack \"" << stack << "\": stock or ours");
    RngSeedManager::SetSeed(1);
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(SEGMENT));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(2 * window));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(window));
    NodeContainer nodes(2);
    if (stack == "ours")
    {
        TcpConnStackHelper().Install(nodes);
    }
    else
    {
        InternetStackHelper().Install(nodes);
    }
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("10Gbps"));
    link.SetDeviceAttribute("Mtu", UintegerValue(1500));
    link.SetChannelAttribute("Delay", TimeValue(Seconds(window * 8 / 10e9 / 2)));
    link.SetQueue("ns3::DropTailQueue<Packet>", "MaxSize", StringValue("100000p"));
    const NetDeviceContainer devices = link.Install(nodes);
    Ipv4AddressHelper address("10.0.0.0", "255.255.255.0");
    const auto interfaces = address.Assign(devices);
    TrafficControlHelper().Uninstall(devices);
    if (loss > 0)
    {
        Ptr<RateErrorModel> errors = CreateObject<RateErrorModel>();
        errors->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
        errors->SetRate(loss);
        errors->AssignStreams(7);
        devices.Get(1)->SetAttribute("ReceiveErrorModel", PointerValue(errors));
    }
    m_to = InetSocketAddress(interfaces.GetAddress(1), 80);
    m_listener = Socket::CreateSocket(nodes.Get(1), TcpSocketFactory::GetTypeId());
    m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), 80));
    m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                  MakeCallback(&Bulk::Accepted, this));
    m_listener->Listen();
    m_sender = Socket::CreateSocket(nodes.Get(0), TcpSocketFactory::GetTypeId());
    m_sender->SetConnectCallback(MakeCallback(&Bulk::Connected, this),
                                 MakeNullCallback<void, Ptr<Socket>>());
    m_sender->SetSendCallback(MakeCallback(&Bulk::Send, this));
}

Bulk::~Bulk()
{
    m_listener = nullptr;
    m_sender = nullptr;
    Simulator::Destroy();
}

double
Bulk::Transfer(uint64_t bytes)
{
    const uint64_t warmUp = bytes / 4; // slow start
    m_left = warmUp + bytes;
    m_until = warmUp;
    m_sender->Bind();
    m_sender->Connect(m_to);
    Simulator::Stop(Seconds(10000));
    Simulator::Run();
    const uint64_t before = m_got;
    const clock_t start = std::clock();
    m_until = warmUp + bytes;
    Simulator::Stop(Seconds(10000));
    Simulator::Run();
    NS_ABORT_MSG_UNLESS(m_got == m_until, m_got << " of " << m_until << " bytes have come");
    const double used = 1e6 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    return used / (static_cast<double>(m_got - before) / SEGMENT);
}

void
Bulk::Connected(Ptr<Socket> socket)
{
    Send(socket, socket->GetTxAvailable());
}

void
Bulk::Send(Ptr<Socket> socket, uint32_t /* room */)
{
    while (m_left > 0 && socket->GetTxAvailable() >= SEGMENT)
    {
        const auto size = static_cast<uint32_t>(std::min<uint64_t>(SEGMENT, m_left));
        if (socket->Send(Create<Packet>(size)) < 0)
        {
            return;
        }
        m_left -= size;
    }
}

void
Bulk::Accepted(Ptr<Socket> socket, const Address& /* from */)
{
    socket->SetRecvCallback(MakeCallback(&Bulk::Read, this));
}

void
Bulk::Read(Ptr<Socket> socket)
{
    while (Ptr<Packet> packet = socket->Recv())
    {
        if (packet->GetSize() == 0)
        {
            return;
        }
        m_got += packet->GetSize();
    }
    if (m_got >= m_until)
    {
        Simulator::Stop();
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    uint32_t megabytes = 50;
    CommandLine cmd(__FILE__);
    cmd.Usage("CPU time for each segment of a long transfer, beside ns-3's own TCP.");
    cmd.AddValue("megabytes", "text of each transfer, in 10^6 bytes", megabytes);
    cmd.Parse(argc, argv);
    TcpConnCheckOption(megabytes >= 1 && megabytes <= 100000, "megabytes", "1 to 100000");
    std::cout << std::setw(10) << "window" << std::setw(8) << "loss" << std::setw(16)
              << "stock us/seg." << std::setw(16) << "ours us/seg." << std::setw(10) << "ratio"
              << "\n"
              << std::fixed;
    for (const auto& [window, loss] :
         {std::pair(131072U, 0.0), std::pair(5000000U, 0.0), std::pair(131072U, 0.01)})
    {
        const double stock = Bulk("stock", window, loss).Transfer(megabytes * uint64_t{1000000});
        const double ours = Bulk("ours", window, loss).Transfer(megabytes * uint64_t{1000000});
        std::cout << std::setw(10) << window << std::setw(8) << std::setprecision(2) << loss
                  << std::setw(16) << stock << std::setw(16) << ours << std::setw(10)
                  << ours / stock << "\n"
                  << std::flush;
    }
    return 0;
}
