/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * A host connects to itself.
 */

#include "ns3/core-module.h"
#include "ns3/network-module.h"
#include "ns3/tcp-conn-module.h"

using namespace ns3;

int
main()
{
    NodeContainer nodes(1);
    TcpConnStackHelper().Install(nodes);
    const TypeId tcp = TypeId::LookupByName("ns3::TcpSocketFactory");
    auto server = Socket::CreateSocket(nodes.Get(0), tcp);
    server->Bind(InetSocketAddress(Ipv4Address::GetAny(), 80));
    server->Listen();
    auto client = Socket::CreateSocket(nodes.Get(0), tcp);
    auto tell = [](Ptr<Socket>) { std::cout << "connected" << std::endl; };
    client->SetConnectCallback(Callback<void, Ptr<Socket>>(tell), {});
    Simulator::Schedule(Seconds(1),
                        [client] { client->Connect(InetSocketAddress("127.0.0.1", 80)); });
    Simulator::Stop(Seconds(2));
    Simulator::Run();
    Simulator::Destroy();
}
