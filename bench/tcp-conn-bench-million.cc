/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Very many connections in one process: clients on one switch open connections to one server,
 * which lie idle, carry one exchange each (100 bytes there, 1000 back), and are closed by the
 * clients, which then keep them in TIME-WAIT.  Tells memory and CPU time after each phase, and on
 * a terminal how far it has come.
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
#include "ns3/tcp-conn-progress.h"
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
    /** @param clients number of clients @param connections number of connections
     * @param progress tells how far the run has come */
    Crowd(uint32_t clients, uint32_t connections, TcpConnProgress& progress);
    ~Crowd();

    /** Open all connections, and so on; tell what has been used up to the end of each phase.
     * @return false: it was interrupted, or something is not as it must be */
    bool RunAll();

  private:
    bool Phase(const std::string& name, Time duration);
    void Report(const std::string& phase) const;
    static bool Require(const std::string& what, bool condition);
    void OpenOne(uint32_t i);
    void AskOne(uint32_t i);
    void CloseOne(uint32_t i);
    void Accepted(Ptr<Socket> socket, const Address& from);
    void ServerRead(Ptr<Socket> socket);
    void ServerClose(Ptr<Socket> socket);
    void ClientRead(Ptr<Socket> socket);
    /** Do something for each connection, evenly spaced. @param name of the phase @param what done
     * with its number @return whether all of it was done */
    bool ForEach(const std::string& name, void (Crowd::*what)(uint32_t));
    void Step(void (Crowd::*what)(uint32_t), uint32_t i);

    static constexpr uint32_t GAP = 20; //!< Microseconds from one connection to the next.

    TcpConnProgress& m_progress;        //!< Tells how far the run has come.
    NodeContainer m_clients;            //!< The clients.
    Address m_server;                   //!< The server's address and port.
    Ptr<Socket> m_listener;             //!< The server's listener.
    std::vector<Ptr<Socket>> m_opened;  //!< The clients' sockets.
    Callback<void, Ptr<Socket>> m_read; //!< ServerRead; one for all, so that it takes no memory.
    Callback<void, Ptr<Socket>> m_end;  //!< ServerClose.
    Callback<void, Ptr<Socket>> m_got;  //!< ClientRead.
    uint32_t m_accepted{0};             //!< Connections that the server has accepted.
    uint32_t m_replies{0};              //!< Whole replies that clients have got.
    uint32_t m_ends{0};                 //!< Connections that the server has seen closed.
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

Crowd::Crowd(uint32_t clients, uint32_t connections, TcpConnProgress& progress)
    : m_progress(progress),
      m_opened(connections),
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
    m_progress.Attach(all);
    m_heap = Heap();
    m_start = std::clock();
}

Crowd::~Crowd()
{
    m_listener = nullptr;
    Simulator::Destroy();
}

bool
Crowd::ForEach(const std::string& name, void (Crowd::*what)(uint32_t))
{
    Simulator::ScheduleNow(&Crowd::Step, this, what, 0);
    return Phase(name, MicroSeconds(uint64_t{GAP} * m_opened.size()) + Seconds(3));
}

bool
Crowd::Phase(const std::string& name, Time duration)
{
    m_progress.Begin(name, Simulator::Now() + duration);
    Simulator::Stop(duration);
    Simulator::Run();
    m_progress.Erase();
    Report(name);
    return !TcpConnProgress::IsInterrupted();
}

bool
Crowd::RunAll()
{
    return ForEach("opening", &Crowd::OpenOne) &&
           Require("all are open", m_accepted == m_opened.size()) &&
           Phase("an idle hour", Hours(1)) && ForEach("an exchange each", &Crowd::AskOne) &&
           Require("all replies have come", m_replies == m_opened.size()) &&
           ForEach("closing: TIME-WAIT", &Crowd::CloseOne) &&
           Require("all have been closed", m_ends == m_opened.size()) &&
           Phase("2 MSL", Minutes(10));
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
    ++m_accepted;
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
    ++m_ends;
    socket->Close();
}

void
Crowd::ClientRead(Ptr<Socket> socket)
{
    Ptr<Packet> packet = socket->Recv();
    m_replies += packet && packet->GetSize() == 1000;
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

bool
Crowd::Require(const std::string& what, bool condition)
{
    if (!condition)
    {
        std::cerr << "not so: " << what << "\n";
    }
    return condition;
}

} // namespace

int
main(int argc, char* argv[])
{
    uint32_t clients = 100;
    uint32_t connections = 10000;
    TcpConnProgress progress;
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
    std::cout << std::left << std::setw(24) << "after" << std::right << std::setw(12) << "CPU s"
              << std::setw(12) << "heap MB" << std::setw(18) << "B/connection"
              << "\n";
    return TcpConnProgress::ExitStatus(Crowd(clients, connections, progress).RunAll() ? 0 : 1);
}
