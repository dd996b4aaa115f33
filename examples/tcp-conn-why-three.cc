/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Why opening takes three segments and not four, and why the release takes four: each handshake
 * and each release, counted in segments and round trips.
 *
 *     client 10.0.0.1 -------- 10 ms -------- 10.0.0.2 server
 *
 * The client connects, waits, and closes first.  The server closes at once, later, or after it has
 * sent what it still had to send.  See doc/tcp-conn-experiment-why-three.rst.
 */

#include "tcp-conn-experiment.h"

#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"

#include <cmath>

using namespace ns3;

namespace
{

const Time DELAY = MilliSeconds(10);
const Time CLOSE = Seconds(1);
const uint32_t MORE = 5000; //!< Bytes that a server may still have to send.

/** @param t a duration @return it in round trips, to a tenth */
double
RoundTrips(Time t)
{
    return std::round(t.GetSeconds() / (2 * DELAY.GetSeconds()) * 10) / 10;
}

/** What the client does when it has nothing more to send. */
enum class Client
{
    CLOSES,      //!< It closes: it will not read either.
    HALF_CLOSES, //!< It will read what the server still sends.
};

/** What the server does when the client has closed. */
enum class Server
{
    AT_ONCE, //!< It closes.
    LATER,   //!< It closes after half a second.
    DATA,    //!< It sends what it has, then closes.
    SAME,    //!< It has closed at the same instant as the client.
};

/** A connection between two hosts with some policies, and what was seen of it. */
struct Connection
{
    TcpConnTwoEnds path;                      //!< Hosts and link.
    TcpConnHostLog client{path.nodes.Get(0)}; //!< What happened at the client.
    TcpConnHostLog server{path.nodes.Get(1)}; //!< What happened at the server.
    uint32_t received{0};                     //!< Bytes that the client's application got.
    Client first{};                           //!< How the client closes.
    Server second{};                          //!< How the server closes.
    Ptr<Socket> listener;                     //!< Socket of the server.
    Ptr<Socket> socket;                       //!< Socket of the client.

    /** @param stack policies @param client how the client closes @param server how the server does
     */
    Connection(const TcpConnStackHelper& stack, Client c, Server s)
        : path(stack, DELAY),
          first(c),
          second(s)
    {
        listener = Socket::CreateSocket(path.nodes.Get(1), TcpSocketFactory::GetTypeId());
        listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), 80));
        listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                    MakeCallback(&Connection::Accepted, this));
        listener->Listen();
        socket = Socket::CreateSocket(path.nodes.Get(0), TcpSocketFactory::GetTypeId());
        socket->SetRecvCallback(MakeCallback(&Connection::Received, this));
        socket->SetCloseCallbacks(MakeCallback(&Connection::Close, this),
                                  MakeNullCallback<void, Ptr<Socket>>());
        Simulator::ScheduleNow([this] { socket->Connect(InetSocketAddress(path.server, 80)); });
        Simulator::Schedule(CLOSE, [this] {
            first == Client::CLOSES ? socket->Close() : socket->ShutdownSend();
        });
    }

    /** The server has a connection. @param s its socket */
    void Accepted(Ptr<Socket> s, const Address& /* from */)
    {
        s->SetCloseCallbacks(MakeCallback(&Connection::ClientClosed, this),
                             MakeNullCallback<void, Ptr<Socket>>());
        if (second == Server::SAME)
        {
            Simulator::Schedule(CLOSE - Simulator::Now(), &Socket::Close, s);
        }
    }

    /** The client has closed. @param s socket of the server */
    void ClientClosed(Ptr<Socket> s)
    {
        if (second == Server::DATA)
        {
            s->Send(Create<Packet>(MORE));
        }
        const Time after = second == Server::LATER ? MilliSeconds(500) : Seconds(0);
        after.IsZero() ? Close(s) : void(Simulator::Schedule(after, &Socket::Close, s));
    }

    /** @param s a socket whose peer has closed */
    void Close(Ptr<Socket> s)
    {
        s->Close();
    }

    /** Text for the client. @param s its socket */
    void Received(Ptr<Socket> s)
    {
        while (s->GetRxAvailable() > 0)
        {
            received += s->Recv()->GetSize();
        }
    }

    /** @return all that both hosts sent. */
    std::vector<TcpConnHostLog::Segment> Segments() const
    {
        auto all = client.sent;
        all.insert(all.end(), server.sent.begin(), server.sent.end());
        return all;
    }
};

/** A policy and its name in the tables. */
using Named = std::pair<std::string, std::string>;

