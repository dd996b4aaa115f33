/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * The life of one connection: a client opens it and sends a request, the server replies, the
 * client closes.  One segment is lost on the way and repaired.
 *
 *     client 10.0.0.1 -------- 5 Mb/s, 10 ms -------- 10.0.0.2 server
 *
 * Writes lifecycle.tr (transitions and segments of both hosts) and a pcap file of the link.  The
 * ladder diagram is drawn from the trace by: utils/tcp-conn-trace ladder lifecycle.tr
 */

#include "tcp-conn-option.h"

#include "ns3/core-module.h"
#include "ns3/error-model.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"
#include "ns3/tcp-conn-stack-helper.h"

#include <iostream>

using namespace ns3;

namespace
{

/** The server: answers a request of @ref request bytes by one of @ref reply bytes. */
struct Server
{
    uint32_t request; //!< Bytes of a request.
    uint32_t reply;   //!< Bytes of a reply.
    uint32_t got{0};  //!< Bytes of the request that have come.

    /** A connection was accepted. @param socket its socket */
    void Accepted(Ptr<Socket> socket, const Address& /* from */)
    {
        socket->SetRecvCallback(MakeCallback(&Server::Received, this));
        socket->SetCloseCallbacks(MakeCallback(&Server::PeerClosed, this),
                                  MakeNullCallback<void, Ptr<Socket>>());
    }

    /** Text has come. @param socket the socket */
    void Received(Ptr<Socket> socket)
    {
        while (Ptr<Packet> packet = socket->Recv())
        {
            if (packet->GetSize() == 0)
            {
                break;
            }
            got += packet->GetSize();
            if (got == request)
            {
                std::cout << Simulator::Now().As(Time::S) << " server: request of " << got
                          << " bytes, replies with " << reply << "\n";
                socket->Send(Create<Packet>(reply));
            }
        }
    }

    /** The client has closed. @param socket the socket */
    void PeerClosed(Ptr<Socket> socket)
    {
        socket->Close();
    }
};

/** The client: sends a request, reads the reply, closes. */
struct Client
{
    uint32_t request; //!< Bytes of the request.
    uint32_t reply;   //!< Bytes of the reply.
    uint32_t got{0};  //!< Bytes of the reply that have come.

    /** The connection is open. @param socket the socket */
    void Connected(Ptr<Socket> socket)
    {
        socket->Send(Create<Packet>(request));
    }

    /** It could not be opened. @param socket the socket */
    void Failed(Ptr<Socket> socket)
    {
        StringValue failure;
        socket->GetAttribute("Failure", failure);
        std::cout << "client: connection failed: " << failure.Get() << "\n";
    }

    /** Text has come. @param socket the socket */
    void Received(Ptr<Socket> socket)
    {
        while (Ptr<Packet> packet = socket->Recv())
        {
            if (packet->GetSize() == 0)
            {
                break;
            }
            got += packet->GetSize();
        }
        if (got == reply)
        {
            std::cout << Simulator::Now().As(Time::S) << " client: reply of " << got
                      << " bytes, closes\n";
            socket->Close();
        }
    }
};

} // namespace

int
main(int argc, char* argv[])
{
    uint32_t request = 100;
    uint32_t reply = 1000;
    uint32_t lose = 3;
    std::string trace = "lifecycle.tr";
    std::string pcap = "lifecycle";

    CommandLine cmd(__FILE__);
    cmd.Usage("The life of one connection: a request, a reply, a lost segment, the release.");
    cmd.AddValue("request", "bytes of the request", request);
    cmd.AddValue("reply", "bytes of the reply", reply);
    cmd.AddValue("lose", "which packet that reaches the server is lost, from 1; 0: none", lose);
    cmd.AddValue("trace", "file for the trace of transitions and segments", trace);
    cmd.AddValue("pcap", "prefix of the pcap file; empty: none", pcap);
    cmd.Parse(argc, argv);
    // Each goes into the send buffer at once, which has 128 KiB.
    TcpConnCheckOption(request >= 1 && request <= 131072, "request", "1 to 131072 bytes");
    TcpConnCheckOption(reply >= 1 && reply <= 131072, "reply", "1 to 131072 bytes");
    TcpConnCheckOption(lose <= 1000000, "lose", "0 to 1000000");
    TcpConnCheckOption(!trace.empty(), "trace", "the name of a file");

    NodeContainer nodes(2);
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("5Mbps"));
    link.SetChannelAttribute("Delay", StringValue("10ms"));
    NetDeviceContainer devices = link.Install(nodes);

    TcpConnStackHelper stack;
    stack.Install(nodes);
    Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.0");
    Ipv4InterfaceContainer interfaces = addresses.Assign(devices);

    if (lose > 0)
    {
        auto loss = CreateObject<ReceiveListErrorModel>();
        loss->SetList({lose - 1});
        devices.Get(1)->SetAttribute("ReceiveErrorModel", PointerValue(loss));
    }
    stack.EnableTransitionAscii(trace, nodes);
    if (!pcap.empty())
    {
        link.EnablePcap(pcap, devices.Get(0));
    }

    Server server{request, reply};
    Ptr<Socket> listener = Socket::CreateSocket(nodes.Get(1), TcpSocketFactory::GetTypeId());
    listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), 80));
    listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                MakeCallback(&Server::Accepted, &server));
    listener->Listen();

    Client client{request, reply};
    Ptr<Socket> socket = Socket::CreateSocket(nodes.Get(0), TcpSocketFactory::GetTypeId());
    socket->SetConnectCallback(MakeCallback(&Client::Connected, &client),
                               MakeCallback(&Client::Failed, &client));
    socket->SetRecvCallback(MakeCallback(&Client::Received, &client));
    Simulator::Schedule(MilliSeconds(100), [&]() {
        socket->Connect(InetSocketAddress(interfaces.GetAddress(1), 80));
    });

    Simulator::Run();
    std::cout << Simulator::Now().As(Time::S) << " end\n";
    const bool complete = client.got == reply;
    Simulator::Destroy();
    return complete ? 0 : 1;
}
