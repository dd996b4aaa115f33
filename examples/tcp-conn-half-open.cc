/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Half-open discovery (RFC 9293 section 3.5.1): one host crashes and forgets its connections, and
 * the other host, which survives, finds out - or does not.
 *
 *     client 10.0.0.1 ------ 10 ms ------ 10.0.0.2:80 server
 *
 * The connection is opened at 0 s and used; the crash is at 0.1 s; whoever does something next does
 * it at 0.2 s.
 */

#include "tcp-conn-experiment.h"

#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/tcp-conn-module.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

using namespace ns3;

namespace
{

const Time CRASH = MilliSeconds(100); //!< When a host crashes.
const Time ACT = MilliSeconds(200);   //!< When something is done next.
const Time WATCH = Hours(3);          //!< How long the survivor is watched.
constexpr uint16_t PORT = 40000;      //!< The client's port, each time.

/** A client, a server, and what becomes of their connection. */
class Scene
{
  public:
    /** @param stack the TCP of both */
    explicit Scene(const TcpConnStackHelper& stack);

    /** The client opens a connection and sends a few bytes. */
    void Open();
    /** The server listens. */
    void Listen();
    /** A host forgets everything. @param host 0 the client, 1 the server */
    void Crash(uint32_t host);
    /** A host is off: what is sent to it is lost. @param host the same */
    void TurnOff(uint32_t host);
    /** @return the survivor's socket. */
    Ptr<Socket> Survivor();
    /** Run, and write a row. @param name name of the case @param table where */
    void Run(const std::string& name, TcpConnResultTable& table);

    TcpConnTwoEnds ends; //!< The hosts.

  private:
    Ptr<Socket> m_listener;                //!< Server's listener.
    std::vector<Ptr<Socket>> m_client;     //!< Client's sockets, one for each connection.
    Ptr<Socket> m_accepted;                //!< Server's first connection.
    uint32_t m_survivor{0};                //!< The host that did not crash.
    std::unique_ptr<TcpConnHostLog> m_log; //!< What happened there since the crash.
};

Scene::Scene(const TcpConnStackHelper& stack)
    : ends(stack, MilliSeconds(10))
{
    Listen();
    Open();
}

void
Scene::Listen()
{
    m_listener = Socket::CreateSocket(ends.nodes.Get(1), TcpSocketFactory::GetTypeId());
    m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), 80));
    m_listener->SetAcceptCallback(
        MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
        Callback<void, Ptr<Socket>, const Address&>([this](Ptr<Socket> socket, const Address&) {
            m_accepted = m_accepted ? m_accepted : socket;
        }));
    m_listener->Listen();
}

void
Scene::Open()
{
    Ptr<Socket> socket = Socket::CreateSocket(ends.nodes.Get(0), TcpSocketFactory::GetTypeId());
    socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT));
    Simulator::ScheduleNow([this, socket] {
        socket->Connect(InetSocketAddress(ends.server, 80));
        socket->Send(Create<Packet>(100));
    });
    m_client.push_back(socket);
}

void
Scene::Crash(uint32_t host)
{
    m_survivor = 1 - host;
    ends.nodes.Get(host)->GetObject<TcpConnL4Protocol>()->Crash();
    m_log = std::make_unique<TcpConnHostLog>(ends.nodes.Get(m_survivor));
}

void
Scene::TurnOff(uint32_t host)
{
    ends.nodes.Get(host)->GetObject<Ipv4>()->SetDown(1);
}

Ptr<Socket>
Scene::Survivor()
{
    return m_survivor == 0 ? m_client.front() : m_accepted;
}

