/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * How long a client waits for its reply: with the three-way handshake, with TCP Fast Open when the
 * client has no cookie yet and when it has one, on paths of several round-trip times, with the
 * client's first SYN or the server's answer to it lost.
 *
 *     client 10.0.0.1 -------- half a round trip, loses -------- 10.0.0.2 server
 *
 * See doc/tcp-conn-experiment-handshake-latency.rst.
 */

#include "tcp-conn-experiment.h"

#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"

#include <cmath>
#include <list>
#include <sstream>

using namespace ns3;

namespace
{

const uint32_t REQUEST = 100; //!< Bytes of a request.
const uint32_t REPLY = 1000;  //!< Bytes of a reply.

// When conversations begin.
const Time WARM_UP = Seconds(1);   //!< The one that brings the cookie.
const Time MEASURED = Seconds(10); //!< The one that is measured.
const Time NEXT = Seconds(20);     //!< The one after it.
const Time LATER = Seconds(100);   //!< One when all is forgotten.

/** A client that asks and waits for its reply. */
struct Conversation
{
    Ptr<Socket> socket;   //!< Socket of the client.
    Time begun;           //!< When the client connected.
    Time asked;           //!< When the server's application had the request.
    Time answered;        //!< When the client's application had the reply.
    uint32_t received{0}; //!< Bytes of the reply.

    /**
     * @param node the client
     * @param server where it asks
     * @param early it sends its request before it connects
     */
    Conversation(Ptr<Node> node, const Address& server, bool early)
        : socket(Socket::CreateSocket(node, TcpSocketFactory::GetTypeId())),
          begun(Simulator::Now())
    {
        socket->SetRecvCallback(MakeCallback(&Conversation::Received, this));
        if (early)
        {
            socket->Send(Create<Packet>(REQUEST));
        }
        else
        {
            socket->SetConnectCallback(MakeCallback(&Conversation::Ask, this),
                                       MakeNullCallback<void, Ptr<Socket>>());
        }
        socket->Connect(server);
    }

    /** The connection is open. */
    void Ask(Ptr<Socket> /* socket */)
    {
        socket->Send(Create<Packet>(REQUEST));
    }

    /** Text of the reply has come. */
    void Received(Ptr<Socket> /* socket */)
    {
        while (socket->GetRxAvailable() > 0)
        {
            received += socket->Recv()->GetSize();
        }
        if (received == REPLY)
        {
            answered = Simulator::Now();
            socket->Close();
        }
    }
};

/** A way to open, as the tables name it. */
struct Opening
{
    std::string name;   //!< Its name.
    std::string policy; //!< Handshake policy of both hosts.
    bool early;         //!< The client sends before it connects.
    bool cookie;        //!< An earlier conversation has brought a cookie.
};

const std::vector<Opening> OPENINGS = {
    {"three-way", "ns3::TcpConnThreeWayHandshake", false, false},
    {"fast-open-first", "ns3::TcpConnFastOpen", true, false},
    {"fast-open", "ns3::TcpConnFastOpen", true, true},
};

/** What is lost, and the rules that lose it at the client's and at the server's end. */
struct Loss
{
    std::string name;  //!< What.
    std::string forth; //!< Rules of the client's end.
    std::string back;  //!< Rules of the server's end.
};

const std::vector<Loss> LOSSES = {
    {"nothing", "", ""},
    {"syn", "drop SYN time 10s- limit 1", ""},
    {"syn-ack", "", "drop SYN,ACK time 10s- limit 1"},
};

/** A client, a server, and the conversations between them. */
class Scene
{
  public:
    /** @param opening how they open @param rtt round-trip time @param loss what is lost */
    Scene(const Opening& opening, Time rtt, const Loss& loss)
        : m_opening(opening),
          m_path(Stack(opening), rtt / 2, loss.forth, loss.back)
    {
        m_listener = Socket::CreateSocket(m_path.nodes.Get(1), TcpSocketFactory::GetTypeId());
        m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), 80));
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                      MakeCallback(&Scene::Accepted, this));
        m_listener->Listen();
    }

    /** @param at when a conversation begins */
    void Plan(Time at)
    {
        Simulator::Schedule(at, [this] {
            m_conversations.emplace_back(m_path.nodes.Get(0),
                                         InetSocketAddress(m_path.server, 80),
                                         m_opening.early);
        });
    }

    /** @return client and server. */
    const NodeContainer& Nodes() const
    {
        return m_path.nodes;
    }

    /** @param begun when it began @return the conversation */
    const Conversation& At(Time begun) const
    {
        for (const Conversation& conversation : m_conversations)
        {
            if (conversation.begun == begun)
            {
                return conversation;
            }
        }
        NS_FATAL_ERROR("no conversation began at " << begun.GetSeconds() << " s");
    }

    /** @param c a conversation @return segments sent from its beginning until its reply came */
    uint32_t Segments(const Conversation& c) const
    {
        uint32_t count = 0;
        for (const TcpConnHostLog* log : {&m_client, &m_server})
        {
            for (const TcpConnHostLog::Segment& segment : log->sent)
            {
                // What is sent because the reply has come is not counted.
                count += segment.time >= c.begun && segment.time < c.answered ? 1 : 0;
            }
        }
        return count;
    }

    /** @param opening how they open @return the stack of both */
    static TcpConnStackHelper Stack(const Opening& opening)
    {
        TcpConnStackHelper stack;
        stack.Set("Handshake", StringValue(opening.policy));
        return stack;
    }

  private:
    /** The server has a connection. @param socket its socket */
    void Accepted(Ptr<Socket> socket, const Address& /* from */)
    {
        m_received = 0;
        socket->SetRecvCallback(MakeCallback(&Scene::Asked, this));
        socket->SetCloseCallbacks(MakeCallback(&Scene::Closed, this),
                                  MakeNullCallback<void, Ptr<Socket>>());
    }

    /** Text of a request has come; there is one conversation at a time. @param socket the server's
     */
    void Asked(Ptr<Socket> socket)
    {
        while (socket->GetRxAvailable() > 0)
        {
            m_received += socket->Recv()->GetSize();
        }
        if (m_received == REQUEST)
        {
            m_conversations.back().asked = Simulator::Now();
            socket->Send(Create<Packet>(REPLY));
        }
    }

    /** The client has closed. @param socket the server's */
    void Closed(Ptr<Socket> socket)
    {
        socket->Close();
    }

    const Opening m_opening;                      //!< How they open.
    TcpConnTwoEnds m_path;                        //!< Hosts and link.
    TcpConnHostLog m_client{m_path.nodes.Get(0)}; //!< What happened at the client.
    TcpConnHostLog m_server{m_path.nodes.Get(1)}; //!< What happened at the server.
    Ptr<Socket> m_listener;                       //!< Socket of the server.
    std::list<Conversation> m_conversations;      //!< Conversations, in order.
    uint32_t m_received{0};                       //!< Bytes of the request that is coming.
};