/** The opening: segments, and when each end may send and knows of the other. */
void
Opening(TcpConnExperiment& experiment)
{
    auto& table = experiment.Table("opening",
                                   "Opening: segments, and round trips from the SYN on",
                                   {{"handshake"},
                                    {"segments"},
                                    {"client open", "RTT"},
                                    {"server open", "RTT"},
                                    {"client proven", "RTT"}});
    const std::vector<Named> handshakes = {{"two-way", "ns3::TcpConnTwoWayHandshake"},
                                           {"three-way", "ns3::TcpConnThreeWayHandshake"},
                                           {"four-way", "ns3::TcpConnFourWayHandshake"}};
    for (const auto& [name, policy] : handshakes)
    {
        TcpConnStackHelper stack;
        stack.Set("Handshake", StringValue(policy));
        Connection c(stack, Client::CLOSES, Server::AT_ONCE);
        experiment.Trace(name, c.path.nodes);
        TcpConnExperiment::Run();

        uint32_t segments = 0;
        for (const auto& segment : c.Segments())
        {
            segments += segment.time < CLOSE ? 1 : 0;
        }
        // The server knows that the client is there when it has an answer to its own SYN.
        Time proven;
        for (const auto& segment : c.server.received)
        {
            if (proven.IsZero() && segment.flags.find("ACK") != std::string::npos)
            {
                proven = segment.time;
            }
        }
        table.Row({name,
                   segments,
                   RoundTrips(c.client.FirstInto(TcpSocket::ESTABLISHED)->time),
                   RoundTrips(c.server.FirstInto(TcpSocket::ESTABLISHED)->time),
                   proven < CLOSE ? TcpConnCell(RoundTrips(proven)) : TcpConnCell("not yet")});
        Simulator::Destroy();
    }
}

/** The release: segments and round trips, by policy and by what the applications do. */
void
Release(TcpConnExperiment& experiment)
{
    auto& table = experiment.Table("release",
                                   "Release: segments, and round trips from the first close on",
                                   {{"release"},
                                    {"case"},
                                    {"FIN"},
                                    {"ACK"},
                                    {"RST"},
                                    {"data"},
                                    {"received", "bytes"},
                                    {"server done", "RTT"},
                                    {"by"}});
    const std::vector<Named> releases = {{"joined", "ns3::TcpConnJoinedRelease"},
                                         {"separate", "ns3::TcpConnSeparateRelease"},
                                         {"abortive", "ns3::TcpConnAbortiveRelease"}};
    const std::vector<std::tuple<std::string, Client, Server>> cases = {
        {"at-once", Client::CLOSES, Server::AT_ONCE},
        {"later", Client::CLOSES, Server::LATER},
        {"same-time", Client::CLOSES, Server::SAME},
        {"has-data", Client::HALF_CLOSES, Server::DATA},
        {"has-data-no-reader", Client::CLOSES, Server::DATA}};
    for (const auto& [name, policy] : releases)
    {
        for (const auto& [label, client, server] : cases)
        {
            TcpConnStackHelper stack;
            stack.Set("Release", StringValue(policy));
            Connection c(stack, client, server);
            experiment.Trace(name + "-" + label, c.path.nodes);
            TcpConnExperiment::Run();

            std::map<std::string, uint32_t> counts;
            for (const auto& segment : c.Segments())
            {
                if (segment.time >= CLOSE)
                {
                    counts["data"] += segment.length > 0 ? 1 : 0;
                    const bool fin = segment.flags.find("FIN") != std::string::npos;
                    const bool rst = segment.flags.find("RST") != std::string::npos;
                    counts[fin ? "FIN" : rst ? "RST" : segment.length > 0 ? "" : "ACK"] += 1;
                }
            }
            auto end = c.server.moves.back();
            if (end.from == TcpSocket::TIME_WAIT)
            {
                end = c.server.moves.end()[-2]; // all was done when TIME-WAIT began
            }
            table.Row({name,
                       label,
                       counts["FIN"],
                       counts["ACK"],
                       counts["RST"],
                       counts["data"],
                       c.received,
                       RoundTrips(end.time - CLOSE),
                       end.cause});
            Simulator::Destroy();
        }
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    TcpConnExperiment experiment("tcp-conn-why-three",
                                 "Segments and round trips of each handshake and each release.");
    experiment.Parse(argc, argv);
    Opening(experiment);
    Release(experiment);
    experiment.Ladder("separate-at-once");
    return experiment.Finish();
}
