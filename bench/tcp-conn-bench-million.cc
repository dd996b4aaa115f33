/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Very many connections in one process: clients on one switch open connections to one server,
 * which lie idle, carry one exchange each (100 bytes there, 1000 back), and are closed by the
 * clients, which then keep them in TIME-WAIT.  Tells memory and CPU time after each phase.
 *
 * The whole, with a million connections: about two gigabytes of memory and some minutes.
 */

#include "../examples/tcp-conn-option.h"
#include "tcp-conn-bench-switch.h"

#include "ns3/config.h"
#include "ns3/core-module.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4.h"
#include "ns3/node-container.h"
#include "ns3/packet.h"
#include "ns3/socket.h"
#include "ns3/tcp-conn-stack-helper.h"
#include "ns3/tcp-socket-factory.h"

#include <algorithm>
#include <ctime>
#include <iomanip>
#include <iostream>
#include <malloc.h>
#include <vector>

using namespace ns3;

namespace
{

/** Clients, a server, and their connections. */
class Crowd
{
  public:
    /** @param clients number of clients @param connections number of connections */
    Crowd(uint32_t clients, uint32_t connections);
    ~Crowd();

    /** Open all connections. */
    void Open();
    /** An exchange on each of them. */
    void Exchange();
    /** Close all of them. */
    void Close();
    /** Tell what has been used up to here. @param phase what has been done */
    void Report(const std::string& phase) const;
    /** @param what what must be true @param condition whether it is */
    void Require(const std::string& what, bool condition) const;

    uint32_t accepted{0}; //!< Connections that the server has accepted.
    uint32_t replies{0};  //!< Whole replies that clients have got.
    uint32_t ends{0};     //!< Connections that the server has seen closed.

  private:
    void OpenOne(uint32_t i);
    void AskOne(uint32_t i);
    void CloseOne(uint32_t i);
    void Accepted(Ptr<Socket> socket, const Address& from);
    void ServerRead(Ptr<Socket> socket);
    void ServerClose(Ptr<Socket> socket);
    void ClientRead(Ptr<Socket> socket);
    /** Do something for each connection, evenly spaced. @param what done with its number */
    void ForEach(void (Crowd::*what)(uint32_t));
    void Step(void (Crowd::*what)(uint32_t), uint32_t i);

    static constexpr uint32_t GAP = 20; //!< Microseconds from one connection to the next.

    NodeContainer m_clients;            //!< The clients.
    Address m_server;                   //!< The server's address and port.
    Ptr<Socket> m_listener;             //!< The server's listener.
    std::vector<Ptr<Socket>> m_opened;  //!< The clients' sockets.
    Callback<void, Ptr<Socket>> m_read; //!< ServerRead; one for all, so that it takes no memory.
    Callback<void, Ptr<Socket>> m_end;  //!< ServerClose.
    Callback<void, Ptr<Socket>> m_got;  //!< ClientRead.
    int64_t m_heap{0};                  //!< Heap before the first connection.
    clock_t m_start{0};                 //!< CPU time then.
};

/** @return bytes of heap in use. */
int64_t
Heap()
{
    const struct mallinfo2 info = mallinfo2();
    return static_cast<int64_t>(info.uordblks + info.hblkhd);
}

Crowd::Crowd(uint32_t clients, uint32_t connections)
    : m_opened(connections),
      m_read(MakeCallback(&Crowd::ServerRead, this)),
      m_end(MakeCallback(&Crowd::ServerClose, this)),
      m_got(MakeCallback(&Crowd::ClientRead, this))
{
    m_clients.Create(clients);
    NodeContainer all(CreateObject<Node>());
    all.Add(m_clients);
    TcpConnStackHelper stack;
    stack.SetIpv6StackInstall(false);
    stack.SetAdmission("ns3::TcpConnUnlimited");
    stack.Install(all);
    Ipv4AddressHelper address("10.0.0.0", "255.0.0.0");
    const auto interfaces = address.Assign(TcpConnBenchSwitch::Connect(all, MilliSeconds(1)));
    m_server = InetSocketAddress(interfaces.GetAddress(0), 80);
    m_listener = Socket::CreateSocket(all.Get(0), TcpSocketFactory::GetTypeId());
    m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), 80));
    m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                  MakeCallback(&Crowd::Accepted, this));
    m_listener->Listen();
    m_heap = Heap();
    m_start = std::clock();
}

Crowd::~Crowd()
{
    m_listener = nullptr;
    Simulator::Destroy();
}

