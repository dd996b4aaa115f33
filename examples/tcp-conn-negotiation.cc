/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Parameter negotiation: what the two ends of a connection agree on for each pair of offers -
 * segment size, window scale, SACK, timestamps, ECN and type of service - and what each host
 * allots to the connection as it goes through its life.
 *
 *     client 10.0.0.1 ------ 10 ms ------ 10.0.0.2 server
 *
 * The values are read from TcpConnSocket::GetStatus, the type of service from the segments.
 */

#include "tcp-conn-experiment.h"

#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/tcp-conn-module.h"

#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

using namespace ns3;

namespace
{

constexpr uint16_t PORT = 80; //!< The server's.

/** What one end offers: attributes of its socket. */
struct Offer
{
    std::string name;        //!< Name in the table.
    bool scale{true};        //!< Window scale.
    bool sack{true};         //!< Selective acknowledgments.
    bool timestamps{true};   //!< Timestamps.
    std::string ecn{"On"};   //!< ECN: "Off", "On" or "AcceptOnly".
    uint32_t buffer{131072}; //!< Send and receive buffer, bytes.
    uint8_t tos{0};          //!< Type of service.
    bool reflectTos{false};  //!< A listener takes over that of the SYN.
    std::string admission{}; //!< Admission policy of a listener; empty: the usual one.

    /** @param socket a socket that is to offer this */
    void Apply(Ptr<Socket> socket) const
    {
        socket->SetAttribute("WindowScaling", BooleanValue(scale));
        socket->SetAttribute("Sack", BooleanValue(sack));
        socket->SetAttribute("Timestamp", BooleanValue(timestamps));
        socket->SetAttribute("UseEcn", StringValue(ecn));
        socket->SetAttribute("SndBufSize", UintegerValue(buffer));
        socket->SetAttribute("RcvBufSize", UintegerValue(buffer));
        socket->SetAttribute("SegmentSize", UintegerValue(65535)); // the path decides
        socket->SetAttribute("ReflectTos", BooleanValue(reflectTos));
        socket->SetAttribute("Admission", StringValue(admission));
        socket->SetIpTos(tos);
    }
};

/** @return the offers of which the pairs are made. */
std::vector<Offer>
Offers()
{
    std::vector<Offer> offers(7);
    offers[0].name = "all";
    offers[1].name = "no-scale";
    offers[1].scale = false;
    offers[2].name = "no-sack";
    offers[2].sack = false;
    offers[3].name = "no-timestamps";
    offers[3].timestamps = false;
    offers[4].name = "no-ecn";
    offers[4].ecn = "Off";
    offers[5].name = "ecn-if-asked";
    offers[5].ecn = "AcceptOnly";
    offers[6] = {"none", false, false, false, "Off"};
    return offers;
}

/** Read what has come. @param socket a connection */
void
ReadAll(Ptr<Socket> socket)
{
    while (socket->GetRxAvailable() > 0)
    {
        socket->Recv();
    }
}

/** A client and a server, and one connection with 100 bytes each way. */
class Scene
{
  public:
    /**
     * @param client what the client offers
     * @param server what the server does
     */
    Scene(const Offer& client, const Offer& server);

    TcpConnTwoEnds ends;    //!< The hosts.
    Ptr<Socket> connecting; //!< Client's end.
    Ptr<Socket> accepted;   //!< Server's end, once it is there.
};

Scene::Scene(const Offer& client, const Offer& server)
    : ends(TcpConnStackHelper(), MilliSeconds(10))
{
    Ptr<Socket> listener = Socket::CreateSocket(ends.nodes.Get(1), TcpSocketFactory::GetTypeId());
    server.Apply(listener);
    listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT));
    listener->SetAcceptCallback(
        MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
        Callback<void, Ptr<Socket>, const Address&>([this](Ptr<Socket> socket, const Address&) {
            accepted = socket;
            socket->SetRecvCallback(MakeCallback(&ReadAll));
            socket->Send(Create<Packet>(100));
        }));
    listener->Listen();
    connecting = Socket::CreateSocket(ends.nodes.Get(0), TcpSocketFactory::GetTypeId());
    client.Apply(connecting);
    connecting->SetRecvCallback(MakeCallback(&ReadAll));
    Simulator::ScheduleNow([this] {
        connecting->Connect(InetSocketAddress(ends.server, PORT));
        connecting->Send(Create<Packet>(100));
    });
}

/** What GetStatus says, by name. */
class Status
{
  public:
    /** @param socket a connection */
    explicit Status(Ptr<Socket> socket)
    {
        std::istringstream lines(DynamicCast<TcpConnSocket>(socket)->GetStatus());
        for (std::string line; std::getline(lines, line);)
        {
            const auto blank = line.find(' ');
            m_values[line.substr(0, blank)] = line.substr(blank + 1);
        }
    }