void
Scene::Run(const std::string& name, TcpConnResultTable& table)
{
    Simulator::Stop(WATCH);
    TcpConnExperiment::Run();
    StringValue failure;
    Survivor()->GetAttribute("Failure", failure);
    const auto* found = m_log->FirstInto(TcpSocket::CLOSED);
    const auto* opened = m_log->FirstInto(TcpSocket::ESTABLISHED);
    const auto before = [found](const TcpConnHostLog::Segment& s) {
        return !found || s.time < found->time;
    };
    table.Row({name,
               m_survivor == 0 ? "client" : "server",
               found ? TcpConnCell(found->time - CRASH) : "never",
               found ? found->cause : "-",
               failure.Get(),
               std::count_if(m_log->sent.begin(), m_log->sent.end(), before),
               opened ? TcpConnCell(opened->time - CRASH) : "never",
               TcpConnHolding(ends.nodes.Get(m_survivor)).connections});
    Simulator::Destroy();
}

/** A case. */
struct Case
{
    std::string name;                                       //!< Name, of its trace too.
    std::function<void(Scene&)> crash;                      //!< What happens at the crash.
    std::function<void(Scene&)> act;                        //!< What happens after it.
    std::function<void(TcpConnStackHelper&)> policies = {}; //!< What is set before.
};

/** Half a minute of silence, then a probe every 5 s, of which 3 may stay without answer. */
void
KeepAlive(Scene& scene)
{
    scene.Survivor()->SetAttribute("KeepAliveIdle", TimeValue(Seconds(30)));
    scene.Survivor()->SetAttribute("KeepAliveInterval", TimeValue(Seconds(5)));
    scene.Survivor()->SetAttribute("KeepAliveCount", UintegerValue(3));
}

/** @return all cases. */
std::vector<Case>
Cases()
{
    const auto restart = [](Scene& s) {
        s.Crash(1);
        s.Listen();
    };
    const auto off = [](Scene& s) {
        s.Crash(1);
        s.TurnOff(1);
    };
    const auto send = [](Scene& s) { s.Survivor()->Send(Create<Packet>(100)); };
    const auto nothing = [](Scene&) {};
    return {
        {"send", restart, send},
        {"close", restart, [](Scene& s) { s.Survivor()->Close(); }},
        {"open-again", [](Scene& s) { s.Crash(0); }, [](Scene& s) { s.Open(); }},
        {"open-again-rfc793",
         [](Scene& s) { s.Crash(0); },
         [](Scene& s) { s.Open(); },
         [](TcpConnStackHelper& stack) { stack.SetSegmentCheck("ns3::TcpConnCheckRfc793"); }},
        {"silence", restart, nothing},
        {"keep-alive", restart, KeepAlive},
        {"off-send", off, send},
        {"off-user-timeout",
         off,
         [](Scene& s) {
             s.Survivor()->SetAttribute("UserTimeout", TimeValue(Seconds(20)));
             s.Survivor()->Send(Create<Packet>(100));
         }},
        {"off-silence", off, nothing},
        {"off-keep-alive", off, KeepAlive},
    };
}

} // namespace

int
main(int argc, char* argv[])
{
    TcpConnExperiment experiment("tcp-conn-half-open",
                                 "Half-open discovery: a host crashes in the middle of a "
                                 "connection, and the other finds out");
    experiment.Parse(argc, argv);
    auto& table = experiment.Table("outcomes",
                                   "The survivor of a crash: how it finds out, and when",
                                   {{"case"},
                                    {"survivor"},
                                    {"found after", "s"},
                                    {"by"},
                                    {"failure"},
                                    {"segments"},
                                    {"reopened", "s"},
                                    {"records"}});
    for (const Case& c : Cases())
    {
        TcpConnStackHelper stack;
        if (c.policies)
        {
            c.policies(stack);
        }
        Scene scene(stack);
        experiment.Trace(c.name, scene.ends.nodes);
        Simulator::Schedule(CRASH, [&] { c.crash(scene); });
        Simulator::Schedule(ACT, [&] { c.act(scene); });
        scene.Run(c.name, table);
    }
    experiment.Ladder("open-again");
    return experiment.Finish();
}