void
Crowd::ForEach(void (Crowd::*what)(uint32_t))
{
    Simulator::ScheduleNow(&Crowd::Step, this, what, 0);
    Simulator::Stop(MicroSeconds(uint64_t{GAP} * m_opened.size()) + Seconds(3));
    Simulator::Run();
}

void
Crowd::Step(void (Crowd::*what)(uint32_t), uint32_t i)
{
    // Each in the context of its own client, as if it were its own application.
    Simulator::ScheduleWithContext(m_clients.Get(i % m_clients.GetN())->GetId(),
                                   Time(0),
                                   what,
                                   this,
                                   i);
    if (i + 1 < m_opened.size())
    {
        Simulator::Schedule(MicroSeconds(GAP), &Crowd::Step, this, what, i + 1);
    }
}

void
Crowd::Open()
{
    ForEach(&Crowd::OpenOne);
}

void
Crowd::Exchange()
{
    ForEach(&Crowd::AskOne);
}

void
Crowd::Close()
{
    ForEach(&Crowd::CloseOne);
}

void
Crowd::OpenOne(uint32_t i)
{
    Ptr<Socket> socket =
        Socket::CreateSocket(m_clients.Get(i % m_clients.GetN()), TcpSocketFactory::GetTypeId());
    socket->SetRecvCallback(m_got);
    socket->Bind();
    socket->Connect(m_server);
    m_opened[i] = socket;
}

void
Crowd::AskOne(uint32_t i)
{
    m_opened[i]->Send(Create<Packet>(100));
}

void
Crowd::CloseOne(uint32_t i)
{
    m_opened[i]->Close();
    m_opened[i] = nullptr;
}

void
Crowd::Accepted(Ptr<Socket> socket, const Address& /* from */)
{
    ++accepted;
    socket->SetRecvCallback(m_read);
    socket->SetCloseCallbacks(m_end, MakeNullCallback<void, Ptr<Socket>>());
}

void
Crowd::ServerRead(Ptr<Socket> socket)
{
    Ptr<Packet> packet = socket->Recv();
    if (packet && packet->GetSize() > 0)
    {
        socket->Send(Create<Packet>(1000));
    }
}

void
Crowd::ServerClose(Ptr<Socket> socket)
{
    ++ends;
    socket->Close();
}

void
Crowd::ClientRead(Ptr<Socket> socket)
{
    Ptr<Packet> packet = socket->Recv();
    replies += packet && packet->GetSize() == 1000;
}

void
Crowd::Report(const std::string& phase) const
{
    const double used = static_cast<double>(std::clock() - m_start) / CLOCKS_PER_SEC;
    const auto heap = static_cast<double>(Heap() - m_heap);
    const double n = m_opened.size();
    std::cout << std::left << std::setw(24) << phase << std::right << std::fixed
              << std::setprecision(1) << std::setw(12) << used << std::setw(12) << heap / 1e6
              << std::setw(18) << std::setprecision(0) << heap / n << "\n"
              << std::flush;
}

void
Crowd::Require(const std::string& what, bool condition) const
{
    NS_ABORT_MSG_UNLESS(condition, "not so: " << what);
}

} // namespace

int
main(int argc, char* argv[])
{
    uint32_t clients = 100;
    uint32_t connections = 10000;
    CommandLine cmd(__FILE__);
    cmd.Usage("Many connections to one server: opened, idle for an hour, used, closed.");
    cmd.AddValue("clients", "number of clients", clients);
    cmd.AddValue("connections", "number of connections", connections);
    cmd.Parse(argc, argv);
    TcpConnCheckOption(clients >= 1 && clients <= 60000, "clients", "1 to 60000");
    TcpConnCheckOption(connections >= 1 && connections <= 100000000,
                       "connections",
                       "1 to 100000000");
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1400));
    Crowd crowd(clients, connections);
    std::cout << std::left << std::setw(24) << "after" << std::right << std::setw(12) << "CPU s"
              << std::setw(12) << "heap MB" << std::setw(18) << "B/connection"
              << "\n";
    crowd.Open();
    crowd.Require("all are open", crowd.accepted == connections);
    crowd.Report("opening");
    Simulator::Stop(Hours(1));
    Simulator::Run();
    crowd.Report("an idle hour");
    crowd.Exchange();
    crowd.Require("all replies have come", crowd.replies == connections);
    crowd.Report("an exchange each");
    crowd.Close();
    crowd.Require("all have been closed", crowd.ends == connections);
    crowd.Report("closing: TIME-WAIT");
    Simulator::Stop(Minutes(10));
    Simulator::Run();
    crowd.Report("2 MSL");
    return 0;
}