    /** @param name a value @return it */
    std::string Get(const std::string& name) const
    {
        return m_values.at(name);
    }

    /** @param name a value @return its first word, a number */
    uint32_t Number(const std::string& name) const
    {
        return static_cast<uint32_t>(std::stoul(m_values.at(name)));
    }

  private:
    std::map<std::string, std::string> m_values; //!< Values by name.
};

/** @param status of one end @return the shift of the windows that it sends, or "off" */
std::string
Shift(const Status& status)
{
    const std::string scale = status.Get("window-scale"); // off, or: send 2 receive 2
    return scale == "off" ? scale : scale.substr(scale.rfind(' ') + 1);
}

/** @param a one end's @param b the other's @return one of them if they are the same */
std::string
Both(const std::string& a, const std::string& b)
{
    return a == b ? a : a + "/" + b;
}

/** Each pair of offers. @param experiment where tables and traces go */
void
Pairs(TcpConnExperiment& experiment)
{
    auto& table = experiment.Table("pairs",
                                   "What is agreed, for each pair of offers",
                                   {{"client"},
                                    {"server"},
                                    {"mss", "bytes"},
                                    {"scale"},
                                    {"sack"},
                                    {"timestamps"},
                                    {"ecn"},
                                    {"client-window", "bytes"},
                                    {"server-window", "bytes"}});
    std::vector<Offer> servers = Offers();
    servers.emplace_back();
    servers.back().name = "cookies"; // all, as far as a cookie remembers it
    servers.back().admission = "ns3::TcpConnSynCookies[Always=true]";
    for (const Offer& client : Offers())
    {
        for (const Offer& server : servers)
        {
            Scene scene(client, server);
            if (client.name == "all")
            {
                experiment.Trace("all-" + server.name, scene.ends.nodes);
            }
            Simulator::Stop(Seconds(1));
            TcpConnExperiment::Run();
            const Status a(scene.connecting);
            const Status b(scene.accepted);
            table.Row({client.name,
                       server.name,
                       Both(std::to_string(a.Number("MSS")), std::to_string(b.Number("MSS"))),
                       Both(Shift(a), Shift(b)),
                       Both(a.Get("SACK"), b.Get("SACK")),
                       Both(a.Get("timestamps"), b.Get("timestamps")),
                       Both(a.Get("ECN"), b.Get("ECN")),
                       a.Number("RCV.WND"),
                       b.Number("RCV.WND")});
            Simulator::Destroy();
        }
    }
    experiment.Ladder("all-all");
}

/** Each pair of interfaces. @param experiment where the table goes */
void
SegmentSizes(TcpConnExperiment& experiment)
{
    auto& table = experiment.Table("mss",
                                   "Segment size, for each pair of MTUs",
                                   {{"client-mtu", "bytes"},
                                    {"server-mtu", "bytes"},
                                    {"client-offers", "bytes"},
                                    {"server-offers", "bytes"},
                                    {"client-sends", "bytes"},
                                    {"server-sends", "bytes"}});
    Offer offer;
    offer.timestamps = false; // they take 12 bytes of each segment
    for (const uint16_t clientMtu : {576, 1500, 9000})
    {
        for (const uint16_t serverMtu : {576, 1500, 9000})
        {
            Scene scene(offer, offer);
            scene.ends.nodes.Get(0)->GetDevice(0)->SetMtu(clientMtu);
            scene.ends.nodes.Get(1)->GetDevice(0)->SetMtu(serverMtu);
            uint32_t offered[2] = {0, 0};
            for (const uint32_t host : {0, 1})
            {
                scene.ends.nodes.Get(host)
                    ->GetObject<TcpConnL4Protocol>()
                    ->TraceConnectWithoutContext(
                        "Tx",
                        Callback<void, const TcpConnSegmentEvent&>(
                            [&offered, host](const TcpConnSegmentEvent& s) {
                                if (s.segment.Has(TCP_CONN_SYN))
                                {
                                    offered[host] = s.segment.options.mss;
                                }
                            }));
            }
            Simulator::Stop(Seconds(1));
            TcpConnExperiment::Run();
            table.Row({clientMtu,
                       serverMtu,
                       offered[0],
                       offered[1],
                       Status(scene.connecting).Number("MSS"),
                       Status(scene.accepted).Number("MSS")});
            Simulator::Destroy();
        }
    }
}

/** @param tos a type of service @return "0xb8" */
std::string
Hex(uint8_t tos)
{
    std::ostringstream os;
    os << "0x" << std::hex << +tos;
    return os.str();
}

/** Types of service of one connection, as its segments arrive. */
struct Service
{
    uint8_t synAck{0};     //!< Of the SYN,ACK.
    uint8_t clientText{0}; //!< Of the client's text.
    uint8_t serverText{0}; //!< Of the server's text.