/** @param t a duration @return it in milliseconds, rounded */
int64_t
Milli(Time t)
{
    return std::lround(t.GetSeconds() * 1000);
}

/** @param t a duration @param rtt round-trip time @return it in round trips, to a tenth */
double
RoundTrips(Time t, Time rtt)
{
    return std::round(t.GetSeconds() / rtt.GetSeconds() * 10) / 10;
}

/** The time until the reply, by opening, loss and round-trip time. */
void
Latency(TcpConnExperiment& experiment, const std::vector<Time>& rtts)
{
    auto& table = experiment.Table("reply",
                                   "Time from Connect until the server has the request and the "
                                   "client the reply, and segments until then",
                                   {{"opening"},
                                    {"lost"},
                                    {"RTT", "ms"},
                                    {"request", "ms"},
                                    {"reply", "ms"},
                                    {"round trips"},
                                    {"segments"}});
    for (const Opening& opening : OPENINGS)
    {
        for (const Loss& loss : LOSSES)
        {
            for (const Time& rtt : rtts)
            {
                Scene scene(opening, rtt, loss);
                std::ostringstream label;
                label << opening.name << "-lost-" << loss.name << "-" << Milli(rtt) << "ms";
                experiment.Trace(label.str(), scene.Nodes());
                if (opening.cookie)
                {
                    scene.Plan(WARM_UP);
                }
                scene.Plan(MEASURED);
                TcpConnExperiment::Run();
                const Conversation& c = scene.At(MEASURED);
                table.Row({opening.name,
                           loss.name,
                           Milli(rtt),
                           Milli(c.asked - c.begun),
                           Milli(c.answered - c.begun),
                           RoundTrips(c.answered - c.begun, rtt),
                           scene.Segments(c)});
                Simulator::Destroy();
            }
        }
    }
}

/** What a loss does to the conversations that follow. */
void
Aftermath(TcpConnExperiment& experiment, Time rtt)
{
    auto& table =
        experiment.Table("after",
                         "Fast Open with a cookie: time until the reply, of the "
                         "conversation with the loss and of two after it",
                         {{"lost"}, {"this", "ms"}, {"10 s later", "ms"}, {"90 s later", "ms"}});
    for (const Loss& loss : LOSSES)
    {
        Scene scene(OPENINGS.back(), rtt, loss);
        experiment.Trace("after-lost-" + loss.name, scene.Nodes());
        for (const Time& at : {WARM_UP, MEASURED, NEXT, LATER})
        {
            scene.Plan(at);
        }
        TcpConnExperiment::Run();
        std::vector<TcpConnCell> row = {loss.name};
        for (const Time& at : {MEASURED, NEXT, LATER})
        {
            const Conversation& c = scene.At(at);
            row.emplace_back(Milli(c.answered - c.begun));
        }
        table.Row(row);
        Simulator::Destroy();
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    TcpConnExperiment experiment("tcp-conn-handshake-latency",
                                 "Time until a reply, by handshake, loss and round-trip time.");
    std::string list = "10,50,100,200,600";
    uint32_t after = 100;
    experiment.Option("rtts", "round-trip times, ms, separated by commas", list);
    experiment.Option("afterRtt", "round-trip time of the second table, ms", after);
    experiment.Parse(argc, argv);
    TcpConnCheckOption(after >= 1 && after <= 60000, "afterRtt", "1 to 60000 ms");
    std::vector<Time> rtts;
    for (const double rtt : TcpConnReadNumbers("rtts", list, 0.1, 60000, "ms"))
    {
        rtts.push_back(MicroSeconds(std::llround(1000 * rtt)));
    }
    Latency(experiment, rtts);
    Aftermath(experiment, MilliSeconds(after));
    experiment.Ladder("after-lost-nothing");
    return experiment.Finish();
}
