/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-two-hosts.h"

#include "ns3/config.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-conn-compat.h"
#include "ns3/test.h"

#include <cstdlib>
#include <list>
#include <map>
#include <string>

/**
 * @file
 * @ingroup tcp-conn
 * TCP Fast Open (RFC 7413) between two hosts: what it saves, and that with losses no text comes
 * twice.
 */

using namespace ns3;
using namespace ns3::TcpConnTest;

namespace
{

constexpr uint16_t PORT = 80;       //!< The server's.
constexpr uint32_t REQUEST = 100;   //!< Bytes of a request.
constexpr uint32_t REPLY = 200;     //!< Bytes of a reply.
const char* const SOME = "request"; //!< What a request begins with, before its number.

/** A server that answers each request and closes. */
class Server
{
  public:
    /** @param node where @param at local end */
    Server(Ptr<Node> node, const Address& at)
        : m_listener(Socket::CreateSocket(node, TypeId::LookupByName(TCP_FACTORY)))
    {
        m_listener->Bind(at);
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                      MakeCallback(&Server::Accepted, this));
        m_listener->Listen();
    }

    std::map<Ptr<Socket>, std::string> received; //!< What each connection brought.

  private:
    /** @param socket a new connection */
    void Accepted(Ptr<Socket> socket, const Address& /* from */)
    {
        received[socket];
        socket->SetRecvCallback(MakeCallback(&Server::Read, this));
        socket->SetCloseCallbacks(MakeCallback(&Server::Closed, this),
                                  MakeNullCallback<void, Ptr<Socket>>());
    }

    /** @param socket a connection with text */
    void Read(Ptr<Socket> socket)
    {
        std::string& text = received[socket];
        while (socket->GetRxAvailable() > 0)
        {
            Ptr<Packet> packet = socket->Recv();
            std::string bytes(packet->GetSize(), ' ');
            packet->CopyData(reinterpret_cast<uint8_t*>(bytes.data()), packet->GetSize());
            text += bytes;
            if (text.size() >= REQUEST && text.size() - bytes.size() < REQUEST)
            {
                socket->Send(Create<Packet>(REPLY));
            }
        }
    }

    /** @param socket a connection whose peer has closed */
    void Closed(Ptr<Socket> socket)
    {
        socket->Close();
    }

    Ptr<Socket> m_listener; //!< The listener.
};

/** A client that asks once, before it connects, and closes when it has its reply. */
class Client
{
  public:
    /**
     * @param node from where
     * @param to the server
     * @param request what it asks
     */
    Client(Ptr<Node> node, const Address& to, const std::string& request)
        : m_socket(Socket::CreateSocket(node, TypeId::LookupByName(TCP_FACTORY))),
          m_begun(Simulator::Now())
    {
        m_socket->SetRecvCallback(MakeCallback(&Client::Read, this));
        const auto* bytes = reinterpret_cast<const uint8_t*>(request.data());
        const auto size = static_cast<uint32_t>(request.size());
        taken = m_socket->Send(Create<Packet>(bytes, size)) == static_cast<int>(size) &&
                m_socket->Connect(to) == 0;
    }

    bool taken{false};    //!< Send and Connect went well.
    uint32_t received{0}; //!< Bytes of the reply.
    Time answered{0};     //!< How long it took until the reply began to come.

  private:
    /** @param socket the connection, with text */
    void Read(Ptr<Socket> socket)
    {
        answered = answered.IsZero() ? Simulator::Now() - m_begun : answered;
        while (Ptr<Packet> packet = socket->Recv())
        {
            if (packet->GetSize() == 0)
            {
                break;
            }
            received += packet->GetSize();
        }
        if (received == REPLY)
        {
            socket->Close();
        }
    }

    Ptr<Socket> m_socket; //!< The connection.
    Time m_begun;         //!< When it was opened.
};

/** @param number which one @return a request that tells it from others */
std::string
Request(uint32_t number)
{
    std::string text = SOME + std::to_string(number) + ":";
    while (text.size() < REQUEST)
    {
        text += static_cast<char>('a' + text.size() % 26);
    }
    return text;
}

/** One request after another. */
class LatencyCase : public TestCase
{
  public:
    /**
     * @param server TCP of the server
     * @param fastServer it knows Fast Open
     * @param ipv6 IPv6 rather than IPv4
     * @param second milliseconds that the second reply is to take
     */
    LatencyCase(Stack server, bool fastServer, bool ipv6, int64_t second)
        : TestCase(std::string(server == Stack::STOCK ? "ns-3's own server"
                               : fastServer           ? "server with Fast Open"
                                                      : "server without Fast Open") +
                   (ipv6 ? ", IPv6" : ", IPv4")),
          m_server(server),
          m_fastServer(fastServer),
          m_ipv6(ipv6),
          m_second(second)
    {
    }