    /** The client received a segment. @param s the segment */
    void ClientGot(const TcpConnSegmentEvent& s)
    {
        if (s.segment.Has(TCP_CONN_SYN))
        {
            synAck = s.segment.tos;
        }
        else if (s.segment.length > 0)
        {
            serverText = s.segment.tos;
        }
    }

    /** The server received a segment. @param s the segment */
    void ServerGot(const TcpConnSegmentEvent& s)
    {
        clientText = s.segment.length > 0 ? s.segment.tos : clientText;
    }
};

/** The client's quality of service, and the server's. @param experiment where the table goes */
void
TypeOfService(TcpConnExperiment& experiment)
{
    auto& table = experiment.Table("service",
                                   "Type of service, as segments carry it",
                                   {{"client-asks"},
                                    {"server-has"},
                                    {"reflects"},
                                    {"admission"},
                                    {"syn-ack"},
                                    {"client-text"},
                                    {"server-text"}});
    for (const uint8_t asked : {0x00, 0x28, 0xb8}) // best effort, AF11, EF
    {
        for (const auto& [reflects, cookies] :
             {std::pair(false, false), std::pair(true, false), std::pair(true, true)})
        {
            Offer client;
            client.ecn = "Off"; // or its bits would be in the same byte
            Offer server = client;
            client.tos = asked;
            server.tos = 0x20; // CS1
            server.reflectTos = reflects;
            server.admission = cookies ? "ns3::TcpConnSynCookies[Always=true]" : "";
            Scene scene(client, server);
            Service seen;
            scene.ends.nodes.Get(0)->GetObject<TcpConnL4Protocol>()->TraceConnectWithoutContext(
                "Rx",
                MakeCallback(&Service::ClientGot, &seen));
            scene.ends.nodes.Get(1)->GetObject<TcpConnL4Protocol>()->TraceConnectWithoutContext(
                "Rx",
                MakeCallback(&Service::ServerGot, &seen));
            Simulator::Stop(Seconds(1));
            TcpConnExperiment::Run();
            table.Row({Hex(asked),
                       Hex(server.tos),
                       reflects ? "yes" : "no",
                       cookies ? "cookies" : "backlog",
                       Hex(seen.synAck),
                       Hex(seen.clientText),
                       Hex(seen.serverText)});
            Simulator::Destroy();
        }
    }
}

/** What a connection is allotted, and gives back. @param experiment where the table goes */
void
Allotment(TcpConnExperiment& experiment)
{
    auto& table = experiment.Table("allotted",
                                   "Table entries and buffers, as the connection goes on",
                                   {{"at", "s"},
                                    {"host"},
                                    {"state"},
                                    {"entries"},
                                    {"entry", "bytes"},
                                    {"send-buffer", "bytes"},
                                    {"receive-buffer", "bytes"}});
    const Offer client;
    Offer server;
    server.buffer = 32768;
    Scene scene(client, server);
    const auto look = [&] {
        for (const uint32_t host : {0, 1})
        {
            Ptr<Node> node = scene.ends.nodes.Get(host);
            const auto& resources = node->GetObject<TcpConnL4Protocol>()->GetResources();
            const auto states = TcpConnHolding(node).states;
            auto socket = DynamicCast<TcpConnSocket>(host == 0 ? scene.connecting : scene.accepted);
            const auto allotted = socket ? socket->GetAllotment() : TcpConnAllotment();
            table.Row({Simulator::Now(),
                       host == 0 ? "client" : "server",
                       states.empty() ? "none" : states.begin()->first,
                       resources.GetConnections() + resources.GetTimeWait(),
                       resources.GetRecordMemory(),
                       allotted.sendBuffer,
                       allotted.receiveBuffer});
        }
    };
    for (const uint32_t at : {5, 15, 25, 500, 1500, 2500, 300000}) // ms
    {
        Simulator::Schedule(MilliSeconds(at), look);
    }
    Simulator::Schedule(Seconds(1), [&] { scene.connecting->Close(); });
    Simulator::Schedule(Seconds(2), [&] { scene.accepted->Close(); });
    Simulator::Stop(Seconds(301));
    TcpConnExperiment::Run();
    Simulator::Destroy();
}

} // namespace

int
main(int argc, char* argv[])
{
    TcpConnExperiment experiment("tcp-conn-negotiation",
                                 "Parameter negotiation: what both ends agree on for each pair of "
                                 "offers, and what a connection is allotted");
    experiment.Parse(argc, argv);
    Pairs(experiment);
    SegmentSizes(experiment);
    TypeOfService(experiment);
    Allotment(experiment);
    return experiment.Finish();
}
