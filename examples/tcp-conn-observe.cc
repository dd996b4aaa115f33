/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * A busy server, watched: clients open connections at random times, some packets are lost.
 *
 *     client 0 ---+
 *     client 1 ---+--- 10 Mb/s, 10 ms, loss on the way to the server --- server
 *     client 2 ---+
 *
 * Prints what "ss -s" and "netstat -an" would, and at the end how long set-up, release and each
 * state took.  On request, writes traces in each form (--ascii, --csv, --pcapng; of a part of the
 * records with --filter), and the counts over time and charts of them (--census=run, then
 * "gnuplot run.plt").
 */

#include "tcp-conn-option.h"

#include "ns3/core-module.h"
#include "ns3/error-model.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"
#include "ns3/tcp-conn-census.h"
#include "ns3/tcp-conn-stack-helper.h"
#include "ns3/tcp-conn-workload-helper.h"

#include <iostream>

using namespace ns3;

namespace
{

/**
 * Link a client with the server.
 * @param server the server
 * @param client the client
 * @param loss part of the packets to the server that is lost
 * @param addresses the next network
 * @return the server's address on it
 */
Ipv4Address
Link(Ptr<Node> server, Ptr<Node> client, double loss, Ipv4AddressHelper& addresses)
{
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("10Mbps"));
    link.SetChannelAttribute("Delay", StringValue("10ms"));
    NetDeviceContainer devices = link.Install(server, client);
    auto errors = CreateObject<RateErrorModel>();
    errors->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
    errors->SetRate(loss);
    devices.Get(0)->SetAttribute("ReceiveErrorModel", PointerValue(errors));
    Ipv4InterfaceContainer interfaces = addresses.Assign(devices);
    addresses.NewNetwork();
    return interfaces.GetAddress(0);
}

} // namespace

int
main(int argc, char* argv[])
{
    uint32_t clients = 3;
    double rate = 20;
    double loss = 0.02;
    Time duration = Seconds(20);
    Time printed = Seconds(5);
    std::string ascii;
    std::string csv;
    std::string pcapng;
    std::string filter;
    std::string census;

    CommandLine cmd(__FILE__);
    cmd.Usage("A busy server, watched: states as netstat prints them, traces, counts, charts.");
    cmd.AddValue("clients", "number of clients", clients);
    cmd.AddValue("rate", "connections that a client opens in a second", rate);
    cmd.AddValue("loss", "part of the packets to the server that is lost", loss);
    cmd.AddValue("duration", "how long connections are opened", duration);
    cmd.AddValue("print", "how often the summary is printed", printed);
    cmd.AddValue("ascii", "trace as lines of ASCII; compressed if the name ends in .gz", ascii);
    cmd.AddValue("csv", "trace as comma-separated values", csv);
    cmd.AddValue("pcapng", "trace as a capture with transitions as comments", pcapng);
    cmd.AddValue("filter", "which records, as in \"host=0 state=TIME-WAIT\"; empty: all", filter);
    cmd.AddValue("census", "prefix of the files of counts and charts; empty: none", census);
    cmd.Parse(argc, argv);
    TcpConnCheckOption(clients >= 1 && clients <= 250, "clients", "1 to 250");
    TcpConnCheckOption(rate > 0 && rate <= 100000, "rate", "up to 100000 connections a second");
    TcpConnCheckOption(loss >= 0 && loss < 1, "loss", "0 to less than 1");
    TcpConnCheckOption(duration * rate >= Seconds(1), "duration", "time for a connection, as 20s");
    TcpConnCheckOption(printed > Time(0), "print", "a time above 0, as 5s");

    NodeContainer server(1);
    NodeContainer others(clients);
    NodeContainer nodes(server, others);
    TcpConnStackHelper stack;
    stack.Set("MaxSegLifetime", DoubleValue(1)); // TIME-WAIT of 2 s
    stack.Install(nodes);
    stack.AssignStreams(nodes, 1);

    if (!ascii.empty())
    {
        stack.EnableTransitionAscii(ascii, nodes, filter);
    }
    if (!csv.empty())
    {
        stack.EnableTransitionCsv(csv, nodes, filter);
    }
    if (!pcapng.empty())
    {
        stack.EnableTransitionPcapng(pcapng, nodes, filter);
    }
    auto counts = Create<TcpConnCensus>(MilliSeconds(100));
    counts->Attach(nodes);
    auto screen = Create<OutputStreamWrapper>(&std::cout);
    counts->PrintSummaryEvery(printed, screen);
    counts->PrintConnectionsAt(Seconds(1), screen, server.Get(0)->GetId());

    const InetSocketAddress any(Ipv4Address::GetAny(), 80);
    TcpConnWorkloadServerHelper("ns3::TcpSocketFactory", any).Install(server.Get(0));
    Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.0");
    for (uint32_t i = 0; i < clients; ++i)
    {
        const Ipv4Address at = Link(server.Get(0), others.Get(i), loss, addresses);
        TcpConnWorkloadClientHelper client("ns3::TcpSocketFactory", InetSocketAddress(at, 80));
        client.SetAttribute(
            "Arrivals",
            StringValue("ns3::ExponentialRandomVariable[Mean=" + std::to_string(1 / rate) + "]"));
        client.SetAttribute("HoldTime", StringValue("ns3::UniformRandomVariable[Min=0|Max=0.5]"));
        client.SetAttribute("MaxConnections",
                            UintegerValue(static_cast<uint32_t>(rate * duration.GetSeconds())));
        ApplicationContainer applications = client.Install(others.Get(i));
        TcpConnWorkloadHelper::AssignStreams(applications, 100 * (i + 1));
        applications.Start(MilliSeconds(100));
    }

    Simulator::Stop(duration + Seconds(30));
    Simulator::Run();
    counts->PrintDurations(std::cout);
    if (!census.empty())
    {
        counts->WriteCsv(census);
        counts->WriteCharts(census);
    }
    const bool complete = counts->GetTotals().established > 0;
    Simulator::Destroy();
    return complete ? 0 : 1;
}