  private:
    void DoRun() override
    {
        Config::SetDefault("ns3::TcpConnL4Protocol::Handshake",
                           StringValue("ns3::TcpConnFastOpen"));
        TwoHosts hosts(Stack::OURS, m_server);
        if (!m_fastServer && m_server == Stack::OURS)
        {
            hosts.Protocol(1)->SetAttribute("Handshake",
                                            StringValue("ns3::TcpConnThreeWayHandshake"));
        }
        std::list<Client> clients;
        Server server(hosts.nodes.Get(1), TwoHosts::Any(PORT, m_ipv6));
        for (uint32_t i = 0; i < 2; ++i)
        {
            Simulator::Schedule(Seconds(3 + i), [&, i]() {
                clients.emplace_back(hosts.nodes.Get(0), hosts.At(1, PORT, m_ipv6), Request(i));
            });
        }
        Simulator::Stop(Seconds(6));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(clients.size(), 2, "clients");
        for (const Client& client : clients)
        {
            NS_TEST_EXPECT_MSG_EQ(client.taken, true, "Send or Connect failed");
            NS_TEST_EXPECT_MSG_EQ(client.received, REPLY, "bytes of the reply");
        }
        NS_TEST_EXPECT_MSG_EQ(server.received.size(), 2, "connections of the server");
        for (const auto& [socket, text] : server.received)
        {
            NS_TEST_EXPECT_MSG_EQ(text.size(), REQUEST, "bytes of a request");
        }
        NS_TEST_EXPECT_MSG_EQ_TOL(clients.front().answered,
                                  MilliSeconds(40),
                                  MilliSeconds(4),
                                  "the first reply takes two round trips");
        NS_TEST_EXPECT_MSG_EQ_TOL(clients.back().answered,
                                  MilliSeconds(m_second),
                                  MilliSeconds(4),
                                  "the second reply");
        server.received.clear();
        Simulator::Destroy();
        Config::Reset();
    }

    Stack m_server;    //!< TCP of the server.
    bool m_fastServer; //!< It knows Fast Open.
    bool m_ipv6;       //!< IPv6 rather than IPv4.
    int64_t m_second;  //!< Milliseconds of the second reply.
};

/** Many requests over a path that loses a third of all segments. */
class LossCase : public TestCase
{
  public:
    /** @param ipv6 IPv6 rather than IPv4 */
    explicit LossCase(bool ipv6)
        : TestCase(std::string("losses: each request comes once, ") + (ipv6 ? "IPv6" : "IPv4")),
          m_ipv6(ipv6)
    {
    }

  private:
    void DoRun() override
    {
        Config::SetDefault("ns3::TcpConnL4Protocol::Handshake",
                           StringValue("ns3::TcpConnFastOpen[NegativeLifetime=1s]"));
        TwoHosts hosts(Stack::OURS, Stack::OURS, 0.33);
        std::list<Client> clients;
        Server server(hosts.nodes.Get(1), TwoHosts::Any(PORT, m_ipv6));
        constexpr uint32_t number = 200;
        for (uint32_t i = 0; i < number; ++i)
        {
            Simulator::Schedule(Seconds(3 + i * 0.5), [&, i]() {
                clients.emplace_back(hosts.nodes.Get(0), hosts.At(1, PORT, m_ipv6), Request(i));
            });
        }
        uint32_t fast = 0;
        hosts.Protocol(1)->TraceConnectWithoutContext("Transition",
                                                      MakeBoundCallback(&LossCase::Count, &fast));
        Simulator::Stop(Seconds(3000));
        Simulator::Run();
        std::map<std::string, uint32_t> came;
        for (const auto& [socket, text] : server.received)
        {
            // A client may be told of a failure, and a server of less than a request, never more.
            const std::string request = Request(static_cast<uint32_t>(
                text.empty() ? 0 : std::atoi(text.c_str() + std::string(SOME).size())));
            NS_TEST_EXPECT_MSG_EQ(text, request.substr(0, text.size()), "not what was sent");
            came[text] += text.size() == REQUEST ? 1 : 0;
        }
        uint32_t satisfied = 0;
        for (const Client& client : clients)
        {
            satisfied += client.received == REPLY ? 1 : 0;
        }
        for (const auto& [text, times] : came)
        {
            NS_TEST_EXPECT_MSG_LT(times, 2, text << " came " << times << " times");
        }
        NS_TEST_EXPECT_MSG_GT(satisfied, number * 9 / 10, "clients with a reply");
        NS_TEST_EXPECT_MSG_GT(fast, number / 4, "connections opened by a cookie");
        NS_TEST_EXPECT_MSG_EQ(hosts.Table(0) + hosts.Table(1), "", "records left");
        server.received.clear();
        Simulator::Destroy();
        Config::Reset();
    }

    /** @param [in,out] fast openings by a cookie @param t a transition */
    static void Count(uint32_t* fast, const TcpConnTransition& t)
    {
        *fast += t.Cause() == std::string("syn/fast-open") ? 1 : 0;
    }

    bool m_ipv6; //!< IPv6 rather than IPv4.
};

/** Fast Open between two hosts. */
class FastOpenHostsSuite : public TestSuite
{
  public:
    FastOpenHostsSuite()
        : TestSuite("tcp-conn-fast-open-hosts", TCP_CONN_UNIT)
    {
        for (const bool ipv6 : {false, true})
        {
            AddTestCase(new LatencyCase(Stack::OURS, true, ipv6, 20), TCP_CONN_QUICK);
            AddTestCase(new LatencyCase(Stack::OURS, false, ipv6, 40), TCP_CONN_QUICK);
            AddTestCase(new LatencyCase(Stack::STOCK, false, ipv6, 40), TCP_CONN_QUICK);
            AddTestCase(new LossCase(ipv6), TCP_CONN_QUICK);
        }
    }
} g_fastOpenHostsSuite; //!< The suite.

} // namespace
